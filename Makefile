# Every target installs what it needs first. A machine with Python 3.11, make and package registries is enough.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed

# Two workers; the tests of a module stay together. CI runs the same, most of it under coverage.
PYTEST ?= $(BIN)/python -m pytest
WORKERS := -n 2 --no-loadscope-reorder

.PHONY: install demo test test-scenarios test-full test-faults test-servers test-pages test-postgresql15 test-spark check check-style check-types check-sql check-pages up down bench docs lock
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(STAMP): pyproject.toml requirements/main.txt requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	  || { echo "error: Python 3.11, 3.12 or 3.13 is needed. Nothing was changed. Run make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/installer.txt
	$(BIN)/uv pip install --quiet --system-certs --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.txt
	$(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	$(BIN)/python -m compileall -q alerts cli crosschecks dags expectations fundwatch ingestion pipeline portal reconciliation reporting simulator
	@touch $@

install: $(STAMP) ## install everything into .venv

demo: install ## simulate a city and run three of its months through Airflow
	$(BIN)/python -m cli.demo.__main__

test: install ## run the tests, but for the long ones of the targets below
	$(PYTEST) $(WORKERS)

test-scenarios: install ## run the long scenarios: months killed, corrected, in any order, through Airflow
	$(PYTEST) $(WORKERS) -m scenarios

test-full: install ## run what looks at the simulated city, long or short, on 20 thousand persons and twelve months
	FUNDWATCH_TEST_FULL=1 FUNDWATCH_TEST_PERSONS=20000 FUNDWATCH_TEST_MONTHS=12 $(PYTEST) $(WORKERS)

test-postgresql15: install ## run the database, step, pipeline and scenario tests on a system's PostgreSQL 15
	FUNDWATCH_TEST_BINARIES=/usr/lib/postgresql/15/bin $(PYTEST) $(WORKERS) tests/integration tests/pipeline
	FUNDWATCH_TEST_BINARIES=/usr/lib/postgresql/15/bin $(PYTEST) $(WORKERS) -m scenarios tests/integration tests/pipeline tests/scenarios

test-faults: install ## kill landing at every step of it, try every bad input, fuzz every parser for a minute
	$(PYTEST) $(WORKERS) -m faults
	FUNDWATCH_TEST_FUZZ_SECONDS=60 $(PYTEST) tests/fuzz/test_fuzz_parsers.py

test-servers: install ## run what needs more than Python: MariaDB, and small disks
	command -v mariadbd >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq mariadb-server >/dev/null; }
	$(PYTEST) $(WORKERS) -m servers tests/servers

test-pages: install .venv/installed-pages ## look at the pages in Chromium: accessibility, keyboard, paper; hold the API against its description
	command -v chromium >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; }
	$(PYTEST) $(WORKERS) -m pages tests/pages tests/portal

.venv/installed-pages: $(STAMP) requirements/pages.txt
	$(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python --require-hashes -r requirements/pages.txt
	@touch $@

test-spark: install .venv-spark/installed ## build the same models on Spark and compare every row (Java 17)
	command -v java >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq openjdk-17-jre-headless >/dev/null; }
	$(PYTEST) -m spark tests/spark

# Spark and dbt's adapter for it do not share our environment.
.venv-spark/installed: requirements/spark.txt
	test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	$(BIN)/uv pip install --quiet --system-certs --python .venv-spark/bin/python --require-hashes -r requirements/spark.txt
	@touch $@

# Four parts that CI runs beside each other.
check: check-style check-types check-sql check-pages ## lint, layer arrows, types, generated files

check-style: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

check-types: install
	$(BIN)/mypy

check-sql: install
	cd dbt_project && ../$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar models tests

check-pages: install
	$(BIN)/python docs/generate.py --check

up: install ## start the database and Airflow
	$(BIN)/fundwatch up

down: install ## stop exactly what up started
	$(BIN)/fundwatch down

bench: install .venv-bench/installed ## measure, side by side, and write docs/benchmarks.md
	$(BIN)/python -m benchmarks.run

# What we measure against does not share our environment.
.venv-bench/installed: requirements/bench.txt
	test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	$(BIN)/uv pip install --quiet --system-certs --python .venv-bench/bin/python --require-hashes -r requirements/bench.txt
	@touch $@

docs: install ## write the generated pages of docs/
	$(BIN)/python docs/generate.py

lock: install ## resolve the requirements anew, for Python 3.11 to 3.13, with hashes
	$(BIN)/uv pip compile --quiet pyproject.toml -c requirements/limits.in --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -o requirements/main.txt
	$(BIN)/uv pip compile --quiet pyproject.toml --extra dev -c requirements/main.txt --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -o requirements/dev.txt
	printf 'axe-playwright-python>=0.1.8\nplaywright>=1.65\nschemathesis>=4.32\n' | $(BIN)/uv pip compile --quiet - -c requirements/dev.txt --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -o requirements/pages.txt
	printf 'oracledb>=3\npymysql>=1.1\n' | $(BIN)/uv pip compile --quiet - -c requirements/dev.txt --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -o requirements/drivers.txt
	$(BIN)/uv pip compile --quiet --group spark -c requirements/main.txt --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -o requirements/spark.txt
	printf 'dlt[postgres]>=1.31\npandas\n' | $(BIN)/uv pip compile --quiet - --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -o requirements/bench.txt
