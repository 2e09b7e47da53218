"""Inconsistencies to be put into reports, each of a kind that reviewers find (domain.md)."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

from eval.corpus.goals import Goals
from eval.corpus.model import Figure
from eval.corpus.paper import Plant

#: kind → what a reviewer would write
_MESSAGES = {
    "total": "{year}年{measure}写作{stated}，按各项相加应为{expected}，请核实。",
    "two_values": "{year}年{measure}在这里写作{stated}，别处是{expected}，请核实。",
    "roll_forward": "{year}年{measure}写作{stated}，与上年末结转{expected}不符，请核实。",
    "last_year": "{year}年{measure}写作{stated}，上年报告为{expected}，请核实。",
    "difference": "{measure}增减额写作{stated}，两年之差应为{expected}，请核实。",
    "ratio": "{year}年{measure}写作{stated}，重算应为{expected}，请核实。",
    "score_total": "{measure}写作{stated}，各项得分相加为{expected}，请核实。",
    "points": "{measure}的分值写作{stated}，与所列各项分值对不上，应为{expected}，请核实。",
    "target": "{measure}的目标值写作{stated}，别处是{expected}，请核实。",
    "no_actual": "{measure}有目标值，实际完成值没有填，请补填。",
    "full_marks": "{measure}没有达到目标却得了满分{stated}，请核实。",
    "no_reason": "{measure}扣了分，没有写偏差原因，请补充。",
    "direction": "文字说{measure}{stated}，两年的数却是{expected}，请核实。",
    "wrong_year": "自评依据写的是{stated}的通知，应为{expected}，请核实。",
}


def _plant(kind: str, change: Callable[[Figure], Decimal | None] = lambda figure: figure.value) -> Plant:
    return Plant(kind, change, _MESSAGES[kind])


def _more(amount: str) -> Callable[[Figure], Decimal | None]:
    return lambda figure: (figure.value or Decimal(0)) + Decimal(amount)


def plants(rng: random.Random, goals: Goals, number: int) -> dict[str, Plant]:
    """Draw faults by the slot that they are printed in; slots that a report doesn't print stay unused."""
    known = {**_money(rng), **_of_goals(rng, goals)}
    return {slot: known[slot] for slot in rng.sample(sorted(known), min(number, len(known)))}


def _money(rng: random.Random) -> dict[str, Plant]:
    cents = _more(f"{rng.randint(12, 990)}e-2")
    return {
        "form.支出合计": _plant("total", cents),
        "form.收入合计": _plant("total", cents),
        "form.基本支出": _plant("total", cents),
        "form.上年结转": _plant("roll_forward", cents),
        "annex.编制人数": _plant("two_values", _more(str(rng.randint(1, 5)))),
        "annex.三公经费": _plant("total", cents),
        "annex.项目支出": _plant("two_values", cents),
        "previous.公务接待费": _plant("last_year", cents),
        "compare.total": _plant("difference", cents),
        "compare.商品和服务支出": _plant("difference", cents),
        "text.支出合计": _plant("two_values", cents),
        "text.三公经费控制率": _plant("ratio", _more("7.31")),
        "text.预算执行率": _plant("ratio", _more("-3.17")),
        "assess.支出合计": _plant("two_values", cents),
        "assess.预算执行率": _plant("ratio", _more("-2.23")),
        "direction.支出合计": _plant("direction"),
        "notice.year": _plant("wrong_year"),
    }


def _of_goals(rng: random.Random, goals: Goals) -> dict[str, Plant]:
    chosen = rng.choice(goals.indicators)
    grown = rng.choice([i for i in goals.indicators if i.sign == "≥"])
    group, _ = rng.choice(goals.bands)
    found = {
        "assess.自评总分": _plant("score_total", _more("1.5")),
        "text.自评总分": _plant("two_values", _more("-0.5")),
        f"band.{group}": _plant("points", _more("5")),
        f"weight.{chosen.name}": _plant("points", _more("2")),
        f"goal.{grown.name}": _plant("target", _more("1")),
        f"achieved.{grown.name}": _plant("no_actual", lambda _: None),
    }
    missed = [i for i in goals.indicators if not i.met]
    if missed:
        name, weight = missed[0].name, missed[0].weight
        found[f"score.{name}"] = _plant("full_marks", lambda _: weight)
        found[f"reason.{name}"] = _plant("no_reason")
    return found
