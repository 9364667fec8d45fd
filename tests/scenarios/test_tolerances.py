"""Tolerances of a policy file, over a folder: what is exactly at one is within, what is a millionth beyond is not."""

import tomllib
from collections.abc import Mapping

import pytest
from tests.conftest import Check
from tests.plants import Settings

PRICE = {"kind": "price"}
NONE = {"kind": "price", "upper_absolute": "0"}

# billed for ten at 100, the policy's lines, the excess found (None = within)
PRICES: list[tuple[str, list[Mapping[str, str]], str | None]] = [
    ("1000.002", [], "0.002"),
    ("1000", [], None),
    ("1005", [{**PRICE, "upper_absolute": "5"}], None),
    ("1005.000001", [{**PRICE, "upper_absolute": "5"}], "5.000001"),
    ("1010", [{**PRICE, "upper_percent": "1"}], None),
    ("1010.000001", [{**PRICE, "upper_percent": "1"}], "10.000001"),
    ("1006", [{**PRICE, "upper_absolute": "5", "upper_percent": "1"}], "6"),
    ("1006", [{**PRICE, "upper_absolute": "50", "upper_percent": "0.5"}], "6"),
    ("1005", [{**PRICE, "upper_absolute": "50", "upper_percent": "0.5"}], None),
    ("1005", [{**PRICE, "lower_absolute": "5"}], "5"),
    ("1005", [{"kind": "quantity", "upper_absolute": "5"}], "5"),
    ("1005", [{**PRICE, "upper_absolute": "5", "supplier": "S2"}], "5"),
    ("1005", [{**PRICE, "upper_absolute": "5"}, {**PRICE, "upper_absolute": "0", "supplier": "S1"}], "5"),
    ("1005", [{**PRICE, "upper_absolute": "0"}, {**PRICE, "upper_absolute": "5", "site": "A"}], None),
    ("1005", [{**PRICE, "upper_absolute": "0", "site": "A"}, {**PRICE, "upper_absolute": "5", "supplier": "S1"}], None),
    ("1005", [{**PRICE, "upper_absolute": "5", "category": "seals"}, {**PRICE, "upper_absolute": "0", "site": "A"}], None),
    ("1005", [{**PRICE, "upper_absolute": "5", "category": "seals"}, {**PRICE, "upper_absolute": "0", "supplier": "S1"}], "5"),
    (
        "1005",
        [{**PRICE, "upper_absolute": "5", "category": "seals", "site": "A"}, {**PRICE, "upper_absolute": "0", "supplier": "S1"}],
        None,
    ),
    ("1005", [{**PRICE, "upper_absolute": "5", "currency": "EUR"}], None),
    ("1005", [{**PRICE, "upper_absolute": "5", "currency": "USD"}], "5"),
    ("1005", [{**PRICE, "upper_absolute": "0", "supplier": "S1", "currency": "USD"}, {**PRICE, "upper_absolute": "5"}], None),
]

FOLDER = {
    "parts": """
        part_id | category
        X       | seals
    """,
    "purchase_orders": """
        purchase_order_id | site_id | supplier_id | status | currency | issued_at
        PO-1              | A       | S1          | issued | EUR      | 2024-03-01
    """,
    "purchase_order_lines": """
        purchase_order_line_id | purchase_order_id | part_id | quantity | unit_price | match   | need_by
        L1                     | PO-1              | X       | 10       | 100        | two_way | 2024-03-10
    """,
    "invoices": """
        invoice_id | supplier_id | invoice_number | invoice_date | currency
        I1         | S1          | 1              | 2024-03-05   | EUR
    """,
}


@pytest.mark.slow
@pytest.mark.parametrize(("billed", "lines", "excess"), [*PRICES[:9], *(pytest.param(*one, marks=pytest.mark.full) for one in PRICES[9:])])
def test_the_price_of_ten(billed: str, lines: list[Mapping[str, str]], excess: str | None, check: Check) -> None:
    bill = f"invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price | amount\n B1 | I1 | L1 | 10 | 1 | {billed}"
    judged = check({**FOLDER, "invoice_lines": bill}, Settings(tolerances=tuple(lines)), ["price-above-order"])
    assert judged.at("price-above-order") == ({} if excess is None else {"B1": excess})


