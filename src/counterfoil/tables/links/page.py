"""The page of proposals: how much could be linked, how far the probabilities can be trusted, and the largest, both papers side by side."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from counterfoil.tables.links.files import accepted_amounts
from counterfoil.tables.links.run import Outcome, Proposals
from counterfoil.tables.report.charts import against_diagonal, drawing
from counterfoil.tables.report.page import render_page
from counterfoil.tables.report.stories import Field, Paper, Part
from counterfoil.tables.text import amounts, money, share, shortened

MOST_SHOWN = 8
"""Lines told with both papers: as many that are accepted, and as many that somebody must decide."""
LEAST_TO_DECIDE = 0.2
"""Of the probability: what is less likely is not worth a look on the page."""
_PAPERS = {
    "invoice_line": ("Invoice", "Purchase order"),
    "receipt": ("Receipt", "Purchase order"),
    "order_line": ("Purchase order", "Work order"),
}


_NUMBER = re.compile(r"number (?:and line )?(\S+)(?: / \S+)? stands? on the paper")
_BETWEEN = re.compile(r"[^0-9A-Z]")


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of links, ready to read."""

    label: str
    outcome: Outcome
    share: str
    worth: list[str]
    picture: Markup


@dataclass(frozen=True, slots=True)
class Told:
    """A proposal with its papers. `others`: alternatives of the same line."""

    accepted: bool
    probability: str
    amount: str
    papers: list[Paper]
    evidence: list[str]
    others: int


def render_proposals(proposals: Proposals) -> str:
    """The page as HTML. Its length is bounded however many proposals there are."""
    rows = [_row(proposals, outcome) for outcome in proposals.outcomes]
    left_out = [(row.outcome.kind.plural, name, found) for row in rows for name, found in row.outcome.left_out.items()]
    return render_page(
        "links.html",
        proposals=proposals,
        rows=rows,
        accepted=_told(proposals, accept=True),
        open=_told(proposals, accept=False),
        left_out=left_out,
        narrowed=shortened(", ".join(proposals.sites), 90),
    )


def _row(proposals: Proposals, outcome: Outcome) -> Row:
    kind = outcome.kind
    return Row(
        f"{kind.plural} to {kind.to}",
        outcome,
        share(Decimal(outcome.accepted), Decimal(outcome.without)),
        amounts(accepted_amounts(proposals, kind.name)),
        _picture(outcome),
    )


def _picture(outcome: Outcome) -> Markup:
    """How often proposals of a probability were true, among lines whose link was hidden; empty where none was."""
    if not outcome.curve:
        return Markup()
    told = ", ".join(f"said {said:.2f}, true {true:.2f}" for said, true, _ in outcome.curve)
    dots: list[dict[str, object]] = [{"said": said, "true": true, "pairs": pairs} for said, true, pairs in outcome.curve]
    label = f"Probability and how often it was true, {outcome.kind.plural}: {told}"
    return drawing(label, lambda width: against_diagonal(dots, min(width, 330), "probability", "share that was true"), wide=330)


def _told(proposals: Proposals, *, accept: bool) -> list[Told]:
    """The largest lines of each currency in turn whose best proposal is, or is not, accepted."""
    rows = proposals.database.execute(
        f"""WITH told AS (
                SELECT kind, any_value(document_id) AS document_id, any_value(line_id) AS line_id, any_value(target_id) AS target_id,
                       list(target_line_id ORDER BY target_line_id) AS target_lines, any_value(probability) AS probability,
                       any_value(evidence) AS evidence, any_value(amount) AS amount, any_value(currency) AS currency,
                       any_value(date) AS date, any_value(supplier) AS supplier, any_value(text) AS text,
                       any_value(target_supplier) AS target_supplier, any_value(target_date) AS target_date,
                       sum(target_amount) AS target_amount, any_value(target_currency) AS target_currency,
                       min(target_text) AS target_text, any_value(others) AS others
                FROM (SELECT *, max(place) OVER (PARTITION BY kind, entry) - 1 AS others FROM proposals)
                WHERE place = 1 AND {"accept" if accept else f"NOT accept AND probability >= {LEAST_TO_DECIDE}"} GROUP BY kind, entry),
            placed AS (
                SELECT *, count(*) OVER (PARTITION BY currency) AS many,
                       row_number() OVER (PARTITION BY currency ORDER BY amount DESC NULLS LAST, kind, document_id, line_id) AS turn
                FROM told),
            first AS (FROM placed ORDER BY amount IS NULL, turn, many DESC, currency LIMIT {MOST_SHOWN}),
            numbers AS (
                SELECT 'invoice_line' AS kind, invoice_id AS document_id, any_value(invoice_number) AS number
                FROM invoices SEMI JOIN first ON invoice_id = document_id GROUP BY invoice_id)
            SELECT kind, document_id, line_id, target_id, target_lines, probability, evidence, amount, currency, date, supplier, number,
                   text, target_supplier, target_date, target_amount, target_currency, target_text, others
            FROM first LEFT JOIN numbers USING (kind, document_id) ORDER BY amount IS NULL, turn, many DESC, currency"""
    ).fetchall()
    return [_proposal(row, accepted=accept) for row in rows]


def _proposal(row: Sequence[Any], *, accepted: bool) -> Told:
    kind, document, line, target, lines, probability, evidence, amount, currency, date, supplier, number, text, *of_target, others = row
    target_supplier, target_date, target_amount, target_currency, target_text = of_target
    mine, theirs = _PAPERS[kind]
    own = _fields(supplier, number, date, amount, currency, text)
    other = _fields(target_supplier, None, target_date, target_amount, target_currency, target_text)
    same = {label for label, value in own.items() if value and other[label].casefold() == value.casefold()}
    said = {label for label in ("number", "text") if _says(own[label], evidence)}
    papers = [_paper(mine, document, line, own, same | said), _paper(theirs, target, ", ".join(filter(None, lines)), other, same)]
    return Told(accepted, f"{probability:.2f}", money(amount, currency), papers, evidence.split("; ") if evidence else [], others)


def _says(value: str, evidence: str) -> bool:
    """A number that speaks for the proposal stands in this value, whatever stands between its signs."""
    found = _NUMBER.search(evidence or "")
    return found is not None and _BETWEEN.sub("", found[1]) in _BETWEEN.sub("", value.upper())


def _paper(name: str, id_: str, line: str, values: Mapping[str, str], marked: AbstractSet[str]) -> Paper:
    """One side of a proposal. Marked is what both sides say, and what holds the number."""
    fields = tuple(Field(label, value, label in marked) for label, value in values.items() if value)
    return Paper(name, shortened(id_, 60), (Part(f"Line {shortened(line, 90)}" if line else "", fields),))


def _fields(
    supplier: str | None, number: str | None, date: object, amount: Decimal | None, currency: str | None, text: str | None
) -> dict[str, str]:
    return {
        "supplier": shortened(supplier or "", 60),
        "number": shortened(number or "", 60),
        "date": str(date or ""),
        "amount": "" if amount is None else money(amount, currency),
        "text": shortened(text or "", 120),
    }
