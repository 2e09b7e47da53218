"""Formats of other programs through LibreOffice: the same facts, the original's name, nothing left behind."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from ingest.errors import UnreadableFileError
from ingest.model import Form
from ingest.read import read_document, read_report
from ingest.readers import legacy

PROGRAM = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.fixture
def office():
    if PROGRAM is None:
        message = "LibreOffice (libreoffice-writer, libreoffice-calc) is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return PROGRAM


def saved_as(office, source, ending, folder):
    """Have LibreOffice save a file in another format."""
    subprocess.run(
        [office, "--headless", f"-env:UserInstallation={(folder / 'p').as_uri()}", "--convert-to", ending,
         "--outdir", str(folder), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return folder / f"{source.stem}.{ending}"


def runs(number):
    try:
        return Path(f"/proc/{number}/stat").read_text(encoding="utf-8").split()[2] != "Z"
    except OSError:
        return False


def figures(path):
    return {
        (f.row_path, f.column_path, f.value, f.unit, f.period) for f in read_report(path).facts if f.form is Form.FIGURE
    }


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["doc", "rtf", "odt", "html", "pdf"])
def test_a_report_says_the_same_in_another_format(office, shared, tmp_path, ending):
    source = shared / "bank" / "a5" / "docs" / "滏川市卫健委2023年度部门整体支出绩效自评报告.docx"
    (tmp_path / "o").mkdir()
    held, found = figures(source), figures(saved_as(office, source, ending, tmp_path / "o"))
    assert len(held & found) >= 0.98 * len(held), sorted(map(str, held - found))[:10]


@pytest.mark.slow
def test_a_workbook_says_the_same_as_xls(office, tmp_path, shared):
    source = tmp_path / "template.xlsx"
    shutil.copyfile(shared / "reports" / "public" / "department_budget_template.xlsx", source)
    (tmp_path / "o").mkdir()
    old = read_document(saved_as(office, source, "xls", tmp_path / "o"))
    new = read_document(source)

    def grid(block):
        cells = block.table.cells if block.table else ()
        return block.text, [(c.row, c.column, c.rowspan, c.colspan, c.text) for c in cells]

    assert list(map(grid, old.blocks)) == list(map(grid, new.blocks))


def test_what_the_converter_can_t_read_is_refused_and_leaves_nothing(office, tmp_path):
    path = tmp_path / "坏.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000)
    before = set(Path(tempfile.gettempdir()).glob("jixiao-*"))
    with pytest.raises(UnreadableFileError, match="坏"):
        read_document(path)
    assert set(Path(tempfile.gettempdir()).glob("jixiao-*")) <= before


def test_a_converter_that_hangs_is_stopped_with_all_that_it_started(tmp_path, monkeypatch):
    script = tmp_path / "soffice"
    child = tmp_path / "child"
    script.write_text(f"#!/bin/sh\nsleep 300 & echo $! > '{child}'\nsleep 300\n", encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(legacy, "_program", lambda: str(script))
    monkeypatch.setattr(legacy, "SECONDS", 1)
    path = tmp_path / "慢.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(UnreadableFileError, match="已经停下"):
        read_document(path)
    number = int(child.read_text(encoding="utf-8"))
    end = time.monotonic() + 10
    while runs(number) and time.monotonic() < end:
        time.sleep(0.05)
    assert not runs(number)


def test_without_the_converter_one_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(legacy, "_program", lambda: None)
    path = tmp_path / "旧.wps"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(UnreadableFileError, match="LibreOffice"):
        read_document(path)
