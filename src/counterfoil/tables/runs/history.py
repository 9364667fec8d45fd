"""How the measures of a plant moved: over the runs of a history, and over the months of the newest one.

Everything is compared in pairs: the first run with the last, and in the newest run the first three full months with the last three. Of each
pair the history says whether chance alone would make such a difference.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import duckdb

from counterfoil.rules.chance import Verdict, judge_durations, judge_shares, together, within_days
from counterfoil.tables.checks.registry import THEMES
from counterfoil.tables.database import open_database
from counterfoil.tables.facts.columns import limbs_sql, sum_of_limbs
from counterfoil.tables.measures import AT_RISK, COLUMNS, DAYS, FINDINGS, HOPS, READ, UNLINKED, UNTIED
from counterfoil.tables.reading.source import quoted_path
from counterfoil.tables.runs.entries import Entry, entries

_MEMORY = "1GB"
MONTHS = 3
"""How many months are held against as many."""
LOOK_BACK = 24
"""Months before the day of the newest run in which the first ones are looked for: an old stray document is no beginning."""


class Unit(StrEnum):
    """In what a measure is told."""

    LINES = "share of lines"
    MONEY = "share of money"
    AMOUNT = "money"
    COUNT = "count"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of one run or of some months. `judged`, `of_documents`: the documents concerned, and all of their kinds that were read, as
    far as that is known. `days`: how many documents took so many."""

    lines: int = 0
    of_lines: int = 0
    amount: Decimal | None = None
    of_amount: Decimal | None = None
    judged: int = 0
    of_documents: int = 0
    days: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Name:
    """Which measure: see measures.COLUMNS; `currency` None = whatever it is."""

    measure: str
    name: str
    unit: Unit
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """A measure at the beginning and at the end. None: it was not taken there."""

    name: Name
    first: Figure | None
    last: Figure | None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The runs of a folder, oldest first. `database` holds the table `history`: `run` (a place in `runs`) and the columns of the measures.
    `over_runs`: from the first run to the last; `over_months`: from the first to the last months of the newest, `first_months` and
    `last_months`; empty where there are too few."""

    database: duckdb.DuckDBPyConnection
    runs: Sequence[Entry]
    over_runs: Sequence[Trend]
    over_months: Sequence[Trend]
    first_months: Sequence[date]
    last_months: Sequence[date]
    cautions: Sequence[str]


@contextmanager
def open_history(folder: Path) -> Iterator[History]:
    """The history in `folder`; its database is gone when the block ends.

    Raises:
        Unusable: a file in it is no entry.
    """
    with open_database(_MEMORY) as database:
        runs = entries(folder)
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        database.execute(f"CREATE TABLE history (run INTEGER, {columns})")
        for place, entry in enumerate(runs):
            database.execute(f"INSERT INTO history BY NAME SELECT {place} AS run, * FROM read_parquet({quoted_path(entry.path)})")
        first, last = _months(database, runs)
        yield History(
            database=database,
            runs=runs,
            over_runs=_over_runs(database, runs),
            over_months=_over_months(database, runs[-1], len(runs) - 1, first, last) if first else (),
            first_months=first,
            last_months=last,
            cautions=tuple(_cautions(runs)),
        )


# ---- figures ------------------------------------------------------------------------------------------------------------------------


Figures = dict[Name, Figure]


def figures(database: duckdb.DuckDBPyConnection, where: str) -> Figures:
    """Every measure of the rows of `history` that meet a condition in SQL."""
    return figures_by(database, "0", where).get(0, {})


def figures_by(database: duckdb.DuckDBPyConnection, key: str, where: str) -> dict[Any, Figures]:
    """The same for each value of a key, an SQL expression over `history`."""
    rows = f"(SELECT *, {key} AS key FROM history WHERE {where})"
    found: dict[Any, Figures] = {}
    for part in (_shares, _counts, _waits):
        for place, name, figure in part(database, rows):
            found.setdefault(place, {})[name] = figure
    return found


Placed = Iterator[tuple[Any, Name, Figure]]


def _shares(database: duckdb.DuckDBPyConnection, rows: str) -> Placed:
    """Unlinked and untied: of lines whatever their currency, of money by currency; and the money at risk."""
    for unit, currency in ((Unit.LINES, "NULL"), (Unit.MONEY, "currency")):
        query = f"""SELECT key, measure, name, {currency} AS one, sum(lines), sum(of_lines), sum(documents), sum(of_documents),
                           {limbs_sql("amount")}, {limbs_sql("of_amount")}
                    FROM {rows} WHERE measure IN ('{UNLINKED}', '{UNTIED}', '{AT_RISK}') GROUP BY ALL ORDER BY ALL"""
        for key, measure, name, one, lines, of_lines, documents, of_documents, *amounts in database.execute(query).fetchall():
            at_risk = measure == AT_RISK
            if not (at_risk and unit is Unit.LINES):
                amount, of_amount = _whole(*amounts[:2]), _whole(*amounts[2:])
                figure = Figure(lines, of_lines or 0, amount, of_amount, documents or 0, of_documents or 0)
                yield key, Name(measure, name, Unit.AMOUNT if at_risk else unit, one), figure


def _whole(units: Decimal | None, rest: Decimal | None) -> Decimal | None:
    return None if units is None or rest is None else sum_of_limbs(units, rest)


def _counts(database: duckdb.DuckDBPyConnection, rows: str) -> Placed:
    """Findings by rule, of every rule that ever found something; with the documents of those kinds of which it is known how many were
    read."""
    query = f"""WITH read AS (SELECT key, document, sum(documents) AS read FROM {rows} WHERE measure = '{READ}' GROUP BY ALL),
                each AS (SELECT key, name, document, sum(lines) AS lines, sum(documents) AS documents
                         FROM {rows} WHERE measure = '{FINDINGS}' GROUP BY ALL),
                kinds AS (SELECT DISTINCT name, document FROM history WHERE measure = '{FINDINGS}'),
                keys AS (SELECT key FROM read UNION SELECT key FROM each)
                SELECT key, name, coalesce(sum(lines), 0), coalesce(sum(documents) FILTER (read IS NOT NULL), 0), coalesce(sum(read), 0)
                FROM keys CROSS JOIN kinds LEFT JOIN each USING (key, name, document) LEFT JOIN read USING (key, document)
                GROUP BY ALL ORDER BY ALL"""
    for key, name, lines, judged, read in database.execute(query).fetchall():
        yield key, Name(FINDINGS, name, Unit.COUNT), Figure(lines=lines, judged=judged, of_documents=read)


def _waits(database: duckdb.DuckDBPyConnection, rows: str) -> Placed:
    query = f"SELECT key, name, days, sum(documents), sum(lines) FROM {rows} WHERE measure = '{DAYS}' GROUP BY ALL ORDER BY ALL"
    found: dict[tuple[Any, str], dict[int, int]] = {}
    lines: dict[tuple[Any, str], int] = {}
    for key, name, days, documents, count in database.execute(query).fetchall():
        found.setdefault((key, name), {})[days] = documents
        lines[key, name] = lines.get((key, name), 0) + count
    for (key, name), days in found.items():
        yield key, Name(DAYS, name, Unit.DAYS), Figure(lines=lines[key, name], days=days)


# ---- trends -------------------------------------------------------------------------------------------------------------------------


def _over_runs(database: duckdb.DuckDBPyConnection, runs: Sequence[Entry]) -> list[Trend]:
    if len(runs) < 2:
        return []
    first, last = (_of_run(figures(database, f"run = {place}"), runs[place]) for place in (0, len(runs) - 1))
    if only_in_one(runs[0], runs[-1]):
        first, last = ({name: figure for name, figure in one.items() if not _over_rules(name)} for one in (first, last))
    return _trends(first, last)


def _over_months(database: duckdb.DuckDBPyConnection, run: Entry, place: int, first: Sequence[date], last: Sequence[date]) -> list[Trend]:
    parts = (figures(database, f"run = {place} AND month IN ({_dates(months)})") for months in (first, last))
    return _trends(*(_of_run(part, run) for part in parts))


def _of_run(found: Mapping[Name, Figure], run: Entry) -> dict[Name, Figure]:
    """Without the findings of rules that were not run."""
    return {name: figure for name, figure in found.items() if name.measure != FINDINGS or not name.name or run.ran(name.name)}


def _over_rules(name: Name) -> bool:
    """A sum over rules: two of them cannot be compared where the rules were not the same."""
    return name.measure == AT_RISK or name == Name(FINDINGS, "", Unit.COUNT)


def only_in_one(first: Entry, last: Entry) -> list[str]:
    """The rules that were run in one of the two alone."""
    return sorted(name for name in {*first.rules, *last.rules} if first.ran(name) != last.ran(name))


def _trends(first: Mapping[Name, Figure], last: Mapping[Name, Figure]) -> list[Trend]:
    def figure(found: Mapping[Name, Figure], name: Name) -> Figure | None:
        return found.get(name, Figure(amount=Decimal(0)) if name.measure == AT_RISK else None)

    told = [Trend(name, figure(first, name), figure(last, name)) for name in sorted({*first, *last}, key=_rank)]
    return [*_judged([t for t in told if not _one_of_many(t)], raised=False), *_judged([t for t in told if _one_of_many(t)], raised=True)]


def _one_of_many(trend: Trend) -> bool:
    """Rules are asked together: of fifty, some would look like more than chance by chance."""
    return trend.name.measure == FINDINGS and bool(trend.name.name)


def _judged(trends: Sequence[Trend], *, raised: bool) -> list[Trend]:
    verdicts = {place: verdict for place, trend in enumerate(trends) if (verdict := _judge(trend))}
    if raised:
        verdicts = dict(zip(verdicts, together(list(verdicts.values())), strict=True))
    return [Trend(trend.name, trend.first, trend.last, verdicts.get(place)) for place, trend in enumerate(trends)]


def _judge(trend: Trend) -> Verdict | None:
    """None for money at risk, which a few large amounts decide, and where one side is missing."""
    first, last = trend.first, trend.last
    if first is None or last is None or trend.name.unit is Unit.AMOUNT:
        return None
    if trend.name.unit is Unit.DAYS:
        return judge_durations(first.days, last.days)
    return judge_shares(first.judged, first.of_documents, last.judged, last.of_documents)


def _rank(name: Name) -> tuple[int, int, str, int, str]:
    """Shares, money at risk, days, findings in all and by rule."""
    measures = (UNLINKED, UNTIED, AT_RISK, DAYS, FINDINGS)
    known = (*THEMES, *HOPS)
    place = known.index(name.name) + 1 if name.name in known else 0
    return (measures.index(name.measure), place, name.name, [*Unit].index(name.unit), name.currency or "")


def median(figure: Figure) -> int | None:
    """Within how many days half of them were done."""
    return within_days(figure.days, 2)


# ---- months -------------------------------------------------------------------------------------------------------------------------


def _months(database: duckdb.DuckDBPyConnection, runs: Sequence[Entry]) -> tuple[list[date], list[date]]:
    """The first and the last full months of the newest run in which orders or invoices were read; both empty where they would overlap."""
    if not runs:
        return [], []
    newest = f"date_trunc('month', DATE '{runs[-1].as_of.isoformat()}' + INTERVAL 1 DAY)"  # the first month that is not full
    rows = database.execute(
        f"""SELECT DISTINCT month FROM history WHERE run = {len(runs) - 1} AND measure = '{READ}'
            AND month < {newest} AND month >= {newest} - INTERVAL {LOOK_BACK} MONTH ORDER BY month"""
    ).fetchall()
    months: list[date] = [month for (month,) in rows]
    return (months[:MONTHS], months[-MONTHS:]) if len(months) >= 2 * MONTHS else ([], [])


def _dates(days: Sequence[date]) -> str:
    return ", ".join(f"DATE '{day.isoformat()}'" for day in days)


def _cautions(runs: Sequence[Entry]) -> Iterator[str]:
    if len(runs) < 2:
        return
    first, last = runs[0], runs[-1]
    if first.policy != last.policy:
        yield "The first and the last run had different policies: findings may differ by another tolerance or exemption."
    if first.version != last.version:
        yield f"The program was {first.version} in the first run and {last.version} in the last: a rule may have been mended in between."
    if only := only_in_one(first, last):
        yield f"Not run in both of them, so that neither these nor sums over rules are compared: {', '.join(only)}."
