"""The docs site in a browser, without a network: what it asks for, whether everybody can use it, whether it can be searched."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
MODES = {"phone, light": (390, False), "desktop, dark": (1280, True)}

# Style sheets beside the page are read by the browser, not by axe, which would ask for them in a way that is refused on files.
OPTIONS = {"preload": False, "resultTypes": ["violations"]}


class Opened(NamedTuple):
    """A page, and what was heard of it since it was opened."""

    page: Page
    heard: list[str]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = (os.environ.get("COUNTERFOIL_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    program = next((found for name in names if name and (found := shutil.which(name))), None)
    if program is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER=1, and there is no Chromium: install one or name it in COUNTERFOIL_CHROMIUM")
        pytest.skip("no Chromium on the path or in COUNTERFOIL_CHROMIUM")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--disable-dev-shm-usage"])
        yield running
        running.close()


def open_tab(browser: Browser, width: int = 1280, dark: bool = False) -> Opened:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", offline=True)
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url) if not request.url.startswith(("file:", "data:")) else None)
    return Opened(page, heard)


def find_violations(page: Page) -> list[str]:
    """What axe-core finds, a line an element."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("(options) => axe.run(document, options)", OPTIONS)["violations"]
    return [f"{one['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}" for one in found for node in one["nodes"]]


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_every_page_is_quiet_fits_and_is_for_everybody(site: Path, browser: Browser, mode: str) -> None:
    opened = open_tab(browser, *MODES[mode])
    wrong: list[str] = []
    for file in sorted(site.rglob("*.html")):
        opened.page.goto(file.as_uri())
        wrong += [f"{file.relative_to(site)}: {one}" for one in find_violations(opened.page)]
        if opened.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{file.relative_to(site)}: wider than the window")
    opened.page.context.close()
    assert [*wrong, *opened.heard] == []


def test_the_search_finds_pages_from_a_file(site: Path, browser: Browser) -> None:
    opened = open_tab(browser)
    opened.page.goto((site / "index.html").as_uri())
    opened.page.locator("input.sidebar-search").fill("tolerance")
    opened.page.keyboard.press("Enter")
    opened.page.locator("ul.search li a").first.wait_for()
    titles = opened.page.locator("ul.search li a").all_inner_texts()
    opened.page.context.close()
    assert "Tolerance" in titles
    assert [one for one in opened.heard if one.startswith("http")] == []


def test_the_colours_can_be_chosen(site: Path, browser: Browser) -> None:
    opened = open_tab(browser)
    opened.page.goto((site / "index.html").as_uri())
    paper = "getComputedStyle(document.querySelector('.page')).getPropertyValue('--color-background-primary')"
    seen = {opened.page.evaluate(paper)}
    for _ in range(2):
        opened.page.locator(".theme-toggle:visible").first.click()
        seen.add(opened.page.evaluate(paper))
    opened.page.context.close()
    assert seen == {"#ffffff", "#111513"}


def test_on_paper_nothing_is_cut(site: Path, browser: Browser) -> None:
    opened = open_tab(browser, width=688)
    opened.page.emulate_media(media="print")
    cut: list[str] = []
    for name in ("index", "docs/concepts/chain", "docs/guides/sap", "docs/guides/odoo", "docs/reference/tables"):
        opened.page.goto((site / f"{name}.html").as_uri())
        boxes = opened.page.evaluate(
            "[...document.querySelectorAll('article *')].filter((one) => one.scrollWidth > one.clientWidth + 1"
            " && getComputedStyle(one).overflowX !== 'visible').map((one) => one.className || one.localName)"
        )
        cut += [f"{name}: {box}" for box in boxes]
        assert not opened.page.locator(".sidebar-drawer").is_visible()
    opened.page.context.close()
    assert cut == []
