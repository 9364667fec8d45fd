"""When facts were known, and what a line said at a moment: docs/reference/backtest.md has this as a table.

A fact without a date is known from the start: its moment is null, and null is after nothing.
"""

from enum import IntEnum
from typing import Any

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.tables.facts.columns import Moment, after, choose, later, moment, moment_names, named, resolve
from counterfoil.tables.facts.orders import line_papers
from counterfoil.tables.facts.shapes import Shapes, base

_OF_ORDER = ("supplier_id", "site_id")
"""What an order says of all its lines."""

_NEVER = Moment(ibis.null("date"), ibis.null("timestamp"), ibis.null("boolean"))


class Way(IntEnum):
    """How a line names a work: the first that is filled counts."""

    ALLOCATION = 0
    OWN = 1
    REQUISITION = 2


# ---- from when on -----------------------------------------------------------------------------------------------------------------------


@base
def known_orders(f: Shapes) -> Expression:
    """Orders, and the moment `known` from which on each was."""
    rows = f.numbered("purchase_orders").select("site_id", "created_at", "created_at_form", order="row")
    rows = resolve(f, rows.left_join(f.site_zones, "site_id").drop("site_id_right"), "created_at")
    return rows.select("order", **named("known", moment(rows, "created_at")))


@base
def known_lines(f: Shapes) -> Expression:
    """Order lines, and the moment `known` from which on each was: the later of its own creation and its order's."""
    rows = f.numbered("purchase_order_lines").select("created_at", "created_at_form", line="row")
    rows = rows.inner_join(f.line_facts.select("line", "order", "zone"), "line")
    rows = resolve(f, rows, "created_at").left_join(f.known_orders, "order").drop("order_right")
    return rows.select("line", **named("known", later(moment(rows, "created_at"), moment(rows, "known"))))


@base
def known_works(f: Shapes) -> Expression:
    """Work orders, and the moment `known` from which on each was."""
    rows = f.work_orders.select("work_order_id", "site_id", "created_at", "created_at_form")
    rows = resolve(f, rows.left_join(f.site_zones, "site_id").drop("site_id_right"), "created_at")
    return rows.select("work_order_id", **named("known", moment(rows, "created_at")))


@base
def known_requisitions(f: Shapes) -> Expression:
    """Requisition lines, the work (`asked_work`) and work order line (`asked_line`) that each is for, and the moment `known` from which on
    it was."""
    rows = f.requisition_facts
    works = f.work_facts.select(known_work="work_order_id", work_zone="zone")
    rows = rows.left_join(works, rows.by_requisition == works.known_work)
    zones = f.site_zones.rename(zone_site="site_id")
    rows = rows.left_join(zones, rows.site_id == zones.zone_site)
    rows = rows.mutate(zone=ibis.ifelse(rows.site_id.notnull(), rows.zone, rows.work_zone))
    rows = resolve(f, rows, "created_at")
    known = named("known", moment(rows, "created_at"))
    return rows.select("requisition_line_id", asked_work="by_requisition", asked_line="work_order_line_id", **known)


# ---- what a line said then --------------------------------------------------------------------------------------------------------------


@base
def line_changes(f: Shapes) -> Expression:
    """What was changed on order lines, and of their orders what holds for all lines: `field`, what it said before (`old`), and when.
    `place`: the first, second … change of the field, in the order of time."""
    raw = f.numbered("order_changes").select("document", "document_id", "field", "old", "changed_at", "changed_at_form", read="row")
    papers = line_papers(f).select("purchase_order_line_id", "purchase_order_id", "line")
    own = raw.filter(raw.document == "purchase_order_line").inner_join(papers, raw.document_id == papers.purchase_order_line_id)
    whole = raw.filter((raw.document == "purchase_order") & raw.field.isin(_OF_ORDER))
    whole = whole.inner_join(papers, whole.document_id == papers.purchase_order_id)
    columns = ("line", "field", "old", "read", "changed_at", "changed_at_form")
    rows = own.filter(~own.field.isin(_OF_ORDER)).select(*columns).union(whole.select(*columns))
    rows = resolve(f, rows.inner_join(f.line_facts.select("line", "zone"), "line"), "changed_at")
    place = ibis.row_number().over(group_by=[rows.line, rows.field], order_by=[rows.changed_at_start, rows.read])
    return rows.select("line", "field", "old", *moment_names("changed_at"), place=place)


def as_it_was(f: Shapes, rows: Expression, *fields: str, keys: tuple[str, ...] = ("line",)) -> Expression:
    """Order lines with some fields (texts) as they were at the moment `at`: what the first change after it says that it was before; else
    what it is today. `keys`: what tells the rows apart."""
    changes = f.line_changes.inner_join(rows.select(*keys, *moment_names("at")), "line")
    changes = changes.filter(after(moment(changes, "changed_at"), moment(changes, "at")))
    first = {f"{field}_old": changes.old.fill_null("").argmin(changes.place, where=changes.field == field) for field in fields}
    rows = rows.left_join(changes.group_by(*keys).agg(**first), keys).drop(*[f"{key}_right" for key in keys])
    then = {field: ibis.ifelse(rows[f"{field}_old"].isnull(), rows[field], rows[f"{field}_old"].nullif("")) for field in fields}
    return rows.mutate(**then).drop(*first)


