# Thin names for deploy/lab.py, which does the work and needs no make:
#     python3 deploy/lab.py run
PYTHON ?= python3
LAB = $(PYTHON) deploy/lab.py

# make hands settings on, both `PORT=8001 make run` and `make run PORT=8001`.
.DEFAULT_GOAL := help
.PHONY: help run test check format lock screenshots clean

help:    ## list these targets
	@sed -n 's/^\([a-z]*\): *## /  make \1|/p' Makefile | awk -F'|' '{printf "%-16s%s\n", $$1, $$2}'

run:     ## serve the site at http://127.0.0.1:8000/ (HOST=… PORT=… to change)
	@$(LAB) run

test:    ## install what the checks need, then run them all (ARGS="-k word" goes to pytest)
	@$(LAB) test -- $(ARGS)

check:   ## run all checks, with the tools that are installed
	@$(LAB) check -- $(ARGS)

format:  ## put the code in order
	@$(LAB) format

lock:    ## renew requirements*.txt from pyproject.toml (ARGS=--upgrade for new versions)
	@$(LAB) lock -- $(ARGS)

screenshots: ## take the README's pictures from a running site (BASE=http://…)
	@.venv/bin/python deploy/screenshots.py

clean:   ## remove the packages and caches; var/, where the data is, stays
	rm -rf .venv staticfiles .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
