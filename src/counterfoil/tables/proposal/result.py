"""What is proposed: the feeds, and all that found no place."""

from collections.abc import Sequence
from dataclasses import dataclass

from counterfoil.tables.proposal.beginnings import Others
from counterfoil.tables.proposal.placing import Feed, Placement
from counterfoil.tables.proposal.profile import Column, Sheet
from counterfoil.tables.schema import TABLES

_WITH_CURRENCY = ("purchase_orders", "invoices")


@dataclass(frozen=True, slots=True)
class Proposal:
    """`why`: by sheet, why it feeds no table; `unread`: one sentence for each file that could not be read; `others`: the orders that
    may be none."""

    sheets: Sequence[Sheet]
    feeds: list[Feed]
    why: dict[int, str]
    unread: Sequence[str]
    others: Sequence[Others] = ()

    @property
    def fed(self) -> frozenset[int]:
        """The sheets that feed a table."""
        return frozenset(feed.sheet.number for feed in self.feeds)

    @property
    def systems(self) -> list[str]:
        """One sentence for each known system: how many of the sheets its worked mapping reads."""
        of = {
            feed.system: {other.sheet.number for other in self.feeds if other.system == feed.system} for feed in self.feeds if feed.system
        }
        what = "sheets" if any(sheet.sheet for sheet in self.sheets) else "files"
        return [f"This looks like an export of {system}: {len(read)} of {len(self.sheets)} {what}" for system, read in of.items()]

    @property
    def unplaced(self) -> list[str]:
        """One sentence for each file or sheet that feeds no table."""
        why = [f"{sheet.label}: {self.why[sheet.number]}" for sheet in self.sheets if sheet.number in self.why]
        return [*why, *self.unread]

    @property
    def lacking(self) -> list[str]:
        """The exchange tables that nothing feeds."""
        fed = {feed.table for feed in self.feeds}
        return [table for table in TABLES if table not in fed]

    def left(self, sheet: Sheet) -> list[Column]:
        """The columns of a sheet that no table takes."""
        feeds = [feed for feed in self.feeds if feed.sheet.number == sheet.number]
        names = {name for feed in feeds for placement in feed.placed.values() for name in placement.cell.sources}
        names |= {condition.column for feed in feeds for condition in feed.conditions}
        return [column for column in sheet.columns if column.name and column.name not in names]

    def without_currency(self) -> list[Feed]:
        """The sections whose amounts are in no known currency, though they could say so."""
        return [feed for feed in self.feeds if feed.table in _WITH_CURRENCY and "currency" not in feed.placed]

    def doubtful(self) -> list[tuple[Feed, Placement]]:
        """Every placed column that a person should look at."""
        return [(feed, placement) for feed in self.feeds for placement in feed.placed.values() if placement.doubts]

    def leave_out(self, feed: Feed, why: str) -> None:
        """Take a section out again."""
        self.feeds.remove(feed)
        if feed.sheet.number not in self.fed:
            self.why[feed.sheet.number] = why
