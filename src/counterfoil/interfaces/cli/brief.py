"""`counterfoil brief`: the review pack for operations, procurement and finance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from counterfoil.interfaces.cli.answering import answer
from counterfoil.interfaces.cli.speaking import RAN, on_terminal, progress_bar
from counterfoil.tables.brief.decisions import tally
from counterfoil.tables.brief.files import FILES, PDF_FILES, brief_json, refuse_without_typst, write_brief
from counterfoil.tables.brief.previous import DECISIONS, files_of
from counterfoil.tables.brief.run import Brief, open_brief
from counterfoil.tables.checks import RULES
from counterfoil.tables.landing import Unusable
from counterfoil.tables.output import output_folder
from counterfoil.tables.policy import load_policy
from counterfoil.tables.text import count, money, visible


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; empty sequences ask for everything. `previous`: where the brief before is; None = there is none."""

    folder: Path
    policy: Path | None
    out: Path
    previous: Path | None
    as_of: date | None
    sites: tuple[str, ...]
    categories: tuple[str, ...]
    pdf: bool
    as_json: bool


def run(request: Request) -> int:
    """Write the pack and print what is in it. Returns the exit code; problems that a person can mend go to standard error, one sentence
    each."""
    return answer("The run", lambda: (_brief(request), RAN))


def _brief(request: Request) -> str:
    _spare_decisions(request)
    if request.pdf:
        refuse_without_typst()
    policy = load_policy(request.policy, frozenset(rule.name for rule in RULES))
    with (
        output_folder(request.out, (*PDF_FILES, *FILES)) as space,
        progress_bar() as progress,
        open_brief(
            request.folder,
            policy=policy,
            as_of=request.as_of,
            sites=request.sites,
            categories=request.categories,
            previous=request.previous,
            progress=progress,
        ) as brief,
    ):
        write_brief(brief, space, pdf=request.pdf)
        old = [name for name in PDF_FILES if not request.pdf and (request.out / name).exists()]
        return brief_json(brief) if request.as_json else on_terminal(lambda width: _summary(brief, request.out, old))


def _spare_decisions(request: Request) -> None:
    """What people wrote into a file is never overwritten unread."""
    there = request.out / DECISIONS
    if there.exists() and not (request.previous and files_of(request.previous)[0].resolve() == there.resolve()):
        raise Unusable(
            f"{there} is there, and people may have written into it; carry it over with --previous, or name another folder with --out."
        )


def _summary(brief: Brief, out: Path, old: Sequence[str]) -> RenderableType:
    """`old`: files that an earlier brief wrote and this one did not."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("decides", "open", "late"):
        table.add_column(name, justify="left" if name == "decides" else "right")
    for owner, counts in tally(brief.decisions).items():
        table.add_row(owner, str(counts.open), str(counts.late))
    tied = [
        f"{money(now.tied, currency)} of {money(now.invoiced, currency)} invoiced ties back" for currency, now in brief.headlines.items()
    ]
    return Group(
        Text(f"Counterfoil review pack as of {brief.result.as_of}", "bold"),
        *(Text(line) for line in tied),
        Text(f"{count(len(brief.cases), 'case')}, {count(len(brief.decisions), 'decision')}"),
        table,
        *([Text(f"Of an earlier brief: {', '.join(old)}; --pdf writes them anew.", "yellow")] if old else []),
        Text(""),
        Text.assemble(("Brief  ", "bold"), visible(str(out / "brief.html")), overflow="fold"),
    )
