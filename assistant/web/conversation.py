"""A visitor's conversation: what is asked and answered in it, as the chat shows it, and how a page gets it back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from assistant.core import Assistant
from assistant.edge import answered
from assistant.feedback import Asked
from assistant.web.answer import Links, answer_html, in_page
from assistant.web.escape import escaped_lines
from assistant.web.places import workbook_link

#: Turns kept of one conversation.
MOST_TURNS = 100
#: Of these, as many of the last as this many turns and characters are brought back: each is asked again.
_MOST_BROUGHT_BACK, _LONGEST_KEPT = 30, 8_000
_REMOVED = "选定的报告已被移除或替换，请在“问哪些报告”里重新选，或看看报告的名称写得对不对。"
_CHANGING = "报告正在更新，请再问一次。"

Message = dict[str, Any]


def answer_turn(assistant: Assistant, question: str, history: tuple[str, ...], reports: tuple[str, ...]) -> Asked:
    """Answer a question after those asked before; an error becomes a sentence, never a broken page."""
    answer = answered(assistant, question, history, reports, unknown=_REMOVED if reports else _CHANGING)
    return Asked(question, history, reports, answer)


def questions(turns: Sequence[Asked]) -> tuple[str, ...]:
    """Return what was asked so far, oldest first."""
    return tuple(one.question for one in turns)


def asked_message(question: str) -> Message:
    """Return a question as the chat shows it."""
    return {"role": "user", "content": f"<div>{escaped_lines(question)}</div>"}


def answered_message(assistant: Assistant, asked: Asked, base: str) -> Message:
    """Return an answer as the chat shows it, what may be asked instead as buttons."""
    reports = {report.id: report for report in assistant.store.reports()}
    links = Links(in_page, workbook_link(base, asked.question, asked.history, asked.reports))
    message = {"role": "assistant", "content": answer_html(asked.answer, reports, links)}
    choices = asked.answer.choices
    return (
        {**message, "options": [{"value": one.question, "label": one.shown} for one in choices]} if choices else message
    )


def kept(turns: Sequence[Asked]) -> str:
    """Write a conversation's last turns down for the visitor's own browser: questions, and what each is narrowed to."""
    last: list[dict[str, Any]] = []
    for one in reversed(turns[-_MOST_BROUGHT_BACK:]):
        last.insert(0, {"q": one.question, "r": list(one.reports)})
        if len(json.dumps(last, ensure_ascii=False)) > _LONGEST_KEPT:
            last.pop(0)
            break
    return json.dumps(last, ensure_ascii=False)


def brought_back(assistant: Assistant, text: str) -> list[Asked]:
    """Answer a kept conversation anew, from the reports as they are now; what isn't one is an empty one."""
    turns: list[Asked] = []
    for question, reports in _kept_questions(text):
        turns.append(answer_turn(assistant, question, questions(turns), reports))
    return turns


def _kept_questions(text: str) -> list[tuple[str, tuple[str, ...]]]:
    try:
        entries = json.loads(text) if 0 < len(text) <= _LONGEST_KEPT else []
        text.encode()
        json.dumps(entries, ensure_ascii=False).encode()  # a lone surrogate stands in no question
    except (ValueError, RecursionError):
        return []
    found = []
    for entry in entries[-_MOST_BROUGHT_BACK:] if isinstance(entries, list) else []:
        question, reports = (entry.get("q"), entry.get("r")) if isinstance(entry, dict) else (None, None)
        if isinstance(question, str) and isinstance(reports, list) and all(isinstance(r, str) for r in reports):
            found.append((question, tuple(reports)))
    return found
