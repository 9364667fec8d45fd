"""From weights to proposals: candidates compete, what is open is used once, the best are kept."""

from collections.abc import Sequence
from itertools import pairwise

from counterfoil.tables.database import among, name
from counterfoil.tables.facts.run import Facts
from counterfoil.tables.links.evidence import sum_of_weights, told
from counterfoil.tables.links.kinds import Kind
from counterfoil.tables.links.model import Weights

MOST_PROPOSALS = 5
"""Alternatives of one line that are shown."""
LEAST_PROBABILITY = 0.01
"""Below it a candidate is no proposal."""

COLUMNS = {
    "proposal_id": "VARCHAR", "group": "VARCHAR", "kind": "VARCHAR", "document_id": "VARCHAR", "line_id": "VARCHAR",
    "target_id": "VARCHAR", "target_line_id": "VARCHAR", "quantity": "DECIMAL(18,6)", "probability": "DECIMAL(5,4)", "accept": "BOOLEAN",
    "evidence": "VARCHAR", "amount": "DECIMAL(38,6)", "currency": "VARCHAR", "date": "DATE", "supplier": "VARCHAR", "text": "VARCHAR",
    "target_supplier": "VARCHAR", "target_date": "DATE", "target_amount": "DECIMAL(38,6)", "target_currency": "VARCHAR",
    "target_text": "VARCHAR", "place": "INTEGER", "entry": "BIGINT", "target": "BIGINT",
}  # fmt: skip
"""The table `proposals`. `place`: of the alternatives of one line, 1 = the best; `entry`, `target`: see `sides`. Rows with one `group` are
accepted together."""


def make_table(facts: Facts) -> None:
    """Makes `proposals`, empty."""
    columns = ", ".join(f"{name(column)} {kind}" for column, kind in COLUMNS.items())
    facts.database.execute(f"CREATE OR REPLACE TABLE proposals ({columns})")


def score(facts: Facts, kind: Kind, weights: Weights) -> None:
    """Makes `link_scored` (entry, target, owner, hidden, is_true, probability), one candidate an order line or work."""
    sums = sum_of_weights(kind.evidence, weights)
    # Sizes and shares are summed as whole numbers and decimals: these sums are the same in whatever order they come.
    facts.database.execute(
        f"""CREATE OR REPLACE TEMP TABLE link_scored AS
            WITH summed AS (
                SELECT entry, target, owner, members, hidden, is_true, round({weights.base} + {sums}, 6) AS score FROM link_evidence AS v),
            sized AS (
                SELECT *, greatest(max(score) OVER (PARTITION BY entry), 0) AS most,
                       CAST(round(exp(score - most) * 1e12) AS HUGEINT) AS size FROM summed),
            shared AS (
                SELECT *, size / (sum(size) OVER (PARTITION BY entry) + CAST(round(exp(-most) * 1e12) AS HUGEINT)) AS share FROM sized)
            SELECT entry, target, owner, members, hidden, is_true, score,
                   round(often / greatest(sum(often) OVER (PARTITION BY entry), 1), 4) AS probability
            FROM (SELECT *, CAST({_curve(weights)} AS DECIMAL(18, 6)) AS often FROM shared)"""
    )


def _curve(weights: Weights) -> str:
    """The calibration as SQL over `share`: straight lines between its points."""
    if not weights.curve:
        return "share"
    points = [(0.0, 0.0), *weights.curve, (1.0, weights.curve[-1][1])]
    cases = [
        f"WHEN share <= {x1} THEN {y0} + (share - {x0}) * {(y1 - y0) / (x1 - x0)}" for (x0, y0), (x1, y1) in pairwise(points) if x1 > x0
    ]
    return f"CASE {' '.join(cases)} ELSE {points[-1][1]} END"


