"""What the five pages of a brief show, as texts and lists of bounded length: the page and the paper only lay it out."""

from dataclasses import dataclass, replace
from decimal import Decimal

from counterfoil.rules.money import plain
from counterfoil.tables.brief.cases import Case
from counterfoil.tables.brief.decisions import DECIDES, Item, State, tally
from counterfoil.tables.brief.figures import ABOVE_PRICE, NOT_NAMED, OTHER_SUPPLIER, Score, Spread
from counterfoil.tables.brief.previous import Headline
from counterfoil.tables.brief.run import Brief
from counterfoil.tables.report.chain import Chain, chains
from counterfoil.tables.report.queries import severities
from counterfoil.tables.report.stories import Field, Paper
from counterfoil.tables.text import amounts, count, money, share, shortened, some_currencies

MOST_CHAINS, MOST_CURRENCIES = 2, 3
MOST_RULES = {0: 12, 1: 8, 2: 4}
"""By how many chains stand above them on the page."""

MOST_DECISIONS, MOST_SPENDERS, MOST_SPREADS, MOST_LEAKS, MOST_SCORES = 15, 9, 9, 5, 12

FEW = 5
"""A share of fewer cases says little, and is shown paler."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One currency in four figures, each with what it was before ("" = not known)."""

    currency: str
    tied: str
    tied_before: str
    figures: tuple[tuple[str, str, str], ...]
    """(what, how much, before)"""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case, ready to read."""

    rule: str
    severity: str
    message: str
    worth: str
    remedy: str
    turn: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision, ready to read."""

    state: str
    what: str
    worth: str
    owner: str
    person: str
    due_on: str
    note: str


