"""Invoices that came before: the same bill again, and bills that look like another with a slip of the pen.

Engines narrow millions of invoices to the few that could be meant; the texts themselves are compared here, by `counterfoil.rules`.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table as Expression

from counterfoil.rules.likeness import differ_by_a_slip, differ_by_one_digit
from counterfoil.rules.number_key import number_key, upper
from counterfoil.tables.facts.columns import any_of
from counterfoil.tables.facts.columns import upper as upper_text
from counterfoil.tables.facts.shapes import Shapes, base, computed

_NO_PART_OF_A_KEY = r"[\x00-0:-@\[-`{-\x7f]+"
"""Zeros, and what is ASCII and neither letter nor digit."""

_SCHEMA = {"invoice": "int64", "first_invoice": "int64"}

Invoice = Mapping[str, Any]


@base
def billed_invoices(f: Shapes) -> Expression:
    """The invoices that count and whose supplier is known, with the key of that supplier."""
    rows = f.invoice_facts.filter(~f.invoice_facts.left_out & f.invoice_facts.supplier_id.notnull())
    rows = rows.left_join(f.supplier_keys, "supplier_id").drop("supplier_id_right").cross_join(f.parameters.select("duplicate_days"))
    numbers = f.numbered("invoices").select("invoice_id", "invoice_number", invoice="row")
    rows = rows.inner_join(numbers, "invoice")
    return rows.select(
        "invoice", "invoice_id", "invoice_number", "credit", "currency", "entered_start", "duplicate_days", "total",
        day="invoice_date_date",
        supplier_key=ibis.coalesce(rows.supplier_key, ibis.literal("id ") + rows.supplier_id),
    )  # fmt: skip


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    """In running order."""
    rows: list[dict[str, Any]] = table.to_pylist()
    rows.sort(key=lambda one: (one["entered_start"], one["invoice_id"].encode()))
    return rows


def _found(pairs: Iterator[tuple[Invoice, Invoice]]) -> pa.Table:
    found = list(pairs)
    columns = {"invoice": [later["invoice"] for later, _ in found], "first_invoice": [first["invoice"] for _, first in found]}
    return pa.table(columns, pa.schema([("invoice", pa.int64()), ("first_invoice", pa.int64())]))


def is_same_bill(a: Invoice, b: Invoice) -> bool:
    """Of two invoices with one supplier, kind and number key: not (different year and different total)."""
    other_total = a["total"] is not None and b["total"] is not None and a["total"] != b["total"]
    return not (a["day"].year != b["day"].year and other_total)


def _same_bills(table: pa.Table) -> pa.Table:
    return _found(_repeated(_rows(table)))


def _repeated(rows: list[dict[str, Any]]) -> Iterator[tuple[Invoice, Invoice]]:
    """Each invoice with the first one before it that is the same bill. One step an invoice: of those before only the first of each year,
    total and unknown total can be the first that fits."""
    seen: dict[Hashable, dict[Hashable, Invoice]] = defaultdict(dict)
    for place, row in enumerate(rows):
        row["place"] = place
        before = seen[row["supplier_key"], row["credit"], number_key(row["invoice_number"])]
        marks = (("any", None), ("year", row["day"].year), ("total", row["total"]))
        asked = marks[:1] if row["total"] is None else (*marks[1:], ("total", None))
        fits = [before[mark] for mark in asked if mark in before]
        if fits:
            yield row, min(fits, key=lambda one: one["place"])
        for mark in marks:
            before.setdefault(mark, row)


@computed(_SCHEMA, _same_bills)
def same_bills(f: Shapes) -> Expression:
    """duplicate-invoice: each invoice that is the same bill as one before it in running order, with that one. Narrowed by a key that
    is equal where number keys are: the letters and digits without zeros."""
    rows = f.billed_invoices
    rows = rows.mutate(block=upper_text(rows.invoice_number).re_replace(_NO_PART_OF_A_KEY, ""))
    groups = rows.group_by("supplier_key", "credit", "block").agg(members=rows.count())
    groups = groups.filter(groups.members > 1)
    return rows.semi_join(groups, ["supplier_key", "credit", "block"]).select(
        "invoice", "invoice_id", "invoice_number", "supplier_key", "credit", "entered_start", "day", "total"
    )


def _alike(table: pa.Table) -> pa.Table:
    return _found(_look_alikes(_rows(table)))


def _spellings(text: str) -> set[str]:
    """Texts that differ by a slip or one digit have one of these in common."""
    return {text} | {text[:place] + text[place + 1 :] for place in range(len(text))}


def _look_alikes(rows: list[dict[str, Any]]) -> Iterator[tuple[Invoice, Invoice]]:
    """Each invoice with the first one before it that it looks like."""
    seen: dict[Hashable, list[dict[str, Any]]] = defaultdict(list)
    for place, row in enumerate(rows):
        row["place"], row["text"], row["key"] = place, upper(row["invoice_number"]), number_key(row["invoice_number"])
        group = (row["supplier_key"], row["credit"], row["currency"], row["total"])
        keys = [(group, spelling) for spelling in _spellings(row["text"])]
        fits = [earlier for key in keys for earlier in seen[key] if looks_alike(earlier, row)]
        if fits and not row["certain"]:
            yield row, min(fits, key=lambda one: one["place"])
        for key in keys:
            seen[key].append(row)


def looks_alike(a: Invoice, b: Invoice) -> bool:
    """Of two invoices with one supplier, kind, currency and total: dates within the window, numbers a slip apart, or one digit apart
    with one date and an order line in common; and not the same bill."""
    days: date = a["day"]
    if abs((days - b["day"]).days) > a["duplicate_days"] or (a["key"] == b["key"] and is_same_bill(a, b)):
        return False
    if differ_by_a_slip(a["text"], b["text"]):
        return True
    common = set(a["lines"] or ()) & set(b["lines"] or ())
    return days == b["day"] and bool(common) and differ_by_one_digit(a["text"], b["text"])


@computed(_SCHEMA, _alike)
def look_alikes(f: Shapes) -> Expression:
    """duplicate-suspected: each invoice that looks like one before it in running order, with that one. `certain`: it is a duplicate
    anyway."""
    rows = f.billed_invoices.filter(f.billed_invoices.total.notnull())
    rows = rows.mutate(money=rows.currency.fill_null(""))
    groups = rows.group_by("supplier_key", "credit", "money", "total").agg(members=rows.count())
    groups = groups.filter(groups.members > 1)
    rows = rows.semi_join(groups, ["supplier_key", "credit", "money", "total"])
    days = ibis.window(group_by=["supplier_key", "credit", "money", "total"], order_by=["day", "invoice"])
    rows = rows.mutate(before=rows.day.lag().over(days), next=rows.day.lead().over(days))
    near = [rows.day.delta(rows.before, unit="day") <= rows.duplicate_days, rows.next.delta(rows.day, unit="day") <= rows.duplicate_days]
    rows = rows.filter(any_of(near)).drop("before", "next")
    bills = f.bills.filter(f.bills.line.notnull()).select("invoice", "line")
    bills = bills.semi_join(rows, "invoice")
    lines = bills.group_by("invoice").agg(lines=bills.line.collect())
    rows = rows.left_join(lines, "invoice").drop("invoice_right")
    certain = f.same_bills.select(certain_invoice="invoice")
    rows = rows.left_join(certain, rows.invoice == certain.certain_invoice)
    return rows.mutate(certain=rows.certain_invoice.notnull()).drop("certain_invoice", "money")
