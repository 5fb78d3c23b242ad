# Each target does all the set-up it needs; from a fresh clone, `make serve` or `make test` is the only thing to type.
# The virtual environment is .venv; nothing outside this folder is touched, except that root on Debian
# gets python3-venv, for the tests curl, chromium and raptor2-utils, and for the benchmarks wrk.

PYTHON ?= python3
PORT ?= 8080
README ?=
ARGS ?=

BIN := .venv/bin
# The stamp knows the place: a moved or copied checkout gets a new environment, and not the scripts of the old one.
INSTALLED := .venv/.installed-$(shell printf %s "$(CURDIR)" | cksum | cut -d' ' -f1)
# What only the tests or only the benchmarks need, each in a folder of its own, made once.
COMUNICA := .venv/comunica/.installed
COMUNICA_LOCK := tests/serving/endpoint/comunica
RDFLIB_ENDPOINT := .venv/rdflib-endpoint/.installed
SSSOM_PY := .venv/sssom-py/.installed
# The JavaScript that the web pages take from others. The rule for it ends well without it: only the tests insist.
WIDGETS := build/widgets/THIRD-PARTY-LICENSES.txt
WIDGETS_FROM := $(addprefix widgets/,.npmrc editor.css editor.js graph.js package.json package-lock.json)

# What the caller has active must not leak in.
unexport ITGRAPH_RELEASE PYTHONHOME PYTHONPATH VIRTUAL_ENV
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PIP_ROOT_USER_ACTION := ignore

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: bench build chromium clean curl docs help lint rapper screenshots serve setup soak test verify-survey wrk

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-22s %s\n", $$1, $$2 }'

serve: build ## build, print the LLaMA family, serve at http://127.0.0.1:8080 until Ctrl-C (PORT=8081 to change)
	@$(BIN)/itgraph lineage model/llama --down
	@$(BIN)/itgraph serve --port $(PORT)

test: chromium curl rapper build $(COMUNICA) $(SSSOM_PY) ## all tests (ARGS="-k lineage" for some of them)
	@$(MAKE) --question --no-print-directory $(WIDGETS) || { echo "the tests need the widgets of the web pages" >&2; exit 1; }
	@$(call pytest,-n 2 --dist loadfile -m "not soak and not alone")
	@$(call pytest,-m "not soak and alone")

soak: build ## minutes of good and hostile load on the endpoint (SOAK_MINUTES=5)
	@$(BIN)/python -m pytest -m soak tests/serving/endpoint $(ARGS)

setup: $(INSTALLED) ## the virtual environment in .venv, with itgraph and the tools of its developers

build: $(INSTALLED) $(WIDGETS) ## a release from data/ and ontology/, and the widgets of the web pages, into build/
	@$(BIN)/itgraph build

lint: $(INSTALLED) ## style, types, layers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

docs: $(INSTALLED) ## docs/cli.md from the running command, and the table of saved queries in docs/sparql.md
	@$(BIN)/python -m itgraph.cli.reference docs/cli.md
	@$(BIN)/python -m itgraph.cli.questions docs/sparql.md

screenshots: chromium build ## the pictures of the README, taken anew
	@$(BIN)/python docs/screenshots.py

bench: chromium wrk $(WIDGETS) $(INSTALLED) $(RDFLIB_ENDPOINT) ## what the build, the commands, the endpoint and the pages cost (ARGS=--write keeps the tables in benchmarks/RESULTS*.md)
	@$(BIN)/python benchmarks/bench.py $(ARGS)
	@$(BIN)/python benchmarks/search.py $(filter --write,$(ARGS))
	@$(BIN)/python benchmarks/exports.py $(ARGS)
	@$(BIN)/python benchmarks/questions.py $(ARGS)
	@$(BIN)/python benchmarks/endpoint.py $(filter --write,$(ARGS))
	@$(BIN)/python benchmarks/site.py $(filter --write,$(ARGS))

verify-survey: $(INSTALLED) ## import the survey's README=path again; any difference from data/survey fails
	@test -n "$(README)" || { echo "which README? — make verify-survey README=path/to/README.md" >&2; exit 2; }
	@$(BIN)/itgraph import survey "$(README)" --check

