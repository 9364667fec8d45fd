"""What each engine takes for plants of several sizes: python -m benchmarks.engines [--lines 30000,300000,3000000]

Each run is one `counterfoil check` with all its files. Counted is every process that works for it: the command, Spark's own within it, and
the server of PostgreSQL, which is no child of the command. Linux alone: it reads /proc. Nothing else should run meanwhile.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Failed, read_through
from benchmarks.plant import make_plant

ENGINES = ("duckdb", "postgres", "spark")
LINES = (30_000, 300_000, 3_000_000)
SERVER = "postgres"
_EVERY_SECONDS = 0.2
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a run took: by the clock, of processors, and the most memory at one time, shared pages counted once."""

    lines: int
    engine: str
    seconds: float
    cpu_seconds: float
    peak_bytes: int


class Watching(threading.Thread):
    """Looks at the processes that work for a command, again and again until told to stop.

    What a process took before the command began (a server's) is not counted; what it took after its last look is not seen."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root, self.over = root, threading.Event()
        self.before = {pid: _cpu(pid) for pid in _named(SERVER)}
        self.cpu: dict[int, float] = {}
        self.peak = 0

    def run(self) -> None:
        while not self.over.wait(_EVERY_SECONDS):
            pids = {*_below(self.root), *_named(SERVER)}
            self.cpu |= {pid: _cpu(pid) for pid in pids}
            self.peak = max(self.peak, sum(map(_memory, pids)))

    def cpu_seconds(self) -> float:
        return sum(max(0.0, cpu - self.before.get(pid, 0.0)) for pid, cpu in self.cpu.items())


def run(engine: str, plant: Path, lines: int, out: Path) -> Taken:
    """Check a plant with an engine. Raises `Failed` where the command did."""
    command = [str(Path(sys.executable).with_name("counterfoil")), "check", str(plant), "--engine", engine, "--out", str(out)]
    read_through(plant)
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
        watching = Watching(child.pid)
        watching.start()
        said, _ = child.communicate()
        seconds = time.perf_counter() - started
        watching.over.set()
        watching.join()
    if child.returncode:
        raise Failed(f"`{' '.join(command)}` ended with {child.returncode}: {said[-2000:]}")
    return Taken(lines, engine, seconds, watching.cpu_seconds(), watching.peak)


# ---- what /proc says ----------------------------------------------------------------------------------------------------------------


def _below(root: int) -> Iterator[int]:
    """A process and all that it started, directly or not."""
    yield root
    for thread in Path(f"/proc/{root}/task").glob("*"):
        for child in _read(thread / "children").split():
            yield from _below(int(child))


def _named(name: str) -> Iterator[int]:
    for place in Path("/proc").iterdir():
        if place.name.isdigit() and _read(place / "comm").strip() == name:
            yield int(place.name)


def _cpu(pid: int) -> float:
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK if fields else 0.0


def _memory(pid: int) -> int:
    """Bytes; a page that several processes share counts by its part in each."""
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


# ---- the table ----------------------------------------------------------------------------------------------------------------------


def table(runs: Sequence[Taken]) -> str:
    rows = ["| invoice lines | engine | seconds | of processors | most memory, GB |", "|--:|---|--:|--:|--:|"]
    rows += [f"| {one.lines:,} | {one.engine} | {one.seconds:.0f} | {one.cpu_seconds:.0f} | {one.peak_bytes / 1e9:.1f} |" for one in runs]
    return "\n".join(rows)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines", description="What each engine takes, by size.")
    parser.add_argument(
        "--lines", type=lambda text: [int(one) for one in text.split(",")], default=LINES, help="invoice lines of the plants"
    )
    parser.add_argument("--engine", action="append", choices=ENGINES, help="measure this engine alone; may be repeated")
    arguments = parser.parse_args()
    runs: list[Taken] = []
    with tempfile.TemporaryDirectory(prefix="counterfoil-bench-") as folder:
        for lines in arguments.lines:
            plant = Path(folder) / f"plant-{lines}"
            make_plant(plant, lines)
            for engine in arguments.engine or ENGINES:
                runs.append(run(engine, plant, lines, Path(folder) / "out"))
                print(f"{lines:,} {engine}: {runs[-1]}", flush=True)
    print(table(runs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
