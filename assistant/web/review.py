"""What visitors said of answers, listed for the reviewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from assistant.web.evidence import note

VERDICTS = {"wrong": "答错了", "helpful": "答得对"}
HEADER = ("时间", "谁", "评价", "问题", "先前的问题", "答案", "应为（说明）", "出处")
_MOST_LISTED = 200


def table_rows(entries: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Return the entries as rows under ``HEADER``, the latest first."""
    return [_row(entry) for entry in reversed(entries)]


def review_html(entries: Sequence[Mapping[str, Any]], verdict: str = "") -> str:
    """List the entries with a verdict (``wrong``, ``helpful``), or all, the latest first."""
    fit = [entry for entry in entries if not verdict or entry.get("verdict") == verdict]
    if not fit:
        return note("还没有这样的评价。在“提问”页对一条答案点“答得对”或“答错了”，就会记在这里。")
    head = "".join(f"<th>{name}</th>" for name in HEADER)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in table_rows(fit)[:_MOST_LISTED]
    )
    more = f"，列出最近 {_MOST_LISTED} 条，全部请导出" if len(fit) > _MOST_LISTED else ""
    return (
        f'{note(f"共 {len(fit)} 条{more}")}<div class="jx-scroll" tabindex="0">'
        f'<table class="jx-list"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _when(time: str) -> str:
    """Return a moment by this machine's clock, as its people read it; what is no moment stays as it is."""
    try:
        return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return time


def _row(entry: Mapping[str, Any]) -> tuple[str, ...]:
    answer = entry.get("answer") or {}
    cited = "\n".join(f"[{one.get('n')}] {one.get('place')}" for one in answer.get("citations") or ())
    return (
        _when(str(entry.get("time", ""))),
        str(entry.get("user", "")),
        VERDICTS.get(str(entry.get("verdict")), ""),
        str(entry.get("question", "")),
        "\n".join(map(str, entry.get("history") or ())),
        str(answer.get("text", "")),
        str(entry.get("note", "")),
        cited,
    )
