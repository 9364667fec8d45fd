"""Linking: does every order, receipt and invoice hang on work and on an order?"""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.tables.checks.registry import LINES, WAYS, rules_of
from counterfoil.tables.checks.verdict import (
    about_bills,
    about_lines,
    candidates,
    with_orders,
)
from counterfoil.tables.facts.columns import QUANTITY, WIDE, after, differ, look_up, moment, product
from counterfoil.tables.facts.invoices import How
from counterfoil.tables.facts.shapes import Shapes

rule, RULES = rules_of("linking")


def live_lines(f: Shapes, *columns: str) -> Expression:
    """The order lines that rules look at: their number and some columns."""
    return f.line_facts.filter(~f.line_facts.dead).select("line", *columns)


def live_works(f: Shapes, works: Expression, *columns: str) -> Expression:
    """Some rows of `line_works`, those of live lines, with some columns of the line."""
    return works.inner_join(live_lines(f, *columns), "line")


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
    message="Order line {line_id} is for work but names no work order: {amount_at_risk:amount} {currency} hang on nothing.",
    disagree=("purchase_order_lines.need", "work_orders"),
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
    message="Order line {line_id} does not say what it is for and names no work order: {amount_at_risk:amount} {currency}.",
    disagree=("purchase_order_lines.need?", "work_orders"),
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
    message=(
        "Order line {line_id} names work order {work_order_id}, which is not among the work orders: {amount_at_risk:amount} {currency}."
    ),
    disagree=("purchase_order_lines.work_order_id", "allocations.work_order_id", "requisitions.work_order_id", "work_orders"),
)
def work_unknown(f: Shapes) -> Expression:
    works = f.line_works
    works = works.filter(~works.work_known & ~works.work_lost).select("line", "work_order_id")
    unknown = live_lines(f, "value", "exempt").inner_join(works, "line")
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
    disagree=("purchase_orders.issued_at", "work_orders.completed_at", "work_orders.closed_at"),
)
def order_on_closed_work(f: Shapes) -> Expression:
    works = f.line_works
    over = works.work_known & (works.closed_at_start.notnull() | works.completed_at_start.notnull())
    works = live_works(f, works.filter(over | works.work_lost), "ordered_at_date", "ordered_at_start", "ordered_at_exact")
    works = works.filter(works.ordered_at_start.notnull())
    when = moment(works, "ordered_at")
    shut = works.work_status.isin(("closed", "cancelled")) | works.work_status.isnull()
    done = works.work_status.isin(("completed", "closed")).fill_null(False)
    closed = works.work_known & shut & after(when, moment(works, "closed_at"))
    completed = works.work_known & done & after(when, moment(works, "completed_at")) & ~closed
    works = works.mutate(closed=closed, completed=completed).filter(closed | completed | works.work_lost)
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
    disagree=("purchase_orders.site_id", "work_orders.site_id"),
)
def order_at_other_site(f: Shapes) -> Expression:
    sites = f.order_facts.select("order", "site_id")
    works = f.line_works
    works = works.filter(works.work_site.notnull() | works.work_lost).select(
        "line", "work_order_id", "work_known", "work_lost", "work_site"
    )
    works = live_works(f, works, "order", "value", "exempt").inner_join(sites, "order")
    works = works.filter(works.site_id.notnull())
    other = works.work_known & differ(works.work_site, works.site_id)
    works = works.mutate(other=other).filter(other | works.work_lost)
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
    disagree=("purchase_order_lines.quantity", "allocations.quantity"),
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
    disagree=("purchase_order_lines.quantity", "allocations.quantity"),
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
    message="{document} {document_id}, line {line_id}, contradicts itself: it names {conflict}.",
    disagree=(
        "purchase_order_lines.work_order_id",
        "allocations.work_order_id",
        "requisitions.work_order_id",
        "invoices.purchase_order_id",
    ),
)
def links_disagree(f: Shapes) -> Expression:
    return _lines_disagree(f).union(_bills_disagree(f))


def _lines_disagree(f: Shapes) -> Expression:
    links = f.line_links
    several = links.allocated.notnull() & (links.own_work.notnull() | links.by_requisition.notnull())
    links = links.filter(several | differ(links.own_work, links.by_requisition))
    allocated = (
        f.line_allocations.semi_join(links, "line").select("line", "work_order_id").distinct().mutate(way=ibis.literal("allocation"))
    )
    own = links.filter(links.own_work.notnull()).select("line", work_order_id="own_work", way=ibis.literal("order line"))
    asked = links.filter(links.by_requisition.notnull()).select("line", work_order_id="by_requisition", way=ibis.literal("requisition"))
    ways = allocated.union(own, asked)
    filled = ways.group_by("line").agg(filled=ways.way.nunique())
    filled = filled.filter(filled.filled > 1)
    works = ways.group_by("line", "work_order_id").agg(named=ways.way.nunique()).inner_join(filled, "line")
    works = works.filter(works.named < works.filled)
    rows = works.group_by("line").agg(work=works.work_order_id.min(), other_work=works.work_order_id.max())
    both = ibis.literal("work orders ") + rows.work + " and " + rows.other_work
    one = ibis.literal("work order ") + rows.work + ", which not all of its links do"
    rows = rows.mutate(conflict=ibis.ifelse(rows.work == rows.other_work, one, both)).drop("other_work")
    rows = rows.inner_join(live_lines(f, "value", "exempt"), "line")
    return about_lines(
        f, rows, severity="W", amount="value", works_matter=True, exempt="exempt",
        conflict="conflict",
    )  # fmt: skip


def _bills_disagree(f: Shapes) -> Expression:
    bills = f.bills
    headers = f.invoice_facts.filter(f.invoice_facts.names_order).select("invoice", "header")
    rows = bills.filter((bills.how == How.OWN) & ~bills.order_dead).inner_join(headers, "invoice")
    rows = rows.filter((rows.header != rows.order).fill_null(True))
    rows = look_up(rows, f.numbered("invoices").select(invoice="row", header_order="purchase_order_id"), "invoice")
    rows = with_orders(f, rows)
    rows = rows.filter(differ(rows.header_order, rows.order_id)).mutate(
        conflict=ibis.literal("order ") + rows.header_order + " above, order " + rows.order_id + " on the line"
    )
    return about_bills(
        f, rows, severity="W", amount="amount", exempt=True,
        conflict="conflict",
    )  # fmt: skip


@rule(
    "work-without-commitment",
    severity="E",
    per="work order line",
    question="Did bought work start before anything was ordered for it?",
    at_risk="quantity × estimate",
    remedy="Order before work starts; for this one, have the purchase approved afterwards.",
    owner="planner",
    needs=(
        *LINES,
        "work_orders",
        "work_order_lines",
        "work_orders.started_at|work_order_lines.operation_started_at",
        "work_order_lines.kind|work_order_lines.supply",
    ),
    message=(
        "Work order {document_id} started on {started_on}, and nothing had been ordered for its line {line_id} (first "
        "order: {first_ordered|none})."
    ),
    disagree=("work_orders.started_at", "work_order_lines.operation_started_at", "purchase_orders.issued_at?", "purchase_order_lines"),
)
def work_without_commitment(f: Shapes) -> Expression:
    wanted = f.bought_work
    covering = f.covering_lines.distinct()
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
    rows = rows.filter(rows.begin_start.isnull() | ~rows.in_time.fill_null(False))
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
