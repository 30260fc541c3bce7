# Two commands: `make run` serves the product, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test test-long hostile bench bench-long lock translations format clean

run: $(VENV)/.run
	@$(BIN)/pybabel -q compile -d lms/web/translations
	@LMS_DEMO=$${LMS_DEMO-1} $(BIN)/python -m lms.jobs.serve

test: $(VENV)/.test
	@$(BIN)/python -m tests.everything

# Only what is said on the command line counts: USER is also whoever runs `make`.
said = $(if $(filter command,$(origin $(1))),--$(2) "$($(1))")

hostile: $(VENV)/.run ## Cheats against a running house: make hostile URL=… USER=… PASSWORD=…
	@$(BIN)/python -m tests.hostile $(call said,URL,url) $(call said,USER,user) \
	  $(call said,PASSWORD,password) $(call said,OTHERS,others) $(call said,JSON,json) \
	  $(if $(LONG),--long)

test-long: $(VENV)/.test ## Ten thousand changed bytes of each form; twenty races; a thousand kills, power cuts by the hundred
	@$(BIN)/python -m pytest -n 2 -m long
	@LMS_SEEDS=20 $(BIN)/python -m pytest -n 2 tests/commerce tests/classes -k races
	@LMS_SEEDS=20 LMS_TEST_ENGINE=postgresql $(BIN)/python -m pytest -n 2 tests/commerce tests/classes -k races
	@LMS_KILLS=1000 LMS_CUTS=60 $(BIN)/python -m pytest -n 2 tests/chaos
	@LMS_KILLS=1000 LMS_CUTS=60 LMS_TEST_ENGINE=postgresql $(BIN)/python -m pytest -n 2 tests/chaos

bench: $(VENV)/.test
	@$(BIN)/python -m tests.bench

bench-long: $(VENV)/.test ## A province at study, its day's bytes, a batch, its years (GROWTH=0.1: a tenth)
	@$(BIN)/python -m tests.bench.province
	@$(BIN)/python -m tests.bench.day
	@$(BIN)/python -m tests.bench.batch
	@$(BIN)/python -m tests.bench.files
	@$(BIN)/python -m tests.bench.growth $(GROWTH)

$(VENV)/.run: .ci/lock/run.txt .ci/setup
	@PYTHON=$(PYTHON) sh .ci/setup $(VENV) .ci/lock/run.txt && touch $@

$(VENV)/.test: .ci/lock/test.txt .ci/setup
	@PYTHON=$(PYTHON) sh .ci/setup $(VENV) .ci/lock/test.txt && touch $@ $(VENV)/.run

lock: ## Pin every dependency anew, with hashes (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" pyproject.toml -o .ci/lock/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --extra test pyproject.toml -o .ci/lock/test.txt

translations: $(VENV)/.test ## Gather the words of code and templates into the English catalogue
	$(BIN)/pybabel -q extract -F .ci/babel.cfg -k _l -k _n:1,2 --no-location --sort-output \
	  --omit-header -o $(VENV)/messages.pot .
	$(BIN)/pybabel -q update -N --ignore-obsolete -i $(VENV)/messages.pot -d lms/web/translations -l en
	$(BIN)/pybabel -q compile -d lms/web/translations

format: $(VENV)/.test
	$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .

clean:
	rm -rf $(VENV) var
