"""mapping.toml: how an untouched export becomes exchange tables. Read and checked here, turned into SQL by the readers."""

import codecs
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from counterfoil.tables.landing import Unusable
from counterfoil.tables.schema import TABLES, Column, Kind

NAME = "mapping.toml"
LARGEST_MAPPING = 1 << 20
"""Bytes; a mapping is written by hand."""

DIRECTIVES: Mapping[str, str] = {
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "m": "[0-9]{1,2}",
    "d": "[0-9]{1,2}",
    "b": "[A-Za-z]{3}",
    "B": "[A-Za-z]+",
    "j": "[0-9]{1,3}",
    "H": "[0-9]{1,2}",
    "I": "[0-9]{1,2}",
    "M": "[0-9]{1,2}",
    "S": "[0-9]{1,2}",
    "f": "[0-9]{1,6}",
    "p": "[AaPp][Mm]",
    "z": "[+-][0-9]{2}:?[0-9]{2}",
    "%": "%",
}
"""What `formats` may hold after a percent sign, and the text it stands for, as a regular expression. Month names are English."""

THOUSANDS: Mapping[str, str] = {".": ".", ",": ",", "'": "'\u2019", " ": " \u00a0\u2009\u202f"}
"""What may stand between groups of three digits, with the signs that are read as it: an apostrophe also as it is printed, a blank also
where it keeps a number on one line."""

_NUMBERS = (Kind.DECIMAL, Kind.INTEGER, Kind.PRICE_QUANTITY)


@dataclass(frozen=True, slots=True)
class Sign:
    """A number is negated where `column` of the source holds one of `minus`."""

    column: str
    minus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """How one cell of a table is made.

    From `columns` of the source (several are joined by `between`; where one of them is empty, so is the cell), or a `constant`, or a
    number of the row with a prefix. Each source cell becomes empty where it is one of `null` and loses its leading zeros where `strip`; the
    cell is then looked up in `words`; `decimal`, `thousands`, `sign` and `formats` bring it to the spelling of the contract.
    """

    columns: tuple[str, ...] = ()
    between: str = ""
    constant: str | None = None
    row_number: str | None = None
    null: tuple[str, ...] = ()
    strip: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    decimal: str = "."
    thousands: str = ""
    sign: Sign | None = None
    formats: tuple[str, ...] = ()

    @property
    def spelled(self) -> bool:
        """True where the cell has to be written in a way that the mapping names."""
        return bool(self.formats or self.decimal != "." or self.thousands)

    @property
    def sources(self) -> tuple[str, ...]:
        """Every column of the source that the cell is made from."""
        return (*self.columns, self.sign.column) if self.sign else self.columns


