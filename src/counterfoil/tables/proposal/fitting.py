"""A cell of a worked mapping, fitted to what stands in the file: decimals and days as they are written there, words that nobody foresaw."""

from collections.abc import Iterator
from dataclasses import replace

import duckdb

from counterfoil.tables.database import literal
from counterfoil.tables.mapping import Cell
from counterfoil.tables.proposal.days import ISO, fits
from counterfoil.tables.proposal.placing import Feed, Placement
from counterfoil.tables.proposal.profile import Column
from counterfoil.tables.proposal.values import MAY_BE_THOUSANDS, allows, counted, not_known, others, reader
from counterfoil.tables.reading.cells import is_one
from counterfoil.tables.schema import TABLES, Kind
from counterfoil.tables.schema import Column as Target

_NUMBERS = (Kind.DECIMAL, Kind.INTEGER)
_PLAIN = {".": r"[+-]?[0-9]+([.][0-9]+)?", ",": r"[+-]?[0-9]+(,[0-9]+)?"}
"""A number that is read, by the sign of its decimals."""


def fitted(database: duckdb.DuckDBPyConnection, feed: Feed, target: Target, cell: Cell) -> Placement:
    """A column of a feed whose conditions stand already. The columns of the cell are columns of its sheet."""
    columns = [next(column for column in feed.sheet.columns if column.name == name) for name in cell.columns]
    own = f"{feed.system}'s own {'fields' if len(columns) > 1 else 'field'}" if columns else f"the same in these rows of {feed.system}"
    placed = Placement(target, cell, tuple(column.number for column in columns), 1.0, own)
    if len(columns) == 1 and columns[0].filled:
        if target.kind in (Kind.WORD, Kind.YES_NO):
            _fit_words(database, feed, placed, columns[0])
        elif target.kind in (*_NUMBERS, Kind.MOMENT):
            _fit_spelling(database, feed, placed, columns[0])
        elif (target.kind is Kind.PRICE_QUANTITY or target.name == "currency") and not allows(target, columns[0]):
            placed.doubts.append(_unlike(target, columns[0]))
    if columns and target.name == TABLES[feed.table].key:
        placed.doubts += _repeated(database, feed, columns)
    return placed


def counted_rows(database: duckdb.DuckDBPyConnection, feed: Feed) -> int:
    """The rows of its sheet, as far as looked at, that a feed reads."""
    row = database.execute(f"SELECT count(*) FROM {_rows(feed)}").fetchone()
    return int(row[0]) if row else 0


def _rows(feed: Feed) -> str:
    """The rows that a feed reads, to stand behind FROM."""
    cells = {column.name: f"coalesce({column.sql}, '')" for column in feed.sheet.columns}
    tests = ["true"]
    for condition in feed.conditions:
        cell = cells[condition.column]
        test = f"{cell} <> ''" if condition.presence else is_one(cell, condition.words)
        tests.append(f"({test})" if condition.wanted else f"NOT ({test})")
    return f"raw_{feed.sheet.number} WHERE {' AND '.join(tests)}"


def _fit_words(database: duckdb.DuckDBPyConnection, feed: Feed, placed: Placement, column: Column) -> None:
    """Words that the worked mapping has not: what the dictionary knows of them is taken with a doubt, the others are asked for."""
    target, cell = placed.target, placed.cell
    rows = database.execute(
        f"SELECT {column.sql}, count(*) FROM {_rows(feed)} AND {column.sql} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    strange = [(str(value), int(count)) for value, count in rows if value not in (*cell.words, *cell.null)]
    words = reader(database, target, replace(column, top=tuple(strange))).cell.words
    guessed = {value: words[value] for value, _ in strange if value in words}
    if target.kind is Kind.WORD:
        placed.unknown = tuple((value, count) for value, count in strange if value not in words and value.strip() not in target.words)
    elif not allows(target, replace(column, top=tuple(strange))):
        placed.doubts.append(_unlike(target, column))
    if guessed:
        placed.cell = replace(cell, words={**cell.words, **guessed})
        told = ", ".join(f"{value!r} as {word}" for value, word in list(guessed.items())[:6])
        placed.doubts.append(f"not foreseen in {feed.system}, and read by what the words say: {told}")
    if placed.unknown:
        placed.doubts.append(not_known(target, [value for value, _ in placed.unknown]))


def _fit_spelling(database: duckdb.DuckDBPyConnection, feed: Feed, placed: Placement, column: Column) -> None:
    """Numbers and days: the worked spelling where it reads every cell, else the one that the file has."""
    target, cell = placed.target, placed.cell
    if target.kind is Kind.MOMENT:
        forms = " OR ".join(fits(form) for form in cell.formats or (ISO,))
        read = f"coalesce({forms}, false)"
        if not column.formats:
            # Most cells say that there is no day; the others are written as elsewhere in the sheet.
            dated = next((other for other in feed.sheet.columns if other.formats), column)
            column = replace(column, formats=tuple((form, 0) for form, _ in dated.formats), either_way=dated.either_way)
    else:
        read = f"regexp_full_match(plain, {literal(_PLAIN[cell.decimal])})"
    if others(database, column, f"NOT {read} AND NOT {is_one('value', (*cell.null, *cell.words))}"):
        if not (column.formats or (target.kind in _NUMBERS and allows(target, column))):
            placed.doubts.append(_unlike(target, column))
            return
        seen = reader(database, target, column)
        null = tuple(dict.fromkeys((*cell.null, *seen.cell.null)))
        words = {**cell.words, **seen.cell.words}
        placed.cell = replace(
            cell, null=null, words=words, decimal=seen.cell.decimal, thousands=seen.cell.thousands, formats=seen.cell.formats
        )
        placed.doubts += seen.doubts
    elif cell.decimal == ",":
        placed.doubts += [doubt for doubt in reader(database, target, column).doubts if MAY_BE_THOUSANDS in doubt]
    if placed.cell.decimal == "," and any(other.comma and _plainly(other) for other in feed.sheet.columns):
        placed.doubts = [doubt for doubt in placed.doubts if MAY_BE_THOUSANDS not in doubt]


def _plainly(column: Column) -> bool:
    """True where some comma of a column cannot mean thousands."""
    return column.counts["comma"] > column.counts["comma_thousands"]


def _repeated(database: duckdb.DuckDBPyConnection, feed: Feed, columns: list[Column]) -> Iterator[str]:
    """A doubt where rows have the same id."""
    cells = ", ".join(column.sql for column in columns)
    filled = " AND ".join(f"{column.sql} IS NOT NULL" for column in columns)
    row = database.execute(f"SELECT count(*) - count(DISTINCT ({cells})) FROM {_rows(feed)} AND {filled}").fetchone()
    if row and row[0] and not feed.unique:
        yield f"{counted(int(row[0]))} {'has' if row[0] == 1 else 'have'} an id that another row has"


def _unlike(target: Target, column: Column) -> str:
    shown = ", ".join(repr(value[:20]) for value in column.words[:3])
    return f"what stands in it does not look like it ({target.kind.value}): {shown}"
