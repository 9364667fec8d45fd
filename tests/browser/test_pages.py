"""Every page of ours in a real browser: it asks for nothing, fits every window and the paper, and needs neither a mouse nor sight."""

import re
from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.opened import A4_BETWEEN_MARGINS, axe

BOTH = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


@BOTH
def test_a_page_asks_for_nothing_and_complains_of_nothing(open_page: OpenPage, file: Path, dark: bool) -> None:
    open_page(file, dark=dark).assert_quiet()


@BOTH
@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desktop"])
def test_axe_finds_nothing(open_page: OpenPage, file: Path, width: int, dark: bool) -> None:
    assert axe(open_page(file, width, dark).page) == []


@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desktop"])
def test_the_tab_key_leads_to_every_control_and_shows_where_it_is(open_page: OpenPage, file: Path, width: int) -> None:
    opened = open_page(file, width)
    stops = opened.tab_through()
    assert opened.unreached() == []
    assert [stop.name for stop in stops if not stop.marked] == []
    assert [stop.name for stop in stops if not stop.hit] == []
    opened.assert_quiet()


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_nothing_stands_out_to_the_right(open_page: OpenPage, file: Path, width: int) -> None:
    assert open_page(file, width).too_wide() == []


def test_on_paper_nothing_is_cut_and_no_way_through_the_page_is_printed(open_page: OpenPage, file: Path) -> None:
    opened = open_page(file, A4_BETWEEN_MARGINS)
    opened.page.emulate_media(media="print")
    assert opened.page.locator("nav:visible").count() == 0
    assert opened.too_wide() == []
    assert opened.cut() == []
    printed = opened.page.pdf(prefer_css_page_size=True, format="A4")
    boxes = set(re.findall(rb"/MediaBox \[([^\]]+)\]", printed))
    assert len(boxes) == 1
    opened.assert_quiet()


def test_nothing_moves_for_whoever_asked_for_stillness(open_page: OpenPage, file: Path) -> None:
    assert open_page(file, reduced_motion="reduce").moving() == []
