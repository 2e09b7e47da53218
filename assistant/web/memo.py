"""A conversation as a Word document: each question with its answer, and the evidence behind every figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant.feedback import Asked
from assistant.model import FORMULA
from assistant.web.answer import badge
from assistant.web.document import EvidenceDocument
from assistant.web.workbook import xml_text
from ingest.store import Store

TITLE = "绩效问答记录"


def conversation_document(turns: Sequence[Asked], store: Store, now: datetime | None = None) -> bytes:
    """Return a conversation as a .docx; the reports are looked up in ``store`` as they are now.

    A citation of a report that is gone, or that says something else by now, is said to be so in a line.
    """
    memo = _Memo(store, TITLE)
    memo.opening(turns, now or datetime.now())
    for number, turn in enumerate(turns, 1):
        memo.turn(number, turn)
    return memo.data()


class _Memo(EvidenceDocument):
    """The record of a conversation being written."""

    def opening(self, turns: Sequence[Asked], now: datetime) -> None:
        self.heading(TITLE, 0)
        self.line(f"时间：{now:%Y年%m月%d日 %H:%M}　　共 {len(turns)} 个问题")
        chosen = dict.fromkeys(report for turn in turns for report in turn.reports)
        everything = f"全部已载入的报告（现有 {len(self.reports)} 份）"
        self.line("提问范围：" + (self.names(chosen) if all(turn.reports for turn in turns) else everything))
        self.line("引到的报告：" + self.names(one.report for turn in turns for one in turn.answer.citations))

    def turn(self, number: int, turn: Asked) -> None:
        self.heading(f"{number}. {turn.question}", 1)
        word = badge(turn.answer)
        if word:
            self.line(word).runs[0].bold = True
        formulas = (line for line in turn.answer.trace if line.startswith(FORMULA))
        for line in (*filter(str.strip, xml_text(turn.answer.text).splitlines()), *formulas):
            self.line(line)
        self.evidence(turn.answer.citations)
