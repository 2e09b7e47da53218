"""Questions that must not be answered with a figure put forward, or whose premise is false."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from eval.corpus.asking import Asker
from eval.corpus.computed import difference
from eval.corpus.index import gold_value
from eval.corpus.model import Figure, Statement
from eval.corpus.synthetic import Synthetic
from eval.model import Gold, GoldValue, QuestionKind

_DENIALS = ("没有", "未", "并非", "不是", "并不", "反而", "而是", "没", "实际上")
_DONE = ("已完成", "完成了", "达到", "达标", "超过", "超额", "高于")
_UNDONE = ("没有完成", "未完成", "没完成", "没达标", "未达标", "没有达标", "没有达到", "未达到")
_FIRST, _LAST = 2009, 2035


def absences(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    """Yield questions that the reports don't answer: other years, departments, measures, empty cells, other matters."""
    year, rng = report.plan.year, asker.rng
    context = replace(asker.context(report), chosen=True, name="")
    measure = asker.base(rng.choice(("三公经费", "项目支出", "支出合计")))
    far = rng.choice([*range(_FIRST, year - 3), *range(year + 2, _LAST)])
    yield _silent(context.reports, f"{far}年{measure}是多少？")
    stranger = f"{rng.choice(('远', '北', '沧'))}{rng.choice(('州', '海', '塔'))}市档案馆"
    yield _silent((), f"{stranger}{year}年{measure}是多少？")
    absent = asker.pick("absent_measures")
    yield _silent(context.reports, asker.pick("ask").format(what=absent))
    if rng.random() < 0.4:
        yield _silent((), asker.pick("outside"))
    keys = dict.fromkeys(s.figure.key for s in report.story.statements if s.printed.value is None)
    for key in keys:
        if asker.index.blank(key):
            figure = asker.index.stated(key)[0].figure
            question = asker.ask(context, figure)
            yield replace(_silent(context.reports, question), contains=(("未填列",),))


def _silent(reports: tuple[str, ...], question: str) -> Gold:
    return Gold("", QuestionKind.ABSENT, (question,), reports, status=("not_found",))


def false_premises(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    """Yield questions that take something for granted which the report's figures refute."""
    year, department = report.plan.year, report.plan.ledger.department.name

    def stated(measure: str, period: int, kind: str) -> list[Statement]:
        return asker.index.agreed(Figure(department, measure, str(period), kind, None, "").key)

    budget, actual, rate = (
        stated("三公经费", year, "budget"), stated("三公经费", year, "actual"), stated("三公经费控制率", year, "rate"),
    )  # fmt: skip
    if budget and actual and rate:
        others = (*_ways([rate], [actual], [budget, actual, rate]), (difference(budget, actual),))
        yield _refuted(asker, report, asker.pick("over_budget"), [budget, actual], others)
    for measure in ("支出合计", "项目支出", "公务接待费", "公务用车运行维护费"):
        now, before = stated(measure, year, "actual"), stated(measure, year - 1, "actual")
        if not now or not before:
            continue
        change = stated(measure, year, "change")
        computed = difference(now, before)
        question = asker.pick("fell_why" if computed.value > 0 else "rose").format(m=asker.base(measure))
        percent = stated(f"{measure}增减率", year, "change")
        printed = [[*beside, one] for one in (change, percent) if one for beside in ([], [now, before])]
        yield _refuted(asker, report, question, [now, before], (*_ways(*printed), (computed,)))
    yield from _met_goals(asker, report)


def _ways(*ways: list[list[Statement]]) -> tuple[tuple[GoldValue, ...], ...]:
    return tuple(tuple(map(gold_value, way)) for way in ways)


def _met_goals(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    year, department = str(report.plan.year), report.plan.ledger.department.name
    for goal in report.plan.goals.indicators:
        target = asker.index.agreed(Figure(department, goal.name, year, "target", None, "").key)
        actual = asker.index.agreed(Figure(department, goal.name, year, "actual", None, "").key)
        if goal.met and target and actual:
            question = asker.pick("missed").format(m=goal.name)
            gold = _refuted(asker, report, question, [target, actual], _ways([actual]))
            yield replace(gold, contains=(_DONE,), excludes=_UNDONE)


def _refuted(
    asker: Asker,
    report: Synthetic,
    question: str,
    shown: list[list[Statement]],
    others: tuple[tuple[GoldValue, ...], ...],
) -> Gold:
    """Return a question with the figures that refute it, ``others`` being further ways to show it."""
    context = asker.context(report)
    lead = f"{asker.whose(context, report.plan.ledger.department.name)}{asker.when(context, str(report.plan.year))}"
    return Gold(
        "", QuestionKind.FALSE_PREMISE, (lead + question,), context.reports, values=tuple(map(gold_value, shown)),
        alternatives=others, contains=(_DENIALS,),
    )  # fmt: skip
