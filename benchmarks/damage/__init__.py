"""Plants in which links are missing: python -m benchmarks.damage TARGET [--orders 1000] [--seed 1] [--share 0.3]

Takes a plant of `counterfoil seed` without planted faults, makes its texts as messy as real ones, takes the links of a share of its lines
away, in the ways in which that happens, and keeps what was true:

- `texts`: how people write parts, work, firms and numbers, and the statistics that this imitates; `words.toml`: of which words;
- `repeats`: orders placed again; `prices`: prices that do not change from order to order; `collective`: bills of a month; `idle`: work that
  nothing is bought for;
- `lifelike`: the texts of the plant, rewritten independently on each paper, and orders that nobody wrote;
- `bills`, `works`, `receipts`: the ways in which invoice lines, order lines and receipts lose their links, with how often and why;
- `truth`: the lines without a link, and where they belong.

One draw a document decides, from the seed and the document's id alone: a larger share damages the documents of a smaller one and more, each
in the same way, and the same arguments give the same bytes.

What nobody could find again, we believe: of the damaged invoice lines 3 to 5 in a hundred (no number, and two orders of equal parts, prices
and quantities within the same weeks; or a new price, another supplier's record and a text that says nothing, all at once), of the order
lines 10 to 15 (no number, no machine, no planned part and no requisition: then any work of that site and month will do), of the receipts 10
to 15 (no number: only how much came when, and the same amount was due from another order). A clerk with the files before him cannot do
better than guess there.
"""

import csv
from pathlib import Path

from benchmarks.damage.bills import damage_bills
from benchmarks.damage.collective import bill_monthly
from benchmarks.damage.idle import add_idle_work
from benchmarks.damage.lifelike import leave_unwritten, make_lifelike
from benchmarks.damage.papers import read_papers, write_papers
from benchmarks.damage.prices import list_prices
from benchmarks.damage.receipts import damage_receipts
from benchmarks.damage.repeats import repeat_orders
from benchmarks.damage.truth import KINDS, Line, Truth, read_truth, write_truth
from benchmarks.damage.works import damage_works
from counterfoil.tables.seed.write import LIST, LIST_FOLDER

__all__ = ["KINDS", "Line", "Truth", "damage", "read_truth"]

UNWRITTEN = 0.03
"""Of the orders: never written, though their goods came and were billed."""


def damage(folder: Path, target: Path, seed: int, share: float) -> Truth:
    """Write the plant of `folder` into `target`, a new folder, with that share (0 to 1) of the links of each kind gone, and the truth.

    FileExistsError where `target` is there already; ValueError where the plant has planted faults, or no such share can be.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"a share of {share} cannot be damaged; give 0 to 1.")
    if target.exists():
        raise FileExistsError(f"{target} is there already; name a new folder.")
    if _has_faults(folder):
        raise ValueError(f"{folder} has planted faults; make_plant(…, cases=()) makes a plant without.")
    papers = repeat_orders(read_papers(folder), seed)
    list_prices(papers, seed)
    bill_monthly(papers, seed)
    add_idle_work(papers, seed)
    make_lifelike(papers, seed)
    gone = leave_unwritten(papers, seed, UNWRITTEN)
    lines = [*damage_bills(papers, seed, share, gone), *damage_works(papers, seed, share), *damage_receipts(papers, seed, share, gone)]
    truth = Truth(tuple(lines))
    target.mkdir(parents=True)
    write_papers(papers, folder, target)
    write_truth(truth, target)
    return truth


def _has_faults(folder: Path) -> bool:
    with (folder / LIST_FOLDER / LIST).open(encoding="utf-8", newline="") as file:
        return any(True for _ in csv.DictReader(file))
