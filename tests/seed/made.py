"""Made-up plants for tests, what is listed as planted in them, and what a check of them finds."""

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from counterfoil.tables.check import open_check
from counterfoil.tables.policy import load_policy
from counterfoil.tables.seed import make_plant
from counterfoil.tables.seed.case import FAULT, NEAR, Case
from counterfoil.tables.seed.cases import CASES
from tests.plants import plain

Key = tuple[str, str, str, str, str]
"""Rule, document, document_id, line_id, members; what a finding has none of is the empty text."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of planted.csv."""

    kind: str
    case: str
    key: Key
    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a check of a plant says: findings with amount and currency, candidates not judged, rows rejected."""

    findings: Counter[tuple[Key, str, str]]
    not_judged: int
    rejected: int


def made(folder: Path, orders: int, seed: int, *, cases: Sequence[Case] = CASES, tipped: bool = False) -> Path:
    """A plant in a new folder."""
    folder.mkdir(parents=True)
    make_plant(folder, orders, seed, cases=cases, tipped=tipped)
    return folder


def planted(folder: Path) -> list[Entry]:
    """What is listed beside the tables."""
    with (folder / "seed" / "planted.csv").open(encoding="utf-8", newline="") as file:
        return [
            Entry(
                row["kind"],
                row["case"],
                (row["rule"], row["document"], row["document_id"], row["line_id"], row["members"]),
                row["amount_at_risk"],
                row["currency"],
            )
            for row in csv.DictReader(file)
        ]


def faults(entries: Sequence[Entry]) -> Counter[tuple[Key, str, str]]:
    """The findings that the list promises."""
    return Counter((one.key, one.amount, one.currency) for one in entries if one.kind == FAULT)


def near_misses(entries: Sequence[Entry]) -> list[Entry]:
    return [one for one in entries if one.kind == NEAR]


def looked(folder: Path) -> Looked:
    """What the check finds, by the policy that lies beside."""
    columns = "rule, document, document_id, coalesce(line_id, ''), evidence, amount_at_risk, coalesce(currency, '')"
    with open_check(folder, policy=load_policy(folder / "policy.toml")) as result:
        rows = result.database.execute(f"SELECT {columns} FROM findings").fetchall()
        return Looked(
            Counter(((*row[:4], " ".join(json.loads(row[4]).get("members") or [])), plain(row[5]) or "", row[6]) for row in rows),
            sum(outcome.not_judged for outcome in result.outcomes),
            sum(table.rejected for table in result.landing.tables.values()),
        )
