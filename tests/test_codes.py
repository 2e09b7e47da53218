"""科目编码: in one, two or three columns, with blanks, merged, zero-stripped, before the name, on pages without a header."""

import pytest

from ingest.read import read_report
from tests import wordfile
from tests.wordfile import p, plain_table, tbl, tc

#: (what, header rows, rows): the same three items in the ways that published tables print their codes.
WAYS = {
    "one column": [
        ["科目编码", "科目名称", "合计", "基本支出"],
        ["208", "社会保障和就业支出", "30.00", "20.00"],
        ["20805", "行政事业单位养老支出", "30.00", "20.00"],
        ["2080501", "行政单位离退休", "12.50", "8.00"],
    ],
    "three columns": [
        ["类", "款", "项", "科目名称", "合计", "基本支出"],
        ["208", "", "", "社会保障和就业支出", "30.00", "20.00"],
        ["208", "05", "", "行政事业单位养老支出", "30.00", "20.00"],
        ["208", "05", "01", "行政单位离退休", "12.50", "8.00"],
    ],
    "three columns, said once": [
        ["类", "款", "项", "科目名称", "合计", "基本支出"],
        ["208", "", "", "社会保障和就业支出", "30.00", "20.00"],
        ["", "05", "", "行政事业单位养老支出", "30.00", "20.00"],
        ["", "", "01", "行政单位离退休", "12.50", "8.00"],
    ],
    "zeros lost": [
        ["类", "款", "项", "科目名称", "合计", "基本支出"],
        ["208", "", "", "社会保障和就业支出", "30.00", "20.00"],
        ["208", "5", "", "行政事业单位养老支出", "30.00", "20.00"],
        ["208", "5", "1", "行政单位离退休", "12.50", "8.00"],
    ],
}
ITEM = ("社会保障和就业支出", "行政事业单位养老支出", "行政单位离退休")


def read(tmp_path, *tables):
    body = p("甲县财政局2023年度部门决算") + "".join(p("支出决算表") + p("单位：万元") + table for table in tables)
    return read_report(wordfile.write(tmp_path / "甲县财政局2023年度部门决算.docx", body))


def figures(bundle):
    return {
        (f.row_path, f.column_path): f.raw for f in bundle.facts if f.source.table is not None and f.value is not None
    }


@pytest.mark.parametrize("rows", WAYS.values(), ids=WAYS)
def test_an_item_stands_under_the_items_whose_codes_its_own_begins_with(tmp_path, rows):
    found = figures(read(tmp_path, plain_table(rows)))
    assert found[ITEM, ("合计",)] == "12.50"
    assert found[ITEM, ("基本支出",)] == "8.00"
    assert found[ITEM[:2], ("合计",)] == "30.00"
    assert len(found) == 6  # no code is a figure


@pytest.mark.parametrize("rows", WAYS.values(), ids=WAYS)
def test_codes_are_on_the_account_as_understood_and_name_their_items(tmp_path, rows):
    bundle = read(tmp_path, plain_table(rows))
    assert bundle.ledger[0].unclear == ()
    assert ("2080501", "行政单位离退休") in bundle.short_names


def test_codes_under_two_header_rows_beside_the_total(tmp_path):
    table = tbl(
        tc("项目", 4) + tc("合计", merge="start") + tc("基本支出", merge="start"),
        tc("功能分类科目编码", 3) + tc("科目名称") + tc("", merge="go") + tc("", merge="go"),
        tc("类") + tc("款") + tc("项") + tc("合计") + tc("42.50") + tc("28.00"),
        tc("208") + tc("") + tc("") + tc("社会保障和就业支出") + tc("42.50") + tc("28.00"),
        tc("208") + tc("05") + tc("01") + tc("行政单位离退休") + tc("12.50") + tc("8.00"),
    )
    found = figures(read(tmp_path, table))
    assert found[("合计",), ("合计",)] == "42.50"
    assert found[("社会保障和就业支出", "行政单位离退休"), ("基本支出",)] == "8.00"


def test_whole_codes_merged_over_their_three_columns(tmp_path):
    table = tbl(
        tc("类") + tc("款") + tc("项") + tc("科目名称") + tc("决算数"),
        tc("208", 3) + tc("社会保障和就业支出") + tc("30.00"),
        tc("2080501", 3) + tc("行政单位离退休") + tc("12.50"),
    )
    assert figures(read(tmp_path, table))[("社会保障和就业支出", "行政单位离退休"), ("决算数",)] == "12.50"