# received of ten, late (12 March), the quantity tolerance: rules that then speak
QUANTITIES = [
    ("10", {}, {"late-receipt": "1000"}),
    ("9.5", {}, {"overdue": "50"}),
    ("9.5", {"lower_absolute": "0.5"}, {"late-receipt": "1000"}),
    ("9.499999", {"lower_absolute": "0.5"}, {"overdue": "50.0001"}),
    ("9.5", {"lower_percent": "5"}, {"late-receipt": "1000"}),
    ("9.5", {"lower_percent": "5", "lower_absolute": "0.4"}, {"overdue": "50"}),
    ("9.5", {"upper_percent": "5"}, {"overdue": "50"}),
    ("10.5", {"upper_percent": "5"}, {"late-receipt": "1000"}),
    ("10.500001", {"upper_percent": "5"}, {"late-receipt": "1000", "received-above-ordered": "50.0001"}),
    ("10.5", {"upper_percent": "5", "upper_absolute": "0.25"}, {"late-receipt": "1000", "received-above-ordered": "50"}),
]


@pytest.mark.parametrize(("received", "tolerance", "found"), QUANTITIES)
def test_ten_more_or_less(received: str, tolerance: Mapping[str, str], found: Mapping[str, str], check: Check) -> None:
    receipts = f"receipt_line_id | purchase_order_line_id | quantity_received | received_at\n R1 | L1 | {received} | 2024-03-12"
    settings = Settings(tolerances=({"kind": "quantity", **tolerance},) if tolerance else ())
    rules = ("late-receipt", "overdue", "received-above-ordered")
    judged = check({**FOLDER, "receipts": receipts}, settings, rules)
    assert {rule: judged.at(rule).get("L1") for rule in rules if judged.at(rule)} == found


def test_tolerance_of_an_approval(check: Check) -> None:
    """1000 ordered, 950 signed for: within 6 percent of 950 (57), beyond 5 (47.5)."""
    approvals = """
        document       | document_id | person  | decided_at | decision | amount
        purchase_order | PO-1        | manager | 2024-03-01 | approved | 950
    """

    def at(percent: str) -> dict[str, str | None]:
        settings = Settings(tolerances=({"kind": "approval", "upper_percent": percent},))
        return check({**FOLDER, "approvals": approvals}, settings, ["approval-exceeded"]).at("approval-exceeded")

    assert (at("6"), at("5")) == ({}, {"PO-1": "50"})


def test_what_is_billed_and_received_within_tolerance(check: Check) -> None:
    """10 billed, 9.6 received, nothing else: above by 0.4, within 5 percent of 9.6 (0.48), beyond 4 (0.384)."""
    tables = {
        **FOLDER,
        "purchase_order_lines": FOLDER["purchase_order_lines"].replace("two_way", "       "),
        "receipts": "receipt_line_id | purchase_order_line_id | quantity_received | received_at\n R1 | L1 | 9.6 | 2024-03-04",
        "invoice_lines": "invoice_line_id | invoice_id | purchase_order_line_id | quantity | unit_price\n B1 | I1 | L1 | 10 | 100",
    }

    def at(percent: str) -> dict[str, str | None]:
        settings = Settings(tolerances=({"kind": "quantity", "upper_percent": percent},))
        return check(tables, settings, ["quantity-above-received"]).at("quantity-above-received")

    assert (at("5"), at("4")) == ({}, {"B1": "40"})


def test_the_policy_file_says_what_the_settings_say() -> None:
    """The text of the tests' own policy reads back as what was meant."""
    lines: tuple[Mapping[str, str], ...] = ({**PRICE, "supplier": 'S "1"', "upper_absolute": "5"},)
    settings = Settings(threshold="1000", threshold_currency="EUR", exempt_suppliers=("S\\1", "0042"), tolerances=lines)
    read = tomllib.loads(settings.toml)
    assert (read["approval_threshold"], read["exempt_suppliers"], read["tolerances"]) == ("1000", ["S\\1", "0042"], [dict(lines[0])])
