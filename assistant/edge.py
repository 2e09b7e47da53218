"""Answering where an error must not stop what goes on around it: a batch, a page, the server."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from assistant.model import Answer, Status
from ingest.errors import JixiaoError, UnknownReportError

_log = logging.getLogger(__name__)
_FAILED = "这个问题没能答出来（程序内部出错，已记在程序的输出里）。请换个说法再问，并把问题告诉维护的人。"
#: What stands in the trace of an answer that an error of the program took the place of.
BROKEN = "程序内部出错"
#: The same for one that could not be put to the reports: one that isn't loaded, a store that can't be read.
UNASKED = "没有问成"


class Asking(Protocol):
    """What answers questions: the assistant."""

    def ask(self, question: str, history: Sequence[str] = (), reports: Sequence[str] = ()) -> Answer:
        """Answer a question."""


def answered(
    assistant: Asking, question: str, history: Sequence[str] = (), reports: Sequence[str] = (), unknown: str = ""
) -> Answer:
    """Answer a question; an error becomes a sentence, an unexpected one is written to the log in full.

    ``unknown`` replaces the sentence about a report that isn't loaded.
    """
    try:
        return assistant.ask(question, history=history, reports=reports)
    except JixiaoError as error:
        said = unknown if unknown and isinstance(error, UnknownReportError) else str(error)
        return Answer(Status.NOT_FOUND, said, trace=(UNASKED,))
    except Exception:
        _log.exception("a question could not be answered: %r", question[:200])
        return Answer(Status.NOT_FOUND, _FAILED, trace=(BROKEN,))
