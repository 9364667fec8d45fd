"""Matching, of an invoice as a whole: does it agree with its order, with its own lines, and with every other invoice?"""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.rules.money import MINOR_DIGITS
from counterfoil.tables.checks.registry import BILLS, LINES, rules_of
from counterfoil.tables.checks.verdict import NO_AMOUNT, about_bills, about_invoices, about_receipts, with_orders
from counterfoil.tables.facts.columns import (
    QUANTITY,
    WIDE,
    differ,
    look_up,
    total,
    wide,
)
from counterfoil.tables.facts.invoices import with_invoice_ids
from counterfoil.tables.facts.shapes import Shapes

rule, RULES = rules_of("matching")


@rule(
    "currency-differs",
    severity="W",
    per="invoice line",
    question="Is it billed in another currency than it was ordered in?",
    at_risk="amount of the line",
    remedy="Ask the supplier for an invoice in the currency of the order.",
    owner="accounts payable clerk",
    needs=(*BILLS, "invoices.currency", "purchase_orders.currency"),
    message="Invoice line {line_id} is in {invoice_currency}, its order in {order_currency}.",
    disagree=("purchase_orders.currency", "invoices.currency"),
)
def currency_differs(f: Shapes) -> Expression:
    rows = f.bills.filter(f.bills.judged & f.bills.other_currency)
    rows = look_up(rows, f.line_facts.select("line", order_currency="currency"), "line")
    return about_bills(f, rows, severity="W", amount="amount", invoice_currency="currency", order_currency="order_currency")


@rule(
    "unit-differs",
    severity="W",
    per="invoice line or receipt",
    question="Is it billed or received in another unit than it was ordered in?",
    at_risk="",
    remedy="Correct the unit, or add a conversion.",
    owner="buyer",
    needs=(*LINES, "purchase_order_lines.unit", "invoice_lines.unit|receipts.unit"),
    message="{document} {document_id}, line {line_id}, is in {own_unit}, its order line in {order_unit}.",
    disagree=("purchase_order_lines.unit", "receipts.unit", "invoice_lines.unit"),
)
def unit_differs(f: Shapes) -> Expression:
    bills = f.bills.filter(f.bills.judged & f.bills.other_unit)
    bills = look_up(bills, f.line_facts.select("line", order_unit="unit"), "line")
    bills = look_up(bills, f.invoice_line_refs.select("bill", own_unit="unit"), "bill")
    by_bill = about_bills(f, bills, severity="W", amount=NO_AMOUNT, own_unit="own_unit", order_unit="order_unit")
    rows = f.receipt_facts
    rows = rows.filter(rows.counts & (~rows.line_dead).fill_null(False) & rows.other_unit)
    return by_bill.union(about_receipts(f, rows, severity="W", amount=NO_AMOUNT, own_unit="own_unit", order_unit="line_unit"))


@rule(
    "total-differs",
    severity="W",
    per="invoice with lines",
    question="Do the lines of an invoice not sum to its net amount?",
    at_risk="the difference",
    remedy="Look for a missing or mistyped line.",
    owner="accounts payable clerk",
    needs=("invoices.amount_net", "invoice_lines"),
    message="Invoice {document_id} says {amount_net:amount} {currency} net, its lines sum to {line_sum:amount}.",
    disagree=(
        "invoices.amount_net",
        "invoice_lines.quantity",
        "invoice_lines.unit_price",
        "invoice_lines.amount",
    ),
)
def total_differs(f: Shapes) -> Expression:
    bills = f.bills.filter(~f.bills.whole)
    sums = bills.group_by("invoice").agg(
        lines=bills.count(),
        known=bills.amount.notnull().all(),
        line_sum=total(bills.amount),
        money=bills.currency.argmin(bills.bill),
    )
    invoices = f.invoice_facts.filter(f.invoice_facts.amount_net.notnull())
    rows = sums.inner_join(invoices, "invoice")
    rows = rows.filter(rows.known & rows.line_sum.notnull())
    net = wide(ibis.ifelse(rows.credit, -rows.amount_net.abs(), rows.amount_net))
    digits = rows.money.cases(*((code, digits) for code, digits in MINOR_DIGITS.items()), else_=2)
    unit = digits.cases(
        *((number, ibis.literal(f"{10**-number:.4f}", type="decimal(5, 4)")) for number in (0, 2, 3, 4)),
        else_=ibis.literal("0.0100", type="decimal(5, 4)"),
    )
    rows = rows.mutate(net=net, gap=(net - rows.line_sum).cast(WIDE).abs(), room=(rows.lines.cast(QUANTITY) * unit).cast(WIDE))
    bad = f.rejected("invoice_lines").select(spoiled_invoice="raw_invoice_id").distinct()
    rows = with_invoice_ids(f, rows.filter(rows.gap > rows.room))
    rows = rows.left_join(bad, rows.invoice_id == bad.spoiled_invoice)
    rows = rows.mutate(spoiled=rows.spoiled_invoice.notnull())
    return about_invoices(f, rows, severity="W", amount="gap", rests="spoiled", amount_net="net", line_sum="line_sum")


