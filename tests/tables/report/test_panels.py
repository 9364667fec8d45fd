"""Findings by theme, site, supplier, category and month, counted and added by hand."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from tests.interfaces.hand_made import finding, result, rule

from counterfoil.tables.report.breakdown import MOST_DRAWN, MOST_ROWS, Panel, by_month, panels
from counterfoil.tables.report.view import render
from counterfoil.tables.result import CheckResult

RULES = {name: rule(name, theme) for name, theme in (("order-without-work", "linking"), ("overdue", "timing"), ("late-receipt", "timing"))}
AS_OF = date(2026, 3, 31)


def of(found: CheckResult) -> Mapping[str, Panel]:
    return {panel.filter: panel for panel in panels(found.database, RULES)}


def rows(panel: Panel) -> list[tuple[str, int, list[str]]]:
    return [(row.label, row.findings, row.amounts) for row in panel.rows]


def test_counts_and_amounts_of_every_panel_by_hand() -> None:
    """Line PO1/1 has an error of 100 (linking), a warning of 250 and an info of 900 (timing): 100 under linking, 250 under timing, and 250
    at its site, its supplier, its category and in March. PO2 is in dollars, PO3 has no site, no amount and no month."""
    line = {"document_id": "PO1", "line_id": "PO1/1", "site_id": "Nord", "supplier_id": "S1", "category": "seals"}
    found = of(
        result(
            [
                finding(1, **line, amount_at_risk=Decimal(100)),
                finding(2, **line, amount_at_risk=Decimal(250), severity="W", rule="overdue"),
                finding(3, **line, amount_at_risk=Decimal(900), severity="I", rule="late-receipt"),
                finding(4, document_id="PO2", site_id="Nord", supplier_id="S2", amount_at_risk=Decimal("70.5"), currency="USD"),
                finding(5, document_id="PO3", amount_at_risk=None, currency=None, occurred_at=None, rule="overdue", severity="W"),
                finding(6, document_id="PO4", site_id="Süd", supplier_id="S1", currency=None, occurred_at=date(2026, 2, 28)),
            ]
        )
    )
    assert list(found) == ["theme", "site", "supplier", "category", "month"]
    assert rows(found["theme"]) == [
        ("linking", 3, ["100.00 EUR", "70.50 USD", "100.00 (no currency)"]),
        ("timing", 3, ["250.00 EUR"]),
    ]
    assert rows(found["site"]) == [("Nord", 4, ["250.00 EUR", "70.50 USD"]), ("Süd", 1, ["100.00 (no currency)"]), ("(no site)", 1, [])]
    assert rows(found["supplier"]) == [
        ("S1", 4, ["250.00 EUR", "100.00 (no currency)"]),
        ("S2", 1, ["70.50 USD"]),
        ("(no supplier)", 1, []),
    ]
    assert rows(found["category"]) == [("(no category)", 3, ["70.50 USD", "100.00 (no currency)"]), ("seals", 3, ["250.00 EUR"])]
    assert rows(found["month"]) == [
        ("2026-02", 1, ["100.00 (no currency)"]),
        ("2026-03", 4, ["250.00 EUR", "70.50 USD"]),
        ("(no month)", 1, []),
    ]
    nord = found["site"].rows[0]
    assert nord.severities == (("error", 2), ("warning", 1), ("info", 1))
    assert nord.shares == (("error", "0.00", "50.00"), ("warning", "50.00", "25.00"), ("info", "75.00", "25.00"))
    assert [row.value for row in found["site"].rows] == ["Nord", "Süd", ""]


def test_a_panel_in_which_nothing_can_be_told_apart_is_left_out() -> None:
    assert list(of(result([finding(1)]))) == ["theme", "month"]
    assert of(result()) == {}


def test_the_longest_bar_is_the_whole_and_the_rest_is_counted() -> None:
    """Site 00 has 1 finding, 01 has 2 … 12 has 13: the ten with most are shown, three are left."""
    found = of(result([finding(100 * site + n, site_id=f"{site:02}") for site in range(13) for n in range(site + 1)]))
    assert [row.label for row in found["site"].rows] == [f"{site:02}" for site in range(12, 2, -1)]
    assert (len(found["site"].rows), found["site"].left) == (MOST_ROWS, 3)
    assert found["site"].rows[0].shares == (("error", "0.00", "100.00"),)
    assert found["site"].rows[9].shares == (("error", "0.00", "30.77"),)  # 4 of 13


def test_the_newest_months_are_shown_in_order() -> None:
    """Fourteen months from January 2025; the oldest five give way, among them what has no month, which sorts before all."""
    months = [date(2025 + n // 12, n % 12 + 1, 15) for n in range(14)]
    found = of(result([finding(n, occurred_at=day) for n, day in enumerate([*months, None])]))
    assert [row.label for row in found["month"].rows] == [f"{day:%Y-%m}" for day in months[-10:]]
    assert found["month"].left == 5


# ---- the picture ------------------------------------------------------------------------------------------------------------------


def picture(*days: date | None) -> str:
    """What the picture of these findings says of itself; empty where there is none."""
    drawn, _ = by_month(result([finding(n, occurred_at=day) for n, day in enumerate(days)]).database, AS_OF)
    labels = set(re.findall('aria-label="([^"]*)"', drawn))
    assert len(labels) == (1 if drawn else 0)
    return labels.pop() if labels else ""


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((), ""),
        ((None, None), ""),
        ((date(2026, 3, 1), date(2026, 3, 31)), ""),
        ((date(2026, 1, 1), date(2026, 3, 31), None), "Findings by month, 2026-01 to 2026-03; most in 2026-01: 1 finding"),
        (
            (date(2025, 12, 31), date(2026, 3, 1), date(2026, 3, 2)),
            "Findings by month, 2025-12 to 2026-03; most in 2026-03: 2 findings",
        ),
        # a mistyped year is neither an axis of two thousand years nor, after the day of the check, a month that has been
        ((date(1900, 1, 1), date(2026, 3, 1)), "Findings by month, 2023-04 to 2026-03; most in 2026-03: 1 finding"),
        ((date(1, 1, 1), date(2026, 3, 1)), "Findings by month, 2023-04 to 2026-03; most in 2026-03: 1 finding"),
        ((date(9999, 12, 31), date(2026, 3, 1)), ""),
        ((date(9999, 12, 31), date(2026, 3, 1), date(2026, 2, 1)), "Findings by month, 2026-02 to 2026-03; most in 2026-02: 1 finding"),
    ],
)
def test_the_months_that_are_drawn(days: tuple[date | None, ...], said: str) -> None:
    assert picture(*days) == said


def test_months_without_findings_stand_between() -> None:
    """November and March: five places on the axis of the wide picture."""
    found = [finding(n, occurred_at=day) for n, day in enumerate((date(2025, 11, 2), date(2026, 3, 2)))]
    wide, _ = str(by_month(result(found).database, AS_OF)[0]).split("</svg>")[:2]
    assert re.findall(r">(\d{4}-\d{2})<", wide) == ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]


def test_ten_years_of_findings_draw_the_last_three() -> None:
    days = [date(2016 + n // 12, n % 12 + 1, 5) for n in range(123)] + [date(2026, 3, 6)]
    assert picture(*days) == "Findings by month, 2023-04 to 2026-03; most in 2026-03: 2 findings"
    assert MOST_DRAWN == 36


def test_a_page_of_findings_in_far_years() -> None:
    """The years 1 and 9999 are no trouble for the panel, the list or the picture."""
    days = (date(1, 1, 1), date(1900, 2, 28), date(2026, 3, 1), date(9999, 12, 31))
    html = render(result([finding(n, occurred_at=day) for n, day in enumerate(days)]))
    labels = re.findall(r'data-filter="month" data-value="([^"]*)"', html)
    assert labels == ["0001-01", "1900-02", "2026-03", "9999-12"]
    assert all(f'"{day}"' in html for day in labels)
