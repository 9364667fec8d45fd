"""Linking, of requisitions, invoices and receipts: does each paper hang on an order, and the request on work that had not begun?"""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.tables.checks.registry import BILLS, LINES, rules_of
from counterfoil.tables.checks.verdict import NO_AMOUNT, about_bills, about_lines, about_receipts, about_requisitions, with_orders
from counterfoil.tables.facts.columns import after, at_price, look_up, moment, resolve, total
from counterfoil.tables.facts.invoices import How
from counterfoil.tables.facts.shapes import Shapes

rule, RULES = rules_of("linking")


@rule(
    "request-after-start",
    severity="W",
    per="requisition line",
    question="Was it requested only after its work had started?",
    at_risk="quantity × estimate",
    remedy="Request with the planning of the work, not during it.",
    owner="planner",
    needs=("requisitions.created_at", "work_orders.started_at"),
    message="Requisition line {line_id} was written on {requested_on}, after work order {work_order_id} started on {started_on}.",
    disagree=("requisitions.created_at", "work_orders.started_at"),
)
def request_after_start(f: Shapes) -> Expression:
    works = f.work_facts.select("started_at_date", "started_at_start", "started_at_exact", known_work="work_order_id", work_zone="zone")
    rows = f.requisition_facts.left_join(works, f.requisition_facts.by_requisition == works.known_work)
    zones = f.site_zones.rename(zone_site="site_id")
    rows = rows.left_join(zones, rows.site_id == zones.zone_site)
    rows = rows.mutate(zone=ibis.ifelse(rows.site_id.notnull(), rows.zone, rows.work_zone))
    rows = rows.left_join(f.lost_work_orders, rows.by_requisition == f.lost_work_orders.lost_id)
    rows = resolve(f, rows, "created_at")
    unjudged = rows.known_work.isnull() & (rows.lost_id.notnull() | (rows.by_requisition.isnull() & rows.work_lost))
    late = after(moment(rows, "created_at"), moment(rows, "started_at"))
    rows = rows.mutate(unjudged=unjudged.fill_null(False)).filter(late | unjudged.fill_null(False))
    return about_requisitions(
        rows, severity="W", unjudged=rows.unjudged, occurred_at=rows.created_at_date,
        requested_on=rows.created_at_date, started_on=rows.started_at_date,
    )  # fmt: skip


def _names_work(f: Shapes, rows: Expression) -> Expression:
    """Bills whose invoice names an unknown order: `named_work`, where a work order has that id."""
    works = f.work_facts.select(named_work="work_order_id").union(f.lost_work_orders.select(named_work="lost_id"))
    rows = look_up(rows, f.numbered("invoices").select(invoice="row", header_order="purchase_order_id"), "invoice")
    return rows.left_join(works, rows.header_order == works.named_work)


@rule(
    "invoice-without-order",
    severity="E",
    per="invoice line",
    question="Does an invoice line name no order at all?",
    at_risk="amount of the line",
    remedy="Ask the supplier for the order number; have the purchase approved afterwards.",
    owner="accounts payable clerk",
    needs=("invoices", "invoice_lines.purchase_order_line_id|invoices.purchase_order_id"),
    message="Invoice line {line_id} bills {amount_at_risk:amount} {currency} and neither it nor its invoice names an order.",
    disagree=("invoices.purchase_order_id?", "purchase_orders"),
)
def invoice_without_order(f: Shapes) -> Expression:
    rows = f.bills.filter(f.bills.how == How.NONE)
    return about_bills(f, rows, severity="E", amount="amount", exempt=True)


@rule(
    "invoice-names-order-only",
    severity="WI",
    per="invoice line",
    question="Does an invoice name an order, but not which of its lines?",
    at_risk="amount of the line",
    remedy="Assign the invoice line to an order line.",
    owner="accounts payable clerk",
    needs=(*LINES, "invoices.purchase_order_id"),
    message=(
        "Invoice line {line_id} names order {order_id} but none of its lines; {billed_total:amount} billed against {order_value:amount} "
        "ordered on it."
    ),
    disagree=("invoices.purchase_order_id", "invoice_lines.purchase_order_line_id?"),
)
def invoice_names_order_only(f: Shapes) -> Expression:
    bills = f.bills.filter(f.bills.order.notnull())
    unresolved = bills.filter((bills.how == How.UNRESOLVED) & ~bills.order_dead)
    mine = bills.semi_join(unresolved, "order")
    sums = mine.group_by(billed_order="order").agg(
        billed_total=total(mine.amount), comparable=(mine.amount.notnull() & ~mine.other_currency).all()
    )
    rows = unresolved.left_join(sums, unresolved.order == sums.billed_order)
    values = f.order_values.select("order", "order_value", value_of="order")
    rows = with_orders(f, look_up(rows, values, "order"))
    known = rows.value_of.isnull() | rows.order_value.notnull()
    order_value = ibis.ifelse(rows.value_of.isnull(), NO_AMOUNT, rows.order_value)
    fits = rows.comparable & known & (rows.billed_total <= order_value)
    rows = rows.mutate(severity=ibis.ifelse(fits.fill_null(False), "I", "W"), order_value=order_value)
    return about_bills(
        f,
        rows,
        severity="severity",
        amount="amount",
        exempt=True,
        order_id="order_id",
        billed_total="billed_total",
        order_value="order_value",
    )


