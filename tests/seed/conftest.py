"""The smallest plant of seed 1, made and checked once for all tests of it."""

from pathlib import Path

import pytest

from counterfoil.tables.seed import FEWEST_ORDERS
from tests.seed.made import Looked, looked, made


@pytest.fixture(scope="session")
def smallest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("seed") / "plant", FEWEST_ORDERS, 1)


@pytest.fixture(scope="session")
def found(smallest: Path) -> Looked:
    return looked(smallest)


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("seed") / "clean", FEWEST_ORDERS, 1, cases=())
