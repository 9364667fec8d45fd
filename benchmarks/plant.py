"""A made-up plant of any size as a folder of Parquet exchange tables: the same seed gives the same rows.

plant_facts.sql says what each number stands for, plant_tables.sql makes the tables of it.
"""

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from counterfoil.tables.schema import TABLES

SEED = 20221
FEWEST_LINES = 1000
STATEMENTS = ("plant_facts.sql", "plant_tables.sql")
MEMORY_LIMIT = "2GB"


def make_plant(
    folder: Path, invoice_lines: int, *, seed: int = SEED, progress: Callable[[str, int], None] | None = None
) -> Mapping[str, int]:
    """Write every exchange table to `folder` as `<table>.parquet`, with about `invoice_lines` invoice lines (within 2 %).

    Returns the rows by table; `progress` is told each table and its rows. The folder is made, tables in it are replaced.
    ValueError below 1,000 lines, where proportions mean nothing.
    """
    if invoice_lines < FEWEST_LINES:
        raise ValueError(f"A plant needs at least {FEWEST_LINES} invoice lines, not {invoice_lines}.")
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as spill, duckdb.connect(":memory:") as database:
        database.execute("SET memory_limit = ?", [MEMORY_LIMIT])
        database.execute("SET temp_directory = ?", [spill])
        database.execute("SET TimeZone = 'UTC'")
        database.execute("SET VARIABLE seed = ?", [seed])
        # Some deliveries are not billed, some bills come twice or are credited: one invoice line a delivery, all in all.
        database.execute("SET VARIABLE deliveries = ?::BIGINT", [invoice_lines])
        for name in STATEMENTS:
            database.execute(_statements(name))
        for table in TABLES:
            rows[table] = _write(database, table, folder / f"{table}.parquet")
            if progress is not None:
                progress(table, rows[table])
    return rows


def origin(seed: int = SEED) -> str:
    """What a plant is made from, as a digest: it changes where the statements, the seed or DuckDB do."""
    parts = [str(seed), duckdb.__version__, *(_statements(name) for name in STATEMENTS)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _statements(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _write(database: duckdb.DuckDBPyConnection, table: str, target: Path) -> int:
    """The view of that name as a Parquet file; returns its rows."""
    written = database.execute(
        f'COPY (FROM "{table}") TO $target (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 200000)', {"target": str(target)}
    ).fetchall()
    return int(written[0][0])
