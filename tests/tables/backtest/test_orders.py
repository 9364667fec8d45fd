"""order-needs-work: was there a work order for it, when it was ordered?"""

from tests.tables.backtest.drawn import WORKS, Ask

THE_WORKS = """
    work_order_id | created_at
    pump          | 2024-03-01
    motor         | 2024-03-20
    undated       |
"""
ORDERS = """
    purchase_order_id | supplier_id | status | currency | created_at | issued_at
    PO                | S           | issued | EUR      | 2024-03-01 | 2024-03-10
    exact             | S           | issued | EUR      | 2024-03-01 | 2024-03-20T09:00:00
    never             | S           | issued | EUR      | 2024-03-01 |
    dead              | S           | draft  | EUR      | 2024-03-01 | 2024-03-10
    rent              | LANDLORD    | issued | EUR      | 2024-03-01 | 2024-03-10
"""


def test_a_line_is_judged_by_what_was_known_when_it_was_ordered(ask: Ask) -> None:
    """The pump's work order was nine days old, the motor's was written ten days later, and of the third nobody says since when."""
    said = ask(
        {
            "work_orders": THE_WORKS,
            "purchase_orders": ORDERS,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit_price | need  | work_order_id
                before                 | PO                | 1        | 10         | work  | pump
                after                  | PO                | 1        | 10         | work  | motor
                no-date                | PO                | 1        | 10         | work  | undated
                unknown                | PO                | 1        | 10         | work  | nobody-knows
                nothing                | PO                | 1        | 10         | work  |
                stock                  | PO                | 1        | 10         | stock |
                unstated               | PO                | 1        | 10         |       |
                same-day               | exact             | 1        | 10         | work  | motor
                not-ordered            | never             | 1        | 10         | work  |
                left-out               | dead              | 1        | 10         | work  |
            """,
        }
    )
    assert said.of(WORKS) == {
        "before": "passed",
        "after": "stopped, cured 2024-03-20 (10)",
        "no-date": "passed",
        "unknown": "stopped",
        "nothing": "stopped",
        "stock": "passed",
        "unstated": "passed",
        "same-day": "passed",  # a date only: by the day, and it is the same
        "not-ordered": "not judged",
    }


def test_two_instants_compare_to_the_second_and_in_the_zone_of_the_site(ask: Ask) -> None:
    """The order went out at nine in Berlin, which is eight in London: half past eight in London is later, half past seven is not. Where
    Tokyo writes the 11th, Berlin still has the 10th, and its date only says nothing about the hour."""
    said = ask(
        {
            "sites": """
                site_id | timezone
                berlin  | Europe/Berlin
                tokyo   | Asia/Tokyo
            """,
            "work_orders": """
                work_order_id | site_id | created_at
                half-past     | berlin  | 2024-03-10T08:30:00+00:00
                half-to       | berlin  | 2024-03-10T07:30:00+00:00
                on-time       | berlin  | 2024-03-10T09:00:00
                tomorrow      | tokyo   | 2024-03-11
                today         | tokyo   | 2024-03-10
            """,
            "purchase_orders": """
                purchase_order_id | site_id | status | issued_at
                PO                | berlin  | issued | 2024-03-10T09:00:00
            """,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit_price | need | work_order_id
                a                      | PO                | 1        | 10         | work | half-past
                b                      | PO                | 1        | 10         | work | half-to
                c                      | PO                | 1        | 10         | work | on-time
                d                      | PO                | 1        | 10         | work | tomorrow
                e                      | PO                | 1        | 10         | work | today
            """,
        }
    )
    assert said.of(WORKS) == {
        "a": "stopped, cured 2024-03-10 (0)",
        "b": "passed",
        "c": "passed",
        "d": "stopped, cured 2024-03-11 (1)",
        "e": "passed",
    }


