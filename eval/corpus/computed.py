"""Questions whose answer stands nowhere: differences, shares, sums, means, per head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from eval.corpus.asking import Asker, Context
from eval.corpus.index import places
from eval.corpus.model import Figure, Statement
from eval.corpus.synthetic import Synthetic
from eval.model import Gold, GoldValue, QuestionKind

_CENT = Decimal("0.01")
_COMPARED = ("支出合计", "项目支出", "基本支出", "三公经费", "公务接待费", "公务用车运行维护费", "公用支出")
#: Ratios that no report prints: (words, part, whole), with which kind each is taken.
_UNPRINTED = (("政府采购执行率", ("政府采购金额", "actual"), ("政府采购金额", "budget")),)


def computations(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    """Yield the computations that a report's figures allow; each operand is stated without contradiction."""
    yield from _changes(asker, report)
    yield from _left_of_budget(asker, report)
    yield from _shares(asker, report)
    yield from _sums(asker, report)
    yield from _per_head(asker, report)
    yield from _means(asker, report)
    yield from _ratios(asker, report)


def _stated(
    asker: Asker, report: Synthetic, measure: str, period: int, kind: str = "actual", who: str = ""
) -> list[Statement]:
    figure = Figure(who or report.plan.ledger.department.name, measure, str(period), kind, None, "")
    return asker.index.agreed(figure.key)


def _amount(stated: list[Statement]) -> Decimal:
    """Return a figure's amount in 万元 (or its own unit, for what is no money)."""
    printed = stated[0].printed
    value = printed.value or Decimal(0)
    return value / 10_000 if printed.unit == "元" else value


def _value(
    value: Decimal, unit: str, operands: list[list[Statement]], *, rounded: bool, printed: list[Statement] | None = None
) -> GoldValue:
    shown = value.quantize(_CENT, ROUND_HALF_UP) if rounded else value
    return GoldValue(
        shown, unit, 2 if rounded else None, places(printed or []), tuple(places(stated) for stated in operands)
    )


def difference(a: list[Statement], b: list[Statement], printed: list[Statement] | None = None) -> GoldValue:
    """Return a − b in 万元, ``printed`` being statements of the difference itself."""
    return _value(_amount(a) - _amount(b), "万元", [a, b], rounded=False, printed=printed)


def _gold(context: Context, question: str, value: GoldValue) -> Gold:
    return Gold("", QuestionKind.COMPUTATION, (question,), context.reports, values=(value,))


def _subject(asker: Asker, context: Context, period: int, measure: str, who: str = "") -> str:
    whose = asker.whose(context, who or context.report.plan.ledger.department.name)
    return f"{whose}{asker.when(context, str(period))}{asker.base(measure)}"


def _changes(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    year = report.plan.year
    for measure in _COMPARED:
        now, before = _stated(asker, report, measure, year), _stated(asker, report, measure, year - 1)
        if not now or not before:
            continue
        context = asker.context(report)
        what = _subject(asker, context, year, measure)
        change, base = _amount(now) - _amount(before), _amount(before)
        stated = asker.index.stated(replace(now[0].figure, kind="change").key)
        agreed = [s for s in stated if s.printed.value is not None]
        if all(_amount([s]) == change for s in agreed):
            question = asker.pick("compare").format(what=what, before=year - 1)
            yield _gold(context, question, difference(now, before, agreed))
        printed = asker.index.stated(replace(now[0].figure, measure=f"{measure}增减率", kind="change", unit="%").key)
        if base and not any(s.printed.fault for s in printed):
            question = asker.pick("compare_percent").format(what=what, before=year - 1)
            yield _gold(
                context, question, _value(change / base * 100, "%", [now, before], rounded=True, printed=printed)
            )


def _left_of_budget(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    year = report.plan.year
    for measure in ("三公经费", "公务接待费", "公务用车运行维护费"):
        planned, spent = _stated(asker, report, measure, year, "budget"), _stated(asker, report, measure, year)
        if planned and spent:
            context = asker.context(report)
            question = asker.pick("left").format(m=_subject(asker, context, year, measure))
            yield _gold(
                context, question, _value(_amount(planned) - _amount(spent), "万元", [planned, spent], rounded=False)
            )


def _shares(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    year = report.plan.year
    for part, whole in (("项目支出", "支出合计"), ("人员支出", "基本支出"), ("公务接待费", "三公经费")):
        a, b = _stated(asker, report, part, year), _stated(asker, report, whole, year)
        if a and b and _amount(b):
            context = asker.context(report)
            question = asker.pick("share").format(a=_subject(asker, context, year, part), b=asker.base(whole))
            yield _gold(context, question, _value(_amount(a) / _amount(b) * 100, "%", [a, b], rounded=True))


def _sums(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    year, units = report.plan.year, report.plan.ledger.department.units
    for measure in ("项目支出", "支出合计", "三公经费"):
        first, second = asker.rng.sample(units, 2)
        a = _stated(asker, report, measure, year, who=first.name)
        b = _stated(asker, report, measure, year, who=second.name)
        if a and b:
            context = asker.context(report)
            names = {"a": asker.whose(context, first.name), "b": second.name, "m": asker.base(measure)}
            question = asker.when(context, str(year)) + asker.pick("sum").format(**names)
            yield _gold(context, question, _value(_amount(a) + _amount(b), "万元", [a, b], rounded=False))


def _per_head(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    year = report.plan.year
    spent, staff = _stated(asker, report, "公用支出", year), _stated(asker, report, "在职人数", year)
    if spent and staff:
        context = asker.context(report)
        whose = asker.whose(context, report.plan.ledger.department.name)
        question = f"{whose}{asker.when(context, str(year))}{asker.pick('per_head')}"
        yield _gold(context, question, _value(_amount(spent) / _amount(staff), "万元", [spent, staff], rounded=True))


def _means(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    year = report.plan.year
    for measure in ("三公经费", "项目支出", "公务接待费"):
        now, before = _stated(asker, report, measure, year), _stated(asker, report, measure, year - 1)
        if now and before:
            context = asker.context(report)
            whose = asker.whose(context, report.plan.ledger.department.name)
            words = {"m": asker.base(measure), "before": year - 1, "year": year}
            named = asker.words["mean"] if context.chosen else asker.words["mean"][1:]  # 近两年 only of a chosen report
            question = whose + str(asker.rng.choice(named)).format(**words)
            value = _value((_amount(now) + _amount(before)) / 2, "万元", [now, before], rounded=True)
            yield _gold(context, question, value)


def _ratios(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    year = report.plan.year
    for name, (part, part_kind), (whole, whole_kind) in _UNPRINTED:
        a = _stated(asker, report, part, year, part_kind)
        b = _stated(asker, report, whole, year, whole_kind)
        if a and b and _amount(b):
            context = asker.context(report)
            question = f"{_subject(asker, context, year, name)}是多少？"
            yield _gold(context, question, _value(_amount(a) / _amount(b) * 100, "%", [a, b], rounded=True))
