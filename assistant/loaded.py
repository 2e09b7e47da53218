"""What an answer says of the reports it rests on: that one is loaded twice, that something in one was not read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.model import Answer, Status
from ingest.model import Report
from ingest.names import twins

#: How every warning about content that is in a file and was not read begins (``ingest.unread``).
_NOT_READ = re.compile(r"有 \d+ .{1,20}没有读，")
_MOST_NAMED = 2


def with_remarks(answer: Answer, reports: Sequence[Report]) -> Answer:
    """Return an answer that says what has to be known of the loaded reports to judge it."""
    if answer.status is Status.NOT_FOUND:
        return _with_unread(answer, reports)
    return _with_scans(_with_twins(answer, reports))


def _with_scans(answer: Answer) -> Answer:
    """Say that a figure was recognised from a picture: it may be misread, whatever the odds."""
    scanned = any(citation.scan for citation in answer.citations)
    return replace(answer, text=f"{answer.text}（由扫描件识别，请对照原件）") if scanned else answer


def _with_twins(answer: Answer, reports: Sequence[Report]) -> Answer:
    cited = {citation.report for citation in answer.citations}
    doubled = {report: names for report, names in twins(reports).items() if report in cited} if cited else {}
    if not doubled:
        return answer
    first = next(report for report in reports if report.id in doubled)
    names = "”和“".join((first.name, *doubled[first.id]))
    return replace(answer, text=f"{answer.text}（“{names}”像是同一份报告载入了两次，请核对后移除一份）")


def _with_unread(answer: Answer, reports: Sequence[Report]) -> Answer:
    """Say which reports hold pictures or embedded sheets that were not read: the answer may stand there."""
    partly = [report for report in reports if any(map(_NOT_READ.match, report.warnings))]
    if not partly or len(partly) > _MOST_NAMED:
        return answer
    told = "；".join(f"“{report.name}”{next(filter(_NOT_READ.match, report.warnings))}" for report in partly)
    return replace(answer, text=f"{answer.text}另请注意：{told}。")
