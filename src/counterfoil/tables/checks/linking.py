"""Linking: does every order, receipt and invoice hang on work and on an order?"""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.tables.checks.registry import BILLS, LINES, WAYS, rules_of
from counterfoil.tables.checks.verdict import (
    NO_AMOUNT,
    about_bills,
    about_lines,
    about_receipts,
    about_requisitions,
    candidates,
)
from counterfoil.tables.facts.columns import QUANTITY, WIDE, after, any_of, at_price, choose, differ, moment, product, resolve, total
from counterfoil.tables.facts.shapes import Shapes

rule, RULES = rules_of("linking")



def live_lines(f: Shapes, *columns: str) -> Expression:
    """The order lines that rules look at: their number and some columns."""
    return f.line_facts.filter(~f.line_facts.dead).select("line", *columns)


def live_works(f: Shapes, *columns: str) -> Expression:
    """The works of live lines, with some columns of the line."""
    return f.line_works.inner_join(live_lines(f, *columns), "line")


def _without_works(f: Shapes, need: str | None) -> Expression:
    lines = live_lines(f, "need", "value", "exempt")
    asked = lines.need.isnull() if need is None else lines.need == need
    return lines.filter(asked).anti_join(f.linked_lines, "line")


@rule(
    "order-without-work",
    severity="E",
    per="order line",
    question="Does an order line that says it is for work name no work order?",
    at_risk="value of the line",
    remedy="Name the work order on the order line, or say that it is for stock or exempt.",
    owner="buyer",
    needs=(*LINES, "purchase_order_lines.need", WAYS),
    message="Order line {line_id} is for work but names no work order: {amount_at_risk} {currency} hang on nothing.",
)
def order_without_work(f: Shapes) -> Expression:
    rows = _without_works(f, "work")
    return about_lines(f, rows, severity="E", amount="value", works_matter=True, exempt="exempt")


@rule(
    "need-unstated",
    severity="I",
    per="order line",
    question="Does an order line not say what it is for, and name no work order?",
    at_risk="value of the line",
    remedy="Say on the order line whether it is for work, stock or exempt.",
    owner="buyer",
    needs=(*LINES, WAYS),
    message="Order line {line_id} does not say what it is for and names no work order: {amount_at_risk} {currency}.",
)
def need_unstated(f: Shapes) -> Expression:
    return about_lines(f, _without_works(f, None), severity="I", amount="value", works_matter=True, exempt="exempt")


@rule(
    "work-unknown",
    severity="E",
    per="order line",
    question="Does an order line name a work order that nobody knows?",
    at_risk="value of the line",
    remedy="Correct the work order number, or export the missing work order.",
    owner="planner",
    needs=(*LINES, "work_orders", WAYS),
    message="Order line {line_id} names work order {work_order_id}, which is not among the work orders: {amount_at_risk} {currency}.",
)
def work_unknown(f: Shapes) -> Expression:
    works = live_works(f, "value", "exempt")
    unknown = works.filter(~works.work_known & ~works.work_lost)
    rows = unknown.group_by("line").agg(work=unknown.work_order_id.min(), value=unknown.value.max(), exempt=unknown.exempt.any())
    return about_lines(f, rows, severity="E", amount="value", works_matter=True, exempt="exempt")


