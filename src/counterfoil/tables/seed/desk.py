"""Planting: orders are drawn for the cases, their papers put on a desk apart, facts changed there, and the findings that follow listed."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import duckdb

from counterfoil.tables.landing import Unusable
from counterfoil.tables.schema import TABLES
from counterfoil.tables.seed.base import FEWEST_ORDERS
from counterfoil.tables.seed.case import FAULT, Case

CASES_PER_THOUSAND_ORDERS = 45


def dormant_suppliers(cases: Sequence[Case], orders: int) -> int:
    """How many suppliers the cases take at most that nothing else is bought from."""
    return 2 * sum(case.spares for case in cases) * _times(cases, orders)


def _times(cases: Sequence[Case], orders: int) -> int:
    return max(1, round(orders * CASES_PER_THOUSAND_ORDERS / 1000 / max(1, len(cases))))


def on_desk(table: str) -> str:
    """Which rows of a table are on the desk, as a condition: those of the orders taken; of suppliers all, since an order may take some of
    its own; of tables that tell of no order none, though contracts may be added."""
    if table in ("sites", "parts", "unit_conversions", "rates", "contracts"):
        return "false"
    return "true" if table == "suppliers" else "o IN (SELECT o FROM main.taken)"


def set_desk(database: duckdb.DuckDBPyConnection, cases: Sequence[Case], orders: int) -> None:
    """Draw the orders of every case and copy their papers to the desk. Raises `Unusable` where there are too few orders for the cases."""
    _draw(database, cases, orders)
    database.execute("CREATE SCHEMA desk")
    for name in TABLES:
        database.execute(f"CREATE TABLE desk.{name} AS SELECT * FROM main.{name} WHERE {on_desk(name)} ORDER BY o, n")
    database.execute(Path(__file__).with_name("desk.sql").read_text("utf-8"))
    database.execute(_PAPERS)


def _draw(database: duckdb.DuckDBPyConnection, cases: Sequence[Case], orders: int) -> None:
    """The tables `picks` (cased, o, spare) and `taken` (o): each pool is shuffled, and its cases take their orders one after another."""
    database.execute("CREATE TABLE pools AS " + _POOLS)
    room = dict(database.execute("SELECT pool, count(*) FROM pools GROUP BY pool").fetchall())
    asked = Counter(case.pool for case in cases)
    if any(room.get(pool, 0) < count for pool, count in asked.items()):
        raise Unusable(f"--orders {orders}: too few orders for a fault and three near misses of every rule; give at least {FEWEST_ORDERS}.")
    rows, spares = [], 0
    at: Counter[str] = Counter()
    for number, case in enumerate(cases):
        times = min(_times(cases, orders), room[case.pool] // asked[case.pool])
        rows.append((number, case.pool, at[case.pool], times, spares if case.spares else None))
        at[case.pool] += times
        spares += times * case.spares
    database.execute("CREATE TABLE shares (cased INTEGER, pool VARCHAR, first INTEGER, times INTEGER, spares INTEGER)")
    if rows:
        database.executemany("INSERT INTO shares VALUES (?, ?, ?, ?, ?)", rows)
    database.execute("CREATE TABLE picks AS " + _PICKS)
    database.execute(
        "CREATE TABLE taken AS SELECT DISTINCT o FROM (SELECT o FROM picks UNION ALL "
        "SELECT o + later FROM picks JOIN order_facts USING (o), (SELECT unnest([1, 2]) AS later) WHERE flow = 'twin') ORDER BY o"
    )


# Orders alone with their work, of one line but for `stocks`, that settled long ago: by what they are and how they name their work.
_POOLS = """
SELECT o, pool, row_number() OVER (PARTITION BY pool ORDER BY hash(o, 'draw', getvariable('seed')), o) - 1 AS place
FROM (
    SELECT o, CASE flow WHEN 'goods' THEN CASE link WHEN 'allocation' THEN 'goods' ELSE link END
        WHEN 'stock' THEN CASE lines_named WHEN 1 THEN 'stock' ELSE 'stocks' END ELSE flow END AS pool
    FROM order_facts
    WHERE plain AND deliveries = 1 AND (lines_named = 1 OR flow = 'stock')
        AND CASE flow WHEN 'twin' THEN o = lead_order AND o + 2 < getvariable('orders') AND day + 160 < getvariable('last_day')
            ELSE alone END
)"""

_PICKS = """
SELECT cased, o, spares + place - first AS spare FROM shares JOIN pools USING (pool) WHERE place >= first AND place < first + times
ORDER BY cased, o"""


def plant(database: duckdb.DuckDBPyConnection, cases: Sequence[Case], *, tipped: bool = False) -> None:
    """Change the facts of every case in each of its orders. `tipped`: near misses are pushed over the edge as well."""
    database.execute("CREATE TEMP VIEW target AS SELECT * FROM main.papers WHERE cased = getvariable('cased')")
    for number, case in enumerate(cases):
        database.execute("SET VARIABLE cased = ?", [number])
        for change in (*case.changes, *(case.tip if tipped else ())):
            database.execute(change)


def list_planted(database: duckdb.DuckDBPyConnection, cases: Sequence[Case]) -> None:
    """The table `planted`: what follows from the changed facts, and what does not. Cases do not meet, so one statement lists a finding
    for all of them."""
    listed = defaultdict(list)
    for number, case in enumerate(cases):
        for kind, follows in ((case.kind, case.where), (FAULT, case.also)):
            for found in follows:
                listed[found].append((number, kind, case.text))
    database.execute("CREATE TABLE main.entries (entry INTEGER, cased INTEGER, kind VARCHAR, text VARCHAR)")
    rows = [(entry, *one) for entry, some in enumerate(listed.values()) for one in some]
    if rows:
        database.executemany("INSERT INTO main.entries VALUES (?, ?, ?, ?)", rows)
    database.execute(
        "CREATE OR REPLACE TEMP VIEW target AS SELECT * FROM main.papers JOIN main.entries USING (cased) WHERE entry = getvariable('entry')"
    )
    database.execute(
        """CREATE TABLE main.planted (rule VARCHAR, kind VARCHAR, "case" VARCHAR, document VARCHAR, document_id VARCHAR, line_id VARCHAR,
        members VARCHAR, amount_at_risk DECIMAL(31, 12), currency VARCHAR)"""
    )
    for entry, found in enumerate(listed):
        database.execute("SET VARIABLE entry = ?", [entry])
        database.execute(f"INSERT INTO main.planted {found.select}")


# The orders of the cases with their papers, as they are before anything is changed.
_PAPERS = """
CREATE TABLE main.papers AS
SELECT cased, facts.o AS t_o, facts.o + 1 AS t_second, facts.o + 2 AS t_third, site AS t_site, site_id(site) AS t_site_id,
    site_id((site + 2) % 5) AS t_elsewhere, facts.currency AS t_currency,
    CASE facts.currency WHEN 'EUR' THEN 'USD' ELSE 'EUR' END AS t_other_currency,
    (SELECT supplier_id FROM supplier_names AS names WHERE names.s = facts.s) AS t_supplier,
    (SELECT supplier_id FROM supplier_names AS names WHERE names.s = -1) AS t_utility,
    (SELECT supplier_id FROM supplier_names AS names WHERE names.s = getvariable('suppliers') + 2 * spare) AS t_spare,
    (SELECT supplier_id FROM supplier_names AS names WHERE names.s = getvariable('suppliers') + 2 * spare + 1) AS t_spare2,
    order_id(facts.o) AS t_order, order_id(facts.o + 1) AS t_order2, order_id(facts.o + 2) AS t_order3, line_id(facts.o, 1) AS t_line,
    line_id(facts.o, facts.lines + 1) AS t_line2, line_id(facts.o + 1, 1) AS t_second_line,
    work_order_id(facts.o, 0) AS t_work, work_order_id(facts.o, 1) AS t_work2,
    work_line_id(facts.o, 0, 1) AS t_need, work_line_id(facts.o, 0, 2) AS t_need2,
    requisition_id(facts.o) || '-00010' AS t_ask, receipt_id(facts.o, 2) AS t_goods2, receipt_id(facts.o, 3) AS t_goods3,
    receipt_line_id(facts.o, 1, 1) AS t_receipt, receipt_line_id(facts.o, 2, 1) AS t_receipt2, receipt_line_id(facts.o, 3, 1) AS t_receipt3,
    invoice_id(facts.o, 1) AS t_invoice, invoice_id(facts.o, 2) AS t_invoice2, invoice_id(facts.o, 3) AS t_invoice3,
    invoice_line_id(facts.o, 1, 1) AS t_bill, invoice_line_id(facts.o, 1, facts.lines + 1) AS t_freight,
    invoice_line_id(facts.o, 2, 1) AS t_bill2, invoice_line_id(facts.o, 3, 1) AS t_bill3,
    payment_id(facts.o, 1) AS t_payment, payment_id(facts.o, 2) AS t_payment2,
    bill_number(abs(facts.s), bills.billed, facts.o, 1) AS t_number, bill_number(abs(facts.s), bills.billed, facts.o, 2) AS t_number2,
    bill_number(abs(facts.s), bills.billed, facts.o, 3) AS t_number3,
    lot_id(facts.o) AS t_lot, consumption_id(facts.o, 0) AS t_use, consumption_id(facts.o, 2) AS t_use2,
    contract_number(50000000 + facts.o) AS t_contract,
    'T' || padded(100000 + 30 * facts.o::BIGINT + 3, 9) AS t_labour,
    part_id(CASE p % 25 WHEN 24 THEN p - 3 WHEN 0 THEN p + 2 ELSE p + 1 END) AS t_other_part,
    part_id(p) AS t_part, unit AS t_unit, hundredths(quantity_c) AS t_quantity, hundredths(lines.price_c) AS t_price, per::INTEGER AS t_per,
    hundredths(bills.net_c) AS t_net, written(issued, site) AS t_issued, day_text(bills.billed) AS t_billed,
    written(came(delivered_on(issued, facts.lead, 1), facts.o, 1), site) AS t_came, day_text(getvariable('last_day')) AS t_as_of,
    staff(facts.o, 'buyer', 20, 'B') AS t_buyer, approver(facts.o) AS t_approver, staff_number(turn, 'R') AS t_requester,
    written(approved, site) AS t_approved, t_started, t_due
FROM main.picks JOIN main.order_facts AS facts USING (o)
LEFT JOIN (SELECT o, started_at AS t_started FROM desk.work_orders WHERE n = 0) AS works USING (o)
LEFT JOIN (SELECT o, due_on AS t_due FROM desk.invoices WHERE n = 1) AS due USING (o)
JOIN (SELECT o, p, unit, quantity_c, price_c, per FROM main.line_facts WHERE l = 1) AS lines USING (o)
JOIN (SELECT o, billed, net_c FROM main.bill_facts WHERE d = 1) AS bills USING (o)
ORDER BY cased, t_o"""
