# Two commands for a newcomer: `make demo` (or `make report` without a screen) and `make test`.
# Each makes its own environment in .venv; only Python 3.11 and pip are needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo report test check bench lock help

help:
	@echo "make demo    the demonstration laboratory and the simulated national services, in a browser"
	@echo "make report  the main job without a screen; documents and messages in out/"
	@echo "make test    all tests"
	@echo "make check   format, lint, types, imports"
	@echo "make bench   speed and memory"

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: $(READY)
	$(BIN)/eprouvette demo

report: $(READY)
	$(BIN)/eprouvette report --out out

test: $(READY)
	$(BIN)/pytest -n 2 --dist loadgroup

check: $(READY)
	$(BIN)/ruff format --check src tests
	$(BIN)/ruff check src tests
	$(BIN)/lint-imports
	DATABASE_URL=postgresql://types@localhost/none EPROUVETTE_DATA=$(VENV)/types $(BIN)/mypy

bench: $(READY)
	$(BIN)/python tests/bench $(ONLY)

lock:
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --extra dev --extra official \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate \
	    --build-deps-for=editable --output-file requirements.lock pyproject.toml
