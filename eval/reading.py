"""Benchmarks of reading alone: a report of 20 pages, how time grows with size, merged rows, memory at the limits."""

from __future__ import annotations

import copy
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import typer
from docx import Document

from eval.corpus.generate import write_corpus
from eval.timing import timed, walk_with_python_docx
from ingest.docx import read_docx
from ingest.limits import MAX_CHARACTERS
from ingest.package import MAX_TAGS
from ingest.read import read_report

PAGES, TABLES, PAGE = 20, 10, 800
_ROWS = 20_000
_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}" Target="word/document.xml"/></Relationships>'
)


def bench_reading(rounds: int) -> None:
    """Print the medians over ``rounds``, their ratios in this one run, and the peak memory of a process a file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _sizes(folder, rounds)
        _merged(folder, max(3, rounds // 4))
        _memory(folder)


def _median(work: Callable[[], object], rounds: int) -> float:
    return statistics.median(timed(work, rounds))


def _sizes(folder: Path, rounds: int) -> None:
    reports = [(factor, _report(folder, factor)) for factor in (1, 4, 16)]
    base = 0.0
    for factor, path in reports:
        times = max(3, rounds // factor)
        parsed = _median(partial(read_docx, path), times)
        whole = _median(partial(read_report, path), times)
        base = base or whole
        typer.echo(
            f"{PAGES * factor} 页、{TABLES * factor} 张表：只解析 {parsed:.3f} 秒，解析并理解 {whole:.3f} 秒，"
            f"是 {PAGES} 页的 {whole / base:.1f} 倍（大小 {factor} 倍）"
        )
        if factor == 1:
            other = _median(partial(walk_with_python_docx, path), 3)
            typer.echo(f"  python-docx 遍历表格 {other:.3f} 秒；解析并理解 ÷ python-docx = {whole / other:.2f}")


def sized_report(folder: Path, pages: int) -> Path:
    """Write a synthetic report of a multiple of 20 pages, a table on every second page; return its path."""
    return _report(folder, pages // PAGES)


def _report(folder: Path, factor: int) -> Path:
    """Write a synthetic report of ``factor`` × 20 pages of 800 characters and ``factor`` × 10 tables."""
    corpus = folder / "corpus"
    if not corpus.exists():
        write_corpus(corpus, 6, 5, faults=False)
    word = Document(str(max((corpus / "reports").glob("*.docx"), key=lambda p: len(Document(str(p)).tables))))
    body = word.element.body
    tables = [element for element in body if element.tag.endswith("}tbl")]
    words = [element for element in body if element.tag.endswith("}p")]
    while len(tables) > TABLES:
        body.remove(tables.pop())
    for number in range(TABLES - len(tables)):
        body.insert(len(body) - 1, copy.deepcopy(tables[number % len(tables)]))
    characters = sum(len(element.text or "") for element in body.iter() if element.tag.endswith("}t"))
    number = 0
    while characters < PAGES * PAGE:
        added = copy.deepcopy(words[number % len(words)])
        body.insert(len(body) - 1, added)
        characters += sum(len(element.text or "") for element in added.iter() if element.tag.endswith("}t"))
        number += 1
    once = [copy.deepcopy(element) for element in list(body)[:-1]]
    for _ in range(factor - 1):
        for element in once:
            body.insert(len(body) - 1, copy.deepcopy(element))
    path = folder / f"{factor}.docx"
    word.save(str(path))
    return path


def _write(path: Path, body: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", _RELS)
        archive.writestr("word/document.xml", f"<w:document {_NS}><w:body>{body}</w:body></w:document>")
    return path


def _cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def _merged_rows(rows: int) -> Iterator[str]:
    yield "".join(map(_cell, ("单位", "项目", "预算数（万元）", "决算数（万元）")))
    for row in range(rows):
        merge = '<w:vMerge w:val="restart"/>' if row % 5 == 0 else "<w:vMerge/>"
        yield _cell(f"第{row // 5}科" if row % 5 == 0 else "", merge) + "".join(
            map(_cell, (f"项目{row}", f"{row}.5", str(row)))
        )


def _table(rows: Iterator[str]) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def _merged(folder: Path, rounds: int) -> None:
    path = _write(folder / "merged.docx", _table(_merged_rows(_ROWS)))
    parsed = _median(lambda: read_docx(path), rounds)
    whole = _median(lambda: read_report(path), rounds)
    typer.echo(f"{_ROWS} 行、每五行纵向合并：只解析 {parsed:.2f} 秒，解析并理解 {whole:.2f} 秒")


def _memory(folder: Path) -> None:
    pairs = MAX_TAGS // 24
    table = (_cell(f"项目{row}") + _cell(str(row)) for row in range(pairs))
    said = "项目支出5万元，比上年增长3%。"
    text = f"<w:p><w:r><w:t>{said * 10}</w:t></w:r></w:p>" * (MAX_CHARACTERS // len(said) // 10)
    for name, body in (("标签到上限的表", _table(table)), ("字数到上限的正文", text)):
        path = _write(folder / "large.docx", body)
        seconds, megabytes = _apart(path)
        typer.echo(f"{name}：{seconds:.1f} 秒，内存峰值 {megabytes} MB")


def _apart(path: Path) -> tuple[float, int]:
    """Read a file in a process of its own; return its seconds and its peak memory in MB."""
    shown = subprocess.run(
        [sys.executable, "-m", "eval.reading", str(path)], check=True, capture_output=True, text=True
    ).stdout.split()
    return float(shown[0]), int(shown[1])


def main(path: Path) -> None:
    """Read one file and print its seconds and this process's peak memory in MB."""
    started = time.perf_counter()
    read_report(path)
    seconds = time.perf_counter() - started
    typer.echo(f"{seconds:.2f} {_own_peak()}")


def _own_peak() -> int:
    """Return this process's peak memory in MB.

    Linux carries ``ru_maxrss`` over from the process that started this one; ``VmHWM`` begins anew with the program.
    """
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").split("\n") if status.exists() else []
    own = next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), None)
    return (own if own is not None else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) // 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
