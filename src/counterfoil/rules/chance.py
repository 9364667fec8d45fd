"""Chance: would two runs differ as they do although nothing had changed? Exact where numbers are small.

Findings on one document are not independent of each other (an order typed in without its work order lacks it on every line), so what is
counted here are documents, never findings. A probability is a share of the ways in which chance could have fallen that are at least as far
from "nothing has changed" as what was seen, to either side.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

LEVEL = 0.05
"""A difference that chance alone would make more rarely than this is more than chance."""

FEW = 25
"""Below this many documents with a finding in one run alone, nothing is approximated."""

FEW_DURATIONS = 40
"""Up to this many durations, both runs together, nothing is approximated."""

_NOTHING = 1e-30
_ALIKE = 1 + 1e-9


class Method(StrEnum):
    """How a difference was judged."""

    PAIRED = "paired"
    """Both runs read equally many documents: those that came against those that went (McNemar, exact)."""
    PROPORTIONS = "two proportions"
    """Documents with a finding of all that were read, of either run (Fisher, exact)."""
    SHARED = "two proportions, shared documents taken out"
    """The same where many documents have a finding in both runs (normal approximation)."""
    RANKS = "ranks"
    """Durations of one run against those of the other (Mann-Whitney; exact where few)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`p`: how often chance alone would make at least such a difference, from 0 to 1."""

    method: Method
    p: float

    @property
    def within_chance(self) -> bool:
        return self.p >= LEVEL


def judge_documents(both: int, went: int, came: int, read_before: int, read_after: int) -> Verdict | None:
    """Whether documents with a finding became more or fewer. `both`, `went`, `came`: documents with a finding in both runs, only in the
    one before, only in the one after; `read_*`: documents that each run read. None where a run cannot have read as few as it says."""
    before, after = both + went, both + came
    if before > read_before or after > read_after:
        return None
    if read_before == read_after:
        return Verdict(Method.PAIRED, sign_test(went, came))
    if both and went + came >= FEW:
        return Verdict(Method.SHARED, shared_rates(both, went, came, read_before, read_after))
    return judge_shares(before, read_before, after, read_after)


def judge_shares(found: int, read: int, other_found: int, other_read: int) -> Verdict | None:
    """The same where nobody knows which documents are in both. None where one of the two cannot have read as few as it says, or read
    nothing."""
    if found > read or other_found > other_read or not read or not other_read:
        return None
    return Verdict(Method.PROPORTIONS, fisher(found, read, other_found, other_read))


def sign_test(went: int, came: int) -> float:
    """The probability that as many equal chances fall as unequally as went : came."""
    both = went + came
    return _no_likelier(went, 0, both, both // 2, lambda x: (both - x) / (x + 1))


def fisher(found: int, read: int, other_found: int, other_read: int) -> float:
    """The probability that all that were found lie as unequally over two groups, found of read and other_found of other_read."""
    every = found + other_found
    likeliest = (every + 1) * (read + 1) // (read + other_read + 2)
    left = other_read - every
    return _no_likelier(found, max(0, -left), min(every, read), likeliest, lambda x: (every - x) * (read - x) / ((x + 1) * (left + x + 1)))


def _no_likelier(seen: int, lowest: int, highest: int, likeliest: int, ratio: Callable[[int], float]) -> float:
    """The share of the outcomes from lowest to highest that are no likelier than the one seen. `ratio(x)`: how much likelier x + 1 is than
    x. Outcomes beyond all likelihood are left out."""
    weights = {likeliest: 1.0}
    outcome, weight = likeliest, 1.0
    while outcome < highest and weight > _NOTHING:
        weight *= ratio(outcome)
        outcome += 1
        weights[outcome] = weight
    outcome, weight = likeliest, 1.0
    while outcome > lowest and weight > _NOTHING:
        outcome -= 1
        weight /= ratio(outcome)
        weights[outcome] = weight
    limit = weights.get(seen, 0.0) * _ALIKE
    return math.fsum(weight for weight in weights.values() if weight <= limit) / math.fsum(weights.values())


def shared_rates(both: int, went: int, came: int, read_before: int, read_after: int) -> float:
    """The probability of as large a difference of the two shares, where the documents in both runs vary together: each document adds
    1 ÷ read_after where it has a finding after, less 1 ÷ read_before where it has one before, and the squares of these add up to the
    variance. With equally many read and no document in both it is the usual test of two rates."""
    after, before = 1 / read_after, 1 / read_before
    difference = (both + came) * after - (both + went) * before
    variance = both * (after - before) ** 2 + came * after**2 + went * before**2
    return _beyond(abs(difference) / math.sqrt(variance))


def judge_durations(before: Mapping[int, int], after: Mapping[int, int]) -> Verdict | None:
    """Whether durations became longer or shorter. Each: how many took so many days. None where one of them is empty."""
    if not sum(before.values()) or not sum(after.values()):
        return None
    return Verdict(Method.RANKS, rank_test(before, after))


def rank_test(one: Mapping[int, int], other: Mapping[int, int]) -> float:
    """The Mann-Whitney test: the probability that the ranks of `one` among all lie as far from the middle. Neither is empty; equal days
    share the mean of their ranks."""
    size, every = sum(one.values()), sum(one.values()) + sum(other.values())
    ties: list[tuple[int, int]] = []  # how many there are of one length, and twice the rank they share
    ranks = placed = 0
    for days in sorted({*one, *other}):
        mine, many = one.get(days, 0), one.get(days, 0) + other.get(days, 0)
        twice_rank = 2 * placed + many + 1
        ties.append((many, twice_rank))
        ranks += mine * twice_rank
        placed += many
    off = abs(ranks - size * (every + 1))
    if every <= FEW_DURATIONS:
        return _exact_ranks(ties, size, every, off)
    tied = sum(many**3 - many for many, _ in ties)
    variance = size * (every - size) / 12 * (every + 1 - tied / (every * (every - 1)))
    return _beyond(max(0.0, off / 2 - 0.5) / math.sqrt(variance)) if variance else 1.0


def _exact_ranks(ties: Sequence[tuple[int, int]], size: int, every: int, off: int) -> float:
    """Of all ways to choose `size` of them, the share whose doubled ranks sum at least `off` away from the middle."""
    ways = {(0, 0): 1}
    for many, twice_rank in ties:
        grown: dict[tuple[int, int], int] = {}
        for (chosen, ranks), number in ways.items():
            for more in range(min(many, size - chosen) + 1):
                key = (chosen + more, ranks + more * twice_rank)
                grown[key] = grown.get(key, 0) + number * math.comb(many, more)
        ways = grown
    far = sum(number for (chosen, ranks), number in ways.items() if chosen == size and abs(ranks - size * (every + 1)) >= off)
    return far / math.comb(every, size)


def _beyond(deviations: float) -> float:
    """How often a normal variable lies at least so many standard deviations off, to either side."""
    return math.erfc(deviations / math.sqrt(2))


def together(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts of questions that were asked together, in their order. Of many questions one in twenty would look like more than chance
    by chance: each probability is raised so that the whole list has one false alarm in twenty runs at most (Holm)."""
    places = sorted(range(len(verdicts)), key=lambda place: verdicts[place].p)
    raised = list(verdicts)
    least = 0.0
    for rank, place in enumerate(places):
        least = max(least, min(1.0, verdicts[place].p * (len(verdicts) - rank)))
        raised[place] = Verdict(verdicts[place].method, least)
    return raised


def within_days(counts: Mapping[int, int], quarters: int) -> int | None:
    """The least number of days within which so many quarters of all were done (2 = the median). None where there are none."""
    every = sum(counts.values())
    done = 0
    for days in sorted(counts):
        done += counts[days]
        if counts[days] and done * 4 >= every * quarters:
            return days
    return None
