"""Which pairs are looked at: those that share something rare, never all of them.

A block is a key that both sides have, such as the supplier and the part. A key that too many targets have tells nothing:
it is left out, and counted. So the pairs grow with the lines, not with their square.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from counterfoil.tables.facts.run import Facts
from counterfoil.tables.links.numbers import SLIP

MOST_TARGETS = 40
"""Targets that one key may lead to."""


@dataclass(frozen=True, slots=True)
class Block:
    """Pairs that share a key. `entry`, `target`: its parts as SQL over a row of each side; where one is null there is no key. `where`:
    which targets take part."""

    name: str
    entry: tuple[str, ...]
    target: tuple[str, ...]
    where: str = "true"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Of a block: keys that lead to too many rows, and the lines that have such a key."""

    keys: int
    lines: int


_HAS_ROOM = "(room_hidden > 0 OR room IS NULL)"


def _alike(name: str, *parts: str, where: str = _HAS_ROOM) -> Block:
    """A key of which both sides have the parts under the same names."""
    return Block(name, parts, parts, where)


ORDER_BLOCKS = (
    Block("order named", ("named_owner",), ("owner",)),
    Block("line named", ("named_target",), ("target",)),
    _alike("supplier and part", "entity", "part_id"),
    _alike("supplier and price", "entity", "round(price, 4)"),
    Block("supplier and amount", ("entity", "round(amount, 2)"), ("entity", "round(room_hidden * price, 2)"), _HAS_ROOM),
    _alike("part, quantity and price", "part_id", "quantity", "round(price, 4)"),
    Block("supplier and month", ("entity", "date_trunc('month', day)"), ("entity", "date_trunc('month', due)"), _HAS_ROOM),
    Block(
        "quantity and week",
        ("CASE WHEN entity IS NULL THEN quantity END", "date_trunc('week', day)"),
        ("quantity", "date_trunc('week', due)"),
        _HAS_ROOM,
    ),
)
WORK_BLOCKS = (
    _alike("site and part", "site_id", "part_id"),
    _alike("site, part and quantity", "site_id", "part_id", "quantity"),
    _alike("site, part and day", "site_id", "part_id", "due"),
    _alike("part and quantity", "part_id", "quantity"),
    _alike("part", "part_id"),
    _alike("site and contractor", "site_id", "entity"),
    _alike("site and requester", "site_id", "person", "date_trunc('month', day)"),
    _alike("requester and week", "person", "date_trunc('week', day)"),
    _alike("site, quantity and month", "site_id", "quantity", "date_trunc('month', day)"),
    _alike("site and day", "site_id", "due"),
)
"""The blocks of what may belong to order lines, and of what may belong to work."""


def block_pairs(facts: Facts, blocks: tuple[Block, ...]) -> Mapping[str, LeftOut]:
    """Makes `link_pairs` (entry, target): the pairs to look at, each once. Returns what was left out, by block."""
    run = facts.database.execute
    run("CREATE OR REPLACE TEMP TABLE link_blocked (entry BIGINT, target BIGINT)")
    left_out = {block.name: _block(facts, block) for block in blocks}
    run(
        f"""INSERT INTO link_blocked
            SELECT n.entry, r.target FROM link_numbers AS n
            JOIN link_targets AS r ON r.owner = n.owner AND coalesce(r.target = n.target, true)
            JOIN link_entries AS l ON l.entry = n.entry
            WHERE n.fit <> {SLIP} OR l.entity = r.entity OR l.part_id = r.part_id OR l.site_id = r.site_id"""
    )
    run(
        """INSERT INTO link_blocked
           SELECT l.entry, r.target FROM link_entries AS l JOIN link_siblings AS s ON s.paper = l.paper
            JOIN link_targets AS r ON r.owner = s.owner"""
    )
    run(
        f"""INSERT INTO link_blocked
            SELECT l.entry, r.target FROM link_paper_numbers AS p JOIN link_entries AS l ON l.paper = p.paper
            JOIN link_targets AS r ON r.owner = p.owner WHERE p.fit <> {SLIP}"""
    )
    run(
        f"""INSERT INTO link_blocked
            SELECT a.entry, r.target FROM link_assets AS a JOIN link_entries AS l USING (entry) JOIN link_targets AS r ON r.owner = a.owner
            QUALIFY row_number() OVER (PARTITION BY a.entry ORDER BY abs(l.day - r.day), r.target) <= {MOST_TARGETS}"""
    )
    run("CREATE OR REPLACE TEMP TABLE link_pairs AS SELECT DISTINCT entry, target FROM link_blocked")
    run("DROP TABLE link_blocked")
    return {name: found for name, found in left_out.items() if found.keys}


def _block(facts: Facts, block: Block) -> LeftOut:
    run = facts.database.execute
    keyed = f"SELECT entry, {_key(block.entry)} AS key FROM link_entries"
    run(f"CREATE OR REPLACE TEMP TABLE link_keys AS SELECT entry, key FROM ({keyed}) WHERE key IS NOT NULL")
    run(
        f"""CREATE OR REPLACE TEMP TABLE link_leads AS
            SELECT target, key, count(*) OVER (PARTITION BY key) AS many
            FROM (SELECT target, {_key(block.target)} AS key FROM link_targets WHERE {block.where})
            SEMI JOIN link_keys USING (key)"""
    )
    run(f"INSERT INTO link_blocked SELECT entry, target FROM link_keys JOIN link_leads USING (key) WHERE many <= {MOST_TARGETS}")
    keys, lines = facts.database.execute(
        f"""SELECT count(DISTINCT key), count(*) FROM link_keys
            SEMI JOIN (SELECT key FROM link_leads WHERE many > {MOST_TARGETS}) USING (key)"""
    ).fetchall()[0]
    return LeftOut(keys, lines)


def _key(parts: tuple[str, ...]) -> str:
    return f"CASE WHEN {' AND '.join(f'{part} IS NOT NULL' for part in parts)} THEN hash({', '.join(parts)}) END"
