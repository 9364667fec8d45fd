"""Names of time zones that nobody knows."""

from zoneinfo import available_timezones

import duckdb

from counterfoil.tables.landing import LandedTable, Report


def unknown_zones(database: duckdb.DuckDBPyConnection, sites: LandedTable) -> list[Report]:
    """A report for each unknown name in sites.timezone; it is read as UTC."""
    rows = database.execute("SELECT timezone, count(*) FROM sites WHERE timezone IS NOT NULL GROUP BY 1 ORDER BY 1").fetchall()
    known = available_timezones()
    files = ", ".join(sites.files)
    return [Report("sites", files, "timezone", zone, count, "unknown time zone, read as UTC") for zone, count in rows if zone not in known]
