"""A folder of files: which file feeds which table, and all of them into the database."""

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb

from counterfoil.tables import mapping
from counterfoil.tables.landing import LandedTable, Landing, Report, Unusable
from counterfoil.tables.mapping import Section, read_mapping
from counterfoil.tables.reading.columnar import ENDING as PARQUET
from counterfoil.tables.reading.columnar import open_columnar
from counterfoil.tables.reading.delimited import open_delimited
from counterfoil.tables.reading.keep import create_tables
from counterfoil.tables.reading.land import land_table
from counterfoil.tables.reading.mapped import MappedCells
from counterfoil.tables.reading.source import Source
from counterfoil.tables.reading.workbook import open_workbook
from counterfoil.tables.reading.zones import unknown_zones
from counterfoil.tables.schema import TABLES

ENDINGS = (".csv", PARQUET, ".xlsx")
TEXT_ENDINGS = (".csv", ".txt", ".tsv")
"""Read as CSV. A table's own file ends with one of ENDINGS; a mapping may also name the others. A folder of Parquet files stands for one,
whether its name ends so or has no ending."""


def read_folder(folder: Path, database: duckdb.DuckDBPyConnection, progress: Callable[[str], None] | None = None) -> Landing:
    """Read every exchange table of a folder into the database: see `counterfoil.tables.landing` for what is left there.

    `progress` is called with a short text before each file. Raises `Unusable` with all problems of all files, one sentence each.
    """
    say = progress or (lambda text: None)
    inputs = _Inputs(folder)
    with tempfile.TemporaryDirectory(prefix="counterfoil-") as spare:
        feeds = inputs.open(database, Path(spare), say)
        if inputs.problems:
            raise Unusable(*inputs.problems)
        return _land(database, feeds, inputs.reports, say)


def _land(
    database: duckdb.DuckDBPyConnection, feeds: dict[str, list[MappedCells]], noticed: list[Report], say: Callable[[str], None]
) -> Landing:
    landed: dict[str, LandedTable] = {}
    reports = list(noticed)
    problems: list[str] = []
    create_tables(database, TABLES.values())
    for table in TABLES.values():
        mapped = feeds.get(table.name)
        if not mapped:
            continue
        unique = any(feed.section.unique for feed in mapped if feed.section)
        try:
            landed[table.name], found = land_table(database, table, mapped, unique, say)
            reports += found
        except Unusable as error:
            problems += error.problems
        except OSError as error:
            problems.append(f"{table.name} cannot be read: {error.strerror or error}.")
    if problems:
        raise Unusable(*problems)
    if "sites" in landed:
        reports += unknown_zones(database, landed["sites"])
    in_place = tuple(feeds[name][0].source.watch for name, table in landed.items() if table.in_place)
    # What was not understood stands before what was not wanted.
    return Landing(landed, tuple(sorted(reports, key=lambda report: not report.value)), in_place)


