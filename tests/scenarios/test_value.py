"""Value: was it paid, counted and booked for what it was worth?"""

from tests.conftest import Check


def test_one_line_for_two_budgets(check: Check) -> None:
    """A crane for 3 days at 1000: 2 days for WO-1, 1 for WO-2. Two days are billed so far, at 1100 each; the third is open.
    WO-1: 2/3 of 2200 billed and 2/3 of 1000 open = 1466.666667 + 666.666667, and 4 hours at 50: 2333.333334 of 2333.
    WO-2: 1/3 of each = 733.333333 + 333.333333, and 7 bolts from stock at 1.5: 1077.166666 of 1077.166666, which is enough."""
    judged = check(
        {
            "parts": """
                part_id | standard_cost | currency
                bolt    | 1.5           | EUR
            """,
            "work_orders": """
                work_order_id | status   | budget_amount | currency
                WO-1          | released | 2333          | EUR
                WO-2          | released | 1077.166666   | EUR
                WO-3          | released |               | EUR
            """,
            "purchase_orders": """
                purchase_order_id | status | currency | issued_at
                PO-1              | issued | EUR      | 2024-03-01
            """,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit_price
                crane                  | PO-1              | 3        | 1000
            """,
            "allocations": """
                purchase_order_line_id | work_order_id | quantity
                crane                  | WO-1          | 2
                crane                  | WO-2          | 1
            """,
            "invoices": """
                invoice_id | invoice_number | invoice_date | currency
                I1         | 1              | 2024-03-05   | EUR
            """,
            "invoice_lines": """
                invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price
                B1              | I1         | crane                  | 2        | 1100
            """,
            "labour": """
                labour_id | work_order_id | hours | hourly_rate | currency
                H1        | WO-1          | 4     | 50          | EUR
                H2        | WO-1          | 9     |             | EUR
            """,
            "consumption": """
                consumption_id | work_order_id | part_id | quantity
                U1             | WO-2          | bolt    | 7
            """,
        }
    )
    assert judged.of("over-budget") == [("W", "WO-1", None, "WO-1", "0.333334")]
    assert judged.not_judged["over-budget"] == 0


def test_a_budget_in_another_currency(check: Check) -> None:
    """The budget is in USD. 1000 EUR billed on 5 March at 1.1 are 1100 USD; the hours in CHF have no rate. WO-1 is above its
    budget of 1099 whatever the hours cost; WO-2 has 1 USD left without them, and nobody knows."""
    works = "work_order_id | status | budget_amount | currency\n WO-1 | released | {} | USD"
    tables = {
        "rates": "from_currency | to_currency | valid_from | rate\n EUR | USD | 2024-03-05 | 1.1\n EUR | USD | 2024-03-06 | 9",
        "purchase_orders": "purchase_order_id | status | currency | issued_at\n PO-1 | closed | EUR | 2024-03-01",
        "purchase_order_lines": """
            purchase_order_line_id | purchase_order_id | quantity | unit_price | work_order_id
            L1                     | PO-1              | 1        | 1000       | WO-1
        """,
        "invoices": "invoice_id | invoice_number | invoice_date | currency\n I1 | 1 | 2024-03-05 | EUR",
        "invoice_lines": "invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price\n B1 | I1 | L1 | 1 | 1000",
        "labour": "labour_id | work_order_id | hours | hourly_rate | currency\n H1 | WO-1 | 1 | 50 | CHF",
    }
    above = check({**tables, "work_orders": works.format("1099")})
    assert (above.of("over-budget"), above.not_judged["over-budget"]) == ([("W", "WO-1", None, "WO-1", "1")], 0)
    unknown = check({**tables, "work_orders": works.format("1101")})
    assert (unknown.of("over-budget"), unknown.not_judged["over-budget"]) == ([], 1)


PAID = {
    "purchase_orders": """
        purchase_order_id | status | currency | issued_at
        PO-1              | issued | EUR      | 2024-03-01
    """,
    "purchase_order_lines": """
        purchase_order_line_id | purchase_order_id | quantity | unit_price | match
        valve                  | PO-1              | 1        | 700        |
        advice                 | PO-1              | 1        | 300        | two_way
    """,
    "receipts": "receipt_line_id | purchase_order_line_id | quantity_received | received_at",
    "invoices": """
      invoice_id | invoice_number | invoice_date | due_on     | discount_until | currency | amount_net | amount_total | status | prepayment
      I1         | 1              | 2024-03-05   | 2024-04-04 | 2024-03-15     | EUR      | 700        | 833          | paid   |
      I2         | 2              | 2024-03-05   | 2024-04-04 | 2024-03-15     | EUR      | 300        | 357          | paid   |
      I3         | 3              | 2024-03-05   | 2024-04-04 |                | EUR      | 700        | 833          | paid   | yes
      I4         | 4              | 2024-03-05   | 2024-04-04 |                | EUR      |            | 50           | void   |
      I5         | 5              | 2024-03-05   |            |                | EUR      |            |              | paid   |
    """,
    "invoice_lines": """
        invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price
        B1              | I1         | valve                  | 1        | 700
        B2              | I2         | advice                 | 1        | 300
        B3              | I3         | valve                  | 1        | 700
    """,
    "payments": """
        payment_id | invoice_id | amount | currency | paid_at
        Y1         | I1         | 400    | EUR      | 2024-03-15
        Y2         | I1         | 433.01 |          | 2024-04-05
        Y3         | I2         | 357    | EUR      | 2024-03-24
        Y4         | I3         | 833    | EUR      | 2024-03-25
        Y5         | I4         | 50     | EUR      | 2024-03-25
        Y6         | I5         | 5      | EUR      | 2024-03-25
        Y7         | I77        | 6      | EUR      | 2024-03-25
    """,
}


def test_the_payment_run(check: Check) -> None:
    """I1 is paid twice over a cent too much, for a valve that never came: a part for the discount, the rest a day late. I2 is
    advice, matched two ways, paid 11 days early after its discount. I3 is a prepayment, I4 void, I5 says no total."""
    judged = check(PAID)
    assert judged.of("paid-without-receipt") == [("E", "Y1", None, None, "400"), ("E", "Y2", None, None, "433.01")]
    assert judged.of("paid-over-invoice") == [("E", "I1", None, None, "0.01")]
    assert judged.not_judged["paid-over-invoice"] == 1
    assert judged.of("payment-on-void") == [("E", "Y5", None, None, "50")]
    assert judged.of("invoice-paid-late") == [("I", "I1", None, None, "433.01")]
    assert judged.of("invoice-paid-early") == [("I", "I2", None, None, "357")]
    currencies = {f.document_id: f.currency for f in judged.findings if f.rule == "paid-without-receipt"}
    assert currencies == {"Y1": "EUR", "Y2": "EUR"}


def test_a_lot_from_dock_to_pump(check: Check) -> None:
    """Lot A1: 100 seals received, 10 sent back, 91 used by two works. Lot B2 says 50 itself. Seal rings are not tracked."""
    judged = check(
        {
            "parts": """
                part_id | tracking
                seal    | lot
                motor   | serial
                ring    | none
            """,
            "receipts": """
                receipt_line_id | quantity_received | received_at | reverses
                R1              | 100               | 2024-03-01  |
                R2              | 10                | 2024-03-02  | R1
            """,
            "lots": """
                lot_id | part_id | receipt_line_id | work_order_id | quantity
                A1     | seal    | R1              |               |
                B2     | seal    | R1              |               | 50
                C3     | motor   |                 |               | 1
            """,
            "consumption": """
                consumption_id | work_order_id | part_id | lot_id | quantity
                U1             | WO-2          | seal    | A1     | 50
                U2             | WO-1          | seal    | A1     | 41
                U3             | WO-1          | seal    | B2     | 50
                U4             | WO-1          |         | C3     | 1
                U5             | WO-1          | ring    |        | 8
                U6             | WO-1          | motor   |        | 1
            """,
        }
    )
    assert judged.of("lot-overdrawn") == [("E", "A1", None, "WO-1", "0")]
    assert judged.of("lot-untraced") == [("W", "U4", None, "WO-1", "0"), ("W", "U6", None, "WO-1", "0")]
