"""A history of runs: each run once, whatever happens to its files; and what it says of first and last, in numbers made by hand."""

import csv
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.interfaces.hand_made import HOSTILE
from tests.interfaces.test_cli import LINES, ORDERS, PLAIN, WORKS, run
from tests.tables.runs.made import NAMELESS, Row, add, checked, days, findings, measure, read, unlinked

from counterfoil.rules.chance import Method
from counterfoil.tables.landing import Unusable
from counterfoil.tables.measures import COLUMNS
from counterfoil.tables.output import FILES
from counterfoil.tables.runs.entries import entries
from counterfoil.tables.runs.history import History, Name, Trend, Unit, open_history
from counterfoil.tables.runs.history_files import CSV_COLUMNS, adding_to

pytestmark = pytest.mark.slow

OVERDUE = "overdue"
LAST_FILES = ["history.csv", "history.html", "runs"]


def told(folder: Path, look: Callable[[History], Any]) -> Any:
    with open_history(folder) as history:
        return look(history)


def trends(folder: Path, over: str = "over_runs") -> dict[Name, Trend]:
    return {trend.name: trend for trend in told(folder, lambda history: getattr(history, over))}


def in_csv(folder: Path) -> list[dict[str, str]]:
    with (folder / "history.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LINES_UNLINKED = Name("unlinked", "work", Unit.LINES)
MONEY_UNLINKED = Name("unlinked", "work", Unit.MONEY, "EUR")
COUNT = Name("findings", NAMELESS, Unit.COUNT)


# ---- first and last ---------------------------------------------------------------------------------------------------------------


def test_shares_from_the_first_run_to_the_last(tmp_path: Path) -> None:
    """40 % of 500 order lines, then 12 % of 400; what lies between does not count. By hand, of both sites: 200 of 500 and 48 of 400."""
    add(tmp_path, [unlinked(150, 300), unlinked(50, 200, site_id="Süd")], as_of="2026-01-31")
    add(tmp_path, [unlinked(399, 400)], as_of="2026-02-28")
    add(tmp_path, [unlinked(30, 200), unlinked(18, 200, month=date(2026, 2, 1))], as_of="2026-03-31")
    found = trends(tmp_path)
    lines, money = found[LINES_UNLINKED], found[MONEY_UNLINKED]
    assert lines.first is not None
    assert lines.last is not None
    assert (lines.first.lines, lines.first.of_lines, lines.last.lines, lines.last.of_lines) == (200, 500, 48, 400)
    assert money.first is not None
    assert (money.first.amount, money.first.of_amount) == (Decimal(2000), Decimal(5000))
    assert lines.verdict is not None
    assert (lines.verdict.method, lines.verdict.within_chance) == (Method.PROPORTIONS, False)
    shown = run("history", tmp_path).stdout
    assert "3 runs, as of 2026-01-31 to 2026-03-31" in shown
    (line,) = [line for line in shown.splitlines() if "Unlinked order lines for work" in line]
    assert " ".join(line.split()[5:]) == "40.0 % 12.0 % -28.0 points more than chance (p < 0.001)"
    page = (tmp_path / "history.html").read_text("utf-8")
    assert [one for one in ("40.0 % of 500", "12.0 % of 400", "40.0 % of 5,000.00 EUR", "12.0 % of 4,000.00 EUR") if one not in page] == []


@pytest.mark.parametrize(("before", "after", "within", "words"), [(3, 1, True, "-67 %"), (300, 90, False, "-70 %")])
def test_noise_down_seventy_percent(tmp_path: Path, before: int, after: int, within: bool, words: str) -> None:
    add(tmp_path, [findings(before), read(5000)], as_of="2026-01-31")
    add(tmp_path, [findings(after), read(4800)], as_of="2026-03-31")
    verdict = trends(tmp_path)[COUNT].verdict
    assert verdict is not None
    assert verdict.within_chance is within
    (line,) = [line for line in run("history", tmp_path).stdout.splitlines() if "Findings, order-without-work" in line]
    assert words in line
    assert ("within chance" in line) is within


def test_a_rule_that_now_finds_nothing_found_nothing_and_one_that_was_not_run_is_not_told(tmp_path: Path) -> None:
    """Twelve findings, then none of 1,000 orders: zero. overdue was not run the second time: neither it nor sums over rules are
    compared."""
    first = [findings(12), findings(12, OVERDUE), findings(24, ""), read(1000), measure("at risk", currency="EUR", lines=1, amount=5)]
    add(tmp_path / "1", first, as_of="2026-01-31", ran=(NAMELESS, OVERDUE))
    add(tmp_path / "1", [read(1000)], ran=(NAMELESS,))
    found = trends(tmp_path / "1")
    assert found[COUNT].last is not None
    assert (found[COUNT].last.lines, found[COUNT].last.of_documents) == (0, 1000)
    assert found[COUNT].verdict is not None
    assert found[Name("findings", OVERDUE, Unit.COUNT)].last is None
    assert found[Name("findings", OVERDUE, Unit.COUNT)].verdict is None
    assert Name("findings", "", Unit.COUNT) not in found
    assert not [name for name in found if name.measure == "at risk"]
    assert "these nor sums over rules are compared: overdue." in " ".join(run("history", tmp_path / "1").stdout.split())
    add(tmp_path / "2", first, as_of="2026-01-31", ran=(NAMELESS, OVERDUE))
    add(tmp_path / "2", [read(1000)], ran=(NAMELESS, OVERDUE))
    found = trends(tmp_path / "2")
    assert found[Name("findings", "", Unit.COUNT)].last == replace(found[COUNT].last, lines=0)
    risk = found[Name("at risk", "", Unit.AMOUNT, "EUR")]
    assert risk.first is not None
    assert risk.last is not None
    assert (risk.first.amount, risk.last.amount, risk.verdict) == (Decimal(5), Decimal(0), None)


def test_days_from_the_first_run_to_the_last(tmp_path: Path) -> None:
    """Medians 10 and 3 days; five and five, of which only one pair is the wrong way round: 4 of 252 ways are as far, 1.6 %."""
    hop = "order to receipt"
    add(tmp_path, days(hop, 8, 9, 10, 11, 12), as_of="2026-01-31")
    add(tmp_path, [*days(hop, 1, 2, 3), *days(hop, 4, 8, site_id="Süd")])
    trend = trends(tmp_path)[Name("days", hop, Unit.DAYS)]
    assert trend.verdict is not None
    assert trend.verdict.p == pytest.approx(3 / 252, abs=0.005)
    (line,) = [line for line in run("history", tmp_path).stdout.splitlines() if "Days, order to receipt" in line]
    assert " ".join(line.split()[4:]).startswith("median 10 days, of 5 median 3 days, of 5 -7 days more")
    document = json.loads(run("history", tmp_path, "--format", "json").stdout)
    (one,) = [trend for trend in document["over_runs"] if trend["measure"] == "days"]
    assert (one["first"], one["last"]["median_days"]) == ({"lines": 5, "documents": 5, "median_days": 10}, 3)


def test_rules_are_raised_together_and_the_total_is_not(tmp_path: Path) -> None:
    """Six findings gone, of twenty rules one alone: 2 of 64 is more than chance for the one question that was asked, not among twenty."""
    rules = [f"rule-{number}" for number in range(19)]
    first = [findings(6), findings(6, ""), read(100_000), *(findings(1, name) for name in rules)]
    add(tmp_path, first, as_of="2026-01-31", ran=(NAMELESS, *rules))
    add(tmp_path, [read(100_000)], ran=(NAMELESS, *rules))
    found = trends(tmp_path)
    assert found[Name("findings", "", Unit.COUNT)].verdict.within_chance is False  # type: ignore[union-attr]
    assert found[COUNT].verdict.within_chance is True  # type: ignore[union-attr]


# ---- the months of one run --------------------------------------------------------------------------------------------------------


def months(*counts: tuple[int, int], year: int = 2025) -> list[Row]:
    """(findings, orders read) of each month in turn from January."""
    found = []
    for place, (number, orders) in enumerate(counts):
        month = date(year + place // 12, place % 12 + 1, 1)
        found += [findings(number, month=month), read(orders, month=month)]
    return found


def test_the_first_three_full_months_and_the_last_three(tmp_path: Path) -> None:
    """As of 15 August the month of August is not full. January to March: 300 of 3,000; May to July: 90 of 3,000."""
    counts = [(100, 1000)] * 3 + [(70, 1000)] + [(30, 1000)] * 3 + [(999, 1000)]
    add(tmp_path, months(*counts), as_of="2025-08-15")
    assert told(tmp_path, lambda history: [str(month)[:7] for month in history.first_months]) == ["2025-01", "2025-02", "2025-03"]
    assert told(tmp_path, lambda history: [str(month)[:7] for month in history.last_months]) == ["2025-05", "2025-06", "2025-07"]
    trend = trends(tmp_path, "over_months")[COUNT]
    assert trend.first is not None
    assert trend.last is not None
    assert (trend.first.lines, trend.first.of_documents, trend.last.lines, trend.last.of_documents) == (300, 3000, 90, 3000)
    assert trend.verdict is not None
    assert not trend.verdict.within_chance
    assert "2025-01 to 2025-03 and 2025-05 to 2025-07" in run("history", tmp_path).stdout
    assert trends(tmp_path) == {}


def test_a_month_is_full_on_its_last_day(tmp_path: Path) -> None:
    add(tmp_path, months(*[(1, 10)] * 6), as_of="2025-06-30")
    assert told(tmp_path, lambda history: history.last_months)[-1] == date(2025, 6, 1)
    add(tmp_path / "short", months(*[(1, 10)] * 6), as_of="2025-06-29")
    assert told(tmp_path / "short", lambda history: (history.first_months, history.over_months)) == ([], ())
    assert "nothing to compare yet" in run("history", tmp_path / "short").stdout


def test_an_old_stray_document_is_no_beginning(tmp_path: Path) -> None:
    """An order of 1999, and one of the year 9999, among two years of orders."""
    stray = [read(1, month=date(1999, 5, 1)), read(1, month=date(9999, 1, 1)), read(1, month=None)]
    add(tmp_path, [*months(*[(1, 10)] * 26, year=2024), *stray], as_of="2026-02-28")
    assert told(tmp_path, lambda history: (history.first_months[0], history.last_months[-1])) == (date(2024, 3, 1), date(2026, 2, 1))


def test_the_end_of_the_calendar_is_a_day_like_any_other(tmp_path: Path) -> None:
    """A run as of 31 December 9999 is taken down, and told."""
    add(tmp_path, months(*[(1, 10)] * 6), as_of="9999-12-31")
    assert told(tmp_path, lambda history: len(history.runs)) == 1


# ---- the folder -------------------------------------------------------------------------------------------------------------------


def test_the_same_run_again_takes_its_own_place(tmp_path: Path) -> None:
    """Twice the same; another program that measures the same; then other data, and another policy: three runs."""
    add(tmp_path, [unlinked(1, 2), findings(3)])
    add(tmp_path, [findings(3), unlinked(1, 2)])
    add(tmp_path, [unlinked(1, 2), findings(3)], version="0.2.0")
    assert [entry.version for entry in entries(tmp_path)] == ["0.2.0"]
    add(tmp_path, [unlinked(1, 2), findings(4)])
    add(tmp_path, [unlinked(1, 2), findings(3)], policy={"name": "strict", "version": "2"})
    assert len(entries(tmp_path)) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == LAST_FILES
    assert {row["run"] for row in in_csv(tmp_path)} == {"0", "1", "2"}
    assert told(tmp_path, lambda history: len(history.cautions)) == 2  # another program, another policy


def test_the_csv_file_holds_what_the_runs_hold(tmp_path: Path) -> None:
    """Medians do not add up, so they stand there by site, by month, and in all."""
    hop = "receipt to invoice"
    rows = [unlinked(1, 4), *days(hop, 1, 2, 3, 4), *days(hop, 10, 20, month=date(2026, 2, 1), site_id="Süd")]
    add(tmp_path, rows)
    found = in_csv(tmp_path)
    assert tuple(found[0]) == CSV_COLUMNS
    picked = ("by", "site_id", "month", "documents", "lower_quartile_days", "median_days", "upper_quartile_days")
    assert [tuple(row[name] for name in picked) for row in found if row["measure"] == "days"] == [
        ("all", "", "", "6", "2", "3", "10"),
        ("month", "", "2026-01-01", "4", "1", "2", "3"),
        ("month", "", "2026-02-01", "2", "10", "10", "20"),
        ("site", "Nord", "", "4", "1", "2", "3"),
        ("site", "Süd", "", "2", "10", "10", "20"),
        ("site and month", "Nord", "2026-01-01", "4", "1", "2", "3"),
        ("site and month", "Süd", "2026-02-01", "2", "10", "10", "20"),
    ]
    (share,) = [row for row in found if row["measure"] == "unlinked"]
    assert (share["lines"], share["of_lines"], share["amount"], share["of_amount"]) == ("1", "4", "10", "40")


@pytest.mark.parametrize(
    ("first", "last", "ticks"),
    [
        (findings(0, ""), findings(1, ""), "0 1"),
        (findings(2, ""), findings(0, ""), "0 1 2"),
        (findings(0, ""), findings(21_000, ""), "0 10k 20k"),
        (findings(9, ""), findings(5_000, ""), "0 2,000 4,000"),
        (unlinked(1, 400), unlinked(1, 800), "0 0.1 0.2"),
        (unlinked(0, 400), unlinked(400, 400), "0 50 100"),
        (days("order to receipt", -2)[0], days("order to receipt", 1)[0], "−2 −1 0 1"),
    ],
)
def test_axes_tell_plain_figures(tmp_path: Path, first: Row, last: Row, ticks: str) -> None:
    """No half findings, no thousandths of percent, no thousands of nothing; drawn for a desk and for a phone."""
    add(tmp_path, [first], as_of="2026-01-31")
    add(tmp_path, [last])
    drawn = re.findall("<text[^>]*>([−0-9][0-9,.]*[kMm]?)</text>", (tmp_path / "history.html").read_text("utf-8"))
    assert drawn == 2 * ticks.split()


def test_hostile_texts(tmp_path: Path) -> None:
    """Sites, rules and currencies of every hostile sort."""
    rows = [unlinked(1, 2, site_id=text, month=date(2025, 1 + n % 12, 1)) for n, text in enumerate(HOSTILE)]
    rows += [measure("at risk", name=text, currency=text, lines=1, amount=1) for text in HOSTILE]
    rows += [findings(1, text) for text in HOSTILE]
    add(tmp_path, rows, as_of="2026-01-31", ran=HOSTILE, version="\x1b[2J")
    add(tmp_path, [*rows, *rows[:1]], ran=HOSTILE, policy={"name": "=1+1", "version": "\x1b"})
    assert not PLAIN.search(run("history", tmp_path).stdout.replace("\n", ""))
    page = (tmp_path / "history.html").read_text("utf-8")
    assert len(page) < 500_000
    assert not [start for start in ("<script", "<img", "\x1b", "\u202e") if start in page]
    starts = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    assert not [cell for row in in_csv(tmp_path) for cell in row.values() if cell.startswith(starts)]


def parquet(path: Path, query: str, how: str = "") -> None:
    with duckdb.connect() as database:
        database.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet{how})")


EMPTY = "SELECT " + ", ".join(f"NULL::{kind} AS {name}" for name, kind in COLUMNS.items())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_text("PAR1 or so"),
        lambda path: path.write_bytes(b""),
        lambda path: path.mkdir(),
        lambda path: parquet(path, "SELECT 1 AS one"),
        lambda path: parquet(path, EMPTY),
        lambda path: parquet(path, EMPTY, ", KV_METADATA {counterfoil: 'x'}"),
        lambda path: parquet(path, EMPTY, ", KV_METADATA {counterfoil: '[]'}"),
        lambda path: parquet(path, EMPTY, """, KV_METADATA {counterfoil: '{"format": 2}'}"""),
        lambda path: parquet(
            path,
            EMPTY,
            """, KV_METADATA {counterfoil: '{"format": 1, "as_of": "x", "ran_at": "", "version": "", "policy": {}, "rules": {}}'}""",
        ),
    ],
)
def test_what_is_no_entry_is_named_before_anything_is_done(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    """One sentence, exit 2; the check that was asked for is not begun, nothing is written, and what is there stays."""
    folder, plant = tmp_path / "history", plant_in(tmp_path)
    add(folder, [findings(1)])
    before = (folder / "history.csv").read_bytes()
    strange = folder / "runs" / "2026-01-31-0123456789ab.parquet"
    spoil(strange)
    for command in (("history", folder), ("check", plant, "--out", tmp_path / "out", "--history", folder)):
        ran = run(*command)
        assert (ran.exit_code, ran.stdout) == (2, "")
        assert ran.stderr == f"{strange} is no entry of a history, or is damaged; move it away.\n"
    assert not (tmp_path / "out").exists()
    assert (folder / "history.csv").read_bytes() == before
    assert strange.exists()


def test_an_entry_cut_short_is_named(tmp_path: Path) -> None:
    add(tmp_path, [findings(1)])
    (path,) = (tmp_path / "runs").iterdir()
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Unusable, match="is damaged"):
        entries(tmp_path)


