"""References that lead nowhere, and how many would lead somewhere if ids were written alike. Nothing is changed, only said."""

from collections.abc import Iterator

import duckdb

from counterfoil.tables.landing import LandedTable, Landing, Report
from counterfoil.tables.reading.cells import name
from counterfoil.tables.schema import TABLES, Column

LARGE = 1_000_000
"""Rows; where the column or the table that it refers to has more, a part of the ids is looked at, about half as many."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def find_hints(database: duckdb.DuckDBPyConnection, landing: Landing) -> tuple[Report, ...]:
    """For each column that refers to a table that was read: in how many rows it leads to no id, kept or rejected, of that table, and the
    share that would match if leading zeros, case or blanks were dropped, where that is more. To be called after `read_folder`."""
    found: list[Report] = []
    for landed in landing.tables.values():
        for column in TABLES[landed.name]:
            if column.refers_to and landing.has(landed.name, column.name) and landing.has(column.refers_to):
                found += _hints(database, landed, column, landing.tables[column.refers_to])
    return tuple(found)


def _hints(database: duckdb.DuckDBPyConnection, landed: LandedTable, column: Column, target: LandedTable) -> Iterator[Report]:
    share = max(landed.read, target.read + target.rejected) // LARGE + 1
    key = TABLES[target.name].columns[0].name
    ids = (
        f"(SELECT {name(key)} AS id FROM {name(target.name)} UNION ALL BY NAME"
        f" SELECT {name('raw_' + key)} AS id FROM {name('rejected_' + target.name)}) WHERE id IS NOT NULL{_part('id', share)}"
    )
    given = f"(SELECT {name(column.name)} AS id FROM {name(landed.name)}) WHERE id IS NOT NULL{_part('id', share)}"
    total = _count(database, f"SELECT count(*) FROM {given}")
    lost = f"SELECT g.id FROM (SELECT id FROM {given}) g ANTI JOIN (SELECT id FROM {ids}) i ON g.id = i.id"
    database.execute(f"CREATE OR REPLACE TEMP TABLE _lost AS {lost}")
    missing = _count(database, "SELECT count(*) FROM _lost")
    if missing:
        sample = "" if share == 1 else f" (of {total} rows looked at, about one in {share})"
        files = ", ".join(landed.files)
        yield Report(landed.name, files, column.name, "", missing, f"leads to no row of {target.name}{sample}")
        if best := _best(database, ids):
            change, matched = best
            percent = (total - missing + matched) * 100 // total
            reason = f"{percent} % of {column.name} match {target.name} if {change}, {(total - missing) * 100 // total} % as it is{sample}"
            yield Report(landed.name, files, column.name, "", matched, reason)
    database.execute("DROP TABLE _lost")


def _best(database: duckdb.DuckDBPyConnection, ids: str) -> tuple[str, int] | None:
    """The change of spelling that finds most of the lost ids and how many it finds; of equals the first; None where none finds any."""
    best: tuple[str, int] | None = None
    for change, spelled in _CHANGES.items():
        alike = f"SELECT {spelled.format('id')} AS id FROM"
        matched = _count(database, f"SELECT count(*) FROM ({alike} _lost) l SEMI JOIN ({alike} {ids}) i ON l.id = i.id")
        if matched and (best is None or matched > best[1]):
            best = change, matched
    return best


_NO_ZEROS = "coalesce(nullif(ltrim({}, '0'), ''), '0')"
# Letters beyond ASCII keep their case; the short way serves texts that have none (as many bytes as characters).
_ONE_CASE = f"CASE WHEN strlen({{0}}) = length({{0}}) THEN upper({{0}}) ELSE translate({{0}}, '{_LETTERS}', '{_LETTERS.upper()}') END"
_NO_BLANKS = "replace(replace({}, ' ', ''), chr(9), '')"

_CHANGES = {
    "leading zeros were dropped": _NO_ZEROS,
    "case were ignored": _ONE_CASE,
    "blanks were dropped": _NO_BLANKS,
    "leading zeros, case and blanks were dropped": _NO_ZEROS.format(_ONE_CASE.format(_NO_BLANKS)),
}


def _part(text: str, share: int) -> str:
    """A condition that keeps one in `share` of the ids, the same on both sides of a reference however an id is written."""
    return "" if share == 1 else f" AND hash(upper(ltrim({_NO_BLANKS.format(text)}, '0'))) % {share} = 0"


def _count(database: duckdb.DuckDBPyConnection, query: str) -> int:
    row = database.execute(query).fetchone()
    return int(row[0]) if row else 0
