# Two commands do everything: `make demo` runs the archive, `make test` tests it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VAR := $(or $(ARCHIVE_VAR),var)
HOST ?= 127.0.0.1
PORT ?= 8000
PYTEST_ARGS ?=
BENCH_DOCS ?= 100000
BENCH_ARGS ?=
# Test collections: those among the real files, where there are any, else a small one of our own.
RELEVANCE_FOLDERS ?= $(or $(patsubst %/docs.jsonl,%,$(if $(ARCHIVE_SAMPLE_DATA),$(wildcard \
  $(ARCHIVE_SAMPLE_DATA)/ir/*/docs.jsonl))),tests/services/samples/small-news)
RELEVANCE_ARGS ?=
# Long enough for the deployment check, which looks at settings and serves nothing.
DEPLOY_CHECK_KEY := only-for-the-deployment-check-3f9c1e7ab2d84650c7e2a91b5d6f80a4
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: help setup extras demo test lint types pytest browser-tests slow-tests chaos explore bench bench-import bench-site relevance screenshots pins clean

help: ## show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

extras: $(VENV)/.extras ## what web pages (HTML, WARC) and reconcile_places need beside the rest

setup: $(VENV)/.dev ## the virtual environment with everything for development

demo: $(VENV)/.runtime ## run the archive with its seeds on 127.0.0.1:8000
	@$(BIN)/python manage.py setup_demo
	@$(BIN)/gunicorn --config config/gunicorn.py --bind $(HOST):$(PORT) config.wsgi

test: setup lint types pytest ## lint, types and the whole test suite

lint: setup ## style, layers and missing migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	ARCHIVE_PRODUCTION=1 ARCHIVE_SECRET_KEY=$(DEPLOY_CHECK_KEY) ARCHIVE_HOSTS=archive.example \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

types: setup ## mypy, strict
	$(BIN)/mypy

pytest: setup
	$(BIN)/pytest -n 2 $(PYTEST_ARGS)

browser-tests: setup ## only what needs a browser
	$(BIN)/pytest -m browser $(PYTEST_ARGS)

slow-tests: setup ## the long ones: bulk imports of 20,000 articles
	$(BIN)/pytest -m slow $(PYTEST_ARGS)

chaos: setup ## kill imports of every format at 200 random moments and compare (CHAOS_ARGS="--seed 2")
	$(BIN)/python -m tests.chaos $(CHAOS_ARGS)

explore: setup ## the tests that draw their examples, with examples never seen before
	HYPOTHESIS_PROFILE=explore EQUALITY_EXAMPLES=2000 $(BIN)/pytest -n 2 -m hypothesis $(PYTEST_ARGS)

bench: $(VENV)/.bench ## measure search beside other engines (BENCH_DOCS=20000 for a look)
	@mkdir -p $(VAR)
	$(BIN)/python -m bench --docs $(BENCH_DOCS) --json $(VAR)/bench.json --chart $(VAR)/bench.svg $(BENCH_ARGS)

bench-import: $(VENV)/.runtime ## measure imports, from file to index (BENCH_DOCS=20000 for a look)
	@mkdir -p $(VAR)
	$(BIN)/python -m bench.imports --docs $(BENCH_DOCS) --json $(VAR)/bench-import.json $(BENCH_IMPORT_ARGS)

bench-site: $(VENV)/.runtime ## measure the search page with eight visitors at once (BENCH_DOCS=5000 for a look)
	@mkdir -p $(VAR)
	$(BIN)/python -m bench.site --docs $(BENCH_DOCS) --json $(VAR)/bench-site.json $(BENCH_SITE_ARGS)

relevance: $(VENV)/.runtime ## measure the ranking on test collections (RELEVANCE_FOLDERS="a b" for others)
	@$(BIN)/python manage.py measure_relevance $(RELEVANCE_FOLDERS) $(RELEVANCE_ARGS)

screenshots: setup ## photograph the demonstration for docs/ (needs Chromium)
	$(BIN)/python docs/screenshots.py

pins: ## renew the pinned requirements (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make pins" pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make pins" --extra extras \
	  --constraint requirements.txt pyproject.toml -o requirements-extras.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make pins" --extra extras --extra dev \
	  --constraint requirements-extras.txt pyproject.toml -o requirements-dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make pins" --extra bench \
	  --constraint requirements.txt pyproject.toml -o requirements-bench.txt

clean: ## remove the environment and all that was written; asks first
	@printf 'This deletes %s and %s with its articles. Type yes: ' "$(VENV)" "$(VAR)"; \
	  read answer && [ "$$answer" = yes ] && rm -rf "$(VENV)" "$(VAR)"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python cannot make virtual environments here; on Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt | $(BIN)/python
	$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.extras: requirements-extras.txt $(VENV)/.runtime
	$(PIP_INSTALL) -r requirements-extras.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

$(VENV)/.bench: requirements-bench.txt $(VENV)/.runtime
	$(PIP_INSTALL) -r requirements-bench.txt
	@touch $@
