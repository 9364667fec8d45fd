"""The worst findings as stories: the papers side by side, what disagrees on them marked, and the paper that is missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import duckdb

from counterfoil.rules.money import plain
from counterfoil.tables.checks.registry import Rule
from counterfoil.tables.landing import Form, Landing
from counterfoil.tables.report.papers import MOST, WHOLE, Rows, gather
from counterfoil.tables.report.queries import Finding
from counterfoil.tables.text import shortened

_ALWAYS = ("work_orders", "purchase_orders", "purchase_order_lines")
"""What every story shows where it is there: the two halves."""

_PAPERS: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("Requisition", "requisitions", "requisition_line_id", ()),
    ("Work order", "work_orders", "work_order_id", (("Line", "work_order_lines"),)),
    ("Contract", "contracts", "contract_id", ()),
    ("Supplier", "suppliers", "supplier_id", ()),
    ("Purchase order", "purchase_orders", "purchase_order_id", (("Line", "purchase_order_lines"),)),
    ("Allocation", "allocations", "work_order_id", ()),
    ("Approval", "approvals", "document_id", ()),
    ("Change", "order_changes", "document_id", ()),
    ("Receipt", "receipts", "receipt_line_id", ()),
    ("Invoice", "invoices", "invoice_id", (("Line", "invoice_lines"),)),
    ("Payment", "payments", "payment_id", ()),
    ("Lot", "lots", "lot_id", ()),
    ("Consumption", "consumption", "consumption_id", ()),
)
"""Kinds of papers in the order of the chain: what it is called, its table, its id, and (name, table) of its lines, which carry its id."""

PAPER_OF = {table: name for name, head, _, lines in _PAPERS for table in (head, *(line for _, line in lines))}
"""Table → what the paper is called on which its rows stand."""

_FIELDS = {
    "requisitions": "work_order_id part_id description quantity unit created_at requested_by approved_by approved_at status",
    "work_orders": "description kind status site_id started_at completed_at closed_at budget_amount currency",
    "work_order_lines": "part_id description revision quantity unit need_by operation_started_at",
    "contracts": "part_id category unit_price price_quantity currency valid_from valid_to",
    "suppliers": "name tax_id status status_since",
    "purchase_orders": "supplier_id site_id status currency created_at requested_by created_by approved_by approved_at issued_at",
    "purchase_order_lines": "purchase_order_id part_id description revision quantity unit unit_price price_quantity need_by need "
    "work_order_id status",
    "allocations": "work_order_id purchase_order_line_id quantity",
    "approvals": "person decision decided_at amount",
    "order_changes": "field old new changed_at changed_by",
    "receipts": "purchase_order_line_id quantity_received quantity_accepted unit amount received_at received_by reverses",
    "invoices": "supplier_id invoice_number kind purchase_order_id status invoice_date entered_at due_on discount_until currency "
    "amount_net amount_total",
    "invoice_lines": "purchase_order_line_id description quantity unit unit_price price_quantity amount",
    "payments": "invoice_id amount currency paid_at",
    "lots": "part_id quantity receipt_line_id work_order_id created_at",
    "consumption": "work_order_id part_id lot_id quantity consumed_at",
}
"""Table → what of it a story shows, where it is filled or disagrees."""

_IN_TITLE = frozenset({"purchase_order_lines.purchase_order_id", "allocations.work_order_id"})
"""What the title of the paper says already: shown where it is marked, or there is no such paper."""

_LINE_TABLES = {"purchase_orders": "purchase_order_lines", "invoices": "invoice_lines", "work_orders": "work_order_lines"}
_MENTIONED = {"invoice": "invoices", "first_invoice": "invoices", "order_id": "purchase_orders", "contract": "contracts", "lot": "lots"}
"""Names in the evidence → the table that the id there belongs to."""


@dataclass(frozen=True, slots=True)
class Field:
    """One fact on a paper. `marked`: it disagrees with a marked one on another paper, or is why there is a finding."""

    label: str
    value: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A paper's head, or one of its lines."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a story. `missing`: nothing of its kind was found, and that is what is wrong."""

    name: str
    id: str
    parts: tuple[Part, ...]
    missing: bool = False


