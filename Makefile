# Run `make` for a list. Each target sets up what it needs in .venv, once.

.DEFAULT_GOAL := help
.PHONY: help demo test check bench simulate prove pictures format texts lock clean setup-run setup-dev browser-notice
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
UV ?= uv
ARGS ?=

# $(call step,what it is,command): one line if it works, the command's output if it doesn't.
step = @printf '%s\n' "$(1)"; out=$$($(2) 2>&1) || { printf '%s\n' "$$out" >&2; exit 1; }

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

demo: setup-run ## try the bot in the sandbox: no account, no token, no network
	@$(PY) -m sandbox $(ARGS)

test: export PYTHONDONTWRITEBYTECODE := # every test that starts a bot loads the cogs anew; compiling them takes longer
test: setup-dev browser-notice ## run all tests (ARGS="-k link" for some)
	@$(PY) -m pytest -q -n auto --maxprocesses 4 --dist worksteal $(ARGS)

check: setup-dev ## check format, lint, types and import contracts
	$(call step,Format,$(PY) -m ruff format --check .)
	$(call step,Lint,$(PY) -m ruff check .)
	$(call step,Types,$(PY) -m mypy)
	$(call step,Import contracts,.venv/bin/lint-imports)

bench: setup-dev ## measure the bot and its Spotify client (ARGS=spotify_client, large, growth, idle, typing or scale for a part)
	@$(PY) -m benchmarks $(ARGS)

simulate: setup-dev ## send thousands of contributions while calls fail and the bot is killed (ARGS="--database mongodb")
	@$(PY) -m tests.simulation $(ARGS)

prove: setup-dev ## show at length what is promised, and write docs/reliability.md (ARGS=kills for a part)
	@$(PY) -m tests.proving $(ARGS)

pictures: setup-dev ## retake the screenshots in docs/pictures (needs chromium, and a font with emoji)
	@$(PY) -m tests.sandbox.page.pictures

format: setup-dev ## format the code and fix what the linter can
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

texts: setup-dev ## bring locales/*.po and the README's tables of commands up to date with the code
	@$(PY) -m tools.catalogues
	@$(PY) -m tools.commands

lock: ## update requirements/*.txt from pyproject.toml (needs uv)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: pipx install uv, or make lock UV=/path/to/uv" >&2; exit 1; }
	$(call step,requirements/run.txt,$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		pyproject.toml -o requirements/run.txt --custom-compile-command 'make lock' $(ARGS))
	$(call step,requirements/dev.txt,$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt --custom-compile-command 'make lock' $(ARGS))
	$(call step,requirements/bench.txt,$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		requirements/bench.in -c requirements/run.txt -o requirements/bench.txt --custom-compile-command 'make lock' $(ARGS))
	$(call step,requirements/audit.txt,$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		requirements/audit.in -o requirements/audit.txt --custom-compile-command 'make lock' $(ARGS))
	$(call step,requirements/fuzz.txt,$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		requirements/fuzz.in -o requirements/fuzz.txt --custom-compile-command 'make lock' $(ARGS))

clean: ## remove .venv and everything that was built, but keep data/ and .env
	@rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup-run:
	@tools/setup.sh run

setup-dev:
	@tools/setup.sh dev

browser-notice:
	@command -v chromium >/dev/null || \
		echo "There is no browser here, so the browser tests are skipped. To run them: sudo apt install chromium"
