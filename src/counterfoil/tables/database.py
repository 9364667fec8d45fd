"""The database that one run works in: a DuckDB file in a private temporary folder, gone when the run ends."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

READING_MEMORY = "256MB"
"""Of the database while files are read: with what the readers hold themselves, a file of any size is read within twice as much."""


@contextmanager
def open_database(memory_limit: str = "2GB") -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to an empty on-disk database; close it and remove its folder at the end, also after an error.

    `memory_limit` is what DuckDB keeps in memory before it spills into the same folder ("512MB", "2GB"). Nothing is ever
    downloaded: extensions are neither installed nor loaded by themselves. Rows keep the order in which they were inserted, and the
    clock of the connection is UTC. Joins run as they are written, the right side held in memory: the engine's guesses at how many rows
    pass a filter are a fifth of them all, and it would hold the larger side.
    """
    with TemporaryDirectory(prefix="counterfoil-", ignore_cleanup_errors=True) as folder:
        connection = duckdb.connect(
            str(Path(folder) / "run.duckdb"),
            config={
                "memory_limit": memory_limit,
                "temp_directory": str(Path(folder) / "spill"),
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "preserve_insertion_order": "true",
                "disabled_optimizers": "join_order,build_side_probe_side",
            },
        )
        try:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET enable_progress_bar = false")
            yield connection
        finally:
            connection.close()


def take_in(database: duckdb.DuckDBPyConnection, table: str, rows: pa.Table | pa.RecordBatchReader) -> None:
    """Keep Arrow rows as a temporary table, in place of what had its name."""
    database.register("arrow_rows", rows)
    database.execute(f"CREATE OR REPLACE TEMP TABLE {name(table)} AS SELECT * FROM arrow_rows")
    database.unregister("arrow_rows")


def as_plain(decimal: str) -> str:
    """SQL of the text of a decimal (an SQL expression with decimals), without zeros at its end."""
    return f"rtrim(rtrim({decimal}::VARCHAR, '0'), '.')"


def literal(text: str) -> str:
    """The text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """The text as an SQL identifier."""
    return '"' + text.replace('"', '""') + '"'


def among(column: str, values: Iterable[str]) -> str:
    """The SQL condition that a column (an SQL expression) has one of the texts."""
    return f"{column} IN ({', '.join(map(literal, values))})"
