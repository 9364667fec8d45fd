"""Parquet: typed columns are taken as they are where that is safe; else they become the text that a CSV file would hold."""

from pathlib import Path

import duckdb

from counterfoil.tables.database import name
from counterfoil.tables.landing import Unusable, Watch
from counterfoil.tables.reading.scan import Positions
from counterfoil.tables.reading.source import Source, check_header, column_names, quoted_path, unreadable

_NUMBER = "file_row_number"
_PLAIN = ("VARCHAR", "BOOLEAN", "UUID")
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT")


def open_columnar(path: Path, file: str, database: duckdb.DuckDBPyConnection) -> Source:
    """Look at the columns of a Parquet file and make it ready. The first row counts as line 2. Raises `Unusable`."""
    watch = Watch.on(path, file)
    read = f"read_parquet({quoted_path(path)}, hive_partitioning = false"
    try:
        described = database.execute(f"DESCRIBE SELECT * FROM {read})").fetchall()
    except duckdb.Error as error:
        raise unreadable(file, error) from None
    header = [str(row[0]) for row in described]
    check_header(file, header)
    texts = [_text(file, column, str(row[1])) for column, row in zip(header, described, strict=True)]
    cells = [f"{text} AS {short}" for text, short in zip(texts, column_names(len(texts)), strict=True)]
    cells += [f"{name(column)} AS t{number}" for number, column in enumerate(header)]
    numbered = _NUMBER not in (column.lower() for column in header)
    number, option = (f"{_NUMBER} AS record, ", f", {_NUMBER} = true") if numbered else ("", "")
    relation = f"(SELECT {number}{', '.join(cells)}, false AS too_many, NULL::BIGINT AS line FROM {read}{option}))"
    typed = {column: str(row[1]) for column, row in zip(header, described, strict=True)}
    return Source(file, tuple(header), relation, watch, _lines, typed=typed, numbered=numbered)


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
