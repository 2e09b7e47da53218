"""The genres of reports, each a recipe of layouts and narrative sections (domain.md, "How reports differ")."""

from __future__ import annotations

from collections.abc import Callable

from eval.corpus import annexes, assessments, forms, narrative
from eval.corpus.plan import Plan
from eval.corpus.sheet import Sheet
from eval.corpus.story import Story

Recipe = Callable[[Plan, Story], None]


def _title(plan: Plan, story: Story, kind: str = "部门整体支出绩效自评报告") -> None:
    department, year = plan.ledger.department, plan.year
    if plan.rng.random() < 0.5:
        story.heading(f"{department.name}{year}年度{kind}")
    else:
        story.heading(f"{year}年度{kind}")
        story.say(plan.rng.choice(("单位名称：", "部门名称：", "填报单位：")) + department.name)


def _annex(plan: Plan, story: Story, number: int, caption: str, *sheets: Sheet, unit: str = "") -> None:
    """Add an annex: its number, its caption, its unit in one of the usual places, its tables."""
    story.heading(f"附件{number}")
    inside = plan.rng.random() < 0.3
    story.say(f"{caption}（单位：{unit}）" if unit and inside else caption)
    if unit and not inside:
        story.say(plan.rng.choice(("单位：", "金额单位：")) + unit)
    for index, sheet in enumerate(sheets):
        if index:
            story.say(plan.rng.choice(("续表", "")))
        story.draw(sheet)


def _sign(plan: Plan, story: Story) -> None:
    people = plan.ledger.department.people
    story.say(f"填表人：{people[0]}　　联系电话：{plan.ledger.department.phone}　　填报日期：{plan.year + 1}年6月10日")


def _narrative(plan: Plan, story: Story, *, headcount: bool = True) -> None:
    story.heading("一、基本情况")
    narrative.basics(plan, story, headcount)
    story.heading("二、预算执行情况")
    narrative.money(plan, story)
    narrative.three_public(plan, story)


def hunan(plan: Plan, story: Story) -> None:
    """Fill-in form, narrative, 附件1 基础数据表, 附件2 自评表."""
    story.draw(forms.stacked_form(plan, nested=plan.rng.random() < 0.35))
    _title(plan, story)
    _narrative(plan, story, headcount=plan.rng.random() < 0.6)
    story.heading("三、绩效目标完成情况")
    narrative.results(plan, story)
    story.heading("四、评价结论")
    narrative.conclusion(plan, story, said_before=True)
    narrative.problems(plan, story)
    _annex(plan, story, 1, "部门整体支出绩效评价基础数据表", annexes.basic_data(plan))
    _sign(plan, story)
    sheet = assessments.self_assessment(plan, core=False, beside=plan.rng.random() < 0.35)
    _annex(plan, story, 2, "部门整体支出绩效自评表", sheet)
    _sign(plan, story)


def plain(plan: Plan, story: Story) -> None:
    """Narrative with small tables: 对比表, 得分表."""
    _title(plan, story)
    _narrative(plan, story)
    _unit_line(plan, story, annexes.comparison(plan))
    _results_and_scores(plan, story)


def _results_and_scores(plan: Plan, story: Story) -> None:
    """Add what was achieved, the conclusion with its table of scores, and the problems."""
    story.heading("三、绩效目标完成情况")
    narrative.results(plan, story)
    story.heading("四、评价结论")
    narrative.conclusion(plan, story, said_before=False)
    story.draw(assessments.scores(plan))
    narrative.problems(plan, story)


def _unit_line(plan: Plan, story: Story, sheet: Sheet) -> None:
    """Add a table of money under a caption, its unit in the line above."""
    story.say(f"{plan.year - 1}—{plan.year}年支出对比情况表")
    story.say(f"单位：{plan.unit}")
    story.draw(sheet)


