# The verbs of this project. Each sets up what it needs, once; `make` without a verb lists them.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
DISTRIBUTIONS := pyproject.toml schedule_client/pyproject.toml schedule_stack/pyproject.toml
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.PHONY: help up simulate engine smoke smoke-clean test check docs bench nightly fmt packages dist lock clean
.DEFAULT_GOAL := help

help: ## List the verbs
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

up: $(READY) ## Run the laptop stack: schedules really fire (ARGS="--for 60s")
	@$(BIN)/schedules dev $(ARGS)

simulate: $(READY) ## Run a catalog over simulated time (ARGS="--from 2027-01-04 --to 2027-01-11")
	@$(BIN)/schedules dev --simulate $(ARGS)

engine: $(READY) ## Walk the program through a stack's life under Pulumi's own engine (the first time builds it)
	@$(BIN)/python -m local engine $(ARGS)

smoke: $(READY) ## Deploy a throw-away stack to an AWS account, see what AWS does with it, and delete it (ARGS="--profile test")
	@$(BIN)/python -m local smoke $(ARGS)

smoke-clean: $(READY) ## Delete what ended smoke tests have left in AWS
	@$(BIN)/python -m local smoke --clean $(ARGS)

test: $(READY) ## Run the tests (ARGS="-k name")
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal $(ARGS)

check: $(READY) ## Lint, types, and our own catalog's check
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/pyright --warnings
	@$(BIN)/schedules check

docs: $(READY) ## Build the documentation site into build/website/html
	@$(BIN)/python -m website

bench: $(READY) ## Measure against what a user would pick instead (ARGS="evaluator")
	@$(BIN)/python -m benchmarks $(ARGS)

nightly: $(READY) ## Run what is too long for every change: ten times the examples of each property, the client on its oldest boto3, every benchmark, the soak
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m hypothesis --hypothesis-profile nightly --timeout 3600 $(ARGS)
	@$(BIN)/uv pip install --quiet --target build/oldest-boto3 boto3==1.34.0 botocore==1.34.0
	@PYTHONPATH=build/oldest-boto3 $(BIN)/python -m pytest -q -m "" tests/schedule_client
	@$(BIN)/python -m benchmarks

fmt: $(READY) ## Format, and fix what the linter can fix
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

packages: $(READY) ## Stage the Lambda packages that `pulumi up` deploys
	@$(BIN)/schedules packages $(ARGS)

dist: $(READY) ## Build the three distributions into dist/ and check them
	@rm -rf dist
	@for folder in . schedule_client schedule_stack; do $(BIN)/uv build --quiet --out-dir dist $$folder || exit 1; done
	@$(BIN)/twine check --strict dist/*.whl dist/*.tar.gz

lock: $(READY) ## Renew requirements.lock from the three pyproject.toml files (ARGS="--upgrade")
	@$(BIN)/uv pip compile --quiet $(DISTRIBUTIONS) --all-extras --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-package schedule-client --no-emit-package schedule-catalog \
		--no-annotate --no-header -o requirements.lock $(ARGS)

clean: ## Remove everything that the verbs made
	@rm -rf .venv .stack build dist node_modules .pytest_cache .ruff_cache .hypothesis

# uv comes from the lock itself, by its hash, and then installs the rest of the lock.
$(READY): requirements.lock $(DISTRIBUTIONS)
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if v >= (3, 11) else f"Python 3.11 or newer is needed and {sys.executable} is {v[0]}.{v[1]}: name one with make PYTHON=python3.11")'
	@echo "setting up .venv from requirements.lock (about 600 MB, once)"
	@test -x $(BIN)/uv || $(PYTHON) -m venv --clear .venv
	@awk '/^uv==/ {found = 1} found {print} found && !/\\$$/ {exit}' requirements.lock > .venv/uv.lock
	@test -x $(BIN)/uv || $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r .venv/uv.lock
	@$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --compile-bytecode --no-deps --no-build-isolation --editable . --editable schedule_stack
	@$(BIN)/python -m compileall -q schedule_catalog schedule_client
	@touch $@
