"""The report: a page that anybody may open, whatever stood in the data, and whose figures never flatter."""

import base64
import hashlib
import json
import re
from collections import Counter
from decimal import Decimal

import pytest
from tests.interfaces.hand_made import HOSTILE, finding, hops, result, rule, varied
from tests.interfaces.taken_apart import Page

from counterfoil.tables.landing import LandedTable, Report
from counterfoil.tables.report.chain import chains
from counterfoil.tables.report.queries import slices, worst
from counterfoil.tables.report.view import render
from counterfoil.tables.result import Outcome
from counterfoil.tables.text import amounts, count, money, need, share, shortened, visible

NO_HOPS = (("0", 0),) * 7


def test_hostile_texts_are_shown_and_do_nothing() -> None:
    html = render(varied())
    page = Page(html)
    assert page.tags["img"] == page.tags["iframe"] == page.tags["link"] == 0
    assert page.tags["script"] == 2  # the list as data, and what filters it
    assert page.tags["style"] == 1
    assert not [one for one in page.attributes if one[1].startswith("on") or one[1] in ("src", "style", "srcset")]
    assert {value for _, name, value in page.attributes if name == "href" and not value.startswith("#")} == {"health.html"}
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028]", html)
    for shown in (
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "PO\\u202e321\\u202c",
        "[bold red]order[/bold red]",
        "<i>tax office</i>",
        "<b>in limbo</b>",
    ):
        assert shown in page.text


@pytest.mark.parametrize("text", HOSTILE)
def test_each_hostile_text_in_every_place(text: str) -> None:
    """One finding, one rejected row, one thing noticed, one chain, one policy, all made of the same text: the page has the same elements as
    with a harmless one."""

    def page(word: str) -> Page:
        one = finding(
            1, **dict.fromkeys(("site_id", "supplier_id", "document_id", "line_id", "work_order_id", "currency", "message"), word)
        )
        one["evidence"] = '{"note": ' + json.dumps(word) + "}"
        return Page(
            render(
                result(
                    [one],
                    outcomes=[Outcome(rule("order-without-work"), "run", findings=1, amounts={word: Decimal(1)})],
                    chain={word: hops(*((("1", 1),) * 4), ("0", 0), ("0", 0), ("1", 1))},
                    at_risk={word: Decimal(1)},
                    tables=[LandedTable("receipts", (word,), frozenset(), 1, 1)],
                    reports=[Report("receipts", word, word, word, 1, word)],
                    rejects={"receipts": [(word, 2, word, word, word)]},
                    policy={"name": word, "exempt_suppliers": [word]},
                )
            )
        )

    def shape(page: Page) -> Counter[str]:
        return page.tags if text else Counter(svg=page.tags["svg"], style=page.tags["style"], script=page.tags["script"])

    assert shape(page(text)) == shape(page("harmless"))


