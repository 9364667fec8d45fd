"""The gates of invoices, of work and of receipts: what was known when the paper came?"""

from tests.tables.backtest.drawn import INVOICES, LINES, RECEIPTS, Ask

ORDERS = """
    purchase_order_id | supplier_id | status | currency | created_at | issued_at
    early             | S           | issued | EUR      | 2024-03-01 | 2024-03-05
    later             | S           | issued | EUR      | 2024-03-12 | 2024-03-14
    unsent            | S           | issued | EUR      | 2024-03-01 |
"""
ORDER_LINES = """
    purchase_order_line_id | purchase_order_id | part_id | kind    | quantity | unit_price | created_at | work_order_id
    early/1                | early             | SEAL    |         | 10       | 30         |            |
    early/2                | early             |         |         | 10       | 30         | 2024-03-25 |
    later/1                | later             |         |         | 10       | 20         |            |
    unsent/1               | unsent            |         |         | 10       | 20         |            |
"""


def test_an_invoice_passes_where_its_order_was_known_when_it_was_entered(ask: Ask) -> None:
    """All are entered, or dated, on 10 March. The invoice's own line counts before its header: I4's line was written on the 25th."""
    said = ask(
        {
            "purchase_orders": ORDERS,
            "purchase_order_lines": ORDER_LINES,
            "invoices": """
                invoice_id | supplier_id | invoice_number | invoice_date | entered_at          | status | purchase_order_id | amount_net
                I1         | S           | 1              | 2024-03-01   | 2024-03-10          |        |                   |
                I2         | S           | 2              | 2024-03-10   |                     |        | early             |
                I3         | S           | 3              | 2024-03-10   |                     |        | later             |
                I4         | S           | 4              | 2024-03-10   |                     |        | early             |
                I5         | S           | 5              | 2024-03-10   |                     |        |                   |
                I6         | S           | 6              | 2024-03-10   |                     |        | nobody-knows      |
                I7         | S           | 7              | 2024-03-10   |                     | void   |                   |
                I8         | S           | 8              | 2024-03-10   | 2024-03-12T08:00:00 |        | later             | 50
                I9         | EXEMPT      | 9              | 2024-03-10   |                     |        |                   | 50
            """,
            "invoice_lines": """
                invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price
                own             | I1         | early/1                | 1        | 30
                header          | I2         |                        | 1        | 30
                header-later    | I3         |                        | 1        | 30
                own-later       | I4         | early/2                | 1        | 30
                nothing         | I5         |                        | 1        | 30
                unknown         | I6         |                        | 1        | 30
                void            | I7         |                        | 1        | 30
            """,
        },
        'exempt_suppliers = ["EXEMPT"]',
    )
    assert said.of(INVOICES) == {
        "own": "passed",
        "header": "passed",
        "header-later": "stopped, cured 2024-03-12 (2)",
        "own-later": "stopped, cured 2024-03-25 (15)",
        "nothing": "stopped",
        "unknown": "stopped",
        "I8": "passed",
        "I9": "exempt",
    }
    assert said.verdicts[INVOICES]["own"][1] == "2024-03-10"
    assert said.verdicts[INVOICES]["I8"][1] == "2024-03-12"


def test_a_receipt_passes_where_its_line_was_known_and_ordered(ask: Ask) -> None:
    """Received on 10 March; a line that is known is not yet ordered. Half of `partly` went back, all of `back`."""
    said = ask(
        {
            "purchase_orders": ORDERS,
            "purchase_order_lines": ORDER_LINES,
            "receipts": """
                receipt_line_id | purchase_order_line_id | quantity_received | received_at         | reverses
                known           | early/1                | 1                 | 2024-03-10          |
                on-the-day      | early/1                | 1                 | 2024-03-05T01:00:00 |
                before          | early/1                | 1                 | 2024-03-04          |
                later           | later/1                | 1                 | 2024-03-10          |
                half-known      | later/1                | 1                 | 2024-03-13          |
                unsent          | unsent/1               | 1                 | 2024-03-10          |
                nothing         |                        | 1                 | 2024-03-10          |
                unknown         | nobody-knows           | 1                 | 2024-03-10          |
                partly          |                        | 4                 | 2024-03-10          |
                partly-back     |                        | 2                 | 2024-03-11          | partly
                back            |                        | 4                 | 2024-03-10          |
                all-back        |                        | 4                 | 2024-03-11          | back
            """,
        }
    )
    assert said.of(RECEIPTS) == {
        "known": "passed",
        "on-the-day": "passed",
        "before": "stopped, cured 2024-03-05 (1)",
        "later": "stopped, cured 2024-03-14 (4)",
        "half-known": "stopped, cured 2024-03-14 (1)",
        "unsent": "stopped",
        "nothing": "stopped",
        "unknown": "stopped",
        "partly": "stopped",
    }


