"""Authority: who agreed to it, to how much of it, and before it went out?"""

import hashlib

from tests.conftest import Check
from tests.plants import Settings

LINES = """
    purchase_order_line_id | purchase_order_id | quantity | unit_price
    L1                     | PO-1              | 10       | 90
    L2                     | PO-2              | 5        | 190
    L3                     | PO-3              | 1        | 150
    L4                     | PO-4              | 3        | 300
    L5                     | PO-5              | 20       | 50
    L6                     | PO-6              | 2        | 499.99
"""


def test_an_order_in_slices(check: Check) -> None:
    """Above 1000 EUR the controller must sign. The technician's orders to S1: 900 on Friday, 950 on Monday, 150 on Thursday,
    six days after the first: 2000 in one group. Friday comes again and with it a new group of one, 900, which stays below.
    PO-5 is at the threshold and was signed for. PO-6 to the same supplier is asked for by somebody else."""
    judged = check(
        {
            "purchase_orders": """
                purchase_order_id | supplier_id | site_id | status | currency | issued_at            | requested_by | created_by
                PO-1              | S1          | A       | issued | EUR      | 2024-03-01           | technician   | buyer
                PO-2              | S1          | A       | issued | EUR      | 2024-03-04T23:59:59Z |              | technician
                PO-3              | S1          | A       | issued | EUR      | 2024-03-07T10:00:00Z | technician   |
                PO-4              | S1          | A       | issued | EUR      | 2024-03-08           | technician   | buyer
                PO-5              | S1          | A       | issued | EUR      | 2024-03-02           | technician   | buyer
                PO-6              | S1          | A       | issued | EUR      | 2024-03-02           | planner      | technician
            """,
            "purchase_order_lines": LINES,
        },
        Settings(threshold="1000", threshold_currency="EUR"),
    )
    assert judged.of("split-order") == [("W", "PO-1", None, None, "2000")]
    group = [f.finding_id for f in judged.findings if f.rule == "split-order"]
    assert group == [hashlib.sha256("\x1f".join(("split-order", "purchase_order", "PO-1", "PO-2", "PO-3")).encode()).hexdigest()[:20]]


def test_slices_in_two_currencies(check: Check) -> None:
    """The threshold is in EUR, PO-2 in USD. At 0.9 from 1 March on: 950 USD are 855 EUR, together 1755. Without a rate for the
    day PO-2 cannot be judged, and 900 alone is nothing."""
    orders = """
        purchase_order_id | supplier_id | status | currency | issued_at  | requested_by
        PO-1              | S1          | issued | EUR      | 2024-03-01 | technician
        PO-2              | S1          | issued | USD      | 2024-03-04 | technician
    """
    rates = """
        from_currency | to_currency | valid_from | rate
        USD           | EUR         | {}         | 0.9
        USD           | EUR         | 2024-03-05 | 0.8
        EUR           | USD         | 2024-01-01 | 1.1
    """
    tables = {"purchase_orders": orders, "purchase_order_lines": "\n".join(LINES.strip().splitlines()[:3])}
    settings = Settings(threshold="1000", threshold_currency="EUR")
    with_rate = check({**tables, "rates": rates.format("2024-03-01")}, settings)
    assert with_rate.of("split-order") == [("W", "PO-1", None, None, "1755")]
    too_late = check({**tables, "rates": rates.format("2024-03-06")}, settings)
    assert (too_late.of("split-order"), too_late.not_judged["split-order"]) == ([], 1)


def test_without_a_threshold_nothing_is_split(check: Check) -> None:
    judged = check(
        {
            "purchase_orders": """
                purchase_order_id | supplier_id | status | currency | issued_at  | requested_by
                PO-1              | S1          | issued | EUR      | 2024-03-01 | technician
            """,
            "purchase_order_lines": LINES.split("    L2")[0],
        }
    )
    assert judged.status["split-order"] == "not run"


def test_a_signature_and_what_became_of_it(check: Check) -> None:
    """PO-1: 900, signed for 800 and then for 850, issued between the two. PO-2: signed by its creator alone. PO-3: refused and
    sent all the same. PO-4: signed, then its price went up and its delivery address changed. PO-5: signed after it went out."""
    judged = check(
        {
            "purchase_orders": """
                purchase_order_id | status | currency | issued_at            | requested_by | created_by | approved_by
                PO-1              | issued | EUR      | 2024-03-05T12:00:00Z | technician   | buyer      | manager
                PO-2              | issued | EUR      | 2024-03-05           | technician   | buyer      |
                PO-3              | issued | EUR      | 2024-03-05           | technician   | buyer      |
                PO-4              | issued | EUR      | 2024-03-05           | technician   | buyer      |
                PO-5              | issued | EUR      | 2024-03-05T12:00:00Z | technician   | buyer      |
            """,
            "purchase_order_lines": "\n".join(LINES.strip().splitlines()[:6]),
            "approvals": """
                document       | document_id | person  | decided_at           | decision | amount
                purchase_order | PO-1        | manager | 2024-03-04           | approved | 800
                purchase_order | PO-1        | finance | 2024-03-06           | approved | 850
                purchase_order | PO-2        | buyer   | 2024-03-04           | approved | 950
                purchase_order | PO-2        | manager | 2024-03-04           | rejected |
                purchase_order | PO-3        | manager | 2024-03-04           | rejected | 150
                purchase_order | PO-4        | manager | 2024-03-04           | approved | 900
                purchase_order | PO-5        | manager | 2024-03-05T12:00:01Z | approved | 999.99
                requisition    | PO-3        | manager | 2024-03-04           | approved |
            """,
            "order_changes": """
                document            | document_id | field      | old | new | changed_at
                purchase_order_line | L4          | unit_price | 250 | 300 | 2024-03-05
                purchase_order_line | L4          | deliver_to | A   | B   | 2024-03-05
                purchase_order      | PO-2        | currency   | USD | EUR | 2024-03-07
                purchase_order_line | L1          | quantity   | 9   | 10  | 2024-03-06
            """,
        }
    )
    assert judged.of("approval-exceeded") == [("E", "PO-1", None, None, "50"), ("E", "PO-5", None, None, "0.01")]
    assert judged.of("self-approved") == [("E", "PO-2", None, None, "950")]
    assert judged.of("order-unapproved") == [("E", "PO-3", None, None, "150")]
    assert judged.of("changed-after-approval") == [("E", "PO-4", "L4", None, "900")]
    assert judged.of("approved-after-issue") == [("E", "PO-5", None, None, "1000")]
