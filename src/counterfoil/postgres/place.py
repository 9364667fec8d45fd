"""Where all that the server has lies, and who may change it: folders, and the two locks."""

import fcntl
import os
import pwd
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PAUSE_SECONDS = 0.02
"""Between two looks at something that another process does."""

_TURN_SECONDS = 180  # longer than it takes to make the server and to start it
_ROOTS_HOME = "/var/lib/counterfoil"


class ServerError(Exception):
    """The server cannot be used: one sentence that says what is wrong and what mends it. It never holds the password."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of the server. `runner`: user and group as which it runs, None = those of the caller."""

    folder: Path
    runner: tuple[int, int] | None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def password(self) -> Path:
        return self.folder / "password"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def held(self) -> Path:
        return self.folder / "held"


def find_place() -> Place:
    """`postgres` in COUNTERFOIL_HOME; without that in /var/lib/counterfoil for root, in `counterfoil` in XDG_DATA_HOME for others."""
    nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    home = os.environ.get("COUNTERFOIL_HOME") or (_ROOTS_HOME if nobody else _users_home())
    # Resolved, since a server is known by the name of its data folder: another way to the same folder must give the same name.
    return Place(Path(home).resolve() / "postgres", (nobody.pw_uid, nobody.pw_gid) if nobody else None)


def _users_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "counterfoil"


def make_folder(place: Place) -> None:
    """Make the folder: closed to others, except that `nobody` must come through to its data.

    Raises:
        ServerError: `nobody` cannot reach it.
    """
    for folder in reversed([one for one in (place.folder, *place.folder.parents) if not one.exists()]):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755 if place.runner else 0o700)  # whatever the umask is
    if place.runner and (closed := closed_to_others(place.folder)):
        raise ServerError(
            f"{closed} is closed to the user nobody, as whom the server runs for root; open it (chmod o+x) "
            "or name another folder in COUNTERFOIL_HOME."
        )


def closed_to_others(path: Path) -> Path | None:
    """The first on the way from the root to `path`, itself included, which others may neither enter nor run."""
    return next((one for one in (*reversed(path.parents), path) if not one.stat().st_mode & stat.S_IXOTH), None)


def _take(path: Path) -> int | None:
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def take_within(path: Path, seconds: float) -> int | None:
    """Lock a file, made if need be, for this process and those that inherit it, as soon as no other has it. Returns what is to be closed;
    None where that lasts longer."""
    deadline = time.monotonic() + seconds
    while (file := _take(path)) is None and time.monotonic() < deadline:
        time.sleep(PAUSE_SECONDS)
    return file


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Nobody else makes, starts or stops the server meanwhile. Yields the lock, for processes that must end before another's turn.

    Raises:
        ServerError: another process has had it for minutes.
    """
    if (lock := take_within(path, _TURN_SECONDS)) is None:
        raise ServerError(
            f"Another process has been making, starting or stopping the server for {_TURN_SECONDS} s ({path}); end it and try again."
        )
    try:
        yield lock
    finally:
        os.close(lock)


@contextmanager
def refusals_told() -> Iterator[None]:
    """What the system refuses, writing to a folder for one, becomes a ServerError."""
    try:
        yield
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise ServerError(
            f"The server cannot be used ({what}); mend that, or name a folder of your own in COUNTERFOIL_HOME, "
            "or the address of another server in DATABASE_URL."
        ) from None