@rule(
    "invoice-names-work",
    severity="W",
    per="invoice line",
    question="Does an invoice give a work order number where the order belongs?",
    at_risk="amount of the line",
    remedy="Ask for the order of that work order and correct the invoice.",
    owner="accounts payable clerk",
    needs=(*LINES, "invoices.purchase_order_id", "work_orders"),
    message="Invoice line {line_id} names {work_order_id} as its order, but that is a work order: {amount_at_risk:amount} {currency}.",
    disagree=(
        "invoices.purchase_order_id",
        "purchase_orders",
    ),
)
def invoice_names_work(f: Shapes) -> Expression:
    rows = _names_work(f, f.bills.filter(f.bills.how == How.UNKNOWN_ORDER))
    rows = rows.filter(rows.named_work.notnull()).rename(work="named_work")
    return about_bills(f, rows, severity="W", amount="amount", exempt=True)


@rule(
    "order-unknown",
    severity="E",
    per="invoice line, receipt or order line",
    question="Does it name an order that nobody knows?",
    at_risk="amount, 0 for a receipt, value of an order line",
    remedy="Correct the number, or export the missing order.",
    owner="accounts payable clerk",
    needs=(*LINES, "invoices|receipts.purchase_order_line_id"),
    message="{document} {document_id}, line {line_id}, names an order or order line that was never read ({unknown|no order named}).",
    disagree=(
        "invoice_lines.purchase_order_line_id",
        "invoices.purchase_order_id",
        "receipts.purchase_order_line_id",
        "purchase_order_lines.purchase_order_id",
        "purchase_orders",
    ),
)
def order_unknown(f: Shapes) -> Expression:
    lines = f.line_facts.filter(~f.line_facts.dead & f.line_facts.order.isnull() & ~f.line_facts.order_lost)
    lines = lines.select("line", "value", "exempt")
    by_line = about_lines(f, lines, severity="E", amount="value", exempt="exempt", unknown="purchase_order_id")
    bills = _names_work(f, f.bills.filter(f.bills.how.isin((How.UNKNOWN_ORDER, How.UNKNOWN_LINE))))
    bills = bills.filter((bills.how == How.UNKNOWN_LINE) | bills.named_work.isnull()).drop("named_work")
    by_bill = about_bills(f, bills, severity="E", amount="amount", exempt=True, unknown="header_order")
    receipts = f.receipt_facts
    receipts = receipts.filter(receipts.line.isnull() & receipts.names_line & ~receipts.line_lost & receipts.counts)
    by_receipt = about_receipts(f, receipts, severity="E", amount=NO_AMOUNT, unknown="named_line")
    return by_line.union(by_bill, by_receipt)


@rule(
    "receipt-without-order",
    severity="W",
    per="receipt",
    question="Did something come in that names no order?",
    at_risk="",
    remedy="Find the order of the delivery, or send it back.",
    owner="receiving clerk",
    needs=("receipts.purchase_order_line_id",),
    message="Receipt {line_id} names no order line.",
    disagree=("receipts.purchase_order_line_id?", "purchase_order_lines"),
)
def receipt_without_order(f: Shapes) -> Expression:
    rows = f.receipt_facts.filter(f.receipt_facts.counts & ~f.receipt_facts.names_line)
    return about_receipts(f, rows, severity="W", amount=NO_AMOUNT)


@rule(
    "receipt-on-dead-order",
    severity="E",
    per="receipt",
    question="Did something come in on an order that was never approved, was rejected or cancelled?",
    at_risk="value received",
    remedy="Return it, or have the order approved; ask for a credit where it was paid.",
    owner="buyer",
    needs=(*LINES, "receipts.purchase_order_line_id", "purchase_orders.status|purchase_order_lines.status"),
    message=(
        "Receipt {line_id} came in on an order line that is cancelled, or whose order is not approved: {amount_at_risk:amount} {currency}."
    ),
    disagree=("receipts.received_at", "purchase_orders.status", "purchase_order_lines.status"),
)
def receipt_on_dead_order(f: Shapes) -> Expression:
    rows = f.receipt_facts.filter(f.receipt_facts.counts & f.receipt_facts.line_dead.fill_null(False))
    rows = look_up(rows, f.line_facts.select("line", "price", "in_amounts"), "line")
    rows = rows.mutate(amount=at_price(rows.in_amounts, rows.received, rows.price))
    return about_receipts(f, rows, severity="E", amount="amount", exempt="exempt")


@rule(
    "invoice-on-dead-order",
    severity="E",
    per="invoice line",
    question="Does an invoice bill an order that was never approved, was rejected or cancelled?",
    at_risk="amount of the line",
    remedy="Refuse the invoice, or have the order approved; ask for a credit where it was paid.",
    owner="accounts payable clerk",
    needs=(*BILLS, "purchase_orders.status|purchase_order_lines.status"),
    message="Invoice line {line_id} bills {amount_at_risk:amount} {currency} on order {order_id}, which is cancelled or not approved.",
    disagree=("invoices.invoice_date", "purchase_orders.status", "purchase_order_lines.status"),
)
def invoice_on_dead_order(f: Shapes) -> Expression:
    rows = with_orders(f, f.bills.filter(f.bills.order_dead))
    return about_bills(f, rows, severity="E", amount="amount", exempt=True, order_id="order_id")
