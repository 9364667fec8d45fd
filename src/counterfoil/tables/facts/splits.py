"""Groups of small orders that together reach the approval threshold: the greedy walk that no engine does in one statement."""

import datetime
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table as Expression

from counterfoil.tables.facts.columns import WIDE
from counterfoil.tables.facts.shapes import Shapes, base, computed
from counterfoil.tables.facts.sums import with_rate

_SCHEMA = {"split_order": "string", "split_group": "int64"}


@base
def small_orders(f: Shapes) -> Expression:
    """Live issued orders without a contract, from a known supplier, that may be part of a split: `amount` in the threshold's currency,
    null where there is no rate; `asker`: requester, else creator."""
    rows = f.order_facts
    rows = rows.filter(~rows.dead & rows.supplier_id.notnull() & rows.contract_id.isnull() & rows.issue_start.notnull())
    values = f.order_values.select("order", "order_value", valued=ibis.literal(True))
    rows = rows.left_join(values, "order").drop("order_right").cross_join(f.parameters)
    worth = ibis.ifelse(rows.valued.isnull(), ibis.literal(0).cast(WIDE), rows.order_value)
    rows = rows.select(
        "purchase_order_id", "supplier_id", "site_id", "issue_date", "issue_start", "currency", "threshold_currency", "approval_threshold",
        "split_days", worth=worth, asker=ibis.coalesce(rows.requested_by, rows.created_by),
    )  # fmt: skip
    rows = with_rate(f, rows, "worth", "currency", "threshold_currency", "issue_date")
    rows = rows.filter(rows.asker.isnull() | rows.changed.isnull() | (rows.changed < rows.approval_threshold))
    return rows.rename(amount="changed")


def walk(rows: pa.Table) -> pa.Table:
    """From the earliest order of a supplier, site and asker: all within the window form a group; then from the next."""
    group, members = -1, []
    before: tuple[Any, ...] | None = None
    end = datetime.date.min
    for row in rows.to_pylist():
        key = (row["supplier_id"], row["site_id"], row["asker"])
        if key != before or row["issue_date"] >= end:
            group, before = group + 1, key
            end = row["issue_date"] + datetime.timedelta(days=row["split_days"])
        members.append(group)
    return pa.table({"split_order": rows.column("purchase_order_id"), "split_group": pa.array(members, pa.int64())})


@computed(_SCHEMA, walk)
def split_walk(f: Shapes) -> Expression:
    """The orders that can be judged, in the order of the walk."""
    rows = f.small_orders.filter(f.small_orders.asker.notnull() & f.small_orders.amount.notnull())
    rows = rows.select("supplier_id", "site_id", "asker", "issue_date", "split_days", "issue_start", "purchase_order_id")
    return rows.order_by("supplier_id", "site_id", "asker", "issue_start", "purchase_order_id")


@base
def split_groups(f: Shapes) -> Expression:
    """Small orders with their group; null where the order could not be judged."""
    rows = f.small_orders.select("purchase_order_id", "amount", "inexact", "issue_date")
    return rows.left_join(f.split_walk, rows.purchase_order_id == f.split_walk.split_order).drop("split_order")
