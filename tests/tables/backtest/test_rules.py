"""Where nothing has a date of creation and nothing was changed, a gate says what the rule beside it says."""

import csv
from pathlib import Path

import pytest
from tests import plants
from tests.tables.backtest.drawn import INVOICES, LINES, RECEIPTS, WORKS, Told, policy_of, told

from counterfoil.tables.check import open_check
from counterfoil.tables.seed import FEWEST_ORDERS, make_plant

RULES = (
    "order-without-work", "work-unknown", "work-without-commitment", "invoice-without-order", "invoice-names-work", "order-unknown",
    "receipt-without-order", "order-after-receipt",
)  # fmt: skip


def timeless(folder: Path) -> None:
    """Empties every date of creation, and all changes."""
    (folder / "order_changes.csv").unlink(missing_ok=True)
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        if "created_at" in rows[0]:
            place = rows[0].index("created_at")
            rows = [rows[0], *([*row[:place], "", *row[place + 1 :]] for row in rows[1:])]
            plants.write(folder, {path.stem: rows})


def hold_against_rules(folder: Path, policy: str, space: Path) -> Told:
    """Both over a plant without dates of creation. What is said of the gates is returned."""
    timeless(folder)
    said = told(folder, policy_of(space, policy))
    with open_check(folder, policy=policy_of(space, policy), rules=RULES) as result:
        rows = result.database.execute("SELECT rule, line_id FROM findings").fetchall()
    found = {rule: {line for of, line in rows if of == rule} for rule in RULES}
    stopped = {gate: {line for line, one in lines.items() if one[0] == "stopped"} for gate, lines in said.verdicts.items()}
    asked = {gate: {line for line, one in lines.items() if one[0] != "not judged"} for gate, lines in said.verdicts.items()}
    assert stopped[LINES] == found["work-without-commitment"]
    assert found["order-without-work"] & asked[WORKS] <= stopped[WORKS] <= found["order-without-work"] | found["work-unknown"]
    bills = set(said.verdicts[INVOICES])
    assert stopped[INVOICES] == found["invoice-without-order"] | found["invoice-names-work"] | (found["order-unknown"] & bills)
    nameless = found["receipt-without-order"] | (found["order-unknown"] & set(said.verdicts[RECEIPTS]))
    assert nameless <= stopped[RECEIPTS]
    return said


def test_a_seeded_plant(tmp_path: Path) -> None:
    folder = tmp_path / "plant"
    folder.mkdir()
    make_plant(folder, FEWEST_ORDERS, 2, threads=1)
    policy = (folder / "policy.toml").read_text(encoding="utf-8")
    said = hold_against_rules(folder, policy, tmp_path)
    counts = {gate: sum(one[0] == "stopped" for one in lines.values()) for gate, lines in said.verdicts.items()}
    assert min(counts.values()) > 0


@pytest.mark.slow
@pytest.mark.skipif(not plants.ORACLE.exists(), reason="the random plants are not here")
@pytest.mark.parametrize("seed", [10, *(pytest.param(seed, marks=pytest.mark.full) for seed in range(11, 16))])
def test_a_random_plant(tmp_path: Path, seed: int) -> None:
    folder = plants.random_plant(tmp_path / "plant", seed, 60)
    hold_against_rules(folder, plants.settings_of(seed, folder).toml, tmp_path)
