"""The health of the data: every measure on stories worked out by hand, near misses beside them, and what the page makes of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests import plants
from tests.plants import Settings
from tests.scenarios import gaps
from tests.scenarios.gaps import GAPS, expected, tables_of

from counterfoil.tables.check import open_check
from counterfoil.tables.checks import RULES
from counterfoil.tables.checks.registry import WAYS
from counterfoil.tables.health import Health, examine
from counterfoil.tables.health.counting import EVERYWHERE, Count
from counterfoil.tables.health.measures import COUNTED
from counterfoil.tables.policy import load_policy
from counterfoil.tables.report.health import render_health
from counterfoil.tables.result import CheckResult

Found = Mapping[tuple[str, str], Count]
"""By measure and what it is about."""


@contextmanager
def checked(folder: Path, settings: Settings = gaps.SETTINGS, rules: tuple[str, ...] = ()) -> Iterator[CheckResult]:
    with open_check(folder, policy=load_policy(None), as_of=settings.as_of, rules=rules) as result:
        yield result


def whole(health: Health) -> Found:
    return {(gap.measure.name, gap.about): gap.whole for gap in health.gaps}


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Count]:
    """All cases of `gaps`, examined once: by measure."""
    folder = plants.write(tmp_path_factory.mktemp("stories"), tables_of(GAPS))
    with checked(folder) as result:
        return {gap.measure.name: gap.whole for gap in examine(result).gaps if gap.measure in COUNTED}


@pytest.mark.parametrize("measure", [one.name for one in COUNTED])
def test_each_gap_is_found_and_each_near_miss_is_not(stories: Mapping[str, Count], measure: str) -> None:
    bad = expected(GAPS).get(measure, [])
    assert list(stories[measure].examples) == bad[:10]
    assert stories[measure].rows == len(bad)
    assert bad or measure == "time-zone-missing", "a measure without a story"


def test_of_how_many(stories: Mapping[str, Count]) -> None:
    """One line, order, work order … a case; a case that takes some away, or brings some more, is counted apart."""
    cases = len(GAPS)
    issued = sum(one.change.get("purchase_orders", {}).get("status", "issued") != "approved" for one in GAPS)  # type: ignore[union-attr]
    assert stories["unit-missing"].of == cases
    assert stories["order-date-missing"].of == issued == cases - 1
    assert stories["entry-date-missing"].of == sum("invoices" not in one.change or one.change["invoices"] is not None for one in GAPS) - 1
    assert stories["supplier-one-name"].of == cases + 4
    assert stories["part-one-description"].of == cases + 2
    assert stories["time-zone-missing"].of == 2
    assert stories["operation-start-missing"].of == 2
    assert stories["conversion-missing"].of == cases


@pytest.mark.parametrize(
    ("measure", "lost", "amounts"),
    [
        ("need-missing", {"order-without-work": 1}, {"EUR": "1000"}),
        (
            "order-date-missing",
            {
                "order-after-invoice": 1,
                "order-after-receipt": 1,
                "order-on-closed-work": 1,
                "order-unapproved": 1,
                "approved-after-issue": 1,
            },
            {"EUR": "1000"},
        ),
        ("order-currency-missing", {"currency-differs": 1}, {"": "1000"}),
        ("order-supplier-missing", {"supplier-not-approved": 1, "invoice-supplier-differs": 1}, {"EUR": "1000"}),
        ("unit-missing", {"unit-differs": 2}, {"EUR": "1000"}),
        (
            "conversion-missing",
            {
                "quantity-above-received": 1,
                "quantity-above-ordered": 1,
                "price-above-order": 1,
                "received-above-ordered": 1,
                "received-not-invoiced": 1,
                "order-after-receipt": 1,
                "overdue": 1,
                "invoice-without-receipt": 1,
            },
            {"EUR": "1000"},
        ),
        ("blocked-day-missing", {"supplier-not-approved": 1}, {"EUR": "1000"}),
        ("need-by-missing", {"late-receipt": 1}, {"EUR": "1000"}),
        ("price-zero", {}, {}),
        ("entry-date-missing", {"invoice-before-receipt": 1}, {"EUR": "1000"}),
        ("invoice-total-missing", {"paid-over-invoice": 1, "duplicate-suspected": 1}, {}),
        ("due-date-missing", {"invoice-paid-late": 1, "invoice-paid-early": 1}, {"EUR": "1000"}),
        ("start-missing", {"work-without-commitment": 1, "request-after-start": 1}, {"EUR": "1000"}),
        ("end-missing", {"order-on-closed-work": 1}, {"EUR": "1000"}),
        ("requisition-date-missing", {"request-after-start": 1}, {"EUR": "800"}),
        ("supplier-one-tax-id", {}, {"EUR": "1000"}),
        ("supplier-one-name", {"duplicate-invoice": 1, "duplicate-suspected": 1}, {"EUR": "1000"}),
        ("work-never-closed", {"order-open-on-closed-work": 1}, {"EUR": "1000"}),
        ("order-never-closed", {}, {"EUR": "2000"}),
    ],
)
def test_what_a_gap_costs(stories: Mapping[str, Count], measure: str, lost: Mapping[str, int], amounts: Mapping[str, str]) -> None:
    """Of the clean story: one line over 1,000 EUR of kind material, linked to one work order, received once, billed once, paid once."""
    assert stories[measure].blinded == lost
    assert {currency: plants.plain(amount) for currency, amount in stories[measure].amounts.items()} == amounts
    assert stories[measure].lost == sum(lost.values())


def test_the_clean_story_has_nothing_to_mend(tmp_path: Path) -> None:
    folder = plants.write(tmp_path, tables_of(GAPS[:1]))
    with checked(folder) as result:
        health = examine(result)
        assert [(gap.measure.name, gap.about, count.rows) for gap, count in health.first()] == []
        page = render_health(health, result)
    assert "Nothing to mend" in page


def test_only_what_was_asked_can_be_lost(tmp_path: Path) -> None:
    """One rule asked for: no other is blinded, and what its facts did not need is made for the measures."""
    folder = plants.write(tmp_path, tables_of((GAPS[1], GAPS[4], GAPS[0])))
    with checked(folder, rules=("order-after-receipt",)) as result:
        found = whole(examine(result))
    assert found["need-missing", "purchase_order_lines.need"].rows == 1
    assert found["need-missing", "purchase_order_lines.need"].lost == 0
    assert found["order-date-missing", "purchase_orders.issued_at"].blinded == {"order-after-receipt": 1}


# ---- by site ----------------------------------------------------------------------------------------------------------------------------

SITES = {
    "sites": "site_id\nA\nB\n=1+1",
    "purchase_orders": """
        purchase_order_id | site_id | status | currency | issued_at  | supplier_id
        P1                | A       | issued | EUR      | 2024-01-01 | S
        P2                | A       | issued | USD      | 2024-01-01 | S
        P3                | B       | issued | EUR      | 2024-01-01 |
        P4                |         | issued | EUR      | 2024-01-01 | S
        P5                | =1+1    | issued | JPY      |            | S
    """,
    "purchase_order_lines": """
        purchase_order_line_id | purchase_order_id | quantity | unit_price | need  | unit
        L1                     | P1                | 10       | 1.5        |       | EA
        L2                     | P2                | 3        | 7          |       | EA
        L3                     | P1                | 1        | 100        | stock | EA
        L4                     | P3                | 1        | 0.000001   |       |
        L5                     | P4                | 2        | 50         |       | EA
        L6                     | P5                | 1        | 9          | stock |
    """,
    "work_orders": "work_order_id\nW",
    "allocations": "purchase_order_line_id | work_order_id | quantity",
    "suppliers": "supplier_id | status\nS | approved",
}


def test_sites_are_counted_apart_and_add_up(tmp_path: Path) -> None:
    """Four of six lines have no need: two of the three of site A, in two currencies; the one of B; the one of no site; none of `=1+1`."""
    folder = plants.write(tmp_path, {name: plants.drawn(text) for name, text in SITES.items()})
    with checked(folder, Settings()) as result:
        health = examine(result)
    gap = next(gap for gap in health.gaps if gap.measure.name == "need-missing")
    told = {place: (count.rows, count.of, count.examples) for place, count in gap.places.items()}
    assert told == {
        ("all", None): (4, 6, ("L1", "L2", "L4", "L5")),
        ("site", "A"): (2, 3, ("L1", "L2")),
        ("site", "B"): (1, 1, ("L4",)),
        ("site", "=1+1"): (0, 1, ()),
        ("no site", None): (1, 1, ("L5",)),
    }
    money = {place: {currency: plants.plain(one) for currency, one in count.amounts.items()} for place, count in gap.places.items()}
    assert money[EVERYWHERE] == {"EUR": "115.000001", "USD": "21"}
    assert money["site", "A"] == {"EUR": "15", "USD": "21"}
    assert health.places[:3] == (("site", "A"), ("site", "=1+1"), ("site", "B"))
    firsts = [(gap.measure.name, count.lost) for gap, count in health.first(("site", "B"))]
    assert firsts[:2] == [("need-missing", 1), ("order-supplier-missing", 1)]
    assert firsts[2][1] == 0


def test_many_sites_and_currencies_are_told_together(tmp_path: Path) -> None:
    """300 sites with a currency each: 200 are told apart, the rest together; nothing is lost in the counts."""
    orders = [["purchase_order_id", "site_id", "currency", "status"]]
    lines = [["purchase_order_line_id", "purchase_order_id", "quantity", "unit_price"]]
    for number in range(300):
        orders.append([f"P{number}", f"site {number:03}", f"C{number:03}", "issued"])
        lines.append([f"L{number}", f"P{number}", "1", "2"])
    folder = plants.write(tmp_path, {"purchase_orders": orders, "purchase_order_lines": lines})
    with checked(folder, Settings()) as result:
        health = examine(result)
        page = render_health(health, result)
    gap = next(gap for gap in health.gaps if gap.measure.name == "need-missing")
    assert (gap.whole.rows, gap.whole.of, len(gap.whole.amounts)) == (300, 300, 24)
    assert gap.places["other sites", None].rows == 100
    assert len(gap.places) == 202
    assert len(page) < 200_000


# ---- what the data itself suggests ------------------------------------------------------------------------------------------------

NOTICED = {
    "suppliers": """
        supplier_id | name        | tax_id | status
        0S          | Acme Ltd    | T1     | approved
        S2          | Acme GmbH   | T2     | approved
        S3          | Brand Inc.  | T3     | enabled
    """,
    "purchase_orders": """
        purchase_order_id | supplier_id | status | issued_at  | currency | quote_ref
        P1                | S           | issued | 2024-01-02 | EUR      |
        P2                | S2          | issued | 1900-01-01 | EUR      |
        P3                | S9          | issued | 2024-01-04 | EUR      |
        P4                | S3          | issued | 2024-01-05 | EUR      |
    """,
    "purchase_order_lines": """
        purchase_order_line_id | purchase_order_id | quantity | unit_price | need_by
        L1                     | P1                | 1        | 5          | 2099-01-01
        L2                     | P2                | 1        | 5          | 2033-12-31
        L2                     | P2                | 1        | 5          | 2033-12-31
        L3                     | P3                | much     | 5          | 2024-03-01
        L4                     | P9                | 1        | 5          | 2024-03-01
        L5                     | P1                | 1.0      | x          | 2024-03-01
    """,
    "invoices": """
        invoice_id | supplier_id | invoice_number | invoice_date | amount_total | amount_net | currency
        I1         | 0S          | 1              | 2024-02-01   | 30           | 30         | EUR
        I2         | S2          | 2              | 2024-02-01   | 12.5         | 12.5       | EUR
        I3         | S2          | 3              | 2024-02-01   | 7            | 7          | USD
    """,
}


@pytest.fixture(scope="module")
def noticed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Health, CheckResult]]:
    folder = plants.write(tmp_path_factory.mktemp("noticed"), {name: plants.drawn(text) for name, text in NOTICED.items()})
    with checked(folder, Settings(as_of=gaps.SETTINGS.as_of)) as result:
        yield examine(result), result


@pytest.mark.parametrize(
    ("measure", "about", "rows", "of", "examples"),
    [
        ("reference-nowhere", "purchase_orders.supplier_id", 2, 4, ("P1", "P3")),
        ("reference-nowhere", "purchase_order_lines.purchase_order_id", 1, 3, ("L4",)),
        ("date-implausible", "purchase_orders.issued_at", 1, 4, ("P2",)),
        ("date-implausible", "purchase_order_lines.need_by", 1, 3, ("L1",)),
        ("row-rejected", "purchase_order_lines", 2, 6, ("purchase_order_lines.csv, line 5", "purchase_order_lines.csv, line 7")),
        ("row-twice", "purchase_order_lines", 1, 6, ()),
        ("word-unknown", "suppliers.status", 1, 3, ("enabled",)),
        ("column-empty", "purchase_orders.quote_ref", 4, 4, ()),
        ("column-constant", "purchase_orders.currency", 4, 4, ("EUR",)),
        ("supplier-one-name", "suppliers.name", 2, 3, ("0S", "S2")),
    ],
)
def test_what_the_data_suggests(
    noticed: tuple[Health, CheckResult], measure: str, about: str, rows: int, of: int, examples: tuple[str, ...]
) -> None:
    """As of 2024-05-15 a need in 2033 may be, one in 2099 cannot. A reference to a rejected row leads somewhere."""
    count = whole(noticed[0])[measure, about]
    assert (count.rows, count.of, count.examples) == (rows, of, examples)


def test_the_rest_is_not_noticed(noticed: tuple[Health, CheckResult]) -> None:
    found = {key for key, count in whole(noticed[0]).items() if count.rows}
    assert {about for measure, about in found if measure == "date-implausible"} == {
        "purchase_orders.issued_at",
        "purchase_order_lines.need_by",
    }
    assert {about for measure, about in found if measure == "column-empty"} == {"purchase_orders.quote_ref"}
    assert {about for measure, about in found if measure == "word-unknown"} == {"suppliers.status"}


def test_what_the_export_lacks_silences_rules(noticed: tuple[Health, CheckResult]) -> None:
    """No receipts at all: of the rules that look at order lines each has up to three candidates; those of the rules that look at invoice
    lines were not given either, but these rules are silent too, and count. What another measure says already (no need on any line) is not
    said twice."""
    found = whole(noticed[0])
    receipts = found["column-absent", "receipts"]
    assert receipts.blinded["received-above-ordered"] == 3
    assert receipts.blinded["overdue"] == 3
    assert receipts.blinded["receipt-without-order"] == 0
    assert receipts.rows == len(receipts.blinded)
    assert receipts.of == len(RULES)
    assert not [about for measure, about in found if measure == "column-absent" and "policy" in about]


def test_a_headline_says_what_is_missing_and_what_silences_most_stands_first(tmp_path: Path) -> None:
    """Three order lines and nothing else. Every rule over invoices is silent, those that want one of their columns too; three ways lead
    from a line to its work, and the want of all three counts once, not for allocations."""
    orders = {"purchase_orders": [["purchase_order_id"], ["P"]]}
    lines = [["purchase_order_line_id", "purchase_order_id", "quantity", "unit_price"], *([line, "P", "1", "2"] for line in "abc")]
    with checked(plants.write(tmp_path, {**orders, "purchase_order_lines": lines})) as result:
        health = examine(result)
        page = render_health(health, result)
    silent = {one.name for one in RULES if any(need.startswith("invoices") and "|" not in need for need in one.needs)}
    ways = {one.name for one in RULES if WAYS in one.needs}
    first = health.first(most=3)
    assert first[0][0].measure.title == f"No invoices were given: {len(silent)} rules could not be run"
    assert set(first[0][1].blinded) == silent
    assert len(ways) == first[2][1].rows < first[1][1].rows < len(silent)
    headline = f"No work orders on order lines, by allocations, or by requisitions were given: {len(ways)} rules could not be run"
    assert first[2][0].measure.title == headline
    titles = [gap.measure.title for gap in health.gaps if gap.measure.name == "column-absent"]
    assert len(set(titles)) == len(titles)
    assert "No allocations were given: 2 rules could not be run" in titles
    assert "No tax_id of suppliers was given: 1 rule could not be run" not in titles
    assert headline in page
    assert WAYS.replace("|", " or ") in page


def test_twins_stand_side_by_side_with_what_they_billed(noticed: tuple[Health, CheckResult]) -> None:
    gap = next(gap for gap in noticed[0].gaps if gap.measure.name == "supplier-one-name")
    assert gap.notes == ("0S Acme Ltd (30 EUR) = S2 Acme GmbH (12.5 EUR, 7 USD)",)


def test_hints_of_spelling_stand_beside_the_reference(noticed: tuple[Health, CheckResult]) -> None:
    gap = next(gap for gap in noticed[0].gaps if gap.about == "purchase_orders.supplier_id" and gap.measure.name == "reference-nowhere")
    assert gap.measure.title == "Orders whose supplier was not read"
    assert any("if leading zeros were dropped" in note for note in gap.notes)
