"""`counterfoil history`: how the measures moved, and whether chance alone would do that."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from counterfoil.interfaces.cli.speaking import RAN, UNUSABLE, complain, on_terminal, say
from counterfoil.tables.landing import Unusable
from counterfoil.tables.runs.history import History, Trend, open_history
from counterfoil.tables.runs.history_files import history_json
from counterfoil.tables.runs.words import in_words, moved, told, trend_label
from counterfoil.tables.text import count, visible


def run(folder: Path, *, as_json: bool) -> int:
    """Tell the history of a folder. Returns the exit code; problems that a person can mend go to standard error, one sentence each."""
    try:
        with open_history(folder) as history:
            if not history.runs:
                raise Unusable(f"{folder} holds no history yet; `counterfoil check --history {folder}` begins one.")
            text = history_json(history) if as_json else on_terminal(lambda width: _summary(history))
    except Unusable as unusable:
        complain(unusable.problems)
        return UNUSABLE
    say(text)
    return RAN


def _summary(history: History) -> RenderableType:
    first, last = history.runs[0], history.runs[-1]
    return Group(
        Text(f"Counterfoil history, {count(len(history.runs), 'run')}, as of {first.as_of} to {last.as_of}", "bold"),
        *(Text(f"! {visible(caution)}", "yellow") for caution in history.cautions),
        *_trends("From the first run to the last", history.over_runs),
        *_trends(f"The newest run, {_months(history.first_months)} and {_months(history.last_months)}", history.over_months),
        *([] if history.over_runs or history.over_months else [Text("\nOne run, with less than six full months: nothing to compare yet.")]),
    )


def _months(months: Sequence[object]) -> str:
    return f"{str(months[0])[:7]} to {str(months[-1])[:7]}" if months else ""


def _trends(heading: str, trends: Sequence[Trend]) -> Iterator[RenderableType]:
    """One line a measure; findings by rule only where they moved."""
    shown = [trend for trend in trends if not trend.name.name or trend.name.measure != "findings" or moved(trend) not in ("", "none")]
    if not shown:
        return
    yield Text("\n" + heading, "bold")
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("measure", "first", "last", "difference"):
        table.add_column(name, justify="left" if name == "measure" else "right", no_wrap=name == "measure")
    table.add_column("")
    for trend in shown:
        cells = (told(trend.first, trend.name), told(trend.last, trend.name), moved(trend))
        judged = in_words(trend.verdict) if trend.verdict else ""
        table.add_row(Text(visible(trend_label(trend.name))), *map(Text, cells), Text(judged))
    yield table