@dataclass(frozen=True, slots=True)
class Condition:
    """Which rows of the source count: those whose `column` holds one of `words`, or none of them, or anything or nothing at all."""

    column: str
    words: tuple[str, ...] = ()
    wanted: bool = True
    presence: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One file that feeds one table. `place` names it in messages; `file` None = `<table>.*`; `cells` None = columns by their own names.
    `sheet`: of a workbook; `header` False: the first row is data, and the columns are col1, col2, …"""

    place: str
    table: str
    file: str | None
    encoding: str | None = None
    sheet: str | None = None
    header: bool = True
    conditions: tuple[Condition, ...] = ()
    unique: bool = False
    cells: Mapping[str, Cell] | None = None


def read_mapping(path: Path) -> tuple[Section, ...]:
    """The sections of a mapping in their order. Raises `Unusable` with every problem, one sentence each."""
    try:
        data = path.read_bytes()
        if len(data) > LARGEST_MAPPING:
            raise Unusable(f"{NAME} is larger than {LARGEST_MAPPING >> 20} MB; it holds sections and column names only.")
        document = tomllib.loads(data.decode("utf-8-sig"), parse_float=str)
    except OSError as error:
        raise Unusable(f"{NAME} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Unusable(f"{NAME} is not UTF-8; save it as UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Unusable(f"{NAME} is not valid TOML: {error}.") from None
    reader = _Reader()
    sections = tuple(reader.sections(document))
    if reader.problems:
        raise Unusable(*reader.problems)
    return sections


class _Reader:
    """Walks the parsed document and collects problems; what it returns is complete only where there are none."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def wrong(self, place: str, what: str) -> None:
        self.problems.append(f"{place}: {what}.")

    def sections(self, document: dict[str, Any]) -> list[Section]:
        found = []
        for table, body in document.items():
            if table not in TABLES:
                self.wrong(f"{NAME}, [{table}]", f"no exchange table has this name; the tables are {', '.join(TABLES)}")
                continue
            several = isinstance(body, list)
            for number, part in enumerate(body if several else [body], start=1):
                place = f"{NAME}, [[{table}]] number {number}" if several else f"{NAME}, [{table}]"
                if isinstance(part, dict):
                    found.append(self.section(place, table, part))
                else:
                    self.wrong(f"{NAME}, {table}", f"this is a section: write [{table}] on a line of its own, with file = … below it")
        return found

    def section(self, place: str, table: str, body: dict[str, Any]) -> Section:
        self.known(place, body, ("file", "encoding", "sheet", "header", "where", "unique", "columns"))
        columns = body.get("columns")
        if columns is not None and not isinstance(columns, dict):
            self.wrong(f"{place}, columns", f"write a section [{table}.columns]")
            columns = None
        sheet = body.get("sheet")
        if sheet is not None and not isinstance(sheet, str):
            self.wrong(f"{place}, sheet", "write the name of a sheet of the workbook in quotes")
            sheet = None
        return Section(
            place=place,
            table=table,
            file=self.file(place, body.get("file")),
            encoding=self.encoding(place, body.get("encoding")),
            sheet=sheet,
            header=self.yes_no(place, body, "header", default=True),
            conditions=self.conditions(place, body.get("where", [])),
            unique=self.yes_no(place, body, "unique", default=False),
            cells=None if columns is None else self.cells(place, table, columns),
        )

    def yes_no(self, place: str, body: dict[str, Any], key: str, *, default: bool) -> bool:
        given = body.get(key, default)
        if not isinstance(given, bool):
            self.wrong(f"{place}, {key}", "write true or false")
        return given is True

    def file(self, place: str, given: object) -> str | None:
        if given is None:
            return None
        plain = isinstance(given, str) and given not in ("", ".", "..") and "\0" not in given
        if not plain or PurePosixPath(str(given)).name != given or PureWindowsPath(str(given)).name != given:
            self.wrong(f"{place}, file", f"{given!r} is not a plain name of a file in this folder; leave out folders, drives and ..")
            return None
        return str(given)

    def encoding(self, place: str, given: object) -> str | None:
        if given is None:
            return None
        try:
            if isinstance(given, str):
                "".encode(given)  # refuses what codecs knows but is no encoding of text
                return codecs.lookup(given).name
        except (LookupError, ValueError):
            pass
        self.wrong(f"{place}, encoding", f"{given!r} is no encoding; write one such as utf-8, utf-16, latin-1 or cp1252")
        return None

    def conditions(self, place: str, given: object) -> tuple[Condition, ...]:
        return tuple(self.condition(f"{place}, where", part) for part in (given if isinstance(given, list) else [given]))

    def condition(self, place: str, given: object) -> Condition:
        hint = "write { column = …, in = […] }, { column = …, not_in = […] } or { column = …, present = true }"
        if not isinstance(given, dict):
            self.wrong(place, hint)
            return Condition("")
        self.known(place, given, ("column", "in", "not_in", "present"))
        column = self.text(place, given, "column", hint)
        tests = [key for key in ("in", "not_in", "present") if key in given]
        if len(tests) != 1:
            self.wrong(place, f"exactly one of in, not_in and present is needed; {hint}")
            return Condition(column)
        if tests == ["present"]:
            if not isinstance(given["present"], bool):
                self.wrong(place, "present is true or false")
            return Condition(column, wanted=given["present"] is True, presence=True)
        return Condition(column, self.texts(place, given, tests[0]), wanted=tests == ["in"])

    def cells(self, place: str, table: str, columns: dict[str, Any]) -> dict[str, Cell]:
        cells = {}
        for target, given in columns.items():
            spot = f"{place}, columns.{target}"
            try:
                column = TABLES[table].column(target)
            except KeyError:
                self.wrong(spot, f"{table} has no such column; it has {', '.join(column.name for column in TABLES[table])}")
                continue
            cells[target] = self.cell(spot, column, {"column": given} if isinstance(given, str) else given)
        return cells

    def cell(self, place: str, column: Column, given: object) -> Cell:
        ways = "a column name, { column = … }, { join = […], with = … }, { value = … } or { row_number = … }"
        if not isinstance(given, dict):
            self.wrong(place, f"write {ways}")
            return Cell()
        chosen = [key for key in ("column", "join", "value", "row_number") if key in given]
        if len(chosen) != 1:
            self.wrong(place, f"exactly one source is needed: write {ways}")
            return Cell()
        makers: dict[str, Callable[[str, Column, dict[str, Any]], Cell]] = {
            "column": self.from_column,
            "join": self.from_join,
            "value": self.from_value,
            "row_number": self.from_row_number,
        }
        return makers[chosen[0]](place, column, given)

    def from_column(self, place: str, column: Column, given: dict[str, Any]) -> Cell:
        self.known(place, given, ("column", "null", "strip", "map", "decimal", "thousands", "sign", "formats"))
        if column.kind not in _NUMBERS and (extra := [key for key in ("decimal", "thousands", "sign") if key in given]):
            self.wrong(place, f"{extra[0]} is for numbers; {column.name} holds {column.kind.value}")
        if column.kind is not Kind.MOMENT and "formats" in given:
            self.wrong(place, f"formats is for dates; {column.name} holds {column.kind.value}")
        decimal = given.get("decimal", ".")
        if decimal not in (".", ","):
            self.wrong(place, 'decimal is "," or "."')
        thousands = given.get("thousands", "")
        if "thousands" in given and thousands not in THOUSANDS:
            self.wrong(place, 'thousands is ".", ",", "\'" or " "')
        elif thousands == decimal:
            self.wrong(place, f"thousands and decimal are both {decimal!r}; they must differ")
        words = given.get("map", {})
        if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values()):
            self.wrong(place, 'map is { "a word of the export" = "a word of the contract", … }')
            words = {}
        return Cell(
            columns=(self.text(place, given, "column", "name a column of the file"),),
            null=self.texts(place, given, "null"),
            strip=self.strip(place, given),
            words=words,
            decimal=str(decimal),
            thousands=str(thousands),
            sign=self.sign(place, given.get("sign")),
            formats=self.formats(place, given),
        )

    def from_join(self, place: str, column: Column, given: dict[str, Any]) -> Cell:
        self.known(place, given, ("join", "with", "null", "strip"))
        columns = self.texts(place, given, "join")
        if len(columns) < 2:
            self.wrong(place, "join names two columns of the file or more")
        between = given.get("with", "")
        if not isinstance(between, str):
            self.wrong(place, f'with is the text between the cells, such as "/"; {column.name} cannot be joined with {between!r}')
        return Cell(columns=columns, between=str(between), null=self.texts(place, given, "null"), strip=self.strip(place, given))

    def from_value(self, place: str, column: Column, given: dict[str, Any]) -> Cell:
        self.known(place, given, ("value",))
        value = given["value"]
        if isinstance(value, bool):
            value = "true" if value else "false"
        if not isinstance(value, str | int):
            self.wrong(place, f"write the value of {column.name} in quotes")
        return Cell(constant=str(value))

    def from_row_number(self, place: str, column: Column, given: dict[str, Any]) -> Cell:
        self.known(place, given, ("row_number",))
        if column.kind is not Kind.TEXT:
            self.wrong(place, f"row_number makes ids; {column.name} holds {column.kind.value}")
        return Cell(row_number=self.text(place, given, "row_number", 'row_number is the text before the number, such as "R"'))

    def strip(self, place: str, given: dict[str, Any]) -> bool:
        if "strip" in given and given["strip"] != "leading-zeros":
            self.wrong(place, 'strip can only be "leading-zeros"')
        return "strip" in given

    def sign(self, place: str, given: object) -> Sign | None:
        if given is None:
            return None
        hint = 'sign is { column = …, minus = ["…"] }'
        if not isinstance(given, dict):
            self.wrong(place, hint)
            return None
        self.known(f"{place}, sign", given, ("column", "minus"))
        minus = self.texts(f"{place}, sign", given, "minus")
        if not minus:
            self.wrong(place, f"sign lacks minus; {hint}")
        return Sign(self.text(f"{place}, sign", given, "column", hint), minus)

    def formats(self, place: str, given: dict[str, Any]) -> tuple[str, ...]:
        formats = self.texts(place, given, "formats")
        for text in formats:
            used = re.findall(r"%(.?)", text)
            unknown = [letter for letter in used if letter not in DIRECTIVES]
            day = {"y", "Y"} & {*used} and (({"m", "b", "B"} & {*used} and "d" in used) or "j" in used)
            if unknown:
                self.wrong(place, f"formats: %{unknown[0]} is not known; use {' '.join('%' + letter for letter in DIRECTIVES)}")
            elif not day:
                self.wrong(place, f"formats: {text!r} names no whole day; it needs a year, a month and a day")
        return formats

    def text(self, place: str, given: dict[str, Any], key: str, hint: str) -> str:
        value = given.get(key)
        if not isinstance(value, str):
            self.wrong(place, f"{key} must be a text; {hint}")
            return ""
        return value

    def texts(self, place: str, given: dict[str, Any], key: str) -> tuple[str, ...]:
        value = given.get(key, [])
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            self.wrong(place, f'{key} is a list of texts in quotes, such as ["…", "…"]')
            return ()
        return tuple(value)

    def known(self, place: str, given: dict[str, Any], keys: tuple[str, ...]) -> None:
        for key in given:
            if key not in keys:
                self.wrong(place, f"{key} is not known here; the keys are {', '.join(keys)}")
