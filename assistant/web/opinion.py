"""Findings to take along: a list as .xlsx, a 复核意见 as .docx with the evidence of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from assistant.checks.findings import Finding
from assistant.checks.listing import tally
from assistant.checks.verdicts import Verdict
from assistant.web.document import EvidenceDocument
from assistant.web.workbook import GONE, rows_workbook
from ingest.errors import JixiaoError
from ingest.store import Store

HEADER = ("报告", "严重程度", "类别", "把握", "问题", "原文", "应为", "算式", "位置", "复核结论", "说明")
TITLE = "复核意见"
#: The families of findings in words.
KINDS = {
    "direction": "增减方向", "carry": "与上年报告", "scores": "分值得分", "change": "增减额", "units": "汇总与单位",
    "across": "横向合计", "parts": "明细与合计", "roll": "结转结余", "ratio": "比率", "target": "绩效目标",
    "same": "前后一致", "year": "年度", "reason": "扣分原因", "grade": "评价等次",
}  # fmt: skip
_MOST_SHOWN = 4


def findings_workbook(found: Sequence[Finding], store: Store) -> bytes:
    """Return findings as an .xlsx of one sheet, a finding a row."""
    names = {report.id: report.name for report in store.reports()}
    return rows_workbook("勾稽检查", HEADER, [_row(one, names.get(one.report, GONE)) for one in found])


def _row(one: Finding, name: str) -> tuple[str, ...]:
    disputed = one.stated[: one.disputed]
    return (
        name, one.severity.value, KINDS.get(one.kind, one.kind), f"{one.sure * 100:.0f}%", one.message,
        "；".join(dict.fromkeys(text for text, _ in disputed)), one.recomputed or "", "\n".join(one.formulas),
        "\n".join(dict.fromkeys(citation.where for _, citation in disputed)), one.verdict, one.note,
    )  # fmt: skip


def opinion_document(found: Sequence[Finding], store: Store, now: datetime | None = None) -> bytes:
    """Return findings as a .docx: report by report, each with its formulas and the places it is about.

    What reviewers called 误报 is left out and counted.
    """
    opinion = EvidenceDocument(store, TITLE)
    opinion.heading(TITLE, 0)
    opinion.line(f"时间：{now or datetime.now():%Y年%m月%d日 %H:%M}　　{tally(found)}")
    kept = [one for one in found if one.verdict != Verdict.FALSE]
    for report in dict.fromkeys(one.report for one in kept):
        own = [one for one in kept if one.report == report]
        opinion.heading(opinion.reports[report].name if report in opinion.reports else GONE, 1)
        opinion.line(f"共 {len(own)} 处：{tally(own)}。")
        for number, one in enumerate(own, 1):
            _write(opinion, number, one)
    if not kept:
        opinion.line("勾稽检查没有发现需要核实的地方。")
    return opinion.data()


def _write(opinion: EvidenceDocument, number: int, one: Finding) -> None:
    opinion.heading(f"{number}. [{one.severity.value}] {KINDS.get(one.kind, one.kind)}", 2)
    opinion.line(one.message)
    for line in one.formulas:
        opinion.line(f"算式：{line}", small=True)
    said = f"复核结论：{one.verdict}" if one.verdict else "复核结论：□属实　□误报"
    opinion.line(f"{said}　说明：{one.note}" if one.note else said)
    opinion.evidence([citation for _, citation in one.stated[: one.disputed]], _MOST_SHOWN)


def writer_of(path: Path) -> Callable[[Sequence[Finding], Store], bytes]:
    """Return what writes findings in the format that a file name asks for; raises ``JixiaoError`` for another."""
    writers = {".xlsx": findings_workbook, ".docx": opinion_document}
    if path.suffix.lower() not in writers:
        raise JixiaoError(f"看不出“{path.name}”要写成什么，请用 .xlsx（清单）或 .docx（复核意见）结尾的文件名。")
    return writers[path.suffix.lower()]
