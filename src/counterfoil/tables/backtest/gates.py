"""The gates, declared once: what each asks of a document, what it needs, and a function from facts to verdicts.

Which documents are looked at is what is true today: dead lines, void and reversed papers are left out as the rules leave them out. What a
gate asks of them is answered by what was known at the moment of each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.tables.backtest.known import as_it_was, leads, ways_at
from counterfoil.tables.checks.registry import LINES, WAYS
from counterfoil.tables.checks.verdict import EXEMPT, NOT_JUDGED
from counterfoil.tables.facts.columns import (
    QUANTITY,
    WIDE,
    Moment,
    after,
    any_of,
    at_price,
    choose,
    later,
    moment,
    moment_names,
    named,
    per_one,
    times,
)
from counterfoil.tables.facts.invoices import How
from counterfoil.tables.facts.orders import line_papers, with_category
from counterfoil.tables.facts.shapes import Shapes

PASSED, STOPPED = "passed", "stopped"

COLUMNS = (
    "verdict", "document", "document_id", "line_id", "site_id", "supplier_id", "category", "amount", "currency", "moment", "cured_at",
    "days",
)  # fmt: skip
"""What a judge gives of each document. `verdict`: passed, stopped, exempt or not judged. `amount`: at least 0, null = unknown. `moment`,
`cured_at`: local dates, `days` between them; the last two are null where it was not stopped, or is not cured to this day."""

_NO = ibis.literal(False)
_NO_TEXT = ibis.null("string")
_PLAIN_NUMBER = r"^\s*[+-]?[0-9]{1,11}(\.[0-9]{1,6})?\s*$"


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate. `question`: what it asks before it lets through, in plain words. `document`: what it looks at. `moment`: when. `needs`: as
    in the registry of rules. `judge`: see `COLUMNS`."""

    name: str
    question: str
    document: str
    moment: str
    needs: tuple[str, ...]
    judge: Callable[[Shapes], Expression]


def _verdicts(
    rows: Expression,
    at: Moment,
    *,
    document: str,
    stopped: Any,
    came: Any,
    amount: Any,
    exempt: Any = _NO,
    unjudged: Any = _NO,
    **said: Any,
) -> Expression:
    """Rows as verdicts. `came`: the local date on which what was missing came, null = never. `unjudged`: would rest on a rejected row."""
    verdict = ibis.cases(
        (at.start.isnull(), NOT_JUDGED), (~stopped, PASSED), (exempt, EXEMPT), (unjudged, NOT_JUDGED), else_=STOPPED
    )  # fmt: skip
    cured = ibis.ifelse(verdict == STOPPED, came, ibis.null("date"))
    known = amount.cast(WIDE)
    columns = said | {
        "verdict": verdict,
        "document": ibis.literal(document),
        "amount": ibis.ifelse(known < 0, known * 0, known).cast(WIDE),
        "moment": at.date,
        "cured_at": cured,
        "days": cured.delta(at.date, unit="day").cast("int64"),
    }
    return rows.select(**{name: columns[name] for name in COLUMNS})


def _beside(rows: Expression, table: Expression, key: str) -> Expression:
    """Adds the other columns of a table to the rows with its key. A gate has a verdict on every document: the rows pass by, and the table
    is held in memory or, where it is too large, on disk."""
    return rows.left_join(table, key).drop(f"{key}_right")


# ---- order-needs-work -------------------------------------------------------------------------------------------------------------------