def test_hidden_files_are_left_alone(tmp_path: Path) -> None:
    add(tmp_path, [findings(1)])
    (tmp_path / "runs" / ".DS_Store").write_bytes(b"\0")
    (tmp_path / "notes.txt").write_text("mine")
    add(tmp_path, [findings(2)])
    assert len(entries(tmp_path)) == 2
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_runs_that_end_at_the_same_time_are_all_told(tmp_path: Path) -> None:
    """Six at once, each as of another day: whoever is last tells of all."""
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda day: add(tmp_path, [findings(day)], as_of=f"2026-03-{day:02}"), range(1, 7)))
    assert sorted(path.name for path in tmp_path.iterdir()) == LAST_FILES
    assert len(list((tmp_path / "runs").iterdir())) == 6
    assert {row["as_of"] for row in in_csv(tmp_path)} == {f"2026-03-{day:02}" for day in range(1, 7)}


def stopped(folder: Path) -> None:
    with checked([findings(2)]) as result, adding_to(folder) as writing:
        assert writing is not None
        writing.take(result)
        raise KeyboardInterrupt


def test_a_run_that_fails_leaves_the_history_as_it_was(tmp_path: Path) -> None:
    add(tmp_path, [findings(1)])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(KeyboardInterrupt):
        stopped(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert len(list((tmp_path / "runs").iterdir())) == 1


def test_a_folder_without_a_history(tmp_path: Path) -> None:
    ran = run("history", tmp_path)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "holds no history yet" in ran.stderr
    (tmp_path / "runs").write_text("a file")
    assert "cannot be read" in run("history", tmp_path).stderr
    assert run("history", tmp_path / "none").exit_code == 2


# ---- from a check -----------------------------------------------------------------------------------------------------------------


def plant_in(place: Path) -> Path:
    folder = place / "plant"
    folder.mkdir()
    for name, text in (("purchase_orders", ORDERS), ("purchase_order_lines", LINES), ("work_orders", WORKS)):
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def test_a_check_adds_itself(tmp_path: Path) -> None:
    """Of 110 EUR for work 100 hang on no work order; then it is mended, and the history says so, of so few orders within chance."""
    plant, history = plant_in(tmp_path), tmp_path / "new" / "history"
    arguments = ("check", plant, "--out", tmp_path / "out", "--history", history, "--as-of")
    assert run(*arguments, "2026-01-31").exit_code == 0
    mended = LINES.replace("PO1/1,PO1,4,25,work,", "PO1/1,PO1,4,25,work,WO1")
    (plant / "purchase_order_lines.csv").write_text(mended, "utf-8")
    assert run(*arguments, "2026-02-28").exit_code == 0
    assert run(*arguments, "2026-02-28").exit_code == 0
    assert sorted(path.name for path in history.iterdir()) == LAST_FILES
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(FILES)
    shown = run("history", history).stdout
    assert "2 runs, as of 2026-01-31 to 2026-02-28" in shown
    (line,) = [line for line in shown.splitlines() if "Unlinked order value for work, EUR" in line]
    assert line.split()[6:12] == ["90.9", "%", "0.0", "%", "-91.0", "points"] or line.split()[6:12] == [
        "90.9",
        "%",
        "0.0",
        "%",
        "-90.9",
        "points",
    ]
    assert "within chance" in line


@pytest.mark.parametrize("narrow", [("--rule", NAMELESS), ("--site", "Nord"), ("--category", "x")])
def test_a_part_of_a_run_is_no_run(tmp_path: Path, narrow: tuple[str, str]) -> None:
    ran = run("check", plant_in(tmp_path), "--out", tmp_path / "out", "--history", tmp_path / "history", *narrow)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "A history is made of whole runs" in ran.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plant"]


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = run("check", plant_in(tmp_path), "--out", tmp_path / "out", "--history", tmp_path / "file" / "history")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert len(ran.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()
