"""The shape that every rule's candidates take, and who they are about.

A rule gives one row a candidate that it found, could not judge, or was told to spare; the others it leaves out. `candidates` settles
which of the three a row is: an exempt candidate is spared; one that would rest on a rejected row is not judged.
"""

from typing import Any

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.tables.facts.columns import WIDE, look_up, unit_key
from counterfoil.tables.facts.invoices import with_bill_ids, with_invoice_ids
from counterfoil.tables.facts.orders import line_papers, with_category
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
    joined = look_up(rows, f.line_facts.select("line", "order", "rests", "order_date", "currency"), "line")
    joined = _with_line_papers(f, joined)
    if "work" not in rows.columns:
        joined = look_up(joined, f.linked_lines.select("line", work="smallest_work"), "line")
    if works_matter:
        joined = look_up(joined, f.line_links.select("line", "works_rest"), "line")
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


def _with_line_papers(f: Shapes, rows: Expression) -> Expression:
    """Adds what the papers of the order line say, and of its order (`order`): site_id and supplier_id."""
    papers = line_papers(f).select("line", "purchase_order_id", "purchase_order_line_id", "part_id", "category")
    rows = with_category(f, look_up(rows, papers, "line"))
    return look_up(rows, f.order_facts.select("order", "site_id", "supplier_id"), "order")


def with_orders(f: Shapes, rows: Expression) -> Expression:
    """Adds to bills `order_id`: the order that the order line names, else that which the invoice names, where it is known."""
    rows = look_up(rows, line_papers(f).select("line", line_order="purchase_order_id"), "line")
    rows = look_up(rows, f.order_facts.select("order", known_order="purchase_order_id"), "order")
    return rows.mutate(order_id=ibis.coalesce(rows.line_order, rows.known_order)).drop("line_order", "known_order")


def about_bills(f: Shapes, rows: Expression, *, severity: Any, amount: Any, exempt: bool = False, **settings: Any) -> Expression:
    """Candidates about invoice lines: `rows` are rows of `bills`, with `also_rests` where there is more that they rest on."""
    if "work" not in rows.columns:
        rows = look_up(rows, f.linked_lines.select("line", work="smallest_work"), "line")
    rows = look_up(rows, line_papers(f).select("line", "category", line_part="part_id"), "line")
    rows = with_category(f, rows.rename(part_id="line_part")).drop("part_id")
    rows = look_up(rows, f.order_facts.select("order", order_site="site_id"), "order")
    rows = look_up(rows, f.invoice_facts.select("invoice", "supplier_id", "invoice_date_date"), "invoice")
    rows = with_bill_ids(f, with_invoice_ids(f, rows))
    if exempt:
        suppliers, categories = f.exempt_suppliers, f.exempt_categories
        rows = rows.left_join(suppliers, rows.supplier_id == suppliers.exempt_supplier)
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
        line_id=ibis.coalesce(rows.invoice_line_id, rows.invoice_id),
        amount=_column(rows, amount),
        currency=rows.currency,
        work=rows.work,
        site=rows.order_site,
        supplier=rows.supplier_id,
        category=rows.category,
        occurred_at=rows.invoice_date_date,
        rests=rests,
        **{name: _column(rows, value) for name, value in settings.items()},
    )


def about_orders(f: Shapes, rows: Expression, *, severity: Any, amount: str, **settings: Any) -> Expression:
    """Candidates about orders: `rows` has `order`."""
    orders = f.order_facts.select("order", "purchase_order_id", "site_id", "supplier_id", "currency", "order_date")
    joined = look_up(rows, orders, "order")
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


def about_invoices(f: Shapes, rows: Expression, *, severity: str, amount: str, **settings: Any) -> Expression:
    """Candidates about invoices: `rows` are rows of `invoice_facts`, with more columns."""
    rows = with_invoice_ids(f, rows)
    return candidates(
        rows,
        severity=_column(rows, severity),
        document="invoice",
        document_id=rows.invoice_id,
        amount=_column(rows, amount),
        currency=rows.currency,
        supplier=rows.supplier_id,
        occurred_at=rows.invoice_date_date,
        **{name: _column(rows, value) for name, value in settings.items()},
    )


def about_receipts(f: Shapes, rows: Expression, *, severity: str, amount: Any, **settings: Any) -> Expression:
    """Candidates about receipts: `rows` are rows of `receipt_facts`. Works: those of the line, else the one that the row names. Of what the
    row names there are `named_line` and `own_unit`, too."""
    papers = f.numbered("receipts")
    papers = papers.select(
        "receipt_id", "receipt_line_id", "work_order_id", receipt="row", named_line="purchase_order_line_id", own_unit=unit_key(papers.unit)
    )
    rows = look_up(rows, papers, "receipt")
    rows = look_up(rows, f.line_facts.select("line", "order", "currency", "rests", "exempt", line_unit="unit"), "line")
    rows = look_up(_with_line_papers(f, rows), f.linked_lines, "line")
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
