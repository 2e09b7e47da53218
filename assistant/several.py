"""Questions that ask several things at once: 编制、在职、控制率分别是多少？"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.model import Answer, Citation, Status, Value
from ingest.labels import squeeze

_SEVERAL = re.compile(r"(?:各|分别)(?:是|为|有)?(?:多少|几)|(?:各|分别)是?什么")
_KINDS = r"(?:年初|全年|调整)?(?:预算|决算|目标值?|实际(?:完成)?值?|完成值|执行|指标值|分值|得分|得分率)数?"
_PAIR = re.compile(rf"^(?P<stem>.+?)的?(?P<kinds>{_KINDS}(?:、{_KINDS})*(?:和|与|及|、){_KINDS})$")


def split_asks(question: str) -> list[str]:
    """Split a question into single ones; a question that asks one thing comes back alone."""
    packed = squeeze(question).rstrip("?？。")
    if not _SEVERAL.search(packed):
        return [question]
    listed = _SEVERAL.sub("", packed).rstrip("的")
    pair = _PAIR.match(listed)
    if pair:
        return [f"{pair['stem']}的{kind}是多少" for kind in re.split(r"、|和|与|及", pair["kinds"])]
    parts = [part for part in re.split(r"、|和|与|及|，", listed) if part]
    return [f"{part}是多少" for part in parts] if 1 < len(parts) <= 6 else [question]


def answer_each(answers: Sequence[Answer]) -> Answer | None:
    """Join the answers to the parts of a question, ``None`` when none of them was answered."""
    good = [a for a in answers if a.status in (Status.ANSWERED, Status.CONFLICT)]
    if not good:
        return None
    citations: list[Citation] = []
    values: list[Value] = []
    trace: list[str] = []
    for answer in answers:
        shift = len(citations)
        citations += [replace(c, n=c.n + shift) for c in answer.citations]
        values += [replace(v, citations=tuple(n + shift for n in v.citations)) for v in answer.values]
        trace += answer.trace
    text = "".join(answer.text if answer.text.endswith("。") else answer.text + "。" for answer in answers)
    status = Status.CONFLICT if any(a.status is Status.CONFLICT for a in answers) else Status.ANSWERED
    return Answer(status, text, tuple(values), tuple(citations), tuple(trace))
