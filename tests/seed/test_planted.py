"""Planted faults are found exactly, with their amounts; near misses are not found, and are near: a hair more, and they are."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from counterfoil.tables.check import open_check
from counterfoil.tables.checks import RULES
from counterfoil.tables.policy import load_policy
from counterfoil.tables.seed import FEWEST_ORDERS
from counterfoil.tables.seed.case import FAULT, NEAR
from counterfoil.tables.seed.cases import CASES
from tests import plants
from tests.seed.made import Looked, faults, looked, made, near_misses, planted

RULE_NAMES = {rule.name for rule in RULES}


def agrees(folder: Path, said: Looked) -> None:
    entries = planted(folder)
    promised = faults(entries)
    assert said.findings - promised == Counter(), "found, and not planted"
    assert promised - said.findings == Counter(), "planted, and not found"
    assert {one.key for one in near_misses(entries)} & {key for key, _, _ in said.findings} == set(), "a near miss was found"
    assert (said.not_judged, said.rejected) == (0, 0)


def test_the_smallest_plant(smallest: Path, found: Looked) -> None:
    agrees(smallest, found)


@pytest.mark.full
@pytest.mark.parametrize("orders", [FEWEST_ORDERS, 2000, 10_000])
@pytest.mark.parametrize("seed", [2, 3, 4, 5, 6])
def test_five_seeds_of_three_sizes(seed: int, orders: int, tmp_path: Path) -> None:
    folder = made(tmp_path / "plant", orders, seed)
    agrees(folder, looked(folder))


def test_every_rule_has_a_fault_and_three_kinds_of_near_misses(smallest: Path) -> None:
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in planted(smallest):
        kinds[entry.kind, entry.key[0]].add(entry.case)
    assert {rule for kind, rule in kinds if kind == FAULT} == RULE_NAMES
    assert {rule: len(kinds[NEAR, rule]) for rule in RULE_NAMES if len(kinds[NEAR, rule]) < 3} == {}


def test_each_case_is_declared_once_and_meets_what_it_needs() -> None:
    assert [text for text, times in Counter((case.pool, case.text, case.changes) for case in CASES).items() if times > 1] == []
    assert [case.text for case in CASES if (case.kind == NEAR) != bool(case.tip)] == []


@pytest.mark.slow
def test_a_plant_with_nothing_planted_is_clean(clean: Path) -> None:
    assert looked(clean) == Looked(Counter(), 0, 0)
    assert planted(clean) == []


@pytest.mark.full
@pytest.mark.parametrize("seed", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("orders", [FEWEST_ORDERS, 10_000])
def test_other_plants_with_nothing_planted_are_clean(seed: int, orders: int, tmp_path: Path) -> None:
    assert looked(made(tmp_path / "plant", orders, seed, cases=())) == Looked(Counter(), 0, 0)


@pytest.mark.slow
def test_a_hair_more_and_every_near_miss_is_found(tmp_path: Path) -> None:
    folder = made(tmp_path / "plant", FEWEST_ORDERS, 1, tipped=True)
    keys = {key for key, _, _ in looked(folder).findings}
    assert [(one.key, one.case) for one in near_misses(planted(folder)) if one.key not in keys] == []


@pytest.mark.full
@pytest.mark.skipif(not plants.ORACLE.is_dir(), reason="the oracle is not beside this project")
def test_the_oracle_finds_the_same(smallest: Path) -> None:
    policy = load_policy(smallest / "policy.toml")
    tolerances = [
        {"kind": one.kind, "upper_percent": str(one.upper_percent)}
        | ({"category": one.category, "lower_percent": str(one.lower_percent)} if one.category else {})
        for one in policy.tolerances
    ]
    settings = plants.Settings(
        threshold=str(policy.approval_threshold),
        threshold_currency=policy.threshold_currency,
        exempt_suppliers=tuple(sorted(policy.exempt_suppliers)),
        exempt_categories=tuple(sorted(policy.exempt_categories)),
        tolerances=tuple(tolerances),
    )
    theirs = Counter(
        (f.rule, f.document, f.document_id, f.line_id or "", f.amount or "", f.currency or "")
        for f in plants.oracle(smallest, settings).findings
    )
    assert theirs == Counter((*one.key[:4], one.amount, one.currency) for one in planted(smallest) if one.kind == FAULT)


def test_the_list_lies_where_reading_does_not_stumble_over_it(smallest: Path) -> None:
    with open_check(smallest, policy=load_policy(smallest / "policy.toml"), rules=("order-unapproved",)) as result:
        assert [report for report in result.landing.reports if "planted" in report.file or "no exchange table" in report.reason] == []
        assert len(result.landing.tables) == 21
