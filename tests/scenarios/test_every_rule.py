"""A fault and a near miss for every rule: one clean story, changed in one place, and the numbers that follow from the contract."""

import pytest
from tests import plants
from tests.plants import Judged
from tests.scenarios.cases_linking import LINKING, TIMING
from tests.scenarios.cases_matching import AUTHORITY, MATCHING, VALUE
from tests.scenarios.clean import SETTINGS, Case, case, folder_of

CLEAN = case("overdue", "the clean story itself")
CASES: list[Case] = [CLEAN, *LINKING, *TIMING, *MATCHING, *AUTHORITY, *VALUE]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory, judge: plants.Judge) -> Judged:
    """All cases in one folder, judged once: what one case does must not leak into another."""
    return judge(plants.write(tmp_path_factory.mktemp("cases"), folder_of(CASES)), SETTINGS)


def own(text: str | None, number: int) -> str | None:
    """An id as the case wrote it; None where it is another case's."""
    return text.removesuffix(f"-{number}") if text and text.endswith(f"-{number}") else None


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: str(CASES[number]))
def test_case(number: int, judged: Judged) -> None:
    one = CASES[number]
    found = [
        (severity, own(document, number), own(line, number), own(work, number), amount)
        for severity, document, line, work, amount in judged.of(one.rule)
        if own(document, number)
    ]
    assert sorted(found, key=str) == sorted(one.found, key=str)


def test_the_clean_story_is_clean(judged: Judged) -> None:
    assert [f for f in judged.findings if own(f.document_id, 0)] == []


def test_every_rule_has_a_fault_and_a_near_miss(judged: Judged) -> None:
    assert {one.rule for one in CASES if one.found} == set(judged.status)
    assert {one.rule for one in CASES if not one.found} == set(judged.status)
    assert set(judged.status.values()) == {"run"}
