"""One brief: a check, what is counted over it, the worst cases, and the decisions of the meeting."""

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

import counterfoil.tables.brief.bases  # noqa: F401  (declares the bases)
from counterfoil.tables.brief.cases import Case, worst_cases
from counterfoil.tables.brief.decisions import DAYS, DECIDES, Decision, Found, Item, carry_over
from counterfoil.tables.brief.figures import BASES, Leakage, Scorecards, Spend, Spreads, leakage, scorecards, spend, spreads
from counterfoil.tables.brief.previous import Headline, Previous, read_previous
from counterfoil.tables.check import Progress, narrowed_to, one_state, open_check
from counterfoil.tables.checks import RULES
from counterfoil.tables.checks.registry import SEVERITIES, Rule
from counterfoil.tables.database import among
from counterfoil.tables.facts.store import store
from counterfoil.tables.policy import Policy
from counterfoil.tables.report.queries import severities
from counterfoil.tables.result import CheckResult, Outcome
from counterfoil.tables.text import amounts, money

MOST_THEMES, FEWEST_OF_A_THEME = 5, 3
"""How many rules become a decision as a whole, beside the cases; and how many more findings such a rule has at least."""


@dataclass(frozen=True, slots=True)
class Brief:
    """One brief, of the result of a check. `headlines`: by currency, that with most invoice lines first. `findings`: by severity word.
    `period`: the first and the last day of the orders and invoices that it is about. `names`:
    suppliers and sites by id, as far as they have a name."""

    result: CheckResult
    headlines: Mapping[str, Headline]
    findings: Mapping[str, int]
    cases: tuple[Case, ...]
    decisions: tuple[Item, ...]
    previous: Previous | None
    spend: tuple[Spend, ...]
    spreads: Spreads
    leakage: Leakage
    suppliers: Scorecards
    period: tuple[datetime.date | None, datetime.date | None]
    names: Mapping[str, Mapping[str, str]]


@contextmanager
def open_brief(
    folder: Path,
    *,
    policy: Policy,
    as_of: datetime.date | None = None,
    sites: Sequence[str] = (),
    categories: Sequence[str] = (),
    previous: Path | None = None,
    progress: Progress = lambda what, done, of: None,
) -> Iterator[Brief]:
    """Checks a folder of exchange tables and yields its brief; its database is gone when the block ends. `previous`: where the brief before
    was written.

    Raises:
        Unusable: the folder, a file in it, a name given or the brief before cannot be used.
    """
    narrowing = {"sites": tuple(sorted(set(sites))), "categories": tuple(sorted(set(categories)))}
    before = read_previous(previous, [rule.name for rule in RULES], narrowing) if previous else None
    with open_check(folder, policy=policy, as_of=as_of, sites=sites, categories=categories, progress=progress) as result:
        with one_state(result.landing):
            for name in BASES:
                result.ensure(name)
            brief = _brief(result, narrowed_to(sites, categories), before)
            store().save()
        yield brief


def _brief(result: CheckResult, where: str, previous: Previous | None) -> Brief:
    rules = {outcome.rule.name: outcome.rule for outcome in result.outcomes if outcome.status == "run"}
    spent = spend(result.database, where)
    cases = worst_cases(result.database, result.landing, rules)
    carried = previous.decisions if previous else ()
    return Brief(
        result=result,
        headlines=_headlines(result, spent),
        findings={word: result.count(letter) for letter, word in SEVERITIES.items()},
        cases=cases,
        decisions=tuple(carry_over(carried, _proposed(result, cases), _found(result, rules, carried), result.as_of)),
        previous=previous,
        spend=spent,
        spreads=spreads(result.database, where),
        leakage=leakage(result.database, where),
        suppliers=scorecards(result.database, where, result.as_of, rules),
        period=_period(result.database, where),
        names={table: _names(result.database, table) for table in ("suppliers", "sites")},
    )


