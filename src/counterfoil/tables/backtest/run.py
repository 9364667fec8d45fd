"""One back-test: read a folder, make the facts, ask every gate of every document as of its own moment, and count."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import duckdb

from counterfoil import __version__
from counterfoil.rules.chance import within_days
from counterfoil.tables.backtest.gates import COLUMNS, GATES, PASSED, STOPPED, Gate
from counterfoil.tables.check import Progress, check_known, missing_needs, one_state, open_facts
from counterfoil.tables.checks.verdict import EXEMPT, NOT_JUDGED
from counterfoil.tables.database import among
from counterfoil.tables.database import literal as quoted
from counterfoil.tables.database import name as quoted_name
from counterfoil.tables.facts.columns import limbs_sql, sum_of_limbs
from counterfoil.tables.facts.run import Facts
from counterfoil.tables.facts.store import store
from counterfoil.tables.landing import Unusable
from counterfoil.tables.policy import Policy, Scope

LET_THROUGH = "let through"
"""The verdict about what the policy does not ask the gate about."""

DIMENSIONS = {"site": "site_id", "supplier": "supplier_id", "category": "category", "month": "strftime(moment, '%Y-%m')"}
"""By what stops are counted apart, as SQL over the table `backtest`."""

_UNDATED = {
    "work_orders": "work_orders WHERE created_at IS NULL",
    "requisitions": "requisitions WHERE created_at IS NULL",
    "purchase_orders": "purchase_orders WHERE created_at IS NULL",
    "purchase_order_lines": """purchase_order_lines AS lines LEFT JOIN purchase_orders AS orders USING (purchase_order_id)
        WHERE lines.created_at IS NULL AND orders.created_at IS NULL""",
}
"""The rows that are taken as known from the start, as SQL behind FROM."""


@dataclass(frozen=True, slots=True)
class Value:
    """Of the documents that were stopped, in one currency: what all of them, and those that were cured, are worth."""

    stopped: Decimal
    cured: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """What a gate did. `asked` = passed + stopped; `cured`: of those stopped, where the missing link came later. `unvalued`: stopped, of
    unknown amount. `values`: by currency ("" = unknown). `days`: how many of the cured took so many."""

    asked: int = 0
    stopped: int = 0
    cured: int = 0
    unvalued: int = 0
    values: Mapping[str, Value] = field(default_factory=dict)
    days: Mapping[int, int] = field(default_factory=dict)

    @property
    def median_days(self) -> int | None:
        """Within how many days half of the cured were; None where none was."""
        return within_days(self.days, 2) if self.days else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one gate went. `needs`: what it lacks; then it was not asked. `by`: dimension → value ("" = unknown) → figures, most stops first;
    months in their order. `not_judged`, `exempt`, `let_through`: documents that are not among those asked."""

    gate: Gate
    needs: tuple[str, ...] = ()
    figures: Figures = field(default_factory=Figures)
    by: Mapping[str, Mapping[str, Figures]] = field(default_factory=dict)
    not_judged: int = 0
    exempt: int = 0
    let_through: int = 0


@dataclass(frozen=True, slots=True)
class Backtest:
    """One back-test. `database` has the table `backtest`: `gate` and the columns of `gates.COLUMNS`, a row a document. `undated`: by table,
    rows without a date of creation, taken as known from the start. `newest`: the newest day of a document or a cure: what was stopped
    shortly before it has had no time to be cured. `narrowing`: `from`, `to`, `sites`, `categories`, where given."""

    database: duckdb.DuckDBPyConnection
    outcomes: tuple[Outcome, ...]
    policy: Policy
    undated: Mapping[str, int]
    newest: datetime.date | None
    narrowing: Mapping[str, object] = field(default_factory=dict)
    version: str = __version__


@contextmanager
def open_backtest(
    folder: Path,
    *,
    policy: Policy,
    gates: Sequence[str] = (),
    first: datetime.date | None = None,
    last: datetime.date | None = None,
    sites: Sequence[str] = (),
    categories: Sequence[str] = (),
    progress: Progress = lambda what, done, of: None,
    memory_limit: str = "3GB",
) -> Iterator[Backtest]:
    """Asks gates of a folder of exchange tables and yields what they would have done; its database is gone when the block ends.

    `gates`: their names (none = all). `first`, `last`: only documents whose moment, a local date, is from the one to the other. `sites`,
    `categories`: only their documents. None of these changes what was known when.

    Raises:
        Unusable: the folder, a file in it or a name given cannot be used.
    """
    asked = _asked(gates)
    if first and last and last < first:
        raise Unusable(f"--to {last} is before --from {first}; give the earlier day first.")
    with open_facts(folder, policy, lambda what: progress(what, 0, len(asked)), memory_limit=memory_limit) as facts:
        with one_state(facts.landing):
            check_known(facts, sites, categories)
            backtest = _ask_all(facts, asked, _narrowing(first, last, sites, categories), progress)
        store().save()
        narrowing = {"from": first, "to": last, "sites": sorted(set(sites)), "categories": sorted(set(categories))}
        yield replace(backtest, narrowing={name: value for name, value in narrowing.items() if value})


