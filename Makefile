# `make` lists the targets. Everything runs in .venv, which `make` builds and keeps up to date.

PYTHON ?= python3
CORES ?= all
SNAKEMAKE = .venv/bin/snakemake --cores $(CORES)
# Python compiles what is imported, once, even if the shell forbids it: otherwise every job would compile it
# again. pip would compile all packages first, which takes as long as the installation.
unexport PYTHONDONTWRITEBYTECODE
CONSTRAIN = -c constraints.txt --disable-pip-version-check --quiet --no-compile

# Snakemake reads a brace in a path as a wildcard, Python a colon as the end of a path: refused before installing.
$(foreach letter,{ } :,$(if $(findstring $(letter),$(CURDIR)),$(error the path of this folder holds '$(letter)': move \
or rename it)))

.DEFAULT_GOAL := help
.PHONY: help run quick verify repair adopt test kernels slurm-test check bench docs clean

help:  ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: .venv/run  ## Set up, run the embedded default, print the main table and where the report is
	$(SNAKEMAKE)
	@echo "report: $$PWD/results/report.html"

quick: .venv/run  ## The same pipeline cut down to a first table in a few minutes
	$(SNAKEMAKE) --configfile config/quick.yaml
	@echo "report: $$PWD/results/report.html"

verify: .venv/run  ## Name every result that is missing, changed, or made by other settings, code or libraries
	@$(SNAKEMAKE) --quiet all -- verify_results

repair: .venv/run  ## Make results again that are missing, damaged or made by other settings or code
	$(SNAKEMAKE) -- repair_results

adopt: .venv/run  ## Accept results that were copied here and are proven by their manifest
	$(SNAKEMAKE) --touch --forceall

# two halves in parallel: the tests that share one finished toy run, and all others
test: .venv/dev  ## Set up and run all tests
	@tests/install-tools.sh
	@log=$$(mktemp); .venv/bin/python -m pytest -m "not finished" > "$$log" 2>&1 & rest=$$!; \
	trap 'kill $$rest' INT TERM; \
	.venv/bin/python -m pytest -m finished; finished=$$?; \
	wait $$rest; others=$$?; cat "$$log"; rm -f "$$log"; \
	exit $$((finished != 0 || others != 0))

kernels: .venv/dev  ## Tests that compare floats, under the kernels of several processors
	.venv/bin/python tests/kernels.py

slurm-test: .venv/dev  ## Tests through a real SLURM on this machine, which they install, start and stop (needs root)
	.venv/bin/python -m pytest tests/slurm

check: .venv/dev  ## Format, lint and type checks, without changing a file
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/snakefmt --check Snakefile rules
	.venv/bin/mypy
	.venv/bin/snakemake --lint

bench: .venv/dev  ## Compare speeds with peers, as in docs/performance.md (half an hour, on an idle machine)
	.venv/bin/python benchmarks/switching.py
	.venv/bin/python benchmarks/titles.py
	.venv/bin/python benchmarks/csls.py
	.venv/bin/python benchmarks/read_vectors.py
	.venv/bin/python benchmarks/measures.py
	.venv/bin/python benchmarks/contrastive.py
	.venv/bin/python benchmarks/training.py
	.venv/bin/python benchmarks/scoring.py
	.venv/bin/python benchmarks/bm25.py

docs: .venv/dev  ## Generate config.schema.json, docs/configuration.md and docs/tables.md
	.venv/bin/python docs/generate.py

clean:  ## Delete what was computed and the environment; downloads stay
	rm -rf .venv .snakemake
	find results logs -mindepth 1 -not -name README.md -delete

.venv/bin/pip:
	$(PYTHON) -m venv .venv

.venv/run: .venv/bin/pip pyproject.toml constraints.txt
	.venv/bin/python -m pip install $(CONSTRAIN) -e .
	@touch $@

.venv/dev: .venv/run
	.venv/bin/python -m pip install $(CONSTRAIN) -e '.[dev]'
	@touch $@
