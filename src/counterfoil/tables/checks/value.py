"""Value: was it paid, counted and booked for what it was worth?"""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.rules.match import compare
from counterfoil.tables.checks.linking import live_lines
from counterfoil.tables.checks.registry import BILLS, LINES, WAYS, rules_of
from counterfoil.tables.checks.verdict import about_invoices, about_lines, candidates
from counterfoil.tables.facts.columns import (
    COLUMNS,
    QUANTITY,
    WIDE,
    after,
    at_price,
    look_up,
    moment,
    moment_names,
    product,
    total,
    wide,
    zero,
)
from counterfoil.tables.facts.costs import spending
from counterfoil.tables.facts.orders import line_papers
from counterfoil.tables.facts.receipts import convert, with_conversion, with_receipt_ids
from counterfoil.tables.facts.shapes import Shapes
from counterfoil.tables.facts.sums import DOUBT, upper_room, with_rate, with_spoiled, with_upper_limit

rule, RULES = rules_of("value")


def _about_payments(f: Shapes, rows: Expression, **settings: object) -> Expression:
    """Candidates about payments: `rows` has `payment`."""
    rows = look_up(rows, f.numbered("payments").select("payment_id", "invoice_id", payment="row"), "payment")
    return candidates(
        rows,
        severity="E",
        document="payment",
        document_id=rows.payment_id,
        amount=rows.amount,
        currency=rows.paid_currency,
        supplier=rows.supplier_id,
        occurred_at=rows.paid_at_date,
        invoice=rows.invoice_id,
        **settings,
    )


def _payments(f: Shapes) -> Expression:
    invoices = f.invoice_facts.select("invoice", "supplier_id", "prepayment", "void")
    return f.payment_facts.inner_join(invoices, "invoice")


def _payments_of_lost_invoices(f: Shapes) -> Expression:
    rows = f.numbered("payments")
    rows = rows.semi_join(f.lost_invoices, rows.invoice_id == f.lost_invoices.lost_id)
    rows = rows.mutate(
        payment=rows.row,
        paid_currency=rows.currency,
        supplier_id=ibis.null("string"),
        paid_at_date=rows.paid_at.date(),
        unjudged=ibis.literal(True),
    )
    return _about_payments(f, rows, unjudged=rows.unjudged)


@rule(
    "paid-without-receipt",
    severity="E",
    per="payment",
    question="Was something paid of which nothing has come?",
    at_risk="amount of the payment",
    remedy="Find the receipt, or claim the money back.",
    owner="accounts payable clerk",
    needs=(*BILLS, "receipts", "payments"),
    message="Payment {document_id} of {amount_at_risk:amount} {currency} paid invoice {invoice}, of which something was never received.",
    disagree=(
        "payments.amount",
        "invoice_lines.purchase_order_line_id",
        "receipts",
    ),
)
def paid_without_receipt(f: Shapes) -> Expression:
    bills = f.unreceived_bills
    sums = bills.group_by("invoice").agg(sure=(~bills.unjudged & ~bills.rests & ~bills.also_rests).any())
    rows = _payments(f)
    rows = rows.filter(~rows.prepayment).inner_join(sums, "invoice")
    rows = rows.mutate(unjudged=~rows.sure)
    return _about_payments(f, rows, unjudged=rows.unjudged).union(_payments_of_lost_invoices(f))


@rule(
    "paid-over-invoice",
    severity="E",
    per="invoice",
    question="Was more paid than the invoice asks?",
    at_risk="the excess",
    remedy="Claim the excess back, or set it off.",
    owner="accounts payable clerk",
    needs=("payments", "invoices.amount_total|invoices.amount_net"),
    message="Invoice {document_id} asks {invoice_total:amount} {currency}; {paid:amount} have been paid.",
    disagree=("invoices.amount_total", "payments.amount"),
)
def paid_over_invoice(f: Shapes) -> Expression:
    payments = f.payment_facts
    payments = with_rate(f, payments, "amount", "currency", "invoice_currency", "paid_at_date")
    sums = payments.group_by("invoice").agg(paid=total(payments.changed.fill_null(0)), unknown=payments.changed.isnull().any())
    invoices = f.invoice_facts.filter(~f.invoice_facts.left_out)
    rows = sums.inner_join(invoices.select("invoice", "supplier_id", "currency", "total", "invoice_date_date"), "invoice")
    excess = rows.paid - rows.total
    over = (excess > 0).fill_null(False)
    rows = rows.mutate(excess=excess.cast(WIDE), unjudged=~over).filter(over | rows.unknown | rows.total.isnull() | rows.paid.isnull())
    return about_invoices(f, rows, severity="E", amount="excess", unjudged="unjudged", paid="paid", invoice_total="total")


