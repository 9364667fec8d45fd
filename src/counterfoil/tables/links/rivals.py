"""Lines that want the same: where what is open does not suffice for two of them, the one that fits worse is less likely."""

from counterfoil.tables.facts.run import Facts
from counterfoil.tables.links.evidence import RIVAL, level_of, sum_of_weights
from counterfoil.tables.links.kinds import Kind
from counterfoil.tables.links.model import Weights

LEAST_CLAIM = 0.05
"""The share of a line's candidates from which on it is a claim."""


def add_rivals(facts: Facts, kind: Kind, weights: Weights) -> None:
    """Adds the scale of rivals to `link_evidence`. How well each fits is told by `weights`, which are those that were there before, so that
    what is learned does not depend on itself. Hidden lines have all lines as rivals, the others only each other."""
    run = facts.database.execute
    run(
        f"""CREATE OR REPLACE TEMP TABLE link_claims AS
            WITH summed AS (
                SELECT v.entry, v.target, v.hidden, {sum_of_weights(kind.evidence, weights, but=RIVAL.name)} AS fit,
                       coalesce(l.quantity, l.amount / r.price) AS wanted, CASE WHEN v.hidden THEN r.room_hidden ELSE r.room END AS room
                FROM link_evidence AS v JOIN link_entries AS l USING (entry) JOIN link_targets AS r USING (target)
                WHERE v.members IS NULL)
            SELECT *, exp(fit - most) / (sum(exp(fit - most)) OVER (PARTITION BY entry) + exp({-weights.base} - most)) AS share
            FROM (SELECT *, greatest(max(fit) OVER (PARTITION BY entry), {-weights.base}) AS most FROM summed)
            QUALIFY share >= {LEAST_CLAIM}"""
    )
    run(
        """CREATE OR REPLACE TEMP TABLE link_rivals AS
           SELECT a.entry, a.target, max(round(b.fit - a.fit, 6)) AS ahead
           FROM link_claims AS a JOIN link_claims AS b ON b.target = a.target AND b.entry <> a.entry AND (a.hidden OR NOT b.hidden)
           WHERE a.wanted + b.wanted > a.room + 0.0001 GROUP BY ALL"""
    )
    run(
        f"""CREATE OR REPLACE TEMP TABLE link_evidence AS
            SELECT v.*, ({level_of(RIVAL)})::TINYINT AS rival FROM link_evidence AS v
            LEFT JOIN link_rivals AS rivals ON rivals.entry = v.entry AND rivals.target = v.target AND v.members IS NULL"""
    )
