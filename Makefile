# make run   建好环境、读入样例、打开网页问答（127.0.0.1:7860）
# make test  建好环境（含测试依赖）、跑完全部检查和测试
# make gold  跑评测题，低于 eval/recorded.json 就失败；网页写到 build/eval.html
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint unit browser gold bench clean

run: $(VENV)/.installed
	$(BIN)/jixiao serve --samples assistant/data/samples --port $(PORT) --open

test: lint unit browser

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: $(VENV)/.installed-test
	$(BIN)/python -m pytest -m "not browser"

browser: $(VENV)/.installed-test
	$(BIN)/python -m pytest -m browser

gold: $(VENV)/.installed-test
	$(BIN)/jixiao eval run --recorded eval/recorded.json --report build/eval.html

bench: $(VENV)/.installed-test
	$(BIN)/jixiao eval bench

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-test: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
