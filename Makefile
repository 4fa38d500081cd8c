# `make serve` goes from a fresh clone to the running site, `make test` to the passing tests.
PYTHON ?= python3
PORT ?= 8001
HOST ?= 127.0.0.1
BIN := .venv/bin
RUN_STAMP := .venv/.installed
TEST_STAMP := .venv/.installed-for-tests
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Only files whose hash is written down; no source packages, since building one would fetch tools that no file names.
PINNED := $(PIP) --require-hashes --only-binary :all:
# A release younger than this is left to others to try: COOLDOWN="0 days" takes a fix at once.
COOLDOWN ?= 7 days
COMPILE = $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.10 --exclude-newer "$(COOLDOWN)" \
  --generate-hashes --only-binary :all: --no-annotate --no-emit-index-url \
  --custom-compile-command "make lock (uv pip compile --universal --python-version 3.10)"

.DEFAULT_GOAL := help
.PHONY: help init serve build validate test accuracy bench attack lint docs lock clean

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

init: $(RUN_STAMP)  ## Make the environment that runs the site

$(RUN_STAMP): requirements.txt requirements-build.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else "crskb needs Python 3.10 or newer; name one with: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PINNED) --requirement requirements.txt
	$(PINNED) --requirement requirements-build.txt
	HATCH_BUILD_NO_HOOKS=true $(PIP) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST_STAMP): $(RUN_STAMP) tests/requirements.txt
	$(PINNED) --requirement tests/requirements.txt
	@touch $@

validate: $(RUN_STAMP)  ## Check the YAML files
	$(BIN)/crskb validate --data data

build: $(RUN_STAMP)  ## Build crskb.db from the YAML files
	$(BIN)/crskb build --data data --db crskb.db

serve: build  ## Build, then serve on http://127.0.0.1:8001/ (PORT=..., HOST=...)
	$(BIN)/crskb serve --db crskb.db --host $(HOST) --port $(PORT)

test: $(TEST_STAMP)  ## Run all tests
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

accuracy: build $(TEST_STAMP)  ## Measure how well names are resolved
	$(BIN)/python -m tests.accuracy crskb.db

bench: build $(TEST_STAMP)  ## Measure the budgets, each as a ratio in one run
	$(BIN)/python -m tests.bench

attack: build $(TEST_STAMP)  ## Attack a server on this machine for some minutes; fails if one gets further than it may
	$(BIN)/python -m tests.attack

lint: $(TEST_STAMP)  ## Check style and types of the code, and the workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/zizmor --offline --no-progress --quiet --persona auditor .

docs: $(TEST_STAMP)  ## Write the generated parts of the documentation, metadata.yml and the schemas
	$(BIN)/crskb schema --data data
	$(BIN)/python -m tests.metadata_columns
	$(BIN)/cog -r -I . README.md docs/*.md

lock: $(TEST_STAMP)  ## Choose the newest versions that fit pyproject.toml again, with the hashes of their files
	$(COMPILE) pyproject.toml --extra xlsx --output-file requirements.txt
	$(COMPILE) --constraint requirements.txt requirements-build.in --output-file requirements-build.txt
	$(COMPILE) --constraint requirements.txt --constraint requirements-build.txt tests/requirements.in --output-file tests/requirements.txt
	$(COMPILE) .github/requirements-release.in --output-file .github/requirements-release.txt

clean:  ## Remove what the other targets made
	rm -rf .venv crskb.db .pytest_cache .mypy_cache .ruff_cache .hypothesis
