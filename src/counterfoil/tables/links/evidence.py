"""What speaks for a pair and what against it: each evidence an ordered scale of levels, of which a pair has one, or none where nothing is
known."""

from dataclasses import dataclass

import pyarrow as pa

from counterfoil.rules.worktext import find_group, read_text
from counterfoil.tables.database import literal, name, take_in
from counterfoil.tables.facts.run import Facts
from counterfoil.tables.links.model import Weights
from counterfoil.tables.links.numbers import EXACT, LINE, SLIP, TAIL


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of agreement. `holds`: SQL over `l` and `r`, a row of each side, and what `_PAIRS` adds. `said`: how it is told, as an SQL
    text; "" = not worth telling."""

    name: str
    holds: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A scale: the first level that holds is that of the pair."""

    name: str
    levels: tuple[Level, ...]


_ROOM = "CASE WHEN l.hidden THEN r.room_hidden ELSE r.room END"
_DAYS = "date_diff('day', r.day, l.day)"


def _equal(a: str, b: str) -> str:
    return f"round({a} - {b}, 4) = 0"


def _near(a: str, b: str, part: str) -> str:
    return f"abs({a} - {b}) <= {part} * abs({b})"


def _same(name: str, column: str, said: str = "", other: str = "") -> Evidence:
    return Evidence(
        name,
        (
            Level("equal", f"l.{column} = r.{column}", said and literal(said)),
            Level("other", f"l.{column} <> r.{column}", other and literal(other)),
        ),
    )


def _number(owner: str) -> Evidence:
    return Evidence(
        "number",
        (
            Level("line", f"n.fit = {LINE}", "'number and line ' || replace(n.token, '#', ' / ') || ' stand on the paper'"),
            Level("exact", f"n.fit = {EXACT}", "'number ' || n.token || ' stands on the paper'"),
            Level("slip", f"n.fit = {SLIP}", f"'number ' || n.token || ' on the paper is one slip from the {owner}''s'"),
            Level("end", f"n.fit = {TAIL}", f"'number ' || n.token || ' on the paper is the end of the {owner}''s'"),
            Level("other", "l.elsewhere >= 3", f"'the paper names another {owner}'"),
            Level("paper", "p.fit >= 3", f"'another line of the paper names this {owner}'"),
            Level("paper end", "p.fit IS NOT NULL", f"'another line of the paper names what may be this {owner}'"),
            Level("other end", "l.elsewhere IS NOT NULL", f"'the paper names what may be another {owner}'"),
            Level("paper other", "l.paper_elsewhere", f"'another line of the paper names another {owner}'"),
        ),
    )


_SUPPLIER = Evidence(
    "supplier",
    (
        Level("id", "l.supplier_id = r.supplier_id", "'same supplier'"),
        Level("entity", "l.entity = r.entity", "'same supplier by tax id or name'"),
        Level("like", "jaro_winkler_similarity(l.name_key, r.name_key) >= 0.93", "'supplier of a similar name'"),
        Level("other", "l.supplier_id <> r.supplier_id", "'another supplier'"),
    ),
)
_PRICE = Evidence(
    "price",
    (
        Level("equal", _equal("l.price", "r.price"), "'same price'"),
        Level("near", _near("l.price", "r.price", "0.02"), "'price within 2 %'"),
        Level("about", _near("l.price", "r.price", "0.15"), "'price within 15 %'"),
        Level("other", "l.price IS NOT NULL AND r.price IS NOT NULL", "'another price'"),
    ),
)
_LIKE = "len(list_intersect(tl.words, tr.words)) / least(len(tl.words), len(tr.words))"
_TEXT = Evidence(
    "text",
    (
        Level("same", "tl.said = tr.said OR (len(tl.words) > 1 AND len(tr.words) > 1 AND tl.words = tr.words)", "'the same words'"),
        Level("all", f"{_LIKE} = 1 AND least(len(tl.words), len(tr.words)) > 1", "'all words stand in both texts'"),
        Level("most", f"{_LIKE} > 0.6", "'most words stand in both texts'"),
        Level("half", f"{_LIKE} >= 0.4"),
        Level("some", f"{_LIKE} > 0"),
        Level("none", "len(tl.words) > 0 AND len(tr.words) > 0", "'no word stands in both texts'"),
    ),
)
_DETAIL = Evidence(
    "detail",
    (
        Level("equal", "list_has_any(tl.details, tr.details)", "'the texts give the same size or type'"),
        Level("rare", "list_has_any(tl.rare, tr.rare)", "'a rare word stands in both texts'"),
        Level("other", "len(tl.details) > 0 AND len(tr.details) > 0", "'the texts give another size or type'"),
    ),
)


