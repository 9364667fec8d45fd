"""Expressions that many tables share: moments, exact products, units, sums."""

import string
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

import ibis
from ibis.expr.types import Table as Expression

from counterfoil.rules.money import EXACT, plain
from counterfoil.tables.facts.shapes import Shapes
from counterfoil.tables.landing import Form

WIDE = "decimal(38, 16)"
"""Of products and amounts: exact for any quantity × price ÷ price_quantity."""

PRICE = "decimal(38, 10)"
"""Of a unit price ÷ price_quantity."""

QUANTITY = "decimal(38, 6)"
"""Of sums of quantities."""

FINE = "decimal(38, 22)"
"""Of the product of an amount's decimals with a rate or a fraction."""


class ColumnOps:
    """`counterfoil.rules.ops.Ops` for columns."""

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        return ibis.ifelse(condition, yes, no)

    def abs(self, number: Any) -> Any:
        return number.abs()

    def least(self, a: Any, b: Any) -> Any:
        return ibis.least(a, b)

    def lit(self, number: Decimal) -> Any:
        return ibis.literal(number, type=WIDE)


COLUMNS = ColumnOps()


class Portion:
    """A column of fractions, of six decimals. Its product with an amount has up to 22 decimals; cut to sixteen it still says of every
    amount, which has no more, whether it is above or not."""

    def __init__(self, fraction: Any) -> None:
        self.fraction = fraction

    def __mul__(self, amount: Any) -> Any:
        units = amount.cast("decimal(38, 0)").cast(QUANTITY)
        rest = (wide(amount) - wide(units)).cast(WIDE)
        fine = (rest * self.fraction).cast(FINE)
        near = fine.cast(WIDE)
        cut = near - ibis.ifelse(near.cast(FINE) > fine, ibis.literal(Decimal("1e-16"), type=WIDE), zero())
        most = ibis.literal(SAFE, type=QUANTITY)
        whole = ibis.least((units * self.fraction).cast(QUANTITY), most)
        return (wide(whole) + cut).cast(WIDE)


# ---- moments ---------------------------------------------------------------------------------------------


class Moment(NamedTuple):
    """A point in time as three columns, all null where it is unknown: its local date; where it sorts, in UTC (a date at 00:00 local);
    and whether it is an instant (else a date only)."""

    date: Any
    start: Any
    exact: Any


_PARTS = ("date", "start", "exact")


def moment(table: Expression, name: str) -> Moment:
    """The resolved moment of that name: the columns <name>_date, <name>_start, <name>_exact."""
    return Moment(*(table[f"{name}_{part}"] for part in _PARTS))


def named(name: str, one: Moment) -> dict[str, Any]:
    """The three columns of a moment, by name."""
    return {f"{name}_{part}": column for part, column in zip(_PARTS, one, strict=True)}


def moment_names(*names: str) -> list[str]:
    """The column names of some moments."""
    return [f"{name}_{part}" for name in names for part in _PARTS]


def after(a: Moment, b: Moment) -> Any:
    """a is after b: by local date where one of them is a date only, else exactly. Unknown is never after."""
    return ibis.ifelse(a.exact & b.exact, a.start > b.start, a.date > b.date).fill_null(False)


def choose(condition: Any, yes: Moment, no: Moment) -> Moment:
    """One of two moments."""
    return Moment(*(ibis.ifelse(condition, y, n) for y, n in zip(yes, no, strict=True)))


def later(a: Moment, b: Moment) -> Moment:
    """The one that sorts later; the known one of two."""
    return choose((b.start > a.start).fill_null(a.start.isnull()), b, a)


def first_known(a: Moment, b: Moment) -> Moment:
    """a, else b."""
    return choose(a.start.notnull(), a, b)


