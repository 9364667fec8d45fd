"""One run of proposals: read a folder, find candidates for every line without a link, learn what evidence is worth, and choose."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np

from counterfoil import __version__
from counterfoil.tables.check import Progress, check_known, one_state, open_facts
from counterfoil.tables.database import literal, name
from counterfoil.tables.facts.run import Facts
from counterfoil.tables.facts.store import store
from counterfoil.tables.links.blocking import LeftOut, block_pairs
from counterfoil.tables.links.choosing import choose, make_table, score
from counterfoil.tables.links.combining import add_combinations
from counterfoil.tables.links.evidence import weigh_pairs
from counterfoil.tables.links.kinds import KINDS, Kind
from counterfoil.tables.links.model import LEAST_LINES, Examples, Floats, Truths, Weights, learn, shipped_model
from counterfoil.tables.links.numbers import find_numbers
from counterfoil.tables.links.rivals import add_rivals
from counterfoil.tables.links.sides import make_sides, make_suppliers
from counterfoil.tables.policy import Policy


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one kind went. `without`: lines without a link; `proposed`, `accepted`: those with a proposal, with one that is accepted;
    `wrong`: how many of the accepted are likely wrong, which is what their probabilities lack to certainty.
    `curve`: of hidden lines, in steps of probability: (mean probability, share that was true, pairs). `left_out`: by block."""

    kind: Kind
    without: int = 0
    proposed: int = 0
    accepted: int = 0
    wrong: float = 0.0
    curve: tuple[tuple[float, float, int], ...] = ()
    hidden: int = 0
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposals:
    """One run. `database` has the table `proposals`, see `choosing.COLUMNS`."""

    database: duckdb.DuckDBPyConnection
    outcomes: tuple[Outcome, ...]
    model: Mapping[str, Weights]
    threshold: float
    sites: tuple[str, ...]
    version: str = __version__


@contextmanager
def open_proposals(
    folder: Path,
    *,
    policy: Policy,
    threshold: float,
    model: Mapping[str, Weights] | None = None,
    sites: Sequence[str] = (),
    progress: Progress = lambda what, done, of: None,
    memory_limit: str = "3GB",
) -> Iterator[Proposals]:
    """Looks for links in a folder of exchange tables and yields what it proposes; its database is gone when the block ends.

    `threshold`: the probability from which on a proposal is accepted. `model`: that of an earlier run, None = learn one. `sites`: only
    links to their orders and works.

    Raises:
        Unusable: the folder, a file in it or a name given cannot be used.
    """
    with open_facts(folder, policy, lambda what: progress(what, 0, len(KINDS)), memory_limit=memory_limit) as facts:
        with one_state(facts.landing):
            check_known(facts, sites, ())
            make_suppliers(facts)
            make_table(facts)
            learned: dict[str, Weights] = {}
            outcomes = []
            for place, kind in enumerate(KINDS):
                progress(f"looking for the links of {kind.plural}", place, len(KINDS))
                outcome, learned[kind.name] = _propose(facts, kind, (model or {}).get(kind.name), threshold, sites)
                outcomes.append(outcome)
        store().save()
        yield Proposals(facts.database, tuple(outcomes), learned, threshold, tuple(sorted(set(sites))))


def find_candidates(facts: Facts, kind: Kind) -> Mapping[str, LeftOut]:
    """Makes the pairs of the two sides (`make_sides`) and what speaks for each (`link_evidence`). Returns what blocking left out."""
    find_numbers(facts)
    left_out = block_pairs(facts, kind.blocks)
    weigh_pairs(facts, kind.evidence, kind.events, kind.by_owner)
    if kind.combines:
        add_combinations(facts, kind.evidence)
    add_rivals(facts, kind, _known_before(kind))
    return left_out


def examples_of(facts: Facts, kind: Kind) -> Examples:
    """The candidates of hidden lines. One line in ten loses what it is linked to: that nothing is right must be learned too."""
    columns = ", ".join(name(scale.name) for scale in kind.evidence)
    rows = facts.database.execute(
        f"""SELECT entry, is_true, {columns} FROM link_evidence WHERE hidden
            AND NOT (is_true AND hash(entry, 'lost') % 10 = 0) ORDER BY entry, target, members NULLS FIRST"""
    ).fetchnumpy()
    _, lines = np.unique(rows["entry"], return_inverse=True)
    levels = np.column_stack([rows[scale.name] for scale in kind.evidence]).astype(np.int64)
    return Examples(levels, lines.astype(np.int64), np.asarray(rows["is_true"], dtype=bool))


def _propose(facts: Facts, kind: Kind, given: Weights | None, threshold: float, sites: Sequence[str]) -> tuple[Outcome, Weights]:
    make_sides(facts, kind.sides)
    without = facts.one("SELECT count(*) FROM link_entries WHERE NOT hidden")
    if not facts.one("SELECT (SELECT count(*) > 0 FROM link_entries) AND (SELECT count(*) > 0 FROM link_targets)"):
        return Outcome(kind, without), given or _known_before(kind)
    left_out = find_candidates(facts, kind)
    weights, curve, hidden = _learn(facts, kind) if given is None else (given, (), 0)
    score(facts, kind, weights)
    choose(facts, kind, threshold, sites)
    proposed, accepted, wrong = facts.database.execute(
        f"""SELECT count(*), count(*) FILTER (accept), coalesce(sum(1 - probability) FILTER (accept), 0)::DOUBLE
            FROM (SELECT DISTINCT entry, accept, probability FROM proposals WHERE kind = {literal(kind.name)} AND place = 1)"""
    ).fetchall()[0]
    return Outcome(kind, without, proposed, accepted, wrong, curve, hidden, left_out), weights


def _learn(facts: Facts, kind: Kind) -> tuple[Weights, tuple[tuple[float, float, int], ...], int]:
    before = _known_before(kind)
    examples = examples_of(facts, kind)
    if not len(examples.lines) or examples.lines[-1] + 1 < LEAST_LINES:
        return before, (), 0
    weights, fair = learn(examples, kind.scales, before)
    return weights, picture(fair, examples.true), int(examples.lines[-1]) + 1


def _known_before(kind: Kind) -> Weights:
    """What evidence is worth where a plant has not taught it."""
    return shipped_model().get(kind.name, Weights())


def picture(said: Floats, true: Truths) -> tuple[tuple[float, float, int], ...]:
    """In ten steps of probability: the mean, the share that was true, how many."""
    places = np.minimum((said * 10).astype(int), 9)
    steps = [(places == place) for place in range(10)]
    return tuple((float(said[there].mean()), float(true[there].mean()), int(there.sum())) for there in steps if there.any())
