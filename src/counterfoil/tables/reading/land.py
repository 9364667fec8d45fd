"""One table: its files into the database, what cannot be read and what is there twice taken out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import numpy as np

from counterfoil.tables.database import literal, name
from counterfoil.tables.landing import LandedTable, Report
from counterfoil.tables.reading import cells
from counterfoil.tables.reading.cells import REASONS, Reason
from counterfoil.tables.reading.keep import PROBLEM, Copied, InPlace, unknown
from counterfoil.tables.reading.mapped import MappedCells
from counterfoil.tables.reading.source import unreadable
from counterfoil.tables.schema import Column, Kind, Table

MOST_WORDS = 100
"""Unknown words reported one by one; the others of a column are counted together."""

IN_PLACE_FROM = 1_000_000
"""Rows. Fewer are copied: of a table the database knows more than of a file, and plans by it."""

_REASONS_PER_COLUMN = 16


@dataclass(frozen=True, slots=True)
class Stretch:
    """The rows of one file: their ids in the table begin at `start`, `count` of them."""

    feed: MappedCells
    start: int
    count: int


def _stays_in_place(database: duckdb.DuckDBPyConnection, feeds: list[MappedCells]) -> bool:
    """True where the rows of a table are read from its only file whenever they are asked for."""
    if len(feeds) > 1 or not feeds[0].typed_throughout:
        return False
    row = database.execute(f"SELECT count(*) FROM {feeds[0].source.relation}").fetchone()
    return row is not None and row[0] >= IN_PLACE_FROM


def land_table(
    database: duckdb.DuckDBPyConnection, table: Table, feeds: list[MappedCells], unique: bool, progress: Callable[[str], None]
) -> tuple[LandedTable, list[Report]]:
    """Read the files of one table into its two tables, which `create_tables` has made. `unique`: its first column is its id, even where the
    schema knows none. Raises `Unusable` where a file cannot be read."""
    with _readable(feeds[0]):
        in_place = _stays_in_place(database, feeds)
    work = _Work(database, table, table.columns[0].name if unique else table.key, in_place=in_place)
    for feed in feeds:
        progress(f"reading {table.name} ({feed.source.file})")
        with _readable(feed):
            work.read(feed)
    with _readable(feeds[-1]):
        work.find_suspects()
    work.judge()
    reports = work.reports()
    same, rejected = work.take_out()
    landed = LandedTable(
        name=table.name,
        files=tuple(feed.source.file for feed in feeds),
        columns=frozenset().union(*(feed.present for feed in feeds)),
        read=work.count(name(table.name)),
        rejected=rejected,
        same=same,
        in_place=in_place,
    )
    return landed, reports


@contextmanager
def _readable(feed: MappedCells) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        feed.source.watch.check()
        raise unreadable(feed.source.file, error) from error


class _Work:
    """The steps, in order. Rows are told apart by their number (`id` of `kept.rows`), which is their order."""

    def __init__(self, database: duckdb.DuckDBPyConnection, table: Table, key: str | None, *, in_place: bool) -> None:
        self.database = database
        self.table = table
        self.key = key
        self.in_place = in_place
        self.kept = (InPlace if in_place else Copied)(database, table)
        self.texts = [f"c{number}" for number in range(len(table.columns))]
        self.stretches: list[Stretch] = []
        self.words = [column for column in table if column.kind is Kind.WORD]

    def count(self, what: str) -> int:
        row = self.database.execute(f"SELECT count(*) FROM {what}").fetchone()
        return int(row[0]) if row else 0

    def read(self, feed: MappedCells) -> None:
        """Read one file to the end of the table. Where the fast reader gives up, the slow one begins anew."""
        start = self.count(self.kept.rows) if self.stretches else 0
        try:
            self.kept.take(read_query(self.table, feed))
        except duckdb.InvalidInputException:
            feed.source.watch.check()
            if feed.source.fallback is None:
                raise
            feed.source = feed.source.fallback()
            self.kept.take(read_query(self.table, feed))
        feed.source.watch.check()
        self.stretches.append(Stretch(feed, start, self.count(self.kept.rows) - start))

    def find_suspects(self) -> None:
        """Make _suspects: the rows that cannot be read, and those that may be there twice. Make _again: their cells, from the files.

        Rows that are equal, or have one id, have equal values in the table: a hash of these finds the candidates, the cells decide."""
        values = [name(self.key)] if self.key else [name(column.name) for column in self.table] + [PROBLEM]
        twin = f"hash({', '.join(values)})"
        rows = self.kept.rows
        self.database.execute(f"CREATE OR REPLACE TEMP TABLE _twins AS SELECT {twin} AS twin FROM {rows} GROUP BY 1 HAVING count(*) > 1")
        twins = f" OR {twin} IN (SELECT twin FROM _twins)" if self.count("_twins") else ""
        self.database.execute(
            f"CREATE OR REPLACE TEMP TABLE _suspects AS SELECT id, {PROBLEM} AS problem FROM {rows} WHERE {PROBLEM} IS NOT NULL{twins}"
        )
        columns = [
            "id BIGINT",
            "file VARCHAR",
            "record BIGINT",
            "line BIGINT",
            "problem SMALLINT",
            *(f"{text} VARCHAR" for text in self.texts),
        ]
        self.database.execute(f"CREATE OR REPLACE TEMP TABLE _again ({', '.join(columns)})")
        if self.count("_suspects"):
            for stretch in self.stretches:
                self._read_again(stretch)
            self._check_order()

    def _read_again(self, stretch: Stretch) -> None:
        number = "record" if self.in_place else f"row_number() OVER () - 1 + {stretch.start}"
        numbered = f"(SELECT {number} AS id, * FROM {stretch.feed.query(numbered=True)})"
        taken = f"id, file, record, line, problem, {', '.join(self.texts)}"
        self.database.execute(f"INSERT INTO _again SELECT {taken} FROM {numbered} JOIN _suspects USING (id)")
        stretch.feed.source.watch.check()

    def _check_order(self) -> None:
        """The second reading must give the rows of the first under the same ids: all rests on the order of the rows."""
        number, column = next((number, column) for number, column in enumerate(self.table) if column.kind is Kind.TEXT)
        alike = f"_again a JOIN {self.kept.rows} t ON t.id = a.id AND t.{name(column.name)} IS NOT DISTINCT FROM a.c{number}"
        if self.count(alike) != self.count("_suspects"):
            raise RuntimeError(f"the rows of {self.table.name} came back in another order")

    def judge(self) -> None:
        """Make _verdicts, the rows that go: of equal rows the first stays, of rows with one id the first that can be read."""
        copies = f"SELECT *, row_number() OVER (PARTITION BY {', '.join(self.texts)}, problem ORDER BY id) AS copy FROM _again"
        turn = "1"
        if self.key:
            key = f"c{[column.name for column in self.table].index(self.key)}"
            first = "copy = 1 AND problem IS NULL"
            turn = f"CASE WHEN {first} THEN row_number() OVER (PARTITION BY {key}, {first} ORDER BY id) END"
        self.database.execute(
            f"CREATE OR REPLACE TEMP TABLE _verdicts AS SELECT *, copy > 1 AS same FROM (SELECT *, {turn} AS turn FROM ({copies}))"
            " WHERE copy > 1 OR problem IS NOT NULL OR turn > 1"
        )

    def reports(self) -> list[Report]:
        """Columns kept aside and words not known, counted once for equal rows."""
        found: list[Report] = []
        for stretch in self.stretches:
            feed = stretch.feed
            file = feed.source.file
            why = "unknown column kept aside" if feed.section is None else "column kept aside, mapping.toml does not use it"
            if not feed.shared:
                found += [Report(self.table.name, file, column, "", stretch.count, why) for column in feed.unused]
            for column in self._words_with_unknown():
                found += self._unknown_words(column, stretch)
        return found

    def _words_with_unknown(self) -> list[Column]:
        if not self.words:
            return []
        counts = ", ".join(f"count({unknown(column)})" for column in self.words)
        row = self.database.execute(f"SELECT {counts} FROM {self.kept.rows}").fetchone() or ()
        return [column for column, count in zip(self.words, row, strict=True) if count]

    def _unknown_words(self, column: Column, stretch: Stretch) -> list[Report]:
        word = unknown(column)
        rows = self.database.execute(
            f"SELECT {word}, count(*), count(*) OVER () FROM {self.kept.rows}"
            f" WHERE {word} IS NOT NULL AND id >= ? AND id < ? AND id NOT IN (SELECT id FROM _verdicts WHERE same)"
            f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_WORDS}",
            [stretch.start, stretch.start + stretch.count],
        ).fetchall()
        file = stretch.feed.source.file
        found = [Report(self.table.name, file, column.name, word, count, "unknown word, read as empty") for word, count, _ in rows]
        others = rows[0][2] - len(rows) if rows else 0
        if others:
            found.append(Report(self.table.name, file, column.name, f"{others} others", others, "unknown words, read as empty"))
        return found

    def take_out(self) -> tuple[int, int]:
        """Move the rejected rows to their table and drop the equal ones: how many were equal, how many rejected."""
        same, rejected = self.count("_verdicts WHERE same"), self.count("_verdicts WHERE NOT same")
        if rejected:
            self._find_lines()
            self._write_rejected()
        self.kept.leave_out("SELECT id FROM _verdicts" if same or rejected else None)
        for made in ("_twins", "_suspects", "_again", "_verdicts"):
            self.database.execute(f"DROP TABLE {made}")
        return same, rejected

    def _find_lines(self) -> None:
        for stretch in self.stretches:
            lines = stretch.feed.source.lines
            if lines is None:
                continue
            within = f"id >= {stretch.start} AND id < {stretch.start + stretch.count} AND NOT same"
            found = self.database.execute(f"SELECT record FROM _verdicts WHERE {within} ORDER BY id").fetchnumpy()
            records = np.asarray(found["record"], np.int64)
            if not len(records):
                continue
            numbers = {"record": records, "line": lines(records)}
            self.database.register("_lines", numbers)
            self.database.execute(f"UPDATE _verdicts v SET line = n.line FROM _lines n WHERE v.record = n.record AND {within}")
            self.database.unregister("_lines")
            stretch.feed.source.watch.check()

    def _write_rejected(self) -> None:
        columns = self.table.columns
        code = f"coalesce(problem, {_code(columns, self.key)})"
        place = f"{code} // {_REASONS_PER_COLUMN}"
        names = " ".join(f"WHEN {number} THEN {literal(column.name)}" for number, column in enumerate(columns, start=1))
        values = " ".join(f"WHEN {number} THEN c{number - 1}" for number in range(1, len(columns) + 1))
        reasons = " ".join(f"WHEN {int(reason)} THEN {literal(text)}" for reason, text in REASONS.items())
        raw = ", ".join(f"c{number}" for number in range(len(columns)))
        self.database.execute(
            f"INSERT INTO {name('rejected_' + self.table.name)} SELECT file, line, CASE {place} {names} ELSE '' END,"
            f" coalesce(CASE {place} {values} END, ''), CASE {code} % {_REASONS_PER_COLUMN} {reasons} END, problem IS NULL, {raw}"
            " FROM _verdicts WHERE NOT same ORDER BY id"
        )


def _code(columns: tuple[Column, ...], key: str | None) -> int:
    """The problem of a row whose id was read before."""
    place = next((number for number, column in enumerate(columns, start=1) if column.name == key), 0)
    return place * _REASONS_PER_COLUMN + Reason.CLASH


def read_query(table: Table, feed: MappedCells) -> str:
    """SELECT of the number of the row (`id`, NULL where the file does not give it), the values, in the order of the table, and the working
    columns: the problem (the first column that has one, times 16, plus the reason; NULL where there is none) and the unknown words."""
    values, reasons, kept, strange = [], [], [], []
    for number, column in enumerate(table):
        cell, value, doubt = f"c{number}", f"v{number}", column.name in feed.doubtful
        given = f"typed{number}"
        typed = cells.typed(column, given, feed.typed[column.name]) if column.name in feed.typed else None
        read = typed.value if typed else cells.value(column, cell)
        why = cells.typed_reason(column, given, value, typed.wrong) if typed else cells.reason(column, cell, value)
        kind = cells.reason_unspelled(column, grouped=doubt and bool(feed.cells[column.name].thousands))
        values.append(f"{f'CASE WHEN NOT bad{number} THEN {read} END' if doubt else read} AS {value}")
        reasons.append(f"{f'CASE WHEN bad{number} THEN {kind} ELSE {why} END' if doubt else why} AS r{number}")
        kept.append(f"{value} AS {name(column.name)}")
        if column.kind is Kind.MOMENT:
            form = f"CASE WHEN {value} IS NOT NULL THEN {typed.form} END" if typed else cells.form(cell, value)
            kept.append(f"{form} AS {name(column.name + '_form')}")
        if column.kind is Kind.WORD:
            strange.append(f"{cells.unknown(cell, value)} AS {unknown(column)}")
    chain = " ".join(f"WHEN r{number} > 0 THEN r{number} + {(number + 1) * _REASONS_PER_COLUMN}" for number in range(len(reasons)))
    problem = f"CASE WHEN too_many THEN {int(Reason.TOO_MANY_CELLS)} {chain} END AS {PROBLEM}"
    read_values = f"(SELECT *, {', '.join(values)} FROM {feed.query(numbered=False)})"
    read_reasons = f"(SELECT *, {', '.join(reasons)} FROM {read_values})"
    return f"SELECT {', '.join(['record AS id', *kept, problem, *strange])} FROM {read_reasons}"
