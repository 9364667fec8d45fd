"""Folders that are read, and folders that are refused."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from tests.tables.reading.folders import Files, Reader, Reading, Refuser, write

from counterfoil.tables.database import open_database
from counterfoil.tables.landing import Unusable
from counterfoil.tables.reading import read_folder


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_database("512MB") as connection:
        yield connection


@pytest.fixture
def read(tmp_path: Path, database: duckdb.DuckDBPyConnection) -> Reader:
    def reader(files: Files) -> Reading:
        return Reading(database, read_folder(write(tmp_path / "plant", files), database))

    return reader


@pytest.fixture
def refused(read: Reader) -> Refuser:
    def reader(files: Files) -> list[str]:
        with pytest.raises(Unusable) as caught:
            read(files)
        problems = list(caught.value.problems)
        assert all("\n" not in problem and problem.endswith((".", ")")) for problem in problems)
        return problems

    return reader
