"""Files and folders that are broken, changing or made to harm: one clear sentence, never a traceback, never wrong rows."""

import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest
from tests.tables.reading.folders import Reader, Refuser, write

from counterfoil.tables.landing import Unusable
from counterfoil.tables.reading import read_folder, scan

PARTS = "part_id,description\n"


def test_bytes_that_are_no_utf8_are_named_with_their_line(refused: Refuser) -> None:
    (problem,) = refused({"parts.csv": b'part_id,description\n1,"a\nb"\n2,Stra\xdfe\n'})
    remedy = 'save the file as UTF-8, or name its encoding in mapping.toml (such as encoding = "cp1252").'
    assert problem == f"parts.csv, line 4: byte 0xDF is not UTF-8; {remedy}"


def test_a_wrong_byte_far_into_a_file(refused: Refuser) -> None:
    rows = "".join(f"{n},{'é' * 40}\n" for n in range(50_000)).encode()
    (problem,) = refused({"parts.csv": PARTS.encode() + rows + b"x,\xff\n"})
    assert problem.startswith("parts.csv, line 50002: byte 0xFF")


def test_a_character_cut_at_the_end(refused: Refuser) -> None:
    (problem,) = refused({"parts.csv": PARTS.encode() + "1,é".encode()[:-1]})
    assert problem.startswith("parts.csv, line 2: byte 0xC3 is not UTF-8")


def test_utf16_without_a_mapping_says_what_to_do(refused: Refuser) -> None:
    (problem,) = refused({"parts.csv": "part_id,description\n1,a\n".encode("utf-16")})
    assert 'encoding = "utf-16" in mapping.toml' in problem


def test_a_nul_character(refused: Refuser) -> None:
    (problem,) = refused({"parts.csv": PARTS + "1,a\n2,b\0c\n"})
    assert problem.startswith("parts.csv, line 3: a NUL character")


def test_the_wrong_encoding_in_a_mapping(refused: Refuser) -> None:
    mapping = '[parts]\nfile = "parts.csv"\nencoding = "ascii"\n'
    (problem,) = refused({"parts.csv": PARTS + "1,a\n2,é\n", "mapping.toml": mapping})
    assert problem == "parts.csv, line 3: this is not ascii; name its encoding in mapping.toml."
    (problem,) = refused({"parts.csv": ("x" + PARTS).encode("utf-16") + b"\0", "mapping.toml": mapping.replace("ascii", "utf-16")})
    assert problem.startswith("parts.csv, line 2: this is not utf-16")


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ('1,a\n2,"b\n3,c\n', "parts.csv, line 3: a quote is opened in this row and never closed"),
        ('1,a\n"2"x,b\n3,c\n', "parts.csv, line 3: text follows a closing quote"),
        ('1,"5" pipe"\n', "parts.csv, line 2: text follows a closing quote"),
    ],
)
def test_quotes_that_do_not_fit(refused: Refuser, rows: str, problem: str) -> None:
    (said,) = refused({"parts.csv": PARTS + rows})
    assert said.startswith(problem)


def test_a_quote_that_swallows_a_large_file(refused: Refuser) -> None:
    rows = "".join(f"{n},{'x' * 100}\n" for n in range(300_000))
    (said,) = refused({"parts.csv": PARTS + '0,"open\n' + rows})
    assert said == "parts.csv, line 2: a cell is longer than 16 MB; look for a quote that is never closed."


def test_a_quote_in_the_header_that_is_never_closed(refused: Refuser) -> None:
    (said,) = refused({"parts.csv": 'part_id,"description\n1,a\n'})
    assert said.startswith("parts.csv, line 1: a quote is opened in this row and never closed")


def test_a_cell_of_hundreds_of_megabytes(tmp_path: Path, database: duckdb.DuckDBPyConnection) -> None:
    folder = write(tmp_path / "plant", {"parts.csv": PARTS})
    with (folder / "parts.csv").open("ab") as handle:
        handle.write(b"1,")
        for _ in range(200):
            handle.write(b"x" * (1 << 20))
    with pytest.raises(Unusable, match=r"parts.csv: a line is longer than 16 MB; look for a quote that is never closed."):
        read_folder(folder, database)


def test_long_cells_below_the_limit_are_read(read: Reader) -> None:
    """Too long for the fast reader, and still kept whole."""
    found = read({"parts.csv": PARTS + f'1,{"x" * 3_000_000}\n2,"{"y" * 4_000_000}\nz"\n3,w\n'})
    assert found.database.execute("SELECT part_id, length(description) FROM parts").fetchall() == [
        ("1", 3_000_000),
        ("2", 4_000_002),
        ("3", 1),
    ]


