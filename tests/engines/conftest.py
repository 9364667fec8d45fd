"""Spark, where there is Java and PySpark (`make spark`): within the process, and on a cluster of its own."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CLUSTER = Path(__file__).resolve().parents[2] / "tools" / "spark_cluster.py"


@pytest.fixture(scope="session")
def spark() -> Iterator[str]:
    """The address of Spark within this process. It listens to this machine alone."""
    lacking = [what for what, there in {"Java": shutil.which("java"), "PySpark": importlib.util.find_spec("pyspark")}.items() if not there]
    if lacking:
        if os.environ.get("REQUIRE_SPARK"):
            pytest.fail(f"there is no {' and no '.join(lacking)}")
        pytest.skip(f"there is no {' and no '.join(lacking)}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        yield "local[2]"


@pytest.fixture(scope="session")
def cluster(spark: str) -> Iterator[str]:
    """The address of a cluster of one master and two workers."""
    with subprocess.Popen([sys.executable, str(CLUSTER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.stdin.close()
