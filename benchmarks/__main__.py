"""Measure Counterfoil against its yardsticks in one run: `python -m benchmarks`.

Exit 0: every limit is kept. Exit 1: one is missed. Exit 2: something that was to be measured failed.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.measure import Failed, Measured, Turn, largest_peak, measure, median_seconds, take
from benchmarks.plant import origin
from counterfoil import __version__

PARTS = ("check", "command", "reading", "memory", "backtest", "propose")
GIGABYTE = 10**9


@dataclass(frozen=True, slots=True)
class Size:
    """How large: invoice lines of the two plants, rows of the CSV file whose reading is timed, copies of the large plant's invoice lines in
    the largest file, invoice lines of the plant whose past is asked, and of the one where a thirteenth lost their links (both have three
    quarters as many order lines)."""

    small: int
    large: int
    csv: int
    copies: int
    past: int
    lost: int


FULL = Size(small=1_000_000, large=10_000_000, csv=2_000_000, copies=5, past=6_700_000, lost=1_340_000)
QUICK = Size(small=100_000, large=1_000_000, csv=200_000, copies=2, past=670_000, lost=134_000)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure against its limit: at most it, or at least it where `at_least`."""

    meaning: str
    figure: float
    limit: float
    at_least: bool = False

    @property
    def kept(self) -> bool:
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit


Results = Mapping[str, Sequence[Measured]]


