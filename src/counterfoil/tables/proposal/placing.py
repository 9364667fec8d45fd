"""Which sheet feeds which table, and which of its columns are which: names propose, values decide, what is not proven is doubtful."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from counterfoil.tables.mapping import Cell, Condition, Sign
from counterfoil.tables.proposal.evidence import Evidence
from counterfoil.tables.proposal.names import Reading, names
from counterfoil.tables.proposal.profile import Column, Sheet
from counterfoil.tables.proposal.values import allows, reader
from counterfoil.tables.schema import TABLES, Kind
from counterfoil.tables.schema import Column as Target

OWN_NAME = 1.3
"""The fit of a column that has the name of the contract."""
LIKELY, SURE, _CLEAR = 0.5, 0.8, 0.95
"""From here on a column is placed; and placed without doubt by its name alone."""
_CLOSE, _CLOSE_FIGURES = 0.1, 0.35
"""Two columns whose fits differ by less are rivals. Figures are taken for one another more easily, and at a higher cost."""
_VALUES = 0.75
"""The most that values say where there are no names."""
_TWIN = 0.03
"""Two columns of a table whose fits differ by less are told apart by nothing."""
HEADERS: Mapping[str, tuple[str, str]] = {
    "purchase_order_lines": ("purchase_orders", "purchase_order_id"),
    "invoice_lines": ("invoices", "invoice_id"),
    "work_order_lines": ("work_orders", "work_order_id"),
}
"""Tables of lines: the table of their headers, and the column that names it."""


@dataclass(slots=True)
class Placement:
    """One column of a table and where it comes from. `sources`: numbers of columns of the sheet; `rivals`: those that it could be as well;
    `unknown`: words whose meaning only a person knows."""

    target: Target
    cell: Cell
    sources: tuple[int, ...] = ()
    fit: float = 0.0
    reason: str = ""
    doubts: list[str] = field(default_factory=list)
    unknown: tuple[tuple[str, int], ...] = ()
    rivals: tuple[int, ...] = ()

    @property
    def confidence(self) -> str:
        """sure, likely or doubtful."""
        return "doubtful" if self.doubts else "sure" if self.fit >= _CLEAR else "likely"


@dataclass(slots=True)
class Feed:
    """One section of the mapping in the making. `apart`: columns of the sheet that are another table's, where it is a list of several.
    `system`: the known system whose worked mapping it comes from."""

    table: str
    sheet: Sheet
    about: float
    placed: dict[str, Placement] = field(default_factory=dict)
    unique: bool = False
    conditions: list[Condition] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    apart: tuple[int, ...] = ()
    system: str = ""

    @property
    def missing(self) -> list[str]:
        """Required columns that are not placed."""
        return [name for name in TABLES[self.table].required if name not in self.placed]

    @property
    def as_it_is(self) -> bool:
        """True where the file has the name and the columns of the table, so that nothing needs to be said."""
        plain = all(placement.cell == Cell(columns=(name,)) for name, placement in self.placed.items())
        return plain and not (self.unique or self.conditions or self.sheet.sheet) and self.sheet.file.rsplit(".", 1)[0] == self.table

    def columns(self, target: str) -> tuple[Column, ...]:
        """The columns of the sheet that a placed column comes from."""
        return tuple(self.sheet.columns[number] for number in self.placed[target].sources) if target in self.placed else ()


class Placer:
    """Fits of names to columns, within what the values allow."""

    def __init__(self, sheets: Sequence[Sheet], evidence: Evidence) -> None:
        self.sheets = sheets
        self.evidence = evidence
        self._readings: dict[tuple[int, int], tuple[Reading, ...]] = {}
        self._fits: dict[tuple[str, str, int, int, bool], float] = {}

    def readings(self, column: Column) -> tuple[Reading, ...]:
        spot = (column.sheet, column.number)
        if spot not in self._readings:
            named = self.sheets[column.sheet].header
            told = column.name if named else column.prefix
            self._readings[spot] = names().read(told) if told else ((frozenset(),),)
        return self._readings[spot]

    def fit(self, table: str, target: Target, column: Column, *, about: bool = True) -> float:
        """How well a column is that column of the table; 0 where its values contradict."""
        spot = (table, target.name, column.sheet, column.number, about)
        if spot not in self._fits:
            self._fits[spot] = self._fit(table, target, column, about)
        return self._fits[spot]

    def _fit(self, table: str, target: Target, column: Column, about: bool) -> float:
        if not allows(target, column):
            return 0.0
        if not self.sheets[column.sheet].header:
            return self._fit_of_values(table, target, column, about)
        if about and column.name.strip().lower() == target.name:
            return OWN_NAME
        fit = names().column(table, target.name, self.readings(column), about=about)
        if target.name == TABLES[table].key and not column.unique:
            fit /= 2
        return fit

    def _fit_of_values(self, table: str, target: Target, column: Column, about: bool) -> float:
        """Where there are no names: what ids begin with, words that the column knows, codes of currencies, names of time zones."""
        if target.kind is Kind.WORD:
            known = all(names().word(value, target.words) for value in column.words)
            return _VALUES if about and known and column.distinct > 1 and not column.counts["whole"] else 0.0
        if target.kind is Kind.TEXT and target.name in ("currency", "timezone"):
            return _VALUES if about else 0.0
        fit = _VALUES * names().column(table, target.name, self.readings(column), about=about)
        return fit / 2 if target.name == TABLES[table].key and not column.unique else fit

    def assign(self, sheet: Sheet, table: str, *, about: bool = True, without: Sequence[int] = ()) -> dict[str, tuple[Column, float]]:
        """Each column of the table with the column of the sheet that fits best, each used once."""
        pairs = [
            (fit, target.name, column)
            for target in TABLES[table]
            for column in sheet.columns
            if column.number not in without and (fit := self.fit(table, target, column, about=about)) >= LIKELY
        ]
        pairs.sort(key=lambda pair: (-round(pair[0], 3), not pair[2].unique, pair[2].number))
        found: dict[str, tuple[Column, float]] = {}
        used: set[int] = set()
        for fit, name, column in pairs:
            if name not in found and column.number not in used:
                found[name] = (column, fit)
                used.add(column.number)
        return found

    def feed(
        self, sheet: Sheet, table: str, assigned: Mapping[str, tuple[Column, float]], about: float, apart: tuple[int, ...] = ()
    ) -> Feed:
        """A section of what was assigned."""
        feed = Feed(table, sheet, about, apart=apart)
        for name, (column, fit) in assigned.items():
            feed.placed[name] = self.placement(table, TABLES[table].column(name), column, fit)
        for name, placement in feed.placed.items():
            used = {number for other in feed.placed.values() for number in other.sources} | {*apart}
            placement.rivals = tuple(self._rivals(feed, name, used))
            if placement.rivals:
                others = ", ".join(sheet.columns[number].name for number in placement.rivals[:3])
                placement.doubts.append(f"it could be {others} as well")
            if twins := tuple(self._twins(feed, name)):
                placement.doubts.append(f"{sheet.columns[placement.sources[0]].name} could be {' or '.join(twins)} as well")
        self._particular_rows(feed)
        return feed

    def placement(self, table: str, target: Target, column: Column, fit: float) -> Placement:
        read = reader(self.evidence.database, target, column)
        reason, doubts = "", list(read.doubts)
        if fit >= OWN_NAME:
            reason = "the name is the contract's own"
        elif not self.sheets[column.sheet].header:
            reason = f"its values begin with {column.prefix.split()[0]}" if column.prefix else "its values alone"
            doubts.insert(0, "it has no name: this is what its values look like")
        elif fit > 0:
            reason = f"name says {names().said(table, target.name, self.readings(column))}"
            if fit < SURE:
                doubts.insert(0, "the name is not quite clear")
        return Placement(target, read.cell, (column.number,), fit, _with(reason, described(target, column)), doubts, read.unknown)

    def _rivals(self, feed: Feed, name: str, used: set[int]) -> Iterator[int]:
        placement = feed.placed[name]
        close = _CLOSE_FIGURES if placement.target.kind is Kind.DECIMAL else _CLOSE
        for column in feed.sheet.columns:
            if column.number not in used and self.fit(feed.table, placement.target, column) > max(LIKELY, placement.fit - close):
                yield column.number

    def _twins(self, feed: Feed, name: str) -> Iterator[str]:
        """Other columns of the table that the name and the values of a placed column would fit as well."""
        placement = feed.placed[name]
        if placement.fit >= OWN_NAME or len(placement.sources) != 1:
            return
        column = feed.sheet.columns[placement.sources[0]]
        if name == TABLES[feed.table].key and column.unique:
            return
        for target in TABLES[feed.table]:
            if target.name == name or self.fit(feed.table, target, column) < placement.fit - _TWIN:
                continue
            other = feed.placed.get(target.name)
            fits_here = other and self.fit(feed.table, placement.target, feed.sheet.columns[other.sources[0]]) >= other.fit - _TWIN
            if other is None or (fits_here and other.fit < OWN_NAME):
                yield target.name

    def _particular_rows(self, feed: Feed) -> None:
        """Fields of known systems that say which rows count, and which are below zero."""
        for column in feed.sheet.columns:
            field_name = column.name.strip().upper()
            wanted = names().rows.get(feed.table, {}).get(field_name)
            if wanted and {*column.words} & {*wanted} and {*column.words} - {*wanted}:
                feed.conditions.append(Condition(column.name, wanted))
                feed.reasons.append(f"{column.name} {', '.join(wanted)} are the rows of {feed.table}")
            minus = names().signs.get(field_name)
            if minus and {*column.words} & {*minus} and feed.table in ("receipts", "invoice_lines", "consumption"):
                for name, placement in feed.placed.items():
                    if placement.target.kind is Kind.DECIMAL and ("quantity" in name or "amount" in name) and name != "price_quantity":
                        placement.cell = replace(placement.cell, sign=Sign(column.name, minus))
                        placement.reason = _with(placement.reason, f"{column.name} says which are below zero")


def refers_to(target: Target) -> str | None:
    """The table whose rows a column names."""
    return target.refers_to or ("parts" if target.name == "part_id" else None)


def _with(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def described(target: Target, column: Column) -> str:
    """What the values say, in a few words."""
    if target.kind in (Kind.DECIMAL, Kind.INTEGER):
        return f"numbers in {column.numbers:,} of {column.filled:,} cells" if column.numbers < column.filled else "all numbers"
    if target.kind is Kind.MOMENT:
        forms = ", ".join(form for form, _ in column.formats)
        return f"days written as {forms} in {column.moments:,} of {column.filled:,} cells"
    if target.kind is Kind.WORD:
        return f"{column.distinct:,} different words"
    if column.unique:
        return f"{column.distinct:,} values, none twice"
    return f"{column.distinct:,} different values in {column.filled:,} of {column.rows:,} rows"
