"""The Word reader against the fixtures' hand-made grids, and against files written at random."""

import json
import zipfile

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.docx import read_docx
from ingest.read import read_report
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


CELL = wordfile.tc
TABLES = {
    "a deleted row is gone": (
        "<w:tbl><w:tr>" + CELL("甲") + "</w:tr><w:tr><w:trPr><w:del w:id='1'/></w:trPr>" + CELL("旧") + "</w:tr></w:tbl>",
        [[0, 0, 1, 1, "甲"]],
    ),
    "an inserted row is there": (
        "<w:tbl><w:tr>" + CELL("甲") + "</w:tr><w:tr><w:trPr><w:ins w:id='1'/></w:trPr>" + CELL("新") + "</w:tr></w:tbl>",
        [[0, 0, 1, 1, "甲"], [1, 0, 1, 1, "新"]],
    ),
    "controls round the table, a row and a cell": (
        "<w:sdt><w:sdtContent><w:tbl><w:sdt><w:sdtPr><w:alias w:val='行'/></w:sdtPr><w:sdtContent><w:tr><w:sdt><w:sdtContent>"
        + CELL("甲") + "</w:sdtContent></w:sdt>" + CELL("乙") + "</w:tr></w:sdtContent></w:sdt></w:tbl></w:sdtContent></w:sdt>",
        [[0, 0, 1, 1, "甲"], [0, 1, 1, 1, "乙"]],
    ),
    "custom XML round rows, cells and paragraphs": (
        "<w:customXml><w:tbl><w:customXml><w:tr><w:customXml><w:tc><w:customXml>" + wordfile.p("甲")
        + "</w:customXml></w:tc></w:customXml></w:tr></w:customXml></w:tbl></w:customXml>",
        [[0, 0, 1, 1, "甲"]],
    ),
    "columns left out before and after": (
        "<w:tbl><w:tr>" + CELL("甲") + CELL("乙") + CELL("丙") + "</w:tr><w:tr><w:trPr><w:gridBefore w:val='1'/>"
        "<w:gridAfter w:val='1'/></w:trPr>" + CELL("丁") + "</w:tr></w:tbl>",
        [[0, 0, 1, 1, "甲"], [0, 1, 1, 1, "乙"], [0, 2, 1, 1, "丙"], [1, 1, 1, 1, "丁"]],
    ),
    "a footnote's mark is no digit of the figure": (
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>120.00</w:t></w:r><w:r><w:footnoteReference w:id='1'/></w:r></w:p></w:tc></w:tr></w:tbl>",
        [[0, 0, 1, 1, "120.00"]],
    ),
    "a text box in a cell is read after its text": (
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>外</w:t></w:r><w:r><w:pict><w:txbxContent>" + wordfile.p("内")
        + "</w:txbxContent></w:pict></w:r></w:p></w:tc></w:tr></w:tbl>",
        [[0, 0, 1, 1, "外\n内"]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLES)
def test_tables_read_as_printed(tmp_path, case):
    body, expected = TABLES[case]
    document = read_docx(wordfile.write(tmp_path / "t.docx", body))
    (table,) = [block.table for block in document.blocks if block.table]
    assert cells_of(table) == expected


RELATION = (
    '<Relationship Id="{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}"/>'
)


def relations(**targets):
    links = "".join(RELATION.format(id=f"r{kind}", kind=kind, target=target) for kind, target in targets.items())
    return (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{links}</Relationships>"
    )


def test_text_hidden_by_its_style_is_left_out(tmp_path):
    styles = (
        f"<w:styles {wordfile.NS}><w:style w:styleId='a'><w:rPr><w:vanish/></w:rPr></w:style>"
        "<w:style w:styleId='b'><w:basedOn w:val='a'/></w:style></w:styles>"
    )
    run = '<w:r><w:rPr><w:rStyle w:val="b"/></w:rPr><w:t>密</w:t></w:r><w:r><w:t>明</w:t></w:r>'
    body = f"<w:p>{run}</w:p>" + wordfile.p("全密", '<w:pPr><w:pStyle w:val="b"/></w:pPr>')
    parts = {"word/_rels/document.xml.rels": relations(styles="styles.xml"), "word/styles.xml": styles}
    document = read_docx(wordfile.write(tmp_path / "h.docx", body, parts))
    assert [block.text for block in document.blocks] == ["明"]


def test_automatic_numbers_are_written_out_in_cells_too(tmp_path):
    numbering = (
        f"<w:numbering {wordfile.NS}><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='1'/>"
        "<w:numFmt w:val='chineseCounting'/><w:lvlText w:val='%1、'/></w:lvl></w:abstractNum>"
        "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>"
    )
    counted = "<w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>"
    rows = "".join(f"<w:tr><w:tc><w:p>{counted}</w:p></w:tc>{CELL(name)}</w:tr>" for name in ("甲", "乙"))
    parts = {"word/_rels/document.xml.rels": relations(numbering="numbering.xml"), "word/numbering.xml": numbering}
    body = wordfile.p("概况", counted) + f"<w:tbl>{rows}</w:tbl>"
    document = read_docx(wordfile.write(tmp_path / "n.docx", body, parts))
    assert document.blocks[0].text == "一、概况"
    assert [cell.text for cell in document.blocks[1].table.cells] == ["二、", "甲", "三、", "乙"]


def test_parts_named_null_are_missing_parts(tmp_path):
    parts = {"word/_rels/document.xml.rels": relations(image="NULL", styles="../NULL", header="NULL")}
    assert read_docx(wordfile.write(tmp_path / "n.docx", wordfile.p("文"), parts)).blocks[0].text == "文"


def test_an_iso_strict_file_reads_alike(tmp_path):
    body = wordfile.p("文") + wordfile.tbl(CELL("甲", 2), CELL("乙") + CELL("丙"))
    loose = read_docx(wordfile.write(tmp_path / "a.docx", body))
    path = tmp_path / "b.docx"
    strict = {
        "_rels/.rels": wordfile.RELS.replace(
            "http://schemas.openxmlformats.org/officeDocument/2006", "http://purl.oclc.org/ooxml/officeDocument"
        ),
        "word/document.xml": wordfile.document(body).replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        ),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in strict.items():
            archive.writestr(name, text)
    strictly = read_docx(path)
    assert strictly.blocks[0].text == loose.blocks[0].text
    assert cells_of(strictly.blocks[1].table) == cells_of(loose.blocks[1].table)


def test_header_and_footer_stand_apart(tmp_path):
    part = f"<w:hdr {wordfile.NS}>{wordfile.p('内部资料')}</w:hdr>"
    parts = {"word/_rels/document.xml.rels": relations(header="header1.xml"), "word/header1.xml": part}
    document = read_docx(wordfile.write(tmp_path / "h.docx", wordfile.p("文"), parts))
    assert ([b.text for b in document.blocks], document.apart) == (["文"], ("内部资料",))


def test_nested_tables_come_after_the_table_that_holds_them(tmp_path):
    inner = wordfile.tbl(CELL("内"))
    body = f"<w:tbl><w:tr><w:tc>{wordfile.p('外')}{inner}<w:p/></w:tc></w:tr></w:tbl>" + wordfile.tbl(CELL("后"))
    document = read_docx(wordfile.write(tmp_path / "n.docx", body))
    tables = [(b.table_number, b.inside, b.table.cells[0].text) for b in document.blocks if b.table]
    assert tables == [(0, None, "外"), (1, 0, "内"), (2, None, "后")]


def test_no_cell_of_the_files_is_lost(shared, real_docx):
    """python-docx is the oracle: each table's distinct cells, merged ones once, are the cells on its account."""
    documents = sorted((SHARED / "bench" / "imtqa_dev" / "docs").glob("*.docx"))[::4]
    for path in [*documents, real_docx]:
        bundle = read_report(path)
        outer = [block.table_number for block in bundle.document.blocks if block.table and block.inside is None]
        counted = [len({id(cell._tc) for cell in table._cells}) for table in Document(str(path)).tables]
        assert [bundle.ledger[number].cells for number in outer] == counted, path.name
