"""Starts a standalone Spark cluster on this machine, one master and two workers of one core each, and ends it with itself.

    python tools/spark_cluster.py        prints spark://127.0.0.1:PORT once both workers are there; ends with ctrl-C, or with its input

For trying `counterfoil check --engine spark --spark-master URL`, and for the tests. Needs Java 17 or 21, and `make spark`.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

WORKERS = 2
_HERE = "127.0.0.1"
_MASTER = re.compile(rf"Starting Spark master at (spark://{re.escape(_HERE)}:\d+)")


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with cluster() as url:
        print(url, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            sys.stdin.read()


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """Yield the address of the master; all processes are gone at the end."""
    with contextlib.ExitStack() as ending:
        work = ending.enter_context(tempfile.TemporaryDirectory(prefix="counterfoil-cluster-"))
        master = ending.enter_context(_process("master.Master", "--host", _HERE, "--port", "0", "--webui-port", "0"))
        url = _wait(master, _MASTER)
        for number in range(WORKERS):
            place = ("--webui-port", "0", "--work-dir", f"{work}/{number}")
            ending.enter_context(_process("worker.Worker", "--host", _HERE, "--cores", "1", "--memory", "2g", *place, url, deaf=True))
            _wait(master, re.compile("Registering (worker)"))
        threading.Thread(target=deque, args=(master.stderr, 0), daemon=True).start()  # a full pipe would stop it
        yield url


@contextlib.contextmanager
def _process(what: str, *arguments: str, deaf: bool = False) -> Iterator[subprocess.Popen[str]]:
    """One part of Spark. What it says is to be read from its standard error, unless it is `deaf`: then it goes nowhere."""
    found = find_spec("pyspark")
    if found is None or found.origin is None:
        sys.exit("PySpark is not installed; run `make spark`.")
    home = Path(found.origin).parent
    java = Path(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else "java"
    command = [str(java), "-Xmx512m", "-cp", f"{home}/jars/*", f"org.apache.spark.deploy.{what}", *arguments]
    words = subprocess.DEVNULL if deaf else subprocess.PIPE
    told = os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": _HERE, "SPARK_SCALA_VERSION": "2.13"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=words, text=True, env=told)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
        if process.stderr:
            process.stderr.close()


def _wait(process: subprocess.Popen[str], words: re.Pattern[str]) -> str:
    """What stands in the brackets of the first line with these words."""
    said = []
    for line in process.stderr or ():
        said.append(line)
        if found := words.search(line):
            return found[1]
    sys.exit(f"Spark did not start:\n{''.join(said[-20:])}")


if __name__ == "__main__":
    main()