_COMPONENT = Evidence(
    "component",
    (
        Level("equal", "list_has_any(cl.components, cr.components)", "'both texts are about the same component'"),
        Level("kind", "list_has_any(cl.groups, cr.groups)", "'both texts are about the same kind of component'"),
        Level("other", "len(cl.components) > 0 AND len(cr.components) > 0", "'the texts are about other components'"),
    ),
)
"""What the texts speak of, see `counterfoil.rules.worktext`."""


SUM = "sum"
"""The level of lines that add up, see `combining`."""


def _size(what: str) -> Evidence:
    """How the quantity, or where there is none the amount, fits what is open."""
    return Evidence(
        "size",
        (
            Level("open", f"l.quantity > 0 AND {_equal('l.quantity', _ROOM)}", "'quantity is what is open'"),
            Level("value", f"l.quantity IS NULL AND {_equal('l.amount', f'round({_ROOM} * r.price, 2)')}", "'amount is what is open'"),
            Level(SUM, "false", "'what is open of these lines adds up to the amount'"),
            Level("full", f"{_equal('l.quantity', 'r.quantity')} AND {_ROOM} > 0", f"'quantity is what was {what}'"),
            Level("part", f"l.quantity < {_ROOM}", "'less than what is open'"),
            Level("less", f"l.quantity IS NULL AND l.amount < {_ROOM} * r.price", "'amount below what is open'"),
            Level("taken", f"{_ROOM} <= 0", "'nothing is open any more'"),
            Level("more", f"l.quantity > {_ROOM} OR l.amount > {_ROOM} * r.price", "'more than what is open'"),
        ),
    )


def _named(what: str) -> Evidence:
    return Evidence(
        "named",
        (
            Level("line", "l.named_target = r.target", literal(f"{what} names this line")),
            Level("order", "l.named_owner = r.owner", "'the invoice names this order'"),
            Level("other", "l.named_target IS NOT NULL OR l.named_owner IS NOT NULL", literal(f"{what} names another line")),
        ),
    )


def _sibling(paper: str, owner: str) -> Evidence:
    return Evidence(
        "sibling",
        (
            Level("same", "s.owner IS NOT NULL", literal(f"other lines of the {paper} are linked to this {owner}")),
            Level("other", "l.siblings", literal(f"other lines of the {paper} are linked elsewhere")),
        ),
    )


def _since(name: str, days: str, steps: tuple[tuple[str, int], ...], early: str, told: str) -> Evidence:
    levels = [Level("before", f"{days} < {steps[0][1]}", early)]
    levels += [Level(name, f"{days} <= {limit}", told) for name, limit in steps[1:]]
    return Evidence(name, (*levels, Level("later", f"{days} IS NOT NULL")))


_MONTHS = (("", 0), ("month", 31), ("quarter", 92), ("half", 183), ("year", 366))
_DELIVERED = Evidence(
    "delivery",
    (
        Level("week", "list_min([abs(l.day - d) FOR d IN e.days]) <= 7", "'as much came within a week of it'"),
        Level("month", "list_min([abs(l.day - d) FOR d IN e.days]) <= 31", "'as much came within a month of it'"),
        Level("quarter", "list_min([abs(l.day - d) FOR d IN e.days]) <= 92"),
        Level("far", "len(e.days) > 0"),
        Level("unlike", "any_event.many > 0", "'no such quantity came'"),
    ),
)
_DUE = Evidence(
    "due",
    (
        Level("day", "l.due = r.due", "'needed on the same day'"),
        Level("week", "abs(l.due - r.due) <= 7", "'needed in the same week'"),
        Level("month", "abs(l.due - r.due) <= 31"),
        Level("far", "l.due IS NOT NULL AND r.due IS NOT NULL", "'needed at another time'"),
    ),
)
_ARRIVAL = Evidence(
    "due",
    (
        Level("day", "l.day = r.due", "'came on the day it was due'"),
        Level("week", "abs(l.day - r.due) <= 7", "'came in the week it was due'"),
        Level("month", "abs(l.day - r.due) <= 31"),
        Level("far", "r.due IS NOT NULL AND l.day IS NOT NULL", "'was due at another time'"),
    ),
)
_PART = _same("part", "part_id", "same part", "another part")

