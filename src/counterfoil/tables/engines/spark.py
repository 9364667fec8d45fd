"""Spark as engine, for exports that outgrow one machine: tables go in and answers come back as Parquet, in a folder that all see.

A base is written before it is used: a plan then never grows beyond one statement, and a lost worker costs its tasks alone. Decimals are
kept exact: Spark would round a product of more than 38 digits without a word, so it is told to raise instead.
"""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.pyspark.datatypes import PySparkType
from py4j.protocol import Py4JError, Py4JNetworkError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.types import StructField, StructType, TimestampNTZType, TimestampType

from counterfoil.tables.database import literal
from counterfoil.tables.database import name as quoted
from counterfoil.tables.engines import Columns
from counterfoil.tables.landing import Unusable

_ = ibis.pyspark  # declares the options that its compiler looks at

_SETTINGS = {
    "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={(Path(__file__).parent / 'spark-log4j2.properties').as_uri()}",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""What answers depend on, and that it is quiet; anything else is for the cluster's own settings to say."""

_MEMORY = "4g"
"""Of the driver, where neither the cluster's settings nor SPARK_DRIVER_MEMORY say: Spark's own 1 GB ends at a million lines."""

_GROWTH = "spark.sql.sources.fileCompressionFactor", "8"
"""Where the cluster's settings do not say: how much larger a table is in memory than as Parquet. Spark takes them for equal, and sends
whole tables of millions of rows to every worker."""

_SHUFFLES = "spark.sql.shuffle.partitions"
_SHUFFLES_A_CORE = 3
"""Where the cluster's settings do not say: 200, which Spark takes, is a second of nothing on a small cluster and too few on a large one."""

_PATIENCE_SECONDS = 5
_GONE = (
    "ExecutorLostFailure",
    "SparkContext was shut down",
    "stopped SparkContext",
    "Master removed our application",
    "Connection refused",
)
"""What stands in the words of an error that is about the cluster and not about the statement, and below of one about its memory. A
master that goes away is no error to Spark: it waits until there is one again."""
_NO_ROOM = ("Not enough memory", "OutOfMemoryError", "UNABLE_TO_ACQUIRE_MEMORY")


@contextmanager
def open_spark(master: str, shared: Path | None, database: duckdb.DuckDBPyConnection) -> Iterator["SparkEngine"]:
    """Yield an engine on a Spark cluster (`master`: spark://host:port, local[*], …), for the tables of a run's database.

    `shared`: a folder that driver and workers see under the same path; None = a temporary one, which is enough where all are on this
    machine. What is written there is gone when the run ends.

    Raises:
        Unusable: there is no Java, or the cluster cannot be reached.
    """
    session = _session(master)
    try:
        with _space(shared) as folder:
            yield SparkEngine(session, folder, database)
    finally:
        session.stop()


class SparkEngine:
    """One Spark session. See `Engine`."""

    name = "spark"
    dialect = "pyspark"
    apart = True

    def __init__(self, session: SparkSession, folder: Path, database: duckdb.DuckDBPyConnection) -> None:
        self._session, self._folder, self._database = session, folder, database

    def bring(self, table: str, columns: Columns) -> None:
        place = self._folder / table
        place.mkdir()
        names = ", ".join(map(quoted, columns))
        self._database.execute(
            f"COPY (SELECT {names} FROM {quoted(table)}) TO {literal(str(place))} (FORMAT parquet, PER_THREAD_OUTPUT true)"
        )
        with _answering():
            self._known(table, place, _schema(columns))

    def show(self, table: str, source: str, columns: Columns) -> None:
        with _answering():
            self._session.table(source).select(*columns).createOrReplaceTempView(table)

    def make(self, table: str, sql: str) -> None:
        place = self._folder / table
        with _answering():
            answer = self._session.sql(sql)
            answer.write.parquet(str(place))
            self._known(table, place, answer.schema)

    def rows(self, sql: str, columns: Columns) -> pa.Table:
        place = self._written("answer", sql)
        answer = pq.read_table(place).cast(ibis.schema(dict(columns)).to_pyarrow())
        shutil.rmtree(place)
        return answer

    def land(self, table: str, sql: str, columns: Columns) -> None:
        place = self._written(f"landed_{table}", sql)  # never over the base of that name, which the statement may read
        self._database.execute(f"CREATE TEMP TABLE {quoted(table)} AS SELECT * FROM read_parquet({literal(f'{place}/*.parquet')})")
        shutil.rmtree(place)

    def relation(self, table: str, sql: str, columns: Columns) -> str:
        self.land(table, sql, columns)
        return quoted(table)

    def _known(self, table: str, place: Path, schema: StructType) -> None:
        """The schema is told: Spark would open the files to find it out."""
        self._session.read.schema(schema).parquet(str(place)).createOrReplaceTempView(table)

    def _written(self, table: str, sql: str) -> Path:
        place = self._folder / table
        with _answering():
            self._session.sql(sql).write.mode("overwrite").parquet(str(place))
        return place


def _schema(columns: Columns) -> StructType:
    """A moment has no zone of its own; Ibis would give it that of the session."""
    given = {name: PySparkType.from_ibis(ibis.dtype(kind)) for name, kind in columns.items()}
    return StructType([StructField(name, TimestampNTZType() if isinstance(kind, TimestampType) else kind) for name, kind in given.items()])


def _session(master: str) -> SparkSession:
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        raise Unusable("Spark needs Java 17 or 21 on this machine; install it, or say where it is by JAVA_HOME.")
    _check_reached(master)
    os.environ.setdefault("SPARK_DRIVER_MEMORY", _MEMORY)  # the weakest place to say it: settings of the cluster count before it
    builder = SparkSession.builder.master(master).appName("counterfoil")
    for key, value in _SETTINGS.items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError) as error:
        raise Unusable(f"Spark cannot be reached at {master}: {_told(error)}; look at --spark-master.") from None
    context = session.sparkContext
    for setting, value in (_GROWTH, (_SHUFFLES, str(_SHUFFLES_A_CORE * context.defaultParallelism))):
        if not context.getConf().contains(setting):
            session.conf.set(setting, value)
    return session


