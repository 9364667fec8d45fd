"""The papers around some findings: a walk from what a finding names, over the references, to the rows that a person would lay side by side.

All stories walk together, one statement a step, so that a table of ten million rows is looked through once a step and not once a story.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb

from counterfoil.tables.facts.shapes import landed_schema
from counterfoil.tables.landing import Landing
from counterfoil.tables.schema import TABLES

MOST = 3
"""Rows of one table in one story."""

Reached = tuple[int, str, str]
"""(story, kind, id). A kind is a table whose row has that id, or one of WHOLE: a document all of whose lines matter."""

_SAME_PART = "there.part_id IN (SELECT part_id FROM parts_reached WHERE parts_reached.story = {}.story)"

_NEEDED = """(NOT EXISTS (SELECT 1 FROM needed WHERE needed.story = given.story) OR EXISTS (
    SELECT 1 FROM needed WHERE needed.story = given.story AND (
        there.work_order_line_id = needed.work_order_line_id OR there.part_id = needed.part_id OR (there.service AND needed.service))))"""
"""Where a story is about one line of a work order: order lines that could be for it, as work-without-commitment has it."""

WHOLE = {"purchase_orders": "whole orders", "invoices": "whole invoices", "work_orders": "whole works"}


@dataclass(frozen=True, slots=True)
class _Step:
    """Rows of `table` whose `match` is an id reached as `given` lead to their `gives`, reached as `kind`."""

    table: str
    match: str
    given: str
    gives: str
    kind: str
    only: str = ""
    """SQL over `there`, the row, and `given`, what led to it: which rows alone."""


_STEPS = (
    _Step("payments", "payment_id", "payments", "invoice_id", "invoices"),
    _Step("payments", "payment_id", "payments", "invoice_id", "whole invoices"),
    _Step("invoice_lines", "invoice_id", "whole invoices", "invoice_line_id", "invoice_lines"),
    _Step("consumption", "consumption_id", "consumption", "lot_id", "lots"),
    _Step("lots", "lot_id", "lots", "receipt_line_id", "receipts"),
    _Step("invoice_lines", "invoice_line_id", "invoice_lines", "purchase_order_line_id", "purchase_order_lines"),
    _Step("receipts", "receipt_line_id", "receipts", "purchase_order_line_id", "purchase_order_lines"),
    _Step("invoices", "invoice_id", "invoices", "purchase_order_id", "purchase_orders"),
    _Step("invoices", "invoice_id", "invoices", "purchase_order_id", "work_orders"),
    _Step("purchase_order_lines", "purchase_order_id", "whole orders", "purchase_order_line_id", "purchase_order_lines"),
    _Step("named_works", "work_order_id", "whole works", "purchase_order_line_id", "purchase_order_lines", _NEEDED),
    _Step("purchase_order_lines", "purchase_order_line_id", "purchase_order_lines", "purchase_order_id", "purchase_orders"),
    _Step("purchase_order_lines", "purchase_order_line_id", "purchase_order_lines", "requisition_line_id", "requisitions"),
    _Step("purchase_order_lines", "purchase_order_line_id", "purchase_order_lines", "work_order_id", "work_orders"),
    _Step("allocations", "purchase_order_line_id", "purchase_order_lines", "work_order_id", "work_orders"),
    _Step("allocations", "purchase_order_line_id", "purchase_order_lines", "work_order_line_id", "work_order_lines"),
    _Step("requisitions", "requisition_line_id", "requisitions", "work_order_id", "work_orders"),
    _Step("requisitions", "requisition_line_id", "requisitions", "work_order_line_id", "work_order_lines"),
    _Step("work_order_lines", "work_order_line_id", "work_order_lines", "work_order_id", "work_orders"),
    _Step("work_order_lines", "work_order_id", "work_orders", "work_order_line_id", "work_order_lines", _SAME_PART.format("given")),
    _Step("purchase_orders", "purchase_order_id", "purchase_orders", "contract_id", "contracts"),
    _Step("purchase_orders", "purchase_order_id", "purchase_orders", "supplier_id", "suppliers"),
    _Step("receipts", "purchase_order_line_id", "purchase_order_lines", "receipt_line_id", "receipts"),
    _Step("invoice_lines", "purchase_order_line_id", "purchase_order_lines", "invoice_line_id", "invoice_lines"),
    _Step("invoice_lines", "invoice_line_id", "invoice_lines", "invoice_id", "invoices"),
    _Step("payments", "invoice_id", "invoices", "payment_id", "payments"),
    _Step("consumption", "lot_id", "lots", "consumption_id", "consumption"),
)
"""In the order in which they are walked. A story reaches a kind only where it looks at its table."""

_FETCHED = {table: (table, f"there.{declared.key} = reached.id") for table, declared in TABLES.items() if declared.key} | {
    "allocations": ("purchase_order_lines", "there.purchase_order_line_id = reached.id"),
    "contracts": ("contracts", f"there.contract_id = reached.id AND (there.part_id IS NULL OR {_SAME_PART.format('reached')})"),
    "approvals": ("%", "there.document_id = reached.id AND there.document || 's' = reached.kind"),
    "order_changes": ("%", "there.document_id = reached.id AND there.document || 's' = reached.kind"),
}
"""Table → the kind that its rows are reached by (% = any), and how they are found."""

_PARTS_REACHED = """CREATE OR REPLACE TEMP TABLE parts_reached AS
    SELECT DISTINCT reached.story, there.part_id
    FROM purchase_order_lines AS there JOIN reached ON there.purchase_order_line_id = reached.id
    WHERE reached.kind = 'purchase_order_lines' AND there.part_id IS NOT NULL"""

_NAMED_WORKS = """CREATE OR REPLACE TEMP VIEW named_works AS
    SELECT purchase_order_line_id, works.work_order_id, work_order_line_id, part_id, coalesce(lines.kind, parts.kind) = 'service' AS service
    FROM (SELECT purchase_order_line_id, work_order_id, NULL AS work_order_line_id FROM purchase_order_lines
          UNION ALL SELECT purchase_order_line_id, work_order_id, work_order_line_id FROM allocations
          UNION ALL SELECT purchase_order_line_id, requisitions.work_order_id, work_order_line_id
                    FROM purchase_order_lines JOIN requisitions USING (requisition_line_id)) AS works
    JOIN purchase_order_lines AS lines USING (purchase_order_line_id) LEFT JOIN parts USING (part_id)"""
"""The order lines of a work order, by all three ways of naming it."""

_NEEDED_LINES = """CREATE OR REPLACE TEMP TABLE needed AS
    SELECT story, work_order_line_id, part_id, kind IN ('service', 'outside') AS service
    FROM work_order_lines JOIN (SELECT story, id FROM reached WHERE kind = 'work_order_lines') ON work_order_line_id = id"""

Rows = dict[str, list[dict[str, Any]]]
"""Table → rows, in the order in which they were reached; a moment has its form beside it, under its name with _form."""


def gather(
    database: duckdb.DuckDBPyConnection, landing: Landing, starts: Iterable[Reached], looks: Iterable[tuple[int, str]]
) -> dict[int, Rows]:
    """The rows of every story. `starts`: what its finding names; `looks`: the tables that it shows.

    Raises:
        Unusable: a file that is read in place changed meanwhile.
    """
    database.execute("CREATE OR REPLACE TEMP TABLE reached (story INTEGER, kind VARCHAR, id VARCHAR, step INTEGER)")
    database.execute("CREATE OR REPLACE TEMP TABLE looks (story INTEGER, kind VARCHAR)")
    for table, rows in (("reached (story, kind, id)", list(starts)), ("looks", list(looks))):
        if rows:
            database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    try:
        database.execute(_NAMED_WORKS)
        database.execute(_NEEDED_LINES)
        for number, step in enumerate(_STEPS):
            if "parts_reached" in step.only:
                database.execute(_PARTS_REACHED)
            _walk(database, step, number)
        found = _fetch(database, landing)
    except duckdb.Error:
        landing.check_files()
        raise
    landing.check_files()
    return found


def _walk(database: duckdb.DuckDBPyConnection, step: _Step, number: int) -> None:
    shown = next((table for table, whole in WHOLE.items() if whole == step.kind), step.kind)
    database.execute(
        f"""INSERT INTO reached
            WITH given AS (SELECT DISTINCT story, id FROM reached WHERE kind = ? AND story IN (SELECT story FROM looks WHERE kind = ?)),
                 found AS (SELECT DISTINCT story, there.{step.gives} AS id
                           FROM {step.table} AS there JOIN given ON there.{step.match} = given.id
                           WHERE there.{step.gives} IS NOT NULL AND {step.only or True}),
                 known AS (SELECT DISTINCT story, id FROM reached WHERE kind = ?)
            SELECT found.story, ?, found.id, ?
            FROM found ANTI JOIN known USING (story, id)
            LEFT JOIN (SELECT story, count(*) AS known FROM known GROUP BY story) AS counted USING (story)
            QUALIFY row_number() OVER (PARTITION BY found.story ORDER BY found.id) <= {MOST} - coalesce(counted.known, 0)""",
        [step.given, shown, step.kind, step.kind, number],
    )


def _fetch(database: duckdb.DuckDBPyConnection, landing: Landing) -> dict[int, Rows]:
    found: dict[int, Rows] = {}
    for table in landing.tables:
        if table not in _FETCHED:
            continue
        kind, joined = _FETCHED[table]
        columns = list(landed_schema(table))
        chosen = ", ".join(f"there.{column}" for column in columns)
        rows = database.execute(
            f"""WITH reached AS (SELECT story, kind, id, min(coalesce(step, -1)) AS step FROM reached
                                 WHERE kind LIKE ? AND story IN (SELECT story FROM looks WHERE kind = ?) GROUP BY ALL)
                SELECT reached.story, {chosen} FROM {table} AS there JOIN reached ON {joined}
                QUALIFY row_number() OVER (PARTITION BY reached.story ORDER BY reached.step, reached.id, {chosen}) <= {MOST}
                ORDER BY reached.story, reached.step, reached.id, {chosen}""",
            [kind, table],
        ).fetchall()
        for story, *cells in rows:
            found.setdefault(story, {}).setdefault(table, []).append(dict(zip(columns, cells, strict=True)))
    return found