_TOGETHER = Evidence(
    "together",
    (
        Level("all", "others >= 2 AND others = lines - 1", "'all lines of the paper fit here'"),
        Level("other", "others = lines - 1 AND lines > 1", "'the other line of the paper fits here too'"),
        Level("most", "others * 2 >= lines - 1 AND lines > 1", "'most lines of the paper fit here'"),
        Level("some", "others > 0", "'some lines of the paper fit here'"),
        Level("none", "lines > 1", "'no other line of the paper fits here'"),
    ),
)
"""Over how many lines of a paper are looked at (`lines`), and how many others of them (`others`) fit what the same owner has open."""

RIVAL = Evidence(
    "rival",
    (
        Level("ahead", "ahead > 1.5", "'another line fits it better, and not enough is open for both'"),
        Level("even", "ahead > -1.5", "'another line fits it as well, and not enough is open for both'"),
        Level("behind", "ahead IS NOT NULL"),
    ),
)
"""Over how far the best other line that wants the same is `ahead`; see `rivals`."""

INVOICE_EVIDENCE = (
    _number("order"), _named("its receipt"), _sibling("invoice", "order"), _SUPPLIER, _PART, _PRICE, _size("ordered"),
    _same("unit", "unit", "", "another unit"), _same("currency", "currency", "", "another currency"),
    _since("date", _DAYS, _MONTHS, "'dated before the order'", ""), _DELIVERED, _TEXT, _DETAIL, _TOGETHER, RIVAL,
)  # fmt: skip
RECEIPT_EVIDENCE = (
    _number("order"), _named("an invoice line of it"), _sibling("receipt", "order"), _PART, _size("ordered"),
    _same("unit", "unit", "", "another unit"), _same("site", "site_id", "", "another site"),
    _since("date", _DAYS, _MONTHS, "'came before the order'", ""), _ARRIVAL, _DELIVERED, _TOGETHER, RIVAL,
)  # fmt: skip
WORK_EVIDENCE = (
    _number("work order"), _sibling("order", "work order"),
    Evidence("asset", (Level("equal", "a.owner IS NOT NULL", "'the text names the asset ' || r.asset"),)),
    _PART, _size("needed"), _same("unit", "unit"),
    Evidence(
        "price",
        (*_PRICE.levels[:2], Level("about", _PRICE.levels[2].holds, "'price near the estimate'"), Level("other", _PRICE.levels[3].holds)),
    ),
    _same("site", "site_id", "same site", "another site"), _same("operation", "operation_no", "same operation", "another operation"),
    _same("revision", "revision", "", "another revision"), _same("person", "person", "requested by the same person"),
    Evidence(
        "supplier",
        (Level("entity", "l.entity = r.entity", "'the supplier is its contractor'"), Level("other", "l.entity <> r.entity")),
    ),
    _same("currency", "currency"),
    Evidence("date", (
        Level("before", f"{_DAYS} < -30", "'ordered long before the work order'"),
        Level("early", f"{_DAYS} < 0"),
        Level("over", "l.day > r.until", "'ordered after the work was done'"),
        Level("month", f"{_DAYS} <= 31", "'ordered within a month of the work order'"),
        Level("quarter", f"{_DAYS} <= 92"),
        Level("year", f"{_DAYS} <= 366"),
        Level("later", f"{_DAYS} IS NOT NULL"),
    )),
    _DUE, _TEXT, _DETAIL, _COMPONENT, _TOGETHER, RIVAL,
)  # fmt: skip