def task(name: str, *arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.tasks", name, *map(str, arguments)]


def turns(part: str, size: Size, folder: Path, runs: int) -> Iterator[Turn]:
    """What a part measures, turn by turn: what is compared alternates, so that what else the machine does falls on all alike. A long run
    stands between two of its yardstick."""
    if part == "check":
        for lines, names in ((size.small, ("three-way", "check") * runs), (size.large, ("three-way", "check", "three-way"))):
            plant = plant_folder(folder, lines)
            yield from (Turn(f"{name} {lines}", task(name, plant), plant) for name in names)
    elif part == "command":
        program = Path(sys.executable).with_name("counterfoil")
        plant = plant_folder(folder, size.large)
        yield Turn(f"command {size.large}", [str(program), "check", str(plant), "--out", str(folder / "out")], plant)
    elif part == "backtest":
        plant = plant_folder(folder, size.past)
        yield from (Turn(f"{name} {size.past}", task(name, plant), plant) for name in ("check", "backtest", "check"))
    elif part == "propose":
        plant = lost_folder(folder, size.lost)
        yield from (Turn(name, task(name, plant), plant) for name in ("join", "propose") * runs)
    elif part == "memory":
        source = csv_folder(folder, size.large * size.copies)
        yield Turn("read-largest", task("read-by-counterfoil", source), source)
    else:
        source = csv_folder(folder, size.csv)
        yield from (Turn(name, task(name, source), source) for name in ("read-by-duckdb", "read-by-counterfoil") * runs)


def ratios(results: Results, size: Size) -> Iterator[Ratio]:
    """The figures that have limits, of what was measured."""
    seconds = {name: median_seconds(runs) for name, runs in results.items()}
    check, small_check = f"check {size.large}", f"check {size.small}"
    if check in seconds:
        yield Ratio("all rules ÷ three-way match by hand", seconds[check] / seconds[f"three-way {size.large}"], 8)
        yield Ratio(f"all rules: {size.large:,} lines ÷ {size.small:,} lines", seconds[check] / seconds[small_check], 12)
    for name in (check, f"command {size.large}"):
        if name in results:
            yield Ratio(f"peak memory of {name.split()[0]}, GB", largest_peak(results[name]) / GIGABYTE, 4)
    if "read-largest" in results:
        lines = size.large * size.copies
        yield Ratio(f"peak memory of reading a CSV file of {lines:,} lines, GB", largest_peak(results["read-largest"]) / GIGABYTE, 0.512)
    if f"backtest {size.past}" in seconds:
        lines = f"{size.past * 3 // 4:,} order lines"
        yield Ratio(f"back-test ÷ check, {lines}", seconds[f"backtest {size.past}"] / seconds[f"check {size.past}"], 4)
    if "propose" in seconds:
        lines = f"{size.lost * 3 // 4:,} order lines"
        yield Ratio(f"proposed links ÷ reading both sides and an exact join, {lines}", seconds["propose"] / seconds["join"], 5)
    if "read-by-duckdb" in seconds:
        yield Ratio("CSV reading speed ÷ DuckDB's own", seconds["read-by-duckdb"] / seconds["read-by-counterfoil"], 0.5, at_least=True)


def plant_folder(folder: Path, lines: int) -> Path:
    return folder / f"plant-{lines}"


def lost_folder(folder: Path, lines: int) -> Path:
    return folder / f"lost-{lines}"


def csv_folder(folder: Path, rows: int) -> Path:
    return folder / f"csv-{rows}"


def sources(part: str, size: Size, folder: Path) -> dict[Path, list[str]]:
    """The plants and CSV files that a part reads, with the command that makes each, in the order in which they are made."""
    large = plant_folder(folder, size.large)
    made = {large: task("plant", large, str(size.large))}
    if part == "backtest":
        past = plant_folder(folder, size.past)
        made = {past: task("plant", past, str(size.past))}
    elif part == "propose":
        whole, lost = plant_folder(folder, size.lost), lost_folder(folder, size.lost)
        made = {whole: task("plant", whole, str(size.lost)), lost: task("unlinked", lost, whole)}
    elif part == "check":
        small = plant_folder(folder, size.small)
        made[small] = task("plant", small, str(size.small))
    elif part == "memory":
        csv = csv_folder(folder, size.large * size.copies)
        made[csv] = task("csv", csv, large, str(size.large), str(size.copies))
    elif part == "reading":
        # Larger than the file by a tenth: a plant ends with second bills, whose ids are no numbers as DuckDB guessed from the first ones.
        plant, csv = plant_folder(folder, size.csv * 11 // 10), csv_folder(folder, size.csv)
        made = {plant: task("plant", plant, str(size.csv * 11 // 10)), csv: task("csv", csv, plant, str(size.csv))}
    return made


def prepare(parts: Sequence[str], size: Size, folder: Path, console: Console) -> None:
    """Make what these parts read and is not there yet. What is finished has a mark beside it that says what it was made from."""
    wanted = {target: command for part in parts for target, command in sources(part, size, folder).items()}
    for target, command in wanted.items():
        mark = target.with_name(f"{target.name}.made")
        if not mark.exists() or mark.read_text(encoding="utf-8") != origin():
            mark.unlink(missing_ok=True)
            say(console, f"made {target.name}", measure(command))
            mark.write_text(origin(), encoding="utf-8")


def say(console: Console, name: str, measured: Measured) -> None:
    console.print(
        f"{name}: {measured.seconds:.1f} s, {measured.cpu_seconds:.1f} s of processor time, {measured.peak_bytes / GIGABYTE:.2f} GB",
        highlight=False,
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    size = QUICK if arguments.quick else FULL
    parts = arguments.only or PARTS
    results: dict[str, list[Measured]] = {}
    with working_folder(arguments.folder) as folder:
        prepare(parts, size, folder, console)
        measure(task("ready"))
        for part in parts:
            results |= take(turns(part, size, folder, arguments.runs), lambda name, measured: say(console, name, measured))
    found = list(ratios(results, size))
    console.print(table_of(found))
    if arguments.json:
        arguments.json.write_text(json.dumps(as_mapping(results, found), indent=1) + "\n", encoding="utf-8")
    return 0 if all(ratio.kept for ratio in found) else 1


@contextmanager
def working_folder(named: Path | None) -> Iterator[Path]:
    if named is not None:
        named.mkdir(parents=True, exist_ok=True)
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="counterfoil-bench-") as folder:
        yield Path(folder)


def table_of(found: Sequence[Ratio]) -> Table:
    table = Table("figure", "measured", "limit", "")
    for column in table.columns[1:3]:
        column.justify = "right"
    for ratio in found:
        limit = f"{'≥' if ratio.at_least else '≤'} {ratio.limit:g}"
        table.add_row(ratio.meaning, f"{ratio.figure:.2f}", limit, "kept" if ratio.kept else "[bold red]missed")
    return table


def as_mapping(results: Results, found: Sequence[Ratio]) -> dict[str, object]:
    return {
        "version": __version__,
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "machine": {"system": platform.system(), "architecture": platform.machine(), "processors": os.cpu_count()},
        "measured": {name: [one.as_mapping() for one in runs] for name, runs in results.items()},
        "ratios": [
            {"meaning": one.meaning, "figure": one.figure, "limit": one.limit, "at_least": one.at_least, "kept": one.kept} for one in found
        ],
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Counterfoil against its yardsticks, in one run.")
    parser.add_argument("--quick", action="store_true", help="plants of 1 M and 100 k invoice lines instead of 10 M and 1 M")
    parser.add_argument("--folder", type=Path, help="where the plants are made, and found again (default: a temporary folder)")
    parser.add_argument("--only", action="append", choices=PARTS, help="measure this part alone; may be repeated")
    parser.add_argument("--runs", type=int, default=3, help="how often each short command is run; the median counts (default: 3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every measurement to this file")
    arguments = parser.parse_args()
    if arguments.runs < 1:
        parser.error("--runs must be 1 or more")
    console = Console()
    try:
        return run(arguments, console)
    except Failed as failure:
        Console(stderr=True).print(str(failure), markup=False, highlight=False)
        return 2


if __name__ == "__main__":
    sys.exit(main())
