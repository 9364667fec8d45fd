"""What stands in the columns of an unknown folder: every file and sheet as text in the database, and each column in figures."""

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from counterfoil.tables.database import literal
from counterfoil.tables.landing import Unusable
from counterfoil.tables.mapping import THOUSANDS, Section
from counterfoil.tables.proposal.days import candidates, fits, turned
from counterfoil.tables.reading.cells import trim
from counterfoil.tables.reading.columnar import ENDING as PARQUET
from counterfoil.tables.reading.folder import ENDINGS, TEXT_ENDINGS, open_source
from counterfoil.tables.reading.mapped import grouped
from counterfoil.tables.reading.source import Source, column_names
from counterfoil.tables.reading.workbook import visible_sheets

MOST_ROWS = 100_000
"""Rows of a file that are looked at."""
MOST_CELLS = 5_000_000
MOST_VALUES = 40
"""Different values of a column that are kept, the most frequent first."""
LONGEST_VALUE = 200
_NOT_READ = {
    (".sqlite", ".sqlite3", ".db", ".mdb", ".accdb", ".sql", ".dbf"): "export its tables as CSV, XLSX or Parquet, each under its name",
    (".xml", ".xmlocel", ".json", ".jsonl", ".jsonocel"): "export the same as CSV, XLSX or Parquet, one row a document or line",
    (".xls", ".xlsm", ".xlsb", ".ods"): "save it as XLSX",
    (".zip", ".gz", ".7z", ".tar", ".tgz"): "unpack it into this folder",
}
"""Files that may hold tables, by their endings, and what to do."""
_COUNTS = {
    "whole": r"[+-]?[0-9]+",
    "point": r"[+-]?[0-9]*[.][0-9]+",
    "bare": r"[+-]?[.][0-9]+",
    "comma": r"[+-]?[0-9]+,[0-9]+",
    "comma_thousands": r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+([.][0-9]+)?",
    "point_thousands": r"[+-]?[1-9][0-9]{0,2}([.][0-9]{3})+(,[0-9]+)?",
    "behind": r"[0-9]+([.,][0-9]+)*-",
    "zeros": r"0[0-9]+",
    "long": r"[+-]?[0-9]*[.,][0-9]{6}[0-9]*[1-9][0-9]*",
}
"""Ways in which a cell may be a number, or look like one."""
STYLES = ((".", ","), (",", "."), ("'", "."), ("'", ","), (" ", ","), (" ", "."))
"""Numbers with a sign between groups of digits: that sign, and the one before the decimals."""
for _style in STYLES:
    _group = f"[+-]?[1-9][0-9]{{0,2}}([{THOUSANDS[_style[0]]}][0-9]{{3}})"
    _COUNTS |= {
        f"fits {''.join(_style)}": grouped(*_style),
        f"both {''.join(_style)}": f"{_group}+[{_style[1]}][0-9]+",
        f"twice {''.join(_style)}": f"{_group}{{2,}}",
    }


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file, or one sheet of a workbook. Its rows, at most `MOST_ROWS`, are the table `raw_<number>` with the columns c0, c1, …;
    `sampled`: there are more. `guessed`: its encoding is a guess. `header` False: its first row is data."""

    number: int
    file: str
    name: str
    sheet: str | None
    encoding: str | None
    header: bool
    rows: int
    sampled: bool
    columns: tuple["Column", ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.file}, sheet {self.sheet}" if self.sheet else self.file


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet. Counts are of rows, `distinct` of values; `top` has the most frequent values. `formats`: the spellings of
    dates that were found, with the rows they read, and `either_way` where day and month could be exchanged in every one."""

    sheet: int
    number: int
    name: str
    rows: int
    filled: int = 0
    distinct: int = 0
    longest: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    top: tuple[tuple[str, int], ...] = ()
    shapes: tuple[tuple[str, int], ...] = ()
    formats: tuple[tuple[str, int], ...] = ()
    either_way: bool = False

    @property
    def sql(self) -> str:
        return f"c{self.number}"

    @property
    def unique(self) -> bool:
        return self.filled == self.distinct == self.rows and self.rows > 0

    @property
    def prefix(self) -> str:
        """What the ids of a column begin with, as a name: `PO-17` reads "PO id", `PO-17/2` "PO line id". Empty where they differ."""
        found = {re.match(r"([A-Za-z]{2,})[-_ ]?[0-9]+([/.-][0-9]+)?$", value.strip()) for value, _ in self.top}
        if not found or None in found or self.distinct < 2:
            return ""
        starts = {match[1].upper() for match in found if match}
        return f"{min(starts)} {'line id' if all(match and match[2] for match in found) else 'id'}" if len(starts) == 1 else ""

    @property
    def style(self) -> tuple[str, str] | None:
        """The style of numbers with groups of digits, where a value proves it: one that has a group and decimals, or two groups. None where
        more cells can be read without groups."""
        proven = [style for style in STYLES if self._written("both", style) or self._written("twice", style)]
        best = max(proven, key=lambda style: self._written("fits", style), default=None)
        return best if best and self._written("fits", best) >= self._ungrouped else None

    def _written(self, how: str, style: tuple[str, str]) -> int:
        return self.counts[f"{how} {''.join(style)}"]

    @property
    def _comma(self) -> bool:
        return self.counts["comma"] + self.counts["point_thousands"] > self.counts["point"] and not self.counts["point"]

    @property
    def _ungrouped(self) -> int:
        return self.counts["whole"] + self.counts["comma" if self._comma else "point"]

    @property
    def comma(self) -> bool:
        """True where decimals are written with a comma."""
        return self.style[1] == "," if self.style else self._comma

    @property
    def numbers(self) -> int:
        """Rows whose cell the mapping can read as a number."""
        return self._written("fits", self.style) if self.style else self._ungrouped

    @property
    def moments(self) -> int:
        """Rows whose cell the formats read."""
        return sum(count for _, count in self.formats)

    def share(self, count: int) -> float:
        """That count in parts of the filled rows. For comparisons only, never for money."""
        return count / self.filled if self.filled else 0.0

    @property
    def decimals(self) -> bool:
        """True where it holds numbers and some have a fraction."""
        fractions = self._written("both", self.style) if self.style else self.numbers - self.counts["whole"]
        return self.share(self.numbers) > 0.5 and fractions > 0

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(value for value, _ in self.top)