def test_the_page_allows_its_own_style_and_script_alone() -> None:
    html = render(varied())
    (style,) = re.findall("<style>(.*?)</style>", html, re.DOTALL)
    (script,) = re.findall("<script>(.*?)</script>", html, re.DOTALL)
    look, program = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script))
    (policy,) = re.findall('http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy == f"default-src 'none'; style-src 'sha256-{look}'; script-src 'sha256-{program}'; base-uri 'none'; form-action 'none'"
    assert "http:" not in html
    assert "https:" not in html
    assert "url(" not in style
    assert "@import" not in style


def test_an_empty_run_says_so_in_words() -> None:
    page = Page(render(result()))
    assert page.tags["script"] == 0  # nothing to filter
    text = page.text
    for sentence in (
        "No invoice lines were read",
        "No rule was run.",
        "No findings at any site.",
        "Nothing was found.",
        "Every rule was run.",
    ):
        assert sentence in text


def test_nothing_found_by_rules_of_which_some_could_not_be_run() -> None:
    outcomes = [Outcome(rule("order-without-work"), "run"), Outcome(rule("overdue", "timing"), "not run", needs=("receipts",))]
    text = Page(render(result(outcomes=outcomes))).text
    assert "Nothing was found by the rules that could be run." in text
    assert "Run, and found nothing: order-without-work" in text
    assert "table receipts" in text


def test_what_was_noticed_of_a_file_names_it_and_counts_no_rows() -> None:
    reports = [
        Report("", "more<b>.csv", "", "", 0, "no exchange table has this name; the file was not read"),
        Report("receipts", "receipts.csv", "unit", "sack", 1234, "unknown word, read as empty"),
    ]
    text = Page(render(result(reports=reports))).text
    assert "more<b>.csv no exchange table has this name" in text
    assert "receipts unit sack 1,234 unknown word" in text


def test_the_page_has_a_bounded_length() -> None:
    """Eight times the findings, sites and currencies of a folder that fills every list: the same page but for a few digits."""

    def page(findings: int) -> str:
        many = result(
            outcomes=[
                Outcome(rule("order-without-work"), "run", findings=findings, amounts={f"C{n}": Decimal(1) for n in range(findings)})
            ],
            chain={f"C{number:05}": hops(("100", 1), *NO_HOPS[1:]) for number in range(findings)},
            at_risk={f"C{number:05}": Decimal(1) for number in range(findings)},
            tables=[LandedTable("receipts", ("receipts.csv",), frozenset(), 1, findings)],
            reports=[Report("receipts", "receipts.csv", "unit", f"{number:05}", 1, "unknown word") for number in range(findings)],
        )
        many.database.execute(
            """INSERT INTO findings BY NAME SELECT format('{:020}', i) AS finding_id, 'order-without-work' AS rule, 'E' AS severity,
               format('S{:05}', i) AS site_id, 'purchase_order' AS document, format('P{:05}', i) AS document_id,
               format('C{:05}', i) AS currency, 1 AS amount_at_risk, repeat('m', 900) AS message,
               '{"a": "' || repeat('e', 900) || '"}' AS evidence FROM range(?) AS r(i)""",
            [findings],
        )
        many.database.execute(
            """INSERT INTO rejected_receipts BY NAME
               SELECT 'receipts.csv' AS file, i AS line, 'unit' AS "column", repeat('v', 3000) AS "value", 'no' AS reason
               FROM range(?) AS r(i)""",
            [findings],
        )
        return render(many)

    small, large = page(5000), page(40_000)
    assert len(large) < len(small) + 5000  # digits of ids and places
    assert len(small) < 2_500_000
    assert "39,980 more in findings.csv" in Page(large).text
    assert "39,950 more in rejected.csv" in Page(large).text
    assert "39,976 more in summary.json" in Page(large).text
    assert "This page lists 4,000 of 40,000 findings" in Page(large).text


def test_several_currencies_and_their_shares_one_by_one() -> None:
    """EUR 610,000.00 of 1,234,567.89 is 49.4 %, USD 42,000 of 50,000 is 84 %; ten of 7.6 million yen are ordered, which is not 0 %."""
    text = Page(render(varied())).text
    for shown in ("49.4 %", "84.0 %", "1,234,567.89 EUR", "7,600,000 JPY", "< 0.1 %", "134,567.89 EUR", "7,599,990 JPY", "456,789.13 EUR"):
        assert shown in text


def test_the_chain_of_one_currency() -> None:
    """Of 1,000 invoiced, 900 ordered, 800 received, 400 linked to work, 200 for stock, 100 exempt, 350 approved: 100 stop at each of the
    first three hops and 350 at the last."""
    (chain,) = chains({"EUR": hops(("1000", 10), ("900", 9), ("800", 8), ("400", 4), ("200", 2), ("100", 1), ("350", 3))})
    assert [(step.label, step.amount, step.lost, step.width) for step in chain.steps] == [
        ("Invoiced", 1000, 0, 100),
        ("Ordered", 900, 100, 90),
        ("Received", 800, 100, 80),
        ("Linked", 700, 100, 70),
        ("Approved", 350, 350, 35),
    ]
    assert [(part.hop, part.start, part.width) for part in chain.steps[3].parts] == [
        ("linked", 0, 40),
        ("stock", 40, 20),
        ("exempt", 60, 10),
    ]
    assert chain.tied == "35.0 %"
    assert sum(step.lost for step in chain.steps) + chain.approved.amount == 1000


@pytest.mark.parametrize(
    ("hop_amounts", "tied"),
    [
        (("100", "100", "100", "100", "0", "0", "100"), "100.0 %"),
        (("100", "100", "100", "99.99", "0", "0", "99.99"), "99.9 %"),
        (("100", "0", "0", "0", "0", "0", "0"), "0.0 %"),
        (("1000000", "1", "1", "1", "0", "0", "1"), "< 0.1 %"),
        (("-100", "-100", "-100", "-100", "0", "0", "-100"), ""),
        (("0", "0", "0", "0", "0", "0", "0"), ""),
        (("10", "100", "100", "100", "0", "0", "100"), ""),
        (("9" * 30, "9" * 30, "9" * 30, "9" * 30, "0", "0", "9" * 29 + "8"), "99.9 %"),
    ],
)
def test_a_share_is_rounded_towards_nothing_and_bars_stay_inside(hop_amounts: tuple[str, ...], tied: str) -> None:
    (chain,) = chains({"EUR": hops(*((amount, 1) for amount in hop_amounts))})
    assert chain.tied == tied
    assert all(0 <= step.width <= 100 for step in chain.steps)
    assert all(0 <= part.start + part.width <= 100 for step in chain.steps for part in step.parts)
    assert chain.steps[0].amount - chain.approved.amount == sum(step.lost for step in chain.steps)
    Page(render(result(chain={"EUR": hops(*((amount, 1) for amount in hop_amounts))})))


def test_a_site_counts_each_document_line_once() -> None:
    """Line PO1/1 is in three findings of 100, 250 and, as an info, 900: 250 at risk. A site without a name stands apart."""
    same = {"document_id": "PO1", "line_id": "PO1/1", "site_id": "Nord"}
    found = result(
        [
            finding(1, **same, amount_at_risk=Decimal(100)),
            finding(2, **same, amount_at_risk=Decimal(250), severity="W", rule="overdue"),
            finding(3, **same, amount_at_risk=Decimal(900), severity="I", rule="late-receipt"),
            finding(4, site_id="Nord", currency="USD"),
            finding(5, site_id=None, currency=None, amount_at_risk=None),
        ]
    )
    rows, total = slices(found.database, "site_id", 20)
    assert total == 2
    assert [(row.value, row.errors, row.warnings, row.infos, row.amounts) for row in rows] == [
        ("Nord", 2, 1, 1, {"EUR": Decimal(250), "USD": Decimal(100)}),
        (None, 1, 0, 0, {}),
    ]


def test_a_site_sums_what_no_decimal_of_the_database_can_hold() -> None:
    """Ten times just below 10^22: above what 38 digits with 16 decimals hold, and exact all the same."""
    largest = Decimal("9999999999999999999999.9999999999999999")
    rows, _ = slices(result([finding(number, amount_at_risk=largest) for number in range(10)]).database, "site_id", 20)
    assert rows[0].amounts == {"EUR": Decimal("99999999999999999999999.9999999999999990")}


def test_the_worst_come_in_turn_and_a_line_stands_once() -> None:
    """The line of PO1 has two findings and stands at the error. 5,000,000 yen are not more than 700 euro: the currencies take turns."""
    found = result(
        [
            finding(1, amount_at_risk=Decimal(700)),
            finding(2, document_id="PO1", line_id="PO1/1", rule="overdue", severity="W", amount_at_risk=Decimal(9000)),
            finding(3, amount_at_risk=Decimal(600)),
            finding(4, amount_at_risk=Decimal(5_000_000), currency="JPY"),
            finding(5, amount_at_risk=Decimal(4_000_000), currency="JPY", severity="W"),
            finding(6, amount_at_risk=None, currency=None),
            finding(7, amount_at_risk=Decimal(1), severity="I"),
        ]
    )
    chosen = worst(found.database, 20)
    assert [(one.document_id, one.others) for one in chosen] == [
        ("PO1", ["overdue"]),
        ("PO4", []),
        ("PO3", []),
        ("PO6", []),
        ("PO5", []),
        ("PO7", []),
    ]


def test_groups_that_begin_with_the_same_order_are_two() -> None:
    """Two groups whose smallest member is PO1 are two findings, not one document twice."""
    groups = [
        finding(n, rule="split-order", document_id="PO1", line_id=None, members=f"PO1\x1fPO{n}", amount_at_risk=Decimal(n)) for n in (2, 3)
    ]
    assert [one.amount for one in worst(result(groups).database, 20)] == [Decimal(3), Decimal(2)]


@pytest.mark.parametrize(
    ("evidence", "shown"),
    [
        ('{"price": "25.10", "works": ["WO-1", "WO-2"], "none": null}', ("price 25.10", "works WO-1, WO-2")),
        (
            '{"quantity": 0.1000000000000000000001, "big": 123456789012345678901234567890}',
            ("quantity 0.1000000000000000000001", "123456789012345678901234567890"),
        ),
        ('{"site": {"zone": "UTC"}}', ("site.zone UTC",)),
        ("not json", ("evidence not json",)),
        ("[1, 2]", ("evidence [1, 2]",)),
        ("", ()),
    ],
)
def test_evidence_is_shown_as_it_is(evidence: str, shown: tuple[str, ...]) -> None:
    text = Page(render(result([finding(1, evidence=evidence)]))).text
    for part in shown:
        assert part in text


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1234567.891", "EUR", "1,234,567.89 EUR"),
        ("0.005", "EUR", "0.01 EUR"),
        ("0.004", "EUR", "< 0.01 EUR"),
        ("-0.004", "EUR", "> -0.01 EUR"),
        ("0", "EUR", "0.00 EUR"),
        ("1234.5", "JPY", "1,235 JPY"),
        ("1.2345", "KWD", "1.235 KWD"),
        ("-5", None, "-5.00 (no currency)"),
        ("5", "\x1b[31mEUR", "5.00 \\x1b[31mEUR"),
        ("9999999999999999999999.9999999999999999", "EUR", "10,000,000,000,000,000,000,000.00 EUR"),
        (None, "EUR", "-"),
    ],
)
def test_money(amount: str | None, currency: str | None, shown: str) -> None:
    assert money(None if amount is None else Decimal(amount), currency) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        ("1", "1", "100.0 %"),
        ("99.999", "100", "99.9 %"),
        ("0", "100", "0.0 %"),
        ("0.01", "100", "< 0.1 %"),
        ("-0.01", "100", "> -0.1 %"),
        ("1", "3", "33.3 %"),
        ("5", "0", "n/a"),
        ("5", "-1", "n/a"),
        ("2000", "1", "200,000.0 %"),
    ],
)
def test_share(part: str, whole: str, shown: str) -> None:
    assert share(Decimal(part), Decimal(whole)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("PO-1 é 漢字", "PO-1 é 漢字"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b31m\x7f", "\\x9b31m\\x7f"),
        ("\u202eabc\u2066", "\\u202eabc\\u2066"),
        ("\ud800", "\\ud800"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("", ""),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_small_words() -> None:
    assert amounts({"EUR": Decimal(1), "": Decimal(2), "JPY": Decimal(0), "USD": Decimal(3)}) == [
        "1.00 EUR",
        "3.00 USD",
        "2.00 (no currency)",
    ]
    assert amounts({"A": Decimal(1), "B": Decimal(1), "C": Decimal(1)}, most=2) == ["1.00 A", "1.00 B", "+ 1 more currency"]
    assert (count(1, "row"), count(1234, "row"), count(2, "currency", "currencies")) == ("1 row", "1,234 rows", "2 currencies")
    assert need("parts.tracking|lots.serial") == "column tracking of parts or column serial of lots"
    assert (need("receipts"), need("policy.approval_threshold")) == ("table receipts", "approval_threshold in the policy")
    assert (shortened("abcdef", 6), shortened("abcdefg", 6)) == ("abcdef", "abcde…")
