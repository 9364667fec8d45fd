"""What came, went and stayed between two runs, in numbers worked out by hand; and what is no output of a check."""

import csv
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.interfaces.hand_made import HOSTILE
from tests.interfaces.test_cli import LINES, ORDERS, PLAIN, WORKS, run
from tests.tables.runs.made import TYPES, Finding, found, output, rows

from counterfoil.rules.chance import Method
from counterfoil.tables.landing import Unusable
from counterfoil.tables.runs.compare import Change, Comparison, Sums, open_comparison
from counterfoil.tables.runs.compare_files import COLUMNS, FILES, comparison_json

pytestmark = pytest.mark.slow

NAMELESS, OVERDUE = "order-without-work", "overdue"


def compared(before: Path, after: Path) -> dict[str, Any]:
    with open_comparison(before, after, lambda what, done, of: None) as comparison:
        document: dict[str, Any] = json.loads(comparison_json(comparison))
        return document


def pair(place: Path, before: list[Finding], after: list[Finding], **both: Any) -> tuple[Path, Path]:
    return output(place / "before", before, **both), output(place / "after", after, **both)


# ---- counts and amounts -----------------------------------------------------------------------------------------------------------


def test_what_came_went_stayed_and_changed(tmp_path: Path) -> None:
    """Four before: one goes (50.10 EUR), one stays (100 EUR), one is worth more (20 → 35.5 EUR), one without an amount stays. One comes in
    dollars. Every sum of EUR: 170.10 → 135.50, of which 50.10 went and 15.50 is the change; nothing is summed across currencies."""
    before = [
        found(1, "50.10", site_id="Nord"),
        found(2, "100", site_id="Nord"),
        found(3, "20", rule=OVERDUE, severity="W", site_id="Süd"),
        found(4, None, rule=OVERDUE, severity="I", site_id=None, currency=None),
    ]
    after = [
        before[1],
        found(3, "35.5", rule=OVERDUE, severity="W", site_id="Süd", facts_digest="another"),
        before[3],
        found(5, "7", currency="USD", site_id="Süd"),
    ]
    said = compared(*pair(tmp_path, before, after))
    assert {name: said["total"][name] for name in ("before", "after", "came", "went", "stayed", "changed")} == {
        "before": 4, "after": 4, "came": 1, "went": 1, "stayed": 3, "changed": 1,
    }  # fmt: skip
    assert said["total"]["amounts"] == {
        "EUR": {"before": "170.1", "after": "135.5", "came": "0", "went": "50.1", "changed": "15.5"},
        "USD": {"before": "0", "after": "7", "came": "7", "went": "0", "changed": "0"},
    }
    assert said["total"]["at_risk"] == {"EUR": {"before": "170.1", "after": "135.5"}, "USD": {"before": "0", "after": "7"}}
    nameless, overdue = said["rules"][NAMELESS], said["rules"][OVERDUE]
    assert (nameless["before"], nameless["came"], nameless["went"], nameless["stayed"], nameless["changed"]) == (2, 1, 1, 1, 0)
    assert (overdue["before"], overdue["came"], overdue["went"], overdue["stayed"], overdue["changed"]) == (2, 0, 0, 2, 1)
    assert {site: (one["before"], one["after"]) for site, one in said["sites"].items()} == {"": (1, 1), "Nord": (2, 1), "Süd": (1, 2)}
    assert list(said["rules"]) == [NAMELESS, OVERDUE]  # the order of the contract


def test_a_finding_whose_currency_changed_leaves_one_sum_and_enters_the_other(tmp_path: Path) -> None:
    """100 EUR becomes 100 USD: nothing came, nothing went."""
    said = compared(*pair(tmp_path, [found(1)], [found(1, currency="USD", facts_digest="other")]))
    assert said["total"]["amounts"] == {
        "EUR": {"before": "100", "after": "0", "came": "0", "went": "0", "changed": "-100"},
        "USD": {"before": "0", "after": "100", "came": "0", "went": "0", "changed": "100"},
    }


