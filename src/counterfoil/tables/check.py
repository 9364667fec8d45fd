"""One check: read a folder, make the facts, ask every rule, follow the money."""

import datetime
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb

from counterfoil import __version__
from counterfoil.tables.chain import EVERYTHING, follow_money
from counterfoil.tables.checks import RULES
from counterfoil.tables.checks.registry import Rule
from counterfoil.tables.checks.verdict import EXEMPT, FOUND, NOT_JUDGED
from counterfoil.tables.database import READING_MEMORY, among, open_database
from counterfoil.tables.database import literal as quoted
from counterfoil.tables.database import name as quoted_name
from counterfoil.tables.engines import OpenEngine
from counterfoil.tables.engines.own import open_own
from counterfoil.tables.facts.columns import limbs_sql, sum_of_limbs
from counterfoil.tables.facts.run import Facts
from counterfoil.tables.facts.store import store
from counterfoil.tables.findings import Findings
from counterfoil.tables.landing import Landing, Unusable
from counterfoil.tables.measures import take_measures
from counterfoil.tables.policy import Policy
from counterfoil.tables.reading import find_hints, read_folder
from counterfoil.tables.result import CheckResult, Outcome
from counterfoil.tables.schema import TABLES

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many steps are done and how many there are."""


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
    memory_limit: str = "3GB",
    measured: bool = False,
    engine: OpenEngine = open_own,
) -> Iterator[CheckResult]:
    """Checks a folder of exchange tables and yields the result; its database is gone when the block ends.

    `rules`: names of the rules to run (none = all that the policy does not skip). `sites`, `categories`: narrow the findings and the chain,
    not the facts. `as_of`: the date that ages; `run_date`: today, in UTC, where not told. `memory_limit`: of the database, once the files
    are read. `measured`: the database also has the table `measures`, see tables/measures.py. `engine`: where facts and candidates are
    computed, see engines/opening.py.

    Raises:
        Unusable: the folder, a file in it or a name given cannot be used.
    """
    asked = _asked_rules(rules, policy)
    steps = _Steps(progress, len(asked))
    started = time.monotonic()
    opened = open_facts(folder, policy, steps.next_file, as_of=as_of, run_date=run_date, memory_limit=memory_limit, engine=engine)
    with opened as facts:
        with one_state(facts.landing):
            check_known(facts, sites, categories)
            result = _judge(facts, asked, narrowed_to(sites, categories), steps, started)
            if measured:
                steps.tell("measuring", steps.all - 1)
                take_measures(facts, frozenset(outcome.rule.name for outcome in result.outcomes if outcome.status == "run"))
                store().save()
        yield replace(result, narrowing={"sites": tuple(sorted(set(sites))), "categories": tuple(sorted(set(categories)))})


@contextmanager
def open_facts(
    folder: Path,
    policy: Policy,
    told: Callable[[str], None],
    *,
    memory_limit: str,
    as_of: datetime.date | None = None,
    run_date: datetime.date | None = None,
    engine: OpenEngine = open_own,
) -> Iterator[Facts]:
    """Reads a folder and yields its facts, of which nothing is made yet; their database is gone when the block ends. `told`: called with
    what is read. Settings as in `open_check`.

    Raises:
        Unusable: the folder or a file in it cannot be used.
    """
    with open_database(READING_MEMORY) as database, engine(database) as computing:
        landing = read_folder(folder, database, told)
        database.execute(f"SET memory_limit = {quoted(memory_limit)}")
        today = run_date or datetime.datetime.now(datetime.UTC).date()
        yield Facts(database, landing, policy, as_of=as_of, run_date=today, engine=computing)


@contextmanager
def one_state(landing: Landing) -> Iterator[None]:
    """Of each file one state is judged or none, also of those whose rows are read again and again."""
    try:
        yield
    except duckdb.Error:
        landing.check_files()
        raise
    landing.check_files()


def _judge(facts: Facts, asked: Sequence[Rule], narrowing: str, steps: "_Steps", started: float) -> CheckResult:
    """Looks where references lead (while the files have just been read), asks the rules, and follows the money. `started`: on the monotonic
    clock."""
    database, landing = facts.database, facts.landing
    steps.tell("looking where references lead", len(TABLES))
    hints = find_hints(database, landing)
    findings = Findings(database, facts.policy, narrowing)
    outcomes = [_ask(facts, rule, narrowing, findings) for rule in steps.each_rule(asked)]
    findings.finish()
    steps.tell("following the money", steps.all - 1)
    chain = follow_money(facts, narrowing)
    facts.ensure("as_of_date")
    store().save()
    return CheckResult(
        database=database,
        landing=replace(landing, reports=(*hints, *landing.reports)),
        outcomes=tuple(outcomes),
        chain=chain,
        at_risk=_at_risk(facts),
        as_of=facts.one("SELECT as_of FROM as_of_date"),
        policy=facts.policy.as_mapping(),
        version=__version__,
        dangling=_dangling(facts),
        ensure=facts.ensure,
        engine=facts.engine.name,
        seconds=time.monotonic() - started,
    )


class _Steps:
    """Tells how far a check is: files first, then rules, then what is left."""

    def __init__(self, progress: Progress | None, rules: int) -> None:
        self.tell_all, self.all = progress, len(TABLES) + rules + 2
        self.files = 0

    def tell(self, what: str, done: int) -> None:
        if self.tell_all is not None:
            self.tell_all(what, done, self.all)

    def next_file(self, what: str) -> None:
        self.tell(what, min(self.files, len(TABLES)))
        self.files += 1

    def each_rule(self, rules: Sequence[Rule]) -> Iterator[Rule]:
        for number, rule in enumerate(rules):
            self.tell(f"asking {rule.name}", len(TABLES) + 1 + number)
            yield rule


def _asked_rules(names: Sequence[str], policy: Policy) -> list[Rule]:
    unknown = sorted(set(names) - {rule.name for rule in RULES})
    if unknown:
        raise Unusable(*(f"There is no rule {name!r}; docs/reference/rules.md lists them all." for name in unknown))
    return [rule for rule in RULES if (rule.name in names if names else rule.name not in policy.skip)]


def check_known(facts: Facts, sites: Sequence[str], categories: Sequence[str]) -> None:
    """Raises `Unusable` where a site or category given occurs nowhere: a mistyped one would look like a clean sheet."""
    homes = {
        "site": (sites, ("sites.site_id", "purchase_orders.site_id", "work_orders.site_id")),
        "category": (categories, ("parts.category", "purchase_order_lines.category")),
    }
    problems = []
    for what, (values, columns) in homes.items():
        for value in values:
            found = [
                f"EXISTS (SELECT 1 FROM {table} WHERE {column} = {quoted(value)})"
                for table, column in (name.split(".") for name in columns)
            ]
            if not facts.one(f"SELECT {' OR '.join(found)}"):
                problems.append(f"There is no {what} {value!r} in the data; {what} names count byte for byte.")
    if problems:
        raise Unusable(*problems)


def _dangling(facts: Facts) -> dict[str, int]:
    """Invoice lines and payments whose invoice was never read: they take part in nothing."""
    counts = {
        table: facts.one(
            f"""SELECT count(*) FROM {table} ANTI JOIN invoices USING (invoice_id)
                WHERE invoice_id NOT IN (SELECT raw_invoice_id FROM rejected_invoices WHERE raw_invoice_id IS NOT NULL)"""
        )
        for table in ("invoice_lines", "payments")
    }
    return {table: count for table, count in counts.items() if count}


def narrowed_to(sites: Sequence[str], categories: Sequence[str]) -> str:
    """Which findings are wanted, as an SQL condition over site_id and category."""
    wanted = [among(column, values) for column, values in (("site_id", sites), ("category", categories)) if values]
    return " AND ".join(wanted) or EVERYTHING


def missing_needs(needs: Sequence[str], facts: Facts) -> tuple[str, ...]:
    """The needs of a rule that are not there; `a|b` is met by either. issued_at is also absent where it is null in every row."""

    def present(name: str) -> bool:
        table, _, column = name.partition(".")
        if table == "policy":
            return facts.policy.sets(column)
        if name == "purchase_orders.issued_at":
            return facts.issued_known
        return facts.landing.has(table, column)

    return tuple(need for need in needs if not any(present(name) for name in need.split("|")))


def _ask(facts: Facts, rule: Rule, narrowing: str, findings: Findings) -> Outcome:
    lacking = missing_needs(rule.needs, facts)
    if lacking:
        return Outcome(rule, "not run", lacking)
    database = facts.database
    candidates = f"candidates_{rule.name}"
    table = quoted_name(candidates)
    compiled = facts.land(candidates, rule.name, rule.judge)
    verdicts = dict(database.execute(f"SELECT verdict, count(*) FROM {table} WHERE {narrowing} GROUP BY verdict").fetchall())
    outcome = Outcome(
        rule,
        "run",
        findings=verdicts.get(FOUND, 0),
        not_judged=verdicts.get(NOT_JUDGED, 0),
        exempt=verdicts.get(EXEMPT, 0),
        amounts=_sums(facts, f"SELECT currency, amount_at_risk FROM {table} WHERE verdict = {quoted(FOUND)} AND {narrowing}"),
    )
    findings.take(rule, candidates, compiled.schema, outcome.findings)
    return outcome


def _sums(facts: Facts, amounts: str) -> dict[str, Decimal]:
    """The sums of (currency, amount_at_risk) rows by currency, exact whatever their size: whole units and decimals apart."""
    rows = facts.database.execute(
        f"""SELECT coalesce(currency, ''), {limbs_sql("amount_at_risk")}
            FROM ({amounts}) WHERE amount_at_risk IS NOT NULL GROUP BY ALL ORDER BY 1"""
    ).fetchall()
    return {currency: sum_of_limbs(units, rest) for currency, units, rest in rows}


def _at_risk(facts: Facts) -> dict[str, Decimal]:
    """Every (document, document_id, line_id) once, at its largest finding; severity I does not enter."""
    return _sums(
        facts,
        """SELECT currency, max(amount_at_risk) AS amount_at_risk FROM findings WHERE severity <> 'I'
           GROUP BY currency, document, document_id, line_id""",
    )
