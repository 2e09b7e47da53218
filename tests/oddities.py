"""Reports that nobody would write and everybody's converter makes: nameless figures, empty headers, no year, no owner."""

import random
from pathlib import Path

from tests import wordfile
from tests.wordfile import p, plain_table, tbl, tc

LONG = "关于印发预算绩效管理办法的通知所列各项指标完成情况" * 8


def odd_reports(folder: Path) -> list[Path]:
    """Write them; each has something that a reader or a question may stumble over."""
    bodies = {
        "无名": plain_table([["", "", ""], ["", "12.5", "13"], ["", "7", ""]]),
        "只有数": plain_table([["1", "2"], ["3", "4"]]),
        "原因无名": plain_table([["", "偏差原因"], ["", "因疫情推迟"], ["", ""], ["12", "——"]]),
        "一格": plain_table([["100万元"]]),
        "只有表头": plain_table([["指标", "目标值", "完成值", "偏差原因分析及改进措施"]]),
        "全合并": tbl(tc("2023年度收支情况", 3), tc("12.50", 3), tc("", 3)),
        "空": p(" "),
        "重名": plain_table([["项目", "金额", "金额"], ["甲", "1", "2"], ["甲", "3", "4"], ["", "5", ""]]),
        "长名": plain_table([[LONG, "2023年"], [LONG + "一", "3.5"], [LONG + "二", "-1"]]),
        "全是横线": plain_table([["三公经费", "2022年", "2023年"], ["公务接待费", "——", "/"], ["合计", "--", ""]]),
        "合计无名": plain_table([["", "预算数", "决算数"], ["合计", "10", "9"], ["", "4", "5"], ["小计", "", "9"]]),
        "得分": plain_table(
            [["一级指标", "分值", "得分"], ["", "10", "9.1"], ["总分", "", ""], ["产出指标（50分）", "", "50"]]
        ),
        "文字": p("本单位2023年支出12万元，其中：（）5万元，、3万元；同比增长%。由万元减少到3万元。")
        + p("（一）")
        + p("：，。"),
        "怪符号": plain_table([["(.*)+$", "[[", "\\d"], ["a|b", "%s{0}", "％"], ["<b>1</b>", "&amp;", "１２．５"]]),
        "续页": plain_table(
            [["208", "05", "99", "其他养老支出", "0.94", "0.94", ""], ["210", "", "", "卫生健康支出", "60.99", "", ""]]
        ),
        "续页合计": plain_table([["合计", "156,211,123", "156,211,123", "0"], ["", "12.5", "——", ""]]),
        "两年": p("甲县某某局2022年和2023年") + plain_table([["项目", "2022年", "2023年"], ["差旅费", "3.2", "2.8"]]),
    }
    return [wordfile.write(folder / f"{name}.docx", body) for name, body in bodies.items()]


_WHO = ("", "本级", "甲县某某局", "全局", "各单位", "市水利局", "那个局")
_WHEN = ("", "2023年", "去年", "近三年", "二〇二二年", "0年", "2022-2023")
_WHAT = (
    "", "三公经费", "公务接待费", "差旅费", "合计", "总分", "产出指标", "12.5", "偏差原因", "金额", "甲", "(.*)+$", "[[", "％", "支出",
    "第3行", "百分之", "万元", LONG[:60],
)  # fmt: skip
_HOW = (
    "", "是多少", "为什么没完成", "原因是什么", "为什么", "从高到低", "最多的是哪个", "哪些没得满分", "哪些没完成", "合计", "占比", "比上年增减",
    "怎么算", "是什么钱", "平均", "前三名", "扣了几分", "都完成了吗", "有没有前后不一致", "加起来对吗", "超预算的原因", "换成亿元", "减去", "除以0",
    "？？？", "有哪些问题", "目标和实际", "大于5的有哪些", "人均", "变化原因", "怎么写的",
)  # fmt: skip
_THEN = ("那2022年呢", "为什么", "换成元", "占比呢", "目标呢", "不是这个", "它的原因", "哪个最多", "呢")


def odd_questions(count: int, seed: int = 11) -> list[tuple[str, ...]]:
    """Return so many conversations of one to three turns; the same on every run."""
    draw = random.Random(seed)
    found = []
    for _ in range(count):
        if draw.random() < 0.15:
            first = "".join(
                draw.choice("为什么三公经费多少原因2023年12.5万元％、，（）()[]*+?.\\| 的呢吗比占")
                for _ in range(draw.randint(1, 40))
            )
        else:
            first = "".join(draw.choice(words) for words in (_WHO, _WHEN, _WHAT, _HOW))
        turns = [first, *(draw.choice(_THEN) for _ in range(draw.choice((0, 0, 0, 1, 2))))]
        found.append(tuple(turns))
    return found
