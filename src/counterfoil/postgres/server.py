"""The server: started, found, ended."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from counterfoil.postgres.making import NAME, create
from counterfoil.postgres.place import PAUSE_SECONDS, Place, ServerError, find_place, locked, make_folder, refusals_told, take_within
from counterfoil.postgres.programs import READY_SECONDS, failed, open_log, options, programs_for, refuse_other_version, size_of, version_of

_STOP_SECONDS, _GONE_SECONDS = 30, 5
_LAUNCHES = 3  # the port that was free may be taken by the time the server asks for it


@dataclass(frozen=True, slots=True)
class Status:
    """How the server is now. `folder`: where all that it has lies; `version`: the major version of PostgreSQL that its data is of, None
    before its first start. `pid`, `port` and `since` (an instant) are None where it does not run."""

    running: bool
    pid: int | None
    port: int | None
    folder: Path
    version: str | None
    since: datetime | None


def database_url() -> str:
    """The address of the database to use: DATABASE_URL where that is set and not empty, else `server_url`."""
    return os.environ.get("DATABASE_URL") or server_url()


def server_url() -> str:
    """postgresql://counterfoil:PASSWORD@127.0.0.1:PORT/counterfoil of the server that comes along, which is started if it does not run.

    Raises:
        ServerError: it cannot be started.
    """
    with refusals_told():
        place = find_place()
        port = _start(place).port
        return f"postgresql://{NAME}:{place.password.read_text('ascii').strip()}@127.0.0.1:{port}/{NAME}"


def start() -> None:
    """Start the server, and wait until it takes connections; make it first where it was never started. Nothing to do where it runs.

    It outlives the process that starts it.

    Raises:
        ServerError: it cannot be started.
    """
    with refusals_told():
        _start(find_place())


def stop() -> None:
    """Stop the server: open connections are cut, what they committed is kept. Nothing to do where it does not run.

    Raises:
        ServerError: it does not end.
    """
    with refusals_told():
        place = find_place()
        if not place.folder.exists():
            return
        with locked(place.lock):
            found = _find(place)
            if found is not None and not any(_ends(place, found, *how) for how in _ENDINGS):
                raise ServerError(f"The server (process {found.pid}) does not end; look at {place.log}, end it by hand and try again.")


def status() -> Status:
    """How the server is now; starts and changes nothing.

    Raises:
        ServerError: its folder may not be read.
    """
    with refusals_told():
        place = find_place()
        found = _find(place)
        version = version_of(place.data)
        if found is None or not found.ready:
            return Status(running=False, pid=None, port=None, folder=place.folder, version=version, since=None)
        return Status(running=True, pid=found.pid, port=found.port, folder=place.folder, version=version, since=found.since)


# ---- starting, finding and ending it ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Postmaster:
    """The first process of the server, as it is: ready = it takes connections, else it is coming or going."""

    pid: int
    port: int
    since: datetime
    ready: bool


_ENDINGS = ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, _GONE_SECONDS))
"""Ways to end the server and how long each may take, in seconds: orderly, and at once (the next start then repeats what was committed)."""


def _find(place: Place) -> _Postmaster | None:
    """The postmaster that lives; None also where the file of a dead one is still there."""
    with suppress(FileNotFoundError):
        lines = (place.data / "postmaster.pid").read_bytes().splitlines()
        if len(lines) >= 4 and _is_ours(pid := int(lines[0]), place):  # with fewer it is being written
            ready = len(lines) >= 8 and lines[7].strip() == b"ready"
            return _Postmaster(pid, int(lines[3]), datetime.fromtimestamp(int(lines[2]), UTC), ready)
    return None


def _is_ours(pid: int, place: Place) -> bool:
    """Whether a process was started as the server on our data. A zombie has no command line any more, another program another one."""
    if sys.platform == "linux":
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
        except (FileNotFoundError, ProcessLookupError):
            return False
    else:
        asked = ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)]
        command = subprocess.run(asked, capture_output=True, check=False).stdout
    return b"postgres -D %s " % os.fsencode(place.data) in command


def _start(place: Place) -> _Postmaster:
    """The postmaster, ready; made and launched where need be."""
    found = _find(place)
    if found is not None and found.ready:
        return found
    make_folder(place)
    with locked(place.lock) as lock:
        if not place.data.exists():
            create(place, programs_for(place), lock)
        if not place.password.exists():
            raise ServerError(f"{place.password} is missing; put it back, or move {place.data} away to begin anew.")
        return _bring_up(place)


def _bring_up(place: Place) -> _Postmaster:
    """Wait until the postmaster is ready. It is launched where none lives, and again where it ended at once."""
    since, deadline = size_of(place.log), time.monotonic() + READY_SECONDS
    process: subprocess.Popen[bytes] | None = None
    launches = 0
    while time.monotonic() < deadline:
        found = _find(place)
        if found is not None and found.ready:
            return found
        if found is None and (process is None or process.poll() is not None):
            if launches == _LAUNCHES:
                raise failed(place, "The server ended as soon as it was started", since)
            process = _launch(place)
            launches += 1
        time.sleep(PAUSE_SECONDS)
    raise failed(place, f"The server was not ready within {READY_SECONDS} s", since)


def _launch(place: Place) -> "subprocess.Popen[bytes]":
    refuse_other_version(place)
    programs = programs_for(place)
    held = take_within(place.held, _GONE_SECONDS)
    if held is None:
        raise ServerError(
            f"{place.data} is still in use by a server that was killed or runs in another container; wait for it or end it, and try again."
        )
    try:
        # No server is at work here, so the file is of one that was killed. PostgreSQL would believe it where the number is another's now.
        (place.data / "postmaster.pid").unlink(missing_ok=True)
        settings = ("listen_addresses=127.0.0.1", f"port={_free_port()}", "unix_socket_directories=")
        command = [str(programs / "postgres"), "-D", str(place.data), *(word for one in settings for word in ("-c", one))]
        with open_log(place) as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options(place, log, held))
    finally:
        os.close(held)
    # Where it ends before we do, somebody must take note, or it stays a zombie.
    threading.Thread(target=process.wait, daemon=True).start()
    return process


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _ends(place: Place, found: _Postmaster, number: signal.Signals, seconds: float) -> bool:
    """Send a signal. Whether all processes of the server have ended in that time."""
    with suppress(ProcessLookupError):
        os.kill(found.pid, number)
    held = take_within(place.held, seconds)
    if held is not None:
        os.close(held)
    return held is not None
