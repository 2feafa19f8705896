# Two commands do everything on a fresh machine: make chat, make test.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: chat test lint types benchmark torture clean

chat: $(VENV)/.installed  ## set up, index the seeds, open the page
	$(BIN)/qa chat

test: $(VENV)/.installed  ## set up, then lint, types, tests and browser tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses 2 --dist loadfile --max-worker-restart 0

lint: $(VENV)/.installed
	$(BIN)/ruff check .

types: $(VENV)/.installed
	$(BIN)/mypy

benchmark: $(VENV)/.installed  ## the figures in the README: needs ../shared/data/frus and half an hour
	$(BIN)/python -m benchmarks.archive work/archive --report work/report
	$(BIN)/python -m benchmarks.library

torture: $(VENV)/.installed  ## breaks libraries in many ways and prints the table of docs/reliability.md: a quarter of an hour
	$(BIN)/python -m benchmarks.torture

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ibid needs Python 3.11 or newer: make PYTHON=python3.12 chat")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
