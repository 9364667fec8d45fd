"""What reading leaves behind: the border between the readers and everything that judges.

Reading a folder lands each table of the contract in one DuckDB database as two tables (or views of a file that is as good as a table):

`<table>`: the rows that were kept, one column a column of the schema, in its order (a column that no header has is all null):

    text, one of        VARCHAR       kept byte for byte; empty = null; an unknown word = null and reported
    decimal             DECIMAL(18,6)
    whole number        BIGINT
    price quantity      INTEGER       1, 10, 100, 1000, 10000 or null
    yes/no              BOOLEAN       never null
    date or instant     TIMESTAMP `c` and TINYINT `c_form` (both null, or neither), see `Form`

`numbered_<table>`: the same rows and `row` BIGINT, which tells them apart and is in the order of reading.

`rejected_<table>`: the rows that were not: file, line (the first line of the row in its file; the header is 1), "column", "value",
reason, clash (true: its id had been read before), and raw_<column> VARCHAR for every column of the schema, the cell as it was read
(after its mapping), empty = null.

Every table of the schema exists in all forms; one that has no file is empty and not in `Landing.tables`.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Self


class Form(IntEnum):
    """How a date or instant was written."""

    DATE = 0
    """A date only; the timestamp is its midnight, of no zone."""
    LOCAL = 1
    """An instant without an offset: the clock of the row's zone."""
    INSTANT = 2
    """An instant with an offset; the timestamp is in UTC."""


class Unusable(Exception):
    """The input cannot be used at all: exit 2. One clear sentence a problem, each naming file, line, column and remedy."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Watch:
    """A file, or the files of a folder, as they were when they were first looked at. One state of a file is read, or none."""

    paths: tuple[Path, ...]
    file: str
    states: tuple[tuple[int, int, int, int], ...]

    @classmethod
    def on(cls, file: str, *paths: Path) -> Self:
        """Remember the state of what is called `file` and stands at `paths`. Raises `Unusable` where one cannot be opened."""
        return cls(paths, file, cls._look(file, paths))

    def check(self) -> None:
        """Raise `Unusable` where the file is no longer what it was."""
        if self._look(self.file, self.paths) != self.states:
            raise Unusable(f"{self.file} changed while it was read; run again once nothing writes to it.") from None

    @staticmethod
    def _look(file: str, paths: Iterable[Path]) -> tuple[tuple[int, int, int, int], ...]:
        states = []
        for path in paths:
            try:
                with path.open("rb") as handle:
                    found = os.fstat(handle.fileno())
            except OSError as error:
                raise Unusable(f"{file} cannot be opened: {error.strerror}.") from None
            states.append((found.st_size, found.st_mtime_ns, found.st_ino, found.st_dev))
        return tuple(states)


@dataclass(frozen=True, slots=True)
class LandedTable:
    """One table that was read. `columns` are those that a header or a mapping gives; `read` counts kept rows,
    `rejected` the others, `same` the rows that were equal to one before and count once. `in_place`: its rows stay in their file."""

    name: str
    files: tuple[str, ...]
    columns: frozenset[str]
    read: int
    rejected: int
    same: int = 0
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Something that reading noticed and that stopped nothing: an unknown column, word or zone, a reference that leads nowhere,
    ids that would match if they were written alike. `table` is empty for what concerns a file,
    `count` (in how many rows) 0 where it says nothing."""

    table: str
    file: str
    column: str
    value: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Landing:
    """All that was read: tables by name (only those with a file) and what was noticed on the way. `in_place`: the files that are read
    again whenever their rows are asked for."""

    tables: Mapping[str, LandedTable]
    reports: tuple[Report, ...]
    in_place: tuple[Watch, ...] = ()

    def check_files(self) -> None:
        """Raise `Unusable` where a file that is read in place is no longer what it was."""
        for watch in self.in_place:
            watch.check()

    def has(self, table: str, column: str = "") -> bool:
        """True where the table has a file and, if a column is named, some header of it has that column."""
        landed = self.tables.get(table)
        return landed is not None and (not column or column in landed.columns)