def _spells(f: Shapes, field: str) -> Expression:
    """What a field of the order lines said (`value`, where it said something), from when (`since`, null: from the start) until when
    (`until`, null: to this day)."""
    rows = f.line_changes.filter(f.line_changes.field == field)
    window = {"group_by": rows.line, "order_by": rows.place}
    at = moment(rows, "changed_at")
    before = Moment(*(column.lag().over(**window) for column in at))
    ended = rows.select("line", **named("since", before), **named("until", at), value="old")
    last = rows.group_by("line").agg(**named("since", Moment(*(column.argmax(rows.place) for column in at))))
    today = line_papers(f).select("line", value=field).left_join(last, "line").drop("line_right")
    lasting = today.select("line", *moment_names("since"), **named("until", _NEVER), value="value")
    every = ended.union(lasting.select(*ended.columns))
    return every.filter(every.value.notnull())


# ---- which works a line named when ------------------------------------------------------------------------------------------------------


@base
def named_works(f: Shapes) -> Expression:
    """Every way in which a line ever named a work: `way`, the work and, where it names one, its line (`named_line`); from `since` until
    `until` it did; `known`: from when on what it names was there, `there`: it is at all; `lost`: its row was rejected."""
    own = _spells(f, "work_order_id").rename(work_order_id="value")
    own = _with_works(f, own.mutate(way=_code(Way.OWN), named_line=ibis.null("string"), **named("asked", _NEVER)))
    by_requisition = _spells(f, "requisition_line_id").rename(requisition_line_id="value")
    asked = f.known_requisitions.rename({f"asked_{part}": f"known_{part}" for part in ("date", "start", "exact")})
    by_requisition = by_requisition.inner_join(asked, "requisition_line_id").rename(work_order_id="asked_work", named_line="asked_line")
    by_requisition = by_requisition.filter(by_requisition.work_order_id.notnull()).mutate(way=_code(Way.REQUISITION))
    by_requisition = _with_works(f, by_requisition)
    return own.union(by_requisition.select(*own.columns), _allocated(f).select(*own.columns))


def _allocated(f: Shapes) -> Expression:
    """Allocations: there from when on their line, their work and, where they name one, their requisition are."""
    rows = f.allocations.filter(f.allocations.quantity != 0).rename(named_line="work_order_line_id").drop("quantity")
    rows = rows.inner_join(line_papers(f).select("line", "purchase_order_line_id"), "purchase_order_line_id")
    rows = rows.inner_join(f.known_lines.rename({f"line_{part}": f"known_{part}" for part in ("date", "start", "exact")}), "line")
    requisitions = f.known_requisitions.select(
        "requisition_line_id", **{f"paper_{part}": f"known_{part}" for part in ("date", "start", "exact")}
    )
    rows = rows.left_join(requisitions, "requisition_line_id").drop("requisition_line_id_right")
    asked = later(moment(rows, "line"), moment(rows, "paper"))
    rows = rows.mutate(way=_code(Way.ALLOCATION), **named("since", _NEVER), **named("until", _NEVER), **named("asked", asked))
    return _with_works(f, rows)


def _with_works(f: Shapes, rows: Expression) -> Expression:
    """Settles `known` from the moment of what leads to the work (`asked`), and the work's; where that was never read, and the row names a
    work order line, from that of the line's work."""
    works = f.known_works.rename(known_work="work_order_id")
    rows = rows.left_join(works, rows.work_order_id == works.known_work)
    lines = f.work_order_lines.select("work_order_line_id", "work_order_id").inner_join(f.known_works, "work_order_id")
    lines = lines.select("work_order_line_id", **named("line_known", moment(lines, "known")))
    rows = rows.left_join(lines, rows.named_line == lines.work_order_line_id)
    rows = rows.left_join(f.lost_work_orders, rows.work_order_id == f.lost_work_orders.lost_id)
    named_one = choose(rows.known_work.notnull(), moment(rows, "known"), moment(rows, "line_known"))
    return rows.select(
        "line",
        "way",
        "work_order_id",
        "named_line",
        *moment_names("since", "until"),
        **named("known", later(named_one, moment(rows, "asked"))),
        there=rows.known_work.notnull(),
        lost=rows.lost_id.notnull(),
    )


def ways_at(f: Shapes, rows: Expression) -> Expression:
    """The ways of the lines of `rows` (`line`, moment `at`) to a work. `says`: it names one at the moment; `leads`: what it names was known
    by then; else, `comes`: it was at the later moment `came`. What it names is a work only where that is `there`."""
    ways = f.named_works.inner_join(rows, "line")
    at, since, until, known = (moment(ways, name) for name in ("at", "since", "until", "known"))
    came = later(since, known)
    lasts = until.start.isnull()
    says = ~after(since, at) & (lasts | after(until, at))
    return ways.mutate(
        says=says,
        leads=says & ~after(known, at),
        comes=after(came, at) & (lasts | after(until, came)),
        **named("came", came),
    )


def leads(ways: Expression, to: Any) -> Any:
    """Of groups of `ways_at` of one line and moment: one of the works that the line had then was known, and meets a condition `to`. Its
    works are those of allocations; else its own; else its requisition's."""

    def some(way: Way, condition: Any) -> Any:
        return ((ways.way == int(way)) & condition).any()

    there = ways.leads & ways.there
    allocated, own = some(Way.ALLOCATION, there), some(Way.OWN, ways.says)
    by_own, by_requisition = some(Way.OWN, there & to), some(Way.REQUISITION, there & to)
    return some(Way.ALLOCATION, there & to) | (~allocated & (by_own | (~own & by_requisition)))


def _code(way: Way) -> Any:
    return ibis.literal(int(way), type="int8")
