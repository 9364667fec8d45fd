"""One run's facts: brings the policy, the zones and the rates along as tables, and makes base tables when they are first needed."""

import datetime
import zoneinfo
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import groupby, pairwise, product
from typing import Any

import duckdb
import ibis
import pyarrow as pa

import counterfoil.tables.facts  # noqa: F401  (declares the bases)
from counterfoil.rules.tolerance import KINDS, Tolerance, find_tolerance, lower_limit, upper_limit
from counterfoil.tables.engines import Columns, Engine
from counterfoil.tables.engines.own import OwnEngine
from counterfoil.tables.facts.shapes import NUMBERED, Base, Compiled, all_rows, brought_schema, compile_expression, compiled, given_schema
from counterfoil.tables.landing import Form, Landing
from counterfoil.tables.policy import Policy
from counterfoil.tables.schema import TABLES, Kind

_UTC = datetime.UTC
_NO_OFFSET = datetime.timedelta(0)


class Facts:
    """The base tables of one run, on its engine."""

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        landing: Landing,
        policy: Policy,
        *,
        as_of: datetime.date | None,
        run_date: datetime.date,
        engine: Engine | None = None,
    ) -> None:
        """`database`: the run's own, with what was read; `engine`: None = that database itself."""
        self.database, self.landing, self.policy = database, landing, policy
        self.engine = engine or OwnEngine(database)
        self._made: set[str] = set()
        self._here: set[str] = set()
        self._bring("parameters", [self._parameters(as_of, run_date)])
        self._bring_zones()
        self._bring(
            "conversions", _conversions(self._fetch("unit_conversions", "part_id", "from_unit", "to_unit", "numerator", "denominator"))
        )
        self._bring("daily_rates", _daily_rates(self._rates()))
        self._bring_policy()

    # ---- making ------------------------------------------------------------------------------------------

    def ensure(self, name: str) -> None:
        """Makes a base table and what it needs, in the run's own database."""
        self._make(name)
        if self.engine.apart and name not in self._here:
            one = compiled(name, self.engine.dialect)
            if one.function is None:
                self.engine.land(name, all_rows(name, one.schema, self.engine.dialect), one.schema)
            self._here.add(name)

    def land(self, table: str, name: str, expression: Base) -> Compiled:
        """The answer of an expression over base tables as a table of the run's own database."""
        one = self._compiled(name, expression)
        self.engine.land(table, one.sql, one.schema)
        return one

    def relation(self, name: str, expression: Base) -> str:
        """The answer of an expression over base tables, as it stands behind FROM in a statement for the run's own database."""
        one = self._compiled(name, expression)
        return self.engine.relation(name, one.sql, one.schema)

    def _compiled(self, name: str, expression: Base) -> Compiled:
        one = compile_expression(name, expression, self.engine.dialect)
        self._make_all(one.needs)
        return one

    def _make_all(self, names: Iterable[str]) -> None:
        for name in names:
            self._make(name)

    def _make(self, name: str) -> None:
        """Makes a table known to the engine, and what it needs, once."""
        if name in self._made:
            return
        self._made.add(name)
        columns = brought_schema(name)
        if columns is not None:
            self._bring_table(name, columns)
            return
        one = compiled(name, self.engine.dialect)
        self._make_all(one.needs)
        if one.function is None:
            self.engine.make(name, one.sql)
        else:
            self._store(name, one.schema, one.function(self.engine.rows(one.sql, one.answer)))
            self.engine.bring(name, one.schema)

    def _bring_table(self, name: str, columns: Columns) -> None:
        """Landed rows go to the engine once, with their numbers."""
        if name in TABLES:
            self._make(NUMBERED + name)
            self.engine.show(name, NUMBERED + name, columns)
        else:
            self.engine.bring(name, columns)

    def one(self, sql: str) -> Any:
        """The only cell of an answer."""
        return self.database.execute(sql).fetchall()[0][0]

    # ---- what a run brings along -------------------------------------------------------------------------

    @cached_property
    def issued_known(self) -> bool:
        """Some order has issued_at."""
        return bool(self.one("SELECT count(issued_at) > 0 FROM purchase_orders"))

    def _bring(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        schema = given_schema(name)
        types = ibis.schema(schema).to_pyarrow()
        columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
        arrays = [pa.array(list(column), one.type) for column, one in zip(columns, types, strict=True)]
        self._store(name, schema, pa.table(arrays, schema=types))

    def _store(self, name: str, columns: Iterable[str], rows: pa.Table) -> None:
        self.database.register("arrow_rows", rows)
        names = ", ".join(f'"{column}"' for column in columns)
        self.database.execute(f'CREATE TABLE "{name}" AS SELECT {names} FROM arrow_rows')
        self.database.unregister("arrow_rows")

    def _fetch(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        names = ", ".join(f'"{column}"' for column in columns)
        return self.database.execute(f'SELECT {names} FROM "{table}"').fetchall()

    def _parameters(self, as_of: datetime.date | None, run_date: datetime.date) -> list[Any]:
        policy, windows = self.policy, self.policy.windows
        return [
            self.issued_known,
            as_of,
            run_date,
            policy.approval_threshold,
            policy.threshold_currency,
            windows.split_days,
            windows.duplicate_days,
            windows.received_not_invoiced_days,
            windows.paid_early_days,
        ]

    def _bring_policy(self) -> None:
        policy = self.policy
        self._bring("exempt_suppliers", [(one,) for one in sorted(policy.exempt_suppliers)])
        self._bring("exempt_categories", [(one,) for one in sorted(policy.exempt_categories)])
        named = {
            dimension: sorted({value for line in policy.tolerances if (value := getattr(line, dimension)) is not None})
            for dimension in ("site", "supplier", "category", "currency")
        }
        self._bring("scope_values", [(dimension, value) for dimension, values in named.items() for value in values])
        scopes = list(product(*(("", *named[dimension]) for dimension in ("site", "supplier", "category"))))
        self._bring("scopes", [(number, *keys) for number, keys in enumerate(scopes)])
        self._bring("limits", list(_limits(policy.tolerances, scopes, ("", *named["currency"]))))

    # ---- time zones --------------------------------------------------------------------------------------

    def _bring_zones(self) -> None:
        """Zones by site, and what each does on each day that occurs: time zones come from one place whatever the engine."""
        zones: dict[str, int] = {}
        sites = []
        for site_id, name in self._fetch("sites", "site_id", "timezone"):
            if name is not None and zone_of(name) is not None:
                sites.append((site_id, zones.setdefault(name, len(zones))))
        self._bring("site_zones", sites)
        days = self._days() if zones else []
        self._bring("zone_days", [row for name, number in zones.items() for row in _zone_days(number, name, days)])

    def _days(self) -> list[tuple[datetime.date, bool]]:
        """Every day that occurs in any moment of any table, apart for UTC and for local clocks."""
        moments = [
            f'SELECT DISTINCT CAST("{column.name}" AS DATE) AS day, "{column.name}_form" = {int(Form.INSTANT)} AS utc FROM "{name}"'
            for name in self.landing.tables
            for column in TABLES[name]
            if column.kind is Kind.MOMENT
        ]
        if not moments:
            return []
        every = " UNION ".join(moments)
        return self.database.execute(f"SELECT day, utc FROM ({every}) WHERE day IS NOT NULL ORDER BY day").fetchall()

    def _rates(self) -> list[tuple[str, str, datetime.datetime, Decimal]]:
        return self._fetch("rates", "from_currency", "to_currency", "valid_from", "rate")


def zone_of(name: str) -> zoneinfo.ZoneInfo | None:
    """The time zone of that name; None where there is no such zone."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _zone_days(number: int, name: str, days: list[tuple[datetime.date, bool]]) -> Iterator[tuple[Any, ...]]:
    """One row a day: how far the zone's clock is before UTC until a boundary, and from it on. A local clock that repeats an hour means the
    first; one that skips an hour is read with the offset before."""
    zone = zoneinfo.ZoneInfo(name)
    for day, utc in days:
        clock = _UTC if utc else None
        start = datetime.datetime(day.year, day.month, day.day, tzinfo=clock)
        end = start.replace(hour=23, minute=59, second=59, microsecond=999_999)
        before, after = _offset(start, zone), _offset(end, zone)
        boundary = start if before == after else _first_with(after, start, end, zone)
        yield (number, utc, day, boundary.replace(tzinfo=None), before, after)


def _offset(clock: datetime.datetime, zone: datetime.tzinfo) -> int:
    """Seconds that the zone's clock is ahead of UTC at a UTC instant, or at a local clock time."""
    try:
        local = clock.astimezone(zone) if clock.tzinfo else clock.replace(tzinfo=zone)
    except OverflowError:
        return 0
    return round((local.utcoffset() or _NO_OFFSET).total_seconds())


def _first_with(offset: int, start: datetime.datetime, end: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """The first second of a day with that offset: the day has one change."""
    low, high = 0, round((end - start).total_seconds())
    while low < high:
        middle = (low + high) // 2
        if _offset(start + datetime.timedelta(seconds=middle), zone) == offset:
            high = middle
        else:
            low = middle + 1
    return start + datetime.timedelta(seconds=low)


# ---- small tables of the data that are settled once ----------------------------------------------------------


def _conversions(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Each pair of units with its one ratio in lowest terms. `divide` is 0 where a part of a ratio is not above zero, and -1 where rows
    disagree: then nothing but nothing can be converted."""

    def key(row: tuple[Any, ...]) -> tuple[bool, str, str, str]:
        return (row[0] is None, row[0] or "", unit_text(row[1]), unit_text(row[2]))

    settled = []
    for (any_part, part_id, source, target), group in groupby(sorted(rows, key=key), key=key):
        ratios = {Fraction(n) / Fraction(d) if n > 0 and d > 0 else None for *_, n, d in group}
        ratio = min((one for one in ratios if one is not None), default=Fraction(1))
        divide = 0 if None in ratios else ratio.denominator if len(ratios) == 1 else -1
        settled.append((None if any_part else part_id, source, target, ratio.numerator, divide))
    return settled


def unit_text(unit: str) -> str:
    """A unit as it compares: trimmed, a–z upper-cased."""
    return "".join(chr(ord(one) - 32) if "a" <= one <= "z" else one for one in unit.strip(" \t\r\n"))


def _daily_rates(rows: list[tuple[str, str, datetime.datetime, Decimal]]) -> list[tuple[Any, ...]]:
    """Each rate with the days on which it is the latest. Of two from one day the first read counts."""
    settled = []
    for (source, target), group in groupby(sorted(rows, key=lambda row: row[:3]), key=lambda row: row[:2]):
        by_day: dict[datetime.date, Decimal] = {}
        for _, _, since, rate in group:
            by_day.setdefault(since.date(), rate)
        days = [*by_day, datetime.date.max]
        settled += [(source, target, day, until, by_day[day]) for day, until in pairwise(days)]
    return settled


def _limits(tolerances: Sequence[Tolerance], scopes: Sequence[tuple[str, ...]], currencies: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for kind, (number, (site, supplier, category)), currency in product(KINDS, enumerate(scopes), currencies):
        found = find_tolerance(
            tolerances, kind, site=site or None, supplier=supplier or None, category=category or None, currency=currency or None
        )
        upper, lower = upper_limit(found), lower_limit(found)
        yield (kind, number, currency, upper.absolute, upper.fraction, upper.counts, lower.absolute, lower.fraction, lower.counts)
