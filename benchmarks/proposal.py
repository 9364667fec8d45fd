"""How well `counterfoil init` reads exports whose mapping is known: python -m benchmarks.proposal [--list] [SAMPLE …]

Each sample is measured with its headers as they are, as people in other companies would write them (`headers.toml`, written without the
dictionary of the package), and removed: then the files have no header line, and, once more, no telling name either. A column counts as
right where the proposal takes it from the very columns of the known mapping, or from others that `ALSO` names as good as these.
`--list` prints every column that is wrong, doubtful or missing.
"""

import csv
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from counterfoil.tables.database import open_database
from counterfoil.tables.mapping import Section, read_mapping
from counterfoil.tables.proposal import Proposal, propose
from counterfoil.tables.proposal.systems import SYSTEMS

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
HEADERS = Path(__file__).with_name("headers.toml")

Place = tuple[str, tuple[str, ...]]
"""(file, the columns that a cell comes from), in the names of the sample."""
Truth = dict[tuple[str, str], set[Place]]
"""By (table, column)."""

ALSO: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "adventureworks": {
        "purchase_order_lines.purchase_order_line_id": ("PurchaseOrderDetailID",),
        "receipts.purchase_order_line_id": ("PurchaseOrderDetailID",),
        "receipts.receipt_line_id": ("PurchaseOrderDetailID",),
        "parts.category": ("ProductSubcategoryID",),
    },
    "p2p": {
        "purchase_order_lines.description": ("Item Description",),
        "purchase_order_lines.category": ("Sub Classification", "Product Group"),
        "purchase_order_lines.unit": (),
        "purchase_orders.project": ("Project Code",),
        "purchase_orders.quote_ref": ("PQ #",),
        "receipts.receipt_line_id": ("ID",),
    },
    "spreadsheet": {
        "receipts.receipt_line_id": ("Order", "Line"),
        "suppliers.supplier_id": ("Supplier",),
        "suppliers.name": ("Supplier",),
    },
    "plant": {
        "requisitions.requisition_line_id": ("requisition_line_id BANFN",),
        "requisitions.requisition_id": ("requisition_line_id BANFN",),
        "purchase_order_lines.requisition_line_id": ("requisition_line_id BANFN",),
    },
}
"""Places that the known mapping leaves out or decides otherwise, and that are as good."""


SPLIT: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "sap": {
        "purchase_order_line_id": ("EBELN", "EBELP"),
        "invoice_line_id": ("BELNR", "BUZEI"),
        "work_order_line_id": ("AUFNR", "RSPOS"),
        "requisition_line_id": ("BANFN", "BNFPO"),
    }
}
"""A dress in which lines are named by two columns: the ids of the plant are cut at their last `/`, or get the line 10."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Files of one folder and where their columns belong."""

    name: str
    files: tuple[Path, ...]
    truth: Truth


@dataclass(slots=True)
class Score:
    """How many columns of the known mapping were placed right (`warned`: of these with a doubt), wrong, or not at all. `wrong` without a
    warning is what must not be; it counts columns that have no place in the known mapping, too."""

    all: int = 0
    right: int = 0
    warned: int = 0
    wrong_warned: int = 0
    wrong: int = 0
    notes: list[str] = field(default_factory=list)


def samples() -> Iterator[Sample]:
    """The samples of the repository, and those beside it where they are there."""
    plant = sorted((ROOT / "samples" / "plant").glob("*.csv"))
    yield Sample("plant", tuple(plant), _own_names(plant))
    bicycles = ROOT / "samples" / "adventureworks"
    yield Sample("adventureworks", tuple(sorted(bicycles.glob("*.csv"))), _truth("adventureworks", read_mapping(bicycles / "mapping.toml")))
    lists = ROOT / "samples" / "guides" / "spreadsheet"
    yield Sample("spreadsheet", (lists / "purchases.csv",), _truth("spreadsheet", read_mapping(lists / "mapping.toml")))
    for system in SYSTEMS:
        guide = ROOT / "samples" / "guides" / system
        yield Sample(system, tuple(sorted(guide.glob("*.csv"))), _truth(system, read_mapping(guide / "mapping.toml")))
    if SHARED.is_dir():
        from tests.tables.test_real_exports import DISPENSARY, WORKSHOP

        yield Sample("p2p", (SHARED / "p2p" / "scms_sample_400.csv",), _truth("p2p", _sections(DISPENSARY)))
        yield Sample("maintenance", (SHARED / "maintenance" / "excavators_half_raw.csv",), _truth("maintenance", _sections(WORKSHOP)))


