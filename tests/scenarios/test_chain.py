"""The chain: how far each invoiced amount hangs together, hop by hop, and the total at risk."""

from tests.conftest import Check

PLANT = {
    "work_orders": """
        work_order_id | status
        WO-1          | released
        WO-2          | released
    """,
    "purchase_orders": """
        purchase_order_id | status    | currency | issued_at
        PO-1              | issued    | EUR      | 2024-03-10
        PO-2              | issued    | EUR      | 2024-03-10
        PO-3              | cancelled | EUR      | 2024-03-10
    """,
    "approvals": """
        document       | document_id | person  | decided_at | decision
        purchase_order | PO-1        | manager | 2024-03-10 | approved
        purchase_order | PO-2        | manager | 2024-03-11 | approved
    """,
    "purchase_order_lines": """
        purchase_order_line_id | purchase_order_id | quantity | unit_price | need   | work_order_id
        seals                  | PO-1              | 10       | 100        | work   |
        oil                    | PO-1              | 10       | 10         | stock  |
        rags                   | PO-2              | 5        | 20         | exempt |
        valve                  | PO-2              | 1        | 700        | work   | WO-2
        jack                   | PO-1              | 1        | 60         |        |
        ghost                  | PO-3              | 1        | 40         | work   | WO-1
    """,
    "allocations": """
        purchase_order_line_id | work_order_id | quantity
        seals                  | WO-1          | 3
        seals                  | WO-2          | 1
    """,
    "receipts": """
        receipt_line_id | purchase_order_line_id | quantity_received | received_at
        R1              | seals                  | 8                 | 2024-03-12
        R2              | oil                    | 10                | 2024-03-12
        R3              | rags                   | 5                 | 2024-03-12
        R4              | jack                   | 1                 | 2024-03-12
    """,
    "invoices": """
        invoice_id | invoice_number | kind   | invoice_date | currency
        I1         | 1              |        | 2024-03-20   | EUR
        I2         | 2              | credit | 2024-03-21   | EUR
        I3         | 3              |        | 2024-03-22   | USD
        I4         | 4              |        | 2024-03-22   |
    """,
    "invoice_lines": """
        invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price
        B1              | I1         | seals                  | 12       | 100
        B2              | I1         | oil                    | 10       | 10
        B3              | I1         | rags                   | 5        | 22
        B4              | I1         | valve                  | 1        | 700
        B5              | I1         | jack                   | 1        | 50
        B6              | I1         | ghost                  | 1        | 40
        B7              | I1         |                        | 1        | 77
        B8              | I2         | oil                    | 3        | 10
        B9              | I3         | rags                   | 1        | 24
        B10             | I4         |                        | 1        | 5
        B11             | I4         | jack                   | 1        | 10
    """,
}


def test_hop_by_hop(check: Check) -> None:
    """In EUR, line by line (invoiced → ordered → received → linked, stock or exempt → approved):

    seals   1200 → 10 × 100 = 1000 → 8 × 100 = 800 → 4 of 10 are allocated: 320 → 320
    oil     100 − 30 = 70 → 7 × 10 = 70 → 70 → stock 70 → 70 (two invoice lines)
    rags    110 → min(110, 5 × 20) = 100 → 100 → exempt 100 → approved the day after the order: 0
    valve   700 → 700 → nothing came: 0
    jack    50 + 10 = 60 → billed 2 of 1: min(60, 60) = 60 → 60 → no work, need unknown: 0 (two invoice lines)
    ghost   40, a cancelled order: it stops there
    B7      77 without an order line

    The 24 USD on an order in EUR stop at invoiced. B10 has no currency at all; B11's is its order's. The dollar bill counts among
    the rags' billed 6, which is above the 5 ordered and received, so nothing else changes.
    """
    chain = check(PLANT).chain
    assert chain["EUR"] == {
        "invoiced": ("2257", 9),
        "ordered": ("1930", 7),
        "received": ("1030", 6),
        "linked": ("320", 1),
        "stock": ("70", 2),
        "exempt": ("100", 1),
        "approved": ("390", 3),
    }
    stopped = dict.fromkeys(("ordered", "received", "linked", "stock", "exempt", "approved"), ("0", 0))
    assert chain["USD"] == {"invoiced": ("24", 1), **stopped}
    assert chain[""] == {"invoiced": ("5", 1), **stopped}
    assert set(chain) == {"EUR", "USD", ""}


def test_a_line_is_at_risk_once(check: Check) -> None:
    """B4 has no receipt (700), B1 is too many by 2 of 10 ordered and 4 of 8 received (400 is the larger), B3 is 10 above the
    order's price, B6 on a cancelled order (40), B7 without an order (77)."""
    invoice_rules = (
        "invoice-without-receipt",
        "quantity-above-ordered",
        "quantity-above-received",
        "price-above-order",
        "invoice-on-dead-order",
        "invoice-without-order",
        "need-unstated",
    )
    judged = check(PLANT, rules=invoice_rules)
    assert judged.at("quantity-above-ordered") == {"B1": "200", "B9": "24", "B11": "10"}
    assert judged.at("quantity-above-received") == {"B1": "400", "B4": "700", "B9": "24", "B11": "10"}
    assert judged.at("price-above-order") == {"B3": "10"}
    assert judged.at("invoice-without-order") == {"B7": "77", "B10": "5"}
    # the jack's unstated need, 60, is info and does not enter
    assert judged.at("need-unstated") == {"jack": "60"}
    assert judged.at_risk == {"": "5", "EUR": "1237", "USD": "24"}


def test_shares_of_a_third_are_rounded_once(check: Check) -> None:
    """100 billed for 3 pieces, one of which is allocated: 33.333333; over-allocated it is at most the whole."""
    lines = "purchase_order_line_id | purchase_order_id | quantity | unit_price | match\n L1 | PO-1 | 3 | 40 | two_way"
    invoice = {
        "purchase_orders": "purchase_order_id | status | currency | issued_at\n PO-1 | issued | EUR | 2024-03-10",
        "purchase_order_lines": lines,
        "receipts": "receipt_line_id | purchase_order_line_id | quantity_received | received_at\n R1 | L1 | 3 | 2024-03-12",
        "invoices": "invoice_id | invoice_number | invoice_date | currency\n I1 | 1 | 2024-03-20 | EUR",
        "invoice_lines": """
            invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price | amount
            B1              | I1         | L1                     | 3        | 1          | 100
        """,
    }
    part = "purchase_order_line_id | work_order_id | quantity\n L1 | WO-1 | {}"
    assert check({**invoice, "allocations": part.format(1)}).chain["EUR"]["linked"] == ("33.333333", 1)
    assert check({**invoice, "allocations": part.format(2)}).chain["EUR"]["linked"] == ("66.666667", 1)
    assert check({**invoice, "allocations": part.format(4)}).chain["EUR"]["linked"] == ("100", 1)
