"""Counts the measures of a look in one pass, by site and currency, and folds what came out: however many sites there are, a bounded
answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import duckdb

from counterfoil.tables.facts.columns import limbs_sql, sum_of_limbs
from counterfoil.tables.health.registry import Look, Measure
from counterfoil.tables.schema import TABLES

MOST_SITES, MOST_CURRENCIES, MOST_EXAMPLES = 200, 24, 10
"""Sites and currencies told apart, those with most documents and rows; the other sites stand together."""

ALL, SITE, NO_SITE, OTHER_SITES = "all", "site", "no site", "other sites"
Place = tuple[str, str | None]
"""Where something was counted: one of the four words above, and the id of the site where it is one."""
EVERYWHERE: Place = (ALL, None)


@dataclass(frozen=True, slots=True)
class Count:
    """What a measure found in one place: `rows` of `of` are bad. `blinded`: by rule, how many of its candidates cannot be judged at most.
    `amounts`: the money in these rows, by currency ("" = unknown), at most MOST_CURRENCIES. `examples`: the ids of the first. `unseen`:
    what is added to rank it, for rules whose candidates were not given either."""

    rows: int
    of: int
    blinded: Mapping[str, int] = field(default_factory=dict)
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    unseen: int = 0

    @property
    def lost(self) -> int:
        """Judgements that are lost, at most: one a rule and candidate that was read."""
        return sum(self.blinded.values())

    @property
    def rank(self) -> tuple[int, int]:
        """Sorts what costs most first: by judgements, then by rows."""
        return -self.lost - self.unseen, -self.rows


@dataclass(frozen=True, slots=True)
class Gap:
    """What one measure found. `about`: the table or `table.column` that it is about; `places`: where it was counted, EVERYWHERE among
    them; `notes`: what else there is to say of it."""

    measure: Measure
    about: str
    places: Mapping[Place, Count]
    notes: tuple[str, ...] = ()

    @property
    def whole(self) -> Count:
        return self.places[EVERYWHERE]


Lacking = Mapping[str, Sequence[str]]
"""By rule that was asked, what it lacks to be run (nothing: it was run)."""


def _would_judge(needs: Sequence[str] | None, about: str) -> bool:
    """The rule was asked, and lacks nothing but what the measure is about."""
    return needs is not None and all(about in need.split("|") for need in needs)


def find_places(database: duckdb.DuckDBPyConnection) -> list[Place]:
    """Makes the table `health_places` of the sites that are told apart. All places, the one with most documents first."""
    database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE health_places AS
        SELECT site_id, count(*) AS documents FROM (
            SELECT site_id FROM purchase_orders UNION ALL SELECT site_id FROM work_orders UNION ALL SELECT site_id FROM requisitions
            UNION ALL SELECT site_id FROM sites)
        WHERE site_id IS NOT NULL GROUP BY ALL ORDER BY documents DESC, site_id LIMIT {MOST_SITES}
        """
    )
    sites = database.execute("SELECT site_id FROM health_places ORDER BY documents DESC, site_id").fetchall()
    return [(SITE, site) for (site,) in sites] + [(NO_SITE, None), (OTHER_SITES, None)]


def count_look(database: duckdb.DuckDBPyConnection, look: Look, measures: Sequence[Measure], lacking: Lacking) -> list[dict[Place, Count]]:
    """What each of the measures of a look found, by place."""
    if not measures:
        return []
    made = f"health_{look.name}"
    database.execute(f"CREATE OR REPLACE TEMP TABLE {made} AS {look.sql}")
    flags = ", ".join(
        f"coalesce({one.of}, false) AS of_{i}, coalesce(({one.of}) AND ({one.bad}), false) AS bad_{i}" for i, one in enumerate(measures)
    )
    flagged = f"(SELECT *, {flags} FROM {made})"
    blinded = [[rule for rule in one.blinds if _would_judge(lacking.get(rule), one.about)] for one in measures]
    found = _counts(database, look, measures, flagged, blinded)
    _add_amounts_and_examples(database, look, measures, flagged, found)
    return [_with_ids(database, places, one.example_table or look.table) for places, one in zip(found, measures, strict=True)]


@dataclass(slots=True)
class _Found:
    """A count on its way: examples are numbers of rows."""

    rows: int
    of: int
    blinded: dict[str, int]
    amounts: dict[str, Decimal] = field(default_factory=dict)
    first: list[int] = field(default_factory=list)


