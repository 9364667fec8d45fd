"""Orders that are placed again: every few weeks the same parts from the same supplier, as many, at the same price, for the same work on the
same machine.

In the plant as it is made, price and quantity together tell nearly every order from all others. Where there is a stock to fill and a
calendar of maintenance, they do not: what tells two orders apart then is when, and which of them was received and billed already.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from benchmarks.damage.papers import Papers, Row
from benchmarks.damage.texts import dice
from counterfoil.tables.schema import TABLES, Kind

REPEATED, AGAIN = 0.25, 0.5
"""Of the orders that may be repeated, how many are; and of these, how many once more."""
WEEKS = (1, 2, 2, 4, 4, 4, 8, 13)
"""How much later, or, in the later half of the time, earlier. Whole weeks, so that nobody works on a Sunday."""
Rows = Iterable[tuple[str, Row]]
"""(table, row)"""


def repeat_orders(papers: Papers, seed: int) -> Papers:
    """The papers with a share of the orders copied, and with each all that hangs on it: work, requisitions, receipts, invoices, payments.
    Orders that share their work or an invoice with others, those for a sum of money, and those that are exempt are not repeated."""
    of, number = _rows_of(papers), _Numbers(papers)
    days = sorted(row["created_at"][:10] for row in papers["purchase_orders"])
    tables = {name: list(rows) for name, rows in papers.tables.items()}
    for row in papers["purchase_orders"]:
        documents = _documents(papers, row["purchase_order_id"], of)
        roll = dice(seed, "repeat", row["purchase_order_id"])
        if not documents or roll.random() >= REPEATED:
            continue
        earlier = row["created_at"][:10] > days[len(days) // 2]
        rows = {id(one): (table, one) for document in documents for table, one in of[document]}.values()
        for time in range(1, 3 if roll.random() < AGAIN else 2):
            weeks = timedelta(weeks=time * roll.choice(WEEKS) * (-1 if earlier else 1))
            for table, copied in _copies(rows, number, weeks, time):
                tables[table].append(copied)
    return Papers(tables)


def document_of(value: str) -> str:
    """The number of the document that an id begins with."""
    return value.partition("-")[0]


def _rows_of(papers: Papers) -> Mapping[str, list[tuple[str, Row]]]:
    """The rows that name a document, as their own number or another's."""
    found: dict[str, list[tuple[str, Row]]] = defaultdict(list)
    for name, rows in papers.tables.items():
        ids = [column.name for column in TABLES[name] if column.kind is Kind.TEXT]
        for row in rows:
            for document in {document_of(row[column]) for column in ids if row.get(column)}:
                found[document].append((name, row))
    return found


def _documents(papers: Papers, order: str, of: Mapping[str, list[tuple[str, Row]]]) -> set[str]:
    """The order, its works, requisitions, receipts and invoices; none where it may not be repeated."""
    lines = [row for table, row in of[order] if table == "purchase_order_lines"]
    if any(line["basis"] or line["need"] == "exempt" for line in lines):
        return set()
    documents = {order}
    for table, row in of[order]:
        documents |= {document_of(row[column]) for column in _LEADING.get(table, ()) if row[column]}
    for line in lines:
        documents |= set(papers.works_of.get(line["purchase_order_line_id"], ()))
    named = {one["purchase_order_id"] for document in documents for table, one in of[document] if table == "purchase_orders"}
    ordered = {
        papers.order_of[line]
        for document in documents
        for table, one in of[document]
        for line in (one.get("purchase_order_line_id", ""),)
        if table != "purchase_order_lines" and line in papers.order_of
    }
    worked = {order_id for work in documents for order_id in papers.orders_of.get(work, ())}
    return documents if named | ordered | worked == {order} else set()


_LEADING = {
    "purchase_order_lines": ("requisition_line_id",),
    "receipts": ("receipt_id",),
    "invoices": ("invoice_id",),
    "invoice_lines": ("invoice_id",),
}
"""Columns of rows that name an order, which lead on to other documents of it."""


class _Numbers:
    """Numbers that no document has yet: those of each kind of document begin alike and are of one length."""

    def __init__(self, papers: Papers) -> None:
        self.highest: dict[tuple[str, int], str] = {}
        for name, rows in papers.tables.items():
            for row in rows if TABLES[name].key else ():
                self._see(document_of(row[str(TABLES[name].key)]))

    def _see(self, document: str) -> None:
        kind = (document[:2], len(document))
        self.highest[kind] = max(self.highest.get(kind, ""), document)

    def fresh(self, document: str) -> str:
        """The next number after the highest of this kind."""
        highest = self.highest[document[:2], len(document)]
        letters = highest.rstrip("0123456789")
        following = letters + str(int(highest[len(letters) :]) + 1).zfill(len(highest) - len(letters))
        self._see(following)
        return following


def _copies(rows: Rows, number: _Numbers, weeks: timedelta, time: int) -> Iterable[tuple[str, Row]]:
    """The rows under numbers of their own, so many weeks later."""
    names: dict[str, str] = {}
    for table, row in rows:
        if key := TABLES[table].key:
            document = document_of(row[key])
            names[document] = names.get(document) or number.fresh(document)
    for table, row in rows:
        copied = dict(row)
        for column in TABLES[table]:
            value = row.get(column.name)
            if value and column.kind is Kind.MOMENT:
                copied[column.name] = _later(value, weeks)
            elif value and column.kind is Kind.TEXT:
                document = document_of(value)
                copied[column.name] = names.get(document, document) + value[len(document) :]
        if table == "invoices":
            copied["invoice_number"] = re.sub(r"\d+$", lambda found: str(int(found[0]) + 50_000_007 * time), row["invoice_number"])
        yield table, copied


def _later(moment: str, weeks: timedelta) -> str:
    """A date or an instant, in the form that it has."""
    if len(moment) == len("2024-06-03"):
        return (date.fromisoformat(moment) + weeks).isoformat()
    return (datetime.fromisoformat(moment) + weeks).isoformat().replace("+00:00", "Z")
