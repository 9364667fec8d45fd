"""The chain: how far each unit of invoiced money can be followed, per currency: invoiced → ordered → received → linked → approved."""

from collections.abc import Mapping
from decimal import Decimal

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.tables.facts.columns import after, limbs_sql, moment, moment_names, sum_of_limbs, zero
from counterfoil.tables.facts.orders import line_papers, with_category
from counterfoil.tables.facts.run import Facts
from counterfoil.tables.facts.shapes import Shapes
from counterfoil.tables.facts.sums import chain_lines
from counterfoil.tables.result import HOPS, Hop

EVERYTHING = "TRUE"
"""The condition of a chain that is not narrowed."""


def chain_hops(f: Shapes) -> Expression:
    """See `_hops_of`."""
    return _hops_of(chain_lines(f), f)


def chain_hops_by_site(f: Shapes) -> Expression:
    """See `_hops_of`; with the site and the category of the order line."""
    papers = line_papers(f).select("line", "part_id", "category")
    rows = with_category(f, chain_lines(f).left_join(papers, "line").drop("line_right"))
    return _hops_of(rows.left_join(f.order_facts.select("order", "site_id"), "order").drop("order_right"), f, "site_id", "category")


def chain_hops_by_order(f: Shapes) -> Expression:
    """See `_hops_of`; with the order and the order line, null where a bill is on none."""
    return _hops_of(chain_lines(f), f, "order", "line")


def _hops_of(rows: Expression, f: Shapes, *kept: str) -> Expression:
    """Per currency and order line, how much of what is invoiced passes each hop; each is a part of the one before. Stock and exempt stand
    beside linked; approved is of the three."""
    shares = f.chain_shares
    rows = rows.left_join(shares, [rows.currency == shares.share_currency, rows.line == shares.share_line])
    linked = f.linked_lines.select(linked_line="line")
    rows = rows.left_join(linked, rows.line == linked.linked_line)
    shares = f.line_shares.select(shared_line="line", shared_part="part", shared_whole="whole")
    rows = rows.left_join(shares, rows.line == shares.shared_line)
    approvals = f.order_approvals.select("order", *moment_names("first"))
    rows = rows.left_join(approvals, "order").drop("order_right")
    partly = (rows.shared_part != rows.shared_whole).fill_null(False)
    for_work = rows.linked_line.notnull() & rows.usable
    part = ibis.ifelse(partly, ibis.coalesce(rows.share, zero()), rows.received)
    nothing = zero()
    rows = rows.mutate(
        linked=ibis.ifelse(for_work, part, nothing),
        stock=ibis.ifelse(~for_work & (rows.need == "stock").fill_null(False), rows.received, nothing),
        exempt=ibis.ifelse(~for_work & (rows.need == "exempt").fill_null(False), rows.received, nothing),
    )
    first, ordered_at = moment(rows, "first"), moment(rows, "ordered_at")
    in_time = first.start.notnull() & ordered_at.start.notnull() & ~after(first, ordered_at)
    some = ibis.ifelse(rows.linked != 0, rows.linked, ibis.ifelse(rows.stock != 0, rows.stock, rows.exempt))
    return rows.mutate(approved=ibis.ifelse(in_time, some, nothing)).select(
        *kept,
        "currency",
        "bills",
        "invoiced_units",
        "invoiced_rest",
        *HOPS[1:],
    )


def follow_money(facts: Facts, narrowing: str) -> Mapping[str, Mapping[str, Hop]]:
    """The chain by currency ("" = unknown) and hop. Empty where there are no invoices. `narrowing`: an SQL condition over site_id and
    category, to which it is narrowed."""
    if not facts.landing.has("invoices"):
        return {}
    narrow = narrowing != EVERYTHING
    hops = facts.relation("chain_hops_by_site", chain_hops_by_site) if narrow else facts.relation("chain_hops", chain_hops)
    sums = "sum(invoiced_units), sum(invoiced_rest), sum(bills), " + ", ".join(
        f"{limbs_sql(hop)}, sum(bills) FILTER ({hop} <> 0)" for hop in HOPS[1:]
    )
    rows = facts.database.execute(f"SELECT currency, {sums} FROM {hops} WHERE {narrowing} GROUP BY currency ORDER BY currency").fetchall()
    return {currency: dict(zip(HOPS, _hops(figures), strict=True)) for currency, *figures in rows}


def _hops(figures: list[Decimal]) -> list[Hop]:
    triples = zip(figures[::3], figures[1::3], figures[2::3], strict=True)
    return [Hop(sum_of_limbs(units, rest), int(lines or 0)) for units, rest, lines in triples]
