"""A history as files and as JSON."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import duckdb

from counterfoil.rules.money import plain
from counterfoil.tables.database import as_plain
from counterfoil.tables.landing import Unusable
from counterfoil.tables.measures import DAYS
from counterfoil.tables.output import harmless
from counterfoil.tables.runs.entries import FOLDER, Entry, Writing, new_entry
from counterfoil.tables.runs.history import Figure, History, Trend, median, open_history
from counterfoil.tables.runs.words import verdict_in_figures

FILES = ("history.csv", "history.html")

CSV_COLUMNS = (
    "run", "as_of", "ran_at", "version", "policy", "measure", "name", "document", "by", "site_id", "month", "currency", "documents",
    "lines", "amount", "of_documents", "of_lines", "of_amount", "median_days", "lower_quartile_days", "upper_quartile_days",
)  # fmt: skip
"""The columns of history.csv. `by`: what a row is the sum of: "site and month" for every measure; of days also "site", "month" and "all",
because medians do not add up. The other columns: see measures.COLUMNS."""

_TEXTS = ("version", "policy", "measure", "name", "document", "site_id", "currency")


@contextmanager
def adding_to(folder: Path | None) -> Iterator[Writing | None]:
    """Yield what takes a run down in the history of `folder` (None where there is none). When the block ends without an error the entry is
    there, and history.csv and history.html tell of it.

    Raises:
        Unusable: the folder cannot be written to, or holds something that is no history.
    """
    if folder is None:
        yield None
        return
    with new_entry(folder) as writing:
        yield writing
    tell(folder)


def tell(folder: Path) -> None:
    """Write the files of a history. Another run may add its entry meanwhile: then they are written again, so that whoever is last tells of
    all."""
    told = None
    while told != (seen := _state(folder)):
        told = seen
        _write(folder)


def _state(folder: Path) -> list[tuple[str, int, int]]:
    return sorted((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in (folder / FOLDER).glob("*.parquet"))


def _write(folder: Path) -> None:
    from counterfoil.tables.runs.history_page import render_history  # Altair takes half a second

    space: Path | None = None
    try:
        space = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
        with open_history(folder) as history:
            (space / "history.html").write_text(render_history(history), "utf-8", newline="\n")
            _write_csv(history, space / "history.csv")
        for name in FILES:
            (space / name).replace(folder / name)
    except (OSError, duckdb.IOException) as error:
        said = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise Unusable(f"{folder}: cannot be written ({said}); make room there or name another folder with --history.") from None
    finally:
        if space is not None:
            rmtree(space, ignore_errors=True)


def _write_csv(history: History, path: Path) -> None:
    database = history.database
    database.execute("CREATE TABLE heads (run INTEGER, as_of DATE, ran_at VARCHAR, version VARCHAR, policy VARCHAR)")
    database.executemany("INSERT INTO heads VALUES (?, ?, ?, ?, ?)", [_head(place, run) for place, run in enumerate(history.runs)])
    target = str(path).replace("'", "''")
    columns = [harmless(name) if name in _TEXTS else f'"{name}"' for name in CSV_COLUMNS]
    columns = [f"{as_plain(name)} AS {name}" if name.endswith('amount"') else name for name in columns]
    database.execute(
        f"""COPY (SELECT {", ".join(columns)} FROM heads JOIN ({_ROWS}) AS told USING (run)
                  ORDER BY run, told.measure, told.name, told.document, "by", told.site_id, month NULLS FIRST, told.currency)
            TO '{target}' (FORMAT csv, HEADER)"""
    )


def _head(place: int, run: Entry) -> tuple[object, ...]:
    return place, run.as_of, run.ran_at, run.version, f"{run.policy.get('name')} {run.policy.get('version')}"


_WAITS = f"""
    WITH cells AS (
        SELECT run, name, site_id, month, days, sum(documents) AS documents, sum(lines) AS lines, GROUPING(site_id, month) AS level
        FROM history WHERE measure = '{DAYS}'
        GROUP BY GROUPING SETS (
            (run, name, days), (run, name, days, site_id), (run, name, days, month), (run, name, days, site_id, month))),
    running AS (
        SELECT *, sum(documents) OVER (PARTITION BY run, name, level, site_id, month ORDER BY days) AS done,
               sum(documents) OVER (PARTITION BY run, name, level, site_id, month) AS every FROM cells)
    SELECT run, '{DAYS}' AS measure, name, '' AS document, ['site and month', 'site', 'month', 'all'][level + 1] AS "by", site_id, month,
           '' AS currency, any_value(every) AS documents, sum(lines) AS lines, min(days) FILTER (done * 2 >= every) AS median_days,
           min(days) FILTER (done * 4 >= every) AS lower_quartile_days, min(days) FILTER (done * 4 >= every * 3) AS upper_quartile_days
    FROM running GROUP BY run, name, level, site_id, month"""

_ROWS = f"""
    SELECT run, measure, name, document, 'site and month' AS "by", site_id, month, currency, documents, lines, amount, of_documents,
           of_lines, of_amount FROM history WHERE measure <> '{DAYS}' UNION ALL BY NAME ({_WAITS})"""


def history_json(history: History) -> str:
    """The history in figures, as indented JSON with a line end. Amounts are texts of plain decimals."""
    document = {
        "runs": [
            {"as_of": run.as_of.isoformat(), "ran_at": run.ran_at, "version": run.version, "policy": run.policy} for run in history.runs
        ],
        "cautions": list(history.cautions),
        "over_runs": _trends(history.over_runs),
        "over_months": {
            "first": [month.isoformat()[:7] for month in history.first_months],
            "last": [month.isoformat()[:7] for month in history.last_months],
            "measures": _trends(history.over_months),
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _trends(trends: Sequence[Trend]) -> list[dict[str, object]]:
    return [
        {
            "measure": trend.name.measure,
            "name": trend.name.name,
            "unit": trend.name.unit.value,
            "currency": trend.name.currency,
            "first": _figure(trend.first),
            "last": _figure(trend.last),
            "chance": verdict_in_figures(trend.verdict),
        }
        for trend in trends
    ]


def _figure(figure: Figure | None) -> dict[str, object] | None:
    if figure is None:
        return None
    found: dict[str, object] = {"lines": figure.lines}
    if figure.days:
        return found | {"documents": sum(figure.days.values()), "median_days": median(figure)}
    amounts = {name: plain(value) for name in ("amount", "of_amount") if (value := getattr(figure, name)) is not None}
    return found | {"of_lines": figure.of_lines, "documents": figure.judged, "of_documents": figure.of_documents} | amounts
