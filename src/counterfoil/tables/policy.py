"""The policy: tolerances, thresholds, windows, exemptions, severities and which rules run, as a text with a version."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from importlib import resources
from pathlib import Path
from typing import Any

from counterfoil.rules.tolerance import KINDS, Tolerance
from counterfoil.tables.landing import Unusable

SEVERITIES = {"E": "error", "W": "warning", "I": "info"}
"""From worst to mildest."""

_SEVERITY_WORDS = {word: letter for letter, word in SEVERITIES.items()} | {letter: letter for letter in SEVERITIES}
_AMOUNT_LIMIT = Decimal(10) ** 11
_PERCENT_PLACES = 4
_AMOUNT_PLACES = 6
_LACKING = {"from_amount": "amount", "sites": "site", "categories": "category"}


@dataclass(frozen=True, slots=True)
class Windows:
    """Lengths of time, in days."""

    split_days: int = 7
    duplicate_days: int = 10
    received_not_invoiced_days: int = 60
    paid_early_days: int = 10


GATE_SETTINGS: Mapping[str, tuple[str, ...]] = {
    "order-needs-work": ("from_amount", "sites", "categories"),
    "invoice-needs-order": ("from_amount",),
    "work-needs-commitment": ("from_amount", "sites", "categories"),
    "receipt-needs-order": (),
}
"""The gates, and what can be set for each. What the others stop has no order yet, from which it would have its site and category, and a
receipt its amount."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a gate is asked about. `from_amount`: documents below are let through, in the currency of each. `sites`, `categories`: none =
    all; else a document whose own is unknown is let through."""

    from_amount: Decimal | None = None
    sites: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """What is tolerated, exempt, asked and how bad it is."""

    name: str
    version: str
    approval_threshold: Decimal | None = None
    threshold_currency: str | None = None
    exempt_suppliers: frozenset[str] = frozenset()
    exempt_categories: frozenset[str] = frozenset()
    tolerances: tuple[Tolerance, ...] = ()
    windows: Windows = field(default_factory=Windows)
    skip: frozenset[str] = frozenset()
    severities: Mapping[str, str] = field(default_factory=dict)
    """Severity letter by rule, where it is another than the rule's own."""
    gates: Mapping[str, Scope] = field(default_factory=dict)
    """By gate, where it is not asked about everything. A check knows no gates, so they are no part of its summary."""

    def sets(self, setting: str) -> bool:
        """True where the policy gives this setting a value (what `policy.<setting>` in the needs of a rule asks)."""
        return getattr(self, setting) is not None

    def as_mapping(self) -> dict[str, object]:
        """The settings in force, as plain texts, numbers, lists and tables: what summary.json and the report show."""
        return {
            "name": self.name,
            "version": self.version,
            "approval_threshold": _text(self.approval_threshold),
            "threshold_currency": self.threshold_currency,
            "exempt_suppliers": sorted(self.exempt_suppliers),
            "exempt_categories": sorted(self.exempt_categories),
            "tolerances": [
                {key.name: _text(getattr(line, key.name)) for key in fields(line) if getattr(line, key.name) is not None}
                for line in self.tolerances
            ],
            "windows": {key.name: getattr(self.windows, key.name) for key in fields(self.windows)},
            "skip": sorted(self.skip),
            "severities": dict(self.severities),
        }


def _text(setting: object) -> str | None:
    return None if setting is None else str(setting)


def load_policy(path: Path | None = None, rules: frozenset[str] = frozenset()) -> Policy:
    """The policy of a file; the one that ships with the package where none is named. `rules`: the names of all rules, to find
    misspelt ones (none = names are not checked).

    Raises:
        Unusable: the file cannot be read or says something that is no policy; one sentence a problem.
    """
    source = path or resources.files("counterfoil.tables") / "policy.toml"
    where = path.name if path else "policy.toml"
    try:
        text = source.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{where}: cannot be read ({error}); give a policy file in UTF-8.") from None
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unusable(f"{where}: is not TOML: {error}.") from None
    reading = _Reading(where, rules)
    policy = reading.policy(document)
    if reading.problems:
        raise Unusable(*reading.problems)
    return policy


