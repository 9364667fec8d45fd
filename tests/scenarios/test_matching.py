"""Matching: what was billed against what was ordered and received, in parts, in boxes, per hundred, with credits."""

from tests.conftest import Check

SCREWS = {
    "purchase_orders": """
        purchase_order_id | supplier_id | status | currency | issued_at
        PO-1              | S1          | issued | EUR      | 2024-03-01
    """,
    "purchase_order_lines": """
        purchase_order_line_id | purchase_order_id | quantity | unit | unit_price | price_quantity | need
        screws                 | PO-1              | 1000     | EA   | 12.50      | 100            | stock
    """,
    "receipts": """
        receipt_line_id | purchase_order_line_id | quantity_received | received_at | reverses
        R1              | screws                 | 400               | 2024-03-05  |
        R2              | screws                 | 350               | 2024-03-08  |
        R3              | screws                 | 50                | 2024-03-09  | R2
    """,
    "invoices": """
        invoice_id | supplier_id | invoice_number | kind    | invoice_date | currency
        I1         | S1          | 101            | invoice | 2024-03-06   | EUR
        I2         | S1          | 102            |         | 2024-03-10   | EUR
        C1         | S1          | 9              | credit  | 2024-04-02   | EUR
    """,
}


def test_screws_come_in_parts(check: Check) -> None:
    """1000 screws at 12.50 per 100. 400 + 350 − 50 = 700 came. 400 are billed at the order's price, then 500 at 12.60 per 100,
    and a month later 100 are credited: billed so far with I2 is −100 + 400 + 500 = 800, 100 more than came."""
    judged = check(
        {
            **SCREWS,
            "invoice_lines": """
                invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price | price_quantity
                B1              | I1         | screws                 | 400      | 12.5       | 100
                B2              | I2         | screws                 | 500      | 12.6       | 100
                B3              | C1         | screws                 | 100      | 12.5       | 100
            """,
        }
    )
    assert judged.of("price-above-order") == [("E", "I2", "B2", None, "0.5")]
    assert judged.of("quantity-above-received") == [("E", "I2", "B2", None, "12.6")]
    assert judged.of("quantity-above-ordered") == []
    assert judged.of("received-above-ordered") == []
    assert judged.of("invoice-without-receipt") == []
    assert judged.at_risk == {"EUR": "12.6"}


def test_screws_are_billed_in_boxes(check: Check) -> None:
    """The same, but I2 bills 2.5 boxes of 200 at 25.20: 500 screws for 63. What is too many is valued at the order's price,
    since the bill's is for a box."""
    judged = check(
        {
            **SCREWS,
            "unit_conversions": """
                part_id | from_unit | to_unit | numerator | denominator
                        | box       | ea      | 200       | 1
            """,
            "invoice_lines": """
                invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit | unit_price | price_quantity
                B1              | I1         | screws                 | 400      |      | 12.5       | 100
                B2              | I2         | screws                 | 2.5      | BOX  | 25.2       |
                B3              | C1         | screws                 | 100      |      | 12.5       | 100
            """,
        }
    )
    assert judged.of("price-above-order") == [("E", "I2", "B2", None, "0.5")]
    assert judged.of("quantity-above-received") == [("E", "I2", "B2", None, "12.5")]
    assert judged.of("unit-differs") == [("W", "I2", "B2", None, "0")]


def test_a_unit_that_nobody_can_convert(check: Check) -> None:
    """I2 bills crates. Nobody knows how many screws that is, so the whole order line is not judged by quantity, for both of
    its positive invoice lines, and the price rule counts both as well. That the bill came after the first receipt stays certain."""
    judged = check(
        {
            **SCREWS,
            "invoice_lines": """
                invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit  | unit_price | price_quantity
                B1              | I1         | screws                 | 400      |       | 12.5       | 100
                B2              | I2         | screws                 | 2        | crate | 30         |
                B3              | C1         | screws                 | 100      |       | 12.5       | 100
            """,
        }
    )
    for rule in ("price-above-order", "quantity-above-received", "quantity-above-ordered"):
        assert (judged.of(rule), judged.not_judged[rule]) == ([], 2), rule
    assert (judged.of("received-above-ordered"), judged.not_judged["received-above-ordered"]) == ([], 1)
    assert (judged.of("invoice-without-receipt"), judged.not_judged["invoice-without-receipt"]) == ([], 0)


