"""The training deck: twenty minutes, made from a site's own figures and cases. What a site has no case of is left out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from counterfoil.tables.brief.decisions import DECIDES, tally
from counterfoil.tables.brief.run import Brief
from counterfoil.tables.brief.view import CaseRow, case_row, scope_of, tied_share
from counterfoil.tables.checks.registry import THEMES
from counterfoil.tables.report.chain import Chain, chains
from counterfoil.tables.report.chain_picture import chain_picture
from counterfoil.tables.report.page import render_page
from counterfoil.tables.report.stories import Paper
from counterfoil.tables.text import count, money, some_currencies

MINUTES, MOST_CASES, MOST_HABITS, MOST_LINES = 20, 4, 3, 4

_STEPS = (
    ("Work order", "What is to be done, and what does it need?", "planner"),
    ("Purchase order", "What was agreed, at what price, and who approved it?", "buyer"),
    ("Receipt", "What really came or was really done?", "receiving clerk"),
    ("Invoice", "What does the supplier ask for?", "accounts payable clerk"),
)

_HOLDS: Mapping[str, str] = {
    "work-without-commitment": "Work that started with nothing ordered for what it buys: {number}.",
    "overdue": "Ordered, needed by now and not complete: {number}.",
    "order-never-issued": "Orders without a date of issue: {number}.",
}
_HOLDS_NOT: Mapping[str, str] = {
    "order-without-work": "Naming the work order on the order. Order lines without it: {number}.",
    "invoice-without-order": "Giving the supplier an order number. Invoice lines without it: {number}.",
    "order-unapproved": "Approving before sending. Orders sent without it: {number}.",
    "invoice-without-receipt": "Recording what came. Invoice lines without it: {number}.",
}
"""Rule → what its findings mean for work, by how many there are: what holds it up, and what would not have."""

_HABITS: Mapping[str, str] = {
    "linking": "Number first: write the work order number on every order before it leaves the desk.",
    "timing": "Order first: order before the supplier works or delivers; in an emergency within the hour, at the price that was agreed.",
    "matching": "Record what came: on the day, in the unit of the order; hold an invoice that asks for more.",
    "authority": "Four eyes: send no order, and no change of one, that nobody but its author has approved.",
    "value": "Close what is done: close the order lines with the work, and pay what was received, once.",
}


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide. `minutes`, `notes`: for whoever speaks. It shows what of the others is filled: a lead, points, a table, papers side by
    side, a chain."""

    title: str
    minutes: int
    notes: str
    lead: str = ""
    points: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    papers: tuple[Paper, ...] = ()
    chain: Chain | None = None


@dataclass(frozen=True, slots=True)
class Deck:
    """The slides, whose minutes sum to `MINUTES`."""

    scope: str
    as_of: str
    version: str
    slides: tuple[Slide, ...]


def make_deck(brief: Brief) -> Deck:
    """The deck of a brief."""
    slides = [*_opening(brief), *_figures(brief), *_cases(brief), *_habits(brief), *_decisions(brief)]
    rest = MINUTES - sum(slide.minutes for slide in slides)
    notes = (
        "Ask for one case from this week. Walk its papers along the chain together. What nobody can answer goes on the list of decisions."
    )
    end = Slide("Your own cases", rest, notes, points=("Which order of this week would not tie back?", "What would have made it easy?"))
    return Deck(scope_of(brief), str(brief.result.as_of), brief.result.version, (*slides, end))


def render_deck(deck: Deck) -> str:
    """The deck as HTML."""
    pictures = {slide.title: chain_picture(slide.chain) for slide in deck.slides if slide.chain}
    return render_page("deck.html", more_style="deck.css", script="deck.js", deck=deck, pictures=pictures)


def _opening(brief: Brief) -> list[Slide]:
    told = sum(number for word, number in brief.findings.items() if word != "info")
    points = ("What the chain of money is", "Where ours breaks, by our own papers", "What to do about it from Monday on")
    return [
        Slide(
            "The half that we keep",
            1,
            f"Say why you are here: {count(told, 'error or warning', 'errors and warnings')} in our own papers. It is about the papers and "
            "how to get them right; nobody is named in this deck.",
            "A counterfoil is the half of a slip that you keep. The work order is the half that we keep of every order and every invoice.",
            points,
        ),
        Slide(
            "The chain",
            1,
            "Walk along the chain from the need to the payment. Each paper answers one question, and somebody makes it true. Between any "
            "two papers the number of the one stands on the other: that is all that linking means.",
            "Each unit of money is followed from the invoice back to the need, and to an approval in time.",
            heads=("Paper", "What it answers", "Who makes it true"),
            rows=_STEPS,
        ),
    ]


# ---- the site's own -----------------------------------------------------------------------------------------------------------------


