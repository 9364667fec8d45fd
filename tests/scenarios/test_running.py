"""A run: its day, what it leaves aside, what it cannot judge, and what it says it did not ask."""

from collections.abc import Mapping
from datetime import date

import pytest
from tests.conftest import Check
from tests.plants import Settings

ORDERS = """
    purchase_order_id | site_id | supplier_id | status | currency | issued_at
    PO-1              | A       | S1          | issued | EUR      | 2024-03-01
    PO-2              | B       | S2          | issued | EUR      | 2024-03-01
"""
LINES = """
    purchase_order_line_id | purchase_order_id | category  | quantity | unit_price | need | need_by
    pump                   | PO-1              | pumps     | 1        | 900        | work | 2024-03-20
    power                  | PO-2              | utilities | 1        | 400        | work | 2024-03-25
"""
NO_LINKS = "purchase_order_line_id | work_order_id | quantity"
RECEIPTS = """
    receipt_line_id | purchase_order_line_id | quantity_received | received_at
    R1              | pump                   | 0.5               | 2024-03-22
"""
PLANT = {"purchase_orders": ORDERS, "purchase_order_lines": LINES, "allocations": NO_LINKS, "receipts": RECEIPTS}


# the day that was asked for, the day taken, open value by overdue line
DAYS = [
    (None, date(2024, 3, 22), {"pump": "450"}),
    (date(2024, 3, 20), date(2024, 3, 20), {}),
    (date(2024, 3, 21), date(2024, 3, 21), {"pump": "450"}),
    (date(2024, 3, 26), date(2024, 3, 26), {"pump": "450", "power": "400"}),
]


@pytest.mark.parametrize(("asked", "taken", "overdue"), DAYS)
def test_as_of_ages_and_does_not_filter(asked: date | None, taken: date, overdue: Mapping[str, str], check: Check) -> None:
    """Without a day the newest of what was received, entered, paid and issued is the day of the run. Receipts after an earlier
    day still count: the half pump of 22 March is there on the 21st."""
    judged = check(PLANT, Settings(as_of=asked))
    assert judged.as_of == taken
    assert judged.at("overdue") == overdue


def test_a_receipt_of_the_year_2999_does_not_set_the_day(check: Check) -> None:
    judged = check({**PLANT, "receipts": RECEIPTS + "R2 | power | 1 | 2999-01-01"})
    assert judged.as_of == date(2024, 3, 22)
    assert judged.at("late-receipt") == {"power": "400"}


INVOICES = {
    "invoices": """
        invoice_id | supplier_id | invoice_number | invoice_date | currency
        I1         | S1          | 1              | 2024-03-05   | EUR
        I2         | S2          | 2              | 2024-03-05   | EUR
    """,
    "invoice_lines": """
        invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price
        B1              | I1         |                        | 1        | 80
        B2              | I2         |                        | 1        | 60
        B3              | I2         | power                  | 1        | 500
    """,
}


def test_who_is_exempt_is_counted_apart(check: Check) -> None:
    """Power needs no work order and no order: its supplier is exempt from linking rules, by id or by category, and counted.
    What it costs is still judged."""
    everyone = check({**PLANT, **INVOICES})
    assert everyone.at("order-without-work") == {"pump": "900", "power": "400"}
    assert everyone.at("invoice-without-order") == {"B1": "80", "B2": "60"}
    by_supplier = check({**PLANT, **INVOICES}, Settings(exempt_suppliers=("S2",)))
    assert by_supplier.at("order-without-work") == {"pump": "900"}
    assert by_supplier.at("invoice-without-order") == {"B1": "80"}
    assert (by_supplier.exempt["order-without-work"], by_supplier.exempt["invoice-without-order"]) == (1, 1)
    assert by_supplier.at("price-above-order") == {"B3": "100"}
    by_category = check({**PLANT, **INVOICES}, Settings(exempt_categories=("utilities",)))
    assert by_category.at("order-without-work") == {"pump": "900"}
    assert by_category.at("invoice-without-order") == {"B1": "80", "B2": "60"}
    assert (by_category.exempt["order-without-work"], by_category.exempt["invoice-without-order"]) == (1, 0)


def test_one_site_narrows_the_findings_and_the_chain_not_the_facts(check: Check) -> None:
    """Site B sees its own findings and its own chain; the day of the run is still that of site A's receipt."""
    tables = {**PLANT, **INVOICES}
    whole = check(tables)
    assert whole.chain["EUR"]["invoiced"] == ("640", 3)
    assert whole.chain["EUR"]["ordered"] == ("400", 1)
    at_b = check(tables, Settings(sites=("B",)))
    assert at_b.at("order-without-work") == {"power": "400"}
    assert at_b.at("price-above-order") == {"B3": "100"}
    assert {f.document_id for f in at_b.findings} <= {"PO-2", "I2", "S2"}
    assert at_b.chain["EUR"]["ordered"] == ("400", 1)
    assert at_b.as_of == date(2024, 3, 22)
    assert at_b.tables == whole.tables
    at_a = check(tables, Settings(sites=("A",)))
    assert at_a.at("order-without-work") == {"pump": "900"}
    assert at_a.at("price-above-order") == {}
    both = check(tables, Settings(sites=("A", "B")))
    assert both.at("order-without-work") == whole.at("order-without-work")


