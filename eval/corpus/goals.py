"""A report's performance indicators: targets, what was achieved, points, reasons for shortfalls."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from eval.corpus.ledger import Ledger
from eval.corpus.model import Figure

_OUTPUT = ("数量", "质量", "时效", "成本")
_GENERIC = [
    ["项目按期完成率", "%", 90, 98, 0, "时效"], ["资金拨付及时率", "%", 92, 99, 0, "时效"],
    ["服务对象满意度", "%", 88, 95, 0, "满意度"], ["社会公众满意度", "%", 85, 95, 0, "满意度"],
]  # fmt: skip
_CAPPED = ("三公经费控制率", "在职人员控制率")
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator.  ``sign`` is ≥ or ≤; ``group`` and ``kind`` are its first and second level."""

    name: str
    group: str
    kind: str
    unit: str
    sign: str
    target: Decimal
    actual: Decimal
    weight: Decimal
    score: Decimal
    reason: str = ""

    @property
    def met(self) -> bool:
        """Whether the target was reached."""
        return self.actual >= self.target if self.sign == "≥" else self.actual <= self.target


@dataclass(frozen=True, slots=True)
class Goals:
    """All of a report's indicators and what the execution of the budget adds to them."""

    indicators: tuple[Indicator, ...]
    execution_weight: Decimal
    execution_score: Decimal
    bands: tuple[tuple[str, Decimal], ...]  # first level → points

    @property
    def total(self) -> Decimal:
        """总分."""
        return self.execution_score + sum((i.score for i in self.indicators), Decimal(0))

    def group_score(self, group: str) -> Decimal:
        """Return what a first-level group scored."""
        return sum((i.score for i in self.indicators if i.group == group), Decimal(0))

    @property
    def grade(self) -> str:
        """评价等次 by the legend that the reports print: 90, 80, 60."""
        return next(name for least, name in ((90, "优"), (80, "良"), (60, "中"), (0, "差")) if self.total >= least)