def _counts(
    database: duckdb.DuckDBPyConnection, look: Look, measures: Sequence[Measure], flagged: str, blinded: Sequence[Sequence[str]]
) -> list[dict[Place, _Found]]:
    """How many rows there are, how many of them are bad, and what each rule loses."""
    cells, sums = [], []
    for i, one in enumerate(measures):
        lost = [f"coalesce(sum({one.blinds[rule]}) FILTER (bad_{i}), 0)::BIGINT" for rule in blinded[i]]
        cells += [f"count(*) FILTER (of_{i} AND {look.counted}) AS all_{i}", f"count(*) FILTER (bad_{i} AND {look.counted}) AS rows_{i}"]
        cells += [f"[{', '.join(lost) or '0'}] AS lost_{i}"]
        by_rule = ", ".join(f"sum(lost_{i}[{number + 1}])::BIGINT" for number in range(len(lost))) or "0"
        sums += [f"sum(all_{i})::BIGINT", f"sum(rows_{i})::BIGINT", f"[{by_rule}]"]
    database.execute(f"CREATE OR REPLACE TEMP TABLE health_part AS SELECT site_id, {', '.join(cells)} FROM {flagged} GROUP BY site_id")
    rows = database.execute(
        f"""SELECT {_SPOT}, place, {", ".join(sums)} FROM ({_placed("health_part")}) GROUP BY GROUPING SETS ((scope, place), ())
            ORDER BY spot <> '{ALL}', spot, place"""
    ).fetchall()
    found: list[dict[Place, _Found]] = [{} for _ in measures]
    for scope, place, *numbers in rows:
        for i, places in enumerate(found):
            of, bad, lost_there = numbers[3 * i : 3 * i + 3]
            if of is not None and (scope == ALL or (of and look.sited)):
                by_name = {rule: number for rule, number in zip(blinded[i], lost_there, strict=False) if number}
                places[scope, place] = _Found(bad, of, by_name)
    return found


def _add_amounts_and_examples(
    database: duckdb.DuckDBPyConnection, look: Look, measures: Sequence[Measure], flagged: str, found: Sequence[dict[Place, _Found]]
) -> None:
    """Looks at the bad rows alone."""
    cells, sums, firsts = [], [], []
    for i, one in enumerate(measures):
        amount = f"(CASE WHEN bad_{i} THEN amount END)"
        units, rest = f"sum(units) FILTER (bad_{i})", f"sum(rest) FILTER (bad_{i})"
        cells.append(f"{units}, {rest}" if look.summed else limbs_sql(amount))
        cells.append(
            f"min({'DISTINCT ' if look.counted != 'true' or one.example != 'row' else ''}{one.example}, {MOST_EXAMPLES}) FILTER (bad_{i})"
        )
        sums.append(f"sum(units_{i}), sum(rest_{i})")
        firsts.append(f"list_sort(list_distinct(flatten(list(coalesce(first_{i}, [])))))[1:{MOST_EXAMPLES}]")
    names = ", ".join(f"units_{i}, rest_{i}, first_{i}" for i in range(len(measures)))
    bad = " OR ".join(f"bad_{i}" for i in range(len(measures)))
    database.execute(
        f"""CREATE OR REPLACE TEMP TABLE health_bad AS SELECT * FROM (
            SELECT site_id, coalesce(currency, ''), count(*), {", ".join(cells)} FROM {flagged} WHERE {bad} GROUP BY site_id, currency
        ) AS t(site_id, currency, size, {names})"""
    )
    by_place = database.execute(
        f"SELECT {_SPOT}, place, {', '.join(firsts)} FROM ({_placed('health_bad')}) GROUP BY GROUPING SETS ((scope, place), ())"
    ).fetchall()
    by_currency = database.execute(
        f"""SELECT {_SPOT}, place, currency, {", ".join(sums)} FROM ({_placed("health_bad")})
            GROUP BY GROUPING SETS ((scope, place, currency), (currency))
            QUALIFY row_number() OVER (PARTITION BY spot, place ORDER BY sum(size) DESC, currency) <= {MOST_CURRENCIES} ORDER BY currency"""
    ).fetchall()
    for i, places in enumerate(found):
        for scope, place, *rows in by_place:
            if (scope, place) in places and rows[i]:
                places[scope, place].first = rows[i]
        for scope, place, currency, *limbs in by_currency:
            units, rest = limbs[2 * i : 2 * i + 2]
            if (scope, place) in places and units is not None and (sum_there := sum_of_limbs(units, rest)):
                places[scope, place].amounts[currency] = sum_there


_SPOT = f"CASE WHEN grouping(scope) = 1 THEN '{ALL}' ELSE scope END AS spot"


def _placed(table: str) -> str:
    """The rows of a table by site, with the place where they are told."""
    return f"""
        SELECT p.*, CASE WHEN p.site_id IS NULL THEN '{NO_SITE}' WHEN k.site_id IS NULL THEN '{OTHER_SITES}' ELSE '{SITE}' END AS scope,
               k.site_id AS place
        FROM {table} p LEFT JOIN health_places k ON k.site_id = p.site_id
    """


def _with_ids(database: duckdb.DuckDBPyConnection, places: Mapping[Place, _Found], table: str) -> dict[Place, Count]:
    wanted = sorted({row for found in places.values() for row in found.first})
    ids = names_of(database, table, wanted)
    return {
        place: Count(found.rows, found.of, found.blinded, found.amounts, tuple(ids[row] for row in found.first))
        for place, found in places.items()
    }


def names_of(database: duckdb.DuckDBPyConnection, table: str, rows: Sequence[int]) -> dict[int, str]:
    """The ids of some rows of a landed table, by number."""
    if not rows:
        return {}
    key = TABLES[table].columns[0].name
    found = database.execute(
        f'SELECT row, "{key}" FROM numbered_{table} WHERE row IN (SELECT unnest(?::BIGINT[]))', [list(rows)]
    ).fetchall()
    return {row: name or "" for row, name in found}
