"""Orders, order lines, and the works that a line names."""

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.tables.facts.columns import (
    WIDE,
    any_of,
    choose,
    first_known,
    later,
    moment,
    moment_names,
    named,
    per_one,
    resolve,
    times,
    total,
    unit_key,
)
from counterfoil.tables.facts.shapes import Shapes, base, given

DEAD_ORDER = ("draft", "submitted", "rejected", "cancelled")
"""Orders that are left out, with their lines."""

given("site_zones", {"site_id": "string", "zone": "int32"})
given(
    "zone_days",
    {"zone": "int32", "utc": "boolean", "day": "date", "boundary": "timestamp", "seconds_before": "int64", "seconds_after": "int64"},
)
given(
    "parameters",
    {
        "issued_known": "boolean",
        "as_of": "date",
        "run_date": "date",
        "approval_threshold": WIDE,
        "threshold_currency": "string",
        "split_days": "int32",
        "duplicate_days": "int32",
        "received_not_invoiced_days": "int32",
        "paid_early_days": "int32",
    },
)
given("exempt_suppliers", {"exempt_supplier": "string"})
given("exempt_categories", {"exempt_category": "string"})
given("scopes", {"scope": "int32", "scope_site": "string", "scope_supplier": "string", "scope_category": "string"})
given("scope_values", {"dimension": "string", "scope_value": "string"})


def lost(f: Shapes, table: str, key: str) -> Expression:
    """The ids of an exchange table whose only rows were rejected: a reference to one resolves, yet nothing can rest on it."""
    rejected = f.rejected(table)
    ids = rejected.select(lost_id=rejected[f"raw_{key}"]).drop_null().distinct()
    return ids.anti_join(f[table], ids.lost_id == f[table][key])


@base
def lost_purchase_orders(f: Shapes) -> Expression:
    return lost(f, "purchase_orders", "purchase_order_id")


@base
def lost_purchase_order_lines(f: Shapes) -> Expression:
    return lost(f, "purchase_order_lines", "purchase_order_line_id")


@base
def lost_parts(f: Shapes) -> Expression:
    return lost(f, "parts", "part_id")


@base
def lost_work_orders(f: Shapes) -> Expression:
    return lost(f, "work_orders", "work_order_id")


@base
def lost_work_order_lines(f: Shapes) -> Expression:
    return lost(f, "work_order_lines", "work_order_line_id")


@base
def lost_requisitions(f: Shapes) -> Expression:
    return lost(f, "requisitions", "requisition_line_id")


@base
def order_facts(f: Shapes) -> Expression:
    """Orders with their zone and moments. `order`: their number here. `dead`: left out. `issue`: issued_at; where that column is null in
    every row, approved_at, else created_at."""
    orders = f.numbered("purchase_orders").left_join(f.site_zones, "site_id").drop("site_id_right")
    orders = resolve(f, orders, "created_at", "approved_at", "issued_at").cross_join(f.parameters)
    issued, approved, created = (moment(orders, name) for name in ("issued_at", "approved_at", "created_at"))
    issue = choose(orders.issued_known, issued, first_known(approved, created))
    return orders.select(
        "purchase_order_id",
        "site_id",
        "supplier_id",
        "status",
        "currency",
        "contract_id",
        "requested_by",
        "created_by",
        "approved_by",
        "zone",
        *moment_names("issued_at", "approved_at"),
        **named("issue", issue),
        order="row",
        order_date=ibis.coalesce(issue.date, orders.created_at_date),
        dead=orders.status.isin(DEAD_ORDER).fill_null(False),
        never_issued=orders.issued_known & orders.issued_at_start.isnull(),
    )


@base
def line_facts(f: Shapes) -> Expression:
    """What the rules compute with of an order line, its order and its part; what stands on the papers is in `line_papers`. `line`, `order`:
    their numbers here (no order: unknown). `dead`: left out everywhere. `price`: for one. `ordered`: the quantity, of basis amount the
    value. `rests`: it hangs on a rejected order or part. `ordered_at`: the later of the order's issue and the line's creation.
    `scope`: which tolerances hold. `conversion_part`: its part, where that has unit conversions of its own."""
    raw = f.numbered("purchase_order_lines")
    lines = raw.select(
        "purchase_order_id",
        "part_id",
        "quantity",
        "need",
        "need_by",
        "need_by_form",
        "created_at",
        "created_at_form",
        "delivery_complete",
        line="row",
        own_status=raw.status,
        own_kind=raw.kind,
        own_category=raw.category,
        unit=unit_key(raw.unit),
        price=per_one(raw.unit_price, raw.price_quantity),
        in_amounts=(raw.basis == "amount").fill_null(False),
        two_way=(raw.match == "two_way").fill_null(False),
        four_way=(raw.match == "four_way").fill_null(False),
    )
    lines = lines.left_join(f.order_facts, "purchase_order_id").drop("purchase_order_id_right")
    parts = f.parts.select(known_part=f.parts.part_id, part_kind=f.parts.kind, part_category=f.parts.category)
    lines = lines.left_join(parts, lines.part_id == parts.known_part)
    conversions = f.conversions.select("conversion_part").drop_null().distinct()
    lines = lines.left_join(conversions, lines.part_id == conversions.conversion_part)
    lines = lines.left_join(f.lost_purchase_orders, lines.purchase_order_id == f.lost_purchase_orders.lost_id)
    lines = lines.rename(lost_order="lost_id").left_join(f.lost_parts, lines.part_id == f.lost_parts.lost_id)
    lines = lines.mutate(category=ibis.coalesce(lines.own_category, lines.part_category))
    return _settled_lines(_with_scope(f, resolve(f, lines, "created_at", "need_by")))


