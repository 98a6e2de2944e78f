# Works as the first command after a clone, with python3 >= 3.11 (and its venv), make and git.
# If uv is not installed, it is put into .uv/ in this folder.
.DEFAULT_GOAL := help
UV_VERSION := 0.13.9
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
SYNC := $(UV) sync --frozen --inexact --quiet
RUN := .venv/bin/
CORES := $(shell python3 -c 'import os; print(os.cpu_count() or 1)')
# One more than there are cores: many slow tests wait for processes and sockets.
JOBS := $(shell expr $(CORES) + 1)
# Without a bytecode cache, each worker compiles all tests again.
KEEP_BYTECODE := PYTHONDONTWRITEBYTECODE=
# A service cannot start a Python that uv keeps below /root.
export UV_PYTHON_PREFERENCE ?= system
N := 1000000
SEED := 1
FUZZ_SECONDS := 120
RATE := 200
LOAD_SECONDS := 60

.PHONY: help setup install preview test test-all test-pythons nightly lint format bench bench-large bench-peers bench-wiki costs load-test leak-test crash-test fuzz mutation-test memory-test audit docs locales screenshots clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

.uv/bin/uv:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Big Run needs Python 3.11 or newer; python3 here is $$(python3 --version 2>&1)." >&2; exit 1; }
	python3 -m venv .uv
	.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

setup: $(UV) ## install everything into .venv (bot, preview, tests)
	$(SYNC)

install: $(UV) ## install only what an operator runs: the bot and its metrics
	$(SYNC) --no-default-groups --extra metrics

preview: $(UV) ## try the bot in a local web page: no token, no account
	$(SYNC) --no-default-groups --extra preview
	$(RUN)bigrun preview

test: setup lint ## check style, types and imports, then run the tests that take a minute
	$(KEEP_BYTECODE) $(RUN)pytest -n $(CORES) --dist worksteal -m "not slow and not campaign" --hypothesis-profile=quick

test-all: setup lint ## the same with all tests: browser, kills, replication, benchmarks
	$(KEEP_BYTECODE) $(RUN)pytest -n $(JOBS) --dist worksteal -m "not campaign"

test-pythons: $(UV) ## run all tests with each Python from 3.11 to 3.14 that is here, and name the missing ones
	@for version in 3.11 3.12 3.13 3.14; do \
		if $(UV) python find --no-python-downloads $$version >/dev/null 2>&1; then \
			echo "Python $$version:"; \
			UV_PROJECT_ENVIRONMENT=.venv-$$version $(SYNC) --python $$version && \
			$(KEEP_BYTECODE) .venv-$$version/bin/pytest -n $(JOBS) --dist worksteal -m "not campaign" || exit 1; \
		else echo "Python $$version is not installed: it was not tried. (uv python install $$version)" >&2; fi; \
	done

nightly: test-all leak-test crash-test mutation-test fuzz ## all tests and campaigns at full size (hours)
	$(KEEP_BYTECODE) $(RUN)pytest -m campaign
	$(KEEP_BYTECODE) $(RUN)pytest -n $(JOBS) --dist worksteal --hypothesis-profile=thorough tests/wiki tests/corpus tests/render tests/ingest/test_exported.py

lint: setup ## check style, types and imports only
	$(RUN)ruff check
	$(RUN)ruff format --check
	$(RUN)mypy
	$(RUN)lint-imports

format: setup ## let ruff tidy the code
	$(RUN)ruff check --fix
	$(RUN)ruff format

bench: setup ## measure speed beside other bots and engines, up to 100,000 examples (JSON=folder stores the figures)
	$(SYNC) --group bench
	$(RUN)python -m tests.bench.reader $(if $(JSON),--json $(JSON)/reader.json)
	$(RUN)python -m tests.bench.growth $(if $(JSON),--json $(JSON)/growth.json)
	$(RUN)python -m tests.bench.corpus .bench/corpus-60.db .bench/corpus-100000.db --agreement 500 $(if $(JSON),--json $(JSON)/corpus.json)
	$(UV) pip install --quiet --python $(RUN)python --target .bench/zstd zstandard
	PYTHONPATH=.bench/zstd $(RUN)python -m tests.bench.commands .bench/corpus-60.db .bench/corpus-1000.db .bench/corpus-100000.db --beside zstd=.bench/zstd $(if $(JSON),--json $(JSON)/commands.json)
	$(RUN)python -m tests.bench.commands .bench/corpus-60.db --tls $(if $(JSON),--json $(JSON)/commands-tls.json)
	$(RUN)python -m tests.bench.costs --quick $(if $(JSON),--json $(JSON)/costs.json)

