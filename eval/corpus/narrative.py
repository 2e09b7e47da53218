"""The narrative of a report: the figures restated in words, and those that stand nowhere else."""

from __future__ import annotations

from decimal import Decimal

from eval.corpus.accounts import CENT, percent
from eval.corpus.goals import actual_figure
from eval.corpus.model import Figure, Printed
from eval.corpus.plan import Plan
from eval.corpus.story import Story

_NUMERALS = "一二三四五六七八九十"


def basics(plan: Plan, story: Story, headcount: bool) -> None:
    """Write 一、基本情况: who the department is, where it sits, whom it employs."""
    department, year, ledger = plan.ledger.department, plan.year, plan.ledger
    address, nature = plan.note("地址", department.address), plan.note("单位性质", "行政单位")
    story.say(
        f"{department.short}是{department.region}人民政府的工作部门，位于{address.text}，单位性质为{nature.text}，"
        f"主要负责{department.trade['duty']}。",
        notes=(address, nature),
    )
    units = "；".join(f"（{n}）{unit.name}" for n, unit in enumerate(department.units, 1))
    count = ledger.of("下属独立核算单位", year, "actual", Decimal(len(department.units)), "家")
    story.say(f"下属独立核算单位{{}}，分别为{units}。", (count, plan.paper.sentence(count)))
    if headcount:
        quota, staff = ledger.actual("编制人数", year), ledger.actual("在职人数", year)
        story.say(
            f"截至{year}年12月31日，核定编制人数{{}}，年末实有在职人数{{}}。",
            (quota, plan.paper.sentence(quota)), (staff, plan.paper.sentence(staff)),
        )  # fmt: skip


def money(plan: Plan, story: Story) -> None:
    """Write 二、预算执行情况: income, spending, its parts and their shares, the change against last year."""
    year, ledger = plan.year, plan.ledger
    income, spent = ledger.actual("收入合计", year), ledger.actual("支出合计", year)
    basic, project = ledger.actual("基本支出", year), ledger.actual("项目支出", year)
    share = ledger.of("基本支出占支出合计的比重", year, "rate", percent(basic.value or CENT, spent.value or CENT), "%")
    _say(
        plan, story, f"{year}年部门收入合计{{}}，支出合计{{}}。其中：基本支出{{}}，占支出合计的{{}}；项目支出{{}}。",
        [income, spent, basic, share, project], {1: "text.支出合计"},
    )  # fmt: skip
    rate = ledger.ratio("预算执行率", year)
    _say(plan, story, f"{year}年预算执行率为{{}}。", [rate], {0: "text.预算执行率"})
    _changes(plan, story)
    surplus = ledger.actual("累计结余", year)
    _say(plan, story, f"{year}年年末结转和结余{{}}。", [surplus])


def _say(plan: Plan, story: Story, text: str, figures: list[Figure], slots: dict[int, str] | None = None) -> None:
    story.say(text, *((f, plan.paper.sentence(f, slot=(slots or {}).get(n, ""))) for n, f in enumerate(figures)))


def _changes(plan: Plan, story: Story) -> None:
    """Say how 支出合计 and 项目支出 changed; a planted fault turns the direction round."""
    year, ledger = plan.year, plan.ledger
    for measure in ("支出合计", "项目支出"):
        before, change = ledger.actual(measure, year - 1), ledger.change(measure, year)
        ratio = ledger.change_percent(measure, year)
        falls = (change.value or 0) < 0
        words = ("减少", "下降") if falls else ("增加", "增长")
        printed = [plan.paper.sentence(figure) for figure in (change, ratio)]
        if f"direction.{measure}" in plan.paper.plants:
            words, printed = _turned(plan, measure, words, printed)
        former = plan.paper.sentence(before)
        story.say(
            f"{year}年{measure}与{year - 1}年{{}}相比，{words[0]}{{}}，{words[1]}{{}}。",
            (before, former), (change, printed[0]), (ratio, printed[1]),
        )  # fmt: skip


def _turned(
    plan: Plan, measure: str, words: tuple[str, str], printed: list[Printed]
) -> tuple[tuple[str, str], list[Printed]]:
    other = ("增加", "增长") if words[0] == "减少" else ("减少", "下降")
    fault = plan.paper.fault(f"direction.{measure}", other[0], words[0], measure)
    return other, [Printed(p.text, None if p.value is None else -p.value, p.unit, fault=fault) for p in printed]


