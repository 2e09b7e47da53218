"""Faults that ended trust at first sight, each as its kind: over the samples, and over reports made for the purpose."""

import itertools
from dataclasses import replace

import pytest

from assistant.choosing.chooser import _by_rule
from assistant.formulas import formulas
from assistant.gate import unsupported
from assistant.model import Answer, Status
from ingest.labels import normalise
from ingest.pipeline import ingest_file
from tests import wordfile
from tests.conftest import assistant_over
from tests.wordfile import p, plain_table

WAYS = ("怎么算", "如何计算", "怎么算出来的", "是怎么算的？", "的计算公式", "是什么意思")


@pytest.mark.parametrize("formula", formulas(), ids=lambda one: one.name)
def test_a_definition_keeps_the_name_asked_for(two, formula):
    """算 belongs to 预算 and 决算 as much as to 怎么算: 预算执行率怎么算 gave 预预算执行率."""
    for way in WAYS:
        answer = two.ask(f"{formula.name}{way}")
        assert answer.status is Status.ANSWERED, (way, answer.text)
        name = answer.text.partition(" = ")[0]
        assert len(name) <= len(normalise(formula.name)) + 2, answer.text
        assert not any(a + a in name for a in ("预算", "预", "执行", "控制")), answer.text


def test_the_lexicon_changes_nothing_twice(two):
    """A term that stands for another must not be found again in what it was replaced by."""
    for formula in formulas():
        once = two.lexicon.canonical(normalise(formula.name))
        assert two.lexicon.canonical(once) == once


@pytest.mark.parametrize("stage, value", [("年初", "2428.70"), ("全年", "3035.88")])
@pytest.mark.parametrize("when", ["2023年", "2023年度", "2023", ""])
@pytest.mark.parametrize("what", ["预算数", "预算", "预算是多少"])
def test_the_stage_of_a_budget_survives_its_year(two, stage, value, when, what):
    answer = two.ask(f"林业局{when}{stage}{what}")
    assert [str(one.value) for one in answer.values] == [value], answer.text


def test_all_and_none_rest_on_every_row_the_funds_too(two):
    answer = two.ask("林草局哪些指标没得满分")
    assert "年度资金总额" in answer.text
    assert "9.10" in answer.text
    _, lost = two.answer_before("林草局扣了几分", two.library(), ())
    assert [(str(one.value), one.unit) for one in lost.values] == [("0.90", "分")]
    told = two.ask("林草局扣了几分")
    if told.status is Status.ANSWERED:
        assert [(str(one.value), one.unit) for one in told.values] == [("0.90", "分")]
    else:  # of two readings neither is sure: the sum comes first
        assert "0.90分" in told.choices[0].answer


def test_a_claim_of_none_names_and_cites_each_row(two):
    answer = two.ask("林草局哪些指标没完成")
    rows = {citation.row for citation in answer.citations}
    assert answer.text.startswith("没有未完成的指标，列出的各项（")
    assert len(rows) == 4
    for name in ("营造林面积", "新建防火隔离带", "森林覆盖率", "服务对象满意度"):
        assert name in answer.text


@pytest.mark.parametrize("rate", ["完成率", "的完成率是多少", "目标完成率", "完成率多少"])
def test_how_far_a_thing_was_done_is_never_how_much_it_grew(two, rate):
    answer = two.ask(f"林草局营造林面积{rate}")
    assert "5.60" not in [str(one.value) for one in answer.values], answer.text
    assert two.ask("林草局营造林面积增长多少").values[0].value.normalize().to_eng_string() == "5.6"


def test_departments_are_added_up_not_the_units_of_one(two):
    for question in ("两家单位三公经费合计", "两家单位的三公经费加起来多少", "两家单位三公经费总共多少"):
        answer = two.ask(question)
        assert [str(one.value) for one in answer.values] == ["43.18"], answer.text
    assert two.ask("三家单位三公经费一共多少").status is not Status.ANSWERED  # two are loaded


@pytest.mark.parametrize(
    ("before", "question", "inherits"),
    [
        ("水利局2023年三公经费", "林草局有多少人", False),
        ("水利局2023年三公经费", "林草局有几辆车", False),
        ("水利局2023年三公经费", "林草局森林覆盖率", False),
        ("水利局2023年三公经费", "林草局呢", True),
        ("水利局2023年三公经费", "那林草局有多少", True),
        ("水利局2023年三公经费", "林草局多少", True),
    ],
)
def test_a_whole_question_takes_nothing_over(two, before, question, inherits):
    answer = two.ask(question, history=(before,))
    assert any(line.startswith("沿用上一问") for line in answer.trace) is inherits, answer.trace
    assert ("三公" in answer.text) is inherits


