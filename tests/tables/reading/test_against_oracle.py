"""Random plants, read by this reader and by an independent one of the same contract: they agree on every row, reject and word."""

import importlib
import runpy
import sys
from collections import Counter
from datetime import UTC
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.tables.reading.folders import Reading

from counterfoil.tables.database import open_database
from counterfoil.tables.landing import Form
from counterfoil.tables.reading import read_folder
from counterfoil.tables.schema import TABLES, Column, Kind

SHARED = Path(__file__).resolve().parents[4] / "shared"
pytestmark = pytest.mark.skipif(not (SHARED / "oracle" / "reader.py").exists(), reason="the independent reader is not here")


@pytest.fixture(scope="module")
def reader() -> ModuleType:
    sys.path.insert(0, str(SHARED))
    try:
        return importlib.import_module("oracle.reader")
    finally:
        sys.path.remove(str(SHARED))


def plant(folder: Path, seed: int, orders: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "argv", ["plants.py", str(folder), "--seed", str(seed), "--orders", str(orders)])
    runpy.run_path(str(SHARED / "oracle" / "plants.py"), run_name="__main__")
    return folder


def values(column: Column, row: dict[str, Any]) -> Any:
    """Our cell as the independent reader would hold it."""
    value = row[column.name]
    if column.kind is Kind.MOMENT and value is not None:
        form = Form(row[f"{column.name}_form"])
        return value.date() if form is Form.DATE else value if form is Form.LOCAL else value.replace(tzinfo=UTC)
    return value


def theirs(column: Column, value: Any) -> Any:
    return bool(value) if column.kind is Kind.YES_NO else value


def compare(found: Reading, expected: dict[str, Any]) -> None:
    for name, table in TABLES.items():
        if name not in expected["rows"]:
            assert name not in found.landing.tables
            continue
        names = [row[0] for row in found.database.execute(f"DESCRIBE {name}").fetchall()]
        ours = [dict(zip(names, row, strict=True)) for row in found.rows(name, *names)]
        kept = [tuple(values(column, row) for column in table) for row in ours]
        assert kept == [tuple(theirs(column, row[column.name]) for column in table) for row in expected["rows"][name]]
        raw = [f"raw_{column.name}" for column in table]
        rejected = found.rows(f"rejected_{name}", "column", "value", "reason", *raw)
        assert rejected == [
            (row["column"], row["value"], row["reason"], *(row["raw"][column.name] or None for column in table))
            for row in expected["rejected"][name]
        ]
        assert found.landing.tables[name].columns == expected["columns"][name]
    words = Counter((table, column, text) for table, _, column, text, reason in expected["reports"] if reason == "unknown word")
    assert {(report[0], report[1], report[2]): report[3] for report in found.reported("unknown word")} == words


@pytest.mark.parametrize("seed", range(3))
def test_random_plants(tmp_path: Path, reader: ModuleType, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = plant(tmp_path, seed, 40, monkeypatch)
    with open_database("512MB") as database:
        compare(Reading(database, read_folder(folder, database)), reader.read(str(folder)))


@pytest.mark.full
@pytest.mark.parametrize("seed", range(100, 160))
def test_many_random_plants(tmp_path: Path, reader: ModuleType, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    test_random_plants(tmp_path, reader, seed, monkeypatch)


def test_lines_of_rejects(tmp_path: Path, reader: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other reader counts rows, this one lines of the file: the same where no cell has a line end, as in these tables."""
    folder = plant(tmp_path, 7, 120, monkeypatch)
    names = [name for name in TABLES if not any(b"\n" in cell for cell in (folder / f"{name}.csv").read_bytes().split(b'"')[1::2])]
    expected = reader.read(str(folder))["rejected"]
    with open_database("512MB") as database:
        found = Reading(database, read_folder(folder, database))
        assert sum(len(expected[name]) for name in names) > 5
        for name in names:
            assert [row[0] for row in found.rejected(name)] == [row["line"] for row in expected[name]]
