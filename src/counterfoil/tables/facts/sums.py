"""What has been billed so far, what was approved and paid, how old things are, and shares of amounts."""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.rules.match import Room
from counterfoil.rules.money import share
from counterfoil.tables.facts.columns import (
    FINE,
    PRICE,
    QUANTITY,
    SAFE,
    WIDE,
    Portion,
    as_one,
    differ,
    limbs,
    look_up,
    moment,
    moment_names,
    named,
    product,
    resolve,
    trim,
    wide,
    zero,
)
from counterfoil.tables.facts.invoices import size_of, with_bill_ids, with_invoice_ids
from counterfoil.tables.facts.orders import line_papers, lost
from counterfoil.tables.facts.shapes import Shapes, base, computed, given
from counterfoil.tables.facts.through_python import SHARE_INPUTS, SHARE_PLACES, row_by_row

given(
    "limits",
    {
        "limit_kind": "string",
        "limit_scope": "int32",
        "limit_currency": "string",
        "upper_absolute": WIDE,
        "upper_fraction": "decimal(9, 6)",
        "upper_counts": "string",
        "lower_absolute": WIDE,
        "lower_fraction": "decimal(9, 6)",
        "lower_counts": "string",
    },
)
given(
    "daily_rates", {"rate_from": "string", "rate_to": "string", "rate_since": "date", "rate_until": "date", "daily_rate": "decimal(18, 6)"}
)


def with_upper_limit(f: Shapes, rows: Expression, kind: str, scope: str = "scope", currency: str | None = None) -> Expression:
    """Adds upper_absolute, upper_fraction and upper_counts of the tolerance in force for the row's scope (and currency, for amounts)."""
    rooms = f.limits.filter(f.limits.limit_kind == kind).drop("limit_kind", "lower_absolute", "lower_fraction", "lower_counts")
    if currency is None:
        rooms = rooms.filter(rooms.limit_currency == "")
        return rows.left_join(rooms, rows[scope] == rooms.limit_scope).drop("limit_scope", "limit_currency")
    values = f.scope_values.filter(f.scope_values.dimension == "currency").select(known_currency="scope_value")
    rows = rows.left_join(values, rows[currency] == values.known_currency)
    rows = rows.mutate(sought_currency=rows.known_currency.fill_null("")).drop("known_currency")
    rows = rows.left_join(rooms, [rows[scope] == rooms.limit_scope, rows.sought_currency == rooms.limit_currency])
    return rows.drop("limit_scope", "limit_currency", "sought_currency")


def upper_room(rows: Expression) -> Room:
    """The tolerance that `with_upper_limit` added."""
    return Room(rows.upper_absolute, Portion(rows.upper_fraction), rows.upper_counts)


_MOST = ibis.literal(SAFE, type=QUANTITY)
_NOTHING = ibis.literal(0).cast(QUANTITY)


@base
def line_state(f: Shapes) -> Expression:
    """What came and what was billed on every order line; zero where nothing did. `goods_known`, `received`, `accepted`: see
    `received_sums`; `first`, `complete`: see `standing`; `stands`: a receipt does; `billed_known`, `bills`: see `billing`; `billed`: the
    quantity, of basis amount the money."""
    state = f.line_facts.select("line", "dead", "in_amounts")
    for more in (f.received_sums, f.standing, f.billing):
        state = state.left_join(more, "line").drop("line_right")
    quantity = state.billed_quantity.fill_null(0).cast(QUANTITY)
    fits = quantity.between(-_MOST, _MOST)
    by_quantity = wide(ibis.ifelse(fits, quantity, ibis.null(QUANTITY)))
    billed = ibis.ifelse(state.in_amounts, as_one(state.invoiced_units, state.invoiced_rest), by_quantity)
    return state.mutate(
        goods_known=state.goods_known.fill_null(True),
        received=state.received.fill_null(_NOTHING),
        accepted=state.accepted.fill_null(_NOTHING),
        stands=state.first_start.notnull(),
        billed_known=state.billed_known.fill_null(True) & (state.bills.isnull() | billed.notnull()),
        billed=ibis.ifelse(state.bills.isnull(), zero(), billed),
    ).drop("in_amounts", "billed_quantity", "currency_from", "currency_to", "invoiced_units", "invoiced_rest")


