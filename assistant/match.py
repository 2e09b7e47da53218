"""How well a question's words and a label's words cover each other, by common runs of characters."""

from __future__ import annotations

import re
from functools import lru_cache

_GENERIC = re.compile(
    r"合计|总计|总额|小计|汇总|金额|情况|决算|预算|年初|年末|全年|年度|年|实际|完成|执行|指标|绩效|数$|数额|额$|值$|度$|支出$|收入$|费用$|全州|全县|全市|全省|全区|自评|目标|达到|实现|新增|"
    r"增减|增长|减少|下降|增加|提高|降低|上升|增速|增幅|降幅|比上年|率$|(?:19|20)\d\d"
)
#: Words that only join others: they name nothing that could be missed.
_JOINING = frozenset("中里内用在有是于及和与的之对向给把被为了个方面等其约共已")
#: How much a generic character counts beside one that names something.
_LIGHT = 0.35
_SHORTEST = 2


@lru_cache(maxsize=65_536)
def weights(text: str) -> tuple[float, ...]:
    """Return one weight per character: generic words (合计, 决算数, 情况) count less."""
    found = [0.0 if char in _JOINING else 1.0 for char in text]
    for match in _GENERIC.finditer(text):
        for position in range(match.start(), match.end()):
            found[position] = min(found[position], _LIGHT)
    return tuple(found)


@lru_cache(maxsize=131_072)
def covered(text: str, label: str) -> frozenset[int]:
    """Return the positions of ``text`` that lie in a run of two or more characters common with ``label``."""
    if text == label:
        return frozenset(range(len(text)))
    positions: set[int] = set()
    start = 0
    while start < len(text):
        end = start + 1
        while end <= len(text) and text[start:end] in label:
            end += 1
        length = end - 1 - start
        if length >= _SHORTEST or (length == 1 and len(label) == 1):
            positions.update(range(start, start + length))
        start += max(1, length - 1) if length > 1 else 1
    return frozenset(positions)


def share(text: str, positions: frozenset[int] | set[int]) -> float:
    """Return the weighted share of ``text`` that ``positions`` cover, 1.0 for an empty text."""
    scale = weights(text)
    whole = sum(scale)
    return sum(scale[p] for p in positions) / whole if whole else 1.0


def leaves_a_word_out(text: str, positions: frozenset[int] | set[int]) -> bool:
    """Tell whether ``positions`` miss a character of ``text`` that names something: the 净 of 净利润."""
    return any(weight == 1.0 and position not in positions for position, weight in enumerate(weights(text)))


def names_another(text: str, positions: frozenset[int] | set[int], labels: tuple[str, ...]) -> bool:
    """Tell whether both sides are left with words of their own: 基本支出 is not 基本工资."""
    over = any(weight > 0 and p not in positions for p, weight in enumerate(weights(text)))
    return over and any(leaves_a_word_out(label, covered(label, text)) for label in labels)
