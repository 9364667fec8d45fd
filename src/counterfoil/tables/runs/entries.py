"""The entries of a history: one small Parquet file a run, with its measures; and what stands at its head.

A run of the same data under the same policy gives the same entry, which takes the place of the one before. Each file appears in one step,
so that runs may end at the same time.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import rmtree
from typing import Any, Self

import duckdb

from counterfoil.tables.database import literal as quoted
from counterfoil.tables.landing import Unusable
from counterfoil.tables.measures import COLUMNS
from counterfoil.tables.reading.source import quoted_path
from counterfoil.tables.result import CheckResult

FOLDER = "runs"
"""Where in a history's folder the entries are."""

_KEY = "counterfoil"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """The head of one run in a history. `rules`: those that were asked, with what they lacked (empty = run)."""

    path: Path
    as_of: date
    ran_at: str
    version: str
    policy: Mapping[str, Any]
    rules: Mapping[str, list[str]]

    @classmethod
    def of(cls, path: Path, text: str) -> Self:
        """The entry of a file by its head. ValueError, KeyError, TypeError, AttributeError where that is no head of an entry."""
        head = json.loads(text)
        if head["format"] != _FORMAT:
            raise ValueError(head["format"])
        rules = {str(name): [str(need) for need in needs] for name, needs in head["rules"].items()}
        return cls(path, date.fromisoformat(head["as_of"]), str(head["ran_at"]), str(head["version"]), dict(head["policy"]), rules)

    def ran(self, rule: str) -> bool:
        return self.rules.get(rule) == []


@dataclass(slots=True)
class Writing:
    """Takes one run down; `written` is the entry's name once it is there."""

    space: Path
    written: str = field(default="")

    def take(self, result: CheckResult) -> None:
        """Write the entry of a run whose measures were taken. Raises `Unusable` where it cannot be written."""
        rules = {outcome.rule.name: list(outcome.needs) for outcome in result.outcomes}
        head = {"format": _FORMAT, "as_of": result.as_of.isoformat(), "policy": dict(result.policy), "rules": rules}
        rows = f"SELECT {', '.join(COLUMNS)} FROM measures ORDER BY ALL"
        seen = result.database.execute(
            f"SELECT sha256(string_agg(text, chr(10) ORDER BY text)) FROM (SELECT measures::VARCHAR AS text FROM ({rows}) AS measures)"
        )
        identity = json.dumps([head, seen.fetchall()[0][0]], sort_keys=True)
        name = f"{result.as_of.isoformat()}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}.parquet"
        text = json.dumps(head | {"version": result.version, "ran_at": datetime.now(UTC).isoformat(timespec="microseconds")})
        target = str(self.space / name).replace("'", "''")
        how = f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{_KEY}: {quoted(text)}}}"
        try:
            result.database.execute(f"COPY ({rows}) TO '{target}' ({how})")
        except (OSError, duckdb.IOException) as error:
            raise _cannot_write(self.space.parent, error) from None
        self.written = name


@contextmanager
def new_entry(folder: Path) -> Iterator[Writing]:
    """Yield what takes a run down in the history of `folder`; the entry appears when the block ends without an error.

    Raises:
        Unusable: the folder cannot be written to, or holds something that is no history.
    """
    entries(folder)
    space: Path | None = None
    try:
        try:
            (folder / FOLDER).mkdir(parents=True, exist_ok=True)
            space = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder / FOLDER))
        except OSError as error:
            raise _cannot_write(folder / FOLDER, error) from None
        writing = Writing(space)
        yield writing
        try:
            (space / writing.written).replace(folder / FOLDER / writing.written)
        except OSError as error:
            raise _cannot_write(folder / FOLDER, error) from None
    finally:
        if space is not None:
            rmtree(space, ignore_errors=True)


def _cannot_write(place: Path, error: Exception) -> Unusable:
    said = getattr(error, "strerror", None) or str(error).splitlines()[0]
    return Unusable(f"{place}: cannot be written ({said}); make room there or name another folder with --history.")


def entries(folder: Path) -> list[Entry]:
    """The entries in the history of `folder`, oldest first; none where there is no history yet.

    Raises:
        Unusable: a file among them is none; one sentence a file.
    """
    try:
        paths = sorted(path for path in (folder / FOLDER).iterdir() if not path.name.startswith("."))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Unusable(f"{folder / FOLDER} cannot be read ({error.strerror}); name the folder of a history.") from None
    found: list[Entry] = []
    strange: list[str] = []
    with duckdb.connect() as database:
        for path in paths:
            try:
                found.append(Entry.of(path, _head(database, path)))
            except (duckdb.Error, ValueError, KeyError, TypeError, AttributeError, IndexError):
                strange.append(f"{path} is no entry of a history, or is damaged; move it away.")
    if strange:
        raise Unusable(*strange)
    return sorted(found, key=lambda entry: (entry.as_of, entry.ran_at, entry.path.name))


def _head(database: duckdb.DuckDBPyConnection, path: Path) -> str:
    file = quoted_path(path)
    described = database.execute(f"DESCRIBE SELECT * FROM read_parquet({file}, hive_partitioning = false)").fetchall()
    if {name: kind for name, kind, *_ in described} != COLUMNS:
        raise ValueError(path)
    text: bytes = database.execute(f"SELECT value FROM parquet_kv_metadata({file}) WHERE key = ?", [_KEY.encode()]).fetchall()[0][0]
    return text.decode()