def resolve(f: Shapes, table: Expression, *names: str) -> Expression:
    """Replaces each raw moment (<name>, <name>_form) by its three columns, in the zone of the row (column `zone`, null = UTC)."""
    for name in names:
        days = f.zone_days.view()
        raw, form = table[name], table[f"{name}_form"]
        joined = table.left_join(
            days,
            [table.zone == days.zone, raw.date() == days.day, (form == int(Form.INSTANT)) == days.utc],
            rname="{name}_of_day",
        )
        raw, form = joined[name], joined[f"{name}_form"]
        seconds = ibis.ifelse(raw < joined.boundary, joined.seconds_before, joined.seconds_after).fill_null(0)
        instant = form == int(Form.INSTANT)
        one = Moment(
            _within_calendar(ibis.ifelse(instant, (raw + seconds.as_interval("s")).date(), raw.date())),
            ibis.ifelse(instant, raw, raw - seconds.as_interval("s")),
            form != int(Form.DATE),
        )
        kept = [column for column in table.columns if column not in (name, f"{name}_form")]
        table = joined.select(*kept, **named(name, one))
    return table


def _within_calendar(day: Any) -> Any:
    """A local day, not before year 1 and not after 9999."""
    return ibis.ifelse(day > ibis.date("9999-12-31"), ibis.date("9999-12-31"), ibis.ifelse(day < ibis.date("0001-01-01"), _FIRST_DAY, day))


_FIRST_DAY = ibis.date("0001-01-01")


# ---- numbers ---------------------------------------------------------------------------------------------


def per_one(unit_price: Any, price_quantity: Any) -> Any:
    """unit_price ÷ price_quantity, exact."""
    inverse = price_quantity.cases(
        *((many, ibis.literal(Decimal(1).scaleb(-power), type="decimal(5, 4)")) for power, many in _POWERS),
        else_=ibis.literal(Decimal(1), type="decimal(5, 4)"),
    )
    return (unit_price.cast(QUANTITY) * inverse).cast(PRICE)


_POWERS = ((1, 10), (2, 100), (3, 1000), (4, 10000))


def times(quantity: Any, price: Any) -> Any:
    """quantity × price (see `per_one`), exact."""
    return (quantity * price).cast(WIDE)


def product(quantity: Any, price: Any) -> Any:
    """quantity × price where the quantity is a sum that may be of any size: null beyond what is exact."""
    size = (quantity.cast("float64") * price.cast("float64")).abs()
    # A choice, not an "or": the engine then takes the size of those alone that are not small.
    fits = ibis.ifelse((quantity.abs() < _CELL) & (price.abs() < _CELL), True, size < float(SAFE))
    return (ibis.ifelse(fits, quantity, 0).cast(QUANTITY) * price).cast(WIDE).nullif(ibis.ifelse(fits, ibis.null(WIDE), zero()))


def at_price(in_amounts: Any, quantity: Any, price: Any) -> Any:
    """A quantity of an order line as an amount; of basis amount it is one already."""
    return ibis.ifelse(in_amounts, quantity.cast(WIDE), product(ibis.ifelse(in_amounts, 0, quantity), price))


def wide(number: Any) -> Any:
    return number.cast(WIDE)


def zero() -> Any:
    return ibis.literal(Decimal(0), type=WIDE)


SAFE = Decimal(10) ** 21
"""Well below what 38 digits with sixteen decimals hold."""

_MOST = ibis.literal(Decimal(10) ** 22 - 1, type="decimal(38, 6)")
_SMALL_UNITS = 10**11
_SMALL = ibis.literal(_SMALL_UNITS, type=WIDE)
_CELL = ibis.literal(10**11, type="decimal(18, 6)")


def limbs(amount: Any, where: Any = None) -> tuple[Any, Any]:
    """The sum of amounts in two parts that cannot overflow: the whole units of large ones, and what is left. To cut an amount to its
    units is a division of 128 bits, which small ones, nearly all, are spared."""
    small = amount.between(-_SMALL, _SMALL)
    units = ibis.ifelse(small, ibis.literal(0, type="decimal(38, 0)"), amount.cast("decimal(38, 0)"))
    rest = (amount - units).cast(WIDE)
    return units.sum(where=where).cast("decimal(38, 0)"), rest.sum(where=where).cast(WIDE)


