"""One check: read a folder, make the facts, ask every rule, follow the money."""

import datetime
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from counterfoil import __version__
from counterfoil.rules.money import EXACT, plain
from counterfoil.tables.chain import follow_money
from counterfoil.tables.checks import RULES
from counterfoil.tables.checks.registry import Rule
from counterfoil.tables.checks.verdict import EXEMPT, FOUND, NOT_JUDGED
from counterfoil.tables.engine import open_database
from counterfoil.tables.facts.run import Facts
from counterfoil.tables.facts.store import store
from counterfoil.tables.findings import CREATE, insert_sql, quoted, quoted_name
from counterfoil.tables.landing import Landing, Unusable
from counterfoil.tables.policy import Policy
from counterfoil.tables.reading import read_folder
from counterfoil.tables.result import CheckResult, Outcome

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many steps are done and how many there are."""

_READING_STEPS = 21
_CANDIDATES = "candidates"


def _silent(what: str, done: int, steps: int) -> None:
    """No progress wanted."""


@contextmanager
def open_check(
    folder: Path,
    *,
    policy: Policy,
    as_of: datetime.date | None = None,
    rules: Sequence[str] = (),
    sites: Sequence[str] = (),
    categories: Sequence[str] = (),
    progress: Progress | None = None,
    run_date: datetime.date | None = None,
    memory_limit: str = "2GB",
) -> Iterator[CheckResult]:
    """Checks a folder of exchange tables and yields the result; its database is gone when the block ends.

    `rules`: names of the rules to run (none = all that the policy does not skip). `sites`, `categories`: narrow the findings and the chain,
    not the facts. `as_of`: the date that ages; `run_date`: today, in UTC, where not told.

    Raises:
        Unusable: the folder, a file in it or a name given cannot be used.
    """
    asked = _asked_rules(rules, policy)
    tell = progress or _silent
    started = time.monotonic()
    with open_database(memory_limit) as database:
        steps = _READING_STEPS + len(asked) + 1
        done = 0

        def reading(what: str) -> None:
            nonlocal done
            tell(what, min(done, _READING_STEPS), steps)
            done += 1

        landing = read_folder(folder, database, reading)
        facts = Facts(
            database,
            landing,
            policy,
            as_of=as_of,
            run_date=run_date or datetime.datetime.now(datetime.UTC).date(),
        )
        database.execute(CREATE)
        narrowing = _narrowing(sites, categories)
        outcomes = []
        for number, rule in enumerate(asked):
            tell(f"asking {rule.name}", _READING_STEPS + number, steps)
            outcomes.append(_ask(facts, rule, narrowing))
        tell("following the money", steps - 1, steps)
        chain = follow_money(facts, sites, categories)
        store().save()
        facts.ensure("as_of_date")
        yield CheckResult(
            database=database,
            landing=landing,
            outcomes=tuple(outcomes),
            chain=chain,
            at_risk=_at_risk(facts),
            as_of=facts.one("SELECT as_of FROM as_of_date"),
            policy=policy.as_mapping(),
            seconds=time.monotonic() - started,
            version=__version__,
        )


def _asked_rules(names: Sequence[str], policy: Policy) -> list[Rule]:
    unknown = sorted(set(names) - {rule.name for rule in RULES})
    if unknown:
        raise Unusable(*(f"There is no rule {name!r}; `counterfoil check --help` lists the rules." for name in unknown))
    return [rule for rule in RULES if (rule.name in names if names else rule.name not in policy.skip)]


def _narrowing(sites: Sequence[str], categories: Sequence[str]) -> str:
    """Which findings are wanted, as an SQL condition."""
    wanted = [
        f"{column} IN ({', '.join(quoted(value) for value in values)})"
        for column, values in (("site_id", sites), ("category", categories))
        if values
    ]
    return " AND ".join(wanted) or "TRUE"


def missing_needs(rule: Rule, landing: Landing, policy: Policy, issued_known: bool) -> tuple[str, ...]:
    """The needs of a rule that are not there; `a|b` is met by either. issued_at is also absent where it is null in every row."""

    def present(name: str) -> bool:
        table, _, column = name.partition(".")
        if table == "policy":
            return policy.sets(column)
        if name == "purchase_orders.issued_at":
            return issued_known
        return landing.has(table, column)

    return tuple(need for need in rule.needs if not any(present(name) for name in need.split("|")))


def _ask(facts: Facts, rule: Rule, narrowing: str) -> Outcome:
    lacking = missing_needs(rule, facts.landing, facts.policy, facts.issued_known)
    if lacking:
        return Outcome(rule, "not run", lacking)
    database = facts.database
    compiled = facts.sql(rule.name, rule.judge)
    table = quoted_name(_CANDIDATES)
    database.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {compiled.sql}")
    verdicts = dict(database.execute(f"SELECT verdict, count(*) FROM {table} WHERE {narrowing} GROUP BY verdict").fetchall())
    if verdicts.get(FOUND):
        database.execute(insert_sql(rule, _CANDIDATES, compiled.schema, facts.policy, narrowing))
    return Outcome(
        rule,
        "run",
        findings=verdicts.get(FOUND, 0),
        not_judged=verdicts.get(NOT_JUDGED, 0),
        exempt=verdicts.get(EXEMPT, 0),
        amounts=_sums(facts, f"SELECT currency, amount_at_risk FROM {table} WHERE verdict = {quoted(FOUND)} AND {narrowing}"),
    )


def _sums(facts: Facts, amounts: str) -> dict[str, Decimal]:
    """The sums of (currency, amount_at_risk) rows by currency, exact whatever their size: whole units and decimals apart."""
    rows = facts.database.execute(
        f"""SELECT coalesce(currency, ''), sum(trunc(amount_at_risk)::DECIMAL(38,0)), sum((amount_at_risk - trunc(amount_at_risk))::DECIMAL(38,16))
            FROM ({amounts}) WHERE amount_at_risk IS NOT NULL GROUP BY ALL ORDER BY 1"""
    ).fetchall()
    return {currency: Decimal(plain(EXACT.add(units, rest))) for currency, units, rest in rows}


def _at_risk(facts: Facts) -> dict[str, Decimal]:
    """Every (document, document_id, line_id) once, at its largest finding; severity I does not enter."""
    return _sums(
        facts,
        """SELECT currency, max(amount_at_risk) AS amount_at_risk FROM findings WHERE severity <> 'I'
           GROUP BY currency, document, document_id, line_id""",
    )
