"""Questions to begin with that the loaded reports really answer."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from assistant.core import Assistant
from assistant.model import Status
from ingest.errors import JixiaoError
from ingest.model import Report

_MOST = 6
#: Reports that examples are drawn from: the first and the last loaded of many.
_REPORTS = 2


class Examples:
    """Chooses example questions once for each state of the store."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._known: tuple[int, tuple[str, ...]] = (-1, ())

    def now(self) -> tuple[str, ...]:
        """Return up to six questions that are answered now; none while nothing is loaded."""
        generation = self._assistant.store.generation()
        if self._known[0] != generation:
            self._known = (generation, self._chosen(self._assistant.store.reports()))
        return self._known[1]

    def _chosen(self, reports: Sequence[Report]) -> tuple[str, ...]:
        if not reports:
            return ()
        several = len({report.organisation for report in reports}) > 1
        about = [reports[0], reports[-1]][: _REPORTS if several else 1]
        found: list[str] = []
        for number, asked in enumerate(_candidates()):
            report = about[number % len(about)]
            question = f"{report.organisation}{asked}" if several else asked
            if self._answered(question, report):
                found.append(question)
            if len(found) == _MOST:
                break
        return tuple(found)

    def _answered(self, question: str, report: Report) -> bool:
        try:
            return self._assistant.ask(question, reports=(report.id,)).status is Status.ANSWERED
        except JixiaoError:  # the report was removed meanwhile
            return False


def _candidates() -> list[str]:
    text = (files("assistant") / "data" / "examples.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
