"""A file that is ready to be read by the database: its header, and SQL that gives its rows as text."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from counterfoil.tables.database import literal
from counterfoil.tables.landing import Unusable, Watch
from counterfoil.tables.reading.scan import Positions

ROWS_AT_ONCE = 8192
CHARACTERS_AT_ONCE = 16 << 20

Row = tuple[int, list[str], bool]
"""The line it begins on, one text a column of the header, and whether it had more cells than that."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file as the database sees it.

    `relation` selects VARCHAR columns c0, c1, … (one a column of `header`, empty or NULL where the cell is), BOOLEAN too_many (the row
    has more cells than the header) and BIGINT line (the first line of the row, or NULL: then `lines` tells it for record numbers that
    ascend from 0). Rows come in the order of the file. `typed`: the columns, with their database types, that the relation also has as
    they are, as t<n>. `numbered`: it has BIGINT record, too (the number of the row in the file, from 0). `fallback` makes a source of the
    same file that reads slowly what this one cannot. `points`: among its texts are numbers, written with a point before their decimals.
    `parted`: it is a folder of files, and the relation has VARCHAR part, the one that the row is in and that its line is counted in.
    """

    file: str
    header: tuple[str, ...]
    relation: str
    watch: Watch
    lines: Callable[[Positions], Positions] | None = None
    fallback: "Callable[[], Source] | None" = None
    numbered: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)
    points: bool = False
    parted: bool = False


def column_names(count: int) -> list[str]:
    """c0, c1, …"""
    return [f"c{number}" for number in range(count)]


def spool(rows: Iterable[Row], width: int, path: Path) -> str:
    """Write rows of `width` cells to a temporary Parquet file, in bounded memory, and return the relation that reads them back."""
    schema = pa.schema([*((name, pa.string()) for name in column_names(width)), ("too_many", pa.bool_()), ("line", pa.int64())])
    with pq.ParquetWriter(path, schema) as writer:
        batch: list[Row] = []
        size = 0
        for row in rows:
            batch.append(row)
            size += sum(map(len, row[1]))
            if len(batch) >= ROWS_AT_ONCE or size >= CHARACTERS_AT_ONCE:
                writer.write_batch(_record_batch(batch, schema))
                batch, size = [], 0
        if batch:
            writer.write_batch(_record_batch(batch, schema))
    return f"(SELECT * FROM read_parquet({quoted_path(path)}))"


def _record_batch(rows: list[Row], schema: pa.Schema) -> pa.RecordBatch:
    lines, cells, too_many = zip(*rows, strict=True)
    columns = [*zip(*cells, strict=True), too_many, lines]
    return pa.record_batch([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema)


def quoted_path(path: Path) -> str:
    """The path as an SQL string that names this one file, whatever characters it has."""
    plain = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))
    return literal(plain)


def numbered_header(width: int) -> list[str]:
    """The names of the columns of a file that has none: col1, col2, …"""
    return [f"col{number}" for number in range(1, width + 1)]


def check_header(file: str, header: list[str]) -> None:
    """Raise `Unusable` for an empty header or a name that appears twice (columns without a name may)."""
    if not any(header):
        raise Unusable(f"{file}: the file is empty; it needs a first line with the names of the columns.")
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise Unusable(f"{file}, line 1: the column {', '.join(map(repr, twice))} appears twice; rename or remove one.")


def unreadable(file: str, error: Exception) -> Unusable:
    """What to say where the database cannot read a file."""
    return Unusable(f"{file} cannot be read; write it again. ({str(error).splitlines()[0]})")
