"""What a check returns: everything that the summary, the files and the report are made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import duckdb

from counterfoil.tables.checks.registry import Rule
from counterfoil.tables.landing import Landing

HOPS = ("invoiced", "ordered", "received", "linked", "stock", "exempt", "approved")
"""The chain, hop by hop; stock and exempt are shown apart, beside linked."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one rule went. `needs`: what it lacks where status is "not run" ("not asked for" rules are left out altogether).
    `amounts`: at risk by currency ("" = unknown currency). `exempt`: kept away by the policy's exemptions."""

    rule: Rule
    status: str
    needs: tuple[str, ...] = ()
    findings: int = 0
    not_judged: int = 0
    exempt: int = 0
    amounts: Mapping[str, Decimal] = ()  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Hop:
    """An amount that came as far as a hop, and how many invoice lines have some of it."""

    amount: Decimal
    lines: int


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One run. The findings themselves are the table `findings` of `database`:

    finding_id, facts_digest, rule, severity (E, W, I), site_id, supplier_id, category, document, document_id, line_id, work_order_id
    VARCHAR · amount_at_risk DECIMAL(38,16) · currency VARCHAR · occurred_at DATE (local) · message VARCHAR · evidence VARCHAR (JSON).
    `category` serves the filters and the report and is not part of the exported columns.
    """

    database: duckdb.DuckDBPyConnection
    landing: Landing
    outcomes: tuple[Outcome, ...]
    chain: Mapping[str, Mapping[str, Hop]]
    """By currency ("" = unknown), then by hop."""
    at_risk: Mapping[str, Decimal]
    """By currency: every document line once, at its largest finding of severity E or W."""
    as_of: date
    policy: Mapping[str, object]
    """{"name": …, "version": …} and the settings in force, as in policy.toml."""
    seconds: float
    version: str
    dangling: Mapping[str, int]
    """By table: invoice lines and payments whose invoice was never read; they take part in nothing."""
    ensure: Callable[[str], None]
    """Makes a base table of the facts (facts/), where no rule has needed it yet."""
    engine: str = "duckdb"
    """Where facts and candidates were computed."""
    narrowing: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"sites": (), "categories": ()})
    """`sites` and `categories` to which findings and chain are narrowed; empty = not narrowed."""

    @property
    def errors(self) -> int:
        return self.count("E")

    def count(self, severity: str) -> int:
        """How many findings have that severity."""
        rows = self.database.execute("SELECT count(*) FROM findings WHERE severity = ?", [severity]).fetchall()
        return int(rows[0][0])
