"""Matching: does what is billed agree with what was ordered and received?"""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.rules.match import compare, match_quantity
from counterfoil.tables.checks.linking import live_lines
from counterfoil.tables.checks.registry import BILLS, LINES, rules_of
from counterfoil.tables.checks.verdict import about_bills, about_lines, with_orders
from counterfoil.tables.facts.columns import (
    COLUMNS,
    WIDE,
    after,
    at_price,
    differ,
    look_up,
    moment,
    moment_names,
    per_one,
    product,
    resolve,
    wide,
)
from counterfoil.tables.facts.invoices import size_of
from counterfoil.tables.facts.orders import line_papers, with_category
from counterfoil.tables.facts.shapes import Shapes
from counterfoil.tables.facts.sums import upper_room, with_spoiled, with_upper_limit

rule, RULES = rules_of("matching")


def _known_quantities(f: Shapes, rows: Expression) -> Expression:
    """Adds `counted`: every quantity on the order line could be converted; and `goods_known`, `received`, `accepted`, `billed`."""
    state = f.line_state.select("line", "goods_known", "billed_known", "received", "accepted", "billed")
    joined = look_up(rows, state, "line")
    return joined.mutate(counted=joined.goods_known & joined.billed_known)


@rule(
    "price-above-order",
    severity="E",
    per="invoice line",
    question="Does the supplier bill a higher price than was ordered?",
    at_risk="the excess",
    remedy="Ask for a credit, or have the price change approved.",
    owner="buyer",
    needs=(*BILLS,),
    message=(
        "Invoice line {line_id} bills {billed_amount:amount} {currency} where the order price gives {order_amount:amount}: "
        "{amount_at_risk:amount} too much."
    ),
    disagree=("purchase_order_lines.unit_price", "invoice_lines.unit_price"),
)
def price_above_order(f: Shapes) -> Expression:
    bills = f.bills
    rows = bills.filter(bills.judged & ~bills.in_amounts & ~bills.other_currency & bills.amount.notnull())
    rows = rows.mutate(base=product(rows.in_line_unit, rows.price))
    state = f.line_state
    uncounted = state.filter(~(state.goods_known & state.billed_known)).select(uncounted="line")
    rows = rows.left_join(uncounted, rows.line == uncounted.uncounted)
    rows = rows.mutate(unjudged=rows.uncounted.notnull() | rows.base.isnull())
    rows = with_upper_limit(f, rows.filter(rows.unjudged | (rows.amount > rows.base)), "price", currency="currency")
    above, excess = compare(COLUMNS, rows.amount, rows.base, upper_room(rows))
    rows = rows.mutate(excess=excess).filter(rows.unjudged | above)
    return about_bills(
        f, rows, severity="E", amount="excess", unjudged="unjudged", billed_amount="amount", order_amount="base", order_price="price"
    )


def _contract_prices(f: Shapes, lines: Expression) -> Expression:
    """The price of the order's contract for each line's part, else for its category, valid at ordered_at: the one that starts last
    (without a start: first), then the highest."""
    rows = f.contracts
    prices = rows.filter(rows.unit_price.notnull()).select(
        "valid_from", "valid_from_form", "valid_to", "valid_to_form", contract="contract_id", contract_part="part_id",
        contract_category="category", contract_currency="currency", contract_price=per_one(rows.unit_price, rows.price_quantity),
    )  # fmt: skip
    by_part = prices.filter(prices.contract_part.notnull())
    by_category = prices.filter(prices.contract_part.isnull() & prices.contract_category.notnull())
    first = lines.inner_join(by_part, [lines.contract_id == by_part.contract, lines.part_id == by_part.contract_part])
    first = first.mutate(by_part=ibis.literal(True))
    second = lines.inner_join(by_category, [lines.contract_id == by_category.contract, lines.category == by_category.contract_category])
    second = second.mutate(by_part=ibis.literal(False))
    every = resolve(f, first.union(second.select(*first.columns)), "valid_from", "valid_to")
    when = moment(every, "ordered_at")
    every = every.filter(~after(moment(every, "valid_from"), when) & ~after(when, moment(every, "valid_to")))
    best = [every.by_part.desc(), every.valid_from_start.desc(nulls_first=False), every.contract_price.desc()]
    every = every.mutate(place=ibis.row_number().over(group_by=every.line, order_by=best))
    return every.filter(every.place == 0)