def test_a_folder_that_is_none_or_holds_nothing(refused: Refuser, tmp_path: Path, database: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(Unusable, match="is no folder"):
        read_folder(tmp_path / "nowhere", database)
    (problem,) = refused({})
    assert "holds no exchange table" in problem
    (problem,) = refused({"purchase_order.csv": "x"})
    assert "holds no exchange table" in problem


def test_files_that_are_no_table_are_reported(read: Reader) -> None:
    found = read({"parts.csv": PARTS, "purchase_order.csv": "x", "notes.txt": "x", "Parts.XLSX": b""})
    assert [report.file for report in found.landing.reports] == ["Parts.XLSX", "purchase_order.csv"]


def linked(folder: Path, name: str, target: Path) -> None:
    (folder / name).symlink_to(target)


def test_links_out_of_the_folder_are_refused(tmp_path: Path, database: duckdb.DuckDBPyConnection) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("site_id,name\nsecret,secret\n")
    folder = write(tmp_path / "plant", {"real.csv": PARTS + "1,a\n"})
    linked(folder, "sites.csv", secret)
    linked(folder, "lots.csv", tmp_path / "plant2")
    linked(folder, "labour.csv", folder / "labour.csv")
    linked(folder, "mapping.toml", secret)
    with pytest.raises(Unusable) as caught:
        read_folder(folder, database)
    assert sorted(caught.value.problems) == [
        "labour.csv cannot be opened; it leads to no file.",
        "lots.csv cannot be opened; it leads to no file.",
        "mapping.toml is a link out of the folder; copy the file itself into the folder.",
        "sites.csv is a link out of the folder; copy the file itself into the folder.",
    ]


def test_a_link_inside_the_folder_is_a_file(tmp_path: Path, database: duckdb.DuckDBPyConnection) -> None:
    folder = write(tmp_path / "plant", {"export.csv": PARTS + "1,a\n"})
    linked(folder, "parts.csv", folder / "export.csv")
    linked(tmp_path, "other", folder)
    assert read_folder(tmp_path / "other", database).tables["parts"].read == 1


def test_what_is_no_ordinary_file_is_not_opened(tmp_path: Path, database: duckdb.DuckDBPyConnection) -> None:
    folder = write(tmp_path / "plant", {})
    os.mkfifo(folder / "parts.csv")
    (folder / "sites.csv").mkdir()
    with pytest.raises(Unusable) as caught:
        read_folder(folder, database)
    assert [problem.split(";")[0] for problem in caught.value.problems] == [
        "sites.csv is no ordinary file",
        "parts.csv is no ordinary file",
    ]


Change = Callable[[Path], object]
GROWS = "parts.csv changed while it was read; run again once nothing writes to it."


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda path: path.write_text(PARTS + "1,a\n2,b\n3,c\n"), GROWS),
        (lambda path: path.write_text(PARTS + "1,z\n"), GROWS),
        (lambda path: path.rename(path.with_suffix(".old")), "parts.csv cannot be opened: No such file or directory."),
        (lambda path: os.truncate(path, 0), GROWS),
    ],
    ids=["grows", "rewritten", "vanishes", "emptied"],
)
def test_a_file_that_changes_between_the_looks_is_refused(
    tmp_path: Path, database: duckdb.DuckDBPyConnection, change: Change, problem: str
) -> None:
    folder = write(tmp_path / "plant", {"parts.csv": PARTS + "1,a\n1,b\nx\n"})

    def progress(text: str) -> None:
        if text.startswith("reading parts"):
            change(folder / "parts.csv")

    with pytest.raises(Unusable) as caught:
        read_folder(folder, database, progress)
    assert caught.value.problems == (problem,)


def test_a_file_replaced_by_an_older_one_of_the_same_size_is_refused(tmp_path: Path, database: duckdb.DuckDBPyConnection) -> None:
    folder = write(tmp_path / "plant", {"parts.csv": PARTS + "1,a\n", "other": PARTS + "1,b\n"})
    state = (folder / "parts.csv").stat()
    os.utime(folder / "other", ns=(state.st_atime_ns, state.st_mtime_ns))

    def progress(text: str) -> None:
        if text.startswith("reading"):
            (folder / "other").replace(folder / "parts.csv")

    with pytest.raises(Unusable, match="changed while it was read"):
        read_folder(folder, database, progress)


def test_progress_names_each_file(tmp_path: Path, database: duckdb.DuckDBPyConnection) -> None:
    said: list[str] = []
    read_folder(write(tmp_path / "plant", {"parts.csv": PARTS, "sites.csv": "site_id,name\n"}), database, said.append)
    assert said == ["looking at sites.csv", "looking at parts.csv", "reading sites (sites.csv)", "reading parts (parts.csv)"]


def test_a_folder_may_be_read_again_into_the_same_database(read: Reader) -> None:
    assert read({"parts.csv": PARTS + "1,a\n1,b\n"}).landing.tables["parts"].rejected == 1
    again = read({"parts.csv": PARTS + "2,a\n"})
    assert again.column("parts", "part_id") == ["2"]
    assert again.rejected("parts") == []
    assert {
        row[0] for row in again.database.execute("SELECT table_name FROM duckdb_tables()").fetchall() if row[0].startswith("_")
    } == set()


def test_lines_are_whole_at_the_borders_of_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the pieces that a scan works in, it finds the same lines."""
    text = 'a,b\r\n1,"x\r\ny"\r\n\r\n2,"""q"""\r\n3,\r\n"4\r","z"\r\n'
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode())
    for size in range(1, 24):
        monkeypatch.setattr(scan, "PIECE", size)
        assert scan.examine(path, "x.csv", ",") == scan.Shape(even=True, quoting=True, quoted_lines=True, numbered=False)
        records = np.arange(4)
        assert scan.record_lines(path, "x.csv", True, records).tolist() == [2, 5, 6, 7]
