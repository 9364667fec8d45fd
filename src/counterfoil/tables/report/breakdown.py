"""Findings by theme, site, supplier, category and month: where they are, in counts and amounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
from markupsafe import Markup

from counterfoil.tables.checks.registry import SEVERITIES, THEMES, Rule
from counterfoil.tables.database import literal as quoted
from counterfoil.tables.report.charts import drawing, stacked_bars
from counterfoil.tables.report.queries import Slice, slices
from counterfoil.tables.text import amounts, brief, count

MOST_ROWS, MOST_MONTHS, MOST_DRAWN = 10, 24, 36

_COLOURS = {"error": "var(--error-bar)", "warning": "var(--warning-bar)", "info": "var(--info-bar)"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a panel. `value`: what the list is filtered by; `shares`: of the longest row, in percent, by severity."""

    label: str
    value: str
    findings: int
    severities: tuple[tuple[str, int], ...]
    shares: tuple[tuple[str, str, str], ...]
    """(severity, where its part of the bar begins, how long it is), in percent of the longest row."""
    amounts: list[str]


@dataclass(frozen=True, slots=True)
class Panel:
    """Findings by one thing. `filter`: its name in the list; `left`: how many rows are not shown."""

    name: str
    filter: str
    rows: list[Bar]
    left: int


def panels(database: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule]) -> list[Panel]:
    """The panels, those left out in which there is nothing to tell apart."""
    themes = " ".join(f"WHEN {quoted(name)} THEN {quoted(rule.theme)}" for name, rule in rules.items())
    asked = (
        ("Theme", "theme", f"CASE rule {themes} END" if themes else "NULL", len(THEMES), False),
        ("Site", "site", "site_id", MOST_ROWS, False),
        ("Supplier", "supplier", "supplier_id", MOST_ROWS, False),
        ("Category", "category", "category", MOST_ROWS, False),
        ("Month", "month", "strftime(occurred_at, '%Y-%m')", MOST_ROWS, True),
    )
    found = []
    for name, filtered, of, most, newest in asked:
        rows, number = slices(database, of, most, newest)
        if any(row.value is not None for row in rows):
            found.append(Panel(name, filtered, _bars(rows, filtered), number - len(rows)))
    return found


def by_month(database: duckdb.DuckDBPyConnection, as_of: date) -> tuple[Markup, int]:
    """A picture of the findings month by month up to `as_of`, empty where fewer than two months have any; and how many findings stand in
    none of its months."""
    rows, _ = slices(
        database, f"CASE WHEN occurred_at <= DATE '{as_of}' THEN strftime(occurred_at, '%Y-%m') END", MOST_DRAWN + 1, newest=True
    )
    found = {row.value: row for row in rows if row.value is not None}
    if len(found) < 2:
        return Markup(), 0
    months = _months(min(found), max(found))[-MOST_DRAWN:]
    bars: list[dict[str, object]] = []
    for month in months:
        row = found.get(month, Slice(month, 0, 0, 0, {}))
        bars += [{"at": month, "series": word, "value": number} for word, number in zip(SEVERITIES.values(), _counts(row), strict=True)]
    most = max((row for row in found.values() if row.value in months), key=lambda row: row.findings)
    all_findings = int(database.execute("SELECT count(*) FROM findings").fetchall()[0][0])
    outside = all_findings - sum(row.findings for row in found.values() if row.value in months)
    label = f"Findings by month, {months[0]} to {months[-1]}; most in {most.value}: {count(most.findings, 'finding')}"
    return drawing(label, lambda width: stacked_bars(bars, list(_COLOURS.items()), width, "findings"), wide=1160), outside


def _months(first: str, last: str) -> list[str]:
    """Every month from one to the other, such as 2025-11, those without findings too; the last MOST_DRAWN of them."""
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(max(start, end - MOST_DRAWN + 1), end + 1)]


def _counts(row: Slice) -> tuple[int, int, int]:
    return row.errors, row.warnings, row.infos


def _bars(rows: list[Slice], filtered: str) -> list[Bar]:
    longest = max((row.findings for row in rows), default=1)
    bars = []
    for row in rows:
        at, shares = 0, []
        for word, number in zip(SEVERITIES.values(), _counts(row), strict=True):
            if number:
                shares.append((word, f"{100 * at / longest:.2f}", f"{100 * number / longest:.2f}"))
            at += number
        told = tuple((word, number) for word, number in zip(SEVERITIES.values(), _counts(row), strict=True) if number)
        value = brief(row.value or "", 80)
        bars.append(Bar(value or f"(no {filtered})", value, row.findings, told, tuple(shares), amounts(row.amounts)))
    return bars
