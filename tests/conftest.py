"""What every test may ask for: `check`, which says what is found in a folder of exchange tables, and `site`, the docs as they are built."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from counterfoil import postgres
from tests import plants
from tests.plants import Judged, Settings

hypothesis_settings.register_profile("suite", deadline=None, database=None, print_blob=True)
hypothesis_settings.load_profile("suite")

Check = Callable[..., Judged]
PLAIN = Settings()
JUDGES: Mapping[str, plants.Judge] = {"counterfoil": plants.counterfoil, "oracle": plants.oracle, "postgres": plants.on_postgres}


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--judge oracle` holds the numbers worked out by hand against the oracle: it shows whether a test itself is right. `--judge postgres`
    asks them of another engine."""
    parser.addoption("--judge", choices=JUDGES, default="counterfoil", help="which program the scenarios are about")


@pytest.fixture(scope="session")
def judge(request: pytest.FixtureRequest) -> plants.Judge:
    """The program that the scenarios are about: (folder, settings, rules) → what it says."""
    asked: str = request.config.getoption("--judge")
    if asked == "postgres":
        request.getfixturevalue("server")
    return JUDGES[asked]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server, which is DATABASE_URL from now on: what it was, else a server of this session's own."""
    with pytest.MonkeyPatch.context() as patch:
        if "DATABASE_URL" in os.environ:
            yield os.environ["DATABASE_URL"]
            return
        # Not among the folders of pytest: those are closed to the user as whom the server runs where root starts it.
        home = tempfile.mkdtemp(prefix="counterfoil-server-")
        Path(home).chmod(0o755)
        patch.setenv("COUNTERFOIL_HOME", home)
        try:
            patch.setenv("DATABASE_URL", postgres.server_url())
            yield os.environ["DATABASE_URL"]
        finally:
            patch.setenv("COUNTERFOIL_HOME", home)
            postgres.stop()
            shutil.rmtree(home)


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
