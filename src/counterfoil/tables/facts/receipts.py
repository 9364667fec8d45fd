"""Receipts and acceptances: what each row counts for, and what has been received on a line."""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.rules.tolerance import allowed
from counterfoil.tables.facts.columns import (
    COLUMNS,
    QUANTITY,
    Moment,
    Portion,
    choose,
    differ,
    look_up,
    moment,
    moment_names,
    named,
    resolve,
    unit_key,
    wide,
)
from counterfoil.tables.facts.orders import line_papers
from counterfoil.tables.facts.shapes import Shapes, base, given

given(
    "conversions",
    {"conversion_part": "string", "from_unit": "string", "to_unit": "string", "multiply": "int64", "divide": "int64"},
)
_MICRO = ibis.literal(1_000_000, type="decimal(7, 0)")
_LARGEST = 1e21
"""Of a converted quantity, in millionths: beyond it nothing is counted on."""
_MICROTH = ibis.literal("0.000001", type="decimal(7, 6)")


def with_conversion(f: Shapes, rows: Expression, unit: str, line_unit: str, part_id: str) -> Expression:
    """Adds `multiply` and `divide` for rows whose unit is known and not the line's (`foreign`): the part's conversion, else any part's.
    Both null where there is none; `divide` below 1 where it cannot be used."""
    foreign = (rows[unit] != rows[line_unit]).fill_null(False)
    rows = rows.mutate(foreign=foreign, sought=ibis.ifelse(foreign, rows[unit], ibis.null("string")))
    any_part = f.conversions.filter(f.conversions.conversion_part.isnull()).drop("conversion_part")
    own = f.conversions.filter(f.conversions.conversion_part.notnull()).rename(own_part="conversion_part")
    joined = rows.left_join(own, [rows[part_id] == own.own_part, rows.sought == own.from_unit, rows[line_unit] == own.to_unit])
    joined = joined.rename(own_multiply="multiply", own_divide="divide").drop("own_part", "from_unit", "to_unit")
    joined = joined.left_join(any_part, [joined.sought == any_part.from_unit, joined[line_unit] == any_part.to_unit])
    return joined.mutate(
        multiply=ibis.coalesce(joined.own_multiply, joined.multiply), divide=ibis.coalesce(joined.own_divide, joined.divide)
    ).drop("own_multiply", "own_divide", "from_unit", "to_unit", "sought")


def convert(rows: Expression, quantity: ibis.Value) -> ibis.Value:
    """A quantity in the line's unit (see `with_conversion`); null where that is not exact within six decimals."""
    millionths = (quantity.cast(QUANTITY) * _MICRO).cast("int64")
    size = millionths.cast("float64").abs() * rows.multiply
    divides = (rows.divide > 0) & (millionths % rows.divide.nullif(0) == 0) & (size < _LARGEST * rows.divide)
    exact = divides | ((rows.divide < 0) & (millionths == 0))
    quotient = _divide(millionths, rows.divide.nullif(0)).cast("decimal(38, 0)")
    converted = ((quotient * rows.multiply.cast("decimal(38, 0)")).cast(QUANTITY) * _MICROTH).cast(QUANTITY)
    return ibis.ifelse(rows.foreign, ibis.ifelse(exact.fill_null(False), converted, ibis.null(QUANTITY)), quantity.cast(QUANTITY))


def _divide(number: ibis.Value, divisor: ibis.Value) -> ibis.Value:
    """The whole quotient, exact: engines divide as floats, whose error over eighteen digits a second step takes away."""
    near = number // divisor
    return near + (number - near * divisor) // divisor


def reversed_quantities(f: Shapes) -> Expression:
    """How much of a receipt row (`back_of`) the reversals that name it take back: `reversed_quantity`, in the row's unit."""
    rows = f.receipts.filter(f.receipts.reverses.notnull())
    return rows.group_by(back_of="reverses").agg(reversed_quantity=rows.quantity_received.abs().sum().cast(QUANTITY))