def _ordered_lines(f: Shapes) -> Expression:
    """Live order lines as they were when they were ordered (`at`), with their value and whether the policy exempts them."""
    facts = f.line_facts.filter(~f.line_facts.dead)
    rows = facts.select("line", "order", "need", "currency", "rests", **named("at", moment(facts, "ordered_at")))
    raw = f.numbered("purchase_order_lines")
    today = {"line": "row", "quantity_today": "quantity", "price_today": "unit_price"}
    rows = rows.inner_join(
        raw.select("purchase_order_line_id", "purchase_order_id", "part_id", "category", "price_quantity", **today), "line"
    )
    rows = _beside(rows, f.order_facts.select("order", "supplier_id", "site_id"), "order")
    rows = rows.mutate(quantity=_NO_TEXT, unit_price=_NO_TEXT)
    rows = as_it_was(f, rows, "need", "part_id", "category", "quantity", "unit_price", "supplier_id", "site_id")
    rows = with_category(f, rows)
    quantity, price = _number(rows.quantity, rows.quantity_today), _number(rows.unit_price, rows.price_today)
    rows = rows.mutate(value=times(quantity, per_one(price, rows.price_quantity)))
    rows = rows.left_join(f.exempt_suppliers, rows.supplier_id == f.exempt_suppliers.exempt_supplier)
    rows = rows.left_join(f.exempt_categories, rows.category == f.exempt_categories.exempt_category)
    return rows.mutate(exempt=any_of([rows.exempt_supplier.notnull(), rows.exempt_category.notnull()]))


def _number(then: Any, today: Any) -> Any:
    """A figure as a change says that it was; today's where no change says a number."""
    plain = ibis.ifelse(then.re_search(_PLAIN_NUMBER), then.strip(), _NO_TEXT)
    return ibis.coalesce(plain.cast("decimal(18, 6)"), today)


def order_needs_work(f: Shapes) -> Expression:
    """Need is work, and none of the works that the line had was known."""
    rows = _ordered_lines(f)
    ways = ways_at(f, rows.select("line", *moment_names("at")))
    sums = ways.group_by("line").agg(
        linked=leads(ways, ibis.literal(True)),
        came_date=ways.came_date.argmin(ways.came_start, where=ways.comes & ways.there),
        lost=(ways.says & ways.lost).any(),
    )
    rows = _beside(rows, sums, "line")
    rows = rows.left_join(f.line_links.select("line", "works_rest"), "line")
    return _verdicts(
        rows,
        moment(rows, "at"),
        document="purchase_order",
        document_id=rows.purchase_order_id,
        line_id=rows.purchase_order_line_id,
        site_id=rows.site_id,
        supplier_id=rows.supplier_id,
        category=rows.category,
        amount=rows.value,
        currency=rows.currency,
        stopped=any_of([rows.need.strip() == "work"]) & ~rows.linked.fill_null(False),
        came=rows.came_date,
        exempt=rows.exempt,
        unjudged=any_of([rows.rests, rows.works_rest, rows.lost]),
    )


# ---- invoice-needs-order ----------------------------------------------------------------------------------------------------------------


def invoice_needs_order(f: Shapes) -> Expression:
    """The order line that it names itself, else the order that its invoice names, was not known."""
    invoices = f.invoice_facts.select("invoice", "supplier_id", **named("at", moment(f.invoice_facts, "entered")))
    rows = f.bills.select("bill", "invoice", "line", "order", "how", "amount", "currency", "rests").inner_join(invoices, "invoice")
    orders = f.known_orders.rename({f"order_{part}": f"known_{part}" for part in ("date", "start", "exact")})
    rows = _beside(_beside(rows, f.known_lines, "line"), orders, "order")
    known = choose(rows.how == How.OWN, moment(rows, "known"), moment(rows, "order"))
    rows = rows.mutate(resolved=rows.how.isin((How.OWN, How.HEADER, How.UNRESOLVED)), **named("found", known))
    rows = _beside(rows, line_papers(f).select("line", "category", "part_id"), "line")
    rows = _beside(with_category(f, rows), f.order_facts.select("order", "site_id"), "order")
    rows = _beside(rows, f.numbered("invoice_lines").select("invoice_line_id", bill="row"), "bill")
    rows = _beside(rows, f.numbered("invoices").select("invoice_id", invoice="row"), "invoice")
    rows = rows.left_join(f.exempt_suppliers, rows.supplier_id == f.exempt_suppliers.exempt_supplier)
    at, found = moment(rows, "at"), moment(rows, "found")
    return _verdicts(
        rows,
        at,
        document="invoice",
        document_id=rows.invoice_id,
        line_id=ibis.coalesce(rows.invoice_line_id, rows.invoice_id),
        site_id=rows.site_id,
        supplier_id=rows.supplier_id,
        category=rows.category,
        amount=rows.amount,
        currency=rows.currency,
        stopped=~rows.resolved | after(found, at),
        came=ibis.ifelse(rows.resolved, found.date, ibis.null("date")),
        exempt=rows.exempt_supplier.notnull(),
        unjudged=(rows.how == How.LOST) | rows.rests,
    )


