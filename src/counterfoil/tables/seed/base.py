"""The plant before anything is planted: facts.sql and tables.sql, and the calendar that they stand on."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa

FIRST_DAY, LAST_ORDER_DAY, LAST_DAY = date(2024, 6, 3), date(2026, 5, 29), date(2026, 6, 12)
"""Orders are written from the first to the second; the third, a Friday, is the day of the newest fact."""

ZONES = ("Europe/Berlin", "Europe/Warsaw", "Europe/London", "America/Chicago", "Asia/Tokyo")
"""Of the sites, in their order."""

FEWEST_ORDERS, MOST_ORDERS = 1000, 5_000_000
"""Below, some rule would lack a case; above, document numbers would run out of digits."""

_HOLIDAYS = {(1, 1), (1, 6), (5, 1), (12, 24), (12, 25), (12, 26), (12, 31)}
_MONTHS = (9, 10, 11, 10, 10, 10, 8, 6, 11, 11, 11, 8)
"""How busy the months are, against each other."""

# What the 200 orders of a block are: how often, and then each order that goes with the same work: flow, how its lines name
# that work, how many lines (9 = three to eleven).
_BLOCK = """
22 goods allocation 1
15 goods own 1
12 goods request 1
8 goods both 9
6 lots allocation 1
10 service allocation 1
6 outside allocation 1
4 shared allocation 1
4 emergency own 1
48 stock none 1
20 stock none 9
3 blanket none 1
4 exempt none 1
3 twin none 1, twin none 1, twin none 1
5 goods both 9, service allocation 1
3 goods allocation 9, goods own 9, outside allocation 1
4 goods allocation 9, goods request 9
2 goods own 9
"""


def make_base(database: duckdb.DuckDBPyConnection, orders: int, seed: int, dormant: int) -> None:
    """Leave the facts as tables and the exchange tables as views in the database. `dormant`: suppliers that nothing is bought from."""
    settings: dict[str, object] = {
        "seed": seed,
        "orders": orders,
        "last_day": LAST_DAY,
        "suppliers": 40 + orders // 200,
        "dormant": dormant,
    }
    for name, value in settings.items():
        database.execute(f"SET VARIABLE {name} = ?", [value])
    database.register("given_shape", _shape())
    database.register("given_days", _order_days(orders))
    database.execute("CREATE TABLE shape AS FROM given_shape ORDER BY hash(bunch, getvariable('seed')), slot")
    database.execute("CREATE OR REPLACE TABLE shape AS SELECT row_number() OVER () - 1 AS slot, * EXCLUDE (slot) FROM shape")
    database.execute("CREATE TABLE order_days AS SELECT o, DATE '1970-01-01' + day AS day FROM given_days")
    for name in ("given_shape", "given_days"):
        database.unregister(name)
    database.execute(
        "CREATE TABLE zones AS SELECT unnest(range(len($zones)))::INTEGER AS site, unnest($zones) AS zone", {"zones": list(ZONES)}
    )
    database.execute(_utc_offset())
    for name in ("facts.sql", "tables.sql"):
        database.execute(Path(__file__).with_name(name).read_text("utf-8"))


def _shape() -> pa.Table:
    """slot, bunch (orders of one work stay together), place in it, alone there or not, flow, link, lines."""
    rows: list[tuple[int, int, int, bool, str, str, int]] = []
    bunch = 0
    for line in _BLOCK.strip().splitlines():
        count, _, rest = line.partition(" ")
        for _ in range(int(count)):
            bunch += 1
            for place, order in enumerate(rest.split(", ")):
                flow, link, lines = order.split()
                rows.append((len(rows), bunch, place, ", " not in rest, flow, link, int(lines)))
    return pa.table(dict(zip(("slot", "bunch", "place", "alone", "flow", "link", "lines"), zip(*rows, strict=True), strict=True)))


def _order_days(orders: int) -> pa.Table:
    """The day of each order, in their order: busier and quieter months, hardly any order on a holiday, none at a weekend."""
    span = (LAST_ORDER_DAY - FIRST_DAY).days + 1
    days = [day for day in (FIRST_DAY + timedelta(n) for n in range(span)) if day.isoweekday() <= 5]
    weights = [1 if (day.month, day.day) in _HOLIDAYS else 4 * _MONTHS[day.month - 1] for day in days]
    upto = np.cumsum(np.array(weights, dtype=np.int64))
    numbers = np.arange(orders, dtype=np.int64)
    chosen = np.searchsorted(upto, numbers * int(upto[-1]) // orders, side="right")
    since = np.array([(day - date(1970, 1, 1)).days for day in days], dtype=np.int32)
    return pa.table({"o": numbers, "day": since[chosen]})


def _utc_offset() -> str:
    """The macro utc_offset(site, moment): minutes that local clocks are ahead of UTC then."""
    arms = []
    for site, name in enumerate(ZONES):
        changes = [(FIRST_DAY - timedelta(60), _minutes(name, FIRST_DAY - timedelta(60)))]
        for number in range((LAST_DAY - FIRST_DAY).days + 150):
            day = FIRST_DAY - timedelta(60) + timedelta(number)
            if _minutes(name, day) != changes[-1][1]:
                changes.append((day, _minutes(name, day)))
        cases = " ".join(f"WHEN moment >= TIMESTAMP '{day}' THEN {minutes}" for day, minutes in reversed(changes[1:]))
        arms.append(f"WHEN {site} THEN " + (f"CASE {cases} ELSE {changes[0][1]} END" if cases else str(changes[0][1])))
    return f"CREATE MACRO utc_offset(site, moment) AS CASE site {' '.join(arms)} END"


def _minutes(zone: str, day: date) -> int:
    offset = datetime(day.year, day.month, day.day, 6, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds()) // 60 if offset else 0
