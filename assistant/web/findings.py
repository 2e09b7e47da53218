"""Findings as HTML: by gravity, each with its places, its formulas, and what a reviewer said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from assistant.checks.findings import Finding
from assistant.checks.listing import tally
from assistant.checks.relations import Severity
from assistant.checks.verdicts import Verdict
from assistant.model import Citation
from assistant.web.answer import in_page
from assistant.web.escape import escaped_lines
from assistant.web.evidence import evidence_html, note
from assistant.web.opinion import KINDS
from assistant.web.places import cite_key
from ingest.model import Report
from ingest.store import Store

_MOST_LISTED = 300
_MOST_PLACES = 8
#: Places drawn at once: those that contradict each other, and one or two they are worked out from.
MOST_DRAWN = 4
_CLASSES = {Severity.ERROR: "jx-grave", Severity.SUSPECT: "jx-doubtful", Severity.NOTE: "jx-slight"}
_VERDICTS = (Verdict.TRUE, Verdict.FALSE)


def findings_html(
    found: Sequence[Finding], reports: Mapping[str, Report], base: str, cite: Callable[[Citation], str] = in_page
) -> str:
    """List findings, the gravest first; what was called 误报 is folded away at the end."""
    kept = [one for one in found if one.verdict != Verdict.FALSE]
    false = [one for one in found if one.verdict == Verdict.FALSE]
    order = list(Severity)
    kept.sort(key=lambda one: order.index(one.severity))
    several = len({one.report for one in found}) > 1

    def card(one: Finding) -> str:
        report = reports.get(one.report)
        return finding_html(one, report.name if report and several else "", base, cite)

    shown = "".join(map(card, kept[:_MOST_LISTED]))
    more = note(f"只列出前 {_MOST_LISTED} 处，其余请选报告再看，或导出。") if len(kept) > _MOST_LISTED else ""
    folded = "".join(map(card, false))
    folded = f"<details><summary>已标为误报 {len(false)} 处</summary>{folded}</details>" if false else ""
    return f"{note(tally(found))}{shown}{more}{folded}"


def finding_html(one: Finding, report: str, base: str, cite: Callable[[Citation], str] = in_page) -> str:
    """Draw one finding; ``report`` is its report's name where several are listed."""
    place = f"<small>{escaped_lines(report)}</small> " if report else ""
    kind = escaped_lines(KINDS.get(one.kind, one.kind))
    lines = "".join(f'<p class="jx-formula">{escaped_lines(line)}</p>' for line in one.formulas)
    formulas = f"<details><summary>算式 {len(one.formulas)} 条</summary>{lines}</details>" if lines else ""
    drawn = " ".join(cite_key(citation) for _, citation in one.stated[:MOST_DRAWN])
    return (
        f'<article class="jx-finding {_CLASSES[one.severity]}" tabindex="0" data-places="{escape(drawn)}">'
        f'<p class="jx-found"><span class="jx-badge">{one.severity.value}</span> {place}'
        f"<small>{kind}，把握 {one.sure * 100:.0f}%</small></p>"
        f'<p class="jx-text">{escaped_lines(one.message)}</p>'
        f"{formulas}{_places(one, cite)}{_verdict(one, base)}</article>"
    )


def _places(one: Finding, cite: Callable[[Citation], str]) -> str:
    items = [
        f'<li><a class="jx-cite" href="{escape(cite(citation))}">{escaped_lines(citation.where)}</a> '
        f"<small>“{escaped_lines(text)}”</small></li>"
        for text, citation in one.stated
    ]
    first, more = items[: min(one.disputed, _MOST_PLACES)], items[min(one.disputed, _MOST_PLACES) :]
    listed = f'<ul class="jx-cites">{"".join(first)}</ul>'
    if more:
        listed += (
            f'<details><summary>算式里的另 {len(more)} 处</summary><ul class="jx-cites">{"".join(more)}</ul></details>'
        )
    return listed


def _verdict(one: Finding, base: str) -> str:
    """Draw the form in which a reviewer says 属实 or 误报; it works without script too.

    Enter in the note presses a form's first button: one that keeps the note and leaves the verdict as it is.
    """
    entered = f'<button name="verdict" value="{escape(one.verdict)}" hidden></button>'
    buttons = entered + "".join(_button(word, pressed=one.verdict == word) for word in _VERDICTS)
    again = '<button name="verdict" value="">撤回</button>' if one.verdict else ""
    fields = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in (("report", one.report), ("finding", one.id))
    )
    asked = 'aria-label="说明" placeholder="说明（可不写）"'
    said = f'<input name="note" maxlength="500" {asked} value="{escape(one.note)}">'
    action = f"{base}findings/verdict"
    return f'<form class="jx-verdict" method="post" action="{action}">{fields}{said}{buttons}{again}</form>'


def _button(word: Verdict, *, pressed: bool) -> str:
    return f'<button name="verdict" value="{word.value}" aria-pressed="{str(pressed).lower()}">{word.value}</button>'


def places_html(store: Store, keys: Sequence[str], base: str, *, chat: bool = True) -> str:
    """Draw several places one under the other, each lit; only the first one is what the page scrolls to."""
    drawn = [evidence_html(store, key, base, chat=chat) for key in keys[:MOST_DRAWN]]
    rest = [one.replace(' id="jx-lit"', "") for one in drawn[1:]]
    return '<hr class="jx-apart">'.join([*drawn[:1], *rest])


def export_links(base: str, reports: Sequence[str], severity: str = "") -> str:
    """Draw the links that download what is listed: some reports' findings, of one severity or of all."""
    query = urlencode([*(("r", report) for report in reports), *([("s", severity)] if severity else [])])
    query = "?" + escape(query) if query else ""
    links = "　".join(
        f'<a class="jx-take" href="{base}findings.{kind}{query}" download>{name}</a>'
        for kind, name in (("docx", "导出复核意见（.docx）"), ("xlsx", "导出清单（.xlsx）"))
    )
    return f'<p class="jx-links">{links}</p>'
