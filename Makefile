# Needs make and python3 (3.11 or newer), nothing else. Longer logic lives in tests/*.py.

HOST ?= 127.0.0.1
PORT ?= 8000
UPGRADE ?=

PYTHON := .venv/bin/python
MANAGE := $(PYTHON) manage.py
PYTEST := $(PYTHON) -m pytest
LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
PO := $(wildcard locale/*/LC_MESSAGES/*.po config/third_party_locale/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)

# what knows no database, or asks every database the same: tried once
ONCE := $(wildcard tests/*/rules tests/*/formats) tests/verifier tests/test_access.py \
	tests/contest/test_desk_permissions.py

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help run stack services check faults test lint packages coverage format lock messages access-table screenshots \
	bench-engine bench-board bench-draw bench-questionbank bench-statistics bench-integrity bench-results soak

help:  ## List what make can do
	@sed -nE 's/^([a-z-]+):.*  ## (.*)/\1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r name deed; do printf '  make %-12s %s\n' "$$name" "$$deed"; done

# Running ----------------------------------------------------------------------------------------

# with DEBUG neither in the shell nor in .env, it is a development site
ifeq ($(shell grep -Es '^(export )?DEBUG=' .env),)
run messages: export DEBUG ?= 1
endif

run: .venv/runtime $(MO)  ## Open the sample contest on http://127.0.0.1:8000 (change: HOST, PORT)
	@$(PYTHON) -m tests.machine port $(HOST) $(PORT)
	@echo "Preparing the database and the sample contest ..."
	@mkdir -p "$${DATA_DIR:-var}"
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) sample
	@$(MANAGE) welcome http://$(HOST):$(PORT)
	@exec $(PYTHON) -m uvicorn config.asgi:application --host $(HOST) --port $(PORT) \
		--ws websockets-sansio --ws-per-message-deflate false --ws-max-size 65536 \
		--no-access-log

stack: .venv/runtime $(MO)  ## Serve the sample as in production: nginx, WSGI, ASGI, a worker (PORT)
	@python3 -m tests.machine need postgresql redis-server nginx
	@$(PYTHON) -m tests.machine port 127.0.0.1 $(PORT)
	@exec $(PYTHON) -m tests.services run -- $(PYTHON) -m deploy.stack $(PORT)

services:  ## Start private PostgreSQL and Redis servers and print the URLs to export
	@python3 -m tests.machine need postgresql redis-server
	@exec python3 -m tests.services

# Checking ---------------------------------------------------------------------------------------

# no database or setting of the developer's own has a say here
lint check faults test coverage: export DATABASE_URL := sqlite://:memory:
lint check faults test coverage: export REDIS_URL :=
lint check faults test coverage: export DEBUG := 1

check: lint  ## The quick check: lint, types, templates, migrations, the suite on SQLite
	@python3 -m tests.machine need gettext
	$(PYTEST) -n 2 -m "not e2e and not postgres"

faults: packages .venv/tools $(MO)  ## Kill PostgreSQL, Redis and servers in storms of saves (part of test)
	$(PYTHON) -m tests.services run -- $(PYTEST) -m faults

# on the embedded database the browser walks the main way; every page is tried on the servers
test: packages lint  ## Everything: also PostgreSQL, Redis and a real browser (installs them)
	$(PYTEST) -n 2 --dist loadfile -m e2e tests/e2e/test_whole_contest.py tests/e2e/test_registration.py
	$(PYTEST) -n 2 -m "not e2e and not postgres"
	$(PYTHON) -m tests.services run -- sh -ec \
		'$(PYTEST) -n 2 --dist loadfile -m e2e; $(PYTEST) -n 2 -m "not e2e" $(ONCE:%=--ignore=%)'

lint: .venv/tools $(MO)
	$(PYTHON) -m tests.locks
	.venv/bin/ruff check --output-format concise .
	.venv/bin/ruff format --check --output-format concise .
	.venv/bin/lint-imports --no-logo
	.venv/bin/djlint --quiet --lint templates
	.venv/bin/djhtml --check templates
	.venv/bin/mypy
	$(MANAGE) makemigrations --check --dry-run
	random() { $(PYTHON) -c "import secrets; print(secrets.token_urlsafe($$1))"; }; \
		DEBUG=0 HTTPS=1 ALLOWED_HOSTS=hoithi.example EMAIL_URL=smtp://localhost \
		SECRET_KEY=$$(random 64) PERSONAL_DATA_KEYS=$$(random 32) BLIND_INDEX_KEY=$$(random 32) \
		$(MANAGE) check --deploy --fail-level WARNING

packages:
	@python3 -m tests.machine need python3-venv postgresql redis-server nginx chromium gettext \
		fonts-dejavu-core libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation2

coverage: .venv/tools $(MO)  ## Which lines and branches the SQLite suite leaves out
	.venv/bin/coverage run -m pytest -m "not e2e and not postgres"
	.venv/bin/coverage report

# Measuring --------------------------------------------------------------------------------------

bench-engine: .venv/tools  ## Measure the attempt engine on this machine (six minutes, keep it idle)
	@python3 -m tests.machine need postgresql redis-server nginx
	@$(PYTHON) -m bench.engine $(BENCH)

bench-board: .venv/tools  ## Measure the live board on this machine (four minutes, keep it idle)
	@python3 -m tests.machine need postgresql redis-server
	@$(PYTHON) -m bench.board $(BENCH)

soak: .venv/tools  ## Watch the servers' memory for an hour of saves (SOAK="--minutes 10")
	@python3 -m tests.machine need postgresql redis-server nginx
	@$(PYTHON) -m bench.soak $(SOAK)

bench-draw: .venv/tools  ## Measure how alike papers are and how often each question is drawn
	@$(PYTHON) -m bench.draw

bench-questionbank: .venv/tools $(MO)  ## Measure imports of 5,000 questions and near-duplicates among 20,000
	@folder=$$(mktemp -d); trap 'rm -r "$$folder"' EXIT; \
		DEBUG=1 DATA_DIR="$$folder" DATABASE_URL="sqlite:///$$folder/bench.sqlite3" \
		DJANGO_SETTINGS_MODULE=config.settings $(PYTHON) -m bench.questionbank

bench-statistics: .venv/tools $(MO)  ## Measure the statistics of 100,000 papers (six minutes)
	@python3 -m tests.machine need postgresql redis-server
	@DEBUG=1 $(PYTHON) -m tests.services run -- $(PYTHON) -m bench.item_statistics

bench-results: .venv/tools $(MO)  ## Measure regrading, ranking, exporting and checking a large result (ten minutes)
	@python3 -m tests.machine need postgresql redis-server
	@folder=$$(mktemp -d); trap 'rm -r "$$folder"' EXIT; \
		DEBUG=1 DATA_DIR="$$folder" DJANGO_SETTINGS_MODULE=config.settings \
		$(PYTHON) -m tests.services run -- $(PYTHON) -m bench.jury

bench-integrity: .venv/tools $(MO)  ## Measure the scan of 100,000 participants and the unit picker (five minutes)
	@folder=$$(mktemp -d); trap 'rm -r "$$folder"' EXIT; \
		DEBUG=1 DATA_DIR="$$folder" DATABASE_URL="sqlite:///$$folder/bench.sqlite3" \
		DJANGO_SETTINGS_MODULE=config.settings $(PYTHON) -m bench.integrity

# Tending ----------------------------------------------------------------------------------------

format: .venv/tools  ## Sort imports, format code, indent templates
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/djhtml templates

lock: .venv/tools  ## Compile the requirements anew; UPGRADE=--upgrade moves the pins
	$(LOCK) $(UPGRADE) requirements.in --output-file requirements.txt
	$(LOCK) $(UPGRADE) requirements-dev.in --output-file requirements-dev.txt

access-table: .venv/tools $(MO)  ## Write docs/access.md anew: who may open which page
	DATABASE_URL=sqlite://:memory: REDIS_URL= DEBUG=1 $(PYTEST) -q tests/test_access.py \
		--write-access-table

messages: .venv/runtime  ## Gather the texts to translate into locale/en
	@python3 -m tests.machine need gettext
	$(MANAGE) makemessages --locale en --add-location file --no-wrap --ignore tests --ignore var

screenshots: packages .venv/tools $(MO)  ## Take the pictures of the README in a real browser
	$(PYTHON) -m tests.e2e.screenshots

# What the above stands on -----------------------------------------------------------------------

# the stamps are younger than the files whose packages are installed
.venv/runtime: requirements.txt
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@python3 -m tests.machine need python3-venv
	@echo "Installing the packages of requirements.txt into .venv ..."
	@python3 -m venv .venv
	@$(PYTHON) -m pip install -qq --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/tools: requirements-dev.txt .venv/runtime
	@echo "Installing the packages of requirements-dev.txt into .venv ..."
	@$(PYTHON) -m pip install -qq --disable-pip-version-check -r requirements-dev.txt
	@touch $@

%.mo: %.po .venv/runtime
	@.venv/bin/pybabel compile --input-file $< --output-file $@
	@test -f $@  # Babel skips a catalogue whose header is marked fuzzy
