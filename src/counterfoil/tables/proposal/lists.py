"""One list whose rows are order lines, deliveries and bills at once: it feeds a table of each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from counterfoil.tables.mapping import Cell, Condition
from counterfoil.tables.proposal.evidence import Evidence
from counterfoil.tables.proposal.placing import LIKELY, SURE, Feed, Placement, Placer
from counterfoil.tables.proposal.profile import Column, Sheet, is_a_name
from counterfoil.tables.proposal.proofs import percent, settled
from counterfoil.tables.proposal.sides import BILLED, ORDERED, RECEIVED, Sides
from counterfoil.tables.proposal.subjects import file_fit
from counterfoil.tables.proposal.values import counted
from counterfoil.tables.schema import TABLES

_ORDERS, _LINES, _RECEIPTS, _INVOICES, _BILLS = "purchase_orders", "purchase_order_lines", "receipts", "invoices", "invoice_lines"
_FED = (_ORDERS, _LINES, _RECEIPTS, _INVOICES, _BILLS)
_ALMOST_ALL, _MOST = 0.9, 0.5

Assigned = Mapping[str, tuple[Column, float]]


def spread(placer: Placer, evidence: Evidence, feeds: list[Feed], why: dict[int, str]) -> list[Feed]:
    """The sections that the lists among the sheets feed, where no other file feeds the same tables. What was thought of these sheets before
    is taken out of `feeds` and `why`."""
    known = {feed.sheet.number for feed in feeds if feed.system}
    others = [sheet for sheet in placer.sheets if sheet.number not in known]
    found = {sheet.number: made for sheet in others if (made := _List(placer, evidence, sheet).feeds())}
    if not found or any(feed.table in _FED and feed.sheet.number not in found for feed in feeds):
        return []
    first = min(found)
    alike = [number for number in found if _header(placer.sheets[number]) == _header(placer.sheets[first])]
    feeds[:] = [feed for feed in feeds if feed.sheet.number not in alike]
    for number in alike:
        why.pop(number, None)
    return [feed for number in alike for feed in found[number]]


def repeated(placer: Placer, evidence: Evidence, feed: Feed, table: str, key: Sequence[Column], without: Sequence[int]) -> Feed:
    """A section of what one row a header, named by `key`, may take from the rows of `feed`: columns that are the same in nearly all of its
    rows. Its own key is not placed."""
    assigned = {
        target: (column, fit)
        for target, (column, fit) in placer.assign(feed.sheet, table, without=without).items()
        if target != TABLES[table].key and evidence.depends(feed.sheet, key, column) >= _ALMOST_ALL
    }
    made = placer.feed(feed.sheet, table, assigned, feed.about, apart=feed.apart)
    for placement in made.placed.values():
        same = evidence.depends(feed.sheet, key, feed.sheet.columns[placement.sources[0]])
        if same < 1:
            placement.doubts.append("some of them have several values in their lines; rows that disagree with the first are rejected")
        else:
            placement.reason += "; the same in all lines of one"
    made.unique = True
    return made


class _List:
    """One sheet, as a list. Order and line number together name the line, supplier and number the bill."""

    def __init__(self, placer: Placer, evidence: Evidence, sheet: Sheet) -> None:
        self.placer = placer
        self.evidence = evidence
        self.sheet = sheet
        self.sides = Sides.of(placer, sheet)
        self.order = self._named(_LINES, "purchase_order_id")
        self.line = self._named(_LINES, "line_no")
        self.bill = self._named(_BILLS, "invoice_id")

    def feeds(self) -> list[Feed]:
        """The sections; none where the sheet is no list, or only lines can be made from it."""
        other = any(file_fit(self.sheet, table) >= LIKELY for table in TABLES if table not in (_ORDERS, _LINES))
        if not self.sheet.header or self.order is None or self.line is None or self.order is self.line or other:
            return []
        lines = self._lines(self.order, self.line)
        if lines.missing:
            return []
        key = lines.placed["purchase_order_line_id"]
        receipts = self._receipts(lines, key)
        beside = [] if receipts.missing else [receipts]
        if self.bill is not None:
            beside += self._bills(lines, key, self.bill)
        return [self._orders(lines, self.order), lines, *beside] if beside else []

    def _named(self, table: str, name: str) -> Column | None:
        """The column whose name says clearly that it names such a document."""
        target = TABLES[table].column(name)
        fits = [(self.placer.fit(table, target, column, about=False), -column.number, column) for column in self.sheet.columns]
        fit, _, column = max(fits, key=lambda found: found[:2], default=(0.0, 0, None))
        return column if column is not None and fit >= SURE else None

    # ---- orders and lines -----------------------------------------------------------------------------------------------------------

    def _lines(self, order: Column, line: Column) -> Feed:
        key, apart = (order, line), self.sides.apart(ORDERED)
        ids = [column.number for column in (order, line, self.bill) if column is not None]
        assigned = self._texts_described(_LINES, self.placer.assign(self.sheet, _LINES, without=(*apart, *ids)))
        mine = {name: found for name, found in assigned.items() if name != TABLES[_LINES].key and not self._is_of_orders(found, order)}
        required = TABLES[_LINES].required
        mine = {name: one for name, one in mine.items() if name in required or self._depends(key, one[0]) >= _ALMOST_ALL}
        feed = self.placer.feed(self.sheet, _LINES, {"purchase_order_id": (order, 1.0), "line_no": (line, 1.0), **mine}, 1.0, apart=apart)
        feed.placed = {"purchase_order_line_id": self._joined(_LINES, "purchase_order_line_id", key, "/"), **feed.placed}
        feed.unique = True
        feed.conditions += [Condition(order.name, presence=True)] if order.filled < order.rows else []
        feed.reasons.append(f"one list for several tables: its rows with {order.name} are lines of orders, one row of each is taken")
        for placement in list(feed.placed.values())[1:]:
            if (same := self._depends(key, self.sheet.columns[placement.sources[0]])) < 1:
                placement.doubts.append(f"only {percent(same)} of the lines have one value; rows that disagree with the first are rejected")
        self._doubt(feed)
        return feed

    def _texts_described(self, table: str, assigned: Assigned) -> Assigned:
        """What is called a part and holds texts with blanks is its description, where no other column is."""
        part = assigned.get("part_id")
        target = TABLES[table].column("description")
        if part is None or "description" in assigned or not is_a_name(part[0]):
            return assigned
        kept = {name: found for name, found in assigned.items() if name != "part_id"}
        return {**kept, target.name: (part[0], LIKELY)}

    def _is_of_orders(self, found: tuple[Column, float], order: Column) -> bool:
        """True where a column says more plainly that it is the order's, and is the same in all lines of one."""
        best = max(self.placer.fit(_ORDERS, target, found[0]) for target in TABLES[_ORDERS])
        return best > found[1] and self._depends((order,), found[0]) >= _ALMOST_ALL

    def _doubt(self, lines: Feed) -> None:
        """The only figures of a list with bills may be what was billed."""
        for name in ("quantity", "unit_price") if self.bill is not None and not self.sides.billed_apart else ():
            if name in lines.placed and {*lines.placed[name].sources} & self.sides.first:
                lines.placed[name].doubts.append("no column of its own says what was billed: this may be it")

    def _orders(self, lines: Feed, order: Column) -> Feed:
        used = {number for placement in lines.placed.values() for number in placement.sources}
        used |= {self.bill.number} if self.bill else set()
        feed = repeated(self.placer, self.evidence, lines, _ORDERS, (order,), (*used, *lines.apart))
        source = lines.placed["purchase_order_id"]
        feed.placed = {"purchase_order_id": replace(source, target=TABLES[_ORDERS].column("purchase_order_id"), doubts=[]), **feed.placed}
        feed.conditions += lines.conditions
        feed.reasons.append("one row of each order is taken from the list")
        return feed

    # ---- receipts -------------------------------------------------------------------------------------------------------------------

    def _receipts(self, lines: Feed, key: Placement) -> Feed:
        table, apart = TABLES[_RECEIPTS], self.sides.apart(RECEIVED)
        assigned = self.placer.assign(self.sheet, _RECEIPTS, without=self.sides.all_but(RECEIVED))
        mine = {name: found for name, found in assigned.items() if name not in ("receipt_line_id", "purchase_order_line_id")}
        feed = self.placer.feed(self.sheet, _RECEIPTS, mine, 1.0, apart=apart)
        self._positions(feed)
        came = feed.columns("received_at")
        if not came:
            return feed
        self._quantity_received(feed, lines)
        own = (*(self.sheet.columns[number] for number in key.sources), *feed.columns("receipt_id"), came[0])
        line = replace(key, target=table.column("purchase_order_line_id"), reason="the same row")
        feed.placed = {"receipt_line_id": self._receipt_id(feed, own), "purchase_order_line_id": line, **feed.placed}
        feed.conditions.append(Condition(came[0].name, presence=True))
        feed.reasons.append(f"the rows of the list with {came[0].name} are receipts")
        return feed

    def _quantity_received(self, feed: Feed, lines: Feed) -> None:
        ordered = lines.placed["quantity"]
        placed = feed.placed.get("quantity_received")
        if placed is None:
            doubt = "no column says how much came: what was ordered is taken, where a day of receipt stands"
            target = TABLES[_RECEIPTS].column("quantity_received")
            feed.placed["quantity_received"] = replace(ordered, target=target, doubts=[doubt])
            return
        column, wanted = feed.columns("quantity_received")[0], lines.columns("quantity")[0]
        same = self.evidence.equal(self.sheet, column, wanted)
        if same > _MOST:
            placed.reason = f"it is {wanted.name} in {percent(same)} of the rows; {placed.reason}"
            settled(placed)

    def _receipt_id(self, feed: Feed, own: Sequence[Column]) -> Placement:
        """Order, line and day name a delivery; not where one line came in two parts on a day: then its rows are numbered."""
        twice = self.evidence.repeats(self.sheet, own)
        quantity = feed.columns("quantity_received")[0]
        made = self._joined(_RECEIPTS, "receipt_line_id", own, "/")
        if not twice:
            return made
        if self.bill and not self.evidence.repeats(self.sheet, (*own, self.bill)) and self._depends(own, quantity) == 1:
            feed.unique = True
            made.doubts.append(f"{counted(twice)} with another bill repeat a delivery: it is taken once")
            return made
        told = f"{counted(twice)} have the order, line and day of another: each counts as a delivery, and the rows are numbered"
        return self._numbered(_RECEIPTS, [told])

    # ---- invoices -------------------------------------------------------------------------------------------------------------------

    def _bills(self, lines: Feed, key: Placement, bill: Column) -> list[Feed]:
        """The invoices, and their lines where what was billed is known."""
        supplier = self._named(_ORDERS, "supplier_id")
        own = (supplier, bill) if supplier else (bill,)
        named = self._joined(_INVOICES, "invoice_id", own, " ")
        billed = self._bill_lines(lines, key, named, bill)
        used = {number for placement in billed.placed.values() for number in placement.sources}
        feed = repeated(self.placer, self.evidence, billed, _INVOICES, own, (*used, bill.number, *self.sides.all_but(BILLED)))
        ids = {"invoice_id": named, "invoice_number": self._joined(_INVOICES, "invoice_number", (bill,), "")}
        if supplier:
            ids["supplier_id"] = self.placer.placement(_INVOICES, TABLES[_INVOICES].column("supplier_id"), supplier, 1.0)
        feed.placed = {**feed.placed, **ids}
        self._positions(feed)
        feed.conditions += billed.conditions
        feed.reasons.append(f"the rows of the list with {bill.name} are bills: one row of each is taken")
        if feed.missing:
            lines.doubts.append(f"the bills in it are left out: no column is clearly their {' or '.join(feed.missing)}")
            return []
        if billed.missing:
            feed.doubts.append(f"the list says nothing clear of {' and '.join(billed.missing)} of the bills: they have no lines")
            return [feed]
        return [feed, billed]

    def _bill_lines(self, lines: Feed, key: Placement, named: Placement, bill: Column) -> Feed:
        table = TABLES[_BILLS]
        assigned = self.placer.assign(self.sheet, _BILLS, without=(bill.number, *self.sides.all_but(BILLED)))
        mine: Assigned = {
            name: assigned[name] for name in ("quantity", "unit_price", "price_quantity", "amount", "unit") if name in assigned
        }
        feed = self.placer.feed(self.sheet, _BILLS, mine, 1.0, apart=self.sides.apart(BILLED))
        self._positions(feed)
        self._billed_as_ordered(feed, lines)
        same = {name: lines.placed[name] for name in ("part_id", "description") if name in lines.placed}
        feed.placed |= {name: replace(one, target=table.column(name), doubts=[*one.doubts]) for name, one in same.items()}
        feed.placed |= {
            "invoice_line_id": self._numbered(_BILLS, []),
            "invoice_id": replace(named, target=table.column("invoice_id")),
            "purchase_order_line_id": replace(key, target=table.column("purchase_order_line_id"), reason="the same row"),
        }
        feed.conditions += [Condition(bill.name, presence=True)] if bill.filled < bill.rows else []
        feed.reasons.append(f"each row of the list with {bill.name} is a line of a bill")
        return feed

    def _billed_as_ordered(self, feed: Feed, lines: Feed) -> None:
        """What has no column of its own is as ordered, where quantity × price is then the amount of the bill."""
        absent = [name for name in ("quantity", "unit_price") if name not in feed.placed]
        taken = {name: feed.placed.get(name, lines.placed[name]) for name in ("quantity", "unit_price")}
        numbers = {number for placement in taken.values() for number in placement.sources}
        amount = feed.placed.get("amount")
        shares = [
            e.share for e in self.evidence.products(self.sheet) if {e.left, e.right} == numbers and amount and (e.result,) == amount.sources
        ]
        for name in absent if shares else ():
            told = f"quantity × price is the amount in {percent(shares[0])} of the rows"
            doubt = f"no column says what was billed: what was ordered is taken; {told}"
            feed.placed[name] = replace(lines.placed[name], target=TABLES[_BILLS].column(name), doubts=[doubt])

    # ---- parts of sections ----------------------------------------------------------------------------------------------------------

    def _depends(self, key: Sequence[Column], column: Column) -> float:
        return self.evidence.depends(self.sheet, key, column)

    def _positions(self, feed: Feed) -> None:
        """Says where only its place among the columns tells what a figure or a day is of."""
        for placement in feed.placed.values():
            for number in placement.sources:
                if number in self.sides.near:
                    placement.doubts.append(f"no word says so: it stands behind {self.sides.near[number].name}")

    def _joined(self, table: str, name: str, own: Sequence[Column], between: str) -> Placement:
        told = " and ".join(column.name for column in own)
        cell = Cell(columns=tuple(column.name for column in own), between=between if len(own) > 1 else "")
        return Placement(TABLES[table].column(name), cell, tuple(column.number for column in own), 1.0, f"{told} name it")

    def _numbered(self, table: str, doubts: list[str]) -> Placement:
        key = TABLES[table].key or ""
        return Placement(TABLES[table].column(key), Cell(row_number=f"{self.sheet.name} row "), (), 1.0, "each row is one", doubts)


def _header(sheet: Sheet) -> list[str]:
    return [column.name for column in sheet.columns]
