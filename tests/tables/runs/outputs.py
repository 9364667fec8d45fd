"""Output folders of checks, made by hand."""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from tests.interfaces.hand_made import finding

from counterfoil.tables.output import FINDING_COLUMNS

TYPES = dict.fromkeys(FINDING_COLUMNS, "VARCHAR") | {"amount_at_risk": "DECIMAL(38,16)", "occurred_at": "DATE"}

Finding = Mapping[str, Any]


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