def _headlines(result: CheckResult, spent: Sequence[Spend]) -> dict[str, Headline]:
    bare = {row.currency: row.of_without_work or Decimal(0) for row in spent}
    order = sorted(result.chain.items(), key=lambda item: (-item[1]["invoiced"].lines, item[0]))
    return {
        currency: Headline(
            hops["invoiced"].amount, hops["approved"].amount, bare.get(currency, Decimal(0)), result.at_risk.get(currency, Decimal(0))
        )
        for currency, hops in order
    }


def _period(database: duckdb.DuckDBPyConnection, where: str) -> tuple[datetime.date | None, datetime.date | None]:
    """The days of the orders, and of the invoices that bill."""
    first, last = database.execute(
        f"""SELECT min(day), max(day) FROM (
                SELECT ordered AS day FROM brief_lines WHERE NOT dead AND {where}
                UNION ALL
                SELECT papers.invoice_date_date FROM bills JOIN invoice_facts AS papers ON papers.invoice = bills.invoice
                LEFT JOIN brief_lines AS lines ON lines.line = bills.line WHERE {where})"""
    ).fetchall()[0]
    return first, last


def _names(database: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    return dict(database.execute(f"SELECT {table[:-1]}_id, name FROM {table} WHERE trim(name) <> ''").fetchall())


# ---- decisions --------------------------------------------------------------------------------------------------------------------------


def _proposed(result: CheckResult, cases: Sequence[Case]) -> list[Decision]:
    """What this brief puts on the list: each case, and the rules that have many findings besides."""
    taken = Counter(case.rule.name for case in cases)
    worst = severities(result.database)
    themes = []
    for outcome in result.outcomes:
        found = worst.get(outcome.rule.name, {})
        number = found.get("E", 0) + found.get("W", 0)
        if number - taken[outcome.rule.name] >= FEWEST_OF_A_THEME:
            themes.append(("E" not in found, -number, outcome))
    themes.sort(key=lambda theme: (*theme[:2], theme[2].rule.name))
    return [
        *(_of_case(case, result.as_of) for case in cases),
        *(_of_theme(outcome, -number, "W" if mild else "E", result.as_of) for mild, number, outcome in themes[:MOST_THEMES]),
    ]


def _of_case(case: Case, today: datetime.date) -> Decision:
    return Decision(
        id=f"case-{case.finding.id}",
        about=f"{case.rule.name} {case.finding.id}",
        what=f"{case.message} {case.rule.remedy}",
        worth=money(case.finding.amount, case.finding.currency) if case.finding.amount else "",
        owner=DECIDES[case.rule.owner],
        due_on=_due(case.finding.severity, today),
    )


def _of_theme(outcome: Outcome, number: int, severity: str, today: datetime.date) -> Decision:
    return Decision(
        id=f"rule-{outcome.rule.name}",
        about=outcome.rule.name,
        what=f"{outcome.rule.question} {number:,} times yes. {outcome.rule.remedy}",
        worth="; ".join(amounts(dict(outcome.amounts))),
        owner=DECIDES[outcome.rule.owner],
        due_on=_due(severity, today),
    )


def _due(severity: str, today: datetime.date) -> datetime.date:
    return today + datetime.timedelta(days=DAYS[severity])


def _found(result: CheckResult, rules: Mapping[str, Rule], carried: Sequence[Decision]) -> Found:
    asked = sorted({id_ for decision in carried for id_ in decision.finding_ids})
    rows = (
        result.database.execute(f"SELECT finding_id, amount_at_risk, currency FROM findings WHERE {among('finding_id', asked)}").fetchall()
        if asked
        else []
    )
    return Found(
        asked=frozenset(rules),
        rules={o.rule.name: "; ".join(amounts(dict(o.amounts))) for o in result.outcomes if o.findings},
        findings={id_: money(amount, currency) if amount else "" for id_, amount, currency in rows},
    )
