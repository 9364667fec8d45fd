"""The command line: what it prints, what it leaves behind, and with what number it ends."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import counterfoil
from counterfoil.interfaces.cli import check as check_command
from counterfoil.interfaces.cli.app import app
from counterfoil.tables.checks import RULES
from counterfoil.tables.landing import LandedTable, Unusable
from counterfoil.tables.output import FILES
from counterfoil.tables.result import CheckResult
from tests.interfaces.hand_made import finding, hops, result, varied

pytestmark = pytest.mark.slow

PLAIN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")

# One order line that is for work and names none, one that does, and a row that cannot be read.
ORDERS = "purchase_order_id,site_id,currency,status,issued_at\nPO1,Nord,EUR,issued,2026-01-05\nPO2,Nord,EUR,issued,2026-01-06\n"
LINES = (
    "purchase_order_line_id,purchase_order_id,quantity,unit_price,need,work_order_id\n"
    "PO1/1,PO1,4,25,work,\nPO2/1,PO2,1,10,work,WO1\nPO2/2,PO2,many,10,work,WO1\n"
)
WORKS = "work_order_id,site_id\nWO1,Nord\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "110"})


def process(*arguments: object, **options: Any) -> "subprocess.CompletedProcess[str]":
    code = "from counterfoil.interfaces.cli import main; main()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, **options)


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    folder = tmp_path / "plant"
    folder.mkdir()
    for name, text in (("purchase_orders", ORDERS), ("purchase_order_lines", LINES), ("work_orders", WORKS)):
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


@pytest.fixture
def gives(monkeypatch: pytest.MonkeyPatch) -> Any:
    """gives(result or error): the check comes out so, whatever the folder holds. Returns what the check was asked."""

    def arrange(outcome: CheckResult | BaseException) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = []

        @contextmanager
        def open_check(folder: Path, **wishes: Any) -> Iterator[CheckResult]:
            asked.append({"folder": folder} | wishes)
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome

        monkeypatch.setattr(check_command, "open_check", open_check)
        return asked

    return arrange


# ---- a folder from end to end -----------------------------------------------------------------------------------------------------


def test_a_folder_from_end_to_end(plant: Path, tmp_path: Path) -> None:
    """PO1/1 is for work and names none: one error over 4 × 25 = 100 EUR. One row of five has "many" as its quantity and is rejected."""
    ran = run("check", plant, "--out", tmp_path / "out", "--rule", "order-without-work", "--as-of", "2026-02-01")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(FILES)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert summary["rules"] == {
        "order-without-work": {"status": "run", "needs": [], "findings": 1, "not_judged": 0, "amounts": {"EUR": "100"}}
    }
    assert summary["as_of"] == "2026-02-01"
    assert (summary["totals"]["rejected"], summary["totals"]["at_risk"]) == (1, {"EUR": "100"})
    assert "1 finding by 1 rule" in ran.stdout
    assert "1 row rejected" in ran.stdout
    assert "report.html" in ran.stdout
    rejected = (tmp_path / "out" / "rejected.csv").read_text("utf-8")
    assert rejected.splitlines()[1] == "purchase_order_lines.csv,4,quantity,many,not a number"


def test_json_is_the_summary_and_nothing_else(plant: Path, tmp_path: Path) -> None:
    ran = run("check", plant, "--out", tmp_path / "out", "--rule", "order-without-work", "--format", "json")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.stdout == (tmp_path / "out" / "summary.json").read_text("utf-8")


# ---- exit codes -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severities", "rejects", "arguments", "code"),
    [
        ("", 0, (), 0),
        ("EWI", 3, (), 0),
        ("E", 0, ("--fail-on", "error"), 1),
        ("W", 0, ("--fail-on", "error"), 0),
        ("W", 0, ("--fail-on", "warning"), 1),
        ("E", 0, ("--fail-on", "WARNING"), 1),
        ("I", 0, ("--fail-on", "warning"), 0),
        ("I", 0, ("--fail-on", "info"), 1),
        ("", 0, ("--fail-on", "info"), 0),
        ("", 0, ("--strict",), 0),
        ("", 1, ("--strict",), 3),
        ("E", 1, ("--strict", "--fail-on", "error"), 3),
        ("E", 0, ("--strict", "--fail-on", "error"), 1),
    ],
)
def test_exit_codes(tmp_path: Path, gives: Any, severities: str, rejects: int, arguments: tuple[str, ...], code: int) -> None:
    """What was found and what was rejected decide; the files are written in every case."""
    tables = [LandedTable("receipts", ("receipts.csv",), frozenset(), 1, rejects)]
    gives(result([finding(number, severity=letter) for number, letter in enumerate(severities)], tables=tables))
    assert run("check", tmp_path, "--out", tmp_path / "out", *arguments).exit_code == code
    assert len(list((tmp_path / "out").iterdir())) == len(FILES)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--rule", "order-without-wrk"), "there is no rule 'order-without-wrk'; did you mean order-without-work?"),
        (("--rule", "zzz"), "the rules are order-without-work,"),
        (("--as-of", "2026-02-30"), "2026-02-30"),
        (("--as-of", "1.2.2026"), "1.2.2026"),
        (("--fail-on", "fatal"), "fatal"),
        (("--format", "xml"), "xml"),
        (("--policy", "nowhere.toml"), "nowhere.toml"),
        (("--engine", "abacus"), "--engine"),
        (("one", "too", "many"), "one"),
    ],
)
def test_arguments_that_cannot_be_used(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    ran = process("check", tmp_path, "--out", tmp_path / "out", *arguments)
    assert ran.returncode == 2
    assert words in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr
    assert ran.stdout == ""
    assert not (tmp_path / "out").exists()


def test_no_folder_and_no_such_folder(tmp_path: Path) -> None:
    for arguments in (("check",), ("check", tmp_path / "nowhere"), ("chekc",)):
        assert process(*arguments).returncode == 2


def test_unusable_input_is_said_in_one_sentence_a_problem(tmp_path: Path, gives: Any) -> None:
    """Three problems, three lines, no traceback; a cell with an escape sequence cannot speak to the terminal."""
    gives(Unusable("orders.csv: line 3 …", "receipts.csv: no column receipt_line_id", "a\x1b[2J\nb: odd"))
    ran = run("check", tmp_path, "--out", tmp_path / "deep" / "out")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr == "orders.csv: line 3 …\nreceipts.csv: no column receipt_line_id\na\\x1b[2J\\nb: odd\n"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_tables_and_a_bad_policy(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("approval_threshold = ", "utf-8")
    for arguments in ((), ("--policy", tmp_path / "policy.toml")):
        ran = run("check", tmp_path, "--out", tmp_path / "out", *arguments)
        assert (ran.exit_code, ran.stdout) == (2, "")
        assert ran.stderr.count("\n") == 1
        assert not (tmp_path / "out").exists()


# ---- being stopped ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def heard() -> Iterator[None]:
    """SIGINT is heard. A shell that starts these tests in the background has it ignored, and then the program ignores it, too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("in_database", [False, True])
