"""The brief before: its figures, to say what changed, and its decisions, to carry them over."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from counterfoil.tables.brief.decision_file import read_decisions
from counterfoil.tables.brief.decisions import Decision
from counterfoil.tables.landing import Unusable

DECISIONS, FIGURES = "decisions.csv", "brief.json"
"""The two files of a brief that the next one reads."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One currency in four figures. `at_risk`: in errors and warnings, each document line once."""

    invoiced: Decimal
    tied: Decimal
    without_work: Decimal
    at_risk: Decimal


@dataclass(frozen=True, slots=True)
class Previous:
    """The brief before. `as_of`, `headlines` (by currency), `findings` (by severity), `rules` (findings by rule that was run): None and
    empty where there is no brief.json."""

    decisions: tuple[Decision, ...]
    as_of: datetime.date | None
    headlines: Mapping[str, Headline]
    findings: Mapping[str, int]
    rules: Mapping[str, int]


def files_of(place: Path) -> tuple[Path, Path]:
    """The decisions and the figures that are read where `place` is named: of a folder its two files; of a file it and the one beside it."""
    if place.is_dir():
        return place / DECISIONS, place / FIGURES
    return (place.parent / DECISIONS, place) if place.suffix.lower() == ".json" else (place, place.parent / FIGURES)


def read_previous(place: Path, rules: Sequence[str], narrowing: Mapping[str, Sequence[str]]) -> Previous:
    """What is in a folder that a brief was written to; or in one of its two files and the one beside it. `narrowing`: the sites and
    categories of this brief: decisions of others would look solved.

    Raises:
        Unusable: neither file is there, one cannot be used, or the brief was of other sites or categories.
    """
    decisions, figures = files_of(place)
    if not decisions.exists() and not figures.exists():
        raise Unusable(f"{place}: has neither {DECISIONS} nor {FIGURES}; name the folder that the last brief was written to.")
    told = _figures(figures, narrowing) if figures.exists() else Previous((), None, {}, {}, {})
    carried = read_decisions(decisions, rules) if decisions.exists() else []
    return replace(told, decisions=tuple(carried))


def _figures(path: Path, narrowing: Mapping[str, Sequence[str]]) -> Previous:
    try:
        document = json.loads(path.read_text("utf-8"))
        headlines = {currency: _headline(figures) for currency, figures in document["headline"].items()}
        findings, by_rule = ({name: int(number) for name, number in document[of].items()} for of in ("findings", "rules"))
        as_of = datetime.date.fromisoformat(document["as_of"])
        before = {name: sorted(map(str, document["narrowing"][name])) for name in narrowing}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidOperation, RecursionError):
        raise Unusable(f"{path}: is not the {FIGURES} of a brief; name the folder that the last brief was written to.") from None
    for name, values in narrowing.items():
        if before[name] != sorted(values):
            raise Unusable(
                f"{path}: was of {_said(name, before[name])}, this brief is of {_said(name, values)}; "
                f"give the same, or leave out --previous."
            )
    return Previous((), as_of, headlines, findings, by_rule)


def _headline(figures: Mapping[str, Any]) -> Headline:
    """Raises ValueError where a figure is no number."""
    numbers = [Decimal(figures[name]) for name in Headline.__slots__]
    if not all(number.is_finite() for number in numbers):
        raise ValueError
    return Headline(*numbers)


def _said(name: str, values: Sequence[str]) -> str:
    return f"{name} {', '.join(values)}" if values else f"all {name}"
