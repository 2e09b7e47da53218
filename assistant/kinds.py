"""Which kind of figure a question asks for."""

from __future__ import annotations

import re

from ingest.labels import KIND_PATTERNS
from ingest.model import Kind

#: What people say in place of the kind: 批了多少, 得了几分, 占几分, 用了多少.
_SAID = (
    (Kind.WEIGHT, re.compile(r"占(?:了)?几?分|几分的|标的?几?分")),
    (Kind.SCORE, re.compile(r"扣(?:了|过)?(?:几|多少)?分|[得拿]了?(?:几|多少)?分|失分|扣分|得了(?!.{0,3}奖)")),
    (Kind.BUDGET, re.compile(r"批了|批的|批复了?")),
    (Kind.ACTUAL, re.compile(r"用了|花了|花掉|花的|用掉|实际|省下|省了|节约了|开出去|掏了|支付了|开销")),
)


def asked_kind(content: str, packed: str = "") -> Kind | None:
    """Return the kind that a question's words name, the last of several (预算执行率的目标值 is a target).

    ``packed`` is the whole question, which may say the kind by a verb: 占几分, 批了多少.
    """
    found: list[tuple[int, int, Kind]] = []
    for rank, (kind, pattern) in enumerate(KIND_PATTERNS):
        ends = [match.end() for match in pattern.finditer(content)]
        if ends:
            found.append((ends[-1], -rank, kind))
    if found:
        return max(found)[2]
    return next((kind for kind, pattern in _SAID if pattern.search(packed or content)), None)


def explicit(kind: Kind | None) -> bool:
    """Tell whether a kind is asked for apart from the measure; a rate is one by its own name."""
    return kind not in (None, Kind.RATE)
