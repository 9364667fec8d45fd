"""Folders of Parquet files, as clusters write them: one table, its folders' names columns, each row found again by file and line."""

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counterfoil.tables.database import open_database
from counterfoil.tables.landing import Unusable
from counterfoil.tables.reading import land, read_folder


def part(path: Path, *ids: str, **columns: pa.Array) -> None:
    """Payments of 100.00 each on March 1, of an invoice called as the payment is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = {"payment_id": pa.array(ids), "invoice_id": pa.array([id_.replace("P", "I") for id_ in ids])}
    plain["amount"] = pa.array([Decimal("100.00")] * len(ids), pa.decimal128(16, 4))
    plain["paid_at"] = pa.array([date(2026, 3, 1)] * len(ids))
    pq.write_table(pa.table(plain | columns), path)


def days(database: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    query = "SELECT payment_id, strftime(paid_at, '%Y-%m-%d'), currency FROM payments ORDER BY payment_id"
    return database.execute(query).fetchall()


@pytest.fixture(params=[1, 10**6], ids=["in place", "copied"])
def from_rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """From how many rows a table stays in its files."""
    monkeypatch.setattr(land, "IN_PLACE_FROM", request.param)
    return int(request.param)


def plant(tmp_path: Path, name: str = "payments") -> Path:
    """Two people who pay and two currencies; what Spark leaves beside the files is no data."""
    folder = tmp_path / name
    part(folder / "approved_by=ann" / "currency=EUR" / "part-0.parquet", "P1", "P2")
    part(folder / "approved_by=ann" / "currency=EUR" / "part-1.parquet", "P3")
    part(folder / "approved_by=bob" / "currency=__HIVE_DEFAULT_PARTITION__" / "part-0.parquet", "P4")
    (folder / "_SUCCESS").touch()
    part(folder / "_temporary" / "part-9.parquet", "P9")
    part(folder / ".hidden.parquet", "P8")
    return tmp_path


@pytest.mark.parametrize("name", ["payments", "payments.parquet"])
def test_names_of_folders_are_columns(name: str, tmp_path: Path, from_rows: int) -> None:
    with open_database() as database:
        landing = read_folder(plant(tmp_path, name), database)
        assert landing.tables["payments"].read == 4
        assert landing.tables["payments"].in_place == (from_rows == 1)
        names = database.execute("SELECT payment_id, approved_by, currency FROM payments ORDER BY ALL").fetchall()
        assert names == [("P1", "ann", "EUR"), ("P2", "ann", "EUR"), ("P3", "ann", "EUR"), ("P4", "bob", None)]


def test_a_day_may_be_the_name_of_a_folder(tmp_path: Path) -> None:
    part_of = tmp_path / "payments" / "paid_at=2026-03-02" / "a.parquet"
    part(part_of, "P1")
    pq.write_table(pq.read_table(part_of, partitioning=None).drop_columns("paid_at"), part_of)
    with open_database() as database:
        read_folder(tmp_path, database)
        assert days(database) == [("P1", "2026-03-02", None)]


def test_a_site_called_001_is_no_number(tmp_path: Path) -> None:
    part_of = tmp_path / "purchase_orders" / "site_id=001" / "supplier_id=A%2FB" / "x.parquet"
    part_of.parent.mkdir(parents=True)
    pq.write_table(pa.table({"purchase_order_id": pa.array(["4711"])}), part_of)
    with open_database() as database:
        read_folder(tmp_path, database)
        assert database.execute("SELECT purchase_order_id, site_id, supplier_id FROM purchase_orders").fetchall() == [
            ("4711", "001", "A/B")
        ]


@pytest.mark.usefixtures("from_rows")
def test_what_is_rejected_is_found_again_by_file_and_line(tmp_path: Path) -> None:
    """The second row of the second file has no amount; the third file repeats an id with another invoice, and an equal row."""
    part(tmp_path / "payments" / "currency=EUR" / "a.parquet", "P1", "P2")
    amounts = pa.array([Decimal(5), None], pa.decimal128(16, 4))
    part(tmp_path / "payments" / "currency=EUR" / "b.parquet", "P3", "P4", amount=amounts)
    part(tmp_path / "payments" / "currency=USD" / "c.parquet", "P5", "P2", invoice_id=pa.array(["I5", "I9"]))
    part(tmp_path / "payments" / "currency=EUR" / "d.parquet", "P1")
    with open_database() as database:
        landed = read_folder(tmp_path, database).tables["payments"]
        assert (landed.read, landed.rejected, landed.same) == (4, 2, 1)
        assert [row[0] for row in days(database)] == ["P1", "P2", "P3", "P5"]
        rejected = 'SELECT file, line, "column", raw_payment_id FROM rejected_payments ORDER BY ALL'
        assert database.execute(rejected).fetchall() == [
            ("payments/currency=EUR/b.parquet", 3, "amount", "P4"),
            ("payments/currency=USD/c.parquet", 3, "payment_id", "P2"),
        ]


def test_a_column_that_only_some_files_have_is_empty_elsewhere(tmp_path: Path) -> None:
    part(tmp_path / "payments" / "a.parquet", "P1", paid_at=pa.array(["2026-03-01"]))
    part(tmp_path / "payments" / "b.parquet", "P2", paid_at=pa.array(["2026-03-02"]), currency=pa.array(["EUR"]))
    with open_database() as database:
        read_folder(tmp_path, database)
        assert days(database) == [("P1", "2026-03-01", None), ("P2", "2026-03-02", "EUR")]


def test_a_mapping_may_name_a_folder(tmp_path: Path) -> None:
    columns = 'payment_id = "payment_id"\ninvoice_id = "invoice_id"\namount = "amount"\npaid_at = "paid_at"\n'
    (plant(tmp_path, "export.parquet") / "mapping.toml").write_text(
        f'[payments]\nfile = "export.parquet"\nwhere = {{ column = "currency", in = ["EUR"] }}\n[payments.columns]\n{columns}'
    )
    with open_database() as database:
        assert read_folder(tmp_path, database).tables["payments"].read == 3


def test_rows_that_a_mapping_leaves_out_do_not_move_the_lines_of_the_others(tmp_path: Path) -> None:
    amounts = pa.array(["1", "x", "2", "many"])
    part(tmp_path / "all.parquet", "P1", "P2", "P3", "P4", amount=amounts, kind=pa.array(["in", "out", "out", "in"]))
    columns = 'payment_id = "payment_id"\ninvoice_id = "invoice_id"\namount = "amount"\npaid_at = { value = "2026-03-01" }\n'
    (tmp_path / "mapping.toml").write_text(
        f'[payments]\nfile = "all.parquet"\nwhere = {{ column = "kind", in = ["in"] }}\n[payments.columns]\n{columns}'
    )
    with open_database() as database:
        read_folder(tmp_path, database)
        assert database.execute('SELECT file, line, "value" FROM rejected_payments').fetchall() == [("all.parquet", 5, "many")]


def refused(folder: Path) -> tuple[str, ...]:
    with open_database() as database, pytest.raises(Unusable) as caught:
        read_folder(folder, database)
    return caught.value.problems


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "payments").mkdir()
    assert refused(tmp_path) == ("payments is a folder without Parquet files; put them there, or remove it.",)


def test_a_link_among_the_parts_is_refused(tmp_path: Path) -> None:
    part(tmp_path / "elsewhere.parquet", "P1")
    (tmp_path / "plant" / "payments").mkdir(parents=True)
    (tmp_path / "plant" / "payments" / "a.parquet").symlink_to(tmp_path / "elsewhere.parquet")
    assert refused(tmp_path / "plant") == ("payments: a.parquet is a link; put the file itself there.",)


def test_a_damaged_part_is_refused(tmp_path: Path) -> None:
    broken = plant(tmp_path) / "payments" / "approved_by=ann" / "currency=EUR" / "part-1.parquet"
    broken.write_bytes(broken.read_bytes()[:-9])
    (problem,) = refused(tmp_path)
    assert problem.startswith("payments cannot be read; write it again.")


def test_a_part_that_changes_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(land, "IN_PLACE_FROM", 1)
    with open_database() as database:
        landing = read_folder(plant(tmp_path), database)
        landing.check_files()
        os.utime(tmp_path / "payments" / "approved_by=ann" / "currency=EUR" / "part-1.parquet", (1, 1))
        with pytest.raises(Unusable, match="payments changed while it was read"):
            landing.check_files()


def test_a_folder_and_a_file_of_one_table_are_refused(tmp_path: Path) -> None:
    part(plant(tmp_path) / "payments.parquet", "P1")
    assert refused(tmp_path) == ("payments and payments.parquet are both there for the table payments; keep one of them.",)