@base
def spoiled_receipts(f: Shapes) -> Expression:
    """Lines whose received lacks a row that was rejected."""
    bad, kept = f.rejected("receipts"), f.receipts
    rows = bad.filter(bad.raw_purchase_order_line_id.notnull())
    rows = rows.anti_join(kept, rows.raw_receipt_line_id == kept.receipt_line_id)
    lines = line_papers(f)
    return lines.semi_join(rows, lines.purchase_order_line_id == rows.raw_purchase_order_line_id).select("line")


@base
def spoiled_bills(f: Shapes) -> Expression:
    """Lines whose billed lacks a row: an invoice line that was rejected, or one of a rejected invoice."""
    bad, kept = f.rejected("invoice_lines"), f.invoice_lines
    rows = bad.filter(bad.raw_purchase_order_line_id.notnull())
    rows = rows.anti_join(kept, rows.raw_invoice_line_id == kept.invoice_line_id)
    lines = line_papers(f)
    direct = lines.semi_join(rows, lines.purchase_order_line_id == rows.raw_purchase_order_line_id).select("line")
    astray = f.invoice_line_refs.filter(f.invoice_line_refs.line.notnull() & f.invoice_line_refs.invoice.isnull()).select("bill", "line")
    astray = look_up(astray, f.numbered("invoice_lines").select("invoice_id", bill="row"), "bill")
    of_lost = astray.semi_join(f.lost_invoices, astray.invoice_id == f.lost_invoices.lost_id)
    return direct.union(of_lost.select("line")).distinct()


@base
def running_bills(f: Shapes) -> Expression:
    """Billed so far, of the lines where something may be above what was ordered, received or accepted: all credits of the line and the
    positive lines up to and including this one, in running order."""
    state = f.line_state
    lines = f.line_facts.select("line", "ordered")
    may = state.filter(state.bills.notnull() & state.billed_known & state.goods_known & ~state.dead).inner_join(lines, "line")
    least = ibis.least(may.ordered, wide(may.received), wide(may.accepted))
    may = may.filter((may.billed > least) | may.billed.isnull()).select("line")
    rows = f.bills.semi_join(may, "line").select("bill", "invoice", "line", "judged", billed=size_of(f.bills))
    rows = look_up(rows, f.invoice_facts.select("invoice", "entered_start"), "invoice")
    rows = with_bill_ids(f, with_invoice_ids(f, rows))
    size = rows.billed
    credit, positive = ibis.ifelse(size < 0, size, zero()), ibis.ifelse(size >= 0, size, zero())
    order = [rows.entered_start, rows.invoice_id, rows.invoice_line_id]
    so_far = positive.sum().over(ibis.window(group_by=rows.line, order_by=order, preceding=None, following=0))
    credited = credit.sum().over(ibis.window(group_by=rows.line))
    return rows.mutate(so_far=(so_far + credited).cast(WIDE)).filter(rows.judged).select("bill", "so_far")


def with_spoiled(f: Shapes, rows: Expression, *words: str) -> Expression:
    """Adds `also_rests`: the line lacks a row of what was received or billed, because that row was rejected."""
    marks = []
    for word in words:
        lines = f[f"spoiled_{word}"].select(**{f"spoiled_{word}": "line"})
        rows = rows.left_join(lines, rows.line == lines[f"spoiled_{word}"])
        marks.append(f"spoiled_{word}")
    spoiled = rows[marks[0]].notnull()
    for mark in marks[1:]:
        spoiled = spoiled | rows[mark].notnull()
    return rows.mutate(also_rests=spoiled).drop(*marks)


@base
def unreceived_bills(f: Shapes) -> Expression:
    """The lines of invoice-without-receipt, and those that cannot be judged (`unjudged`)."""
    bills, state = f.bills, f.line_state
    rows = bills.filter(bills.judged & ~bills.two_way).select("bill", "invoice", "line", "rests")
    state = state.filter(~state.goods_known | ~state.stands).select("line", unjudged=~state.goods_known)
    return with_spoiled(f, rows.inner_join(state, "line"), "receipts")


