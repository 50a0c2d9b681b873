# Everything here sets up by itself what it needs: Python 3.11 or newer and make are enough.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) ## the command, in .venv/bin/vastine, with all that it and its tests need

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Vastine needs Python 3.11 or newer; this is $$($(PYTHON) --version). Say make PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Vastine needs into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: $(STAMP) ## the main job on embedded mail servers, told on screen
	@$(BIN)/vastine demo

test: $(STAMP) ## all tests
	@$(PYTEST) -n 2 tests

fast: $(STAMP) ## the tests that need no servers, in under two minutes
	@$(PYTEST) -n 2 tests -m "not dovecot and not postgresql and not whole"

lint: $(STAMP) ## style, types and architecture
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

check: lint test ## what CI runs: lint, then all tests

mutations: $(STAMP) ## 200,000 damaged mails, some half an hour: none may be lost
	@$(BIN)/python -m tests.mutations

words: $(STAMP) ## precision and recall of the word matcher on labelled pairs
	@$(BIN)/python -m tests.words

bench: $(STAMP) ## mails a second beside a floor measured in the same run
	@$(BIN)/python -m tests.bench

COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --upgrade
lock: $(STAMP) ## resolve the newest allowed libraries into requirements.lock, and with the tests' own into requirements-dev.lock
	@$(COMPILE) --extra postgresql --extra charts --output-file requirements.lock
	@$(COMPILE) --all-extras --group dev --output-file requirements-dev.lock

clean: ## remove everything that was made
	@rm -rf $(VENV) demo-mails build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help setup demo test fast lint check mutations words bench lock clean
