"""`counterfoil init`: look at an unknown export, propose mapping.toml, try it, say what to do next."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from counterfoil.interfaces.cli.asking import Asker, ask_about
from counterfoil.interfaces.cli.proposed import Tried, as_json, on_terminal
from counterfoil.interfaces.cli.speaking import RAN, UNUSABLE, complain, progress_bar, say
from counterfoil.tables import mapping
from counterfoil.tables.check import open_check
from counterfoil.tables.database import open_database
from counterfoil.tables.landing import Unusable
from counterfoil.tables.policy import load_policy
from counterfoil.tables.proposal import Proposal, propose, sample, written

PROPOSED = "mapping.proposed.toml"
"""Where a proposal goes when the folder has a mapping already."""


@dataclass(frozen=True, slots=True)
class InitRequest:
    """What was asked for."""

    folder: Path
    force: bool
    as_json: bool


def run(request: InitRequest, ask: Asker | None = None) -> int:
    """Propose, ask where `ask` is given, write, try, say. Returns the exit code; problems go to standard error, one sentence each."""
    try:
        with open_database() as database:
            with progress_bar() as progress:
                proposal = propose(request.folder, database, lambda what: progress(what, 0, 1))
            if not proposal.feeds:
                raise Unusable(*_nothing(request.folder, proposal))
            if ask is not None:
                ask_about(proposal, database, ask)
            path = _write(request, written(proposal))
            tried = _try(request.folder, proposal, database)
    except Unusable as unusable:
        complain(unusable.problems)
        return UNUSABLE
    say(as_json(proposal, path, tried) + "\n" if request.as_json else on_terminal(proposal, request.folder, path, tried))
    return RAN


def _nothing(folder: Path, proposal: Proposal) -> list[str]:
    found = proposal.unplaced
    return [*found, f"{folder} holds nothing that is clearly an exchange table; docs/guides/own-export.md shows what to export."]


def _write(request: InitRequest, text: str) -> Path:
    """Write the mapping; one that is there already is left as it is, unless `force`."""
    path = request.folder / mapping.NAME
    if path.exists() and not request.force:
        path = request.folder / PROPOSED
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {error.strerror}; make the folder writable.") from None
    return path


def _try(folder: Path, proposal: Proposal, database: duckdb.DuckDBPyConnection) -> Tried:
    """Check what the proposal makes of the folder, in a folder that is gone afterwards."""
    with TemporaryDirectory(prefix="counterfoil-") as space, progress_bar() as progress:
        part, whole = sample(proposal, folder, Path(space), database)
        try:
            with open_check(Path(space), policy=load_policy(), progress=progress) as result:
                return Tried.of(result, part, whole=whole)
        except Unusable as unusable:
            return Tried(problems=unusable.problems)
