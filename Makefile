# Two commands: `make run` and `make test`. Python 3.11 or later, its venv module and make
# are all they need; everything else is installed from the lock file into .venv.
PYTHON ?= python3
BIN := .venv/bin
UV := UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv --quiet
export UV_NO_PROGRESS = 1
# Compiled modules are kept: starting again is quick.
export PYTHONDONTWRITEBYTECODE =

.PHONY: run install test lint bench tour

run: .venv/.installed
	@$(BIN)/essaim run

install: .venv/.installed
	@$(BIN)/essaim messages --compile
	@echo "Ready: the command is $(BIN)/essaim"

test: .venv/.installed-dev
	@scripts/ensure_chromium.sh
	@$(BIN)/essaim messages --compile
	@$(BIN)/pytest --numprocesses auto $(ARGS)

# The pictures of docs/tour, taken on the way of one initiative from end to end.
tour: .venv/.installed-dev
	@scripts/ensure_chromium.sh
	@$(BIN)/essaim messages --compile
	@ESSAIM_TOUR=docs/tour $(BIN)/pytest --numprocesses 0 -q tests/browser/test_whole_path.py

lint: .venv/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/djlint --quiet --lint essaim
	@$(BIN)/mypy essaim config
	@$(BIN)/lint-imports
	@$(BIN)/essaim makemigrations --check --dry-run
	@$(BIN)/essaim messages --check

bench: .venv/.installed-dev
	@$(BIN)/essaim bench $(if $(PART),--part $(PART)) $(ARGS)

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit("Essaim needs Python 3.11 or later: make PYTHON=python3.11 run" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv || { echo "The venv module is missing: install it (Debian: apt install python3-venv)." >&2; exit 1; }
	@echo "Installing what uv.lock names into .venv…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.8"

.venv/.installed: .venv/bin/uv uv.lock pyproject.toml
	@$(UV) sync --frozen --inexact --no-dev
	@touch $@

.venv/.installed-dev: .venv/.installed
	@$(UV) sync --frozen --inexact
	@touch $@
