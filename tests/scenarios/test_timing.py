"""Timing: an order that comes after what it orders, and clocks that do not agree."""

import pytest
from tests import plants
from tests.conftest import Check

SITES = """
    site_id  | timezone
    berlin   | Europe/Berlin
    new-york | America/New_York
    nowhere  | Mars/Olympus
"""


def test_the_contractor_comes_on_saturday_and_the_order_on_monday(check: Check) -> None:
    """The weld is done and the gas delivered on Saturday 9 March, billed on Sunday; the buyer writes the order on Monday."""
    judged = check(
        {
            "work_orders": """
                work_order_id | status      | started_at
                WO-1          | in_progress | 2024-03-09T07:00:00Z
            """,
            "purchase_orders": """
                purchase_order_id | status | currency | issued_at
                PO-1              | issued | EUR      | 2024-03-11T09:00:00Z
                PO-2              | issued | EUR      |
            """,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | kind     | quantity | unit_price | need | work_order_id | need_by
                weld                   | PO-1              | service  | 8        | 85         | work | WO-1          | 2024-03-08
                gas                    | PO-1              | material | 3        | 40         | work | WO-1          | 2024-03-09
                rods                   | PO-2              | material | 50       | 0.9        | work | WO-1          | 2024-03-20
            """,
            "receipts": """
                receipt_line_id | purchase_order_line_id | quantity_received | received_at
                R1              | weld                   | 8                 | 2024-03-09T16:00:00Z
                R2              | gas                    | 3                 | 2024-03-09
                R3              | rods                   | 20                | 2024-03-12
            """,
            "invoices": """
                invoice_id | invoice_number | invoice_date | entered_at | currency
                I1         | 88             | 2024-03-10   | 2024-03-08 | EUR
            """,
            "invoice_lines": """
                invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price
                B1              | I1         | weld                   | 8        | 85
            """,
        }
    )
    assert judged.of("order-after-work") == [("W", "PO-1", "weld", "WO-1", "680")]
    assert judged.of("order-after-receipt") == [("E", "PO-1", "gas", "WO-1", "120"), ("E", "PO-1", "weld", "WO-1", "680")]
    assert judged.of("order-after-invoice") == [("E", "PO-1", "weld", "WO-1", "680")]
    assert judged.of("invoice-before-receipt") == [("W", "I1", "B1", "WO-1", "680")]
    assert judged.of("order-never-issued") == [("W", "PO-2", None, None, "45")]
    assert judged.of("late-receipt") == [("I", "PO-1", "weld", "WO-1", "680")]
    # as-of is the newest date of all: 12 March, so the rods are not overdue yet
    assert str(judged.as_of) == "2024-03-12"
    assert judged.of("overdue") == []


# issued at, site, invoice dated, ordered after the invoice
CLOCKS = [
    ("2024-03-10T22:30:00Z", "berlin", "2024-03-10", False),
    ("2024-03-10T23:30:00Z", "berlin", "2024-03-10", True),
    ("2024-03-10T23:30:00Z", "new-york", "2024-03-10", False),
    ("2024-03-11T03:30:00Z", "new-york", "2024-03-10", False),
    ("2024-03-11T04:00:00Z", "new-york", "2024-03-10", True),
    ("2024-03-10T04:59:59Z", "new-york", "2024-03-09", False),
    ("2024-03-10T05:00:00Z", "new-york", "2024-03-09", True),
    ("2024-03-10T23:59:59Z", "nowhere", "2024-03-10", False),
    ("2024-03-11T00:00:00Z", "", "2024-03-10", True),
    ("2024-03-11T00:30:00", "berlin", "2024-03-10", True),
    ("2024-03-10T23:30:00", "berlin", "2024-03-10", False),
    ("2024-03-11T05:29:00+05:30", "", "2024-03-10", False),
    ("2024-03-11T05:30:00+05:30", "", "2024-03-10", True),
    ("2024-10-27T00:30:00Z", "berlin", "2024-10-27T01:30:00Z", False),
    ("2024-10-27T01:30:01Z", "berlin", "2024-10-27T02:30:00+01:00", True),
    ("2024-10-27T02:30:00", "berlin", "2024-10-27T00:30:00Z", False),
    ("2024-10-27T02:30:01", "berlin", "2024-10-27T00:30:00Z", True),
    ("2024-03-31T03:30:00", "berlin", "2024-03-31T01:30:00Z", False),
    ("2024-02-29", "berlin", "2024-02-28", True),
    ("2024-02-29", "berlin", "2024-02-29T23:30:00+01:00", False),
    ("9999-12-31", "berlin", "2024-02-29", True),
]


@pytest.fixture(scope="module")
def clock_findings(tmp_path_factory: pytest.TempPathFactory, judge: plants.Judge) -> dict[str, str | None]:
    orders = "".join(f"\n P{n} | {site} | issued | {issued}" for n, (issued, site, _, _) in enumerate(CLOCKS))
    lines = "".join(f"\n L{n} | P{n} | 1 | 1 | stock" for n in range(len(CLOCKS)))
    invoices = "".join(f"\n I{n} | {n} | {dated}" for n, (_, _, dated, _) in enumerate(CLOCKS))
    bills = "".join(f"\n B{n} | I{n} | L{n} | 1 | 1" for n in range(len(CLOCKS)))
    tables = {
        "sites": SITES,
        "purchase_orders": "purchase_order_id | site_id | status | issued_at" + orders,
        "purchase_order_lines": "purchase_order_line_id | purchase_order_id | quantity | unit_price | need" + lines,
        "invoices": "invoice_id | invoice_number | invoice_date" + invoices,
        "invoice_lines": "invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price" + bills,
    }
    folder = plants.write(tmp_path_factory.mktemp("clocks"), {name: plants.drawn(text) for name, text in tables.items()})
    return judge(folder, plants.Settings(), ("order-after-invoice",)).at("order-after-invoice")


@pytest.mark.parametrize("number", range(len(CLOCKS)), ids=lambda number: " ".join(map(str, CLOCKS[number])))
def test_before_and_after_by_the_clock_of_the_site(number: int, clock_findings: dict[str, str | None]) -> None:
    """A date only: by local date. Two instants: exactly. No offset: the clock of the site, in a repeated hour its first round."""
    assert (f"L{number}" in clock_findings) is CLOCKS[number][3]


def test_a_system_that_does_not_record_the_issue(check: Check) -> None:
    """issued_at is empty in every row: the approval stands for it, else the creation; nothing is *never issued*."""
    judged = check(
        {
            "purchase_orders": """
                purchase_order_id | status   | currency | created_at | approved_at | issued_at
                PO-1              | approved | EUR      | 2024-03-01 | 2024-03-15  |
                PO-2              | approved | EUR      | 2024-03-01 |             |
                PO-3              | approved | EUR      |            |             |
            """,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit_price
                L1                     | PO-1              | 2        | 50
                L2                     | PO-2              | 2        | 50
                L3                     | PO-3              | 2        | 50
            """,
            "receipts": """
                receipt_line_id | purchase_order_line_id | quantity_received | received_at
                R1              | L1                     | 2                 | 2024-03-10
                R2              | L2                     | 2                 | 2024-03-10
                R3              | L3                     | 2                 | 2024-03-10
            """,
        }
    )
    assert judged.of("order-after-receipt") == [("E", "PO-1", "L1", None, "100")]
    assert judged.status["order-never-issued"] == "not run"