@dataclass(frozen=True, slots=True)
class Rate:
    """A share and the number of cases that it is of; "" and 0 where there is none. `few`: of so few that it says little."""

    share: str
    of: int
    few: bool


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One supplier, ready to read."""

    supplier: str
    on_time: Rate
    median_late: str
    complete: Rate
    price: Rate
    excess: str
    quality: Rate


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts below heads. `numbers`: the columns that hold figures; `left`: how many rows are not shown; `note`: what the rows are
    summed up to, or why there are none."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int]
    left: int
    note: str


@dataclass(frozen=True, slots=True)
class View:
    """Everything on the five pages. A list that was cut has a count of what is not in it beside it."""

    scope: str
    period: str
    as_of: str
    version: str
    policy: str
    before: str
    tiles: tuple[Tile, ...]
    tiles_left: int
    findings: tuple[tuple[str, int, str], ...]
    """(severity, how many, before)"""
    owners: tuple[tuple[str, int, int], ...]
    """(who decides, open decisions, late ones)"""
    chains: tuple[Chain, ...]
    rules: Table
    cases: tuple[tuple[CaseRow, ...], tuple[CaseRow, ...]]
    """Of the second page and of the third."""
    decisions: tuple[DecisionRow, ...]
    decisions_left: int
    dropped: int
    leaks: Table
    leak_kinds: Table
    spend: Table
    spreads: Table
    scores: tuple[ScoreRow, ...]
    scores_left: int
    too_late: int


def make_view(brief: Brief) -> View:
    """All that the pages show."""
    result = brief.result
    shown = [item for item in brief.decisions if item.state is not State.DROPPED]
    cases = [case_row(brief, case) for case in brief.cases]
    half = -(-len(cases) // 2)
    return View(
        scope=scope_of(brief),
        period=_period(brief),
        as_of=str(result.as_of),
        version=result.version,
        policy=shortened(f"{result.policy['name']} {result.policy['version']}", 80),
        before=str(brief.previous.as_of) if brief.previous and brief.previous.as_of else "",
        tiles=tuple(_tile(brief, currency) for currency in list(brief.headlines)[:MOST_CURRENCIES]),
        tiles_left=max(0, len(brief.headlines) - MOST_CURRENCIES),
        findings=tuple((word, number, _before_count(brief, word)) for word, number in brief.findings.items()),
        owners=tuple((owner, counts.open, counts.late) for owner, counts in tally(brief.decisions).items()),
        chains=tuple(chains(result.chain)[:MOST_CHAINS]),
        rules=_rules(brief),
        cases=(tuple(cases[:half]), tuple(cases[half:])),
        decisions=tuple(map(decision_row, shown[:MOST_DECISIONS])),
        decisions_left=max(0, len(shown) - MOST_DECISIONS),
        dropped=len(brief.decisions) - len(shown),
        leaks=_leaks(brief),
        leak_kinds=_leak_kinds(brief),
        spend=_spend(brief),
        spreads=_spreads(brief),
        scores=tuple(_score(brief, score) for score in brief.suppliers.scores[:MOST_SCORES]),
        scores_left=max(0, brief.suppliers.suppliers - MOST_SCORES),
        too_late=brief.suppliers.too_late,
    )


# ---- the first page ---------------------------------------------------------------------------------------------------------------------


def scope_of(brief: Brief) -> str:
    """What the brief is of: sites and categories, by name."""
    sites = [_named(brief, "sites", site) for site in brief.result.narrowing["sites"]]
    categories = list(brief.result.narrowing["categories"])
    return shortened(f"{', '.join(sites) or 'All sites'} · {', '.join(categories) or 'all categories'}", 120)


def _period(brief: Brief) -> str:
    first, last = brief.period
    return f"orders and invoices from {first} to {last}" if first and last else "no dated orders or invoices"


def _tile(brief: Brief, currency: str) -> Tile:
    now = brief.headlines[currency]
    old = brief.previous.headlines.get(currency) if brief.previous else None

    def row(what: str, name: str) -> tuple[str, str, str]:
        return what, money(getattr(now, name), currency), money(getattr(old, name), currency) if old else ""

    figures = (row("invoiced", "invoiced"), row("without work, stock or exemption", "without_work"), row("at risk", "at_risk"))
    return Tile(currency, tied_share(now), tied_share(old) if old else "", figures)


def tied_share(figures: Headline) -> str:
    """The share of the invoiced money that ties all the way back, "n/a" where there is no whole to take a share of."""
    return share(figures.tied, figures.invoiced) if 0 <= figures.tied <= figures.invoiced else "n/a"


def _before_count(brief: Brief, word: str) -> str:
    number = brief.previous.findings.get(word) if brief.previous else None
    return "" if number is None else f"{number:,}"


def _rules(brief: Brief) -> Table:
    """The rules with errors, then those with most findings; and how many there were before."""
    found = severities(brief.result.database)
    outcomes = [outcome for outcome in brief.result.outcomes if found.get(outcome.rule.name, {}).keys() & {"E", "W"}]
    outcomes.sort(key=lambda outcome: ("E" not in found[outcome.rule.name], -outcome.findings, outcome.rule.name))
    before = brief.previous.rules if brief.previous else {}
    rows = [
        (
            outcome.rule.name,
            outcome.rule.question,
            f"{outcome.findings:,}",
            f"{before[outcome.rule.name]:,}" if outcome.rule.name in before else "–",
            "; ".join(amounts(dict(outcome.amounts), most=2)) or "–",
        )
        for outcome in outcomes[: MOST_RULES[min(len(brief.result.chain), MOST_CHAINS)]]
    ]
    heads = ("Rule", "Asks", "Findings", "Before", "At risk")
    return Table(heads, tuple(rows), frozenset({2, 3, 4}), len(outcomes) - len(rows), "")


# ---- cases and decisions ----------------------------------------------------------------------------------------------------------------


def case_row(brief: Brief, case: Case) -> CaseRow:
    """A case, with the names of suppliers and sites on its papers."""
    return CaseRow(
        rule=case.rule.name,
        severity=case.severity,
        message=shortened(case.message, 220),
        worth=money(case.finding.amount, case.finding.currency) if case.finding.amount else "",
        remedy=case.rule.remedy,
        turn=f"{case.rule.owner}, {DECIDES[case.rule.owner]}",
        papers=tuple(_with_names(brief, paper) for paper in case.papers),
    )


def _with_names(brief: Brief, paper: Paper) -> Paper:
    return replace(paper, parts=tuple(replace(part, fields=tuple(_with_name(brief, one) for one in part.fields)) for part in paper.parts))


def _with_name(brief: Brief, field: Field) -> Field:
    name = brief.names["suppliers"].get(field.value) if field.label == "supplier" else None
    return replace(field, value=f"{field.value} {shortened(name, 30)}") if name else field


def decision_row(item: Item) -> DecisionRow:
    """A decision as people read it."""
    one = item.decision
    return DecisionRow(
        state=item.state.value,
        what=shortened(one.what, 240),
        worth=shortened(one.worth, 60),
        owner=one.owner,
        person=shortened(one.person, 40),
        due_on=str(one.due_on or ""),
        note=shortened(one.note, 120),
    )


# ---- contracts, spend, prices -----------------------------------------------------------------------------------------------------------


def _named(brief: Brief, table: str, id_: str | None) -> str:
    """The name of a supplier or site, else its id."""
    if id_ is None:
        return "(unknown)"
    return shortened(brief.names[table].get(id_, id_), 34)


def _leak_kinds(brief: Brief) -> Table:
    leakage = brief.leakage
    rows = []
    for currency, (lines, value) in list(leakage.covered.items())[:MOST_CURRENCIES]:
        cells = [money(value, currency), f"{lines:,}"]
        for kind in (OTHER_SUPPLIER, NOT_NAMED, ABOVE_PRICE):
            found, amount = leakage.kinds.get((kind, currency), (0, Decimal(0)))
            cells.append(f"{money(amount, currency)} · {count(found, 'line')}" if found else "–")
        rows.append(tuple(cells))
    heads = ("Covered by a contract", "Lines", "From another supplier", "Contract not named", "Above its price, excess")
    note = "" if rows else "No order line was of a part or category that a contract in force covered."
    return Table(heads, tuple(rows), frozenset({1}), max(0, len(leakage.covered) - MOST_CURRENCIES), note)


def _leaks(brief: Brief) -> Table:
    leakage = brief.leakage
    rows = [
        (
            leak.kind,
            shortened(leak.thing, 30),
            f"{shortened(leak.contract_id, 24)}, {_named(brief, 'suppliers', leak.contract_supplier)}",
            _named(brief, "suppliers", leak.supplier_id),
            f"{leak.lines:,}",
            money(leak.amount, leak.currency),
        )
        for leak in leakage.largest[:MOST_LEAKS]
    ]
    heads = ("What", "Part or category", "Contract", "Bought from", "Lines", "Amount")
    return Table(heads, tuple(rows), frozenset({4, 5}), len(leakage.largest) - len(rows) + leakage.left, "")


def _spend(brief: Brief) -> Table:
    """The largest suppliers of each of the first currencies."""
    currencies = list(dict.fromkeys(row.currency for row in brief.spend))[:MOST_CURRENCIES]
    each = max(2, MOST_SPENDERS // max(1, len(currencies)))
    rows: list[tuple[str, ...]] = []
    for currency in currencies:
        mine = [row for row in brief.spend if row.currency == currency]
        cumulated = Decimal(0)
        for row in mine[:each]:
            cumulated += row.amount or Decimal(0)
            parts = (row.amount or Decimal(0), row.of or Decimal(0))
            rows.append(
                (
                    _named(brief, "suppliers", row.supplier_id),
                    f"{row.invoices:,}",
                    money(row.amount, currency),
                    share(*parts),
                    share(cumulated, parts[1]),
                    money(row.without_work, currency) if row.without_work else "–",
                )
            )
    left = sum({row.currency: row.suppliers for row in brief.spend}.values()) - len(rows)
    heads = ("Supplier", "Invoices", "Invoiced, net", "Share", "Together", "Without work, stock or exemption")
    return Table(heads, tuple(rows), frozenset({1, 2, 3, 4, 5}), left, "" if rows else "Nothing was invoiced.")


def _spreads(brief: Brief) -> Table:
    spreads = brief.spreads
    currencies = list(dict.fromkeys(row.currency for row in spreads.largest))[:MOST_CURRENCIES]
    each = max(2, MOST_SPREADS // max(1, len(currencies)))
    chosen = [row for currency in currencies for row in [one for one in spreads.largest if one.currency == currency][:each]]
    rows = tuple(_spread_row(brief, row) for row in chosen)
    everything = sum(things for things, *_ in spreads.totals.values())
    savings = [f"{money(saving, currency)} of {money(paid, currency)}" for currency, (_, _, paid, saving) in spreads.totals.items()]
    note = (
        f"{count(everything, 'part or job', 'parts and jobs')} with a spread, which at the lowest price of each would have cost less by "
        f"{'; '.join(some_currencies(savings, MOST_CURRENCIES))}. "
        if rows
        else "No part and no job was bought at different prices by several sites or from several suppliers. "
    )
    heads = ("Part or job", "Unit", "Lowest, where", "Median", "Highest, where", "Lines", "Above the lowest")
    return Table(heads, rows, frozenset({3, 5, 6}), everything - len(rows), note + _not_compared(brief))


def _not_compared(brief: Brief) -> str:
    spreads = brief.spreads
    told = f"{count(spreads.compared, 'order line')} compared, {spreads.not_compared:,} not comparable"
    doubt = f"; {count(spreads.doubtful, 'part or job', 'parts and jobs')} left out, whose prices are in doubt" if spreads.doubtful else ""
    return f"{told}{doubt}."


def _spread_row(brief: Brief, row: Spread) -> tuple[str, ...]:
    def place(price: Decimal, site: str | None, supplier: str | None) -> str:
        where = [_named(brief, table, id_) for table, id_ in (("sites", site), ("suppliers", supplier)) if id_ is not None]
        return f"{price_of(price)} {', '.join(where)}"

    thing = f"{row.description or ''} ({row.thing})" if row.is_job else f"{row.thing} {row.description or ''}"
    return (
        shortened(thing.strip(), 44),
        f"{row.currency}/{row.unit or 'unit'}",
        place(row.lowest, row.lowest_site, row.lowest_supplier),
        price_of(row.median),
        place(row.highest, row.highest_site, row.highest_supplier),
        f"{row.lines:,}",
        money(row.saving, row.currency),
    )


def price_of(price: Decimal) -> str:
    """A price of one, with all its digits."""
    return f"{Decimal(plain(price)):,f}"


# ---- suppliers --------------------------------------------------------------------------------------------------------------------------


def _rate(part: int | Decimal, of: int, whole: Decimal | None = None) -> Rate:
    """`part` of `whole`, which is `of` cases where it is not told."""
    if not of:
        return Rate("", 0, few=False)
    return Rate(share(Decimal(part), Decimal(of) if whole is None else whole), of, of < FEW)


def _score(brief: Brief, score: Score) -> ScoreRow:
    """Prices are of the currency in which the supplier has most invoice lines."""
    currency, billed = next(iter(score.billed.items()), ("", None))
    return ScoreRow(
        supplier=_named(brief, "suppliers", score.supplier_id),
        on_time=_rate(score.on_time, score.due),
        median_late="" if score.median_late is None else count(score.median_late, "day"),
        complete=_rate(score.complete, score.due),
        price=_rate(billed.excess or Decimal(0), billed.lines, billed.amount or Decimal(0)) if billed else _rate(0, 0),
        excess=money(billed.excess, currency) if billed and billed.excess else "",
        quality=_rate(score.clean, score.invoices),
    )
