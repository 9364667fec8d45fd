"""The shape that every rule's candidates take, and who they are about.

A rule gives one row a candidate that it found, could not judge, or was told to spare; the others it leaves out. `candidates` settles
which of the three a row is: an exempt candidate is spared; one that would rest on a rejected row is not judged.
"""

from typing import Any

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.tables.facts.columns import WIDE
from counterfoil.tables.facts.shapes import Shapes

FOUND, NOT_JUDGED, EXEMPT = "found", "not judged", "exempt"

COLUMNS = (
    "verdict",
    "severity",
    "site_id",
    "supplier_id",
    "category",
    "document",
    "document_id",
    "line_id",
    "members",
    "work_order_id",
    "amount_at_risk",
    "currency",
    "occurred_at",
)
"""What every rule's rows have; every other column is evidence."""

MEMBER_SEPARATOR = "\x1f"

_NO_TEXT = ibis.null("string")
_NEVER = ibis.literal(False)


def candidates(
    rows: Expression,
    *,
    severity: Any,
    document: str,
    document_id: Any,
    line_id: Any = _NO_TEXT,
    members: Any = _NO_TEXT,
    amount: Any,
    currency: Any = _NO_TEXT,
    work: Any = _NO_TEXT,
    site: Any = _NO_TEXT,
    supplier: Any = _NO_TEXT,
    category: Any = _NO_TEXT,
    occurred_at: Any = None,
    unjudged: Any = _NEVER,
    rests: Any = _NEVER,
    exempt: Any = _NEVER,
    **evidence: Any,
) -> Expression:
    """Rows as candidates. `unjudged`: cannot be decided. `rests`: it is found, but would rest on a rejected row. `exempt`: policy
    spares it. The amount is never below zero, null where unknown."""
    known = amount.cast(WIDE)
    return rows.select(
        verdict=ibis.cases((_known(unjudged), NOT_JUDGED), (_known(exempt), EXEMPT), (_known(rests), NOT_JUDGED), else_=FOUND),
        severity=ibis.literal(severity) if isinstance(severity, str) else severity,
        site_id=site,
        supplier_id=supplier,
        category=category,
        document=ibis.literal(document),
        document_id=document_id,
        line_id=line_id,
        members=members,
        work_order_id=work,
        amount_at_risk=ibis.ifelse(known < 0, known * 0, known).cast(WIDE),
        currency=currency,
        occurred_at=ibis.null("date") if occurred_at is None else occurred_at,
        **evidence,
    )


def _column(rows: Expression, value: Any) -> Any:
    """The column of that name, where there is one; else the value itself."""
    return rows[value] if isinstance(value, str) and value in rows.columns else value


def _known(condition: Any) -> Any:
    return condition.fill_null(False)


NO_AMOUNT = ibis.literal(0).cast(WIDE)


def about_lines(f: Shapes, rows: Expression, *, severity: Any, amount: Any, works_matter: bool = False, **settings: Any) -> Expression:
    """Candidates about order lines: `rows` has `line`; `amount` and other settings are names of its columns or values. `work_order_id`: the
    column `work` of rows where it has one, else the smallest work of the line. `works_matter`: it rests on what the line's works rest
    on."""
    lines = f.line_facts.drop("dead", "ordered", "price", "in_amounts", "match", "line_status", "unit")
    mine = [name for name in lines.columns if name != "line" and name in rows.columns]
    joined = rows.inner_join(lines.drop(*mine), "line")
    if "work" not in rows.columns:
        linked = f.linked_lines.rename(work="smallest_work")
        joined = joined.left_join(linked, "line").drop("line_right")
    if works_matter:
        links = f.line_links.select("line", "works_rest")
        joined = joined.left_join(links, "line").drop("line_right")
    rests = joined.rests
    for more in ("also_rests", "works_rest"):
        if more in joined.columns:
            rests = rests | joined[more].fill_null(False)
    return candidates(
        joined,
        severity=_column(joined, severity),
        document="purchase_order",
        document_id=joined.purchase_order_id,
        line_id=joined.purchase_order_line_id,
        amount=_column(joined, amount),
        currency=joined.currency,
        work=joined.work,
        site=joined.site_id,
        supplier=joined.supplier_id,
        category=joined.category,
        occurred_at=joined.order_date,
        rests=rests,
        **{name: _column(joined, value) for name, value in settings.items()},
    )


