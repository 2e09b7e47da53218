"""What a refusal of a question about the text points at: the passages that search finds nearest, never as an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.citations import Citer
from assistant.model import Answer
from assistant.refuse import FIGURE
from ingest.labels import one_line, without_number
from ingest.model import StoredPassage

#: A passage that scores less has little to do with the question.
LEAST = 0.25
_MOST = 3
_LONGEST_QUOTE = 120
_LONGEST_NAME = 30


def with_nearest(answer: Answer, found: Sequence[tuple[StoredPassage, float]], citer: Citer) -> Answer:
    """Return a refusal that names where the nearest passages stand, and cites them."""
    near = [stored for stored, score in found if score >= LEAST][:_MOST]
    if not near or answer.citations:
        return answer
    names = dict.fromkeys(filter(None, map(_name, near)))
    for stored in near:
        citer.passage(stored, one_line(stored.passage.text)[:_LONGEST_QUOTE])
    where = f"（{'、'.join(names)}）" if names else ""
    text = f"{answer.text}最接近的原文{where}列在出处里，未必答了这个问题，请自行核对。"
    return replace(answer, text=text, citations=tuple(citer.citations), trace=(*answer.trace, "检索：列出最接近的原文"))


def _name(stored: StoredPassage) -> str:
    """Return the heading that a passage stands under; none that holds a figure, which a refusal must not state."""
    path = stored.passage.heading_path
    name = one_line(without_number(path[-1])) if path else ""
    return name if len(name) <= _LONGEST_NAME and not FIGURE.search(name) else ""
