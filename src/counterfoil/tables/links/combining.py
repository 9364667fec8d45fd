"""Lines of an order that add up: an invoice line that bills several of them at once, or an invoice without lines that bills them all."""

from collections.abc import Sequence

from counterfoil.tables.facts.run import Facts
from counterfoil.tables.links.evidence import RIVAL, SUM, Evidence

MOST_LINES = 12
"""Open lines of an order of which two and three are tried together; of an order with more only all of them."""
_OF_THE_LINE = ("part", "price", "unit", "delivery", "text", "detail")
"""The scales that speak of one line, of which a combination says nothing."""


def add_combinations(facts: Facts, scales: Sequence[Evidence]) -> None:
    """Adds to `link_evidence` a row for two, three or all open lines of one order whose open value is what a line that fits no single line,
    or an invoice, is worth: `members`, `target` the first of them. Orders are those that the line was paired with already."""
    run = facts.database.execute
    run(
        """CREATE OR REPLACE TEMP TABLE link_sought AS
           SELECT DISTINCT v.entry, v.owner, v.hidden, round(l.amount, 2) AS amount, l.currency
           FROM link_evidence AS v JOIN link_entries AS l USING (entry)
           WHERE l.amount > 0 AND v.entry NOT IN (SELECT entry FROM link_evidence WHERE size IN (1, 2) OR price IN (1, 2))"""
    )
    run(
        """CREATE OR REPLACE TEMP TABLE link_open AS
           SELECT r.owner, r.target, s.hidden, round(CASE WHEN s.hidden THEN r.room_hidden ELSE r.room END * r.price, 2) AS worth,
                  count(*) OVER (PARTITION BY r.owner, s.hidden) AS lines
           FROM link_targets AS r JOIN (SELECT DISTINCT owner, hidden FROM link_sought) AS s USING (owner) WHERE worth > 0"""
    )
    run(f"CREATE OR REPLACE TEMP TABLE link_sums AS {_sums()}")
    levels = ", ".join(_level(scale) for scale in scales if scale is not RIVAL)
    run(
        f"""INSERT INTO link_evidence BY NAME
            WITH orders AS (SELECT * FROM link_evidence QUALIFY row_number() OVER (PARTITION BY entry, owner ORDER BY target) = 1)
            SELECT sums.entry, sums.members[1] AS target, sums.members, sums.owner, orders.hidden,
                   CASE WHEN orders.hidden THEN false END AS is_true, {levels}
            FROM link_sums AS sums JOIN orders USING (entry, owner)"""
    )


def _sums() -> str:
    """(entry, owner, members) of every combination that adds up."""
    few = f"(SELECT * FROM link_open WHERE lines <= {MOST_LINES})"
    two = f"""SELECT a.owner, a.hidden, [a.target, b.target] AS members, a.worth + b.worth AS worth
              FROM {few} AS a JOIN {few} AS b ON {_after("b", "a")}"""
    three = f"""SELECT a.owner, a.hidden, [a.target, b.target, c.target] AS members, a.worth + b.worth + c.worth AS worth
                FROM {few} AS a JOIN {few} AS b ON {_after("b", "a")} JOIN {few} AS c ON {_after("c", "b")}"""
    every = "SELECT owner, hidden, list(target ORDER BY target) AS members, sum(worth) AS worth FROM link_open WHERE lines > 1 GROUP BY ALL"
    return f"""
        SELECT DISTINCT sought.entry, sought.owner, members FROM link_sought AS sought
        JOIN ({two} UNION {three} UNION {every}) AS sums USING (owner, hidden) WHERE round(sums.worth - sought.amount, 2) = 0"""


def _after(second: str, first: str) -> str:
    return f"{second}.owner = {first}.owner AND {second}.hidden = {first}.hidden AND {second}.target > {first}.target"


def _level(scale: Evidence) -> str:
    if scale.name == "size":
        return f"{[level.name for level in scale.levels].index(SUM) + 1} AS size"
    return f'0 AS "{scale.name}"' if scale.name in _OF_THE_LINE else f'orders."{scale.name}"'
