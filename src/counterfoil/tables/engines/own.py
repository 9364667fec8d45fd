"""The run's own database as engine: everything is there already."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from counterfoil.tables.database import name as quoted
from counterfoil.tables.engines import Columns


@contextmanager
def open_own(database: duckdb.DuckDBPyConnection) -> Iterator["OwnEngine"]:
    """Yield the engine that a run's database is itself."""
    yield OwnEngine(database)


class OwnEngine:
    """DuckDB, in the run's own database. See `Engine`."""

    name = dialect = "duckdb"
    apart = False

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database

    def bring(self, table: str, columns: Columns) -> None:
        """Nothing to do: it is here."""

    def show(self, table: str, source: str, columns: Columns) -> None:
        """Nothing to do: reading has made both."""

    def make(self, table: str, sql: str) -> None:
        self._database.execute(f"CREATE TABLE {quoted(table)} AS {sql}")

    def rows(self, sql: str, columns: Columns) -> pa.Table:
        return self._database.sql(sql).to_arrow_table()

    def land(self, table: str, sql: str, columns: Columns) -> None:
        self._database.execute(f"CREATE TEMP TABLE {quoted(table)} AS {sql}")

    def relation(self, table: str, sql: str, columns: Columns) -> str:
        return f"({sql})"
