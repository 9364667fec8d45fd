"""No fact that is dated later than a document's moment changes what a gate says of it: plants are cut off at instants, and say the same."""

import csv
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests import plants
from tests.tables.backtest.drawn import Told, policy_of, told
from tests.tables.backtest.truncated import Row, Tables, Then, apart

from counterfoil.tables.seed import FEWEST_ORDERS, make_plant

NOON = 12
"""In UTC: all zones of the plants then have the same date, so what is later by the clock is not earlier by the date."""


def read(folder: Path) -> dict[str, list[Row]]:
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


def write(folder: Path, tables: Tables, columns: dict[str, list[str]]) -> Path:
    return plants.write(
        folder, {name: [columns[name], *([row[one] for one in columns[name]] for row in rows)] for name, rows in tables.items()}
    )


def links_that_came_later(tables: dict[str, list[Row]], choose: random.Random) -> None:
    """Plants rarely change a link: here one line in five got its work order, its requisition or its need only days around its order."""
    for row in tables["purchase_order_lines"]:
        name = choose.choice(["work_order_id", "requisition_line_id", "need"])
        if row[name] and choose.random() < 0.2:
            day = datetime(2024, 6, 1, 9, tzinfo=UTC) + timedelta(hours=choose.randrange(24 * 600))
            old = {"need": choose.choice(["", "stock", "work"])}.get(name, "")
            change = {"document": "purchase_order_line", "document_id": row["purchase_order_line_id"], "field": name, "old": old}
            tables["order_changes"].append({**change, "new": row[name], "changed_at": day.isoformat(), "changed_by": "B"})


def compared(folder: Path, policy: str, seed: int, cuts: int) -> tuple[Counter[str], int]:
    """Cut a plant off `cuts` times and hold each verdict against that of the whole: how many of each were the same, and how many stops were
    later cured."""
    choose = random.Random(seed)  # noqa: S311  not for secrets
    tables = read(folder / "plant")
    columns = {name: list(rows[0]) for name, rows in tables.items() if rows}
    tables = {name: tables[name] for name in columns}
    if "order_changes" in tables:
        links_that_came_later(tables, choose)
    rules = policy_of(folder, policy)
    whole = told(write(folder / "whole", tables, columns), rules)
    days = sorted({day[:10] for row in tables["purchase_orders"] if (day := row["issued_at"] or row["created_at"])})
    same, cured = Counter[str](), 0
    for number in range(cuts):
        # Where nothing has been issued yet, nothing says that the plant knows issues at all; so no cut is near the beginning.
        day = datetime.fromisoformat(choose.choice(days[len(days) // 10 :])).replace(hour=NOON, tzinfo=UTC)
        then = Then(tables, day + timedelta(minutes=choose.randrange(-59, 59)))
        cut = told(write(folder / f"cut-{number}", then.tables, columns), rules)
        same += held(whole, cut, then)
        cured += sum(
            said[0] == "stopped" and said[2] is not None and said[1] is not None and said[1] < str(day.date()) < said[2]
            for verdicts in whole.verdicts.values()
            for said in verdicts.values()
        )
    return same, cured


def held(whole: Told, cut: Told, then: Then) -> Counter[str]:
    """Every document whose day is before the cut has its verdict still."""
    others, before = apart(then), then.instant.date().isoformat()
    same: Counter[str] = Counter()
    for gate, verdicts in whole.verdicts.items():
        for line, (verdict, moment, *_) in verdicts.items():
            if moment is not None and moment < before and line not in others:
                found = cut.verdicts.get(gate, {}).get(line, ("gone",))
                assert found[0] == verdict, f"{gate} says {verdict} of {line} ({moment}), and {found} as of {then.instant}"
                same[f"{gate} {verdict}"] += 1
    return same


def test_a_seeded_plant_cut_off_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "plant").mkdir()
    make_plant(tmp_path / "plant", FEWEST_ORDERS, 3, threads=1)
    same, cured = compared(tmp_path, (tmp_path / "plant" / "policy.toml").read_text(encoding="utf-8"), 3, 3)
    assert all(same[f"{gate} {verdict}"] > 5 for gate in ("order-needs-work", "receipt-needs-order") for verdict in ("passed", "stopped"))
    assert same["invoice-needs-order passed"] > 1000
    assert same["work-needs-commitment passed"] > 500
    assert cured > 20  # of which a look at the whole would say that they are linked


@pytest.mark.slow
@pytest.mark.skipif(not plants.ORACLE.exists(), reason="the random plants are not here")
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.full) for seed in range(1, 6))])
def test_a_random_plant_cut_off_says_the_same(tmp_path: Path, seed: int) -> None:
    folder = plants.random_plant(tmp_path / "plant", seed, 60)
    same, _ = compared(tmp_path, plants.settings_of(seed, folder).toml, seed, 3)
    assert sum(same.values()) > 100
    assert any(name.endswith("stopped") and number for name, number in same.items())
