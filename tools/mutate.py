"""Mutation testing of the rules: does a test fail when a rule is changed?

mutmut makes every small change that it knows to the functions of src/counterfoil/rules, one at a time (a mutant), and runs the tests of the
rules on each. A mutant that no test notices survives: a test is missing, or the change makes no difference. Those that make none are listed
with the reason in docs/internals/mutants.toml. An entry that no longer fits is an error as well, so the list follows the code.

    python tools/mutate.py

Exit 0: at least 90 % were noticed and every survivor is explained. Exit 1: one line a misfit on standard error. Else: mutmut's own code.
"""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "mutants"
LIST = ROOT / "docs" / "internals" / "mutants.toml"
LEAST = 90


@dataclass(frozen=True, slots=True)
class Mutant:
    """A function and what one of its lines became."""

    function: str
    line: str


def load_reasons(path: Path) -> dict[Mutant, str]:
    """Why each listed mutant survives. KeyError or tomllib.TOMLDecodeError where the file is malformed."""
    listed = tomllib.loads(path.read_text(encoding="utf-8")).get("survivors", [])
    return {Mutant(entry["function"], line): entry["why"] for entry in listed for line in entry["becomes"]}


def read_mutant(name: str, diff: str) -> Mutant:
    """The mutant of this name in mutmut, from its difference to the code."""
    function = re.sub(r"\.x[_ǁ](.+)__mutmut_\d+$", r".\1", name).replace("ǁ", ".")
    return Mutant(function, " ".join(re.findall(r"^\+(?!\+\+ )\s*(.*)$", diff, re.MULTILINE)))


def find_misfits(counts: Mapping[str, int], survivors: set[Mutant], reasons: Mapping[Mutant, str]) -> list[str]:
    """One sentence for a score too low, each survivor without a reason, and each reason without a survivor.

    `counts`: mutants by mutmut's word for what became of them, and in total.
    """
    total, noticed = counts["total"], count_noticed(counts)
    misfits = [] if total else ["There are no mutants: does mutmut's section in pyproject.toml name the rules?"]
    if noticed * 100 < total * LEAST:
        misfits.append(f"{noticed} of {total} mutants are noticed, less than {LEAST} %: write tests.")
    for mutant in sorted(survivors | reasons.keys(), key=str):
        if mutant not in reasons:
            misfits.append(f"{mutant.function}: no test fails with: {mutant.line}")
        elif mutant not in survivors:
            misfits.append(f"{mutant.function}: does not survive, remove it from the list: {mutant.line}")
        elif not reasons[mutant].strip():
            misfits.append(f"{mutant.function}: stands in the list without a reason: {mutant.line}")
    return misfits


def count_noticed(counts: Mapping[str, int]) -> int:
    """How many made a test fail, or run without end."""
    return counts["killed"] + counts["timeout"]


def mutmut(*arguments: str) -> str:
    """What mutmut prints."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def find_survivors() -> set[Mutant]:
    """What the tests did not notice in the run that stands in `WORK`. Each difference is printed."""
    survivors = set()
    for name, became in re.findall(r"^\s+(\S+): (.+)$", mutmut("results"), re.MULTILINE):
        if became != "timeout":
            diff = mutmut("show", name)
            print(diff)
            survivors.add(read_mutant(name, diff))
    return survivors


def main() -> int:
    """Make all mutants anew, and judge. The exit code."""
    shutil.rmtree(WORK, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "mutmut", "run"], cwd=ROOT, check=False)
    if done.returncode:
        return done.returncode
    mutmut("export-cicd-stats")
    counts = json.loads((WORK / "mutmut-cicd-stats.json").read_text(encoding="utf-8"))
    survivors = find_survivors()
    misfits = find_misfits(counts, survivors, load_reasons(LIST))
    for misfit in misfits:
        print(misfit, file=sys.stderr)
    print(f"{count_noticed(counts)} of {counts['total']} mutants are noticed, {len(survivors)} survive.")
    return 1 if misfits else 0


if __name__ == "__main__":
    sys.exit(main())
