"""A back-test as files and as JSON."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from counterfoil.rules.money import plain
from counterfoil.tables.backtest.gates import STOPPED
from counterfoil.tables.backtest.run import Backtest, Figures, Outcome
from counterfoil.tables.database import as_plain, literal
from counterfoil.tables.output import harmless, writing

FILES = ("backtest.parquet", "backtest.csv", "backtest.html", "backtest.json")
"""In the order in which they are written."""

CSV_COLUMNS = (
    "gate", "document", "document_id", "line_id", "site_id", "supplier_id", "category", "amount", "currency", "month", "moment",
    "cured_at", "days",
)  # fmt: skip
"""The columns of backtest.parquet and backtest.csv, a row a document that was stopped. `month`: of the moment, such as 2024-03."""

_FIGURES = {"amount": f"{as_plain('amount')} AS amount", "moment": "moment", "cured_at": "cured_at", "days": "days"}


def write_backtest(backtest: Backtest, space: Path) -> None:
    """Write every file of FILES into `space` (see `output.output_folder`).

    Raises:
        Unusable: a file cannot be written.
    """
    from counterfoil.tables.backtest.page import render_backtest  # Altair takes half a second

    with writing(space.parent):
        _copy(backtest, space / "backtest.parquet", list(CSV_COLUMNS), "FORMAT parquet, COMPRESSION zstd")
        _copy(backtest, space / "backtest.csv", [_FIGURES.get(name) or harmless(name) for name in CSV_COLUMNS], "FORMAT csv, HEADER")
        (space / "backtest.html").write_text(render_backtest(backtest), "utf-8", newline="\n")
        (space / "backtest.json").write_text(backtest_json(backtest), "utf-8", newline="\n")


def _copy(backtest: Backtest, path: Path, columns: Sequence[str], how: str) -> None:
    stops = f"SELECT *, strftime(moment, '%Y-%m') AS month FROM backtest WHERE verdict = '{STOPPED}'"
    backtest.database.execute(
        f"""COPY (SELECT {", ".join(columns)} FROM ({stops}) AS stops
                  ORDER BY stops.gate, stops.moment, stops.document_id, stops.line_id) TO {literal(str(path))} ({how})"""
    )


def backtest_json(backtest: Backtest) -> str:
    """The back-test in figures, as indented JSON with a line end. Amounts and shares are texts of plain decimals."""
    document = {
        "gates": {outcome.gate.name: _outcome(outcome) for outcome in backtest.outcomes},
        "undated": dict(backtest.undated),
        "newest": backtest.newest and backtest.newest.isoformat(),
        "narrowing": {name: value if isinstance(value, list) else str(value) for name, value in backtest.narrowing.items()},
        "policy": {"name": backtest.policy.name, "version": backtest.policy.version, "gates": _scopes(backtest)},
        "version": backtest.version,
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _outcome(outcome: Outcome) -> dict[str, object]:
    """A gate that was not asked has no counts (null), never zero."""
    if outcome.needs:
        return {"status": "not run", "needs": list(outcome.needs), "question": outcome.gate.question}
    apart = {"not_judged": outcome.not_judged, "exempt": outcome.exempt, "let_through": outcome.let_through}
    head: dict[str, object] = {"status": "run", "needs": [], "question": outcome.gate.question}
    by = {name: {key: _figures(figures) for key, figures in found.items()} for name, found in outcome.by.items()}
    return head | _figures(outcome.figures) | apart | {"by": by}


def _figures(figures: Figures) -> dict[str, object]:
    return {
        "asked": figures.asked,
        "stopped": figures.stopped,
        "cured": figures.cured,
        "false_stop_rate": _share(Decimal(figures.cured), Decimal(figures.stopped)),
        "unvalued": figures.unvalued,
        "amounts": {
            currency: {"stopped": plain(value.stopped), "cured": plain(value.cured), "false_stop_rate": _share(value.cured, value.stopped)}
            for currency, value in figures.values.items()
        },
        "median_days": figures.median_days,
        "days": {str(days): count for days, count in figures.days.items()},
    }


def _share(part: Decimal, whole: Decimal) -> str | None:
    """part ÷ whole to six decimals; None where there is no whole."""
    return f"{part / whole:.6f}" if whole else None


def _scopes(backtest: Backtest) -> Mapping[str, object]:
    return {
        name: {
            "from_amount": scope.from_amount and plain(scope.from_amount),
            "sites": sorted(scope.sites),
            "categories": sorted(scope.categories),
        }
        for name, scope in backtest.policy.gates.items()
    }
