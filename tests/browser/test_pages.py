"""Every page of ours in a real browser: it asks for nothing, fits every window and the paper, and needs neither a mouse nor sight."""

import re
from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.opened import A4_BETWEEN_MARGINS, axe

pytestmark = pytest.mark.slow

PHONE, DESKTOP = 390, 1280
WIDTHS = (320, 390, 768, 1280, 1920)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_page_asks_for_nothing_complains_of_nothing_and_axe_finds_nothing(open_page: OpenPage, file: Path, dark: bool) -> None:
    opened = open_page(file, PHONE, dark)
    found = {PHONE: axe(opened.page)}
    opened.widen(DESKTOP)
    found[DESKTOP] = axe(opened.page)
    assert found == {PHONE: [], DESKTOP: []}
    opened.assert_quiet()


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_tab_key_leads_to_every_control_and_shows_where_it_is(open_page: OpenPage, file: Path, width: int) -> None:
    opened = open_page(file, width)
    stops = opened.tab_through()
    assert opened.unreached() == []
    assert [stop.name for stop in stops if not stop.marked] == []
    assert [stop.name for stop in stops if not stop.hit] == []
    opened.assert_quiet()


def test_nothing_stands_out_to_the_right(open_page: OpenPage, file: Path) -> None:
    opened = open_page(file, WIDTHS[0])
    wide: dict[int, list[str]] = {}
    for width in WIDTHS:
        opened.widen(width)
        wide[width] = opened.too_wide()
    assert wide == {width: [] for width in WIDTHS}


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
