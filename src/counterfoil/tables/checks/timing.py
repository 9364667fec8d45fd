"""Timing: was it ordered before it was delivered, billed and started?"""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.tables.checks.linking import live_lines
from counterfoil.tables.checks.registry import BILLS, LINES, WAYS, rules_of
from counterfoil.tables.checks.verdict import about_bills, about_lines, about_orders
from counterfoil.tables.facts.columns import after, at_price, choose, look_up, moment, moment_names, total, zero
from counterfoil.tables.facts.invoices import size_of, with_invoice_ids
from counterfoil.tables.facts.shapes import Shapes
from counterfoil.tables.facts.sums import with_spoiled

rule, RULES = rules_of("timing")

_ORDERED_AT = moment_names("ordered_at")


@rule(
    "order-never-issued",
    severity="W",
    per="order",
    question="Was an order received or billed that was never sent to its supplier?",
    at_risk="value of the order",
    remedy="Issue the order; find out how the supplier came to deliver.",
    owner="buyer",
    needs=(*LINES, "purchase_orders.issued_at", "receipts|invoices"),
    message="Order {document_id} was never issued, yet something was received or billed on it (received: {received}, billed: {billed}).",
    disagree=("purchase_orders.issued_at?", "receipts.received_at", "invoices.invoice_date"),
)
def order_never_issued(f: Shapes) -> Expression:
    orders = f.order_facts.filter(f.order_facts.never_issued & ~f.order_facts.dead).select("order")
    lines = live_lines(f, "order")
    received = look_up(lines.semi_join(orders, "order"), f.line_state.select("line", "goods_known", "stands"), "line")
    by_goods = received.group_by("order").agg(used=(received.stands & received.goods_known).any(), unknown=(~received.goods_known).any())
    bills = f.bills.filter(~f.bills.credit & ~f.bills.order_dead & f.bills.order.notnull())
    billed = bills.semi_join(orders, "order").select(billed_order="order").distinct()
    rows = orders.left_join(by_goods, "order").drop("order_right")
    rows = rows.left_join(billed, rows.order == billed.billed_order)
    used = rows.used.fill_null(False) | rows.billed_order.notnull()
    rows = rows.mutate(unjudged=~used, billed=rows.billed_order.notnull(), received=rows.used.fill_null(False))
    rows = rows.filter(~rows.unjudged | rows.unknown.fill_null(False))
    return about_orders(
        f, with_value(f, rows), severity="W", amount="order_value", unjudged="unjudged", received="received", billed="billed"
    )


def with_value(f: Shapes, orders: Expression) -> Expression:
    """Adds `order_value` of the order's live lines; zero where it has none."""
    rows = look_up(orders, f.order_values.select("order", "order_value", known=ibis.literal(True)), "order")
    return rows.mutate(order_value=ibis.ifelse(rows.known.isnull(), zero(), rows.order_value)).drop("known")


@rule(
    "order-after-invoice",
    severity="E",
    per="order line",
    question="Was it ordered after the invoice was written?",
    at_risk="amount of those invoices",
    remedy="Order before the supplier works; this order only legalises a bill.",
    owner="buyer",
    needs=(*BILLS,),
    message="Order line {line_id} was ordered on {ordered_on}, after the invoice of {invoiced_on} that bills it.",
    disagree=("purchase_orders.issued_at", "invoices.invoice_date"),
)
def order_after_invoice(f: Shapes) -> Expression:
    lines = live_lines(f, *_ORDERED_AT)
    bills = f.bills.filter(~f.bills.credit & f.bills.line.notnull())
    dates = f.invoice_facts.select("invoice", *moment_names("invoice_date"))
    bills = bills.select("line", "invoice", "amount", "other_currency").inner_join(dates, "invoice")
    bills = bills.inner_join(lines.filter(lines.ordered_at_start.notnull()), "line")
    late = with_invoice_ids(f, bills.filter(after(moment(bills, "ordered_at"), moment(bills, "invoice_date"))))
    amount = ibis.ifelse(late.other_currency, zero(), late.amount.fill_null(zero()))
    rows = late.group_by("line").agg(
        amount=total(amount),
        invoice_id=late.invoice_id.min(),
        invoiced_on=late.invoice_date_date.min(),
        ordered_on=late.ordered_at_date.min(),
    )
    return about_lines(f, rows, severity="E", amount="amount", invoiced_on="invoiced_on", ordered_on="ordered_on", invoice="invoice_id")


