"""What is true of the lines of a damaged plant that have no link: the lines that they belong to, or that they belong to none."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.damage.papers import Target

FOLDER, FILE = "damage", "truth.csv"
"""The truth lies in a folder of its own, where a check of the plant does not look."""

INVOICE, ORDER, RECEIPT = "invoice_line", "order_line", "receipt"
KINDS = (INVOICE, ORDER, RECEIPT)


@dataclass(frozen=True, slots=True)
class Line:
    """A line without a link. `how`: the damage, or why it has none. `targets`: all that it belongs to, in order; () where there is none."""

    kind: str
    document_id: str
    line_id: str
    how: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """All such lines. A line that is not among them has its link still."""

    lines: tuple[Line, ...]

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def of(self, kind: str) -> list[Line]:
        """The lines of one kind."""
        return [line for line in self.lines if line.kind == kind]


_COLUMNS = ("kind", "document_id", "line_id", "how", "target_id", "target_line_id")


def write_truth(truth: Truth, folder: Path) -> None:
    """One row a line and target; a line that belongs to none has one row without."""
    (folder / FOLDER).mkdir(exist_ok=True)
    with (folder / FOLDER / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for line in truth:
            for target in line.targets or (("", ""),):
                writer.writerow((line.kind, line.document_id, line.line_id, line.how, *target))


def read_truth(folder: Path) -> Truth:
    """The truth of a damaged plant. FileNotFoundError where the folder has none."""
    found: dict[tuple[str, str, str, str], list[Target]] = {}
    with (folder / FOLDER / FILE).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            targets = found.setdefault((row["kind"], row["document_id"], row["line_id"], row["how"]), [])
            if row["target_id"]:
                targets.append((row["target_id"], row["target_line_id"]))
    return Truth(tuple(Line(*key, tuple(targets)) for key, targets in found.items()))
