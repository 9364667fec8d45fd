"""The database of a run is private and leaves nothing behind."""

from pathlib import Path

import duckdb
import pytest

from counterfoil.tables.database import open_database


def folder_of(database: duckdb.DuckDBPyConnection) -> Path:
    row = database.execute("SELECT path FROM duckdb_databases() WHERE database_name = 'run'").fetchone()
    assert row is not None
    return Path(row[0]).parent


def test_its_folder_is_private_and_goes_at_the_end() -> None:
    with open_database() as database:
        folder = folder_of(database)
        assert folder.stat().st_mode & 0o077 == 0
        database.execute("CREATE TABLE t AS SELECT * FROM range(100000)")
    assert not folder.exists()


def work_that_fails(folders: list[Path]) -> None:
    with open_database() as database:
        folders.append(folder_of(database))
        raise ZeroDivisionError


def test_its_folder_goes_after_an_error_too() -> None:
    folders: list[Path] = []
    with pytest.raises(ZeroDivisionError):
        work_that_fails(folders)
    assert not folders[0].exists()


def test_it_downloads_nothing_and_spills_into_its_own_folder() -> None:
    with open_database("300MB") as database:
        settings = dict(database.execute("SELECT name, value FROM duckdb_settings()").fetchall())
        assert settings["autoinstall_known_extensions"] == "false"
        assert settings["autoload_known_extensions"] == "false"
        assert Path(settings["temp_directory"]).parent == folder_of(database)
        assert settings["TimeZone"] == "UTC"
        with pytest.raises(duckdb.Error):
            database.execute("SELECT * FROM read_csv('https://localhost:1/x.csv')")