def test_a_line_is_at_risk_once_at_its_largest_error_or_warning(tmp_path: Path) -> None:
    """One line with an error of 100, a warning of 130 and an info of 999; a second with 1: 131, where the findings sum to 1,230."""
    line = {"document_id": "PO1", "line_id": "PO1/1"}
    findings = [
        found(1, "100", **line),
        found(2, "130", rule=OVERDUE, severity="W", **line),
        found(3, "999", rule="need-unstated", severity="I", **line),
        found(4, "1"),
    ]
    said = compared(*pair(tmp_path, findings, findings[:1], ran=(OVERDUE, "need-unstated")))
    assert said["total"]["at_risk"] == {"EUR": {"before": "131", "after": "100"}}
    assert said["total"]["amounts"]["EUR"]["before"] == "1230"


@pytest.mark.parametrize(("currencies", "left"), [(12, ""), (13, "+ 1 more currency"), (40, "+ 28 more currencies")])
def test_no_currency_is_dropped_unsaid(tmp_path: Path, currencies: int, left: str) -> None:
    """Every currency of the total is told up to twelve, on the page and in the terminal; the others are counted. What has no currency
    comes last."""
    findings = [found(number, currency=f"X{number:02}" if number else None) for number in range(currencies)]
    ran = run("compare", *pair(tmp_path, findings, findings), "--out", tmp_path / "out")
    page = (tmp_path / "out" / "compare.html").read_text("utf-8")
    shown = [f"100.00 X{number:02} → 100.00 X{number:02}" for number in range(1, min(currencies, 13))]
    for text in (ran.stdout, page):
        assert [one for one in shown if one not in text] == []
        assert ("(no currency)" in text) is (not left)
        assert "X13" not in text
        assert left in text
        assert ("more currenc" in text) is bool(left)


AMOUNTS = st.none() | st.integers(0, 10**22 - 1).map(lambda units: Decimal(units).scaleb(-4)) | st.just(Decimal("9999999999999999999999"))
LISTS = st.dictionaries(
    st.integers(0, 11),
    st.tuples(AMOUNTS, st.sampled_from(("EUR", "USD", None)), st.sampled_from(("x", "y")), st.sampled_from((NAMELESS, OVERDUE))),
    max_size=9,
)


def as_findings(drawn: dict[int, Any]) -> list[Finding]:
    """A number has one rule, as an id has."""
    return [
        found(number, None, currency=currency, facts_digest=digest, rule=(NAMELESS, OVERDUE)[number % 2]) | {"amount_at_risk": amount}
        for number, (amount, currency, digest, _) in drawn.items()
    ]


@settings(max_examples=12)
@given(LISTS, LISTS)
def test_the_other_way_round_what_came_went(one: dict[int, Any], other: dict[int, Any]) -> None:
    """Swapped sides swap came and went; with itself all stays; and every sum is the one that plain decimals give."""
    first, second = as_findings(one), as_findings(other)
    with tempfile.TemporaryDirectory() as place:
        before, after = pair(Path(place), first, second, ran=(NAMELESS, OVERDUE))
        with open_comparison(before, after, lambda *steps: None) as forth, open_comparison(after, before, lambda *steps: None) as back:
            assert swapped(forth.total) == without_verdict(back.total)
            assert sorted(swapped(rule).name for rule in forth.rules) == sorted(rule.name for rule in back.rules)
            assert (forth.total.came, forth.total.went) == (len(other.keys() - one.keys()), len(one.keys() - other.keys()))
            assert forth.total.changed == sum(one[number][2] != other[number][2] for number in one.keys() & other.keys())
            for side, findings in (("before", first), ("after", second)):
                assert {c: getattr(s, side) for c, s in forth.total.amounts.items() if getattr(s, side)} == sums(findings)
            assert add_up(forth)
        with open_comparison(before, before, lambda *steps: None) as still:
            assert (still.total.came, still.total.went, still.total.changed, still.total.stayed) == (0, 0, 0, len(one))
            assert not any(sums.changed for sums in still.total.amounts.values())
            assert still.total.verdict is None


def swapped(change: Change) -> Change:
    amounts = {currency: Sums(s.after, s.before, s.went, s.came) for currency, s in change.amounts.items()}
    return Change(change.name, change.went, change.came, change.stayed, change.changed, amounts)