@rule(
    "payment-on-void",
    severity="E",
    per="payment",
    question="Was a void invoice paid?",
    at_risk="amount of the payment",
    remedy="Claim the money back.",
    owner="accounts payable clerk",
    needs=("payments", "invoices.status"),
    message="Payment {document_id} of {amount_at_risk:amount} {currency} paid invoice {invoice}, which is void.",
    disagree=("invoices.status", "payments.paid_at"),
)
def payment_on_void(f: Shapes) -> Expression:
    rows = _payments(f)
    rows = rows.filter(rows.void)
    return _about_payments(f, rows).union(_payments_of_lost_invoices(f))


@rule(
    "order-open-on-closed-work",
    severity="W",
    per="order line",
    question="Is an order line still open although its work is over?",
    at_risk="open value",
    remedy="Cancel the rest with the supplier, or move it to stock.",
    owner="buyer",
    needs=(*LINES, "work_orders.status", "receipts", WAYS),
    message="Order line {line_id} is open ({received} of {ordered_quantity} received), but work order {work_order_id} is {ended}.",
    disagree=("work_orders.status", "purchase_order_lines.quantity", "receipts.quantity_received"),
)
def order_open_on_closed_work(f: Shapes) -> Expression:
    lines = live_lines(f, "open", "delivery_complete", "ordered", "price", "in_amounts")
    lines = lines.filter(lines.open & ~lines.delivery_complete)
    works = f.line_works.select("line", "work_order_id", "work_known", "work_lost", "work_status")
    shut = works.work_known & works.work_status.isin(("closed", "cancelled")).fill_null(False)
    works = works.mutate(shut=shut).filter(shut | works.work_lost)
    groups = works.group_by("line").agg(
        work=works.work_order_id.min(where=works.shut), unknown=works.work_lost.any(), ended=works.work_status.min(where=works.shut)
    )
    groups = groups.filter(groups.work.notnull() | groups.unknown)
    state = f.line_state.select("line", "goods_known", "received")
    rows = look_up(lines.inner_join(groups, "line"), state, "line")
    still = (rows.ordered - rows.received).cast(WIDE)
    unjudged = ibis.ifelse(rows.work.notnull(), ~rows.goods_known, ibis.literal(True))
    rows = rows.mutate(still=still, unjudged=unjudged).filter((rows.work.notnull() & ~rows.goods_known) | (still > 0))
    rows = rows.mutate(amount=at_price(rows.in_amounts, rows.still, rows.price)).rename(ordered_quantity="ordered")
    return about_lines(
        f, with_spoiled(f, rows, "receipts"), severity="W", amount="amount", works_matter=True, unjudged="unjudged",
        ended="ended", received="received", ordered_quantity="ordered_quantity",
    )  # fmt: skip


@rule(
    "over-budget",
    severity="W",
    per="work order",
    question="Does the work cost more than its budget?",
    at_risk="the excess",
    remedy="Have the budget raised, or stop spending.",
    owner="planner",
    needs=(*LINES, "work_orders.budget_amount", "invoices", WAYS),
    message="Work order {document_id} costs {cost:amount} {currency} against a budget of {budget:amount}.",
    disagree=(
        "work_orders.budget_amount",
        "purchase_order_lines.quantity",
        "purchase_order_lines.unit_price",
    ),
)
def over_budget(f: Shapes) -> Expression:
    costs = with_rate(f, spending(f), "amount", "currency", "budget_currency", "date")
    sums = costs.group_by("work_order_id").agg(
        cost=total(costs.changed.fill_null(0)), unknown=costs.changed.isnull().any(), inexact=costs.inexact.any()
    )
    works = f.work_facts.filter(f.work_facts.budget_amount.notnull())
    rows = works.left_join(sums, "work_order_id").drop("work_order_id_right")
    cost = ibis.ifelse(rows.unknown.isnull(), zero(), rows.cost)
    excess = (cost - rows.budget_amount).cast(WIDE)
    doubtful = (rows.inexact & (excess > -DOUBT)).fill_null(False)
    over = (excess > 0).fill_null(False)
    unknown = rows.unknown.fill_null(False) | cost.isnull()
    rows = rows.mutate(cost=cost, excess=excess, unjudged=doubtful | ~over).filter(over | unknown | doubtful)
    return candidates(
        rows,
        severity="W",
        document="work_order",
        document_id=rows.work_order_id,
        amount=rows.excess,
        currency=rows.currency,
        work=rows.work_order_id,
        site=rows.work_site,
        occurred_at=rows.started_at_date,
        unjudged=rows.unjudged,
        cost=rows.cost,
        budget=rows.budget_amount,
    )