def lines_above_contract(f: Shapes) -> Expression:
    """Live order lines that name a contract with a price for them, and are above it by more than the tolerance: `line`, `excess`, `value`,
    `base` (at the price of the contract), `contract_price`, `contract_id`."""
    lines = live_lines(f, "order", "zone", "quantity", "value", "scope", "currency", *moment_names("ordered_at"))
    orders = f.order_facts.filter(f.order_facts.contract_id.notnull()).select("order", "contract_id")
    lines = lines.filter(lines.ordered_at_start.notnull()).inner_join(orders, "order")
    lines = with_category(f, look_up(lines, line_papers(f).select("line", "part_id", "category"), "line"))
    rows = _contract_prices(f, lines)
    rows = rows.filter(~differ(rows.contract_currency, rows.currency))
    rows = with_upper_limit(f, rows, "price", currency="currency")
    rows = rows.mutate(base=(rows.quantity * rows.contract_price).cast(WIDE))
    above, excess = compare(COLUMNS, rows.value, rows.base, upper_room(rows))
    return rows.mutate(excess=excess).filter(above).select("line", "excess", "value", "base", "contract_price", "contract_id")


@rule(
    "price-above-contract",
    severity="W",
    per="order line",
    question="Was it ordered above the price of its contract?",
    at_risk="the excess",
    remedy="Correct the order to the contract price.",
    owner="buyer",
    needs=(*LINES, "purchase_orders.contract_id", "contracts"),
    message=(
        "Order line {line_id} is worth {order_amount:amount} {currency}; contract {contract} gives {contract_amount:amount}: "
        "{amount_at_risk:amount} too much."
    ),
    disagree=("purchase_order_lines.unit_price", "contracts.unit_price"),
)
def price_above_contract(f: Shapes) -> Expression:
    rows = lines_above_contract(f)
    rows = rows.select("line", "excess", "contract_price", order_amount="value", contract_amount="base", contract="contract_id")
    return about_lines(
        f, rows, severity="W", amount="excess", order_amount="order_amount", contract_amount="contract_amount",
        contract_price="contract_price", contract="contract",
    )  # fmt: skip


def _quantity_above(f: Shapes, limit: str, *spoiled: str) -> Expression:
    """Billed so far above a limit of the order line: `goods` (received, four_way accepted; two_way none) or `ordered`."""
    state = f.line_state
    uncounted = state.filter(~(state.goods_known & state.billed_known)).select("line")
    blocked = f.bills.semi_join(uncounted, "line").select("bill", so_far=ibis.null(WIDE))
    asked = f.running_bills.select("bill", "so_far").union(blocked)
    rows = f.bills.inner_join(asked, "bill")
    rows = rows.filter(rows.judged & ~(rows.in_amounts & rows.other_currency))
    if limit == "goods":
        rows = rows.filter(~rows.two_way)
    rows = _known_quantities(f, look_up(rows, f.line_facts.select("line", "ordered", "four_way"), "line"))
    goods = wide(ibis.ifelse(rows.four_way, rows.accepted, rows.received))
    rows = rows.mutate(ceiling=goods if limit == "goods" else rows.ordered)
    rows = with_upper_limit(f, rows.filter(~rows.counted | (rows.so_far > rows.ceiling)), "quantity")
    above, excess = match_quantity(COLUMNS, rows.so_far, rows.ceiling, size_of(rows), upper_room(rows))
    rows = rows.mutate(excess=excess, unjudged=~rows.counted).filter(~rows.counted | above)
    papers = f.numbered("invoice_lines").select("unit_price", "price_quantity", bill="row")
    rows = look_up(rows, papers, "bill")
    price = ibis.ifelse(rows.converted | rows.whole, rows.price, per_one(rows.unit_price, rows.price_quantity))
    rows = rows.mutate(at_risk=at_price(rows.in_amounts, rows.excess, price))
    return about_bills(
        f, with_spoiled(f, rows, *spoiled), severity="E", amount="at_risk", unjudged="unjudged",
        billed_so_far="so_far", ceiling="ceiling", excess="excess",
    )  # fmt: skip


