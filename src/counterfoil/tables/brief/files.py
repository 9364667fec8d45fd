"""The files of a brief, and all its numbers as JSON."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from importlib.util import find_spec
from pathlib import Path

from counterfoil.rules.money import plain
from counterfoil.tables.brief.cases import Case
from counterfoil.tables.brief.decision_file import write_decisions
from counterfoil.tables.brief.previous import DECISIONS, FIGURES
from counterfoil.tables.brief.run import Brief
from counterfoil.tables.landing import Unusable
from counterfoil.tables.output import writing

FILES = ("brief.html", "deck.html", DECISIONS, FIGURES)
"""In the order in which they are written."""

PDF_FILES = ("brief.pdf", "deck.pdf")
"""Written before the others, where they are asked for."""


def refuse_without_typst() -> None:
    """Raises `Unusable` where no PDF can be set. To be asked before anything is computed."""
    if find_spec("typst") is None:
        raise Unusable("--pdf needs Typst, which is not installed; install it with: pip install 'counterfoil[pdf]'")


def write_brief(brief: Brief, space: Path, *, pdf: bool = False) -> None:
    """Write every file of FILES, and with `pdf` those of PDF_FILES, into `space` (see `output.output_folder`).

    Raises:
        Unusable: a file cannot be written.
    """
    from counterfoil.tables.brief.deck import make_deck, render_deck  # Altair takes half a second
    from counterfoil.tables.brief.page import render_brief
    from counterfoil.tables.brief.typeset import brief_pdf, deck_pdf
    from counterfoil.tables.brief.view import make_view

    view, deck = make_view(brief), make_deck(brief)
    writers: Mapping[str, Callable[[Path], object]] = {
        "brief.pdf": lambda path: path.write_bytes(brief_pdf(view)),
        "deck.pdf": lambda path: path.write_bytes(deck_pdf(deck)),
        "brief.html": lambda path: path.write_text(render_brief(view), "utf-8", newline="\n"),
        "deck.html": lambda path: path.write_text(render_deck(deck), "utf-8", newline="\n"),
        DECISIONS: lambda path: write_decisions(path, [item.decision for item in brief.decisions]),
        FIGURES: lambda path: path.write_text(brief_json(brief), "utf-8", newline="\n"),
    }
    for name in (*(PDF_FILES if pdf else ()), *FILES):
        with writing(space.parent / name):
            writers[name](space / name)


def brief_json(brief: Brief) -> str:
    """The brief in figures, as indented JSON with a line end. Amounts, prices and quantities are texts of plain decimals; persons and notes
    stand in decisions.csv alone."""
    result = brief.result
    document = {
        "as_of": result.as_of,
        "period": brief.period,
        "headline": brief.headlines,
        "findings": brief.findings,
        "rules": {outcome.rule.name: outcome.findings for outcome in result.outcomes if outcome.status == "run"},
        "chain": result.chain,
        "cases": [_case(case) for case in brief.cases],
        "decisions": [
            {"state": item.state, "id": item.decision.id, "about": item.decision.about, "what": item.decision.what,
             "worth": item.decision.worth, "owner": item.decision.owner, "due_on": item.decision.due_on, "status": item.decision.status}
            for item in brief.decisions
        ],
        "spend": brief.spend,
        "spreads": {
            "largest": brief.spreads.largest,
            "totals": {currency: dict(zip(("things", "lines", "paid", "saving"), figures, strict=True))
                       for currency, figures in brief.spreads.totals.items()},
            "doubtful": brief.spreads.doubtful,
            "compared": brief.spreads.compared,
            "not_compared": brief.spreads.not_compared,
        },
        "leakage": {
            "covered": {currency: {"lines": lines, "value": value} for currency, (lines, value) in brief.leakage.covered.items()},
            "kinds": [{"kind": kind, "currency": currency, "lines": lines, "amount": amount}
                      for (kind, currency), (lines, amount) in brief.leakage.kinds.items()],
            "largest": brief.leakage.largest,
            "left": brief.leakage.left,
        },
        "suppliers": brief.suppliers,
        "previous": brief.previous and brief.previous.as_of,
        "narrowing": result.narrowing,
        "policy": {"name": result.policy["name"], "version": result.policy["version"]},
        "version": result.version,
    }  # fmt: skip
    return json.dumps(as_data(document), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _case(case: Case) -> dict[str, object]:
    finding = case.finding
    return {
        "finding_id": finding.id,
        "rule": finding.rule,
        "severity": case.severity,
        "site_id": finding.site_id,
        "supplier_id": finding.supplier_id,
        "document": finding.document,
        "document_id": finding.document_id,
        "line_id": finding.line_id,
        "amount_at_risk": finding.amount,
        "currency": finding.currency,
        "message": case.message,
        "owner": case.rule.owner,
    }


def as_data(value: object, text: Callable[[str], str] = str) -> object:
    """A value, or a dataclass with its fields by name, as JSON can hold it; every text through `text`."""
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return text(str(value.value))
        case str():
            return text(value)
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {text(str(key)): as_data(one, text) for key, one in value.items()}
        case frozenset():
            return sorted(as_data(one, text) for one in value)  # type: ignore[type-var]
        case list() | tuple():
            return [as_data(one, text) for one in value]
        case _:
            return fields(value, text)


def fields(value: object, text: Callable[[str], str]) -> dict[str, object]:
    """The fields of a dataclass by name, as `as_data`."""
    return {name: as_data(getattr(value, name), text) for name in type(value).__slots__}  # type: ignore[attr-defined]
