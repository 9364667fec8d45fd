"""What is proposed: a number in a text, lines that add up, a supplier under two ids; and where nothing must be accepted."""

from pathlib import Path

from tests import plants
from tests.tables.links.conftest import Propose, best

from counterfoil.tables.links.run import open_proposals
from counterfoil.tables.policy import load_policy

SUPPLIERS = """
    supplier_id | name               | tax_id
    S1          | Nordlager GmbH     | DE 111
    S1-OLD      | NORDLAGER          | DE111
    S2          | Brixton Valves Ltd | GB 222
"""
ORDERS = """
    purchase_order_id | site_id | supplier_id | status | currency | created_at | issued_at
    4500001001        | north   | S1          | issued | EUR      | 2024-03-01 | 2024-03-02
    4500001002        | north   | S1          | issued | EUR      | 2024-03-05 | 2024-03-06
    4500002077        | north   | S2          | issued | EUR      | 2024-03-07 | 2024-03-08
"""
LINES = """
    purchase_order_line_id | purchase_order_id | line_no | part_id | description           | quantity | unit_price | need_by    | need
    4500001001-10          | 4500001001        | 10      | P-SEAL  | shaft seal 40x60      | 4        | 12.50      | 2024-03-20 | stock
    4500001001-20          | 4500001001        | 20      | P-BEAR  | ball bearing 6308-2RS | 2        | 31.00      | 2024-03-20 | stock
    4500001002-10          | 4500001002        | 10      | P-BELT  | v-belt SPA 2670       | 3        | 18.40      | 2024-03-25 | stock
    4500002077-10          | 4500002077        | 10      | P-VALV  | ball valve DN65       | 1        | 240.00     | 2024-03-28 | stock
"""
RECEIPTS = """
    receipt_line_id | receipt_id | purchase_order_line_id | quantity_received | received_at
    R1              | R1         | 4500001001-10          | 4                 | 2024-03-19
    R2              | R2         | 4500001001-20          | 2                 | 2024-03-19
    R3              | R3         | 4500001002-10          | 3                 | 2024-03-24
    R4              | R4         | 4500002077-10          | 1                 | 2024-03-27
"""
BOUGHT = {"suppliers": SUPPLIERS, "purchase_orders": ORDERS, "purchase_order_lines": LINES, "receipts": RECEIPTS}

INVOICES = """
    invoice_id | supplier_id | invoice_number | invoice_date | currency | amount_net
    number     | S1          | A-1            | 2024-03-21   | EUR      | 50.00
    twin       | S1-OLD      | A-2            | 2024-03-26   | EUR      | 55.20
    nobody     | S2          | B-7            | 2024-03-29   | EUR      | 999.00
"""
INVOICE_LINES = """
    invoice_line_id | invoice_id | description                     | quantity | unit | unit_price
    number-1        | number     | your order 4500001001/10, seals | 4        | PCS  | 12.50
    twin-1          | twin       | V-BELT SPA 2670                 | 3        | PCS  | 18.40
    nobody-1        | nobody     | annual calibration of scales    | 1        | PCS  | 999.00
"""


def test_a_number_in_the_text_and_a_supplier_under_two_ids(propose: Propose) -> None:
    rows = propose(BOUGHT | {"invoices": INVOICES, "invoice_lines": INVOICE_LINES})
    number = best(rows, "number-1")
    assert (number["target_id"], number["target_line_id"], number["accept"]) == ("4500001001", "4500001001-10", True)
    assert number["probability"] > 0.95
    told = number["evidence"].split("; ")
    assert "number and line 4500001001 / 10 stand on the paper" in told
    assert {"same supplier", "same price", "quantity is what is open", "as much came within a week of it"} <= set(told)
    twin = best(rows, "twin-1")
    assert (twin["target_line_id"], twin["accept"]) == ("4500001002-10", True)
    assert "same supplier by tax id or name" in twin["evidence"]


def test_what_nobody_ordered_is_not_accepted(propose: Propose) -> None:
    """One unit at 999.00 from a supplier whose only order is one valve at 240.00."""
    rows = propose(BOUGHT | {"invoices": INVOICES, "invoice_lines": INVOICE_LINES})
    assert not [row for row in rows if row["document_id"] == "nobody" and row["accept"]]