def draw_goals(rng: random.Random, ledger: Ledger, year: int, *, costs_apart: bool, twenty: bool) -> Goals:
    """Draw a report's indicators; ``costs_apart`` gives 成本 its own band, ``twenty`` scores 20 + 80."""
    trade = ledger.department.trade["indicators"]
    chosen = [*rng.sample(trade, rng.randint(4, len(trade))), *rng.sample(_GENERIC[:2], 1), *_GENERIC[2:]]
    if not any(row[5] == "质量" for row in chosen):
        chosen.append(next(row for row in trade if row[5] == "质量"))
    if not any(row[5].endswith(("效益", "影响")) for row in chosen):
        chosen.append(next(row for row in trade if row[5].endswith(("效益", "影响"))))
    drafts = [_draft(rng, row) for row in chosen]
    drafts += [_capped(ledger, name, year, costs_apart) for name in _CAPPED]
    order = {name: number for number, name in enumerate(("产出指标", "成本指标", "效益指标", "满意度指标"))}
    drafts.sort(key=lambda i: (order[i.group], _OUTPUT.index(i.kind) if i.kind in _OUTPUT else 9, i.kind))
    bands = _bands(costs_apart, twenty)
    indicators = [i for group, points in bands for i in _weighed(rng, [d for d in drafts if d.group == group], points)]
    indicators = [_scored(rng, i, ledger) for i in indicators]
    weight = Decimal(20 if twenty else 10)
    rate = ledger.ratio("预算执行率", year).value or Decimal(0)
    score = (weight * rate / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Goals(tuple(indicators), weight, score, tuple(bands))


def _bands(costs_apart: bool, twenty: bool) -> list[tuple[str, Decimal]]:
    output = 40 if twenty else 50
    if costs_apart:
        return [
            ("产出指标", Decimal(output - 20)), ("成本指标", Decimal(20)), ("效益指标", Decimal(30)),
            ("满意度指标", Decimal(10)),
        ]  # fmt: skip
    return [("产出指标", Decimal(output)), ("效益指标", Decimal(30)), ("满意度指标", Decimal(10))]


def _draft(rng: random.Random, row: list[object]) -> Indicator:
    name, unit, low, high, places, kind = row
    step = Decimal(1).scaleb(-int(str(places)))
    steps = round((float(str(high)) - float(str(low))) / float(step))
    target = (Decimal(str(low)) + step * rng.randint(0, steps)).quantize(step)
    room = (Decimal(100) - target) if unit == "%" else target * Decimal("0.2")
    if rng.random() < 0.2:
        actual = target * Decimal(rng.randint(82, 98)) / 100
    else:
        actual = target + room * Decimal(rng.randint(0, 90)) / 100
    group = "满意度指标" if kind == "满意度" else "产出指标" if kind in _OUTPUT else "效益指标"
    return Indicator(
        str(name),
        group,
        str(kind),
        str(unit),
        "≥",
        target,
        actual.quantize(step, ROUND_HALF_UP),
        Decimal(0),
        Decimal(0),
    )


def _capped(ledger: Ledger, name: str, year: int, costs_apart: bool) -> Indicator:
    """Return a ratio of the accounts that must not pass 100 %."""
    actual = ledger.ratio(name, year).value or Decimal(0)
    group = "成本指标" if costs_apart else "产出指标"
    return Indicator(name, group, "成本", "%", "≤", Decimal(100), actual, Decimal(0), Decimal(0))


def _weighed(rng: random.Random, drafts: list[Indicator], points: Decimal) -> list[Indicator]:
    """Share a band's points out among its indicators, whole points each."""
    cuts = sorted(rng.sample(range(1, int(points)), len(drafts) - 1)) if len(drafts) > 1 else []
    shares = [b - a for a, b in zip([0, *cuts], [*cuts, int(points)], strict=True)]
    return [replace(i, weight=Decimal(share)) for i, share in zip(drafts, shares, strict=True)]


def _scored(rng: random.Random, indicator: Indicator, ledger: Ledger) -> Indicator:
    if indicator.met:
        return replace(indicator, score=indicator.weight)
    lost = (indicator.weight * Decimal(rng.randint(10, 50)) / 100).quantize(_TENTH, ROUND_HALF_UP) or _TENTH
    return replace(indicator, score=indicator.weight - lost, reason=rng.choice(ledger.department.trade["reasons"]))


def target_figure(ledger: Ledger, year: int, indicator: Indicator) -> Figure:
    """Return an indicator's target."""
    return ledger.of(indicator.name, year, "target", indicator.target, indicator.unit, hedge=indicator.sign)


#: How a bound is written: by a sign before the figure or a word around it, or not at all.
_BOUNDS = {"≥": ("≥", "≥", "≥", "以上", "不低于", ""), "≤": ("≤", "≤", "不超过", "以内")}


def printed_target(rng: random.Random, ledger: Ledger, year: int, indicator: Indicator) -> Figure:
    """Return an indicator's target with its bound as this cell happens to write it."""
    hedge = rng.choice(_BOUNDS[indicator.sign])
    return replace(target_figure(ledger, year, indicator), hedge=hedge)


def printed_actual(rng: random.Random, ledger: Ledger, year: int, indicator: Indicator) -> Figure:
    """Return what was achieved, now and then only as a lower bound or about so much: 45家以上, 6万人左右."""
    loose = indicator.unit != "%" and rng.random() < 0.1
    hedge = rng.choice(("以上", "左右")) if loose else ""
    return replace(actual_figure(ledger, year, indicator), hedge=hedge)


def actual_figure(ledger: Ledger, year: int, indicator: Indicator) -> Figure:
    """Return what was achieved; the accounts' own ratios are rates, as everywhere else."""
    kind = "rate" if indicator.name in _CAPPED else "actual"
    return ledger.of(indicator.name, year, kind, indicator.actual, indicator.unit)


def weight_figure(ledger: Ledger, year: int, indicator: Indicator) -> Figure:
    """Return an indicator's points."""
    return ledger.of(indicator.name, year, "weight", indicator.weight, "分")


def score_figure(ledger: Ledger, year: int, indicator: Indicator) -> Figure:
    """Return what an indicator scored."""
    return ledger.of(indicator.name, year, "score", indicator.score, "分")