@rule(
    "order-after-receipt",
    severity="E",
    per="order line",
    question="Was it ordered after it had come in?",
    at_risk="value received",
    remedy="Order before delivery; this order only legalises a receipt.",
    owner="buyer",
    needs=(*LINES, "receipts"),
    message="Order line {line_id} was ordered on {ordered_on}, after its first receipt on {received_on}.",
    disagree=("purchase_orders.issued_at", "receipts.received_at"),
)
def order_after_receipt(f: Shapes) -> Expression:
    lines = live_lines(f, "price", "in_amounts", *_ORDERED_AT)
    state = f.line_state.filter(~f.line_state.goods_known | f.line_state.stands)
    state = state.select("line", "goods_known", "received", *moment_names("first"))
    rows = lines.filter(lines.ordered_at_start.notnull()).inner_join(state, "line")
    late = after(moment(rows, "ordered_at"), moment(rows, "first"))
    rows = rows.filter(~rows.goods_known | late)
    rows = rows.mutate(amount=at_price(rows.in_amounts, rows.received, rows.price), unjudged=~rows.goods_known)
    return about_lines(
        f, with_spoiled(f, rows, "receipts"), severity="E", amount="amount", unjudged="unjudged",
        ordered_on="ordered_at_date", received_on="first_date",
    )  # fmt: skip


@rule(
    "order-after-work",
    severity="W",
    per="order line of kind service or outside",
    question="Was a service ordered after the work had started?",
    at_risk="value of the line",
    remedy="Order the service when the work is planned.",
    owner="planner",
    needs=(*LINES, "work_orders", WAYS),
    message="Order line {line_id} was ordered on {ordered_on}, after its work on work order {work_order_id} had started on {started_on}.",
    disagree=("purchase_orders.issued_at", "work_orders.started_at", "work_order_lines.operation_started_at"),
)
def order_after_work(f: Shapes) -> Expression:
    lines = live_lines(f, "service", "outside", "value", *_ORDERED_AT)
    lines = lines.filter((lines.service | lines.outside) & lines.ordered_at_start.notnull())
    works = f.line_works.select("line", "work_order_id", "work_known", "work_lost", *moment_names("started_at"))
    rows = works.inner_join(lines, "line")
    rows = rows.left_join(f.operation_starts, ["line", "work_order_id"]).drop("line_right", "work_order_id_right")
    outside = rows.outside
    start = choose(outside, moment(rows, "begin"), moment(rows, "started_at"))
    late = rows.work_known & after(moment(rows, "ordered_at"), start)
    unknown = ibis.ifelse(rows.work_known, outside & rows.begin_start.isnull(), rows.work_lost)
    rows = rows.mutate(late=late, unknown=unknown, start_date=start.date).filter(late | unknown)
    groups = rows.group_by("line").agg(
        work=rows.work_order_id.min(where=rows.late),
        unknown=rows.unknown.any(),
        value=rows.value.max(),
        ordered_on=rows.ordered_at_date.min(),
        started_on=rows.start_date.min(where=rows.late),
    )
    groups = groups.filter(groups.work.notnull() | groups.unknown)
    groups = groups.mutate(unjudged=groups.work.isnull())
    return about_lines(
        f, groups, severity="W", amount="value", works_matter=True, unjudged="unjudged", ordered_on="ordered_on", started_on="started_on"
    )