_PAIRS = """
    link_pairs AS pairs
    JOIN (SELECT *, paper IN (SELECT paper FROM link_paper_numbers WHERE fit >= 3) AS paper_elsewhere FROM link_entries
          LEFT JOIN (SELECT entry, max(fit) AS elsewhere FROM link_numbers GROUP BY entry) USING (entry)) AS l USING (entry)
    JOIN link_targets AS r USING (target)
    LEFT JOIN link_fits AS n ON n.entry = pairs.entry AND n.target = pairs.target
    LEFT JOIN link_paper_numbers AS p ON p.paper = l.paper AND p.owner = r.owner
    LEFT JOIN link_siblings AS s ON l.siblings AND s.paper = l.paper AND s.owner = r.owner
    LEFT JOIN link_assets AS a ON a.entry = pairs.entry AND a.owner = r.owner
    LEFT JOIN link_words AS tl ON tl.said = l.text
    LEFT JOIN link_words AS tr ON tr.said = r.text
    LEFT JOIN link_components AS cl ON cl.said = l.text
    LEFT JOIN link_components AS cr ON cr.said = r.text
    LEFT JOIN link_events AS e ON e.target = pairs.target AND e.quantity = l.quantity
    LEFT JOIN (SELECT target, sum(len(days)) AS many FROM link_events GROUP BY target) AS any_event ON any_event.target = pairs.target"""
"""A pair with its two sides (`l`, `r`) and what is known of both together."""

_FITTING = "part = 2, " + ", ".join(
    f"CASE {scale} WHEN 0 THEN 9 ELSE {scale} END" for scale in ("part", "operation", "size", "due", "text")
)
"""How the row of a work is found that an order line fits best: never one of another part where there is the work itself."""
_READ = 200
"""Characters of a text that are read for components: who writes more tells a story."""
RARE = 20
"""A word that at most so many of the texts have is rare."""


def weigh_pairs(facts: Facts, scales: tuple[Evidence, ...], events: str, by_owner: bool) -> None:
    """Makes `link_evidence`: entry, target, owner, members (see `combining`), hidden, `is_true` (null where it is not known), and for each
    scale the number of the pair's level, 0 = nothing known. `events`: query of (target, quantity, days) of what else happened to a target.
    `by_owner`: of each order or work only the row that fits best counts."""
    run = facts.database.execute
    run(f"CREATE OR REPLACE TEMP TABLE link_events AS {events}")
    run(
        """CREATE OR REPLACE TEMP TABLE link_fits AS
           SELECT pairs.entry, pairs.target, max(fit) AS fit, max_by(token, (fit, contains(token, '#'), token)) AS token
           FROM link_numbers AS n JOIN link_targets AS r ON r.owner = n.owner AND coalesce(n.target = r.target, true)
           JOIN link_pairs AS pairs ON pairs.entry = n.entry AND pairs.target = r.target GROUP BY ALL"""
    )
    _split_texts(facts)
    _read_texts(facts, wanted=_COMPONENT in scales)
    columns = ", ".join(f"{level_of(scale)}::TINYINT AS {name(scale.name)}" for scale in scales if scale not in (_TOGETHER, RIVAL))
    true = "CASE WHEN l.hidden THEN CASE WHEN l.true_target IS NULL THEN r.owner = l.true_owner ELSE r.target = l.true_target END END"
    run(
        f"""CREATE OR REPLACE TEMP TABLE link_levels AS
            FROM (SELECT pairs.entry, pairs.target, r.owner, l.paper, l.hidden, {true} AS is_true, {columns} FROM {_PAIRS})
            {f"QUALIFY row_number() OVER (PARTITION BY entry, owner ORDER BY {_FITTING}, target) = 1" if by_owner else ""}"""
    )
    run(
        f"""CREATE OR REPLACE TEMP TABLE link_evidence AS
            WITH fits AS (
                SELECT paper, owner, entry, hidden, max(size IN (1, 2, 4)) AS fits FROM link_levels GROUP BY ALL),
            owners AS (SELECT paper, owner, hidden, count(*) FILTER (fits) AS fitting FROM fits GROUP BY ALL),
            papers AS (SELECT paper, hidden, count(*) AS lines FROM link_entries GROUP BY ALL)
            SELECT v.* EXCLUDE (paper), NULL::BIGINT[] AS members, ({level_of(_TOGETHER)})::TINYINT AS together
            FROM (SELECT link_levels.*, lines, fitting - CAST(fits AS INTEGER) AS others FROM link_levels
                  JOIN papers USING (paper, hidden) JOIN owners USING (paper, owner, hidden)
                  JOIN fits USING (paper, owner, entry, hidden)) AS v"""
    )
    run("ALTER TABLE link_evidence DROP COLUMN others")
    run("ALTER TABLE link_evidence DROP COLUMN lines")