@base
def receipt_facts(f: Shapes) -> Expression:
    """Every receipt row with its line and what it counts for in the line's unit: `received` and `accepted`, reversals negative, null where
    the unit cannot be converted. `receipt`: its number here; `reversed`: that of the row which a `reversal` names, null where there is
    none. `names_line`: it names an order line, or, where it is a reversal, the row it names does. `counts`: it is no reversal and not
    wholly reversed."""
    rows = f.numbered("receipts")
    reversals = f.receipts.filter(f.receipts.reverses.notnull())
    named_rows = rows.semi_join(reversals, rows.receipt_line_id == reversals.reverses)
    named_rows = named_rows.select(reversed="row", reversed_id="receipt_line_id", reversed_line="purchase_order_line_id")
    receipts = rows.drop("received_by", "lot_id").left_join(named_rows, rows.reverses == named_rows.reversed_id)
    line_ref = ibis.coalesce(receipts.purchase_order_line_id, receipts.reversed_line)
    receipts = receipts.mutate(line_ref=line_ref, unit=unit_key(receipts.unit))
    receipts = receipts.drop("purchase_order_line_id", "reversed_line", "reversed_id")
    papers = line_papers(f).select("purchase_order_line_id", paper_line="line")
    receipts = receipts.left_join(papers, receipts.line_ref == papers.purchase_order_line_id).drop("purchase_order_line_id")
    lines = f.line_facts.select("line", "in_amounts", "zone", "conversion_part", "service", line_unit="unit", line_dead="dead")
    receipts = receipts.left_join(lines, receipts.paper_line == lines.line).drop("paper_line")
    receipts = receipts.left_join(f.lost_purchase_order_lines, receipts.line_ref == f.lost_purchase_order_lines.lost_id)
    receipts = receipts.mutate(sought_work=ibis.ifelse(receipts.line.isnull(), receipts.work_order_id, ibis.null("string")))
    works = f.work_facts.select(own_work="work_order_id", work_zone="zone")
    receipts = receipts.left_join(works, receipts.sought_work == works.own_work)
    receipts = receipts.mutate(zone=ibis.ifelse(receipts.line.notnull(), receipts.zone, receipts.work_zone))
    back = reversed_quantities(f)
    receipts = receipts.left_join(back, receipts.receipt_line_id == back.back_of)
    receipts = resolve(f, receipts, "received_at")
    return _measured(with_conversion(f, receipts, "unit", "line_unit", "conversion_part"))


def _measured(rows: Expression) -> Expression:
    accepted = convert(rows, ibis.coalesce(rows.quantity_accepted, rows.quantity_received))
    received = convert(rows, rows.quantity_received)
    amount = rows.amount.fill_null(0).cast(QUANTITY)

    def signed(number: ibis.Value) -> ibis.Value:
        return ibis.ifelse(rows.reverses.notnull(), -number.abs(), number)

    return rows.select(
        "line",
        "line_dead",
        "reversed",
        *moment_names("received_at"),
        receipt="row",
        reversal=rows.reverses.notnull(),
        other_unit=differ(rows.unit, rows.line_unit),
        received=signed(ibis.ifelse(rows.in_amounts, amount, ibis.ifelse(rows.service, accepted, received))),
        accepted=signed(ibis.ifelse(rows.in_amounts, amount, accepted)),
        names_line=rows.line_ref.notnull(),
        line_lost=rows.lost_id.notnull(),
        counts=rows.reverses.isnull() & (rows.reversed_quantity.isnull() | (rows.quantity_received > rows.reversed_quantity)),
    )


@base
def received_sums(f: Shapes) -> Expression:
    """What each line with receipts has received and accepted: net, in its unit; of basis amount in money. `goods_known`: every row could be
    converted."""
    rows = f.receipt_facts.filter(f.receipt_facts.line.notnull())
    return rows.group_by("line").agg(
        goods_known=(rows.received.notnull() & rows.accepted.notnull()).all(),
        received=rows.received.sum().cast(QUANTITY),
        accepted=rows.accepted.sum().cast(QUANTITY),
    )


