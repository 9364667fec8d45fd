"""`counterfoil propose`: what lines without a link may mean, and the tables with what was accepted."""

import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from counterfoil.interfaces.cli.answering import answer
from counterfoil.interfaces.cli.speaking import RAN, on_terminal, progress_bar
from counterfoil.tables.checks import RULES
from counterfoil.tables.links.accepting import Taken, accept
from counterfoil.tables.links.files import FILES, accepted_amounts, proposals_json, write_proposals
from counterfoil.tables.links.model import read_model
from counterfoil.tables.links.run import Outcome, Proposals, open_proposals
from counterfoil.tables.output import output_folder
from counterfoil.tables.policy import load_policy
from counterfoil.tables.text import amounts, count, share, visible


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for. `model`: None = learn one. `out`: where the files go."""

    folder: Path
    policy: Path | None
    out: Path
    sites: tuple[str, ...]
    threshold: float
    model: Path | None
    accept: Path | None
    as_json: bool


def run(request: Request) -> int:
    """Propose links, write the files and print what was found. Returns the exit code; problems that a person can mend go to standard error,
    one sentence each."""
    return answer("The run", lambda: (_accept(request, request.accept) if request.accept else _propose(request), RAN))


def _propose(request: Request) -> str:
    policy = load_policy(request.policy, frozenset(rule.name for rule in RULES))
    model = read_model(request.model) if request.model else None
    with (
        output_folder(request.out, FILES) as space,
        progress_bar() as progress,
        open_proposals(
            request.folder, policy=policy, threshold=request.threshold, model=model, sites=request.sites, progress=progress
        ) as proposals,
    ):
        write_proposals(proposals, space)
        return proposals_json(proposals) if request.as_json else on_terminal(lambda width: _summary(proposals, request.out))


def _accept(request: Request, file: Path) -> str:
    policy = load_policy(request.policy, frozenset(rule.name for rule in RULES))
    with progress_bar() as progress:
        taken = accept(request.folder, file, request.out, policy, progress)
    if request.as_json:
        return json.dumps(asdict(taken), indent=2, ensure_ascii=False) + "\n"
    return on_terminal(lambda width: _taken(taken, request.out))


def _taken(taken: Taken, out: Path) -> RenderableType:
    lines = [f"{count(number, kind.replace('_', ' '))} linked" for kind, number in taken.links.items()]
    if taken.by_header:
        lines.append(f"of the invoice lines, {count(taken.by_header, 'invoice names its order', 'invoices name their order')} as a whole")
    said = [
        f"{count(number, 'row')} of {table} could not be read and are not in the new folder" for table, number in taken.rejected.items()
    ]
    said += [f"{visible(what)}: kept aside, not in the new folder" for what in taken.aside]
    said += [f"column {visible(name)} of the file: not looked at" for name in taken.ignored]
    return Group(
        Text("Counterfoil: accepted links", "bold"),
        *map(Text, lines),
        *(Text(line, "yellow") for line in said),
        Text.assemble(("Tables  ", "bold"), visible(str(out)), overflow="fold"),
    )


def _summary(proposals: Proposals, out: Path) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("link", "without", "proposed", "accepted", "of those without", "worth"):
        table.add_column(name, justify="left" if name == "link" else "right", no_wrap=name == "link")
    for outcome in proposals.outcomes:
        table.add_row(*map(Text, _cells(proposals, outcome)))
    left_out = [(outcome.kind.plural, block, found) for outcome in proposals.outcomes for block, found in outcome.left_out.items()]
    return Group(
        Text("Counterfoil: proposed links", "bold"),
        table,
        *(
            Text(f"{plural}: {found.lines:,} share {block} with too many others; that alone proposes nothing for them", "dim")
            for plural, block, found in left_out
        ),
        Text(""),
        Text(f"Accepted are proposals from {proposals.threshold:.2f} on. Change the column accept as you see fit, then give the file to"),
        Text("counterfoil propose FOLDER --accept FILE --out NEW_FOLDER", "bold"),
        Text.assemble(("List  ", "bold"), visible(str(out / "proposals.csv")), overflow="fold"),
        Text.assemble(("Page  ", "bold"), visible(str(out / "proposals.html")), overflow="fold"),
    )


def _cells(proposals: Proposals, outcome: Outcome) -> list[str]:
    return [
        f"{outcome.kind.plural} to {outcome.kind.to}",
        f"{outcome.without:,}",
        f"{outcome.proposed:,}",
        f"{outcome.accepted:,}",
        share(Decimal(outcome.accepted), Decimal(outcome.without)),
        "\n".join(amounts(accepted_amounts(proposals, outcome.kind.name))),
    ]
