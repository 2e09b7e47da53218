"""The Word reader against the fixtures' hand-made grids, and against files written at random."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.docx import read_docx
from tests import wordfile
from tests.conftest import SHARED

FIXTURES = sorted((SHARED / "fixtures" / "docx").glob("*.docx")) if SHARED.is_dir() else []


def text_of(document):
    lines = []
    for block in document.blocks:
        lines += [cell.text for cell in block.table.cells] if block.table else [block.text]
    return "\n".join(lines)


def cells_of(table):
    return sorted([c.row, c.column, c.rowspan, c.colspan, c.text] for c in table.cells)


def test_there_are_twelve_fixtures(shared):
    assert len(FIXTURES) == 12


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: p.stem)
def test_fixture_is_read_exactly(path):
    document = read_docx(path)
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    tables = [block.table for block in document.blocks if block.table]
    assert [[t.rows, t.columns] for t in tables] == [t["shape"] for t in expected["tables"]]
    assert [cells_of(t) for t in tables] == [sorted(t["cells"]) for t in expected["tables"]]
    text, position = text_of(document), -1
    for words in expected["order"]:
        position = text.find(words, position + 1)
        assert position >= 0, words
    assert all(text.count(words) == 1 for words in expected["once"])
    assert all(words not in text for words in expected["absent"])
    for words in expected["aux"]:
        assert words not in text
        assert any(words in note for note in document.apart)


@st.composite
def merged_grids(draw):
    """A grid cut into rectangles: [row, column, rowspan, colspan, text] per cell."""
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    taken = [[False] * columns for _ in range(rows)]
    cells = []
    for r in range(rows):
        for c in range(columns):
            if taken[r][c]:
                continue
            width = 1
            while c + width < columns and not taken[r][c + width] and draw(st.booleans()) and draw(st.booleans()):
                width += 1
            height = 1
            while r + height < rows and draw(st.booleans()) and draw(st.booleans()):
                height += 1
            for i in range(height):
                for j in range(width):
                    taken[r + i][c + j] = True
            cells.append([r, c, height, width, f"格{len(cells)}"])
    return rows, columns, cells


@given(merged_grids())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_is_what_is_read(tmp_path, grid):
    rows, columns, cells = grid
    lines = []
    for r in range(rows):
        row = ""
        for top, column, height, width, text in sorted(cells, key=lambda cell: cell[1]):
            if top == r:
                row += wordfile.tc(text, width, "start" if height > 1 else "")
            elif top < r < top + height:
                row += wordfile.tc("", width, "go")
        lines.append(row)
    document = read_docx(wordfile.write(tmp_path / "grid.docx", wordfile.tbl(*lines)))
    table = document.blocks[0].table
    assert (table.rows, table.columns) == (rows, columns)
    assert cells_of(table) == sorted(cells)


CASES = {
    "a merge that continues nothing starts a cell": (
        [wordfile.tc("甲", merge="go") + wordfile.tc("乙")],
        [[0, 0, 1, 1, "甲"], [0, 1, 1, 1, "乙"]],
    ),
    "two merges in one column, one under the other": (
        [wordfile.tc("甲", merge="start"), wordfile.tc("", merge="go"), wordfile.tc("乙", merge="start"), wordfile.tc("", merge="go")],
        [[0, 0, 2, 1, "甲"], [2, 0, 2, 1, "乙"]],
    ),
    "a merge under a short row goes nowhere": (
        [wordfile.tc("甲") + wordfile.tc("乙"), wordfile.tc("丙"), wordfile.tc("丁") + wordfile.tc("戊", merge="go")],
        [[0, 0, 1, 1, "甲"], [0, 1, 1, 1, "乙"], [1, 0, 1, 1, "丙"], [2, 0, 1, 1, "丁"], [2, 1, 1, 1, "戊"]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_irregular_merges(tmp_path, case):
    rows, expected = CASES[case]
    document = read_docx(wordfile.write(tmp_path / "m.docx", wordfile.tbl(*rows)))
    assert cells_of(document.blocks[0].table) == expected


RUNS = {
    "hidden text": ('<w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r><w:r><w:t>明</w:t></w:r>', "明"),
    "vanish switched off": ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>明</w:t></w:r>', "明"),
    "deleted and inserted": ("<w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins>", "新"),
    "field": ('<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>3</w:t></w:r>', "3"),
    "symbol": ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>是</w:t></w:r>', "☑是"),
    "ruby": ("<w:r><w:ruby><w:rt><w:r><w:t>pin</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>拼</w:t></w:r></w:rubyBase></w:ruby></w:r>", "拼"),
    "line break": ("<w:r><w:t>上</w:t><w:br/><w:t>下</w:t></w:r>", "上\n下"),
}  # fmt: skip


@pytest.mark.parametrize("case", RUNS)
def test_runs_read_as_printed(tmp_path, case):
    xml, expected = RUNS[case]
    document = read_docx(wordfile.write(tmp_path / "r.docx", f"<w:p>{xml}</w:p>"))
    assert document.blocks[0].text == expected


def test_absurd_spans_are_clamped_and_said(tmp_path):
    body = "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2000000000'/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>"
    document = read_docx(wordfile.write(tmp_path / "s.docx", wordfile.p("文") + body))
    assert document.blocks[1].table.columns <= 1000
    assert "过大" in document.warnings[0]