class _Inputs:
    """The files of a folder and the tables that they feed."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[str] = []
        self.reports: list[Report] = []
        self.folder = folder
        if not folder.is_dir():
            raise Unusable(f"{folder} is no folder; name the one that holds the exported tables.")
        try:
            self.root = folder.resolve(strict=True)
            self.names = sorted(path.name for path in folder.iterdir())
        except OSError as error:
            raise Unusable(f"{folder} cannot be opened: {error.strerror}.") from None
        self.sections: tuple[Section, ...] = ()
        if mapping.NAME in self.names and self.checked(mapping.NAME):
            try:
                self.sections = read_mapping(folder / mapping.NAME)
            except Unusable as error:
                self.problems += error.problems

    def open(self, database: duckdb.DuckDBPyConnection, spare: Path, say: Callable[[str], None]) -> dict[str, list[MappedCells]]:
        """Look into every file; what is wrong is added to `problems`."""
        feeds: dict[str, list[MappedCells]] = {}
        chosen = self._chosen()
        sections = Counter(file for _, file, _ in chosen)
        for number, (table, file, section) in enumerate(chosen):
            say(f"looking at {file}")
            try:
                source = self._source(table, file, section, database, spare / f"source{number}")
            except Unusable as error:
                self.problems += error.problems
                continue
            feed = MappedCells(source, section, table, shared=sections[file] > 1)
            self.problems += feed.problems()
            feeds.setdefault(table, []).append(feed)
        self._report_unused(feeds)
        return feeds

    def checked(self, file: str) -> bool:
        """True for an ordinary file inside the folder; else a problem is added."""
        path = self.folder / file
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError):
            self.problems.append(f"{file} cannot be opened; it leads to no file.")
            return False
        if not real.is_relative_to(self.root):
            self.problems.append(f"{file} is a link out of the folder; copy the file itself into the folder.")
            return False
        if not real.is_file() and not (real.is_dir() and self._ending(file) == PARQUET):
            self.problems.append(f"{file} is no ordinary file; put an exported file in its place.")
            return False
        return True

    def _chosen(self) -> list[tuple[str, str, Section | None]]:
        """(table, file, section) for every file that is to be read, in the order of the contract."""
        chosen: list[tuple[str, str, Section | None]] = []
        for table in TABLES:
            own = [file for file in self.names if Path(file).stem == table and self._ending(file) in ENDINGS]
            sections = [section for section in self.sections if section.table == table]
            if len(own) > 1:
                self.problems.append(f"{' and '.join(own)} are both there for the table {table}; keep one of them.")
                continue
            chosen += [found for section in sections if (found := self._of_section(section, own))]
            used = {file for _, file, _ in chosen}
            if not sections:
                chosen += [(table, file, None) for file in own]
            elif own and own[0] not in used:
                self.problems.append(
                    f"{own[0]} is there, but {mapping.NAME} feeds {table} from elsewhere; remove it, or give it a section."
                )
        self._report_others({file for _, file, _ in chosen})
        if not chosen and not self.problems:
            self.problems.append(f"{self.folder} holds no exchange table; it needs files such as purchase_orders.csv, or a {mapping.NAME}.")
        return [choice for choice in chosen if self.checked(choice[1])]

    def _of_section(self, section: Section, own: list[str]) -> tuple[str, str, Section] | None:
        file = section.file or (own[0] if own else f"{section.table}.csv")
        if file not in self.names:
            self.problems.append(f"{section.place}, file: {file} is not in the folder; put it there or correct the name.")
            return None
        if self._ending(file) not in (*ENDINGS, *TEXT_ENDINGS):
            self.problems.append(f"{section.place}, file: {file} must end with {', '.join((*ENDINGS, *TEXT_ENDINGS[1:]))}.")
            return None
        return section.table, file, section

    def _ending(self, file: str) -> str:
        """Tells how it is read: the ending of a file; of a folder without one, that of the files that it should hold."""
        ending = Path(file).suffix.lower()
        return ending or (PARQUET if (self.folder / file).is_dir() else "")

    def _report_others(self, used: set[str]) -> None:
        for file in self.names:
            if file not in used and Path(file).suffix.lower() in ENDINGS and Path(file).stem not in TABLES:
                self.reports.append(Report("", file, "", "", 0, "no exchange table has this name; the file was not read"))

    def _report_unused(self, feeds: dict[str, list[MappedCells]]) -> None:
        """The columns of files with several sections that none of these takes, each once."""
        unused: dict[str, list[str]] = {}
        for feed in (feed for mapped in feeds.values() for feed in mapped if feed.shared):
            file = feed.source.file
            unused[file] = [name for name in unused.get(file, feed.unused) if name in feed.unused]
        for file, names in unused.items():
            self.reports += [Report("", file, name, "", 0, "column kept aside, no section of mapping.toml uses it") for name in names]

    def _source(self, table: str, file: str, section: Section | None, database: duckdb.DuckDBPyConnection, spare: Path) -> Source:
        return open_source(self.folder / file, section or Section(file, table, file), database, spare)


def open_source(path: Path, section: Section, database: duckdb.DuckDBPyConnection, spare: Path) -> Source:
    """Make a file ready as its section says. `spare` is a path prefix for temporary files. Raises `Unusable`."""
    file, ending = path.name, PARQUET if path.is_dir() else path.suffix.lower()
    if section.encoding and ending not in TEXT_ENDINGS:
        raise Unusable(f"{section.place}, encoding: {file} is no CSV file and has no encoding; remove the key.")
    if section.sheet and ending != ".xlsx":
        raise Unusable(f"{section.place}, sheet: {file} is no workbook and has no sheets; remove the key.")
    if not section.header and ending == ".parquet":
        raise Unusable(f"{section.place}, header: the columns of {file} have names; remove the key.")
    try:
        if ending == ".parquet":
            return open_columnar(path, file, database)
        if ending == ".xlsx":
            return open_workbook(path, file, section.table, spare, sheet=section.sheet, header=section.header)
        return open_delimited(path, file, section.encoding, spare, header=section.header)
    except OSError as error:
        raise Unusable(f"{file} cannot be read: {error.strerror or error}.") from None
