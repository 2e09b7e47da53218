# make run   建好环境、读入样例、打开网页问答（127.0.0.1:7860）
# make test  建好环境（含测试依赖）、跑代码检查、类型检查和测试
# make browser 驱动真浏览器的测试（要 Chromium；CI 也跑）
# make slow  几千次的试验：乱问、乱杀进程、坏文件（CI 也跑）
# make gold  跑评测题，低于 eval/recorded.json 就失败；网页写到 build/eval.html
# make wheel 打包、装进一个新环境、在别处把各个命令跑一遍（CI 也跑）
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

PORT ?= 7860

.PHONY: run test lint unit browser slow gold wheel bench clean

run: $(VENV)/.installed
	@echo "正在启动网页问答：http://127.0.0.1:$(PORT) （第一次要读入两份样例，约十秒）"
	$(BIN)/jixiao serve --samples assistant/data/samples --port $(PORT) --open

test: lint unit

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: $(VENV)/.installed-test
	$(BIN)/python -m pytest -m "not browser and not slow"

browser: $(VENV)/.installed-test
	$(BIN)/python -m pytest -m browser

slow: $(VENV)/.installed-test
	$(BIN)/python -m pytest -m slow

wheel: $(VENV)/.installed-test
	$(BIN)/python -m tests.installed

gold: $(VENV)/.installed-test
	$(BIN)/jixiao eval run --recorded eval/recorded.json --report build/eval.html

bench: $(VENV)/.installed-test
	$(BIN)/jixiao eval bench

$(VENV)/bin/python:
	@echo "正在建 Python 环境 $(VENV) …"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "正在安装依赖（第一次要下载约 500 MB，几分钟；下面是 pip 的进度）…"
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on --editable . | grep --line-buffered -E "^(Collecting|Downloading|Installing|Successfully)" || true
	$(BIN)/jixiao --version
	touch $@

$(VENV)/.installed-test: pyproject.toml | $(VENV)/bin/python
	@echo "正在安装依赖和测试用的工具（第一次几分钟）…"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
