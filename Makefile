.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

unexport PYTHONDONTWRITEBYTECODE VIRTUAL_ENV

# uv trusts only its own list of certificates unless told to use the machine's.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt),)
export UV_SYSTEM_CERTS := 1
endif

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
INSTALL := $(UV) pip install --quiet --python $(VENV) --compile-bytecode \
	--constraints constraints.txt --build-constraints constraints.txt --editable .
KILLS := 3000
RUN_READY := $(VENV)/.ready-to-run
DEV_READY := $(VENV)/.ready-to-develop

.PHONY: help run dev test soak unit check format lint types contracts spelling project-file \
	docs-check system-packages bench fmt constraints clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

run: $(RUN_READY) ## Run the corporate sale in a store of its own, .run
	@SALES_HOME="$(CURDIR)/.run" $(BIN)/sales run-process corporate-sale

dev: $(DEV_READY) ## Make .venv with all tools, and the commit hooks
	@if git rev-parse --git-dir >/dev/null 2>&1; then $(BIN)/prek install; fi

test: $(DEV_READY) system-packages ## Run every test
	$(BIN)/pytest

soak: $(DEV_READY) system-packages ## Kill 3,000 commands, let writers race; SEED=N does it again
	KILLS=$(KILLS) $(BIN)/pytest tests/durability $(if $(SEED),--randomly-seed=$(SEED))

unit: $(DEV_READY) ## Run the tests that need no database and no terminal
	$(BIN)/pytest tests/unit

check: format lint types contracts spelling project-file docs-check test ## All that CI runs

format: $(DEV_READY)
	$(BIN)/ruff format --quiet --check --diff .

lint: $(DEV_READY)
	$(BIN)/ruff check --quiet .

types: $(DEV_READY)
	$(BIN)/mypy

contracts: $(DEV_READY)
	$(BIN)/lint-imports --no-logo

spelling: $(DEV_READY)
	$(BIN)/codespell

project-file: $(DEV_READY)
	$(BIN)/validate-pyproject pyproject.toml

docs-check: $(DEV_READY)
	@if [ -e scripts/reference ]; then $(BIN)/python scripts/reference --check; fi

system-packages:
	@scripts/system-packages

bench: $(DEV_READY) ## Measure time, power and memory, as ratios; BENCH="--only day" for a part
	@$(BIN)/python -m compileall -q salescli bench
	@$(BIN)/python -m bench $(BENCH)

fmt: $(DEV_READY) ## Format, and mend what the linter can
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

constraints: | $(UV) ## Pin the newest versions in constraints.txt
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --all-extras --group dev \
		--no-annotate --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make constraints" --output-file constraints.txt pyproject.toml

clean: ## Remove .venv, the store of make run, and every cache
	rm -rf $(VENV) .run dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(UV):
	@PYTHON="$(PYTHON)" scripts/make-venv $(VENV)

$(RUN_READY): pyproject.toml constraints.txt | $(UV)
	@echo "Installing what sales needs" >&2
	@$(INSTALL)
	@touch $@

$(DEV_READY): pyproject.toml constraints.txt | $(UV)
	@echo "Installing what sales and its tests need" >&2
	@$(INSTALL) --group dev
	@touch $@ $(RUN_READY)
