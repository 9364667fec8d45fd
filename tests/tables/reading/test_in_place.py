"""A large Parquet file stays where it is: nothing may come out otherwise than if it had been copied."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from benchmarks.plant import make_plant

from counterfoil.tables.check import open_check
from counterfoil.tables.database import open_database
from counterfoil.tables.landing import Unusable
from counterfoil.tables.policy import load_policy
from counterfoil.tables.reading import land, read_folder

pytestmark = pytest.mark.slow


def payments(folder: Path, *amounts: str, name: str = "payments.parquet") -> Path:
    numbers = [Decimal(amount) for amount in amounts]
    columns = {
        "payment_id": pa.array([f"P{number}" for number in (1, 2, 3, 3, 1)][: len(numbers)]),
        "invoice_id": pa.array(["I1"] * len(numbers)),
        "amount": pa.array(numbers, pa.decimal128(16, 4)),
        "paid_at": pa.array([date(2026, 3, 1)] * len(numbers)),
        "file_row_number": pa.array([7] * len(numbers)),
    }
    if name == "payments.parquet":
        del columns["file_row_number"]
    pq.write_table(pa.table(columns), folder / name)
    return folder


def views(database: duckdb.DuckDBPyConnection) -> set[str]:
    return {row[0] for row in database.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}


@pytest.mark.full
def test_a_made_up_plant_is_judged_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_plant(tmp_path, 3_000)

    def judged(from_rows: int) -> tuple[object, ...]:
        monkeypatch.setattr(land, "IN_PLACE_FROM", from_rows)
        with open_check(tmp_path, policy=load_policy(), run_date=date(2026, 6, 30)) as result:
            rows = result.database.execute("SELECT * FROM findings ORDER BY finding_id").fetchall()
            in_place = sorted(name for name, table in result.landing.tables.items() if table.in_place)
            outcomes = [(one.rule.name, one.findings, one.not_judged, one.exempt, one.amounts) for one in result.outcomes]
            counts = {name: (table.read, table.rejected, table.same) for name, table in result.landing.tables.items()}
            return in_place, (rows, outcomes, dict(result.chain), result.at_risk, counts, result.landing.reports)

    copied, first = judged(10**9)
    seen, second = judged(1)
    assert copied == []
    assert {"invoice_lines", "invoices", "receipts", "purchase_orders", "purchase_order_lines", "payments"} <= set(seen)
    assert first == second
    assert len(first[0]) > 500


def test_what_is_rejected_or_there_twice_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(land, "IN_PLACE_FROM", 1)
    payments(tmp_path, "10", "999999999999.5", "30.25", "30.25", "11")
    with open_database() as database:
        landing = read_folder(tmp_path, database)
        assert "payments" in views(database)
        assert database.execute("SELECT row, payment_id, amount FROM numbered_payments ORDER BY row").fetchall() == [
            (0, "P1", Decimal(10)),
            (2, "P3", Decimal("30.25")),
        ]
        assert database.execute("SELECT payment_id, paid_at_form FROM payments ORDER BY 1").fetchall() == [("P1", 0), ("P3", 0)]
        rejected = database.execute('SELECT line, "column", reason FROM rejected_payments ORDER BY line').fetchall()
        assert rejected == [(3, "amount", "out of range"), (6, "payment_id", "another row has this id")]
        assert (landing.tables["payments"].read, landing.tables["payments"].same) == (2, 1)


def test_a_file_that_changes_after_it_was_read_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(land, "IN_PLACE_FROM", 1)
    payments(tmp_path, "10", "20")
    with open_database() as database:
        landing = read_folder(tmp_path, database)
        landing.check_files()
        payments(tmp_path, "10", "20", "30")
        with pytest.raises(Unusable, match=r"payments\.parquet changed while it was read; run again once nothing writes to it"):
            landing.check_files()
        (tmp_path / "payments.parquet").unlink()
        with pytest.raises(Unusable, match=r"payments\.parquet cannot be opened"):
            landing.check_files()


def test_a_check_of_a_file_that_vanishes_under_it_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(land, "IN_PLACE_FROM", 1)
    payments(tmp_path, "10", "20")

    def take_away(what: str, done: int, steps: int) -> None:
        if what.startswith("asking paid-over-invoice"):
            (tmp_path / "payments.parquet").unlink()

    refused = pytest.raises(Unusable, match=r"payments\.parquet")
    with refused, open_check(tmp_path, policy=load_policy(), progress=take_away):
        pytest.fail("a file that is gone was judged")


def test_small_files_and_untyped_cells_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    payments(tmp_path, "10", "20")
    with open_database() as database:
        assert not read_folder(tmp_path, database).tables["payments"].in_place
        assert "payments" not in views(database)
    monkeypatch.setattr(land, "IN_PLACE_FROM", 1)
    pq.write_table(
        pa.table({"payment_id": ["P1"], "invoice_id": ["I1"], "amount": ["10"], "paid_at": ["2026-03-01"]}), tmp_path / "payments.parquet"
    )
    with open_database() as database:
        assert not read_folder(tmp_path, database).tables["payments"].in_place


def test_a_column_with_the_name_of_the_row_number_is_only_a_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(land, "IN_PLACE_FROM", 1)
    payments(tmp_path, "10", "20", name="with_number.parquet").joinpath("with_number.parquet").rename(tmp_path / "payments.parquet")
    with open_database() as database:
        landing = read_folder(tmp_path, database)
        assert not landing.tables["payments"].in_place
        assert database.execute("SELECT payment_id FROM payments ORDER BY 1").fetchall() == [("P1",), ("P2",)]
        assert [(one.column, one.count) for one in landing.reports] == [("file_row_number", 2)]
