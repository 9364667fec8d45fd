"""The server's first start: a password, a data folder, a database."""

import os
import secrets
import shutil
from pathlib import Path

from counterfoil.postgres.place import Place
from counterfoil.postgres.programs import run

NAME = "counterfoil"
"""Of the database, and of the user to whom it belongs."""


def create(place: Place, programs: Path, lock: int) -> None:
    """Make the data folder, with its database, beside its place, and put it there when it is whole. For who has the lock.

    Raises:
        ServerError: a program of PostgreSQL fails.
    """
    new = place.folder / "new"
    if new.exists():
        shutil.rmtree(new)
    new.mkdir(0o700)
    secret = new / "password"
    _write_secret(secret, _password(place))
    if place.runner:
        os.chown(secret, *place.runner)
        os.chown(new, *place.runner)
    encoding = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    access = ("--auth=scram-sha-256", f"--username={NAME}", f"--pwfile={secret}", "--no-instructions")
    run(place, lock, [str(programs / "initdb"), *encoding, *access, f"--pgdata={new / 'data'}"])
    secret.unlink()
    # A server for one command, without a port: it needs no password and has ended before the next step.
    alone = ("--single", "-D", str(new / "data"), "-c", "exit_on_error=true", "template1")
    run(place, lock, [str(programs / "postgres"), *alone], f"CREATE DATABASE {NAME}\n")
    (new / "data").rename(place.data)
    _write_through(place.folder)
    new.rmdir()


def _password(place: Place) -> str:
    """The password, made and kept where there is none yet. It is kept before there is data, so that there is no data without it."""
    if not place.password.exists():
        unfinished = place.folder / "password.new"
        unfinished.unlink(missing_ok=True)
        _write_secret(unfinished, secrets.token_urlsafe(32))
        unfinished.rename(place.password)
    return place.password.read_text("ascii").strip()


def _write_secret(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _write_through(folder: Path) -> None:
    """See that what was renamed in a folder stays so when the power fails."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
