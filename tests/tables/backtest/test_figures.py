"""What a back-test counts: numbers, values, shares of false stops, days; narrowed, scoped, by site, supplier, category and month."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests import plants
from tests.tables.backtest.drawn import WORKS, policy_of

from counterfoil.tables.backtest.files import backtest_json
from counterfoil.tables.backtest.run import Backtest, Value, open_backtest
from counterfoil.tables.landing import Unusable
from counterfoil.tables.policy import load_policy

TABLES = {
    "work_orders": """
        work_order_id | created_at
        old           | 2024-01-01
        march         | 2024-03-20
        april         | 2024-04-01
    """,
    "purchase_orders": """
        purchase_order_id | site_id | supplier_id | status | currency | created_at | issued_at
        N1                | north   | S1          | issued | EUR      | 2024-03-01 | 2024-03-10
        N2                | north   | S2          | issued | EUR      | 2024-03-01 | 2024-03-31
        S1                | south   | S1          | issued | JPY      | 2024-03-01 | 2024-03-19
        X1                |         |             | issued |          | 2024-03-01 | 2024-05-02
    """,
    "purchase_order_lines": """
        purchase_order_line_id | purchase_order_id | category | quantity | unit_price | price_quantity | need | work_order_id
        linked                 | N1                | bolts    | 10       | 5          |                | work | old
        n1-march               | N1                | bolts    | 10       | 2.505      |                | work | march
        n1-never               | N1                | seals    | 1        | 74.95      |                | work |
        n2-april               | N2                |          | 3        | 100        | 100            | work | april
        s1-march               | S1                | seals    | 1        | 9000       |                | work | march
        s1-never               | S1                | seals    | 2        | 500        |                | work |
        x1-never               | X1                |          | 1        | 1          |                | work |
    """,
}
"""Stopped: 25.05 and 3 EUR that were cured after ten days and after one, 74.95 EUR that never was; 9,000 JPY cured after one day, 1,000 JPY
that never was; 1 of no currency."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return plants.write(tmp_path / "plant", {name: plants.drawn(text) for name, text in TABLES.items()})


@pytest.fixture
def backtest(folder: Path) -> Iterator[Backtest]:
    with open_backtest(folder, policy=load_policy(), gates=[WORKS]) as backtest:
        yield backtest


def test_numbers_values_and_shares(backtest: Backtest) -> None:
    (outcome,) = backtest.outcomes
    figures = outcome.figures
    assert (figures.asked, figures.stopped, figures.cured, figures.unvalued) == (7, 6, 3, 0)
    assert figures.values == {
        "": Value(Decimal(1), Decimal(0)),
        "EUR": Value(Decimal(103), Decimal("28.05")),
        "JPY": Value(Decimal(10_000), Decimal(9_000)),
    }
    assert figures.days == {1: 2, 10: 1}
    assert figures.median_days == 1
    said = json.loads(backtest_json(backtest))["gates"][WORKS]
    assert said["false_stop_rate"] == "0.500000"
    assert said["amounts"]["EUR"] == {"stopped": "103", "cured": "28.05", "false_stop_rate": "0.272330"}
    assert said["amounts"]["JPY"]["false_stop_rate"] == "0.900000"


def test_apart_by_site_supplier_category_and_month(backtest: Backtest) -> None:
    (outcome,) = backtest.outcomes
    by = {name: {key: (one.asked, one.stopped, one.cured) for key, one in found.items()} for name, found in outcome.by.items()}
    assert by == {
        "site": {"north": (4, 3, 2), "south": (2, 2, 1), "": (1, 1, 0)},
        "supplier": {"S1": (5, 4, 2), "": (1, 1, 0), "S2": (1, 1, 1)},
        "category": {"seals": (3, 3, 1), "": (2, 2, 1), "bolts": (2, 1, 1)},
        "month": {"2024-03": (6, 5, 3), "2024-05": (1, 1, 0)},
    }
    assert outcome.by["site"]["north"].values == {"EUR": Value(Decimal(103), Decimal("28.05"))}
    assert backtest.newest == date(2024, 5, 2)
    # The order's date counts for its lines.
    assert backtest.undated == {}


def test_days_site_and_category_narrow_what_is_counted_and_not_what_was_known(folder: Path) -> None:
    """The cures of March's stops lie in April, after --to."""

    def stopped(**narrowed: object) -> tuple[int, int]:
        with open_backtest(folder, policy=load_policy(), gates=[WORKS], **narrowed) as backtest:  # type: ignore[arg-type]
            return backtest.outcomes[0].figures.stopped, backtest.outcomes[0].figures.cured

    assert stopped(first=date(2024, 3, 19)) == (4, 2)
    assert stopped(first=date(2024, 3, 20)) == (2, 1)
    assert stopped(last=date(2024, 3, 31)) == (5, 3)
    assert stopped(last=date(2024, 3, 30)) == (4, 2)
    assert stopped(first=date(2024, 3, 31), last=date(2024, 3, 31)) == (1, 1)
    assert stopped(sites=["south"]) == (2, 1)
    assert stopped(categories=["seals"], sites=["north"]) == (1, 0)
    with pytest.raises(Unusable, match="There is no site 'Mars' in the data"):
        stopped(sites=["Mars"])
    with pytest.raises(Unusable, match="--to 2024-03-01 is before --from 2024-03-02"):
        stopped(first=date(2024, 3, 2), last=date(2024, 3, 1))


