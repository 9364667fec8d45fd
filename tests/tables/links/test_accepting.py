"""The list as it comes back, and the tables that it makes: what was accepted stands there, nothing else is touched."""

import csv
import json
from pathlib import Path

import pytest
from tests import plants
from tests.tables.links.test_proposing import BOUGHT, INVOICE_LINES, INVOICES, LINES, RECEIPTS, WORK_LINES, WORKS
from typer.testing import CliRunner, Result

from counterfoil.interfaces.cli.app import app
from counterfoil.tables.check import open_check
from counterfoil.tables.landing import Unusable
from counterfoil.tables.links.edited import read_edited
from counterfoil.tables.policy import load_policy


def with_column(text: str, name: str) -> str:
    """A drawn table with one more column, empty."""
    head, *rows = [line for line in text.splitlines() if line.strip()]
    return "\n".join([f"{head} | {name}", *(f"{row} |" for row in rows)])


TABLES = BOUGHT | {
    "purchase_order_lines": LINES.replace("stock", "work"),
    "receipts": RECEIPTS.replace("R4              | R4         | 4500002077-10", "R4              | R4         |              "),
    "invoices": with_column(INVOICES + "whole | S1 | A-9 4500001001 | 2024-03-22 | EUR | 62.00", "purchase_order_id"),
    "invoice_lines": with_column(INVOICE_LINES, "purchase_order_line_id"),
    "work_orders": WORKS,
    "work_order_lines": WORK_LINES,
    "allocations": """
        purchase_order_line_id | work_order_id | quantity
        4500002077-10          | 80007003      | 1
    """,
}


def run(*arguments: object) -> Result:
    return CliRunner(env={"COLUMNS": "120"}).invoke(app, ["propose", *map(str, arguments)])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def edit(path: Path, to: Path, answers: dict[str, str], changes: dict[str, str] | None = None) -> Path:
    """The list with other answers for the best proposals of some lines, none for the others."""
    rows = rows_of(path)
    answered: set[str] = set()
    for row in rows:
        line = row["line_id"] or row["document_id"]
        row["accept"] = "" if line in answered else answers.get(line, "")
        row.update(changes if changes and row["accept"] else {})
        answered.add(line)
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";" if "semicolon" in to.name else ",")
        writer.writeheader()
        writer.writerows(rows)
    return to


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plants.write(tmp_path_factory.mktemp("plant") / "plant", {name: plants.drawn(text) for name, text in TABLES.items()})


@pytest.fixture(scope="module")
def listed(plant: Path) -> Path:
    out = plant.parent / "out"
    done = run(plant, "--out", out)
    assert done.exit_code == 0, done.output
    assert "invoice lines to order lines" in done.output
    return out


def findings(folder: Path, rule: str) -> set[str]:
    with open_check(folder, policy=load_policy(None), rules=[rule]) as result:
        return {line for (line,) in result.database.execute("SELECT coalesce(line_id, document_id) FROM findings").fetchall()}


def test_accepted_links_are_there_and_their_findings_are_gone(plant: Path, listed: Path, tmp_path: Path) -> None:
    """Of four invoices without order two are accepted, and the work of the bearings: of each rule the findings of these lines are gone."""
    assert findings(plant, "invoice-without-order") == {"number-1", "twin-1", "nobody-1", "whole"}
    before = findings(plant, "order-without-work")
    edited = edit(listed / "proposals.csv", tmp_path / "semicolon.csv", {"number-1": "ja", "twin-1": " X ", "4500001001-20": "oui"})
    done = run(plant, "--accept", edited, "--out", tmp_path / "new")
    assert done.exit_code == 0, done.output
    assert findings(tmp_path / "new", "invoice-without-order") == {"nobody-1", "whole"}
    assert before - findings(tmp_path / "new", "order-without-work") == {"4500001001-20"}
    assert rows_of(tmp_path / "new" / "allocations.csv")[1:] == [
        {
            "purchase_order_line_id": "4500001001-20",
            "work_order_id": "80007001",
            "work_order_line_id": "80007001-1",
            "requisition_line_id": "",
            "quantity": "2",
        }
    ]
    links = rows_of(tmp_path / "new" / "links.csv")
    assert [(row["kind"], row["line_id"], row["target_line_id"]) for row in sorted(links, key=lambda row: row["line_id"])] == [
        ("order_line", "4500001001-20", "80007001-1"),
        ("invoice_line", "number-1", "4500001001-10"),
        ("invoice_line", "twin-1", "4500001002-10"),
    ]
    assert {row["file"] for row in links} == {"semicolon.csv"}


