"""What Word keeps beside a figure, or in place of it: note marks, struck-through text, parts of other formats, pictures."""

import pytest

from ingest.errors import UnreadableFileError
from ingest.read import read_document, read_report
from tests import wordfile
from tests.wordfile import p, plain_table

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
NAMESPACES = (
    f'xmlns:r="{OFFICE}/relationships" xmlns:m="{OFFICE}/math" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def run(text, properties=""):
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def cell(content, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{content}</w:p></w:tc>"


RAISED = '<w:vertAlign w:val="superscript"/>'


def written(tmp_path, body, parts=None, name="甲县财政局2023年度报告.docx"):
    marked = body.replace("<w:p>", f"<w:p {NAMESPACES}>", 1) if "<w:p>" in body else body
    return wordfile.write(tmp_path / name, marked, parts)


def table(value):
    rows = "<w:tr>" + cell(run("项目")) + cell(run("决算数（万元）")) + "</w:tr>"
    return f"<w:tbl>{rows}<w:tr>{cell(run('办公费'))}{value}</w:tr></w:tbl>"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (cell(run("11.20") + run("1", RAISED)), "11.20"),
        (cell(run("11.20") + run("[2]", RAISED)), "11.20"),
        (cell(run("11.20") + run("①", RAISED)), "11.20"),
        (cell(run("300m") + run("2", RAISED)), "300m2"),
        (cell(run("10.00", "<w:strike/>") + run("11.20")), "11.20"),
        (cell(run("10.00", "<w:dstrike/>") + run("11.20")), "11.20"),
        (cell(run("11.20", '<w:strike w:val="false"/>')), "11.20"),
        (cell(run("9.99"), "<w:cellDel/>") + cell(run("11.20")), "11.20"),
    ],
    ids=[
        "note",
        "note in brackets",
        "note in a circle",
        "unit",
        "struck",
        "struck twice",
        "not struck",
        "deleted cell",
    ],
)
def test_what_stands_beside_a_figure_is_no_part_of_it(tmp_path, value, text):
    found = read_document(written(tmp_path, p("报告") + table(value))).blocks[-1].table
    assert [c.text for c in found.cells if (c.row, c.column) == (1, 1)] == [text]


def test_an_equation_reads_as_a_line(tmp_path):
    math = (
        "<m:oMath><m:f><m:num><m:r><m:t>470.00</m:t></m:r></m:num><m:den><m:r><m:t>480.00</m:t></m:r></m:den></m:f>"
        "<m:r><m:t>=97.92%</m:t></m:r></m:oMath>"
    )
    bundle = read_report(written(tmp_path, f"<w:p>{run('预算执行率=')}{math}{run('。')}</w:p>"))
    assert bundle.document.blocks[0].text == "预算执行率=470.00/480.00=97.92%。"
    assert [(f.measure, f.raw) for f in bundle.facts] == [("预算执行率", "97.92%")]


HTML = (
    "<html><head><title>x</title><script>var a = '99.99万元';</script></head><body><h2>支出情况</h2><p>单位：万元</p><table>"
    "<tr><th rowspan=2>项目</th><th colspan=2>2023年</th></tr><tr><th>预算数</th><th>决算数</th></tr>"
    "<tr><td>办公费</td><td>12.50</td><td>11.20</td></tr></table><p>以上。</p></body></html>"
)


def chunk(tmp_path, data, name="afchunk.html"):
    rels = (
        f'<?xml version="1.0"?><Relationships xmlns="{RELS}"><Relationship Id="rId9" Type="{OFFICE}/relationships/aFChunk" '
        f'Target="{name}"/></Relationships>'
    )
    body = p("甲县财政局2023年度报告") + f'<w:altChunk xmlns:r="{OFFICE}/relationships" r:id="rId9"/>'
    return written(tmp_path, body, {f"word/{name}": data, "word/_rels/document.xml.rels": rels})


def test_an_html_part_is_read_with_its_merges(tmp_path):
    bundle = read_report(chunk(tmp_path, HTML))
    found = {(f.row_path, f.column_path): f for f in bundle.facts if f.value is not None}
    assert found[("办公费",), ("2023年", "决算数")].raw == "11.20"
    assert found[("办公费",), ("2023年", "决算数")].unit == "万元"
    assert not any("99.99" in block.text for block in bundle.document.blocks)
    assert [block.text for block in bundle.document.blocks if not block.table][-1] == "以上。"


@pytest.mark.parametrize(
    "data",
    [
        "",
        "<table>" * 3000,
        "<td rowspan=999999 colspan=999999>1",
        "<p>" * 50_000 + "x",
        "\x00\x01",
        "<tr><td>1</tr>" * 50,
    ],
    ids=["empty", "nested", "wide", "deep", "binary", "no table"],
)
def test_a_hostile_html_part_harms_nothing(tmp_path, data):
    document = read_document(chunk(tmp_path, data))
    assert document.blocks[0].text == "甲县财政局2023年度报告"


def test_a_part_of_another_format_is_told(tmp_path):
    assert "没有读" in read_document(chunk(tmp_path, "{\\rtf1 x}", "afchunk.rtf")).warnings[0]


EMBEDDED = '<w:p><w:r><w:object><v:shape><v:imagedata r:id="r1"/></v:shape><o:OLEObject ProgID="{}" r:id="r2"/></w:object></w:r></w:p>'
PICTURE = '<w:p><w:r><w:drawing><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><a:blip r:embed="r3"/></a:graphicData></a:graphic></w:drawing></w:r></w:p>'


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (EMBEDDED.format("Excel.Sheet.12"), ["有 1 处嵌入的 Excel 表没有读，请在 Word 里把它转成普通表格"]),
        (EMBEDDED.format("Equation.3"), ["有 1 处嵌入的对象没有读，请把其中的内容粘贴到正文"]),
        (PICTURE + PICTURE, ["有 2 张图片没有读，图里若有表格或数字，请查看原件"]),
        ("", []),
    ],
    ids=["workbook", "object", "pictures", "nothing"],
)
def test_what_is_not_read_is_counted_and_told(tmp_path, content, told):
    marked = content.replace("<w:p>", f"<w:p {NAMESPACES}>")
    file = wordfile.write(tmp_path / "甲县财政局2023年度报告.docx", p("甲县财政局2023年度报告") + marked)
    assert list(read_document(file).warnings) == told


def test_a_struck_through_report_is_empty(tmp_path):
    with pytest.raises(UnreadableFileError):
        read_document(written(tmp_path, f"<w:p>{run('旧稿', '<w:strike/>')}</w:p>"))


NOTHING = ("<w:tbl></w:tbl>", "<w:tbl><w:tr></w:tr></w:tbl>", "<w:tbl><w:tr><w:tc></w:tc></w:tr></w:tbl>")


@pytest.mark.parametrize("nothing", NOTHING, ids=["no rows", "no cells", "an empty cell"])
def test_a_table_of_nothing_stops_no_reading(tmp_path, nothing):
    """Before, after and between tables that go on from each other."""
    first = plain_table(
        [["项目", "类别", "预算数", "决算数"], ["办公费", "甲", "12.5", "11.2"], ["印刷费", "乙", "3.0", "2.9"]]
    )
    rest = plain_table([["差旅费", "丙", "4.0", "3.9"]])
    for body in (nothing + first, first + nothing, first + nothing + rest, first + p("") + nothing + p("") + rest):
        bundle = read_report(written(tmp_path, body))
        assert "11.2" in {fact.raw for fact in bundle.facts}
        assert all(entry.cells == entry.understood + len(entry.unclear) for entry in bundle.ledger)
