"""What the brief asks of order lines and invoice lines, as base tables: when they are due, what contract covers them, what one costs."""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.rules.money import share
from counterfoil.tables.checks.matching import lines_above_contract
from counterfoil.tables.facts.columns import QUANTITY, after, moment, moment_names, product, resolve, unit_key, upper, wide
from counterfoil.tables.facts.orders import line_papers, with_category
from counterfoil.tables.facts.receipts import convert, with_conversion
from counterfoil.tables.facts.shapes import Shapes, base, computed
from counterfoil.tables.facts.through_python import row_by_row

_BETWEEN_WORDS = r"[\t\n\r !-/:-@\[-`{-~]+"
"""ASCII blanks and punctuation: what stands between the words of a description."""


@base
def brief_lines(f: Shapes) -> Expression:
    """Order lines with where they belong: `site_id` and `supplier_id` of the order, `category` of the line, else of its part."""
    lines = f.line_facts.select("line", "order", "need", "currency", "value", "dead", "rests", ordered="ordered_at_date")
    rows = lines.inner_join(line_papers(f).select("line", "part_id", "category"), "line")
    orders = f.order_facts.select("order", "site_id", "supplier_id", "contract_id")
    return with_category(f, rows).left_join(orders, "order").drop("order_right")


# ---- deliveries -------------------------------------------------------------------------------------------------------------------------


@base
def due_lines(f: Shapes) -> Expression:
    """Live order lines that a supplier was asked to deliver, with the local day on which they are due (need_by, else promised_on) and the
    one on which they were complete (null = they are not). Left out are lines without a due day, two-way ones (nobody records what came),
    those that hang on a rejected row, and those of which what came cannot be counted in their unit. `too_late`: ordered after the day on
    which it was due."""
    lines = f.line_facts.filter(~f.line_facts.dead & ~f.line_facts.two_way & ~f.line_facts.rests & f.line_facts.ordered_at_start.notnull())
    papers = f.numbered("purchase_order_lines").select("promised_on", "promised_on_form", line="row")
    rows = lines.select("line", "zone", "need_by_date", "ordered_at_date").inner_join(papers, "line")
    rows = resolve(f, rows, "promised_on")
    rows = rows.mutate(due=ibis.coalesce(rows.need_by_date, rows.promised_on_date))
    rows = rows.filter(rows.due.notnull()).anti_join(f.spoiled_receipts, "line")
    state = f.line_state.filter(f.line_state.goods_known).select("line", complete="complete_date")
    rows = rows.inner_join(state, "line")
    return rows.select("line", "due", "complete", too_late=rows.ordered_at_date > rows.due)


@base
def priced_bills(f: Shapes) -> Expression:
    """Invoice lines whose amount can be held against the price of their order line: `amount`, and `at_order_price` for the same
    quantity."""
    rows = f.bills
    rows = rows.filter(rows.judged & ~rows.in_amounts & ~rows.other_currency & ~rows.rests & rows.amount.notnull())
    rows = rows.mutate(at_order_price=product(rows.in_line_unit, rows.price))
    return rows.filter(rows.at_order_price.notnull()).select("bill", "line", "currency", "amount", "at_order_price")


# ---- contracts --------------------------------------------------------------------------------------------------------------------------


def _in_force(f: Shapes, lines: Expression) -> Expression:
    """(line, contract) for each contract that was in force when the line was ordered: of its part; of its category where there is none of
    the part. With the `contract_key` and `line_key` of the two suppliers."""
    rows = f.contracts.filter(f.contracts.supplier_id.notnull()).select(
        "valid_from", "valid_from_form", "valid_to", "valid_to_form", contract="contract_id", contract_supplier="supplier_id",
        contract_part="part_id", contract_category="category",
    )  # fmt: skip
    by_part = lines.inner_join(rows, lines.part_id == rows.contract_part).mutate(by_part=ibis.literal(True))
    of_category = rows.filter(rows.contract_part.isnull())
    by_category = lines.inner_join(of_category, lines.category == of_category.contract_category).mutate(by_part=ibis.literal(False))
    every = resolve(f, by_part.union(by_category.select(*by_part.columns)), "valid_from", "valid_to")
    when = moment(every, "ordered_at")
    every = every.filter(~after(moment(every, "valid_from"), when) & ~after(when, moment(every, "valid_to")))
    every = every.mutate(best=every.by_part == every.by_part.any().over(ibis.window(group_by=every.line)))
    keys = f.supplier_keys
    for side, column in (("contract", "contract_supplier"), ("line", "supplier_id")):
        known = keys.select(**{f"{side}_known": "supplier_id", f"{side}_tax": "supplier_key"})
        every = every.left_join(known, every[column] == known[f"{side}_known"])
        every = every.mutate(**{f"{side}_key": ibis.coalesce(every[f"{side}_tax"], ibis.literal("id ") + every[column])})
    return every.filter(every.best)


