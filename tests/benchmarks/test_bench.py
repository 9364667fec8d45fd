"""The benchmark measures what it says.

A plant that is the same every time, a yardstick that finds what the check finds, limits that bite.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from benchmarks.__main__ import PARTS, QUICK, ratios, sources, turns
from benchmarks.measure import Failed, Measured, Turn, measure, take
from benchmarks.plant import make_plant
from benchmarks.tasks import csv, read_by_counterfoil, read_by_duckdb, ready, run_three_way

from counterfoil.tables.check import open_check
from counterfoil.tables.policy import load_policy
from counterfoil.tables.result import CheckResult
from counterfoil.tables.schema import TABLES, Kind

pytestmark = pytest.mark.slow

LINES = 10_000
TYPES = {
    Kind.TEXT: {"VARCHAR"},
    Kind.WORD: {"VARCHAR"},
    Kind.DECIMAL: {"DECIMAL(18,6)"},
    Kind.INTEGER: {"INTEGER", "BIGINT"},
    Kind.PRICE_QUANTITY: {"INTEGER"},
    Kind.YES_NO: {"BOOLEAN"},
    Kind.MOMENT: {"DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"},
}
THREE_WAY_RULES = ("price-above-order", "quantity-above-ordered", "quantity-above-received")


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plant")
    make_plant(folder, LINES)
    return folder


@pytest.fixture(scope="module")
def checked(plant: Path) -> Iterator[CheckResult]:
    with open_check(plant, policy=load_policy(None), run_date=date(2026, 1, 1)) as result:
        yield result


def contents(folder: Path, table: str) -> tuple[object, ...]:
    """How many rows, and a digest of them that does not depend on their order."""
    with duckdb.connect() as database:
        row = database.execute(
            "SELECT count(*), sum(hash(plant)) FROM (FROM read_parquet(?)) AS plant", [str(folder / f"{table}.parquet")]
        ).fetchone()
    assert row is not None
    return row


def test_the_same_seed_gives_the_same_plant_and_another_seed_another(plant: Path, tmp_path: Path) -> None:
    make_plant(tmp_path / "again", LINES)
    make_plant(tmp_path / "other", LINES, seed=1)

    assert {table: contents(tmp_path / "again", table) for table in TABLES} == {table: contents(plant, table) for table in TABLES}
    # Only what has no chance in it may be the same: the places, and how boxes convert.
    same = {table for table in TABLES if contents(tmp_path / "other", table) == contents(plant, table)}
    assert same <= {"sites", "unit_conversions"}


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_the_declared_columns_in_types_that_the_reader_takes_as_they_are(plant: Path, table: str) -> None:
    with duckdb.connect() as database:
        found = database.execute("DESCRIBE FROM read_parquet($file)", {"file": str(plant / f"{table}.parquet")}).fetchall()
    types = {name: kind for name, kind, *_ in found}

    assert list(types) == [column.name for column in TABLES[table]]
    assert [column.name for column in TABLES[table] if types[column.name] not in TYPES[column.kind]] == []


def test_the_plant_has_the_size_asked_for(checked: CheckResult) -> None:
    read = {name: table.read for name, table in checked.landing.tables.items()}

    assert LINES * 0.98 < read["invoice_lines"] < LINES * 1.02
    assert (read["sites"], read["suppliers"], read["parts"]) == (5, 2_000, 50_000)
    shares = {"purchase_orders": 0.25, "purchase_order_lines": 0.8, "receipts": 0.9, "invoices": 0.33, "payments": 0.33, "allocations": 0.2}
    assert {name: round(read[name] / LINES, 2) for name in shares} == pytest.approx(shares, rel=0.15)


def test_nothing_of_the_plant_is_rejected_and_no_word_is_unknown(checked: CheckResult) -> None:
    assert {name: table.rejected for name, table in checked.landing.tables.items() if table.rejected} == {}
    assert [report for report in checked.landing.reports if "leads to no row" not in report.reason] == []


def test_every_rule_that_can_run_has_something_to_find_and_none_finds_a_fault_everywhere(checked: CheckResult) -> None:
    found = {outcome.rule.name: outcome.findings for outcome in checked.outcomes if outcome.status == "run"}

    assert [name for name, findings in found.items() if findings == 0] == []
    assert {name: findings for name, findings in found.items() if findings > LINES * 0.05} == {}


def test_the_yardstick_finds_the_very_lines_and_amounts_that_the_check_finds(plant: Path, checked: CheckResult) -> None:
    with duckdb.connect() as database:
        run_three_way(database, plant)
        by_hand = set(database.execute("SELECT rule, invoice_line_id, amount_at_risk, currency FROM three_way").fetchall())
    by_check = set(
        checked.database.execute(
            "SELECT rule, line_id, amount_at_risk, currency FROM findings WHERE list_contains(?, rule)", [list(THREE_WAY_RULES)]
        ).fetchall()
    )

    assert {rule for rule, *_ in by_hand} == set(THREE_WAY_RULES)
    assert len(by_hand) > 500
    assert by_hand == by_check


def test_both_readers_read_every_row_of_the_csv_file(plant: Path, tmp_path: Path) -> None:
    assert csv(str(tmp_path / "csv"), str(plant), "1000", "2") == {"invoice_lines": 2000}
    assert read_by_duckdb(str(tmp_path / "csv")) == {"invoice_lines": 2000}
    assert read_by_counterfoil(str(tmp_path / "csv")) == {"invoice_lines": 2000}


def test_a_plant_too_small_for_its_proportions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1000 invoice lines, not 999"):
        make_plant(tmp_path, 999)


def test_a_child_is_measured_whole_and_what_it_printed_last_is_kept() -> None:
    idle = measure([sys.executable, "-c", "print('some text'); print('{\"rows\": 3}')"])
    size = idle.peak_bytes + 100_000_000
    filled = measure([sys.executable, "-c", f"text = b'x' * {size}; print(len(text))"])

    assert idle.said == {"rows": 3}
    assert filled.said == {}
    assert size < filled.peak_bytes < size + 100_000_000
    assert min(idle.seconds, idle.cpu_seconds) > 0


def test_a_child_that_fails_is_no_measurement() -> None:
    with pytest.raises(Failed, match=r"ended with 3: (?s:.*)no such plant"):
        measure([sys.executable, "-c", "import sys; print('no such plant'); sys.exit(3)"])


def test_what_is_compared_is_measured_in_turns_and_a_long_run_stands_between_two_of_its_yardstick(tmp_path: Path) -> None:
    small, large = f"{QUICK.small}", f"{QUICK.large}"

    names = [turn.name for turn in turns("check", QUICK, tmp_path, runs=2)]

    assert names[:4] == [f"three-way {small}", f"check {small}"] * 2
    assert names[4:] == [f"three-way {large}", f"check {large}", f"three-way {large}"]
    assert [turn.name for turn in turns("reading", QUICK, tmp_path, runs=2)] == ["read-by-duckdb", "read-by-counterfoil"] * 2


def test_only_what_a_part_measures_is_made_for_it_and_a_plant_before_the_file_of_its_lines(tmp_path: Path) -> None:
    names = {part: [source.name for source in sources(part, QUICK, tmp_path)] for part in PARTS}

    assert names == {
        "check": ["plant-1000000", "plant-100000"],
        "command": ["plant-1000000"],
        "reading": ["plant-220000", "csv-200000"],
        "memory": ["plant-1000000", "csv-2000000"],
        "backtest": ["plant-670000"],
        "propose": ["plant-134000", "lost-134000"],
    }
    for part in PARTS:
        assert {turn.reads for turn in turns(part, QUICK, tmp_path, runs=1)} <= set(sources(part, QUICK, tmp_path))


def test_each_turn_is_measured_once_and_told_in_order(tmp_path: Path) -> None:
    (tmp_path / "plant.csv").write_bytes(b"x" * 3_000_000)
    order: list[str] = []
    command = [sys.executable, "-c", "pass"]

    results = take([Turn(name, command, tmp_path) for name in ("A", "B", "A")], lambda name, _: order.append(name))

    assert order == ["A", "B", "A"]
    assert {name: len(runs) for name, runs in results.items()} == {"A": 2, "B": 1}


def test_every_module_of_the_program_can_be_loaded() -> None:
    assert ready()["modules"] > 50


def took(seconds: float, gigabytes: float = 1) -> list[Measured]:
    return [Measured(seconds, seconds, int(gigabytes * 10**9), {})]


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        (dict, set[str]()),
        (lambda: {f"three-way {QUICK.large}": took(9.9)}, {"all rules ÷ three-way match by hand"}),
        (lambda: {f"check {QUICK.small}": took(6.6)}, {"all rules: 1,000,000 lines ÷ 100,000 lines"}),
        (lambda: {f"check {QUICK.large}": took(80, 4.1)}, {"peak memory of check, GB"}),
        (lambda: {f"command {QUICK.large}": took(90, 4.1)}, {"peak memory of command, GB"}),
        (lambda: {"read-largest": took(100, 0.513)}, {"peak memory of reading a CSV file of 2,000,000 lines, GB"}),
        (lambda: {f"backtest {QUICK.past}": took(41)}, {"back-test ÷ check, 502,500 order lines"}),
        (lambda: {"propose": took(51)}, {"proposed links ÷ reading both sides and an exact join, 100,500 order lines"}),
        (lambda: {"read-by-counterfoil": took(2.1)}, {"CSV reading speed ÷ DuckDB's own"}),
    ],
)
def test_each_limit_is_missed_just_beyond_its_edge_and_by_nothing_else(
    change: Callable[[], dict[str, list[Measured]]], missed: set[str]
) -> None:
    at_the_edge = {
        f"three-way {QUICK.large}": took(10),
        f"check {QUICK.large}": took(80, 4),
        f"check {QUICK.small}": took(80 / 12),
        f"command {QUICK.large}": took(90, 4),
        f"check {QUICK.past}": took(10),
        f"backtest {QUICK.past}": took(40),
        "join": took(10),
        "propose": took(50),
        "read-by-duckdb": took(1),
        "read-by-counterfoil": took(2),
        "read-largest": took(100, 0.512),
    }

    judged = list(ratios(at_the_edge | change(), QUICK))

    assert len(judged) == 8
    assert {ratio.meaning for ratio in judged if not ratio.kept} == missed
