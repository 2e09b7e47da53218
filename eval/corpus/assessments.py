"""Tables of indicators and points: layouts 6, 8, 9 and 12."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from eval.corpus.goals import (
    Indicator,
    actual_figure,
    printed_actual,
    printed_target,
    score_figure,
    target_figure,
    weight_figure,
)
from eval.corpus.model import Figure
from eval.corpus.plan import Plan
from eval.corpus.sheet import Box, Sheet, head, stub

_CENT = Decimal("0.01")


def scores(plan: Plan) -> Sheet:
    """Layout 6: 一级指标 | 指标分值 | 自评得分 | 得分率, with a 合计 row."""
    goals, ledger, year = plan.goals, plan.ledger, plan.year
    sheet = Sheet(4, "6")
    sheet.region([1] * 4)
    sheet.row(*map(head, ("一级指标", "指标分值", "自评得分", "得分率")))
    rows = [("预算执行率", goals.execution_weight, goals.execution_score)]
    rows += [(group, points, goals.group_score(group)) for group, points in goals.bands]
    rows.append(("自评总分", Decimal(100), goals.total))
    for name, points, score in rows:
        figures = [
            ledger.of(name, year, "weight", points, "分"), ledger.of(name, year, "score", score, "分"),
            ledger.of(f"{name}得分率", year, "rate", _share(score, points), "%"),
        ]  # fmt: skip
        cells = [plan.cell(figure, written=figure.unit == "%") for figure in figures]
        sheet.row(stub("合  计" if name == "自评总分" else name), *cells)
    return sheet


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole * 100).quantize(_CENT, ROUND_HALF_UP)


def self_assessment(plan: Plan, *, core: bool, beside: bool) -> Sheet:
    """Layout 8: budget lines, overall goal, indicators, total.

    ``core`` adds Chongqing's 得分系数 and 是否核心指标; ``beside`` writes the amounts of 收入 and 支出 inside
    label cells, two analyses side by side.
    """
    columns = 12 if core else 10
    sheet = Sheet(columns, "8-core" if core else "8")
    sheet.region([2, columns - 2])
    sheet.row(stub("部门名称"), Box(plan.ledger.department.name))
    _budget_lines(plan, sheet, rows=2 if beside else 8)
    if beside:
        _beside(plan, sheet)
    else:
        _analyses(plan, sheet)
    _overall(plan, sheet)
    _indicators(plan, sheet, core)
    _total(plan, sheet)
    return sheet


def _budget_widths(sheet: Sheet) -> list[int]:
    return [1, 3, 1, 1, 1, 1, 1, sheet.columns - 9]


def _budget_lines(plan: Plan, sheet: Sheet, rows: int) -> None:
    ledger, year, goals = plan.ledger, plan.year, plan.goals
    sheet.region(_budget_widths(sheet))
    titles = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
    sheet.row(stub("年度预算申请（万元）", down=rows), stub(""), *map(head, titles))
    name = "年度资金总额"
    figures = [
        ledger.budget(name, year, "年初"), ledger.budget(name, year, "全年"), ledger.actual("支出合计", year),
        ledger.of("预算执行率", year, "weight", goals.execution_weight, "分"), ledger.ratio("预算执行率", year),
        ledger.of("预算执行率", year, "score", goals.execution_score, "分"),
    ]  # fmt: skip
    slots = ("", "", "assess.支出合计", "", "assess.预算执行率", "")
    cells = [plan.cell(f, written=f.unit == "%", slot=slot) for f, slot in zip(figures, slots, strict=True)]
    sheet.row(stub(name), *cells)


def _analyses(plan: Plan, sheet: Sheet) -> None:
    """Draw the rows by 收入性质 and by 支出性质 under the total."""
    ledger, year = plan.ledger, plan.year
    whole = ledger.whole(year)
    dashes = [Box("——")] * 3
    sheet.row(stub("按收入性质分："), *[Box("")] * 3, *dashes)
    rest = whole.fund + whole.business + whole.other
    executed = whole.spent - whole.carried - rest
    income = [
        ("  其中：公共财政拨款", "公共财政拨款", whole.grant, executed),
        ("        其他资金", "其他资金", rest, rest),
    ]
    for text, name, full, done in income:
        figures = [
            ledger.of(name, year, "budget", None, stage="年初", within="收入性质"),
            ledger.of(name, year, "budget", full, stage="全年", within="收入性质"),
            ledger.of(name, year, "actual", done, within="收入性质"),
        ]  # fmt: skip
        sheet.row(stub(text, under=("按收入性质分：",)), *(plan.cell(f) for f in figures), *dashes)
    sheet.row(stub("按支出性质分："), *[Box("")] * 3, *dashes)
    for text, name in (("  其中：基本支出", "基本支出"), ("        项目支出", "项目支出")):
        sheet.row(stub(text, under=("按支出性质分：",)), *(plan.cell(f) for f in _staged(plan, name)), *dashes)


def _staged(plan: Plan, name: str) -> list[Figure]:
    ledger, year = plan.ledger, plan.year
    return [ledger.budget(name, year, "年初"), ledger.budget(name, year, "全年"), ledger.actual(name, year)]


def _beside(plan: Plan, sheet: Sheet) -> None:
    """Amounts inside label cells, 收入 and 支出 analysed side by side."""
    ledger, year = plan.ledger, plan.year
    half = (sheet.columns - 2) // 2
    sheet.region([2, half, sheet.columns - 2 - half])
    pairs = [("收入合计", "支出合计"), ("公共财政拨款", "基本支出"), ("上年结转", "项目支出")]
    for number, (left, right) in enumerate(pairs):
        first = [stub("收支构成（万元）", down=len(pairs))] if number == 0 else []
        prefixes = ("按收入性质分", "按支出性质分") if number == 0 else (f"其中：{plan.label(left)}", f"其中：{right}")
        cells = []
        for prefix, measure in zip(prefixes, (left, right), strict=True):
            figure = ledger.actual(measure, year)
            printed = plan.paper.figure(figure)
            labels = (("收支构成（万元）", prefix), ())
            cells.append(Box(f"{prefix}:{printed.text}", figure=figure, printed=printed, labels=labels))
        sheet.row(*first, *cells)


def _overall(plan: Plan, sheet: Sheet) -> None:
    left = (sheet.columns - 1) // 2
    sheet.region([1, left, sheet.columns - 1 - left])
    sheet.row(stub("年度总体目标", down=2), head("预期目标"), head("实际完成情况"))
    duty = plan.ledger.department.trade["duty"]
    sheet.row(Box(f"做好{duty}，完成年初确定的各项任务。"), Box("各项任务按计划推进。"))


def _indicators(plan: Plan, sheet: Sheet, core: bool) -> None:
    extra = ("得分系数（%）", "是否核心指标") if core else ()
    sheet.region([1, 1, 1, 2, 1, 1, 1, 1, *[1] * len(extra), 1])
    titles = (
        "一级指标",
        "二级指标",
        "三级指标",
        "年度指标值",
        "实际完成值",
        "分值",
        "得分",
        *extra,
        "偏差原因分析及改进措施",
    )
    goals = plan.goals
    sheet.row(stub("绩效指标", down=len(goals.indicators) + 1), *map(head, titles))
    for group, points in goals.bands:
        own = [i for i in goals.indicators if i.group == group]
        band = plan.paper.figure(plan.ledger.of(group, plan.year, "weight", points, "分"), slot=f"band.{group}")
        kinds = [i.kind for i in own]
        for number, goal in enumerate(own):
            first = []
            if number == 0:
                first = [replace(stub(f"{group}（{band.text.strip()}分）", down=len(own)), fault=band.fault)]
            same = kinds[:number].count(goal.kind)
            second = [stub(f"{goal.kind}指标", down=kinds.count(goal.kind))] if same == 0 else []
            sheet.row(
                *first, *second, stub(goal.name), *_achievement(plan, goal), *_extra(plan, goal, core), _why(plan, goal)
            )


def _achievement(plan: Plan, goal: Indicator) -> list[Box]:
    aimed = printed_target(plan.rng, plan.ledger, plan.year, goal)
    done = printed_actual(plan.rng, plan.ledger, plan.year, goal)
    target = plan.cell(aimed, written=True)
    actual = plan.cell(done, written=True, slot=f"achieved.{goal.name}")
    weight = plan.cell(weight_figure(plan.ledger, plan.year, goal), slot=f"weight.{goal.name}")
    return [target, actual, weight, plan.cell(score_figure(plan.ledger, plan.year, goal), slot=f"score.{goal.name}")]


def _extra(plan: Plan, goal: Indicator, core: bool) -> list[Box]:
    if not core:
        return []
    share = plan.ledger.of(f"{goal.name}得分系数", plan.year, "rate", _share(goal.score, goal.weight), "%")
    printed = plan.paper.figure(share)
    return [Box(printed.text, figure=share, printed=printed), Box("是" if goal.weight >= 10 else "否")]


def _why(plan: Plan, goal: Indicator) -> Box:
    slot = f"reason.{goal.name}"
    if slot in plan.paper.plants:
        return Box("", fault=plan.paper.fault(slot, "未填", goal.reason, goal.name))
    if not goal.reason:
        return Box("")
    return Box(goal.reason, note=plan.note("偏差原因", goal.reason, goal.name))


def _total(plan: Plan, sheet: Sheet) -> None:
    ledger, year = plan.ledger, plan.year
    sheet.region([7, 1, 1, sheet.columns - 9])
    weight = ledger.of("自评总分", year, "weight", Decimal(100), "分")
    score = ledger.of("自评总分", year, "score", plan.goals.total, "分")
    labels = ((("总分",), ("分值",)), (("总分",), ("得分",)))
    boxes = [
        plan.cell(weight, labels=labels[0]), plan.cell(score, slot="assess.自评总分", labels=labels[1]),
    ]  # fmt: skip
    sheet.row(stub("总分"), *boxes, Box(""))


def project_form(plan: Plan) -> Sheet:
    """Layout 9: Sichuan's 项目表, value, 性质 and 度量单位 in columns of their own."""
    ledger, year = plan.ledger, plan.year
    sheet = Sheet(10, "9")
    sheet.region([2, 8])
    sheet.row(stub("项目名称"), Box(ledger.department.trade["projects"][0]))
    sheet.row(stub("主管部门"), Box(ledger.department.name))
    sheet.region([1, 1, 1, 2, 1, 1, 1, 1, 1])
    titles = ("一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "实际完成值", "权重", "得分")
    sheet.row(*map(head, titles))
    for goal in plan.goals.indicators:
        target, actual = target_figure(ledger, year, goal), actual_figure(ledger, year, goal)
        figures = [weight_figure(ledger, year, goal), score_figure(ledger, year, goal)]
        sheet.row(
            stub(goal.group), stub(f"{goal.kind}指标"), stub(goal.name), Box(goal.sign),
            _signed(plan.cell(target), goal.sign), Box(goal.unit), plan.cell(actual),
            *(plan.cell(figure) for figure in figures),
        )  # fmt: skip
    return sheet


def _signed(box: Box, sign: str) -> Box:
    """Return a cell whose bound stands in a column of its own."""
    return box if box.printed is None else replace(box, printed=replace(box.printed, hedge=sign))


def old_scoring(plan: Plan) -> Sheet:
    """Layout 12: 一级 | 分值 | 二级 | 分值 | 三级 | 分值 | 评价标准 | 指标说明 | 得分."""
    ledger, year = plan.ledger, plan.year
    sheet = Sheet(9, "12")
    sheet.region([1] * 9)
    sheet.row(*map(head, ("一级指标", "分值", "二级指标", "分值", "三级指标", "分值", "评价标准", "指标说明", "得分")))
    for group, points in plan.goals.bands:
        own = [i for i in plan.goals.indicators if i.group == group]
        kinds = [i.kind for i in own]
        for number, goal in enumerate(own):
            above: list[Box] = []
            if number == 0:
                above += [stub(group, down=len(own)), _band(plan, (group,), group, points, len(own))]
            if goal.kind not in kinds[:number]:
                name, many = f"{goal.kind}指标", kinds.count(goal.kind)
                points_of_kind = sum((i.weight for i in own if i.kind == goal.kind), Decimal(0))
                above += [stub(name, down=many), _band(plan, (group, name), name, points_of_kind, many)]
            path = (group, f"{goal.kind}指标", goal.name)
            weight = plan.cell(weight_figure(ledger, year, goal), labels=(path, ("分值",)))
            score = plan.cell(score_figure(ledger, year, goal), labels=(path, ("得分",)))
            rule = Box("达到目标值得满分，未达到的按比例扣分")
            sheet.row(*above, stub(goal.name), weight, rule, Box(f"反映{goal.name}情况"), score)
    return sheet


def _band(plan: Plan, path: tuple[str, ...], name: str, points: Decimal, down: int) -> Box:
    """Return the cell with the points of a whole level, merged over its rows."""
    measure = name if len(path) == 1 else "".join(path)
    figure = plan.ledger.of(measure, plan.year, "weight", points, "分")
    return replace(plan.cell(figure, labels=(path, ("分值",))), down=down)
