"""Invoices and their lines: which count, on which order line each bills, and what has been billed."""

from enum import IntEnum

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.rules.money import exact_ratio
from counterfoil.tables.facts.columns import (
    QUANTITY,
    WIDE,
    any_of,
    differ,
    first_known,
    limbs,
    look_up,
    moment,
    moment_names,
    named,
    per_one,
    resolve,
    times,
    unit_key,
    wide,
)
from counterfoil.tables.facts.orders import line_papers, lost
from counterfoil.tables.facts.receipts import convert, with_conversion
from counterfoil.tables.facts.shapes import Shapes, base, computed
from counterfoil.tables.facts.through_python import row_by_row


class How(IntEnum):
    """How a line that bills comes to its order line."""

    NONE = 0
    """Neither it nor its invoice names an order."""
    OWN = 1
    """It names the order line."""
    HEADER = 2
    """Its invoice names the order, of which it can mean one line alone."""
    UNRESOLVED = 3
    """Its invoice names the order; which line is not known."""
    LOST = 4
    """What it or its invoice names was rejected."""
    UNKNOWN_LINE = 5
    UNKNOWN_ORDER = 6


def _code(how: How) -> ibis.Value:
    return ibis.literal(int(how), type="int8")


@base
def lost_invoices(f: Shapes) -> Expression:
    return lost(f, "invoices", "invoice_id")


@base
def left_out_invoices(f: Shapes) -> Expression:
    """Void invoices; and invoices wholly reversed with those that reverse them: not void, not reversed themselves, whose totals sum to its
    own, signs aside."""
    rows = f.invoices
    void = rows.filter((rows.status == "void").fill_null(False)).select("invoice_id")
    valid = rows.filter((rows.status != "void").fill_null(True)).mutate(size=_total_of(rows).abs())
    naming = valid.filter(valid.reverses.notnull())
    reversed_ids = naming.select(named_id="reverses").distinct()
    counted = naming.anti_join(reversed_ids, naming.invoice_id == reversed_ids.named_id)
    sums = counted.group_by("reverses").agg(size_back=counted.size.sum().cast(QUANTITY), unknown=counted.size.isnull().any())
    whole = valid.inner_join(sums, valid.invoice_id == sums.reverses)
    whole = whole.filter(~whole.unknown & (whole.size.cast(QUANTITY) == whole.size_back)).select("invoice_id")
    reversing = counted.semi_join(whole, counted.reverses == whole.invoice_id).select("invoice_id")
    return void.union(whole, reversing).distinct()


def _total_of(rows: Expression) -> ibis.Value:
    """amount_total, else net + tax (null tax = none)."""
    by_parts = (rows.amount_net.cast(QUANTITY) + rows.amount_tax.fill_null(0)).cast(QUANTITY)
    return ibis.coalesce(rows.amount_total.cast(QUANTITY), by_parts)


@base
def invoice_line_refs(f: Shapes) -> Expression:
    """Invoice lines with the invoice and the order line that each names itself, and what it bills. `bill`, `invoice`: their numbers here
    (no invoice: it was never read, or rejected). `how_own`: see `How`, by itself."""
    rows = f.numbered("invoice_lines")
    papers = line_papers(f).select("purchase_order_line_id", "line")
    rows = rows.left_join(papers, "purchase_order_line_id").drop("purchase_order_line_id_right")
    invoices = f.numbered("invoices").select("invoice_id", invoice="row")
    rows = rows.left_join(invoices, "invoice_id").drop("invoice_id_right")
    rows = rows.left_join(f.lost_purchase_order_lines, rows.purchase_order_line_id == f.lost_purchase_order_lines.lost_id)
    how = ibis.cases(
        (rows.purchase_order_line_id.isnull(), _code(How.NONE)),
        (rows.line.notnull(), _code(How.OWN)),
        (rows.lost_id.notnull(), _code(How.LOST)),
        else_=_code(How.UNKNOWN_LINE),
    )
    price = per_one(rows.unit_price, rows.price_quantity)
    return rows.select(
        "invoice",
        "line",
        bill="row",
        how_own=how,
        quantity=rows.quantity,
        unit=unit_key(rows.unit),
        amount=ibis.coalesce(wide(rows.amount), times(rows.quantity, price)),
        by_value=(rows.effect == "value").fill_null(False),
    )


