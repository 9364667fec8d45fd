"""From evidence to a probability: a weight for each level, learned from lines whose link was hidden, and a map that calibrates.

The candidates of one line compete: the weights of a candidate's levels are summed, and its share is exp(sum) among those of all candidates
and of *none of them*, which weighs 1. The weights that make what was hidden likeliest are found together, so that evidence that says the
same twice does not count twice; they are held near those that were there before, the more so the fewer lines there are to learn from.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterfoil.tables.landing import Unusable

VERSION = 1
LEAST_LINES = 50
"""Hidden lines from which on weights are learned, and a calibration is made."""
_HOLD, _LOOSE = 10.0, 1.0
"""How firmly weights are held near those before, as if so many lines had shown them; and near nothing, where none were before."""
_STAY = 200.0
"""Candidates in each bin that the calibration before counts for."""
_ROUNDS, _SMALL = 40, 1e-4
_EDGES = (0.0, 0.01, 0.03, 0.07, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.9, 0.93, 0.95, 0.965, 0.98, 0.99, 0.995, 0.999, 1.0)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]
Scales = Mapping[str, Sequence[str]]
"""Names of scales with the names of their levels."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned of one kind. `weights`: scale → level → weight, a natural logarithm; a level without one weighs 0, as does nothing
    known. `base`: of every candidate, against none. `curve`: (what the weights give, how often it was true), both rising; empty = as it
    is. `lines`: how many hidden lines taught it."""

    base: float = -4.0
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    curve: tuple[tuple[float, float], ...] = ()
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Examples:
    """Candidates of hidden lines, those of one line together: `levels` a row a candidate, a column a scale; `lines` the number of the line
    of each, from 0, rising; `true` whether it is what was hidden."""

    levels: Integers
    lines: Integers
    true: Truths

    def of(self, wanted: Truths) -> "Examples":
        """The candidates wanted, lines numbered anew."""
        _, lines = np.unique(self.lines[wanted], return_inverse=True)
        return Examples(self.levels[wanted], lines.astype(np.int64), self.true[wanted])


# ---- learning ---------------------------------------------------------------------------------------------------------------------------


def learn(examples: Examples, scales: Scales, before: Weights) -> tuple[Weights, Floats]:
    """(the weights that hidden lines teach, for each candidate what weights would say that did not see its line, calibrated by others)."""
    whole = fit(examples, scales, before, before)
    half = (examples.lines * 2654435761 >> 7) % 2 == 0
    fair, said = np.zeros(len(half)), np.zeros(len(half))
    for seen in (half, ~half):
        learned = fit(examples.of(seen), scales, before, whole)
        said[~seen] = share(learned, examples.of(~seen), scales)
    for seen in (half, ~half):
        fair[~seen] = calibrated(curve_of(said[seen], examples.true[seen], before.curve), said[~seen])
    lines = int(examples.lines[-1]) + 1
    return Weights(whole.base, whole.weights, curve_of(said, examples.true, before.curve), lines), fair


def fit(examples: Examples, scales: Scales, before: Weights, start: Weights) -> Weights:
    """The likeliest weights that lie near those before, by Newton's method from a start that changes no more than how long it takes;
    rounded, so that a model that is written and read again is the same."""
    held, weights = _vector(before, scales), _vector(start, scales)
    matrix, lines = _matrix(examples.levels, scales), examples.lines
    hold = _HOLD if before.lines else _LOOSE
    firsts = np.flatnonzero(np.r_[True, lines[1:] != lines[:-1]])
    for _ in range(_ROUNDS):
        shares = _shares(matrix @ weights, lines, firsts)
        slope = matrix.T @ (examples.true - shares) - hold * (weights - held)
        weighted = matrix * shares[:, None]
        means = np.add.reduceat(weighted, firsts, axis=0)
        curvature = matrix.T @ weighted - means.T @ means + hold * np.eye(len(held))
        step = np.linalg.solve(curvature, slope)
        weights += step * min(1.0, 2.0 / max(float(np.abs(step).max()), _SMALL))
        if np.abs(step).max() < _SMALL:
            break
    return _named(weights, scales)


def share(weights: Weights, examples: Examples, scales: Scales) -> Floats:
    """The share of each candidate among those of its line and none."""
    firsts = np.flatnonzero(np.r_[True, examples.lines[1:] != examples.lines[:-1]])
    return _shares(_matrix(examples.levels, scales) @ _vector(weights, scales), examples.lines, firsts)


def _shares(sums: Floats, lines: Integers, firsts: Integers) -> Floats:
    most = np.maximum(np.maximum.reduceat(sums, firsts), 0.0)
    sizes = np.exp(sums - most[lines])
    shares: Floats = sizes / (np.add.reduceat(sizes, firsts) + np.exp(-most))[lines]
    return shares


def _matrix(levels: Integers, scales: Scales) -> Floats:
    """A column for the base and one a level: 1 where a candidate has it."""
    columns = [np.ones(len(levels))]
    for place, names in enumerate(scales.values()):
        columns += [(levels[:, place] == number).astype(float) for number in range(1, len(names) + 1)]
    return np.column_stack(columns)


def _vector(weights: Weights, scales: Scales) -> Floats:
    known = [weights.weights.get(scale, {}).get(level, 0.0) for scale, levels in scales.items() for level in levels]
    return np.array([weights.base, *known])


def _named(vector: Floats, scales: Scales) -> Weights:
    values = iter(round(float(value), 3) for value in vector)
    return Weights(next(values), {scale: {level: next(values) for level in levels} for scale, levels in scales.items()})


# ---- calibrating ------------------------------------------------------------------------------------------------------------------------


def curve_of(said: Floats, true: Truths, before: Sequence[tuple[float, float]] = ()) -> tuple[tuple[float, float], ...]:
    """How often what was said was true, in bins, never falling: neighbours that fall are put together. The curve `before` counts in each
    bin as a few more candidates, so that where there is little to see it stays."""
    bins: list[list[float]] = []
    places = np.clip(np.searchsorted(_EDGES, said, side="right") - 1, 0, len(_EDGES) - 2)
    for place in range(len(_EDGES) - 1):
        there = places == place
        many, total, right = float(there.sum()), float(said[there].sum()), float(true[there].sum())
        if before:
            middle = total / many if many else (_EDGES[place] + _EDGES[place + 1]) / 2
            often = float(calibrated(before, np.array([middle]))[0])
            many, total, right = many + _STAY, total + _STAY * middle, right + _STAY * often
        if many:
            bins.append([many, total, right])
        while len(bins) > 1 and bins[-2][2] / bins[-2][0] >= bins[-1][2] / bins[-1][0]:
            last = bins.pop()
            bins[-1] = [a + b for a, b in zip(bins[-1], last, strict=True)]
    return tuple((round(total / many, 5), round(right / many, 5)) for many, total, right in bins)


def calibrated(curve: Sequence[tuple[float, float]], said: Floats) -> Floats:
    """The curve read at each place, straight between its points and to 0 and 1 beyond them."""
    if not curve:
        return said
    found: Floats = np.interp(said, [0.0, *(x for x, _ in curve), 1.0], [0.0, *(y for _, y in curve), curve[-1][1]])
    return found


# ---- as a file --------------------------------------------------------------------------------------------------------------------------


def shipped_model() -> Mapping[str, Weights]:
    """The model of the package, by kind."""
    return _read(json.loads(files(__package__).joinpath("model.json").read_text("utf-8")), "model.json")


def read_model(path: Path) -> Mapping[str, Weights]:
    """A model that was written beside proposals.

    Raises:
        Unusable: it is none.
    """
    try:
        return _read(json.loads(path.read_text("utf-8")), str(path))
    except (OSError, ValueError, RecursionError) as error:
        raise Unusable(f"{path} cannot be read as a model ({error}); give the model.json of an earlier run.") from None


def model_json(model: Mapping[str, Weights]) -> str:
    """The model as indented JSON with a line end."""
    kinds = {
        kind: {"lines": one.lines, "base": one.base, "weights": one.weights, "curve": one.curve} for kind, one in sorted(model.items())
    }
    return json.dumps({"version": VERSION, "kinds": kinds}, indent=1, allow_nan=False) + "\n"


def _read(document: Any, place: str) -> Mapping[str, Weights]:
    try:
        if document["version"] != VERSION:
            raise Unusable(f"{place}: a model of version {document['version']} is not known here; make it anew without --model.")
        return {kind: _weights(one) for kind, one in document["kinds"].items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unusable(f"{place} is no model of proposed links; give the model.json of an earlier run.") from None


def _weights(one: Any) -> Weights:
    weights = {scale: {level: _number(value, 50) for level, value in levels.items()} for scale, levels in one["weights"].items()}
    curve = tuple((_number(x, 1), _number(y, 1)) for x, y in one["curve"])
    return Weights(_number(one["base"], 50), weights, curve, int(one["lines"]))


def _number(value: Any, most: float) -> float:
    """A number of at most that size. ValueError where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= most:
        raise ValueError(value)
    return float(value)
