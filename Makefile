# What people type. Each target says what it does: make help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help engine root root-check images demo test test-long check format graph versions clean

ROOT_IMAGE = $(shell sed -n 's/^\# root: *//p' libs/versions/versions.txt)
NX = npx nx

help: ## Say what there is to type
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

node_modules: package-lock.json
	npm ci --no-audit --no-fund
	@touch node_modules

engine: ## Use the engine of this machine, or get and start one (Debian, Ubuntu)
	@tools/engine/engine.sh start

root: engine ## Have the root image: the pinned one, or one made from Debian packages where that can't be had
	@tools/root/resolve-root.sh $(ROOT_IMAGE) >/dev/null

root-check: engine ## Check that IMAGE can be a root: make root-check IMAGE=python:3.11-slim-bookworm
	@test -n "$(IMAGE)" || { echo "usage: make root-check IMAGE=python:3.11-slim-bookworm" >&2; exit 2; }
	@tools/root/check-root.sh "$(IMAGE)"

images: node_modules root ## Build all images
	$(NX) run-many -t docker-build --output-style=stream

demo: node_modules root ## Take a small made film through the whole pipeline, offline, and say where the result lies
	$(NX) run pipeline:demo --output-style=stream

test: node_modules root ## Run all tests, and build what they need
	tools/checks/test.sh

test-long: node_modules root ## Run the tests that rebuild the real family
	tools/checks/test.sh long

check: node_modules ## Run every check that needs no engine: locks, types, lint, format
	tools/checks/check.sh

format: node_modules ## Rewrite TypeScript and Python in the project's format
	npx prettier --write .
	.cache/checks/bin/ruff format --config libs/shared-py/pyproject.toml libs images tools

graph: node_modules ## Open the graph of the images
	$(NX) graph

clean: ## Remove what the workspace made: receipts, caches, test data; images stay
	rm -rf dist .nx .cache libs/*/dist tools/*/dist
