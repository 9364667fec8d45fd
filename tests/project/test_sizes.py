"""The size ratchet: what it counts, what it refuses, and that its list can only go down."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load_tool(name: str) -> ModuleType:
    """A module of the folder tools, which is no package."""
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


sizes = load_tool("sizes")


def function(lines: int, name: str = "work") -> str:
    """A function of so many lines, the `def` counted."""
    return f"def {name}() -> None:\n" + "    pass\n" * (lines - 1)


def project(folder: Path, code: str, exceptions: str = "") -> Path:
    (folder / "src").mkdir(parents=True)
    (folder / "tools").mkdir()
    (folder / "src" / "one.py").write_text(code)
    (folder / "tools" / "sizes.toml").write_text(exceptions)
    return folder


def entry(name: str, lines: int, reason: str = "a reason") -> str:
    return f'[exceptions."{name}"]\nlines = {lines}\nreason = "{reason}"\n'


@pytest.mark.parametrize(
    ("lines", "exception", "says"),
    [
        (40, "", None),
        (41, "", "more than 40"),
        (41, entry("src/one.py:work", 41), None),
        (41, entry("src/one.py:work", 42), "its entry says 42"),
        (42, entry("src/one.py:work", 41), "its entry says 41"),
        (40, entry("src/one.py:work", 41), "needs no exception"),
        (70, entry("src/one.py:work", 70), None),
        (71, entry("src/one.py:work", 71), "nothing may have more than 70"),
        (41, entry("src/one.py:work", 41, reason=" "), "without a reason"),
        (10, entry("src/one.py:gone", 41), "does not exist"),
    ],
)
def test_functions(tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: int, exception: str, says: str | None) -> None:
    code = sizes.main([str(project(tmp_path, function(lines), exception))])
    told = capsys.readouterr().err
    assert code == (0 if says is None else 1)
    assert says is None or says in told


@pytest.mark.parametrize(("lines", "fits"), [(400, True), (401, False)])
def test_files(tmp_path: Path, lines: int, fits: bool) -> None:
    assert sizes.main([str(project(tmp_path, "x = 1\n" * lines))]) == (0 if fits else 1)


def test_a_file_above_the_hard_limit_cannot_be_excepted(tmp_path: Path) -> None:
    assert sizes.main([str(project(tmp_path, "x = 1\n" * 601, entry("src/one.py", 601)))]) == 1


def test_a_test_has_the_outer_limits_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path, "x = 1\n")
    (root / "tests").mkdir()
    (root / "tests" / "test_one.py").write_text(function(70, "test_fits") + function(71, "test_does_not"))
    assert sizes.main([str(root)]) == 1
    assert capsys.readouterr().err.startswith("tests/test_one.py:test_does_not has 71 lines")


def test_methods_nested_and_async_functions_are_counted_by_their_whole_name(tmp_path: Path) -> None:
    code = "class Order:\n    async def issue(self) -> None:\n        def inner() -> None:\n            pass\n        inner()\n"
    path = tmp_path / "orders.py"
    path.write_text(code)
    measured = {piece.name: piece.lines for piece in sizes.measure_file(path, "orders.py")}
    assert measured == {"orders.py": 5, "orders.py:Order.issue": 4, "orders.py:Order.issue.inner": 2}


def test_the_project_itself_fits() -> None:
    assert sizes.find_misfits(sizes.measure(ROOT), sizes.load_allowances(ROOT / "tools" / "sizes.toml")) == []
