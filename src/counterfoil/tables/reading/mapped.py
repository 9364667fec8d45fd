"""The mapping of one file as SQL: from the cells of the source to the cells of the table."""

import re
from collections.abc import Iterator, Mapping

from counterfoil.tables.database import literal
from counterfoil.tables.mapping import DIRECTIVES, THOUSANDS, Cell, Condition, Section
from counterfoil.tables.reading.cells import is_one, trim
from counterfoil.tables.reading.cells import typed as typed_cell
from counterfoil.tables.reading.source import Source
from counterfoil.tables.schema import TABLES, Kind

_TEXT = "VARCHAR"
_PLAIN_NUMBER = r"[ \t\r\n]*[+-]?[0-9]+([.][0-9]+)?[ \t\r\n]*"


class MappedCells:
    """SQL of the cells of one table, made from one source. Columns are named by their place in the schema.

    `query` selects record (number of the row in its file, from 0), too_many, line, `c<n>`: the cell as VARCHAR, NULL where it is empty,
    and, for columns in `doubtful`, `bad<n>`: true where the cell is not written as the mapping says.
    `shared`: the file has other sections, too.
    """

    def __init__(self, source: Source, section: Section | None, table: str, *, shared: bool = False) -> None:
        self.source = source
        self.section = section
        self.shared = shared
        self.columns = TABLES[table].columns
        self.cells: Mapping[str, Cell] = _cells(source, section, table)
        self._places = {name: f"c{number}" for number, name in reversed(list(enumerate(source.header)))}

    @property
    def present(self) -> frozenset[str]:
        """The columns of the table that the file gives."""
        return frozenset(self.cells)

    @property
    def unused(self) -> list[str]:
        """The columns of the file that the table does not take."""
        used = {name for cell in self.cells.values() for name in cell.sources}
        used |= {condition.column for condition in self._conditions}
        return [name for name in self.source.header if name and name not in used]

    @property
    def doubtful(self) -> frozenset[str]:
        """The columns whose cells have to be written in a way that the mapping names."""
        return frozenset(name for name, cell in self.cells.items() if cell.spelled)

    @property
    def typed(self) -> Mapping[str, str]:
        """The columns whose source is typed and taken as it is, with the type: `query` gives them as typed<n>, too."""
        plain = {
            name: cell.columns[0] for name, cell in self.cells.items() if cell == Cell(columns=cell.columns) and len(cell.columns) == 1
        }
        return {name: self.source.typed[column] for name, column in plain.items() if column in self.source.typed}

    @property
    def typed_throughout(self) -> bool:
        """True where every row of the file is one of the table, and every cell a text or typed."""
        given = [column for column in self.columns if column.name in self.cells and column.kind not in (Kind.TEXT, Kind.WORD)]
        typed = all(column.name in self.typed and typed_cell(column, "", self.typed[column.name]) for column in given)
        return self.source.numbered and not self.filtered and typed

    @property
    def filtered(self) -> bool:
        """True where the mapping leaves rows out."""
        return bool(self._conditions)

    @property
    def _conditions(self) -> tuple[Condition, ...]:
        return self.section.conditions if self.section else ()

    def problems(self) -> list[str]:
        """One sentence for each column that the file or the mapping lacks."""
        found = []
        known = ", ".join(name for name in self.source.header if name)
        for name in self._named():
            if name not in self._places:
                place = self.section.place if self.section else ""
                found.append(f"{place}: {self.source.file} has no column {name!r}; its columns are {known}.")
        found += [f"{self.section.place if self.section else ''}, columns.{target}: {told}" for target, told in self._typed_numbers()]
        missing = [column.name for column in self.columns if column.required and column.name not in self.cells]
        if missing:
            what = "column" if len(missing) == 1 else "columns"
            mapped = self.section is not None and self.section.cells is not None
            remedy = "name its source in mapping.toml" if mapped else "add it, or name its source in mapping.toml"
            found.append(f"{self.source.file} lacks the required {what} {', '.join(missing)}; {remedy}.")
        return found

    def _typed_numbers(self) -> Iterator[tuple[str, str]]:
        """By column of the table: numbers that are stored as such have no sign between their digits. Those of a workbook come as texts
        with a point before their decimals."""
        for target, cell in self.cells.items():
            kind = self.source.typed.get(cell.columns[0], _TEXT) if cell.thousands else _TEXT
            if kind != _TEXT:
                yield target, f"{self.source.file} has {cell.columns[0]!r} as numbers ({kind}), not as text; leave out thousands."
            elif cell.thousands == "." and self.source.points:
                yield (
                    target,
                    (
                        f'numbers in {self.source.file} have a point before their decimals, so thousands = "." would read 1.234 as 1234; '
                        "make the column one of numbers, or export it as CSV."
                    ),
                )

    def _named(self) -> list[str]:
        named = [name for cell in self.cells.values() for name in cell.sources]
        return list(dict.fromkeys([*named, *(condition.column for condition in self._conditions)]))

    def query(self, *, numbered: bool) -> str:
        """See the class. `numbered` False: record is NULL unless a cell needs it, which lets the database read in parallel."""
        if self.source.numbered:
            records = self.source.relation
        elif numbered or any(cell.row_number is not None for cell in self.cells.values()):
            records = f"(SELECT row_number() OVER () - 1 AS record, * FROM {self.source.relation})"
        else:
            records = f"(SELECT NULL::BIGINT AS record, * FROM {self.source.relation})"
        numbers = range(len(self.columns))
        cells = [self.cells.get(column.name) for column in self.columns]
        taken = ", ".join(self._taken(number, cell) for number, cell in zip(numbers, cells, strict=True))
        spelled = "".join(f", {_spelled(number, cell)} AS k{number}" for number, cell in enumerate(cells) if cell and _respelled(cell))
        finished = ", ".join(_finished(number, cell) for number, cell in zip(numbers, cells, strict=True))
        places = {column.name: number for number, column in enumerate(self.columns)}
        typed = "".join(f", t{self._places[self.cells[name].columns[0]][1:]} AS typed{places[name]}" for name in self.typed)
        kept = "".join(f", typed{places[name]}" for name in self.typed)
        place = f"{'part' if self.source.parted else literal(self.source.file)} AS file, line"
        below = f"(SELECT record, too_many, {place}, {taken}{typed} FROM {records}{self._where()})"
        return f"(SELECT record, too_many, file, line, {finished}{kept} FROM (SELECT *{spelled} FROM {below}))"

    def _taken(self, number: int, cell: Cell | None) -> str:
        """The cell of the source as `x<n>` and, where a sign is mapped, whether it is a minus as `m<n>`."""
        if cell is None:
            return f"NULL::VARCHAR AS x{number}"
        if cell.constant is not None:
            return f"nullif({literal(cell.constant)}, '') AS x{number}"
        if cell.row_number is not None:
            return f"{literal(cell.row_number)} || (record + 1) AS x{number}"
        between = f" || {literal(cell.between)} || "
        text = between.join(self._source_cell(name, cell) for name in cell.columns)
        if cell.words:
            cases = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in cell.words.items())
            text = f"nullif(CASE coalesce({text}, '') {cases} ELSE {text} END, '')"
        if cell.sign:
            minus = is_one(self._places[cell.sign.column], cell.sign.minus)
            return f"{text} AS x{number}, {minus} AS m{number}"
        return f"{text} AS x{number}"

    def _source_cell(self, name: str, cell: Cell) -> str:
        place = self._places[name]
        text = f"CASE WHEN {is_one(place, ('', *cell.null))} THEN NULL ELSE {place} END" if cell.null else f"nullif({place}, '')"
        return f"CASE WHEN {text} IS NOT NULL THEN coalesce(nullif(ltrim({text}, '0'), ''), '0') END" if cell.strip else f"({text})"

    def _where(self) -> str:
        tests = [self._test(condition) for condition in self._conditions]
        return f" WHERE {' AND '.join(tests)}" if tests else ""

    def _test(self, condition: Condition) -> str:
        cell = f"coalesce({self._places[condition.column]}, '')"
        if condition.presence:
            return f"{cell} {'<>' if condition.wanted else '='} ''"
        return f"{'' if condition.wanted else 'NOT '}({is_one(cell, condition.words)})"