def test_every_part_of_a_question_is_answered_or_named(two):
    answer = two.ask("林草局公务接待费、净利润、森林覆盖率各是多少")
    assert [str(one.value) for one in answer.values] == ["1.29", "63.52"]
    assert "没有找到“净利润”" in answer.text
    blank = two.ask("林草局公务接待费和因公出国费的预算各是多少")
    assert [str(one.value) for one in blank.values] == ["5.17"]
    assert "未填列" in blank.text


def test_saying_that_a_blank_is_not_0_is_no_figure():
    assert unsupported(Answer(Status.ANSWERED, "没有填数，不等于0。")) == set()
    assert unsupported(Answer(Status.ANSWERED, "没有填数，不等于0.5。")) == {"0.5"}
    assert unsupported(Answer(Status.ANSWERED, "一共0个")) == {"0"}


def test_a_report_loaded_twice_is_told_everywhere(tmp_path):
    body = p("甲县水利局2023年度部门决算") + plain_table([["项目", "2023年决算（万元）"], ["公务接待费", "3.08"]])
    one = wordfile.write(tmp_path / "甲县水利局2023年度部门决算.docx", body)
    other = wordfile.write(tmp_path / "决算（最终版）.docx", body + p("附注。"))
    assistant = assistant_over(tmp_path / "s", one, other)
    answer = assistant.ask("甲县水利局2023年公务接待费")
    assert "载入了两次" in answer.text
    assert "决算（最终版）.docx" in answer.text
    again = wordfile.write(tmp_path / "决算（再版）.docx", body + p("附注二。"))
    assert any("像是同一份报告" in warning for warning in ingest_file(assistant.store, again).warnings)
    assistant.close()


def test_a_report_of_nobody_loaded_twice_is_told_by_its_figures(tmp_path):
    rows = [["项目", "2023年决算（万元）"], *([f"第{n}项", f"{n}.0{n % 7}"] for n in range(1, 20))]
    one = wordfile.write(tmp_path / "一.docx", p("支出情况表") + plain_table(rows))
    again = wordfile.write(tmp_path / "二.docx", p("支出情况表（再版）") + plain_table(rows))
    other = wordfile.write(
        tmp_path / "三.docx", p("支出情况表") + plain_table([rows[0], *([a, f"9{b}"] for a, b in rows[1:])])
    )
    assistant = assistant_over(tmp_path / "s", one)
    assert any("“一.docx”像是同一份报告" in warning for warning in ingest_file(assistant.store, again).warnings)
    assert not any("同一份" in warning for warning in ingest_file(assistant.store, other).warnings)
    assistant.close()


@pytest.mark.parametrize(
    "words", ["哪些单位三公经费最高", "两家单位三公经费合计", "哪家三公经费最少", "哪个部门三公经费最多"]
)
def test_a_question_over_the_departments_is_not_narrowed_to_the_one_before(two, words):
    before = ("林业局三公经费是多少",)
    alone, after = two.ask(words), two.ask(words, history=before)
    assert after.text == alone.text
    assert "沿用" not in " ".join(after.trace)
    assert "未披露" not in after.text


@pytest.mark.parametrize("words", ["你好", "您好！", "谢谢", "你能做什么？", "怎么用", "Hello"])
def test_a_greeting_is_answered_with_help(two, words):
    answer = two.ask(words)
    assert answer.status is Status.NOT_FOUND
    assert answer.text.startswith("您好")
    assert "未披露" not in answer.text


@pytest.mark.parametrize(
    "words", ["你好，三公经费是多少", "谢谢，再查水利局三公经费", f"你好{'！' * 45}三公经费", "这个是什么", "是谁"]
)
def test_a_question_that_greets_first_is_a_question(two, words):
    assert not two.ask(words).text.startswith("您好")


