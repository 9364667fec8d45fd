"""Spark as engine, where it differs: exact or not at all, how it sorts, and a cluster that is not there or goes away."""

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from counterfoil.tables.check import open_facts
from counterfoil.tables.checks import RULES
from counterfoil.tables.database import open_database
from counterfoil.tables.engines import OpenEngine
from counterfoil.tables.engines.opening import engine_named
from counterfoil.tables.engines.own import open_own
from counterfoil.tables.landing import Unusable
from counterfoil.tables.policy import load_policy

PLANT = Path(__file__).resolve().parents[2] / "samples" / "plant"
VALUES = {"number": "decimal(38, 16)", "small": "int8", "day": "date", "moment": "timestamp", "yes": "boolean", "text": "string"}
DIGITS = f"{'9' * 22}.{'9' * 16}"


@pytest.mark.slow
def test_what_spark_says(spark: str, tmp_path: Path) -> None:
    """What starting Spark costs is paid once: types to their edges, sums exact or refused, texts by their bytes,
    and a rule as DuckDB has it."""
    with open_database() as database, engine_named("spark", spark_master=spark, spark_folder=tmp_path)(database) as engine:
        least = f"(-{DIGITS}::DECIMAL(38,16), (-128)::TINYINT, DATE '0001-01-01', TIMESTAMP '0001-01-01', true, 'a''b\"c')"
        most = "(1e-16::DECIMAL(38,16), 127::TINYINT, DATE '9999-12-31', TIMESTAMP '9999-12-31 23:59:59.999999', false, '🛠\x1f,\\N\x00')"
        rows = f"{least}, {most}, (NULL, NULL, NULL, NULL, NULL, NULL)"
        database.execute(f"CREATE TABLE given AS SELECT * FROM (VALUES {rows}) AS given ({', '.join(VALUES)})")
        engine.bring("given", VALUES)
        engine.land("back", "SELECT * FROM given", VALUES)
        assert database.execute("SELECT count(*) FROM back").fetchall() == [(3,)]
        assert database.execute("SELECT * FROM given EXCEPT ALL SELECT * FROM back").fetchall() == []
        assert dict(database.execute("SELECT column_name, column_type FROM (DESCRIBE back)").fetchall())["moment"] == "TIMESTAMP"
        top = engine.rows("SELECT max(number) AS top FROM given", {"top": "decimal(38, 16)"})
        assert top.to_pylist() == [{"top": Decimal("1E-16")}]

        with pytest.raises(Exception, match="NUMERIC_VALUE_OUT_OF_RANGE"):
            engine.rows("SELECT number * number AS much FROM given WHERE small < 0", {"much": "decimal(38, 16)"})

        database.execute("CREATE TABLE texts AS SELECT * FROM (VALUES ('a'), ('B'), ('ß'), ('z')) AS texts (id)")
        engine.bring("texts", {"id": "string"})
        ends = engine.rows("SELECT min(id) AS first, max(id) AS last FROM texts", {"first": "string", "last": "string"})
        assert ends.to_pylist() == [{"first": "B", "last": "ß"}]
        engine.make("capitals", "SELECT id FROM texts WHERE id < 'a'")
        engine.show("again", "capitals", {"id": "string"})
        assert engine.rows("SELECT id FROM again", {"id": "string"}).to_pylist() == [{"id": "B"}]
        assert any(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []

    judged = [candidates_of("order-unapproved", opened) for opened in (open_own, engine_named("spark", spark_master=spark))]
    assert judged[0]
    assert judged[0] == judged[1]


def candidates_of(rule: str, engine: OpenEngine) -> list[tuple[Any, ...]]:
    """What a rule says of the sample plant, before anything is written of it."""
    judge = next(one.judge for one in RULES if one.name == rule)
    policy = load_policy(PLANT / "policy.toml")
    with open_facts(PLANT, policy, lambda what: None, memory_limit="1GB", engine=engine) as facts:
        facts.land("candidates", rule, judge)
        return facts.database.execute("SELECT * FROM candidates ORDER BY ALL").fetchall()


@pytest.mark.usefixtures("spark")
def test_no_cluster_is_a_sentence_at_once() -> None:
    with (
        open_database() as database,
        pytest.raises(Unusable, match=r"^Spark cannot be reached at spark://127\.0\.0\.1:1: .*; look at --spark-master\.$"),
        engine_named("spark", spark_master="spark://127.0.0.1:1")(database),
    ):
        pass


@pytest.mark.usefixtures("spark")
def test_no_java_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with open_database() as database, pytest.raises(Unusable, match=r"^Spark needs Java 17 or 21"), engine_named("spark")(database):
        pass


def test_no_pyspark_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyspark", "pyspark.errors", "pyspark.sql", "counterfoil.tables.engines.spark"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "counterfoil.tables.engines.spark")
    with open_database() as database, pytest.raises(Unusable, match=r"^Spark is not installed here; .*counterfoil\[spark\]"):
        engine_named("spark")(database)


LOST = "An error occurred while calling o1.parquet.\n: org.apache.spark.SparkException: ExecutorLostFailure (executor 0)\n\tat o.a.s"


@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize(("kind", "words"), [("Py4JNetworkError", "Answer from Java side is empty"), ("Py4JError", LOST)])
def test_a_cluster_that_goes_away_in_the_middle_is_a_sentence(kind: str, words: str, tmp_path: Path) -> None:
    from py4j import protocol

    from counterfoil.tables.engines.spark import SparkEngine

    class Gone:
        def sql(self, statement: str) -> None:
            raise getattr(protocol, kind)(words)

    with open_database() as database:
        engine = SparkEngine(Gone(), tmp_path, database)  # type: ignore[arg-type]
        with pytest.raises(
            Unusable, match=r"^Spark stopped answering: (Answer from|org\.apache)[^\n]*; run again once the cluster is up\.$"
        ):
            engine.make("kept", "SELECT 1 AS id")


@pytest.mark.usefixtures("spark")
def test_too_little_memory_is_a_sentence(tmp_path: Path) -> None:
    from py4j.protocol import Py4JError

    from counterfoil.tables.engines.spark import SparkEngine

    class Full:
        def sql(self, statement: str) -> None:
            raise Py4JError("An error occurred while calling o1.sql.\n: Not enough memory to build and broadcast the table.\n\tat o.a.s")

    with open_database() as database, pytest.raises(Unusable, match=r"^Spark has too little memory: Not enough[^\n]*; raise spark\.driver"):
        SparkEngine(Full(), tmp_path, database).make("kept", "SELECT 1 AS id")  # type: ignore[arg-type]


@pytest.mark.usefixtures("spark")
def test_a_statement_that_is_wrong_is_not_blamed_on_the_cluster(tmp_path: Path) -> None:
    from py4j.protocol import Py4JError

    from counterfoil.tables.engines.spark import SparkEngine

    class Wrong:
        def sql(self, statement: str) -> None:
            raise Py4JError("PARSE_SYNTAX_ERROR")

    with open_database() as database, pytest.raises(Py4JError, match="PARSE_SYNTAX_ERROR"):
        SparkEngine(Wrong(), tmp_path, database).make("kept", "SELEC 1")  # type: ignore[arg-type]