def _ask_all(facts: Facts, asked: Sequence[Gate], where: str, progress: Progress) -> Backtest:
    """Asks the gates of the documents that meet `where`."""
    kinds = {"amount": "DECIMAL(38,16)", "moment": "DATE", "cured_at": "DATE", "days": "BIGINT"}
    columns = ", ".join(f"{name} {kinds.get(name, 'VARCHAR')}" for name in ("gate", *COLUMNS))
    facts.database.execute(f"CREATE TABLE backtest ({columns})")
    outcomes = []
    for place, gate in enumerate(asked):
        progress(f"asking {gate.name}", place, len(asked))
        outcomes.append(_ask(facts, gate, where))
    undated = {table: facts.one(f"SELECT count(*) FROM {rows}") for table, rows in _UNDATED.items()}
    return Backtest(
        database=facts.database,
        outcomes=tuple(outcomes),
        policy=facts.policy,
        undated={table: count for table, count in undated.items() if count},
        newest=facts.one("SELECT max(greatest(moment, cured_at)) FROM backtest"),
    )


def _asked(names: Sequence[str]) -> list[Gate]:
    known = {gate.name for gate in GATES}
    if unknown := sorted(set(names) - known):
        raise Unusable(*(f"There is no gate {name!r}; the gates are {', '.join(gate.name for gate in GATES)}." for name in unknown))
    return [gate for gate in GATES if not names or gate.name in names]


def _narrowing(
    first: datetime.date | None, last: datetime.date | None, sites: Sequence[str], categories: Sequence[str]
) -> str:  # fmt: skip
    """Which documents are wanted, as an SQL condition. One without a moment is counted as not judged whatever the days."""
    wanted = [among(column, values) for column, values in (("site_id", sites), ("category", categories)) if values]
    wanted += [f"coalesce(moment >= DATE '{first}', true)"] if first else []
    wanted += [f"coalesce(moment <= DATE '{last}', true)"] if last else []
    return " AND ".join(wanted) or "true"


def _ask(facts: Facts, gate: Gate, where: str) -> Outcome:
    lacking = missing_needs(gate.needs, facts)
    if lacking:
        return Outcome(gate, lacking)
    table = f"verdicts_{gate.name}"
    facts.land(table, f"gate {gate.name}", gate.judge)
    scope = _scope(facts.policy.gates.get(gate.name, Scope()))
    let = f"NOT ({scope})"
    facts.database.execute(
        f"""INSERT INTO backtest BY NAME
            SELECT {quoted(gate.name)} AS gate, * REPLACE (
                CASE WHEN {let} THEN '{LET_THROUGH}' ELSE verdict END AS verdict,
                CASE WHEN {let} THEN NULL ELSE cured_at END AS cured_at, CASE WHEN {let} THEN NULL ELSE days END AS days)
            FROM {quoted_name(table)} WHERE {where}"""
    )
    facts.database.execute(f"DROP TABLE {quoted_name(table)}")
    return _outcome(facts.database, gate)


def _scope(scope: Scope) -> str:
    """What the gate is asked about, as an SQL condition. An unknown amount is not below anything."""
    wanted = [
        f"coalesce({among(name, sorted(values))}, false)"
        for name, values in (("site_id", scope.sites), ("category", scope.categories))
        if values
    ]
    wanted += [] if scope.from_amount is None else [f"coalesce(amount >= {scope.from_amount:f}, true)"]
    return " AND ".join(wanted) or "true"


# ---- figures ----------------------------------------------------------------------------------------------------------------------------


def _outcome(database: duckdb.DuckDBPyConnection, gate: Gate) -> Outcome:
    mine = f"(SELECT * FROM backtest WHERE gate = {quoted(gate.name)})"
    verdicts = dict(database.execute(f"SELECT verdict, count(*) FROM {mine} GROUP BY verdict").fetchall())
    by = {name: _figures(database, mine, key) for name, key in DIMENSIONS.items()}
    by["month"] = dict(sorted(by["month"].items()))
    return Outcome(
        gate,
        figures=_figures(database, mine, "''").get("", Figures()),
        by=by,
        not_judged=verdicts.get(NOT_JUDGED, 0),
        exempt=verdicts.get(EXEMPT, 0),
        let_through=verdicts.get(LET_THROUGH, 0),
    )


def _figures(database: duckdb.DuckDBPyConnection, rows: str, key: str) -> dict[str, Figures]:
    """The figures for each value of a key, an SQL expression; most stops first."""
    judged = f"(SELECT *, coalesce({key}, '') AS key FROM {rows} WHERE verdict IN ('{PASSED}', '{STOPPED}'))"
    stopped = f"(SELECT * FROM {judged} WHERE verdict = '{STOPPED}')"
    counts = database.execute(
        f"""SELECT key, count(*), count(*) FILTER (verdict = '{STOPPED}') AS stops, count(cured_at),
                   count(*) FILTER (verdict = '{STOPPED}' AND amount IS NULL)
            FROM {judged} GROUP BY key ORDER BY stops DESC, key"""
    ).fetchall()
    values: dict[str, dict[str, Value]] = {}
    cured = "(CASE WHEN cured_at IS NULL THEN 0 ELSE amount END)"
    sums = f"{limbs_sql('amount')}, {limbs_sql(cured)}"
    for one, currency, *limbs in database.execute(
        f"SELECT key, coalesce(currency, ''), {sums} FROM {stopped} WHERE amount IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ).fetchall():
        values.setdefault(one, {})[currency] = Value(sum_of_limbs(*limbs[:2]), sum_of_limbs(*limbs[2:]))
    days: dict[str, dict[int, int]] = {}
    for one, taken, count in database.execute(
        f"SELECT key, days, count(*) FROM {stopped} WHERE days IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ).fetchall():
        days.setdefault(one, {})[taken] = count
    return {
        one: Figures(asked, stops, cures, unvalued, values=values.get(one, {}), days=days.get(one, {}))
        for one, asked, stops, cures, unvalued in counts
    }