# ---- approvals -------------------------------------------------------------------------------------------


@base
def order_approvals(f: Shapes) -> Expression:
    """Of each known order with an approval: how many, by whom, the largest amount, the first and last moment (its own approved_at too), and
    `others`: approvers that neither asked for it nor created it."""
    rows = f.numbered("approvals")
    rows = rows.filter((rows.document == "purchase_order") & (rows.decision == "approved"))
    orders = f.order_facts.select(
        "order", "purchase_order_id", "zone", "requested_by", "created_by", "approved_by", *moment_names("approved_at")
    )
    steps = rows.select("document_id", "person", "decided_at", "decided_at_form", approved_amount="amount", place="row")
    steps = steps.inner_join(orders, steps.document_id == orders.purchase_order_id)
    steps = resolve(f, steps, "decided_at")
    by_step = steps.select(
        "order", "person", "requested_by", "created_by", "approved_amount", "place",
        step=ibis.literal(1), **named("decided", moment(steps, "decided_at")),
    )  # fmt: skip
    by_order = orders.filter(orders.approved_at_start.notnull() | orders.approved_by.notnull()).select(
        "order", "requested_by", "created_by", person="approved_by",
        approved_amount=ibis.null("decimal(18, 6)"), place=ibis.literal(2**62), step=ibis.literal(0), **named("decided", moment(orders,
        "approved_at")),
    )  # fmt: skip
    every = by_step.union(by_order.select(*by_step.columns))
    themselves = (every.person == every.requested_by).fill_null(False) | (every.person == every.created_by).fill_null(False)
    start = every.decided_start
    sums = every.group_by("order").agg(
        steps=every.step.sum(),
        approvers=every.person.count(),
        others=(every.person.notnull() & ~themselves).sum(),
        approved_amount=every.approved_amount.max(),
        first_start=start.min(),
        last_start=start.max(),
        first_date=every.decided_date.argmin(start),
        last_date=every.decided_date.argmax(start),
        some_exact=every.decided_exact.any(),
        all_exact=every.decided_exact.all(),
    )
    mixed = _exactness(every, sums.filter(sums.some_exact & ~sums.all_exact))
    sums = sums.left_join(mixed, "order").drop("order_right")
    return sums.mutate(
        first_exact=ibis.coalesce(sums.first_exact, sums.all_exact), last_exact=ibis.coalesce(sums.last_exact, sums.all_exact)
    ).drop("some_exact", "all_exact")


def _exactness(every: Expression, sums: Expression) -> Expression:
    """Of orders with dates and instants: whether the first and the last moment are instants. Of a date and an instant that sort alike,
    the approval that was read first counts, and an approval before the order's own approved_at."""
    rows = every.inner_join(sums.select("order", "first_start", "last_start"), "order")
    return rows.group_by("order").agg(
        first_exact=rows.decided_exact.argmin(rows.place, where=rows.decided_start == rows.first_start),
        last_exact=rows.decided_exact.argmin(rows.place, where=rows.decided_start == rows.last_start),
    )


# ---- money over time -------------------------------------------------------------------------------------


@base
def payment_facts(f: Shapes) -> Expression:
    """Payments of known invoices, with their moment in the invoice's zone. `payment`: their number here. `paid_currency`: the
    payment's, else the invoice's."""
    rows = f.numbered("payments").inner_join(f.numbered("invoices").select("invoice_id", invoice="row"), "invoice_id")
    rows = rows.select("invoice", "amount", "currency", "paid_at", "paid_at_form", payment="row")
    rows = rows.inner_join(f.invoice_facts.select("invoice", "zone", invoice_currency="currency"), "invoice")
    rows = resolve(f, rows, "paid_at").drop("zone")
    return rows.mutate(paid_currency=ibis.coalesce(rows.currency, rows.invoice_currency))