def _line_zones(f: Shapes) -> Expression:
    """Of each invoice whose header names no order: the zone of its first line (by id) that names an order line, -1 where that has none."""
    invoices = f.numbered("invoices")
    headless = invoices.filter(invoices.purchase_order_id.isnull()).select(invoice="row")
    refs = f.invoice_line_refs.filter(f.invoice_line_refs.line.notnull()).select("bill", "invoice", "line")
    refs = with_bill_ids(f, refs.semi_join(headless, "invoice"))
    refs = look_up(refs, f.line_facts.select("line", "zone"), "line")
    return refs.group_by(zone_invoice="invoice").agg(line_zone=refs.zone.fill_null(-1).argmin(refs.invoice_line_id))


def with_bill_ids(f: Shapes, rows: Expression) -> Expression:
    """Adds the `invoice_line_id` (none for an invoice without lines) and `part_id` of a few rows with a `bill`."""
    return look_up(rows, f.numbered("invoice_lines").select("invoice_line_id", "part_id", bill="row"), "bill")


def with_invoice_ids(f: Shapes, rows: Expression) -> Expression:
    """Adds the `invoice_id` of a few rows with an `invoice`."""
    return look_up(rows, f.numbered("invoices").select("invoice_id", invoice="row"), "invoice")


@base
def invoice_facts(f: Shapes) -> Expression:
    """Invoices with their zone, moments and total. `invoice`: their number here. `left_out`: void or wholly reversed. `entered`:
    entered_at, else invoice_date. `header`: the order that the header names, `names_order`: it does, known or not. Zone: that of this
    order; where the header names none, that of the first line with an order line of its own."""
    raw = f.numbered("invoices")
    headers = f.order_facts.select(
        header="order", header_id="purchase_order_id", header_zone="zone", header_dead="dead", header_currency="currency"
    )
    rows = raw.drop("entered_by").left_join(headers, raw.purchase_order_id == headers.header_id)
    lined = f.invoice_line_refs.select(lined="invoice").distinct()
    rows = rows.left_join(lined, rows.row == lined.lined)
    zones = _line_zones(f)
    rows = rows.left_join(zones, rows.row == zones.zone_invoice)
    rows = rows.left_join(f.lost_purchase_orders, rows.purchase_order_id == f.lost_purchase_orders.lost_id)
    rows = rows.rename(header_lost="lost_id").left_join(f.left_out_invoices, rows.invoice_id == f.left_out_invoices.invoice_id)
    zone = ibis.ifelse(rows.purchase_order_id.notnull(), rows.header_zone, rows.line_zone.nullif(-1))
    rows = rows.mutate(zone=zone, left_out=rows.invoice_id_right.notnull(), header_lost=rows.header_lost.notnull())
    rows = resolve(f, rows, "invoice_date", "entered_at", "due_on", "discount_until")
    entered = first_known(moment(rows, "entered_at"), moment(rows, "invoice_date"))
    return rows.select(
        "supplier_id", "currency", "amount_net", "prepayment", "left_out", "zone", "header", "header_currency", "header_dead",
        "header_lost", "entered_at_date",
        *moment_names("invoice_date", "due_on", "discount_until"),
        **named("entered", entered),
        invoice="row",
        names_order=rows.purchase_order_id.notnull(),
        lineless=rows.lined.isnull(),
        void=(rows.status == "void").fill_null(False),
        credit=(rows.kind == "credit").fill_null(False),
        total=_total_of(rows),
    )  # fmt: skip


_OF_INVOICE = ("credit", "header", "names_order", "header_lost", "header_currency", "header_dead", "invoice_currency")


def _counting(f: Shapes) -> Expression:
    """The invoices that count, with what their lines take from them."""
    return f.invoice_facts.filter(~f.invoice_facts.left_out).rename(invoice_currency="currency")


