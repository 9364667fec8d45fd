"""The files of a run: harmless to open, exact to the last digit, and all there or not at all."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from tests.interfaces.hand_made import HOSTILE, finding, hops, result, rule, varied

from counterfoil.tables.landing import LandedTable, Unusable
from counterfoil.tables.output import FILES, output_folder, summarise, summary_json, write_outputs
from counterfoil.tables.report import view
from counterfoil.tables.result import CheckResult, Outcome

FORMULA_STARTS = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
COLUMNS = (
    "finding_id facts_digest rule severity site_id supplier_id document document_id line_id work_order_id amount_at_risk currency "
    "occurred_at message evidence"
).split()
TEXTS = [name for name in COLUMNS if name not in ("amount_at_risk", "occurred_at")]


def written(outcome: CheckResult, folder: Path) -> Path:
    with output_folder(folder) as space:
        write_outputs(outcome, space)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def in_parquet(folder: Path) -> list[dict[str, object]]:
    found = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(folder / "findings.parquet")])
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@contextmanager
def as_it_was(folder: Path) -> Iterator[None]:
    """Whatever happens inside, the folder holds the same files with the same bytes afterwards."""
    before = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    yield
    assert {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()} == before


def test_five_files_and_nothing_else(tmp_path: Path) -> None:
    assert sorted(path.name for path in written(varied(), tmp_path / "new" / "out").iterdir()) == sorted(FILES)


def test_no_cell_starts_a_formula_and_none_is_otherwise_changed(tmp_path: Path) -> None:
    """300 findings and 80 rejected rows, every hostile text among them: the spreadsheet sees texts, the Parquet file what was there."""
    folder = written(varied(), tmp_path)
    in_csv = {row["finding_id"]: row for row in rows(folder / "findings.csv")}
    exact = {str(row["finding_id"]): row for row in in_parquet(folder)}
    assert in_csv.keys() == exact.keys()
    assert len(in_csv) == 300
    neutralised = 0
    for finding_id, row in in_csv.items():
        for name in TEXTS:
            text = str(exact[finding_id][name] or "")
            starts = text.startswith(FORMULA_STARTS)
            neutralised += starts
            assert row[name] == ("'" + text if starts else text)
            assert not row[name].startswith(FORMULA_STARTS)
    assert neutralised > 100
    values = [row["value"] for row in rows(folder / "rejected.csv")]
    assert len(values) == 80
    assert "'=cmd|' /C calc'!A0" in values
    assert not [value for value in values if value.startswith(FORMULA_STARTS)]


def test_the_columns_are_those_of_the_contract(tmp_path: Path) -> None:
    """The category serves the filters alone and leaves with the database."""
    folder = written(varied(), tmp_path)
    assert list(rows(folder / "findings.csv")[0]) == COLUMNS
    assert list(in_parquet(folder)[0]) == COLUMNS
    assert (folder / "rejected.csv").read_text("utf-8").splitlines()[0] == "file,line,column,value,reason"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0"),
        ("100", "100"),
        ("1200.50", "1200.5"),
        ("0.000001", "0.000001"),
        ("0.0000000000000001", "0.0000000000000001"),
        ("9999999999999999999999.9999999999999999", "9999999999999999999999.9999999999999999"),
        (None, ""),
    ],
)
def test_an_amount_stays_a_number_to_the_last_digit(tmp_path: Path, amount: str | None, text: str) -> None:
    one = finding(1, amount_at_risk=None if amount is None else Decimal(amount), currency=None, occurred_at=None, site_id=None)
    folder = written(result([one]), tmp_path)
    (row,) = rows(folder / "findings.csv")
    assert (row["amount_at_risk"], row["currency"], row["occurred_at"], row["site_id"]) == (text, "", "", "")
    assert in_parquet(folder)[0]["amount_at_risk"] == (None if amount is None else Decimal(amount))


def test_errors_come_first_then_the_largest_amounts_of_a_rule(tmp_path: Path) -> None:
    """9 before 10 would be the order of texts: amounts are sorted as numbers."""
    findings = [
        finding(1, severity="I", amount_at_risk=Decimal(900)),
        finding(2, severity="E", amount_at_risk=Decimal(9)),
        finding(3, severity="W", amount_at_risk=Decimal(50)),
        finding(4, severity="E", amount_at_risk=Decimal(10)),
        finding(5, severity="E", amount_at_risk=None),
    ]
    folder = written(result(findings), tmp_path)
    assert [row["document_id"] for row in rows(folder / "findings.csv")] == ["PO4", "PO2", "PO5", "PO3", "PO1"]


def test_nothing_found_gives_files_with_headers_alone(tmp_path: Path) -> None:
    folder = written(result(), tmp_path)
    assert (folder / "findings.csv").read_text("utf-8").strip() == ",".join(COLUMNS)
    assert (folder / "rejected.csv").read_text("utf-8").strip() == "file,line,column,value,reason"
    assert in_parquet(folder) == []
    assert json.loads((folder / "summary.json").read_text("utf-8"))["totals"]["findings"] == 0


def test_the_summary_in_figures() -> None:
    """Two errors and a warning; one rule could not be run, which is not the same as zero findings."""
    run = Outcome(
        rule("order-without-work"), "run", findings=3, not_judged=2, exempt=1, amounts={"EUR": Decimal("1E+3"), "": Decimal("0.50")}
    )
    lacking = Outcome(rule("lot-untraced", "value"), "not run", needs=("consumption",))
    found = result(
        [finding(1), finding(2), finding(3, severity="W")],
        outcomes=[run, lacking],
        chain={"EUR": hops(("10.10", 3), ("8", 2), ("8", 2), ("0E-6", 0), ("0", 0), ("0", 0), ("0", 0))},
        at_risk={"EUR": Decimal("12345678901234567890123456789012345.6700")},
        tables=[LandedTable("purchase_orders", ("purchase_orders.csv",), frozenset(), 7, 2, 1)],
    )
    assert json.loads(summary_json(found)) == {
        "tables": {"purchase_orders": {"read": 7, "rejected": 2}},
        "rules": {
            "order-without-work": {"status": "run", "needs": [], "findings": 3, "not_judged": 2, "amounts": {"": "0.5", "EUR": "1000"}},
            "lot-untraced": {"status": "not run", "needs": ["consumption"], "findings": None, "not_judged": None, "amounts": {}},
        },
        "totals": {
            "findings": 3,
            "by_severity": {"E": 2, "W": 1, "I": 0},
            "not_judged": 2,
            "exempt": {"order-without-work": 1},
            "read": 7,
            "rejected": 2,
            "at_risk": {"EUR": "12345678901234567890123456789012345.67"},
        },
        "chain": {
            "EUR": {
                "invoiced": {"amount": "10.1", "lines": 3},
                "ordered": {"amount": "8", "lines": 2},
                "received": {"amount": "8", "lines": 2},
                "linked": {"amount": "0", "lines": 0},
                "stock": {"amount": "0", "lines": 0},
                "exempt": {"amount": "0", "lines": 0},
                "approved": {"amount": "0", "lines": 0},
            }
        },
        "engine": "duckdb",
        "seconds": 1.235,
        "policy": {"name": "default", "version": "1"},
        "narrowing": {"sites": [], "categories": []},
        "as_of": "2026-03-31",
        "version": "0.1.0",
    }


def test_the_written_summary_is_the_printed_one(tmp_path: Path) -> None:
    found = varied()
    assert (written(found, tmp_path) / "summary.json").read_text("utf-8") == summary_json(found)
    assert summarise(found)["as_of"] == date(2026, 3, 31).isoformat()


def test_a_second_run_replaces_the_first_and_leaves_other_files_alone(tmp_path: Path) -> None:
    written(varied(), tmp_path)
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    written(result([finding(1)]), tmp_path)
    assert len(rows(tmp_path / "findings.csv")) == 1
    assert (tmp_path / "notes.txt").read_text("utf-8") == "mine"
    assert len(list(tmp_path.iterdir())) == len(FILES) + 1


@pytest.mark.parametrize("end", [KeyboardInterrupt, RuntimeError, Unusable])
def test_a_run_that_breaks_off_leaves_everything_as_it_was(tmp_path: Path, end: type[BaseException]) -> None:
    """Once over an earlier run, once where there was no folder: all files are written already when it breaks off."""
    earlier = written(varied(), tmp_path / "earlier")

    def broken_off(folder: Path) -> None:
        with output_folder(folder) as space:
            write_outputs(result([finding(1)]), space)
            raise end

    for folder in (earlier, tmp_path / "not" / "there"):
        with as_it_was(tmp_path), pytest.raises(end):
            broken_off(folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["earlier"]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = written(varied(), tmp_path / "out")

    def full(result: CheckResult) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(view, "render", full)
    with as_it_was(tmp_path), pytest.raises(Unusable, match=r"report\.html: cannot be written \(No space left on device\).*--out"):
        written(result(), earlier)


def test_a_folder_in_the_place_of_a_file_is_refused_before_anything_moves(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(Unusable, match=r"report\.html is a folder"):
        written(result(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_folder_that_cannot_be_made_is_said_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(Unusable, match="cannot be written"), output_folder(tmp_path / "file" / "out"):
        pytest.fail("the run must not begin")


def test_a_quote_in_the_name_of_the_folder_is_no_end_of_a_statement(tmp_path: Path) -> None:
    folder = written(result([finding(1)]), tmp_path / "o'; DROP TABLE findings; --")
    assert len(rows(folder / "findings.csv")) == 1


def test_hostile_texts_come_back_byte_for_byte_from_parquet(tmp_path: Path) -> None:
    findings = [finding(number, message=text, line_id=text) for number, text in enumerate(HOSTILE)]
    folder = written(result(findings), tmp_path)
    assert {(row["message"], row["line_id"]) for row in in_parquet(folder)} == {(text, text) for text in HOSTILE}
