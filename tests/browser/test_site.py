"""The docs site in a browser, without a network: what it asks for, whether everybody can use it, whether it can be searched."""

from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.opened import A4_BETWEEN_MARGINS, Opened, axe

pytestmark = pytest.mark.slow

OF_EACH_KIND = "index.html search.html **/chain.html **/sap.html **/rules.html"
MODES = {"phone, light": (390, False), "desktop, dark": (1280, True)}


def complaints(opened: Opened) -> list[str]:
    """What the site complained of, and what it asked for beyond its own files."""
    return [*opened.console, *opened.errors, *(url for url in opened.requests if not url.startswith(("file:", "data:")))]


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("pages", [OF_EACH_KIND, pytest.param("**/*.html", marks=pytest.mark.full)], ids=["one of each kind", "every page"])
def test_a_page_is_quiet_fits_and_is_for_everybody(site: Path, open_page: OpenPage, mode: str, pages: str) -> None:
    opened = open_page(site / "index.html", *MODES[mode])
    wrong: list[str] = []
    files = sorted({file for pattern in pages.split() for file in site.glob(pattern)})
    assert len(files) >= 4
    for file in files:
        opened.page.goto(file.as_uri())
        wrong += [f"{file.relative_to(site)}: {one}" for one in axe(opened.page)]
        if opened.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{file.relative_to(site)}: wider than the window")
    assert [*wrong, *complaints(opened)] == []


def test_the_search_finds_pages_without_a_server(site: Path, open_page: OpenPage) -> None:
    opened = open_page(site / "index.html")
    opened.page.locator("input.sidebar-search").fill("tolerance")
    opened.page.keyboard.press("Enter")
    opened.page.locator("ul.search li a").first.wait_for()
    assert "Tolerance" in opened.page.locator("ul.search li a").all_inner_texts()
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []


def test_the_colours_can_be_chosen(site: Path, open_page: OpenPage) -> None:
    opened = open_page(site / "index.html")
    paper = "getComputedStyle(document.querySelector('.page')).getPropertyValue('--color-background-primary')"
    seen = {opened.page.evaluate(paper)}
    for _ in range(2):
        opened.page.locator(".theme-toggle:visible").first.click()
        seen.add(opened.page.evaluate(paper))
    assert seen == {"#ffffff", "#111513"}


@pytest.mark.parametrize("name", ["index", "docs/concepts/chain", "docs/guides/sap", "docs/guides/odoo", "docs/reference/tables"])
def test_on_paper_nothing_is_cut(site: Path, open_page: OpenPage, name: str) -> None:
    opened = open_page(site / f"{name}.html", width=A4_BETWEEN_MARGINS)
    opened.page.emulate_media(media="print")
    assert (
        opened.page.evaluate(
            "[...document.querySelectorAll('article *')].filter((one) => one.scrollWidth > one.clientWidth + 1"
            " && getComputedStyle(one).overflowX !== 'visible').map((one) => one.className || one.localName)"
        )
        == []
    )
    assert not opened.page.locator(".sidebar-drawer").is_visible()