def test_a_link_that_came_by_a_change_was_not_there_before(ask: Ask) -> None:
    """Ordered on 10 March. The work order of `late` was put in on the 12th, that of `twice` first on the 5th and another on the 15th.
    `lost` had one until the 20th; `became` was for stock then and is for work now; `no-more` the other way round."""
    said = ask(
        {
            "work_orders": THE_WORKS,
            "purchase_orders": ORDERS,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit_price | need  | work_order_id
                late                   | PO                | 1        | 10         | work  | pump
                twice                  | PO                | 1        | 10         | work  | motor
                lost                   | PO                | 1        | 10         | work  |
                became                 | PO                | 1        | 10         | work  |
                no-more                | PO                | 1        | 10         | stock |
                on-the-day             | PO                | 1        | 10         | work  | pump
                at-last                | PO                | 1        | 10         | work  | motor
            """,
            "order_changes": """
                document            | document_id | field         | old       | new       | changed_at
                purchase_order_line | late        | work_order_id |           | pump      | 2024-03-12
                purchase_order_line | twice       | work_order_id |           | pump      | 2024-03-05
                purchase_order_line | twice       | work_order_id | pump      | motor     | 2024-03-15
                purchase_order_line | lost        | work_order_id | pump      |           | 2024-03-20
                purchase_order_line | became      | need          | stock     | work      | 2024-03-11
                purchase_order_line | no-more     | need          | work      | stock     | 2024-03-11
                purchase_order_line | on-the-day  | work_order_id |           | pump      | 2024-03-10T23:00:00
                purchase_order_line | at-last     | work_order_id |           | elsewhere | 2024-03-11
                purchase_order_line | at-last     | work_order_id | elsewhere | pump      | 2024-03-13
                purchase_order_line | at-last     | work_order_id | pump      | motor     | 2024-03-14
            """,
        }
    )
    assert said.of(WORKS) == {
        "late": "stopped, cured 2024-03-12 (2)",
        "twice": "passed",
        "lost": "passed",
        "became": "passed",
        "no-more": "stopped",
        "on-the-day": "passed",
        "at-last": "stopped, cured 2024-03-13 (3)",
    }


def test_allocations_and_requisitions_are_there_once_all_that_they_name_is(ask: Ask) -> None:
    """`young` was written after its order went out, so its allocation is as old as itself. An allocation to the motor came with the motor.
    Where some allocation was there its works count, and not the line's own work order; where it has its own, not its requisition's."""
    said = ask(
        {
            "work_orders": THE_WORKS,
            "requisitions": """
                requisition_line_id | work_order_id | created_at
                asked               | pump          | 2024-03-02
                asked-late          | pump          | 2024-03-17
                asked-for-motor     | motor         | 2024-03-02
            """,
            "purchase_orders": ORDERS,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit_price | need | created_at | work_order_id | requisition_line_id
                half                   | PO                | 2        | 10         | work |            |               |
                motor-alone            | PO                | 1        | 10         | work |            |               |
                empty                  | PO                | 1        | 10         | work |            |               |
                young                  | PO                | 1        | 10         | work | 2024-03-12 |               |
                by-request             | PO                | 1        | 10         | work |            |               | asked
                by-late-request        | PO                | 1        | 10         | work |            |               | asked-late
                by-motor-request       | PO                | 1        | 10         | work |            |               | asked-for-motor
                own-first              | PO                | 1        | 10         | work |            | motor         | asked
                request-of-allocation  | PO                | 1        | 10         | work |            |               |
            """,
            "allocations": """
                purchase_order_line_id | work_order_id | requisition_line_id | quantity
                half                   | pump          |                     | 1
                half                   | motor         |                     | 1
                motor-alone            | motor         |                     | 1
                empty                  | pump          |                     | 0
                young                  | pump          |                     | 1
                request-of-allocation  | pump          | asked-late          | 1
            """,
        }
    )
    assert said.of(WORKS) == {
        "half": "passed",
        "motor-alone": "stopped, cured 2024-03-20 (10)",
        "empty": "stopped",
        "young": "passed",
        "by-request": "passed",
        "by-late-request": "stopped, cured 2024-03-17 (7)",
        "by-motor-request": "stopped, cured 2024-03-20 (10)",
        "own-first": "stopped, cured 2024-03-20 (10)",
        "request-of-allocation": "stopped, cured 2024-03-17 (7)",
    }


def test_what_the_policy_exempts_is_counted_apart_as_it_was_then(ask: Ask) -> None:
    """The landlord is exempt, and so are fuses. `moved` went to the landlord on the 15th, after it had been ordered from S."""
    said = ask(
        {
            "purchase_orders": ORDERS
            + """    moved             | LANDLORD    | issued | EUR      | 2024-03-01 | 2024-03-10
    """,
            "parts": """
                part_id | category
                F       | fuses
            """,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | part_id | category | quantity | unit_price | need
                rent                   | rent              |         |          | 1        | 10         | work
                fuse                   | PO                | F       |          | 1        | 10         | work
                other-fuse             | PO                | F       | other    | 1        | 10         | work
                of-s                   | moved             |         |          | 1        | 10         | work
            """,
            "allocations": "purchase_order_line_id | work_order_id | quantity",
            "order_changes": """
                document       | document_id | field       | old | new      | changed_at
                purchase_order | moved       | supplier_id | S   | LANDLORD | 2024-03-15
            """,
        },
        'exempt_suppliers = ["LANDLORD"]\nexempt_categories = ["fuses"]',
    )
    assert said.of(WORKS) == {"rent": "exempt", "fuse": "exempt", "other-fuse": "stopped", "of-s": "stopped"}


def test_what_would_rest_on_a_rejected_row_is_not_judged(ask: Ask) -> None:
    """The work order, the requisition and an allocation could not be read. What is linked by another way passes."""
    said = ask(
        {
            "work_orders": """
                work_order_id | budget_amount | created_at
                bad           | many          | 2024-03-01
                pump          |               | 2024-03-01
            """,
            "requisitions": """
                requisition_line_id | work_order_id | quantity
                bad                 | pump          | many
            """,
            "purchase_orders": ORDERS,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit_price | need | work_order_id | requisition_line_id
                work                   | PO                | 1        | 10         | work | bad           |
                request                | PO                | 1        | 10         | work |               | bad
                allocation             | PO                | 1        | 10         | work |               |
                another                | PO                | 1        | 10         | work | pump          | bad
            """,
            "allocations": """
                purchase_order_line_id | work_order_id | quantity
                allocation             | pump          | many
            """,
        }
    )
    assert said.of(WORKS) == {"work": "not judged", "request": "not judged", "allocation": "not judged", "another": "passed"}