class _Reading:
    """Reads one document and keeps every problem, so that all are told at once."""

    def __init__(self, where: str, rules: frozenset[str]) -> None:
        self.where, self.rules = where, rules
        self.problems: list[str] = []

    def problem(self, key: str, what: str) -> None:
        self.problems.append(f"{self.where}: {key}: {what}.")

    def policy(self, document: Mapping[str, Any]) -> Policy:
        takers: dict[str, Callable[[str, Any], Any]] = {
            "name": self.text,
            "version": self.text,
            "approval_threshold": self.amount,
            "threshold_currency": self.text,
            "exempt_suppliers": self.texts,
            "exempt_categories": self.texts,
            "windows": self.windows,
            "rules": self.skipped,
            "severities": self.severities,
            "tolerances": self.tolerances,
            "gates": self.gates,
        }
        known = self.take("", document, takers)
        known.setdefault("name", self.where)
        known.setdefault("version", "1")
        if "rules" in known:
            known["skip"] = known.pop("rules")
        if known.get("approval_threshold") is not None and known.get("threshold_currency") is None:
            self.problem("approval_threshold", 'has no currency; add threshold_currency = "…"')
        return Policy(**known)

    def take(self, section: str, document: Mapping[str, Any], takers: Mapping[str, Callable[[str, Any], Any]]) -> dict[str, Any]:
        taken = {}
        for key, value in document.items():
            if key in takers:
                taken[key] = takers[key](section + key, value)
            else:
                self.problem(section + key, f"is no setting; the settings here are {', '.join(takers)}")
        return taken

    def text(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or not value:
            self.problem(key, "is not a text")
            return ""
        return value

    def texts(self, key: str, value: Any) -> frozenset[str]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.problem(key, "is not a list of texts")
            return frozenset()
        return frozenset(value)

    def number(self, key: str, value: Any, places: int) -> Decimal | None:
        try:
            if isinstance(value, str) and "_" not in value:
                number = Decimal(value)
                if number.is_finite() and 0 <= number < _AMOUNT_LIMIT and number == round(number, places):
                    return number
        except InvalidOperation:
            pass
        self.problem(key, f'is not a number of at least 0 with at most {places} decimals, written as a text such as "12.5"')
        return None

    def amount(self, key: str, value: Any) -> Decimal | None:
        return self.number(key, value, _AMOUNT_PLACES)

    def percent(self, key: str, value: Any) -> Decimal | None:
        return self.number(key, value, _PERCENT_PLACES)

    def days(self, key: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10_000:
            self.problem(key, "is not a number of days (1 to 9999)")
            return 1
        return value

    def windows(self, key: str, value: Any) -> Windows:
        return Windows(**self.section(key, value, {one.name: self.days for one in fields(Windows)}))

    def section(self, key: str, value: Any, takers: Mapping[str, Callable[[str, Any], Any]]) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.problem(key, f"is not a section; write [{key}]")
            return {}
        return self.take(key + ".", value, takers)

    def skipped(self, key: str, value: Any) -> frozenset[str]:
        names: frozenset[str] = self.section(key, value, {"skip": self.texts}).get("skip", frozenset())
        for name in sorted(names - self.rules if self.rules else ()):
            self.problem(f"{key}.skip", f"there is no rule {name!r}")
        return names

    def severities(self, key: str, value: Any) -> dict[str, str]:
        names = self.rules or (frozenset(value) if isinstance(value, dict) else frozenset())
        return self.section(key, value, dict.fromkeys(sorted(names), self.severity))

    def severity(self, key: str, value: Any) -> str:
        if value not in _SEVERITY_WORDS:
            self.problem(key, f"is not one of {', '.join(SEVERITIES.values())}")
            return "E"
        return _SEVERITY_WORDS[value]

    def gates(self, key: str, value: Any) -> dict[str, Scope]:
        return self.section(key, value, dict.fromkeys(GATE_SETTINGS, self.scope))

    def scope(self, key: str, value: Any) -> Scope:
        every: dict[str, Callable[[str, Any], Any]] = {"from_amount": self.amount, "sites": self.texts, "categories": self.texts}
        known = self.section(key, value, every)
        for name in known.keys() - GATE_SETTINGS[key.removeprefix("gates.")]:
            self.problem(f"{key}.{name}", f"cannot be set here: what this gate stops has no {_LACKING[name]} yet; leave it out")
        return Scope(**known)

    def tolerances(self, key: str, value: Any) -> tuple[Tolerance, ...]:
        if not isinstance(value, list):
            self.problem(key, "is not a list of sections; write [[tolerances]]")
            return ()
        return tuple(one for line in value if (one := self.tolerance(key, line)) is not None)

    def tolerance(self, key: str, value: Any) -> Tolerance | None:
        takers: dict[str, Callable[[str, Any], Any]] = dict.fromkeys(("kind", "site", "supplier", "category", "currency"), self.text)
        takers |= dict.fromkeys(("upper_absolute", "lower_absolute"), self.amount)
        takers |= dict.fromkeys(("upper_percent", "lower_percent"), self.percent)
        known = self.section(key, value, takers)
        if known.get("kind") not in KINDS:
            self.problem(f"{key}.kind", f"is missing or not one of {', '.join(KINDS)}")
            return None
        return Tolerance(**known)
