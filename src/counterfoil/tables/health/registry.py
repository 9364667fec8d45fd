"""The measures of the health of the data, declared once: what each asks, what a gap costs, and who can mend it how."""

from collections.abc import Mapping
from dataclasses import dataclass, field

GROUPS = {
    "absent": "Not in the export",
    "missing": "What is not said",
    "references": "References that lead nowhere",
    "master data": "Suppliers and parts",
    "open": "Never closed",
    "dates": "Dates out of order",
    "reading": "What was read",
    "columns": "Columns that say nothing",
}
"""The groups of measures, in the order of the page, with their headings."""

BUYER, PLANNER, CLERK = "buyer", "planner", "accounts payable clerk"
RECEIVING, MASTER, SYSTEM = "receiving clerk", "master data keeper", "keeper of the system"
"""Who can mend something."""

CLOSE_AFTER, IDLE_AFTER = 60, 180
"""Days before as-of. What was done longer ago than the first should be closed; what has not moved for longer than the second is idle."""

FIRST_DAY, YEARS_AHEAD = "1980-01-01", 10
"""Moments before this day, or more than so many years after as-of, are no dates of this business."""


def in_words(table: str) -> str:
    """The name of a table for people: order lines, work orders."""
    return table.replace("purchase_", "").replace("_", " ")


@dataclass(frozen=True, slots=True)
class Look:
    """A table over which several measures are counted in one pass.

    `sql`: a query of `site_id` (null = no site), `row` (the number of the row in `numbered_<table>`), `currency`, `amount`, and what the
    measures ask. `facts`: the base tables that it reads. `counted`: which rows stand for one thing, an SQL condition (a thing with amounts
    in several currencies has a row for each). `summed`: it gives `units` and `rest`, the parts of a sum (facts/columns.py), in place of an
    amount. `sited`: its rows belong to sites.
    """

    name: str
    table: str
    sql: str
    facts: tuple[str, ...] = ()
    counted: str = "true"
    summed: bool = False
    sited: bool = True


@dataclass(frozen=True, slots=True)
class Measure:
    """One question about the data.

    `title`: what is wrong, in few words. `counts`: what is counted. `costs`: what the gap does to what is said, a sentence or two.
    `remedy`: what to do, a sentence. `owner`: the role that can do it. `about`: the table or `table.column` that it is about. `blinds`: by
    rule, how many of its candidates a row leaves unjudged at most, an SQL expression over the look. `look`, `of`, `bad`: where it is
    counted; of which rows, and which of these are bad, as SQL conditions. `example`: the column with the number of the row to name, and in
    `example_table` (empty: the look's) its table. A measure without a look is counted by code of its own.
    """

    name: str
    group: str
    title: str
    question: str
    counts: str
    costs: str
    remedy: str
    owner: str
    about: str = ""
    look: str = ""
    of: str = "true"
    bad: str = "false"
    blinds: Mapping[str, str] = field(default_factory=dict)
    example: str = "row"
    example_table: str = ""
