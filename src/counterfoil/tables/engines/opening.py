"""Which engine a run was asked for."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import duckdb

from counterfoil.tables.engines import Engine, OpenEngine
from counterfoil.tables.engines.own import open_own
from counterfoil.tables.landing import Unusable

LOCAL = "local[*]"
"""Spark within this process, on all of its cores."""


def engine_named(name: str, *, spark_master: str = LOCAL, spark_folder: Path | None = None) -> OpenEngine:
    """How the engine of that name is opened: "duckdb", "postgres" or "spark". Where and in which folder Spark works: see `open_spark`.

    Opening it raises `Unusable` where it cannot be reached or is not installed.

    Raises:
        ValueError: there is none of that name.
    """
    openers: dict[str, OpenEngine] = {
        "duckdb": open_own,
        "postgres": _open_postgres,
        "spark": partial(_open_spark, spark_master, spark_folder),
    }
    if name not in openers:
        raise ValueError(f"there is no engine {name!r}")
    return openers[name]


# What talks to a server is loaded where one is asked for: a plain check starts without it.


@contextmanager
def _open_postgres(database: duckdb.DuckDBPyConnection) -> Iterator[Engine]:
    from counterfoil.postgres import ServerError, database_url
    from counterfoil.tables.engines.postgres import open_postgres

    try:
        url = database_url()
    except ServerError as error:
        raise Unusable(str(error)) from None
    with open_postgres(url, database) as engine:
        yield engine


def _open_spark(master: str, folder: Path | None, database: duckdb.DuckDBPyConnection) -> AbstractContextManager[Engine]:
    try:
        from counterfoil.tables.engines.spark import open_spark
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("pyspark", "py4j"):
            raise
        raise Unusable("Spark is not installed here; install it with: pip install 'counterfoil[spark]'.") from None
    return open_spark(master, folder, database)
