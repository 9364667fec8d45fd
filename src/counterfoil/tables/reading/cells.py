"""From the text of a cell to its value, as SQL made from the schema.

Every expression tries the common spelling first and pays for blanks and rare spellings only in the cells that need it. `cell` is an
SQL expression of type VARCHAR that is never the empty string: an empty cell is NULL.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from counterfoil.tables.database import literal
from counterfoil.tables.landing import Form
from counterfoil.tables.schema import DECIMAL_DIGITS, DECIMAL_LIMIT, DECIMAL_PLACES, PRICE_QUANTITIES, Column, Kind

DECIMAL = f"DECIMAL({DECIMAL_DIGITS},{DECIMAL_PLACES})"

BLANKS = " \t\r\n"


class Reason(IntEnum):
    """Why a row was rejected. Stored as a number while reading; `REASONS` has the words."""

    MISSING = 1
    NOT_A_NUMBER = 2
    TOO_MANY_DECIMALS = 3
    OUT_OF_RANGE = 4
    PRICE_QUANTITY = 5
    NOT_WHOLE = 6
    NOT_YES_OR_NO = 7
    NOT_A_MOMENT = 8
    TOO_MANY_CELLS = 9
    CLASH = 10
    NOT_GROUPED = 11


REASONS = {
    Reason.MISSING: "required value is missing",
    Reason.NOT_A_NUMBER: "not a number",
    Reason.TOO_MANY_DECIMALS: "more than six decimals",
    Reason.OUT_OF_RANGE: "out of range",
    Reason.PRICE_QUANTITY: "price_quantity is not 1, 10, 100, 1000 or 10000",
    Reason.NOT_WHOLE: "not a whole number",
    Reason.NOT_YES_OR_NO: "not yes or no",
    Reason.NOT_A_MOMENT: "not a date or an instant",
    Reason.TOO_MANY_CELLS: "more cells than the header",
    Reason.CLASH: "another row has this id",
    Reason.NOT_GROUPED: "not a number with three digits in each group",
}

_NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?"
_SHORT_DECIMAL = r"[+-]?[0-9]{1,11}(\.[0-9]{1,6})?"
_LONG_DECIMAL = r"[+-]?0*[0-9]{1,11}(\.[0-9]{1,6}0*)?"
_SIX_DECIMALS = r"[+-]?[0-9]+(\.[0-9]{1,6}0*)?"
_SHORT_WHOLE = r"[+-]?[0-9]{1,11}"
_LONG_WHOLE = r"[+-]?0*[0-9]{1,11}(\.0+)?"

_YEAR = r"(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
_DATE = _YEAR + r"-[0-9]{2}-[0-9]{2}"
_LOCAL = _DATE + r"[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?"
_ZULU = _LOCAL + r"[Zz]"
_OFFSET = r"[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?"

YES = ("true", "1", "yes")
NO = ("false", "0", "no")


def is_one(text: str, texts: Iterable[str]) -> str:
    """SQL that is true where the text is one of those, else false. IN and lists would do, but of five constants and more the database
    makes a join, and a join changes the order of the rows."""
    cases = " ".join(f"WHEN {literal(one)} THEN true" for one in texts)
    return f"CASE {text} {cases} ELSE false END" if cases else "false"


def trim(cell: str) -> str:
    """The cell without the blanks around it (space, tab, carriage return, line feed)."""
    return f"trim({cell}, {literal(BLANKS)})"


def value(column: Column, cell: str) -> str:
    """SQL of the value of a cell of that column; NULL where it is empty, unknown or cannot be read (yes/no: false where it is empty)."""
    match column.kind:
        case Kind.TEXT:
            return cell
        case Kind.DECIMAL:
            return _decimal(cell)
        case Kind.INTEGER:
            return _whole(cell)
        case Kind.PRICE_QUANTITY:
            return _price_quantity(cell)
        case Kind.YES_NO:
            return _yes_no(cell)
        case Kind.MOMENT:
            return f"coalesce({_moment(cell)}, CASE WHEN {cell} IS NOT NULL THEN {_moment(trim(cell))} END)"
        case Kind.WORD:
            text = trim(cell)
            return f"CASE WHEN {is_one(cell, column.words)} THEN {cell} WHEN {is_one(text, column.words)} THEN {text} END"


@dataclass(frozen=True, slots=True)
class Typed:
    """SQL for a column that comes typed: its value, NULL where it is out of range; the `Form` of a moment; the reason for what is not NULL
    and has no value."""

    value: str
    form: int
    wrong: Reason


_WHOLE_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_CELL_DIGITS = DECIMAL_DIGITS - DECIMAL_PLACES
_FIRST, _LAST = "'0001-01-01'", "'9999-12-31 23:59:59.999999'"


def typed(column: Column, cell: str, kind: str) -> Typed | None:
    """How a column of a database type is taken as it is; None where it has to go through its text."""
    in_range = f"{cell} > -{DECIMAL_LIMIT} AND {cell} < {DECIMAL_LIMIT}"
    whole = kind in _WHOLE_TYPES
    digits = re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", kind)
    if column.kind is Kind.DECIMAL and digits:
        width, places = int(digits[1]), int(digits[2])
        if places <= DECIMAL_PLACES and width - places <= _CELL_DIGITS:
            return Typed(f"CASE WHEN {in_range} THEN CAST({cell} AS {DECIMAL}) END", 0, Reason.OUT_OF_RANGE)
    if column.kind in (Kind.DECIMAL, Kind.INTEGER) and whole:
        target = DECIMAL if column.kind is Kind.DECIMAL else "BIGINT"
        return Typed(f"CASE WHEN {in_range} THEN CAST({cell} AS {target}) END", 0, Reason.OUT_OF_RANGE)
    if column.kind is Kind.PRICE_QUANTITY and whole:
        cases = " ".join(f"WHEN {number} THEN {number}" for number in PRICE_QUANTITIES)
        return Typed(f"CASE {cell} {cases} END", 0, Reason.PRICE_QUANTITY)
    if column.kind is Kind.YES_NO and kind == "BOOLEAN":
        return Typed(f"coalesce({cell}, false)", 0, Reason.NOT_YES_OR_NO)
    if column.kind is Kind.MOMENT and (kind == "DATE" or kind.startswith("TIMESTAMP")):
        zoned = "TIME ZONE" in kind
        clock = f"({cell} AT TIME ZONE 'UTC')" if zoned else f"CAST({cell} AS TIMESTAMP)"
        within = f"{clock} >= TIMESTAMP {_FIRST} AND {clock} <= TIMESTAMP {_LAST}"
        given = Form.DATE if kind == "DATE" else Form.INSTANT if zoned else Form.LOCAL
        return Typed(f"CASE WHEN {within} THEN {clock} END", int(given), Reason.NOT_A_MOMENT)
    return None


def typed_reason(column: Column, cell: str, value: str, wrong: Reason) -> str:
    """SQL of the number of the reason why a typed cell cannot be taken, 0 where it can."""
    missing = int(Reason.MISSING) if column.required else 0
    return f"CASE WHEN {value} IS NOT NULL THEN 0 WHEN {cell} IS NULL THEN {missing} ELSE {int(wrong)} END"


def form(cell: str, value: str) -> str:
    """SQL of the `Form` of a date or instant that could be read, else NULL."""
    instant = f"regexp_matches({cell}, ':[0-9.,:]*[Zz+-]')"
    return f"CASE WHEN {value} IS NULL THEN NULL WHEN NOT contains({cell}, ':') THEN 0 WHEN {instant} THEN 2 ELSE 1 END"


def unknown(cell: str, value: str) -> str:
    """SQL of the cell where it holds a word that the column does not know, else NULL."""
    return f"CASE WHEN {value} IS NOT NULL OR {cell} IS NULL OR {trim(cell)} = '' THEN NULL ELSE {cell} END"


def reason(column: Column, cell: str, value: str) -> str:
    """SQL of the number of the reason why the cell cannot be read, 0 where it can, or where it may be empty and is."""
    missing = int(Reason.MISSING) if column.required else 0
    if column.kind is Kind.TEXT:
        return f"CASE WHEN {cell} IS NULL THEN {missing} ELSE 0 END"
    if column.kind is Kind.WORD:
        return "0"
    text = trim(cell)
    match column.kind:
        case Kind.MOMENT:
            why = f"{Reason.NOT_A_MOMENT}"
        case Kind.YES_NO:
            why = f"{Reason.NOT_YES_OR_NO}"
        case Kind.INTEGER:
            why = f"CASE WHEN {_like(text, _NUMBER)} THEN {Reason.NOT_WHOLE} ELSE {Reason.NOT_A_NUMBER} END"
        case _:
            last = f"WHEN {_like(text, _LONG_DECIMAL)} THEN {Reason.PRICE_QUANTITY}" if column.kind is Kind.PRICE_QUANTITY else ""
            why = (
                f"CASE WHEN NOT {_like(text, _NUMBER)} THEN {Reason.NOT_A_NUMBER}"
                f" WHEN NOT {_like(text, _SIX_DECIMALS)} THEN {Reason.TOO_MANY_DECIMALS} {last} ELSE {Reason.OUT_OF_RANGE} END"
            )
    return f"CASE WHEN {value} IS NOT NULL THEN 0 WHEN {cell} IS NULL OR {text} = '' THEN {missing} ELSE {why} END"


def _like(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, {literal(pattern)})"


def _decimal(cell: str) -> str:
    text = trim(cell)
    return (
        f"CASE WHEN {_like(cell, _SHORT_DECIMAL)} THEN TRY_CAST({cell} AS {DECIMAL})"
        f" WHEN {cell} IS NOT NULL AND {_like(text, _LONG_DECIMAL)} THEN TRY_CAST({text} AS {DECIMAL}) END"
    )


def _whole(cell: str) -> str:
    text = trim(cell)
    digits = f"regexp_extract({text}, '^[+-]?[0-9]+')"
    return (
        f"CASE WHEN {_like(cell, _SHORT_WHOLE)} THEN TRY_CAST({cell} AS BIGINT)"
        f" WHEN {cell} IS NOT NULL AND {_like(text, _LONG_WHOLE)} THEN TRY_CAST({digits} AS BIGINT) END"
    )


def _price_quantity(cell: str) -> str:
    """An INTEGER; other spellings than the plain one go through the decimal, whose text has six decimals."""
    number = f"regexp_replace(CAST({_decimal(cell)} AS VARCHAR), '[.]0+$', '')"
    allowed = tuple(str(number) for number in PRICE_QUANTITIES)
    return (
        f"CASE WHEN {is_one(cell, allowed)} THEN TRY_CAST({cell} AS INTEGER)"
        f" WHEN {cell} IS NOT NULL AND {is_one(number, allowed)} THEN TRY_CAST({number} AS INTEGER) END"
    )


def _yes_no(cell: str) -> str:
    text = f"lower({trim(cell)})"
    return f"CASE WHEN {cell} IS NULL THEN false WHEN {is_one(text, YES)} THEN true WHEN {is_one(text, (*NO, ''))} THEN false END"


def _moment(text: str) -> str:
    """A timestamp: midnight of a date, the local clock, or UTC where there is an offset. Where UTC
    would be before year 1 or after 9999 the clock is kept. DuckDB drops what is finer than a microsecond."""
    date = f"WHEN {_like(text, _DATE)} THEN CAST(TRY_CAST({text} AS DATE) AS TIMESTAMP)"
    local = f"WHEN {_like(text, _LOCAL)} THEN {_clock(text)}"
    zulu = f"WHEN {_like(text, _ZULU)} THEN {_clock(f'left({text}, -1)')}"
    offset = f"regexp_extract({text}, {literal(_OFFSET + '$')})"
    digits = f"rpad(replace({offset}[2:], ':', ''), 4, '0')"
    minutes = f"(CAST({digits}[1:2] AS INTEGER) * 60 + CAST({digits}[3:4] AS INTEGER))"
    sign = f"CASE WHEN {offset}[1] = '-' THEN 1 ELSE -1 END"
    clock = _clock(f"left({text}, -length({offset}))")
    utc = f"{clock} + to_minutes({sign} * {minutes})"
    within = f"{utc} >= TIMESTAMP {_FIRST} AND {utc} <= TIMESTAMP {_LAST}"
    shifted = f"WHEN {_like(text, _LOCAL + _OFFSET)} THEN CASE WHEN {within} THEN {utc} ELSE {clock} END"
    return f"CASE {date} {local} {zulu} {shifted} END"


def _clock(text: str) -> str:
    return f"TRY_CAST(replace({text}, ',', '.') AS TIMESTAMP)"


def reason_unspelled(column: Column, *, grouped: bool) -> int:
    """The reason for a cell that is not written as its mapping says. `grouped`: that names a sign between groups of digits."""
    number = Reason.NOT_GROUPED if grouped else Reason.NOT_A_NUMBER
    return int(Reason.NOT_A_MOMENT if column.kind is Kind.MOMENT else number)