def test_no_other_cell_changes(plant: Path, listed: Path, tmp_path: Path) -> None:
    edited = edit(listed / "proposals.csv", tmp_path / "edited.csv", {"number-1": "yes", "R4": "1", "4500001002-10": "true", "whole": "y"})
    assert run(plant, "--accept", edited, "--out", tmp_path / "new").exit_code == 0
    changed = {}
    for path in sorted(plant.glob("*.csv")):
        before, after = rows_of(path), rows_of(tmp_path / "new" / path.name)
        assert len(after) == len(before) + (path.stem == "allocations")
        changed |= {
            (path.stem, number, name): after[number][name]
            for number, row in enumerate(before)
            for name in row
            if row[name] != after[number][name] and not same_number(row[name], after[number][name])
        }
    assert changed == {
        ("invoice_lines", 0, "purchase_order_line_id"): "4500001001-10",
        ("invoices", 3, "purchase_order_id"): "4500001001",
        ("receipts", 3, "purchase_order_line_id"): "4500002077-10",
    }


def same_number(a: str, b: str) -> bool:
    """12.50 and 12.5 are one."""
    return "." in a and a.rstrip("0").rstrip(".") == b


def test_what_was_accepted_cannot_be_accepted_again(plant: Path, listed: Path, tmp_path: Path) -> None:
    edited = edit(listed / "proposals.csv", tmp_path / "edited.csv", {"number-1": "yes"})
    assert run(plant, "--accept", edited, "--out", tmp_path / "new").exit_code == 0
    again = run(tmp_path / "new", "--accept", edited, "--out", tmp_path / "newer")
    assert again.exit_code == 2
    assert "edited.csv, line" in again.output
    assert "number number-1 has its link already; remove the row, or propose anew." in again.output
    assert not (tmp_path / "newer").exists()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"accept": "perhaps"}, "accept: 'perhaps' is neither yes nor no; write yes, or leave it empty."),
        ({"target_line_id": "4500001001-99"}, "is not there to be linked to; a spreadsheet may have changed its ids, or propose anew."),
        (
            {"line_id": "number-9"},
            "invoice_line number number-9 is not in the folder; a spreadsheet may have changed its ids, or propose anew.",
        ),
        ({"kind": "payment"}, "kind: 'payment' is none of invoice_line, order_line, receipt; leave it as it was."),
        (
            {"target_line_id": "4500001001-20"},
            "is no longer what was proposed; accept all of its rows or none, and leave the ids as they were.",
        ),
    ],
)
def test_what_does_not_fit_is_refused(plant: Path, listed: Path, tmp_path: Path, changes: dict[str, str], problem: str) -> None:
    edited = edit(listed / "proposals.csv", tmp_path / "edited.csv", {"number-1": "yes"}, changes)
    done = run(plant, "--accept", edited, "--out", tmp_path / "new")
    assert done.exit_code == 2
    assert problem in done.output
    assert "edited.csv, line " in done.output
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_not_empty_is_refused(plant: Path, listed: Path) -> None:
    done = run(plant, "--accept", listed / "proposals.csv", "--out", plant)
    assert done.exit_code == 2
    assert "is not empty; name a new folder with --out" in done.output


