"""Questions about what a proposal doubts, and what the answers change."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import duckdb
from rich.console import Console
from rich.text import Text

from counterfoil.tables.mapping import Cell
from counterfoil.tables.proposal import Proposal, placed_by_hand
from counterfoil.tables.proposal.beginnings import Others
from counterfoil.tables.proposal.placing import LIKELY, Feed, Placement
from counterfoil.tables.proposal.profile import Column
from counterfoil.tables.proposal.values import allows, not_known
from counterfoil.tables.schema import TABLES
from counterfoil.tables.text import count, shortened, visible

Asker = Callable[[Sequence[str], str], str]
"""(lines to show, what is asked) → the answer, empty for enter. Raises EOFError where nobody answers any more."""

LEAVE_OUT = "-"
_MOST_CHOICES, _MOST_WORDS, _MOST_VALUES = 5, 12, 4
_CODE = 3
_SAID, _TAKEN = "you said so", "taken as proposed"


def asker_on() -> Asker:
    """Asks a person at the terminal. Text from data is never read as markup."""
    console = Console(markup=False, emoji=False, highlight=False)

    def ask(lines: Sequence[str], question: str) -> str:
        for line in lines:
            console.print(Text(visible(line)), soft_wrap=True)
        return console.input(Text(visible(question) + " ", "bold")).strip()

    return ask


def ask_about(proposal: Proposal, database: duckdb.DuckDBPyConnection, ask: Asker) -> None:
    """Ask about every doubtful section and column; enter accepts. The answers change the proposal; the end of input accepts the rest.
    The database is the one that made the proposal."""
    try:
        for others in proposal.others:
            _about_others(others, ask)
        for feed in list(proposal.feeds):
            if feed.doubts:
                _about_feed(proposal, feed, ask)
        for feed, placement in proposal.doubtful():
            _about_column(database, feed, placement, ask)
        for feed in proposal.without_currency():
            _about_currency(feed, ask)
    except EOFError:
        return


def _about_others(others: Others, ask: Asker) -> None:
    """Whether orders that begin otherwise count. Where nothing tells their rows apart the doubt is only shown, later."""
    if others.condition is None:
        return
    lines = ["", f"{_source(others.placement)}: {others.doubt}"]
    while (answer := ask(lines, "enter or yes keeps them, no leaves their rows out:").lower()) not in ("", "yes", "no"):
        lines = [f"  {answer!r} is no answer here."]
    others.placement.doubts.remove(others.doubt)
    if answer == "no":
        for feed in others.hang:
            feed.conditions.append(others.condition)
            feed.reasons.append("orders that begin otherwise are left out, as you said")


def _about_feed(proposal: Proposal, feed: Feed, ask: Asker) -> None:
    lines = ["", f"{feed.sheet.label} is taken for {feed.table}.", *(f"  {doubt}" for doubt in feed.doubts)]
    lines.append(f"  Its columns: {shortened(', '.join(column.name for column in feed.sheet.columns), 200)}")
    while (answer := ask(lines, f"enter keeps it, {LEAVE_OUT} leaves it out:")) not in ("", LEAVE_OUT):
        lines = [f"  {answer!r} is no answer here."]
    if answer == LEAVE_OUT:
        proposal.leave_out(feed, "left out by you")
    else:
        feed.doubts.clear()


def _about_column(database: duckdb.DuckDBPyConnection, feed: Feed, placement: Placement, ask: Asker) -> None:
    name = placement.target.name
    choices = _choices(feed, placement)
    lines = ["", f"{feed.table}.{name} = {_source(placement)}", *(f"  {doubt}" for doubt in placement.doubts)]
    if placement.sources:
        lines.append(f"  It holds {_shown(feed.sheet.columns[placement.sources[0]])}")
    lines += [f"  {number} {column.name}: {_shown(column)}" for number, column in enumerate(choices, start=1)]
    required = placement.target.required
    what = [
        "enter keeps it",
        *([] if required else [f"{LEAVE_OUT} leaves it out"]),
        *(["a number takes another column"] if choices else []),
    ]
    allowed = {"", *([] if required else [LEAVE_OUT]), *(str(number) for number in range(1, len(choices) + 1))}
    while (answer := ask(lines, f"{', '.join(what)}:")) not in allowed:
        lines = [f"  {answer!r} is no answer here."]
    if answer == LEAVE_OUT:
        del feed.placed[name]
        return
    if answer:
        placement = feed.placed[name] = placed_by_hand(database, placement.target, choices[int(answer) - 1])
    said = _SAID if answer else _TAKEN
    placement.reason = f"{said}; {placement.reason}" if placement.reason else said
    placement.doubts.clear()
    placement.fit = 1.0 if answer else LIKELY
    _about_words(placement, ask)


def _about_words(placement: Placement, ask: Asker) -> None:
    """What words of the export mean; what is left unknown stays a doubt."""
    allowed = placement.target.words
    lines = [f"  The words are: {', '.join(allowed)}"] if placement.unknown else []
    left = []
    for word, rows in placement.unknown[:_MOST_WORDS]:
        question = f"what is {placement.target.name} {word!r} ({count(rows, 'row')})? enter leaves it unknown:"
        while (answer := ask(lines, question).lower()) not in ("", *allowed):
            lines = [f"  {answer!r} is none of {', '.join(allowed)}."]
        lines = []
        if answer:
            placement.cell = replace(placement.cell, words={**placement.cell.words, word: answer})
        else:
            left.append(word)
    left += [word for word, _ in placement.unknown[_MOST_WORDS:]]
    if left:
        placement.doubts.append(not_known(placement.target, left))


def _about_currency(feed: Feed, ask: Asker) -> None:
    lines = ["", f"No column of {feed.sheet.label} has the currency of {feed.table}."]
    while (answer := ask(lines, "if all is in one, which (such as EUR)? enter leaves it unknown:").upper()) != "":
        if len(answer) == _CODE and answer.isascii() and answer.isalpha():
            target = TABLES[feed.table].column("currency")
            feed.placed["currency"] = Placement(target, Cell(constant=answer), (), 1.0, _SAID)
            return
        lines = [f"  {answer!r} is no code of a currency; it has three letters."]


def _choices(feed: Feed, placement: Placement) -> list[Column]:
    """The columns that it could be: rivals first, then what the values allow and nothing has taken."""
    used = {number for other in feed.placed.values() for number in other.sources}
    rivals = [feed.sheet.columns[number] for number in placement.rivals]
    others = [
        column
        for column in feed.sheet.columns
        if column.number not in used and column not in rivals and column.name and allows(placement.target, column)
    ]
    return (rivals + others)[:_MOST_CHOICES]


def _source(placement: Placement) -> str:
    constant = placement.cell.constant
    return " + ".join(placement.cell.sources) or (f"always {constant}" if constant else "the number of the row")


def _shown(column: Column) -> str:
    return shortened(", ".join(value.strip()[:24] for value in column.words[:_MOST_VALUES]), 90)
