"""Where facts and candidates are computed: in the run's own database, or on another engine that is given the landed tables.

Reading, findings and outputs stay with the run's database (tables/database.py) whatever the engine: an engine takes typed tables and
gives typed tables, so ids, messages and amounts come out of one place. See decision 0008.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

import duckdb
import pyarrow as pa

Columns = Mapping[str, str]
"""Names of columns with their types, as Ibis writes them."""


class Engine(Protocol):
    """An engine of one run. Its tables are the run's alone and gone when the run ends."""

    name: str
    """As it is called on the command line and in summary.json."""
    dialect: str
    """As Ibis calls it: statements are compiled for it."""
    apart: bool
    """What is made on it is not in the run's own database until it lands there."""

    def bring(self, table: str, columns: Columns) -> None:
        """Make a table of the run's database known to statements, under its name."""

    def show(self, table: str, source: str, columns: Columns) -> None:
        """Make some columns of a table that was brought known under another name."""

    def make(self, table: str, sql: str) -> None:
        """Keep the answer of a statement as a table for later statements."""

    def rows(self, sql: str, columns: Columns) -> pa.Table:
        """The answer of a statement, with the columns and types told."""

    def land(self, table: str, sql: str, columns: Columns) -> None:
        """Keep the answer of a statement as a table of the run's database."""

    def relation(self, table: str, sql: str, columns: Columns) -> str:
        """The answer of a statement, as it stands behind FROM in one for the run's database; `table` names it where it must land."""


OpenEngine = Callable[[duckdb.DuckDBPyConnection], AbstractContextManager[Engine]]
"""Opens an engine for the tables of a run's database, and closes it."""