def test_two_reports_of_one_department_are_no_twins(tmp_path):
    files = [
        wordfile.write(
            tmp_path / f"甲县水利局{year}年度部门{kind}.docx", p(f"甲县水利局{year}年度部门{kind}") + p("编制12人。")
        )
        for year, kind in itertools.product(("2022", "2023"), ("决算", "整体支出绩效自评报告"))
    ]
    assistant = assistant_over(tmp_path / "s", *files)
    from ingest.names import twins

    assert twins(assistant.store.reports()) == {}
    assistant.close()


def test_a_figure_that_28_reports_have_is_found_among_many(tmp_path):
    """Rows beyond the twenty-thousandth were cut from a look-up without a word."""
    from ingest.model import Scope
    from ingest.store import Store

    files = []
    for number in range(12):
        rows = [[f"项目{number}之{row}合计", str(row + 0.5)] for row in range(2000)]
        body = p(f"第{number}县水利局2023年度部门决算") + plain_table([["合计", "2023年决算合计"], *rows])
        files.append(wordfile.write(tmp_path / f"第{number}县水利局2023年度部门决算.docx", body))
    with Store.open(tmp_path / "s", write=True) as store:
        for file in files:
            ingest_file(store, file)
        labels = [key for key, _ in store.labels("决算合计", 200)]
        found = store.facts(labels, Scope())
        assert len(found) > 20_000
        assert {one.report for one in found} == {report.id for report in store.reports()}


@pytest.mark.parametrize("head", ["增减额", "较上年", "变化", "同比", "环比", "与去年相比", "升降", "比预算", "较年初"])
def test_a_column_of_changes_is_no_rival_of_the_value_beside_it(tmp_path, head):
    rows = [["项目", "金额", head], ["培训费", "88.64", "-6.36"], ["办公费", "12.00", "2.00"]]
    body = p("甲县财政局2023年度部门决算") + p("单位：万元") + plain_table(rows)
    assistant = assistant_over(tmp_path / "s", wordfile.write(tmp_path / "甲县财政局2023年度部门决算.docx", body))
    answer = assistant.ask("培训费是多少")
    assistant.close()
    assert [str(value.value) for value in answer.values] == ["88.64"]


def test_a_list_that_only_some_reports_have_says_how_many_are_left_out(tmp_path):
    """哪些指标没得满分 told of two departments, and not that there were others."""
    head = ["一级指标", "三级指标", "分值", "得分"]
    rows = [
        ["产出指标", "修路里程", "10", "9"],
        ["产出指标", "验收合格率", "10", "10"],
        ["效益指标", "群众满意度", "5", "4"],
    ]
    files = []
    for place in ("甲河", "乙河", "丙河"):
        title = p(f"{place}县水利局2023年度部门整体支出绩效自评报告")
        body = title + (plain_table([head, *rows]) if place != "丙河" else p("本年支出合计12.30万元，比上年减少。"))
        files.append(wordfile.write(tmp_path / f"{place}县水利局2023年度部门整体支出绩效自评报告.docx", body))
    text = assistant_over(tmp_path / "store", *files).ask("哪些指标没得满分").text
    assert "甲河县水利局" in text
    assert "乙河县水利局" in text
    assert "丙河" in text or "另有1份报告没有列出" in text


def test_a_question_that_names_one_department_is_answered_of_that_one(two):
    """年度资金总额得分 of one department was the sum of both: 总额 read as a total, the other's figure taken in."""
    library = two.library()
    for report in library.reports:
        short = "林业局" if "林业" in report.organisation else "水利局"
        for entry in two.index.of_report(report.id):
            fact = entry.stored.fact
            if fact.value is None or fact.source.start is not None:
                continue
            answer = two.ask(
                f"{short}{fact.row_path[-1] if fact.row_path else ''}{fact.column_path[-1] if fact.column_path else ''}"
            )
            assert {one.report for one in answer.citations} <= {report.id}, (fact.row_path, answer.text)


@pytest.mark.parametrize(
    "asked", ["没有扣分的指标有哪些", "没扣分的指标有哪些", "哪些指标没有失分", "没有失分的指标", "哪些指标得了满分"]
)
def test_the_indicators_that_lost_nothing_are_those(two, asked):
    """没有扣分的 was read as 扣分, and answered with exactly those that lost points."""
    answer = two.ask(f"林业局{asked}")
    assert answer.status is Status.ANSWERED
    assert "没有失分的有" in answer.text
    assert "年度资金总额" not in answer.text
    assert "营造林面积" in answer.text