def test_a_policy_says_what_a_gate_is_asked_about(folder: Path, tmp_path: Path) -> None:
    """From 25.05 on: 3 EUR and 1 of no currency are let through, 25.05 is not. Sites: one that is unknown is not among them."""

    def asked(settings: str) -> tuple[int, int, int]:
        policy = policy_of(tmp_path, f"[gates.{WORKS}]\n{settings}")
        with open_backtest(folder, policy=policy, gates=[WORKS]) as backtest:
            outcome = backtest.outcomes[0]
            return outcome.figures.asked, outcome.figures.stopped, outcome.let_through

    assert asked('from_amount = "25.05"') == (5, 4, 2)
    assert asked('from_amount = "25.0501"') == (4, 3, 3)
    assert asked('sites = ["north"]') == (4, 3, 3)
    assert asked('sites = ["north"]\ncategories = ["bolts"]\nfrom_amount = "30"') == (1, 0, 6)
    assert asked("sites = []") == (7, 6, 0)


def test_an_amount_is_what_it_was_when_it_was_ordered(tmp_path: Path) -> None:
    """Ten at 5 when ordered; one at 7 today. A change that says no number changes no amount."""
    changes = """
        document            | document_id | field      | old  | new | changed_at
        purchase_order_line | linked      | quantity   | 10   | 1   | 2024-03-11
        purchase_order_line | linked      | unit_price | 5.00 | 7   | 2024-03-11
        purchase_order_line | n1-never    | unit_price | a lot | 7  | 2024-03-11
    """
    lines = (
        TABLES["purchase_order_lines"].replace("| 10       | 5          |", "| 1        | 7          |").replace("| work | old", "| work |")
    )
    tables = {**TABLES, "purchase_order_lines": lines, "order_changes": changes}
    folder = plants.write(tmp_path / "plant", {name: plants.drawn(text) for name, text in tables.items()})
    with open_backtest(folder, policy=load_policy(), gates=[WORKS]) as backtest:
        rows = backtest.database.execute("SELECT line_id, amount FROM backtest WHERE document_id = 'N1'").fetchall()
    assert dict(rows) == {"linked": Decimal(50), "n1-march": Decimal("25.05"), "n1-never": Decimal("74.95")}


def test_a_gate_that_lacks_a_table_is_not_asked(folder: Path) -> None:
    with open_backtest(folder, policy=load_policy()) as backtest:
        needs = {outcome.gate.name: outcome.needs for outcome in backtest.outcomes}
        said = json.loads(backtest_json(backtest))
    assert needs["invoice-needs-order"] == ("invoices", "invoice_lines.purchase_order_line_id|invoices.purchase_order_id")
    assert needs[WORKS] == ()
    assert said["gates"]["receipt-needs-order"] == {
        "status": "not run",
        "needs": ["receipts.purchase_order_line_id"],
        "question": "Does a receipt name an order line that is ordered?",
    }


def test_what_has_no_date_is_told(tmp_path: Path) -> None:
    tables = {name: plants.drawn(text) for name, text in TABLES.items()}
    tables["work_orders"] = [[work, ""] if work == "old" else [work, day] for work, day in tables["work_orders"]]
    folder = plants.write(tmp_path / "plant", tables)
    with open_backtest(folder, policy=load_policy(), gates=[WORKS]) as backtest:
        assert backtest.undated == {"work_orders": 1}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "[gates.order-needs-love]\n",
            "gates.order-needs-love: is no setting; the settings here are order-needs-work, invoice-needs-order, ",
        ),
        ("gates = 3\n", r"gates: is not a section; write \[gates\]"),
        ("[gates]\norder-needs-work = 3\n", r"gates.order-needs-work: is not a section; write \[gates.order-needs-work\]"),
        ("[gates.order-needs-work]\nfrom_amount = 3\n", "gates.order-needs-work.from_amount: is not a number of at least 0"),
        ('[gates.order-needs-work]\nsites = "N"\n', "gates.order-needs-work.sites: is not a list of texts"),
        ('[gates.order-needs-work]\nsuppliers = ["N"]\n', "suppliers: is no setting; the settings here are from_amount, sites, categories"),
        (
            '[gates.invoice-needs-order]\nsites = ["N"]\n',
            "invoice-needs-order.sites: cannot be set here: what this gate stops has no site yet",
        ),
        ('[gates.receipt-needs-order]\nfrom_amount = "1"\n', "receipt-needs-order.from_amount: cannot be set here: .* has no amount yet"),
    ],
)
def test_what_is_wrong_with_a_policy_is_said(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(Unusable, match=problem):
        policy_of(tmp_path, text)