rapper: ## raptor's RDF parser, with which the tests read the exports back: Debian has it, pip has not
	@$(call get-program,rapper,raptor2-utils)

chromium: ## the browser that the tests look at the pages with, and with it the fonts: Debian has it, pip has not
	@$(call get-program,chromium,chromium)

curl: ## the client that everybody has, which the tests ask the endpoint with
	@$(call get-program,curl,curl)

wrk: ## the load under which the benchmarks put the endpoint: Debian has it, pip has not
	@$(call get-program,wrk,wrk)

clean: ## back to a fresh clone: removes .venv, build/ and the caches
	@rm -rf .venv build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp that is there, with a pip that runs, means an environment worth keeping; anything else starts afresh.
$(INSTALLED): pyproject.toml hatch_build.py
	@if ! { test -e $@ && $(BIN)/python -m pip --version; } >/dev/null 2>&1; then $(make-venv); fi
	@echo "installing itgraph and its tools into .venv" >&2
	@$(BIN)/python -m pip install -qq --editable '.[dev]'
	@touch $@

# The lock file holds the hash of every package and no address, so npm takes them from wherever it is set up to.
$(COMUNICA): $(addprefix $(COMUNICA_LOCK)/,.npmrc package.json package-lock.json) | $(INSTALLED)
	@echo "installing Comunica into $(@D)" >&2
	@mkdir -p $(@D)
	@cp $^ $(@D)
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix $(@D) ci --no-progress --loglevel error >/dev/null
	@touch $@

# It says in one line what is missing where it fails.
$(WIDGETS): hatch_widgets.py $(WIDGETS_FROM) | $(INSTALLED)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python hatch_widgets.py $(@D) || true

# Beside ours it would bring what uvicorn becomes faster with, which those who install itgraph do not have.
$(RDFLIB_ENDPOINT): | $(INSTALLED)
	@echo "installing rdflib-endpoint into $(@D)" >&2
	@$(BIN)/python -m venv $(@D)
	@$(@D)/bin/python -m pip install -qq 'rdflib-endpoint[cli]>=0.6.3'
	@touch $@

# It needs some 90 packages, and fails beside pandas 3.
$(SSSOM_PY): | $(INSTALLED)
	@echo "installing sssom-py into $(@D)" >&2
	@$(BIN)/python -m venv $(@D)
	@$(@D)/bin/python -m pip install -qq 'sssom>=0.4.15' 'pandas<3'
	@touch $@

# That none of the tests of a kind is chosen by ARGS is no failure.
define pytest
$(BIN)/python -m pytest $(1) $(ARGS) || test $$? -eq 5
endef

# The program, and the package of Debian that has it.
define get-program
if ! command -v $(1) >/dev/null; then \
    if test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
        echo "installing $(2)" >&2; \
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(2) >/dev/null; \
    else \
        echo "$(1) is missing — type: sudo apt-get update && sudo apt-get install -y $(2)" >&2; \
        exit 1; \
    fi; \
fi
endef

# Debian's python3 has no ensurepip before python3-venv is there, and `python3 -m venv` then leaves half a folder.
VENV_PACKAGE = $(notdir $(PYTHON))-venv
define make-venv
set -e; \
if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
    if ! command -v apt-get >/dev/null; then \
        echo "$(PYTHON) is missing, or cannot make a virtual environment — install Python 3.11 or newer with its venv module" >&2; \
        exit 1; \
    elif test "$$(id -u)" = 0; then \
        echo "installing $(VENV_PACKAGE)" >&2; \
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(VENV_PACKAGE) >/dev/null; \
    else \
        echo "$(PYTHON) cannot make a virtual environment — type: sudo apt-get update && sudo apt-get install -y $(VENV_PACKAGE)" >&2; \
        exit 1; \
    fi; \
fi; \
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
    || { echo "$$($(PYTHON) --version) is too old, 3.11 is needed — name a newer one: make PYTHON=python3.12 setup" >&2; exit 1; }; \
rm -rf .venv; \
$(PYTHON) -m venv .venv
endef
