# Two commands are all it takes: `make demo` shows Counterfoil at work, `make test` checks it.
# The environment in .venv is made by the first target that needs it, from requirements.lock.

PYTHON ?= python3
PY := .venv/bin/python
OUT ?= out
# Of the tests: one more than two cores, since some wait for a browser or for a command.
WORKERS ?= 3

# Spark is asked where there is Java.
WITH_SPARK := $(if $(shell command -v java),spark)

SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Settings of the caller that would turn an installation away from .venv or put other code before ours.
unexport PYTHONPATH PYTHONHOME PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV
export PIP_USER := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## Say what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z][a-z-]*:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: install
install: .venv/.installed ## Make or renew .venv, the environment (again only when the lock has changed)

.venv/.installed: requirements.lock pyproject.toml
	@PYTHON="$(PYTHON)" sh tools/install.sh
	@touch $@

.PHONY: spark
spark: .venv/.installed-spark ## Add PySpark to .venv (430 MB), for --engine spark; it needs Java 17 or 21

.venv/.installed-spark: .venv/.installed requirements-spark.lock
	@SPARK=yes PYTHON="$(PYTHON)" sh tools/install.sh
	@touch $@

.PHONY: demo
demo: install ## Check the bundled samples and a made-up plant, and show what a report looks like
	@.venv/bin/counterfoil check samples/plant --policy samples/plant/policy.toml --out $(OUT)/plant
	@.venv/bin/counterfoil check samples/adventureworks --out $(OUT)/adventureworks
	@.venv/bin/counterfoil seed $(OUT)/made-up-tables --orders 1000
	@.venv/bin/counterfoil check $(OUT)/made-up-tables --policy $(OUT)/made-up-tables/policy.toml --out $(OUT)/made-up
	@.venv/bin/counterfoil backtest $(OUT)/made-up-tables --policy $(OUT)/made-up-tables/policy.toml --out $(OUT)/made-up
	@.venv/bin/counterfoil brief $(OUT)/made-up-tables --policy $(OUT)/made-up-tables/policy.toml --out $(OUT)/made-up \
		$(if $(wildcard $(OUT)/made-up/decisions.csv),--previous $(OUT)/made-up)
	@.venv/bin/counterfoil propose $(OUT)/made-up-tables --policy $(OUT)/made-up-tables/policy.toml --out $(OUT)/made-up
	@printf '\nThe reports, and of the made-up plant the back-test, the brief and the proposed links, to be opened with a browser:\n'
	@printf '  %s/report.html\n' "$(abspath $(OUT))/plant" "$(abspath $(OUT))/adventureworks" "$(abspath $(OUT))/made-up"
	@printf '  $(abspath $(OUT))/made-up/%s.html\n' backtest brief proposals

.PHONY: lint
lint: install ## Style, types, floors and sizes
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) tools/sizes.py
	$(PY) tools/reference.py --check

.PHONY: test-fast
test-fast: install ## The quick tests, at most 5 minutes on two cores
	$(PY) -m pytest -n $(WORKERS) -m "not full and not slow"

.PHONY: test
test: install $(WITH_SPARK) ## The tests that must pass before a change is taken, at most 12 minutes
	$(PY) -m pytest -q tests/rules --cov=counterfoil.rules --cov-branch --cov-report=term-missing --cov-fail-under=100
	$(PY) -m pytest -n $(WORKERS) -m "not full" --ignore=tests/rules

.PHONY: test-full
test-full: install $(WITH_SPARK) ## Every test, long seeds included
	$(PY) -m pytest -n $(WORKERS)

.PHONY: mutate
mutate: install ## Change the rules in every small way and see that a test fails each time
	$(PY) tools/mutate.py

.PHONY: bench
bench: install ## Measure the speed against its limits (takes minutes, and disk for a large plant)
	$(PY) -m benchmarks

.PHONY: docs
docs: install ## Write the reference anew from the code and build the pages into out/docs
	$(PY) tools/reference.py
	@$(PY) -m sphinx -W --keep-going -q -b html -c docs/web -d $(OUT)/docs.cache . $(OUT)/docs
	@printf 'The pages, to be opened with a browser:\n  %s\n' "$(abspath $(OUT))/docs/index.html"

.PHONY: format
format: install ## Bring the code into its standard form
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

LOCKED := --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --upgrade --quiet

.PHONY: lock
lock: ## Choose the newest versions that fit and write requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --group dev $(LOCKED) --output-file requirements.lock
	printf 'pyspark>=4.0,<4.1\n' | uv pip compile - --python-version 3.11 --constraint requirements.lock $(LOCKED) --output-file requirements-spark.lock

.PHONY: clean
clean: ## Remove what was made here: outputs, caches, the environment
	rm -rf $(OUT) .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis mutants
