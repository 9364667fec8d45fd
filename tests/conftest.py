"""What every test may ask for: `check`, which says what is found in a folder of exchange tables, and `site`, the docs as they are built."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from tests import plants
from tests.plants import Judged, Settings

hypothesis_settings.register_profile("suite", deadline=None, database=None, print_blob=True)
hypothesis_settings.load_profile("suite")

Check = Callable[..., Judged]
PLAIN = Settings()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--judge oracle` holds the numbers worked out by hand against the oracle: it shows whether a test itself is right."""
    parser.addoption("--judge", choices=("counterfoil", "oracle"), default="counterfoil", help="which program the scenarios are about")


@pytest.fixture(scope="session")
def judge(request: pytest.FixtureRequest) -> plants.Judge:
    """The program that the scenarios are about: (folder, settings, rules) → what it says."""
    if request.config.getoption("--judge") == "oracle":
        return plants.oracle
    return plants.counterfoil


@pytest.fixture
def check(tmp_path: Path, judge: plants.Judge) -> Check:
    """check({table: text drawn with bars}, settings, rules) → what is found. Each call writes a folder of its own."""
    numbers = count(1)

    def call(tables: Mapping[str, str], settings: Settings = PLAIN, rules: Sequence[str] = ()) -> Judged:
        if judge is plants.oracle and (settings.sites or settings.categories):
            pytest.skip("the oracle narrows nothing")
        folder = plants.write(tmp_path / f"plant-{next(numbers)}", {name: plants.drawn(text) for name, text in tables.items()})
        return judge(folder, settings, rules)

    return call


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The docs site, built as `make docs` builds it, once for all tests of a worker."""
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-c", "docs/web", "-d", str(folder / "cache")]
    plain = {name: value for name, value in os.environ.items() if name != "SPHINXOPTS"}
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run([*command, ".", str(folder / "site")], cwd=root, env=plain, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "site"