@pytest.mark.parametrize("asked", ["扣分最多的是哪个指标", "哪项指标失分最多", "丢分最多的指标是哪个"])
def test_what_lost_most_is_told_by_what_it_lost(two, asked):
    """The points got were given for the points lost."""
    answer = two.ask(f"林业局{asked}")
    assert "年度资金总额，扣0.9分" in answer.text.replace("0.90", "0.9"), answer.text
    assert any("10 − 9.1" in line for line in answer.trace)


def test_every_form_of_a_report_is_gone_through(tmp_path):
    """A report of three projects: the list was of one form, and said nothing of the others."""
    forms = "".join(
        wordfile.p(f"{name}自评表")
        + wordfile.plain_table([
            ["三级指标", "年度指标值", "实际完成值", "分值", "得分"],
            [f"{name}完成数（个）", "10", reached, "20", points],
            [f"{name}验收合格率", "100%", "100%", "30", "30"],
        ])
        for name, reached, points in (("甲项目", "9", "18"), ("乙项目", "10", "20"), ("丙项目", "5", "10"))
    )  # fmt: skip
    file = wordfile.write(tmp_path / "甲局2023年绩效自评.docx", wordfile.p("单位名称：甲市城管局") + forms)
    assistant = assistant_over(tmp_path / "s", file)
    lost, most, short = map(assistant.ask, ("哪些指标没得满分", "扣分最多的指标是哪个", "哪些指标没完成"))
    assistant.close()
    for answer in (lost, short):
        assert "甲项目完成数" in answer.text, answer.text
        assert "丙项目完成数" in answer.text, answer.text
    assert "扣10分" in most.text
    assert "丙项目" in most.text


@pytest.mark.parametrize("measure", ["森林覆盖率", "服务对象满意度"])
def test_how_far_a_rate_was_completed_is_not_the_rate(two, measure):
    """X完成率 was answered with X wherever X is a rate itself."""
    answer = two.ask(f"林业局{measure}完成率")
    assert f"{measure}完成率为10" in answer.text, answer.text
    assert any("÷" in line for line in answer.trace)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("水利局三公经费和公务接待费各是多少", ["21.96", "4.22"]),
        ("清河县水利局三公经费、公务接待费和航天经费", ["21.96", "4.22", "航天经费"]),
        ("清河县水利局2023年和2019年三公经费各是多少", ["21.96", "没有答到的：2019年"]),
        ("林业局2021年和2023年三公经费分别是多少", ["21.22", "没有答到的：2021年"]),
    ],
)
def test_every_part_enumerated_is_answered_or_named(two, asked, said):
    answer = two.ask(asked)
    assert all(one in answer.text for one in said), answer.text


def test_a_final_account_given_for_a_budget_is_marked(two):
    assert "没有查到它的预算数" in two.ask("水利局项目支出预算是多少").text
    assert "没有查到" not in two.ask("水利局三公经费预算是多少").text
    assert "没有查到" not in two.ask("水利局项目支出是多少").text


@pytest.mark.parametrize("measure", ["森林覆盖率", "营造林面积", "新建防火隔离带"])
@pytest.mark.parametrize("asked", ["{}的目标是多少", "{}目标值是多少", "{}的目标值"])
def test_a_target_is_no_rival_of_what_was_reached(two, measure, asked):
    """Asked for a target, 11 of 16 answers called it a contradiction of the actual figure."""
    answer = two.ask(f"林业局{asked.format(measure)}")
    assert answer.status is Status.ANSWERED, answer.text


@pytest.mark.parametrize("before", ["清河县水利局三公经费是多少", "水利局有多少人"])
def test_a_whole_question_found_nowhere_else_leaves_the_department_before(two, before):
    answer = two.ask("森林覆盖率是多少", history=[before])
    assert "63.52" in answer.text, answer.text
    assert "林业" in answer.text


def test_what_a_filter_leaves_out_is_said_to_be_left_out(tmp_path):
    """Narrowed to 2023, a question after 2022 was told that no loaded report has it."""
    files = [
        wordfile.write(
            tmp_path / f"甲河县水利局{year}年度部门决算.docx",
            p(f"甲河县水利局{year}年度部门决算")
            + p(f"{year}年本年支出合计{amount}万元，公务接待费{amount[-2:]}万元。"),
        )
        for year, amount in (("2021", "12.30"), ("2023", "45.60"))
    ]
    assistant = assistant_over(tmp_path / "s", *files)
    newer = next(report.name for report in assistant.library().reports if report.year == "2023")
    for asked in ("甲河县水利局2021年支出合计", "2021年支出合计是多少"):
        answer = assistant.ask(asked, reports=[newer])
        assert "限定的报告里没有" in answer.text, answer.text
        assert "2021年" in answer.text
        assert answer.choices
    assert "45.60" in assistant.ask("甲河县水利局2023年支出合计", reports=[newer]).text
    assistant.close()