# ---- work-needs-commitment --------------------------------------------------------------------------------------------------------------


def _covering(f: Shapes) -> Expression:
    """(work order line, live order line) that were ever linked: the order line names it, or its work order; with the start of the work
    (`at`). `fits`: the order line has the same part, or is a service where the work order line is a service or done outside, as it was
    then."""
    bought = f.bought_work
    wanted = bought.select(
        "work_order_line_id",
        covered_work="work_order_id",
        wanted_part="part_id",
        wanted_kind="kind",
        **named("at", moment(bought, "begin")),
    )
    ways = f.named_works
    by_work = ways.select("line", covered_work="work_order_id").inner_join(
        wanted.select("work_order_line_id", "covered_work"), "covered_work"
    )
    by_line = ways.filter(ways.named_line.notnull()).select("line", work_order_line_id="named_line")
    pairs = by_work.select("line", "work_order_line_id").union(by_line, distinct=True).inner_join(wanted, "work_order_line_id")
    lines = f.line_facts.filter(~f.line_facts.dead)
    pairs = pairs.inner_join(lines.select("line", "rests", *moment_names("ordered_at")), "line")
    raw = f.numbered("purchase_order_lines")
    pairs = pairs.inner_join(raw.select("part_id", "kind", line="row"), "line")
    pairs = as_it_was(f, pairs, "part_id", "kind", keys=("line", "work_order_line_id"))
    parts = f.parts.select(known_part="part_id", part_kind="kind")
    pairs = pairs.left_join(parts, pairs.part_id == parts.known_part)
    service = ibis.coalesce(pairs.kind.strip(), pairs.part_kind) == "service"
    return pairs.mutate(
        fits=any_of([pairs.wanted_part == pairs.part_id, service & pairs.wanted_kind.isin(("service", "outside"))]),
    )


def _commitments(f: Shapes) -> Expression:
    """Of each work order line with order lines that were ever linked to it: `in_time`: one was known, linked and ordered by its start;
    `came_date`: else the first day after it on which one was."""
    ways = ways_at(f, _covering(f))
    direct = any_of([ways.named_line == ways.work_order_line_id])
    here = any_of([ways.work_order_id == ways.covered_work]) & ways.fits
    comes = ways.comes & ((here & ways.there) | direct)
    groups = ways.group_by("line", "work_order_line_id").agg(
        linked=leads(ways, here) | (ways.leads & direct).any(),
        **named("came", Moment(*(column.argmin(ways.came_start, where=comes) for column in moment(ways, "came")))),
        **named("at", Moment(*(column.max() for column in moment(ways, "at")))),
        **named("ordered_at", Moment(*(column.max() for column in moment(ways, "ordered_at")))),
        rests=ways.rests.any(),
    )
    groups = _beside(groups, f.known_lines, "line")
    at, ordered, known = (moment(groups, name) for name in ("at", "ordered_at", "known"))
    came = later(choose(groups.linked, ordered, later(moment(groups, "came"), ordered)), known)
    ever = ordered.start.notnull() & (groups.linked | groups.came_start.notnull())
    in_time = groups.linked & ordered.start.notnull() & ~after(ordered, at) & ~after(known, at)
    groups = groups.mutate(in_time=in_time, comes=ever & after(came, at), **named("came", came))
    return groups.group_by(covered="work_order_line_id").agg(
        in_time=groups.in_time.any(), rests=groups.rests.any(), came_date=groups.came_date.argmin(groups.came_start, where=groups.comes)
    )


