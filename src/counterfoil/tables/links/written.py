"""Landed tables as exchange tables again: every cell means what it meant, and references that were accepted stand in their place."""

from pathlib import Path

import duckdb

from counterfoil.tables.database import as_plain, literal, name
from counterfoil.tables.landing import Form, Landing
from counterfoil.tables.schema import TABLES, Column, Kind

_KINDS = {"invoice_lines": "invoice_line", "invoices": "invoice_line", "receipts": "receipt", "purchase_order_lines": "order_line"}
"""By table, the kind of link that changes it."""

_CHANGED = {
    "invoice_lines": {
        "purchase_order_line_id": "CASE WHEN a.line_id IS NULL THEN t.purchase_order_line_id WHEN a.rows = 1 THEN a.line END"
    },
    "invoices": {"purchase_order_id": "coalesce(a.target_id, t.purchase_order_id)"},
    "receipts": {"purchase_order_line_id": "coalesce(a.line, t.purchase_order_line_id)"},
    "purchase_order_lines": {
        "work_order_id": """CASE WHEN a.line_id IS NULL THEN t.work_order_id
            WHEN t.work_order_id IS NOT NULL AND a.rows = 1 THEN a.target_id END"""
    },
}
"""By table, the cells that change: SQL over a row `t` and what was accepted for it, `a` (no `line_id` = nothing)."""

_JOINS = {
    "invoice_lines": """(SELECT document_id, line_id, count(*) AS rows, min(target_line_id) AS line FROM accepted
        WHERE kind = 'invoice_line' AND line_id <> '' GROUP BY ALL) AS a
        ON a.document_id = t.invoice_id AND a.line_id = t.invoice_line_id""",
    "invoices": "({headers}) AS a ON a.document_id = t.invoice_id",
    "receipts": """(SELECT line_id, target_line_id AS line FROM accepted WHERE kind = 'receipt') AS a ON a.line_id = t.receipt_line_id""",
    "purchase_order_lines": """(SELECT line_id, count(*) AS rows, min(target_id) AS target_id FROM accepted
        WHERE kind = 'order_line' GROUP BY ALL) AS a ON a.line_id = t.purchase_order_line_id""",
}
HEADERS = """SELECT document_id, min(target_id) AS target_id, min(line) AS line, count(DISTINCT target_id) AS orders
    FROM (SELECT *, count(*) OVER (PARTITION BY "group") AS rows FROM accepted WHERE kind = 'invoice_line')
    WHERE line_id = '' OR rows > 1 GROUP BY document_id"""
"""The invoices that come to name an order themselves: those without lines, and those of which a line is several order lines together."""

ALLOCATIONS = "allocations"


def write_tables(database: duckdb.DuckDBPyConnection, landing: Landing, space: Path) -> None:
    """Writes every table that was read as CSV into `space`, in the order of reading, with the rows of the table `accepted` as links."""
    linked = {kind for (kind,) in database.execute("SELECT DISTINCT kind FROM accepted").fetchall()}
    for table in TABLES:
        added = table == ALLOCATIONS and "order_line" in linked
        if table in landing.tables or added:
            rows = _allocations() if added else _rows(table, landing, linked)
            database.execute(f"COPY ({rows}) TO {literal(str(space / f'{table}.csv'))} (FORMAT csv, HEADER)")


def _rows(table: str, landing: Landing, linked: set[str]) -> str:
    """The rows of a table as text: the columns that it had, and those that are filled now."""
    changed = _CHANGED.get(table, {}) if _KINDS.get(table) in linked else {}
    filled = changed if table != "purchase_order_lines" else {}
    present = [column for column in TABLES[table] if landing.has(table, column.name) or column.name in filled]
    cells = ", ".join(f"{changed.get(column.name) or as_cell(column, 't')} AS {name(column.name)}" for column in present)
    join = f"LEFT JOIN {_JOINS[table].format(headers=HEADERS)}" if changed else ""
    return f"SELECT {cells} FROM {name('numbered_' + table)} AS t {join} ORDER BY t.row"


def _allocations() -> str:
    """Those that were there, without those of lines that are linked now (they led nowhere), and the new ones."""
    columns = list(TABLES[ALLOCATIONS])
    cells = ", ".join(f"{as_cell(column, 't')} AS {name(column.name)}" for column in columns)
    quantity = as_cell(TABLES[ALLOCATIONS].column("quantity"), "a")
    return f"""
        SELECT * EXCLUDE (place, row) FROM (
            SELECT {cells}, 0 AS place, t.row FROM numbered_allocations AS t
            WHERE t.purchase_order_line_id NOT IN (SELECT line_id FROM accepted WHERE kind = 'order_line')
            UNION ALL BY NAME
            SELECT a.line_id AS purchase_order_line_id, a.target_id AS work_order_id, nullif(a.target_line_id, '') AS work_order_line_id,
                   {quantity} AS quantity, 1 AS place, a.line AS row
            FROM accepted AS a WHERE a.kind = 'order_line')
        ORDER BY place, row"""


def as_cell(column: Column, of: str) -> str:
    """A landed cell as it stands in a CSV file, as SQL."""
    cell = f"{of}.{name(column.name)}"
    if column.kind is Kind.DECIMAL:
        return f"CASE WHEN contains({cell}::VARCHAR, '.') THEN {as_plain(cell)} ELSE {cell}::VARCHAR END"
    if column.kind is Kind.MOMENT:
        form = f"{of}.{name(column.name + '_form')}"
        parts = f"CASE WHEN microsecond({cell}) % 1000000 = 0 THEN '' ELSE strftime({cell}, '.%f') END"
        clock = f"strftime({cell}, '%Y-%m-%dT%H:%M:%S') || {parts}"
        return (
            f"CASE {form} WHEN {int(Form.DATE)} THEN strftime({cell}, '%Y-%m-%d') WHEN {int(Form.LOCAL)} THEN {clock}"
            f" WHEN {int(Form.INSTANT)} THEN {clock} || 'Z' END"
        )
    return cell
