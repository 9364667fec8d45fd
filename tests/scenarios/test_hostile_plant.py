"""Facts that nobody would believe and that every export holds somewhere: they are well-formed, so they are judged, to the cent."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from tests import plants
from tests.conftest import Check
from tests.plants import Settings

from counterfoil.tables.check import open_check
from counterfoil.tables.policy import load_policy
from counterfoil.tables.schema import TABLES, Kind, Table

pytestmark = pytest.mark.slow

ORDER = """
    purchase_order_id | site_id | supplier_id | status | currency | issued_at
    PO                | A       | S1          | issued | EUR      | 2024-03-01
"""
INVOICE = """
    invoice_id | supplier_id | invoice_number | invoice_date | currency | reverses | amount_total
"""
BILL = "invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price\n"
LINE = "purchase_order_line_id | purchase_order_id | quantity | unit_price\n"
RECEIPT = "receipt_line_id | purchase_order_line_id | quantity_received | received_at | reverses\n"


# ---- signs ------------------------------------------------------------------------------------------------------------------------


def test_quantities_and_prices_below_zero(check: Check) -> None:
    """minus: -4 × 10, worth less than nothing. both: -4 × -10 = 40. gift: 5 × -2. none: 0 × 10."""
    judged = check(
        {
            "purchase_orders": ORDER,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit_price | need | match
                minus                  | PO                | -4       | 10         | work | three_way
                both                   | PO                | -4       | -10        | work | three_way
                gift                   | PO                | 5        | -2         | work | three_way
                none                   | PO                | 0        | 10         | work | three_way
            """,
            "allocations": "purchase_order_line_id | work_order_id | quantity",
            "receipts": RECEIPT + "R1 | both | 1 | 2024-03-05 |\n R2 | none | -3 | 2024-03-05 |",
            "invoices": INVOICE + "I1 | S1 | 1 | 2024-03-06 | EUR | |",
            "invoice_lines": BILL
            + """B1 | I1 | minus | -4 | 10
                 B2 | I1 | both  | 2  | -9
                 B3 | I1 | gift  | 5  | -1
                 B4 | I1 | none  | 1  | 10""",
        }
    )
    assert judged.at("order-without-work") == {"minus": "0", "both": "40", "gift": "0", "none": "0"}
    # 2 × -9 is 2 more than 2 × -10; 5 × -1 is 5 more than 5 × -2; 1 × 10 is the price; -4 is no positive line
    assert judged.at("price-above-order") == {"B2": "2", "B3": "5"}
    # both: 2 billed against -4 is 6 too many, of which this line has 2, at -9 each: nothing lost. none: 1 billed against 0.
    assert judged.at("quantity-above-ordered") == {"B2": "0", "B4": "10"}
    # both: 2 against 1 received; gift: 5 against none; none: 1 against -3 received is 4 too many, of which this line has 1
    assert judged.at("quantity-above-received") == {"B2": "0", "B3": "0", "B4": "10"}
    # both: 1 received against -4 ordered is 5 × -10; minus: nothing received against -4 is 4 × 10; none: -3 is not above 0
    assert judged.at("received-above-ordered") == {"both": "0", "minus": "40"}
    # a receipt below zero does not stand
    assert judged.at("invoice-without-receipt") == {"B3": "0", "B4": "10"}


def test_payments_below_zero(check: Check) -> None:
    """I1 was billed at 100, paid at 150, and 40 came back: 10 are too many. I2, a debt of -20, was not paid: 0 is 20 above it."""
    judged = check(
        {
            "invoices": INVOICE + "I1 | S1 | 1 | 2024-03-06 | EUR | | 100\n I2 | S1 | 2 | 2024-03-06 | EUR | | -20",
            "payments": """
                payment_id | invoice_id | amount | currency | paid_at
                P1         | I1         | 150    | EUR      | 2024-03-10
                P2         | I1         | -40    | EUR      | 2024-03-11
                P3         | I2         | 0      | EUR      | 2024-03-11
            """,
        }
    )
    assert judged.at("paid-over-invoice") == {"I1": "10", "I2": "20"}


