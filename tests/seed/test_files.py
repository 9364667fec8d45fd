"""The same arguments give the same bytes; a plant appears whole or not at all, and never over somebody else's files."""

import hashlib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.interfaces.cli.app import app
from counterfoil.tables.landing import Unusable
from counterfoil.tables.schema import TABLES
from counterfoil.tables.seed import FEWEST_ORDERS, Form, make_plant, plant_folder
from tests.seed.made import planted


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["seed", *map(str, arguments)], env={"COLUMNS": "110"})
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.slow
def test_one_thread_writes_the_same_bytes(smallest: Path, tmp_path: Path) -> None:
    for threads in (1, 3):
        space = tmp_path / str(threads)
        space.mkdir()
        make_plant(space, FEWEST_ORDERS, 1, threads=threads)
        assert digests(space) == digests(smallest)


@pytest.mark.full
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_larger_plant_is_the_same_by_any_number_of_threads(form: Form, tmp_path: Path) -> None:
    said = []
    for threads in (1, 2, 4):
        space = tmp_path / str(threads)
        space.mkdir()
        make_plant(space, 60_000, 7, form, threads=threads)
        said.append(digests(space))
    assert said[0] == said[1] == said[2]


@pytest.mark.slow
def test_another_seed_is_another_plant_and_parquet_has_the_same_rows(smallest: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plant"
    code, said, _ = run(folder, "--seed", 2, "--format", "parquet")
    assert code == 0
    assert f"{len([one for one in planted(folder) if one.kind == 'near-miss'])} near misses" in said
    assert {path.name for path in folder.iterdir()} == {*(f"{name}.parquet" for name in TABLES), "policy.toml", "seed"}
    assert (folder / "policy.toml").read_bytes() != (smallest / "policy.toml").read_bytes()
    # A plant made before is replaced, also by one of the other kind of files.
    assert run(folder, "--format", "csv")[0] == 0
    assert digests(folder) == digests(smallest)


@pytest.mark.parametrize("orders", [0, FEWEST_ORDERS - 1, 5_000_001])
def test_too_few_and_too_many_orders(orders: int, tmp_path: Path) -> None:
    code, said, problem = run(tmp_path / "plant", "--orders", orders)
    assert (code, said) == (2, "")
    assert problem == f"--orders {orders}: a plant has 1,000 to 5,000,000 orders; with fewer some rule would lack a case.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("--seed", "-1"), ("--seed", "x"), ("--format", "xlsx"), ()])
def test_arguments_that_are_none(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert run(*((tmp_path / "plant", *arguments) if arguments else ()))[0] == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("other", ["report.html", "mapping.toml", "orders.csv", ".hidden", "seed/notes.txt", "invoices.csv"])
def test_other_files_are_never_written_over(other: str, tmp_path: Path) -> None:
    """invoices.csv alone is somebody's export: without the list it is no plant."""
    folder = tmp_path / "plant"
    (folder / other).parent.mkdir(parents=True)
    (folder / other).write_text("mine", "utf-8")
    code, _, problem = run(folder)
    assert code == 2
    assert "holds other files" in problem
    assert problem.count("\n") == 1
    assert digests(folder) == {other: hashlib.sha256(b"mine").hexdigest()}
    assert list(tmp_path.iterdir()) == [folder]


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "plant").write_text("mine", "utf-8")
    assert run(tmp_path / "plant")[0] == 2
    assert (tmp_path / "plant").read_text("utf-8") == "mine"
    assert run(tmp_path / "plant" / "inside")[0] == 2


def half_written(folder: Path) -> None:
    """What an interruption in the middle looks like."""
    with plant_folder(folder) as space:
        (space / "sites.csv").write_text("half", "utf-8")
        raise KeyboardInterrupt


def test_what_fails_half_way_leaves_everything_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "plant"
    with pytest.raises(KeyboardInterrupt):
        half_written(folder)
    assert list(tmp_path.iterdir()) == []

    with plant_folder(folder) as space:
        (space / "seed").mkdir()
        (space / "seed" / "planted.csv").write_text("old", "utf-8")
    before = digests(folder)
    with pytest.raises(KeyboardInterrupt):
        half_written(folder)
    assert digests(folder) == before
    assert list(folder.parent.iterdir()) == [folder]


def put_there_meanwhile(folder: Path) -> None:
    """Somebody writes into the folder while the plant is made."""
    with plant_folder(folder) as space:
        (space / "sites.csv").write_text("new", "utf-8")
        folder.mkdir()
        (folder / "mine.txt").write_text("mine", "utf-8")


def test_what_somebody_puts_there_meanwhile_stays(tmp_path: Path) -> None:
    folder = tmp_path / "plant"
    with pytest.raises(Unusable, match="holds other files"):
        put_there_meanwhile(folder)
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    assert list(tmp_path.iterdir()) == [folder]