def test_no_order_is_accepted_of_two_that_are_alike(propose: Propose) -> None:
    """Two orders of one day, one part, one price: the invoice may mean either, so each gets at most half."""
    orders = ORDERS + "4500001003 | north | S1 | issued | EUR | 2024-03-05 | 2024-03-06\n"
    lines = LINES + "4500001003-10 | 4500001003 | 10 | P-BELT | v-belt SPA 2670 | 3 | 18.40 | 2024-03-25 | stock\n"
    receipts = RECEIPTS + "R5 | R5 | 4500001003-10 | 3 | 2024-03-24\n"
    bought = BOUGHT | {"purchase_orders": orders, "purchase_order_lines": lines, "receipts": receipts}
    rows = [row for row in propose(bought | {"invoices": INVOICES, "invoice_lines": INVOICE_LINES}) if row["line_id"] == "twin-1"]
    assert [row["target_line_id"] for row in rows[:2]] == ["4500001002-10", "4500001003-10"]
    assert rows[0]["probability"] == rows[1]["probability"] <= 0.5
    assert not any(row["accept"] for row in rows)


def test_an_order_line_is_billed_once(propose: Propose) -> None:
    """Three belts are open; two invoices want three each. At most one of them is accepted."""
    invoices = INVOICES + "again | S1 | A-3 | 2024-03-27 | EUR | 55.20\n"
    invoice_lines = INVOICE_LINES + "again-1 | again | V-BELT SPA 2670 | 3 | PCS | 18.40\n"
    rows = propose(BOUGHT | {"invoices": invoices, "invoice_lines": invoice_lines}, threshold=0.5)
    assert sum(row["accept"] for row in rows if row["target_line_id"] == "4500001002-10") <= 1


def test_two_lines_of_an_order_add_up(propose: Propose) -> None:
    """4 × 12.50 + 2 × 31.00 = 112.00: an invoice without lines that names nothing but its order's number in its own."""
    invoices = """
        invoice_id | supplier_id | invoice_number | invoice_date | currency | amount_net
        whole      | S1          | A-9 4500001001 | 2024-03-22   | EUR      | 112.00
    """
    rows = [row for row in propose(BOUGHT | {"invoices": invoices}) if row["document_id"] == "whole"]
    first = [row for row in rows if row["place"] == 1]
    assert [(row["target_id"], row["target_line_id"]) for row in first] == [
        ("4500001001", "4500001001-10"),
        ("4500001001", "4500001001-20"),
    ]
    assert len({row["group"] for row in first}) == 1
    assert len({row["proposal_id"] for row in rows}) == len(rows)
    assert "what is open of these lines adds up to the amount" in first[0]["evidence"]


def test_one_cent_more_does_not_add_up(propose: Propose) -> None:
    invoices = """
        invoice_id | supplier_id | invoice_number | invoice_date | currency | amount_net
        whole      | S1          | A-9 4500001001 | 2024-03-22   | EUR      | 112.01
    """
    assert not any("adds up" in row["evidence"] for row in propose(BOUGHT | {"invoices": invoices}))


WORKS = """
    work_order_id | site_id | status   | description                    | asset_id | created_at | started_at | requested_by
    80007001      | north   | released | replace bearing on feed pump   | EQ-0101  | 2024-02-28 | 2024-03-21 | P7
    80007002      | north   | released | conveyor belt torn             | EQ-0230  | 2024-03-01 | 2024-03-26 | P9
    80007003      | south   | released | replace bearing on feed pump   | EQ-0400  | 2024-02-28 | 2024-03-21 | P7
"""
WORK_LINES = """
    work_order_line_id | work_order_id | part_id | description           | quantity | unit | need_by    | unit_price_estimated | supply
    80007001-1         | 80007001      | P-BEAR  | ball bearing 6308-2RS | 2        | PCS  | 2024-03-20 | 31.00                | buy
    80007002-1         | 80007002      | P-BELT  | v-belt SPA 2670       | 3        | PCS  | 2024-03-25 | 18.00                | buy
    80007003-1         | 80007003      | P-BEAR  | ball bearing 6308-2RS | 2        | PCS  | 2024-03-20 | 31.00                | buy
"""


def test_an_order_line_finds_its_work(propose: Propose) -> None:
    """The bearings of the north are for the pump of the north; the valve is for nobody's work; stock is never asked."""
    lines = LINES.replace("stock", "work", 4).replace("| work\n", "|\n", 1)
    rows = propose(BOUGHT | {"purchase_order_lines": lines, "work_orders": WORKS, "work_order_lines": WORK_LINES})
    bearing = best(rows, "4500001001-20")
    assert (bearing["target_id"], bearing["target_line_id"], bearing["quantity"]) == ("80007001", "80007001-1", 2)
    assert {"same part", "same site", "quantity is what is open"} <= set(bearing["evidence"].split("; "))
    assert best(rows, "4500001002-10")["target_id"] == "80007002"
    assert not [row for row in rows if row["line_id"] == "4500002077-10" and row["accept"]]


