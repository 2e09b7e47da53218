"""Yes or no, where a question asks for it and a rate or two equal figures tell: 超编没有？对得上吗？"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from assistant.model import Answer, Query, Status
from ingest.labels import squeeze

_OVER = re.compile(r"超(?:编|支|预算|标|没超)|控制住")
_YES_NO = re.compile(r"没[？?]?$|吗|没有[？?]?$|有没有|是否|没超|了没|不[？?]?$")
_WHOLE = Decimal(100)
AGREES = re.compile(r"对得上|一致|一样吗|相等|等于|是不是|吻合|平不平")


def judged(query: Query, answer: Answer) -> Answer:
    """Return a rate's answer with the verdict first, where the question asks whether a limit was kept."""
    text = squeeze(query.text)
    if answer.status is not Status.ANSWERED or len(answer.values) != 1 or not _OVER.search(text):
        return answer
    value = answer.values[0]
    if value.unit != "%" or not value.measure.endswith("控制率") or not _YES_NO.search(text):
        return answer
    lead = "超了" if value.value > _WHOLE else "没有超"
    return replace(answer, text=f"{lead}，{answer.text}")


def agreement(difference: Decimal, other: str) -> str:
    """Say whether two figures agree; up to 0.02 is rounding."""
    return f"，与{other}一致" if abs(difference) <= Decimal("0.02") else f"，与{other}不一致"
