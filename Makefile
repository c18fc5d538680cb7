# Everything a newcomer, a contributor and CI need; `make` alone lists it.
# Only Python 3.11 or newer, make and git are needed beforehand.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first Python that is new enough; `make demo PYTHON=/path/to/python` overrides it.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& command -v "$$p" && break; done)
BIN := .venv/bin
SET_UP = $(PYTHON) scripts/set_up.py
# Each worker holds a warehouse or two in memory; two are right for a laptop and CI.
WORKERS ?= 2
# A file's tests share what they build. Files go out in the order of tests/conftest.py.
PYTEST := $(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder
# What `make test` does not run: the tests that need more than Python.
LEFT_OUT ?= tests/engines tests/widget

.PHONY: help
help: ## List what there is to do
	@echo 'llm-costs: what your AI usage costs, from the bills of AWS, Azure and Google Cloud'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo 'Start with `make demo`: it needs no account and no database.'

.PHONY: python
python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11, 3.12 or 3.13 is needed and none was found on the PATH."; \
		echo "python3 is: $$(python3 --version 2>&1 || echo missing)"; \
		echo "Name one yourself: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; \
		exit 1; \
	fi

.PHONY: setup
setup: python ## Make .venv with everything for running and for development
	@$(SET_UP) requirements-dev.lock

.PHONY: core
core: python
	@$(SET_UP) requirements.lock

.PHONY: demo
demo: core ## Sample bills -> loaded -> marts -> dashboards, with a summary (no account needed)
	@$(BIN)/llm-costs demo $(ARGS)

# npm writes its own list last, so that a half-done install is done again.
NODE_MODULES := widget/node_modules/.package-lock.json
$(NODE_MODULES): widget/package-lock.json widget/.npmrc
	@command -v npm >/dev/null || { \
		echo 'The widget needs Node 20.19 or newer with npm, and there is none.'; exit 1; }
	@cd widget && npm ci --no-progress
	@touch $@

.PHONY: test
test: setup ## Run every test but those of other warehouses and of the widget
	@$(PYTEST) $(LEFT_OUT:%=--ignore %) $(ARGS)

.PHONY: test-engines
test-engines: setup ## Run the tests of other warehouses, on engines that they start
	@$(PYTEST) tests/engines $(ARGS)

.PHONY: test-all
test-all: setup $(NODE_MODULES) ## Run every test, on the engines and in Chromium as well
	@$(PYTEST) $(ARGS)

.PHONY: test-fast
test-fast: setup ## Run the tests that build no warehouse
	@$(BIN)/pytest $(LEFT_OUT:%=--ignore %) -m 'not warehouse' $(ARGS)

# The validator's numpy has wheels up to Python 3.12, and none older will do.
FOCUS_PYTHON ?= $(shell for p in python3.12 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 12))' 2>/dev/null \
	&& command -v "$$p" && break; done)

.venv-focus/.installed: requirements-focus.lock
	@if [ -z "$(FOCUS_PYTHON)" ]; then \
		echo "The validator of FOCUS needs Python 3.12 and none was found on the PATH."; \
		echo "Name one yourself: make check-focus FOCUS_PYTHON=/path/to/python3.12"; \
		exit 1; \
	fi
	@"$(FOCUS_PYTHON)" -m venv --clear .venv-focus
	@.venv-focus/bin/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --require-hashes --requirement requirements-focus.lock
	@touch $@

.PHONY: check-focus
check-focus: core .venv-focus/.installed ## Check the published costs with the FinOps Foundation's validator
	@rm -rf .cache/focus
	@$(BIN)/llm-costs export focus --out .cache/focus
	@$(BIN)/llm-costs export focus --format csv --out .cache/focus
	@$(BIN)/python scripts/validate_focus.py .cache/focus/*.parquet .cache/focus/*.csv

.PHONY: widget
widget: $(NODE_MODULES) ## Build the widget into chat/static/ (needs Node 20.19 or newer)
	@cd widget && npm run --silent build:script && npm run --silent size

.PHONY: widget-types
widget-types: setup $(NODE_MODULES) ## Write the widget's types from the API
	@$(BIN)/python -m chat.openapi
	@cd widget && npm run --silent types

.PHONY: check-widget
check-widget: $(NODE_MODULES) ## Check the widget: lint, types, units, fresh build, size
	@cd widget && npm run --silent check

.PHONY: test-widget
test-widget: setup check-widget ## Check the widget, and run it in Chromium against the API
	@$(PYTEST) tests/widget $(ARGS)

.PHONY: lint
lint: lint-python lint-sql ## Check Python and SQL: ruff, mypy, sqlfmt, sqlfluff

.PHONY: lint-python
lint-python: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

.PHONY: lint-sql
lint-sql: setup
	@$(BIN)/sqlfmt --check --quiet dbt_project
	@$(BIN)/sqlfluff lint dbt_project

.PHONY: format
format: setup ## Format Python and SQL
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfmt dbt_project

.PHONY: docs
docs: core ## Write the documentation of every table and column (dbt docs)
	@$(BIN)/dbt --quiet docs generate --target duckdb
	@echo 'Written to target/. To read it: $(BIN)/dbt docs serve'

.PHONY: lock
lock: setup ## Solve all lock files (ARGS=--upgrade: newest versions)
	@$(BIN)/uv pip compile $(ARGS) --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --no-strip-extras \
		pyproject.toml \
		--extra dev --extra build --output-file requirements-dev.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --no-strip-extras \
		pyproject.toml \
		--extra build --constraints requirements-dev.lock --output-file requirements.lock
	@$(BIN)/uv pip compile $(ARGS) --quiet --universal --python-version 3.12 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --no-strip-extras \
		requirements-focus.in --output-file requirements-focus.lock

.PHONY: bench
bench: setup ## Measure how fast and in how much memory a big AWS bill loads
	@$(BIN)/python bench/extract_cur.py $(ARGS)

.PHONY: clean
clean: ## Remove what was installed, built and cached here; data/ stays
	rm -rf .venv .venv-focus .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis target logs
