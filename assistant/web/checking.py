"""The 勾稽 tab and its routes: checking chosen reports, keeping verdicts, taking findings along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr

from assistant.checks.findings import Finding
from assistant.checks.verdicts import Verdict, Verdicts
from assistant.core import Assistant
from assistant.web import library
from assistant.web.evidence import note
from assistant.web.findings import export_links, findings_html
from ingest.errors import JixiaoError, UnknownReportError
from ingest.model import Report

#: Reports that are checked at once from the page when none is chosen.
MOST_AT_ONCE = 200
#: What stands in the tab before anything is checked.
CHECK_HINT = note("选报告，点“开始核对”：明细与合计、比率、得分、前后是否一致、与上年报告是否衔接，逐条列出。")
PLACES_HINT = note("点一条问题，这里会打开有关的几处原文，都标出来。")
_PROGRESS = gr.Progress()
_EVERY = "全部"
#: Bytes of a verdict's form.
LONGEST_FORM = 20_000


def of_severity(found: Sequence[Finding], severity: str) -> list[Finding]:
    """Return the findings of a severity, all of them for none named."""
    return [one for one in found if severity in (_EVERY, "") or one.severity.value == severity]


class Desk:
    """What the checks say of loaded reports, and what reviewers say of that."""

    def __init__(self, assistant: Assistant, base: str) -> None:
        self._assistant = assistant
        self.base = base
        self.verdicts = Verdicts(assistant.store.folder)

    def reports(self, chosen: Sequence[str]) -> list[Report]:
        """Return the chosen reports, or the first of all that are loaded; raises for one that isn't loaded."""
        if chosen:
            return [self._assistant.store.find_report(one) for one in chosen]
        return self._assistant.store.reports()[:MOST_AT_ONCE]

    def found(self, chosen: Sequence[str], progress: Callable[[int, int], None] | None = None) -> list[Finding]:
        """Return the findings of the chosen reports with what reviewers said of them."""
        return self.verdicts.heeded(self._assistant.checker.run(self.reports(chosen), progress))

    def choices(self) -> Any:
        """Return the chooser with the reports that are loaded now."""
        return gr.Dropdown(choices=[(library.label(one), one.id) for one in self._assistant.store.reports()])

    def run(self, chosen: list[str] | None, severity: str, progress: Callable[..., Any] = _PROGRESS) -> str:
        """Check the chosen reports; return the findings as HTML."""
        if not self._assistant.store.reports():
            return note("还没有报告，请先在“报告”里上传。")
        try:
            found = self.found(chosen or (), lambda done, whole: progress((done, whole), desc="正在核对", unit="份"))
        except JixiaoError as error:
            return note(str(error))
        shown = of_severity(found, severity)
        loaded = self._assistant.store.reports()
        many = len(loaded) > MOST_AT_ONCE and not chosen
        more = note(f"报告多于 {MOST_AT_ONCE} 份，只核对了前 {MOST_AT_ONCE} 份；请选报告再核对。") if many else ""
        if found and not shown:
            return f"{more}{note(f'“{severity}”这一类没有；其他类有 {len(found)} 处，选“{_EVERY}”看。')}"
        html = findings_html(shown, {report.id: report for report in loaded}, self.base)
        wanted = "" if severity == _EVERY else severity
        return f"{export_links(self.base, chosen or (), wanted)}{more}{html}"

    def judge(self, form: str, user: str) -> Finding:
        """Keep the verdict that a form holds; return the finding with it.

        Raises ``UnknownReportError`` with a sentence where the report or the finding isn't there any more.
        """
        fields = dict(parse_qsl(form, keep_blank_values=True))
        report = self._assistant.store.find_report(fields.get("report", ""))
        found = self._assistant.checker.check(report).findings
        one = next((finding for finding in found if finding.id == fields.get("finding")), None)
        word = fields.get("verdict", "")
        if one is None or word not in set(Verdict):
            raise UnknownReportError("这条勾稽问题已经不在了（报告更新过），请重新检查再标。")
        self.verdicts.keep(one, Verdict(word), fields.get("note", ""), user)
        return self.verdicts.heeded([one])[0]
