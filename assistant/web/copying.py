"""An answer as plain text to paste: what is said, its figures as a table that Excel takes, its sources."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from assistant.model import Answer
from ingest.model import Report
from ingest.numbers import plain

_LONGEST_QUOTE = 200
#: What ``quote`` leaves as it is though Markdown reads it.
_MARKS = {"_": "%5F", "~": "%7E", "-": "%2D", ".": "%2E"}


def plain_text(answer: Answer, reports: Mapping[str, Report]) -> str:
    """Return the answer's text, its figures a line each with tabs between where there are several, its citations."""
    lines = [answer.text]
    if len(answer.values) > 1:
        lines.append("指标\t数值\t单位\t单位名称\t年度\t出处")
        for value in answer.values:
            numbers = "".join(f"[{n}]" for n in value.citations)
            cells = (value.name, plain(value.value), value.unit, value.organisation, value.period, numbers)
            lines.append("\t".join(" ".join(cell.split()) for cell in cells))
    for citation in answer.citations:
        report = reports.get(citation.report)
        name = report.name if report else "（这份报告已被移除）"
        lines.append(f"[{citation.n}] {name}｜{citation.where}｜{citation.quoted(_LONGEST_QUOTE)}")
    return "\n".join(lines)


def encoded(text: str) -> str:
    """Write a text so that neither Markdown nor a cleaner of HTML changes it; ``decodeURIComponent`` reads it back."""
    return "".join(_MARKS.get(char, char) for char in quote(text, safe=""))
