"""The brief of the drawn plant, counted once for all tests."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests import plants
from tests.tables.brief.drawn import TABLES

from counterfoil.tables.brief.run import Brief, open_brief
from counterfoil.tables.policy import load_policy


@pytest.fixture(scope="session")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drawn plant as a folder."""
    return plants.write(tmp_path_factory.mktemp("drawn") / "plant", {name: plants.drawn(text) for name, text in TABLES.items()})


@pytest.fixture(scope="session")
def brief(plant: Path) -> Iterator[Brief]:
    """Its brief at the end of March."""
    with open_brief(plant, policy=load_policy(), as_of=date(2025, 3, 31)) as found:
        yield found
