"""The store of compiled statements: an old and a new installation that run in turn both find what they kept."""

import os
from pathlib import Path

from counterfoil.tables.facts.store import Statement, Store

STATEMENT = Statement("SELECT 1 AS one", {"one": "int8"}, ("lines",))


def used(folder: Path, version: str, at: int) -> Store:
    """A run of a version of the code at that second: it looks for the statement, and compiles and keeps it where it is not there."""
    path = folder / f"statements-{version}.json"
    store = Store(path)
    if store.find("one") is None:
        store.keep("one", STATEMENT)
        store.save()
    os.utime(path, (at, at))
    return store


def kept(folder: Path) -> set[str]:
    return {path.stem.removeprefix("statements-") for path in folder.iterdir()}


def test_what_one_run_kept_the_next_finds(tmp_path: Path) -> None:
    used(tmp_path / "new", "a", at=1)
    assert Store(tmp_path / "new" / "statements-a.json").find("one") == STATEMENT


def test_the_three_versions_used_last_are_kept(tmp_path: Path) -> None:
    """Five versions one after the other: 1 and 2 have gone. Version 3 runs again, and then a sixth comes: it is 4 that goes."""
    for at, version in enumerate("12345"):
        used(tmp_path, version, at)
    assert kept(tmp_path) == {"3", "4", "5"}
    used(tmp_path, "3", at=10)
    used(tmp_path, "6", at=11)
    assert kept(tmp_path) == {"3", "5", "6"}


def test_reading_is_a_use(tmp_path: Path) -> None:
    """A version that only reads what it kept long ago counts as used now."""
    for at, version in enumerate("123"):
        used(tmp_path, version, at)
    Store(tmp_path / "statements-1.json")
    used(tmp_path, "4", at=10)
    assert kept(tmp_path) == {"1", "3", "4"}


def test_what_is_written_now_stays_whatever_the_others_say(tmp_path: Path) -> None:
    """The clock was wrong once: three files of the year 2100. The version that runs keeps its own, and the cache stays at three."""
    for version in "123":
        used(tmp_path, version, at=4_102_444_800)
    used(tmp_path, "4", at=1)
    assert len(kept(tmp_path)) == 3
    assert "4" in kept(tmp_path)


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("{}")
    for at, version in enumerate("12345"):
        used(tmp_path, version, at)
    assert (tmp_path / "notes.json").exists()


def test_a_file_that_is_broken_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "statements-a.json").write_text("{")
    used(tmp_path, "a", at=1)
    assert Store(tmp_path / "statements-a.json").find("one") == STATEMENT
