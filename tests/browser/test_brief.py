"""The review pack on paper, and the deck by keyboard."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Maker, OpenPage, brief_plant
from tests.browser.opened import Opened

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(made: Callable[[Maker], Path]) -> Path:
    """The pack of the bundled plant."""
    return made(brief_plant) / "brief"


def printed_pages(opened: Opened) -> int:
    return len(re.findall(rb"/Type /Page\b", opened.page.pdf(prefer_css_page_size=True, format="A4")))


def test_printed_the_brief_is_five_pages(open_page: OpenPage, folder: Path) -> None:
    assert printed_pages(open_page(folder / "brief.html")) == 5


def test_printed_the_deck_is_a_page_a_slide_with_its_notes(open_page: OpenPage, folder: Path) -> None:
    opened = open_page(folder / "deck.html")
    slides = opened.page.locator(".slide").count()
    assert printed_pages(opened) == slides
    opened.page.emulate_media(media="print")
    assert opened.page.locator(".notes:visible").count() == slides
    assert opened.page.locator("button:visible").count() == 0


def test_the_arrow_keys_turn_the_slides(open_page: OpenPage, folder: Path) -> None:
    opened = open_page(folder / "deck.html")
    page, shown = opened.page, opened.page.locator(".slide:visible h2")
    last = page.locator(".slide").count()

    def at(key: str) -> str:
        page.keyboard.press(key)
        assert shown.count() == 1
        return page.locator("#place").inner_text()

    assert shown.inner_text() == "The half that we keep"
    assert page.locator("#back").is_disabled()
    assert at("ArrowLeft") == f"1 of {last}"
    assert at("ArrowRight") == f"2 of {last}"
    assert page.url.endswith("#slide-2")
    assert at("End") == f"{last} of {last}"
    assert at("PageDown") == f"{last} of {last}"
    assert at("PageUp") == f"{last - 1} of {last}"
    assert at("Home") == f"1 of {last}"
    page.locator("#on").click()
    assert shown.inner_text() == "The chain"
    opened.assert_quiet()


def test_the_speakers_notes_come_when_asked(open_page: OpenPage, folder: Path) -> None:
    page = open_page(folder / "deck.html").page
    notes = page.locator(".notes:visible")
    assert notes.count() == 0
    page.keyboard.press("n")
    assert notes.inner_text().startswith("Slide 1 of 14 · 1 minute, minute 0 to 1")
    page.keyboard.press("ArrowRight")
    assert "minute 1 to 2" in notes.inner_text()
    page.locator("#notes").click()
    assert notes.count() == 0


def test_an_address_leads_to_its_slide(open_page: OpenPage, folder: Path) -> None:
    page = open_page(folder / "deck.html", at="#slide-3").page
    assert page.locator(".slide:visible h2").inner_text() == "Our chain"


def test_without_a_script_all_slides_are_there(open_page: OpenPage, folder: Path) -> None:
    page = open_page(folder / "deck.html", java_script_enabled=False).page
    assert page.locator(".slide:visible").count() == 14
    assert page.locator(".notes:visible").count() == 14
    assert page.locator("#controls:visible").count() == 0
