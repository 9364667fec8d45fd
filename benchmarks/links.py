"""How well `counterfoil propose` finds lost links: python -m benchmarks.links [--seeds 101-105] [--shares 0.1,0.3,0.6] [--orders 1000]
[--write] [--plot FILE]

Makes clean plants, damages them (`benchmarks.damage`), runs the command on each as a process, and judges its `proposals.csv` against what
is true. With `--proposals FILE --truth FOLDER` it judges one file that is there already. `--by-damage` shows, for each kind of damage, how
many lines were recovered.

What is judged is a *proposal*: the rows of one line that share a `group`, or one row without. It is right where it names all lines that the
truth names and no other; an order line's work is right where the work order is. A proposal for a line that belongs nowhere, or that has its
link still, is wrong.

- precision: of the accepted proposals, those that are right;
- recall: of the damaged lines that have a true link, those with an accepted proposal that is right;
- calibration error: over ten bins of equal width, the difference between mean probability and share of right ones, weighted by how many are
  in the bin; all proposals count, accepted or not; a probability on the edge of two bins is in the upper one;
- Brier score: the mean square of probability minus outcome.

Exit 0: nothing, or nothing that `MUST` asks for, was missed. 1: something was. 2: the command failed, or its file cannot be judged.
"""

import argparse
import csv
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.damage import KINDS, Truth, damage, read_truth
from benchmarks.damage.truth import INVOICE, ORDER
from counterfoil.tables.landing import Unusable
from counterfoil.tables.seed import FEWEST_ORDERS, make_plant

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "links.md"
BEGIN, END = "<!-- measured: python -m benchmarks.links --write -->", "<!-- end of what is measured -->"
PROPOSALS = "proposals.csv"
BINS = 10

MUST: Mapping[str, tuple[Decimal, Decimal]] = {INVOICE: (Decimal("0.98"), Decimal("0.80")), ORDER: (Decimal("0.95"), Decimal("0.60"))}
"""Precision and recall that must be reached at `MUST_SHARE`, and the calibration error that must not."""
MUST_SHARE, MUST_ERROR = Decimal("0.3"), Decimal("0.05")
NAMES = {"invoice_line": "invoice line → order line", "order_line": "order line → work", "receipt": "receipt → order line"}
Key = tuple[str, str, str]
"""(kind, document, line)"""


class Unreadable(Exception):
    """A file of proposals that cannot be judged; one sentence."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What may be accepted as one."""

    key: Key
    targets: frozenset[tuple[str, str]]
    probability: Decimal
    accepted: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A proposal, judged. `how`: the damage of its line; '' for a line that lost nothing."""

    kind: str
    how: str
    probability: Decimal
    accepted: bool
    right: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """A damaged line that has a true link, and whether an accepted proposal gives it back."""

    kind: str
    how: str
    recovered: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Proposals of about one probability: how many, their mean probability, and the share of right ones."""

    count: int
    probability: Decimal
    right: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """Of one kind. None where there is nothing to divide by."""

    lost: int
    recovered: int
    proposed: int
    accepted: int
    right: int
    precision: Decimal | None
    recall: Decimal | None
    error: Decimal | None
    brier: Decimal | None
    bins: tuple[Bin, ...]


# ---- reading and judging -----------------------------------------------------------------------------------------------------------------


