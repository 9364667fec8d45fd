"""Which numbers the texts of entries say, and which orders or works they may mean."""

from collections.abc import Callable, Iterable

import pyarrow as pa

from counterfoil.rules.references import asset_forms, number_forms, numbers_in
from counterfoil.tables.facts.run import Facts

TAIL, SLIP, EXACT, LINE = 1, 2, 3, 4
"""How well a number fits, the best last: the end of it, one slip away, the number itself, number and line."""
MOST_OWNERS = 20
"""Orders or works that one token may mean: what means more means none."""
LEAST_TAIL, MOST_TAIL = 5, 7
"""Digits of the end of a longer number, by which people call it."""
MOST_WORKS = 200
"""Works that one asset may have: an asset with more tells nothing."""
_LEAST_WITH_SLIP = 6
_AT_ONCE = 200_000


def find_numbers(facts: Facts) -> None:
    """Makes `link_numbers` (entry, owner, target, fit, token): what the numbers in `refs` may mean. `target` only where a line is named.
    And `link_paper_numbers` (paper, owner, fit): what the lines of a paper say together."""
    run = facts.database.execute
    _tokens(facts, "link_said", "SELECT entry, refs FROM link_entries WHERE refs <> ''", numbers_in)
    _tokens(facts, "link_owner_forms", "SELECT owner, any_value(owner_id) FROM link_targets GROUP BY owner", number_forms)
    _line_forms(facts)
    run("CREATE OR REPLACE TEMP TABLE link_numbers (entry BIGINT, owner BIGINT, target BIGINT, fit TINYINT, token VARCHAR)")
    _meet(facts, "link_line_forms", LINE)
    _meet(facts, "(SELECT id AS owner, NULL::BIGINT AS target, token FROM link_owner_forms)", EXACT)
    run(
        """CREATE OR REPLACE TEMP TABLE link_unmet AS
           SELECT id, token FROM link_said WHERE length(token) >= 5 AND regexp_full_match(token, '[0-9]+')
           AND id NOT IN (SELECT entry FROM link_numbers)"""
    )
    _with_a_slip(facts)
    _by_their_end(facts)
    run(
        """CREATE OR REPLACE TEMP TABLE link_paper_numbers AS
           SELECT paper, owner, max(fit) AS fit FROM link_numbers JOIN link_entries USING (entry) GROUP BY ALL"""
    )
    _find_assets(facts)


def _tokens(facts: Facts, table: str, query: str, read: Callable[[str], Iterable[str]]) -> None:
    """(id, token) of every text of a query (id, text), each text read once."""
    run = facts.database.execute
    run(f"CREATE OR REPLACE TEMP TABLE link_texts AS SELECT id, said FROM ({query}) AS texts (id, said) WHERE said IS NOT NULL")
    texts = facts.database.sql("SELECT DISTINCT said FROM link_texts ORDER BY said").to_arrow_table()
    run("CREATE OR REPLACE TEMP TABLE link_read (said VARCHAR, token VARCHAR)")
    for batch in texts.to_batches(_AT_ONCE):
        said = batch.column(0).to_pylist()
        found = [read(text) for text in said]
        rows = pa.table(
            {
                "said": pa.array([text for text, tokens in zip(said, found, strict=True) for _ in tokens], pa.string()),
                "token": pa.array([token for tokens in found for token in tokens], pa.string()),
            }
        )
        facts.database.register("arrow_rows", rows)
        run("INSERT INTO link_read SELECT * FROM arrow_rows")
        facts.database.unregister("arrow_rows")
    run(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT id, token FROM link_texts JOIN link_read USING (said)")


def _line_forms(facts: Facts) -> None:
    """The tokens that name a line: its document's number with its own, and its own id where that begins with it."""
    facts.database.execute(
        """CREATE OR REPLACE TEMP TABLE link_line_forms AS
           SELECT target, owner, forms.token || '#' || ltrim(line_no, '0') AS token
           FROM link_targets JOIN link_owner_forms AS forms ON forms.id = owner
           WHERE regexp_full_match(line_no, '0*[1-9][0-9]*') AND regexp_full_match(forms.token, '[0-9]+')
           UNION
           SELECT target, owner, ltrim(regexp_replace(line_id, '[^0-9]', '', 'g'), '0') AS token FROM link_targets
           WHERE line_id <> owner_id AND starts_with(line_id, owner_id)"""
    )


def _meet(facts: Facts, forms: str, fit: int) -> None:
    """Tokens that are said and tokens that mean something, where they do not mean too much."""
    facts.database.execute(
        f"""INSERT INTO link_numbers
            SELECT DISTINCT said.id, forms.owner, forms.target, {fit}, said.token FROM link_said AS said
            JOIN (SELECT * FROM {forms} QUALIFY count(*) OVER (PARTITION BY token) <= {MOST_OWNERS}) AS forms USING (token)"""
    )


def _with_a_slip(facts: Facts) -> None:
    """Numbers of which one sign is wrong, left out, doubled or swapped: the few that mean nothing as they stand. Two that are one slip
    apart share what is left of them without one sign."""
    run = facts.database.execute
    rests = (
        "SELECT id, token, unnest(list_distinct([token[:place - 1] || token[place + 1:] for place in range(1, length(token) + 1)])) AS rest"
    )
    run(
        f"""CREATE OR REPLACE TEMP TABLE link_said_rests AS
            {rests} FROM (SELECT * FROM link_unmet WHERE length(token) >= {_LEAST_WITH_SLIP})"""
    )
    lengths = f"length(token) BETWEEN {_LEAST_WITH_SLIP} AND 40"
    near = f"SELECT id, token, rest FROM ({rests} FROM link_owner_forms WHERE {lengths}) SEMI JOIN link_said_rests USING (rest)"
    run(
        f"""INSERT INTO link_numbers
            WITH near AS ({near})
            SELECT DISTINCT said.id, near.id, NULL::BIGINT, {SLIP}, said.token FROM link_said_rests AS said JOIN near USING (rest)
            WHERE damerau_levenshtein(said.token, near.token) = 1"""
    )


def _by_their_end(facts: Facts) -> None:
    ends = ", ".join(f"right(token, {length})" for length in range(LEAST_TAIL, MOST_TAIL + 1))
    facts.database.execute(
        f"""INSERT INTO link_numbers
            WITH ends AS (
                SELECT id, unnest([{ends}]) AS token FROM link_owner_forms WHERE regexp_full_match(token, '[0-9]+')),
            few AS (
                SELECT DISTINCT id, token FROM ends SEMI JOIN link_unmet USING (token)
                QUALIFY count(*) OVER (PARTITION BY token) <= {MOST_OWNERS})
            SELECT DISTINCT said.id, few.id, NULL::BIGINT, {TAIL}, said.token
            FROM link_unmet AS said JOIN few USING (token) WHERE length(said.token) BETWEEN {LEAST_TAIL} AND {MOST_TAIL}"""
    )


def _find_assets(facts: Facts) -> None:
    """Makes `link_assets` (entry, owner): the works whose asset the text of a line names."""
    _tokens(facts, "link_asset_forms", "SELECT owner, any_value(asset) FROM link_targets GROUP BY owner", asset_forms)
    facts.database.execute(
        f"""CREATE OR REPLACE TEMP TABLE link_assets AS
            SELECT DISTINCT said.id AS entry, few.id AS owner FROM link_said AS said
            JOIN (SELECT * FROM link_asset_forms QUALIFY count(*) OVER (PARTITION BY token) <= {MOST_WORKS}) AS few USING (token)"""
    )