@rule(
    "order-on-closed-work",
    severity="EW",
    per="order line",
    question="Was it ordered after its work order was closed or completed?",
    at_risk="value of the line",
    remedy="Re-open the work order or move the order line to the work that needs it.",
    owner="planner",
    needs=(*LINES, "work_orders.closed_at|work_orders.completed_at", WAYS),
    message="Order line {line_id} was ordered on {ordered_on}, after work order {work_order_id} was {ended} on {ended_on}.",
)
def order_on_closed_work(f: Shapes) -> Expression:
    works = f.line_works
    ordered = live_lines(f, "ordered_at_date", "ordered_at_start", "ordered_at_exact")
    works = works.inner_join(ordered, "line").filter(ordered.ordered_at_start.notnull())
    when = moment(works, "ordered_at")
    shut = works.work_status.isin(("closed", "cancelled")) | works.work_status.isnull()
    done = works.work_status.isin(("completed", "closed")).fill_null(False)
    closed = works.work_known & shut & after(when, moment(works, "closed_at"))
    completed = works.work_known & done & after(when, moment(works, "completed_at")) & ~closed
    works = works.mutate(closed=closed, completed=completed)
    groups = works.group_by("line").agg(
        closed_work=works.work_order_id.min(where=works.closed),
        completed_work=works.work_order_id.min(where=works.completed),
        unknown=works.work_lost.any(),
        closed_on=works.closed_at_date.min(where=works.closed),
        completed_on=works.completed_at_date.min(where=works.completed),
        ordered_on=works.ordered_at_date.min(),
    )
    work = ibis.coalesce(groups.closed_work, groups.completed_work)
    rows = groups.filter(work.notnull() | groups.unknown).mutate(
        work=work,
        severity=ibis.ifelse(groups.closed_work.notnull(), "E", "W"),
        ended_on=ibis.ifelse(groups.closed_work.notnull(), groups.closed_on, groups.completed_on),
        ended=ibis.ifelse(groups.closed_work.notnull(), "closed", "completed"),
        unjudged=work.isnull(),
    )
    rows = rows.inner_join(live_lines(f, "value", "exempt"), "line")
    return about_lines(
        f, rows, severity="severity", amount="value", works_matter=True, unjudged="unjudged", exempt="exempt",
        ordered_on="ordered_on", ended_on="ended_on", ended="ended",
    )  # fmt: skip


@rule(
    "order-at-other-site",
    severity="W",
    per="order line",
    question="Does an order of one site name a work order of another?",
    at_risk="value of the line",
    remedy="Check the work order number; order at the site of the work.",
    owner="buyer",
    needs=(*LINES, "purchase_orders.site_id", "work_orders.site_id", WAYS),
    message="Order line {line_id} was ordered at site {site_id}, but work order {work_order_id} is at site {work_site}.",
)
def order_at_other_site(f: Shapes) -> Expression:
    works = live_works(f, "site_id", "value", "exempt")
    works = works.filter(works.site_id.notnull())
    other = works.work_known & differ(works.work_site, works.site_id)
    works = works.mutate(other=other)
    groups = works.group_by("line").agg(
        work=works.work_order_id.min(where=works.other),
        work_site=works.work_site.min(where=works.other),
        unknown=works.work_lost.any(),
        value=works.value.max(),
        exempt=works.exempt.any(),
    )
    rows = groups.filter(groups.work.notnull() | groups.unknown).mutate(unjudged=groups.work.isnull())
    return about_lines(
        f, rows, severity="W", amount="value", works_matter=True, unjudged="unjudged", exempt="exempt", work_site="work_site"
    )


def _allocated(f: Shapes, severity: str, sign: int) -> Expression:
    lines = live_lines(f, "quantity", "price", "exempt")
    links = f.line_links.filter(f.line_links.allocated.notnull()).select("line", "allocated")
    rows = lines.inner_join(links, "line")
    gap = ((rows.allocated - rows.quantity) * sign).cast(QUANTITY)
    rows = rows.mutate(amount=product(gap, rows.price), gap=gap).filter(gap > 0).rename(ordered_quantity="quantity")
    return about_lines(
        f, rows, severity=severity, amount="amount", works_matter=True, exempt="exempt",
        allocated="allocated", ordered_quantity="ordered_quantity",
    )  # fmt: skip


@rule(
    "over-allocated",
    severity="E",
    per="order line",
    question="Is more of an order line allocated to work than was ordered?",
    at_risk="difference × price",
    remedy="Correct the allocations or the quantity ordered.",
    owner="buyer",
    needs=(*LINES, "allocations"),
    message="Order line {line_id} has {allocated} allocated to work, but only {ordered_quantity} ordered.",
)
def over_allocated(f: Shapes) -> Expression:
    return _allocated(f, "E", 1)


