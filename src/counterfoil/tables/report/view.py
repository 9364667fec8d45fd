"""report.html: what the page shows, as texts and lists of bounded length; the template only lays them out."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from markupsafe import Markup

from counterfoil.tables.checks.registry import SEVERITIES, THEMES, Rule
from counterfoil.tables.landing import Report
from counterfoil.tables.report import queries
from counterfoil.tables.report.breakdown import Panel, by_month, panels
from counterfoil.tables.report.chain import Chain, chains
from counterfoil.tables.report.chain_picture import chain_picture
from counterfoil.tables.report.listing import listing
from counterfoil.tables.report.page import render_page
from counterfoil.tables.report.stories import Paper, tell
from counterfoil.tables.result import CheckResult, Outcome
from counterfoil.tables.text import amounts, count, money, need, shortened

MOST_CHAINS, MOST_CURRENCIES = 4, 24
MOST_STORIES, MOST_REJECTS, MOST_REPORTS = 20, 50, 50
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
class Story:
    """One of the worst findings, ready to read. `papers`: in the order of the chain; `evidence`: (name, value) of what was
    compared."""

    rule: str
    severity: str
    message: str
    remedy: str
    owner: str
    amount: str
    occurred_at: str
    papers: tuple[Paper, ...]
    evidence: tuple[tuple[str, str], ...]
    others: list[str]


@dataclass(frozen=True, slots=True)
class View:
    """Everything on the page. A list that was cut has a count of what is not in it beside it."""

    result: CheckResult
    charts: list[tuple[Chain, Markup]]
    other_chains: list[Chain]
    chains_left: int
    findings: int
    at_risk: list[str]
    severities: tuple[tuple[str, int], ...]
    themes: dict[str, list[RuleRow]]
    not_run: list[NotRun]
    not_judged: int
    panels: list[Panel]
    months: Markup
    outside_months: int
    stories: list[Story]
    listed: int
    rows: Markup
    rejects: list[queries.Reject]
    rejects_left: int
    reports: tuple[Report, ...]
    reports_left: int
    policy: list[tuple[str, str]]


def render(result: CheckResult) -> str:
    """The page as HTML. Its length is bounded however many findings there are, and everything that comes from data is escaped."""
    view = make_view(result)
    return render_page("report.html", script="findings.js" if view.findings else "", view=view, result=result)


def make_view(result: CheckResult) -> View:
    """Ask the result for all that the page shows."""
    found = chains(result.chain)
    by_rule = queries.severities(result.database)
    rows = [_rule_row(outcome, by_rule.get(outcome.rule.name, {})) for outcome in result.outcomes if outcome.status == "run"]
    rules = {outcome.rule.name: outcome.rule for outcome in result.outcomes}
    months, outside = by_month(result.database, result.as_of)
    listed, found_rows = listing(result.database, rules)
    rejects = queries.rejects(result.database, MOST_REJECTS)
    reports = result.landing.reports
    return View(
        result=result,
        charts=[(chain, chain_picture(chain)) for chain in found[:MOST_CHAINS]],
        other_chains=found[MOST_CHAINS:MOST_CURRENCIES],
        chains_left=max(0, len(found) - MOST_CURRENCIES),
        findings=sum(row.findings for row in rows),
        at_risk=amounts(result.at_risk, most=MOST_CHAINS),
        severities=tuple((word, result.count(letter)) for letter, word in SEVERITIES.items()),
        themes={theme: sorted((row for row in rows if row.theme == theme), key=_worst_first) for theme in THEMES},
        not_run=[_not_run(outcome) for outcome in result.outcomes if outcome.status != "run"],
        not_judged=sum(row.not_judged for row in rows),
        panels=panels(result.database, rules),
        months=months,
        outside_months=outside,
        stories=_stories(result, rules),
        listed=listed,
        rows=found_rows,
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


def _stories(result: CheckResult, rules: dict[str, Rule]) -> list[Story]:
    worst = queries.worst(result.database, MOST_STORIES)
    told = tell(result.database, result.landing, [(finding, rules[finding.rule]) for finding in worst])
    return [_story(finding, rules[finding.rule], papers) for finding, papers in zip(worst, told, strict=True)]


def _story(finding: queries.Finding, rule: Rule, papers: tuple[Paper, ...]) -> Story:
    return Story(
        rule=finding.rule,
        severity=SEVERITIES.get(finding.severity, finding.severity),
        message=shortened(finding.message, 400),
        remedy=rule.remedy,
        owner=rule.owner,
        amount=money(finding.amount, finding.currency) if finding.amount else "",
        occurred_at=finding.occurred_at or "",
        papers=papers,
        evidence=_evidence(finding),
        others=finding.others,
    )


def _evidence(finding: queries.Finding) -> tuple[tuple[str, str], ...]:
    """The values of the evidence by name; a text that is no JSON object is shown as it is."""
    document = finding.facts
    if document is None:
        return (("evidence", shortened(finding.evidence)),)
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
