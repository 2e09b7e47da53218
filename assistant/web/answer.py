"""An answer as HTML: its figure first, its citations as links, then formulas; conflicts side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from assistant.model import FOUND, GROUNDS, Answer, Choice, Citation, Status, Value
from assistant.web.chart import chart_html
from assistant.web.copying import encoded, plain_text
from assistant.web.escape import escaped_lines
from assistant.web.places import cite_key
from assistant.web.series import Series, comparable, shown_value
from ingest.model import Report

_MOST_CITES = 8
_LONGEST_QUOTE = 60
_BADGES = {
    Status.ANSWERED: "",
    Status.CONFLICT: "数据不一致",
    Status.CLARIFY: "请说明要问哪一个",
    Status.NOT_FOUND: "没有答案",
}
#: How a line of the trace begins that says what a follow-up left out.
_TAKEN_OVER = "沿用上一问"
#: What only those who work on the program can read: 问句覆盖 0.92，标签吻合 0.95; 口径 budget.
_WORKINGS = re.compile(r"（问句覆盖[^）]{0,60}）|，?口径 [a-z]{1,20}")
#: How refusals begin; the word becomes the badge.
_REFUSALS = ("未披露", "未填列", "未收录")


@dataclass(frozen=True, slots=True)
class Links:
    """How an answer's links are written: to evidence, to its values as a workbook, to what may be asked instead.

    An empty ``workbook`` and a missing ``choice`` leave those links out.
    """

    cite: Callable[[Citation], str]
    workbook: str = ""
    choice: Callable[[Choice], str] | None = None


def in_page(citation: Citation) -> str:
    """Link to a citation within the chat page, whose script opens it."""
    return f"#cite={cite_key(citation)}"


def answer_html(answer: Answer, reports: Mapping[str, Report], links: Links | None = None) -> str:
    """Render an answer as one block of HTML without line breaks."""
    links = links or Links(in_page)
    series = comparable(answer)
    parts = [_badge(answer), _taken_over(answer), _lead(answer)]
    parts.append(f'<p class="jx-text">{escaped_lines(answer.text)}</p>')
    parts.append(_sides(answer, reports, links) if answer.status is Status.CONFLICT else "")
    parts.append(chart_html(series, lambda numbers: _short(answer, numbers, links)) if series else "")
    parts.append(_citations(answer, reports, links))
    parts += [f'<p class="jx-formula">{escaped_lines(line)}</p>' for line in _worked_out(answer)]
    parts.append(_choices(answer.choices, links))
    parts.append(_foot(answer, links, series))
    parts.append(f'<span class="jx-copy">{encoded(plain_text(answer, reports))}</span>')
    return f'<div class="jx-answer jx-{answer.status.value}">{"".join(parts)}</div>'


def _taken_over(answer: Answer) -> str:
    """Say before anything else what was taken over from the question before."""
    line = next((one for one in answer.trace if one.startswith(_TAKEN_OVER)), "")
    return f'<p class="jx-source">{escaped_lines(line)}</p>' if line else ""


def badge(answer: Answer) -> str:
    """Return the word for an answer that is no plain answer: 未披露, 未填列, 数据不一致 …; empty for one that is."""
    if answer.status is Status.NOT_FOUND:
        return next((word for word in _REFUSALS if answer.text.startswith(word)), _BADGES[answer.status])
    return _BADGES[answer.status]


def _badge(answer: Answer) -> str:
    word = badge(answer)
    return f'<span class="jx-badge">{word}</span>' if word else ""


def _lead(answer: Answer) -> str:
    """Write the figure large, where the answer is one figure."""
    if answer.status is not Status.ANSWERED or len(answer.values) != 1:
        return ""
    value = answer.values[0]
    about = " · ".join(filter(None, (value.name, value.organisation, f"{value.period}年" if value.period else "")))
    return f'<p class="jx-figure"><b>{escaped_lines(shown_value(value))}</b> <span>{escaped_lines(about)}</span></p>'


def _sides(answer: Answer, reports: Mapping[str, Report], links: Links) -> str:
    """Set the values that contradict each other side by side, each with its places."""
    cards = "".join(_side(value, answer, reports, links) for value in answer.values)
    return f'<div class="jx-sides">{cards}</div>' if cards else ""


def _side(value: Value, answer: Answer, reports: Mapping[str, Report], links: Links) -> str:
    cited = [citation for citation in answer.citations if citation.n in value.citations]
    places = "".join(_item(citation, _several(answer), reports, links) for citation in cited)
    about = "".join(filter(None, (value.organisation, f"{value.period}年" if value.period else "")))
    return (
        f'<div class="jx-side"><b>{escaped_lines(shown_value(value))}</b> <small>{escaped_lines(about)}</small>'
        f'<ol class="jx-cites">{places}</ol></div>'
    )


def _citations(answer: Answer, reports: Mapping[str, Report], links: Links) -> str:
    """List the citations that no card holds, the later ones of many folded away."""
    held = {n for value in answer.values for n in value.citations} if answer.status is Status.CONFLICT else set()
    cited = [citation for citation in answer.citations if citation.n not in held]
    if not cited:
        return ""
    named = _several(answer)
    items = [_item(citation, named, reports, links) for citation in cited]
    first, more = items[:_MOST_CITES], items[_MOST_CITES:]
    source = "" if named else f'<p class="jx-source">出自 {escaped_lines(_name(cited[0], reports))}</p>'
    listed = f'{source}<ol class="jx-cites">{"".join(first)}</ol>'
    if more:
        listed += (
            f'<details><summary>另有 {len(more)} 处出处</summary><ol class="jx-cites">{"".join(more)}</ol></details>'
        )
    return listed


def _item(citation: Citation, named: bool, reports: Mapping[str, Report], links: Links) -> str:
    """List a citation; it is ``named`` with its report where the answer cites several."""
    report = f"{escaped_lines(_name(citation, reports))}　" if named else ""
    quoted = escaped_lines(citation.quoted(_LONGEST_QUOTE))
    return (
        f'<li value="{citation.n}"><a class="jx-cite" href="{_attribute(links.cite(citation))}">'
        f"[{citation.n}] {escaped_lines(citation.where)}</a> <small>{report}{quoted}</small></li>"
    )


def _several(answer: Answer) -> bool:
    return len({citation.report for citation in answer.citations}) > 1


def _name(citation: Citation, reports: Mapping[str, Report]) -> str:
    report = reports.get(citation.report)
    return report.name if report else "（这份报告已被移除）"


def _short(answer: Answer, numbers: Sequence[int], links: Links) -> str:
    """Link citations by their numbers alone."""
    cited = [citation for citation in answer.citations if citation.n in numbers]
    return "".join(f'<a class="jx-cite" href="{_attribute(links.cite(one))}">[{one.n}]</a>' for one in cited)


def _choices(choices: Sequence[Choice], links: Links) -> str:
    if links.choice is None or not choices:
        return ""
    items = (f'<li><a href="{_attribute(links.choice(one))}">{escaped_lines(one.shown)}</a></li>' for one in choices)
    return f'<ul class="jx-choices">{"".join(items)}</ul>'


def _worked_out(answer: Answer) -> list[str]:
    """Return the formulas of an answer, and the findings that dispute its figures but don't stand in its text."""
    lines = [line for line in answer.trace if line.startswith(GROUNDS)]
    return [line for line in lines if line.removeprefix(FOUND) not in answer.text]


def _foot(answer: Answer, links: Links, series: Series | None) -> str:
    """Close with the way it was found, and with the values to take along."""
    lines = [_WORKINGS.sub("", line) for line in answer.trace if not line.startswith((*GROUNDS, _TAKEN_OVER))]
    found = "".join(f"<li>{escaped_lines(line)}</li>" for line in lines)
    parts = f"<details><summary>怎么查到的</summary><ul>{found}</ul></details>" if found else ""
    if links.workbook and answer.values:
        words = "下载数据和图（.xlsx）" if series else "下载数据（.xlsx）"
        parts += f'<a class="jx-take" href="{_attribute(links.workbook)}" download="">{words}</a>'
    return f'<div class="jx-foot">{parts}</div>' if parts else ""


def _attribute(link: str) -> str:
    """Write a link for an attribute: what isn't of a link's own characters is encoded, Markdown's are entities."""
    return quote(link, safe="/#?=&%~.-_+").replace("&", "&amp;").replace("_", "&#95;")