def is_a_name(column: Column) -> bool:
    """True where most values are words with blanks between, as names of companies and things are."""
    spaced = sum(count for value, count in column.top if " " in value.strip() and value[:1].isalpha())
    return spaced * 2 > sum(count for _, count in column.top)


@dataclass(frozen=True, slots=True)
class Folder:
    """What was found: the sheets that are tables, and one sentence for each file that is not."""

    sheets: tuple[Sheet, ...]
    unread: tuple[str, ...]


def look(folder: Path, database: duckdb.DuckDBPyConnection, spare: Path, say: Callable[[str], None]) -> Folder:
    """Read every file of a folder and describe its columns. Besides the sheets it leaves the table `seen`: sheet, col, value, n (rows),
    plain (the value without blanks around it). Raises `Unusable` where the folder cannot be opened."""
    try:
        files = sorted(
            path for path in folder.iterdir() if path.suffix.lower() in (*ENDINGS, *TEXT_ENDINGS) and not path.name.startswith("~")
        )
        inside = folder.resolve(strict=True)
    except OSError as error:
        raise Unusable(f"{folder} cannot be opened: {error.strerror}; name the folder that holds the export.") from None
    database.execute("CREATE TABLE seen (sheet INTEGER, col INTEGER, value VARCHAR, n BIGINT, plain VARCHAR)")
    sheets: list[Sheet] = []
    unread = list(_passed_over(inside))
    for path in files:
        say(f"looking at {path.name}")
        try:
            ordinary = path.is_file() or (path.is_dir() and path.suffix.lower() == PARQUET)
            if not ordinary or not path.resolve().is_relative_to(inside):
                raise Unusable(f"{path.name} is no ordinary file of this folder; copy the file itself into it.")
            for asked in _sections(path):
                try:
                    sheets.append(_sheet(path, asked, len(sheets), database, spare))
                except Unusable as problem:
                    unread += problem.problems
        except Unusable as problem:
            unread += problem.problems
        except OSError as error:
            unread.append(f"{path.name} cannot be read: {error.strerror}.")
    return Folder(tuple(sheets), tuple(unread))


def _passed_over(folder: Path) -> Iterator[str]:
    """One sentence for each file that may hold tables in a form that is not read."""
    for path in sorted(folder.iterdir()):
        remedy = next((remedy for endings, remedy in _NOT_READ.items() if path.suffix.lower() in endings), "")
        if remedy and path.is_file() and not path.name.startswith("~"):
            yield f"{path.name} was not read; {remedy}."


def _sections(path: Path) -> Iterator[Section]:
    """How a file is to be read: sheet by sheet, in the encoding that its bytes speak for."""
    if path.suffix.lower() == ".xlsx":
        names = visible_sheets(path, path.name)
        yield from (Section(path.name, "", path.name, sheet=name if len(names) > 1 else None) for name in names)
    else:
        encoding = encoding_of(path) if path.suffix.lower() in TEXT_ENDINGS else None
        yield Section(path.name, "", path.name, encoding=encoding)


