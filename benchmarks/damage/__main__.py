"""One damaged plant, from the command line."""

import argparse
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.damage import damage
from counterfoil.tables.landing import Unusable
from counterfoil.tables.seed import FEWEST_ORDERS, make_plant


def main() -> None:
    """Make a plant, damage it, and say how many lines of which kind lost their link, in which way."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.damage", description="A made-up plant, out of which links were taken.")
    parser.add_argument("target", type=Path, help="a new folder")
    parser.add_argument("--orders", type=int, default=FEWEST_ORDERS, help=f"before some are repeated (default: {FEWEST_ORDERS})")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=0.3, help="of the links of each kind (default: 0.3)")
    given = parser.parse_args()
    try:
        with TemporaryDirectory(prefix="counterfoil-plant-") as plant:
            make_plant(Path(plant), given.orders, given.seed, cases=())
            truth = damage(Path(plant), given.target, given.seed, given.share)
    except (Unusable, ValueError, FileExistsError) as refused:
        parser.error(str(refused))
    for (kind, how), lines in sorted(Counter((line.kind, line.how) for line in truth).items()):
        print(f"{kind:13} {how:12} {lines:6,}")


if __name__ == "__main__":
    main()