@base
def receipt_events(f: Shapes) -> Expression:
    """What came in, in moments: each row that is no reversal, less the reversals that name it; a reversal that names no such row of
    its line at its own moment. `stands`: a receipt that still counts, on a line that has received something."""
    rows = f.receipt_facts.filter(f.receipt_facts.line.notnull())
    sums = f.received_sums.filter(f.received_sums.goods_known).select("line", line_received="received")
    rows = rows.inner_join(sums, "line")
    columns = ["line", "receipt", "received", "line_received", *moment_names("received_at")]
    straight = rows.filter(~rows.reversal).select(*columns)
    back = rows.filter(rows.reversal).select(*columns, "reversed")
    netted = back.group_by("line", "reversed").agg(back=back.received.sum().cast(QUANTITY))
    events = straight.left_join(netted, [straight.line == netted.line, straight.receipt == netted.reversed])
    net = (events.received + events.back.fill_null(0)).cast(QUANTITY)
    events = events.select("line", "receipt", *moment_names("received_at"), net=net, stands=(net > 0) & (events.line_received > 0))
    matched = back.semi_join(straight.semi_join(back, "line"), [("line", "line"), ("reversed", "receipt")])
    alone = back.anti_join(matched, "receipt")
    return events.union(
        alone.select("line", "receipt", *moment_names("received_at"), net=alone.received.cast(QUANTITY), stands=ibis.literal(False))
    )


def with_receipt_ids(f: Shapes, rows: Expression) -> Expression:
    """Adds the `receipt_line_id` of a few rows with a `receipt`, for the order of receipts of one moment."""
    return look_up(rows, f.numbered("receipts").select("receipt_line_id", receipt="row"), "receipt")


def needed_to_complete(ordered: ibis.Value, absolute: ibis.Value, fraction: ibis.Value, counts: ibis.Value) -> ibis.Value:
    """Ordered less its lower tolerance."""
    return ordered - allowed(COLUMNS, ordered, absolute, Portion(fraction), counts)


@base
def standing(f: Shapes) -> Expression:
    """The lines on which a receipt stands: the moments of the first, and of the one that made the line complete (null while it is not)."""
    events = f.receipt_events.filter(f.receipt_events.stands)
    sums = events.group_by("line").agg(events=events.count(), came=events.net.sum().cast(QUANTITY))
    lines = f.line_facts.select("line", "ordered", "scope")
    rooms = f.limits.filter((f.limits.limit_kind == "quantity") & (f.limits.limit_currency == ""))
    lines = lines.inner_join(sums, "line").left_join(rooms, lines.scope == rooms.limit_scope)
    wanted = needed_to_complete(lines.ordered, lines.lower_absolute, lines.lower_fraction, lines.lower_counts)
    lines = lines.select("line", "events", wanted=wanted, ever=wide(lines.came) >= wanted)
    single = events.inner_join(lines.filter(lines.events == 1), "line")
    at = moment(single, "received_at")
    never = Moment(ibis.null("date"), ibis.null("timestamp"), ibis.null("boolean"))
    one = single.select("line", **named("first", at), **named("complete", choose(single.ever, at, never)))
    return one.union(_several(f, events, lines))


def _several(f: Shapes, events: Expression, lines: Expression) -> Expression:
    """The same for lines with more than one standing receipt, which alone need a running sum."""
    rows = with_receipt_ids(f, events.inner_join(lines.filter(lines.events > 1), "line"))
    order = [rows.received_at_start, rows.receipt_line_id]
    window = ibis.window(group_by=rows.line, order_by=order, preceding=None, following=0)
    rows = rows.mutate(place=ibis.row_number().over(group_by=rows.line, order_by=order), running=rows.net.sum().over(window))
    reached = wide(rows.running) >= rows.wanted
    rows = rows.mutate(first_place=rows.place == 0, reached=reached & (wide(rows.running - rows.net) < rows.wanted))
    at = moment(rows, "received_at")

    def of(name: str, which: ibis.Value) -> dict[str, ibis.Value]:
        return named(name, Moment(*(column.max(where=which) for column in at)))

    first_reached = rows.reached | (rows.first_place & reached)
    return rows.group_by("line").agg(**of("first", rows.first_place), **of("complete", first_reached))
