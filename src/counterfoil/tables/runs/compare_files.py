"""A comparison as files and as JSON."""

import json
from dataclasses import asdict
from pathlib import Path

from counterfoil.rules.money import plain
from counterfoil.tables.database import as_plain
from counterfoil.tables.output import harmless, writing
from counterfoil.tables.runs.compare import Change, Comparison
from counterfoil.tables.runs.outputs import Run
from counterfoil.tables.runs.words import verdict_in_figures

COLUMNS = (
    "finding_id", "change", "rule", "severity", "site_id", "supplier_id", "document", "document_id", "line_id", "work_order_id",
    "amount_before", "amount_after", "currency", "occurred_at", "message", "severity_before", "currency_before",
)  # fmt: skip
"""The columns of changes.parquet and changes.csv, in their order. What has no "before" is told as it is after; of a finding that went, as
it was."""

FILES = ("changes.parquet", "changes.csv", "compare.html")
"""In the order in which they are written."""

_AMOUNTS = ("amount_before", "amount_after")
_ORDER = "rule, change, greatest(changes.amount_before, changes.amount_after) DESC NULLS LAST, changes.finding_id"


def write_comparison(comparison: Comparison, space: Path) -> None:
    """Write every file of FILES into `space` (see `output.output_folder`).

    Raises:
        Unusable: a file cannot be written.
    """
    from counterfoil.tables.runs.compare_page import render_comparison  # Altair takes half a second

    with writing(space.parent):
        _copy(comparison, space / "changes.parquet", COLUMNS, "FORMAT parquet, COMPRESSION zstd")
        _copy(comparison, space / "changes.csv", [_as_text(name) for name in COLUMNS], "FORMAT csv, HEADER")
        (space / "compare.html").write_text(render_comparison(comparison), "utf-8", newline="\n")


def _as_text(name: str) -> str:
    if name in _AMOUNTS:
        return f"{as_plain(name)} AS {name}"
    return name if name == "occurred_at" else harmless(name)


def _copy(comparison: Comparison, path: Path, columns: "tuple[str, ...] | list[str]", how: str) -> None:
    target = str(path).replace("'", "''")
    comparison.database.execute(f"COPY (SELECT {', '.join(columns)} FROM changes ORDER BY {_ORDER}) TO '{target}' ({how})")


def comparison_json(comparison: Comparison) -> str:
    """The comparison in figures, as indented JSON with a line end. Amounts are texts of plain decimals."""
    document = {
        "before": _run(comparison.before),
        "after": _run(comparison.after),
        "cautions": list(comparison.cautions),
        "not_comparable": [asdict(apart) for apart in comparison.apart],
        "total": _change(comparison.total)
        | {"at_risk": {currency: {"before": plain(b), "after": plain(a)} for currency, (b, a) in comparison.at_risk.items()}},
        "rules": {change.name: _change(change) | _not_judged(comparison, change.name) for change in comparison.rules},
        "sites": {change.name: _change(change) for change in comparison.sites},
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _run(run: Run) -> dict[str, object]:
    return {
        "folder": str(run.folder),
        "as_of": run.as_of.isoformat(),
        "version": run.version,
        "policy": run.policy,
        "narrowing": run.narrowing,
    }


def _change(change: Change) -> dict[str, object]:
    figures: dict[str, object] = {
        "before": change.before,
        "after": change.after,
        "came": change.came,
        "went": change.went,
        "stayed": change.stayed,
        "changed": change.changed,
        "amounts": {
            currency: {name: plain(getattr(sums, name)) for name in ("before", "after", "came", "went", "changed")}
            for currency, sums in change.amounts.items()
        },
    }
    return (
        figures
        if change.documents is None
        else figures | {"documents": asdict(change.documents), "chance": verdict_in_figures(change.verdict)}
    )


def _not_judged(comparison: Comparison, rule: str) -> dict[str, object]:
    return {"not_judged": {side: run.rules[rule].not_judged for side, run in (("before", comparison.before), ("after", comparison.after))}}