@rule(
    "invoice-supplier-differs",
    severity="E",
    per="invoice",
    question="Does another supplier bill than was ordered from?",
    at_risk="amount of those lines",
    remedy="Check who delivered and whom to pay before anything is paid.",
    owner="accounts payable clerk",
    needs=(*BILLS, "invoices.supplier_id", "purchase_orders.supplier_id"),
    message="Invoice {document_id} comes from supplier {invoice_supplier}, but order {order_id} went to {order_supplier}.",
    disagree=("purchase_orders.supplier_id", "invoices.supplier_id"),
)
def invoice_supplier_differs(f: Shapes) -> Expression:
    bills = f.bills
    rows = bills.filter(bills.order.notnull() & ~bills.by_value & bills.positive & ~bills.order_dead)
    rows = rows.select("bill", "line", "invoice", "order", "amount")
    rows = rows.inner_join(f.invoice_facts.select("invoice", invoice_supplier="supplier_id"), "invoice")
    rows = rows.inner_join(f.order_facts.select("order", order_supplier="supplier_id"), "order")
    rows = with_orders(f, rows.filter(differ(rows.invoice_supplier, rows.order_supplier)))
    taxes = f.supplier_keys.filter(f.supplier_keys.tax.notnull())
    mine = taxes.select(invoice_tax_of="supplier_id", invoice_tax="tax")
    theirs = taxes.select(order_tax_of="supplier_id", order_tax="tax")
    rows = rows.left_join(mine, rows.invoice_supplier == mine.invoice_tax_of)
    rows = rows.left_join(theirs, rows.order_supplier == theirs.order_tax_of)
    rows = rows.filter((rows.invoice_tax != rows.order_tax).fill_null(True))
    lost_invoice, lost_order = (f.lost_suppliers.select(**{name: "lost_id"}) for name in ("lost_invoice", "lost_order"))
    rows = rows.left_join(lost_invoice, rows.invoice_supplier == lost_invoice.lost_invoice)
    rows = rows.left_join(lost_order, rows.order_supplier == lost_order.lost_order)
    rows = rows.mutate(lost=rows.lost_invoice.notnull() | rows.lost_order.notnull())
    sums = rows.group_by("invoice").agg(
        amount=total(rows.amount.fill_null(0)), lost=rows.lost.any(), order_supplier=rows.order_supplier.min(), order_id=rows.order_id.min()
    )
    rows = f.invoice_facts.inner_join(sums, "invoice")
    return about_invoices(
        f,
        rows,
        severity="E",
        amount="amount",
        rests="lost",
        invoice_supplier="supplier_id",
        order_supplier="order_supplier",
        order_id="order_id",
    )


@rule(
    "duplicate-invoice",
    severity="E",
    per="invoice",
    question="Has this invoice been entered before?",
    at_risk="total of the invoice",
    remedy="Void this one before it is paid; if it was paid, claim the money back.",
    owner="accounts payable clerk",
    needs=("invoices.supplier_id",),
    message=(
        "Invoice {document_id} ({number|no number}) is invoice {first_invoice} ({first_number|no number} of "
        "{first_date|no known date}) once more: {amount_at_risk:amount} {currency}."
    ),
    disagree=("invoices.invoice_number", "invoices.amount_total"),
)
def duplicate_invoice(f: Shapes) -> Expression:
    return _repeated(f, f.same_bills, "E")


@rule(
    "duplicate-suspected",
    severity="W",
    per="invoice",
    question="Does this invoice look like one that was entered before?",
    at_risk="total of the invoice",
    remedy="Compare the two papers.",
    owner="accounts payable clerk",
    needs=("invoices.supplier_id",),
    message=(
        "Invoice {document_id} ({number|no number}) looks like invoice {first_invoice} ({first_number|no number} of "
        "{first_date|no known date}): {amount_at_risk:amount} {currency}."
    ),
    disagree=("invoices.invoice_number", "invoices.amount_total"),
)
def duplicate_suspected(f: Shapes) -> Expression:
    return _repeated(f, f.look_alikes, "W")


def _repeated(f: Shapes, repeated: Expression, severity: str) -> Expression:
    rows = look_up(repeated, f.invoice_facts.select("invoice", "supplier_id", "currency", "total", "invoice_date_date"), "invoice")
    numbers = f.numbered("invoices").select("invoice_id", "invoice_number", invoice="row")
    rows = look_up(rows, numbers, "invoice")
    firsts = numbers.select(first_invoice="invoice", first_number="invoice_number", first_invoice_id="invoice_id")
    dates = f.invoice_facts.select(first_invoice="invoice", first_date="invoice_date_date")
    rows = look_up(look_up(rows, firsts, "first_invoice"), dates, "first_invoice")
    return about_invoices(
        f, rows, severity=severity, amount="total", number="invoice_number", first_number="first_number", first_invoice="first_invoice_id",
        first_date="first_date",
    )  # fmt: skip
