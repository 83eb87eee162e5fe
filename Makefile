# `make demo` tries Watchword, `make test` runs all its tests; each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: setup dev demo test check docs audit bench lock browser clean

setup: $(VENV)/.runtime

$(VENV)/bin/python:
	@sh scripts/make-venv.sh $(PYTHON) $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python pyproject.toml requirements-dev.lock
	@echo "Installing Watchword into $(VENV) ..."
	@$(PIP) install --constraint requirements-dev.lock --editable .
	@touch $@

dev: $(VENV)/.dev

$(VENV)/.dev: $(VENV)/.runtime
	@echo "Installing the tools for development ..."
	@$(PIP) install --requirement requirements-dev.lock
	@touch $@

demo: setup
	@exec $(BIN)/watchword serve --demo

# Hundreds of servers are started from the same sources: what the first has compiled is kept, whatever else is asked for.
test: dev
	@sh scripts/ensure-browser.sh
	@sh scripts/ensure-axe.sh $(VENV)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto

check: dev docs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

docs: dev
	@$(BIN)/python scripts/make_docs.py

audit: dev
	@$(BIN)/python scripts/audit.py

bench: dev
	@$(BIN)/python -m benchmarks

lock: dev
	@$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --extra dev \
		--output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
