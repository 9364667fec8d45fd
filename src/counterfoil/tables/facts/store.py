"""Compiled statements, kept between runs: compiling all of them takes seconds, reading them back a moment.

They depend on nothing but the code, so they are kept under a key of it, in the user's cache folder: those of the three versions of the
code that were used last, because an old and a new installation may run in turn. Where nothing can be written they are compiled anew each
time.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

_PARTS = ("ibis-framework", "sqlglot", "duckdb")
_VERSIONS = 3


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with the columns it gives (and their Ibis types) and the base tables to be made before."""

    sql: str
    schema: dict[str, str]
    needs: tuple[str, ...]


class Store:
    """Statements by name, those of this version of the code."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._statements: dict[str, Statement] = {}
        self._changed = False
        with contextlib.suppress(OSError, ValueError, TypeError):
            kept = json.loads(path.read_text("utf-8"))
            self._statements = {name: Statement(one["sql"], one["schema"], tuple(one["needs"])) for name, one in kept.items()}
            os.utime(path)  # the time of its last use

    def find(self, name: str) -> Statement | None:
        return self._statements.get(name)

    def keep(self, name: str, statement: Statement) -> None:
        self._statements[name] = statement
        self._changed = True

    def save(self) -> None:
        """Write what is new, whole or not at all."""
        if not self._changed:
            return
        self._changed = False
        text = json.dumps({name: asdict(one) for name, one in self._statements.items()})
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=self._path.parent, delete=False) as file:
                file.write(text)
            Path(file.name).replace(self._path)
            others = set(self._path.parent.glob("statements-*.json")) - {self._path}
            for older in sorted(others, key=lambda path: path.stat().st_mtime_ns, reverse=True)[_VERSIONS - 1 :]:
                older.unlink(missing_ok=True)


def _code_key() -> str:
    """Changes with the code that makes statements, and with the libraries that write them."""
    digest = hashlib.sha256(" ".join(f"{part} {version(part)}" for part in _PARTS).encode())
    tables = Path(__file__).parents[1]
    folders = (tables / "facts", tables / "checks", tables / "backtest", tables.parent / "rules")
    for path in sorted(
        [tables / "chain.py", tables / "measures.py", tables / "schema.py", *(path for folder in folders for path in folder.glob("*.py"))]
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


@cache
def store() -> Store:
    """The store of this version of the code."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Store(Path(home) / "counterfoil" / f"statements-{_code_key()}.json")
