"""How well the text of a work order is read, against labels that a person wrote: python -m benchmarks.worktext [LABELS [CLASSES]]

LABELS is a CSV file with the columns text, component, action, failure; several values are parted by `|`, the one that counts comes first.
CLASSES says which canonical words a word of the labels stands for (`worktexts.toml`). Prints the tables of docs/reference/worktext.md.
Exit 2: there are no labels.
"""

import csv
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from counterfoil.rules.worktext import dictionary, read_text

ROOT = Path(__file__).resolve().parent.parent
SPEND = ROOT.parent / "shared" / "data" / "maintenance" / "excavators_half_raw.csv"
"""The work orders that the labelled texts were drawn from, with their costs. Where it is missing, spend is not measured."""
LABELS, CLASSES = (Path(__file__).with_name(f"worktexts.{ending}") for ending in ("csv", "toml"))
KINDS = ("component", "action", "failure")

Values = tuple[str, ...]
"""Words of one kind for one text, the one that counts first."""
Classes = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By kind: the canonical words that a word of the labels stands for; none where it is not asked for."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What one text was labelled with and what was read from it, in the same words."""

    text: str
    labelled: Values
    read: Values


@dataclass(slots=True)
class Score:
    """How many were labelled, how many were read, and how many of these agree."""

    labelled: int = 0
    read: int = 0
    right: int = 0

    @property
    def row(self) -> str:
        """labelled | read | right | precision | recall"""
        return f"{self.labelled} | {self.read} | {self.right} | {_percent(self.right, self.read)} | {_percent(self.right, self.labelled)}"


def read_labels(path: Path) -> list[dict[str, str]]:
    """The rows of the labels. FileNotFoundError where there are none."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_classes(path: Path) -> Classes:
    """The words of the labels that are not canonical. KeyError where the file has no table [classes]."""
    given = tomllib.loads(path.read_text("utf-8"))["classes"]
    return {kind: {label: _split(words, ",") for label, words in given.get(kind, {}).items()} for kind in KINDS}


def pair(rows: Iterable[Mapping[str, str]], kind: str, classes: Classes) -> list[Pair]:
    """Each text with its label and its reading, both in the words of the classes: the first canonical word of a label names its class."""
    stand_for = classes.get(kind, {})
    own = {word: words[0] for words in stand_for.values() for word in words}
    pairs = []
    for row in rows:
        said = read_text(row["text"])
        read = {"component": said.components, "action": said.actions, "failure": said.failures}[kind]
        labels = [label.lower() for label in _split(row[kind], "|")]
        labelled = [word for label in labels for word in stand_for.get(label, (label,))[:1]]
        pairs.append(Pair(row["text"], _once(own.get(word, word) for word in labelled), _once(own.get(word, word) for word in read)))
    return pairs


def score_first(pairs: Iterable[Pair]) -> dict[str, Score]:
    """By class: the value that counts, against the value that counts."""
    scores: dict[str, Score] = defaultdict(Score)
    for one in pairs:
        for word in one.labelled[:1]:
            scores[word].labelled += 1
        for word in one.read[:1]:
            scores[word].read += 1
            scores[word].right += one.labelled[:1] == (word,)
    return dict(scores)


def score_all(pairs: Iterable[Pair]) -> Score:
    """Every value of the labels against every value read, in any order."""
    score = Score()
    for one in pairs:
        score.labelled += len(one.labelled)
        score.read += len(one.read)
        score.right += len(set(one.labelled) & set(one.read))
    return score


def total(scores: Iterable[Score]) -> Score:
    """All classes together."""
    listed = list(scores)
    return Score(sum(one.labelled for one in listed), sum(one.read for one in listed), sum(one.right for one in listed))


def in_groups(pairs: Iterable[Pair]) -> list[Pair]:
    """The same pairs with the groups of their components."""
    groups = dictionary().groups
    return [Pair(one.text, _once(groups.get(w, w) for w in one.labelled), _once(groups.get(w, w) for w in one.read)) for one in pairs]


def share_spend(pairs: Sequence[Pair], costs: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Spend by what became of it. A text that is labelled twice has its spend once; one that no cost is known of has none."""
    spend: dict[str, Decimal] = defaultdict(Decimal)
    for one, group in {one.text: (one, group) for one, group in zip(pairs, in_groups(pairs), strict=True)}.values():
        spend[_became(one, group)] += costs.get(one.text, Decimal(0))
    return spend


def _became(one: Pair, group: Pair) -> str:
    if not one.labelled:
        return "no component is labelled, one was read" if one.read else "no component is labelled, none was read"
    if not one.read:
        return "none was read"
    if one.read[0] == one.labelled[0]:
        return "the right component"
    return "another of the right group" if group.read[0] == group.labelled[0] else "a wrong component"


def read_costs(path: Path) -> dict[str, Decimal]:
    """What was spent on the work orders of each text. A cost that is no number is none: marks in a text moved the columns."""
    costs: dict[str, Decimal] = defaultdict(Decimal)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            with suppress(InvalidOperation):
                costs[row["OriginalShorttext"]] += Decimal(row["Cost"])
    return dict(costs)


def report(rows: Sequence[Mapping[str, str]], classes: Classes, costs: Mapping[str, Decimal] | None) -> str:
    """The tables, in Markdown."""
    pairs = {kind: pair(rows, kind, classes) for kind in KINDS}
    first = {kind: score_first(pairs[kind]) for kind in KINDS}
    head = "labelled | read | right | precision | recall |\n|---|--:|--:|--:|--:|--:|"
    lines = [f"{len(rows)} texts.", "", f"| what counts first | {head}"]
    lines += [f"| {kind} | {total(first[kind].values()).row} |" for kind in KINDS]
    lines += [f"| group of the component | {total(score_first(in_groups(pairs['component'])).values()).row} |"]
    lines += ["", f"| every value | {head}", *(f"| {kind} | {score_all(pairs[kind]).row} |" for kind in KINDS)]
    for kind in KINDS:
        by_size = sorted(first[kind].items(), key=lambda item: (-item[1].labelled, -item[1].read, item[0]))
        lines += ["", f"| {kind} | {head}", *(f"| {word} | {score.row} |" for word, score in by_size)]
    if costs is not None:
        spend = share_spend(pairs["component"], costs)
        everything = sum(spend.values(), Decimal(0))
        lines += ["", "| spend under | amount | share |", "|---|--:|--:|"]
        lines += [f"| {became} | {amount:.0f} | {_percent(amount, everything)} |" for became, amount in sorted(spend.items(), key=_falling)]
    return "\n".join(lines)


def _falling(item: tuple[str, Decimal]) -> Decimal:
    return -item[1]


def _percent(part: int | Decimal, whole: int | Decimal) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def _split(text: str, mark: str) -> Values:
    return tuple(part.strip() for part in text.split(mark) if part.strip())


def _once(words: Iterable[str]) -> Values:
    return tuple(dict.fromkeys(words))


def main(arguments: Sequence[str]) -> int:
    """Print the tables. The exit code."""
    labels, classes = (Path(given) for given in (*arguments, *(str(LABELS), str(CLASSES))[len(arguments) :]))
    if not labels.exists():
        print(f"{labels} does not exist: it should hold the columns text, {', '.join(KINDS)}.", file=sys.stderr)
        return 2
    print(report(read_labels(labels), read_classes(classes), read_costs(SPEND) if SPEND.exists() else None))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