def without_verdict(change: Change) -> Change:
    return Change(change.name, change.came, change.went, change.stayed, change.changed, change.amounts)


def sums(findings: list[Finding]) -> dict[str, Decimal]:
    found_: Counter[str] = Counter()
    for one in findings:
        if one["amount_at_risk"]:
            found_[one["currency"] or ""] += one["amount_at_risk"]
    return dict(found_)


def add_up(comparison: Comparison) -> bool:
    """The rules make up the total, in counts and in every amount."""
    whole = comparison.total
    for name in ("came", "went", "stayed", "changed", "before", "after"):
        assert sum(getattr(rule, name) for rule in comparison.rules) == getattr(whole, name)
    for currency, amounts in whole.amounts.items():
        for name in ("before", "after", "came", "went", "changed"):
            assert sum(getattr(r.amounts[currency], name) for r in comparison.rules if currency in r.amounts) == getattr(amounts, name)
    return True


# ---- what is not compared ---------------------------------------------------------------------------------------------------------


def test_rules_that_one_run_did_not_ask_neither_came_nor_went(tmp_path: Path) -> None:
    before = output(tmp_path / "before", [found(1), found(2, rule="late-receipt")], not_run={OVERDUE: ["receipts.received_at"]})
    after = output(tmp_path / "after", [found(1), found(3, rule=OVERDUE), found(4, rule=OVERDUE)])
    said = compared(before, after)
    assert said["not_comparable"] == [
        {"rule": "late-receipt", "why": "not asked after", "needs": [], "findings": 1},
        {"rule": OVERDUE, "why": "not run before", "needs": ["receipts.received_at"], "findings": 2},
    ]
    assert (said["total"]["before"], said["total"]["came"], said["total"]["went"]) == (1, 0, 0)
    assert list(said["rules"]) == [NAMELESS]
    ran = run("compare", before, after)
    assert "2 rules not comparable" in ran.stdout
    assert "overdue: not run before: needs column received_at of receipts (2 findings in the other run)" in ran.stdout


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ({"policy": {"name": "strict", "version": "2"}}, "default 1 before, strict 2 after"),
        ({"policy": {"name": "default", "version": "1", "skip": ["overdue"]}}, "both say default 1, yet their settings differ"),
        ({"version": "0.2.0"}, "0.1.0 before, 0.2.0 after"),
        ({"as_of": "2026-04-30"}, "As of 2026-03-31 before, 2026-04-30 after"),
        ({"as_of": "2026-02-28"}, "are they the right way round?"),
        ({"narrowing": {"sites": ["Nord"], "categories": []}}, "narrowed to nothing (all); after, to sites Nord"),
    ],
)
def test_what_else_differs_is_said_first(tmp_path: Path, head: dict[str, Any], words: str) -> None:
    before, after = output(tmp_path / "a", [found(1)]), output(tmp_path / "b", [found(1), found(2)], **head)
    (caution,) = compared(before, after)["cautions"]
    assert words in caution
    assert compared(before, before)["cautions"] == []
    shown = " ".join(run("compare", before, after).stdout.split())
    assert shown.index(words) < shown.index("1 finding before")


def test_nothing_is_said_about_chance_where_the_findings_were_narrowed_differently(tmp_path: Path) -> None:
    before = output(tmp_path / "a", [found(1)], narrowing={"sites": ["Nord"], "categories": []})
    after = output(tmp_path / "b", [found(number) for number in range(400)])
    said = compared(before, after)
    assert (said["total"]["came"], said["total"].get("chance")) == (399, None)
    assert "chance (" not in run("compare", before, after).stdout


# ---- chance -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after", "within"), [(3, 1, True), (300, 90, False)])
def test_noise_down_seventy_percent(tmp_path: Path, before: int, after: int, within: bool) -> None:
    """The same export read twice, and the smaller number of findings all among the larger."""
    findings = [found(number) for number in range(before)]
    said = compared(*pair(tmp_path, findings, findings[:after], read={"purchase_orders": 5000}))
    assert said["total"]["chance"]["within_chance"] is within
    assert said["rules"][NAMELESS]["chance"] == said["total"]["chance"]
    assert said["total"]["documents"] == {"both": after, "went": before - after, "came": 0, "read_before": 5000, "read_after": 5000}