def test_three_bills_in_running_order(check: Check) -> None:
    """Ordered 10, received 10. Bills of 6, 6 and 3 were entered in the order I3, I1, I2: 3, then 9, then 15. Only the last
    entered is too much, by 5 of its 6."""
    judged = check(
        {
            "purchase_orders": SCREWS["purchase_orders"],
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit_price
                L1                     | PO-1              | 10       | 7
            """,
            "receipts": """
                receipt_line_id | purchase_order_line_id | quantity_received | received_at
                R1              | L1                     | 10                | 2024-03-02
            """,
            "invoices": """
                invoice_id | supplier_id | invoice_number | invoice_date | entered_at           | currency
                I1         | S1          | 11             | 2024-03-06   | 2024-03-09T08:00:00Z | EUR
                I2         | S1          | 12             | 2024-03-06   | 2024-03-09T08:00:01Z | EUR
                I3         | S1          | 13             | 2024-03-08   |                      | EUR
            """,
            "invoice_lines": """
                invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price
                B1              | I1         | L1                     | 6        | 7
                B2              | I2         | L1                     | 6        | 7
                B3              | I3         | L1                     | 3        | 7
            """,
        }
    )
    assert judged.at("quantity-above-ordered") == {"B2": "35"}
    assert judged.at("quantity-above-received") == {"B2": "35"}


def test_a_blanket_order_is_counted_in_money(check: Check) -> None:
    """A line of basis amount: 12 months of cleaning for 12 000, received and billed as sums. 2 500 are accepted, 3 100 billed:
    600 too much for now, within what is ordered; its price is not judged."""
    judged = check(
        {
            "purchase_orders": SCREWS["purchase_orders"],
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | kind    | basis  | quantity | unit_price
                cleaning               | PO-1              | service | amount | 12       | 1000
            """,
            "receipts": """
                receipt_line_id | purchase_order_line_id | quantity_received | amount | received_at
                R1              | cleaning               | 1                 | 1500   | 2024-03-05
                R2              | cleaning               | 1                 | 1000   | 2024-03-06
                R3              | cleaning               | 9                 |        | 2024-03-07
            """,
            "invoices": SCREWS["invoices"],
            "invoice_lines": """
                invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price
                B1              | I1         | cleaning               | 1        | 1500
                B2              | I2         | cleaning               | 2        | 800
            """,
        },
        rules=("quantity-above-received", "quantity-above-ordered", "price-above-order", "received-above-ordered"),
    )
    assert judged.at("quantity-above-received") == {"B2": "600"}
    assert judged.at("quantity-above-ordered") == {}
    assert judged.at("price-above-order") == {}
    assert judged.at("received-above-ordered") == {}


def test_a_bill_taken_back(check: Check) -> None:
    """I1 is wholly reversed by C1 and C2 together: none of the three is judged. I2 is reversed for less: it stays, with C3."""
    judged = check(
        {
            "purchase_orders": SCREWS["purchase_orders"],
            "purchase_order_lines": SCREWS["purchase_order_lines"],
            "receipts": "receipt_line_id | purchase_order_line_id | quantity_received | received_at",
            "invoices": """
                invoice_id | invoice_number | kind   | invoice_date | currency | amount_total | reverses
                I1         | 1              |        | 2024-03-06   | EUR      | 50           |
                C1         | 2              | credit | 2024-03-07   | EUR      | 20           | I1
                C2         | 3              | credit | 2024-03-08   | EUR      | -30          | I1
                I2         | 4              |        | 2024-03-06   | EUR      | 50           |
                C3         | 5              | credit | 2024-03-07   | EUR      | 49.99        | I2
            """,
            "invoice_lines": """
                invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price | price_quantity
                B1              | I1         | screws                 | 400      | 12.5       | 100
                B2              | I2         | screws                 | 400      | 12.5       | 100
            """,
        }
    )
    assert judged.at("invoice-without-receipt") == {"B2": "50"}
    assert judged.chain["EUR"]["invoiced"] == ("0.01", 2)
