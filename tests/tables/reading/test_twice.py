"""Rows that are there twice: equal ones count once, of two with one id the first that can be read stays."""

from pathlib import Path

import duckdb
from tests.tables.reading.folders import Reader

from counterfoil.tables.reading.delimited import open_delimited
from counterfoil.tables.reading.keep import create_tables
from counterfoil.tables.reading.land import read_query
from counterfoil.tables.reading.mapped import MappedCells
from counterfoil.tables.schema import TABLES

HEADER = "part_id,description,standard_cost,colour\n"


def test_equal_rows_count_once(read: Reader) -> None:
    found = read({"parts.csv": HEADER + "1,a,1.5,red\n2,b,2,red\n1,a,1.5,blue\n1,a,1.5,red\n2,b,2,\n"})
    assert found.column("parts", "part_id") == ["1", "2"]
    parts = found.landing.tables["parts"]
    assert (parts.read, parts.rejected, parts.same) == (2, 0, 3)


def test_of_two_rows_with_one_id_the_first_stays(read: Reader) -> None:
    found = read({"parts.csv": HEADER + "1,a,1.5,\n2,b,2,\n1,a,1.50,\n1,c,1.5,\n1,c,1.5,\n"})
    assert found.rows("parts", "part_id", "description") == [("1", "a"), ("2", "b")]
    assert found.rejected("parts") == [(4, "part_id", "1", "another row has this id"), (5, "part_id", "1", "another row has this id")]
    assert found.column("rejected_parts", "clash") == [True, True]
    assert found.column("rejected_parts", "raw_standard_cost") == ["1.50", "1.5"]
    assert found.landing.tables["parts"].same == 1


def test_the_first_row_that_can_be_read_has_the_id(read: Reader) -> None:
    found = read({"parts.csv": HEADER + "1,bad,x,\n1,good,1,\n1,late,2,\n1,bad,x,\n1,worse,y,\n"})
    assert found.rows("parts", "part_id", "description") == [("1", "good")]
    assert found.rejected("parts") == [
        (2, "standard_cost", "x", "not a number"),
        (4, "part_id", "1", "another row has this id"),
        (6, "standard_cost", "y", "not a number"),
    ]
    assert found.column("rejected_parts", "clash") == [False, True, False]
    assert found.landing.tables["parts"].same == 1


def test_a_row_that_is_too_long_is_not_equal_to_the_one_that_fits(read: Reader) -> None:
    found = read({"sites.csv": "site_id,name\nA,a,x\nA,a\nA,a,y\n"})
    assert found.column("sites", "site_id") == ["A"]
    assert found.rejected("sites") == [(2, "", "", "more cells than the header")]
    assert found.landing.tables["sites"].same == 1


def test_ids_are_compared_byte_for_byte(read: Reader) -> None:
    ids = ["A", "a", " A", "A ", "0A", "\u00e9", "e\u0301"]
    found = read({"sites.csv": "site_id,name\n" + "".join(f"{one},x\n" for one in ids)})
    assert found.column("sites", "site_id") == ids


def test_tables_without_an_id_have_equal_rows_but_no_conflict(read: Reader) -> None:
    rows = ["K,P1,10", "K,P2,20", "K,P1,10", "K,P1,10.0", "K,P1,x", "K,P1,x"]
    found = read({"contracts.csv": "contract_id,part_id,unit_price\n" + "\n".join(rows)})
    assert [str(price) for price in found.column("contracts", "unit_price")] == ["10.000000", "20.000000", "10.000000"]
    assert found.rejected("contracts") == [(6, "unit_price", "x", "not a number")]
    assert found.landing.tables["contracts"].same == 2


def test_unknown_words_of_equal_rows_count_once(read: Reader) -> None:
    found = read({"parts.csv": "part_id,kind\n1,gadget\n1,gadget\n2,gadget\n2,gizmo\n"})
    assert found.reported("unknown word") == [("parts", "kind", "gadget", 2), ("parts", "kind", "gizmo", 1)]


def test_unknown_words_do_not_make_rows_equal(read: Reader) -> None:
    """Both become empty, but they were not written alike."""
    found = read({"order_changes.csv": "document,document_id,field,changed_at\nx,1,f,2024-01-01\ny,1,f,2024-01-01\n,1,f,2024-01-01\n"})
    assert found.landing.tables["order_changes"].read == 3


def test_a_file_given_out_twice_in_one_is_one(read: Reader) -> None:
    rows = "".join(f"L{n:05},W{n % 97},{n % 24}\n" for n in range(5000))
    found = read({"labour.csv": "labour_id,work_order_id,hours\n" + rows + rows})
    labour = found.landing.tables["labour"]
    assert (labour.read, labour.rejected, labour.same) == (5000, 0, 5000)
    assert found.column("labour", "labour_id") == [f"L{n:05}" for n in range(5000)]


def test_lines_of_rejects_in_a_large_file(read: Reader) -> None:
    """Rows come back in their order and lines are right beyond the first pieces of a file."""
    rows = [f"L{n:06},W{n % 97},{'bad' if n % 50_021 == 0 else n % 24},{'x' * 40}" for n in range(150_000)]
    found = read({"labour.csv": "labour_id,work_order_id,hours,person\n" + "\n".join(rows)})
    assert [row[0] for row in found.rejected("labour")] == [2, 50_023, 100_044]
    assert found.column("labour", "labour_id")[49_998:50_022] == [f"L{n:06}" for n in range(49_999, 50_021)] + ["L050022", "L050023"]


def test_every_table_keeps_the_order_of_its_rows(tmp_path: Path, database: duckdb.DuckDBPyConnection) -> None:
    """The plan by which a table is read has no join: a join gives rows in an order of its own, and ids would lead to other rows."""
    create_tables(database, TABLES.values())
    for table in TABLES.values():
        path = tmp_path / f"{table.name}.csv"
        path.write_text(",".join(column.name for column in table) + "\n")
        feed = MappedCells(open_delimited(path, path.name, None, tmp_path / "spare"), None, table.name)
        (plan,) = database.execute(f"EXPLAIN {read_query(table, feed)}").fetchall()
        assert "READ_CSV" in plan[1]
        assert "JOIN" not in plan[1].upper()


def test_rejects_of_a_large_file_of_every_kind_of_column_are_the_right_rows(read: Reader) -> None:
    """Enough rows for several threads; every thousandth is wrong and says its number."""
    header = "invoice_line_id,invoice_id,description,quantity,unit_price,price_quantity,effect\n"
    rows = [
        f"L{n:06},I{n // 3},{'filler ' * 12}{n},{f'bad{n}' if n % 1000 == 7 else 1},1.5,{10 ** (n % 5)},quantity\n" for n in range(400_000)
    ]
    found = read({"invoice_lines.csv": header + "".join(rows)})
    expected = [(n + 2, "quantity", f"bad{n}", "not a number") for n in range(7, 400_000, 1000)]
    assert found.rejected("invoice_lines") == expected
    ids = found.database.execute("SELECT count(*) FROM invoice_lines WHERE CAST(right(invoice_line_id, 6) AS INT) % 1000 = 7").fetchone()
    assert ids == (0,)