def _figures(brief: Brief) -> list[Slide]:
    """The chain of the currency with most invoice lines, and where its money stops."""
    found = chains(brief.result.chain)
    if not found:
        return []
    chain, figures = found[0], brief.headlines[found[0].currency]
    lost = sorted((step for step in chain.steps[1:] if step.lost > 0), key=lambda step: -step.lost)
    largest = (
        f"Most of it stops before “{lost[0].label}”: {lost[0].why[0].lower()}{lost[0].why[1:]}." if lost else "Nothing was lost on the way."
    )
    slides = [
        Slide(
            "Our chain",
            2,
            f"Read the steps from the top. The pale end of a bar is what was lost on the way to it. {largest}",
            f"{tied_share(figures)} of {money(figures.invoiced, chain.currency)} invoiced ties all the way back.",
            chain=chain,
        )
    ]
    if lost:
        at_risk = [money(one.at_risk, currency) for currency, one in brief.headlines.items() if one.at_risk]
        slides.append(
            Slide(
                "Where our money stops",
                1,
                "These are amounts whose papers do not tie back, not amounts lost: most of it can be put right. Ask which of the rows is "
                "in the room's own hands.",
                f"At risk in errors and warnings, counted by document and not along the chain: {', '.join(some_currencies(at_risk, 3))}."
                if at_risk
                else "",
                heads=("Stops before", "Why", "Amount", "Share"),
                rows=tuple((step.label, step.why, money(step.lost, chain.currency), step.lost_share) for step in lost),
            )
        )
    return slides


def _cases(brief: Brief) -> list[Slide]:
    """One case of each of the first rules, and one of another rule as an exercise: of the same if there is no other."""
    rules = Counter(case.rule.name for case in brief.cases)
    firsts = [case_row(brief, next(case for case in brief.cases if case.rule.name == name)) for name in rules]
    others = [case_row(brief, case) for case in brief.cases]
    others = [row for row in others if row not in firsts[:MOST_CASES]]
    # Of the others, one with two papers on it is the better riddle.
    exercise = next((row for row in others if sum(not paper.missing for paper in row.papers) == 2), next(iter(others), None))
    slides = [
        Slide(
            f"Case {number}: {row.message}",
            2,
            f"Let the room find the marked figures before you say them. Rule: {row.rule}. Then ask what it would have taken to get it "
            f"right the first time, and what is left to do now: {row.remedy} That is the turn of: {row.turn}.",
            f"{row.remedy} Turn of: {row.turn}.{f' At risk: {row.worth}.' if row.worth else ''}",
            papers=row.papers,
        )
        for number, row in enumerate(firsts[:MOST_CASES], 1)
    ]
    return [*slides, *(_exercise(exercise) if exercise else [])]


def _exercise(row: CaseRow) -> list[Slide]:
    plain = tuple(
        replace(
            paper, parts=tuple(replace(part, fields=tuple(replace(field, marked=False) for field in part.fields)) for part in paper.parts)
        )
        for paper in row.papers
        if not paper.missing
    )
    return [
        Slide(
            "Exercise",
            2,
            "Give the room a minute in silence, then collect what they see: dates, numbers, quantities, names, and what is not there. Do "
            "not say yet what it is.",
            "What is wrong with these papers?",
            papers=plain,
        ),
        Slide(
            f"Answer: {row.message}",
            1,
            f"Say what the rule {row.rule} asks, and who can put it right: {row.turn}.",
            f"{row.remedy} Turn of: {row.turn}.",
            papers=row.papers,
        ),
    ]


# ---- what to do ---------------------------------------------------------------------------------------------------------------------


def _habits(brief: Brief) -> list[Slide]:
    """What holds work up and what does not, in numbers; three habits, of the themes with most findings."""
    found = {outcome.rule.name: outcome.findings for outcome in brief.result.outcomes if outcome.findings}
    themes = Counter(dict.fromkeys(THEMES, 0))
    for outcome in brief.result.outcomes:
        themes[outcome.rule.theme] += outcome.findings
    habits = sorted(THEMES, key=lambda theme: -themes[theme])[:MOST_HABITS]
    holds, holds_not = _counted(_HOLDS, found), _counted(_HOLDS_NOT, found)
    told = [("Holds work up", text) for text in holds or ["Nothing in these papers did."]] + [("Does not", text) for text in holds_not]
    return [
        Slide(
            "What stops work, and what does not",
            1,
            "Work stops when parts and people are not there. A number on a paper stops nothing: it is written in a minute, before rather "
            "than after. Counterfoil itself reads copies of the papers and holds nothing up.",
            heads=("", "In our own papers"),
            rows=tuple(told),
        ),
        Slide(
            "Three habits for Monday",
            1,
            "Ask each to say aloud which of them is theirs, and when this week they will do it first.",
            points=tuple(_HABITS[theme] for theme in habits),
        ),
    ]


def _counted(said: Mapping[str, str], found: Mapping[str, int]) -> list[str]:
    return [text.format(number=f"{found[rule]:,}") for rule, text in said.items() if rule in found][:MOST_LINES]


def _decisions(brief: Brief) -> list[Slide]:
    counts = tally(brief.decisions)
    if not any(one.open for one in counts.values()):
        return []
    roles: dict[str, list[str]] = {}
    for role, owner in DECIDES.items():
        roles.setdefault(owner, []).append(role)
    rows: Sequence[tuple[str, ...]] = [(owner, ", ".join(roles[owner]), str(one.open), str(one.late)) for owner, one in counts.items()]
    return [
        Slide(
            "Who decides",
            1,
            "What this room cannot settle is on the list of the monthly meeting. Who works on a case says so there, and by when.",
            "A case that needs a decision goes to the monthly meeting.",
            heads=("Decides", "For", "Open", "Late"),
            rows=tuple(rows),
        )
    ]
