"""What several figures are together: rows that share a word of the question, figures of one sentence, codes, per unit."""

from decimal import Decimal

import pytest

from assistant.plans.language import MOST_FIGURES, Names, Where, facts_of, from_json, kind_of, to_json
from assistant.plans.propose import propose
from assistant.running.figures import run
from assistant.weigher import weigher
from tests import wordfile
from tests.conftest import assistant_over
from tests.wordfile import p, plain_table

PROJECTS = [
    ["项目名称", "责任股室", "全年预算数（万元）", "全年执行数（万元）", "执行率（%）", "比上年增减（万元）"],
    ["老旧小区改造", "城建股", "3000.00", "2586.40", "86.21", "120.00"],
    ["雨污分流管网", "城建股", "2200.00", "1476.15", "67.10", "-35.50"],
    ["路灯维护", "公用事业股", "190.00", "190.00", "100.00", "-4.20"],
    ["绿化养护", "公用事业股", "285.00", "285.00", "100.00", "15.00"],
    ["污水处理厂运行", "公用事业股", "700.00", "640.00", "91.43", "0.00"],
]
ITEMS = [
    ["科目编码", "科目名称", "本年支出合计"],
    ["2110301", "大气", "2415.37"],
    ["2110302", "水体", "3517.94"],
    ["2110304", "固体废弃物与化学品", "185.00"],
    ["2110399", "其他污染防治支出", "92.10"],
]
UNITS = [
    ["单位名称", "实有人数（人）", "基本支出（万元）"],
    ["青江分局", "13", "219.43"], ["洮滨分局", "17", "246.90"], ["玉门分局", "22", "386.45"],
    ["局机关", "42", "998.10"], ["监测站", "24", "611.00"],
]  # fmt: skip


@pytest.fixture(scope="module")
def bureau(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grouped")
    body = "".join((
        p("丹江县住房和城乡建设局2024年度部门决算"), p("一、项目执行情况"), plain_table(PROJECTS),
        p("二、支出决算表（单位：万元）"), plain_table(ITEMS), p("三、所属单位"), plain_table(UNITS),
        p("全县敬老院床位420张，其中护理型床位168张。公务用车运行维护费27.93万元。局机关保有公务用车23辆。"),
    ))  # fmt: skip
    file = wordfile.write(folder / "丹江县住房和城乡建设局2024年度部门决算.docx", body)
    return assistant_over(folder / "s", file)


def plans(assistant, question):
    library = assistant.library()
    query, old = assistant.answer_before(question, library, ())
    world = assistant.chooser.world(library)
    setting, talk = assistant.chooser.setting(question, (), world, query, old, weigher("facts"), weigher("quotes"))
    return world, [(plan, run(plan, world)) for plan in propose(setting.ranking, talk)]


@pytest.mark.parametrize(
    "question, kind, amount",
    [
        ("城建股管的几个项目合计执行多少", "total", "40625500"),
        ("公用事业股的项目全年执行数加起来", "total", "11150000"),
        ("几个分局基本支出加总是多少", "total", "8527800"),
        ("2110301和2110302合起来支了多少", "total", "59333100"),
        ("敬老院床位里护理型占多大比例", "share", "0.4"),
        ("公务用车运行维护费摊到每辆车是多少", "quotient", "12143.4783"),
    ],
)
def test_what_belongs_together_is_proposed(bureau, question, kind, amount):
    _, found = plans(bureau, question)
    amounts = {size for plan, outcome in found if outcome and kind_of(plan) == kind for _, size in outcome.amounts}
    assert Decimal(amount) in amounts


@pytest.mark.parametrize(
    "question, rows",
    [
        ("公用事业股名下几个项目都叫啥", {"路灯维护", "绿化养护", "污水处理厂运行"}),
        ("全年预算超过两千万的项目", {"老旧小区改造", "雨污分流管网"}),
        ("执行率没到九成的项目有哪些", {"老旧小区改造", "雨污分流管网"}),
        ("钱全部花完的项目执行率", {"路灯维护", "绿化养护"}),
        ("执行率上没花完的是哪些项目", {"老旧小区改造", "雨污分流管网", "污水处理厂运行"}),
        ("比上年减少的项目是哪几个", {"雨污分流管网", "路灯维护"}),
        ("比上年增加的项目", {"老旧小区改造", "绿化养护"}),
        ("比上年没有减少的项目", {"老旧小区改造", "绿化养护", "污水处理厂运行"}),
        ("执行率上没有按时完成的是哪些项目", {"老旧小区改造", "雨污分流管网", "污水处理厂运行"}),
        ("完成率上哪些项目没把钱花完，执行率", {"老旧小区改造", "雨污分流管网", "污水处理厂运行"}),
    ],
)
def test_the_rows_that_are_meant_are_proposed(bureau, question, rows):
    world, found = plans(bureau, question)
    sets = [
        {world.fact(one).row_path[-1] for one in outcome.chosen}
        for plan, outcome in found
        if outcome and isinstance(plan, Names | Where)
    ]
    assert rows in sets


def test_a_condition_in_words_is_told_in_them(bureau):
    world, found = plans(bureau, "执行率没到九成的项目有哪些")
    plan = next(plan for plan, outcome in found if outcome and isinstance(plan, Where) and plan.said)
    library = bureau.library()
    query, _ = bureau.answer_before("执行率没到九成的项目有哪些", library, ())
    answer = bureau.chooser.told(plan, world, query)
    assert "没到九成的有" in answer.text
    assert "90%" not in answer.text


def test_no_plan_rests_on_more_rows_than_one_may(tmp_path):
    """A table of hundreds of rows that share a word is proposed whole by what counts it, never row by row."""
    rows = [
        ["项目名称", "责任股室", "全年执行数（万元）"],
        *([f"项目{n}号", "城建股", f"{n}.50"] for n in range(1, 300)),
    ]
    rows += [[f"工程{n}号", "村镇股", f"{n}.10"] for n in range(1, 20)]
    body = p("丹江县住建局2024年度决算") + p("一、项目执行情况") + plain_table(rows)
    assistant = assistant_over(tmp_path / "s", wordfile.write(tmp_path / "丹江县住建局2024年度决算.docx", body))
    _, found = plans(assistant, "城建股的项目全年执行数合计")
    assert max(len(facts_of(plan)) for plan, _ in found) <= MOST_FIGURES
    assert all(from_json(to_json(plan)) == plan for plan, _ in found)
