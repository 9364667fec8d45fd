"""Output folders of checks, and histories of runs, made by hand."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from tests.interfaces import hand_made
from tests.interfaces.hand_made import finding

from counterfoil.tables.measures import COLUMNS, HOPS
from counterfoil.tables.output import FINDING_COLUMNS
from counterfoil.tables.result import CheckResult, Outcome
from counterfoil.tables.runs.history_files import adding_to

TYPES = dict.fromkeys(FINDING_COLUMNS, "VARCHAR") | {"amount_at_risk": "DECIMAL(38,16)", "occurred_at": "DATE"}

NAMELESS = "order-without-work"

Finding = Mapping[str, Any]
Row = Mapping[str, Any]
"""A row of the measures of a run."""


def found(number: int, amount: str | None = "100", **columns: Any) -> Finding:
    """A finding of that number; `amount` as text."""
    return finding(number, **columns) | {"amount_at_risk": None if amount is None else Decimal(amount)}


def output(
    folder: Path,
    findings: Sequence[Finding] = (),
    *,
    ran: Iterable[str] = (),
    not_run: Mapping[str, Sequence[str]] | None = None,
    read: Mapping[str, int] | None = None,
    **head: Any,
) -> Path:
    """An output folder with the two files that a comparison reads. `ran`: rules that ran, besides those that found something; `not_run`:
    rules and what they lacked; `read`: rows by table; `head`: other keys of summary.json."""
    folder.mkdir(parents=True)
    counts = dict.fromkeys(ran, 0)
    for one in findings:
        counts[one["rule"]] = counts.get(one["rule"], 0) + 1
    rules: dict[str, Any] = {
        name: {"status": "run", "needs": [], "findings": number, "not_judged": 0, "amounts": {}} for name, number in counts.items()
    }
    for name, needs in (not_run or {}).items():
        rules[name] = {"status": "not run", "needs": list(needs), "findings": None, "not_judged": None, "amounts": {}}
    summary = {
        "tables": {name: {"read": number, "rejected": 0} for name, number in (read or {"purchase_orders": 1000}).items()},
        "rules": rules,
        "policy": {"name": "default", "version": "1"},
        "narrowing": {"sites": [], "categories": []},
        "as_of": "2026-03-31",
        "version": "0.1.0",
    }
    (folder / "summary.json").write_text(json.dumps(summary | head), "utf-8")
    rows(folder / "findings.parquet", findings)
    return folder


def rows(path: Path, findings: Sequence[Finding], types: Mapping[str, str] = TYPES) -> None:
    """Write findings as a Parquet file with these columns."""
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE findings ({', '.join(f'{name} {kind}' for name, kind in types.items())})")
        if findings:
            marks = ", ".join("?" * len(types))
            database.executemany(f"INSERT INTO findings VALUES ({marks})", [[one.get(name) for name in types] for one in findings])
        target = str(path).replace("'", "''")
        database.execute(f"COPY findings TO '{target}' (FORMAT parquet)")


# ---- histories ----------------------------------------------------------------------------------------------------------------------


def measure(kind: str, **columns: Any) -> Row:
    """A row of measures; what is not given is empty."""
    empty = {"name": "", "document": "", "site_id": "Nord", "month": date(2026, 1, 1), "currency": ""}
    return {"measure": kind} | empty | columns


def unlinked(part: int, whole: int, **columns: Any) -> Row:
    """So many order lines that name no work order, each an order of its own of 10 EUR."""
    figures = {"documents": part, "lines": part, "amount": part * 10}
    return measure("unlinked", name="work", currency="EUR", **figures, of_documents=whole, of_lines=whole, of_amount=whole * 10, **columns)


def findings(number: int, rule: str = NAMELESS, **columns: Any) -> Row:
    return measure("findings", name=rule, document="purchase_order", documents=number, lines=number, **columns)


def read(number: int, **columns: Any) -> Row:
    return measure("read", document="purchase_order", documents=number, **columns)


def days(hop: str, *taken: int, **columns: Any) -> list[Row]:
    return [measure("days", name=hop, days=one, documents=taken.count(one), lines=taken.count(one), **columns) for one in sorted({*taken})]


@contextmanager
def checked(rows: Iterable[Row], *, as_of: str = "2026-03-31", ran: Iterable[str] = (NAMELESS,), **head: Any) -> Iterator[CheckResult]:
    """A run with these measures."""
    outcomes = [Outcome(hand_made.rule(name), "run", amounts={}) for name in ran]
    result = replace(hand_made.result(outcomes=outcomes), as_of=date.fromisoformat(as_of), **head)
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    result.database.execute(f"CREATE TABLE measures ({columns})")
    for row in rows:
        result.database.execute(f"INSERT INTO measures BY NAME SELECT {', '.join(f'? AS {name}' for name in row)}", list(row.values()))
    yield result
    result.database.close()


def add(folder: Path, rows: Iterable[Row], **run_: Any) -> None:
    with checked(rows, **run_) as result, adding_to(folder) as writing:
        assert writing is not None
        writing.take(result)


# ---- to look at ---------------------------------------------------------------------------------------------------------------------


def two_runs(folder: Path) -> None:
    """before/ and after/: three hundred findings of every sort, of which some went, some came, and some are worth another amount; under
    policies that differ."""
    told = hand_made.varied().database.execute(f"SELECT {', '.join(FINDING_COLUMNS)} FROM findings")
    rows = [dict(zip(FINDING_COLUMNS, row, strict=True)) for row in told.fetchall()]
    ran = {row["rule"] for row in rows}
    read = {"purchase_orders": 4000}
    output(folder / "before", rows[:260], ran=ran, not_run={"lot-untraced": ["consumption"]}, read=read)
    moved = [row | {"facts_digest": "other", "amount_at_risk": Decimal("12.5")} for row in rows[140:150]]
    lots = [found(1000 + number, None, rule="lot-untraced", document="consumption") for number in range(3)]
    policy = {"name": "strict", "version": "2"}
    output(folder / "after", [*rows[70:140], *moved, *rows[260:], *lots], ran=ran, policy=policy, read=read)


def a_year(folder: Path) -> None:
    """history/: six runs, each of fourteen months at three sites, in which less and less is unlinked and orders arrive sooner."""
    for place in range(6):
        rows: list[Row] = []
        for month in range(14):
            rows += _a_month(date(2025 + (place + month) // 12, (place + month) % 12 + 1, 1), place + month)
        add(folder / "history", rows, as_of=str(date(2026 + (place + 2) // 12, (place + 2) % 12 + 1, 28)), ran=(NAMELESS, "overdue"))


def _a_month(month: date, age: int) -> list[Row]:
    rows: list[Row] = []
    for size, site in enumerate(("Nord", "Süd", "<b>Hafen</b>"), 2):
        part = size * (22 - age)
        rows += [unlinked(part, size * 40, site_id=site, month=month), read(size * 60, site_id=site, month=month)]
        rows += [findings(part, site_id=site, month=month), findings(size * 3, "overdue", site_id=site, month=month)]
        rows.append(findings(part + size * 3, "", site_id=site, month=month))
        money = {"documents": part, "lines": part, "amount": part * 900, "of_documents": size * 50, "of_lines": size * 50}
        rows.append(measure("untied", currency="EUR", of_amount=size * 60_000, site_id=site, month=month, **money))
        for theme in ("", "linking", "timing"):
            rows.append(measure("at risk", name=theme, currency="EUR", lines=part, amount=part * 1100, site_id=site, month=month))
        for hop, one in zip(HOPS, (3, 2, 21 - age // 2, 6, 30), strict=True):
            rows += days(hop, *(one + step % 5 for step in range(size * 4)), site_id=site, month=month)
    return rows