def _settled_lines(lines: Expression) -> Expression:
    """What a line is, from its own columns, its order's and its part's."""
    by_order = lines.status.cases(("cancelled", "cancelled"), ("rejected", "cancelled"), ("closed", "closed"), else_="open")
    line_status = ibis.coalesce(lines.own_status, by_order)
    kind = ibis.coalesce(lines.own_kind, lines.part_kind, ibis.literal("material"))
    value = times(lines.quantity, lines.price)
    issue = moment(lines, "issue")
    ordered_at = choose(issue.start.notnull(), later(issue, moment(lines, "created_at")), issue)
    return lines.select(
        "line",
        "order",
        "quantity",
        "unit",
        "price",
        "in_amounts",
        "two_way",
        "four_way",
        "need",
        "need_by_date",
        "delivery_complete",
        "currency",
        "zone",
        "scope",
        "exempt",
        "conversion_part",
        **named("ordered_at", ordered_at),
        order_date=ibis.coalesce(ordered_at.date, lines.order_date),
        order_lost=lines.lost_order.notnull(),
        own_cancelled=(lines.own_status == "cancelled").fill_null(False),
        open=line_status == "open",
        dead=(line_status == "cancelled") | lines.dead.fill_null(False),
        service=kind == "service",
        outside=kind == "outside",
        value=value,
        ordered=ibis.ifelse(lines.in_amounts, value, lines.quantity.cast(WIDE)),
        rests=lines.lost_order.notnull() | (lines.own_kind.isnull() & lines.lost_id.notnull()),
    )


def _with_scope(f: Shapes, lines: Expression) -> Expression:
    """Which tolerances hold (`scope`) and whether the policy exempts the line's supplier or category (`exempt`)."""
    dimensions = ("site", "supplier", "category")
    for dimension, column in (("site", "site_id"), ("supplier", "supplier_id"), ("category", "category")):
        values = f.scope_values.filter(f.scope_values.dimension == dimension).select(**{f"scope_{dimension}": "scope_value"})
        lines = lines.left_join(values, lines[column] == values[f"scope_{dimension}"])
    lines = lines.mutate(**{f"scope_{dimension}": lines[f"scope_{dimension}"].fill_null("") for dimension in dimensions})
    lines = lines.left_join(f.scopes, [f"scope_{dimension}" for dimension in dimensions])
    lines = lines.left_join(f.exempt_suppliers, lines.supplier_id == f.exempt_suppliers.exempt_supplier)
    lines = lines.left_join(f.exempt_categories, lines.category == f.exempt_categories.exempt_category)
    return lines.mutate(exempt=any_of([lines.exempt_supplier.notnull(), lines.exempt_category.notnull()]))


def line_papers(f: Shapes) -> Expression:
    """What stands on the papers of the order lines, by `line`, as it is: to be looked up for the few lines that need it."""
    raw = f.numbered("purchase_order_lines")
    return raw.select(
        "purchase_order_line_id", "purchase_order_id", "part_id", "revision", "operation_no", "requisition_line_id", "work_order_id",
        "category", line="row",
    )  # fmt: skip


def with_category(f: Shapes, rows: Expression) -> Expression:
    """`category` of the line, or else of its part (`part_id`)."""
    parts = f.parts.select(known_part="part_id", part_category="category")
    rows = rows.left_join(parts, rows.part_id == parts.known_part)
    return rows.mutate(category=ibis.coalesce(rows.category, rows.part_category)).drop("known_part", "part_category")


@base
def order_values(f: Shapes) -> Expression:
    """What the live lines of an order are worth; null where the sum is beyond exact sums. An order without live lines is not here."""
    lines = f.line_facts
    live = lines.filter(~lines.dead)
    live = live.filter(live.order.notnull())
    return live.group_by("order").agg(
        order_value=total(live.value), is_ordered=live.ordered_at_start.notnull().any(), scope=live.scope.argmin(live.line)
    )


