"""Twin columns of one list: which figures and days are of the order, of its receipt, of its bill."""

from collections.abc import Mapping
from dataclasses import dataclass

from counterfoil.tables.proposal.placing import Placer
from counterfoil.tables.proposal.profile import Column, Sheet

ORDERED, RECEIVED, BILLED = "ordered", "received", "billed"
_WORDS = {
    BILLED: frozenset(("billed", "invoice")),
    RECEIVED: frozenset(("received", "receipt", "accepted", "rejected")),
    ORDERED: frozenset(("order", "line")),
}
"""The ideas that say whose a column is. The first that has one of those of a name counts: the receipt of an invoice is the invoice's."""
_FIGURES = ("quantity", "price", "amount")
_DAY = frozenset(("date", "-"))


@dataclass(frozen=True, slots=True)
class Sides:
    """By number of a column whose it is; `near`: the one that it stands behind, where no word says it. Columns that are in neither, such
    as the supplier, are of all."""

    sheet: Sheet
    words: Mapping[int, str]
    near: Mapping[int, Column]
    first: frozenset[int]
    """The order's, though no word says it: the first quantity and the first price of the sheet."""
    billed_apart: bool
    """True where a quantity or a price is the bill's."""

    @classmethod
    def of(cls, placer: Placer, sheet: Sheet) -> "Sides":
        words = {column.number: side for column in sheet.columns if (side := _said(placer, column))}
        known = {idea for number, side in words.items() if side == ORDERED for idea in _ideas(placer, sheet.columns[number])}
        near: dict[int, Column] = {}
        first: set[int] = set()
        last: Column | None = None
        for column in sheet.columns:
            what = _bare(placer, column)
            if column.number in words:
                last = column
            elif what in ("quantity", "price") and what not in known:
                first.add(column.number)
                known.add(what)
            elif what and last is not None and words[last.number] != ORDERED:
                near[column.number] = last
        sides = {number: words[behind.number] for number, behind in near.items()} | words
        billed = {_bare(placer, sheet.columns[number]) for number, side in sides.items() if side == BILLED}
        return cls(sheet, words, near, frozenset(first), billed_apart=bool(billed & {"quantity", "price"}))

    def side(self, column: Column) -> str | None:
        """Whose it is; None: of all."""
        if column.number in self.near:
            return self.words[self.near[column.number].number]
        return ORDERED if column.number in self.first else self.words.get(column.number)

    def apart(self, side: str) -> tuple[int, ...]:
        """The columns that are of another side."""
        return tuple(column.number for column in self.sheet.columns if self.side(column) not in (side, None))

    def all_but(self, side: str) -> tuple[int, ...]:
        """The columns that are not of this side."""
        return tuple(column.number for column in self.sheet.columns if self.side(column) != side)


def _ideas(placer: Placer, column: Column) -> frozenset[str]:
    return frozenset().union(*(word for reading in placer.readings(column) for word in reading))


def _said(placer: Placer, column: Column) -> str | None:
    ideas = _ideas(placer, column)
    return next((side for side, words in _WORDS.items() if words & ideas), None)


def _bare(placer: Placer, column: Column) -> str | None:
    """Which figure a column is, or that it is just a day, by its name and values; None: something of its own."""
    ideas = _ideas(placer, column)
    if column.moments:
        return "date" if ideas and ideas <= _DAY else None
    return next((idea for idea in _FIGURES if idea in ideas), None) if column.share(column.numbers) > 0.5 else None
