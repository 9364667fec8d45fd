"""The questions themselves: each is put to a page with one thing wrong, and to one with nothing wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.opened import Opened, axe

pytestmark = pytest.mark.slow

POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
Draw = Callable[..., Opened]


@pytest.fixture
def draw(tmp_path: Path, open_page: OpenPage) -> Draw:
    """draw(what is on the page, its style, options of open_page): the page, open."""

    def call(inside: str, style: str = "", **options: object) -> Opened:
        file = tmp_path / "page.html"
        file.write_text(
            f'<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
            f'<meta name="viewport" content="width=device-width"><title>A page</title><style>{style}</style>'
            f"<body><main><h1>Order lines</h1>{inside}</main></body></html>",
            encoding="utf-8",
        )
        return open_page(file, **options)

    return call


def test_a_page_with_nothing_wrong(draw: Draw) -> None:
    opened = draw('<p id="x">Three lines, <a href="#x">all ordered</a>. <button>Sort</button></p>')
    opened.assert_quiet()
    assert axe(opened.page) == opened.too_wide() == opened.cut() == opened.moving() == []
    assert [stop[1:] for stop in opened.tab_through()] == [(True, True), (True, True)]
    assert opened.unreached() == []


@pytest.mark.parametrize(
    ("inside", "heard"),
    [
        ("<script>console.warn('17 lines left out')</script>", "17 lines left out"),
        ("<script>console.error('no total')</script>", "no total"),
        ("<script>nowhere.sum()</script>", "nowhere"),
        ("<script>Promise.reject(new Error('broken off'))</script>", "broken off"),
        ("<img alt='' src='logo.png'>", "img-src refused"),
        ("<script src='https://example.com/chart.js'></script>", "script-src-elem refused https://example.com/chart.js"),
        ("<script>fetch('https://example.com/count').catch(() => 0)</script>", "connect-src refused https://example.com/count"),
        ("<script>eval('1')</script>", "script-src refused eval"),
    ],
)
def test_what_a_page_complains_of_is_heard(draw: Draw, inside: str, heard: str) -> None:
    assert [noise for noise in draw(inside).noises() if heard in noise]


def test_what_a_page_without_a_policy_asks_for_is_heard(tmp_path: Path, open_page: OpenPage) -> None:
    file = tmp_path / "page.html"
    file.write_text("<!doctype html><title>Page</title><link rel='stylesheet' href='https://example.com/font.css'><img src='logo.png'>")
    noises = open_page(file).noises()
    assert "asks for https://example.com/font.css" in noises
    assert f"asks for {tmp_path.resolve().as_uri()}/logo.png" in noises


@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        ("<p style='color: #bbb'>4,100.00</p>", "color-contrast"),
        ("<input>", "label"),
        ("<h4>Sites</h4>", "heading-order"),
        ("<button style='width: 12px; height: 12px; padding: 0' aria-label='a'></button>" * 2, "target-size"),
    ],
)
def test_axe_says_which_rule_is_broken_where(draw: Draw, inside: str, rule: str) -> None:
    assert {one.split(" ")[0] for one in axe(draw(inside).page)} == {rule}


@pytest.mark.parametrize(
    ("inside", "style"),
    [
        ("<table><tr><td class='wide'>PO-1</td></tr></table>", ".wide { min-width: 500px }"),
        ("<p class='wide'>PO-1</p>", ".wide { width: 500px } body { overflow-x: hidden }"),
    ],
)
def test_what_stands_out_is_named_unless_it_can_be_scrolled_to(draw: Draw, inside: str, style: str) -> None:
    assert [one for one in draw(inside, style, width=320).too_wide() if '.wide "PO-1"' in one]
    assert draw(f"<div style='overflow-x: auto'>{inside}</div>", style, width=320).too_wide() == []


def test_what_can_only_be_scrolled_to_is_cut_on_paper(draw: Draw) -> None:
    opened = draw("<div class='frame'><div style='width: 900px'>PO-1</div></div>", ".frame { overflow-x: auto }", width=600)
    assert opened.cut() == ['div.frame "PO-1"']


@pytest.mark.parametrize(
    ("inside", "style", "stop"),
    [
        ("<button>Sort</button>", ":focus { outline: none }", ('button "Sort"', False, True)),
        ("<button>Sort</button>", ":focus { outline: 0; box-shadow: 0 0 0 3px navy }", ('button "Sort"', True, True)),
        (
            "<button>Sort</button><div class='bar'></div>",
            ".bar { position: fixed; inset: 0; background: silver }",
            ('button "Sort"', True, False),
        ),
    ],
)
def test_a_place_that_the_tab_key_leads_to_is_marked_and_not_covered(
    draw: Draw, inside: str, style: str, stop: tuple[str, bool, bool]
) -> None:
    assert draw(inside, style).tab_through() == [stop]


def test_what_works_by_mouse_alone_is_named(draw: Draw) -> None:
    opened = draw("<button>First</button><button tabindex='-1'>Second</button><div onclick='0'>Third</div><button disabled>No</button>")
    assert [stop.name for stop in opened.tab_through()] == ['button "First"']
    assert opened.unreached() == ['button "Second"', 'div "Third"']


def test_a_page_without_controls_has_nothing_to_reach(draw: Draw) -> None:
    opened = draw("<p>Nothing was found.</p>")
    assert (opened.tab_through(), opened.unreached()) == ([], [])


@pytest.mark.parametrize(
    "style",
    [
        "p { transition: opacity 0.3s }",
        "p::after { content: ''; animation: 1s turn } @keyframes turn { to { opacity: 0 } }",
        "html { scroll-behavior: smooth }",
    ],
)
def test_what_moves_is_named_unless_stillness_was_asked_for(draw: Draw, style: str) -> None:
    still = "@media (prefers-reduced-motion: no-preference) {"
    assert len(draw("<p>4,100.00</p>", style, reduced_motion="reduce").moving()) == 1
    assert draw("<p>4,100.00</p>", f"{still} {style} }}", reduced_motion="reduce").moving() == []