@base
def covered_lines(f: Shapes) -> Expression:
    """Order lines that a contract in force covered when they were ordered. `same_supplier`: one of these contracts is with the supplier
    that it was bought from (or one of an equal tax id); `named`: the order names one; `contract`, `contract_supplier`: the smallest, of
    the same supplier before others; `excess`: by which it is above the price of the contract that it names, null where it is not."""
    lines = f.line_facts.select("line", "zone", *moment_names("ordered_at"))
    rows = f.brief_lines.filter(f.brief_lines.supplier_id.notnull() & ~f.brief_lines.dead & ~f.brief_lines.rests)
    rows = rows.select("line", "supplier_id", "contract_id", "part_id", "category").inner_join(lines, "line")
    pairs = _in_force(f, rows.filter(rows.ordered_at_start.notnull()))
    pairs = pairs.mutate(same=pairs.contract_key == pairs.line_key)
    order = [pairs.same.desc(), pairs.contract, pairs.contract_supplier]
    pairs = pairs.mutate(
        place=ibis.row_number().over(group_by=pairs.line, order_by=order),
        named=(pairs.contract == pairs.contract_id).fill_null(False).any().over(ibis.window(group_by=pairs.line)),
    )
    first = pairs.filter(pairs.place == 0).select("line", "contract", "contract_supplier", "named", same_supplier="same")
    above = lines_above_contract(f).select("line", "excess")
    return first.left_join(above, "line").drop("line_right")


# ---- prices of one thing ----------------------------------------------------------------------------------------------------------------


@base
def things_bought(f: Shapes) -> Expression:
    """Live order lines as something that is bought more than once. `thing`: the part, else the category and the words of the description
    (`job`); null where neither is known. `target`: the unit to compare in: the part's, else the one that most lines have. With the
    conversion to it (see `with_conversion`)."""
    facts = f.line_facts.filter(~f.line_facts.dead & ~f.line_facts.rests & f.line_facts.ordered_at_start.notnull())
    facts = facts.select("line", "quantity", "unit", "price", "in_amounts", "currency", "conversion_part", "value")
    papers = f.numbered("purchase_order_lines").select("description", line="row")
    rows = facts.inner_join(papers, "line")
    rows = rows.inner_join(f.brief_lines.select("line", "part_id", "category"), "line")
    parts = f.parts.select(known_part="part_id", part_unit=unit_key(f.parts.unit))
    rows = rows.left_join(parts, rows.part_id == parts.known_part)
    words = upper(rows.description).re_replace(_BETWEEN_WORDS, " ").strip().nullif("")
    job = ibis.ifelse(rows.part_id.isnull(), rows.category + ibis.literal("\x1f") + words, ibis.null("string"))
    rows = rows.mutate(job=job, thing=ibis.coalesce(rows.part_id, job))
    told = rows.filter(rows.unit.notnull())
    counted = told.group_by("thing", "unit").agg(times=told.count())
    place = ibis.row_number().over(group_by=counted.thing, order_by=[counted.times.desc(), counted.unit])
    usual = counted.mutate(place=place).filter(lambda t: t.place == 0).select(usual_thing="thing", usual_unit="unit")
    rows = rows.left_join(usual, rows.thing == usual.usual_thing)
    rows = rows.mutate(target=ibis.coalesce(rows.part_unit, rows.usual_unit))
    return with_conversion(f, rows, "unit", "target", "conversion_part").drop("usual_thing", "usual_unit", "part_unit", "known_part")


@computed({"converted": "int64", "converted_price": "decimal(38, 10)"}, row_by_row(
    ("converted",), "converted_price", share, ("price", "divide", "multiply"), 10
))  # fmt: skip
def converted_prices(f: Shapes) -> Expression:
    """The price of one in the unit to compare in, of the lines that are in another: rounded to six decimals, as any share."""
    rows = f.things_bought
    rows = rows.filter(rows.foreign & (rows.divide > 0) & (rows.multiply > 0))
    return rows.select("price", "divide", "multiply", converted="line")


@base
def comparable_lines(f: Shapes) -> Expression:
    """`things_bought` with `size`, the quantity, and `one`, the price of one, both in the unit to compare in. Null where the line cannot be
    compared: what it is, its currency or the conversion is not known; it is of basis amount; or quantity or price is not above zero."""
    rows = f.things_bought
    rows = rows.left_join(f.converted_prices, rows.line == f.converted_prices.converted)
    one = ibis.ifelse(rows.foreign, rows.converted_price, rows.price)
    size = convert(rows, rows.quantity)
    fit = rows.thing.notnull() & rows.currency.notnull() & ~rows.in_amounts & (rows.quantity > 0) & (rows.price > 0)
    fit = (fit & one.notnull() & size.notnull()).fill_null(False)
    nothing = ibis.null("decimal(38, 10)")
    return rows.select(
        "line", "thing", "job", "description", "target", "currency",
        value=wide(rows.value), size=ibis.ifelse(fit, size, ibis.null(QUANTITY)), one=ibis.ifelse(fit, one, nothing),
    )  # fmt: skip
