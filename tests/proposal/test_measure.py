"""How well exports with known mappings are read, in other people's headers: docs/reference/proposal.md has the figures."""

from pathlib import Path

import pytest
from benchmarks.proposal import Sample, Score, dresses, measure, samples

SAMPLES = {sample.name: sample for sample in samples()}
LEAST = {
    ("plant", "as it is"): 175,
    ("plant", "german"): 155,
    ("plant", "french"): 170,
    ("plant", "sap"): 150,
    ("plant", "abbreviated"): 120,
    ("plant", "no header"): 30,
    ("adventureworks", "as it is"): 23,
    ("adventureworks", "german"): 23,
    ("adventureworks", "french"): 22,
    ("adventureworks", "no header"): 8,
    ("spreadsheet", "as it is"): 26,
    ("spreadsheet", "german"): 26,
    ("spreadsheet", "french"): 26,
    ("sap", "as it is"): 94,
    ("odoo", "as it is"): 64,
    ("erpnext", "as it is"): 78,
    ("maximo", "as it is"): 93,
}
"""Columns placed right; fewer is a step back."""


@pytest.mark.parametrize(("name", "dress"), [(sample.name, dress) for sample in SAMPLES.values() for dress in dresses(sample)])
def test_nothing_is_placed_wrong_without_a_warning(name: str, dress: str, tmp_path: Path) -> None:
    score = measure(SAMPLES[name], dress, tmp_path)
    assert score.wrong == 0, score.notes
    assert score.right >= LEAST.get((name, dress), 0), score.notes
    assert score.warned <= score.right <= score.all


def test_the_measure_itself_sees_what_is_wrong(tmp_path: Path) -> None:
    """A truth that says otherwise makes the columns wrong: the measure is not content with anything."""
    bicycles = SAMPLES["adventureworks"]
    lies = {spot: {("Vendor", ("no such column",))} for spot in bicycles.truth}
    score: Score = measure(Sample("adventureworks", bicycles.files, lies), "as it is", tmp_path)
    assert score.right == 3  # the ids of lines that ALSO names: they are as good whatever the truth says
    assert score.wrong > 10
