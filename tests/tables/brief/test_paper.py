"""The pages, the deck and the paper that a brief is shown on."""

import re
import zlib
from dataclasses import replace
from importlib import import_module
from types import ModuleType

import pytest
from tests.tables.brief.hostile import hostile_plant

from counterfoil.tables.brief.decisions import State
from counterfoil.tables.brief.deck import MINUTES, Deck, make_deck, render_deck
from counterfoil.tables.brief.page import render_brief
from counterfoil.tables.brief.run import Brief, open_brief
from counterfoil.tables.brief.view import MOST_DECISIONS, DecisionRow, View, make_view
from counterfoil.tables.policy import load_policy


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[View, Deck]:
    """View and deck of a plant whose texts mean ill."""
    folder = hostile_plant(tmp_path_factory.mktemp("hostile") / "plant")
    with open_brief(folder, policy=load_policy()) as brief:
        assert len(brief.cases) == 10
        return make_view(brief), make_deck(brief)


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> tuple[View, Deck]:
    """View and deck of a folder in which there is next to nothing."""
    folder = tmp_path_factory.mktemp("nothing")
    (folder / "sites.csv").write_text("site_id\nN\n", encoding="utf-8")
    with open_brief(folder, policy=load_policy()) as brief:
        return make_view(brief), make_deck(brief)


@pytest.fixture(scope="module")
def typeset() -> ModuleType:
    """What sets the paper; its tests are skipped where Typst is not installed."""
    pytest.importorskip("typst", reason="the extra “pdf” is not installed")
    return import_module("counterfoil.tables.brief.typeset")


def pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b", told(pdf)))


def told(pdf: bytes) -> bytes:
    """A PDF with what is compressed in it."""
    streams = [found[1] for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)]
    return pdf + b"\n".join(inflated(stream) for stream in streams)


def inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def test_the_deck_takes_twenty_minutes_and_is_of_the_plants_own_cases(brief: Brief) -> None:
    deck = make_deck(brief)
    assert sum(slide.minutes for slide in deck.slides) == MINUTES
    assert all(slide.minutes > 0 and slide.notes for slide in deck.slides)
    titles = [slide.title for slide in deck.slides]
    assert 10 <= len(titles) <= 14
    assert titles[4].startswith("Case 1: ")
    exercise, answer = (deck.slides[number] for number in (titles.index("Exercise"), titles.index("Exercise") + 1))
    assert not [field for paper in exercise.papers for part in paper.parts for field in part.fields if field.marked]
    assert [field for paper in answer.papers for part in paper.parts for field in part.fields if field.marked]
    assert answer.title.removeprefix("Answer: ") not in " ".join(titles[:8])
    habits = next(slide for slide in deck.slides if slide.title == "Three habits for Monday")
    assert len(habits.points) == 3
    holds = next(slide for slide in deck.slides if slide.title.startswith("What stops work"))
    assert ("Does not", "Naming the work order on the order. Order lines without it: 1.") in holds.rows


def test_a_deck_without_cases_leaves_the_time_to_talk(nothing: tuple[View, Deck]) -> None:
    slides = nothing[1].slides
    assert [slide.title for slide in slides] == [
        "The half that we keep",
        "The chain",
        "What stops work, and what does not",
        "Three habits for Monday",
        "Your own cases",
    ]
    assert sum(slide.minutes for slide in slides) == MINUTES


def test_a_page_with_nothing_to_say(nothing: tuple[View, Deck]) -> None:
    page = render_brief(nothing[0])
    for said in ("No invoice lines were read", "No error and no warning was found", "There is nothing to decide", "Nothing was invoiced"):
        assert said in page
    assert "<script" not in page


def test_there_are_five_pages_however_many_cases(brief: Brief, nothing: tuple[View, Deck]) -> None:
    few = make_view(replace(brief, cases=brief.cases[:3]))
    assert [len(rows) for rows in few.cases] == [2, 1]
    assert '<span class="place">3</span>' in render_brief(few)
    for view in (few, nothing[0], make_view(brief)):
        assert render_brief(view).count('<section class="sheet') == 5


def test_hostile_texts_are_texts(hostile: tuple[View, Deck]) -> None:
    for page in (render_brief(hostile[0]), render_deck(hostile[1])):
        own = re.sub(r"<style>.*?</style>|<script>.*?</script>|<svg.*?</svg>", "", page, flags=re.DOTALL)
        assert not set(re.findall(r"<([a-z0-9]+)", own)) & {"script", "img", "iframe", "object", "b", "i", "e"}
        assert "default-src 'none'" in page
        assert not re.search(r"[\u202a-\u202e\x00-\x08\x1b]", page)
        assert "&lt;" in own


def test_lists_are_cut_and_say_how_much_is_left(brief: Brief) -> None:
    many = tuple(replace(brief.decisions[0], state=State.NEW) for _ in range(40))
    view = make_view(replace(brief, decisions=many))
    assert (len(view.decisions), view.decisions_left) == (MOST_DECISIONS, 25)
    assert "… and 25 more in decisions.csv" in render_brief(view)


def test_on_paper_a_brief_is_five_pages_and_a_deck_a_page_a_slide(typeset: ModuleType, brief: Brief) -> None:
    view, deck = make_view(brief), make_deck(brief)
    paper = typeset.brief_pdf(view)
    assert pages(paper) == 5
    assert b"The chain of money, EUR" in told(paper)
    assert pages(typeset.deck_pdf(deck)) == len(deck.slides)


def test_whatever_is_on_it_it_stays_five_pages(typeset: ModuleType, hostile: tuple[View, Deck], nothing: tuple[View, Deck]) -> None:
    for view, deck in (hostile, nothing):
        assert pages(typeset.brief_pdf(view)) == 5
        assert pages(typeset.deck_pdf(deck)) == len(deck.slides)
    wordy = "word " * 38
    rows = tuple(DecisionRow("new", wordy, "9" * 40, "procurement", "p" * 40, "2025-03-31", wordy[:120]) for _ in range(MOST_DECISIONS))
    assert pages(typeset.brief_pdf(replace(hostile[0], decisions=rows))) == 5
