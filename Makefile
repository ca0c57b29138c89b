# Two commands matter: `make run` (set up and demo) and `make test` (everything that must hold).
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
export UV_SYSTEM_CERTS := 1
export UV_PYTHON_DOWNLOADS := never
STATIC := chat_ui/dist/index.html
UI_SOURCES := $(shell find chat_ui -path chat_ui/node_modules -prune -o -path chat_ui/dist -prune -o -type f -print 2>/dev/null)

.PHONY: run test setup ui lint types imports unit evals-smoke evals engine-report ui-test e2e lock clean bench prove mutants

run: .make/runtime $(STATIC)  ## Set up and start the demo on http://localhost:$(PORT)
	$(BIN)/omnify demo --port $(PORT)

test: setup lint types imports unit evals-smoke ui-test e2e  ## Everything that must hold

setup: .make/dev $(STATIC)

.boot/bin/uv:
	$(PYTHON) -m venv .boot
	.boot/bin/pip install --quiet uv==0.13.9

.make/runtime: requirements.lock pyproject.toml | .boot/bin/uv
	@mkdir -p .make
	@test -x $(BIN)/python || .boot/bin/uv venv --quiet --python $(PYTHON) $(VENV)
	@test -f .make/dev || .boot/bin/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@mkdir -p chat_ui/dist
	.boot/bin/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

.make/dev: requirements-dev.lock pyproject.toml | .boot/bin/uv
	@mkdir -p .make chat_ui/dist
	@test -x $(BIN)/python || .boot/bin/uv venv --quiet --python $(PYTHON) $(VENV)
	.boot/bin/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock
	.boot/bin/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@ .make/runtime

chat_ui/node_modules/.package-lock.json: chat_ui/package-lock.json
	cd chat_ui && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(STATIC): chat_ui/node_modules/.package-lock.json $(UI_SOURCES)
	cd chat_ui && npm run --silent build
	@touch $@

ui: $(STATIC)

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

unit:
	$(BIN)/pytest -n 2 --dist worksteal --ignore=tests/e2e

evals-smoke:  ## Judge the embedded engine by the world; fails on any violation or a lost share
	$(BIN)/omnify evals run --suite smoke --model embedded --least 0.85

evals:  ## All scenarios and the red team against a puppet; reports in var/evals
	$(BIN)/omnify evals run --suite full --model embedded --out var/evals/full
	$(BIN)/omnify evals run --suite redteam --model puppet --out var/evals/puppet

engine-report:  ## How well paraphrases that the embedded engine never saw are routed; one minute
	$(BIN)/python -m omnify_agents.engine.report

ui-test: chat_ui/node_modules/.package-lock.json
	cd chat_ui && npm run --silent check

e2e: $(STATIC)
	cd chat_ui && npm run --silent e2e

lock: | .boot/bin/uv  ## Resolve the two lock files anew
	.boot/bin/uv pip compile pyproject.toml --extra semantic --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet -o requirements.lock
	.boot/bin/uv pip compile pyproject.toml --extra semantic --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet -o requirements-dev.lock

prove: setup  ## The money path's invariants at full length: one table, about half an hour
	$(BIN)/python -m tests.money.prove

mutants: setup  ## Mistakes in the money modules, one at a time: the tests must catch 85 %; ARGS="--share 0.2"
	$(BIN)/python -m tests.money.mutants $(ARGS)

bench:
	$(BIN)/python benchmarks/turn_overhead.py

clean:
	rm -rf .venv .boot .make chat_ui/node_modules chat_ui/dist