@rule(
    "quantity-differs",
    severity="W",
    per="order line",
    question="Is more or less ordered than the work order asks for?",
    at_risk="difference × price",
    remedy="Align the order with the work order.",
    owner="planner",
    needs=(*LINES, "work_order_lines.quantity", WAYS),
    message="Order line {line_id}: {ordered_for_it} ordered for a work order line that asks for {required}.",
    disagree=("work_order_lines.quantity", "purchase_order_lines.quantity"),
)
def quantity_differs(f: Shapes) -> Expression:
    lines = live_lines(f, "price", "in_amounts", "conversion_part", "unit").rename(line_unit="unit")
    links = lines.inner_join(f.linked_work_lines, "line")
    # The order line's unit is the source here, the work order line's the target.
    links = with_conversion(f, links, "line_unit", "work_unit", "conversion_part")
    links = links.mutate(ordered_for_it=convert(links, links.quantity)).drop("foreign", "multiply", "divide")
    sums = links.group_by(summed="work_order_line_id").agg(
        ordered_for_it=links.ordered_for_it.sum().cast(QUANTITY), unknown=links.ordered_for_it.isnull().any()
    )
    rows = links.drop("ordered_for_it", "quantity").distinct()
    rows = rows.inner_join(sums, rows.work_order_line_id == sums.summed)
    rows = rows.filter(rows.required.notnull() & ~rows.in_amounts)
    rows = rows.mutate(gap=(rows.ordered_for_it - rows.required).abs().cast(QUANTITY))
    rows = rows.filter(rows.unknown | (rows.gap > 0))
    rows = with_conversion(f, rows, "work_unit", "line_unit", "conversion_part")
    rows = rows.mutate(worst=ibis.coalesce(convert(rows, rows.gap), rows.gap), differs=~rows.unknown)
    groups = rows.group_by("line").agg(
        work=rows.need_work.min(where=rows.differs),
        worst=rows.worst.max(where=rows.differs),
        price=rows.price.max(),
        ordered_for_it=rows.ordered_for_it.argmax(ibis.ifelse(rows.differs, rows.worst, ibis.null(QUANTITY))),
        required=rows.required.argmax(ibis.ifelse(rows.differs, rows.worst, ibis.null(QUANTITY))),
    )
    groups = groups.mutate(amount=product(groups.worst, groups.price), unjudged=groups.work.isnull())
    return about_lines(
        f,
        groups,
        severity="W",
        amount="amount",
        works_matter=True,
        unjudged="unjudged",
        ordered_for_it="ordered_for_it",
        required="required",
    )


@rule(
    "revision-differs",
    severity="WI",
    per="order line",
    question="Is another revision ordered than the work order asks for?",
    at_risk="value of the line",
    remedy="Align the revision before it is made or delivered.",
    owner="planner",
    needs=(*LINES, "work_order_lines.revision", "purchase_order_lines.revision", WAYS),
    message="Order line {line_id} orders revision {ordered_revision|none}, work order {work_order_id} asks for {required_revision|none}.",
    disagree=("work_order_lines.revision?", "purchase_order_lines.revision?"),
)
def revision_differs(f: Shapes) -> Expression:
    links = f.linked_work_lines.select("line", "need_work", "work_revision")
    rows = live_lines(f, "value").inner_join(links, "line")
    rows = rows.inner_join(line_papers(f).select("line", "revision"), "line")
    both = rows.revision.notnull() & rows.work_revision.notnull()
    different = both & (rows.revision != rows.work_revision)
    one_null = rows.revision.isnull() != rows.work_revision.isnull()
    rows = rows.mutate(different=different.fill_null(False), one_null=one_null).filter(different.fill_null(False) | one_null)
    groups = rows.group_by("line").agg(
        worst=rows.need_work.min(where=rows.different),
        mild=rows.need_work.min(where=rows.one_null),
        value=rows.value.max(),
        ordered_revision=rows.revision.max(),
        required_revision=rows.work_revision.max(),
    )
    groups = groups.mutate(work=ibis.coalesce(groups.worst, groups.mild), severity=ibis.ifelse(groups.worst.notnull(), "W", "I"))
    return about_lines(
        f, groups, severity="severity", amount="value", works_matter=True,
        ordered_revision="ordered_revision", required_revision="required_revision",
    )  # fmt: skip


