"""Layouts 1–3 and 4 in ONE table: the provinces' fill-in form, its columns changing every few rows."""

from __future__ import annotations

from dataclasses import replace

from eval.corpus.goals import Indicator, actual_figure, printed_target, target_figure
from eval.corpus.plan import Plan
from eval.corpus.sheet import Box, Sheet, compose, head, stub

_COLUMNS = 24
_SOURCES = ("上年结转", "公共财政拨款", "政府基金拨款", "事业收入", "其他收入")
_THREE = ("公务接待费", "公务用车运行维护费", "公务用车购置费", "因公出国（境）费")
_ASSETS = ("在用固定资产", "出租固定资产", "其他固定资产")


def stacked_form(plan: Plan, *, nested: bool) -> Sheet:
    """Draw the whole form; ``nested`` puts the head count into a table inside a cell."""
    sheet = Sheet(_COLUMNS, "1-3")
    _profile(plan, sheet, nested)
    sheet.bar(
        plan.rng.choice(
            ("年度收入情况（万元）", "二、部门（单位）收支情况（单位：万元）", "收入情况（金额单位：万元）")
        )
    )
    income(plan, sheet)
    sheet.bar(plan.rng.choice(("部门年度支出和结余情况（万元）", "支出和结余情况（万元）")))
    spending(plan, sheet)
    three_and_assets(plan, sheet)
    sheet.bar("三、部门（单位）整体支出绩效自评情况")
    qualitative(plan, sheet)
    quantitative(plan, sheet)
    _verdict(plan, sheet)
    return sheet


def _widths(plan: Plan, parts: int) -> list[int]:
    return compose(plan.rng, _COLUMNS, parts)


def _profile(plan: Plan, sheet: Sheet, nested: bool) -> None:
    department, year = plan.ledger.department, plan.year
    sheet.bar("一、部门（单位）基本概况")
    sheet.region(_widths(plan, 4))
    contact, phone = plan.note("联系人", department.people[0]), plan.note("联系电话", department.phone)
    sheet.row(
        stub("联系人"), Box(contact.text, note=contact), stub("联系电话"), Box(phone.text, note=phone),
    )  # fmt: skip
    quota, staff = plan.ledger.actual("编制人数", year), plan.ledger.actual("在职人数", year)
    if nested:
        inner = Sheet(2, "13-nested")
        inner.region([1, 1])
        inner.row(head("人员编制（人）"), head("实有人数（人）"))
        inner.row(plan.cell(quota), plan.cell(staff))
        sheet.row(stub("人员情况"), Box(across=3, nested=inner))
    else:
        labels = (("人员编制",), ()), (("实有人数",), ())
        sheet.row(
            stub("人员编制"), plan.cell(quota, labels=labels[0]), stub("实有人数"), plan.cell(staff, labels=labels[1]),
        )  # fmt: skip
    duty = f"主要负责{department.trade['duty']}。"
    sheet.row(stub("职能职责概述"), Box(duty, across=3, note=plan.note("职责", duty)))


def income(plan: Plan, sheet: Sheet, unit: str = "") -> None:
    """Layout 1: 收入, two header rows."""
    sheet.region(_widths(plan, 7) if sheet.columns == _COLUMNS else [1] * 7)
    sheet.row(head("机构名称", down=2), head(plan.label("收入合计"), down=2), head("其中：", across=5))
    sheet.row(*(head(plan.label(measure)) for measure in _SOURCES))
    _organisations(plan, sheet, ("收入合计", *_SOURCES), unit)


def _organisations(plan: Plan, sheet: Sheet, measures: tuple[str, ...], unit: str) -> None:
    """Draw a row an organisation; the department's own may hold faults."""
    for organisation, name in plan.organisations():
        slot = "form.{}" if organisation == plan.ledger.department.name else ""
        figures = [plan.ledger.actual(measure, plan.year, organisation) for measure in measures]
        sheet.row(name, *(plan.cell(figure, unit=unit, slot=slot.format(figure.measure)) for figure in figures))


def spending(plan: Plan, sheet: Sheet, unit: str = "") -> None:
    """Layout 2: 支出和结余, three header rows."""
    sheet.region(_widths(plan, 8) if sheet.columns == _COLUMNS else [1] * 8)
    sheet.row(
        head("机构名称", down=3), head(plan.label("支出合计"), down=3), head("其中：", across=4), head("结余", across=2)
    )
    sheet.row(
        head("基本支出", down=2), head("其中：", across=2), head("项目支出", down=2), head("当年结余", down=2),
        head(plan.label("累计结余"), down=2),
    )  # fmt: skip
    sheet.row(head(plan.label("人员支出")), head(plan.label("公用支出")))
    measures = ("支出合计", "基本支出", "人员支出", "公用支出", "项目支出", "当年结余", "累计结余")
    _organisations(plan, sheet, measures, unit)


