"""Parquet: typed columns are taken as they are where that is safe; else they become the text that a CSV file would hold.

A folder of Parquet files is one file in parts, as clusters write it: what its folders are called (`year=2025`) are columns too, of text.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path

import duckdb

from counterfoil.tables.database import literal, name
from counterfoil.tables.landing import Unusable, Watch
from counterfoil.tables.reading.scan import Positions
from counterfoil.tables.reading.source import Source, check_header, column_names, quoted_path, unreadable

ENDING = ".parquet"
_NUMBER = "file_row_number"
_PART = "file_index"
_PLAIN = ("VARCHAR", "BOOLEAN", "UUID")
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT")


def open_columnar(path: Path, file: str, database: duckdb.DuckDBPyConnection) -> Source:
    """Look at the columns of a Parquet file and make it ready. The first row counts as line 2. Raises `Unusable`."""
    parts = tuple(_parts(path, file)) if path.is_dir() else (path,)
    watch = Watch.on(file, *parts)
    read = f"read_parquet([{', '.join(map(quoted_path, parts))}], {_OPTIONS[path.is_dir()]}"
    try:
        described = database.execute(f"DESCRIBE SELECT * FROM {read})").fetchall()
        names, rows = _counted(parts, path, database) if path.is_dir() else ([], [])
    except duckdb.Error as error:
        raise unreadable(file, error) from None
    header = [str(row[0]) for row in described]
    check_header(file, header)
    texts = [_text(file, column, str(row[1])) for column, row in zip(header, described, strict=True)]
    cells = [f"{text} AS {short}" for text, short in zip(texts, column_names(len(texts)), strict=True)]
    cells += [f"{name(column)} AS t{number}" for number, column in enumerate(header)]
    numbered = not {_NUMBER, _PART} & {column.lower() for column in header}
    parted = numbered and path.is_dir()
    number, option = (f"{_record(rows)} AS record, ", f", {_NUMBER} = true") if numbered else ("", "")
    place = (
        f"{_list(map(literal, names))}[CAST({_PART} AS BIGINT) + 1] AS part, {_NUMBER} + 2 AS line" if parted else "NULL::BIGINT AS line"
    )
    relation = f"(SELECT {number}{', '.join(cells)}, false AS too_many, {place} FROM {read}{option}))"
    typed = {column: str(row[1]) for column, row in zip(header, described, strict=True)}
    return Source(file, tuple(header), relation, watch, None if parted else _lines, typed=typed, numbered=numbered, parted=parted)


_OPTIONS = {
    False: "hive_partitioning = false",
    True: "hive_partitioning = true, hive_types_autocast = false, union_by_name = true",
}
"""By whether it is a folder. What a path says is text: `001` is no number."""


def _parts(path: Path, file: str) -> Iterator[Path]:
    """The Parquet files of a folder and of those in it, in the order of their names; what begins with `_` or `.` is no data."""
    found = False
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(inner for inner in folders if not inner.startswith(("_", ".")))
        for own in sorted(files):
            if own.lower().endswith(ENDING) and not own.startswith(("_", ".")):
                part = Path(folder) / own
                if part.is_symlink():
                    raise Unusable(f"{file}: {part.relative_to(path)} is a link; put the file itself there.")
                found = True
                yield part
    if not found:
        raise Unusable(f"{file} is a folder without Parquet files; put them there, or remove it.")


def _counted(parts: Sequence[Path], path: Path, database: duckdb.DuckDBPyConnection) -> tuple[list[str], list[int]]:
    """What each part is called and how many rows it has."""
    counts = dict(
        database.execute(f"SELECT file_name, num_rows FROM parquet_file_metadata([{', '.join(map(quoted_path, parts))}])").fetchall()
    )
    return [str(part.relative_to(path.parent)) for part in parts], [counts[str(part)] for part in parts]


def _record(rows: Sequence[int]) -> str:
    """SQL of the number of a row among those of all parts, from 0."""
    return f"{_list(map('{}::BIGINT'.format, accumulate([0, *rows[:-1]])))}[CAST({_PART} AS BIGINT) + 1] + {_NUMBER}" if rows else _NUMBER


def _list(items: Iterable[str]) -> str:
    return f"[{', '.join(items)}]"


def _lines(records: Positions) -> Positions:
    return records + 2


def _text(file: str, column: str, kind: str) -> str:
    """SQL of the text of a typed column."""
    given = name(column)
    if kind in _PLAIN or kind in _WHOLE or kind.startswith(("DECIMAL", "ENUM")):
        return f"CAST({given} AS VARCHAR)"
    if kind == "DATE":
        return f"strftime({given}, '%Y-%m-%d')"
    if kind.startswith("TIMESTAMP"):
        instant = f"CAST({given} AS TIMESTAMP WITH TIME ZONE) AT TIME ZONE 'UTC'" if "TIME ZONE" in kind else f"CAST({given} AS TIMESTAMP)"
        return f"strftime({instant}, '%Y-%m-%dT%H:%M:%S.%f{'Z' if 'TIME ZONE' in kind else ''}')"
    if kind in ("DOUBLE", "FLOAT"):
        return _plain_number(given)
    raise Unusable(f"{file}: the column {column!r} holds {kind}, which is no text, number, date or yes/no; write it as one of these.")


def _plain_number(given: str) -> str:
    """The shortest digits that are this very number, without an exponent where 38 digits can hold it."""
    text = f"regexp_replace(CAST({given} AS VARCHAR), '[.]0$', '')"
    small = f"rtrim(CAST(nullif(TRY_CAST({text} AS DECIMAL(38,20)), 0) AS VARCHAR), '0')"
    large = f"CAST(TRY_CAST({text} AS DECIMAL(38,0)) AS VARCHAR)"
    shown = f"CASE WHEN contains({text}, 'e-') THEN {small} WHEN contains({text}, 'e') THEN {large} END"
    return f"coalesce({shown}, {text})"
