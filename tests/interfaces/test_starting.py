"""What a command imports: what draws takes half a second, and only who draws pays it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tables.runs.made import add, two_runs, unlinked

DRAWING = ("altair", "vl_convert")
PROGRAM = f"""
import sys
from counterfoil.interfaces.cli import main
try:
    main()
finally:
    print("drew with", *(name for name in {DRAWING!r} if name in sys.modules), file=sys.stderr)
"""
ORDERS = "purchase_order_id,currency\nPO1,EUR\n"


def drew_with(*arguments: object, code: int = 0) -> list[str]:
    """What a command has imported of that with which pages are drawn. It ends with that exit code."""
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == code, done.stderr
    return done.stderr.splitlines()[-1].removeprefix("drew with").split()


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    folder = tmp_path / "plant"
    folder.mkdir()
    (folder / "purchase_orders.csv").write_text(ORDERS, "utf-8")
    return folder


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    two_runs(tmp_path)
    return tmp_path


def test_help_and_version_draw_nothing() -> None:
    assert drew_with("--help") == []
    assert drew_with("--version") == []


def test_seed_draws_nothing(tmp_path: Path) -> None:
    assert drew_with("seed", tmp_path / "made") == []


def test_init_draws_nothing_though_it_tries_its_proposal(plant: Path) -> None:
    (plant / "purchase_orders.csv").rename(plant / "Bestellungen.csv")
    assert drew_with("init", plant, "--yes") == []
    assert (plant / "mapping.toml").exists()


def test_a_check_draws_at_its_end_and_not_where_it_has_nothing_to_draw(plant: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("no = such setting\n", "utf-8")
    assert drew_with("check", plant, "--policy", tmp_path / "bad.toml", "--out", tmp_path / "out", code=2) == []
    assert drew_with("check", plant, "--out", tmp_path / "out") == [*DRAWING]


def test_a_comparison_draws_where_it_writes_its_page(runs: Path) -> None:
    assert drew_with("compare", runs / "before", runs / "after") == []
    assert drew_with("compare", runs / "before", runs / "after", "--out", runs / "compared") == [*DRAWING]


def test_telling_a_history_draws_nothing(tmp_path: Path) -> None:
    add(tmp_path / "history", [unlinked(3, 10)])
    assert drew_with("history", tmp_path / "history") == []
