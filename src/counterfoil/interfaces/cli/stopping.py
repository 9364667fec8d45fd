"""Ctrl-C and SIGTERM end a run through its clean-up, and with the exit code that shells expect."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import typer

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stoppable() -> Iterator[None]:
    """While this is open, SIGINT and SIGTERM raise KeyboardInterrupt, and at the end exit with 128 + the signal (130, 143).

    The database turns an interrupt into an error of its own; because the signal is remembered, that ends in the same way. A signal that was
    ignored when the process began stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        received.append(number)
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, stop)
    try:
        yield
    except BaseException as error:
        if received or isinstance(error, KeyboardInterrupt):
            raise typer.Exit(128 + (received[0] if received else signal.SIGINT)) from None
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