@base
def whole_bills(f: Shapes) -> Expression:
    """Each invoice without lines as one line; none where lines of it were rejected."""
    bad = f.rejected("invoice_lines").select(spoiled="raw_invoice_id").distinct()
    rows = _counting(f)
    rows = with_invoice_ids(f, rows.filter(rows.lineless))
    rows = rows.anti_join(bad, rows.invoice_id == bad.spoiled)
    rows = look_up(rows, f.numbered("invoices").select("amount_total", "amount_tax", invoice="row"), "invoice")
    return rows.select(
        *_OF_INVOICE,
        "invoice",
        bill=-1 - rows.invoice,
        line=ibis.null("int64"),
        how_own=_code(How.NONE),
        quantity=ibis.literal(1).cast("decimal(18, 6)"),
        unit=ibis.null("string"),
        amount=ibis.coalesce(wide(rows.amount_net), wide(rows.amount_total.cast(QUANTITY) - rows.amount_tax.fill_null(0))),
        by_value=ibis.literal(False),
    )


@base
def header_lines(f: Shapes) -> Expression:
    """The order line that a bill means which names none, but whose invoice names a known order: the order's only line that is not cancelled
    itself, else its only such line with the part."""
    refs = f.invoice_line_refs
    heads = _counting(f)
    heads = heads.filter(heads.header.notnull()).select("invoice", order="header")
    asking = refs.filter(refs.how_own == How.NONE).select("bill", "invoice").inner_join(heads, "invoice").select("bill", "order")
    asking = with_bill_ids(f, asking).select("bill", "order", "part_id")
    whole = f.whole_bills.filter(f.whole_bills.header.notnull())
    asking = asking.union(whole.select("bill", order="header", part_id=ibis.null("string")))
    lines = f.line_facts.filter(~f.line_facts.own_cancelled).select("line", "order")
    lines = lines.semi_join(asking, "order")
    alone = lines.group_by("order").agg(only_line=lines.line.min(), lines=lines.count())
    alone = alone.filter(alone.lines == 1).drop("lines")
    parts = look_up(lines, line_papers(f).select("line", "part_id"), "line")
    parts = parts.filter(parts.part_id.notnull())
    parts = parts.group_by("order", "part_id").agg(part_line=parts.line.min(), lines=parts.count())
    parts = parts.filter(parts.lines == 1).drop("lines")
    found = asking.left_join(alone, "order").drop("order_right")
    found = found.left_join(parts, ["order", "part_id"])
    found = found.select(headed_bill="bill", header_line=ibis.coalesce(found.only_line, found.part_line))
    return found.filter(found.header_line.notnull())


@computed(
    {"implied_bill": "int64", "implied": QUANTITY}, row_by_row(("implied_bill",), "implied", exact_ratio, ("amount", "one", "price"), 6)
)
def implied_quantities(f: Shapes) -> Expression:
    """What an invoice without lines bills on an order line of basis quantity: its amount at the order's price, where that is exact."""
    rows = f.whole_bills.filter(f.whole_bills.amount.notnull())
    headed = f.header_lines.inner_join(rows.select("amount", "invoice_currency", "credit", headed_bill="bill"), "headed_bill")
    lines = f.line_facts.select("line", "price", "in_amounts", order_currency="currency")
    rows = look_up(headed.rename(line="header_line"), lines, "line")
    rows = rows.filter(~rows.in_amounts & (rows.price > 0) & ~differ(rows.invoice_currency, rows.order_currency))
    return rows.select("price", implied_bill="headed_bill", one=ibis.literal(1).cast(QUANTITY), amount=_signed(rows.credit, rows.amount))


def _signed(credit: ibis.Value, number: ibis.Value) -> ibis.Value:
    return ibis.ifelse(credit, -number.abs(), number)


def _with_header_lines(f: Shapes) -> Expression:
    """Every line that bills, signed, with how it bills an order line, and which."""
    refs = f.invoice_line_refs
    whole = f.whole_bills
    rows = refs.inner_join(_counting(f).select("invoice", *_OF_INVOICE), "invoice").select(*whole.columns).union(whole)
    rows = rows.left_join(f.header_lines, rows.bill == f.header_lines.headed_bill)
    how = ibis.cases(
        (rows.how_own != How.NONE, rows.how_own),
        (~rows.names_order, _code(How.NONE)),
        (rows.header_line.notnull(), _code(How.HEADER)),
        (rows.header.notnull(), _code(How.UNRESOLVED)),
        (rows.header_lost, _code(How.LOST)),
        else_=_code(How.UNKNOWN_ORDER),
    )
    return rows.mutate(
        how=how,
        whole=rows.bill < 0,
        line=ibis.coalesce(rows.line, rows.header_line),
        quantity=_signed(rows.credit, rows.quantity.cast(QUANTITY)),
        amount=_signed(rows.credit, rows.amount),
    ).drop("headed_bill", "header_line")