def encoding_of(path: Path) -> str | None:
    """None for UTF-8, else an encoding that reads every byte: UTF-16 by its mark or its NULs, else the western one."""
    with path.open("rb") as handle:
        start = handle.read(1 << 16)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if start.count(0) > len(start) // 8:
            return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
        utf8, western = codecs.getincrementaldecoder("utf-8")(), True
        handle.seek(0)
        try:
            while block := handle.read(1 << 20):
                western = western and not any(byte in block for byte in b"\x81\x8d\x8f\x90\x9d")
                utf8.decode(block)
            utf8.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252" if western else "latin-1"
    return None


def _sheet(path: Path, asked: Section, number: int, database: duckdb.DuckDBPyConnection, spare: Path) -> Sheet:
    header = True
    try:
        source = open_source(path, asked, database, spare / f"look{number}")
    except Unusable:
        if path.suffix.lower() == ".parquet":
            raise
        # The first row may be data: the same value twice is then no mistake.
        header = False
        source = open_source(path, _headless(asked), database, spare / f"look{number}")
    rows, sampled = _take(database, source, number)
    if header and path.suffix.lower() != ".parquet" and _is_data(database, number, source.header):
        header = False
        source = open_source(path, _headless(asked), database, spare / f"look{number}")
        rows, sampled = _take(database, source, number)
    elif not header and not _is_data(database, number, None):
        raise Unusable(f"{asked.place}, line 1: two columns have the same name; rename or remove one.")
    if not rows:
        raise Unusable(f"{asked.place} has a header and no rows.")
    notes = []
    if asked.encoding in ("cp1252", "latin-1"):
        notes.append(f"it is not UTF-8; {asked.encoding} is a guess: look whether accents and umlauts are right")
    if not header:
        notes.append("its first row is no header but data: the columns are called col1, col2, …")
    if sampled:
        notes.append(f"only its first {rows:,} rows were looked at")
    name = asked.sheet or path.stem
    sheet = Sheet(number, path.name, name, asked.sheet, asked.encoding, header, rows, sampled, (), tuple(notes))
    return _described(database, sheet, source)


def _headless(section: Section) -> Section:
    return Section(section.place, "", section.file, encoding=section.encoding, sheet=section.sheet, header=False)


