"""What no engine computes exactly: rows that go through a rule of `counterfoil.rules`, one by one."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import pyarrow as pa

SHARE_INPUTS = ("amount", "part", "whole")
SHARE_PLACES = 16
"""What `counterfoil.rules.money.share` takes, and the decimals of what it gives here (a whole amount keeps its own)."""


def row_by_row(
    kept: Sequence[str], result: str, rule: Callable[..., Decimal | None], inputs: Sequence[str], places: int
) -> Callable[[pa.Table], pa.Table]:
    """A computation for `shapes.computed`: applies a rule to the `inputs` of each row; gives the `kept` columns and the result,
    decimal(38,places)."""

    def compute(rows: pa.Table) -> pa.Table:
        columns = [rows.column(name).to_pylist() for name in inputs]
        results = [rule(*values) for values in zip(*columns, strict=True)]
        return rows.select(list(kept)).append_column(result, pa.array(results, pa.decimal128(38, places)))

    return compute
