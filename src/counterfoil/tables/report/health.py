"""health.html: the health of the data, as texts and lists of bounded length."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from counterfoil.tables.health import Health
from counterfoil.tables.health.counting import EVERYWHERE, NO_SITE, OTHER_SITES, SITE, Count, Gap, Place
from counterfoil.tables.health.registry import GROUPS
from counterfoil.tables.report.page import render_page
from counterfoil.tables.result import CheckResult
from counterfoil.tables.text import amounts, share, shortened

MOST_SITES, MOST_ROWS, MOST_IN_GROUP, MOST_COLUMNS, MOST_IDS = 10, 40, 30, 60, 10
BAR = 160
"""The length of a whole bar, in pixels."""

_HEAT = (Decimal("0.01"), Decimal("0.05"), Decimal("0.2"), Decimal("0.5"))
"""Shares at which a cell of the heat table is one step darker."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A measure in one place. `heat`: 0 (nothing) to 5; `share` is empty where the measure was not taken there."""

    heat: int
    share: str
    rows: int
    of: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One measure over the places."""

    anchor: str
    title: str
    about: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class GapCard:
    """One measure that found something, ready to read. `lost`: judgements lost at most; `rules`: (rule, how many of them; 0 = its
    candidates were not given)."""

    anchor: str
    title: str
    about: str
    question: str
    costs: str
    remedy: str
    owner: str
    rows: int
    of: int
    counts: str
    share: str
    bar: Decimal
    lost: int
    rules: tuple[tuple[str, int], ...]
    money: list[str]
    examples: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupPart:
    """One group of measures: those that found something, and the titles of those that did not."""

    name: str
    heading: str
    gaps: list[GapCard]
    gaps_left: int
    sound: list[str]


@dataclass(frozen=True, slots=True)
class SiteFirst:
    """What to mend first at one site."""

    name: str
    things: list[GapCard]


@dataclass(frozen=True, slots=True)
class HealthView:
    """Everything on the page. A list that was cut has a count of what is not in it beside it."""

    first: list[GapCard]
    sites: list[SiteFirst]
    sites_left: int
    places: list[str]
    heat: list[HeatRow]
    heat_left: int
    groups: list[GroupPart]
    empty: list[tuple[str, list[str]]]
    constant: list[tuple[str, str]]
    constant_left: int
    not_judged: list[tuple[str, int]]
    taken: int
    with_gaps: int
    lost: int


def render_health(health: Health, result: CheckResult) -> str:
    """health.html. Its length is bounded whatever the data, and everything that comes from it is escaped."""
    return render_page("health.html", more_style="health.css", view=make_view(health, result), result=result)


def make_view(health: Health, result: CheckResult) -> HealthView:
    """All that the page shows."""
    told = [gap for gap in health.gaps if gap.measure.group != "columns"]
    found = [gap for gap in told if gap.whole.rows]
    sites = [place for place in health.places if place[0] == SITE]
    shown = [*sites[:MOST_SITES], (NO_SITE, None), *([(OTHER_SITES, None)] if len(sites) > MOST_SITES else [])]
    shown = [place for place in shown if any(place in gap.places for gap in found)]
    heat = sorted((gap for gap in found if len(gap.places) > 1), key=lambda gap: gap.whole.rank)
    firsts = [SiteFirst(site or "", [_card(gap, at) for gap, at in health.first((SITE, site))]) for _, site in sites]
    firsts = [one for one in firsts if one.things]
    constant = [gap for gap in health.gaps if gap.measure.name == "column-constant"]
    return HealthView(
        first=[_card(gap, at) for gap, at in health.first()],
        sites=firsts[:MOST_SITES],
        sites_left=max(0, len(firsts) - MOST_SITES),
        places=[_place_name(place) for place in (EVERYWHERE, *shown)],
        heat=[_heat_row(gap, (EVERYWHERE, *shown)) for gap in heat[:MOST_ROWS]],
        heat_left=max(0, len(heat) - MOST_ROWS),
        groups=[part for name, heading in GROUPS.items() if name != "columns" and (part := _group(name, heading, told)) is not None],
        empty=_by_table(gap.about for gap in health.gaps if gap.measure.name == "column-empty"),
        constant=[(gap.about, shortened(gap.whole.examples[0], 60)) for gap in constant[:MOST_COLUMNS]],
        constant_left=max(0, len(constant) - MOST_COLUMNS),
        not_judged=[(one.rule.name, one.not_judged) for one in result.outcomes if one.status == "run" and one.not_judged],
        taken=len({gap.measure.name for gap in told}),
        with_gaps=len(found),
        lost=sum(gap.whole.lost for gap in found),
    )


def _group(name: str, heading: str, told: Sequence[Gap]) -> GroupPart | None:
    """A group with what it found, worst first; None where none of its measures was taken."""
    mine = [gap for gap in told if gap.measure.group == name]
    if not mine:
        return None
    bad = sorted((gap for gap in mine if gap.whole.rows), key=lambda gap: gap.whole.rank)
    cards = [_card(gap, gap.whole) for gap in bad[:MOST_IN_GROUP]]
    return GroupPart(name, heading, cards, max(0, len(bad) - MOST_IN_GROUP), [gap.measure.title for gap in mine if not gap.whole.rows])


def _card(gap: Gap, at: Count) -> GapCard:
    one = gap.measure
    return GapCard(
        anchor=_anchor(gap),
        title=one.title,
        about=gap.about,
        question=one.question,
        costs=one.costs,
        remedy=one.remedy,
        owner=one.owner,
        rows=at.rows,
        of=at.of,
        counts=one.counts,
        share=share(Decimal(at.rows), Decimal(at.of)),
        bar=(Decimal(BAR) * at.rows / max(at.of, 1)).quantize(Decimal("0.1")),
        lost=at.lost,
        rules=tuple(sorted(at.blinded.items(), key=lambda rule: -rule[1])),
        money=amounts(at.amounts),
        examples=tuple(shortened(example, 60) for example in at.examples[:MOST_IDS]),
        notes=tuple(shortened(note, 200) for note in gap.notes),
    )


def _heat_row(gap: Gap, places: Sequence[Place]) -> HeatRow:
    return HeatRow(_anchor(gap), gap.measure.title, gap.about, tuple(_cell(gap.places.get(place)) for place in places))


def _cell(at: Count | None) -> Cell:
    if at is None or not at.of:
        return Cell(0, "", 0, 0)
    part = Decimal(at.rows) / at.of
    return Cell(1 + sum(part >= step for step in _HEAT) if at.rows else 0, share(Decimal(at.rows), Decimal(at.of)), at.rows, at.of)


def _anchor(gap: Gap) -> str:
    """The same for the same gap in every run; made of names of our own."""
    return f"{gap.measure.name}-{gap.about.replace('.', '-').replace('|', '-').replace(' ', '-')}"


def _place_name(place: Place) -> str:
    scope, site = place
    return {SITE: shortened(site or "", 24), NO_SITE: "(no site)", OTHER_SITES: "(other sites)"}.get(scope, "All")


def _by_table(names: Iterable[str]) -> list[tuple[str, list[str]]]:
    tables: dict[str, list[str]] = {}
    for name in names:
        table, _, column = name.partition(".")
        tables.setdefault(table, []).append(column)
    return list(tables.items())
