"""What reading leaves behind: the border between the readers and everything that judges.

Reading a folder lands each table of the contract in one DuckDB database as two tables:

`<table>`: the rows that were kept, one column a column of the schema, in its order (a column that no header has is all null):

    text, one of        VARCHAR       kept byte for byte; empty = null; an unknown word = null and reported
    decimal             DECIMAL(18,6)
    whole number        BIGINT
    price quantity      INTEGER       1, 10, 100, 1000, 10000 or null
    yes/no              BOOLEAN       never null
    date or instant     TIMESTAMP `c` and TINYINT `c_form` (both null, or neither), see `Form`

`rejected_<table>`: the rows that were not: file, line (the first line of the row in its file; the header is 1), "column", "value",
reason, clash (true: its id had been read before), and raw_<column> VARCHAR for every column of the schema, the cell as it was read
(after its mapping), empty = null.

Every table of the schema exists in both forms; one that has no file is empty and not in `Landing.tables`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum


class Form(IntEnum):
    """How a date or instant was written."""

    DATE = 0
    """A date only; the timestamp is its midnight, of no zone."""
    LOCAL = 1
    """An instant without an offset: the clock of the row's zone."""
    INSTANT = 2
    """An instant with an offset; the timestamp is in UTC."""


@dataclass(frozen=True, slots=True)
class LandedTable:
    """One table that was read. `columns` are those that a header or a mapping gives; `read` counts kept rows,
    `rejected` the others, `same` the rows that were equal to one before and count once."""

    name: str
    files: tuple[str, ...]
    columns: frozenset[str]
    read: int
    rejected: int
    same: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """Something that reading noticed and that stopped nothing: an unknown column, word or zone, a reference that leads nowhere,
    ids that would match if they were written alike. `count` says in how many rows."""

    table: str
    file: str
    column: str
    value: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Landing:
    """All that was read: tables by name (only those with a file) and what was noticed on the way."""

    tables: Mapping[str, LandedTable]
    reports: tuple[Report, ...]

    def has(self, table: str, column: str = "") -> bool:
        """True where the table has a file and, if a column is named, some header of it has that column."""
        landed = self.tables.get(table)
        return landed is not None and (not column or column in landed.columns)


class Unusable(Exception):
    """The input cannot be used at all: exit 2. One clear sentence a problem, each naming file, line, column and remedy."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