# ---- references that lead nowhere, or in circles ----------------------------------------------------------------------------------

NOWHERE = {
    "suppliers": "supplier_id | tax_id",
    "parts": "part_id | tracking\n pump | lot",
    "work_orders": "work_order_id | site_id | contractor_id | started_at | closed_at\n WO-1 | X | X | 2024-03-02 | 2024-03-03",
    "work_order_lines": "work_order_line_id | work_order_id | part_id | quantity | unit_price_estimated\n WL-1 | X | X | 1 | 9",
    "requisitions": """
        requisition_line_id | work_order_id | work_order_line_id | created_at | quantity | unit_price_estimated
        RQ-1                | X             | X                  | 2024-03-09 | 1        | 8
    """,
    "purchase_orders": ORDER + "PO-2 | X | X | issued | EUR | 2024-03-01",
    "purchase_order_lines": """
        purchase_order_line_id | purchase_order_id | quantity | unit_price | need | work_order_id | requisition_line_id | part_id
        lost                   | X                 | 3        | 7          | work | WO-1          |                     | pump
        far                    | PO-2              | 2        | 5          | work | X             | X                   | X
        asked                  | PO-2              | 1        | 4          | work |               | RQ-1                | X
        forgot                 | PO-2              | 1        | 6          | work |               | X                   | X
    """,
    "allocations": "purchase_order_line_id | work_order_id | quantity\n X | WO-1 | 1\n X | X | 1",
    "receipts": RECEIPT + "R1 | X | 1 | 2024-03-04 |\n R2 | far | 2 | 2024-03-04 | X",
    "invoices": """
        invoice_id | supplier_id | invoice_number | invoice_date | currency | purchase_order_id | reverses | amount_net
        I1         | X           | 1              | 2024-03-06   | EUR      | X                 | X        | 11
        I2         | X           | 2              | 2024-03-06   | EUR      | I2                |          | 13
        I3         | X           | 3              | 2024-03-06   | EUR      |                   |          | 0
    """,
    "invoice_lines": BILL + "B1 | X | lost | 1 | 1000\n B2 | I3 | X | 1 | 17",
    "payments": "payment_id | invoice_id | amount | paid_at\n P1 | X | 500 | 2024-03-07",
    "lots": "lot_id | part_id | receipt_line_id | work_order_id | quantity\n L1 | X | X | X | 1",
    "consumption": """
        consumption_id | work_order_id | part_id | lot_id | quantity
        C1             | X             | pump    | X      | 1
        C2             | X             | X       | L1     | 3
    """,
}


def test_every_reference_leads_nowhere(check: Check) -> None:
    """X does not exist, in any table. I2 names itself where its order belongs."""
    judged = check(NOWHERE)
    assert judged.of("order-unknown") == [
        ("E", "I1", "I1", None, "11"),
        ("E", "I2", "I2", None, "13"),
        ("E", "I3", "B2", None, "17"),
        ("E", "R1", "R1", None, "0"),
        ("E", "X", "lost", "WO-1", "21"),
    ]
    assert judged.of("invoice-names-work") == []
    # the requisition that nobody knows names no work
    assert judged.of("work-unknown") == [("E", "PO-2", "asked", "X", "4"), ("E", "PO-2", "far", "X", "10")]
    assert judged.of("order-without-work") == [("E", "PO-2", "forgot", None, "6")]
    assert judged.of("lot-untraced") == [("W", "C1", None, "X", "0")]
    assert judged.of("lot-overdrawn") == [("E", "L1", None, "X", "0")]
    assert judged.of("request-after-start") == []
    assert judged.of("paid-over-invoice") == []
    assert {hop: lines for hop, (_, lines) in judged.chain["EUR"].items()} == {
        "invoiced": 3, "ordered": 0, "received": 0, "linked": 0, "stock": 0, "exempt": 0, "approved": 0,
    }  # fmt: skip
    assert judged.chain["EUR"]["invoiced"][0] == "41"


