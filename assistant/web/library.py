"""The loaded reports as a list, and which of them a visitor means."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape

from assistant.web.evidence import note
from assistant.web.places import reading_link
from ingest.errors import UnknownReportError
from ingest.labels import squeeze
from ingest.model import Report
from ingest.names import twin_warnings

#: Rows of the list on the page; words narrow a longer one.
MOST_LISTED = 100


def label(report: Report) -> str:
    """Name a report in a chooser."""
    year = f"　{report.year}年" if report.year else ""
    return f"{report.organisation or report.title}{year}　{report.name}"


def narrowed(reports: Iterable[Report], words: str) -> list[Report]:
    """Return the reports whose department, year, title or file name holds all the words."""
    wanted = [squeeze(word).lower() for word in words.split()]
    return [report for report in reports if all(word in _searchable(report) for word in wanted)]


def _searchable(report: Report) -> str:
    return squeeze(
        " ".join((report.organisation, *report.aliases, f"{report.year}年", report.title, report.name))
    ).lower()


def chosen(
    reports: Sequence[Report], departments: Sequence[str], years: Sequence[str], ids: Sequence[str]
) -> tuple[str, ...]:
    """Return the ids of the reports to ask; empty for all of them.

    Reports chosen one by one go before departments and years, which narrow together.  Raises
    ``UnknownReportError`` where nothing that is loaded fits.
    """
    if ids:
        return tuple(ids)
    if not departments and not years:
        return ()
    fit = tuple(
        report.id
        for report in reports
        if (not departments or (report.organisation or report.title) in departments)
        and (not years or report.year in years)
    )
    if not fit:
        raise UnknownReportError("没有同时符合所选单位和年度的报告，请放宽“问哪些报告”的选择。")
    return fit


def recalled(reports: Sequence[Report], kept: str) -> tuple[list[str], list[str], list[str]]:
    """Return the (departments, years, ids) that a page kept as JSON, as far as they are still loaded."""
    try:
        lists = json.loads(kept) if kept else []
    except (ValueError, RecursionError):
        lists = []
    known: list[set[str]] = [
        {report.organisation or report.title for report in reports},
        {report.year for report in reports if report.year},
        {report.id for report in reports},
    ]
    if not isinstance(lists, list) or len(lists) != len(known):
        return [], [], []
    own = [
        [name for name in names if isinstance(name, str) and name in fit] if isinstance(names, list) else []
        for names, fit in zip(lists, known, strict=True)
    ]
    return own[0], own[1], own[2]


def list_html(reports: Sequence[Report], words: str, base: str) -> str:
    """List the reports that fit the words: name to open it by, department, year, tables, facts, warnings."""
    fit = narrowed(reports, words)
    if not reports:
        return note("还没有报告，请先在上面上传。")
    if not fit:
        return note(f"没有符合“{words}”的报告，请换几个字。")
    doubled = twin_warnings(reports)
    rows = "".join(_row(report, base, doubled.get(report.id, "")) for report in fit[:MOST_LISTED])
    more = f"，只列出前 {MOST_LISTED} 份，请多输几个字缩小" if len(fit) > MOST_LISTED else ""
    return (
        f"{note(f'共 {len(fit)} 份{more}')}"
        '<div class="jx-scroll" tabindex="0"><table class="jx-list"><thead><tr>'
        "<th>报告（点开全文阅读）</th><th>单位</th><th>年度</th><th>表</th><th>事实</th><th>读入时的提醒</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(report: Report, base: str, doubled: str) -> str:
    warnings = "<br>".join(map(escape, (*report.warnings, *filter(None, [doubled])))) or "无"
    link = escape(base + reading_link(report.id))
    return (
        f'<tr><td><a href="{link}" target="_blank" rel="noopener">{escape(report.name)}</a></td>'
        f"<td>{escape(report.organisation)}</td><td>{escape(report.year)}</td><td>{report.tables}</td>"
        f"<td>{report.facts}</td><td>{warnings}</td></tr>"
    )
