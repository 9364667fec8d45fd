"""Invoices and their lines: which count, on which order line each bills, and what has been billed."""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.rules.money import exact_ratio
from counterfoil.tables.facts.columns import (
    PRICE,
    QUANTITY,
    WIDE,
    any_of,
    differ,
    first_known,
    limbs,
    moment,
    moment_names,
    named,
    per_one,
    resolve,
    times,
    total,
    unit_key,
    wide,
)
from counterfoil.tables.facts.orders import lost
from counterfoil.tables.facts.receipts import convert, with_conversion
from counterfoil.tables.facts.shapes import Shapes, base, computed
from counterfoil.tables.facts.through_python import row_by_row


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
    """Invoice lines with the order line that each names itself. `how_own`: none, own, lost (a rejected row) or unknown."""
    rows = f.numbered("invoice_lines").drop("receipt_line_id", "description")
    lines = f.line_facts.select("line", "purchase_order_line_id", own_zone="zone")
    rows = rows.left_join(lines, "purchase_order_line_id").drop("purchase_order_line_id_right")
    rows = rows.left_join(f.lost_purchase_order_lines, rows.purchase_order_line_id == f.lost_purchase_order_lines.lost_id)
    how = ibis.cases(
        (rows.purchase_order_line_id.isnull(), "none"),
        (rows.line.notnull(), "own"),
        (rows.lost_id.notnull(), "lost"),
        else_="unknown",
    )
    return rows.mutate(how_own=how).drop("purchase_order_line_id", "lost_id")


@base
def invoice_facts(f: Shapes) -> Expression:
    """Invoices with their zone, moments and total. `left_out`: void or wholly reversed. `entered`: entered_at, else invoice_date.
    Zone: that of the order that the header names; else that of the first line with an order line of its own."""
    raw = f.numbered("invoices")
    headless = raw.filter(raw.purchase_order_id.isnull()).select("invoice_id")
    first = f.invoice_line_refs.filter(f.invoice_line_refs.line.notnull()).semi_join(headless, "invoice_id")
    first = first.group_by(zone_invoice="invoice_id").agg(line_zone=first.own_zone.fill_null(-1).argmin(first.invoice_line_id))
    headers = f.order_facts.select(header_id="purchase_order_id", header_zone="zone", header_dead="dead", header_currency="currency")
    rows = raw.drop("entered_by").left_join(headers, raw.purchase_order_id == headers.header_id)
    rows = rows.left_join(first, rows.invoice_id == first.zone_invoice)
    rows = rows.left_join(f.lost_purchase_orders, rows.purchase_order_id == f.lost_purchase_orders.lost_id)
    rows = rows.rename(header_lost="lost_id").left_join(f.left_out_invoices, rows.invoice_id == f.left_out_invoices.invoice_id)
    zone = ibis.ifelse(rows.purchase_order_id.notnull(), rows.header_zone, rows.line_zone.nullif(-1))
    rows = rows.mutate(zone=zone, left_out=rows.invoice_id_right.notnull(), header_lost=rows.header_lost.notnull())
    rows = resolve(f, rows, "invoice_date", "entered_at", "due_on", "discount_until")
    entered = first_known(moment(rows, "entered_at"), moment(rows, "invoice_date"))
    return rows.select(
        "invoice_id", "supplier_id", "invoice_number", "currency", "amount_net", "amount_tax", "amount_total", "status",
        "purchase_order_id", "prepayment", "left_out", "zone", "header_currency", "header_dead", "header_lost", "entered_at_date",
        *moment_names("invoice_date", "due_on", "discount_until"),
        **named("entered", entered),
        header_known=rows.header_id.notnull(),
        credit=(rows.kind == "credit").fill_null(False),
        total=_total_of(rows),
        invoice="row",
    )  # fmt: skip


@base
def only_lines(f: Shapes) -> Expression:
    """The order line that a bill for an order means: its only line that is not cancelled itself (part_id null), else its only such
    line with the part."""
    rows = f.line_facts.filter((f.line_facts.own_status != "cancelled").fill_null(True))
    alone = rows.group_by(meant_order="purchase_order_id").agg(
        meant_line=rows.line.min(), lines=rows.count(), meant_part=ibis.null("string")
    )
    parts = rows.filter(rows.part_id.notnull())
    by_part = parts.group_by(meant_order="purchase_order_id", meant_part="part_id").agg(meant_line=parts.line.min(), lines=parts.count())
    columns = ["meant_order", "meant_part", "meant_line"]
    return alone.filter(alone.lines == 1).select(columns).union(by_part.filter(by_part.lines == 1).select(columns))