@rule(
    "under-allocated",
    severity="W",
    per="order line",
    question="Is less of an order line allocated to work than was ordered?",
    at_risk="difference × price",
    remedy="Allocate the rest, or say that it is for stock.",
    owner="buyer",
    needs=(*LINES, "allocations"),
    message="Order line {line_id} has only {allocated} of {ordered_quantity} ordered allocated to work.",
)
def under_allocated(f: Shapes) -> Expression:
    return _allocated(f, "W", -1)


@rule(
    "links-disagree",
    severity="W",
    per="order line or invoice line",
    question="Do two ways of naming the work, or the order, contradict each other?",
    at_risk="value of the line, amount of the invoice line",
    remedy="Find out which is right and correct the other.",
    owner="buyer",
    needs=(*LINES,),
    message="{document} {document_id}, line {line_id}: its links name different documents ({one_way} / {other_way}; {line_order} / {invoice_order}).",
)
def links_disagree(f: Shapes) -> Expression:
    return _lines_disagree(f).union(_bills_disagree(f))


def _lines_disagree(f: Shapes) -> Expression:
    links = f.line_links
    allocated = f.line_allocations.select("line", "work_order_id").distinct().mutate(way=ibis.literal("allocation"))
    own = links.filter(links.own_work.notnull()).select("line", work_order_id="own_work", way=ibis.literal("order line"))
    asked = links.filter(links.by_requisition.notnull()).select("line", work_order_id="by_requisition", way=ibis.literal("requisition"))
    ways = allocated.union(own, asked)
    filled = ways.group_by("line").agg(filled=ways.way.nunique())
    filled = filled.filter(filled.filled > 1)
    works = ways.group_by("line", "work_order_id").agg(named=ways.way.nunique()).inner_join(filled, "line")
    works = works.filter(works.named < works.filled)
    rows = works.group_by("line").agg(work=works.work_order_id.min(), other_work=works.work_order_id.max())
    rows = rows.inner_join(live_lines(f, "value", "exempt"), "line")
    return about_lines(
        f, rows, severity="W", amount="value", works_matter=True, exempt="exempt",
        one_way="work", other_way="other_work", invoice_order=ibis.null("string"), line_order=ibis.null("string"),
    )  # fmt: skip


def _bills_disagree(f: Shapes) -> Expression:
    bills = f.bills
    rows = bills.filter((bills.how == "own") & ~bills.order_dead & differ(bills.header_order, bills.order_id))
    return about_bills(
        f, rows, severity="W", amount="amount", exempt=True,
        one_way=ibis.null("string"), other_way=ibis.null("string"), invoice_order="header_order", line_order="order_id",
    )  # fmt: skip


def _bought_work(f: Shapes) -> Expression:
    """Work order lines that are bought and have started: service, outside, or supply buy (null = buy); `start`: of the work order, outside of
    the operation where known. `work_lost`: their work order was rejected."""
    raw = f.work_order_lines
    bought = raw.kind.isin(("service", "outside")).fill_null(False) | (raw.supply.fill_null("buy") == "buy")
    works = f.work_facts.select("work_order_id", "zone", "started_at_date", "started_at_start", "started_at_exact", "currency", work_site="work_site")
    rows = raw.filter(bought).drop("need_by", "need_by_form", "revision", "description", "unit")
    rows = rows.left_join(works, "work_order_id").drop("work_order_id_right")
    rows = rows.left_join(f.lost_work_orders, rows.work_order_id == f.lost_work_orders.lost_id)
    rows = resolve(f, rows, "operation_started_at")
    by_operation = (rows.kind == "outside").fill_null(False) & rows.operation_started_at_start.notnull()
    start = choose(by_operation, moment(rows, "operation_started_at"), moment(rows, "started_at"))
    rows = rows.mutate(begin_date=start.date, begin_start=start.start, begin_exact=start.exact, work_lost=rows.lost_id.notnull())
    return rows.filter(rows.begin_start.notnull() | rows.work_lost)


