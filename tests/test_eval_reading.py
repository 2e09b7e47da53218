"""The reading benchmark measures what it says: reports of the stated size, and every figure printed."""

import pytest
from docx import Document

from eval.reading import PAGE, PAGES, TABLES, _apart, _merged_rows, _report, _table, _write
from ingest.docx import read_docx


@pytest.mark.parametrize("factor", [1, 4])
def test_the_report_has_its_pages_and_tables(tmp_path, factor):
    word = Document(str(_report(tmp_path, factor)))
    characters = sum(len(element.text or "") for element in word.element.body.iter() if element.tag.endswith("}t"))
    assert len(word.element.body.findall(".//{*}tbl")) >= TABLES * factor
    assert characters >= PAGES * PAGE * factor


def test_merged_rows_are_merged(tmp_path):
    (block,) = read_docx(_write(tmp_path / "m.docx", _table(_merged_rows(10)))).blocks
    assert [(c.row, c.rowspan, c.text) for c in block.table.cells if c.column == 0] == [
        (0, 1, "单位"), (1, 5, "第0科"), (6, 5, "第1科"),
    ]  # fmt: skip


def test_memory_is_taken_in_a_process_of_its_own(tmp_path):
    """However much the process holds that starts it: the system carries that over into the usual measure."""
    held = bytearray(300 * 1024**2)
    held[::4096] = b"x" * len(held[::4096])
    seconds, megabytes = _apart(_write(tmp_path / "m.docx", _table(_merged_rows(10))))
    assert 0 <= seconds < 60
    assert 10 < megabytes < 250
    assert len(held) == 300 * 1024**2
