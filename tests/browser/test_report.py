"""The list of findings on the report, used as people use it; what it shows is held against findings.csv."""

import csv
import random
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from counterfoil.tables.checks import RULES
from counterfoil.tables.report.view import render
from counterfoil.tables.result import Outcome
from tests.browser.conftest import Maker, OpenPage, check_plant, report_hostile
from tests.browser.opened import Opened
from tests.interfaces.hand_made import result, rule

pytestmark = pytest.mark.slow

Row = Mapping[str, str]
Found = list[tuple[str, str]]
"""(rule, message) of each finding, in order."""

WORDS = {"E": "error", "W": "warning", "I": "info"}
OF_RULE = {one.name: {"theme": one.theme, "owner": one.owner} for one in RULES}
FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff20\uff0d")

SET = """(chosen) => {
    for (const one of document.querySelectorAll("#explorer select[data-filter]")) one.value = "";
    for (const [name, value] of Object.entries(chosen)) document.querySelector(`select[data-filter="${name}"]`).value = "=" + value;
    document.querySelector('select[data-filter="severity"]').dispatchEvent(new Event("change"));
}"""
READ = """() => {
    const found = [], on = document.getElementById("on");
    for (;;) {
        for (const row of document.querySelectorAll("#rows tr"))
            found.push([row.querySelector(".rule").textContent, row.querySelector(".told bdi").textContent]);
        if (on.disabled) return found;
        on.click();
    }
}"""
FOLLOW = f"""(link) => {{
    ({SET})({{severity: "info"}});
    const search = document.getElementById("search");
    search.value = "nothing like this";
    search.dispatchEvent(new Event("input"));
    link.click();
    const fields = [...document.querySelectorAll("#explorer select[data-filter], #search")].filter((one) => one.value);
    const beside = link.closest("tr").querySelector("td.number strong, td.number.strong").textContent;
    return [link.dataset.filter, link.dataset.value, beside, fields.map((one) => [one.dataset.filter || one.id, one.value]), ({READ})()];
}}"""
"""A link that is followed while something else was chosen: what it is, the number beside it, what is chosen then, and the rows."""
COUNT_EACH = """() => [...document.querySelectorAll("#explorer select[data-filter]")].map((choice) => [...choice.options].map((option) => {
    choice.value = option.value;
    choice.dispatchEvent(new Event("change"));
    const many = parseInt(document.getElementById("many").textContent.replace(",", ""));
    if (option === choice.options[choice.options.length - 1]) choice.value = "";
    return [many, document.querySelectorAll("#rows tr").length];
}))"""
"""Of each filter, each value: how many findings are said to be, and rows on the first page."""


@pytest.fixture
def plant(open_page: OpenPage, made: Callable[[Maker], Path]) -> Opened:
    return open_page(made(check_plant) / "out" / "report.html")


@pytest.fixture
def hostile(open_page: OpenPage, made: Callable[[Maker], Path]) -> Opened:
    return open_page(made(report_hostile) / "hostile.html")


