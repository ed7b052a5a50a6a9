# The commands of this house; `make help` lists them.
PYTHON ?= python3
JOBS ?= 4
BIN := .venv/bin
RUFF := $(BIN)/ruff check --no-cache --isolated --select B,E,F,I,UP,W --line-length 120 --target-version py311 \
	--per-file-ignores '**/*texts.py:E501'
LOCK := uv pip compile - --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --quiet
NEW_PYTHON = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	{ echo "Python 3.11 or newer is needed; say where it is with make PYTHON=/path/to/python3"; exit 1; }
BUILTIN := $(notdir $(patsubst %/__init__.py,%,$(wildcard plugins/*/__init__.py)))

# pytest rewrites each test module, which takes ten seconds: here once, else in every process of the first run.
COMPILE_TESTS = find tests -name 'test_*.py' | xargs -P 2 -n 90 $(BIN)/python -m pytest --collect-only -q > /dev/null || true

# Where compiled modules are not kept, each of the hundreds of processes of a test run compiles all of them anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-system check translate bench screenshots lock clean stale needs

help:  ## these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.runs  ## a district of live sites on this machine; prints the address and the sign-ins
	@$(BIN)/portal demo

test: needs .venv/.tests  ## everything: units, both databases, browser, accessibility, HTML (PYTEST="-k word" narrows it)
	@$(BIN)/python -m tests.support.vendor
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(PYTEST)

test-system:  ## installs what `make test` needs from the system (root on Debian)
	@bash tests/system.sh

check: .venv/.tests  ## style and plugins, in seconds
	@$(RUFF) .
	@set -e; for name in $(BUILTIN); do $(BIN)/portal plugin check $$name; done

translate: .venv/.runs  ## collects the texts into the catalogs
	@$(BIN)/python -m portal.pages.catalogs

bench: .venv/.tests  ## the figures of README, measured on this machine
	@$(BIN)/python -m tests.bench.run

screenshots: .venv/.tests  ## pictures of the pages in tests/browser/shots
	@$(BIN)/python -m tests.browser.screenshots

lock:  ## makes the lock files anew from the ranges of setup.cfg (needs uv)
	@$(PYTHON) tests/support/lock.py | $(LOCK) -o requirements.lock
	@$(PYTHON) tests/support/lock.py test | $(LOCK) -c requirements.lock -o requirements-test.lock

clean: stale  ## removes the environment, caches and builds; keeps portal-data
	@rm -rf .venv tests/.cache .pytest_cache .hypothesis .ruff_cache *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A build folder left behind ships files that were deleted since.
stale:
	@rm -rf build dist

# First of all, so that nothing is found missing halfway.
needs:
	@$(NEW_PYTHON)
	@$(PYTHON) tests/support/needs.py

.venv/bin/python:
	@$(NEW_PYTHON)
	@$(PYTHON) -m venv .venv || \
		{ echo "$(PYTHON) cannot make an environment; on Debian install python3-venv, or run: make test-system"; exit 1; }

.venv/.runs: .venv/bin/python requirements.lock setup.cfg pyproject.toml
	@echo "Setting up .venv, once: about a minute."
	@rm -rf build dist
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q portal plugins
	@touch $@

.venv/.tests: .venv/.runs requirements-test.lock
	@echo "Adding what the tests use, once."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-test.lock
	@$(COMPILE_TESTS)
	@touch $@