@base
def bills(f: Shapes) -> Expression:
    """Every line that bills, with what the rules ask of its invoice and its order line. `bill`: its number here (-1 - `invoice`: an invoice
    without lines, `whole`). `how`: see `How`. `in_line_unit`: its signed quantity in the order line's unit, null where that is not known;
    `converted`: that is not its own. `currency`: the invoice's, else the order's. `order` is the order line's order, else the one that the
    header names. `positive`: its quantity, of basis amount its amount, is above zero. `judged`: a positive line of effect quantity on a
    live order line."""
    rows = _with_header_lines(f)
    lines = f.line_facts.select(
        "line", "price", "in_amounts", "two_way", "dead", "rests", "scope", "conversion_part",
        line_order="order", line_unit="unit", line_currency="currency",
    )  # fmt: skip
    rows = rows.left_join(lines, "line").drop("line_right")
    rows = rows.left_join(f.implied_quantities, rows.bill == f.implied_quantities.implied_bill)
    rows = with_conversion(f, rows, "unit", "line_unit", "conversion_part")
    on_line = rows.line.notnull()
    implied = rows.whole & on_line & ~rows.in_amounts
    in_line_unit = ibis.ifelse(implied, rows.implied, ibis.ifelse(on_line, convert(rows, rows.quantity), rows.quantity))
    quantity = ibis.ifelse(implied, ibis.coalesce(rows.implied, rows.quantity), rows.quantity)
    counted = ibis.ifelse(rows.in_amounts, rows.amount, wide(quantity))
    order_currency = ibis.ifelse(on_line, rows.line_currency, rows.header_currency)
    return rows.select(
        "bill", "invoice", "line", "how", "credit", "by_value", "whole", "amount", "price", "scope",
        order=ibis.ifelse(on_line, rows.line_order, rows.header),
        order_dead=ibis.ifelse(on_line, rows.dead, rows.header_dead).fill_null(False),
        in_amounts=rows.in_amounts.fill_null(False),
        two_way=rows.two_way.fill_null(False),
        currency=ibis.coalesce(rows.invoice_currency, order_currency),
        other_currency=differ(rows.invoice_currency, order_currency),
        other_unit=differ(rows.unit, rows.line_unit),
        in_line_unit=in_line_unit,
        converted=differ(in_line_unit, quantity),
        positive=any_of([counted > 0]),
        rests=rows.rests.fill_null(False),
        judged=any_of([on_line & ~rows.by_value & ~rows.dead & (counted > 0)]),
    )  # fmt: skip


def size_of(bills: Expression) -> ibis.Value:
    """What lines that bill count for in what is billed on their order line; null where that is not known."""
    return ibis.ifelse(bills.in_amounts, bills.amount, ibis.ifelse(bills.by_value, 0, bills.in_line_unit).cast(WIDE))


@base
def billing(f: Shapes) -> Expression:
    """What has been billed on each order line that was. `billed_known`: every invoice line could be counted. `billed_quantity`: what was,
    in the line's unit; of basis amount it is what was invoiced.
    `currency_from` to `currency_to`: in which currencies ("" = unknown). `invoiced_*`: the sum of its amounts, whatever their currency."""
    rows = f.bills.filter(f.bills.line.notnull())
    units, rest = limbs(rows.amount.fill_null(0))
    counted = ibis.ifelse(rows.by_value | rows.in_amounts, ibis.literal(0).cast(QUANTITY), rows.in_line_unit)
    return rows.group_by("line").agg(
        billed_known=size_of(rows).notnull().all(),
        billed_quantity=counted.sum().cast(QUANTITY),
        bills=rows.count(),
        currency_from=rows.currency.fill_null("").min(),
        currency_to=rows.currency.fill_null("").max(),
        invoiced_units=units,
        invoiced_rest=rest,
    )