def about_bills(f: Shapes, rows: Expression, *, severity: Any, amount: Any, exempt: bool = False, **settings: Any) -> Expression:
    """Candidates about invoice lines: `rows` are rows of `bills`, with `also_rests` where there is more that they rest on."""
    linked = f.linked_lines
    if "work" not in rows.columns:
        rows = rows.left_join(linked, "line").rename(work="smallest_work").drop("line_right")
    orders = f.order_facts.select(site_order="purchase_order_id", order_site="site_id")
    rows = rows.left_join(orders, rows.order_id == orders.site_order)
    if exempt:
        suppliers, categories = f.exempt_suppliers, f.exempt_categories
        rows = rows.left_join(suppliers, rows.invoice_supplier == suppliers.exempt_supplier)
        rows = rows.left_join(categories, rows.category == categories.exempt_category)
        settings["exempt"] = rows.exempt_supplier.notnull() | rows.exempt_category.notnull()
    rests = rows.rests
    if "also_rests" in rows.columns:
        rests = rests | rows.also_rests.fill_null(False)
    return candidates(
        rows,
        severity=_column(rows, severity),
        document="invoice",
        document_id=rows.invoice_id,
        line_id=rows.invoice_line_id,
        amount=_column(rows, amount),
        currency=rows.currency,
        work=rows.work,
        site=rows.order_site,
        supplier=rows.invoice_supplier,
        category=rows.category,
        occurred_at=rows.invoice_date_date,
        rests=rests,
        **{name: _column(rows, value) for name, value in settings.items()},
    )


def about_orders(f: Shapes, rows: Expression, *, severity: Any, amount: str, **settings: Any) -> Expression:
    """Candidates about orders: `rows` has `purchase_order_id`."""
    orders = f.order_facts.select("purchase_order_id", "site_id", "supplier_id", "currency", "order_date")
    joined = rows.inner_join(
        orders.drop(*[name for name in orders.columns if name != "purchase_order_id" and name in rows.columns]), "purchase_order_id"
    )
    return candidates(
        joined,
        severity=_column(joined, severity),
        document="purchase_order",
        document_id=joined.purchase_order_id,
        amount=_column(joined, amount),
        currency=joined.currency,
        site=joined.site_id,
        supplier=joined.supplier_id,
        occurred_at=joined.order_date,
        **{name: _column(joined, value) for name, value in settings.items()},
    )


def about_invoices(rows: Expression, *, severity: str, amount: str, currency: str = "currency", **settings: Any) -> Expression:
    """Candidates about invoices: `rows` are rows of `invoice_facts`, with more columns."""
    return candidates(
        rows,
        severity=_column(rows, severity),
        document="invoice",
        document_id=rows.invoice_id,
        amount=_column(rows, amount),
        currency=rows[currency],
        supplier=rows.supplier_id,
        occurred_at=rows.invoice_date_date,
        **{name: _column(rows, value) for name, value in settings.items()},
    )


def about_receipts(f: Shapes, rows: Expression, *, severity: str, amount: Any, **settings: Any) -> Expression:
    """Candidates about receipts: `rows` are rows of `receipt_facts`. Works: those of the line, else the one that the row names."""
    lines = f.line_facts.select("line", "site_id", "supplier_id", "category", "currency", "rests", "exempt")
    rows = rows.left_join(lines, "line").drop("line_right").left_join(f.linked_lines, "line").drop("line_right")
    rests = rows.rests.fill_null(False)
    if "also_rests" in rows.columns:
        rests = rests | rows.also_rests.fill_null(False)
    return candidates(
        rows,
        severity=severity,
        document="receipt",
        document_id=ibis.coalesce(rows.receipt_id, rows.receipt_line_id),
        line_id=rows.receipt_line_id,
        amount=_column(rows, amount),
        currency=rows.currency,
        work=ibis.ifelse(rows.line.notnull(), rows.smallest_work, rows.work_order_id),
        site=rows.site_id,
        supplier=rows.supplier_id,
        category=rows.category,
        occurred_at=rows.received_at_date,
        rests=rests,
        **{name: _column(rows, value) for name, value in settings.items()},
    )


def about_requisitions(rows: Expression, *, severity: str, **settings: Any) -> Expression:
    """Candidates about requisition lines: `rows` are rows of `requisition_facts`."""
    estimate = (rows.quantity.cast("decimal(38, 6)") * rows.unit_price_estimated).cast(WIDE)
    return candidates(
        rows,
        severity=severity,
        document="requisition",
        document_id=ibis.coalesce(rows.requisition_id, rows.requisition_line_id),
        line_id=rows.requisition_line_id,
        amount=estimate,
        currency=rows.currency,
        work=rows.by_requisition,
        site=rows.site_id,
        **settings,
    )
