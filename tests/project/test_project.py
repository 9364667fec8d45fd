"""What a newcomer, and whoever installs this, relies on: the make targets, the lock file, the links, the words of the files."""

import ast
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = {"out", "build", "dist", "htmlcov", "counterfoil-out", "site", "mutants"}
HIDDEN = {".ci", ".editorconfig", ".gitignore"}
TEXTS = {".py", ".md", ".toml", ".sh", ".sql", ".csv", ".html", ".css", ".lock", ".cfg", ".txt", ""}


@cache
def find_texts() -> tuple[Path, ...]:
    """Every text file of the project, caches and outputs aside."""
    found: list[Path] = []
    for path in sorted(ROOT.iterdir()):
        if path.name in SKIPPED or (path.name.startswith(".") and path.name not in HIDDEN):
            continue
        inside = [path] if path.is_file() else sorted(path.rglob("*"))
        found += [one for one in inside if one.is_file() and one.suffix in TEXTS and "__pycache__" not in one.parts]
    return tuple(found)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# The Makefile


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_help_lists_every_target() -> None:
    targets = set(re.findall(r"^\.PHONY: (\S+)$", read(ROOT / "Makefile"), re.MULTILINE))
    assert {"install", "demo", "test-fast", "test", "test-full", "lint", "bench", "docs", "mutate"} <= targets
    shown = subprocess.run(["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  make (\S+) +\S", shown, re.MULTILINE)) == targets


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_a_python_that_is_too_old_is_refused_in_one_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python-old"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    done = subprocess.run(
        ["sh", "tools/install.sh"], cwd=ROOT, env={"PATH": "/usr/bin:/bin", "PYTHON": str(old)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Python 3.9.2, Counterfoil needs 3.11 or later" in done.stderr


def test_a_python_that_is_not_there_is_refused_in_one_sentence() -> None:
    done = subprocess.run(
        ["sh", "tools/install.sh"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHON": "no-such-python"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("There is no no-such-python here")
    assert done.stderr.count("\n") == 1


# The lock file


def locked() -> str:
    """What is installed, and what `make spark` adds."""
    return read(ROOT / "requirements.lock") + read(ROOT / "requirements-spark.lock")


def find_locked() -> dict[str, str]:
    """Each locked package with its whole entry."""
    entries = re.split(r"^(?=\S)", locked(), flags=re.MULTILINE)
    return {match.group(1): entry for entry in entries if (match := re.match(r"([A-Za-z0-9._-]+)==", entry))}


def test_every_locked_package_has_a_version_and_hashes() -> None:
    lock = locked()
    for line in lock.splitlines():
        assert re.match(r"[a-z0-9._-]+==\S+( ; .+)? \\$|    --hash=sha256:[0-9a-f]{64}( \\)?$", line), line
    assert all("--hash=sha256:" in entry for entry in find_locked().values())


def test_the_lock_holds_no_addresses_and_no_paths() -> None:
    lock = locked().lower()
    for forbidden in ("http", "://", "@", "/", "file:", "index"):
        assert forbidden not in re.sub(r"#.*", "", lock), forbidden


def test_everything_that_is_declared_is_locked() -> None:
    declared = re.findall(r'^    "([A-Za-z0-9-]+)(?:\[[a-z,]+\])?[>=<]', read(ROOT / "pyproject.toml"), re.MULTILINE)
    assert {"duckdb", "pytest", "hatchling", "editables"} <= set(declared)
    assert {name.lower() for name in declared} <= {name.lower() for name in find_locked()}


# The floors


def find_imports(path: Path) -> list[str]:
    """The modules that a file imports, wherever in it."""
    modules: list[str] = []
    for node in ast.walk(ast.parse(read(path))):
        if isinstance(node, ast.Import):
            modules += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.append(node.module)
    return modules


def test_rules_import_the_standard_library_alone() -> None:
    for path in sorted((ROOT / "src" / "counterfoil" / "rules").rglob("*.py")):
        for module in find_imports(path):
            own = module.startswith("counterfoil.rules")
            assert own or module.partition(".")[0] in sys.stdlib_module_names, f"{named(path)} imports {module}"


def test_what_is_imported_is_declared() -> None:
    declared = set(re.findall(r'^    "([a-z0-9-]+)', read(ROOT / "pyproject.toml").split("[project.scripts]")[0], re.MULTILINE))
    names = {"ibis": "ibis-framework", "vl_convert": "vl-convert-python"}
    for path in sorted((ROOT / "src").rglob("*.py")):
        for module in find_imports(path):
            package = module.partition(".")[0]
            if package != "counterfoil" and package not in sys.stdlib_module_names:
                assert names.get(package, package.replace("_", "-")) in declared, (
                    f"{named(path)} imports {package}, which pyproject.toml does not name"
                )


# The documents


def find_headings(path: Path) -> set[str]:
    """The anchors of a page, as they are made from its headings."""
    titles = re.findall(r"^#+ (.+)$", read(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [path for path in find_texts() if path.suffix == ".md"], ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", read(page)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        aim = (page.parent / file).resolve() if file else page
        assert aim.exists(), f"{named(page)} links to {target}"
        assert aim.is_relative_to(ROOT), f"{named(page)} links out of the project: {target}"
        assert not anchor or anchor in find_headings(aim), f"{named(page)} links to {target}, which has no such heading"


def test_no_file_names_this_machine_a_registry_or_a_secret() -> None:
    patterns = [
        r"/wor" + r"k/(main|shared)",
        r"/ro" + r"ot/",
        r"/home/[a-z]",
        r"\bpy" + r"pi\.org|files\.python" + r"hosted|reg" + r"istry\.npmjs",
        r"BEGIN [A-Z ]*PRIVATE" + r" KEY",
        r"\b(?:ghp|gho|xox[abp])_[A-Za-z0-9]{16}",
    ]
    for path in find_texts():
        if path.name == "LICENSE":
            continue
        text = read(path)
        for pattern in patterns:
            hit = re.search(pattern, text)
            assert hit is None, f"{named(path)} holds {hit.group(0)!r}"


def test_readme_has_no_open_marker() -> None:
    assert "<!-- PASTE" not in read(ROOT / "README.md")