def _cells(source: Source, section: Section | None, table: str) -> Mapping[str, Cell]:
    if section is not None and section.cells is not None:
        return section.cells
    names = {column.name for column in TABLES[table]}
    return {name: Cell(columns=(name,)) for name in source.header if name in names}


def _respelled(cell: Cell) -> bool:
    return bool(cell.spelled or cell.sign)


def _finished(number: int, cell: Cell | None) -> str:
    text, spelled = f"x{number}", f"k{number}"
    if cell is None or not _respelled(cell):
        return f"{text} AS c{number}"
    if cell.spelled:
        bad = f"({spelled} IS NULL AND {text} IS NOT NULL AND {trim(text)} <> '')"
        return f"coalesce({spelled}, {text}) AS c{number}, {bad} AS bad{number}"
    return f"{spelled} AS c{number}"


def _spelled(number: int, cell: Cell) -> str:
    """The cell as the contract writes it; NULL where it is not written as the mapping says."""
    text = f"x{number}"
    if cell.formats:
        return f"CASE {' '.join(dated(text, format_) for format_ in cell.formats)} END"
    if cell.thousands:
        written = f"regexp_full_match({trim(text)}, {literal(grouped(cell.thousands, cell.decimal))})"
        plain = f"regexp_replace({text}, {literal(f'[{THOUSANDS[cell.thousands]}]')}, '', 'g')"
        text = f"CASE WHEN {written} THEN replace({plain}, ',', '.') END"
    elif cell.decimal == ",":
        text = f"CASE WHEN NOT contains({text}, '.') THEN replace({text}, ',', '.') END"
    if not cell.sign:
        return text
    plain = trim(text)
    negative = f"CASE left({plain}, 1) WHEN '-' THEN {plain}[2:] WHEN '+' THEN '-' || {plain}[2:] ELSE '-' || {plain} END"
    return f"CASE WHEN m{number} AND regexp_full_match({text}, {literal(_PLAIN_NUMBER)}) THEN {negative} ELSE {text} END"


def grouped(thousands: str, decimal: str) -> str:
    """A regular expression of the numbers that have that sign between groups of three digits, or no group at all."""
    return rf"[+-]?([0-9]+|[0-9]{{1,3}}([{THOUSANDS[thousands]}][0-9]{{3}})+)([{decimal}][0-9]+)?"


def dated(text: str, given: str) -> str:
    """One branch of a CASE: where the text is written in this format, its ISO spelling."""
    pattern = re.sub(r"%(.)|(.)", lambda found: DIRECTIVES[found[1]] if found[1] else re.escape(found[2]), given, flags=re.DOTALL)
    read = f"try_strptime({trim(text)}, {literal(given)})"
    zone, clock = "z" in _letters(given), _letters(given) & {"H", "I"}
    if zone:
        read = f"({read} AT TIME ZONE 'UTC')"
    shape = "%Y-%m-%dT%H:%M:%S.%f" + ("Z" if zone else "") if clock else "%Y-%m-%d"
    return f"WHEN regexp_full_match({trim(text)}, {literal(pattern)}) AND {read} IS NOT NULL THEN strftime({read}, {literal(shape)})"


def _letters(given: str) -> set[str]:
    return set(re.findall(r"%(.)", given))