def _check_reached(master: str) -> None:
    """Spark itself would try for a minute before it gives up. One of several masters is enough."""
    if not master.startswith("spark://"):
        return
    why = ""
    for address in master.removeprefix("spark://").split(","):
        try:
            place = urlsplit(f"//{address}")
            with socket.create_connection((place.hostname or "", place.port or 7077), _PATIENCE_SECONDS):
                return
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
    raise Unusable(f"Spark cannot be reached at {master}: {why}; look at --spark-master.")


@contextmanager
def _space(shared: Path | None) -> Iterator[Path]:
    try:
        folder = TemporaryDirectory(prefix="counterfoil-spark-", dir=shared, ignore_cleanup_errors=True)
    except OSError as error:
        raise Unusable(f"{shared} cannot be written to: {error.strerror}; name another folder with --spark-folder.") from None
    with folder as name:
        yield Path(name).resolve()


@contextmanager
def _answering() -> Iterator[None]:
    """What a cluster that goes away in the middle looks like to a person."""
    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as error:
        if isinstance(error, (ConnectionError, Py4JNetworkError)) or any(word in str(error) for word in _GONE):
            raise Unusable(f"Spark stopped answering: {_told(error)}; run again once the cluster is up.") from error
        if any(word in str(error) for word in _NO_ROOM):
            raise Unusable(f"Spark has too little memory: {_told(error)}; raise spark.driver.memory and spark.executor.memory.") from error
        raise


def _told(error: Exception) -> str:
    """What Spark said, without where in its code that was."""
    lines = [line.strip(": ") for line in str(error).splitlines()]
    return next((line for line in lines if line and not line.startswith("An error occurred while calling")), type(error).__name__)
