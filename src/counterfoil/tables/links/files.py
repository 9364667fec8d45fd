"""Proposals as files: the list that a person edits, the figures, and the model that made them."""

import json
from decimal import Decimal
from pathlib import Path

from counterfoil.rules.money import plain
from counterfoil.tables.database import as_plain, literal
from counterfoil.tables.links.choosing import COLUMNS
from counterfoil.tables.links.model import model_json
from counterfoil.tables.links.run import Outcome, Proposals
from counterfoil.tables.output import harmless, writing

FILES = ("proposals.csv", "proposals.html", "model.json", "proposals.json")
"""In the order in which they are written."""

CSV_COLUMNS = tuple(column for column in COLUMNS if column not in ("place", "entry", "target"))
"""The columns of proposals.csv, a row a proposal; alternatives of one line stand together, the best first."""

YES = "yes"
_DECIMALS = ("quantity", "amount", "target_amount")
_AS_TEXT = {column: f"{as_plain(column)} AS {column}" for column in _DECIMALS} | {
    "accept": f"CASE WHEN accept THEN '{YES}' END AS accept",
    "probability": "probability",
    "date": "date",
    "target_date": "target_date",
}
_ORDER = """ORDER BY proposals.amount_of_line DESC NULLS LAST, proposals.kind, proposals.document_id, proposals.line_id,
    proposals.place, proposals.target_id, proposals.target_line_id"""


def write_proposals(proposals: Proposals, space: Path) -> None:
    """Write every file of FILES into `space` (see `output.output_folder`).

    Raises:
        Unusable: a file cannot be written.
    """
    from counterfoil.tables.links.page import render_proposals  # Altair takes half a second

    with writing(space.parent):
        columns = ", ".join(_AS_TEXT.get(column) or harmless(column) for column in CSV_COLUMNS)
        rows = "SELECT *, max(amount) OVER (PARTITION BY kind, document_id, line_id) AS amount_of_line FROM proposals"
        proposals.database.execute(
            f"COPY (SELECT {columns} FROM ({rows}) AS proposals {_ORDER}) TO {literal(str(space / 'proposals.csv'))} (FORMAT csv, HEADER)"
        )
        (space / "proposals.html").write_text(render_proposals(proposals), "utf-8", newline="\n")
        (space / "model.json").write_text(model_json(proposals.model), "utf-8", newline="\n")
        (space / "proposals.json").write_text(proposals_json(proposals), "utf-8", newline="\n")


def proposals_json(proposals: Proposals) -> str:
    """The run in figures, as indented JSON with a line end. Amounts are texts of plain decimals."""
    document = {
        "kinds": {outcome.kind.name: _outcome(proposals, outcome) for outcome in proposals.outcomes},
        "threshold": proposals.threshold,
        "sites": list(proposals.sites),
        "version": proposals.version,
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _outcome(proposals: Proposals, outcome: Outcome) -> dict[str, object]:
    return {
        "without": outcome.without,
        "proposed": outcome.proposed,
        "accepted": outcome.accepted,
        "accepted_likely_wrong": round(outcome.wrong, 1),
        "accepted_amounts": {currency: plain(amount) for currency, amount in accepted_amounts(proposals, outcome.kind.name).items()},
        "hidden": outcome.hidden,
        "calibration": [{"probability": round(said, 4), "true": round(true, 4), "pairs": pairs} for said, true, pairs in outcome.curve],
        "left_out": {block: {"keys": found.keys, "lines": found.lines} for block, found in outcome.left_out.items()},
    }


def accepted_amounts(proposals: Proposals, kind: str) -> dict[str, Decimal]:
    """By currency ("" = unknown), what the lines with an accepted proposal are worth."""
    rows = proposals.database.execute(
        f"""SELECT coalesce(currency, ''), sum(amount) FROM
            (SELECT DISTINCT entry, currency, amount FROM proposals
             WHERE kind = {literal(kind)} AND accept AND amount IS NOT NULL)
            GROUP BY ALL ORDER BY 1"""
    ).fetchall()
    return dict(rows)
