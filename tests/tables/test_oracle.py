"""Counterfoil against the oracle, an independent program that reads the same contract: they must agree row by row.

Random plants, full of traps; three approval thresholds in turn, exempt suppliers and categories in every third, tolerances in every
second. `python -m tests.plants --seeds 0-20 --show` says the same at the desk.
"""

from pathlib import Path

import pytest
from tests import plants

pytestmark = pytest.mark.skipif(not plants.ORACLE.is_dir(), reason="the oracle is not beside this project")


def agree(seed: int, orders: int, folder: Path) -> None:
    found = plants.compare(seed, orders, folder)
    if found:
        again = f"python -m tests.plants --seeds {seed} --orders {orders} --show"
        pytest.fail(
            "\n".join([f"seed {seed}: {len(found)} differ ({again})", *(f"{name}\n{text}" for name, text in found.items())]), pytrace=False
        )


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 12))])
def test_forty_orders(seed: int, tmp_path: Path) -> None:
    agree(seed, 40, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(12, 230))
def test_forty_orders_of_two_hundred_plants_more(seed: int, tmp_path: Path) -> None:
    agree(seed, 40, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(5))
def test_a_thousand_orders(seed: int, tmp_path: Path) -> None:
    agree(seed, 1000, tmp_path)


def test_a_planted_difference_is_seen(tmp_path: Path) -> None:
    """The comparison itself: a finding less, one more, one count and one hop changed, and each is named."""
    settings = plants.settings_of(1, plants.random_plant(tmp_path, 1, 40))
    theirs = plants.oracle(tmp_path, settings)
    assert plants.differences(theirs, theirs) == {}
    first, second = theirs.findings[0], theirs.findings[-1]
    assert first.rule != second.rule
    changed = plants.Judged(
        status=theirs.status,
        not_judged={**theirs.not_judged, "overdue": -1},
        exempt=theirs.exempt,
        findings=(*theirs.findings[1:], second),
        chain={**theirs.chain, "EUR": {}},
        at_risk=theirs.at_risk,
        amounts=theirs.amounts,
        tables=theirs.tables,
        as_of=theirs.as_of,
    )
    assert set(plants.differences(changed, theirs)) == {first.rule, second.rule, "overdue", "chain"}