_OF_INVOICE = (
    "invoice", "invoice_id", "credit", "header_known", "header_lost", "header_order", "header_currency", "header_dead", "invoice_date_date",
    "invoice_currency", "invoice_supplier",
)  # fmt: skip


def _counting(f: Shapes) -> Expression:
    """The invoices that count, with what their lines take from them."""
    rows = f.invoice_facts.filter(~f.invoice_facts.left_out)
    return rows.rename(header_order="purchase_order_id", invoice_currency="currency", invoice_supplier="supplier_id")


def _line_bills(f: Shapes) -> Expression:
    """The lines of the invoices that count."""
    refs = f.invoice_line_refs
    amount = ibis.coalesce(wide(refs.amount), times(refs.quantity, per_one(refs.unit_price, refs.price_quantity)))
    rows = refs.inner_join(_counting(f).select(*_OF_INVOICE), "invoice_id").select(
        *_OF_INVOICE, "invoice_line_id", "line", "how_own", "part_id",
        amount=amount,
        bill_price=per_one(refs.unit_price, refs.price_quantity),
        quantity=refs.quantity.cast(QUANTITY),
        unit=unit_key(refs.unit),
        by_value=(refs.effect == "value").fill_null(False),
        whole=ibis.literal(False),
        bill="row",
    )  # fmt: skip
    return _with_header_line(f, rows)


@base
def whole_bills(f: Shapes) -> Expression:
    """Each invoice without lines as one line; none where lines of it were rejected."""
    bad = f.rejected("invoice_lines").select(lineless="raw_invoice_id").distinct()
    refs = f.invoice_line_refs
    rows = _counting(f)
    rows = rows.anti_join(refs, rows.invoice_id == refs.invoice_id)
    rows = rows.anti_join(bad, rows.invoice_id == bad.lineless)
    amount = ibis.coalesce(wide(rows.amount_net), wide(rows.amount_total.cast(QUANTITY) - rows.amount_tax.fill_null(0)))
    rows = rows.select(
        *_OF_INVOICE,
        invoice_line_id="invoice_id",
        line=ibis.null("int64"),
        how_own=ibis.literal("none"),
        part_id=ibis.null("string"),
        amount=amount,
        bill_price=amount.cast(PRICE),
        quantity=ibis.literal(1).cast(QUANTITY),
        unit=ibis.null("string"),
        by_value=ibis.literal(False),
        whole=ibis.literal(True),
        bill=-1 - rows.invoice,
    )
    return _with_header_line(f, rows)


def _with_header_line(f: Shapes, rows: Expression) -> Expression:
    """Signed, with the order line that each bills. `how`: own, header, unresolved (the order is known, its line is not), lost, unknown
    line, unknown order, none."""
    seek = rows.mutate(sought=ibis.ifelse(rows.how_own == "none", rows.header_order, ibis.null("string")))
    meant = f.only_lines
    alone = meant.filter(meant.meant_part.isnull()).select(alone_order="meant_order", alone_line="meant_line")
    by_part = meant.filter(meant.meant_part.notnull()).select(part_order="meant_order", part="meant_part", part_line="meant_line")
    seek = seek.left_join(alone, seek.sought == alone.alone_order)
    seek = seek.left_join(by_part, [seek.sought == by_part.part_order, seek.part_id == by_part.part])
    header_line = ibis.coalesce(seek.alone_line, seek.part_line)
    how = ibis.cases(
        (seek.how_own == "unknown", "unknown line"),
        (seek.how_own != "none", seek.how_own),
        (seek.header_order.isnull(), "none"),
        (seek.header_known & header_line.notnull(), "header"),
        (seek.header_known, "unresolved"),
        (seek.header_lost, "lost"),
        else_="unknown order",
    )
    line = ibis.ifelse(how == "header", header_line, seek.line)
    sign = ibis.ifelse(seek.credit, -1, 1)
    return seek.select(
        *_OF_INVOICE, "bill", "invoice_line_id", "unit", "by_value", "whole", "bill_price",
        how=how,
        line=line,
        quantity=ibis.ifelse(sign < 0, -seek.quantity.abs(), seek.quantity),
        amount=ibis.ifelse(sign < 0, -seek.amount.abs(), seek.amount),
    )  # fmt: skip