@base
def as_of_date(f: Shapes) -> Expression:
    """The one date that ages: as told; else the newest local date of received_at, entered_at, paid_at, issued_at that is not after the
    run's; else the run's."""
    stray = f.payments.anti_join(f.invoices, "invoice_id")
    dates = [
        stray.select(day=stray.paid_at.date()),
        f.receipt_facts.select(day="received_at_date"),
        f.invoice_facts.select(day="entered_at_date"),
        f.order_facts.select(day="issued_at_date"),
        f.payment_facts.select(day="paid_at_date"),
    ]
    days = dates[0].union(*dates[1:]).cross_join(f.parameters)
    newest = days.filter(days.day <= days.run_date).agg(newest=lambda t: t.day.max())
    given_dates = f.parameters.select("as_of", "run_date").cross_join(newest)
    return given_dates.select(as_of=ibis.coalesce(given_dates.as_of, given_dates.newest, given_dates.run_date))


def with_rate(f: Shapes, rows: Expression, amount: str, source: str, target: str, date: str) -> Expression:
    """Adds `changed`: the amount in the target currency by the latest rate at or before the date; the amount itself where the currencies do
    not differ; null where there is no rate or the product is beyond what is exact. `inexact`: the product has more than sixteen decimals,
    and `changed` is it to the sixteenth."""
    foreign = differ(rows[source], rows[target])
    rows = rows.mutate(rate_sought=ibis.ifelse(foreign, rows[source], ibis.null("string")))
    rates = f.daily_rates
    joined = rows.left_join(
        rates,
        [rows.rate_sought == rates.rate_from, rows[target] == rates.rate_to, rows[date] >= rates.rate_since, rows[date] < rates.rate_until],
    )
    changed, inexact = _changed(joined[amount], joined.daily_rate)
    at_home = joined.rate_sought.isnull()
    return joined.mutate(
        changed=ibis.ifelse(at_home, wide(joined[amount]), changed), inexact=ibis.ifelse(at_home, False, inexact).fill_null(False)
    ).drop("rate_sought", "rate_from", "rate_to", "rate_since", "rate_until", "daily_rate")


def _changed(amount: ibis.Value, rate: ibis.Value) -> tuple[ibis.Value, ibis.Value]:
    """amount × rate to the sixteenth decimal, and whether it has more. The decimals of the amount past the tenth are changed apart, since a
    product has the decimals of both."""
    short = amount.cast(PRICE)
    rest = (wide(amount) - wide(short)).cast(WIDE)
    fine = (rest * rate.cast("decimal(18, 6)")).cast(FINE)
    changed_rest = fine.cast(WIDE)
    return (product(rate, short) + changed_rest).cast(WIDE), changed_rest.cast(FINE) != fine


DOUBT = ibis.literal("0.000001", type=WIDE)
"""More than all that inexact amounts can be off by together: only within it of a limit, or beyond the limit, do they leave doubt."""


# ---- shares ----------------------------------------------------------------------------------------------


@base
def line_shares(f: Shapes) -> Expression:
    """Of each line with allocations: `part` of `whole` is for work: allocated, over the larger of ordered and allocated; nothing where that
    is not above zero (`fits`)."""
    links = f.line_links.filter(f.line_links.allocated.notnull())
    lines = f.line_facts.select("line", "quantity")
    rows = links.inner_join(lines, "line")
    whole = ibis.greatest(rows.quantity.cast(QUANTITY), rows.allocated)
    fits = whole > 0
    return rows.select(
        "line", fits=fits, part=ibis.ifelse(fits, rows.allocated, 0).cast(QUANTITY), whole=ibis.ifelse(fits, whole, 1).cast(QUANTITY)
    )