def read_proposals(path: Path) -> list[Proposal]:
    """The proposals of a file, in the order of their first rows. Raises `Unreadable`."""
    groups: dict[tuple[Key, str], list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        needed = {"kind", "document_id", "line_id", "target_id", "target_line_id", "probability", "accept", "group"}
        if missing := needed - set(reader.fieldnames or ()):
            raise Unreadable(f"{path}: lacks the columns {', '.join(sorted(missing))}.")
        for number, row in enumerate(reader):
            key = (row["kind"], row["document_id"], row["line_id"])
            groups[key, row["group"] or f"row {number}"].append(row)
    return [_proposal(path, key, rows) for (key, _), rows in groups.items()]


def _proposal(path: Path, key: Key, rows: list[dict[str, str]]) -> Proposal:
    where = f"{path}, {' '.join(key)}"
    if key[0] not in KINDS:
        raise Unreadable(f"{where}: no such kind; there are {', '.join(KINDS)}.")
    if len(told := {(row["probability"], row["accept"]) for row in rows}) > 1:
        raise Unreadable(f"{where}: the rows of group {rows[0]['group']} differ in probability or acceptance.")
    ((text, accept),) = told
    try:
        probability = Decimal(text)
    except InvalidOperation:
        probability = Decimal("NaN")
    if not probability.is_finite() or not 0 <= probability <= 1:
        raise Unreadable(f"{where}: {text!r} is no probability between 0 and 1.")
    targets = frozenset((row["target_id"], "" if key[0] == ORDER else row["target_line_id"]) for row in rows)
    return Proposal(key, targets, probability, accept == "yes")


def judge(proposals: Iterable[Proposal], truth: Truth) -> tuple[list[Outcome], list[Lost]]:
    """Every proposal against the truth, and every damaged line that has a true link."""
    true = {(line.kind, line.document_id, line.line_id): line for line in truth}
    outcomes, given_back = [], set()
    for one in proposals:
        line = true.get(one.key)
        right = line is not None and one.targets == frozenset(line.targets)
        outcomes.append(Outcome(one.key[0], line.how if line else "", one.probability, one.accepted, right))
        if right and one.accepted:
            given_back.add(one.key)
    return outcomes, [Lost(line.kind, line.how, key in given_back) for key, line in true.items() if line.targets]


def score(kind: str, outcomes: Iterable[Outcome], lost: Iterable[Lost]) -> Score:
    """The figures of one kind."""
    mine = [one for one in outcomes if one.kind == kind]
    lines = [one for one in lost if one.kind == kind]
    accepted = sum(one.accepted for one in mine)
    right = sum(one.accepted and one.right for one in mine)
    recovered = sum(one.recovered for one in lines)
    bins = reliability(mine)
    error = _share(sum((abs(one.probability - one.right) * one.count for one in bins), Decimal(0)), len(mine))
    brier = _share(sum(((one.probability - one.right) ** 2 for one in mine), Decimal(0)), len(mine))
    return Score(
        len(lines), recovered, len(mine), accepted, right, _share(right, accepted), _share(recovered, len(lines)), error, brier, bins
    )


def reliability(outcomes: Iterable[Outcome]) -> tuple[Bin, ...]:
    """The bins that hold anything, from the lowest."""
    bins: dict[int, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        bins[min(BINS - 1, int(one.probability * BINS))].append(one)
    return tuple(
        Bin(len(some), sum((one.probability for one in some), Decimal(0)) / len(some), Decimal(sum(one.right for one in some)) / len(some))
        for _, some in sorted(bins.items())
    )


def _share(part: int | Decimal, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None


# ---- running -----------------------------------------------------------------------------------------------------------------------------


def measure(seeds: Sequence[int], shares: Sequence[Decimal], orders: int) -> Iterator[tuple[Decimal, list[Outcome], list[Lost]]]:
    """For each share, what came of the plants of all seeds together. Raises `Unreadable` where the command fails."""
    with TemporaryDirectory(prefix="counterfoil-links-") as home:
        for seed in seeds:
            plant = Path(home) / f"{seed}"
            plant.mkdir()
            make_plant(plant, orders, seed, cases=())
        for share in shares:
            outcomes, lost = [], []
            for seed in seeds:
                folder, out = (Path(home) / f"{seed}-{share}-{what}" for what in ("damaged", "out"))
                truth = damage(Path(home) / f"{seed}", folder, seed, float(share))
                run_propose(folder, out)
                judged = judge(read_proposals(out / PROPOSALS), truth)
                outcomes += judged[0]
                lost += judged[1]
            yield share, outcomes, lost


def run_propose(folder: Path, out: Path) -> None:
    """The command as a process of its own. Raises `Unreadable` with what it said."""
    command = [sys.executable, "-c", "from counterfoil.interfaces.cli import main; main()", "propose", str(folder), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unreadable(f"counterfoil propose ended with {done.returncode}: {done.stderr.strip()}")
    if not (out / PROPOSALS).exists():
        raise Unreadable(f"counterfoil propose wrote no {PROPOSALS}.")


def missed(share: Decimal, scores: Mapping[str, Score]) -> list[str]:
    """What `MUST` asks for at that share and was not reached, one sentence each."""
    found = []
    for kind, (precision, recall) in MUST.items() if share == MUST_SHARE else ():
        one = scores[kind]
        for name, figure, least in (("precision", one.precision, precision), ("recall", one.recall, recall)):
            if figure is None or figure < least:
                found.append(f"{NAMES[kind]}: {name} {_number(figure)}, must be at least {least}.")
        if one.error is None or one.error >= MUST_ERROR:
            found.append(f"{NAMES[kind]}: calibration error {_number(one.error)}, must be below {MUST_ERROR}.")
    return found


# ---- showing -----------------------------------------------------------------------------------------------------------------------------

HEAD = (
    "| damaged | kind | lines | proposals | accepted | precision | recall | calibration error | Brier |",
    "|--:|---|--:|--:|--:|--:|--:|--:|--:|",
)


def rows(share: Decimal | None, scores: Mapping[str, Score]) -> list[str]:
    """The lines of the table, one a kind; the share is that of the links taken away, None where it is not known."""
    first = "" if share is None else f"{100 * share:.0f} %"
    return [
        f"| {first} | {NAMES[kind]} | {one.lost:,} | {one.proposed:,} | {one.accepted:,} | {_number(one.precision)} "
        f"| {_number(one.recall)} | {_number(one.error)} | {_number(one.brier)} |"
        for kind, one in scores.items()
    ]


def by_damage(outcomes: Iterable[Outcome], lost: Iterable[Lost]) -> list[str]:
    """A table: by kind and damage, how many lines were lost and recovered, and how many accepted proposals were wrong."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for line in lost:
        counts[line.kind, line.how].update(lost=1, recovered=line.recovered)
    for one in outcomes:
        counts[one.kind, one.how or "none: linked"].update(wrong=one.accepted and not one.right)
    head = ["", "| kind | damage | lines | recovered | accepted, wrong |", "|---|---|--:|--:|--:|"]
    return head + [
        f"| {NAMES[kind]} | {how} | {count['lost']:,} | {count['recovered']:,} | {count['wrong']:,} |"
        for (kind, how), count in sorted(counts.items())
    ]


def _number(figure: Decimal | None) -> str:
    return "–" if figure is None else f"{figure:.3f}"


def around_table(page: Path) -> tuple[str, str]:
    """What stands before and behind the table of the page, marks included. Raises `Unreadable` where it has not both marks."""
    before, begin, rest = (page.read_text("utf-8") if page.exists() else "").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise Unreadable(f"{page} has no lines {BEGIN} and {END}; put them where the table belongs.")
    return before + begin, end + after


def draw(path: Path, scores: Mapping[str, Score]) -> None:
    """The calibration plot as an SVG file: by kind, the share of right ones over the probability, circles as large as there are many."""
    import altair as alt
    import vl_convert

    points = [
        {"kind": NAMES[kind], "probability": float(one.probability), "right": float(one.right), "proposals": one.count}
        for kind, whole in scores.items()
        for one in whole.bins
    ]
    axis = alt.Scale(domain=[0, 1])
    dots = (
        alt.Chart()
        .mark_circle(color="#2a6f4e", opacity=0.8)
        .encode(
            x=alt.X("probability:Q", scale=axis, title="probability, mean of a bin"),
            y=alt.Y("right:Q", scale=axis, title="share that is right"),
            size=alt.Size("proposals:Q", scale=alt.Scale(rangeMin=20, rangeMax=500)),
        )
    )
    ideal = alt.Chart(alt.Data(values=[{"at": 0}, {"at": 1}])).mark_line(color="#888", strokeDash=[4, 4]).encode(x="at:Q", y="at:Q")
    chart = (
        alt.layer(ideal, dots, data=alt.Data(values=points))
        .properties(width=220, height=220)
        .facet(alt.Facet("kind:N", title=None), columns=3)
    )
    path.write_text(vl_convert.vegalite_to_svg(chart.to_json()), "utf-8")


# ---- the command -------------------------------------------------------------------------------------------------------------------------


def read_numbers(text: str) -> list[int]:
    """`101-105` or `3,7,9`."""
    try:
        first, dash, last = text.partition("-")
        return list(range(int(first), int(last) + 1)) if dash else [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of seeds; write 101-105 or 3,7.") from None


def read_shares(text: str) -> list[Decimal]:
    """`0.1,0.3`: each between 0 and 1."""
    try:
        shares = [Decimal(part) for part in text.split(",")]
    except InvalidOperation:
        shares = []
    if not shares or not all(share.is_finite() and 0 <= share <= 1 for share in shares):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of shares between 0 and 1; write 0.1,0.3.")
    return shares


def main(arguments: Sequence[str]) -> int:
    """Print the table. The exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.links", description="Judge proposed links against the truth.")
    parser.add_argument("--seeds", type=read_numbers, default=read_numbers("101-105"), help="101-105 or 3,7 (default: 101-105)")
    parser.add_argument("--shares", type=read_shares, default=read_shares("0.1,0.3,0.6"), help="of the links (default: 0.1,0.3,0.6)")
    parser.add_argument("--orders", type=int, default=FEWEST_ORDERS, help=f"of each plant (default: {FEWEST_ORDERS})")
    parser.add_argument("--by-damage", action="store_true", help="a second table: lines recovered by kind of damage")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write the calibration plot, an SVG: at 0.3, else of the last share")
    parser.add_argument("--write", action="store_true", help="renew the table in docs/reference/links.md")
    parser.add_argument("--proposals", type=Path, metavar="FILE", help="judge this file instead; needs --truth")
    parser.add_argument("--truth", type=Path, metavar="FOLDER", help="the damaged plant that the file is about")
    given = parser.parse_args(arguments)
    if (given.proposals is None) != (given.truth is None):
        parser.error("--proposals and --truth go together.")
    try:
        return _report(given)
    except (Unreadable, Unusable, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2


def _report(given: argparse.Namespace) -> int:
    around = around_table(PAGE) if given.write else None
    if given.proposals is not None:
        judged: Iterable[tuple[Decimal | None, list[Outcome], list[Lost]]] = [
            (None, *judge(read_proposals(given.proposals), read_truth(given.truth)))
        ]
    else:
        judged = measure(given.seeds, given.shares, given.orders)
    table, failures, drawn = [*HEAD], [], {}
    print("\n".join(HEAD))
    more: list[str] = []
    for share, outcomes, lost in judged:
        scores = {kind: score(kind, outcomes, lost) for kind in KINDS}
        lines = rows(share, scores)
        print("\n".join(lines), flush=True)
        table += lines
        more += by_damage(outcomes, lost) if given.by_damage else []
        failures += missed(share, scores) if share is not None else []
        drawn[share] = scores
    print("\n".join(more + failures))
    if given.plot:
        draw(given.plot, drawn.get(MUST_SHARE) or scores)
    if around:
        PAGE.write_text("\n".join([around[0], "", *table, "", around[1]]), "utf-8", newline="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
