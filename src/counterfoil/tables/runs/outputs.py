"""What an earlier `check` left in its output folder, looked through before anything rests on it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from counterfoil.tables.landing import Unusable
from counterfoil.tables.output import FINDING_COLUMNS
from counterfoil.tables.reading.source import quoted_path

_FINDINGS = "findings.parquet"
_TYPES = dict.fromkeys(FINDING_COLUMNS, "VARCHAR") | {"amount_at_risk": "DECIMAL(38,16)", "occurred_at": "DATE"}


@dataclass(frozen=True, slots=True)
class RuleState:
    """How one rule went in a run. `findings`, `not_judged`: None where it was not run, for want of `needs`."""

    needs: tuple[str, ...]
    findings: int | None
    not_judged: int | None

    @property
    def ran(self) -> bool:
        return self.findings is not None


@dataclass(frozen=True, slots=True)
class Run:
    """One run as its summary.json tells it. `rules`: those that were asked for; `read`: rows by table; `policy`: all its settings;
    `narrowing`: `sites` and `categories`, empty = all."""

    folder: Path
    as_of: date
    version: str
    policy: Mapping[str, Any]
    narrowing: Mapping[str, list[str]]
    rules: Mapping[str, RuleState]
    read: Mapping[str, int]

    @property
    def findings(self) -> str:
        """Its findings, as something that SQL selects from."""
        return _rows(self.folder)


class _Strange(Exception):
    """Not what a check writes; says where."""


def read_run(folder: Path, database: duckdb.DuckDBPyConnection) -> Run:
    """The run whose files are in `folder`.

    Raises:
        Unusable: a file is missing, damaged, not a check's, or not of the same run as the other.
    """
    run = _read_summary(folder)
    _check_findings(run, database)
    return run


def _read_summary(folder: Path) -> Run:
    path = folder / "summary.json"
    try:
        document = json.loads(path.read_text("utf-8"))
        return Run(
            folder=folder,
            as_of=date.fromisoformat(_get(document, "as_of", str)),
            version=_get(document, "version", str),
            policy=_get(document, "policy", dict),
            narrowing={what: [*map(str, _get(document, f"narrowing.{what}", list))] for what in ("sites", "categories")},
            rules={name: _rule_state(document, name) for name in _get(document, "rules", dict)},
            read={name: _count(table, "read") for name, table in _get(document, "tables", dict).items()},
        )
    except OSError as error:
        raise Unusable(f"{path} cannot be read ({error.strerror}); name the folder that `counterfoil check --out` wrote.") from None
    except (ValueError, RecursionError, _Strange) as error:
        said = str(error) if isinstance(error, _Strange) else "it is damaged"
        raise Unusable(f"{path} is no summary of this version of `counterfoil check` ({said}); run the check again.") from None


def _get(document: object, path: str, kind: type) -> Any:
    found = document
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, kind):
        raise _Strange(f"{path} is missing or odd")
    return found


def _count(document: object, name: str) -> int:
    number: int = _get(document, name, int)
    if isinstance(number, bool) or number < 0:
        raise _Strange(f"{name} is no count")
    return number


def _rule_state(document: object, name: str) -> RuleState:
    rule = document["rules"][name]  # type: ignore[index]  # it is there: its name comes from there
    if _get(rule, "status", str) == "run":
        return RuleState((), _count(rule, "findings"), _count(rule, "not_judged"))
    return RuleState(tuple(map(str, _get(rule, "needs", list))), None, None)


def _rows(folder: Path) -> str:
    """A file, or a folder where the run was asked for `--partition-by`; all columns are in the files themselves."""
    path = folder / _FINDINGS
    parts = quoted_path(path) + (" || '/**/*.parquet'" if path.is_dir() else "")
    return f"read_parquet({parts}, hive_partitioning = false)"


def _check_findings(run: Run, database: duckdb.DuckDBPyConnection) -> None:
    path, rows = run.folder / _FINDINGS, run.findings
    if not path.exists():
        raise Unusable(f"{path} is missing; name the folder that `counterfoil check --out` wrote.")
    try:
        described = database.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
        if {name: kind for name, kind, *_ in described} != _TYPES:
            raise Unusable(f"{path} does not have the columns of findings; name the folder that `counterfoil check --out` wrote.")
        counts = database.execute(f"SELECT rule, count(*) FROM {rows} GROUP BY rule").fetchall()
        every, ids = database.execute(f"SELECT count(*), count(DISTINCT finding_id) FROM {rows}").fetchall()[0]
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        raise Unusable(f"{path} cannot be read as Parquet; it is damaged or something else. Run the check again.") from None
    if dict(counts) != {name: state.findings for name, state in run.rules.items() if state.findings} or every != ids:
        raise Unusable(f"{path} and the summary.json beside it are not of one run; run the check again.")
