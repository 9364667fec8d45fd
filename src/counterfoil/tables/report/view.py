"""What the page shows, as texts and lists of bounded length: the template only lays them out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from counterfoil.tables.checks.registry import SEVERITIES, THEMES
from counterfoil.tables.landing import Report
from counterfoil.tables.report import queries
from counterfoil.tables.report.chain import Chain, chains
from counterfoil.tables.report.text import amounts, count, money, need, shortened
from counterfoil.tables.result import CheckResult, Outcome

MOST_CHAINS, MOST_CURRENCIES = 4, 24
MOST_SITES, MOST_FINDINGS, MOST_REJECTS, MOST_REPORTS = 20, 20, 50, 50
MOST_EVIDENCE = 24


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule that was run. `severities`: (word, how many findings) for those that it found."""

    name: str
    theme: str
    question: str
    remedy: str
    owner: str
    at_risk: str
    severities: tuple[tuple[str, int], ...]
    findings: int
    amounts: list[str]
    not_judged: int
    exempt: int

    @property
    def silent(self) -> bool:
        """Nothing to show: no findings and nothing left unjudged."""
        return not self.findings and not self.not_judged


@dataclass(frozen=True, slots=True)
class NotRun:
    """A rule that could not be run, and what it needs, in words."""

    name: str
    question: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingCard:
    """One of the worst findings, ready to read. `where`: (word, id) of what it is about; `evidence`: (name, value)."""

    rule: str
    severity: str
    message: str
    amount: str
    occurred_at: str
    where: tuple[tuple[str, str], ...]
    evidence: tuple[tuple[str, str], ...]
    others: list[str]


@dataclass(frozen=True, slots=True)
class SiteRow:
    """The findings of one site."""

    name: str
    errors: int
    warnings: int
    infos: int
    amounts: list[str]


@dataclass(frozen=True, slots=True)
class View:
    """Everything on the page. A list that was cut has a count of what is not in it beside it."""

    result: CheckResult
    charts: list[Chain]
    other_chains: list[Chain]
    chains_left: int
    findings: int
    at_risk: list[str]
    severities: tuple[tuple[str, int], ...]
    themes: dict[str, list[RuleRow]]
    not_run: list[NotRun]
    not_judged: int
    sites: list[SiteRow]
    sites_left: int
    worst: list[FindingCard]
    rejects: list[queries.Reject]
    rejects_left: int
    reports: tuple[Report, ...]
    reports_left: int
    policy: list[tuple[str, str]]


def make_view(result: CheckResult) -> View:
    """Ask the result for all that the page shows."""
    found = chains(result.chain)
    by_rule = queries.severities(result.database)
    rows = [_rule_row(outcome, by_rule.get(outcome.rule.name, {})) for outcome in result.outcomes if outcome.status == "run"]
    sites, site_count = queries.sites(result.database, MOST_SITES)
    rejects = queries.rejects(result.database, MOST_REJECTS)
    reports = result.landing.reports
    return View(
        result=result,
        charts=found[:MOST_CHAINS],
        other_chains=found[MOST_CHAINS:MOST_CURRENCIES],
        chains_left=max(0, len(found) - MOST_CURRENCIES),
        findings=sum(row.findings for row in rows),
        at_risk=amounts(result.at_risk, most=MOST_CHAINS),
        severities=tuple((word, result.count(letter)) for letter, word in SEVERITIES.items()),
        themes={theme: sorted((row for row in rows if row.theme == theme), key=_worst_first) for theme in THEMES},
        not_run=[_not_run(outcome) for outcome in result.outcomes if outcome.status != "run"],
        not_judged=sum(row.not_judged for row in rows),
        sites=[SiteRow(site.site_id or "(no site)", site.errors, site.warnings, site.infos, amounts(site.amounts)) for site in sites],
        sites_left=site_count - len(sites),
        worst=[_card(finding) for finding in queries.worst(result.database, MOST_FINDINGS)],
        rejects=rejects,
        rejects_left=sum(table.rejected for table in result.landing.tables.values()) - len(rejects),
        reports=reports[:MOST_REPORTS],
        reports_left=max(0, len(reports) - MOST_REPORTS),
        policy=list(_flat(dict(result.policy))),
    )


def _rule_row(outcome: Outcome, found: dict[str, int]) -> RuleRow:
    rule = outcome.rule
    return RuleRow(
        name=rule.name,
        theme=rule.theme,
        question=rule.question,
        remedy=rule.remedy,
        owner=rule.owner,
        at_risk=rule.at_risk,
        severities=tuple((word, found[letter]) for letter, word in SEVERITIES.items() if letter in found),
        findings=outcome.findings,
        amounts=amounts(dict(outcome.amounts)),
        not_judged=outcome.not_judged,
        exempt=outcome.exempt,
    )


def _worst_first(row: RuleRow) -> tuple[int, ...]:
    order = list(SEVERITIES.values())
    return (min((order.index(word) for word, _ in row.severities), default=len(order)), -row.findings)


def _not_run(outcome: Outcome) -> NotRun:
    return NotRun(outcome.rule.name, outcome.rule.question, tuple(need(name) for name in outcome.needs))


def _card(finding: queries.Finding) -> FindingCard:
    about = (finding.document or "document").replace("_", " ")
    where = {about: finding.document_id, "line": finding.line_id, "work order": finding.work_order_id}
    where |= {about: finding.document_id, "site": finding.site_id, "supplier": finding.supplier_id}
    return FindingCard(
        rule=finding.rule,
        severity=SEVERITIES.get(finding.severity, finding.severity),
        message=shortened(finding.message, 400),
        amount=money(finding.amount, finding.currency) if finding.amount else "",
        occurred_at=finding.occurred_at or "",
        where=tuple((word, shortened(value, 80)) for word, value in where.items() if value),
        evidence=_evidence(finding.evidence),
        others=finding.others,
    )


def _evidence(text: str) -> tuple[tuple[str, str], ...]:
    """The values of the evidence by name; a text that is no JSON object is shown as it is."""
    try:
        # Numbers stay the texts that they are: a float would show other digits.
        document = json.loads(text, parse_float=str, parse_int=str) if text else {}
    except (ValueError, RecursionError):
        return (("evidence", shortened(text)),)
    if not isinstance(document, dict):
        return (("evidence", shortened(text)),)
    document.pop("policy", None)  # the same for all, and at the foot of the page
    pairs = list(islice(_flat(document), MOST_EVIDENCE + 1))
    return tuple(pairs[:MOST_EVIDENCE]) + ((("and", "more in findings.csv"),) if len(pairs) > MOST_EVIDENCE else ())


def _flat(document: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Name and value of everything that is set; lists on one line."""
    for name, value in document.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", text) for inner, text in _flat(value))
        elif value is not None and value not in ([], ""):
            yield shortened(name.replace("_", " "), 60), shortened(_in_words(value))


def _in_words(value: object) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        shown = ", ".join(_in_words(one) for one in islice(value, 12))
        return f"{shown}, … {count(len(value) - 12, 'more', 'more')}" if len(value) > 12 else shown
    if isinstance(value, dict):
        return " ".join(f"{name.replace('_', ' ')} {_in_words(inner)}" for name, inner in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
