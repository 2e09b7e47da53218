"""What a measure means and how it is computed: from the project's own definitions, and said to be so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.formulas import formula_for, named
from assistant.lexicon import Lexicon
from assistant.model import Answer, Query, Status
from ingest.labels import normalise

_ASKING = re.compile(
    r"怎么|如何|怎样|计算|公式|得出|得来|出来|(?<![预决核结])算的?|是指|指的?|什么|意思|含义|定义|理解|是|的"
)


def defined(query: Query, lexicon: Lexicon, trace: Sequence[str]) -> Answer | None:
    """Answer 三公经费控制率怎么算 from the definitions; ``None`` for a measure that has none there."""
    content = lexicon.canonical(normalise(_ASKING.sub("", query.content)))
    formula = formula_for(content) or named(content)
    if formula is not None:
        text = f"{formula.text}。{formula.meaning}（来自本系统的指标定义，不是报告原文）。"
        return Answer(Status.ANSWERED, text, (), (), (*trace, f"定义：{formula.name}"))
    whole = next((term for term in lexicon.terms_in(content) if term in lexicon.parts), "")
    if whole:
        parts = [part for part in lexicon.parts[whole] if part not in lexicon.parts]
        text = f"{whole} = {' + '.join(parts)}（来自本系统的指标定义，不是报告原文）。"
        return Answer(Status.ANSWERED, text, (), (), (*trace, f"定义：{whole}"))
    return None
