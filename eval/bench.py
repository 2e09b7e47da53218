"""Benchmarks of one report: reading, indexing, answering, a cold start, beside python-docx and docling."""

from __future__ import annotations

import importlib.util
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import typer

from assistant.core import Assistant
from eval.timing import timed, walk_with_python_docx
from ingest.docx import read_docx
from ingest.pipeline import ingest_file
from ingest.read import read_report
from ingest.store import Store

_QUESTIONS = (
    "三公经费控制率是多少?", "本级机构项目支出多少?", "支出合计是多少", "2021年公务接待费预算数", "编制人数是多少",
    "预算执行率", "服务对象满意度", "单位地址在哪里?", "2019年三公经费是多少?", "州财政局的收入合计是多少?",
)  # fmt: skip
DOCLING_MISSING = "docling 未安装，没有对比（pip install 'jixiao[bench]' 后再跑）"


def bench_report(report: Path, rounds: int) -> None:
    """Print the timings of one report, medians over ``rounds`` with the 95th percentile."""
    folder = Path(tempfile.mkdtemp())
    try:
        _reading(report, rounds, folder)
        _answering(report, rounds, folder)
        _cold(report, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _timed(work: Callable[[], object], rounds: int) -> list[float]:
    return [seconds * 1000 for seconds in timed(work, rounds)]


def _show(name: str, times: list[float]) -> float:
    middle = statistics.median(times)
    high = sorted(times)[max(0, round(len(times) * 0.95) - 1)]
    typer.echo(f"{name:<28} p50 {middle:8.1f} ms   p95 {high:8.1f} ms")
    return middle


def _reading(report: Path, rounds: int, folder: Path) -> None:
    own = _show("只解析（docx → 块）", _timed(lambda: read_docx(report), rounds))
    _show("解析并理解（事实、段落）", _timed(lambda: read_report(report), rounds))
    with Store.open(folder / "bench", write=True) as store:

        def fresh() -> None:
            for loaded in store.reports():
                store.delete(loaded.id)
            ingest_file(store, report)

        whole = _show("读入并建索引（含写库）", _timed(fresh, rounds))
    other = _show("python-docx 遍历所有表格", _timed(lambda: walk_with_python_docx(report), max(3, rounds // 4)))
    typer.echo(f"解析 ÷ python-docx = {own / other:.2f}；读入并建索引 ÷ python-docx = {whole / other:.2f}")
    convert = docling_converter()
    if convert is None:
        typer.echo(DOCLING_MISSING)
        return
    parsed = _show("docling 只解析", _timed(lambda: convert(report), max(3, rounds // 4)))
    typer.echo(f"读入并建索引 ÷ docling 只解析 = {whole / parsed:.2f}")


def docling_converter() -> Callable[[Path], object] | None:
    """Return docling's conversion of a file, ``None`` when it isn't installed (``pip install jixiao[bench]``)."""
    if importlib.util.find_spec("docling") is None:
        return None
    from docling.document_converter import DocumentConverter

    convert: Callable[[Path], object] = DocumentConverter().convert
    return convert


def _answering(report: Path, rounds: int, folder: Path) -> None:
    with Store.open(folder / "ask", write=True) as store:
        ingest_file(store, report)
        assistant = Assistant.open(store)
        times = [ms for question in _QUESTIONS for ms in _timed(lambda q=question: assistant.ask(q), rounds)]  # type: ignore[misc]
        _show("回答一问（已打开）", times)


def _cold(report: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "assistant", "ask", _QUESTIONS[0], "--store", str(folder / "ask")]
    _show("冷启动 jixiao ask", _timed(lambda: subprocess.run(command, check=True, capture_output=True), 5))
