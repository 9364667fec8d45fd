"""A folder to try a proposal on: the files that it uses, whole where they are small, else some orders with all that hangs on them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from shutil import copyfile, copytree

import duckdb

from counterfoil.tables import mapping
from counterfoil.tables.database import literal, name
from counterfoil.tables.mapping import Section
from counterfoil.tables.proposal.placing import Feed
from counterfoil.tables.proposal.profile import Column, Sheet
from counterfoil.tables.proposal.result import Proposal
from counterfoil.tables.proposal.writing import written
from counterfoil.tables.reading.folder import ENDINGS, open_source

MOST_ORDERS = 20_000
MOST_ROWS = 200_000
"""Rows in all up to which everything is tried."""


def sample(proposal: Proposal, folder: Path, target: Path, database: duckdb.DuckDBPyConnection) -> tuple[str, bool]:
    """Fill the empty folder `target` with what a check of the proposal needs. The database is the one that made it; `target` also gets
    a folder `spare` of temporary files. Returns in words what it holds, and whether that is everything. Raises `Unusable` where a file can
    no longer be read."""
    used = [sheet for sheet in proposal.sheets if sheet.number in proposal.fed]
    rows = sum(sheet.rows for sheet in used)
    if rows <= MOST_ROWS and not any(sheet.sampled for sheet in used):
        for file in sorted({sheet.file for sheet in used} | _read_anyway(proposal, folder)):
            _copy(folder / file, target / file)
        (target / mapping.NAME).write_text(written(proposal), "utf-8")
        return f"all {rows:,} rows", True
    return _Cut(proposal, used, folder, target, database).make(), False


class _Cut:
    """Opens the files again, from beginning to end, and writes the rows that are wanted under the same names."""

    def __init__(self, proposal: Proposal, used: list[Sheet], folder: Path, target: Path, database: duckdb.DuckDBPyConnection) -> None:
        self.proposal = proposal
        self.used = used
        self.folder = folder
        self.target = target
        self.database = database

    def make(self) -> str:
        spare = self.target / "spare"
        spare.mkdir()
        for sheet in self.used:
            section = Section(sheet.label, "", sheet.file, encoding=sheet.encoding, sheet=sheet.sheet, header=sheet.header)
            source = open_source(self.folder / sheet.file, section, self.database, spare / f"cut{sheet.number}")
            relation = (source.fallback() if source.fallback and _quarrels(self.database, source.relation) else source).relation
            self.database.execute(f"CREATE OR REPLACE TEMP VIEW full_{sheet.number} AS SELECT * FROM {relation}")
        for file in _read_anyway(self.proposal, self.folder):
            _copy(self.folder / file, self.target / file)
        orders, all_ = self._choose()
        for sheet in self.used:
            self._write(sheet)
        plain = [replace(feed, sheet=self._rewritten(feed.sheet)) for feed in self.proposal.feeds]
        text = written(Proposal(self.proposal.sheets, plain, self.proposal.why, self.proposal.unread))
        (self.target / mapping.NAME).write_text(text, "utf-8")
        return f"{orders:,} of {all_:,} orders with what hangs on them" if all_ else f"the first {MOST_ROWS:,} rows of each file"

    def _rewritten(self, sheet: Sheet) -> Sheet:
        return replace(sheet, encoding=None)

    def _choose(self) -> tuple[int, int]:
        """Make `chosen`: ids of some orders, spread over the file. How many, and how many there are."""
        self.database.execute("CREATE OR REPLACE TEMP TABLE chosen (id VARCHAR)")
        home = next((feed for table in ("purchase_orders", "purchase_order_lines") for feed in self._feeds(table)), None)
        if home is None:
            return 0, 0
        own = _id(home.columns("purchase_order_id"))
        ids = f"SELECT DISTINCT {own} AS id FROM full_{home.sheet.number} WHERE {own} <> ''"
        self.database.execute(f"INSERT INTO chosen SELECT id FROM ({ids}) ORDER BY hash(id) LIMIT {MOST_ORDERS}")
        row = self.database.execute(f"SELECT (SELECT count(*) FROM chosen), (SELECT count(*) FROM ({ids}))").fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def _feeds(self, table: str) -> list[Feed]:
        return [feed for feed in self.proposal.feeds if feed.table == table and feed.sheet.number in {sheet.number for sheet in self.used}]

    def _write(self, sheet: Sheet) -> None:
        path = self.target / sheet.file
        if path.suffix.lower() == ".xlsx":
            copyfile(self.folder / sheet.file, path)
            return
        cells = ", ".join(f"{column.sql} AS {name(column.name)}" for column in sheet.columns)
        kind = "FORMAT parquet" if path.suffix.lower() == ".parquet" else f"FORMAT csv, HEADER {str(sheet.header).lower()}"
        wanted = " OR ".join(dict.fromkeys(self._conditions(sheet))) or "true"
        # Rows that hang on no order, such as masters, are taken from the beginning of the file.
        rows = f"SELECT {cells} FROM full_{sheet.number} WHERE {wanted}{'' if wanted != 'true' else f' LIMIT {MOST_ROWS}'}"
        self.database.execute(f"COPY ({rows}) TO {literal(str(path))} ({kind})")

    def _conditions(self, sheet: Sheet) -> Iterator[str]:
        """SQL for the rows that hang on a chosen order, one for each way in which they may."""
        for feed in self.proposal.feeds:
            if feed.sheet.number != sheet.number:
                continue
            if order := feed.columns("purchase_order_id"):
                yield f"{_id(order)} IN (SELECT id FROM chosen)"
            elif lines := self._in(feed, "purchase_order_line_id", "purchase_order_lines"):
                yield lines
            elif feed.table == "invoices":
                yield from (f"{key} IN (SELECT {ids})" for key, ids in self._billed(feed))
            elif feed.table == "payments" and (invoices := self._in(feed, "invoice_id", "invoice_lines")):
                yield invoices

    def _in(self, feed: Feed, column: str, table: str) -> str:
        """The rows whose column names a row of the table that hangs on a chosen order."""
        own = feed.columns(column)
        homes = [home for home in self._feeds(table) if len(home.columns(column)) == len(own) and home.sheet.number != feed.sheet.number]
        if not own or not homes:
            return ""
        there, wanted = homes[0].columns(column), " OR ".join(self._conditions(homes[0].sheet))
        keys, ids = ", ".join(part.sql for part in own), ", ".join(part.sql for part in there)
        return f"({keys}) IN (SELECT ({ids}) FROM full_{homes[0].sheet.number} WHERE {wanted})" if wanted else ""

    def _billed(self, feed: Feed) -> Iterator[tuple[str, str]]:
        key = feed.columns("invoice_id")
        for lines in self._feeds("invoice_lines"):
            there, wanted = lines.columns("invoice_id"), " OR ".join(self._conditions(lines.sheet))
            if wanted and key and len(there) == len(key) and lines.sheet.number != feed.sheet.number:
                keys, ids = ", ".join(part.sql for part in key), ", ".join(part.sql for part in there)
                yield f"({keys})", f"({ids}) FROM full_{lines.sheet.number} WHERE {wanted}"


def _id(columns: Sequence[Column]) -> str:
    """SQL of the id that these columns make up."""
    return f"concat_ws('/', {', '.join(column.sql for column in columns)})"


def _quarrels(database: duckdb.DuckDBPyConnection, relation: str) -> bool:
    """True where the fast reader gives up."""
    try:
        database.execute(f"SELECT count(*) FROM {relation} WHERE too_many")
    except duckdb.InvalidInputException:
        return True
    return False


def _copy(source: Path, target: Path) -> None:
    """A file, or a folder of Parquet files."""
    (copytree if source.is_dir() else copyfile)(source, target)


def _read_anyway(proposal: Proposal, folder: Path) -> set[str]:
    """Files with the name of an exchange table that the mapping does not feed: a check reads them, whatever they hold."""
    return {path.name for path in folder.iterdir() if path.stem in proposal.lacking and path.suffix.lower() in ENDINGS and path.is_file()}