def three_and_assets(plan: Plan, sheet: Sheet) -> None:
    """Layout 3: 三公经费 and 固定资产, the unit not restated."""
    for total, parts in (("三公经费", _THREE), ("固定资产", _ASSETS)):
        sheet.region(_widths(plan, 2 + len(parts)) if sheet.columns == _COLUMNS else [1] * (2 + len(parts)))
        sheet.row(head("机构名称", down=2), head(plan.label(total), down=2), head("其中：", across=len(parts)))
        sheet.row(*(head(plan.label(part)) for part in parts))
        _organisations(plan, sheet, (total, *parts), "")


def qualitative(plan: Plan, sheet: Sheet) -> None:
    """Layout 4, first half: 目标n | 实际完成, sentences in cells."""
    sheet.region(_widths(plan, 3) if sheet.columns == _COLUMNS else [1, 1, 1])
    goals = [i for i in plan.goals.indicators if i.group == "产出指标" and i.unit != "%"][:3]
    sheet.row(stub("定性目标及实施计划完成情况", down=len(goals) + 1), head("预期目标"), head("实际完成"))
    for number, goal in enumerate(goals, 1):
        sheet.row(_promise(plan, number, goal), _kept(plan, goal))


def _promise(plan: Plan, number: int, goal: Indicator) -> Box:
    figure = target_figure(plan.ledger, plan.year, goal)
    printed = replace(plan.paper.sentence(figure), hedge="以上")
    text = f"目标{number}：{goal.name}{printed.text}以上"
    return Box(text, figure=figure, printed=printed, labels=((goal.name,), ()))


def _kept(plan: Plan, goal: Indicator) -> Box:
    figure = actual_figure(plan.ledger, plan.year, goal)
    printed = plan.paper.sentence(figure)
    text = f"{goal.name}{printed.text}。"
    return Box(text, figure=figure, printed=printed, labels=((goal.name,), ()))


def quantitative(plan: Plan, sheet: Sheet) -> None:
    """Layout 4, second half: a left block merged over many rows."""
    sheet.region(_widths(plan, 5) if sheet.columns == _COLUMNS else [1] * 5)
    groups = [
        ("产出目标（部门工作实绩）", [i for i in plan.goals.indicators if i.group in ("产出指标", "成本指标")][-4:]),
        ("效益目标（预期实现的效益）", [i for i in plan.goals.indicators if i.group in ("效益指标", "满意度指标")]),
    ]
    every = sum(len(group) for _, group in groups)
    sheet.row(
        stub("整体支出绩效定量目标及实施计划完成情况", down=every + 1), head("评价内容", across=2), head("绩效目标"),
        head("完成情况"),
    )  # fmt: skip
    for title, group in groups:
        for number, goal in enumerate(group, 1):
            first = [stub(title, down=len(group))] if number == 1 else []
            aimed = printed_target(plan.rng, plan.ledger, plan.year, goal)
            target = plan.cell(aimed, written=True, slot=f"goal.{goal.name}")
            actual = plan.cell(actual_figure(plan.ledger, plan.year, goal), written=True)
            sheet.row(*first, stub(f"指标{number}：{goal.name}"), target, actual)


def _verdict(plan: Plan, sheet: Sheet) -> None:
    ledger, total = plan.ledger, plan.goals.total
    sheet.region(_widths(plan, 2))
    score = ledger.of("自评总分", plan.year, "score", total, "分")
    printed = plan.paper.figure(score)
    sheet.row(
        stub("绩效自评综合得分"),
        Box(f"评分：{printed.text}", figure=score, printed=printed, labels=(("绩效自评综合得分",), ())),
    )
    grade = plan.note("评价等次", plan.goals.grade)
    legend = "备注：90（含）—100分为优；80（含）—90分为良；60（含）—80分为中；60分以下为差。"
    sheet.row(stub("评价等次"), Box(f"等级：{grade.text}\n{legend}", note=grade))
    _people(plan, sheet)


def _people(plan: Plan, sheet: Sheet) -> None:
    sheet.bar("四、评价人员")
    sheet.region(_widths(plan, 4))
    sheet.row(head("姓  名"), head("职务/职称"), head("单  位"), head("签  字"))
    posts = ("党组成员、副局长", "财务科科长", "财务科副科长")
    for person, post in zip(plan.ledger.department.people, posts, strict=True):
        note = plan.note("评价人员", person)
        sheet.row(Box(person, note=note), Box(post), Box(plan.ledger.department.name), Box())