@pytest.mark.usefixtures("heard")
def test_being_stopped_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, code: int, in_database: bool
) -> None:
    """The signal comes when the first file is there. The database, when it is at work, turns the interrupt into an error of its own."""

    def stopped(found: CheckResult, space: Path, *wishes: object) -> None:
        (space / FILES[0]).write_text("half", "utf-8")
        try:
            os.kill(os.getpid(), number)
        except KeyboardInterrupt:
            if in_database:
                raise RuntimeError("Query interrupted") from None
            raise

    @contextmanager
    def open_check(folder: Path, **wishes: Any) -> Iterator[CheckResult]:
        yield result()

    monkeypatch.setattr(check_command, "open_check", open_check)
    monkeypatch.setattr(check_command, "write_outputs", stopped)
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    ran = run("check", tmp_path, "--out", tmp_path / "out")
    assert (ran.exit_code, ran.output) == (code, "")
    assert list(tmp_path.iterdir()) == []
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before


def test_an_error_in_the_program_is_not_hidden(tmp_path: Path, gives: Any) -> None:
    gives(ZeroDivisionError("a mistake"))
    ran = run("check", tmp_path, "--out", tmp_path / "out")
    assert isinstance(ran.exception, ZeroDivisionError)
    assert not (tmp_path / "out").exists()