def final_accounts(plan: Plan, story: Story) -> None:
    """决算公开: two-sided 公开01表, 收入 and 支出 tables, 三公决算表, long details split over pages."""
    _title(plan, story, "部门决算公开报告")
    story.heading("第一部分 部门概况")
    narrative.basics(plan, story, headcount=True)
    story.heading("第二部分 部门决算情况说明")
    narrative.money(plan, story)
    narrative.three_public(plan, story)
    story.heading("第三部分 部门决算表")
    _annex(plan, story, 1, "收入支出决算总表", annexes.two_sided(plan), unit=plan.unit)
    income, spent = Sheet(7, "1"), Sheet(8, "2")
    forms.income(plan, income, plan.unit)
    forms.spending(plan, spent, plan.unit)
    _annex(plan, story, 2, "收入决算表", income, unit=plan.unit)
    _annex(plan, story, 3, "支出决算表", spent, unit=plan.unit)
    _annex(plan, story, 4, "“三公”经费支出决算表", annexes.three_accounts(plan), unit=plan.unit)
    details = annexes.project_details(plan, subtotals=plan.rng.random() < 0.6)
    _annex(plan, story, 5, "项目支出明细对比表", *details, unit=plan.unit)


def sichuan(plan: Plan, story: Story) -> None:
    """项目自评表 with 性质 and 度量单位 in columns of their own."""
    _title(plan, story, "部门预算项目绩效自评报告")
    _narrative(plan, story)
    story.heading("三、绩效目标完成情况")
    narrative.results(plan, story)
    story.say(f"报表编号：510000_{plan.year % 100:04d}")
    _annex(plan, story, 1, "部门预算项目支出绩效自评表", assessments.project_form(plan))
    narrative.problems(plan, story)


def chongqing(plan: Plan, story: Story) -> None:
    """部门整体表 with 得分系数 and 是否核心指标."""
    _title(plan, story)
    _narrative(plan, story)
    story.heading("三、绩效自评情况")
    _annex(plan, story, 1, "部门整体绩效自评表", assessments.self_assessment(plan, core=True, beside=False))
    story.heading("四、评价结论")
    narrative.conclusion(plan, story, said_before=False)
    narrative.problems(plan, story)


def yunnan(plan: Plan, story: Story) -> None:
    """Numbered 公开表, annexes in 元."""
    plan.unit = "元"
    _title(plan, story)
    _narrative(plan, story)
    story.heading("三、绩效目标完成情况")
    narrative.results(plan, story)
    income, spent = Sheet(7, "1"), Sheet(8, "2")
    forms.income(plan, income, plan.unit)
    forms.spending(plan, spent, plan.unit)
    _annex(plan, story, 1, "收入情况表", income, unit=plan.unit)
    _annex(plan, story, 2, "支出和结余情况表", spent, unit=plan.unit)
    _annex(plan, story, 3, "部门整体支出绩效基础数据表", annexes.basic_data(plan))
    _annex(plan, story, 4, "基本支出对比表", annexes.comparison(plan), unit=plan.unit)
    narrative.problems(plan, story)


def hubei(plan: Plan, story: Story) -> None:
    """20 + 80 points: 自评表 and 得分表, 三公 and 固定资产 tables apart."""
    _title(plan, story)
    _narrative(plan, story)
    _results_and_scores(plan, story)
    sheet = assessments.self_assessment(plan, core=False, beside=plan.rng.random() < 0.5)
    _annex(plan, story, 1, f"{plan.year}年度部门整体绩效自评表", sheet)
    details = annexes.project_details(plan, subtotals=False)
    _annex(plan, story, 2, "项目支出明细对比表", *details, unit=plan.unit)


def old(plan: Plan, story: Story) -> None:
    """旧评分表, until 2019."""
    _title(plan, story)
    _narrative(plan, story)
    story.heading("三、绩效评价指标得分")
    _annex(plan, story, 1, "部门整体支出绩效评价指标评分表", assessments.old_scoring(plan))
    story.heading("四、评价结论")
    narrative.conclusion(plan, story, said_before=False)
    narrative.problems(plan, story)


RECIPES: dict[str, Recipe] = {
    "hunan": hunan, "plain": plain, "final_accounts": final_accounts, "sichuan": sichuan, "chongqing": chongqing,
    "yunnan": yunnan, "hubei": hubei, "old": old,
}  # fmt: skip
#: The scoring table of this genre went out of use with the template of 2020.
OLD = "old"


def genre_of(year: int, wanted: str) -> str:
    """Return the genre of a department's report of a year: an old one gives way to the template of 2020."""
    return "hunan" if wanted == OLD and year > 2019 else wanted
