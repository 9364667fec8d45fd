"""A clean plant holds together: whatever is named exists, sums are equal, and one thing comes after another."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from counterfoil.tables.schema import TABLES
from counterfoil.tables.seed import FEWEST_ORDERS

NOT_KEYS = {"contracts"}


@pytest.fixture(scope="module")
def rows(clean: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as database:
        for name, table in TABLES.items():
            columns = {column.name: "DECIMAL(18,6)" if column.kind.value == "decimal" else "VARCHAR" for column in table}
            database.execute(f"CREATE TABLE {name} AS FROM read_csv(?, columns = {columns})", [str(clean / f"{name}.csv")])
        yield database


def count(rows: duckdb.DuckDBPyConnection, query: str) -> int:
    found = rows.execute(f"SELECT count(*) FROM {query}").fetchone()
    assert found is not None
    return int(found[0])


def test_as_many_orders_as_asked_for_and_something_of_everything(rows: duckdb.DuckDBPyConnection) -> None:
    assert count(rows, "purchase_orders") == FEWEST_ORDERS
    assert [name for name in TABLES if not count(rows, name)] == []
    assert 2.2 < count(rows, "purchase_order_lines") / FEWEST_ORDERS < 3.0
    for kind in ("kind", "status"):
        assert count(rows, f"(SELECT DISTINCT {kind} FROM work_orders)") >= 3
    assert count(rows, "(SELECT DISTINCT currency FROM purchase_orders)") == 5
    assert count(rows, "invoices WHERE kind = 'credit'") > 0
    assert count(rows, "invoices WHERE prepayment = 'true'") > 0
    assert count(rows, "invoices WHERE discount_until IS NOT NULL") > 0
    assert count(rows, "receipts WHERE reverses IS NOT NULL") > 0
    assert count(rows, "purchase_order_lines WHERE basis = 'amount'") > 0
    assert count(rows, "(SELECT purchase_order_line_id FROM allocations GROUP BY 1 HAVING count(*) > 1)") > 0


@pytest.mark.parametrize("name", TABLES)
def test_ids_are_one_row_each_and_what_is_named_exists(name: str, rows: duckdb.DuckDBPyConnection) -> None:
    table = TABLES[name]
    if table.key:
        assert count(rows, name) == count(rows, f"(SELECT DISTINCT {table.key} FROM {name} WHERE {table.key} <> '')")
    for column in table:
        if column.refers_to:
            key = TABLES[column.refers_to].key or column.name
            nowhere = f"SELECT {key} FROM {column.refers_to}"
            assert count(rows, f"{name} WHERE {column.name} IS NOT NULL AND {column.name} NOT IN ({nowhere})") == 0, column.name


def test_sums_are_equal(rows: duckdb.DuckDBPyConnection) -> None:
    billed = "SELECT invoice_id, sum(amount) AS lines FROM invoice_lines GROUP BY 1"
    assert count(rows, f"invoices JOIN ({billed}) USING (invoice_id) WHERE lines <> amount_net") == 0
    assert count(rows, "invoices WHERE amount_net + amount_tax <> amount_total") == 0
    priced = "quantity::DECIMAL(19, 6) * unit_price::DECIMAL(19, 6)"
    assert count(rows, f"invoice_lines WHERE amount::DECIMAL(19, 6) * coalesce(price_quantity::INTEGER, 1) <> {priced}") == 0
    assert count(rows, "invoice_lines WHERE amount * 100 <> floor(amount * 100)") == 0
    assert count(rows, "invoices WHERE currency = 'JPY' AND amount_total <> floor(amount_total)") == 0
    allocated = "SELECT purchase_order_line_id, sum(quantity) AS allocated FROM allocations GROUP BY 1"
    assert count(rows, f"purchase_order_lines JOIN ({allocated}) USING (purchase_order_line_id) WHERE allocated <> quantity") == 0
    assert count(rows, "payments JOIN invoices USING (invoice_id) WHERE amount > amount_total OR amount < 0.97 * amount_total") == 0


def test_one_thing_comes_after_another(rows: duckdb.DuckDBPyConnection) -> None:
    """Instants of one system are written alike, so that their texts compare."""
    for earlier, later in (("created_at", "approved_at"), ("approved_at", "issued_at"), ("issued_at", "closed_at")):
        assert count(rows, f"purchase_orders WHERE {earlier} >= {later}") == 0
    for earlier, later in (
        ("created_at", "released_at"),
        ("released_at", "started_at"),
        ("started_at", "completed_at"),
        ("completed_at", "closed_at"),
    ):
        assert count(rows, f"work_orders WHERE {earlier} >= {later}") == 0
    received = "receipts JOIN purchase_order_lines USING (purchase_order_line_id) JOIN purchase_orders USING (purchase_order_id)"
    assert count(rows, f"{received} WHERE received_at <= issued_at") == 0
    assert count(rows, "invoices WHERE invoice_date > left(entered_at, 10) OR due_on < invoice_date") == 0
    assert count(rows, "payments JOIN invoices USING (invoice_id) WHERE paid_at < left(entered_at, 10) OR paid_at > due_on") == 0
    newest = rows.execute(
        "SELECT max(left(moment, 10)) FROM (SELECT max(received_at) AS moment FROM receipts UNION SELECT max(paid_at) FROM payments)"
    )
    assert newest.fetchall() == [("2026-06-12",)]


def test_people_work_on_working_days(rows: duckdb.DuckDBPyConnection) -> None:
    for table, column in (
        ("purchase_orders", "created_at"),
        ("receipts", "received_at"),
        ("work_orders", "closed_at"),
        ("payments", "paid_at"),
    ):
        # A late hour in Dayton is the next day in UTC, and an early one in Nagoya the day before: at most a day beside.
        assert count(rows, f"{table} WHERE isodow(left({column}, 10)::DATE) > 5") <= count(rows, table) // 25, table
    holidays = "month(left(created_at, 10)::DATE) = 12 AND day(left(created_at, 10)::DATE) IN (24, 25, 26)"
    assert count(rows, f"purchase_orders WHERE {holidays}") < FEWEST_ORDERS // 100