def test_an_invoice_that_names_itself_as_order_and_work(check: Check) -> None:
    """One number for the invoice, the work order and the order that it names: it is the work order's."""
    judged = check(
        {
            "purchase_orders": ORDER,
            "purchase_order_lines": LINE,
            "work_orders": "work_order_id\n I1",
            "invoices": "invoice_id | invoice_number | invoice_date | currency | purchase_order_id | amount_total\n"
            "I1 | 1 | 2024-03-06 | EUR | I1 | 25",
        }
    )
    assert judged.of("invoice-names-work") == [("W", "I1", "I1", "I1", "25")]
    assert judged.of("order-unknown") == []


# the receipts of a line of 5 at 10, in words, and how much was received in the end
LOOPS = [
    ("R1 | L | 5 | 2024-03-05 | R1", "itself", -5),
    ("R1 | L | 5 | 2024-03-05 | R2\n R2 | L | 5 | 2024-03-06 | R1", "each other", -10),
    ("R1 | L | 5 | 2024-03-05 | R3\n R2 | L | 5 | 2024-03-06 | R1\n R3 | L | 5 | 2024-03-07 | R2", "a round of three", -15),
    ("R1 | L | 5 | 2024-03-05 | \n R2 | L | -5 | 2024-03-06 | R1\n R3 | L | -5 | 2024-03-07 | R2", "a reversal of a reversal", -5),
]


@pytest.mark.parametrize(("receipts", "words", "received"), LOOPS, ids=[words for _, words, _ in LOOPS])
def test_receipts_that_reverse_in_circles(receipts: str, words: str, received: int, check: Check) -> None:
    """A row that names another in `reverses` counts below zero, so none of these stands and the whole bill is without receipt."""
    judged = check(
        {
            "purchase_orders": ORDER,
            "purchase_order_lines": LINE + "L | PO | 5 | 10",
            "receipts": RECEIPT + receipts,
            "invoices": INVOICE + "I1 | S1 | 1 | 2024-03-08 | EUR | | 50",
            "invoice_lines": BILL + "B1 | I1 | L | 5 | 10",
        }
    )
    assert judged.at("invoice-without-receipt") == {"B1": "50"}
    assert judged.at("quantity-above-received") == {"B1": "50"}
    assert judged.at("received-above-ordered") == {}
    assert judged.at("receipt-on-dead-order") == {}
    assert judged.chain["EUR"]["ordered"] == ("50", 1)
    assert judged.chain["EUR"]["received"] == (str(received * 10), 1), words  # least(billed, received) × price


def test_invoices_that_reverse_in_circles(check: Check) -> None:
    """An invoice is undone by others that nobody undoes. I1 names itself; I2 and I3 each other; I4, I5 and I6 go round: all stay.
    I8 undoes I7, so neither counts. Each bills 1 at 12 where 10 was ordered."""
    numbers = {1: 1, 2: 3, 3: 2, 4: 5, 5: 6, 6: 4, 7: None, 8: 7}
    invoices = "\n".join(f"I{n} | S1 | n{n * 111} | 2024-03-0{n} | EUR | {f'I{to}' if to else ''} | 12" for n, to in numbers.items())
    judged = check(
        {
            "purchase_orders": ORDER,
            "purchase_order_lines": LINE + "L | PO | 100 | 10",
            "invoices": INVOICE + invoices,
            "invoice_lines": BILL + "\n".join(f"B{n} | I{n} | L | 1 | 12" for n in numbers),
        }
    )
    assert judged.at("price-above-order") == {f"B{n}": "2" for n in range(1, 7)}
    assert judged.chain["EUR"]["invoiced"] == ("72", 6)


