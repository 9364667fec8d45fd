"""Which engine a run was asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from counterfoil.tables.engines import Engine
from counterfoil.tables.engines.own import OwnEngine
from counterfoil.tables.landing import Unusable


@contextmanager
def open_engine(name: str, database: duckdb.DuckDBPyConnection) -> Iterator[Engine]:
    """Yield the engine of that name for the tables of a run's database.

    Raises:
        Unusable: it cannot be reached.
        ValueError: there is none of that name.
    """
    if name == OwnEngine.name:
        yield OwnEngine(database)
        return
    if name != "postgres":
        raise ValueError(f"there is no engine {name!r}")
    # What talks to a server is loaded where one is asked for: a plain check starts without it.
    from counterfoil.postgres import ServerError, database_url
    from counterfoil.tables.engines.postgres import open_postgres

    try:
        url = database_url()
    except ServerError as error:
        raise Unusable(str(error)) from None
    with open_postgres(url, database) as engine:
        yield engine
