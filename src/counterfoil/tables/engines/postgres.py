"""PostgreSQL as engine: landed tables go in by COPY, candidates come back as Arrow.

All tables are temporary tables of one connection: the role needs no more than CONNECT and TEMPORARY, a killed run leaves nothing behind,
and two runs never see each other. Texts sort by their bytes, as in the run's own database, whatever the collation of the server.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import adbc_driver_manager
import duckdb
import ibis
import ibis.backends.sql.dialects  # before the first SQL is written: sqlglot keeps how a dialect writes what, as it stood then
import pyarrow as pa
from adbc_driver_postgresql import dbapi
from ibis.backends.sql.datatypes import PostgresType

from counterfoil.tables.database import name as quoted
from counterfoil.tables.database import take_in
from counterfoil.tables.engines import Columns
from counterfoil.tables.landing import Unusable

_SETTINGS = ("TimeZone = 'UTC'", "work_mem = '256MB'", "temp_buffers = '256MB'", "jit = off", "client_min_messages = 'error'")


@contextmanager
def open_postgres(url: str, database: duckdb.DuckDBPyConnection) -> Iterator["PostgresEngine"]:
    """Yield an engine on the PostgreSQL server at `url` (postgresql://…), for the tables of a run's database.

    Raises:
        Unusable: the server cannot be reached or refuses.
    """
    try:
        connection = dbapi.connect(url, autocommit=True)
    except adbc_driver_manager.Error as error:
        remedy = "look at DATABASE_URL, or leave it out to use the server that comes along."
        raise Unusable(f"PostgreSQL cannot be reached: {_told(error)}; {remedy}") from None
    with connection:
        with connection.cursor() as cursor:
            for setting in _SETTINGS:
                cursor.execute(f"SET {setting}")
        yield PostgresEngine(connection, database)


class PostgresEngine:
    """One connection to a PostgreSQL server. See `Engine`."""

    name = dialect = "postgres"
    apart = True

    def __init__(self, connection: dbapi.Connection, database: duckdb.DuckDBPyConnection) -> None:
        self._connection, self._database = connection, database

    def bring(self, table: str, columns: Columns) -> None:
        typed = ", ".join(f"{quoted(column)} {_type(kind)}" for column, kind in columns.items())
        self._execute(f"CREATE TEMPORARY TABLE {quoted(table)} ({typed})")
        names = ", ".join(_sent(column, kind) for column, kind in columns.items())
        reader = self._database.sql(f"SELECT {names} FROM {quoted(table)}").to_arrow_reader(_ROWS_AT_ONCE)
        with _answering(), self._connection.cursor() as cursor:
            try:
                cursor.adbc_ingest(table, reader, mode="append", temporary=True)
            except adbc_driver_manager.Error as error:
                raise self._refused(table, columns, error) from error
        self._execute(f"ANALYZE {quoted(table)}")

    def show(self, table: str, source: str, columns: Columns) -> None:
        self._execute(f"CREATE TEMPORARY VIEW {quoted(table)} AS SELECT {', '.join(map(quoted, columns))} FROM {quoted(source)}")

    def make(self, table: str, sql: str) -> None:
        self._execute(f"CREATE TEMPORARY TABLE {quoted(table)} AS {sql}")
        self._execute(f"ANALYZE {quoted(table)}")

    def rows(self, sql: str, columns: Columns) -> pa.Table:
        with self._answer(sql, columns) as reader:
            return reader.read_all()

    def land(self, table: str, sql: str, columns: Columns) -> None:
        with self._answer(sql, columns) as reader:
            take_in(self._database, table, reader)

    def relation(self, table: str, sql: str, columns: Columns) -> str:
        self.land(table, sql, columns)
        return quoted(table)

    def _execute(self, sql: str) -> None:
        with _answering(), self._connection.cursor() as cursor:
            cursor.execute(sql)

    @contextmanager
    def _answer(self, sql: str, columns: Columns) -> Iterator[pa.RecordBatchReader]:
        schema = ibis.schema(dict(columns)).to_pyarrow()
        with _answering(), self._connection.cursor() as cursor:
            cursor.execute(sql)
            batches = cursor.fetch_record_batch()
            yield pa.RecordBatchReader.from_batches(schema, (_typed(batch, schema) for batch in batches))

    def _refused(self, table: str, columns: Columns, error: Exception) -> Exception:
        """Why rows were not taken: the one thing that reading keeps and PostgreSQL cannot hold, or else the error itself."""
        for column in (column for column, kind in columns.items() if kind == "string"):
            held = self._database.execute(f"SELECT count(*) FROM {quoted(table)} WHERE contains({quoted(column)}, chr(0))").fetchone()
            if held and held[0]:
                return Unusable(
                    f"{table}, {column}: a text with a NUL character cannot be held by PostgreSQL; mend it, or use --engine duckdb."
                )
        return error


_ROWS_AT_ONCE = 100_000


def _type(kind: str) -> str:
    text = str(PostgresType.from_ibis(ibis.dtype(kind)).sql("postgres"))
    return f'{text} COLLATE "C"' if ibis.dtype(kind).is_string() else text


def _sent(column: str, kind: str) -> str:
    """PostgreSQL has no integers of one byte."""
    return f"CAST({quoted(column)} AS SMALLINT) AS {quoted(column)}" if kind.endswith("int8") else quoted(column)


def _typed(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Numbers of any precision come as texts."""
    plain = (array.storage if isinstance(array, pa.ExtensionArray) else array for array in batch.columns)
    return pa.RecordBatch.from_arrays([array.cast(one.type) for array, one in zip(plain, schema, strict=True)], schema=schema)


@contextmanager
def _answering() -> Iterator[None]:
    """What a server that goes away in the middle looks like to a person."""
    try:
        yield
    except adbc_driver_manager.OperationalError as error:
        raise Unusable(f"PostgreSQL stopped answering: {_told(error)}; run again once it is up.") from error


def _told(error: Exception) -> str:
    """What the server said, without the statement that it was asked."""
    return " ".join(str(error).partition("Query was:")[0].split())
