"""`counterfoil init`: what it writes, what it says, what it asks."""

import json
import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from counterfoil.interfaces.cli.app import app
from counterfoil.interfaces.cli.init import InitRequest, run
from counterfoil.tables.mapping import read_mapping
from counterfoil.tables.proposal import profile, sampling
from counterfoil.tables.schema import TABLES
from tests.proposal.exports import FLAT, SAP
from tests.tables.reading.folders import write

pytestmark = pytest.mark.slow

_PATIENCE = 120
"""Seconds without a word after which a program in a terminal is given up."""
STATUSES = "po number,vendor,order date,status\n" + "".join(f"P{n},V{n % 3},2024-01-{n:02},{n % 2 + 3}\n" for n in range(1, 20))


def command(*arguments: str | Path) -> Result:
    done = CliRunner().invoke(app, ["init", *map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "Traceback" not in done.output
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "export", SAP)


def test_from_an_export_to_a_report(folder: Path, tmp_path: Path) -> None:
    """init writes the mapping, says what was read and what can run; the command it names then makes the report."""
    done = command(folder)
    assert done.exit_code == 0
    assert "purchase_order_lines" in done.stdout
    assert "12 rows read" in done.stdout
    assert done.stdout.rstrip().endswith(f"counterfoil check {folder}")
    checked = CliRunner().invoke(app, ["check", str(folder), "--out", str(tmp_path / "out")])
    assert checked.exit_code == 0
    assert (tmp_path / "out" / "report.html").is_file()


def test_a_mapping_that_is_there_is_kept(folder: Path) -> None:
    (folder / "mapping.toml").write_text("# mine\n", "utf-8")
    done = command(folder, "--yes")
    assert (folder / "mapping.toml").read_text("utf-8") == "# mine\n"
    assert len(read_mapping(folder / "mapping.proposed.toml")) == 5
    assert "mapping.proposed.toml" in done.stdout
    assert "left as it is" in done.stdout
    command(folder, "--yes", "--force")
    assert len(read_mapping(folder / "mapping.toml")) == 5


def test_nothing_that_can_be_used(tmp_path: Path) -> None:
    folder = write(tmp_path / "export", {"weather.csv": "town,sun\nAarhus,yes\nBrest,no\nCork,no\n"})
    done = command(folder)
    assert done.exit_code == 2
    assert "weather.csv" in done.stderr
    assert not (folder / "mapping.toml").exists()
    assert command(write(tmp_path / "empty", {})).exit_code == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(folder: Path) -> None:
    folder.chmod(0o500)
    try:
        done = command(folder)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "cannot be written" in done.stderr
    finally:
        folder.chmod(0o700)


def test_for_machines(folder: Path) -> None:
    said = json.loads(command(folder, "--format", "json").stdout)
    lines = next(section for section in said["sections"] if section["table"] == "purchase_order_lines")
    assert lines["columns"]["purchase_order_line_id"]["from"] == ["EBELN", "EBELP"]
    assert said["check"]["read"]["receipts"] == {"read": 12, "rejected": 0}
    assert "MANDT" in said["unused_columns"]["EKKO.csv"]
    assert said["check"]["problems"] == []


def test_a_trial_that_fails_is_told(tmp_path: Path) -> None:
    """A file that bears the name of an exchange table and is none stops the check; init says so before."""
    folder = write(tmp_path / "export", {**SAP, "rates.csv": "hotel,stars\nA,3\nB,4\nC,4\n"})
    done = command(folder)
    assert done.exit_code == 0
    assert "rates.csv" in done.stdout
    checked = CliRunner().invoke(app, ["check", str(folder), "--out", str(tmp_path / "out")])
    assert ("cannot be checked yet" in done.stdout) == (checked.exit_code == 2)


# ---- asking -----------------------------------------------------------------------------------------------------------------------


class Person:
    """Answers by what is asked, and remembers the questions."""

    def __init__(self, answers: Callable[[str], str]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, lines: Sequence[str], question: str) -> str:
        self.asked.append("\n".join([*lines, question]))
        return self.answers(self.asked[-1])


def section(folder: Path, table: str) -> dict[str, object]:
    (found,) = [one for one in read_mapping(folder / "mapping.toml") if one.table == table]
    return dict(found.cells or {})


def test_words_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 3 and 4 mean something to a person alone. A word that the column does not have is asked for again."""
    folder = write(tmp_path / "export", {"orders.csv": STATUSES})
    answers = iter(["", "shipped", "closed", "issued"])
    person = Person(lambda text: next(answers) if "status" in text or "shipped" in text else "")
    assert run(InitRequest(folder, force=False, as_json=False), person) == 0
    status = section(folder, "purchase_orders")["status"]
    assert sorted(status.words.items()) in ([("3", "closed"), ("4", "issued")], [("3", "issued"), ("4", "closed")])  # type: ignore[attr-defined]
    assert any("'shipped' is none of draft" in text for text in person.asked)
    assert "doubtful" not in (folder / "mapping.toml").read_text("utf-8").split("[purchase_orders]")[1]
    capsys.readouterr()


def test_unasked_the_words_are_named(tmp_path: Path) -> None:
    """Who answers nothing finds in the printed line and in the file which words the map may have."""
    folder = write(tmp_path / "export", {"orders.csv": STATUSES})
    said = command(folder, "--yes").stdout
    assert "until the map says one of draft, submitted, approved" in " ".join(said.split())
    line = next(line for line in (folder / "mapping.toml").read_text("utf-8").splitlines() if "what '4', '3' means" in line)
    assert line.startswith("# doubtful: ")
    assert line.endswith(", ".join(TABLES["purchase_orders"].column("status").words))


def test_enter_is_no_word_of_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A doubt that was passed by with enter was taken as proposed; a column that was chosen was said."""
    rows = "".join(f"P{n},{n % 3},{n + 2},{n + 5}.25,{n}.99\n" for n in range(30))
    folder = write(tmp_path / "export", {"po lines.csv": "po number,po line,quantity,price,unit price\n" + rows})
    for answer, told in (("", "likely: taken as proposed"), ("1", "sure: you said so")):
        run(InitRequest(folder, force=True, as_json=False), Person(lambda text, answer=answer: answer if "unit_price =" in text else ""))  # type: ignore[misc]
        line = next(line for line in (folder / "mapping.toml").read_text("utf-8").splitlines() if line.startswith("unit_price ="))
        assert told in line
    capsys.readouterr()


def test_a_column_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "export", {"orders.csv": STATUSES})
    assert run(InitRequest(folder, force=False, as_json=False), Person(lambda text: "-" if "purchase_orders.status" in text else "")) == 0
    assert "status" not in section(folder, "purchase_orders")
    capsys.readouterr()


