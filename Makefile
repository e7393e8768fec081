# Everything a fresh clone needs: make demo, make test. Only make and Python 3.11 or newer must be there.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
EPOCHS ?= 5
JOBS ?= auto
BENCH := .venv-bench

# The tests run beside each other, so NumPy's own threads would only be in the way; and in many processes, for which
# Python keeps what it has compiled, also where the environment says otherwise.
SIDE_BY_SIDE := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=

.PHONY: help demo test web types oracles bench site notebooks pictures format clean

help:
	@echo "make demo       train a network to read digits while you watch (EPOCHS=5), and test it"
	@echo "make test       style, types, tests and every example of the documentation (JOBS=auto)"
	@echo "make web        build the pages of the lab; the other commands do so by themselves when web/ has changed"
	@echo "make types      make the front end's types anew, after a change of the lab's messages"
	@echo "make oracles    the same numbers as PyTorch and Keras; installs them first"
	@echo "make bench      measure beside other libraries, installed apart, and write docs/performance.md (QUICK=1, ROW=small)"
	@echo "make site       the documentation as a website, in site/, with the lessons as notebooks"
	@echo "make notebooks  only the notebooks, in site/lessons/"
	@echo "make pictures   draw the pictures of the documentation anew"
	@echo "make format     mend the style of the code"
	@echo "make clean      remove all that these have made, the virtual environment too"

demo: $(VENV)/installed web
	@$(BIN)/glassnet demo --epochs $(EPOCHS)

test: $(VENV)/installed-dev web
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@if command -v npm >/dev/null; then cd web && npm run --silent check && npm run --silent test; \
	else echo "Skipped, since npm is missing: the front end's own tests (Biome, Vitest)"; fi
	$(SIDE_BY_SIDE) $(BIN)/python -m pytest -n $(JOBS) --dist worksteal --doctest-modules --ignore=tests/oracles --ignore=src/glassnet/interop --ignore-glob='tests/golden/write*' src tests

web: $(VENV)/installed
	@$(BIN)/python web/build.py

types: $(VENV)/installed-dev
	$(BIN)/python -m tools.lab_types

oracles: $(VENV)/installed-oracles
	$(SIDE_BY_SIDE) $(BIN)/python -m pytest -n $(JOBS) --doctest-modules tests/oracles src/glassnet/interop "tests/docs/test_notebooks.py::test_lesson[08-pytorch-and-keras]"

bench: $(BENCH)/installed
	@$(BENCH)/bin/python -m bench.suite $(if $(QUICK),--quick) $(if $(ROW),--row $(ROW))

site: $(VENV)/installed-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

notebooks: $(VENV)/installed-docs
	$(BIN)/python -m tools.notebooks site/lessons

pictures: $(VENV)/installed-dev
	$(BIN)/python -m tests.docs.write_pictures

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@if command -v npm >/dev/null; then cd web && npm run --silent format; fi

clean:
	rm -rf $(VENV) $(BENCH) demo site build dist web/node_modules src/glassnet/lab/static .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/created:
	@python=$$(sh tools/find-python) && echo "Setting up $(VENV) with $$python (once) …" && $$python -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/created pyproject.toml
	@$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@echo "Installing what the tests need (once) …"
	@$(PIP) install --quiet --editable '.[dev]'
	@touch $@

$(VENV)/installed-oracles: $(VENV)/installed-dev
	@echo "Installing the oracles, PyTorch among them (once) …"
	@$(PIP) install --quiet --editable '.[dev,oracles]'
	@touch $@

$(VENV)/installed-docs: $(VENV)/created pyproject.toml
	@echo "Installing what the site needs (once) …"
	@$(PIP) install --quiet --editable '.[docs]'
	@touch $@

# Each rival by itself: where one has no wheel, the others are measured without it.
$(BENCH)/installed: pyproject.toml bench/rivals/requirements.txt
	@python=$$(sh tools/find-python) && echo "Setting up $(BENCH), with the rivals (once) …" && $$python -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip --disable-pip-version-check install --quiet --editable .
	@while read rival; do $(BENCH)/bin/python -m pip --disable-pip-version-check install --quiet "$$rival" </dev/null || echo "Without $$rival"; \
	done < bench/rivals/requirements.txt
	@touch $@
