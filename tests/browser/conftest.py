"""The browser, and the pages that it opens. A new page of ours is a line in `PAGES`."""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from typer.testing import CliRunner

from counterfoil.interfaces.cli.app import app
from counterfoil.tables.report.view import render
from tests.browser.opened import Opened
from tests.interfaces.hand_made import result, varied
from tests.tables.brief.hostile import hostile_plant
from tests.tables.runs.made import a_year, two_runs

PLANT = Path(__file__).resolve().parents[2] / "samples" / "plant"


def check_plant(folder: Path) -> None:
    """The bundled plant, checked into the folder."""
    done = CliRunner().invoke(app, ["check", str(PLANT), "--policy", str(PLANT / "policy.toml"), "--out", str(folder / "out")])
    assert done.exit_code == 0, done.output


def report_hostile(folder: Path) -> None:
    """A report in which every text is one that somebody means ill with."""
    (folder / "hostile.html").write_text(render(varied()), encoding="utf-8")


def report_nothing(folder: Path) -> None:
    """A report of a run that read nothing and found nothing."""
    (folder / "empty.html").write_text(render(result()), encoding="utf-8")


def compare_runs(folder: Path) -> None:
    """Two runs made by hand, compared into the folder."""
    two_runs(folder)
    done = CliRunner().invoke(app, ["compare", str(folder / "before"), str(folder / "after"), "--out", str(folder / "compared")])
    assert done.exit_code == 0, done.output


def backtest_plant(folder: Path) -> None:
    """The gates over the bundled plant, back-tested into the folder."""
    done = CliRunner().invoke(app, ["backtest", str(PLANT), "--policy", str(PLANT / "policy.toml"), "--out", str(folder / "backtest")])
    assert done.exit_code == 0, done.output


def propose_links(folder: Path) -> None:
    """Links for the bundled plant, proposed into the folder."""
    done = CliRunner().invoke(app, ["propose", str(PLANT), "--policy", str(PLANT / "policy.toml"), "--out", str(folder / "links")])
    assert done.exit_code == 0, done.output


def brief_plant(folder: Path) -> None:
    """The review pack of the bundled plant."""
    done = CliRunner().invoke(app, ["brief", str(PLANT), "--policy", str(PLANT / "policy.toml"), "--out", str(folder / "brief")])
    assert done.exit_code == 0, done.output


def brief_hostile(folder: Path) -> None:
    """The review pack of a plant in which every text is one that somebody means ill with."""
    done = CliRunner().invoke(app, ["brief", str(hostile_plant(folder / "plant")), "--out", str(folder / "ill")])
    assert done.exit_code == 0, done.output


Maker = Callable[[Path], None]
PAGES: dict[str, Maker] = {
    "out/report.html": check_plant,
    "out/health.html": check_plant,
    "compared/compare.html": compare_runs,
    "history/history.html": a_year,
    "backtest/backtest.html": backtest_plant,
    "links/proposals.html": propose_links,
    "brief/brief.html": brief_plant,
    "brief/deck.html": brief_plant,
    "ill/brief.html": brief_hostile,
    "ill/deck.html": brief_hostile,
    "hostile.html": report_hostile,
    "empty.html": report_nothing,
}
"""Each page by its place in a folder, with the function that fills this folder; a function is called once a session."""


def find_chromium() -> str | None:
    """The browser that is installed here: COUNTERFOIL_CHROMIUM, else the first on the path."""
    names = (os.environ.get("COUNTERFOIL_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a worker."""
    program = find_chromium()
    if program is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER=1, and there is no Chromium: install one or name it in COUNTERFOIL_CHROMIUM")
        pytest.skip("no Chromium on the path or in COUNTERFOIL_CHROMIUM")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--disable-dev-shm-usage"])
        yield running
        running.close()


OpenPage = Callable[..., Opened]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """open_page(file, width=1280, dark=False, at="", …): the page, open in a context of its own. Further options are Playwright's."""
    opened: list[Opened] = []

    def call(file: Path, width: int = 1280, dark: bool = False, **options: Any) -> Opened:
        opened.append(Opened(browser, file, width, dark, **options))
        return opened[-1]

    yield call
    for one in opened:
        one.context.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Maker], Path]:
    """The folder that a function has filled."""

    @cache
    def call(maker: Maker) -> Path:
        folder = tmp_path_factory.mktemp(maker.__name__)
        maker(folder)
        return folder

    return call


@pytest.fixture(params=PAGES)
def file(request: pytest.FixtureRequest, made: Callable[[Maker], Path]) -> Path:
    """Each page of ours in turn."""
    return made(PAGES[request.param]) / request.param
