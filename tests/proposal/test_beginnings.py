"""Orders whose ids begin with another word than the others."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from counterfoil.interfaces.cli.init import InitRequest, run
from counterfoil.tables.database import open_database
from counterfoil.tables.mapping import Condition, read_mapping
from counterfoil.tables.reading import read_folder
from tests.proposal.conftest import Proposer, placed
from tests.tables.reading.folders import write

HEADER = "Order,Line,Vendor,Via,Qty,Price,Received on,Received qty\n"


def deliveries(via: str = "stock") -> str:
    """Forty lines of orders PO-1 … PO-40, and ten of sales orders that left the own stock."""
    bought = "".join(f"PO-{n},1,V{n % 3},direct,{n + 1},2.50,2025-03-{n % 28 + 1:02},{n + 1}\n" for n in range(1, 41))
    sold = "".join(f"SO-{n},1,V{n % 3},{via},{n + 1},2.50,2025-03-{n % 28 + 1:02},{n + 1}\n" for n in range(1, 11))
    return HEADER + bought + sold


def test_a_doubt_with_counts(proposed: Proposer) -> None:
    proposal = proposed({"deliveries list.csv": deliveries()})
    (doubt,) = placed(proposal, "purchase_orders.purchase_order_id").doubts
    assert "10 of 50 orders (10 rows) begin with SO, the others with PO" in doubt
    assert "'stock' in Via" in doubt
    assert proposal.others[0].condition == Condition("Via", ("stock",), wanted=False)


@pytest.mark.parametrize("via", ["direct", ""], ids=["the same word everywhere", "no word"])
def test_where_no_column_tells_them_apart_it_is_only_said(via: str, proposed: Proposer) -> None:
    proposal = proposed({"deliveries list.csv": deliveries(via)})
    assert proposal.others[0].condition is None
    assert "No column tells their rows apart" in placed(proposal, "purchase_orders.purchase_order_id").doubts[0]


def test_orders_of_many_sites_are_no_doubt(proposed: Proposer) -> None:
    """Five words at the front name where an order was made, not what it is."""
    text = HEADER + "".join(f"{'ABCDE'[n % 5]}X-{n},1,V,direct,{n + 1},2.50,2025-03-04,{n}\n" for n in range(1, 51))
    assert proposed({"deliveries list.csv": text}).others == []


class Clerk:
    """Answers the one question about orders, and presses enter otherwise."""

    def __init__(self, answer: str) -> None:
        self.answers = iter(["perhaps", answer])
        self.asked = 0

    def __call__(self, lines: Sequence[str], question: str) -> str:
        if "leaves their rows out" not in question:
            return ""
        self.asked += 1
        return next(self.answers)


@pytest.mark.parametrize(("answer", "orders"), [("no", 40), ("", 50), ("yes", 50)])
def test_the_answer_counts(answer: str, orders: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No: orders, lines and receipts lose the ten rows. Enter and yes keep all fifty."""
    folder = write(tmp_path / "export", {"deliveries list.csv": deliveries()})
    clerk = Clerk(answer)
    assert run(InitRequest(folder, force=False, as_json=False), clerk) == 0
    assert clerk.asked == 2
    with open_database("512MB") as database:
        tables = read_folder(folder, database).tables
        assert {name: tables[name].read for name in ("purchase_orders", "purchase_order_lines", "receipts")} == dict.fromkeys(
            ("purchase_orders", "purchase_order_lines", "receipts"), orders
        )
    kept = [
        section.table
        for section in read_mapping(folder / "mapping.toml")
        if Condition("Via", ("stock",), wanted=False) in section.conditions
    ]
    assert ("receipts" in kept) == (answer == "no")
    capsys.readouterr()