def chain_lines(f: Shapes, wanted: Expression | None = None) -> Expression:
    """What is invoiced per currency and order line, and how far it comes: `ordered`, then `received`, before the share that is for work.
    `wanted`: of these lines alone."""
    columns = ["currency", "line", "invoiced_units", "invoiced_rest", "bills"]
    billing, bills = f.billing, f.bills
    if wanted is not None:
        billing, bills = billing.semi_join(wanted, "line"), bills.semi_join(wanted, "line")
    alone = billing.filter(billing.currency_from == billing.currency_to).rename(currency="currency_from")
    mixed = billing.filter(billing.currency_from != billing.currency_to)
    bills = bills.filter(bills.line.isnull()).union(bills.semi_join(mixed, "line"))
    bills = bills.mutate(currency=bills.currency.fill_null(""))
    units, rest = limbs(bills.amount.fill_null(0))
    others = bills.group_by("currency", "line").agg(invoiced_units=units, invoiced_rest=rest, bills=bills.count())
    others = look_up(others, billing.select("line", "billed_quantity"), "line")
    rows = alone.select(*columns, "billed_quantity").union(others.select(*columns, "billed_quantity"))
    rows = rows.mutate(invoiced=as_one(rows.invoiced_units, rows.invoiced_rest))
    lines = f.line_facts.select(
        "line", "price", "in_amounts", "need", "order", "dead", "quantity", *moment_names("ordered_at"), line_ordered="ordered",
        line_currency="currency",
    )  # fmt: skip
    rows = rows.left_join(lines, "line").drop("line_right")
    state = f.line_state.select("line", "received", "billed", "goods_known", "billed_known")
    rows = rows.left_join(state, "line").drop("line_right")
    usable = rows.order.notnull() & ~rows.dead & rows.goods_known & rows.billed_known
    usable = usable.fill_null(False) & rows.invoiced.notnull() & ~differ(rows.currency.nullif(""), rows.line_currency)
    amount, quantity = rows.billed.fill_null(zero()), rows.billed_quantity.fill_null(_NOTHING)

    def at_most(ceiling: ibis.Value, as_quantity: ibis.Value) -> ibis.Value:
        """What is billed up to a ceiling, as an amount."""
        by_price = product(ibis.ifelse(rows.in_amounts, 0, ibis.least(quantity, as_quantity)).cast(QUANTITY), rows.price)
        return ibis.ifelse(rows.in_amounts, ibis.least(amount, ceiling), by_price)

    by_order = at_most(rows.line_ordered, rows.quantity.cast(QUANTITY))
    by_receipt = at_most(wide(rows.received), rows.received)
    ordered = ibis.ifelse(usable, ibis.least(rows.invoiced, by_order), zero())
    rows = rows.mutate(usable=usable, ordered=ordered.fill_null(zero()))
    received = ibis.ifelse(usable, ibis.least(rows.ordered, by_receipt), zero()).fill_null(zero())
    return rows.select(
        *columns, "need", "order", "usable", "ordered", *moment_names("ordered_at"), received=received
    )  # fmt: skip


@computed(
    {"share_currency": "string", "share_line": "int64", "share": WIDE},
    row_by_row(("share_currency", "share_line"), "share", share, SHARE_INPUTS, SHARE_PLACES),
)
def chain_shares(f: Shapes) -> Expression:
    """The lines of the chain of which only a part is for work."""
    shares = f.line_shares.filter(f.line_shares.part != f.line_shares.whole)
    rows = chain_lines(f, shares).inner_join(shares, "line")
    rows = rows.filter(rows.received != 0)
    return rows.select("part", "whole", share_currency="currency", share_line="line", amount="received")


@base
def lost_suppliers(f: Shapes) -> Expression:
    return lost(f, "suppliers", "supplier_id")


@base
def lost_lots(f: Shapes) -> Expression:
    return lost(f, "lots", "lot_id")


@base
def lost_receipts(f: Shapes) -> Expression:
    return lost(f, "receipts", "receipt_line_id")


@base
def supplier_keys(f: Shapes) -> Expression:
    """Who counts as one supplier: those with an equal tax id that is not empty."""
    rows = f.suppliers
    tax = trim(rows.tax_id).nullif("")
    return rows.select(
        "supplier_id", tax=tax, supplier_key=ibis.ifelse(tax.notnull(), ibis.literal("tax ") + tax, ibis.literal("id ") + rows.supplier_id)
    )