def _take(database: duckdb.DuckDBPyConnection, source: Source, number: int) -> tuple[int, bool]:
    """Make raw_<number>; how many rows it has, and whether there are more."""
    width = len(source.header)
    limit = max(1000, min(MOST_ROWS, MOST_CELLS // max(1, width)))
    cells = ", ".join(f"CASE WHEN {trim(cell)} <> '' THEN left({cell}, {LONGEST_VALUE}) END AS {cell}" for cell in column_names(width))
    statement = f"CREATE OR REPLACE TABLE raw_{number} AS SELECT {cells} FROM {{}} LIMIT {limit + 1}"
    try:
        database.execute(statement.format(source.relation))
    except duckdb.Error:
        if source.fallback is None:
            raise Unusable(f"{source.file} cannot be read; write it again.") from None
        database.execute(statement.format(source.fallback().relation))
    rows = _one(database, f"SELECT count(*) FROM raw_{number}")
    if rows > limit:
        database.execute(f"CREATE OR REPLACE TABLE raw_{number} AS SELECT * FROM raw_{number} LIMIT {limit}")
    return min(rows, limit), rows > limit


def _is_data(database: duckdb.DuckDBPyConnection, number: int, header: Sequence[str] | None) -> bool:
    """True where the names of the columns look like the cells below them: a number or a day above numbers or days, or a text that
    stands below as well. `header` None: the names are the first row of the table."""
    if header is None:
        first = database.execute(f"SELECT * FROM raw_{number} LIMIT 1").fetchone() or ()
        header = [str(cell or "") for cell in first]
        below = f"(SELECT * FROM raw_{number} OFFSET 1)"
    else:
        below = f"raw_{number}"
    if not _one(database, f"SELECT count(*) FROM {below}"):
        return False
    alike = figures = 0
    for cell, name in zip(column_names(len(header)), header, strict=True):
        if not name.strip():
            continue
        shape = re.sub(r"[0-9]+", "9", name.strip())
        if re.fullmatch(r"[+-]?9?([-./,:T ]9)*[-Z]?", shape) and re.search("[0-9]", name):
            figures += 1
            digits = f"regexp_full_match({cell}, '[-+0-9.,:/TZ ]+')"
            alike += bool(_one(database, f"SELECT count(*) FILTER ({digits}) * 2 > count({cell}) FROM {below}"))
        else:
            alike += bool(_one(database, f"SELECT count(*) FROM {below} WHERE {cell} = {literal(name.strip())}"))
    return alike >= 2 or (alike == 1 and figures == 1 and len([name for name in header if name]) <= 3)


def _described(database: duckdb.DuckDBPyConnection, sheet: Sheet, source: Source) -> Sheet:
    header = source.header
    cells = ", ".join(column_names(len(header)))
    database.execute(
        f"INSERT INTO seen SELECT {sheet.number}, CAST(cell[2:] AS INTEGER), value, count(*), {trim('value')}"
        f" FROM (UNPIVOT raw_{sheet.number} ON {cells} INTO NAME cell VALUE value) GROUP BY ALL"
    )
    plain = [f"sum(n) FILTER (regexp_full_match(plain, {literal(pattern)}))" for pattern in _COUNTS.values()]
    rows = database.execute(
        f"SELECT col, sum(n), count(*), max(length(value)), {', '.join(plain)} FROM seen WHERE sheet = {sheet.number} GROUP BY col"
    ).fetchall()
    figures = {row[0]: row[1:] for row in rows}
    top = _ranked(database, sheet.number, "value")
    shape = "regexp_replace(regexp_replace(plain, '[0-9]+', '9', 'g'), '[[:alpha:]]+', 'a', 'g')"
    shapes = _ranked(database, sheet.number, shape)
    columns = []
    for number, name in enumerate(header):
        filled, distinct, longest, *counts = figures.get(number, (0, 0, 0, *(0 for _ in _COUNTS)))
        counted = {key: int(count or 0) for key, count in zip(_COUNTS, counts, strict=True)}
        if source.points:
            # A mapping may not say that points part thousands.
            counted |= {"both .,": 0, "twice .,": 0}
        told = (int(filled), int(distinct), int(longest), counted, top.get(number, ()), shapes.get(number, ()))
        columns.append(_with_formats(database, Column(sheet.number, number, name, sheet.rows, *told)))
    return replace(sheet, columns=tuple(columns))


def _ranked(database: duckdb.DuckDBPyConnection, sheet: int, what: str) -> dict[int, tuple[tuple[str, int], ...]]:
    """By column: the most frequent values of that expression, with their rows."""
    ranked = f"SELECT col, {what} AS what, sum(n) AS n FROM seen WHERE sheet = {sheet} GROUP BY ALL"
    rows = database.execute(
        f"SELECT col, what, n FROM ({ranked}) QUALIFY row_number() OVER (PARTITION BY col ORDER BY n DESC, what) <= {MOST_VALUES}"
        " ORDER BY col, n DESC, what"
    ).fetchall()
    found: dict[int, list[tuple[str, int]]] = {}
    for col, text, count in rows:
        found.setdefault(col, []).append((str(text), int(count)))
    return {col: tuple(listed) for col, listed in found.items()}


def _with_formats(database: duckdb.DuckDBPyConnection, column: Column) -> Column:
    """The column with the spellings of dates that read most of its cells."""
    left = dict.fromkeys(form for shape, _ in column.shapes for form in candidates(shape))
    if not left or (column.counts["whole"] == column.filled and column.longest != len("20240229")):
        return column
    chosen: list[tuple[str, int]] = []
    either_way = False
    while left and len(chosen) < 4:
        taken = " OR ".join(fits(form) for form, _ in chosen) or "false"
        sums = ", ".join(f"sum(n) FILTER ({fits(form)})" for form in left)
        found = (
            database.execute(
                f"SELECT {sums} FROM seen WHERE sheet = {column.sheet} AND col = {column.number} AND NOT coalesce({taken}, false)"
            ).fetchone()
            or ()
        )
        counts = {form: int(count or 0) for form, count in zip(left, found, strict=True)}
        best = max(counts, key=lambda form: counts[form])
        if not counts[best]:
            break
        other = turned(best)
        either_way = either_way or (other is not None and counts.get(other) == counts[best] and counts[best] * 2 > column.filled)
        chosen.append((best, counts[best]))
        del left[best]
    if sum(count for _, count in chosen) * 2 < column.filled:
        return column
    return replace(column, formats=tuple(chosen), either_way=either_way)


def _one(database: duckdb.DuckDBPyConnection, query: str) -> int:
    row = database.execute(query).fetchone()
    return int(row[0] or 0) if row else 0