def test_another_column_is_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"P{n},{n % 3},{n + 2},{n + 5}.25,{n}.99\n" for n in range(30))
    folder = write(tmp_path / "export", {"po lines.csv": "po number,po line,quantity,price,unit price\n" + rows})
    before = Person(lambda text: "")
    run(InitRequest(folder, force=True, as_json=False), before)
    first = section(folder, "purchase_order_lines")["unit_price"]
    run(InitRequest(folder, force=True, as_json=False), Person(lambda text: "1" if "unit_price =" in text else ""))
    second = section(folder, "purchase_order_lines")["unit_price"]
    assert {first.columns, second.columns} == {("price",), ("unit price",)}  # type: ignore[attr-defined]
    capsys.readouterr()


def test_nobody_answers_any_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The end of input accepts what is left, doubts and all."""

    def gone(lines: Sequence[str], question: str) -> str:
        raise EOFError

    folder = write(tmp_path / "export", {"orders.csv": STATUSES})
    assert run(InitRequest(folder, force=False, as_json=False), gone) == 0
    assert "# doubtful: what" in (folder / "mapping.toml").read_text("utf-8")
    capsys.readouterr()


def test_in_a_terminal(tmp_path: Path) -> None:
    """A real terminal: it asks what the status means, and the answer is in the mapping."""
    folder = write(tmp_path / "export", {"orders.csv": STATUSES})
    main_end, other_end = pty.openpty()
    program = [sys.executable, "-c", "from counterfoil.interfaces.cli import main; main()", "init", str(folder)]
    child = subprocess.Popen(program, stdin=other_end, stdout=other_end, stderr=other_end, close_fds=True)
    os.close(other_end)
    answers = iter(["", "closed", "issued"])
    said = ""
    try:
        while select.select([main_end], [], [], _PATIENCE)[0]:
            try:
                block = os.read(main_end, 4096)
            except OSError:
                break  # the other end is closed: the program has ended
            said += block.decode("utf-8", "replace")
            if re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said).endswith(": ") and "enter " in said:
                os.write(main_end, (next(answers, "") + "\n").encode())
                said = ""
        assert child.wait(_PATIENCE) == 0
    finally:
        child.kill()
        child.wait()
        os.close(main_end)
    assert len(section(folder, "purchase_orders")["status"].words) == 2  # type: ignore[attr-defined]


# ---- large exports ----------------------------------------------------------------------------------------------------------------


def test_a_part_keeps_together_what_belongs_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many orders some are tried, with all their lines and receipts, and no receipt is left without its line."""
    monkeypatch.setattr(profile, "MOST_ROWS", 1_000)
    monkeypatch.setattr(sampling, "MOST_ROWS", 1_000)
    monkeypatch.setattr(sampling, "MOST_ORDERS", 50)
    orders = "EBELN;LIFNR;BEDAT\n" + "".join(f"45{n:05};V{n % 9};2024-01-01\n" for n in range(2_000))
    lines = "EBELN;EBELP;MENGE;NETPR\n" + "".join(f"45{n:05};{line};{n % 5 + 1};2.50\n" for n in range(2_000) for line in (10, 20))
    came = "MBLNR;EBELN;EBELP;MENGE;BUDAT\n" + "".join(
        f"50{n:05}{line};45{n:05};{line};1;2024-02-01\n" for n in reversed(range(2_000)) for line in (10, 20)
    )
    folder = write(tmp_path / "export", {"EKKO.csv": orders.encode("utf-16"), "EKPO.csv": lines, "MSEG.csv": came})
    said = json.loads(command(folder, "--format", "json").stdout)
    assert said["check"]["sample"] == "50 of 2,000 orders with what hangs on them"
    read = {table: counted["read"] for table, counted in said["check"]["read"].items()}
    assert read == {"purchase_orders": 50, "purchase_order_lines": 100, "receipts": 100}
    assert said["check"]["problems"] == []


def test_the_flat_file_is_cut_by_its_orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "MOST_ROWS", 10)
    monkeypatch.setattr(sampling, "MOST_ORDERS", 4)
    said = json.loads(command(write(tmp_path / "export", {"purchasing.csv": FLAT}), "--format", "json").stdout)
    assert said["check"]["read"]["purchase_orders"]["read"] == 4
    assert said["check"]["read"]["purchase_order_lines"]["read"] == 8
