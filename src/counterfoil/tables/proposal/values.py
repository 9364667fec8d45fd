"""What the values of a column allow: whether it can be a column of the contract at all, and how its cells are to be read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from counterfoil.tables.database import literal
from counterfoil.tables.mapping import Cell
from counterfoil.tables.proposal.days import ISO, fits
from counterfoil.tables.proposal.names import names, pieces
from counterfoil.tables.proposal.profile import Column
from counterfoil.tables.reading.cells import NO, YES
from counterfoil.tables.reading.mapped import grouped
from counterfoil.tables.schema import PRICE_QUANTITIES, Kind
from counterfoil.tables.schema import Column as Target

MOST_WORDS = 40
"""Different values that a column of words may have."""
MAY_BE_THOUSANDS = "it may mean thousands, not decimals"
"""Stands in a doubt about the sign of decimals."""
_MOST_RESPELLED = 100
_MOST_NULLS = 8
_MOST_SHOWN = 6
_LONGEST_ID, _LONGEST_UNIT = 80, 16
_TRUE = ("x", "y", "j", "t", "ja", "oui", "o", "si", "wahr", "vrai")
_FALSE = ("n", "f", "nein", "non", "falsch", "faux", "-")
_NONE = ("n/a", "na", "n.a.", "none", "null", "nil", "nan", "unknown", "tbd", "k.a.", "keine", "unbekannt", "inconnu", "aucun", "#n/a")
_FREE_TEXT = (
    "description",
    "name",
    "old",
    "new",
    "revision",
    "serial",
    "project",
    "incoterm_place",
    "deliver_to",
    "step",
    "field",
    "quote_ref",
)


@dataclass(frozen=True, slots=True)
class Reader:
    """How the cells of a column are read, and what is doubtful about it. `unknown`: words whose meaning only a person knows, with rows."""

    cell: Cell
    doubts: tuple[str, ...] = ()
    unknown: tuple[tuple[str, int], ...] = ()


def allows(target: Target, column: Column) -> bool:
    """False where the values contradict: a column never feeds what they cannot be."""
    if not column.filled:
        return False
    numbers, moments = column.share(column.numbers), column.share(column.moments)
    match target.kind:
        case Kind.MOMENT:
            return moments > 0.5
        case Kind.DECIMAL:
            return numbers > 0.5 and not column.counts["zeros"] and not _days(column)
        case Kind.INTEGER:
            return column.share(column.counts["whole"]) > 0.9 and not column.counts["zeros"] and not _days(column)
        case Kind.PRICE_QUANTITY:
            return all(_plain_number(value) in {str(number) for number in PRICE_QUANTITIES} for value in column.words)
        case Kind.YES_NO:
            return all(value.strip().lower() in (*YES, *NO, *_TRUE, *_FALSE) for value in column.words)
        case Kind.WORD:
            return column.distinct <= MOST_WORDS and not column.decimals and not column.moments and column.longest <= _LONGEST_ID
        case Kind.TEXT:
            return _allows_text(target, column, numbers, moments)


def _allows_text(target: Target, column: Column, numbers: float, moments: float) -> bool:
    name = target.name
    if name in ("old", "new"):
        return True
    if (moments > 0.5 and not _digits(column)) or column.decimals:
        return False
    if "currency" in name:
        return all(len(value.strip()) == 3 and value.strip().isascii() and value.strip().isupper() for value in column.words)
    if name == "unit" or name.endswith("_unit"):
        return column.longest <= _LONGEST_UNIT and column.distinct <= 200
    if name == "timezone":
        return all("/" in value or value.strip().upper() in ("UTC", "GMT") for value in column.words)
    if name in ("description", "name"):
        return numbers < 0.5
    if name == "country":
        return numbers < 0.5 and column.distinct <= 300
    return name in _FREE_TEXT or column.longest <= _LONGEST_ID


def _days(column: Column) -> bool:
    return column.share(column.moments) > 0.9


def _digits(column: Column) -> bool:
    return column.counts["whole"] == column.filled


def _plain_number(value: str) -> str:
    whole, _, rest = value.strip().partition(".")
    return whole if not rest.strip("0") else value


def reader(database: duckdb.DuckDBPyConnection, target: Target, column: Column) -> Reader:
    """How the cells of a column are read as that column of the contract."""
    plain = Cell(columns=(column.name,))
    match target.kind:
        case Kind.MOMENT:
            return _moments(database, target, column, plain)
        case Kind.DECIMAL | Kind.INTEGER:
            return _numbers(database, target, column, plain)
        case Kind.WORD:
            return _words(target, column, plain)
        case Kind.YES_NO:
            words = {value: "true" if value.strip().lower() in _TRUE else "false" for value in column.words if _foreign(value)}
            return Reader(replace(plain, words=words))
        case _:
            return Reader(plain)


def _foreign(value: str) -> bool:
    return value.strip().lower() not in (*YES, *NO)


def _numbers(database: duckdb.DuckDBPyConnection, target: Target, column: Column, plain: Cell) -> Reader:
    doubts = []
    decimal = "," if column.comma else "."
    style = grouped(*column.style) if column.style else rf"[+-]?[0-9]+([{decimal}][0-9]+)?"
    cell = replace(plain, decimal=decimal, thousands=column.style[0] if column.style else "")
    strange = others(database, column, f"NOT regexp_full_match(plain, {literal(style)})")
    bare = {value: "0" + value.strip() for value, _ in strange if value.strip().startswith(".") and value.strip()[1:].isdigit()}
    if bare and len(bare) <= _MOST_RESPELLED:
        cell = replace(cell, words=bare)
    left = [(value, count) for value, count in strange if value not in cell.words]
    cell, more = _nulled(target, cell, left, "a number")
    doubts += more
    sign = "comma" if column.comma else "point"
    if not column.style and 0 < column.counts[sign] == column.counts[f"{sign}_thousands"]:
        doubts.append(f"every {sign} has three digits behind it: {MAY_BE_THOUSANDS}")
    if column.counts["long"]:
        doubts.append(f"{counted(column.counts['long'])} with more than six decimals will be rejected")
    return Reader(cell, tuple(doubts))


def _moments(database: duckdb.DuckDBPyConnection, target: Target, column: Column, plain: Cell) -> Reader:
    doubts = []
    forms = [form for form, _ in column.formats]
    cell = plain
    if forms != [ISO]:
        cell = replace(cell, formats=tuple("%Y-%m-%d" if form == ISO else form for form in forms))
    if column.either_way:
        doubts.append(f"{forms[0]} fits, but day and month could be exchanged in every cell")
    if column.moments < column.filled:
        read = " OR ".join(fits(form) for form in forms)
        cell, more = _nulled(target, cell, others(database, column, f"NOT coalesce({read}, false)"), "a date")
        doubts += more
    return Reader(cell, tuple(doubts))


def others(database: duckdb.DuckDBPyConnection, column: Column, condition: str) -> list[tuple[str, int]]:
    """The values of a column that meet a condition, the most frequent first."""
    rows = database.execute(
        f"SELECT value, n FROM seen WHERE sheet = {column.sheet} AND col = {column.number} AND {condition}"
        f" ORDER BY n DESC, value LIMIT {_MOST_RESPELLED + 1}"
    ).fetchall()
    return [(str(value), int(count)) for value, count in rows]


_EMPTY_MEANS = {
    "issued_at": ", and an order without this day counts as never issued: keep such rows out with where, or leave the column out, "
    "if the day is only not known",
}
"""What it means that a column is empty, where that is easily overlooked."""


def _nulled(target: Target, cell: Cell, left: Sequence[tuple[str, int]], what: str) -> tuple[Cell, list[str]]:
    """Phrases in place of a value are read as none, where there are few of them and the column may be empty."""
    if not left:
        return cell, []
    nothing = [(value, count) for value, count in left if _says_nothing(value) or (count > 1 and any(map(str.isalpha, value)))]
    shown = ", ".join(repr(value[:40]) for value, _ in left[:3])
    rows = sum(count for _, count in left)
    if len(nothing) == len(left) <= _MOST_NULLS and not target.required:
        means = _EMPTY_MEANS.get(target.name, "")
        doubt = (
            []
            if not means and all(_says_nothing(value) for value, _ in left)
            else [f"{counted(rows)} {'says' if rows == 1 else 'say'} {shown} instead of {what}; read as empty{means}"]
        )
        return replace(cell, null=tuple(value for value, _ in left)), doubt
    many = "" if len(left) <= _MOST_RESPELLED else " or more"
    return cell, [f"{counted(rows)}{many} {'is' if rows == 1 else 'are'} not {what} ({shown}) and will be rejected"]


def counted(rows: int) -> str:
    """A number of rows in words."""
    return "1 row" if rows == 1 else f"{rows:,} rows"


def _says_nothing(value: str) -> bool:
    """True for what stands where there is no value: dashes, a date of zeros, n/a."""
    return not value.strip("0-./?: ") or value.strip().lower() in _NONE


def not_known(target: Target, values: Sequence[str]) -> str:
    """The doubt about words whose meaning only a person knows."""
    shown = ", ".join(repr(value[:40]) for value in values[:_MOST_SHOWN])
    return f"what {shown} means is not known; these rows read as empty until the map says one of {', '.join(target.words)}"


def _words(target: Target, column: Column, plain: Cell) -> Reader:
    known = {value: names().word(value, target.words) for value in column.words}
    words = {value: word for value, word in known.items() if word is not None and word != value.strip()}
    unknown = [(value, count) for value, count in column.top if known[value] is None]
    doubts = [not_known(target, [value for value, _ in unknown])] if unknown else []
    if any(len(pieces(value)) == 1 and value.strip().isalpha() and len(value.strip()) == 1 for value in words):
        doubts.append("single letters were read as words")
    return Reader(replace(plain, words=words), tuple(doubts), tuple(unknown))