@rule(
    "received-not-invoiced",
    severity="W",
    per="order line",
    question="Has something come long ago that was never billed?",
    at_risk="difference × price",
    remedy="Ask the supplier for the invoice, or correct the receipt; accrue it until then.",
    owner="controller",
    needs=(*BILLS, "receipts"),
    message="Order line {line_id}: {received} received, {billed} billed, since {since} ({age_days} days).",
    disagree=("receipts.quantity_received", "invoice_lines.quantity", "invoice_lines"),
)
def received_not_invoiced(f: Shapes) -> Expression:
    lines = live_lines(f, "price", "in_amounts", "scope")
    state = f.line_state.select("line", "goods_known", "billed_known", "received", "billed")
    state = state.filter(~(state.goods_known & state.billed_known) | (state.received > state.billed))
    rows = with_upper_limit(f, lines.inner_join(state, "line"), "quantity")
    counted = rows.goods_known & rows.billed_known
    above, excess = compare(COLUMNS, wide(rows.received), rows.billed, upper_room(rows))
    rows = rows.mutate(excess=excess, unjudged=~counted).filter(~counted | above)
    events = f.receipt_events.inner_join(rows.filter(~rows.unjudged).select("line", "billed"), "line")
    events = with_receipt_ids(f, events)
    order = [events.received_at_start, events.receipt_line_id]
    running = events.net.sum().over(ibis.window(group_by=events.line, order_by=order, preceding=None, following=0))
    events = events.mutate(running=running)
    events = events.filter(events.running.cast(WIDE) > events.billed)
    since = events.group_by("line").agg(since=events.received_at_date.argmin(events.received_at_start))
    rows = rows.left_join(since, "line").drop("line_right").cross_join(f.as_of_date)
    rows = rows.cross_join(f.parameters.select("received_not_invoiced_days"))
    age = rows.as_of.delta(rows.since, unit="day")
    rows = rows.mutate(age=age).filter(rows.unjudged | (age > rows.received_not_invoiced_days))
    rows = rows.mutate(amount=at_price(rows.in_amounts, rows.excess, rows.price))
    return about_lines(
        f, with_spoiled(f, rows, "receipts", "bills"), severity="W", amount="amount", unjudged="unjudged",
        received="received", billed="billed", since="since", age_days="age",
    )  # fmt: skip


def _judged_payments(f: Shapes, latest: bool) -> Expression:
    """Invoices that have payments and a due day, with their last (or first) payment."""
    invoices = f.invoice_facts.filter(~f.invoice_facts.left_out & f.invoice_facts.due_on_start.notnull())
    rows = f.payment_facts.select("invoice", "payment", *moment_names("paid_at"), paid_amount="amount")
    rows = look_up(rows, f.numbered("payments").select("payment_id", payment="row"), "payment")
    start = rows.paid_at_start.desc() if latest else rows.paid_at_start
    order = [start, rows.payment_id.desc() if latest else rows.payment_id]
    rows = rows.mutate(place=ibis.row_number().over(group_by=rows.invoice, order_by=order))
    return invoices.inner_join(rows.filter(rows.place == 0), "invoice")


@rule(
    "invoice-paid-late",
    severity="I",
    per="invoice",
    question="Was it paid after it was due?",
    at_risk="last payment",
    remedy="Look for what held it up.",
    owner="accounts payable clerk",
    needs=("payments", "invoices.due_on"),
    message="Invoice {document_id} was due on {due_on} and last paid on {paid_on}.",
    disagree=("invoices.due_on", "payments.paid_at"),
)
def invoice_paid_late(f: Shapes) -> Expression:
    rows = _judged_payments(f, latest=True)
    rows = rows.filter(after(moment(rows, "paid_at"), moment(rows, "due_on")))
    return about_invoices(f, rows, severity="I", amount="paid_amount", paid_on="paid_at_date", due_on="due_on_date")


@rule(
    "invoice-paid-early",
    severity="I",
    per="invoice",
    question="Was it paid long before it was due, and for no discount?",
    at_risk="first payment",
    remedy="Pay on the due day, or agree a discount.",
    owner="accounts payable clerk",
    needs=("payments", "invoices.due_on"),
    message="Invoice {document_id} is due on {due_on} and was paid on {paid_on}.",
    disagree=("invoices.due_on", "invoices.discount_until", "payments.paid_at"),
)
def invoice_paid_early(f: Shapes) -> Expression:
    rows = _judged_payments(f, latest=False).cross_join(f.parameters.select("paid_early_days"))
    early = rows.due_on_date.delta(rows.paid_at_date, unit="day") > rows.paid_early_days
    no_discount = rows.discount_until_start.isnull() | after(moment(rows, "paid_at"), moment(rows, "discount_until"))
    rows = rows.filter(early & no_discount)
    return about_invoices(f, rows, severity="I", amount="paid_amount", paid_on="paid_at_date", due_on="due_on_date")
