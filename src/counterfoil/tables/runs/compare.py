"""What came, went and stayed between two runs, by rule and site, in counts and exact amounts; and whether chance alone would do that.

A finding is the same in both runs where its id is. Rules that only one of the runs could ask are named apart: their findings neither came
nor went. All rows stay in a database; only sums come out of it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import duckdb

from counterfoil.rules.chance import Verdict, judge_documents, together
from counterfoil.rules.money import EXACT
from counterfoil.tables.check import Progress
from counterfoil.tables.checks import RULES
from counterfoil.tables.database import literal as quoted
from counterfoil.tables.database import open_database
from counterfoil.tables.facts.columns import limbs_sql, sum_of_limbs
from counterfoil.tables.runs.outputs import Run, read_run
from counterfoil.tables.schema import TABLES

_MEMORY = "1GB"
_NONE = Decimal(0)
_TOLD = (
    "rule", "severity", "site_id", "supplier_id", "document", "document_id", "line_id", "work_order_id", "currency", "occurred_at",
    "message",
)  # fmt: skip
"""What is told of a finding as it is after; of one that went, as it was before."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Amounts of one currency. `came`, `went`: of the findings in one run alone; the rest of the difference is what changed in amount."""

    before: Decimal = _NONE
    after: Decimal = _NONE
    came: Decimal = _NONE
    went: Decimal = _NONE

    @property
    def changed(self) -> Decimal:
        """How much the findings that stayed are worth more (or, below zero, less)."""
        return EXACT.subtract(EXACT.subtract(self.after, self.before), EXACT.subtract(self.came, self.went))


@dataclass(frozen=True, slots=True)
class Documents:
    """How many documents have a finding in both runs, only before, only after; and how many of their kinds each run read."""

    both: int
    went: int
    came: int
    read_before: int
    read_after: int


@dataclass(frozen=True, slots=True)
class Change:
    """Findings of a rule, of a site, or in all. `stayed` includes `changed`: those whose severity, amount or evidence is another.
    `amounts`: by currency ("" = unknown). `verdict`: None for a site, and where nothing can be said."""

    name: str
    came: int
    went: int
    stayed: int
    changed: int
    amounts: Mapping[str, Sums]
    documents: Documents | None = None
    verdict: Verdict | None = None

    @property
    def before(self) -> int:
        return self.stayed + self.went

    @property
    def after(self) -> int:
        return self.stayed + self.came

    @property
    def moved(self) -> bool:
        """Something is other than before."""
        return bool(self.came or self.went or self.changed)


@dataclass(frozen=True, slots=True)
class Moved:
    """A finding that came, went or changed (see `Change`). What it was before is None where it was not there, what it is after likewise."""

    change: str
    severity: str
    severity_before: str | None
    rule: str
    site: str
    document: str
    message: str
    before: Decimal | None
    after: Decimal | None
    currency: str | None
    currency_before: str | None


