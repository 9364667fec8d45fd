"""Work that nothing is bought for: most of what a workshop does. In the plant as it is made, hardly any work stands beside the one that an
order is for, and site and week would name it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from random import Random

from benchmarks.damage.papers import Papers, Row
from benchmarks.damage.texts import dice

IDLE = 3
"""So many for each work that there is, at the same site within two weeks of it."""
PLANNED = 0.3
"""Of these: with a line for a part that other work is ordered for, and that was never bought, or came from a shelf."""
MOMENTS = ("created_at", "released_at", "started_at", "completed_at", "closed_at")


def add_idle_work(papers: Papers, seed: int) -> None:
    """Add the work orders, and lines of some; their numbers fill the gaps behind those of the others. And let all work begin some days
    earlier or later than the plant has it, where each begins days after the goods were ordered."""
    needs = [row for row in papers["work_order_lines"] if row["part_id"]]
    known = {row["work_order_id"] for row in papers["work_orders"]}
    people = sorted({row["requested_by"] for row in papers["work_orders"]})
    assets = sorted({row["asset_id"] for row in papers["work_orders"]})
    for work in list(papers["work_orders"]):
        roll = dice(seed, "idle", work["work_order_id"])
        for name in _free_names(work["work_order_id"], known):
            papers["work_orders"].append(_beside(work, name, people, assets, roll))
            if roll.random() < PLANNED:
                line = {"work_order_line_id": f"{name}-0010", "work_order_id": name, "need_by": "", "operation_started_at": ""}
                papers["work_order_lines"].append(dict(roll.choice(needs)) | line)
        _begin(work, roll)


def _free_names(name: str, known: set[str]) -> Iterator[str]:
    """The next `IDLE` numbers that no work has; they have one then."""
    numbers = (str(number).zfill(len(name)) for number in count(int(name) + 1))
    for _ in range(IDLE):
        free = next(number for number in numbers if number not in known)
        known.add(free)
        yield free


def _beside(work: Row, name: str, people: list[str], assets: list[str], roll: Random) -> Row:
    """Other work of the same site and weeks: before it where it is not finished yet."""
    days = roll.uniform(-14, 14 if work["closed_at"] else 0)
    moved = {moment: _moved(work[moment], days) for moment in MOMENTS}
    return dict(work) | moved | {
        "work_order_id": name,
        "kind": roll.choice(("preventive", "corrective", "repair", "inspection")),
        "asset_id": roll.choice(assets),
        "requested_by": roll.choice(people),
        "budget_amount": "",
    }  # fmt: skip


def _begin(work: Row, roll: Random) -> None:
    """Between its release and its completion, within a week of where it began."""
    if work["started_at"] and work["completed_at"]:
        moved = _moved(work["started_at"], roll.uniform(-7, 7))
        work["started_at"] = min(max(moved, work["released_at"]), work["completed_at"])


def _moved(moment: str, days: float) -> str:
    if not moment:
        return ""
    return (datetime.fromisoformat(moment) + timedelta(minutes=round(days * 1440))).isoformat(timespec="seconds")
