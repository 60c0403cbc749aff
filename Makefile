# `make` alone lists the commands. They need Python 3.11 or newer and nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run seed test check audit fix languages lock

PORT ?= 6900
HOST ?= 127.0.0.1
PYTEST ?=
export PYTHONUNBUFFERED := 1
# What is compiled once is kept: the tests start many processes.
export PYTHONDONTWRITEBYTECODE :=

python := .venv/bin/python

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

setup: ## Make the environment .venv
	@.ci/environment

setup-dev: ## The same, with what tests and checks need
	@.ci/environment dev

run: setup ## Run everything on http://localhost:6900 (PORT=N, HOST=0.0.0.0) with a demonstration
	@exec $(python) manage.py serve --demo --port $(PORT) --host $(HOST)

seed: setup ## Put the demonstration into the running installation
	@exec $(python) manage.py seed_demo

test: setup-dev ## Run the tests (PYTEST="tests/core -k port")
	@.ci/browser
	@$(python) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(PYTEST)

check: setup-dev ## Look for mistakes: style, types, layers, migrations, templates, security, settings
	@.ci/check

fix: setup-dev ## Format code and templates, and mend what can be mended mechanically
	@$(python) -m ruff check --quiet --fix . || true
	@$(python) -m ruff format --quiet .
	@git ls-files -z '*.html' | xargs -0 -r .venv/bin/djade --target-version 5.2 || true

languages: setup-dev ## Bring locale/ up to date with the texts of pages, code and scripts
	@$(python) .ci/languages

audit: setup-dev ## Ask whether what we stand on has known holes, where the database of them can be reached
	@$(python) .ci/locks
	@.ci/audit

lock: setup-dev ## Compile requirements*.in into requirements*.txt (UPGRADE=--upgrade for newer versions)
	@for lock in requirements requirements-dev tests/conformance/requirements; do \
		$(python) -m uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
			--custom-compile-command "make lock" -o $$lock.txt $$lock.in || exit 1; \
	done
