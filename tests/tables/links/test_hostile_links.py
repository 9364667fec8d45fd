"""Texts that somebody means ill with, and plants that would make too many pairs."""

import csv
from pathlib import Path

import pytest
from tests import plants
from tests.interfaces.hand_made import HOSTILE
from tests.tables.links.conftest import proposed
from typer.testing import CliRunner

from counterfoil.interfaces.cli.app import app
from counterfoil.tables.links.run import open_proposals
from counterfoil.tables.policy import load_policy

TEXTS = [text for text in HOSTILE if "\r" not in text]


def hostile(folder: Path) -> Path:
    orders = [["purchase_order_id", "supplier_id", "status", "currency", "issued_at"]]
    lines = [["purchase_order_line_id", "purchase_order_id", "description", "part_id", "quantity", "unit_price"]]
    invoices = [["invoice_id", "supplier_id", "invoice_number", "invoice_date", "currency"]]
    bills = [["invoice_line_id", "invoice_id", "description", "part_id", "quantity", "unit_price"]]
    for number, text in enumerate(TEXTS):
        orders.append([f"{text}{number}", text, "issued", text[:8], "2024-03-10"])
        lines.append([f"{text}{number} line", f"{text}{number}", text, text, "2", "10"])
        invoices.append([f"{text}{number} bill", text, text, "2024-03-20", text[:8]])
        bills.append([f"{text}{number} bill line", f"{text}{number} bill", text + " 9" * 30_000, text, "2", "10"])
    tables = {"purchase_orders": orders, "purchase_order_lines": lines, "invoices": invoices, "invoice_lines": bills}
    return plants.write(folder, tables)


def test_hostile_texts_are_written_harmless_and_come_back(tmp_path: Path) -> None:
    folder = hostile(tmp_path / "plant")
    done = CliRunner().invoke(app, ["propose", str(folder), "--threshold", "0.5", "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    with (tmp_path / "out" / "proposals.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@")]
    page = (tmp_path / "out" / "proposals.html").read_text("utf-8")
    assert "<script>" not in page
    taken = ["propose", str(folder), "--accept", str(tmp_path / "out" / "proposals.csv"), "--out", str(tmp_path / "new")]
    done = CliRunner().invoke(app, taken)
    assert done.exit_code == 0, done.output
    assert not [row for row in proposed(tmp_path / "new") if row["accept"]]


@pytest.mark.slow
def test_ten_thousand_equal_lines_make_no_pairs(tmp_path: Path) -> None:
    """One supplier, one part, one price, ten thousand orders and as many bills without a reference: nothing tells one from another."""
    number = 10_000
    orders = [["purchase_order_id", "supplier_id", "status", "currency", "issued_at"]]
    orders += [[f"PO{one}", "S", "issued", "EUR", "2024-03-10"] for one in range(number)]
    lines = [["purchase_order_line_id", "purchase_order_id", "part_id", "description", "quantity", "unit_price", "need_by"]]
    lines += [[f"PO{one}/1", f"PO{one}", "P", "bolt", "2", "10", "2024-03-20"] for one in range(number)]
    invoices = [["invoice_id", "supplier_id", "invoice_number", "invoice_date", "currency"]]
    invoices += [[f"I{one}", "S", "A", "2024-03-20", "EUR"] for one in range(number)]
    bills = [["invoice_line_id", "invoice_id", "part_id", "description", "quantity", "unit_price"]]
    bills += [[f"I{one}/1", f"I{one}", "P", "bolt", "2", "10"] for one in range(number)]
    folder = plants.write(
        tmp_path / "plant", {"purchase_orders": orders, "purchase_order_lines": lines, "invoices": invoices, "invoice_lines": bills}
    )
    with open_proposals(folder, policy=load_policy(None), threshold=0.9) as proposals:
        (bills_found, *_) = proposals.outcomes
        assert bills_found.accepted == 0
        assert bills_found.without == number
        assert bills_found.left_out["supplier and part"].lines == number
        assert bills_found.left_out["supplier and part"].keys == 1
