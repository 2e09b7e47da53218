"""Saying that an answer rests on a report that is loaded twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.model import Answer
from ingest.model import Report
from ingest.names import twins


def with_twins(answer: Answer, reports: Sequence[Report]) -> Answer:
    """Return an answer that says so where it cites a report that is loaded twice."""
    cited = {citation.report for citation in answer.citations}
    doubled = {report: names for report, names in twins(reports).items() if report in cited} if cited else {}
    if not doubled:
        return answer
    first = next(report for report in reports if report.id in doubled)
    names = "”和“".join((first.name, *doubled[first.id]))
    return replace(answer, text=f"{answer.text}（“{names}”像是同一份报告载入了两次，请核对后移除一份）")
