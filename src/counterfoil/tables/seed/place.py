"""Where a plant goes: a folder that is new, empty, or a plant that was made before; all of its files appear, or none."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

from counterfoil.tables.landing import Unusable
from counterfoil.tables.schema import TABLES
from counterfoil.tables.seed.write import LIST, LIST_FOLDER, POLICY

_OURS = {f"{name}.{form}" for name in TABLES for form in ("csv", "parquet")} | {POLICY, LIST_FOLDER}


@contextmanager
def plant_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder to write a plant into; at the end it takes the place of `folder`.

    After an error or an interruption `folder` is as it was before.

    Raises:
        Unusable: something else is in `folder`, or it cannot be made.
    """
    target = folder.resolve()
    _refuse_foreign(folder, target)
    made = [path for path in target.parents if not path.exists()]
    space: Path | None = None
    try:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            space = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=target.parent))
            (space / "new").mkdir()
        except OSError as error:
            raise Unusable(_cannot(folder, error)) from None
        yield space / "new"
        _refuse_foreign(folder, target)
        _take_place(folder, target, space)
    finally:
        if space is not None:
            rmtree(space, ignore_errors=True)
        for path in made:
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()


def _take_place(folder: Path, target: Path, space: Path) -> None:
    old = space / "old"
    try:
        if target.exists():
            target.rename(old)
        try:
            (space / "new").rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    except OSError as error:
        raise Unusable(_cannot(folder, error)) from None


def _refuse_foreign(folder: Path, target: Path) -> None:
    """A folder may be replaced where every file in it is one that a plant has, and the list of what is planted is among them."""
    if not target.exists():
        return
    if not target.is_dir():
        raise Unusable(f"{folder} is no folder; name another one for the plant.")
    try:
        inside = {path.name for path in target.iterdir()}
        listed = {path.name for path in (target / LIST_FOLDER).iterdir()} if LIST_FOLDER in inside else set()
    except OSError as error:
        raise Unusable(_cannot(folder, error)) from None
    if inside and (inside - _OURS or listed != {LIST}):
        other = min(inside - _OURS, default=next(iter(inside)))
        raise Unusable(f"{folder} holds other files ({other}); name a new or empty folder for the plant, nothing is overwritten.")


def _cannot(folder: Path, error: OSError) -> str:
    return f"{folder}: cannot be written ({error.strerror or error}); make room there or name another folder."
