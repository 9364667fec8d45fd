"""Who decides what by when: what a meeting has open, carried over from one brief to the next. Pure: no file, no clock."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

OPERATIONS, PROCUREMENT, FINANCE = "operations", "procurement", "finance"

DECIDES: Mapping[str, str] = {
    "planner": OPERATIONS,
    "receiving clerk": OPERATIONS,
    "quality": OPERATIONS,
    "buyer": PROCUREMENT,
    "accounts payable clerk": FINANCE,
    "controller": FINANCE,
}
"""The owner of a rule → who decides at the meeting."""

DAYS: Mapping[str, int] = {"E": 14, "W": 30}
"""Severity → days from the date of the brief within which it is to be decided, where nobody says another day."""


class Status(StrEnum):
    """What people write, and `SOLVED`, which the data say."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    SOLVED = "solved"


class State(StrEnum):
    """How a decision stands at the date of a brief, in the order in which they are shown."""

    LATE = "late"
    BACK = "back"
    CARRIED = "open"
    NEW = "new"
    STILL_FOUND = "done, still found"
    SOLVED = "solved"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of decisions.csv. `about`: a rule, and the finding ids if it is about some of its findings alone; "" = the people's own.
    `owner`: operations, procurement or finance. `more`: columns that people added, by name."""

    id: str
    about: str
    what: str
    owner: str
    worth: str = ""
    person: str = ""
    due_on: datetime.date | None = None
    status: Status = Status.OPEN
    note: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        return self.about.partition(" ")[0]

    @property
    def finding_ids(self) -> tuple[str, ...]:
        return tuple(self.about.split()[1:])


@dataclass(frozen=True, slots=True)
class Item:
    """A decision as it stands."""

    decision: Decision
    state: State


@dataclass(frozen=True, slots=True)
class Found:
    """What the data say today. `asked`: rules that were run; `rules`: of them those with findings, `findings`: of the finding ids asked
    about those that are still found, each with what it is worth, in words."""

    asked: frozenset[str]
    rules: Mapping[str, str]
    findings: Mapping[str, str]

    def still(self, decision: Decision) -> bool:
        """What it is about is still there, or nobody looked."""
        return not decision.about or decision.rule not in self.asked or bool(self._there(decision))

    def worth(self, decision: Decision) -> str:
        """What is still there of it; what was written before where nobody looked."""
        there = self._there(decision)
        return "; ".join(filter(None, there)) if there else decision.worth

    def _there(self, decision: Decision) -> list[str]:
        if decision.finding_ids:
            return [self.findings[one] for one in decision.finding_ids if one in self.findings]
        return [self.rules[decision.rule]] if decision.rule in self.rules else []


def carry_over(previous: Iterable[Decision], proposed: Sequence[Decision], found: Found, today: datetime.date) -> list[Item]:
    """The decisions of today, in the order in which they are shown. What people wrote stays: person, date, note, status. A decision whose
    findings are gone is solved; one that was solved is open again where they are back. What was done, solved or dropped and is gone from
    the data leaves the list. What each is worth is said anew. `proposed`: what this brief would put on it; nothing is put there twice.
    `today`: the date of the brief."""
    items = [_carried(replace(old, worth=found.worth(old)), found, today) for old in previous]
    kept = [item for item in items if item is not None]
    known = {item.decision.id for item in kept} | {id_ for item in kept for id_ in item.decision.finding_ids}
    new = [Item(one, State.NEW) for one in proposed if one.id not in known and not known.intersection(one.finding_ids)]
    order = list(State)
    return sorted([*kept, *new], key=lambda item: (order.index(item.state), _due(item, new)))


def _due(item: Item, new: Sequence[Item]) -> tuple[int, datetime.date]:
    """Earliest first; new ones in the order in which they were proposed."""
    return (new.index(item), datetime.date.max) if item.state is State.NEW else (0, item.decision.due_on or datetime.date.max)


def _carried(old: Decision, found: Found, today: datetime.date) -> Item | None:
    still = found.still(old)
    match old.status:
        case Status.OPEN if still:
            late = old.due_on is not None and old.due_on < today
            return Item(old, State.LATE if late else State.CARRIED)
        case Status.OPEN:
            return Item(replace(old, status=Status.SOLVED), State.SOLVED)
        case Status.SOLVED if still:
            return Item(replace(old, status=Status.OPEN), State.BACK)
        case Status.DONE if still and old.about:
            return Item(old, State.STILL_FOUND)
        case Status.DROPPED if still:
            return Item(old, State.DROPPED)
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many decisions of one owner are open, and how many of these are late."""

    open: int
    late: int


def tally(items: Sequence[Item]) -> dict[str, Tally]:
    """The open decisions by who decides."""
    counts = {}
    for owner in (OPERATIONS, PROCUREMENT, FINANCE):
        mine = [item for item in items if item.decision.owner == owner and item.decision.status is Status.OPEN]
        counts[owner] = Tally(len(mine), sum(item.state is State.LATE for item in mine))
    return counts
