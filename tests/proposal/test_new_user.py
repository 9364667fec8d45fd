"""From the raw files to a true report with what init says and asks alone: the findings are those of the mapping that was made by hand."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from shutil import copy

import pytest
from typer.testing import CliRunner

from counterfoil.interfaces.cli.app import app
from counterfoil.interfaces.cli.init import InitRequest, run
from tests.tables.test_real_exports import DELIVERIES, checked, day, found, known_day, rows_of, value

BICYCLES = Path(__file__).resolve().parents[2] / "samples" / "adventureworks"
MEANT = {
    "purchase_orders.status": {"1": "submitted", "2": "approved", "3": "rejected", "4": "closed"},
    "suppliers.status": {"0": "conditional", "1": "approved"},
    "parts.supply": {"0": "buy", "1": "make"},
}
"""What the data dictionary of the bicycle maker says."""


class Buyer:
    """Knows the data dictionary, and presses enter otherwise."""

    def __init__(self) -> None:
        self.about = ""

    def __call__(self, lines: Sequence[str], question: str) -> str:
        self.about = next((line.split(" = ")[0] for line in lines if " = " in line), self.about)
        if question.startswith("what is "):
            return MEANT[self.about][question.split("'")[1]]
        return "USD" if "three" in question or "currency" in " ".join(lines) else ""


def test_the_bicycle_maker(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """96 lines were received on orders that were rejected or pending; 129 live orders went to vendors to be used only at need. Both numbers
    stand in the README of the sample, counted from the files."""
    folder = tmp_path / "export"
    folder.mkdir()
    for path in BICYCLES.glob("*.csv"):
        copy(path, folder)
    assert run(InitRequest(folder, force=False, as_json=False), Buyer()) == 0
    assert "receipt-on-dead-order" not in capsys.readouterr().out  # it can run
    with checked(folder, "receipt-on-dead-order", "supplier-not-approved") as result:
        dead, conditional = found(result, "receipt-on-dead-order"), found(result, "supplier-not-approved")
    assert (len(dead), sum(dead.values())) == (96, Decimal("791980.0185"))
    assert (len(conditional), sum(conditional.values())) == (129, Decimal("1187757.8685"))
    assert dict(result.at_risk).keys() == {"USD"}


@pytest.mark.skipif(not DELIVERIES.is_file(), reason="the exports are not beside this project")
def test_four_hundred_deliveries_unasked(tmp_path: Path) -> None:
    """With --yes and no more: what the file says of orders, lines and receipts is found; what it does not say is named as missing."""
    folder = tmp_path / "export"
    folder.mkdir()
    copy(DELIVERIES, folder)
    done = CliRunner().invoke(app, ["init", str(folder), "--yes", "--format", "json"])
    said = json.loads(done.stdout)
    assert said["check"]["read"]["purchase_order_lines"] == {"read": 400, "rejected": 0}
    assert "invoices" in said["check"]["not_run"]
    rows = rows_of(DELIVERIES)
    orders = {row["PO / SO #"]: day(row["PO Sent to Vendor Date"]) for row in rows}
    with checked(folder) as result:
        assert result.landing.tables["purchase_orders"].read == len(orders)
        late = {
            row["ID"]: value(row) for row in rows if known_day(row["Delivered to Client Date"]) > known_day(row["Scheduled Delivery Date"])
        }
        assert found(result, "late-receipt") == late
        unissued = {order: sum(value(row) for row in rows if row["PO / SO #"] == order) for order, when in orders.items() if when is None}
        assert found(result, "order-never-issued") == unissued
        assert dict(result.at_risk).keys() == {"USD"}


@pytest.mark.skipif(not DELIVERIES.is_file(), reason="the exports are not beside this project")
def test_deliveries_from_the_own_warehouse_are_no_orders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Orders that begin with SO left a warehouse. Who says that they are no purchase orders keeps the rows of the others, and no more."""
    folder = tmp_path / "export"
    folder.mkdir()
    copy(DELIVERIES, folder)
    run(InitRequest(folder, force=False, as_json=False), lambda lines, question: "no" if "leaves their rows out" in question else "")
    bought = [row["PO / SO #"] for row in rows_of(DELIVERIES) if not row["PO / SO #"].startswith("SO-")]
    with checked(folder) as result:
        assert result.landing.tables["purchase_orders"].read == len({*bought})
        assert result.landing.tables["purchase_order_lines"].read == len(bought)
    capsys.readouterr()