def test_one_careless_order_is_one_document(tmp_path: Path) -> None:
    """Forty lines of one order without a work order: forty findings more, one document more, and no more than chance."""
    lines = [found(number, document_id="PO1", line_id=f"PO1/{number}") for number in range(40)]
    said = compared(*pair(tmp_path, [found(99)], [found(99), *lines]))
    assert (said["total"]["came"], said["total"]["documents"]["came"]) == (40, 1)
    assert said["total"]["chance"] == {"method": "paired", "p": 1.0, "within_chance": True}


def test_two_months_that_share_nothing(tmp_path: Path) -> None:
    """30 of 500 orders in January, 30 of 1,000 in February: as many findings, half the share: more than chance."""
    january = output(tmp_path / "a", [found(number) for number in range(30)], read={"purchase_orders": 500})
    february = output(tmp_path / "b", [found(number) for number in range(100, 130)], read={"purchase_orders": 1000})
    verdict = compared(january, february)["total"]["chance"]
    assert verdict["method"] == Method.PROPORTIONS.value
    assert 0.005 < verdict["p"] < 0.01


def test_many_rules_are_raised_together(tmp_path: Path) -> None:
    """Six findings of one rule gone, and one of each of five others: 2/64 alone would be more than chance, among six rules it is not."""
    others = ("late-receipt", OVERDUE, "order-after-work", "self-approved", "order-unapproved")
    six = [found(number) for number in range(6)]
    alone = compared(*pair(tmp_path / "1", six, [], ran=(NAMELESS,)))["rules"][NAMELESS]["chance"]
    assert alone == {"method": "paired", "p": 0.0312, "within_chance": False}
    more = [*six, *(found(10 + number, rule=rule) for number, rule in enumerate(others))]
    among = compared(*pair(tmp_path / "2", more, [], ran=(NAMELESS, *others)))["rules"][NAMELESS]["chance"]
    assert among == {"method": "paired", "p": 0.188, "within_chance": True}


def test_documents_that_nobody_read_are_not_judged(tmp_path: Path) -> None:
    """order-unknown speaks of orders that are in no table: more documents with findings than were read."""
    missing = [found(number, rule="order-unknown") for number in range(8)]
    said = compared(*pair(tmp_path, missing, [], ran=("order-unknown",), read={"invoices": 10}))
    assert said["total"]["chance"] is None


# ---- files ------------------------------------------------------------------------------------------------------------------------


def test_the_files_hold_every_change(tmp_path: Path) -> None:
    before = [found(1, "50.10"), found(2), found(3, "20", severity="E")]
    after = [found(2), found(3, "35.5", severity="W", facts_digest="other"), found(4, "7", currency="USD")]
    ran = run("compare", *pair(tmp_path, before, after), "--out", tmp_path / "new" / "out")
    assert (ran.exit_code, ran.stderr) == (0, "")
    folder = tmp_path / "new" / "out"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    with (folder / "changes.csv").open(encoding="utf-8", newline="") as file:
        told = {row["finding_id"][-1]: row for row in csv.DictReader(file)}
    assert tuple(told["1"]) == COLUMNS
    picked = ("change", "amount_before", "amount_after", "currency", "currency_before", "severity", "severity_before")
    assert {number: tuple(row[name] for name in picked) for number, row in told.items()} == {
        "1": ("went", "50.1", "", "EUR", "EUR", "E", "E"),
        "2": ("stayed", "100", "100", "EUR", "EUR", "E", "E"),
        "3": ("changed", "20", "35.5", "EUR", "EUR", "W", "E"),
        "4": ("came", "", "7", "USD", "", "E", ""),
    }
    with duckdb.connect() as database:
        exact = database.execute("SELECT * FROM read_parquet(?)", [str(folder / "changes.parquet")])
        assert [name for name, *_ in exact.description] == list(COLUMNS)
        assert len(exact.fetchall()) == 4