@rule(
    "invoice-before-receipt",
    severity="W",
    per="invoice line",
    question="Did the invoice come before the goods?",
    at_risk="amount of the line",
    remedy="Hold the payment until receipt; ask the supplier to bill on delivery.",
    owner="accounts payable clerk",
    needs=(*BILLS, "receipts"),
    message="Invoice line {line_id} was entered on {entered_on}, before the first receipt on {received_on}.",
    disagree=("invoices.entered_at", "receipts.received_at"),
)
def invoice_before_receipt(f: Shapes) -> Expression:
    bills = f.bills
    rows = bills.filter(bills.line.notnull() & ~bills.order_dead & ~bills.two_way)
    rows = rows.inner_join(f.line_state.select("line", "goods_known", "stands", *moment_names("first")), "line")
    size = size_of(rows)
    unjudged = size.isnull() | ~rows.goods_known
    rows = rows.mutate(unjudged=unjudged).filter(unjudged | ((size > 0) & rows.stands))
    rows = rows.inner_join(f.invoice_facts.select("invoice", *moment_names("entered")), "invoice")
    rows = rows.filter(rows.unjudged | after(moment(rows, "first"), moment(rows, "entered")))
    return about_bills(
        f, with_spoiled(f, rows, "receipts"), severity="W", amount="amount", unjudged="unjudged",
        entered_on="entered_date", received_on="first_date",
    )  # fmt: skip


@rule(
    "late-receipt",
    severity="I",
    per="order line",
    question="Did it come complete only after it was needed?",
    at_risk="value of the line",
    remedy="Take it up with the supplier.",
    owner="buyer",
    needs=(*LINES, "purchase_order_lines.need_by", "receipts"),
    message="Order line {line_id} was needed by {needed_on} and complete on {completed_on}.",
    disagree=("purchase_order_lines.need_by", "receipts.received_at"),
)
def late_receipt(f: Shapes) -> Expression:
    lines = live_lines(f, "need_by_date", "value")
    state = f.line_state.filter(~f.line_state.goods_known | f.line_state.complete_date.notnull())
    rows = lines.filter(lines.need_by_date.notnull()).inner_join(state.select("line", "goods_known", "complete_date"), "line")
    rows = rows.filter(~rows.goods_known | (rows.complete_date > rows.need_by_date).fill_null(False))
    rows = rows.mutate(unjudged=~rows.goods_known).rename(needed_on="need_by_date")
    return about_lines(
        f, with_spoiled(f, rows, "receipts"), severity="I", amount="value", unjudged="unjudged",
        needed_on="needed_on", completed_on="complete_date",
    )  # fmt: skip


@rule(
    "overdue",
    severity="W",
    per="order line",
    question="Is it needed by now and still not complete?",
    at_risk="open value",
    remedy="Chase the supplier, or close the line.",
    owner="buyer",
    needs=(*LINES, "purchase_order_lines.need_by", "receipts"),
    message="Order line {line_id} was needed by {needed_on}; {received} of {ordered_quantity} have come.",
    disagree=(
        "purchase_order_lines.need_by",
        "purchase_order_lines.quantity",
        "receipts.quantity_received",
        "receipts",
    ),
)
def overdue(f: Shapes) -> Expression:
    lines = live_lines(f, "need_by_date", "open", "delivery_complete", "ordered", "in_amounts", "price")
    lines = lines.cross_join(f.as_of_date)
    due = lines.need_by_date < lines.as_of
    state = f.line_state.filter(~f.line_state.goods_known | f.line_state.complete_date.isnull())
    state = state.select("line", "goods_known", "received")
    rows = lines.filter(due, lines.open, ~lines.delivery_complete).inner_join(state, "line")
    amount = at_price(rows.in_amounts, rows.ordered - rows.received, rows.price)
    rows = rows.mutate(amount=amount, unjudged=~rows.goods_known).rename(needed_on="need_by_date", ordered_quantity="ordered")
    return about_lines(
        f, with_spoiled(f, rows, "receipts"), severity="W", amount="amount", unjudged="unjudged",
        needed_on="needed_on", received="received", ordered_quantity="ordered_quantity",
    )  # fmt: skip