def test_bought_work_passes_where_something_was_ordered_for_it_by_its_start(ask: Ask) -> None:
    """Work started on 10 March, the grinding on the 20th. The seals were ordered on the 5th, the bolts on the 14th, two orders came for the
    crane, and the oil's order named the work only on the 18th. Nothing covers the paint: what was ordered is another part."""
    said = ask(
        {
            "work_orders": """
                work_order_id | created_at | started_at | status
                WO            | 2024-03-01 | 2024-03-10 | in_progress
                idle          | 2024-03-01 |            | released
            """,
            "work_order_lines": """
                work_order_line_id | work_order_id | kind     | part_id | operation_started_at | supply | quantity | unit_price_estimated
                seals              | WO            | material | SEAL    |                      |        | 2        | 10
                bolts              | WO            | material | BOLT    |                      | buy    | 2        | 10
                oil                | WO            | material | OIL     |                      | buy    | 2        | 10
                paint              | WO            | material | PAINT   |                      | buy    | 2        | 10
                own                | WO            | material | SHEET   |                      | stock  | 2        | 10
                crane              | WO            | service  |         |                      |        | 1        | 500
                grinding           | WO            | outside  |         | 2024-03-20           |        | 1        | 500
                dead               | WO            | material | FUSE    |                      | buy    | 1        | 5
                idle               | idle          | service  |         |                      |        | 1        | 500
            """,
            "purchase_orders": ORDERS
            + """    third             | S           | issued | EUR      | 2024-03-01 | 2024-03-19
    cancelled         | S           | cancelled | EUR   | 2024-03-01 | 2024-03-05
    """,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | part_id | kind    | quantity | unit_price | work_order_id
                s                      | early             | SEAL    |         | 1        | 1          | WO
                b                      | later             | BOLT    |         | 1        | 1          | WO
                o                      | early             | OIL     |         | 1        | 1          | WO
                p                      | early             | GLUE    |         | 1        | 1          | WO
                c1                     | later             |         | service | 1        | 1          | WO
                c2                     | third             |         | service | 1        | 1          | WO
                f                      | cancelled         | FUSE    |         | 1        | 1          | WO
            """,
            "order_changes": """
                document            | document_id | field         | old | new | changed_at
                purchase_order_line | o           | work_order_id |     | WO  | 2024-03-18
            """,
        }
    )
    assert said.of(LINES) == {
        "seals": "passed",
        "bolts": "stopped, cured 2024-03-14 (4)",
        "oil": "stopped, cured 2024-03-18 (8)",
        "paint": "stopped",
        "crane": "stopped, cured 2024-03-14 (4)",
        "grinding": "passed",
        "dead": "stopped",
    }


def test_work_that_an_allocation_or_a_requisition_names_is_covered_whatever_the_part(ask: Ask) -> None:
    """Both name the work order line itself, `astray` beside a work order that is not there. The requisition of `asked-late` was written on
    the 12th, two days after the start; the order line of `young` on the 15th, and its order went out on the 5th. What was ordered as a
    service was a material when the work began."""
    said = ask(
        {
            "work_orders": """
                work_order_id | created_at | started_at
                WO            | 2024-03-01 | 2024-03-10
                clean         | 2024-03-01 | 2024-03-10
            """,
            "work_order_lines": """
                work_order_line_id | work_order_id | kind     | part_id
                allocated          | WO            | material | A
                asked              | WO            | material | B
                asked-late         | WO            | material | C
                young              | WO            | material | D
                astray             | WO            | material | E
                cleaning           | clean         | service  |
            """,
            "requisitions": """
                requisition_line_id | work_order_line_id | created_at
                R1                  | asked              | 2024-03-02
                R2                  | asked-late         | 2024-03-12
            """,
            "purchase_orders": ORDERS,
            "purchase_order_lines": """
            purchase_order_line_id | purchase_order_id | kind    | quantity | unit_price | created_at | requisition_line_id | work_order_id
            a                      | early             |         | 1        | 1          |            |                     |
            b                      | early             |         | 1        | 1          |            | R1                  |
            c                      | early             |         | 1        | 1          |            | R2                  |
            d                      | early             |         | 1        | 1          | 2024-03-15 |                     |
            e                      | early             | service | 1        | 1          |            |                     | clean
            """,
            "allocations": """
                purchase_order_line_id | work_order_id | work_order_line_id | quantity
                a                      | WO            | allocated          | 1
                d                      | WO            | young              | 1
                a                      | W0            | astray             | 1
            """,
            "order_changes": """
                document            | document_id | field | old      | new     | changed_at
                purchase_order_line | e           | kind  | material | service | 2024-03-11
            """,
        }
    )
    assert said.of(LINES) == {
        "allocated": "passed",
        "asked": "passed",
        "asked-late": "stopped, cured 2024-03-12 (2)",
        "astray": "passed",
        "young": "stopped, cured 2024-03-15 (5)",
        "cleaning": "stopped",
    }


def test_papers_of_an_order_line_that_could_not_be_read_are_not_judged(ask: Ask) -> None:
    """The line of 200,000,000,000 pieces was rejected; what names it might have passed. The one beside it is there, and too late."""
    said = ask(
        {
            "purchase_orders": ORDERS,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity     | unit_price
                many                   | early             | 200000000000 | 1
                late                   | later             | 1            | 1
            """,
            "invoices": """
                invoice_id | invoice_number | invoice_date
                I          | 1              | 2024-03-10
            """,
            "invoice_lines": """
                invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price
                B1              | I          | many                   | 1        | 1
                B2              | I          | late                   | 1        | 1
            """,
            "receipts": """
                receipt_line_id | purchase_order_line_id | quantity_received | received_at
                R1              | many                   | 1                 | 2024-03-10
                R2              | late                   | 1                 | 2024-03-10
            """,
        }
    )
    assert said.of(INVOICES) == {"B1": "not judged", "B2": "stopped, cured 2024-03-12 (2)"}
    assert said.of(RECEIPTS) == {"R1": "not judged", "R2": "stopped, cured 2024-03-14 (4)"}
