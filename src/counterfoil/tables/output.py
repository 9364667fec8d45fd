"""The files of a run: findings.parquet, findings.csv, rejected.csv, health.csv, health.html, report.html and summary.json, all of them or
none.

Rows go from the database to the files by COPY, so that a million findings never pass through Python.
"""

import csv
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from shutil import rmtree

import duckdb

from counterfoil.rules.money import plain
from counterfoil.tables import schema
from counterfoil.tables.database import as_plain, literal
from counterfoil.tables.health import Health, examine
from counterfoil.tables.health.counting import Count, Gap, Place
from counterfoil.tables.landing import Unusable
from counterfoil.tables.report.health import render_health
from counterfoil.tables.result import CheckResult, Outcome

FINDING_COLUMNS = (
    "finding_id",
    "facts_digest",
    "rule",
    "severity",
    "site_id",
    "supplier_id",
    "document",
    "document_id",
    "line_id",
    "work_order_id",
    "amount_at_risk",
    "currency",
    "occurred_at",
    "message",
    "evidence",
)
"""The columns of findings.parquet and findings.csv, in their order."""

PARTITION_COLUMNS = ("rule", "severity", "site_id", "supplier_id", "document", "currency")
"""Those of FINDING_COLUMNS by which findings.parquet may be partitioned: the ones with few values."""

REJECT_COLUMNS = ("file", "line", "column", "value", "reason")

HEALTH_COLUMNS = (
    "measure",
    "about",
    "scope",
    "site_id",
    "rows",
    "of",
    "share",
    "judgements_lost",
    "rules",
    "amounts",
    "examples",
    "title",
    "remedy",
    "owner",
)
"""The columns of health.csv: one row a measure and place."""

FILES = ("findings.parquet", "findings.csv", "rejected.csv", "health.csv", "health.html", "report.html", "summary.json")
"""In the order in which they are written: summary.json is there only when the others are."""

_WORST_FIRST = """CASE findings.severity WHEN 'E' THEN 0 WHEN 'W' THEN 1 ELSE 2 END,
    findings.rule, findings.amount_at_risk DESC NULLS LAST, findings.finding_id"""

# What a spreadsheet takes for the start of a formula, the full-width forms of some locales included.
_FORMULA_START = "[=+@\\-\\t\\r\\n\uff1d\uff0b\uff20\uff0d]"


