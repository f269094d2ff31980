# The two commands: `make` runs the pipeline, `make test` the tests. Both install what they need.

export PATH := $(CURDIR)/.venv/bin:$(PATH)
PYTHON ?= python3
MODEL ?= gemma-2b-it
FILE ?= src/anecdot/dot/isomorphism.py
TESTS ?= tests/$(notdir $(patsubst %/,%,$(dir $(FILE))))

.PHONY: all test mutate lint readme plots play experiment serve clean help
.DEFAULT_GOAL := all

all: .venv/installed  ## install, run the pipeline, print the results
	dvc repro
	python src/evaluate.py --show

test: .venv/installed-dev  ## run the tests
	python -m pytest

# By mutmut, on a copy in mutants/; `mutmut show NAME` tells what was changed.
mutate: .venv/installed-dev  ## what do tests miss? make mutate FILE=src/... TESTS="tests/..."
	python -m pip install --quiet --disable-pip-version-check -r requirements-mutate.txt
	rm -rf mutants
	printf '[mutmut]\nsource_paths=src\nonly_mutate=$(FILE)\nalso_copy=\n  benchmarks\n  params.yaml\n' > setup.cfg
	printf 'pytest_add_cli_args=-n0\npytest_add_cli_args_test_selection=' >> setup.cfg
	printf '\n  %s' $(TESTS) >> setup.cfg
	OMP_NUM_THREADS=1 mutmut run
	mutmut results

lint: .venv/installed-dev  ## check style
	ruff check .
	ruff format --check .

readme: .venv/installed  ## fill the README's tables from the measured files
	python -m benchmarks.readme

plots: .venv/installed  ## draw the plots on a page that needs no network
	python -m pip install --quiet --disable-pip-version-check -r requirements-plots.txt
	python src/plots.py
	dvc plots show

play: .venv/installed  ## a page to try the adapter in, at http://127.0.0.1:7860
	python src/play.py

experiment: .venv/installed  ## run the pipeline on a hub model: make experiment MODEL=gemma-2b-it
	python src/experiment.py $(MODEL)

serve: .venv/installed-serve models/merged/config.json  ## serve the adapter through OpenAI's API
	python src/serve.py models/merged

clean:  ## remove the environment, checkpoints and caches; keeps results and data
	rm -rf .venv .checkpoints .pytest_cache .ruff_cache .hypothesis mutants setup.cfg

help:  ## list these targets
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 14

.venv/installed: requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "error: Python 3.11 or newer is needed; try: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	python -m pip install --quiet --disable-pip-version-check -r requirements.txt -e .
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt requirements-data.txt
	python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -r requirements-data.txt
	touch $@

.venv/installed-serve: .venv/installed requirements-serve.txt
	python -m pip install --quiet --disable-pip-version-check -r requirements-serve.txt
	touch $@

models/merged/config.json: $(wildcard models/adapter/adapter_model.safetensors)
	python src/export.py --merged models/merged