@pytest.fixture(scope="session")
def findings(made: Callable[[Maker], Path]) -> list[dict[str, str]]:
    """findings.csv, worst first: errors before warnings before infos, then by amount, none last."""
    with (made(check_plant) / "out" / "findings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row.update(OF_RULE[row["rule"]])
        row |= {"month": row["occurred_at"][:7], "site": row["site_id"], "supplier": row["supplier_id"]}
        row["severity"] = WORDS[row["severity"]]
    order = list(WORDS.values())
    rows.sort(key=lambda row: (order.index(row["severity"]), row["amount_at_risk"] == "", -amount(row), row["finding_id"]))
    return rows


def amount(row: Row) -> Decimal:
    return Decimal(row["amount_at_risk"] or 0)


def shown(opened: Opened) -> Found:
    """All that the list holds now, page by page."""
    return [(name, message) for name, message in opened.page.evaluate(READ)]


def told(rows: Iterable[Row]) -> Found:
    return [(row["rule"], row["message"]) for row in rows]


def many(opened: Opened) -> str:
    return str(opened.page.locator("#many").text_content())


# ---- filters ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["severity", "theme", "rule", "owner", "site", "supplier", "month"])
def test_each_filter_alone(plant: Opened, findings: list[dict[str, str]], name: str) -> None:
    """Every value that findings.csv has is offered and no other, and gives the rows that it has there."""
    values = set(plant.page.locator(f"select[data-filter={name}] option").evaluate_all("(all) => all.map((one) => one.value)"))
    assert values == {"", *("=" + row[name] for row in findings)}
    assert shown(plant) == told(findings)
    for value in sorted(values - {""}):
        plant.page.select_option(f"select[data-filter={name}]", value)
        expected = [row for row in findings if row[name] == value[1:]]
        assert many(plant).startswith(f"{len(expected)} finding")
        assert shown(plant) == told(expected)
    plant.assert_quiet()


def test_filters_together(plant: Opened, findings: list[dict[str, str]]) -> None:
    """A hundred combinations of two to four filters; half of them are taken from a finding, so that something is left."""
    chance = random.Random(7)  # noqa: S311  nothing is secret here
    names = ["severity", "theme", "rule", "owner", "site", "supplier", "month"]
    left = []
    for turn in range(100):
        taken = chance.sample(names, chance.randint(2, 4))
        one = chance.choice(findings)
        chosen = {name: (one if turn % 2 else chance.choice(findings))[name] for name in taken}
        plant.page.evaluate(SET, chosen)
        expected = told(row for row in findings if all(row[name] == value for name, value in chosen.items()))
        assert shown(plant) == expected, chosen
        assert plant.page.locator("#nothing").is_visible() is (not expected)
        left.append(len(expected))
    assert min(left) == 0
    assert max(left) > 5


@pytest.mark.parametrize(
    "words", ["PO-4018/1", "in-003", "billed received", "RECEIVED   Billed", "wo-1005 order", "s-200", "618.80 eur", "zzz"]
)
def test_search_by_words(plant: Opened, findings: list[dict[str, str]], words: str) -> None:
    """Every word, anywhere in rule, ids or sentence, in any order and case."""
    plant.page.fill("#search", words)
    ids = ("rule", "document_id", "line_id", "work_order_id", "supplier_id", "site_id", "message")
    texts = [(" ".join(row[name] for name in ids).lower(), row) for row in findings]
    expected = [row for text, row in texts if all(word in text for word in words.lower().split())]
    assert shown(plant) == told(expected)
    assert bool(expected) is (words != "zzz")
    plant.page.get_by_role("button", name="Clear filters").click()
    assert shown(plant) == told(findings)


def test_search_and_filters_narrow_together_and_clear_takes_all_away(plant: Opened, findings: list[dict[str, str]]) -> None:
    page = plant.page
    clear = page.get_by_role("button", name="Clear filters")
    assert clear.count() == 0  # hidden while there is nothing to clear
    page.fill("#search", "order")
    page.select_option("select[data-filter=severity]", "=error")
    page.select_option("select[data-filter=site]", "=S")
    expected = [
        row
        for row in findings
        if row["severity"] == "error" and row["site"] == "S" and "order" in (row["rule"] + " " + row["message"]).lower()
    ]
    assert shown(plant) == told(expected)
    clear.click()
    assert shown(plant) == told(findings)
    assert page.evaluate("document.activeElement.id") == "search"
    assert clear.count() == 0


# ---- order and pages --------------------------------------------------------------------------------------------------------------


def number_of(text: str) -> tuple[str, int]:
    """PO-4018 as a person sorts it."""
    letters, _, digits = text.partition("-")
    return letters.lower(), int(digits.rstrip("ab") or 0)


ORDERS: dict[str, tuple[str, str, Callable[[Row], Any]]] = {
    "rule": ("Finding, and what to do", "ascending", lambda row: row["rule"]),
    "document": ("Document", "ascending", lambda row: number_of(row["document_id"])),
    "site": ("Site, supplier", "ascending", lambda row: row["site_id"]),
    "day": ("On", "descending", lambda row: [-ord(sign) for sign in row["occurred_at"].ljust(10)]),
    "amount": ("At risk", "descending", lambda row: (not amount(row), -amount(row))),
    "worst": ("Severity", "ascending", lambda row: 0),
}


@pytest.mark.parametrize("order", ORDERS)
def test_each_order(plant: Opened, findings: list[dict[str, str]], order: str) -> None:
    """By the head of the column and by the choice alike; what is equal stays worst first; the head says how it is sorted, it alone."""
    head, way, key = ORDERS[order]
    page = plant.page
    page.locator("th[data-order] button").get_by_text(head, exact=True).click()
    assert shown(plant) == told(sorted(findings, key=key))
    sorted_heads = page.locator("th[aria-sort]")
    assert [one.text_content() for one in sorted_heads.all()] == [head]
    assert sorted_heads.get_attribute("aria-sort") == way
    page.select_option("#order", "worst")
    assert shown(plant) == told(findings)
    page.select_option("#order", order)
    assert shown(plant) == told(sorted(findings, key=key))
    assert [one.text_content() for one in sorted_heads.all()] == [head]


def test_an_order_outlasts_a_filter(plant: Opened, findings: list[dict[str, str]]) -> None:
    plant.page.select_option("#order", "rule")
    plant.page.select_option("select[data-filter=severity]", "=warning")
    assert shown(plant) == told(sorted((row for row in findings if row["severity"] == "warning"), key=lambda row: row["rule"]))


def test_pages_forth_and_back(plant: Opened, findings: list[dict[str, str]]) -> None:
    page = plant.page
    rows, back, on = page.locator("#rows tr"), page.get_by_role("button", name="Back"), page.get_by_role("button", name="Next")
    assert len(findings) == 65
    assert (rows.count(), many(plant), back.is_disabled(), on.is_disabled()) == (25, "65 findings, 1 to 25 shown", True, False)
    on.click()
    on.click()
    assert (rows.count(), many(plant), back.is_disabled(), on.is_disabled()) == (15, "65 findings, 51 to 65 shown", False, True)
    back.click()
    assert (rows.count(), many(plant), back.is_disabled(), on.is_disabled()) == (25, "65 findings, 26 to 50 shown", False, False)
    page.select_option("select[data-filter=severity]", "=error")  # another choice begins at the first page
    assert (rows.count(), many(plant)) == (25, "33 findings, 1 to 25 shown")
    page.select_option("select[data-filter=severity]", "=info")
    assert (rows.count(), many(plant), back.is_disabled(), on.is_disabled()) == (6, "6 findings", True, True)


# ---- links into the list ----------------------------------------------------------------------------------------------------------


def test_a_link_shows_what_it_counts_and_nothing_else(plant: Opened, findings: list[dict[str, str]]) -> None:
    """Every link of a panel and of a rule sets its filter, clears every other and the search, and gives as many findings as stand beside
    it; those without a site too."""
    seen = set()
    for name, value, beside, chosen, shown_now in plant.page.evaluate(f"[...document.querySelectorAll('a[data-filter]')].map({FOLLOW})"):
        rows = [(rule_name, message) for rule_name, message in shown_now]
        assert beside == str(len(rows))
        if name != "category":  # not a column of findings.csv
            assert rows == told(row for row in findings if row[name] == value)
        assert chosen == [[name, "=" + value]]
        seen.add((name, value))
    assert {("site", ""), ("site", "N"), ("supplier", "S-100"), ("month", "2025-03"), ("theme", "value"), ("rule", "over-budget")} <= seen
    plant.assert_quiet()


# ---- what the address says --------------------------------------------------------------------------------------------------------


def chosen(opened: Opened) -> dict[str, str]:
    """What is set, by name."""
    fields = opened.page.locator("#explorer select, #search").all()
    return {field.get_attribute("data-filter") or str(field.get_attribute("id")): field.input_value() for field in fields}


def test_the_address_brings_the_list_back(plant: Opened, open_page: OpenPage, findings: list[dict[str, str]]) -> None:
    """Errors about what was ordered from S-200, by rule: the address tells so, and whoever is given it sees the same list."""
    plant.page.select_option("select[data-filter=supplier]", "=S-200")
    plant.page.select_option("select[data-filter=severity]", "=error")
    plant.page.locator("th[data-order=rule] button").click()
    plant.page.fill("#search", "was ORDERED")
    plant.page.wait_for_url("**/report.html#findings?severity=error&supplier=S-200&search=was+ORDERED&order=rule")
    rows = [row for row in findings if row["severity"] == "error" and row["supplier"] == "S-200" and "was ordered" in row["message"]]
    expected = told(sorted(rows, key=lambda row: row["rule"]))
    assert len(expected) > 1
    assert shown(plant) == expected
    given = open_page(Path(plant.url.removeprefix("file://")), at=plant.page.url.removeprefix(plant.url))
    assert shown(given) == expected
    assert chosen(given) == chosen(plant)
    assert given.page.evaluate("Math.abs(document.getElementById('findings').getBoundingClientRect().top) < 100")
    given.page.get_by_role("button", name="Clear filters").click()
    given.page.wait_for_url("**/report.html#findings?order=rule")
    given.page.select_option("#order", "worst")
    given.page.wait_for_url(given.url)
    for opened in (plant, given):
        opened.assert_quiet()


def test_findings_without_a_site_have_an_address(plant: Opened, findings: list[dict[str, str]]) -> None:
    plant.page.select_option("select[data-filter=site]", "=")
    plant.page.wait_for_url("**/report.html#findings?site=")
    plant.page.reload()
    expected = told(row for row in findings if not row["site"])
    assert expected
    assert shown(plant) == expected


@pytest.mark.parametrize(
    "at",
    [
        "#findings?site=Nowhere&severity=fatal&rule=no-such-rule&order=upwards",
        "#findings?order=__proto__&order=constructor",
        "#findings?site=<img src=x onerror=alert(1)>&__proto__=x&search=",
        "#findings?%E0%A4%A&&&=%00",
        "#findings?",
        "#no-such-anchor",
        "#<img src=x onerror=alert(1)>",
    ],
)
def test_an_address_that_fits_nothing_shows_everything(
    made: Callable[[Maker], Path], open_page: OpenPage, findings: list[dict[str, str]], at: str
) -> None:
    opened = open_page(made(check_plant) / "out" / "report.html", at=at)
    assert shown(opened) == told(findings)
    assert chosen(opened) == dict.fromkeys(chosen(opened), "") | {"order": "worst"}
    assert opened.page.locator("img").count() == 0
    opened.assert_quiet()


def test_a_search_in_an_address_is_only_searched_for(made: Callable[[Maker], Path], open_page: OpenPage) -> None:
    text = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    opened = open_page(made(check_plant) / "out" / "report.html", at=f"#findings?search={quote(text)}")
    assert opened.page.input_value("#search") == text
    assert opened.page.locator("#nothing").is_visible()
    assert opened.page.locator("img").count() == 0
    opened.assert_quiet()


def test_whatever_a_site_is_called_its_address_finds_it(hostile: Opened) -> None:
    values = hostile.page.locator("select[data-filter=site] option").evaluate_all("(all) => all.map((one) => one.value)")
    assert len(values) > 5
    for value in values[1:]:
        before = hostile.page.url
        hostile.page.select_option("select[data-filter=site]", value)
        hostile.page.wait_for_function("(before) => location.href !== before", arg=before)
        expected = many(hostile)
        hostile.page.reload()
        assert (hostile.page.input_value("select[data-filter=site]"), many(hostile)) == (value, expected)
    hostile.assert_quiet()


def test_the_keys_back_and_forward_lead_from_list_to_list(plant: Opened, findings: list[dict[str, str]]) -> None:
    """From the whole list by a link to that of site S, on to the rules, and all the way back and forth."""
    page = plant.page
    page.locator("a[data-filter=site][data-value=S]").click()
    page.wait_for_url("**/report.html#findings?site=S")
    assert page.evaluate("Math.abs(document.getElementById('findings').getBoundingClientRect().top) < 100")
    at_south = [row for row in findings if row["site"] == "S"]
    page.get_by_role("link", name="Rules", exact=True).click()
    page.wait_for_url("**/report.html#rules")
    assert shown(plant) == told(at_south)  # an anchor elsewhere leaves the list as it is
    page.go_back()
    page.wait_for_url("**/report.html#findings?site=S")
    page.go_back()
    page.wait_for_function("document.getElementById('many').textContent.startsWith('65 findings')")
    assert page.url == plant.url
    page.go_forward()
    page.wait_for_function("!document.getElementById('many').textContent.startsWith('65 findings')")
    assert shown(plant) == told(at_south)
    assert page.input_value("select[data-filter=site]") == "=S"
    page.get_by_role("button", name="Clear filters").click()
    assert shown(plant) == told(findings)
    page.wait_for_url(plant.url)
    assert plant.noises() == []


def test_anchors_lead_where_they_led(plant: Opened) -> None:
    """Each anchor of the head comes into view and stands in the address; the one of the list then says what the list shows."""
    page = plant.page
    anchors = page.locator("nav a[href^='#']").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
    assert "#findings" in anchors
    for anchor in anchors:
        page.locator(f"nav a[href='{anchor}']").click()
        assert page.url == plant.url + anchor
        assert page.locator(anchor).evaluate("(one) => one.getBoundingClientRect().top < innerHeight")
    page.select_option("select[data-filter=site]", "=S")
    page.wait_for_url("**/report.html#findings?site=S")
    page.locator("nav a[href='#chain']").click()
    page.locator("nav a[href='#findings']").click()
    page.wait_for_url("**/report.html#findings?site=S")
    plant.assert_quiet()


# ---- save as CSV ------------------------------------------------------------------------------------------------------------------


def saved(opened: Opened) -> list[dict[str, str]]:
    with opened.page.expect_download() as waiting:
        opened.page.get_by_role("button", name="Save these as CSV").click()
    assert waiting.value.suggested_filename == "counterfoil-selection.csv"
    with Path(waiting.value.path()).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_saving_gives_the_rows_that_are_shown(plant: Opened, findings: list[dict[str, str]]) -> None:
    plant.page.select_option("select[data-filter=supplier]", "=S-200")
    plant.page.select_option("#order", "amount")
    rows = [row for row in findings if row["supplier"] == "S-200"]
    rows.sort(key=lambda row: (not amount(row), -amount(row)))
    names = {"rule": "rule", "severity": "severity", "site": "site", "supplier": "supplier", "owner": "owner", "message": "message"}
    names |= {"document_id": "document_id", "line_id": "line_id", "work_order": "work_order_id", "occurred_on": "occurred_at"}
    found = saved(plant)
    assert [{name: one[name] for name in names} for one in found] == [{name: row[own] for name, own in names.items()} for row in rows]
    assert [(Decimal(one["at_risk"] or 0), one["currency"]) for one in found] == [
        (amount(row), "EUR" if amount(row) else "") for row in rows
    ]
    assert {one["document"] for one in found} == {row["document"].replace("_", " ") for row in rows}
    plant.assert_quiet()


def test_what_is_saved_is_no_formula_and_breaks_no_row(hostile: Opened) -> None:
    rows = shown(hostile)
    found = saved(hostile)
    assert len(found) == len(rows) == 300
    cells = [cell for one in found for cell in one.values()]
    assert None not in cells
    assert not [cell for cell in cells if cell.startswith(FORMULA)]
    for (name, message), one in zip(rows, found, strict=True):
        assert (one["rule"], one["message"].removeprefix("'")) == (name, message)
    texts = {one["message"] for one in found}
    assert {"'=cmd|' /C calc'!A0", "'+1+1", "'@SUM(A1)", "'\uff1d1+1", 'a;b,"c"', "\\tx", "<script>alert(1)</script>"} <= texts
    assert {one["at_risk"] for one in found if one["currency"] == "JPY"} > {"12109"}


# ---- whatever stands in the data, and whatever the browser lacks ------------------------------------------------------------------


def test_hostile_texts_do_nothing_in_a_browser(hostile: Opened) -> None:
    """Every page of the list, every order, every value of every filter, every link."""
    page = hostile.page
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.reload()
    before = page.evaluate("document.querySelectorAll('script, img, iframe, style, link, object').length")
    assert len(shown(hostile)) == 300
    for order in ORDERS:
        page.select_option("#order", order)
        assert len(shown(hostile)) == 300
    for counts in page.evaluate(COUNT_EACH):
        assert sum(number for number, _ in counts) == 2 * counts[0][0] == 600
        assert all(rows == min(25, number) for number, rows in counts)
    for at in range(page.locator("a[data-filter]").count()):
        page.locator("a[data-filter]").nth(at).dispatch_event("click")
        assert not page.locator("#nothing").is_visible()
    assert page.evaluate("document.querySelectorAll('script, img, iframe, style, link, object').length") == before
    assert dialogs == []
    hostile.requests = [url for url in hostile.requests if not url.startswith(hostile.url)]  # the reload
    hostile.assert_quiet()


def test_without_a_script_everything_but_the_list_is_there(open_page: OpenPage, made: Callable[[Maker], Path]) -> None:
    page = open_page(made(check_plant) / "out" / "report.html", java_script_enabled=False).page
    assert page.locator("noscript").is_visible()
    assert "findings.csv holds the same list" in str(page.locator("noscript").text_content())
    assert not page.locator("#explorer").is_visible()
    assert page.get_by_role("button").count() == 0
    assert page.locator(".stories > li").count() == 20
    assert page.locator(".stories .paper").first.is_visible()
    assert page.locator(".paper.missing").first.is_visible()
    assert page.get_by_role("link", name="order-without-work").is_visible()
    assert page.locator(".panel").count() == 5
    assert page.locator("svg.chart:visible").count() == 2


def test_on_paper_the_list_is_printed_and_its_controls_are_not(plant: Opened) -> None:
    page = plant.page
    page.emulate_media(media="print")
    assert page.locator("#rows tr:visible").count() == 25
    assert page.locator("#many").is_visible()
    assert many(plant) == "65 findings, 1 to 25 shown"
    for control in ("#search", "select", "#explorer > #controls button", "#turn", ".skip"):
        assert page.locator(control).locator("visible=true").count() == 0, control


def report_many(folder: Path) -> None:
    """Four thousand five hundred findings at three sites, of which the page lists four thousand; the later, the larger."""
    found = result(outcomes=[Outcome(rule("overdue"), "run", findings=4500, amounts={"EUR": Decimal(1)})])
    found.database.execute(
        """INSERT INTO findings BY NAME SELECT format('{:020}', i) AS finding_id, 'overdue' AS rule, 'W' AS severity,
           'site ' || i % 3 AS site_id, 'purchase_order' AS document, 'PO-' || i AS document_id, 'EUR' AS currency, i AS amount_at_risk,
           DATE '2026-03-01' AS occurred_at, 'Order line PO-' || i || ' was needed.' AS message FROM range(1, 4501) AS r(i)"""
    )
    (folder / "many.html").write_text(render(found), encoding="utf-8")


def test_four_thousand_findings_are_filtered_sorted_and_turned(open_page: OpenPage, made: Callable[[Maker], Path]) -> None:
    opened = open_page(made(report_many) / "many.html")
    page = opened.page
    assert "This page lists 4,000 of 4,500 findings" in str(page.locator("#findings").text_content())
    assert many(opened) == "4,000 findings, 1 to 25 shown"
    assert shown(opened) == [("overdue", f"Order line PO-{n} was needed.") for n in range(4500, 500, -1)]
    assert many(opened) == "4,000 findings, 3,976 to 4,000 shown"
    page.locator("#search").press_sequentially("po-44")  # the list follows every key
    assert [message for _, message in shown(opened)] == [f"Order line PO-{n} was needed." for n in range(4499, 4399, -1)]
    page.fill("#search", "")
    page.select_option("select[data-filter=site]", "=site 1")
    page.select_option("#order", "document")
    assert [message for _, message in shown(opened)] == [f"Order line PO-{n} was needed." for n in range(502, 4501, 3)]
    page.fill("#search", "PO-9")
    page.locator("a[data-filter=site][data-value='site 0']").click()
    assert many(opened) == "1,334 findings, 1 to 25 shown"
    opened.assert_quiet()


LAID_OVER = """() => [...document.querySelectorAll("svg.chart")].filter((one) => one.checkVisibility()).flatMap((chart) => {
    const texts = [...chart.querySelectorAll("text")].map((one) => [one.textContent, one.getBoundingClientRect()]).filter((one) => one[0]);
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
    return texts.flatMap(([said, box], at) => texts.slice(at + 1).filter((one) => meet(box, one[1])).map((one) => `${said} / ${one[0]}`));
})"""


@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desktop"])
def test_no_text_in_a_picture_lies_over_another(open_page: OpenPage, made: Callable[[Maker], Path], width: int) -> None:
    """The hostile report has the longest: three shares in one line, and millions beside them."""
    page = open_page(made(report_hostile) / "hostile.html", width).page
    assert page.locator("svg.chart:visible text").count() > 40
    assert page.evaluate(LAID_OVER) == []
