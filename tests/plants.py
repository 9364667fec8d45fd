"""Exchange folders for tests, what Counterfoil says about them, and the oracle beside it.

`python -m tests.plants --seeds 0-20` compares the two over random plants and prints, rule by rule, in how many seeds they differ.
The oracle is an independent program kept beside this project, in `../shared/oracle`; where it is absent its tests skip.
"""

import argparse
import csv
import decimal
import importlib
import importlib.util
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from counterfoil.tables.check import open_check
from counterfoil.tables.engines import OpenEngine
from counterfoil.tables.engines.opening import engine_named
from counterfoil.tables.engines.own import open_own
from counterfoil.tables.policy import load_policy

Judge = Callable[..., "Judged"]
"""A program that judges: (folder, settings, rules) → what it says."""

ORACLE = Path(__file__).resolve().parents[2] / "shared" / "oracle"
DECIMALS = 16
ROUGHLY_EXACT = decimal.Context(prec=80)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One finding, as far as two programs must agree on it. `amount` is plain text; None is null."""

    rule: str
    document: str
    document_id: str
    line_id: str | None
    finding_id: str
    severity: str
    work_order_id: str | None
    amount: str | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a program says about a folder. `chain`: currency → hop → (plain amount, lines); `tables`: name → (read, rejected)."""

    status: Mapping[str, str]
    not_judged: Mapping[str, int]
    exempt: Mapping[str, int]
    findings: tuple[Finding, ...]
    chain: Mapping[str, Mapping[str, tuple[str, int]]]
    at_risk: Mapping[str, str]
    amounts: Mapping[str, Mapping[str, str]]
    tables: Mapping[str, tuple[int, int]]
    as_of: date

    def of(self, rule: str) -> list[tuple[str, str, str | None, str | None, str | None]]:
        """(severity, document_id, line_id, work_order_id, amount) of each finding of a rule that ran, sorted."""
        assert self.status[rule] == "run", f"{rule}: {self.status[rule]}"
        return sorted(((f.severity, f.document_id, f.line_id, f.work_order_id, f.amount) for f in self.findings if f.rule == rule), key=str)

    def at(self, rule: str) -> dict[str, str | None]:
        """Amount at risk by line id (document id where the finding is about a whole document) of a rule that ran."""
        return {line_id or document_id: amount for _, document_id, line_id, _, amount in self.of(rule)}


@dataclass(frozen=True, slots=True)
class Settings:
    """The part of a policy that tests vary; `toml` and `mapping` say the same thing to the two programs."""

    threshold: str | None = None
    threshold_currency: str | None = None
    exempt_suppliers: tuple[str, ...] = ()
    exempt_categories: tuple[str, ...] = ()
    tolerances: tuple[Mapping[str, str], ...] = ()
    as_of: date | None = None
    sites: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @property
    def toml(self) -> str:
        """As policy.toml."""
        single = (("approval_threshold", self.threshold), ("threshold_currency", self.threshold_currency))
        lines = [f"{name} = {literal(value)}" for name, value in single if value]
        exempt = (("exempt_suppliers", self.exempt_suppliers), ("exempt_categories", self.exempt_categories))
        lines += [f"{name} = [{', '.join(literal(text) for text in texts)}]" for name, texts in exempt]
        for entry in self.tolerances:
            lines += ["", "[[tolerances]]", *(f"{key} = {literal(value)}" for key, value in entry.items())]
        return "\n".join(lines) + "\n"

    @property
    def mapping(self) -> dict[str, Any]:
        """As the oracle takes it."""
        return {
            "approval_threshold": Decimal(self.threshold) if self.threshold else None,
            "threshold_currency": self.threshold_currency,
            "exempt_suppliers": list(self.exempt_suppliers),
            "exempt_categories": list(self.exempt_categories),
            "tolerances": [dict(entry) for entry in self.tolerances],
            "as_of": self.as_of,
        }


def literal(text: str) -> str:
    """A literal string of TOML, in which nothing stands for something else."""
    assert "'" not in text
    return f"'{text}'"