def work_needs_commitment(f: Shapes) -> Expression:
    """Bought work started, and nothing was ordered for it."""
    rows = _beside(f.bought_work, f.parts.select("part_id", "category"), "part_id")
    sums = _commitments(f)
    rows = rows.left_join(sums, rows.work_order_line_id == sums.covered)
    return _verdicts(
        rows,
        moment(rows, "begin"),
        document="work_order",
        document_id=rows.work_order_id,
        line_id=rows.work_order_line_id,
        site_id=rows.work_site,
        supplier_id=_NO_TEXT,
        category=rows.category,
        amount=(rows.quantity.cast(QUANTITY) * rows.unit_price_estimated).cast(WIDE),
        currency=rows.currency,
        stopped=~rows.in_time.fill_null(False),
        came=rows.came_date,
        unjudged=any_of([rows.rests, rows.work_lost]),
    )


# ---- receipt-needs-order ----------------------------------------------------------------------------------------------------------------


def receipt_needs_order(f: Shapes) -> Expression:
    """It names no order line, or one that was not known, or not ordered, when it came."""
    rows = f.receipt_facts.filter(f.receipt_facts.counts)
    rows = rows.select("receipt", "line", "line_lost", "received", **named("at", moment(rows, "received_at")))
    lines = f.line_facts.select("line", "order", "price", "in_amounts", "currency", "rests", "exempt", *moment_names("ordered_at"))
    rows = _beside(_beside(rows, lines, "line"), f.known_lines, "line")
    papers = f.numbered("receipts").select("receipt_id", "receipt_line_id", "work_order_id", receipt="row")
    rows = _beside(rows, papers, "receipt")
    rows = _beside(rows, line_papers(f).select("line", "category", "part_id"), "line")
    rows = _beside(with_category(f, rows), f.order_facts.select("order", "site_id", "supplier_id"), "order")
    rows = _beside(rows, f.work_facts.select("work_order_id", "work_site"), "work_order_id")
    at, ordered, known = (moment(rows, name) for name in ("at", "ordered_at", "known"))
    seen = rows.line.notnull() & ~after(known, at)
    ever = rows.line.notnull() & ordered.start.notnull()
    return _verdicts(
        rows,
        at,
        document="receipt",
        document_id=ibis.coalesce(rows.receipt_id, rows.receipt_line_id),
        line_id=rows.receipt_line_id,
        site_id=ibis.coalesce(rows.site_id, rows.work_site),
        supplier_id=rows.supplier_id,
        category=rows.category,
        amount=at_price(rows.in_amounts, rows.received, rows.price),
        currency=rows.currency,
        stopped=~(seen & ever & ~after(ordered, at)),
        came=ibis.ifelse(ever, later(known, ordered).date, ibis.null("date")),
        exempt=seen & rows.exempt.fill_null(False),
        unjudged=any_of([rows.line_lost, rows.rests]),
    )


GATES = (
    Gate(
        "order-needs-work",
        "Does an order line that is for work name a work order that is known?",
        "order line",
        "it was ordered",
        (*LINES, "purchase_order_lines.need", WAYS),
        order_needs_work,
    ),
    Gate(
        "invoice-needs-order",
        "Does an invoice line come to an order that is known?",
        "invoice line",
        "it was entered",
        ("invoices", "invoice_lines.purchase_order_line_id|invoices.purchase_order_id"),
        invoice_needs_order,
    ),
    Gate(
        "work-needs-commitment",
        "Has something been ordered for bought work before it starts?",
        "work order line",
        "its work started",
        (
            *LINES,
            "work_orders",
            "work_order_lines",
            "work_orders.started_at|work_order_lines.operation_started_at",
            "work_order_lines.kind|work_order_lines.supply",
        ),
        work_needs_commitment,
    ),
    Gate(
        "receipt-needs-order",
        "Does a receipt name an order line that is ordered?",
        "receipt",
        "it came in",
        ("receipts.purchase_order_line_id",),
        receipt_needs_order,
    ),
)
