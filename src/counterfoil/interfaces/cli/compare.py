"""`counterfoil compare`: what came, went and stayed between two runs."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from counterfoil.interfaces.cli.answering import answer
from counterfoil.interfaces.cli.speaking import RAN, on_terminal, progress_bar
from counterfoil.tables.checks.registry import SEVERITIES
from counterfoil.tables.output import output_folder
from counterfoil.tables.runs.compare import Change, Comparison, open_comparison, worst_moved
from counterfoil.tables.runs.compare_files import FILES, comparison_json, write_comparison
from counterfoil.tables.runs.words import amount_moved, at_risk_moved, in_words, judged_how, percent
from counterfoil.tables.text import brief, count, figure, need, shortened, visible

_MOST_SITES, _MOST_NEEDS, _MOST_CHANGED = 12, 8, 8


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for. `out`: where the files go; None = no files."""

    before: Path
    after: Path
    out: Path | None
    as_json: bool


def run(request: Request) -> int:
    """Compare two runs, write the files and print what changed. Returns the exit code; problems that a person can mend go to standard
    error, one sentence each."""
    return answer("Comparing", lambda: (_compare(request), RAN))


def _compare(request: Request) -> str:
    place = output_folder(request.out, FILES) if request.out else nullcontext()
    with place as space, progress_bar() as progress, open_comparison(request.before, request.after, progress) as comparison:
        if space is not None:
            write_comparison(comparison, space)
        return comparison_json(comparison) if request.as_json else on_terminal(lambda width: _summary(comparison, request.out))


# ---- the summary ------------------------------------------------------------------------------------------------------------------


def _summary(comparison: Comparison, out: Path | None) -> RenderableType:
    return Group(
        Text.assemble(("Counterfoil compare  ", "bold"), f"{_told(comparison, 'before')}  →  {_told(comparison, 'after')}"),
        *(Text(f"! {visible(caution)}", "yellow") for caution in comparison.cautions),
        *_total(comparison),
        *_table("rule", comparison.rules, comparison),
        *_sites(comparison),
        *_changed(comparison),
        *_apart(comparison),
        *([Text(""), Text.assemble(("Changes  ", "bold"), visible(str(out)), overflow="fold")] if out else []),
    )


def _told(comparison: Comparison, side: str) -> str:
    one = comparison.before if side == "before" else comparison.after
    return f"{visible(str(one.folder))} (as of {one.as_of})"


def _total(comparison: Comparison) -> Iterator[RenderableType]:
    total = comparison.total
    yield _heading(f"{count(total.before, 'finding')} before, {total.after:,} after{percent(total.before, total.after)}")
    yield Text(f"{total.came:,} came, {total.went:,} went, {total.stayed:,} stayed ({total.changed:,} of them changed)")
    if at_risk := at_risk_moved(comparison):
        yield Text("At risk in errors and warnings, each document line once:")
        yield from (Text(f"  {moved}") for moved in at_risk)
    if total.verdict:
        yield Text(f"{in_words(total.verdict)}: {judged_how(total)}", "bold")


def _table(what: str, every: Sequence[Change], comparison: Comparison) -> Iterator[RenderableType]:
    """One line a rule or site where something is other than before."""
    changes = [change for change in every if change.moved]
    if not changes:
        return
    currencies = sorted(comparison.total.amounts, key=lambda name: (not name, -sum(name in change.amounts for change in changes), name))[:1]
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column(what, overflow="fold")
    for name in ("before", "came", "went", "after", "changed"):
        table.add_column(name, justify="right")
    for currency in currencies:
        table.add_column(f"± {shortened(visible(currency), 12) or 'no currency'}", justify="right")
    judged = any(change.verdict for change in changes)
    if judged:
        table.add_column("difference")
    for change in changes:
        cells = [f"{number:,}" if number else "" for number in (change.before, change.came, change.went, change.after, change.changed)]
        sums = [change.amounts.get(currency) for currency in currencies]
        cells += [figure(one.after - one.before, currency) if one else "" for one, currency in zip(sums, currencies, strict=True)]
        if judged:
            cells.append(in_words(change.verdict) if change.verdict else "")
        table.add_row(Text(visible(change.name) or "(none)"), *map(Text, cells))
    yield _heading(f"By {what}")
    yield table
    if same := len(every) - len(changes):
        yield Text(f"{count(same, what)} with findings as before.", "dim")


def _sites(comparison: Comparison) -> Iterator[RenderableType]:
    yield from _table("site", comparison.sites[:_MOST_SITES], comparison)
    if len(comparison.sites) > _MOST_SITES:
        yield Text(f"… and {count(len(comparison.sites) - _MOST_SITES, 'more site')} with fewer findings", "dim")


def _changed(comparison: Comparison) -> Iterator[RenderableType]:
    """Of the findings that stayed, which are others than before."""
    number = comparison.total.changed
    if not number:
        return
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("rule", "line", "severity", "at risk"):
        table.add_column(name, overflow="fold", justify="right" if name == "at risk" else "left")
    for one in worst_moved(comparison, "changed", _MOST_CHANGED):
        words = [SEVERITIES.get(letter, "info") for letter in (one.severity_before or "", one.severity)]
        severity = words[1] if words[0] == words[1] else f"{words[0]} → {words[1]}"
        table.add_row(*map(Text, (brief(one.rule, 60), brief(one.document, 40), severity, amount_moved(one) or "-")))
    yield _heading(f"{count(number, 'finding')} changed")
    yield table
    if number > _MOST_CHANGED:
        yield Text(f"… and {number - _MOST_CHANGED:,} more in changes.csv (--out)", "dim")


def _apart(comparison: Comparison) -> Iterator[RenderableType]:
    if not comparison.apart:
        return
    yield _heading(f"{count(len(comparison.apart), 'rule')} not comparable: their findings neither came nor went")
    for apart in comparison.apart[:_MOST_NEEDS]:
        needs = f": needs {', '.join(need(name) for name in apart.needs)}" if apart.needs else ""
        yield Text(f"{visible(apart.rule)}: {apart.why}{visible(needs)} ({count(apart.findings, 'finding')} in the other run)")
    if len(comparison.apart) > _MOST_NEEDS:
        yield Text(f"… and {count(len(comparison.apart) - _MOST_NEEDS, 'more rule')}", "dim")


def _heading(text: str) -> Text:
    return Text("\n" + text, "bold")