def sum_of_weights(scales: tuple[Evidence, ...], weights: Weights, but: str = "") -> str:
    """The sum of the weights of a pair's levels, as SQL over its row `v` of `link_evidence`."""
    sums = []
    for scale in scales:
        values = [weights.weights.get(scale.name, {}).get(level.name, 0.0) for level in scale.levels]
        cases = [f"WHEN {number} THEN {value}" for number, value in enumerate(values, 1) if value]
        if cases and scale.name != but:
            sums.append(f"CASE v.{name(scale.name)} {' '.join(cases)} ELSE 0 END")
    return " + ".join(sums) or "0"


def level_of(scale: Evidence) -> str:
    """The number of the level of a pair, as SQL."""
    cases = " ".join(f"WHEN {level.holds} THEN {number}" for number, level in enumerate(scale.levels, 1))
    return f"CASE {cases} ELSE 0 END"


def _split_texts(facts: Facts) -> None:
    """Makes `link_words`: of each text of a pair its words, as the first three consonants and the first letter (bearing and brng are one),
    those of them that are rare, and its details: what has digits, such as 6308-2RS or 24V."""
    texts = """SELECT DISTINCT text FROM link_entries WHERE text IS NOT NULL
               UNION SELECT DISTINCT text FROM link_targets SEMI JOIN link_pairs USING (target) WHERE text IS NOT NULL"""
    plain = "upper(strip_accents(left(text, 2000)))"
    bones = "left(word[1] || regexp_replace(word[2:], '[AEIOUYH]', '', 'g'), 3)"
    facts.database.execute(
        rf"""CREATE OR REPLACE TEMP TABLE link_words AS
            WITH texts AS (
                SELECT text AS said, list_distinct(regexp_extract_all({plain}, '\p{{L}}{{3,}}')) AS whole,
                       list_distinct(regexp_extract_all({plain}, '[A-Z]*[0-9][A-Z0-9]*(?:[-./X][A-Z0-9]+)*')) AS details FROM ({texts})),
            each AS (SELECT said, unnest(whole) AS word FROM texts),
            boned AS (SELECT said, word, {bones} AS bone, count(*) OVER (PARTITION BY word) AS many FROM each),
            words AS (
                SELECT said, list(DISTINCT bone ORDER BY bone) AS words, list(word) FILTER (many <= {RARE}) AS rare
                FROM boned GROUP BY said)
            SELECT said, coalesce(words, []) AS words, coalesce(rare, []) AS rare, [one FOR one IN details IF length(one) > 1] AS details
            FROM texts LEFT JOIN words USING (said)"""
    )


def _read_texts(facts: Facts, *, wanted: bool) -> None:
    """Makes `link_components`: of each text the components that it speaks of, and their groups. Not `wanted` = empty."""
    rows = facts.database.execute(f"SELECT said FROM link_words WHERE {wanted}").fetchall()
    spoken = {text: read_text(text[:_READ]).components for (text,) in rows}
    table = pa.table(
        {
            "said": pa.array(spoken, pa.string()),
            "components": pa.array(map(list, spoken.values()), pa.list_(pa.string())),
            "groups": pa.array(([find_group(one) for one in components] for components in spoken.values()), pa.list_(pa.string())),
        }
    )
    take_in(facts.database, "link_components", table)


def told(scales: tuple[Evidence, ...], levels: str = "v") -> str:
    """The sentence that tells the evidence of a pair, as SQL; `levels`: the alias of its row of `link_evidence`."""
    parts = []
    for scale in scales:
        cases = [f"WHEN {number} THEN {level.said}" for number, level in enumerate(scale.levels, 1) if level.said]
        if cases:
            parts.append(f"CASE {levels}.{name(scale.name)} {' '.join(cases)} END")
    return f"concat_ws('; ', {', '.join(parts)})"