def choose(facts: Facts, kind: Kind, threshold: float, sites: Sequence[str]) -> None:
    """Adds the best candidates of every line without a link to `proposals`. Accepted is the best, from the threshold on, as long as what is
    open suffices for all lines that want it. The first of them may want more than is open, and so may what is for one work: that is for
    the rules to say. `sites`: of whose orders and works alone, none = all."""
    run = facts.database.execute
    wanted = among("site_id", sites) if sites else "true"
    run(
        f"""CREATE OR REPLACE TEMP TABLE link_ranked AS
            SELECT *, row_number() OVER (PARTITION BY entry ORDER BY probability DESC, score DESC, target, members NULLS FIRST) AS place
            FROM link_scored JOIN (SELECT target FROM link_targets WHERE {wanted}) USING (target)
            WHERE NOT hidden AND probability >= {LEAST_PROBABILITY} QUALIFY place <= {MOST_PROPOSALS}"""
    )
    run(
        f"""CREATE OR REPLACE TEMP TABLE link_accepted AS
            WITH wanting AS (
                SELECT entry, probability, score, members IS NOT NULL AS several, unnest(coalesce(members, [target])) AS target
                FROM link_ranked WHERE place = 1 AND probability >= {threshold}),
            served AS (
                SELECT wanting.entry, r.room, row_number() OVER best AS turn,
                       sum(CASE WHEN several THEN r.room ELSE coalesce(l.quantity, l.amount / r.price, 0) END) OVER best AS wanted
                FROM wanting JOIN link_entries AS l USING (entry) JOIN link_targets AS r USING (target)
                WINDOW best AS (PARTITION BY wanting.target ORDER BY probability DESC, score DESC, wanting.entry ROWS UNBOUNDED PRECEDING))
            SELECT entry FROM served GROUP BY entry
            HAVING bool_and({kind.by_owner} OR turn = 1 OR coalesce(wanted <= room + 0.0001, true))"""
    )
    run(f"INSERT INTO proposals BY NAME SELECT * EXCLUDE (lines) FROM ({_rows(kind)})")


def _rows(kind: Kind) -> str:
    """Proposals of a kind, a row an order line or work; what belongs together has one `group`."""
    return f"""
        WITH told AS (
            SELECT c.entry, c.target, c.members, place, probability::DECIMAL(5, 4) AS probability, {told(kind.evidence)} AS evidence,
                   place = 1 AND c.entry IN (SELECT entry FROM link_accepted) AS accept
            FROM link_ranked AS c JOIN link_entries AS l USING (entry) JOIN link_targets AS r USING (target)
            JOIN link_evidence AS v ON v.entry = c.entry AND v.target = c.target AND v.members IS NOT DISTINCT FROM c.members
            LEFT JOIN link_fits AS n ON n.entry = c.entry AND n.target = c.target),
        each AS (SELECT * EXCLUDE (target, members), unnest(coalesce(members, [target])) AS target FROM told)
        SELECT '{kind.name}' AS kind, papers.document_id, coalesce(papers.line_id, '') AS line_id, r.owner_id AS target_id,
               coalesce(r.line_id, '') AS target_line_id, papers.quantity, each.* EXCLUDE (entry, target), papers.amount,
               coalesce(l.currency, r.currency) AS currency,
               l.day AS date, ls.name AS supplier, l.text, rs.name AS target_supplier, r.day AS target_date,
               targets.amount AS target_amount, r.currency AS target_currency, r.text AS target_text, each.entry, each.target,
               string_agg(r.line_id, chr(31)) OVER (
                   PARTITION BY each.entry, place ORDER BY r.line_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS lines,
               {digest("G", "kind", "document_id", "papers.line_id", "target_id", "lines")} AS "group",
               {digest("P", '"group"', "target_line_id")} AS proposal_id
        FROM each JOIN link_entries AS l USING (entry) JOIN link_targets AS r USING (target)
        JOIN ({kind.papers}) AS papers ON papers.entry = each.entry
        LEFT JOIN ({kind.target_amounts}) AS targets ON targets.target = each.target
        LEFT JOIN suppliers AS ls ON ls.supplier_id = l.supplier_id LEFT JOIN suppliers AS rs ON rs.supplier_id = r.supplier_id"""


def digest(letter: str, *parts: str) -> str:
    """An id that stays while what it is made of does, as SQL; the letter keeps a spreadsheet from taking it for a number."""
    texts = ", ".join(f"coalesce({part}, '')" for part in parts)
    return f"'{letter}' || left(sha256(concat_ws(chr(31), {texts})), 15)"
