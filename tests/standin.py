"""A report that stands in for the real one where only the page is tried: its facts and figures, in words of our own."""

from pathlib import Path

from tests import wordfile
from tests.wordfile import p, plain_table

NAME = "湘西州工信局2021年度部门整体支出绩效自评报告.docx"
_SPENT = [
    ["机构名称", "支出合计", "基本支出", "人员支出", "公用支出", "项目支出"],
    ["局机关及二级机构汇总", "6568.82", "2490.09", "2119.96", "370.14", "4078.15"],
    ["1、本级机构", "5682.64", "1934.66", "1701.52", "233.14", "3747.98"],
    ["2、州企业服务中心", "502.38", "204.92", "186.18", "18.73", "297.46"],
    ["3、州墙体材料改革办公室", "211.84", "211.84", "104.90", "106.95", "0"],
    ["4、州散装水泥办", "171.38", "138.68", "127.36", "11.32", "32.70"],
]
_CONTROLLED = [
    ["经费控制情况", "2020年决算数", "2021年预算数", "2021年决算数"],
    ["“三公”经费", "16.94", "70.60", "14.02"],
    ["1、公务接待费", "3.32", "38.30", "2.52"],
    ["2、公务用车运行维护费", "13.62", "32.30", "11.50"],
    ["办公费", "12.40", "——", "10.70"],
]
_SCORED = [
    ["一级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
    ["管理指标", "三公经费控制率", "≤100%", "19.86%", "10", "10"],
    ["总分", "", "", "", "10", "10"],
]
Part = str | list[list[str]]


def write(folder: Path) -> Path:
    """Write it as a Word file."""
    body = "".join(p(part) if isinstance(part, str) else plain_table(part) for part in _parts())
    return wordfile.write(folder / NAME, body)


def write_text(folder: Path) -> Path:
    """Write it as the flattened text that converters make: a row behind an empty line, a cell behind a tab."""
    lines: list[str] = []
    for part in _parts():
        if isinstance(part, str):
            lines.append(part)
        else:
            lines += [line for row in part for line in ("", *(f"\t{text}" for text in row))] + [""]
    path = folder / NAME.replace(".docx", ".txt")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _parts() -> list[Part]:
    return [
        "2021年度部门整体支出绩效自评报告",
        "单位名称：湘西土家族苗族自治州工业和信息化局（以下简称“湘西州工信局”）",
        "一、部门基本概况",
        [["联系人", "杨琛", "联系电话", "0743-8223316"], ["单位地址", "吉首市人民北路58号", "评价等次", "优"]],
        [["名目", "2021年（人）"], ["人员编制", "87"], ["实有在职人数", "84"]],
        "二、部门收支情况",
        "部门年度支出情况（单位：万元）",
        _SPENT,
        "2021年支出合计6568.25万元。酒鬼酒全年利润总额11.91亿元，同比增长82.99%。全州新建5G基站1320个。",
        "三、“三公”经费情况",
        "单位：万元",
        _CONTROLLED,
        "按年度预算70.60万元计，三公经费控制率为19.86%。",
        "四、人员情况",
        "2021年末编制人数91人，实有在职84人。",
        "附件1 基础数据表",
        [["指标", "2021年"], ["三公经费控制率", "19.86%"], ["固定资产利用率", "98.00%"]],
        "附件2 自评表",
        _SCORED,
    ]
