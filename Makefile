# Everything a fresh machine needs: Python 3.11 to 3.13 and make. Servers come from wheels.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test check prove pictures bench format clean

PORT ?= 5000
BENCH ?=
PICTURES ?= pictures
TESTS ?= tests
# Each has its own PostgreSQL and Redis.
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

# Tests start hundreds of programs: Python may keep what it compiled, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

help: ## show this
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1 \t\2/p' Makefile | expand -t 14

demo: $(VENV)/.demo ## the whole program with a demo shop [PORT=5000]
	@$(BIN)/distribution demo --port $(PORT)

test: $(VENV)/.test ## every test that this machine can run
	@bash .ci/chromium
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(TESTS)

check: $(VENV)/.test ## format, lint, types, layers
	@failed=; \
	$(BIN)/ruff format --check --output-format concise . || failed="$$failed format"; \
	$(BIN)/ruff check --output-format concise . || failed="$$failed lint"; \
	$(BIN)/mypy || failed="$$failed types"; \
	$(BIN)/lint-imports --no-logo || failed="$$failed layers"; \
	if [ -n "$$failed" ]; then echo "make check failed:$$failed"; exit 1; fi

prove: $(VENV)/.test ## the long proofs, a line each with its figures
	@bash .ci/chromium
	@$(BIN)/python -m pytest $(TESTS) -m prove -q -s

pictures: $(VENV)/.test ## every page, both themes, both languages, phone and desk [PICTURES=folder]
	@bash .ci/chromium
	@$(BIN)/python -m tests.pictures $(PICTURES) --sheets

bench: $(VENV)/.test ## benchmarks, one result a line [BENCH=name]
	@$(BIN)/python -m benchmarks $(BENCH)

format: $(VENV)/.test ## rewrite the code as "make check" wants it
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## remove the virtual environment and caches; the demo's data stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info

$(BIN)/python:
	@bash .ci/venv $(VENV)

$(VENV)/.demo: setup.cfg pyproject.toml | $(BIN)/python
	@echo "Installing (a minute or two the first time)"
	@$(PIP) --config-settings editable_mode=compat --editable '.[server,demo]'
	@touch $@

$(VENV)/.test: setup.cfg pyproject.toml | $(BIN)/python
	@echo "Installing with what the tests need (a minute or two the first time)"
	@$(PIP) --config-settings editable_mode=compat --editable '.[server,demo,test]'
	@touch $@ $(VENV)/.demo