def limbs_sql(amount: str) -> str:
    """`limbs` of a column, as two SQL expressions; `sum_of_limbs` makes one number of what they give."""
    return ", ".join(_limbs_sql(amount))


def total_sql(amount: str) -> str:
    """The sum of a column, as an SQL expression: the exact sum, null where that is 10^21 or more."""
    units, rest = _limbs_sql(amount)
    return f"(TRY_CAST({units} AS DECIMAL(37,16)) + {rest})"


def _limbs_sql(amount: str) -> tuple[str, str]:
    units = f"CASE WHEN {amount} BETWEEN -{_SMALL_UNITS} AND {_SMALL_UNITS} THEN 0::DECIMAL(38,0) ELSE trunc({amount})::DECIMAL(38,0) END"
    return f"sum({units})", f"sum(({amount} - ({units}))::DECIMAL(38,16))"


def sum_of_limbs(units: Decimal, rest: Decimal) -> Decimal:
    """The exact sum, of any size, whose parts `limbs_sql` gave."""
    return Decimal(plain(EXACT.add(units, rest)))


def as_one(units: Any, rest: Any) -> Any:
    """The two parts of a sum as one amount; null where that needs more than 38 digits."""
    # Nearly every sum has no large amount in it: only the others are worth dividing (a choice, not an "or", which divides all).
    inside = ibis.ifelse(units == 0, True, units.cast(QUANTITY).abs() + rest.cast(QUANTITY).abs() < _MOST)
    whole = ibis.ifelse(inside, units, ibis.null("decimal(38, 0)"))
    return (whole.cast(WIDE) + ibis.ifelse(inside, rest, ibis.null(WIDE))).cast(WIDE)


def total(amount: Any, where: Any = None) -> Any:
    """The exact sum of amounts, null where it needs more than 38 digits."""
    return as_one(*limbs(amount, where))


# ---- texts -----------------------------------------------------------------------------------------------


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def bit_length(text: str) -> int:  # type: ignore[empty-body]
    """Eight times the bytes of a text."""


def upper(text: Any) -> Any:
    """a–z upper-cased; letters beyond ASCII stay. The engine's own upper is much the faster, and says the same where there are none."""
    plain = bit_length(text) == text.length() * 8
    return ibis.ifelse(plain, text.upper(), text.translate(string.ascii_lowercase, string.ascii_uppercase))


def trim(text: Any) -> Any:
    """Without blanks, tabs and line ends around it."""
    return text.strip()


def unit_key(unit: Any) -> Any:
    """A unit as it compares: trimmed, upper-cased; empty = unknown."""
    return upper(trim(unit)).nullif("")


def look_up(rows: Expression, table: Expression, *keys: str) -> Expression:
    """Adds the other columns of a table to a few rows, where a row of it has the same keys: the rows are held in memory and the table
    passes by. Columns that the rows have already are theirs; a table that adds none is not read."""
    found = table.drop(*[name for name in table.columns if name in rows.columns and name not in keys])
    if len(found.columns) == len(keys):
        return rows
    found = found.rename({f"sought_{key}": key for key in keys})
    joined = found.right_join(rows, [found[f"sought_{key}"] == rows[key] for key in keys])
    return joined.select(*rows.columns, *[name for name in found.columns if not name.startswith("sought_")])


def differ(a: Any, b: Any) -> Any:
    """Both known and not the same."""
    return (a != b).fill_null(False)


def any_of(conditions: Iterable[Any]) -> Any:
    """True where one of the conditions holds; unknown ones do not."""
    found = None
    for condition in conditions:
        known = condition.fill_null(False)
        found = known if found is None else found | known
    return found
