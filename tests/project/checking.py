"""The command line in this process: what it printed, and what it wrote."""

import csv
import json
from pathlib import Path

from typer.testing import CliRunner

from counterfoil.interfaces.cli.app import app
from tests.project.test_samples import Run


def check(folder: Path, out: Path, *options: str) -> Run:
    """`counterfoil check folder`, in a terminal of 100 columns."""
    done = CliRunner(env={"COLUMNS": "100"}).invoke(app, ["check", str(folder), "--out", str(out), *options])
    assert done.exit_code == 0, done.output
    with (out / "findings.csv").open(encoding="utf-8", newline="") as file:
        return Run(done.output, json.loads((out / "summary.json").read_text(encoding="utf-8")), list(csv.DictReader(file)))