@pytest.mark.parametrize(
    "asked",
    [
        "没有拿满分的指标有哪些", "哪些指标没拿到满分的", "得分低于满分的指标有哪些", "哪些指标不是满分的", "没能得满分的指标有哪些",
        "哪些指标没有达到满分", "有没有扣分的指标，是哪些",
    ],
)  # fmt: skip
def test_not_full_is_never_read_as_full(two, asked):
    """满分的 fired behind 没拿到, 低于 and 不是, and the answer was the exact complement."""
    _, answer = two.answer_before(f"林业局{asked}", two.library(), ())
    assert "没有失分的有" not in answer.text
    assert "营造林面积（得" not in answer.text


def test_what_lost_least_is_said_to_be_of_those_that_lost(two):
    assert "扣了分的里面" in two.answer_before("林业局扣分最少的指标是哪个", two.library(), ())[1].text
    assert "扣分最多的是" not in two.answer_before("林业局得分最高且没有扣分的指标", two.library(), ())[1].text


@pytest.mark.parametrize("asked", ["水利局2023年决算里2022年结转的资金是多少", "水利局2023年比2022年三公经费增加多少"])
def test_two_years_that_are_not_enumerated_are_not_called_unanswered(two, asked):
    assert "没有答到" not in two.ask(asked).text


def test_a_check_that_tells_nothing_doesnt_say_that_all_holds(tmp_path):
    """What fails and isn't told was counted among what holds."""
    rows = [["项目", "2023年决算数（万元）"], ["公务接待费", "3.86"], ["培训费", "12.47"]]
    text = "2023年公务接待费3.86万元，全年用于培训费50.35万元。"
    file = wordfile.write(
        tmp_path / "甲县水利局2023年度部门决算.docx", p("甲县水利局2023年度部门决算") + p(text) + plain_table(rows)
    )
    assistant = assistant_over(tmp_path / "s", file)
    (report,) = assistant.library().reports
    checked = assistant.checker.check(report)
    answer = assistant.ask("这份报告有没有前后不一致的地方")
    assistant.close()
    if not checked.findings and not all(one.holds for one in checked.relations):
        assert "都成立" not in answer.text
        assert "出入" in answer.text
    else:
        assert checked.findings or "都成立" in answer.text


def test_a_year_left_out_names_only_the_departments_chosen(tmp_path):
    """那2021年呢 under a filter listed every department that has a report of 2021."""
    files = [
        wordfile.write(
            tmp_path / f"{who}{year}年度部门决算.docx",
            p(f"{who}{year}年度部门决算") + p(f"{year}年本年支出合计{year[2:]}.50万元。"),
        )
        for who, year in (("甲河县水利局", "2023"), ("乙山县林业局", "2021"), ("丙江县教育局", "2021"))
    ]
    assistant = assistant_over(tmp_path / "s", *files)
    chosen = [report.name for report in assistant.library().reports if "甲河" in report.name]
    answer = assistant.ask("那2021年呢", history=["甲河县水利局2023年支出合计是多少"], reports=chosen)
    assistant.close()
    assert "乙山" not in answer.text
    assert "丙江" not in answer.text
    assert not answer.choices or all("乙山" not in one.label for one in answer.choices)


@pytest.mark.parametrize("asked", ["上年三公经费是多少", "去年的三公经费决算", "上年同期公务接待费有多少"])
def test_last_year_is_no_year_that_a_filter_leaves_out(two, asked):
    """上年同期 was refused under a filter wherever another report is of the year that it comes to."""
    chosen = [report.name for report in two.library().reports if "水利" in report.name]
    assert "限定的报告" not in two.ask(asked, reports=chosen).text


