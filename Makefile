# make run   sets up .venv with what the main job needs and lives one life on the embedded model
# make test  sets up .venv with every extra and runs linters, type checks and tests, WORKERS at once

PROMPT ?= Define a function called hello_world
STEPS ?= 6
PYTHON ?= python3
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
CONSTRAINTS := -c constraints.txt
# The vision part of llama.cpp is not used; leaving it out halves the time to compile.
export CMAKE_ARGS ?= -DLLAVA_BUILD=OFF -DMTMD_BUILD=OFF

.PHONY: run test check clean
.DELETE_ON_ERROR:

run: $(VENV)/.run
	$(BIN)/autoagent run "$$PROMPT" --steps $(STEPS)
	@echo "\`. $(BIN)/activate\` makes \`autoagent\` a command of this shell; \`autoagent --help\` lists what it does"

test: check
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

export PROMPT

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "autoagent needs Python 3.11 or newer as '$(PYTHON)'; name another with PYTHON=..."; exit 1; }
	@command -v c++ >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null || \
	  { echo "autoagent needs a C++ compiler for the embedded model; install g++ or clang"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Setting up; the first time compiles llama.cpp, which takes some minutes."
	$(PIP) install $(CONSTRAINTS) -e '.[local]'
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Setting up; the first time compiles llama.cpp, which takes some minutes."
	$(PIP) install $(CONSTRAINTS) -e '.[all]'
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) build dist