def _sections(text: str) -> tuple[Section, ...]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.toml"
        path.write_text(text, "utf-8")
        return read_mapping(path)


def _truth(name: str, sections: tuple[Section, ...]) -> Truth:
    """What the data can tell: constants and numbers of rows are left out."""
    found: Truth = {}
    for section in sections:
        file = (section.file or "").rsplit(".", 1)[0]
        for column, cell in (section.cells or {}).items():
            if cell.columns:
                found.setdefault((section.table, column), set()).add((file, cell.columns))
                for also in ALSO.get(name, {}).get(f"{section.table}.{column}", ()):
                    found[section.table, column].add((file, (also,)))
    return found


def _own_names(files: list[Path]) -> Truth:
    """Every column that is ever filled, under its own name."""
    found: Truth = {}
    for path in files:
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        for column in rows[0]:
            if any(row[column] for row in rows):
                found[path.stem, column] = {(path.stem, (column,))}
    return found


# ---- one sample, in one dress ------------------------------------------------------------------------------------------------------------


def measure(sample: Sample, dress: str, folder: Path) -> Score:
    """Write the sample in that dress into the folder, propose, compare. The dresses: as it is, a language, no header, nameless."""
    back = _dressed(sample, dress, folder)
    with open_database() as database:
        return _compare(sample, propose(folder, database), back)