def test_hostile_texts_start_no_formula_and_reach_no_terminal(tmp_path: Path) -> None:
    """Ids, sites, rules and currencies of every hostile sort, one of a million letters: the CSV file escapes them, the terminal too."""
    texts = [*HOSTILE, "x" * 1_000_000]
    findings = [
        found(number, finding_id=text or "empty", site_id=text, document_id=text, message=text, currency=text, rule=text or NAMELESS)
        for number, text in enumerate(texts)
    ]
    before, after = pair(tmp_path, findings, findings[: len(texts) // 2], ran=[text or NAMELESS for text in texts])
    ran = run("compare", before, after, "--out", tmp_path / "out")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert not PLAIN.search(ran.stdout.replace("\n", ""))
    csv.field_size_limit(10_000_000)
    with (tmp_path / "out" / "changes.csv").open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    assert len(told) == len(texts)
    assert not [cell for row in told for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b"))]
    assert any(row["finding_id"] == "'=cmd|' /C calc'!A0" for row in told)


def test_the_page_is_bounded_and_nothing_from_data_is_code(tmp_path: Path) -> None:
    """Two thousand rules and as many sites with hostile names: a few hundred kilobytes, no script, and every text as text."""
    findings = [
        found(number, rule=f"{HOSTILE[number % len(HOSTILE)][:200]} {number}", site_id=f"{HOSTILE[number % len(HOSTILE)][:200]} {number}")
        for number in range(2000)
    ]
    ran = [one["rule"] for one in findings]
    output(tmp_path / "a", findings[:1000], ran=ran)
    output(tmp_path / "b", findings[1000:], ran=ran)
    assert run("compare", tmp_path / "a", tmp_path / "b", "--out", tmp_path / "out").exit_code == 0
    page = (tmp_path / "out" / "compare.html").read_text("utf-8")
    assert len(page) < 500_000
    for start in ("<script", "<img", "\x1b", "\u202e"):
        assert start not in page
    assert page.count("</style>") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "1,940 more in changes.csv" in page


def test_what_changed_is_named_with_what_it_was(tmp_path: Path) -> None:
    """Twenty changed: one worth more, one in another currency, one now an error, and seventeen of which another figure changed; those whose
    amount moved come first, and what is not listed is counted."""
    before = [found(number, "500", document_id=f"PO{number}", line_id=f"PO{number}/1") for number in range(20)]
    after = [one | {"facts_digest": "other"} for one in before]
    before[17] |= {"amount_at_risk": Decimal("12.5")}
    before[18] |= {"currency": "USD"}
    before[19] |= {"severity": "W"}
    ran = run("compare", *pair(tmp_path, before, after), "--out", tmp_path / "out")
    page = (tmp_path / "out" / "compare.html").read_text("utf-8")
    for text in (ran.stdout, page):
        assert "20 findings changed" in text
        first, second, other = (text.index(one) for one in ("12.50 EUR → 500.00 EUR", "500.00 USD → 500.00 EUR", "500.00 EUR, as before"))
        assert max(first, second) < other
    assert "PO17/1" in ran.stdout
    assert "and 12 more in changes.csv" in ran.stdout
    assert "and 8 more in changes.csv" in page
    unknown = [found(1, None, facts_digest="other")], [found(1, "7")]
    assert "- → 7.00 EUR" in run("compare", *pair(tmp_path / "unknown", *unknown)).stdout
    severe = run("compare", *pair(tmp_path / "severity", before[19:], after[19:])).stdout
    assert "warning → error" in severe


@pytest.mark.parametrize(("came", "went", "ticks"), [(1, 2, "2 1 0 1"), (40, 12, "10 0 10 20 30 40")])
def test_no_tick_stands_at_half_a_finding(tmp_path: Path, came: int, went: int, ticks: str) -> None:
    """Drawn for a desk and for a phone."""
    runs = pair(tmp_path, [found(number) for number in range(went)], [found(100 + number) for number in range(came)], ran=(NAMELESS,))
    assert run("compare", *runs, "--out", tmp_path / "out").exit_code == 0
    drawn = re.findall("<text[^>]*>([0-9]+)</text>", (tmp_path / "out" / "compare.html").read_text("utf-8"))
    assert drawn == 2 * ticks.split()


def test_folders_may_have_any_name(tmp_path: Path) -> None:
    """Brackets, stars and quotes mean nothing in a path."""
    before, after = output(tmp_path / "b[1]*?", [found(1)]), output(tmp_path / "year=20'26", [found(1), found(2)])
    ran = run("compare", before, after, "--out", tmp_path / "out ' of it")
    assert ran.exit_code == 0
    assert "1 finding before, 2 after" in ran.stdout


# ---- what is no output of a check -------------------------------------------------------------------------------------------------


def without(name: str) -> Any:
    return lambda folder: (folder / name).unlink()


def text(name: str, content: str) -> Any:
    return lambda folder: (folder / name).write_text(content, "utf-8")


def summary(**changes: Any) -> Any:
    def change(folder: Path) -> None:
        document = json.loads((folder / "summary.json").read_text("utf-8"))
        (folder / "summary.json").write_text(json.dumps({**document, **changes}), "utf-8")

    return change


def foreign(**types: str) -> Any:
    return lambda folder: rows(folder / "findings.parquet", [], {**TYPES, **types})


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (without("summary.json"), "summary.json cannot be read (No such file or directory)"),
        (without("findings.parquet"), "findings.parquet is missing"),
        (text("summary.json", "{"), "summary.json is no summary of this version"),
        (text("summary.json", "[]"), "as_of is missing or odd"),
        (text("summary.json", "[" * 100_000), "it is damaged"),
        (lambda folder: (folder / "summary.json").write_bytes(b"\xff\xfe{}"), "it is damaged"),
        (summary(as_of="soon"), "it is damaged"),
        (summary(rules=[]), "rules is missing or odd"),
        (summary(rules={NAMELESS: 3}), "status is missing or odd"),
        (summary(rules={NAMELESS: {"status": "run", "findings": True, "not_judged": 0}}), "findings is no count"),
        (summary(rules={NAMELESS: {"status": "run", "findings": -1, "not_judged": 0}}), "findings is no count"),
        (summary(rules={NAMELESS: {"status": "not run"}}), "needs is missing or odd"),
        (summary(narrowing={"sites": "Nord"}), "narrowing.sites is missing or odd"),
        (summary(tables={"purchase_orders": {}}), "read is missing or odd"),
        (summary(rules={NAMELESS: {"status": "run", "findings": 2, "not_judged": 0}}), "are not of one run"),
        (summary(rules={}), "are not of one run"),
        (text("findings.parquet", "PAR1 or so"), "cannot be read as Parquet"),
        (text("findings.parquet", ""), "cannot be read as Parquet"),
        (foreign(amount_at_risk="DOUBLE"), "does not have the columns of findings"),
        (foreign(more="INTEGER"), "does not have the columns of findings"),
        (lambda folder: rows(folder / "findings.parquet", [found(1)] * 2), "are not of one run"),
    ],
)
def test_what_no_check_wrote(tmp_path: Path, spoil: Any, words: str) -> None:
    """One sentence that names the file, exit 2, and nothing is written; on whichever side it stands."""
    good, bad = pair(tmp_path, [found(1)], [found(1)])
    spoil(bad)
    for sides in ((good, bad), (bad, good)):
        ran = run("compare", *sides, "--out", tmp_path / "out")
        assert (ran.exit_code, ran.stdout) == (2, "")
        assert words in ran.stderr
        assert str(bad) in ran.stderr
        assert len(ran.stderr.splitlines()) == 1
        assert not (tmp_path / "out").exists()
    with pytest.raises(Unusable):
        compared(good, bad)


def test_folders_that_are_not_there(tmp_path: Path) -> None:
    good = output(tmp_path / "good", [])
    assert run("compare", good, tmp_path / "none").exit_code == 2
    assert run("compare", good).exit_code == 2
    said = compared(good, good)
    assert (said["total"]["before"], said["rules"], said["sites"]) == (0, {}, {})
    assert "0 findings before, 0 after" in run("compare", good, good).stdout


# ---- two real runs ----------------------------------------------------------------------------------------------------------------


def test_two_checks_of_a_folder_that_was_mended_in_between(tmp_path: Path) -> None:
    """PO1/1 (100 EUR) gets its work order, PO2/1 loses its own (10 EUR); PO4/1, without one, now has two instead of one for 7 EUR each. The
    policy has another version meanwhile: that alone changes no finding."""
    folder = tmp_path / "plant"
    folder.mkdir()
    lines = LINES.replace("many", "3") + "PO4/1,PO4,1,7,work,\nPO4/2,PO4,9,1,work,\n"
    orders = ORDERS + "PO4,Süd,EUR,issued,2026-01-09\n"
    for name, content in (("purchase_orders", orders), ("purchase_order_lines", lines), ("work_orders", WORKS)):
        (folder / f"{name}.csv").write_text(content, "utf-8")
    first = run("check", folder, "--out", tmp_path / "a", "--rule", NAMELESS)
    mended = lines.replace("PO1/1,PO1,4,25,work,", "PO1/1,PO1,4,25,work,WO1").replace("PO2/1,PO2,1,10,work,WO1", "PO2/1,PO2,1,10,work,")
    (folder / "purchase_order_lines.csv").write_text(mended.replace("PO4/1,PO4,1,7", "PO4/1,PO4,2,7"), "utf-8")
    (tmp_path / "policy.toml").write_text('name = "default"\nversion = "2"\n', "utf-8")
    second = run("check", folder, "--out", tmp_path / "b", "--rule", NAMELESS, "--policy", tmp_path / "policy.toml")
    assert (first.exit_code, second.exit_code) == (0, 0)
    said = compared(tmp_path / "a", tmp_path / "b")
    assert (said["total"]["came"], said["total"]["went"], said["total"]["stayed"], said["total"]["changed"]) == (1, 1, 2, 1)
    assert said["total"]["amounts"]["EUR"] == {"before": "116", "after": "33", "came": "10", "went": "100", "changed": "7"}
    assert len(said["cautions"]) == 1
    assert "default 1 before, default 2 after" in said["cautions"][0]


@pytest.mark.full
def test_a_million_findings_stay_in_the_database(tmp_path: Path) -> None:
    """A million before, a million after, half of them in both, each with a message of 120 letters: within 2.5 GB, and exact to the cent."""
    for place, start in (("before", 0), ("after", 500_000)):
        output(tmp_path / place, [])
        picked = ", ".join(
            {
                "finding_id": "printf('%020d', number)", "rule": f"'{NAMELESS}'", "severity": "'E'", "document": "'purchase_order'",
                "document_id": "'PO' || number", "amount_at_risk": "0.01", "currency": "'EUR'", "message": "repeat('x', 120)",
            }.get(name, "NULL") + f"::{kind} AS {name}"
            for name, kind in TYPES.items()
        )  # fmt: skip
        with duckdb.connect() as database:
            query = f"SELECT {picked} FROM range({start}, {start} + 1000000) AS numbers(number)"
            database.execute(f"COPY ({query}) TO '{tmp_path / place / 'findings.parquet'}' (FORMAT parquet)")
        summary(rules={NAMELESS: {"status": "run", "findings": 1_000_000, "not_judged": 0}})(tmp_path / place)
    code = "from counterfoil.interfaces.cli import main; main()"
    command = [sys.executable, "-c", code, "compare", str(tmp_path / "before"), str(tmp_path / "after"), "--format", "json"]
    # A process that is started by a large one counts that one's memory as its own: a small one stands between.
    measured = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:]); peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss"
    )
    between = [sys.executable, "-c", f"{measured}; print(peak, file=sys.stderr)"]
    ran = subprocess.run([*between, *command, "--out", str(tmp_path / "out")], capture_output=True, encoding="utf-8", check=False)
    said = json.loads(ran.stdout)
    assert (said["total"]["came"], said["total"]["went"], said["total"]["stayed"]) == (500_000, 500_000, 500_000)
    assert said["total"]["amounts"]["EUR"] == {"before": "10000", "after": "10000", "came": "5000", "went": "5000", "changed": "0"}
    assert int(ran.stderr.split()[-1]) < 2_500_000
