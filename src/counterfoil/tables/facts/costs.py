"""What a work with a budget has cost and will cost."""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.rules.money import share
from counterfoil.tables.facts.columns import QUANTITY, WIDE, at_price, resolve, zero
from counterfoil.tables.facts.orders import line_papers
from counterfoil.tables.facts.shapes import Shapes, base, computed
from counterfoil.tables.facts.through_python import SHARE_INPUTS, SHARE_PLACES, row_by_row


@base
def work_costs(f: Shapes) -> Expression:
    """What the order lines of a work with a budget cost it, before shares: of each line what is still to be billed, and each bill. `amount`
    null where it cannot be known; `part` of `whole` is for the work; `counted`: false where the line cannot be counted."""
    works = f.line_works.select("line", "work_order_id", "part")
    budgets = f.work_facts.filter(f.work_facts.budget_amount.notnull()).select(budget_work="work_order_id", budget_currency="currency")
    works = works.inner_join(budgets, works.work_order_id == budgets.budget_work).drop("budget_work")
    shares = f.line_shares.select("line", "whole", "fits")
    works = works.left_join(shares, "line").drop("line_right")
    one = ibis.literal(1).cast(QUANTITY)
    part = ibis.ifelse(works.fits.fill_null(True), works.part.fill_null(one), 0).cast(QUANTITY)
    works = works.mutate(part=part, whole=works.whole.fill_null(one)).drop("fits").filter(lambda t: t.part != 0)
    state = f.line_state.filter(~f.line_state.dead).select("line", "billed", "billed_known")
    works = works.inner_join(state, "line")
    lines = f.line_facts.select("line", "ordered", "price", "in_amounts", "currency", "open", "ordered_at_date")
    rows = works.inner_join(lines, "line")
    rest = rows.ordered - rows.billed
    rest = ibis.ifelse(rest > 0, rest, zero())
    still = rows.filter(~rows.billed_known | rows.open).select(
        "work_order_id", "budget_currency", "currency", "part", "whole",
        date="ordered_at_date",
        amount=ibis.ifelse(rows.billed_known, at_price(rows.in_amounts, rest, rows.price), ibis.null(WIDE)),
    )  # fmt: skip
    bills = f.bills.select("line", "amount", "invoice", bill_currency="currency")
    wanted = rows.filter(rows.billed_known).select("line", "work_order_id", "budget_currency", "part", "whole")
    billed = bills.inner_join(wanted, "line")
    billed = billed.inner_join(f.invoice_facts.select("invoice", date="invoice_date_date"), "invoice")
    billed = billed.select("work_order_id", "budget_currency", "part", "whole", "date", "amount", currency="bill_currency")
    return still.union(billed.select(*still.columns))


@computed(
    {"work_order_id": "string", "budget_currency": "string", "currency": "string", "date": "date", "share": WIDE},
    row_by_row(("work_order_id", "budget_currency", "currency", "date"), "share", share, SHARE_INPUTS, SHARE_PLACES),
)
def cost_shares(f: Shapes) -> Expression:
    """The costs of which only a part is for the work."""
    rows = f.work_costs
    return rows.filter((rows.part != rows.whole) & rows.amount.notnull())


@base
def other_costs(f: Shapes) -> Expression:
    """Labour, and parts used that were not bought for the work, of works with a budget."""
    works = f.work_facts.filter(f.work_facts.budget_amount.notnull())
    works = works.select("work_order_id", "zone", budget_currency="currency")
    hours = f.labour.filter(f.labour.hourly_rate.notnull()).inner_join(works, "work_order_id")
    hours = resolve(f, hours, "worked_on")
    labour = hours.select(
        "work_order_id",
        "budget_currency",
        "currency",
        date="worked_on_date",
        amount=(hours.hours.cast(QUANTITY) * hours.hourly_rate).cast(WIDE),
    )
    lots = f.lots.select(used_lot="lot_id", lot_part="part_id")
    used = f.consumption.inner_join(works, "work_order_id")
    used = used.left_join(lots, used.lot_id == lots.used_lot)
    used = used.mutate(used_part=ibis.coalesce(used.part_id, used.lot_part))
    parts = f.parts.filter(f.parts.standard_cost.notnull()).select("standard_cost", "currency", costed_part="part_id")
    used = used.inner_join(parts, used.used_part == parts.costed_part)
    dead = f.line_facts.filter(f.line_facts.dead).select("line")
    bought = f.line_works.select("line", "work_order_id").semi_join(works, "work_order_id").anti_join(dead, "line")
    bought = line_papers(f).select("line", "part_id").inner_join(bought, "line")
    bought = bought.filter(bought.part_id.notnull()).select("work_order_id", used_part="part_id").distinct()
    used = resolve(f, used.anti_join(bought, ["work_order_id", "used_part"]), "consumed_at")
    amount = (used.quantity.cast(QUANTITY) * used.standard_cost).cast(WIDE)
    parts_used = used.select("work_order_id", "budget_currency", "currency", date="consumed_at_date", amount=amount)
    return labour.union(parts_used)


def spending(f: Shapes) -> Expression:
    """All that a work with a budget has cost and will cost: amount (null where unknown), currency, date and the budget's currency."""
    rows, others = f.work_costs, f.other_costs
    whole = rows.filter((rows.part == rows.whole) | rows.amount.isnull()).select(*others.columns)
    return whole.union(f.cost_shares.rename(amount="share").select(*others.columns), others)