HEADER = "proposal_id,group,kind,document_id,line_id,target_id,target_line_id,quantity,probability,accept\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a,b\n1,2\n", "lacks the column proposal_id"),
        (HEADER + "P1,G1,order_line,a,b,c,d,two,0.9,yes\n", "line 2, quantity: 'two' is no quantity above 0"),
        (HEADER + "P1,G1,order_line,a,b,c,d,0,0.9,yes\n", "line 2, quantity: '0' is no quantity above 0"),
        (HEADER + "P1,G1,order_line,a,b,c,d,1.1234567,0.9,yes\n", "at most six decimals"),
        (HEADER + "P1,G1,receipt,a,b,c,d,,0.9,yes\nP2,G2,receipt,a,b,c,e,,0.9,yes\n", "line 3, accept: line 2 is accepted for a b already"),
        (HEADER + "P1,G1,receipt,a,b,c,d,,0.9,yes\nP1,G1,receipt,a,b,c,d,,0.9,yes\n", "line 3, proposal_id: P1 stands in line 2 too"),
        (HEADER + '"P1,G1\n', "save it again as CSV"),
    ],
)
def test_a_list_that_cannot_be_understood(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "edited.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Unusable) as refused:
        read_edited(tmp_path / "edited.csv")
    assert problem in str(refused.value)


def test_a_list_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "edited.csv").write_bytes(HEADER.encode() + b"\xff\xfe")
    with pytest.raises(Unusable, match="is not UTF-8"):
        read_edited(tmp_path / "edited.csv")


def test_lines_are_those_of_the_file_whatever_a_cell_holds(tmp_path: Path) -> None:
    """A note of two lines before it, and a sign that Unicode takes for the end of a line: the wrong row stands in line 4."""
    rows = 'P1,G1,receipt,a\u2028b,c,d,e,,0.9,yes,"first\nsecond"\nP2,G2,receipt,x,b,c,d,,0.9,perhaps,\n'
    (tmp_path / "edited.csv").write_text(HEADER.replace("accept", "accept,note") + rows, encoding="utf-16")
    with pytest.raises(Unusable, match="line 4, accept: 'perhaps' is neither yes nor no"):
        read_edited(tmp_path / "edited.csv")


def test_columns_of_ones_own_are_said(tmp_path: Path) -> None:
    (tmp_path / "edited.csv").write_text("\ufeff" + HEADER.replace("accept", "accept,asked"), encoding="utf-8")
    assert read_edited(tmp_path / "edited.csv").ignored == ("asked",)


def test_ids_that_a_spreadsheet_would_run_come_back_as_they_were(tmp_path: Path) -> None:
    """'=1+1 is how =1+1 was written; '' before it belongs to the id."""
    rows = "P1,G1,receipt,'=1+1,''-2,c,d,,0.9,yes\n"
    (tmp_path / "edited.csv").write_text(HEADER + rows, encoding="utf-8")
    (row,) = read_edited(tmp_path / "edited.csv").rows
    assert (row.document_id, row.line_id) == ("=1+1", "'-2")


def test_the_same_input_gives_the_same_files(plant: Path, listed: Path, tmp_path: Path) -> None:
    """Also with the model that the first run wrote: what it learned is all that it used."""
    assert run(plant, "--out", tmp_path / "again", "--model", listed / "model.json").exit_code == 0
    assert (tmp_path / "again" / "proposals.csv").read_bytes() == (listed / "proposals.csv").read_bytes()
    assert (tmp_path / "again" / "model.json").read_bytes() == (listed / "model.json").read_bytes()


def test_figures(listed: Path) -> None:
    said = json.loads((listed / "proposals.json").read_text("utf-8"))
    assert said["kinds"]["invoice_line"]["without"] == 4
    assert said["kinds"]["receipt"]["without"] == 1
    assert said["kinds"]["order_line"]["without"] == 3
    assert said["threshold"] == 0.9


def test_no_model_is_refused(plant: Path, tmp_path: Path) -> None:
    for text in ("{}", "[]", "no JSON", '{"version": 7, "kinds": {}}', '{"version": 1, "kinds": {"receipt": {"base": true}}}'):
        (tmp_path / "model.json").write_text(text, encoding="utf-8")
        done = run(plant, "--model", tmp_path / "model.json", "--out", tmp_path / "out")
        assert done.exit_code == 2, text
        assert "model" in done.output
        assert not (tmp_path / "out").exists()
