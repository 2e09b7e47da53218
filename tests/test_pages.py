"""Saved web pages: the article without its site, tables with their merges, charsets, pages that call themselves Word."""

import quopri

import pytest

from ingest.errors import UnreadableFileError
from ingest.model import Form
from ingest.read import read_document, read_report

TABLE = """<table border=1><tr><th rowspan=2>项目</th><th colspan=2>支出</th></tr><tr><th>预算数</th><th>决算数</th></tr>
<tr><td>办公费</td><td>12.30</td><td>11.20</td></tr><tr><td>差旅费</td><td></td><td>6.00</td></tr></table>"""
SITE = """<html><head><title>清河县水利局2023年度部门决算-清河县人民政府</title>
<style>.a{color:red}</style><script>var a=1</script></head><body>
<div class="header"><a href=1>首页</a><a href=2>政务公开</a><a href=3>互动交流</a></div>
<div class="breadcrumb">您的位置：<a href=1>首页</a>&gt;<a href=2>财政信息</a>&gt;预决算公开 123.45万元</div>
<div class="main"><div class="content"><h1>清河县水利局2023年度部门决算</h1>
<p>本年支出合计17.20万元，比上年增加1.10万元，增长6.83%%。</p><p style="display:none">看不见的99.99万元</p>
<p>单位：万元</p>%s<p>附件：<a href=x.pdf>决算表.pdf</a></p></div></div>
<ul class="list"><li><a href=1>农业农村局2023年决算支出888.88万元</a></li><li><a href=2>林业局决算777.77万元</a></li></ul>
<div id="footer">版权所有 清河县人民政府 备案号：某ICP备12345678号 电话 0311-666666</div></body></html>"""
GRID = {
    (0, 0, 2, 1, "项目"), (0, 1, 1, 2, "支出"), (1, 1, 1, 1, "预算数"), (1, 2, 1, 1, "决算数"), (2, 0, 1, 1, "办公费"),
    (2, 1, 1, 1, "12.30"), (2, 2, 1, 1, "11.20"), (3, 0, 1, 1, "差旅费"), (3, 1, 1, 1, ""), (3, 2, 1, 1, "6.00"),
}  # fmt: skip


def page(tmp_path, data, name="清河县水利局2023年度部门决算.html"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return path


def grids(document):
    return [
        {(c.row, c.column, c.rowspan, c.colspan, c.text) for c in b.table.cells} for b in document.blocks if b.table
    ]


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-8-sig", "utf-16"])
def test_the_article_is_read_without_its_site(tmp_path, charset):
    document = read_document(page(tmp_path, (SITE % TABLE).encode(charset)))
    said = "\n".join(block.text for block in document.blocks)
    assert grids(document) == [GRID]
    assert "17.20万元" in said
    assert not any(word in said for word in ("888.88", "777.77", "123.45", "99.99", "备案号", "互动交流"))


def test_its_figures_have_names_and_units(tmp_path):
    facts = [f for f in read_report(page(tmp_path, SITE % TABLE)).facts if f.form is Form.FIGURE]
    found = {(f.measure, str(f.value), f.unit) for f in facts}
    assert {("办公费", "11.20", "万元"), ("差旅费", "6.00", "万元")} <= found


def test_a_table_that_only_places_things_is_none(tmp_path):
    laid = f"<table><tr><td><p>左边的话。</p></td><td>{TABLE}</td></tr></table>"
    document = read_document(page(tmp_path, SITE % laid))
    assert grids(document) == [GRID]
    assert any("左边的话" in block.text for block in document.blocks)


def test_a_web_archive_holds_a_page(tmp_path):
    body = quopri.encodestring((SITE % TABLE).encode("utf-8"))
    data = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n--b\r\n"
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + body + b"\r\n--b--\r\n"
    )  # fmt: skip
    assert grids(read_document(page(tmp_path, data, "决算.mhtml"))) == [GRID]


@pytest.mark.parametrize("name", ["决算.doc", "决算.xls", "决算.wps"])
def test_a_page_that_calls_itself_otherwise_is_a_page(tmp_path, name):
    assert grids(read_document(page(tmp_path, SITE % TABLE, name))) == [GRID]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<html></html>", b"<!DOCTYPE html [<!ENTITY a 'b'>]><html>&a;</html>", b"<table>" * 5000, b"<div>" * 200_000,
        b"<p>" + b"<a href='http://x/'>" * 20_000, b"<table><tr><td colspan=99999999 rowspan=99999999>1</td></tr></table>",
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b--",
        b"<html><meta http-equiv=refresh content='0;url=file:///etc/passwd'><iframe src='file:///etc/passwd'></iframe></html>",
    ],
)  # fmt: skip
def test_a_hostile_page_is_read_or_refused(tmp_path, data):
    try:
        document = read_document(page(tmp_path, data))
    except UnreadableFileError as error:
        assert str(error).endswith("。")
    else:
        assert "root:" not in "".join(block.text for block in document.blocks)