def tell(database: duckdb.DuckDBPyConnection, landing: Landing, findings: Sequence[tuple[Finding, Rule]]) -> list[tuple[Paper, ...]]:
    """The papers of each finding, in the order of the chain: need, order, receipt, invoice, payment."""
    starts = [(number, kind, id_) for number, (finding, _) in enumerate(findings) for kind, id_ in _starts(finding)]
    looks = [(number, table) for number, (finding, rule) in enumerate(findings) for table in _looks(finding, rule)]
    rows = gather(database, landing, starts, looks)
    return [tuple(_papers(rows.get(number, {}), frozenset(rule.disagree))) for number, (_, rule) in enumerate(findings)]


def _looks(finding: Finding, rule: Rule) -> set[str]:
    shown = {*_ALWAYS, _table_of(finding), *(name.partition(".")[0] for name in rule.disagree)}
    for heads, lines in _LINE_TABLES.items():
        if {heads, lines} & shown and (heads != "work_orders" or _about_needed(finding)):
            shown |= {heads, lines}
    return shown


def _about_needed(finding: Finding) -> bool:
    """It is about a line of a work order: what belongs to other lines of that work is no part of its story."""
    return finding.document == "work_order" and finding.line_id is not None


def _starts(finding: Finding) -> Iterator[tuple[str, str]]:
    """What a finding names, as (kind, id)."""
    table = _table_of(finding)
    ids = finding.members or ([finding.document_id] if finding.document_id else [])
    for id_ in ids[:MOST]:
        yield table, id_
        if table in WHOLE and (finding.line_id is None or table == "work_orders"):
            yield WHOLE[table], id_
    if finding.line_id:
        yield _LINE_TABLES.get(table, table), finding.line_id  # the receipt or invoice itself, where it has no lines
    if finding.work_order_id:
        yield "work_orders", finding.work_order_id
    for name, id_ in (finding.facts or {}).items():
        if name in _MENTIONED and isinstance(id_, str):
            yield _MENTIONED[name], id_


def _table_of(finding: Finding) -> str:
    return f"{finding.document}s" if finding.document and finding.document != "consumption" else finding.document or ""


def _papers(rows: Rows, disagree: frozenset[str]) -> Iterator[Paper]:
    missing = {name for name in disagree if "." not in name and not rows.get(name)}
    for name, table, key, lines in _PAPERS:
        heads = rows.get(table, [])
        for head in heads:
            parts = [Part("", _fields(table, head, disagree))]
            for word, line_table in lines:
                own = [row for row in rows.get(line_table, []) if row[key] == head[key]]
                parts += [Part(f"{word} {_line_id(line_table, row)}", _fields(line_table, row, disagree)) for row in own]
            yield Paper(name, shortened(str(head[key]), 60), tuple(parts))
        if not heads and missing & {table, *(line_table for _, line_table in lines)}:
            yield Paper(name, "", (), missing=True)
        for word, line_table in lines if not heads else ():
            for row in rows.get(line_table, []):
                yield Paper(f"{name} {word.lower()}", _line_id(line_table, row), (Part("", _fields(line_table, row, disagree)),))


def _line_id(table: str, row: Mapping[str, Any]) -> str:
    return shortened(str(row.get("line_no") or next(iter(row.values()))), 40)


def _fields(table: str, row: Mapping[str, Any], disagree: frozenset[str]) -> tuple[Field, ...]:
    found = []
    for column in _FIELDS[table].split():
        telling = f"{table}.{column}?" in disagree
        marked = telling or f"{table}.{column}" in disagree
        if telling or (row[column] is not None and (marked or f"{table}.{column}" not in _IN_TITLE)):
            label = column if column == "tax_id" else column.removesuffix("_id")
            found.append(Field(label.replace("_", " "), _shown(row, column), marked))
    return tuple(found)


def _shown(row: Mapping[str, Any], column: str) -> str:
    value = row[column]
    if value is None:
        return "none"
    if isinstance(value, datetime):
        form = Form(row[f"{column}_form"])
        return f"{value:%Y-%m-%d}" if form is Form.DATE else f"{value:%Y-%m-%d %H:%M}{' UTC' if form is Form.INSTANT else ''}"
    return f"{Decimal(plain(value)):,f}" if isinstance(value, Decimal) else shortened(str(value), 120)