@base
def requisition_facts(f: Shapes) -> Expression:
    """Requisition lines and the work order that each is for: its own, else through its work order line. `work_lost`: that line was
    rejected."""
    works = f.work_order_lines.select(known_work_line="work_order_line_id", work_of_line="work_order_id")
    rows = f.requisitions.left_join(works, f.requisitions.work_order_line_id == works.known_work_line)
    rows = rows.left_join(f.lost_work_order_lines, rows.work_order_line_id == f.lost_work_order_lines.lost_id)
    return rows.select(
        "requisition_line_id",
        "requisition_id",
        "work_order_line_id",
        "site_id",
        "quantity",
        "unit_price_estimated",
        "currency",
        "created_at",
        "created_at_form",
        "requested_by",
        "approved_by",
        by_requisition=ibis.coalesce(rows.work_order_id, rows.work_of_line),
        work_lost=rows.work_order_id.isnull() & rows.lost_id.notnull(),
    )


@base
def line_allocations(f: Shapes) -> Expression:
    """Allocations with a quantity other than zero, on the lines they name."""
    rows = f.allocations.filter(f.allocations.quantity != 0)
    lines = line_papers(f).select("line", "purchase_order_line_id")
    return lines.inner_join(rows, "purchase_order_line_id").select("line", "work_order_id", "work_order_line_id", "quantity")


@base
def line_links(f: Shapes) -> Expression:
    """The ways in which a line names work, one row a line. `works_rest`: what it names hangs on a rejected row."""
    lines = line_papers(f).select("line", "purchase_order_line_id", "work_order_id", "requisition_line_id")
    rows = f.line_allocations
    sums = rows.group_by("line").agg(allocated=rows.quantity.sum().cast("decimal(38, 6)"), allocations=rows.count())
    wanted = f.requisition_facts.select("requisition_line_id", "by_requisition", "work_lost", requisition_work_line="work_order_line_id")
    bad = f.rejected("allocations")
    spoiled = bad.select(spoiled_line=bad.raw_purchase_order_line_id).distinct()
    links = lines.left_join(sums, "line").drop("line_right")
    links = links.left_join(wanted, "requisition_line_id").drop("requisition_line_id_right")
    links = links.left_join(f.lost_requisitions, links.requisition_line_id == f.lost_requisitions.lost_id)
    links = links.left_join(spoiled, links.purchase_order_line_id == spoiled.spoiled_line)
    by_requisition_alone = links.allocations.isnull() & links.work_order_id.isnull()
    return links.select(
        "line",
        "allocated",
        "by_requisition",
        "requisition_work_line",
        own_work="work_order_id",
        works_rest=links.spoiled_line.notnull() | (by_requisition_alone & (links.lost_id.notnull() | links.work_lost.fill_null(False))),
    )


@base
def work_facts(f: Shapes) -> Expression:
    """Work orders with their zone and moments."""
    works = f.work_orders.left_join(f.site_zones, "site_id")
    works = works.select(
        "work_order_id", "status", "budget_amount", "currency", "zone", "started_at", "started_at_form", "completed_at",
        "completed_at_form", "closed_at", "closed_at_form", work_site="site_id", work_status="status",
    )  # fmt: skip
    return resolve(f, works, "started_at", "completed_at", "closed_at")


@base
def line_works(f: Shapes) -> Expression:
    """The works of each line: its allocations; else its own; else its requisition's. `part`: the quantity allocated to the work, null where
    the whole line is for it. With what is known of the work: `work_known`, `work_lost` (its row was rejected)."""
    rows, links = f.line_allocations, f.line_links
    by_allocation = rows.group_by("line", "work_order_id").agg(part=rows.quantity.sum().cast("decimal(38, 6)"))
    other = links.filter(links.allocated.isnull())
    whole = ibis.null("decimal(38, 6)")
    own = other.filter(other.own_work.notnull()).select("line", work_order_id="own_work", part=whole)
    rest = other.filter(other.own_work.isnull() & other.by_requisition.notnull())
    named_works = by_allocation.union(own, rest.select("line", work_order_id="by_requisition", part=whole))
    known = f.work_facts.rename(known_work="work_order_id").drop("status", "currency", "budget_amount")
    works = named_works.left_join(known, named_works.work_order_id == known.known_work)
    works = works.left_join(f.lost_work_orders, works.work_order_id == f.lost_work_orders.lost_id)
    return works.mutate(work_known=works.known_work.notnull(), work_lost=works.lost_id.notnull()).drop("known_work", "lost_id")


@base
def linked_lines(f: Shapes) -> Expression:
    """The lines that have works, with the smallest."""
    works = f.line_works
    return works.group_by("line").agg(smallest_work=works.work_order_id.min())