@contextmanager
def output_folder(folder: Path, files: Sequence[str] = FILES) -> Iterator[Path]:
    """Yield an empty folder to write `files` into; move them into `folder` at the end, in their order, each in one step.

    After an error or an interruption `folder` is as it was before: files of an earlier run stay until all new ones are there, other files
    are never touched. The space to write in lies inside `folder`, so that the move never crosses file systems.

    Raises:
        Unusable: `folder` cannot be made or written to.
    """
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    space: Path | None = None
    try:
        space = _make_space(folder)
        yield space
        _move_all(space, folder, files)
    finally:
        if space is not None:
            rmtree(space, ignore_errors=True)
        for path in made:
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises `Unusable` where what is written inside, a file or the files of a folder, cannot be written. `path`: where it is to stand."""
    try:
        yield
    except (OSError, duckdb.IOException) as error:
        raise Unusable(_cannot_write(path, error)) from None


def write_outputs(
    result: CheckResult,
    space: Path,
    progress: Callable[[str, int, int], None] = lambda what, done, of: None,
    partition_by: Sequence[str] = (),
) -> None:
    """Write every file of FILES into `space` (see `output_folder`). `progress` is told what is being written, steps done, steps in all.
    `partition_by`: of PARTITION_COLUMNS; where there is one, findings.parquet is a folder of files by it (`site_id=B-2/…`).

    Raises:
        Unusable: a file cannot be written.
    """
    from counterfoil.tables.report.view import render  # Altair takes half a second

    progress("looking at the health of the data", 0, len(FILES))
    health = examine(result)
    writers: Mapping[str, Callable[[Path], object]] = {
        "findings.parquet": lambda path: _copy(result, path, _findings_query(), _parquet(partition_by)),
        "findings.csv": lambda path: _copy(result, path, _findings_as_text(), "FORMAT csv, HEADER"),
        "rejected.csv": lambda path: _copy(result, path, _rejects_as_text(), "FORMAT csv, HEADER"),
        "health.csv": lambda path: _write_health(health, path),
        "health.html": lambda path: path.write_text(render_health(health, result), "utf-8", newline="\n"),
        "report.html": lambda path: path.write_text(render(result), "utf-8", newline="\n"),
        "summary.json": lambda path: path.write_text(summary_json(result), "utf-8", newline="\n"),
    }
    for step, name in enumerate(FILES):
        progress(f"writing {name}", step, len(FILES))
        with writing(space.parent / name):
            writers[name](space / name)
    progress("written", len(FILES), len(FILES))


def summary_json(result: CheckResult) -> str:
    """summary.json: `summarise` as indented JSON with a line end."""
    return json.dumps(summarise(result), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def summarise(result: CheckResult) -> dict[str, object]:
    """The run in figures. Amounts are texts of plain decimals; a rule that was not run has no counts (null), never zero."""
    judged = [outcome for outcome in result.outcomes if outcome.status == "run"]
    severities = {letter: result.count(letter) for letter in ("E", "W", "I")}
    return {
        "tables": {name: _table_in_figures(result, name) for name in result.landing.tables},
        "rules": {outcome.rule.name: _rule_in_figures(outcome) for outcome in result.outcomes},
        "totals": {
            "findings": sum(severities.values()),
            "by_severity": severities,
            "not_judged": sum(outcome.not_judged for outcome in judged),
            "exempt": {outcome.rule.name: outcome.exempt for outcome in judged if outcome.exempt},
            "read": sum(table.read for table in result.landing.tables.values()),
            "rejected": rejected(result),
            "at_risk": _plain_amounts(result.at_risk),
        },
        "chain": {
            currency: {name: {"amount": plain(hop.amount), "lines": hop.lines} for name, hop in hops.items()}
            for currency, hops in result.chain.items()
        },
        "engine": result.engine,
        "seconds": round(result.seconds, 3),
        "policy": dict(result.policy),
        "narrowing": {what: list(names) for what, names in result.narrowing.items()},
        "as_of": result.as_of.isoformat(),
        "version": result.version,
    }


def rejected(result: CheckResult) -> int:
    """How many rows could not be read."""
    return sum(table.rejected for table in result.landing.tables.values())


def _table_in_figures(result: CheckResult, name: str) -> dict[str, int]:
    table = result.landing.tables[name]
    figures = {"read": table.read, "rejected": table.rejected}
    return figures | {"dangling": result.dangling[name]} if name in result.dangling else figures


def _rule_in_figures(outcome: Outcome) -> dict[str, object]:
    ran = outcome.status == "run"
    return {
        "status": outcome.status,
        "needs": list(outcome.needs),
        "findings": outcome.findings if ran else None,
        "not_judged": outcome.not_judged if ran else None,
        "amounts": _plain_amounts(dict(outcome.amounts)),
    }


def _plain_amounts(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {currency: plain(amount) for currency, amount in sorted(amounts.items())}


# ---- what goes into the files, as SQL ---------------------------------------------------------------------------------------------


def _findings_query() -> str:
    return f"SELECT {', '.join(FINDING_COLUMNS)} FROM findings ORDER BY {_WORST_FIRST}"


def _findings_as_text() -> str:
    texts = set(FINDING_COLUMNS) - {"amount_at_risk", "occurred_at"}
    columns = [harmless(name) if name in texts else name for name in FINDING_COLUMNS]
    columns[FINDING_COLUMNS.index("amount_at_risk")] = f"{as_plain('amount_at_risk')} AS amount_at_risk"
    return f"SELECT {', '.join(columns)} FROM findings ORDER BY {_WORST_FIRST}"


def _rejects_as_text() -> str:
    columns = ", ".join("line" if name == "line" else harmless(name) for name in REJECT_COLUMNS)
    parts = (f'SELECT {", ".join(_quoted(name) for name in REJECT_COLUMNS)} FROM "rejected_{table}"' for table in schema.TABLES)
    return f'SELECT {columns} FROM ({" UNION ALL ".join(parts)}) AS rejects ORDER BY rejects.file, rejects.line, rejects."column"'


def _write_health(health: Health, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEALTH_COLUMNS)
        for gap in health.gaps:
            writer.writerows(_health_row(gap, place, count) for place, count in gap.places.items())


def _health_row(gap: Gap, place: Place, count: Count) -> list[object]:
    """A row of health.csv. `share`: rows ÷ of, to six decimals. Rules, amounts and examples are JSON."""
    scope, site = place
    inner = (dict(count.blinded), {currency: plain(amount) for currency, amount in count.amounts.items()}, list(count.examples))
    numbers = (count.rows, count.of, f"{Decimal(count.rows) / count.of:.6f}" if count.of else "", count.lost)
    measure = gap.measure
    row = (measure.name, gap.about, scope, site, *numbers, *(json.dumps(one, ensure_ascii=False) for one in inner))
    said = (measure.title, measure.remedy, measure.owner)
    return [harmless_text(cell) if isinstance(cell, str) else cell for cell in (*row, *said)]


def harmless_text(text: str) -> str:
    """The text, with an apostrophe before whatever a spreadsheet would run as a formula."""
    return "'" + text if re.match("'*" + _FORMULA_START, text) else text


def without_apostrophe(text: str) -> str:
    """The text that `harmless_text` was given."""
    return text[1:] if re.match("'+" + _FORMULA_START, text) else text


def harmless(name: str) -> str:
    """The column, with an apostrophe before whatever a spreadsheet would run as a formula; before one that is there already as well, so
    that `without_apostrophe` gives the text back."""
    column = _quoted(name)
    return f"CASE WHEN regexp_matches({column}, '^''*{_FORMULA_START}') THEN '''' || {column} ELSE {column} END AS {column}"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _parquet(partition_by: Sequence[str]) -> str:
    """How findings.parquet is written. Files in folders hold all columns, so that they can be read without looking at their paths."""
    parted = f", PARTITION_BY ({', '.join(partition_by)}), WRITE_PARTITION_COLUMNS true" if partition_by else ""
    return f"FORMAT parquet, COMPRESSION zstd{parted}"


def _copy(result: CheckResult, path: Path, query: str, how: str) -> None:
    result.database.execute(f"COPY ({query}) TO {literal(str(path))} ({how})")


# ---- all files or none ------------------------------------------------------------------------------------------------------------


def _make_space(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
    except OSError as error:
        raise Unusable(_cannot_write(folder, error)) from None


def _move_all(space: Path, folder: Path, files: Sequence[str]) -> None:
    written = [path for name in files if (path := space / name).exists()]
    for path in written:
        if (folder / path.name).is_dir() and not _partitioned(folder / path.name):
            raise Unusable(f"{folder / path.name} is a folder; move it away or name another --out.")
    for path in written:
        target = folder / path.name
        try:
            if target.is_dir() or (path.is_dir() and target.exists()):
                target.rename(space / f"earlier-{path.name}")
            path.replace(target)
        except OSError as error:
            raise Unusable(_cannot_write(folder / path.name, error)) from None


def _partitioned(folder: Path) -> bool:
    """True for what an earlier run may have left: a folder of folders with nothing but Parquet files."""
    return folder.suffix == ".parquet" and all(path.suffix == ".parquet" or "=" in path.name for path in folder.rglob("*"))


def _cannot_write(path: Path, error: Exception) -> str:
    return f"{path}: cannot be written ({getattr(error, 'strerror', None) or error}); make room there or name another folder with --out."