# ---- what was asked, what is printed ----------------------------------------------------------------------------------------------


def test_the_wishes_reach_the_check(tmp_path: Path, gives: Any) -> None:
    asked = gives(result())
    names = [rule.name for rule in RULES[:2]]
    repeated = ("--rule", names[0], "--rule", names[1], "--site", "Nord", "--site", "-Süd", "--category", "tools")
    assert run("check", tmp_path, "--out", tmp_path / "out", *repeated).exit_code == 0
    assert (asked[0]["rules"], asked[0]["sites"], asked[0]["categories"]) == (tuple(names), ("Nord", "-Süd"), ("tools",))
    assert (asked[0]["folder"], asked[0]["as_of"], asked[0]["policy"].version) == (tmp_path, None, "1")


def test_the_summary_of_a_varied_folder(tmp_path: Path, gives: Any) -> None:
    gives(varied())
    text = run("check", tmp_path, "--out", tmp_path / "out").stdout
    for shown in (
        "49.4 % of 1,234,567.89 EUR invoiced ties all the way back",
        "84.0 % of 50,000.00 USD invoiced",
        "300 findings by 10 rules",
        "At risk in errors and warnings, each document line once: 456,789.13 EUR, 54,321 JPY, 12,000.00 USD",
        "80 rows rejected",
        "lot-untraced",
        "<b>in limbo</b>",
    ):
        assert shown in text
    assert not PLAIN.search(text)
    for line in text.splitlines():
        assert len(line) <= 110


def test_texts_from_data_are_no_markup_and_no_control_sequences(tmp_path: Path, gives: Any) -> None:
    """A currency, a table and a report that try to speak to the terminal stand there as they are written."""
    evil = "\x1b]0;owned\x07[bold red]x[/bold red]\u202e"
    tables = [LandedTable(evil, (evil,), frozenset(), 1, 1)]
    gives(result(chain={"\x1b[2J": hops(("10", 1), *((("5", 1),) * 3), ("0", 0), ("0", 0), ("5", 1))}, tables=tables))
    text = run("check", tmp_path, "--out", tmp_path / "out").stdout
    assert "50.0 % of 10.00 \\x1b[2J invoiced" in text
    assert "[bold red]x[/bold red]\\u202e" in text.replace("\n", "")
    assert not PLAIN.search(text)


def test_an_empty_result_is_summed_up_too(tmp_path: Path, gives: Any) -> None:
    gives(result())
    text = run("check", tmp_path, "--out", tmp_path / "out").stdout
    assert "No invoice lines were read" in text
    assert "0 findings by 0 rules" in text
    assert "No row was rejected." in text


def test_version_and_help_need_no_database() -> None:
    """`--help` answers at once because neither the expressions nor the database are imported for it."""
    ran = process("--version")
    assert (ran.returncode, ran.stdout) == (0, f"counterfoil {counterfoil.__version__}\n")
    code = (
        "import sys, counterfoil.interfaces.cli.app as a\n"
        "try: a.app(['check', '--help'])\n"
        "except SystemExit: print([m for m in ('ibis', 'duckdb', 'pyarrow', 'pandas', 'jinja2') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_a_terminal_that_knows_ascii_alone(plant: Path, tmp_path: Path) -> None:
    """Bars become signs of ASCII, other letters their escapes."""
    folder = plant.rename(plant.parent / "Süd")
    arguments = ("check", folder, "--rule", "order-without-work", "--out", tmp_path / "Süd-out")
    ran = process(*arguments, env=os.environ | {"PYTHONIOENCODING": "ascii", "COLUMNS": "200"})
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "S\\xfcd-out" in ran.stdout
    assert ran.stdout.isascii()


def test_a_reader_that_leaves_early_does_not_spoil_the_run(plant: Path, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    code = "from counterfoil.interfaces.cli import main; main()"
    arguments = ["check", str(plant), "--rule", "order-without-work", "--out", str(tmp_path / "out")]
    ran = subprocess.run([sys.executable, "-c", code, *arguments], stdout=writer, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (tmp_path / "out" / "summary.json").exists()
