"""How every command speaks: a bar while people wait, a text on standard output, one sentence a problem on standard error."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from counterfoil.tables.text import visible

RAN, FOUND, UNUSABLE, REJECTED = 0, 1, 2, 3
"""Exit codes of every command."""

_WIDTH_OF_A_FILE = 110
_WIDTH_OF_A_STEP = 60


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on standard error while a person watches; silence otherwise."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda what, done, of: None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda what, done, of: bar.update(task, description=visible(what)[:_WIDTH_OF_A_STEP], completed=done, total=of)


def on_terminal(draw: Callable[[int], RenderableType]) -> str:
    """What `draw` gives for a width as it looks on standard output: coloured on a terminal, plain in a file or a pipe."""
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _WIDTH_OF_A_FILE
    with console.capture() as capture:
        console.print(draw(console.width))
    return capture.get()


def say(text: str) -> None:
    """Write to standard output."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has all they wanted; the run itself went well.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(problems: Sequence[str]) -> None:
    """Write problems that a person can mend to standard error, one a line."""
    for problem in problems:
        sys.stderr.write(visible(problem) + "\n")