def plain(amount: Decimal | None) -> str | None:
    """An amount as text without exponent and without zeros at the end."""
    if amount is None:
        return None
    text = format(amount, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def write(folder: Path, tables: Mapping[str, Sequence[Sequence[str]]]) -> Path:
    """Write exchange tables as CSV files into a folder, which it makes. The first row of a table is its header."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    return folder


def drawn(text: str) -> list[list[str]]:
    """The rows of a table drawn with bars between its cells; blanks around a cell are dropped."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    assert {len(row) for row in rows} == {len(rows[0])}, f"ragged: {text}"
    return rows


# ---- the two programs ---------------------------------------------------------------------------------------


def counterfoil(folder: Path, settings: Settings, rules: Sequence[str] = (), engine: OpenEngine = open_own) -> Judged:
    """What Counterfoil says."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "policy.toml"
        path.write_text(settings.toml, encoding="utf-8")
        policy = load_policy(path)
    narrowed = {"sites": settings.sites, "categories": settings.categories}
    with open_check(folder, policy=policy, as_of=settings.as_of, rules=rules, engine=engine, **narrowed) as result:
        columns = "rule, document, document_id, line_id, finding_id, severity, work_order_id, amount_at_risk, currency"
        rows = result.database.execute(f"SELECT {columns} FROM findings").fetchall()
        return Judged(
            status={o.rule.name: o.status for o in result.outcomes},
            not_judged={o.rule.name: o.not_judged for o in result.outcomes},
            exempt={o.rule.name: o.exempt for o in result.outcomes},
            findings=tuple(sorted((of_row(row) for row in rows), key=str)),
            chain={
                currency: {hop: (plain(h.amount) or "0", h.lines) for hop, h in hops.items()} for currency, hops in result.chain.items()
            },
            at_risk=without_zeros(result.at_risk),
            amounts={o.rule.name: without_zeros(o.amounts) for o in result.outcomes if o.status == "run"},
            tables={name: (table.read, table.rejected) for name, table in result.landing.tables.items()},
            as_of=result.as_of,
        )


def on_postgres(folder: Path, settings: Settings, rules: Sequence[str] = ()) -> Judged:
    """What Counterfoil says with PostgreSQL as engine."""
    return counterfoil(folder, settings, rules, engine_named("postgres"))


def of_row(row: tuple[Any, ...]) -> Finding:
    """A finding as Counterfoil keeps it."""
    rule, document, document_id, line_id, finding_id, severity, work_order_id, amount, currency = row
    return Finding(rule, document, document_id, line_id, finding_id, severity, work_order_id, plain(amount), currency)


def without_zeros(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    """Amounts by currency as plain text; currencies with nothing at risk left out."""
    return {currency: plain(amount) or "0" for currency, amount in sorted(dict(amounts).items()) if amount}


@cache
def package(name: str) -> ModuleType:
    """A module of the oracle, by its path. Importing it must not change how this process counts."""
    if name != "oracle":
        package("oracle")
    with decimal.localcontext():
        if name == "oracle":
            spec = importlib.util.spec_from_file_location("oracle", ORACLE / "__init__.py", submodule_search_locations=[str(ORACLE)])
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules["oracle"] = module
            spec.loader.exec_module(module)
            return module
        return importlib.import_module(name)


def oracle(folder: Path, settings: Settings, rules: Sequence[str] = ()) -> Judged:
    """What the oracle says. It knows no site or category filter and judges every rule."""
    assert not settings.sites
    assert not settings.categories
    run, words = package("oracle.run"), package("oracle.words")
    with decimal.localcontext(words.EXACT):
        said = run.check(str(folder), settings.mapping)
    judged = {name: in_sixteen_decimals(rule) for name, rule in said["rules"].items() if not rules or name in rules}
    every = [(rule, f) for rule in judged for f in judged[rule]["findings"]]
    return Judged(
        status={name: rule["status"] for name, rule in judged.items()},
        not_judged={name: rule["not_judged"] for name, rule in judged.items()},
        exempt={name: rule.get("exempt", 0) for name, rule in judged.items()},
        findings=tuple(sorted((of_oracle(rule, f) for rule, f in every), key=str)),
        chain={currency: {hop: (h["amount"], h["lines"]) for hop, h in hops.items()} for currency, hops in said["chain"].items()},
        at_risk=total_at_risk(of_oracle(rule, f) for rule, f in every),
        amounts={name: total_of_rule(judged[name]["findings"]) for name in judged if judged[name]["status"] == "run"},
        tables={name: (table["read"], table["rejected"]) for name, table in said["tables"].items()},
        as_of=date.fromisoformat(said["as_of"]),
    )


def in_sixteen_decimals(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule of the oracle, whose decimals know no end: by the contract a finding whose amount needs more than sixteen is not judged."""
    fits = [f for f in rule["findings"] if len((f["amount_at_risk"] or "").partition(".")[2]) <= DECIMALS]
    return {**rule, "findings": fits, "not_judged": rule["not_judged"] + len(rule["findings"]) - len(fits)}


def of_oracle(rule: str, f: Mapping[str, Any]) -> Finding:
    """A finding as the oracle writes it."""
    names = ("document", "document_id", "line_id", "finding_id", "severity", "work_order_id", "amount_at_risk", "currency")
    document, document_id, line_id, finding_id, severity, work_order_id, amount, currency = (f[name] for name in names)
    return Finding(rule, document, document_id, line_id, finding_id, severity, work_order_id, amount, currency)


def total_at_risk(findings: Iterable[Finding]) -> dict[str, str]:
    """By currency: every (document, document_id, line_id) once, at its largest finding that is no info."""
    largest: dict[tuple[str, str, str, str | None], Decimal] = {}
    for f in findings:
        if f.severity != "I" and f.amount is not None:
            key = (f.currency or "", f.document, f.document_id, f.line_id)
            largest[key] = max(largest.get(key, Decimal(0)), Decimal(f.amount))
    return sums((key[0], amount) for key, amount in largest.items())


def total_of_rule(findings: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """By currency: what the findings of one rule put at risk."""
    return sums((f["currency"] or "", Decimal(f["amount_at_risk"])) for f in findings if f["amount_at_risk"] is not None)


def sums(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, str]:
    total: dict[str, Decimal] = {}
    with decimal.localcontext(ROUGHLY_EXACT):
        for currency, amount in amounts:
            total[currency] = total.get(currency, Decimal(0)) + amount
    return without_zeros(total)


# ---- random plants ------------------------------------------------------------------------------------------


def random_plant(folder: Path, seed: int, orders: int) -> Path:
    """Write the oracle's random plant of that seed.

    The contract says that a work order line without `supply` is to be bought; the oracle passes over it. Here it is written out, so
    that the two can be compared; a scenario holds the contract's word.
    """
    plants = package("oracle.plants")
    with decimal.localcontext(decimal.Context(prec=60)):
        grown = plants.Plant(seed, orders).grow()
    for row in grown["work_order_lines"]:
        row["supply"] = row["supply"] if row["supply"] in ("buy", "stock", "make") else "buy"
    return write(folder, {table: [plants.TABLES[table], *(list(row.values()) for row in rows)] for table, rows in grown.items()})


def settings_of(seed: int, folder: Path) -> Settings:
    """The policy of a seed: three thresholds in turn; an exempt supplier and category in every third seed; tolerances in every second."""

    def some(table: str, column: str) -> list[str]:
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return sorted({row[column] for row in csv.DictReader(file) if row[column] and "'" not in row[column]})

    suppliers, sites, categories = some("suppliers", "supplier_id"), some("sites", "site_id"), some("parts", "category")
    tolerances: tuple[Mapping[str, str], ...] = ()
    if seed % 2:
        price = {"kind": "price", "upper_absolute": "5", "upper_percent": "1"}
        tolerances = (
            price,
            {**price, "supplier": suppliers[seed % len(suppliers)], "upper_percent": "10", "upper_absolute": "500"},
            {"kind": "price", "site": sites[seed % len(sites)], "currency": "EUR", "upper_absolute": "20"},
            {"kind": "quantity", "upper_percent": "5", "lower_percent": "2.5"},
            {"kind": "quantity", "category": (categories or ["fasteners"])[0], "upper_absolute": "1", "lower_absolute": "0.000001"},
            {"kind": "approval", "upper_percent": "10", "upper_absolute": "100"},
        )
    return Settings(
        threshold=("1000", "5000", "10000")[seed % 3],
        threshold_currency=("EUR", "EUR", "USD")[seed // 3 % 3],
        exempt_suppliers=tuple(suppliers[:1]) if seed % 3 == 1 else (),
        exempt_categories=("fasteners",) if seed % 3 == 1 else (),
        tolerances=tolerances,
    )


# ---- the difference -----------------------------------------------------------------------------------------


def differences(ours: Judged, theirs: Judged) -> dict[str, str]:
    """What differs, by rule (and "chain", "at risk", "tables", "as of"), each as a text with the first five of a kind."""
    found = {}
    for rule in sorted({*ours.status, *theirs.status}):
        text = rule_difference(rule, ours, theirs)
        if text:
            found[rule] = text
    whole: tuple[tuple[str, Callable[[Judged], object]], ...] = (
        ("chain", lambda judged: judged.chain),
        ("at risk", lambda judged: judged.at_risk),
        ("amounts", lambda judged: judged.amounts),
        ("tables", lambda judged: judged.tables),
        ("as of", lambda judged: judged.as_of),
    )
    for name, part in whole:
        if part(ours) != part(theirs):
            found[name] = mapping_difference(part(ours), part(theirs))
    return found


def mapping_difference(ours: object, theirs: object) -> str:
    if not isinstance(ours, Mapping) or not isinstance(theirs, Mapping):
        return f"  ours {ours}, oracle {theirs}"
    keys = [key for key in sorted({*ours, *theirs}) if ours.get(key) != theirs.get(key)]
    return "\n".join(f"  {key or '(unknown)'}: ours {ours.get(key)}, oracle {theirs.get(key)}" for key in keys[:5])


def rule_difference(rule: str, ours: Judged, theirs: Judged) -> str:
    """Status, counts and findings of one rule; empty where they agree."""
    lines = []
    counts: tuple[tuple[str, Mapping[str, object], Mapping[str, object]], ...] = (
        ("status", ours.status, theirs.status),
        ("not judged", ours.not_judged, theirs.not_judged),
        ("exempt", ours.exempt, theirs.exempt),
    )
    lines += [f"  {word}: ours {a.get(rule)}, oracle {b.get(rule)}" for word, a, b in counts if a.get(rule) != b.get(rule)]
    mine, other = ([f for f in judged.findings if f.rule == rule] for judged in (ours, theirs))
    for word, some in (("missing", set(other) - set(mine)), ("extra", set(mine) - set(other))):
        lines += [f"  {word} {len(some)} of {len(other)}:"] if some else []
        lines += [f"    {finding_text(f)}" for f in sorted(some, key=str)[:5]]
    if len(mine) != len(set(mine)):
        lines.append(f"  {len(mine) - len(set(mine))} findings twice")
    return "\n".join(lines)


def finding_text(f: Finding) -> str:
    return (
        f"{f.severity} {f.document} {f.document_id!r} line {f.line_id!r} work {f.work_order_id!r} {f.amount} {f.currency} ({f.finding_id})"
    )


def compare(seed: int, orders: int, folder: Path, rules: Sequence[str] = ()) -> dict[str, str]:
    """Both programs over the random plant of a seed: what differs, empty where nothing does."""
    random_plant(folder, seed, orders)
    settings = settings_of(seed, folder)
    return differences(counterfoil(folder, settings, rules), oracle(folder, settings, rules))


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main() -> int:
    """Compare over seeds and print a count by rule; 1 where anything differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.plants", description="Compare Counterfoil with the oracle over random plants.")
    parser.add_argument("--seeds", default="0-20", help="one seed, or the first and the last: 0-20")
    parser.add_argument("--orders", type=int, default=40)
    parser.add_argument("--rule", action="append", default=[])
    parser.add_argument("--show", action="store_true", help="print every difference")
    parser.add_argument("--keep", type=Path, help="write the plants here and keep them")
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    counts: dict[str, list[int]] = {}
    with tempfile.TemporaryDirectory() as place:
        for seed in seeds:
            found = compare(seed, options.orders, (options.keep or Path(place)) / f"plant-{seed}", options.rule)
            for name, text in found.items():
                counts.setdefault(name, []).append(seed)
                if options.show:
                    say(f"seed {seed}, {name}\n{text}")
    for name, differing in sorted(counts.items(), key=lambda item: -len(item[1])):
        say(f"{len(differing):5} of {len(seeds)}  {name}  (seeds {', '.join(map(str, differing[:5]))})")
    say(f"{len(seeds)} seeds, {len(counts)} rules and parts that differ somewhere")
    return 1 if counts else 0


if __name__ == "__main__":
    sys.exit(main())