def test_a_requisition_and_its_line_name_different_works(check: Check) -> None:
    """The requisition's own work wins over that of the work order line that it names; RQ-2 is its own line's only way to a work."""
    judged = check(
        {
            "work_orders": "work_order_id\n WO-1\n RQ-1",
            "work_order_lines": "work_order_line_id | work_order_id\n RQ-1 | WO-1\n RQ-2 | gone",
            "requisitions": """
                requisition_line_id | requisition_id | work_order_id | work_order_line_id
                RQ-1                | RQ-1           | RQ-0          | RQ-1
                RQ-2                | RQ-2           |               | RQ-2
            """,
            "purchase_orders": ORDER,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit_price | requisition_line_id | need
                RQ-1                   | PO                | 1        | 3          | RQ-1                | work
                RQ-2                   | PO                | 1        | 4          | RQ-2                | work
            """,
        }
    )
    assert judged.of("work-unknown") == [("E", "PO", "RQ-1", "RQ-0", "3"), ("E", "PO", "RQ-2", "gone", "4")]


# ---- ends of time -----------------------------------------------------------------------------------------------------------------


def test_an_order_of_1948_received_in_9999(check: Check) -> None:
    """What is dated after the day of the run is a fact like others, and does not make the run a run of the year 9999."""
    judged = check(
        {
            "purchase_orders": ORDER.replace("2024-03-01", "1948-02-29"),
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit_price | need_by
                old                    | PO                | 2        | 10         | 1948-02-29
                new                    | PO                | 1        | 5          | 9999-12-31
                early                  | PO                | 1        | 3          | 9999-12-31
            """,
            "receipts": RECEIPT
            + """R1 | old   | 2 | 9999-12-31                |
                 R2 | new   | 1 | 9999-12-31T23:59:59       |
                 R3 | early | 1 | 0001-01-01                |""",
            "invoices": INVOICE + "I1 | S1 | 1 | 1948-02-28 | EUR | | 20",
            "invoice_lines": BILL + "B1 | I1 | old | 2 | 10",
        }
    )
    assert judged.as_of == date(1948, 2, 29)
    assert judged.at("late-receipt") == {"old": "20"}
    assert judged.at("order-after-receipt") == {"early": "3"}
    assert judged.at("order-after-invoice") == {"old": "20"}
    assert judged.at("invoice-before-receipt") == {"B1": "20"}
    assert judged.at("overdue") == {}
    assert judged.at("received-not-invoiced") == {"early": "3"}


EDGES = {
    "purchase_orders": ORDER,
    "purchase_order_lines": LINE + "L | PO | 5 | 10",
    "receipts": RECEIPT
    + """R1 | L | 1 | 9999-12-31T23:59:59-12:00 |
         R2 | L | 1 | 0001-01-01T00:00:00+14:00 |
         R3 | L | 1 | 9999-12-31T23:59:59+14:00 |
         R4 | L | 1 | 0001-01-01T00:00:00-12:00 |""",
}


@pytest.mark.parametrize("zone", ["", "Europe/Berlin"])
def test_instants_over_the_edge_of_the_calendar(zone: str, tmp_path: Path) -> None:
    """In UTC the first two would fall into the years 10000 and 0, which no calendar here has: their clock is kept. No row is lost."""
    tables = {**EDGES, "sites": f"site_id | timezone\n A | {zone}"}
    folder = plants.write(tmp_path / "plant", {name: plants.drawn(text) for name, text in tables.items()})
    with open_check(folder, policy=load_policy(), run_date=date(2025, 1, 1)) as result:
        assert (result.landing.tables["receipts"].read, result.landing.tables["receipts"].rejected) == (4, 0)
        assert result.as_of == date(2024, 3, 1)
        # first received in the year 1, long before it was ordered
        assert [(o.findings, o.not_judged) for o in result.outcomes if o.rule.name == "order-after-receipt"] == [(1, 0)]


def test_a_run_whose_only_fact_is_of_the_first_day(tmp_path: Path) -> None:
    """As of which day? As of the first that the calendar has, though in UTC it was the day before."""
    orders = ORDER.replace("2024-03-01", "0001-01-01T00:00:00+14:00")
    folder = plants.write(tmp_path / "plant", {"purchase_orders": plants.drawn(orders)})
    with open_check(folder, policy=load_policy(), run_date=date(2025, 1, 1)) as result:
        assert result.landing.tables["purchase_orders"].rejected == 0
        assert result.as_of == date(1, 1, 1)