def _covering_lines(f: Shapes, wanted: Expression) -> Expression:
    """(work order line, order line) where the order line is linked to it, or to its work order with the same part, or as a service where the
    work order line is a service or done outside."""
    rows = f.line_allocations
    direct = rows.filter(rows.work_order_line_id.notnull()).select("work_order_line_id", "line")
    links = f.line_links
    asked = links.filter(links.requisition_work_line.notnull()).select("line", work_order_line_id="requisition_work_line")
    lines = f.line_facts.select("line", "part_id", "kind")
    works = f.line_works.select("line", covered_work="work_order_id").inner_join(lines.rename(bought_part="part_id", bought_kind="kind"), "line")
    mine = wanted.select("work_order_line_id", "work_order_id", "part_id", "kind")
    pairs = mine.inner_join(works, mine.work_order_id == works.covered_work)
    same_part = (pairs.part_id == pairs.bought_part).fill_null(False)
    service = (pairs.bought_kind == "service") & pairs.kind.isin(("service", "outside")).fill_null(False)
    return direct.union(asked.select("work_order_line_id", "line"), pairs.filter(same_part | service).select("work_order_line_id", "line"))


@rule(
    "work-without-commitment",
    severity="E",
    per="work order line",
    question="Did bought work start before anything was ordered for it?",
    at_risk="quantity × estimate",
    remedy="Order before work starts; for this one, have the purchase approved afterwards.",
    owner="planner",
    needs=(*LINES, "work_orders", "work_order_lines", "work_orders.started_at|work_order_lines.operation_started_at", "work_order_lines.kind|work_order_lines.supply"),
    message="Work order {document_id} started on {started_on}, and nothing had been ordered for its line {line_id} (first order: {first_ordered}).",
)
def work_without_commitment(f: Shapes) -> Expression:
    wanted = _bought_work(f)
    covering = _covering_lines(f, wanted).distinct()
    lines = live_lines(f, "rests", "ordered_at_date", "ordered_at_start", "ordered_at_exact")
    covering = covering.inner_join(lines, "line")
    starts = wanted.select("work_order_line_id", "begin_date", "begin_start", "begin_exact")
    covering = covering.inner_join(starts, "work_order_line_id")
    when = moment(covering, "ordered_at")
    in_time = when.start.notnull() & ~after(when, moment(covering, "begin"))
    covering = covering.mutate(in_time=in_time)
    sums = covering.group_by(covered="work_order_line_id").agg(
        in_time=covering.in_time.any(), also_rests=covering.rests.any(), first_ordered=covering.ordered_at_date.min()
    )
    rows = wanted.left_join(sums, wanted.work_order_line_id == sums.covered)
    rows = rows.filter(rows.work_lost | ~rows.in_time.fill_null(False))
    return candidates(
        rows,
        severity="E",
        document="work_order",
        document_id=rows.work_order_id,
        line_id=rows.work_order_line_id,
        amount=(rows.quantity.cast(QUANTITY) * rows.unit_price_estimated).cast(WIDE),
        currency=rows.currency,
        work=rows.work_order_id,
        site=rows.work_site,
        occurred_at=rows.begin_date,
        unjudged=rows.begin_start.isnull(),
        rests=rows.also_rests | rows.work_lost,
        started_on=rows.begin_date,
        first_ordered=rows.first_ordered,
    )


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
)
def request_after_start(f: Shapes) -> Expression:
    works = f.work_facts.select(
        "started_at_date", "started_at_start", "started_at_exact", known_work="work_order_id", work_zone="zone"
    )
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
    message="Invoice line {line_id} bills {amount_at_risk} {currency} and neither it nor its invoice names an order.",
)
def invoice_without_order(f: Shapes) -> Expression:
    rows = f.bills.filter(f.bills.how == "none")
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
    message="Invoice line {line_id} names order {order_id} but none of its lines; {billed_total} billed against {order_value} ordered on it.",
)
def invoice_names_order_only(f: Shapes) -> Expression:
    bills = f.bills.filter(f.bills.order_id.notnull())
    unresolved = bills.filter((bills.how == "unresolved") & ~bills.order_dead)
    mine = bills.semi_join(unresolved, "order_id")
    sums = mine.group_by(billed_order="order_id").agg(
        billed_total=total(mine.amount), comparable=(mine.amount.notnull() & ~mine.other_currency).all()
    )
    rows = unresolved.left_join(sums, unresolved.order_id == sums.billed_order)
    values = f.order_values.select(value_of="purchase_order_id", order_value="order_value")
    rows = rows.left_join(values, rows.order_id == values.value_of)
    known = rows.value_of.isnull() | rows.order_value.notnull()
    order_value = ibis.ifelse(rows.value_of.isnull(), NO_AMOUNT, rows.order_value)
    fits = rows.comparable & known & (rows.billed_total <= order_value)
    rows = rows.mutate(severity=ibis.ifelse(fits.fill_null(False), "I", "W"), order_value=order_value)
    return about_bills(
        f, rows, severity="severity", amount="amount", exempt=True, order_id="order_id", billed_total="billed_total", order_value="order_value"
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
    message="Invoice line {line_id} names {work_order_id} as its order, but that is a work order: {amount_at_risk} {currency}.",
)
def invoice_names_work(f: Shapes) -> Expression:
    rows = _names_work(f, f.bills.filter(f.bills.how == "unknown order"))
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
    message="{document} {document_id}, line {line_id}, names an order or order line that was never read ({unknown}).",
)
def order_unknown(f: Shapes) -> Expression:
    lines = f.line_facts.filter(~f.line_facts.dead & ~f.line_facts.order_known & ~f.line_facts.order_lost)
    lines = lines.select("line", "value", "exempt", unknown="purchase_order_id")
    by_line = about_lines(f, lines, severity="E", amount="value", exempt="exempt", unknown="unknown")
    bills = _names_work(f, f.bills.filter(f.bills.how.isin(("unknown order", "unknown line"))))
    bills = bills.filter((bills.how == "unknown line") | bills.named_work.isnull()).drop("named_work")
    by_bill = about_bills(f, bills, severity="E", amount="amount", exempt=True, unknown="header_order")
    receipts = f.receipt_facts
    receipts = receipts.filter(receipts.line.isnull() & receipts.line_ref.notnull() & ~receipts.line_lost & receipts.counts)
    by_receipt = about_receipts(f, receipts, severity="E", amount=NO_AMOUNT, unknown="line_ref")
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
)
def receipt_without_order(f: Shapes) -> Expression:
    rows = f.receipt_facts.filter(f.receipt_facts.counts & f.receipt_facts.line_ref.isnull())
    return about_receipts(f, rows, severity="W", amount=NO_AMOUNT)