def test_stock_is_not_asked_for_work(propose: Propose) -> None:
    rows = propose(BOUGHT | {"work_orders": WORKS, "work_order_lines": WORK_LINES})
    assert not [row for row in rows if row["kind"] == "order_line"]


def test_a_receipt_finds_its_order_line(propose: Propose) -> None:
    """The number on the delivery note has two digits swapped (4500002707), the quantity is what is open."""
    receipts = RECEIPTS.replace("R4              | R4         | 4500002077-10", "R4 | 4500002707 | ")
    rows = [row for row in propose(BOUGHT | {"receipts": receipts}) if row["kind"] == "receipt"]
    assert {row["line_id"] for row in rows} <= {"R4"}
    assert not [row for row in rows if row["target_line_id"] != "4500002077-10" and row["accept"]]


def test_receipts_without_a_paper_of_their_own(propose: Propose) -> None:
    """No receipt_id at all: quantity and day are left, and the one order line with one piece open."""
    receipts = """
        receipt_line_id | purchase_order_line_id | quantity_received | received_at
        R1              | 4500001001-10          | 4                 | 2024-03-19
        R4              |                        | 1                 | 2024-03-27
    """
    rows = propose(BOUGHT | {"receipts": receipts})
    assert best(rows, "R4")["target_line_id"] == "4500002077-10"


def test_only_orders_of_the_sites_that_are_asked(propose: Propose) -> None:
    orders = ORDERS.replace("4500001002        | north", "4500001002        | south")
    rows = propose(BOUGHT | {"purchase_orders": orders, "invoices": INVOICES, "invoice_lines": INVOICE_LINES}, sites=["south"])
    assert {row["target_id"] for row in rows} == {"4500001002"}


def test_nothing_to_link(propose: Propose) -> None:
    assert propose({"purchase_orders": ORDERS, "purchase_order_lines": LINES}) == []


def test_lines_without_work_are_counted_where_there_is_no_work(tmp_path: Path) -> None:
    """Three of four are for work, and there is nothing that they could be for; the lines of invoices are asked as ever."""
    lines = LINES.replace("stock", "work", 3)
    tables = BOUGHT | {"purchase_order_lines": lines, "invoices": INVOICES, "invoice_lines": INVOICE_LINES}
    folder = plants.write(tmp_path, {name: plants.drawn(text) for name, text in tables.items()})
    with open_proposals(folder, policy=load_policy(None), threshold=0.9) as proposals:
        counts = {one.kind.name: (one.without, one.proposed) for one in proposals.outcomes}
        assert all(0 <= one.wrong <= 0.1 * one.accepted for one in proposals.outcomes), "each accepted one is 0.9 likely or more"
    assert counts == {"invoice_line": (3, 3), "receipt": (0, 0), "order_line": (3, 0)}


def test_texts_that_speak_of_one_component_in_two_languages(propose: Propose) -> None:
    """Two works of one site, day and planner: only what they are about tells which one the hose is for."""
    works = """
        work_order_id | site_id | kind       | status   | description                  | created_at | requested_by
        W1            | north   | corrective | released | replace burst hyd hose       | 2024-03-01 | planner
        W2            | north   | corrective | released | gearbox oil leak, check seal | 2024-03-01 | planner
    """
    orders = """
        purchase_order_id | site_id | supplier_id | status | currency | created_at | issued_at  | requested_by
        4500001001        | north   | S1          | issued | EUR      | 2024-03-02 | 2024-03-02 | planner
    """
    lines = """
        purchase_order_line_id | purchase_order_id | description         | quantity | unit_price | need
        4500001001-10          | 4500001001        | Hydraulikschlauch   | 1        | 80.00      | work
    """
    rows = propose({"suppliers": SUPPLIERS, "work_orders": works, "purchase_orders": orders, "purchase_order_lines": lines})
    told = {row["target_id"]: row["evidence"] for row in rows}
    assert "both texts are about the same component" in told["W1"]
    assert "component" not in told.get("W2", "") or "other components" in told["W2"]
    assert best(rows, "4500001001-10")["target_id"] == "W1"
