"""References that lead nowhere, and how many would lead somewhere if ids were written alike. Nothing is changed, only said."""

from collections.abc import Iterator

import duckdb

from counterfoil.tables.database import name
from counterfoil.tables.landing import LandedTable, Landing, Report
from counterfoil.tables.schema import TABLES, Column

LARGE = 1_000_000
"""Rows. Of a column that has more, a part of its ids is looked at."""
PART = 200_000
"""About how many rows that part has."""

_ASCII = "abcdefghijklmnopqrstuvwxyz"


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
    share = landed.read // PART + 1 if landed.read > LARGE else 1
    part = f"id IS NOT NULL AND hash(id) % {share} = 0" if share > 1 else "id IS NOT NULL"
    key = TABLES[target.name].columns[0].name
    ids = (
        f"(SELECT {name(key)} AS id FROM {name(target.name)} UNION ALL"
        f" SELECT {name('raw_' + key)} AS id FROM {name('rejected_' + target.name)})"
    )
    given = f"SELECT id FROM (SELECT {name(column.name)} AS id FROM {name(landed.name)}) WHERE {part}"
    database.execute(f"CREATE OR REPLACE TEMP TABLE _given AS {given}")
    # The few ids that are given are held in memory, and all that there are pass by.
    known = f"SELECT id FROM {ids} WHERE id IN (FROM _given)"
    database.execute(f"CREATE OR REPLACE TEMP TABLE _lost AS FROM _given ANTI JOIN ({known}) USING (id)")
    missing = _count(database, "SELECT count(*) FROM _lost")
    if missing:
        total = _count(database, "SELECT count(*) FROM _given")
        sample = "" if share == 1 else f" (of {total} rows looked at, about one in {share})"
        files = ", ".join(landed.files)
        yield Report(landed.name, files, column.name, "", missing, f"leads to no row of {target.name}{sample}")
        if best := _best(database, ids):
            change, matched = best
            percent, before = (total - missing + matched) * 100 // total, (total - missing) * 100 // total
            reason = f"{percent} % of {column.name} match {target.name} if {change}, {before} % as it is{sample}"
            yield Report(landed.name, files, column.name, "", matched, reason)
    database.execute("DROP TABLE _lost")
    database.execute("DROP TABLE _given")


def _best(database: duckdb.DuckDBPyConnection, ids: str) -> tuple[str, int] | None:
    """The change of spelling that finds most of the lost ids and how many it finds; of equals the first; None where none finds any."""
    # What matches after one change matches after all of them: these few ids are worth a look at each change.
    every = _CHANGES[_EVERY_CHANGE]
    near = f"SELECT id FROM (SELECT id, {every} AS same FROM {ids}) SEMI JOIN (SELECT {every} AS same FROM _lost) USING (same)"
    database.execute(f"CREATE OR REPLACE TEMP TABLE _near AS {near}")
    best: tuple[str, int] | None = None
    for change, spelled in _CHANGES.items():
        matched = _count(database, f"SELECT count(*) FROM _lost WHERE {spelled} IN (SELECT {spelled} FROM _near)")
        if matched and (best is None or matched > best[1]):
            best = change, matched
    database.execute("DROP TABLE _near")
    return best


def _no_zeros(text: str) -> str:
    return f"coalesce(nullif(ltrim({text}, '0'), ''), '0')"


def _one_case(text: str) -> str:
    """Letters beyond ASCII keep their case; the short way serves texts that have none (as many bytes as characters)."""
    return f"CASE WHEN strlen({text}) = length({text}) THEN upper({text}) ELSE translate({text}, '{_ASCII}', '{_ASCII.upper()}') END"


def _no_blanks(text: str) -> str:
    return f"replace(replace({text}, ' ', ''), chr(9), '')"


_EVERY_CHANGE = "leading zeros, case and blanks were dropped"
_CHANGES = {
    "leading zeros were dropped": _no_zeros("id"),
    "case were ignored": _one_case("id"),
    "blanks were dropped": _no_blanks("id"),
    _EVERY_CHANGE: _no_zeros(_one_case(_no_blanks("id"))),
}


def _count(database: duckdb.DuckDBPyConnection, query: str) -> int:
    row = database.execute(query).fetchone()
    return int(row[0]) if row else 0
