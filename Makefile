# Each target sets up what it needs, then does one thing. Override any of these, as in `make lab PYTHON=python3.12`.
PYTHON ?= python3
PROFILE ?= quick
DATA ?= digits32
OUT ?=
RUN ?= runs/quick-digits32
SERVE_FLAGS ?=
LAB_FLAGS ?=
TEST_FLAGS ?=
ASSIGNMENT ?=
CHECK ?=
GRADE_FLAGS ?=
WORKERS ?= --numprocesses=logical --maxprocesses=8 --no-loadscope-reorder

# Threads that have nothing to do sleep instead of spinning: on a shared machine, spinning made training 5 times slower.
export OMP_WAIT_POLICY ?= passive

VENV := .venv
BIN := $(VENV)/bin

# Written last, so that an install which was cut short is taken up again.
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
READY_SITE := $(VENV)/.ready-site
DEVELOPMENT := .[dev,scale,site]

.DEFAULT_GOAL := help
.PHONY: help lab check test test-all browser-all capstone serve release bundle grade book

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

lab: $(READY) ## open your copies of the course, in work/, in JupyterLab (LAB_FLAGS=--no-browser prints its address instead)
	$(BIN)/python -m compresslab.selfcheck
	$(BIN)/python -m classroom lab $(LAB_FLAGS)

check: $(READY) ## run the checks of an exercise of yours (ASSIGNMENT=ch01_why_compression, or ch01; CHECK=linear_macs for one function)
	@test -n "$(ASSIGNMENT)" || { echo "Which exercise? make check ASSIGNMENT=ch01_why_compression" >&2; exit 1; }
	@$(BIN)/python -m classroom check $(ASSIGNMENT) $(CHECK)

test: $(READY_DEV) ## run every check and test (TEST_FLAGS="-k floors" picks some tests)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest $(WORKERS) $(TEST_FLAGS)

test-all: ## the same, and judge every answer whatever the ledger of verdicts says, and all cheats everywhere
	ALL_CHEATS=1 $(MAKE) --no-print-directory test TEST_FLAGS="--judge-all $(TEST_FLAGS)"

browser-all: ## run the tests in a browser, with every chapter in JupyterLab and every page of the site
	ALL_CHAPTERS=1 $(MAKE) --no-print-directory test TEST_FLAGS="-m browser $(TEST_FLAGS)"

capstone: $(READY) ## compress a model in every way and report (PROFILE=quick|full DATA=digits32|cifar10|imagefolder:PATH OUT=folder)
	$(BIN)/python -m compresslab.capstone --profile "$(PROFILE)" --data "$(DATA)" $(if $(OUT),--out "$(OUT)")

serve: $(READY) ## serve a capstone's model.onnx beside its baseline, with a page (RUN=runs/quick-digits32 SERVE_FLAGS="--port 8000")
	$(BIN)/python -m compresslab.serving --run "$(RUN)" $(SERVE_FLAGS)

release: $(READY) ## generate the learners' exercises/ from solutions/
	$(BIN)/python -m classroom release

bundle: $(READY) ## pack the learners' archive, without answers, into dist/ (ASSIGNMENT=ch01_why_compression for one alone)
	$(BIN)/python -m classroom bundle $(if $(ASSIGNMENT),--assignment "$(ASSIGNMENT)")

grade: $(READY) ## grade what a class handed in (ASSIGNMENT=ch01_why_compression GRADE_FLAGS="--jobs 4")
	@test -n "$(ASSIGNMENT)" || { echo "Which assignment? make grade ASSIGNMENT=ch01_why_compression" >&2; exit 1; }
	$(BIN)/python -m classroom grade $(ASSIGNMENT) $(GRADE_FLAGS)

book: $(READY_SITE) ## build the course as a static site in build/book: executes the chapters that have changed, checks every link
	$(BIN)/python -m coursebook

$(READY): pyproject.toml constraints.txt
	$(call install,.)

$(READY_DEV): pyproject.toml constraints.txt
	$(call install,$(DEVELOPMENT))

$(READY_SITE): pyproject.toml constraints.txt
	$(call install,.[site])

# A working environment is kept, whatever PYTHON says by now; a broken one is made anew. Then one pip call for
# everything, since torch and torchvision must come from one build family.
define install
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
		$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
			echo "$(PYTHON) is missing or not Python 3.11 to 3.13: name one that is, as in 'make lab PYTHON=python3.12'." >&2; \
			exit 1; }; \
		$(PYTHON) -m venv --clear $(VENV) || { \
			echo "No virtual environment could be made: on Debian and Ubuntu, 'apt install python3-venv' helps." >&2; \
			exit 1; }; }
	$(BIN)/python -m pip install --constraint constraints.txt --editable '$(1)'
	@cp lib/classroom/cohort/formgrader/nbgrader_of_the_course.json $(VENV)/etc/jupyter/jupyter_server_config.d/
	@mkdir -p $(VENV)/share/jupyter/lab/settings && cp lib/classroom/study/overrides.json $(VENV)/share/jupyter/lab/settings/
	@touch $@
endef