@pytest.fixture(scope="module")
def balance(tmp_path_factory):
    """A table of income and expenditure in two halves, and a project's own form with its funds."""
    folder = tmp_path_factory.mktemp("balance")
    sides = wordfile.tc("收入", 2) + wordfile.tc("支出", 2)
    halves = [
        ["项目", "决算数", "项目", "决算数"],
        ["一般公共预算财政拨款收入", "880.10", "基本支出", "500.00"],
        ["其他收入", "19.90", "项目支出", "420.50"],
        ["本年收入合计", "900.00", "本年支出合计", "920.50"],
        ["年初结转和结余", "70.50", "年末结转和结余", "50.00"],
        ["总计", "970.50", "总计", "970.50"],
    ]
    funds = [
        ["项目名称", "河道清淤", "河道清淤", "河道清淤"],
        ["项目资金（万元）", "", "全年预算数", "全年执行数"],
        ["项目资金（万元）", "年度资金总额", "130.00", "120.40"],
    ]
    title = "丹江县水利局2023年度部门决算"
    parts = [
        p(title),
        p("收入支出决算总表（单位：万元）"),
        wordfile.tbl(sides, *("".join(map(wordfile.tc, row)) for row in halves)),
        p("项目支出绩效自评表"),
        plain_table(funds),
    ]
    file = wordfile.write(folder / f"{title}.docx", "".join(parts))
    return assistant_over(folder / "s", file)


@pytest.mark.parametrize("side, whole, year", [("收入", "970.50", "900.00"), ("支出", "970.50", "920.50")])
def test_a_grand_total_is_not_the_total_of_the_year(balance, side, whole, year):
    """收入总计 has what was carried over, 本年收入合计 hasn't: neither answers for the other."""
    for asked in (f"水利局{side}总计是多少", f"丹江县水利局2023年{side}总计"):
        answer = balance.ask(asked)
        assert [value.raw for value in answer.values] == [whole], answer.text
        assert f"{side}总计" in answer.text
    for asked in (f"水利局本年{side}合计是多少", f"丹江县水利局2023年{side}合计"):
        answer = balance.ask(asked)
        assert answer.status is not Status.CONFLICT, answer.text
        assert [value.raw for value in answer.values] == [year], answer.text


def test_a_grand_total_stands_for_the_total_of_the_year_where_there_is_no_other(tmp_path):
    rows = [["项目", "金额（万元）"], ["财政拨款收入", "880.00"], ["其他收入", "20.00"], ["收入总计", "900.00"]]
    spent = [["项目", "金额（万元）"], ["基本支出", "480.00"], ["项目支出", "415.00"], ["支出总计", "895.00"]]
    body = p("丹江县水利局2023年度部门决算") + plain_table(rows) + p("支出情况") + plain_table(spent)
    assistant = assistant_over(tmp_path / "s", wordfile.write(tmp_path / "丹江县水利局2023年度决算.docx", body))
    for asked, value in (
        ("总收入是多少", "900.00"), ("收入合计是多少", "900.00"), ("水利局2023年总支出", "895.00"), ("支出合计多少", "895.00"),
    ):  # fmt: skip
        answer = assistant.ask(asked)
        assert [one.raw for one in answer.values] == [value], (asked, answer.text)
        assert "总计" in answer.text


@pytest.mark.parametrize(
    "asked", ["超额完成多少公里", "超额完成了多少", "超出目标多少", "超过目标值多少", "多完成了多少"]
)
def test_how_much_was_done_beyond_the_target_is_not_how_much_was_done(two, asked):
    answer = two.ask(f"林业局新建防火隔离带{asked}")
    assert [f"{value.value}{value.unit}" for value in answer.values] == ["12公里"], answer.text


@pytest.mark.parametrize(
    "order", ["从高到低", "从高到低排", "由大到小排一下", "从多到少来排个序", "从高到低的顺序排列"]
)
def test_an_order_asked_for_in_whatever_words_is_told(two, order):
    assert two.ask(f"林业局各单位的项目支出{order}").text.startswith("从高到低："), order


@pytest.mark.parametrize(
    ("question", "of_several"),
    [("预算执行率怎么算", True), ("林业局哪项指标失分最多", True), ("林业局没达到目标的指标有哪些", False)],
)
def test_more_is_fixed_by_rule_of_a_report_alone(two, question, of_several):
    """Of several reports the odds decide what fell short: the rules were wrong with a third of it."""
    library = two.library()
    query, old = two.answer_before(question, library, ())
    assert _by_rule(query, library, old) is of_several
    assert _by_rule(query, replace(library, reports=library.reports[:1]), old)