def test_an_order_after_the_payment_of_its_bill(check: Check) -> None:
    judged = check(
        {
            "purchase_orders": ORDER.replace("2024-03-01", "2024-05-01T08:00:00+02:00"),
            "purchase_order_lines": LINE + "L | PO | 4 | 25",
            "receipts": RECEIPT + "R1 | L | 4 | 2024-05-01T05:59:59Z |",
            "invoices": INVOICE + "I1 | S1 | 1 | 2024-03-01 | EUR | | 100",
            "invoice_lines": BILL + "B1 | I1 | L | 4 | 25",
            "payments": "payment_id | invoice_id | amount | currency | paid_at\n P1 | I1 | 100 | EUR | 2024-02-29",
        }
    )
    assert judged.at("order-after-invoice") == {"L": "100"}
    assert judged.at("order-after-receipt") == {"L": "100"}  # one second
    assert judged.at("invoice-before-receipt") == {"B1": "100"}
    assert judged.at("paid-over-invoice") == {}
    assert judged.at("paid-without-receipt") == {}
    assert judged.as_of == date(2024, 5, 1)


@pytest.mark.parametrize(("zone", "late"), [("Europe/Berlin", {}), ("Mars/Olympus_Mons", {"L": "50"}), ("../../etc/passwd", {"L": "50"})])
def test_a_zone_that_nobody_knows_is_utc(zone: str, late: Mapping[str, str], check: Check) -> None:
    """The order went out at 23:30 by the clock of the site, the goods came at 23:00 UTC."""
    judged = check(
        {
            "sites": f"site_id | timezone\n A | {zone}",
            "purchase_orders": ORDER.replace("2024-03-01", "2024-03-01T23:30:00"),
            "purchase_order_lines": LINE + "L | PO | 5 | 10",
            "receipts": RECEIPT + "R1 | L | 5 | 2024-03-01T23:00:00Z |",
        }
    )
    assert judged.at("order-after-receipt") == late


def test_a_zone_that_nobody_knows_is_named(tmp_path: Path) -> None:
    folder = plants.write(tmp_path / "plant", {"sites": [["site_id", "timezone"], ["A", "Mars/Olympus_Mons"], ["B", "Asia/Tokyo"]]})
    with open_check(folder, policy=load_policy(), run_date=date(2025, 1, 1)) as result:
        assert [(r.table, r.column, r.value, r.count) for r in result.landing.reports] == [("sites", "timezone", "Mars/Olympus_Mons", 1)]
        assert result.as_of == date(2025, 1, 1)


# ---- currencies without rates -----------------------------------------------------------------------------------------------------


