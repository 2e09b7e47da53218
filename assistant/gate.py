"""The gate every answer leaves through: no figure passes that no source, no formula and no check holds."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.model import GROUNDS, Answer, Status
from ingest.numbers import NUMBER, fold

_NUMBER = re.compile(NUMBER)
#: What is said of a blank beside other figures, and how many reports are left out, put none forward: 不等于0.
_NO_FIGURE = re.compile(r"不(?:等于|是)0(?![.\d])|另有\d{1,6}份报告没有列出")


def numbers_in(text: str) -> set[str]:
    """Return the numbers of a text as written, thousands' commas dropped: '1,802.42' → '1802.42'."""
    return {match.group().replace(",", "") for match in _NUMBER.finditer(fold(text))}


def unsupported(answer: Answer, question: str = "") -> set[str]:
    """Return the numbers in the answer's text that stand in no cited quote or place, formula, finding or value.

    Numbers of the question itself may be repeated.
    """
    held = numbers_in(question)
    for citation in answer.citations:
        held |= numbers_in(citation.quote) | numbers_in(citation.place) | {str(citation.n)}
    for value in answer.values:
        held |= numbers_in(value.period) | numbers_in(value.measure) | numbers_in(value.organisation)
    for line in answer.trace:
        if line.startswith(GROUNDS):
            held |= numbers_in(line)
    return numbers_in(_NO_FIGURE.sub("", answer.text)) - held


def pass_gate(answer: Answer, question: str) -> Answer:
    """Return the answer when every figure in it is supported, else an honest refusal."""
    if answer.status in (Status.NOT_FOUND, Status.CLARIFY):
        return answer
    loose = unsupported(answer, question)
    if not loose:
        return answer
    trace = (*answer.trace, f"出口核对：{'、'.join(sorted(loose))} 没有出处，答案未放行")
    return replace(
        answer,
        status=Status.NOT_FOUND,
        text="找到的内容里有数字核对不上出处，为免出错没有给出答案；请换个问法，或在报告原文里查看。",
        values=(),
        trace=trace,
    )
