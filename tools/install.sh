#!/bin/sh
# Makes .venv from requirements.lock, every file checked against its hash, and puts this checkout into it. SPARK=yes adds PySpark.
# Called by `make install` and `make spark`. PYTHON names the interpreter; uv does the work where it is present, else pip.
set -eu
cd "$(dirname "$0")/.."
umask 022 # an environment that others cannot read fails only later and elsewhere

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

command -v "$PYTHON" >/dev/null 2>&1 || fail "There is no $PYTHON here: install Python 3.11 or later, or name one: make PYTHON=/path/to/python3.11"
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$PYTHON is $("$PYTHON" --version 2>&1), Counterfoil needs 3.11 or later: make PYTHON=/path/to/python3.11"

if [ ! -x .venv/bin/python ]; then
    printf 'Making .venv with %s\n' "$("$PYTHON" --version 2>&1)"
    "$PYTHON" -m venv .venv || {
        rm -rf .venv
        command -v uv >/dev/null 2>&1 || fail "$PYTHON cannot make an environment: install its venv module (Debian, Ubuntu: python3-venv) or uv."
        uv venv --quiet --python "$("$PYTHON" -c 'import sys; print(sys.executable)')" .venv
    }
fi

lock=requirements.lock
if [ "${SPARK:-no}" = yes ]; then
    lock=requirements-spark.lock
fi

if command -v uv >/dev/null 2>&1; then
    echo "Installing what $lock names, with uv"
    uv pip install --quiet --python .venv/bin/python --require-hashes --requirement $lock
    uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
else
    echo "Installing what $lock names, with pip: about a minute the first time"
    .venv/bin/python -m pip install --quiet --require-hashes --requirement $lock
    .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
fi