@rule(
    "quantity-above-received",
    severity="E",
    per="invoice line",
    question="Is more billed than has come?",
    at_risk="excess × unit price",
    remedy="Hold the excess until it is received, or ask for a credit.",
    owner="receiving clerk",
    needs=(*BILLS, "receipts"),
    message="With invoice line {line_id}, {billed_so_far} are billed and {ceiling} received: {excess} too many.",
    disagree=(
        "receipts.quantity_received",
        "receipts.quantity_accepted",
        "invoice_lines.quantity",
        "receipts",
    ),
)
def quantity_above_received(f: Shapes) -> Expression:
    return _quantity_above(f, "goods", "receipts", "bills")


@rule(
    "quantity-above-ordered",
    severity="E",
    per="invoice line",
    question="Is more billed than was ordered?",
    at_risk="excess × unit price",
    remedy="Refuse the excess, or have the order raised.",
    owner="buyer",
    needs=(*BILLS,),
    message="With invoice line {line_id}, {billed_so_far} are billed and {ceiling} ordered: {excess} too many.",
    disagree=("purchase_order_lines.quantity", "invoice_lines.quantity"),
)
def quantity_above_ordered(f: Shapes) -> Expression:
    return _quantity_above(f, "ordered", "bills")


@rule(
    "received-above-ordered",
    severity="W",
    per="order line",
    question="Has more come than was ordered?",
    at_risk="excess × price",
    remedy="Return the excess, or have the order raised.",
    owner="receiving clerk",
    needs=(*LINES, "receipts"),
    message="Order line {line_id} has {received} received and {ordered_quantity} ordered.",
    disagree=("purchase_order_lines.quantity", "receipts.quantity_received"),
)
def received_above_ordered(f: Shapes) -> Expression:
    rows = _known_quantities(f, live_lines(f, "ordered", "scope", "price", "in_amounts"))
    rows = rows.filter(~rows.counted | (rows.received > rows.ordered))
    rows = with_upper_limit(f, rows, "quantity")
    above, excess = compare(COLUMNS, wide(rows.received), rows.ordered, upper_room(rows))
    rows = rows.mutate(excess=excess, unjudged=~rows.counted).filter(~rows.counted | above)
    rows = rows.mutate(amount=at_price(rows.in_amounts, rows.excess, rows.price)).rename(ordered_quantity="ordered")
    return about_lines(
        f, with_spoiled(f, rows, "receipts"), severity="W", amount="amount", unjudged="unjudged",
        received="received", ordered_quantity="ordered_quantity",
    )  # fmt: skip


@rule(
    "invoice-without-receipt",
    severity="E",
    per="invoice line",
    question="Is something billed of which nothing has come?",
    at_risk="amount of the line",
    remedy="Record the receipt or the acceptance, or hold the payment.",
    owner="receiving clerk",
    needs=(*BILLS, "receipts"),
    message="Invoice line {line_id} bills {amount_at_risk:amount} {currency} on order {order_id}, and nothing of it has been received.",
    disagree=("invoice_lines.quantity", "receipts"),
)
def invoice_without_receipt(f: Shapes) -> Expression:
    found = f.unreceived_bills.select("bill", "unjudged", "also_rests")
    rows = with_orders(f, f.bills.inner_join(found, "bill"))
    return about_bills(f, rows, severity="E", amount="amount", unjudged="unjudged", order_id="order_id")
