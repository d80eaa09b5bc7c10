# Two commands matter: `make run` and `make test`. Both start from a fresh machine.
PYTHON ?= python3
VENV ?= .venv
WHEEL := build/wheel
PYTEST := PYTHONPATH=$(CURDIR)/$(WHEEL) $(VENV)/bin/python -m pytest -o pythonpath=
WORKERS ?= 2

.PHONY: run test test-long check lint types wheel bench requirements clean help

help:
	@echo "make run           start everything on http://localhost:8000 with the sample region"
	@echo "make test          install what the tests need, then run every check"
	@echo "make test-long     the slow property runs as well"
	@echo "make bench         the yardsticks, as ratios"
	@echo "make requirements  resolve the pinned requirement files anew"

run: $(VENV)/.run
	$(VENV)/bin/provident up

test: $(VENV)/.dev
	tools/install-test-programs
	$(MAKE) --no-print-directory check
	$(MAKE) --no-print-directory wheel
	$(PYTEST) -n $(WORKERS) --dist loadgroup -m "not slow"

test-long: $(VENV)/.dev wheel
	PROVIDENT_LONG=1 $(PYTEST) -n $(WORKERS) --dist loadgroup

check: lint types

lint: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports --no-cache
	$(VENV)/bin/deptry src

types: $(VENV)/.dev
	$(VENV)/bin/mypy

# The suite runs against the files a wheel would install, so that a template or a migration
# missing from the wheel is a red test and not a surprise on somebody's server.
wheel: $(VENV)/.dev
	rm -rf build
	$(VENV)/bin/python -m build --wheel --no-isolation --outdir build . >/dev/null
	$(VENV)/bin/python -m zipfile -e build/*.whl $(WHEEL)

bench: $(VENV)/.dev
	$(VENV)/bin/python -m pip --quiet install --require-hashes -r requirements/bench.txt
	for yardstick in record statements ledger_append ingest seal verify; do $(VENV)/bin/python bench/$$yardstick.py || exit 1; done

requirements: $(VENV)/.dev
	tools/resolve-requirements $(VENV)

$(VENV)/.run: requirements/run.txt requirements/build.txt pyproject.toml
	tools/make-environment $(VENV) $(PYTHON) run
	touch $@

$(VENV)/.dev: requirements/dev.txt requirements/build.txt pyproject.toml
	tools/make-environment $(VENV) $(PYTHON) dev
	touch $@ $(VENV)/.run

clean:
	rm -rf build dist .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