@dataclass(frozen=True, slots=True)
class Apart:
    """A rule that cannot be compared: `why` says which run did not ask it."""

    rule: str
    why: str
    needs: tuple[str, ...]
    findings: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs compared. `database` holds the table `changes`, see `_match`."""

    database: duckdb.DuckDBPyConnection
    before: Run
    after: Run
    cautions: tuple[str, ...]
    apart: tuple[Apart, ...]
    total: Change
    rules: tuple[Change, ...]
    sites: tuple[Change, ...]
    at_risk: Mapping[str, tuple[Decimal, Decimal]]
    """By currency, before and after: every document line once, at its largest error or warning."""


@contextmanager
def open_comparison(before: Path, after: Path, progress: Progress) -> Iterator[Comparison]:
    """Compares the output folders of two checks; the database is gone when the block ends.

    Raises:
        Unusable: one of them is no output of a check.
    """
    with open_database(_MEMORY) as database:
        runs = []
        for place, folder in enumerate((before, after)):
            progress(f"reading {folder}", place, 4)
            runs.append(read_run(folder, database))
        progress("comparing", 2, 4)
        first, last = runs
        _match(database, first, last)
        progress("counting", 3, 4)
        yield _compare(database, first, last)


def _compare(database: duckdb.DuckDBPyConnection, before: Run, after: Run) -> Comparison:
    # Findings narrowed differently are not drawn from the same documents.
    documents = _documents(database, before, after) if before.narrowing == after.narrowing else {}
    (total,) = _changes(database, "''") or [Change("", 0, 0, 0, 0, {})]
    return Comparison(
        database=database,
        before=before,
        after=after,
        cautions=tuple(_cautions(before, after)),
        apart=tuple(_apart(before, after)),
        total=_judged([total], documents)[0],
        rules=tuple(_judged(sorted(_changes(database, "rule"), key=lambda change: _rank(change.name)), documents)),
        sites=tuple(_changes(database, "coalesce(site_id, '')")),
        at_risk=_at_risk(database, before, after),
    )


# ---- findings side by side ----------------------------------------------------------------------------------------------------------


def _match(database: duckdb.DuckDBPyConnection, before: Run, after: Run) -> None:
    """Makes the table `changes`, one row a finding of the rules that both runs asked: finding_id, change (came, went, stayed, changed), the
    columns of `_TOLD`, amount_before and amount_after (null where the finding is not there, or has no amount), severity_before and
    currency_before (null where it is not there)."""
    asked = [name for name, state in before.rules.items() if state.ran and name in after.rules and after.rules[name].ran]
    database.execute("CREATE TABLE asked (asked_rule VARCHAR)")
    if asked:
        database.execute(f"INSERT INTO asked VALUES {', '.join(f'({quoted(name)})' for name in asked)}")
    for side, run in (("before", before), ("after", after)):
        database.execute(f"CREATE VIEW {side}_run AS SELECT * FROM {run.findings} SEMI JOIN asked ON rule = asked_rule")
    told = [f"CASE WHEN a.finding_id IS NULL THEN b.{name} ELSE a.{name} END AS {name}" for name in _TOLD]
    database.execute(
        f"""CREATE TABLE changes AS
            SELECT coalesce(a.finding_id, b.finding_id) AS finding_id,
                   CASE WHEN b.finding_id IS NULL THEN 'came' WHEN a.finding_id IS NULL THEN 'went'
                        WHEN a.facts_digest IS DISTINCT FROM b.facts_digest THEN 'changed' ELSE 'stayed' END AS change,
                   {", ".join(told)}, b.amount_at_risk AS amount_before, a.amount_at_risk AS amount_after,
                   b.severity AS severity_before, b.currency AS currency_before
            FROM after_run AS a FULL JOIN before_run AS b USING (finding_id)"""
    )


def _changes(database: duckdb.DuckDBPyConnection, key: str) -> list[Change]:
    """The counts and amounts by a key, an SQL expression over `changes`; those with most findings first."""
    rows = database.execute(
        f"""SELECT {key} AS name, count(*) FILTER (change = 'came'), count(*) FILTER (change = 'went'),
                   count(*) FILTER (change IN ('stayed', 'changed')), count(*) FILTER (change = 'changed')
            FROM changes GROUP BY name ORDER BY count(*) DESC, name"""
    ).fetchall()
    amounts = _amounts(database, key)
    return [Change(name, came, went, stayed, changed, amounts.get(name, {})) for name, came, went, stayed, changed in rows]


def _amounts(database: duckdb.DuckDBPyConnection, key: str) -> dict[str, dict[str, Sums]]:
    sides = " UNION ALL ".join(
        f"""SELECT {key} AS name, coalesce({currency}, '') AS currency, '{side}' AS side, change = '{alone}' AS alone,
                   amount_{side} AS amount FROM changes WHERE amount_{side} IS NOT NULL"""
        for side, alone, currency in (("before", "went", "currency_before"), ("after", "came", "currency"))
    )
    rows = database.execute(
        f"SELECT name, currency, side, alone, {limbs_sql('amount')} FROM ({sides}) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    found: dict[str, dict[str, Sums]] = {}
    for name, currency, side, alone, units, rest in rows:
        amount = sum_of_limbs(units, rest)
        sums = found.setdefault(name, {}).get(currency, Sums())
        whole = {side: EXACT.add(getattr(sums, side), amount)}
        found[name][currency] = replace(sums, **whole, **({"went" if side == "before" else "came": amount} if alone else {}))
    return found


def _at_risk(database: duckdb.DuckDBPyConnection, before: Run, after: Run) -> dict[str, tuple[Decimal, Decimal]]:
    found: dict[str, dict[str, Decimal]] = {}
    for side in ("before", "after"):
        rows = database.execute(
            f"""SELECT currency, {limbs_sql("amount")}
                FROM (SELECT coalesce(currency, '') AS currency, max(amount_at_risk) AS amount FROM {side}_run WHERE severity <> 'I'
                      GROUP BY currency, document, document_id, line_id)
                WHERE amount IS NOT NULL GROUP BY currency ORDER BY currency"""
        ).fetchall()
        for currency, units, rest in rows:
            found.setdefault(currency, {})[side] = sum_of_limbs(units, rest)
    return {currency: (sums.get("before", _NONE), sums.get("after", _NONE)) for currency, sums in sorted(found.items())}


def worst_moved(comparison: Comparison, change: str, most: int) -> list[Moved]:
    """Of the findings that came, went or changed, at most `most`: errors first, those whose severity or amount is another before the
    others, the largest of each currency in turn."""
    rows = comparison.database.execute(
        f"""SELECT change, severity, severity_before, rule,
                   coalesce(site_id, ''), coalesce(line_id, document_id, ''), coalesce(message, ''),
                   amount_before, amount_after, currency, currency_before
            FROM (SELECT *, coalesce(amount_after, amount_before) AS amount,
                         amount IS NULL OR (amount_before, currency_before, severity_before) IS NOT DISTINCT FROM
                             (amount_after, currency, severity) AS still
                  FROM changes WHERE change = ?)
            ORDER BY CASE severity WHEN 'E' THEN 0 WHEN 'W' THEN 1 ELSE 2 END, still,
                     row_number() OVER (PARTITION BY severity, still, currency ORDER BY amount DESC NULLS LAST, finding_id),
                     currency, finding_id
            LIMIT {most}""",
        [change],
    ).fetchall()
    return [Moved(*row) for row in rows]


# ---- chance -------------------------------------------------------------------------------------------------------------------------


def _documents(database: duckdb.DuckDBPyConnection, before: Run, after: Run) -> dict[str, Documents]:
    """By rule, and under "" for all of them together."""
    found = {}
    for key in ("rule", "''"):
        rows = database.execute(
            f"""WITH each AS (
                    SELECT {key} AS name, document, document_id, bool_or(change <> 'came') AS before, bool_or(change <> 'went') AS after
                    FROM changes GROUP BY ALL)
                SELECT name, count(*) FILTER (before AND after), count(*) FILTER (NOT after), count(*) FILTER (NOT before),
                       list(DISTINCT document) FROM each GROUP BY name"""
        ).fetchall()
        for name, both, went, came, kinds in rows:
            tables = [kind if kind in TABLES else f"{kind}s" for kind in kinds]
            found[name] = Documents(both, went, came, *(sum(run.read.get(table, 0) for table in tables) for run in (before, after)))
    return found


def _judged(changes: list[Change], documents: Mapping[str, Documents]) -> list[Change]:
    """The changes with their documents and verdicts, those of one list raised together."""
    told = [replace(change, documents=documents.get(change.name)) for change in changes]
    verdicts = {change.name: verdict for change in told if (verdict := _judge(change.documents))}
    raised = dict(zip(verdicts, together(list(verdicts.values())), strict=True))
    return [replace(change, verdict=raised.get(change.name)) for change in told]


def _judge(found: Documents | None) -> Verdict | None:
    """None where there is nothing to judge."""
    if found is None or not (found.went or found.came or found.read_before != found.read_after):
        return None
    return judge_documents(found.both, found.went, found.came, found.read_before, found.read_after)


# ---- what the two runs do not share -------------------------------------------------------------------------------------------------


def _rank(name: str) -> tuple[int, str]:
    """The order of the contract; rules that this version does not know come last."""
    known = [rule.name for rule in RULES]
    return (known.index(name) if name in known else len(known), name)


def _apart(before: Run, after: Run) -> Iterator[Apart]:
    for name in sorted({*before.rules, *after.rules}, key=_rank):
        states = [run.rules.get(name) for run in (before, after)]
        ran = [state is not None and state.ran for state in states]
        if ran[0] == ran[1]:
            continue
        missing, when = (states[0], "before") if ran[1] else (states[1], "after")
        there = states[1] if ran[1] else states[0]
        why = f"not run {when}" if missing else f"not asked {when}"
        yield Apart(name, why, missing.needs if missing else (), (there.findings if there else 0) or 0)


def _cautions(before: Run, after: Run) -> Iterator[str]:
    """What besides the data differs, one sentence each: a difference in findings may come from it."""
    if before.narrowing != after.narrowing:
        narrowed = f"Before, findings were narrowed to {_narrowed(before)}; after, to {_narrowed(after)}"
        yield f"{narrowed}: what came or went may only have come into view or out of it, so nothing is said about chance."
    if before.policy != after.policy:
        names = [f"{run.policy.get('name')} {run.policy.get('version')}" for run in (before, after)]
        said = f"{names[0]} before, {names[1]} after" if names[0] != names[1] else f"both say {names[0]}, yet their settings differ"
        yield f"The policies differ ({said}): a finding may have come or gone by another tolerance or exemption."
    if before.version != after.version:
        yield f"The program differs ({before.version} before, {after.version} after): a rule may have been mended in between."
    if before.as_of > after.as_of:
        yield f"The run before is as of {before.as_of}, later than the run after ({after.as_of}); are they the right way round?"
    elif before.as_of != after.as_of:
        yield f"As of {before.as_of} before, {after.as_of} after: what only ages (overdue, received-not-invoiced) moves with that day."


def _narrowed(run: Run) -> str:
    said = [f"{what} {', '.join(names)}" for what, names in run.narrowing.items() if names]
    return " and ".join(said) or "nothing (all)"
