"""`counterfoil db`: the PostgreSQL server that comes along."""

import json
from collections.abc import Callable

from counterfoil import postgres
from counterfoil.interfaces.cli.speaking import RAN, UNUSABLE, complain, say
from counterfoil.postgres import ServerError, Status
from counterfoil.tables.text import visible


def start() -> int:
    """Start the server and say how it is then. Returns the exit code, as all of these; a problem goes to standard error, in a sentence."""
    return _told(lambda: _after(postgres.start))


def stop() -> int:
    """Stop the server and say how it is then."""
    return _told(lambda: _after(postgres.stop))


def status(*, as_json: bool) -> int:
    """Say how the server is."""
    return _told(lambda: (_as_json if as_json else _in_words)(postgres.status()))


def url() -> int:
    """Print the address of its database, password and all."""
    return _told(lambda: postgres.server_url() + "\n")


def _after(step: Callable[[], None]) -> str:
    step()
    return _in_words(postgres.status())


def _told(text: Callable[[], str]) -> int:
    try:
        said = text()
    except ServerError as error:
        complain([str(error)])
        return UNUSABLE
    say(said)
    return RAN


def _in_words(status: Status) -> str:
    folder = visible(str(status.folder))
    if not status.running:
        return f"PostgreSQL does not run; its data {'lies' if status.version else 'will lie'} in {folder}.\n"
    runs = f"PostgreSQL {status.version} runs since {status.since:%Y-%m-%d %H:%M:%S} UTC on 127.0.0.1, port {status.port}"
    return f"{runs} (process {status.pid}); its data lies in {folder}.\n"


def _as_json(status: Status) -> str:
    figures = {
        "running": status.running,
        "pid": status.pid,
        "port": status.port,
        "folder": str(status.folder),
        "version": status.version,
        "since": status.since.isoformat() if status.since else None,
    }
    return json.dumps(figures, indent=2, ensure_ascii=False) + "\n"
