"""Scoring by the strings that a stranger's gold asks for: numbers as numbers, money converted between its units.

Gives the verdicts that the bank's own scorer gives (``tests/test_eval_bank.py`` holds the two against each other);
written apart from it, over the project's own types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from eval.bank.model import Question, Verdict

_MONEY = {
    "元": Decimal(1), "千元": Decimal(10**3), "万元": Decimal(10**4), "万": Decimal(10**4), "百万元": Decimal(10**6),
    "亿元": Decimal(10**8), "亿": Decimal(10**8),
}  # fmt: skip
_FIGURE = re.compile(
    r"(?P<number>[-−－]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(?P<unit>万元|亿元|千元|百万元|元|[%％‰]|个百分点|倍|万|亿)?"
)
#: Gold that is nothing but a figure with a short unit; anything else is words.
_ONLY_FIGURE = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?(?:百万元|\D{0,4})")
_SILENT = ("not_found", "clarify")
_MOST_OFFERED = 3
#: Of money in different units at most so much may be lost to rounding.
_ROUNDING = Decimal("0.002")
#: A plain figure may be off by half its last digit, and a little: 12.345 read as 12.34 or 12.35.
_HALF = Decimal("0.51")
_HAIR = Decimal("1e-9")

Figure = tuple[Decimal, str]


def judge(question: Question, answer: dict[str, Any]) -> Verdict:
    """Score an answer (as the interface's JSON) to a question's last turn."""
    silent = answer.get("status") in _SILENT
    if question.gold is None:
        return Verdict.RIGHT if silent else Verdict.WRONG
    if silent:
        offered = [_offered(choice) for choice in (answer.get("choices") or [])[:_MOST_OFFERED]]
        return Verdict.HELPED if any(_holds(text, question) for text in offered) else Verdict.MISSED
    text = answer.get("text", "")
    spoilt = any(states(text, one) for one in question.bad)
    return Verdict.RIGHT if not spoilt and _holds(text, question) else Verdict.WRONG


def _offered(choice: dict[str, Any]) -> str:
    return f"{choice.get('label', '')} {choice.get('answer', '')}"


def _holds(text: str, question: Question) -> bool:
    return any(all(states(text, one) for one in alternative) for alternative in question.gold or ())


def states(text: str, wanted: str) -> bool:
    """Tell whether a text states a string of the gold: its figure, in whatever unit of money, or its words."""
    figures = list(_figures(wanted))
    if not figures or not _ONLY_FIGURE.fullmatch(wanted):
        return _packed(wanted) in _packed(text)
    return any(_alike(figure, figures[0]) for figure in _figures(text))


def _packed(text: str) -> str:
    return "".join(text.split())


def _figures(text: str) -> Iterator[Figure]:
    for match in _FIGURE.finditer(text.replace("．", ".")):
        number = match["number"].replace(",", "").replace("−", "-").replace("－", "-")
        yield Decimal(number), (match["unit"] or "").replace("％", "%")


def _alike(stated: Figure, wanted: Figure) -> bool:
    (value, unit), (gold, gold_unit) = stated, wanted
    if unit in _MONEY and gold_unit in _MONEY:
        base = gold * _MONEY[gold_unit]
        room = min(_money_step(stated, wanted), abs(base) * _ROUNDING + _HAIR)
        return abs(value * _MONEY[unit] - base) <= room / 2 + _HAIR
    if gold_unit in ("", unit) or (gold_unit == "%" and not unit):
        return abs(value - gold) <= _step(gold) * _HALF + _HAIR
    return gold_unit in _MONEY and not unit and value == gold


def _money_step(stated: Figure, wanted: Figure) -> Decimal:
    """Return the last digit of the coarser of two amounts, of the gold's where their units are one."""
    (value, unit), (gold, gold_unit) = stated, wanted
    own, golds = _step(value) * _MONEY[unit], _step(gold) * _MONEY[gold_unit]
    if _MONEY[unit] > _MONEY[gold_unit]:
        return own
    return golds if unit == gold_unit else max(own, golds)


def _step(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