def test_four_currencies_and_no_rate(check: Check) -> None:
    """Ordered in EUR, billed in USD, paid in GBP, budgeted in JPY: nothing is added across, and what cannot be known is counted."""
    judged = check(
        {
            "work_orders": "work_order_id | budget_amount | currency\n WO-1 | 1 | JPY\n WO-2 | 1 | EUR",
            "purchase_orders": ORDER,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit_price | need | work_order_id
                far                    | PO                | 4        | 25         | work | WO-1
                near                   | PO                | 1        | 30         | work | WO-2
            """,
            "invoices": INVOICE + "I1 | S1 | 1 | 2024-03-06 | USD | | 480",
            "invoice_lines": BILL + "B1 | I1 | far | 4 | 120",
            "payments": "payment_id | invoice_id | amount | currency | paid_at\n P1 | I1 | 9999 | GBP | 2024-03-07",
        },
        Settings(threshold="10", threshold_currency="CHF"),
    )
    assert judged.of("currency-differs") == [("W", "I1", "B1", "WO-1", "480")]
    assert judged.at("price-above-order") == {}
    assert judged.at("paid-over-invoice") == {}
    assert judged.not_judged["paid-over-invoice"] == 1
    assert judged.at("over-budget") == {"WO-2": "29"}
    assert judged.not_judged["over-budget"] == 1
    assert judged.chain["USD"]["invoiced"] == ("480", 1)
    assert judged.chain["USD"]["ordered"] == ("0", 0)


# ---- tables that are hardly there -------------------------------------------------------------------------------------------------


def test_headers_and_nothing_else(check: Check) -> None:
    """Every rule is asked and nothing is found. Only the two that need to know when orders were issued cannot be: no row says."""
    headers = {name: " | ".join(column.name for column in table) for name, table in TABLES.items()}
    judged = check(headers, Settings(threshold="10", threshold_currency="EUR"))
    assert judged.tables == dict.fromkeys(TABLES, (0, 0))
    assert judged.findings == ()
    assert {rule for rule, status in judged.status.items() if status != "run"} == {"order-never-issued", "approved-after-issue"}
    assert set(judged.not_judged.values()) == {0}
    assert judged.at_risk == {}


def test_one_id_for_everything(check: Check) -> None:
    """Site, supplier, part, work order, order, line, receipt, invoice and payment are all called 1: 4 were ordered at 25, 3 came on
    the day after they were needed, 5 were billed at 26, and 140 were paid."""
    judged = check(
        {
            "sites": "site_id | timezone\n 1 | Europe/Berlin",
            "suppliers": "supplier_id | tax_id | status\n 1 | 1 | blocked",
            "parts": "part_id | tracking\n 1 | lot",
            "work_orders": "work_order_id | site_id | status | started_at | closed_at\n 1 | 1 | closed | 2024-02-01 | 2024-02-02",
            "work_order_lines": "work_order_line_id | work_order_id | supply | part_id | quantity | unit_price_estimated\n"
            "1 | 1 | buy | 1 | 6 | 20",
            "requisitions": "requisition_line_id | requisition_id | work_order_id | work_order_line_id | quantity | unit_price_estimated "
            "| created_at | requested_by | approved_by\n 1 | 1 | 1 | 1 | 4 | 20 | 2024-02-02 | 1 | 1",
            "purchase_orders": "purchase_order_id | site_id | supplier_id | status | currency | issued_at | requested_by | approved_by\n"
            "1 | 1 | 1 | issued | 1 | 2024-03-01 | 1 | 1",
            "purchase_order_lines": "purchase_order_line_id | purchase_order_id | quantity | unit_price | part_id | need | work_order_id "
            "| requisition_line_id | need_by\n 1 | 1 | 4 | 25 | 1 | work | 1 | 1 | 2024-03-04",
            "allocations": "purchase_order_line_id | work_order_id | work_order_line_id | requisition_line_id | quantity\n"
            "1 | 1 | 1 | 1 | 4",
            "receipts": "receipt_line_id | receipt_id | purchase_order_line_id | quantity_received | received_at\n"
            "1 | 1 | 1 | 3 | 2024-03-05",
            "invoices": "invoice_id | supplier_id | invoice_number | invoice_date | currency | purchase_order_id | amount_total\n"
            "1 | 1 | 1 | 2024-03-06 | 1 | 1 | 130",
            "invoice_lines": "invoice_line_id | invoice_id | purchase_order_line_id | receipt_line_id | quantity | unit_price\n"
            "1 | 1 | 1 | 1 | 5 | 26",
            "payments": "payment_id | invoice_id | amount | currency | paid_at\n 1 | 1 | 140 | 1 | 2024-03-07",
            "lots": "lot_id | part_id | receipt_line_id | quantity\n 1 | 1 | 1 | 3",
            "consumption": "consumption_id | work_order_id | part_id | lot_id | quantity\n 1 | 1 | 1 | 1 | 3",
        }
    )
    found = {rule: judged.at(rule)["1"] for rule in {f.rule for f in judged.findings}}
    assert found == {
        "work-without-commitment": "120",
        "request-after-start": "80",
        "order-on-closed-work": "100",
        "order-open-on-closed-work": "25",
        "overdue": "25",
        "price-above-order": "5",
        "quantity-above-received": "52",
        "quantity-above-ordered": "26",
        "self-approved": "100",
        "supplier-not-approved": "100",
        "paid-over-invoice": "10",
        "quantity-differs": "50",
    }
    assert judged.chain["1"]["linked"] == ("75", 1)


# ---- every rule on one table alone ------------------------------------------------------------------------------------------------

ALONE = {
    "suppliers": {"supplier-shares-tax-id"},
    "requisitions": {"self-approved"},
    "purchase_orders": {"self-approved", "approved-after-issue"},
    "receipts": {"receipt-without-order"},
    "invoices": {"invoice-without-order", "duplicate-invoice", "duplicate-suspected"},
}
"""The rules that one table is enough for; none for the others."""
CELLS = {
    Kind.DECIMAL: "-1.5",
    Kind.INTEGER: "30",
    Kind.MOMENT: "2024-03-01T08:00:00+02:00",
    Kind.YES_NO: "yes",
    Kind.PRICE_QUANTITY: "100",
}


def alone(table: Table) -> list[list[str]]:
    """A table of three rows: one filled, one with nothing but what it must have, one like the first under another id."""
    full = [column.words[0] if column.words else CELLS.get(column.kind, column.name.upper()) for column in table]
    bare = [cell if column.required else "" for column, cell in zip(table, full, strict=True)]
    rows = [full, bare, list(full)]
    for number, row in enumerate(rows):
        row[0] = f"{full[0]}-{number}" if table.columns[0].kind is Kind.TEXT else row[0]
    return [[column.name for column in table], *rows]


FEW = ("invoices", "purchase_order_lines", "lots")


@pytest.mark.parametrize("name", [name if name in FEW else pytest.param(name, marks=pytest.mark.full) for name in TABLES])
def test_every_rule_on_one_table_alone(name: str, tmp_path: Path) -> None:
    """Each is run, or says what it lacks; and what it lacks is something."""
    folder = plants.write(tmp_path / "plant", {name: alone(TABLES[name])})
    with open_check(folder, policy=load_policy(), run_date=date(2025, 1, 1), memory_limit="512MB") as result:
        landed = result.landing.tables[name]
        assert landed.read + landed.rejected + landed.same == 3
        assert landed.rejected == 0
        assert {o.rule.name for o in result.outcomes if o.status == "run"} == ALONE.get(name, set())
        assert all(o.needs and o.status == "not run" for o in result.outcomes if o.status != "run")
        assert result.count("E") + result.count("W") + result.count("I") == sum(o.findings for o in result.outcomes)


# ---- through the command ----------------------------------------------------------------------------------------------------------

COMMANDS: dict[str, tuple[Mapping[str, str], int]] = {
    "nowhere": (NOWHERE, 0),
    "edges": (EDGES, 0),
    "one table": ({"lots": "lot_id\n L1"}, 0),
}


@pytest.mark.parametrize("name", ["edges", *(pytest.param(name, marks=pytest.mark.full) for name in COMMANDS if name != "edges")])
def test_the_command_ends_as_it_should(name: str, tmp_path: Path) -> None:
    tables, code = COMMANDS[name]
    folder, out = plants.write(tmp_path / "plant", {table: plants.drawn(text) for table, text in tables.items()}), tmp_path / "out"
    call = "from counterfoil.interfaces.cli import main; main()"
    command = [sys.executable, "-c", call, "check", str(folder), "--out", str(out), "--strict", "--format", "json"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (code, "")
    summary = json.loads(done.stdout)
    assert summary == json.loads((out / "summary.json").read_text("utf-8"))
    assert {rule["status"] for rule in summary["rules"].values()} <= {"run", "not run"}
    assert all(rule["needs"] for rule in summary["rules"].values() if rule["status"] == "not run")
    if name == "nowhere":
        assert summary["tables"]["invoice_lines"] == {"read": 2, "rejected": 0, "dangling": 1}
        assert summary["tables"]["payments"] == {"read": 1, "rejected": 0, "dangling": 1}