def _dressed(sample: Sample, dress: str, folder: Path) -> dict[tuple[str, str], Place]:
    """The files as they are to be measured. Returns by (file, column) as written what they are in the sample."""
    languages = tomllib.loads(HEADERS.read_text("utf-8")).get(sample.name, {})
    back: dict[tuple[str, str], Place] = {}
    if dress == "as it is":
        for path in sample.files:
            copyfile(path, folder / path.name)
        return back
    for number, path in enumerate(sample.files, start=1):
        with path.open(encoding="utf-8", newline="") as handle:
            delimiter = ";" if ";" in handle.readline() else ","
            handle.seek(0)
            header, *rows = list(csv.reader(handle, delimiter=delimiter))
        stem, names = path.stem, dict(zip(header, header, strict=True))
        if dress in languages:
            stem, _, pairs = languages[dress][path.stem].partition(": ")
            names |= dict(pair.split(" = ", 1) for pair in pairs.split(", "))
        elif dress in ("no header", "nameless"):
            stem = f"export{number}" if dress == "nameless" else stem
            names = {name: f"col{at}" for at, name in enumerate(header, start=1)}
        halves = {}
        if sample.name == "plant" and dress in SPLIT:
            header, rows, halves = _split(header, rows, names, SPLIT[dress])
        with (folder / f"{stem}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle)
            if dress not in ("no header", "nameless"):
                writer.writerow(names[name] for name in header)
            writer.writerows(rows)
        back |= {(stem, names[name]): (path.stem, (name,)) for name in header if name not in halves}
        back |= {(stem, "+".join(pair)): (path.stem, (name,)) for name, pair in halves.items()}
    return back


def _split(
    header: list[str], rows: list[list[str]], names: dict[str, str], pairs: Mapping[str, tuple[str, str]]
) -> tuple[list[str], list[list[str]], dict[str, tuple[str, str]]]:
    """The columns that name a line become two, unless the row has them already. Returns header and rows, and what was cut."""
    cut = {name: pair for name, pair in pairs.items() if name in header}
    for name, pair in cut.items():
        at = header.index(name)
        known = {names[other] for other in header if other != name}
        for half, title in enumerate(pair):
            if title not in known:
                halves = [row[at].rpartition("/")[0::2] if "/" in row[at] else (row[at], "10" if row[at] else "") for row in rows]
                own = f"{name} {title}"
                header, names[own] = [*header, own], title
                rows = [[*row, pair_[half]] for row, pair_ in zip(rows, halves, strict=True)]
        at = header.index(name)
        header, rows = header[:at] + header[at + 1 :], [row[:at] + row[at + 1 :] for row in rows]
    return header, rows, cut


def _compare(sample: Sample, proposal: Proposal, back: Mapping[tuple[str, str], Place]) -> Score:
    score = Score(all=len(sample.truth))
    seen: set[tuple[str, str]] = set()
    for feed in proposal.feeds:
        for name, placement in feed.placed.items():
            if not placement.cell.columns:
                continue
            spot, file = (feed.table, name), feed.sheet.file.rsplit(".", 1)[0]
            place = _place(file, placement.cell.columns, back)
            doubts = [*placement.doubts, *feed.doubts]
            also = ALSO.get(sample.name, {}).get(".".join(spot), ())
            good = place[1] == tuple(also) or place[1][0] in also
            if place in sample.truth.get(spot, ()) or (good and spot in sample.truth):
                score.right += spot not in seen
                score.warned += bool(doubts) and spot not in seen
                seen.add(spot)
            elif not good:
                score.wrong_warned += bool(doubts)
                score.wrong += not doubts
                score.notes.append(f"{'wrong, warned' if doubts else 'WRONG'}: {'.'.join(spot)} = {place} {placement.reason}")
    score.notes += [f"missing: {table}.{name} {places}" for (table, name), places in sample.truth.items() if (table, name) not in seen]
    score.notes += [f"unplaced: {text}" for text in proposal.unplaced]
    return score


def _place(file: str, columns: tuple[str, ...], back: Mapping[tuple[str, str], Place]) -> Place:
    """What columns as written are in the sample."""
    whole = back.get((file, "+".join(columns)))
    if whole:
        return whole
    places = [back.get((file, column), (file, (column,))) for column in columns]
    return places[0][0], tuple(column for _, (column,) in places)


def dresses(sample: Sample) -> list[str]:
    """What the sample is measured in: exports of known systems as they are, since no one else has their names."""
    if sample.name in SYSTEMS:
        return ["as it is"]
    return ["as it is", *tomllib.loads(HEADERS.read_text("utf-8")).get(sample.name, {}), "no header", "nameless"]


def main(arguments: list[str]) -> None:
    """Print the table."""
    wanted = [argument for argument in arguments if not argument.startswith("--")]
    print("| sample | headers | columns | right | of these doubtful | wrong, with a warning | wrong, without |")
    print("|---|---|--:|--:|--:|--:|--:|")
    sums: Counter[str] = Counter()
    for sample in samples():
        for dress in dresses(sample):
            if wanted and sample.name not in wanted and f"{sample.name}/{dress}" not in wanted:
                continue
            with TemporaryDirectory(prefix="counterfoil-") as folder:
                score = measure(sample, dress, Path(folder))
            share = f"{score.right} ({100 * score.right // score.all} %)"
            print(
                f"| {sample.name} | {dress} | {score.all} | {share} | {score.warned} | {score.wrong_warned} | {score.wrong} |", flush=True
            )
            if "--list" in arguments:
                print("\n".join(f"    {note}" for note in score.notes))
            sums.update(all=score.all, right=score.right, warned=score.warned, wrong_warned=score.wrong_warned, wrong=score.wrong)
    share = f"{sums['right']} ({100 * sums['right'] // max(1, sums['all'])} %)"
    print(f"| **all** | | {sums['all']} | {share} | {sums['warned']} | {sums['wrong_warned']} | {sums['wrong']} |")


if __name__ == "__main__":
    main(sys.argv[1:])