@rule(
    "receipt-on-dead-order",
    severity="E",
    per="receipt",
    question="Did something come in on an order that was never approved, was rejected or cancelled?",
    at_risk="value received",
    remedy="Return it, or approve the order.",
    owner="buyer",
    needs=(*LINES, "receipts.purchase_order_line_id", "purchase_orders.status|purchase_order_lines.status"),
    message="Receipt {line_id} came in on an order line that is cancelled, or whose order is not approved: {amount_at_risk} {currency}.",
)
def receipt_on_dead_order(f: Shapes) -> Expression:
    rows = f.receipt_facts.filter(f.receipt_facts.counts & f.receipt_facts.line_dead.fill_null(False))
    prices = f.line_facts.select("line", "price", "in_amounts")
    rows = rows.inner_join(prices, "line")
    rows = rows.mutate(amount=at_price(rows.in_amounts, rows.received, rows.price))
    return about_receipts(f, rows, severity="E", amount="amount", exempt="exempt")


@rule(
    "invoice-on-dead-order",
    severity="E",
    per="invoice line",
    question="Does an invoice bill an order that was never approved, was rejected or cancelled?",
    at_risk="amount of the line",
    remedy="Refuse the invoice, or approve the order.",
    owner="accounts payable clerk",
    needs=(*BILLS, "purchase_orders.status|purchase_order_lines.status"),
    message="Invoice line {line_id} bills {amount_at_risk} {currency} on order {order_id}, which is cancelled or not approved.",
)
def invoice_on_dead_order(f: Shapes) -> Expression:
    rows = f.bills.filter(f.bills.order_dead)
    return about_bills(f, rows, severity="E", amount="amount", exempt=True, order_id="order_id")

