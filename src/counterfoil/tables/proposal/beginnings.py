"""Ids of orders that begin with another word than the others: perhaps they are no purchase orders."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from counterfoil.tables.mapping import Condition
from counterfoil.tables.proposal.placing import Feed, Placement
from counterfoil.tables.proposal.profile import MOST_VALUES, Column, Sheet
from counterfoil.tables.proposal.values import counted

_ID = "purchase_order_id"
_HANG_ON_ORDERS = (_ID, "purchase_order_line_id")
_NEARLY_ALL = 0.95
_MOST_WORDS = 4
"""Different words up to which they say what an order is, and not where it comes from."""


@dataclass(frozen=True, slots=True)
class Others:
    """The rows of one sheet whose orders begin otherwise. `placement`: of the id, with the `doubt`; `hang`: the sections with rows of these
    orders; `condition`: leaves exactly these rows out, None where no column tells them apart."""

    placement: Placement
    doubt: str
    hang: tuple[Feed, ...]
    condition: Condition | None


def others(database: duckdb.DuckDBPyConnection, feeds: Sequence[Feed]) -> Iterator[Others]:
    """One for each sheet with orders that begin with different words. Adds the doubt to the id."""
    seen: set[int] = set()
    for feed in sorted(feeds, key=lambda feed: feed.table != "purchase_orders"):
        own = feed.columns(_ID)
        if feed.table not in ("purchase_orders", "purchase_order_lines") or len(own) != 1 or feed.sheet.number in seen:
            continue
        seen.add(feed.sheet.number)
        words = _words(database, own[0])
        if 1 < len(words) <= _MOST_WORDS and sum(ids for ids, _ in words.values()) > _NEARLY_ALL * own[0].distinct:
            yield _others(database, feed, own[0], words, [one for one in feeds if one.sheet.number == feed.sheet.number])


def _words(database: duckdb.DuckDBPyConnection, column: Column) -> dict[str, tuple[int, int]]:
    """By the word that ids begin with: how many do, and their rows; the most frequent first."""
    rows = database.execute(
        f"SELECT {_word('plain')} AS word, count(*), sum(n) FROM seen WHERE sheet = {column.sheet} AND col = {column.number}"
        " AND word <> '' GROUP BY word ORDER BY 2 DESC, word"
    ).fetchall()
    return {str(word): (int(ids), int(count)) for word, ids, count in rows}


def _word(cell: str) -> str:
    return f"upper(regexp_extract({cell}, '^[ ]*([[:alpha:]]+)[-_ /.]?[0-9]', 1))"


def _others(
    database: duckdb.DuckDBPyConnection, feed: Feed, column: Column, words: dict[str, tuple[int, int]], alike: Sequence[Feed]
) -> Others:
    most, *few = words
    ids, rows = (sum(figures) for figures in zip(*(words[word] for word in few), strict=True))
    found = _telling(database, feed.sheet, column, few)
    if found is None:
        remedy = "no column tells their rows apart: if they are none, leave them out of the export"
    else:
        remedy = f"if not, leave out the rows with {found.words[0]!r} in {found.column}"
    told = f"{ids:,} of {column.distinct:,} orders ({counted(rows)}) begin with {' or '.join(few)}, the others with {most}"
    doubt = f"{told}: are they purchase orders? {remedy[0].upper()}{remedy[1:]}"
    placement = feed.placed[_ID]
    placement.doubts = [*placement.doubts, doubt]
    return Others(placement, doubt, tuple(one for one in alike if {*_HANG_ON_ORDERS} & one.placed.keys()), found)


def _telling(database: duckdb.DuckDBPyConnection, sheet: Sheet, own: Column, words: Sequence[str]) -> Condition | None:
    """All rows but those in which a column has a word that it has in all rows of these orders, and in no other."""
    strange = " OR ".join(f"{_word(own.sql)} = '{word}'" for word in words)
    for column in sorted(sheet.columns, key=lambda column: column.distinct):
        if column is own or not column.name or not 0 < column.distinct <= MOST_VALUES:
            continue
        rows = database.execute(
            f"SELECT cell, bool_and(strange), bool_or(strange) FROM (SELECT {column.sql} AS cell, coalesce({strange}, false) AS strange"
            f" FROM raw_{sheet.number}) GROUP BY cell"
        ).fetchall()
        theirs = [cell for cell, every, _ in rows if every]
        mixed = any(some and not every for _, every, some in rows)
        if len(theirs) == 1 and theirs[0] is not None and not mixed:
            return Condition(column.name, (str(theirs[0]),), wanted=False)
    return None
