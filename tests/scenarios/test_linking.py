"""Linking: one pump, one week, and the ways in which money loses sight of the work that it was spent on."""

import hashlib

from tests.conftest import Check

WORKS = """
    work_order_id | site_id | status      | started_at | closed_at  | currency
    WO-1          | A       | in_progress | 2024-03-11 |            | EUR
    WO-2          | A       | closed      | 2024-03-01 | 2024-03-08 | EUR
    WO-3          | B       | released    |            |            | EUR
"""
ORDERS = """
    purchase_order_id | site_id | supplier_id | status | currency | issued_at
    PO-1              | A       | S1          | issued | EUR      | 2024-03-10
    PO-2              | A       | S2          | issued | EUR      | 2024-03-12
"""


def test_a_week_of_buying_for_three_work_orders(check: Check) -> None:
    """The buyer merges seals for two work orders into one line, orders a grinder for a third that is long closed, a jack that
    the technician never said the work for, and oil for a work order of the other site."""
    judged = check(
        {
            "work_orders": WORKS,
            "purchase_orders": ORDERS,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit_price | need | work_order_id
                seals                  | PO-1              | 12       | 25.50      | work |
                grinder                | PO-1              | 1        | 480        | work | WO-2
                jack                   | PO-2              | 2        | 95         | work |
                oil                    | PO-2              | 40       | 4.25       | work | WO-3
                gloves                 | PO-2              | 100      | 0.35       |      |
            """,
            "allocations": """
                purchase_order_line_id | work_order_id | quantity
                seals                  | WO-1          | 8
                seals                  | WO-3          | 3
            """,
        }
    )
    assert judged.of("order-without-work") == [("E", "PO-2", "jack", None, "190")]
    assert judged.of("need-unstated") == [("I", "PO-2", "gloves", None, "35")]
    assert judged.of("order-on-closed-work") == [("E", "PO-1", "grinder", "WO-2", "480")]
    assert judged.of("order-at-other-site") == [
        ("W", "PO-1", "seals", "WO-3", "306"),
        ("W", "PO-2", "oil", "WO-3", "170"),
    ]
    assert judged.of("under-allocated") == [("W", "PO-1", "seals", "WO-1", "25.5")]
    assert judged.of("over-allocated") == []
    assert judged.of("work-unknown") == []


def test_an_invoice_that_finds_its_order_and_five_that_do_not(check: Check) -> None:
    """I1 names its order line. I2 names only the order, whose two lines it could be. I3 has the work order's number where the
    order's belongs, I4 a number nobody knows, I5 none. I6 finds the only line that has its part."""
    judged = check(
        {
            "work_orders": WORKS,
            "purchase_orders": ORDERS,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | part_id | quantity | unit_price | need  | work_order_id
                seal                   | PO-1              | SEAL    | 10       | 30         | work  | WO-1
                ring                   | PO-1              | RING    | 10       | 20         | stock |
            """,
            "invoices": """
                invoice_id | supplier_id | invoice_number | invoice_date | currency | purchase_order_id
                I1         | S1          | 1              | 2024-03-20   | EUR      |
                I2         | S1          | 2              | 2024-03-20   | EUR      | PO-1
                I3         | S1          | 3              | 2024-03-20   | EUR      | WO-1
                I4         | S1          | 4              | 2024-03-20   | EUR      | PO-77
                I5         | S1          | 5              | 2024-03-20   | EUR      |
                I6         | S1          | 6              | 2024-03-20   | EUR      | PO-1
            """,
            "invoice_lines": """
                invoice_line_id | invoice_id | purchase_order_line_id | part_id | quantity | unit_price
                B1              | I1         | seal                   |         | 1        | 30
                B2              | I2         |                        |         | 1        | 450
                B3              | I3         |                        |         | 1        | 30
                B4              | I4         |                        |         | 1        | 30
                B5              | I5         |                        |         | 1        | 30
                B6              | I6         |                        | RING    | 1        | 20
            """,
        }
    )
    # 450 + 30 + 20 are billed on an order of 500
    assert judged.of("invoice-names-order-only") == [("I", "I2", "B2", None, "450")]
    assert judged.of("invoice-names-work") == [("W", "I3", "B3", "WO-1", "30")]
    assert judged.of("order-unknown") == [("E", "I4", "B4", None, "30")]
    assert judged.of("invoice-without-order") == [("E", "I5", "B5", None, "30")]


def test_a_finding_keeps_its_name(check: Check) -> None:
    """The id of a finding hashes rule, document, document id and line id; a null line id is the empty text; a group has its
    members in place of the last two, sorted by their bytes."""
    judged = check(
        {
            "suppliers": """
                supplier_id | tax_id
                Zürich      | CHE-1
                Basel       | CHE-1
                a           | CHE-1
            """,
            "purchase_orders": ORDERS,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit_price | need
                1/10                   | PO-1              | 1        | 5          | work
            """,
            "allocations": "purchase_order_line_id | work_order_id | quantity",
            "approvals": "document | document_id | person | decided_at | decision",
        }
    )
    ids = {f.rule: f.finding_id for f in judged.findings}
    assert ids["order-without-work"] == named("order-without-work", "purchase_order", "PO-1", "1/10")
    assert ids["order-unapproved"] == named("order-unapproved", "purchase_order", "PO-1", "")
    assert ids["supplier-shares-tax-id"] == named("supplier-shares-tax-id", "supplier", "Basel", "Zürich", "a")
    assert judged.of("supplier-shares-tax-id") == [("I", "Basel", None, None, "0")]


def named(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


def test_the_work_of_a_line_is_asked_in_order(check: Check) -> None:
    """Allocations before the own column before the requisition: the first that names any work is believed, and where they
    differ it is said so once."""
    judged = check(
        {
            "work_orders": WORKS,
            "work_order_lines": """
                work_order_line_id | work_order_id
                K3                 | WO-3
            """,
            "requisitions": """
                requisition_line_id | work_order_id | work_order_line_id
                Q1                  |               | K3
                Q2                  | WO-2          | K3
            """,
            "purchase_orders": ORDERS,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit_price | need | work_order_id | requisition_line_id
                by-allocation          | PO-1              | 1        | 1          | work | WO-9          | Q1
                by-column              | PO-1              | 1        | 2          | work | WO-9          | Q1
                by-requisition         | PO-1              | 1        | 4          | work |               | Q2
                through-its-line       | PO-1              | 1        | 8          | work |               | Q1
            """,
            "allocations": """
                purchase_order_line_id | work_order_id | quantity
                by-allocation          | WO-1          | 1
                by-column              | WO-1          | 0
            """,
        }
    )
    assert judged.at("work-unknown") == {"by-column": "2"}
    assert judged.of("links-disagree") == [("W", "PO-1", "by-allocation", "WO-1", "1"), ("W", "PO-1", "by-column", "WO-3", "2")]
    assert judged.of("order-on-closed-work") == [("E", "PO-1", "by-requisition", "WO-2", "4")]
    assert judged.of("order-at-other-site") == [("W", "PO-1", "through-its-line", "WO-3", "8")]
