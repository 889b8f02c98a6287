# One word, one thing. `make demo` and `make test` need nothing but Debian, Python 3.11 and this clone.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/bash
export PATH := $(CURDIR)/$(BIN):$(PATH)

# What WeasyPrint needs at run time, and what only the tests call as programs.
RUN_PACKAGES := python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
TEST_PACKAGES := poppler-utils ghostscript qpdf chromium chromium-driver

.PHONY: setup system test-system demo test truth acceptance lint format bench docs lock clean

setup: system $(BIN)/.ready

# Debian packages: installed when we may, else one line that says what is missing.
system:
	@tools/debian-packages $(RUN_PACKAGES)

test-system:
	@tools/debian-packages $(RUN_PACKAGES) $(TEST_PACKAGES)

# The lock holds hashes, so a changed package is refused; --no-deps for ourselves keeps it the only truth.
$(BIN)/.ready: requirements.lock setup.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup
	@rm -rf demo && mkdir -p demo
	$(BIN)/brevpress sample --letters 60 --out demo/exports
	$(BIN)/brevpress monthly --exports demo/exports --out demo/bucket --period 2026-12 --today 2026-12-01
	$(BIN)/brevpress verify --out demo/bucket --deep
	@tools/show-demo demo/bucket

test: test-system $(BIN)/.ready lint
	$(BIN)/python -m pytest -m "not acceptance and not truth"

# 500 letters of every layout, and hard ones, stamped and rendered and held together: some ten minutes.
truth: test-system $(BIN)/.ready
	$(BIN)/python -m pytest -m truth

# The whole sample of 2,000 letters, onto a folder and onto S3, read back in full: some minutes.
acceptance: test-system $(BIN)/.ready
	$(BIN)/python -m pytest -m acceptance

lint: $(BIN)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(BIN)/.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup
	$(BIN)/python benchmarks/flow.py
	$(BIN)/python benchmarks/press.py
	$(BIN)/python benchmarks/codes.py
	$(BIN)/python benchmarks/postal.py

# Pages of docs/ that are written from the code.
docs: $(BIN)/.ready
	$(BIN)/python -m pipelines.ingest.reasons_page > docs/quarantine.md

# Run by hand when setup.py changes; needs `pip install uv`.
lock:
	uv pip compile --quiet --python-version 3.11 --extra test --extra bench --generate-hashes --no-header setup.py requirements.build.in -o requirements.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis demo out
