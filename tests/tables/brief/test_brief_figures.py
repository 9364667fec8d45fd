"""What the brief counts over the drawn plant, against figures worked out by hand from the contract."""

from decimal import Decimal

from counterfoil.tables.brief.figures import ABOVE_PRICE, NOT_NAMED, OTHER_SUPPLIER, Scorecards, leakage, scorecards, spend, spreads
from counterfoil.tables.brief.run import Brief
from counterfoil.tables.brief.view import make_view

AT_S = "site_id IN ('S')"


def test_spend_is_net_of_credits_and_without_void_invoices(brief: Brief) -> None:
    # A: 100 + 30 - 10; B: 2 x 150, not the void 999.
    told = [(row.currency, row.supplier_id, row.name, row.invoices, row.amount, row.without_work, row.of) for row in brief.spend]
    assert told == [
        ("EUR", "B", "Beta", 1, 300, 0, 464),
        ("EUR", "A", "Alpha", 3, 120, 30, 464),
        ("EUR", "C", "Gamma", 1, 44, 0, 464),
        ("USD", "A", "Alpha", 1, 12, 0, 12),
    ]


def test_all_spend_together_is_the_first_step_of_the_chain(brief: Brief) -> None:
    for currency, hops in brief.result.chain.items():
        assert sum((row.amount or Decimal(0) for row in brief.spend if row.currency == currency), Decimal(0)) == hops["invoiced"].amount


def test_spend_of_one_site_is_that_of_its_orders(brief: Brief) -> None:
    assert [(row.supplier_id, row.amount, row.suppliers) for row in spend(brief.result.database, AT_S)] == [("B", 300, 1)]


def test_a_part_is_compared_in_its_own_unit_and_within_a_currency(brief: Brief) -> None:
    # 10, 10.5, 11 and a box of twelve for 144, which is 12 a piece; the order in USD is alone in its currency, the cancelled one is dead.
    bearing = next(row for row in brief.spreads.largest if row.thing == "P1")
    assert (bearing.currency, bearing.unit, bearing.places) == ("EUR", "PC", 3)
    assert (bearing.lowest, bearing.lowest_site, bearing.lowest_supplier) == (10, "N", "A")
    assert (bearing.highest, bearing.highest_site, bearing.highest_supplier) == (12, "S", "B")
    assert bearing.median == Decimal("10.5")
    # 100 + 288 + 55 + 42; above the lowest: 24 x 2 + 5 x 1 + 4 x 0.5.
    assert (bearing.lines, bearing.paid, bearing.saving) == (4, 485, 55)


def test_a_job_is_its_category_and_its_words(brief: Brief) -> None:
    job = next(row for row in brief.spreads.largest if row.is_job)
    assert (job.thing, job.unit, job.lowest, job.highest) == ("oils", "L", 8, Decimal("9.5"))
    assert (job.lines, job.paid, job.saving) == (2, Decimal("127.5"), Decimal("7.5"))


def test_what_cannot_be_compared_is_counted_and_a_price_in_doubt_left_out(brief: Brief) -> None:
    # Odds and ends have no category; grease costs ten times as much at S.
    found = brief.spreads
    assert (found.compared, found.not_compared, found.doubtful) == (9, 1, 1)
    assert found.totals == {"EUR": (2, 6, Decimal("612.5"), Decimal("62.5"))}
    assert {row.thing for row in found.largest} == {"P1", "oils"}


def test_a_site_is_held_against_the_prices_of_all(brief: Brief) -> None:
    found = spreads(brief.result.database, AT_S)
    bearing = next(row for row in found.largest if row.thing == "P1")
    assert (bearing.lowest, bearing.lowest_site, bearing.lines, bearing.paid, bearing.saving) == (10, "N", 1, 288, 48)


def test_each_covered_line_leaks_once_at_its_first_kind(brief: Brief) -> None:
    found = brief.leakage
    assert found.covered == {"EUR": (6, Decimal("612.5")), "USD": (1, 12)}
    assert found.kinds == {
        (OTHER_SUPPLIER, "EUR"): (2, Decimal("335.5")),  # O2 from B, O6 from A, whose category B has a contract for
        (NOT_NAMED, "EUR"): (2, 135),  # O3 from C, who has the tax id of A, and O5
        (ABOVE_PRICE, "EUR"): (1, 2),  # O4: 4 x 0.5
    }
    first = found.largest[0]
    assert (first.kind, first.thing, first.contract_id, first.contract_supplier, first.supplier_id) == (
        OTHER_SUPPLIER,
        "P1",
        "K1",
        "A",
        "B",
    )


def test_a_contract_that_is_over_covers_nothing(brief: Brief) -> None:
    assert "P2" not in {leak.thing for leak in brief.leakage.largest}
    assert leakage(brief.result.database, "category IN ('greases')").covered == {}


def test_scorecards_count_what_was_due_and_could_be_on_time(brief: Brief) -> None:
    scores = {score.supplier_id: score for score in brief.suppliers.scores}
    alpha, beta, gamma = (scores[name] for name in "ABC")
    # O1 and O7; O4 was ordered after its day, O6 is two-way, O9 has no day.
    assert (alpha.due, alpha.on_time, alpha.complete, alpha.too_late, alpha.median_late) == (2, 2, 2, 1, None)
    # need_by counts, not the later promise: three days late, then complete.
    assert (beta.due, beta.on_time, beta.complete, beta.median_late) == (1, 0, 1, 3)
    # Four of five.
    assert (gamma.due, gamma.on_time, gamma.complete, gamma.median_late) == (1, 0, 0, None)


def test_invoices_are_clean_or_not_and_credits_are_no_case(brief: Brief) -> None:
    told = {score.supplier_id: (score.invoices, score.clean) for score in brief.suppliers.scores}
    assert told == {"A": (3, 2), "B": (1, 0), "C": (1, 1)}


def test_prices_against_the_order(brief: Brief) -> None:
    scores = {score.supplier_id: score for score in brief.suppliers.scores}
    beta = scores["B"].billed["EUR"]
    assert (beta.lines, beta.above, beta.amount, beta.excess) == (1, 1, 300, 12)
    assert scores["A"].billed["EUR"].excess == 0
    assert set(scores["A"].billed) == {"EUR", "USD"}


def test_nothing_is_computed_where_there_is_no_case(brief: Brief) -> None:
    rules = {outcome.rule.name: outcome.rule for outcome in brief.result.outcomes}
    assert scorecards(brief.result.database, "site_id = 'nowhere'", brief.result.as_of, rules) == Scorecards((), 0, 0)
    found = spreads(brief.result.database, "false")
    assert (found.largest, found.totals, found.compared) == ((), {}, 0)


def test_the_pages_show_shares_with_their_cases(brief: Brief) -> None:
    view = make_view(brief)
    assert [row[:5] for row in view.spend.rows][:2] == [
        ("Beta", "1", "300.00 EUR", "64.6 %", "64.6 %"),
        ("Alpha", "3", "120.00 EUR", "25.8 %", "90.5 %"),
    ]
    beta = next(row for row in view.scores if row.supplier == "Beta")
    assert (beta.on_time.share, beta.on_time.of, beta.on_time.few, beta.median_late) == ("0.0 %", 1, True, "3 days")
    assert (beta.price.share, beta.excess) == ("4.0 %", "12.00 EUR")
    assert view.too_late == 1
    assert "62.50 EUR of 612.50 EUR" in view.spreads.note
    assert "9 order lines compared, 1 not comparable; 1 part or job left out, whose prices are in doubt." in view.spreads.note
    assert view.tiles[0].figures[1] == ("without work, stock or exemption", "30.00 EUR", "")
