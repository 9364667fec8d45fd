"""The boundary table: numbers at the edges of what a cell may hold, and of what products and sums of them need.

Cells are decimal(18,6) below 10^11. Products are exact up to 38 digits, 16 of them decimals; what needs more is not judged and
counted, or exact all the same: never an error, never a wrong number.
"""

from decimal import Context, Decimal

import pytest
from tests import plants
from tests.conftest import Check
from tests.plants import Judged, Settings

LARGEST = "99999999999.999999"
ORDER = """
    purchase_order_id | supplier_id | status | currency | issued_at  | requested_by
    PO-1              | S1          | issued | EUR      | 2024-03-01 | technician
"""
LINE = "purchase_order_line_id | purchase_order_id | quantity | unit_price | price_quantity | need"
ALMOST = f"L2 | PO-1 | {LARGEST} | 99999999999.999998 | | stock"
NO_LINKS = "purchase_order_line_id | work_order_id | quantity"

# quantity, price, per: the value of the line
PRODUCTS = [
    ("1000", "1000", "", "1000000"),
    ("1000000", "1000000", "", "1000000000000"),
    (LARGEST, "1", "", LARGEST),
    (LARGEST, LARGEST, "", "9999999999999999800000.000000000001"),
    (LARGEST, LARGEST, "10000", "999999999999999980.0000000000000001"),
    ("99999999999", "99999999999", "1", "9999999999800000000001"),
    ("0.000001", "0.000001", "", "0.000000000001"),
    ("0.000001", "0.000001", "10000", "0.0000000000000001"),
    (LARGEST, "0.000001", "10000", "9.9999999999999999"),
    ("0.1", "0.2", "", "0.02"),
    ("0.333333", "3", "", "0.999999"),
    ("1234567.891234", "98765.432198", "100", "1219326313.55499465552332"),
    ("-0", "5", "", "0"),
    ("-0.000000", "-0", "10", "0"),
    ("0", LARGEST, "", "0"),
    ("+5", "2", "", "10"),
    ("1.500000000000", "2.0", "", "3"),
    ("007", "1", "", "7"),
    ("-3", "2", "", "0"),
    ("-3", "-2", "", "6"),
]

UNREADABLE = ["1.0000001", "1e3", "100000000000", "-100000000000", ".5", "5.", "1,5", "1 000", "0x10", "NaN", "Infinity", "--1", "١"]


@pytest.fixture(scope="module")
def products(tmp_path_factory: pytest.TempPathFactory, judge: plants.Judge) -> Judged:
    rows = [f"L{n} | PO-1 | {quantity} | {price} | {per} | work" for n, (quantity, price, per, _) in enumerate(PRODUCTS)]
    rows += [f"bad{n} | PO-1 | {text} | 1 | | work" for n, text in enumerate(UNREADABLE)]
    tables = {"purchase_orders": ORDER, "purchase_order_lines": "\n".join([LINE, *rows]), "allocations": NO_LINKS}
    folder = plants.write(tmp_path_factory.mktemp("products"), {name: plants.drawn(text) for name, text in tables.items()})
    return judge(folder, Settings(), ["order-without-work"])


@pytest.mark.parametrize("number", range(len(PRODUCTS)), ids=lambda number: " ".join(PRODUCTS[number]))
def test_a_product_is_exact(number: int, products: Judged) -> None:
    assert products.at("order-without-work")[f"L{number}"] == PRODUCTS[number][3]


def test_what_is_no_number_is_rejected(products: Judged) -> None:
    assert products.tables["purchase_order_lines"] == (len(PRODUCTS), len(UNREADABLE))


def test_a_sum_of_such_values_by_currency(products: Judged) -> None:
    """The total of a rule has no room of its own to run out of. What is below zero counts as nothing.

    Two of almost 10^22 and the others: 9999999999999999800000.000000000001 + 9999999999800000000001 + …
    """
    exact = Context(prec=80)
    total = Decimal(0)
    for *_, value in PRODUCTS:
        total = exact.add(total, Decimal(value))
    assert products.amounts["order-without-work"] == {"EUR": format(total, "f").rstrip("0")}
    assert total > 10**22


def exact_or_not_judged(judged: Judged, rule: str, expected: dict[str, str], candidates: int = 1) -> None:
    """The only two honest answers about a number that is too large."""
    if judged.at(rule):
        assert judged.at(rule) == expected
    else:
        assert judged.not_judged[rule] == candidates


