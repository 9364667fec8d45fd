"""The health of the data: every measure on stories worked out by hand, near misses beside them, and what the page makes of it."""

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from counterfoil.tables.check import open_check
from counterfoil.tables.health import Health, examine
from counterfoil.tables.health.counting import EVERYWHERE, Count
from counterfoil.tables.health.measures import COUNTED
from counterfoil.tables.policy import load_policy
from counterfoil.tables.result import CheckResult
from tests import plants
from tests.plants import Settings
from tests.scenarios import gaps
from tests.scenarios.gaps import GAPS, expected, tables_of

Found = Mapping[tuple[str, str], Count]
"""By measure and what it is about."""


@contextmanager
def checked(folder: Path, settings: Settings = gaps.SETTINGS, rules: tuple[str, ...] = ()) -> Iterator[CheckResult]:
    with open_check(folder, policy=load_policy(None), as_of=settings.as_of, rules=rules) as result:
        yield result


def whole(health: Health) -> Found:
    return {(gap.measure.name, gap.about): gap.whole for gap in health.gaps}


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Count]:
    """All cases of `gaps`, examined once: by measure."""
    folder = plants.write(tmp_path_factory.mktemp("stories"), tables_of(GAPS))
    with checked(folder) as result:
        return {gap.measure.name: gap.whole for gap in examine(result).gaps if gap.measure in COUNTED}


@pytest.mark.parametrize("measure", [one.name for one in COUNTED])
def test_each_gap_is_found_and_each_near_miss_is_not(stories: Mapping[str, Count], measure: str) -> None:
    bad = expected(GAPS).get(measure, [])
    assert list(stories[measure].examples) == bad[:10]
    assert stories[measure].rows == len(bad)
    assert bad or measure == "time-zone-missing", "a measure without a story"
