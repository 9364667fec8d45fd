"""How the commands over whole tables answer: what they found on standard output, or why they could not, one sentence a problem."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches

import duckdb
import typer

from counterfoil.interfaces.cli.speaking import UNUSABLE, complain, say
from counterfoil.tables.landing import Unusable
from counterfoil.tables.text import visible


def answer(what: str, work: Callable[[], tuple[str, int]]) -> int:
    """Do the work of a command, which gives a text to print and an exit code. Returns the exit code; problems that a person can mend go
    to standard error. `what` is called by its name where memory or disk are too small for it: "The run"."""
    try:
        text, code = work()
    except Unusable as unusable:
        complain(unusable.problems)
        return UNUSABLE
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        complain([f"{what} needs more memory or disk space for temporary files ({str(error).splitlines()[0]}); make room and run again."])
        return UNUSABLE
    say(text)
    return code


def refuse_unknown(kind: str, names: Sequence[str], known: Sequence[str]) -> None:
    """Raises `typer.BadParameter` for the first name given to the option --`kind` that is not known, with the one that was meant."""
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"the {kind}s are {', '.join(known)}."
            raise typer.BadParameter(f"there is no {kind} {visible(name)!r}; {hint}", param_hint=f"--{kind}")