def test_an_order_worth_more_than_38_digits(check: Check) -> None:
    """Three lines of almost 10^22 each: the order's value needs 23 digits before the point and 12 after it. That nobody approved it
    does not hang on its value, which may be unknown; that it is above what was approved does."""
    rows = [f"L{n} | PO-1 | {LARGEST} | {LARGEST} | | work" for n in range(3)]
    rows += ["L3 | PO-2 | 1 | 2 | | work", f"L4 | PO-2 | {LARGEST} | {LARGEST} | | work", f"L5 | PO-2 | {LARGEST} | {LARGEST} | | work"]
    approvals = """
        document       | document_id | person  | decided_at | decision | amount
        purchase_order | PO-2        | manager | 2024-03-01 | approved | 1
    """
    orders = ORDER + "PO-2 | S1 | issued | EUR | 2024-03-01 | planner"
    judged = check({"purchase_orders": orders, "purchase_order_lines": "\n".join([LINE, *rows]), "approvals": approvals})
    assert judged.at("order-unapproved") in ({"PO-1": "29999999999999999400000.000000000003"}, {"PO-1": None})
    exact_or_not_judged(judged, "approval-exceeded", {"PO-2": "19999999999999999600001.000000000002"})


def test_a_price_at_the_sixteenth_decimal(check: Check) -> None:
    """A millionth of a piece at 0.000001 per 10000 is billed at 0.000002: one 10^-16 too much, and it is seen."""
    judged = check(
        {
            "purchase_orders": ORDER,
            "purchase_order_lines": f"{LINE}\n L1 | PO-1 | 1 | 0.000001 | 10000 | stock\n {ALMOST}",
            "invoices": "invoice_id | invoice_number | invoice_date | currency\n I1 | 1 | 2024-03-05 | EUR",
            "invoice_lines": f"""
                invoice_line_id | invoice_id | purchase_order_line_id | quantity  | unit_price | price_quantity
                B1              | I1         | L1                     | 0.000001  | 0.000002   | 10000
                B2              | I1         | L2                     | {LARGEST} | {LARGEST}  |
            """,
        }
    )
    assert judged.at("price-above-order") == {"B1": "0.0000000000000001", "B2": "99999.999999999999"}


def test_a_percentage_of_the_largest_amount(check: Check) -> None:
    """B1 is 99999.999999999999 above 9999999999999999700000.000000000002. A millionth of that (0.0001 percent) is far more; an
    absolute tolerance of 99999.999999 is 0.000000999999 short."""
    tables = {
        "purchase_orders": ORDER,
        "purchase_order_lines": f"{LINE}\n {ALMOST}",
        "invoices": "invoice_id | invoice_number | invoice_date | currency\n I1 | 1 | 2024-03-05 | EUR",
        "invoice_lines": f"""
            invoice_line_id | invoice_id | purchase_order_line_id | quantity  | unit_price
            B1              | I1         | L2                     | {LARGEST} | {LARGEST}
        """,
    }
    percent = Settings(tolerances=({"kind": "price", "upper_percent": "0.0001"},))
    within = check(tables, percent, ["price-above-order"])
    assert (within.at("price-above-order"), within.not_judged["price-above-order"]) in (({}, 0), ({}, 1))
    absolute = Settings(tolerances=({"kind": "price", "upper_absolute": "99999.999999"},))
    assert check(tables, absolute, ["price-above-order"]).at("price-above-order") == {"B1": "99999.999999999999"}


def test_a_third_of_the_largest_amount(check: Check) -> None:
    """A third of 9999999999999999800000.000000000001 is 3333333333333333266666.666666666667, rounded once: ….666667."""
    judged = check(
        {
            "work_orders": "work_order_id | status | budget_amount | currency\n WO-1 | released | 0 | EUR",
            "purchase_orders": ORDER,
            "purchase_order_lines": f"{LINE}\n L1 | PO-1 | {LARGEST} | {LARGEST} | | work",
            "allocations": f"{NO_LINKS}\n L1 | WO-1 | 33333333333.333333",
            "invoices": "invoice_id | invoice_number | invoice_date | currency",
        }
    )
    exact_or_not_judged(judged, "over-budget", {"WO-1": "3333333333333333266666.666667"})


