"""Where the rows of a table stay: copied into the database, or left in their file and read whenever they are asked for.

Both show the rows alike while a table is read: `rows` is a relation with `id` (the number of the row, in the order of reading), the
columns of the table, and working columns: why a row is rejected, and the words that it does not know.
"""

from collections.abc import Iterable

import duckdb

from counterfoil.tables.database import name
from counterfoil.tables.reading.cells import DECIMAL
from counterfoil.tables.schema import Column, Kind, Table

PROBLEM = "_problem"

_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.WORD: "VARCHAR",
    Kind.DECIMAL: DECIMAL,
    Kind.INTEGER: "BIGINT",
    Kind.PRICE_QUANTITY: "INTEGER",
    Kind.YES_NO: "BOOLEAN",
    Kind.MOMENT: "TIMESTAMP",
}


def unknown(column: Column) -> str:
    """The working column with the words that a column does not know."""
    return name(f"_unknown_{column.name}")


def create_tables(database: duckdb.DuckDBPyConnection, tables: Iterable[Table]) -> None:
    """Make each table and its companions, empty, in place of what has their names."""
    known = 'file VARCHAR, line BIGINT, "column" VARCHAR, "value" VARCHAR, reason VARCHAR, clash BOOLEAN'
    database.execute("BEGIN")
    for table in tables:
        columns = [f"{column} {kind}" for column, kind in _landed(table).items()]
        raw = [f"{name('raw_' + column.name)} VARCHAR" for column in table]
        database.execute(f"CREATE OR REPLACE TABLE {name(table.name)} ({', '.join(columns)})")
        database.execute(f"CREATE OR REPLACE VIEW {_numbered(table)} AS SELECT rowid AS row, * FROM {name(table.name)}")
        database.execute(f"CREATE OR REPLACE TABLE {name('rejected_' + table.name)} ({known}, {', '.join(raw)})")
    database.execute("COMMIT")


class Copied:
    """The rows, copied into the table."""

    def __init__(self, database: duckdb.DuckDBPyConnection, table: Table) -> None:
        self.database, self.table = database, table
        self.rows = f"(SELECT rowid AS id, * FROM {name(table.name)})"
        self.words = [unknown(column) for column in table if column.kind is Kind.WORD]
        self._alter([f"ADD COLUMN {PROBLEM} SMALLINT", *(f"ADD COLUMN {word} VARCHAR" for word in self.words)])

    def take(self, query: str) -> None:
        """Add the rows of a query (see `land.read_query`)."""
        self.database.execute(f"INSERT INTO {name(self.table.name)} SELECT * EXCLUDE (id) FROM ({query})")

    def leave_out(self, ids: str | None) -> None:
        """The end: drop the rows of these ids (a query), and the working columns."""
        if ids is not None:
            self.database.execute(f"DELETE FROM {name(self.table.name)} WHERE rowid IN ({ids})")
        self._alter([f"DROP COLUMN {PROBLEM}", *(f"DROP COLUMN {word}" for word in self.words)])

    def _alter(self, changes: list[str]) -> None:
        self.database.execute("BEGIN")
        for change in changes:
            self.database.execute(f"ALTER TABLE {name(self.table.name)} {change}")
        self.database.execute("COMMIT")


class InPlace:
    """The rows, left in a file whose columns are typed: to copy them takes longer than to read them wherever they are needed."""

    def __init__(self, database: duckdb.DuckDBPyConnection, table: Table) -> None:
        self.database, self.table = database, table
        self.rows = name(f"seen_{table.name}")

    def take(self, query: str) -> None:
        """See the rows of a query (see `land.read_query`), the only one."""
        self.database.execute(f"CREATE OR REPLACE VIEW {self.rows} AS {query}")

    def leave_out(self, ids: str | None) -> None:
        """The end: the table becomes a view without the rows of these ids (a query) and without the working columns."""
        gone = name(f"gone_{self.table.name}")
        without = ""
        if ids is not None:
            self.database.execute(f"CREATE OR REPLACE TABLE {gone} AS {ids}")
            without = f" ANTI JOIN {gone} USING (id)"
        seen = f"SELECT id AS row, {', '.join(_landed(self.table))} FROM {self.rows}{without}"
        self.database.execute(f"CREATE OR REPLACE VIEW {_numbered(self.table)} AS {seen}")
        self.database.execute(f"DROP TABLE {name(self.table.name)}")
        self.database.execute(f"CREATE VIEW {name(self.table.name)} AS SELECT * EXCLUDE (row) FROM {_numbered(self.table)}")


def _landed(table: Table) -> dict[str, str]:
    """The columns of a landed table and their types in the database."""
    columns = {}
    for column in table:
        columns[name(column.name)] = _TYPES[column.kind]
        if column.kind is Kind.MOMENT:
            columns[name(f"{column.name}_form")] = "TINYINT"
    return columns


def _numbered(table: Table) -> str:
    return name(f"numbered_{table.name}")