def test_one_category_narrows_the_findings(check: Check) -> None:
    judged = check({**PLANT, **INVOICES}, Settings(categories=("pumps",)))
    assert judged.at("order-without-work") == {"pump": "900"}
    assert judged.at("price-above-order") == {}


def test_a_finding_that_would_rest_on_a_rejected_row(check: Check) -> None:
    """The pump's allocation has no readable quantity, its receipt no readable date, the invoice line "ten" pieces, and PO-3 an
    unreadable instant. What would follow from them is withheld and counted; the rest is judged."""
    judged = check(
        {
            "purchase_orders": ORDERS + "PO-3 | B | S2 | issued | EUR | yesterday",
            "purchase_order_lines": LINES + "hose | PO-3 | pumps | 2 | 30 | work | 2024-03-20",
            "allocations": NO_LINKS + "\n pump | WO-1 | some",
            "receipts": RECEIPTS.replace("2024-03-22", "22.03.2024") + "R2 | power | 1 | 2024-03-22",
            "invoices": INVOICES["invoices"],
            "invoice_lines": """
                invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price
                B1              | I1         | pump                   | 1        | 900
                B2              | I2         | power                  | ten      | 400
                B4              | I2         | power                  | 3        | 400
            """,
        }
    )
    assert judged.tables["purchase_orders"] == (2, 1)
    assert judged.tables["allocations"] == (0, 1)
    assert judged.tables["receipts"] == (1, 1)
    assert judged.tables["invoice_lines"] == (2, 1)
    # the pump may be linked, the hose hangs on an order that cannot be read; power is not linked for sure
    assert judged.at("order-without-work") == {"power": "400"}
    assert judged.not_judged["order-without-work"] == 2
    assert judged.at("invoice-without-receipt") == {}
    assert judged.not_judged["invoice-without-receipt"] == 1
    assert judged.at("order-unknown") == {}
    # B4 alone is too much of power; what B2 bills may be more still, so nothing is said of it yet
    assert judged.at("quantity-above-ordered") == {}
    assert judged.not_judged["quantity-above-ordered"] == 1


def test_rows_that_count_once_and_rows_that_clash(check: Check) -> None:
    """The pump's line stands twice alike and once with another price: the first is kept, the other rejected, the twin is one."""
    twins = LINES + "pump | PO-1 | pumps | 1 | 900 | work | 2024-03-20\n pump | PO-1 | pumps | 1 | 950 | work | 2024-03-20"
    allocation = "\n pump | WO-1 | 0.5"
    judged = check({**PLANT, "purchase_order_lines": twins, "allocations": NO_LINKS + allocation + allocation})
    assert judged.tables["purchase_order_lines"] == (2, 1)
    assert judged.tables["allocations"] == (1, 0)
    assert judged.at("under-allocated") == {"pump": "450"}


def test_what_is_not_there_is_not_zero(check: Check) -> None:
    """Without receipts no rule about receipts ran; without links no rule about works; and that is said, not shown as zero."""
    judged = check({"purchase_orders": ORDERS, "purchase_order_lines": LINES})
    asked = {
        "order-without-work",
        "overdue",
        "late-receipt",
        "received-above-ordered",
        "work-unknown",
        "invoice-without-order",
        "lot-untraced",
    }
    assert {rule for rule in asked if judged.status[rule] == "not run"} == asked
    assert judged.status["order-at-other-site"] == "not run"
    assert judged.status["links-disagree"] == "run"
    assert judged.findings == ()


def test_an_empty_table_is_there(check: Check) -> None:
    """A file with a header and no row is a table: nothing was received, and that is known."""
    empty = "receipt_line_id | purchase_order_line_id | quantity_received | received_at"
    judged = check({**PLANT, "receipts": empty}, Settings(as_of=date(2024, 6, 30)))
    assert judged.at("overdue") == {"pump": "900", "power": "400"}


def test_only_the_rules_that_were_asked_for(check: Check) -> None:
    judged = check(PLANT, rules=["order-without-work", "overdue"])
    assert set(judged.status) == {"order-without-work", "overdue"}
    assert judged.at("order-without-work") == {"pump": "900", "power": "400"}
    assert judged.at("overdue") == {"pump": "450"}