def three_public(plan: Plan, story: Story) -> None:
    """Write 三公经费: budget, actual, its items against last year, the control ratio."""
    year, ledger = plan.year, plan.ledger
    budget, actual = ledger.budget("三公经费", year), ledger.actual("三公经费", year)
    rate = ledger.ratio("三公经费控制率", year)
    _say(
        plan, story, f"{year}年“三公”经费预算{{}}，实际执行{{}}，三公经费控制率为{{}}。",
        [budget, actual, rate], {2: "text.三公经费控制率"},
    )  # fmt: skip
    for measure in ("公务接待费", "公务用车运行维护费"):
        now, before = ledger.actual(measure, year), ledger.actual(measure, year - 1)
        ratio = ledger.change_percent(measure, year)
        way = "下降" if (ratio.value or 0) < 0 else "增长"
        _say(
            plan,
            story,
            f"其中：{year}年{measure}{{}}，{year - 1}年{measure}{{}}，同比{way}{{}}。",
            [now, before, ratio],
        )
    batches = ledger.batches[year - 1], ledger.batches[year]
    counted = [
        ledger.of("公务接待批次", year - 1, "actual", Decimal(batches[0]), "批次"),
        ledger.of("公务接待批次", year, "actual", Decimal(batches[1]), "批次"),
    ]
    way = "减少到" if batches[1] < batches[0] else "增加到"
    _say(plan, story, f"公务接待批次由{year - 1}年的{{}}{way}{year}年的{{}}。", counted)


def results(plan: Plan, story: Story) -> None:
    """Write 三、绩效目标完成情况: the indicators in sentences, business results, 分别 lists."""
    year, ledger, rng = plan.year, plan.ledger, plan.rng
    department = ledger.department
    for number, goal in enumerate((i for i in plan.goals.indicators if i.group != "满意度指标"), 1):
        if goal.sign == "≤":
            continue
        lead = rng.choice(("全年", f"{year}年", department.scope))
        verb = "达到" if goal.unit == "%" else ""
        _say(plan, story, f"（{number}）{lead}{goal.name}{verb}{{}}。", [actual_figure(ledger, year, goal)])
    for name, unit, low, high, places in department.trade["results"]:
        value = Decimal(rng.randint(low * 10**places, high * 10**places)).scaleb(-places)
        growth = Decimal(rng.randint(-800, 2400)) / 100
        way = "增长" if growth >= 0 else "下降"
        figures = [
            ledger.of(name, year, "actual", value, unit),
            ledger.of(f"{name}增减率", year, "change", growth, "%"),
        ]
        _say(plan, story, f"{department.scope}{name}{{}}（同比{way}{{}}）。", figures)
    chains = department.trade["chains"]
    growths = [Decimal(rng.randint(150, 4800)) / 100 for _ in chains]
    figures = [
        ledger.of(f"{chain}投入增减率", year, "change", g, "%") for chain, g in zip(chains, growths, strict=True)
    ]
    _say(plan, story, f"{'、'.join(chains)}投入分别增长{{}}、{{}}和{{}}。", figures)


def conclusion(plan: Plan, story: Story, *, said_before: bool) -> None:
    """Write 四、评价结论 and what follows: points, problems, measures, the notice it is done under."""
    year, ledger, goals = plan.year, plan.ledger, plan.goals
    figures = [ledger.of("自评总分", year, "score", goals.total, "分")]
    grade = plan.note("评价等次", goals.grade)
    parts = "，".join(f"{group}{{}}" for group, _ in goals.bands)
    figures += [ledger.of(group, year, "score", goals.group_score(group), "分") for group, _ in goals.bands]
    text = f"经自评，{year}年部门整体支出绩效自评得分{{}}。其中：{parts}。评价等次为“{grade.text}”。"
    printed = [(f, plan.paper.sentence(f, slot="text.自评总分" if n == 0 else "")) for n, f in enumerate(figures)]
    story.say(text, *printed, notes=() if said_before else (grade,))
    _notice(plan, story)


def _notice(plan: Plan, story: Story) -> None:
    """Cite the notice that the assessment is done under; a planted fault cites last year's."""
    right, year, fault = plan.year, plan.year, ""
    if "notice.year" in plan.paper.plants:
        year = right - 1
        fault = plan.paper.fault("notice.year", f"{year}年度", f"{right}年度")
    title = f"{plan.ledger.department.region}财政局关于开展{year}年度部门整体支出绩效自评工作的通知"
    story.say(f"本次自评依据《{title}》（财绩〔{year + 1}〕{right % 7 + 3}号）。", fault=fault)


def problems(plan: Plan, story: Story) -> None:
    """Write 五、存在的问题, 六、下一步措施: what is wanting and what is to be done."""
    story.heading("五、存在的问题")
    trade = plan.ledger.department.trade
    for number, problem in enumerate(trade["problems"], 1):
        story.say(f"（{_NUMERALS[number - 1]}）{problem}。", notes=(plan.note("问题", problem),))
    story.heading("六、下一步改进措施")
    for number, step in enumerate(("加快支出进度，压减结转资金", "细化绩效指标，完善量化依据"), 1):
        story.say(f"（{_NUMERALS[number - 1]}）{step}。", notes=(plan.note("改进措施", step),))
