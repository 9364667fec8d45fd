"""PostgreSQL as engine, where it differs: what it cannot hold, how it sorts, what it leaves behind, and a server that is not there."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import psycopg
import pytest

from counterfoil.tables.database import open_database
from counterfoil.tables.engines.postgres import PostgresEngine, open_postgres
from counterfoil.tables.landing import Unusable

FIRST_SQL_OF_A_PROCESS = """
import sys
import ibis
from counterfoil.tables.database import open_database
from counterfoil.tables.engines.postgres import open_postgres

with open_database() as database, open_postgres(sys.argv[1], database) as engine:
    database.execute("CREATE TABLE given AS SELECT 2026::INTEGER AS year")
    engine.bring("given", {"year": "int32"})
    days = ibis.table({"year": "int32"}, name="given").select(day=ibis.date(ibis._.year, 2, 28))
    print(engine.rows(str(ibis.to_sql(days, dialect="postgres")), {"day": "date"})["day"][0])
"""
VALUES = {"number": "decimal(38, 16)", "small": "int8", "day": "date", "moment": "timestamp", "yes": "boolean", "text": "string"}


def brought(database: duckdb.DuckDBPyConnection, engine: PostgresEngine, rows: str, columns: dict[str, str]) -> None:
    database.execute(f"CREATE TABLE given AS SELECT * FROM (VALUES {rows}) AS given ({', '.join(columns)})")
    engine.bring("given", columns)


def test_the_edges_of_every_type_come_back_as_they_went(server: str) -> None:
    """38 digits, the first and the last day of the calendar, microseconds, and texts with quotes, emoji and a sign between."""
    digits = f"{'9' * 22}.{'9' * 16}"
    least = f"(-{digits}::DECIMAL(38,16), (-128)::TINYINT, DATE '0001-01-01', TIMESTAMP '0001-01-01', true, 'a''b\"c')"
    most = "(1e-16::DECIMAL(38,16), 127::TINYINT, DATE '9999-12-31', TIMESTAMP '9999-12-31 23:59:59.999999', false, '🛠\x1f,\\N')"
    rows = f"{least}, {most}, (NULL, NULL, NULL, NULL, NULL, NULL)"
    with open_database() as database, open_postgres(server, database) as engine:
        brought(database, engine, rows, VALUES)
        engine.land("back", "SELECT * FROM given", VALUES)
        same = "SELECT * FROM given EXCEPT ALL SELECT * FROM back"
        assert database.execute("SELECT count(*) FROM back").fetchall() == [(3,)]
        assert database.execute(same).fetchall() == []
        assert engine.rows("SELECT max(number) AS top FROM given", {"top": "decimal(38, 16)"}).to_pylist() == [{"top": Decimal("1E-16")}]


def test_texts_sort_by_their_bytes(server: str) -> None:
    """Capitals before small letters, ASCII before what is beyond: the smallest is B, the largest ß, in every collation of the server."""
    with open_database() as database, open_postgres(server, database) as engine:
        brought(database, engine, "('a'), ('B'), ('ß'), ('z')", {"id": "string"})
        ends = engine.rows("SELECT min(id) AS first, max(id) AS last FROM given", {"first": "string", "last": "string"})
        assert ends.to_pylist() == [{"first": "B", "last": "ß"}]


def test_a_text_that_it_cannot_hold_is_named(server: str) -> None:
    with (
        open_database() as database,
        open_postgres(server, database) as engine,
        pytest.raises(Unusable, match="given, name: a text with a NUL character cannot be held by PostgreSQL; mend it, or use --engine"),
    ):
        brought(database, engine, "('1', 'a' || chr(0) || 'b')", {"id": "string", "name": "string"})


def test_nothing_is_left_behind_and_two_runs_do_not_meet(server: str) -> None:
    """Both make a table of one name; after them the server has none."""
    columns = {"id": "int64"}
    with open_database() as one, open_database() as two, open_postgres(server, one) as first, open_postgres(server, two) as second:
        brought(one, first, "(1::BIGINT)", columns)
        brought(two, second, "(2::BIGINT)", columns)
        first.make("kept", "SELECT id * 10 AS id FROM given")
        assert first.rows("SELECT id FROM kept", columns).to_pylist() == [{"id": 10}]
        assert second.rows("SELECT id FROM given", columns).to_pylist() == [{"id": 2}]
    with psycopg.connect(server) as connection:
        left = "SELECT relname FROM pg_class WHERE relname IN ('given', 'kept') AND relnamespace = 'public'::regnamespace"
        assert connection.execute(left).fetchall() == []


def test_a_role_that_may_only_connect_and_make_temporary_tables_is_enough(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS modest")
        connection.execute("CREATE ROLE modest LOGIN PASSWORD 'modest'")
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        named = psycopg.conninfo.conninfo_to_dict(server)
    url = f"postgresql://modest:modest@{named['host']}:{named['port']}/{named['dbname']}"
    with open_database() as database, open_postgres(url, database) as engine:
        brought(database, engine, "(7::BIGINT)", {"id": "int64"})
        assert engine.rows("SELECT id FROM given", {"id": "int64"}).to_pylist() == [{"id": 7}]


def test_no_server_is_a_sentence_without_the_password(tmp_path: Path) -> None:
    with (
        open_database() as database,
        pytest.raises(Unusable) as refused,
        open_postgres("postgresql://me:hidden@127.0.0.1:1/none", database),
    ):
        pass
    (problem,) = refused.value.problems
    assert problem.startswith("PostgreSQL cannot be reached: ")
    assert "look at DATABASE_URL" in problem
    assert "hidden" not in problem


def test_a_server_that_goes_away_in_the_middle_is_a_sentence(server: str) -> None:
    with open_database() as database, open_postgres(server, database) as engine:
        (row,) = engine.rows("SELECT pg_backend_pid() AS pid", {"pid": "int32"}).to_pylist()
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(%s, 5000)", (row["pid"],))
        with pytest.raises(Unusable, match=r"^PostgreSQL stopped answering: [^\n]*; run again once it is up\.$") as refused:
            engine.make("kept", "SELECT 1 AS id")
        assert "SELECT 1" not in str(refused.value)


def test_statements_are_its_own_also_where_tables_went_in_before_the_first_was_made(server: str) -> None:
    """As in a run whose statements for DuckDB were kept from the one before: nothing was compiled until tables are in."""
    told = subprocess.run([sys.executable, "-c", FIRST_SQL_OF_A_PROCESS, server], capture_output=True, text=True, check=False)
    assert told.stdout == "2026-02-28\n", told.stderr