def test_the_largest_amount_at_the_largest_rate(check: Check) -> None:
    judged = check(
        {
            "rates": f"from_currency | to_currency | valid_from | rate\n USD | EUR | 2024-01-01 | {LARGEST}",
            "invoices": "invoice_id | invoice_number | invoice_date | currency | amount_total\n I1 | 1 | 2024-03-05 | EUR | 0.000001",
            "payments": f"payment_id | invoice_id | amount | currency | paid_at\n Y1 | I1 | {LARGEST} | USD | 2024-03-06",
        }
    )
    exact_or_not_judged(judged, "paid-over-invoice", {"I1": "9999999999999999799999.999999000001"})


def test_ten_payments_of_the_largest_amount_at_the_largest_rate(check: Check) -> None:
    """The sum needs 23 digits before the point."""
    payments = "\n".join(f"Y{n} | I1 | {LARGEST} | USD | 2024-03-06" for n in range(10))
    judged = check(
        {
            "rates": f"from_currency | to_currency | valid_from | rate\n USD | EUR | 2024-01-01 | {LARGEST}",
            "invoices": "invoice_id | invoice_number | invoice_date | currency | amount_total\n I1 | 1 | 2024-03-05 | EUR | 0.000001",
            "payments": f"payment_id | invoice_id | amount | currency | paid_at\n {payments}",
        }
    )
    exact_or_not_judged(judged, "paid-over-invoice", {"I1": "99999999999999997999999.999999000010".rstrip("0")})


def test_slices_that_meet_the_threshold_in_the_last_decimal(check: Check) -> None:
    """999.999999 + 0.0000009999999999 in one order and 10^-16 in the next are 1000; without the last they are not."""
    orders = ORDER + "PO-2 | S1 | issued | EUR | 2024-03-02 | technician"
    lines = """
        purchase_order_line_id | purchase_order_id | quantity | unit_price  | price_quantity
        A                      | PO-1              | 1        | 999.999999  |
        B                      | PO-1              | 0.000009 | 1111.111111 | 10000
        C                      | PO-2              | {}       | 0.000001    | 10000
    """
    settings = Settings(threshold="1000", threshold_currency="EUR")

    def at(quantity: str) -> dict[str, str | None]:
        judged = check({"purchase_orders": orders, "purchase_order_lines": lines.format(quantity)}, settings, ["split-order"])
        return judged.at("split-order")

    assert (at("0.000001"), at("0")) == ({"PO-1": "1000"}, {})


def test_the_chain_adds_up_beyond_one_cell(check: Check) -> None:
    """Three bills of almost 10^22 each, without an order."""
    lines = "\n".join(f"B{n} | I1 | {LARGEST} | {LARGEST}" for n in range(3))
    judged = check(
        {
            "invoices": "invoice_id | invoice_number | invoice_date | currency | purchase_order_id\n I1 | 1 | 2024-03-05 | EUR |",
            "invoice_lines": f"invoice_line_id | invoice_id | quantity | unit_price\n {lines}",
        }
    )
    whole = "29999999999999999400000.000000000003"
    assert judged.chain["EUR"]["invoiced"] == (whole, 3)
    assert judged.at_risk == {"EUR": whole}
    assert judged.amounts["invoice-without-order"] == {"EUR": whole}


def test_a_ratio_of_units_that_just_fits(check: Check) -> None:
    """1 piece of 3 in a trio is no decimal number; 3 trios are 1 piece; a millionth of a box of a million is 1."""
    judged = check(
        {
            "purchase_orders": ORDER,
            "purchase_order_lines": """
                purchase_order_line_id | purchase_order_id | quantity | unit | unit_price
                L1                     | PO-1              | 1        | EA   | 10
                L2                     | PO-1              | 1        | EA   | 10
                L3                     | PO-1              | 1        | EA   | 10
            """,
            "unit_conversions": f"""
                part_id | from_unit | to_unit | numerator | denominator
                        | TRIO      | EA      | 1         | 3
                        | BOX       | EA      | 1000000   | 1
                        | DUST      | EA      | {LARGEST} | {LARGEST}
            """,
            "receipts": """
                receipt_line_id | purchase_order_line_id | quantity_received | unit | received_at
                R1              | L1                     | 1                 | TRIO | 2024-03-02
                R2              | L2                     | 6                 | TRIO | 2024-03-02
                R3              | L3                     | 0.000003          | BOX  | 2024-03-02
                R4              | L3                     | 99999999999.999999 | DUST | 2024-03-03
            """,
        },
        rules=["received-above-ordered"],
    )
    assert judged.at("received-above-ordered") == {"L2": "10", "L3": "1000000000019.99999"}
    assert judged.not_judged["received-above-ordered"] == 1
