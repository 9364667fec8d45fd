"""What is carried over from one meeting to the next, and what the data have settled meanwhile."""

from dataclasses import replace
from datetime import date

import pytest

from counterfoil.tables.brief.decisions import DECIDES, Decision, Found, State, Status, Tally, carry_over, tally
from counterfoil.tables.checks import RULES

TODAY = date(2025, 3, 31)
RULE, ID = "price-above-order", "0a" * 10
FOUND = Found(frozenset({RULE, "overdue"}), {RULE: "70.00 EUR"}, {ID: "12.00 EUR"})
GONE = Found(frozenset({RULE, "overdue"}), {}, {})
CASE = Decision(f"case-{ID}", f"{RULE} {ID}", "Ask for a credit.", "procurement", due_on=date(2025, 4, 1), person="Ada", note="called")


def one(decision: Decision, found: Found = FOUND) -> tuple[State, Decision] | None:
    items = carry_over([decision], [], found, TODAY)
    return (items[0].state, items[0].decision) if items else None


def test_every_owner_of_a_rule_has_somebody_who_decides() -> None:
    assert {rule.owner for rule in RULES} == set(DECIDES)


def test_an_open_decision_keeps_what_people_wrote_and_says_anew_what_it_is_worth() -> None:
    assert one(replace(CASE, worth="9.00 EUR")) == (State.CARRIED, replace(CASE, worth="12.00 EUR"))


@pytest.mark.parametrize(("due", "state"), [(date(2025, 3, 30), State.LATE), (date(2025, 3, 31), State.CARRIED), (None, State.CARRIED)])
def test_it_is_late_from_the_day_after_its_day(due: date | None, state: State) -> None:
    told = one(replace(CASE, due_on=due))
    assert told
    assert told[0] is state


def test_what_the_data_no_longer_show_is_solved_and_then_leaves() -> None:
    told = one(CASE, GONE)
    assert told
    assert (told[0], told[1].status, told[1].note) == (State.SOLVED, Status.SOLVED, "called")
    assert one(told[1], GONE) is None


def test_what_comes_back_is_open_again() -> None:
    told = one(replace(CASE, status=Status.SOLVED))
    assert told
    assert (told[0], told[1].status) == (State.BACK, Status.OPEN)


def test_done_is_doubted_while_it_is_still_found_and_leaves_when_it_is_not() -> None:
    done = replace(CASE, status=Status.DONE)
    told = one(done)
    assert told
    assert (told[0], told[1].status) == (State.STILL_FOUND, Status.DONE)
    assert one(done, GONE) is None


def test_what_was_dropped_is_not_proposed_again() -> None:
    dropped = replace(CASE, status=Status.DROPPED)
    items = carry_over([dropped], [replace(CASE, person="", note="")], FOUND, TODAY)
    assert [(item.state, item.decision.note) for item in items] == [(State.DROPPED, "called")]


def test_a_rule_that_nobody_asked_settles_nothing() -> None:
    unasked = Found(frozenset({"overdue"}), {}, {})
    told = one(replace(CASE, worth="9.00 EUR"), unasked)
    assert told == (State.CARRIED, replace(CASE, worth="9.00 EUR"))


def test_a_decision_about_a_rule_lasts_while_the_rule_finds_something() -> None:
    theme = replace(CASE, id=f"rule-{RULE}", about=RULE)
    assert one(theme) == (State.CARRIED, replace(theme, worth="70.00 EUR"))
    told = one(theme, GONE)
    assert told
    assert told[0] is State.SOLVED


def test_several_findings_last_while_one_of_them_does() -> None:
    told = one(replace(CASE, about=f"{RULE} {'0b' * 10} {ID}"))
    assert told
    assert (told[0], told[1].worth) == (State.CARRIED, "12.00 EUR")


def test_a_decision_of_the_peoples_own_lasts_until_they_close_it() -> None:
    own = Decision("own-1", "", "Agree on a stock list.", "operations")
    assert one(own, GONE) == (State.CARRIED, own)
    assert one(replace(own, status=Status.DONE), GONE) is None


def test_nothing_is_put_on_the_list_twice() -> None:
    # The people merged two cases into one row: neither is proposed again.
    other = "0c" * 10
    merged = replace(CASE, id="own-7", about=f"{RULE} {ID} {other}")
    new = [CASE, replace(CASE, id=f"case-{other}", about=f"{RULE} {other}"), replace(CASE, id="rule-overdue", about="overdue")]
    items = carry_over([merged], new, FOUND, TODAY)
    assert [(item.decision.id, item.state) for item in items] == [("own-7", State.CARRIED), ("rule-overdue", State.NEW)]


def test_late_ones_come_first_then_the_earliest_then_new_ones_as_proposed() -> None:
    late = replace(CASE, id="late", about="", due_on=date(2025, 1, 1))
    later = replace(CASE, id="later", about="", due_on=date(2025, 2, 1))
    soon = replace(CASE, id="soon", about="", due_on=date(2025, 4, 1))
    someday = replace(CASE, id="someday", about="", due_on=None)
    gone = replace(CASE, id="gone", about=f"{RULE} {'0d' * 10}")
    new = [replace(CASE, id="second", about="overdue 2"), replace(CASE, id="first", about="overdue 1")]
    items = carry_over([someday, gone, soon, later, late], new, FOUND, TODAY)
    assert [item.decision.id for item in items] == ["late", "later", "soon", "someday", "second", "first", "gone"]
    assert tally(items) == {"operations": Tally(0, 0), "procurement": Tally(6, 2), "finance": Tally(0, 0)}
