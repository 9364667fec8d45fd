"""Invoice lines lose their order lines.

The ways, each with how often it is drawn among those that an invoice allows, and why it happens:

- `removed` 20: the bill came without a number, and the clerk left both fields empty.
- `in-text` 26: the clerk knew no better place than the text; one bill of eight has it behind the supplier's own number.
- `mistyped` 12: the same, typed with a slip: swapped, dropped, doubled or wrong digit. Order numbers follow each other, so that a slip may
  well hit another order.
- `header-only` 12: the bill names the order, of several lines, and no line of it; part numbers are the supplier's, and are left out.
- `wrong` 10: of three references, two have a slip, one is the supplier's own number; none is an order of ours.
- `one-line` 6: one line of several lost its reference; the others have theirs.
- `merged` 10: one bill line for two or more order lines, with the sum of their amounts; in the bill of a month, of several orders.
- `split` 4: one order line is billed in two lines.
- `total-only` 3: the bill has no lines any more, booked in one sum.

Whatever the way, an invoice that lost its references also has, by chance: no part numbers (60 %: suppliers print their own), a second
record of the supplier (10 %; with the same tax id for one of two, else none), a text that tells nothing (12 %), a date some days later (15
%), a price that rose by 1 to 4 % (8 %), and a line of freight that belongs to no order (12 %).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from benchmarks.damage.papers import Papers, Row, Target, plain, whole_coins
from benchmarks.damage.texts import dice, freight_text, generic_text, join_texts, order_number, other_spelling, too_long_or_short
from benchmarks.damage.truth import INVOICE, Line

Told = tuple[Row, tuple[str, ...]]
"""A line that has no link any more, and the order lines that it belongs to."""


@dataclass(slots=True)
class Bill:
    """An invoice all of whose lines had a link, and the order line of each."""

    head: Row
    lines: list[Row]
    orders: Mapping[str, Row]
    """Order line by invoice line."""
    roll: Random
    lost: list[Told] = field(default_factory=list)
    added: list[Row] = field(default_factory=list)
    gone: list[Row] = field(default_factory=list)

    def lose(self, lines: list[Row]) -> None:
        """These lines have no reference any more, neither has the receipt one that led there."""
        for line in lines:
            line["purchase_order_line_id"] = line["receipt_line_id"] = ""
            self.lost.append((line, (self.orders[line["invoice_line_id"]]["purchase_order_line_id"],)))

    def order_ids(self) -> set[str]:
        """The orders that it bills."""
        return {row["purchase_order_id"] for row in self.orders.values()}


def _remove(bill: Bill) -> None:
    bill.head["purchase_order_id"] = ""
    bill.lose(bill.lines)


def _into_text(bill: Bill, slips: bool = False) -> None:
    _remove(bill)
    roll = bill.roll
    if roll.random() < 0.12:
        order = bill.orders[bill.lines[0]["invoice_line_id"]]
        bill.head["invoice_number"] += " " + order_number(order["purchase_order_id"], "", roll, slips)
        return
    everywhere = roll.random() < 0.5
    for line in bill.lines if everywhere else bill.lines[:1]:
        order = bill.orders[line["invoice_line_id"]]
        number = order_number(order["purchase_order_id"], order["line_no"], roll, slips)
        line["description"] = join_texts(line["description"], number, roll)


def _mistype(bill: Bill) -> None:
    _into_text(bill, slips=True)


def _keep_header(bill: Bill) -> None:
    bill.head["purchase_order_id"] = min(bill.order_ids())
    bill.lose(bill.lines)
    for line in bill.lines:
        line["part_id"] = ""


def _refer_wrongly(bill: Bill) -> None:
    _remove(bill)
    number = bill.orders[bill.lines[0]["invoice_line_id"]]["purchase_order_id"]
    suppliers_own = bill.roll.random() < 0.33
    wrong = f"SO{bill.roll.randrange(10_000, 100_000)}" if suppliers_own else too_long_or_short(number, bill.roll)
    for line in bill.lines:
        line["purchase_order_line_id"] = f"{wrong}-{bill.orders[line['invoice_line_id']]['line_no']}"


def _lose_one(bill: Bill) -> None:
    line = bill.roll.choice(bill.lines)
    line["part_id"] = ""
    bill.lose([line])


def _merge(bill: Bill) -> None:
    _remove(bill)
    kept, *others = bill.lines[: bill.roll.randrange(2, len(bill.lines) + 1)]
    together = [kept, *others]
    amount = sum((Decimal(line["amount"]) for line in together), Decimal(0))
    kept |= {"part_id": "", "unit": "", "price_quantity": "", "quantity": "1", "unit_price": plain(amount), "amount": plain(amount)}
    if bill.roll.random() < 0.5:
        kept["description"] = generic_text(bill.roll)
    of = tuple(sorted({bill.orders[line["invoice_line_id"]]["purchase_order_line_id"] for line in together}))
    bill.lost = [(kept, of), *((line, orders) for line, orders in bill.lost if not any(line is one for one in together))]
    bill.gone = others


def _split(bill: Bill) -> None:
    _remove(bill)
    (line, of) = bill.lost[0]
    first = bill.roll.randrange(1, int(Decimal(line["quantity"])))
    second = dict(line) | {"invoice_line_id": line["invoice_line_id"] + "/2", "quantity": plain(Decimal(line["quantity"]) - first)}
    line["quantity"] = str(first)
    for one in (line, second):
        one["amount"] = plain(Decimal(one["quantity"]) * Decimal(one["unit_price"]))
    bill.added.append(second)
    bill.lost.append((second, of))


def _keep_total(bill: Bill) -> None:
    _remove(bill)
    of = tuple(sorted({order for _, orders in bill.lost for order in orders}))
    bill.gone = bill.lines
    bill.lost = [({"invoice_line_id": ""}, of)]


def _several(bill: Bill) -> bool:
    return len(bill.lines) > 1


def _several_of_one_order(bill: Bill) -> bool:
    lines = {row["purchase_order_line_id"] for row in bill.orders.values()}
    return len(bill.order_ids()) == 1 < len(lines)


def _simple(bill: Bill) -> bool:
    line = bill.lines[0]
    whole = Decimal(line["quantity"]) == int(Decimal(line["quantity"])) > 1
    return whole and not line["price_quantity"] and len(bill.lines) == 1


def _always(bill: Bill) -> bool:
    return bool(bill.lines)


WAYS: Mapping[str, tuple[int, Callable[[Bill], bool], Callable[[Bill], None]]] = {
    "removed": (20, _always, _remove),
    "in-text": (26, _always, _into_text),
    "mistyped": (12, _always, _mistype),
    "header-only": (12, _several_of_one_order, _keep_header),
    "wrong": (10, _always, _refer_wrongly),
    "one-line": (6, _several, _lose_one),
    "merged": (10, _several, _merge),
    "split": (4, _simple, _split),
    "total-only": (3, _always, _keep_total),
}
"""By name: how often, which invoices allow it, what it does."""


def damage_bills(papers: Papers, seed: int, share: float, gone: set[str]) -> list[Line]:
    """Damage invoices until that share of the linked invoice lines has lost its link. `gone`: orders that are not there any more."""
    links = {line: order for line, order in papers.billed_line.items() if papers.order_of[order] not in gone}
    orders = papers.by("purchase_order_lines", "purchase_order_line_id")
    lines = papers.grouped("invoice_lines", "invoice_id")
    heads = sorted(papers["invoices"], key=lambda row: row["invoice_id"])
    dice(seed, "bills").shuffle(heads)
    told = [_truly_none(head, lines.get(head["invoice_id"], []), links) for head in papers["invoices"]]
    truth = [line for some in told for line in some]
    spare = _Records(papers, seed, papers.by("suppliers", "supplier_id"))
    left = round(share * len(links))
    for head in heads:
        linked = lines.get(head["invoice_id"], [])
        if left <= 0 or not linked or not all(line["invoice_line_id"] in links for line in linked):
            continue
        of = {line["invoice_line_id"]: orders[links[line["invoice_line_id"]]] for line in linked}
        bill = Bill(head, linked, of, dice(seed, "bill", head["invoice_id"]))
        allowed = {name: weight for name, (weight, allows, _) in WAYS.items() if allows(bill)}
        way = bill.roll.choices([*allowed], [*allowed.values()])[0]
        WAYS[way][2](bill)
        left -= 1 if way == "one-line" else len(linked)
        truth += [
            Line(INVOICE, head["invoice_id"], row["invoice_line_id"], way, _targets(papers, orders_of)) for row, orders_of in bill.lost
        ]
        if way != "one-line":
            truth += _worsen(bill, spare)
        _keep_books(papers, bill)
    return truth


def _targets(papers: Papers, lines: tuple[str, ...]) -> tuple[Target, ...]:
    return tuple((papers.order_of[line], line) for line in lines)


def _truly_none(head: Row, lines: list[Row], links: Mapping[str, str]) -> list[Line]:
    rows = lines or [{"invoice_line_id": ""}]
    return [
        Line(INVOICE, head["invoice_id"], row["invoice_line_id"], "no-order", ()) for row in rows if row["invoice_line_id"] not in links
    ]


# ---- what else went wrong with a damaged bill --------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Records:
    """Second records of suppliers, made when a bill first needs one; the first ones by id."""

    papers: Papers
    seed: int
    first: Mapping[str, Row]
    second: dict[str, str] = field(default_factory=dict)

    def of(self, supplier: str) -> str:
        if supplier not in self.first:
            return supplier
        if supplier not in self.second:
            roll = dice(self.seed, "second record", supplier)
            row = dict(self.first[supplier])
            row |= {"supplier_id": f"K{supplier[-6:]}", "name": other_spelling(row["name"], roll)}
            row["tax_id"] = row["tax_id"] if roll.random() < 0.5 else ""
            self.papers["suppliers"].append(row)
            self.second[supplier] = row["supplier_id"]
        return self.second[supplier]


def _worsen(bill: Bill, records: _Records) -> list[Line]:
    """The rest of what is told above. Returns the lines that were added and belong to no order."""
    roll, head = bill.roll, bill.head
    rows = [row for row, _ in bill.lost if row["invoice_line_id"]]
    if roll.random() < 0.6:
        for row in rows:
            row["part_id"] = ""
    if roll.random() < 0.1:
        head["supplier_id"] = records.of(head["supplier_id"])
    if roll.random() < 0.15:
        _write_later(head, 1 + int(20 * roll.random() ** 2))
    if rows and roll.random() < 0.12:
        row = roll.choice(rows)
        row["description"] = row["description"] if any(sign.isdigit() for sign in row["description"]) else generic_text(roll)
    if roll.random() < 0.08:
        for row in rows:
            _charge(bill, row, Decimal(row["unit_price"]) * (100 + roll.randrange(1, 5)) / 100)
    if rows and roll.random() < 0.12:
        return [_add_freight(bill, rows[0])]
    return []


def _write_later(head: Row, days: int) -> None:
    for column in ("invoice_date", "entered_at", "due_on"):
        if head[column]:
            day = date.fromisoformat(head[column][:10]) + timedelta(days=days)
            head[column] = day.isoformat() + head[column][10:]


def _charge(bill: Bill, row: Row, price: Decimal) -> None:
    """Another price, in whole coins as every amount is; the amount and the total follow."""
    price = whole_coins(price, bill.head["currency"])
    amount = whole_coins(Decimal(row["quantity"]) * price / Decimal(row["price_quantity"] or 1), bill.head["currency"])
    _owe(bill, amount - Decimal(row["amount"]))
    row |= {"unit_price": plain(price), "amount": plain(amount)}


def _owe(bill: Bill, more: Decimal) -> None:
    for column in ("amount_net", "amount_total"):
        if bill.head[column]:
            bill.head[column] = plain(Decimal(bill.head[column]) + more)


def _add_freight(bill: Bill, like: Row) -> Line:
    price = Decimal(bill.roll.choice((9, 12, 15, 18, 25, 35, 48, 60, 85, 120)))
    empty = dict.fromkeys(like, "")
    row = empty | {
        "invoice_line_id": bill.head["invoice_id"] + "-F",
        "invoice_id": bill.head["invoice_id"],
        "description": freight_text(bill.roll),
        "quantity": "1",
        "unit_price": plain(price),
        "amount": plain(price),
    }
    bill.added.append(row)
    _owe(bill, price)
    return Line(INVOICE, bill.head["invoice_id"], row["invoice_line_id"], "freight", ())


def _keep_books(papers: Papers, bill: Bill) -> None:
    """Lines that came and went stand in the table."""
    table = papers["invoice_lines"]
    for row in bill.gone:
        table.remove(row)
    at = table.index(bill.lines[-1]) + 1 if bill.lines[-1] in table else len(table)
    table[at:at] = bill.added