def test_blocks_side_by_side_each_under_their_own_codes(tmp_path):
    rows = [
        ["类", "款", "科目名称", "决算数", "类", "款", "科目名称", "决算数"],
        ["301", "", "工资福利支出", "90.00", "302", "", "商品和服务支出", "9.00"],
        ["301", "01", "基本工资", "40.00", "302", "01", "办公费", "2.10"],
        ["301", "02", "津贴补贴", "50.00", "302", "02", "印刷费", ""],
    ]
    found = figures(read(tmp_path, plain_table(rows)))
    assert found[("工资福利支出", "基本工资"), ("决算数",)] == "40.00"
    assert found[("商品和服务支出", "办公费"), ("决算数",)] == "2.10"


def test_pages_go_on_without_a_header_also_where_the_title_is_repeated_and_the_total_is_cut_off(tmp_path):
    first = plain_table([*WAYS["three columns"][:3]])
    second = plain_table([["208", "05", "01", "行政单位离退休", "12.50", "8.00"], ["", "", "", "其他", "1.00", "0.50"]])
    total = plain_table([["合计", "42.50", "28.00"]])
    title = p("支出决算表") + p("单位：万元")
    body = p("甲县财政局2023年度部门决算") + title + first + p("- 2 -") + title + second + total
    bundle = read_report(wordfile.write(tmp_path / "甲县财政局2023年度部门决算.docx", body))
    found = {(f.source.table, f.row_path, f.column_path): f for f in bundle.facts if f.value is not None}
    assert found[1, ITEM, ("合计",)].raw == "12.50"
    held = found[2, ("合计",), ("基本支出",)]
    assert (held.raw, held.source.row, held.source.column, held.unit) == ("28.00", 0, 2, "万元")


@pytest.mark.parametrize(
    "rows",
    [
        [["人数", "说明", "金额"], ["208", "在编", "12.50"], ["305", "退休", "8.00"]],
        [["序号", "项目", "金额"], ["101", "办公费", "12.50"], ["102", "印刷费", "8.00"]],
        [["预算编码", "项目", "得分"], ["50011623", "惠民演出", "95"], ["50011624", "送戏", "90"]],
    ],
    ids=["a count", "serial numbers", "a project's number"],
)
def test_numbers_that_are_no_codes_are_none(tmp_path, rows):
    bundle = read(tmp_path, plain_table(rows))
    assert bundle.short_names == () or all(not short.isdigit() for short, _ in bundle.short_names)


def test_a_code_in_a_question_asks_for_its_item(tmp_path):
    from tests.conftest import assistant_over

    body = p("甲县财政局2023年度部门决算") + p("支出决算表") + p("单位：万元") + plain_table(WAYS["three columns"])
    assistant = assistant_over(tmp_path / "s", wordfile.write(tmp_path / "甲县财政局2023年度部门决算.docx", body))
    by_code, by_name = assistant.ask("2080501的基本支出是多少"), assistant.ask("行政单位离退休的基本支出是多少")
    assistant.close()
    assert [str(v.value) for v in by_code.values] == [str(v.value) for v in by_name.values] == ["8.00"]


@pytest.mark.parametrize(
    ("rows", "path"),
    [
        (
            [["科目名称", "科目编码", "合计"], ["行政运行", "2010601", "200"], ["信息化建设", "2010607", "30"]],
            ("行政运行",),
        ),
        ([["名称", "项", "金额"], ["货物", "12", "200"], ["服务", "15", "30"]], ("货物",)),
    ],
    ids=["names before codes", "a count of items"],
)
def test_a_code_is_no_part_of_a_name(tmp_path, rows, path):
    facts = [f for f in read(tmp_path, plain_table(rows)).facts if f.raw == "200"]
    assert [f.row_path for f in facts] == [path]


@pytest.mark.parametrize("between", [[p("单位：万元")], [p("固定资产情况表"), p("单位：万元")], []])
def test_a_closed_table_gives_its_header_to_nobody(tmp_path, between):
    first = plain_table([["项目", "预算数", "决算数"], ["工资", "100", "90"], ["合计", "100", "90"]])
    second = plain_table([["房屋", "50", "48"], ["车辆", "20", "21"]])
    body = p("甲县财政局2023年度部门决算") + p("收入表") + p("单位：万元") + first + "".join(between) + second
    bundle = read_report(wordfile.write(tmp_path / "甲县财政局2023年度部门决算.docx", body))
    assert not any(f.column_path for f in bundle.facts if f.source.table == 1)
