"""What works need, when it began, and what has been ordered for it."""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.tables.facts.columns import choose, look_up, moment, moment_names, resolve, unit_key
from counterfoil.tables.facts.orders import line_papers
from counterfoil.tables.facts.shapes import Shapes, base


@base
def bought_work(f: Shapes) -> Expression:
    """Work order lines that are bought and have started: service, outside, or supply buy (null = buy); `start`: of the work order,
    outside of the operation where known. `work_lost`: their work order was rejected."""
    raw = f.work_order_lines
    bought = raw.kind.isin(("service", "outside")).fill_null(False) | (raw.supply.fill_null("buy") == "buy")
    works = f.work_facts.select(
        "work_order_id", "zone", "started_at_date", "started_at_start", "started_at_exact", "currency", work_site="work_site"
    )
    rows = raw.filter(bought).drop("need_by", "need_by_form", "revision", "description", "unit")
    rows = rows.left_join(works, "work_order_id").drop("work_order_id_right")
    rows = rows.left_join(f.lost_work_orders, rows.work_order_id == f.lost_work_orders.lost_id)
    rows = resolve(f, rows, "operation_started_at")
    by_operation = (rows.kind == "outside").fill_null(False) & rows.operation_started_at_start.notnull()
    start = choose(by_operation, moment(rows, "operation_started_at"), moment(rows, "started_at"))
    rows = rows.mutate(begin_date=start.date, begin_start=start.start, begin_exact=start.exact, work_lost=rows.lost_id.notnull())
    return rows.filter(rows.begin_start.notnull() | rows.work_lost)


@base
def covering_lines(f: Shapes) -> Expression:
    """(work order line, order line) where the order line is linked to it, or to its work order with the same part, or as a service
    where the work order line is a service or done outside."""
    rows = f.line_allocations
    direct = rows.filter(rows.work_order_line_id.notnull()).select("work_order_line_id", "line")
    links = f.line_links
    asked = links.filter(links.requisition_work_line.notnull()).select("line", work_order_line_id="requisition_work_line")
    mine = f.bought_work.select("work_order_line_id", "work_order_id", "part_id", "kind")
    works = f.line_works.select("line", covered_work="work_order_id")
    works = works.semi_join(mine, works.covered_work == mine.work_order_id)
    works = line_papers(f).select("line", bought_part="part_id").inner_join(works, "line")
    works = works.inner_join(f.line_facts.select("line", "service"), "line")
    pairs = works.inner_join(mine, works.covered_work == mine.work_order_id)
    same_part = (pairs.part_id == pairs.bought_part).fill_null(False)
    service = pairs.service & pairs.kind.isin(("service", "outside")).fill_null(False)
    return direct.union(asked.select("work_order_line_id", "line"), pairs.filter(same_part | service).select("work_order_line_id", "line"))


@base
def operation_starts(f: Shapes) -> Expression:
    """Of each outside line and work: when the operation started. That of the work order lines it is linked to by id, where they say
    so; else the earliest of the work's lines with the same operation_no."""
    lines = f.line_facts.filter(f.line_facts.outside & ~f.line_facts.dead).select("line")
    lines = look_up(lines, line_papers(f).select("line", "operation_no"), "line")
    works = f.line_works.select("line", "work_order_id").inner_join(lines, "line")
    started = f.work_order_lines.select(
        "work_order_line_id", "operation_started_at", "operation_started_at_form", of_work="work_order_id", of_operation="operation_no"
    )
    zones = f.work_facts.select(zone_work="work_order_id", zone="zone")
    started = started.left_join(zones, started.of_work == zones.zone_work).drop("zone_work")
    started = resolve(f, started, "operation_started_at")
    started = started.filter(started.operation_started_at_start.notnull())
    rows = f.line_allocations
    linked = rows.filter(rows.work_order_line_id.notnull()).select("line", "work_order_id", "work_order_line_id")
    links = f.line_links
    asked = links.filter(links.requisition_work_line.notnull()).select("line", asked_line="requisition_work_line")
    unlinked = works.anti_join(linked, ["line", "work_order_id"]).inner_join(asked, "line")
    by_id = linked.union(unlinked.select("line", "work_order_id", work_order_line_id="asked_line"))
    by_id = by_id.semi_join(works, ["line", "work_order_id"]).inner_join(started, "work_order_line_id")
    by_id = by_id.filter(by_id.of_work == by_id.work_order_id)
    columns = ["line", "work_order_id", *moment_names("operation_started_at")]
    by_id = by_id.select(*columns)
    rest = works.anti_join(by_id, ["line", "work_order_id"])
    by_number = rest.inner_join(started, [rest.work_order_id == started.of_work, rest.operation_no == started.of_operation])
    every = by_id.union(by_number.select(*columns))
    start = every.operation_started_at_start
    return every.group_by("line", "work_order_id").agg(
        begin_date=every.operation_started_at_date.argmin(start),
        begin_start=start.min(),
        begin_exact=every.operation_started_at_exact.argmin(start),
    )


@base
def linked_work_lines(f: Shapes) -> Expression:
    """(order line, work order line, quantity ordered for it) of live lines: by id (allocation, requisition), else the only line of its
    work with the same part. An allocation gives its own quantity, another link the whole line's."""
    lines = f.line_facts.filter(~f.line_facts.dead).select("line", "quantity")
    lines = lines.inner_join(line_papers(f).select("line", "part_id"), "line")
    rows = f.line_allocations.inner_join(lines.drop("quantity"), "line")
    allocated = rows.select("line", "work_order_id", "part_id", "quantity", wanted="work_order_line_id")
    works, links = f.line_works, f.line_links
    whole = works.filter(works.part.isnull()).select("line", "work_order_id").inner_join(lines, "line")
    asked = links.select("line", asked="requisition_work_line")
    known = f.work_order_lines.select(known_line="work_order_line_id", known_work="work_order_id")
    whole = whole.inner_join(asked, "line")
    whole = whole.left_join(known, [whole.asked == known.known_line, whole.work_order_id == known.known_work])
    other = whole.select("line", "work_order_id", "part_id", "quantity", wanted="known_line")
    every = allocated.union(other.select(*allocated.columns))
    needs = f.work_order_lines.select("work_order_line_id", of_work="work_order_id", of_part="part_id")
    alone = needs.filter(needs.of_part.notnull())
    alone = alone.group_by("of_work", "of_part").agg(only_line=alone.work_order_line_id.min(), lines=alone.count())
    alone = alone.filter(alone.lines == 1)
    every = every.mutate(sought=ibis.ifelse(every.wanted.isnull(), every.part_id, ibis.null("string")))
    every = every.left_join(alone, [every.work_order_id == alone.of_work, every.sought == alone.of_part])
    every = every.mutate(work_order_line_id=ibis.coalesce(every.wanted, every.only_line))
    required = f.work_order_lines.select(
        "work_order_line_id",
        need_work="work_order_id",
        required="quantity",
        work_unit=unit_key(f.work_order_lines.unit),
        work_revision="revision",
    )
    return every.select("line", "quantity", "work_order_line_id").inner_join(required, "work_order_line_id")
