# Every target first makes .venv from requirements.lock if it is missing, older than the lock, or half made.
PYTHON ?= python3
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
export PYTHONDONTWRITEBYTECODE =
READY := .venv/ready
RUN := .venv/bin/python

.PHONY: chat ask build test test-long evals quality bench prove check audit format guides lock clean

chat: $(READY)  ## open the chat in a browser; builds the index first if need be
	@$(RUN) ui.py

ask: $(READY)  ## ask one question in the terminal
	@$(RUN) -m ingest build --quiet || true
	@$(RUN) -m assistant

build: $(READY)  ## read the PDFs and build the index
	@$(RUN) -m ingest build

test: $(READY)
	@$(RUN) -m pytest -n 3 --dist worksteal -m "not long"

test-long: $(READY)
	@$(RUN) -m pytest -n 2 -m long tests

evals: $(READY)  ## all question sets, development half, held to the floors
	@$(RUN) -m evals gate

quality: $(READY)  ## the page, with what the evals measured
	@$(RUN) ui.py --results

bench: $(READY)  ## side by side with the plain recipe
	@$(RUN) -m evals bench

prove: $(READY)  ## ask marked questions on this computer, then look everywhere for a trace of them
	@$(RUN) -m ingest build --quiet || true
	@$(RUN) -m assistant prove

check: $(READY)  ## format, lint, types
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy

audit: $(READY)  ## known weaknesses of the locked packages; asks the package index
	@$(RUN) -m uv run -q --no-project --isolated --with-requirements .ci/audit.lock python .ci/audit.py

format: $(READY)
	@$(RUN) -m ruff format .
	@$(RUN) -m ruff check --fix .

guides: $(READY)  ## make the guides' PDFs from their Markdown
	@$(RUN) -m ingest guides

# torch stays without a hash, so that a CPU build which the machine offers is taken; what torch brings along
# on a platform (its CUDA packages) is left out and comes with torch itself.
lock:
	@UV_FIND_LINKS= uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --upgrade \
	  --no-header --no-annotate --no-emit-package torch --no-emit-package triton \
	  $$(UV_FIND_LINKS= uv pip compile pyproject.toml --universal --python-version 3.11 --upgrade --no-annotate --no-header 2>/dev/null \
	     | sed -nE 's/^((nvidia|cuda)-[a-z0-9-]+)==.*/--no-emit-package \1/p') \
	  -o requirements.lock.new -q
	@{ echo "# Made by \`make lock\`. Do not edit."; echo "torch==2.13.0"; cat requirements.lock.new; } > requirements.lock
	@rm requirements.lock.new

$(READY): requirements.lock
	@command -v "$(PYTHON)" >/dev/null || { echo "No '$(PYTHON)' was found. Install Python 3.11 to 3.14, or say which to use: make PYTHON=/path/to/python"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || { echo "Avenues needs Python 3.11 to 3.14; '$(PYTHON)' is $$("$(PYTHON)" -V). Say which to use: make PYTHON=/path/to/python"; exit 1; }
	@echo "Setting up .venv (once, about a minute) ..."
	@if command -v uv >/dev/null; then rm -rf .venv; uv venv -q --python "$(PYTHON)" .venv; \
	 else "$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python has no venv module. On Debian or Ubuntu: sudo apt install python3-venv. Elsewhere: install uv (https://docs.astral.sh/uv/) and try again."; exit 1; }; \
	   rm -rf .venv; "$(PYTHON)" -m venv .venv && $(RUN) -m pip install -q --disable-pip-version-check "$$(sed -nE 's/^(uv==[0-9.]+).*/\1/p' requirements.lock)"; fi
	@if command -v uv >/dev/null; then uv pip install -q --python $(RUN) -r requirements.lock; \
	 else $(RUN) -m uv pip install -q --python $(RUN) -r requirements.lock; fi
	@touch $(READY)

clean:  ## remove what was made: environment and index
	@rm -rf .venv index