@computed(
    {"implied_bill": "int64", "implied": QUANTITY}, row_by_row(("implied_bill",), "implied", exact_ratio, ("amount", "one", "price"), 6)
)
def implied_quantities(f: Shapes) -> Expression:
    """What an invoice without lines bills on an order line of basis quantity: its amount at the order's price, where that is exact."""
    rows = f.whole_bills.filter(f.whole_bills.line.notnull() & f.whole_bills.amount.notnull())
    lines = f.line_facts.select("line", "price", "in_amounts", order_currency="currency")
    rows = rows.inner_join(lines, "line").filter(~lines.in_amounts & (lines.price > 0))
    rows = rows.filter(~differ(rows.invoice_currency, rows.order_currency))
    return rows.select("amount", "price", implied_bill="bill", one=ibis.literal(1).cast(QUANTITY))


@base
def bills(f: Shapes) -> Expression:
    """Every line that bills, with what the rules ask of its invoice and its order line. `in_line_unit`: its signed quantity in the order
    line's unit, null where that is not known. `size`: what it counts for in what is billed. `currency`: the invoice's, else the order's.
    `order_*` is the order line's order, else the one that the header names. `judged`: a positive line of effect quantity on a live
    order line."""
    whole = f.whole_bills
    rows = whole.union(_line_bills(f).select(*whole.columns))
    lines = f.line_facts.select(
        "line", "price", "in_amounts", "match", "dead", "rests", "scope", "category", "ordered",
        line_order="purchase_order_id", line_unit="unit", line_part="part_id", line_currency="currency",
    )  # fmt: skip
    rows = rows.left_join(lines, "line").drop("line_right")
    rows = rows.left_join(f.implied_quantities, rows.bill == f.implied_quantities.implied_bill)
    rows = with_conversion(f, rows, "unit", "line_unit", "line_part")
    implied = rows.whole & rows.line.notnull() & ~rows.in_amounts
    in_line_unit = ibis.ifelse(implied, rows.implied, ibis.ifelse(rows.line.isnull(), rows.quantity, convert(rows, rows.quantity)))
    quantity = ibis.ifelse(implied, ibis.coalesce(rows.implied, rows.quantity), rows.quantity)
    size = ibis.ifelse(rows.in_amounts, rows.amount, ibis.ifelse(rows.by_value, 0, in_line_unit).cast(WIDE))
    counted = ibis.ifelse(rows.in_amounts, rows.amount, wide(quantity))
    order_currency = ibis.ifelse(rows.line.notnull(), rows.line_currency, rows.header_currency)
    return rows.select(
        "bill", "invoice", "invoice_id", "invoice_line_id", "credit", "how", "line", "unit", "line_unit", "by_value", "whole", "amount",
        "header_order", "invoice_currency", "invoice_supplier", "invoice_date_date", "price", "match", "scope", "category", "ordered",
        in_amounts=rows.in_amounts.fill_null(False),
        order_currency=order_currency,
        order_id=ibis.ifelse(rows.line.notnull(), rows.line_order, ibis.ifelse(rows.header_dead.notnull(), rows.header_order,
        ibis.null("string"))), order_dead=ibis.ifelse(rows.line.notnull(), rows.dead, rows.header_dead).fill_null(False),
        currency=ibis.coalesce(rows.invoice_currency, order_currency),
        other_currency=differ(rows.invoice_currency, order_currency),
        bill_price=ibis.ifelse(implied, rows.price, rows.bill_price),
        converted=rows.foreign,
        quantity=quantity,
        in_line_unit=in_line_unit,
        size=ibis.ifelse(rows.line.isnull(), ibis.null(WIDE), size),
        rests=rows.rests.fill_null(False),
        judged=any_of([rows.line.notnull() & ~rows.by_value & ~rows.dead & (counted > 0)]),
    )  # fmt: skip


@base
def billing(f: Shapes) -> Expression:
    """What has been billed on each order line that was. `billed_known`: every invoice line could be counted.
    `currency_from` to `currency_to`: in which currencies ("" = unknown). `invoiced_*`: the sum of its amounts, whatever their currency."""
    rows = f.bills.filter(f.bills.line.notnull())
    units, rest = limbs(rows.amount.fill_null(0))
    return rows.group_by("line").agg(
        billed_known=rows["size"].notnull().all(),
        billed=total(rows["size"]),
        bills=rows.count(),
        currency_from=rows.currency.fill_null("").min(),
        currency_to=rows.currency.fill_null("").max(),
        invoiced_units=units,
        invoiced_rest=rest,
    )