bench-large: setup ## the same up to a million examples (half an hour, 4 GB in .bench)
	$(SYNC) --group bench
	$(RUN)python -m tests.bench.growth --most 1000000 $(if $(JSON),--json $(JSON)/growth.json)
	$(RUN)python -m tests.bench.corpus .bench/corpus-60.db .bench/corpus-1000000.db --agreement 500 $(if $(JSON),--json $(JSON)/corpus.json)
	$(RUN)python -m tests.bench.commands .bench/corpus-60.db .bench/corpus-1000.db .bench/corpus-100000.db .bench/corpus-1000000.db --then 100000 $(if $(JSON),--json $(JSON)/commands.json)

bench-peers: setup ## measure bots that only send cards, made with other libraries, beside ours
	$(UV) pip install --quiet --python $(RUN)python --target .bench/disnake disnake==2.12.2
	BIGRUN_CORPUS=.bench/corpus-60.db BIGRUN_STATE=.bench/state.db $(RUN)bigrun load data/tropes
	$(RUN)python -m tests.bench.commands .bench/corpus-60.db --beside disnake=.bench/disnake $(if $(JSON),--json $(JSON)/peers.json)

bench-wiki: N := 10000000
bench-wiki: setup ## measure a corpus as large as the wiki: N generated examples (says first how much disk it needs)
	$(RUN)python -m tests.bench.wiki --examples $(N) $(if $(JSON),--json $(JSON)/wiki.json)

costs: setup ## measure what hostile pages cost, and how long they hold others up (twenty minutes)
	$(RUN)python -m tests.bench.costs $(if $(JSON),--json $(JSON)/costs.json)

load-test: setup ## send RATE commands a second for LOAD_SECONDS seconds, some answers failing on the way
	$(RUN)python -m tests.loopback.load --rate $(RATE) --seconds $(LOAD_SECONDS)

leak-test: setup ## look for spoiler leaks in N hostile texts and N saved pages, with every available markdown renderer
	@if command -v npm >/dev/null; then cd tests/markdown_renderers/node && npm ci --silent --no-audit --no-fund; \
		else echo "Node is not installed: its two readers are left out." >&2; fi
	$(RUN)python -m tests.markdown_renderers.campaign --n $(N) --seed $(SEED)
	$(RUN)python -m tests.wiki.html_campaign --n $(N) --seed $(SEED)

crash-test: N := 1000
crash-test: setup ## kill processes that write, N times, and see that nothing is lost
	$(RUN)python -m tests.state.crash_test --n $(N) --seed $(SEED)

fuzz: setup ## read what a fuzzer invents for FUZZ_SECONDS seconds
	$(UV) venv --quiet --allow-existing .fuzz --python .venv/bin/python
	$(UV) pip install --quiet --python .fuzz/bin/python atheris==3.0.0 hypothesis
	.fuzz/bin/python -m tests.fuzz.read_page -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -len_control=0 -artifact_prefix=.fuzz/

mutation-test: setup ## break what hides spoilers, and see that the tests notice
	$(RUN)python -m tests.render.mutations

memory-test: setup ## load the worst pages, and see that none needs too much memory, time or room
	$(RUN)python -m tests.security.loading --worst

audit: $(UV) ## look for known weaknesses in the locked packages (needs the internet)
	$(UV) audit --frozen

docs: setup ## rebuild docs/commands.md and .env.example from the code
	$(RUN)python -m tests.generate_docs

locales: setup ## bring the catalogues of languages up to date (LOCALE=de: one, also a new one)
	$(RUN)python -m tests.catalogues $(LOCALE)

screenshots: setup ## rebuild the pictures in docs/images (needs chromium)
	$(RUN)python -m tests.browser.screenshots --out docs/images

clean: ## remove what make installed
	rm -rf .venv .venv-3.* .uv .fuzz .bench tests/markdown_renderers/node/node_modules
