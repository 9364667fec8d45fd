"""A folder made in a test, and what reading it left behind."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from counterfoil.tables.landing import Landing
from counterfoil.tables.reading import find_hints


class Reading:
    """What reading one folder left behind."""

    def __init__(self, database: duckdb.DuckDBPyConnection, landing: Landing) -> None:
        self.database = database
        self.landing = landing

    def column(self, table: str, column: str) -> list[Any]:
        return [row[0] for row in self.rows(table, column)]

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        names = ", ".join(f'"{column}"' for column in columns)
        source, order = (table, "rowid") if table.startswith("rejected_") else (f"numbered_{table}", "row")
        return self.database.execute(f"SELECT {names} FROM {source} ORDER BY {order}").fetchall()

    def rejected(self, table: str) -> list[tuple[int, str, str, str]]:
        """(line, column, value, reason), in the order of the lines."""
        found = self.database.execute(f'SELECT line, "column", "value", reason FROM rejected_{table} ORDER BY file, line').fetchall()
        return [(int(row[0]), row[1], row[2], row[3]) for row in found]

    def reported(self, reason: str) -> list[tuple[str, str, str, int]]:
        """(table, column, value, count) of the reports whose reason has these words."""
        return [(r.table, r.column, r.value, r.count) for r in self.landing.reports if reason in r.reason]

    def hints(self) -> list[tuple[str, int, str]]:
        return [(hint.column, hint.count, hint.reason) for hint in find_hints(self.database, self.landing)]


Files = Mapping[str, str | bytes]
Reader = Callable[[Files], Reading]
"""Writes files into a folder and reads it."""
Refuser = Callable[[Files], list[str]]
"""Writes files into a folder that cannot be used, and returns the problems."""


def write(folder: Path, files: Files) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
