"""The size ratchet: a function has at most 40 lines, a file at most 400.

What is larger needs an entry in tools/sizes.toml: its size to the line, and a reason. 70 and 600 are the ends: no reason lets a function or
a file pass them. An entry that no longer fits the code is an error as well, so the list follows the code down and never up. A test tells a
story, and has the outer limits alone.

    python tools/sizes.py [FOLDER]

Exit 0: all fits. Exit 1: one line a misfit on standard error.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FUNCTION_SOFT, FUNCTION_HARD = 40, 70
FILE_SOFT, FILE_HARD = 400, 600
FOLDERS = ("src", "tools", "benchmarks", "tests")
STORIES = "tests/"


@dataclass(frozen=True, slots=True)
class Piece:
    """A file (`path`) or a function (`path:outer.name`), with its size in lines and its two limits."""

    name: str
    lines: int
    soft: int
    hard: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """An exception: a piece that may be larger than its soft limit: exactly `lines` long, for this reason."""

    lines: int
    reason: str


def measure_file(path: Path, name: str) -> Iterator[Piece]:
    """The file and each function in it, nested ones and methods too. A function is counted from its `def` to its last line.

    SyntaxError where the file is not Python.
    """
    text = path.read_text(encoding="utf-8")
    story = name.startswith(STORIES)
    yield Piece(name, len(text.splitlines()), FILE_HARD if story else FILE_SOFT, FILE_HARD)
    for function, lines in _find_functions(ast.parse(text, filename=name), f"{name}:"):
        yield Piece(function, lines, FUNCTION_HARD if story else FUNCTION_SOFT, FUNCTION_HARD)


def _find_functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        inside = prefix
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inside = f"{prefix}{child.name}."
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + child.name, (child.end_lineno or child.lineno) - child.lineno + 1
        yield from _find_functions(child, inside)


def measure(root: Path) -> list[Piece]:
    """Every Python file of the project and every function in it, by name."""
    files = sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py"))
    return [piece for path in files for piece in measure_file(path, path.relative_to(root).as_posix())]


def load_allowances(path: Path) -> dict[str, Allowance]:
    """The list of exceptions by the name of the piece. KeyError or tomllib.TOMLDecodeError where the file is malformed."""
    listed = tomllib.loads(path.read_text(encoding="utf-8")).get("exceptions", {})
    return {name: Allowance(entry["lines"], entry["reason"]) for name, entry in listed.items()}


def find_misfits(pieces: list[Piece], exceptions: Mapping[str, Allowance]) -> list[str]:
    """One sentence for each piece that is too large and each exception that does not fit the code any more."""
    misfits = []
    for piece in pieces:
        exception = exceptions.get(piece.name)
        if piece.lines > piece.hard:
            misfits.append(f"{piece.name} has {piece.lines} lines, and nothing may have more than {piece.hard}: split it along its seams.")
        elif piece.lines > piece.soft and exception is None:
            misfits.append(f"{piece.name} has {piece.lines} lines, more than {piece.soft}: make it smaller, or list it with a reason.")
        elif piece.lines > piece.soft and exception and piece.lines != exception.lines:
            misfits.append(f"{piece.name} has {piece.lines} lines, its entry says {exception.lines}: make it smaller or lower the entry.")
        elif piece.lines <= piece.soft and exception:
            misfits.append(f"{piece.name} has {piece.lines} lines and needs no exception: remove the entry.")
    known = {piece.name for piece in pieces}
    misfits += [f"{name} does not exist: remove its exception." for name in exceptions if name not in known]
    misfits += [f"{name} is an exception without a reason." for name, exception in exceptions.items() if not exception.reason.strip()]
    return misfits


def main(arguments: list[str]) -> int:
    """Measure the checkout that this file stands in, or the folder that is named. The exit code."""
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    allowed = load_allowances(root / "tools" / "sizes.toml")
    pieces = measure(root)
    misfits = find_misfits(pieces, allowed)
    for misfit in misfits:
        print(misfit, file=sys.stderr)
    if not misfits:
        print(f"Sizes fit: {len(pieces)} files and functions, {len(allowed)} exceptions.")
    return 1 if misfits else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
