"""A measurement: one whole child process, from its start to its end."""

import json
import os
import platform
import statistics
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile

# Linux counts the largest resident set in KiB, macOS in bytes.
_RSS_UNIT = 1 if platform.system() == "Darwin" else 1024
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Measured:
    """What a child took. `seconds` by the wall clock, `cpu_seconds` of all its threads, `peak_bytes` of resident memory."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    said: Mapping[str, object]
    """What it printed last, a JSON object; empty where its output is no JSON."""

    def as_mapping(self) -> dict[str, object]:
        return asdict(self)


class Failed(Exception):
    """A child ended with an error; the text says which and what it said."""


def measure(command: Sequence[str]) -> Measured:
    """Run a program as a child and measure it whole.

    The kernel counts a child's peak from what this process holds when it starts it, so keep this process small.

    Raises:
        Failed: it ended with another code than 0.
    """
    with TemporaryFile() as output:
        started = time.perf_counter()
        child = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()
            child.wait()
            raise
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if child.returncode != 0:
        raise Failed(f"`{' '.join(command)}` ended with {child.returncode}: {text.strip()[-2000:]}")
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _RSS_UNIT, _last_object(text))


def _last_object(text: str) -> Mapping[str, object]:
    lines = text.strip().splitlines()
    if not lines or not lines[-1].startswith("{"):
        return {}
    said: Mapping[str, object] = json.loads(lines[-1])
    return said


@dataclass(frozen=True, slots=True)
class Turn:
    """One run of a command that reads the files of a folder."""

    name: str
    command: Sequence[str]
    reads: Path


def take(turns: Iterable[Turn], tell: Callable[[str, Measured], None]) -> dict[str, list[Measured]]:
    """Measure one after the other. The files of each have just been read, so that none waits for the disk where another did not."""
    results: dict[str, list[Measured]] = defaultdict(list)
    for turn in turns:
        read_through(turn.reads)
        results[turn.name].append(measure(turn.command))
        tell(turn.name, results[turn.name][-1])
    return dict(results)


def read_through(folder: Path) -> None:
    """Read every file of a folder once, and keep nothing of it."""
    for file in folder.iterdir():
        with file.open("rb", buffering=0) as content:
            while content.read(_CHUNK):
                pass


def median_seconds(runs: Sequence[Measured]) -> float:
    return statistics.median(run.seconds for run in runs)


def largest_peak(runs: Sequence[Measured]) -> int:
    return max(run.peak_bytes for run in runs)
