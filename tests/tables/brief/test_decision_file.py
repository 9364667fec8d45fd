"""decisions.csv, after people and spreadsheet programs have been at it."""

import csv
from datetime import date
from pathlib import Path

import pytest
from tests.interfaces.hand_made import HOSTILE

from counterfoil.tables.brief.decision_file import COLUMNS, read_decisions, write_decisions
from counterfoil.tables.brief.decisions import Decision, Status
from counterfoil.tables.landing import Unusable

RULES = ("price-above-order", "overdue")
HEAD = ",".join(COLUMNS)
ROW = "case-1,price-above-order 0a,Ask for a credit.,12.00 EUR,procurement,Ada,{},open,called"


def saved(folder: Path, text: str | bytes) -> Path:
    path = folder / "decisions.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder: Path, text: str | bytes) -> list[Decision]:
    return read_decisions(saved(folder, text), RULES)


def refused(folder: Path, text: str | bytes) -> tuple[str, ...]:
    with pytest.raises(Unusable) as caught:
        read(folder, text)
    return caught.value.problems


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    texts = [text for text in HOSTILE if text and text == text.strip()]
    rows = [
        Decision(f"own-{n}", "", text, "finance", text, text, date(2025, 1, n + 1), Status.OPEN, text, {"Ticket": text})
        for n, text in enumerate(texts)
    ]
    path = tmp_path / "decisions.csv"
    write_decisions(path, rows)
    assert read_decisions(path, RULES) == rows
    assert path.read_bytes().startswith(b"\xef\xbb\xbfdecision_id,about,")


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    write_decisions(path, [Decision(text, text, text, "finance", text, text, note=text, more={text: text}) for text in HOSTILE])
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\uff1d")]


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8-sig"), (",", "utf-8"), ("\t", "utf-16")], ids=["semicolon", "comma", "unicode text"]
)
def test_spreadsheet_programs_save_it_in_their_own_ways(tmp_path: Path, delimiter: str, encoding: str) -> None:
    text = f"{HEAD}\r\n{ROW.format('2025-03-31')}\r\n,,,,,,,,\r\n".replace(",", delimiter)
    (found,) = read(tmp_path, text.encode(encoding))
    assert (found.id, found.person, found.due_on, found.status, found.note) == ("case-1", "Ada", date(2025, 3, 31), Status.OPEN, "called")


@pytest.mark.parametrize(
    "text", ["2025-03-31", "2025/03/31", "31.3.2025", "31.03.25", "31/03/2025", "3/31/2025", "31-Mar-25", "2025-03-31 00:00:00"]
)
def test_a_date_that_can_mean_one_day_alone_is_that_day(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, f"{HEAD}\n{ROW.format(text)}\n")[0].due_on == date(2025, 3, 31)


def test_a_date_that_can_mean_two_days_is_not_guessed(tmp_path: Path) -> None:
    assert refused(tmp_path, f"{HEAD}\n{ROW.format('03/04/2025')}\n") == (
        "decisions.csv, line 2, due_on: '03/04/2025' may be 2025-03-04 or 2025-04-03; write it as year-month-day, such as 2025-03-31.",
    )
    assert read(tmp_path, f"{HEAD}\n{ROW.format('04/04/2025')}\n")[0].due_on == date(2025, 4, 4)


def test_every_problem_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    lines = [
        HEAD,
        'case-1,,"Two',
        'lines",,finance,,,open,',
        "case-1,,Again,,finance,,,open,",
        "case-2,,What,,the boss,,soon,maybe,",
        "case-3,price-above-ordre 0a,,,finance,,,done,,stray",
    ]
    assert refused(tmp_path, "\n".join(lines)) == (
        "decisions.csv, line 4, decision_id: 'case-1' stands here a second time; delete one of the rows, or empty the cell.",
        "decisions.csv, line 5, owner: 'the boss' is none of operations, procurement, finance; write one of them.",
        "decisions.csv, line 5, due_on: 'soon' is no date; write it as year-month-day, such as 2025-03-31.",
        "decisions.csv, line 5, status: 'maybe' is none of open, done, dropped, solved; write one of them.",
        "decisions.csv, line 6, cell 10: has no column in the header; move what it says into the note.",
        "decisions.csv, line 6, what: is empty; say what is to be decided.",
        "decisions.csv, line 6, about: there is no rule 'price-above-ordre'; leave the cell as it was, empty for a decision of your own.",
    )


def test_people_add_rows_and_columns(tmp_path: Path) -> None:
    text = f"{HEAD},Ticket\nown-1,,First,,Finance,,,Done,,T-1\n,,Second,,operations,,,,,\n,,Third,,operations,,,,,\n"
    found = read(tmp_path, text)
    assert [(one.id, one.owner, one.status) for one in found] == [
        ("own-1", "finance", Status.DONE),
        ("own-2", "operations", Status.OPEN),
        ("own-3", "operations", Status.OPEN),
    ]
    assert found[0].more == {"Ticket": "T-1"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: has no column decision_id, about, what, worth, owner, person, due_on, status, note; take the header"),
        (HEAD.replace(",owner", ""), "line 1: has no column owner; take the header"),
        (f"{HEAD},note", "line 1: has the column note twice; take the header"),
        (f"{HEAD}\ncase-1,,caf\xe9".encode("latin-1"), "is not UTF-8; save the sheet as “CSV UTF-8”."),
        (f'{HEAD}\ncase-1,,"never closed', "line 2: is no row of a CSV file"),
    ],
    ids=["empty", "column gone", "column twice", "another encoding", "quote open"],
)
def test_a_file_that_is_no_list_of_decisions_is_refused(tmp_path: Path, text: str | bytes, said: str) -> None:
    (problem,) = refused(tmp_path, text)
    assert said in problem
