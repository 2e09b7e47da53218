"""The lines of a trace that a person reads: how a question was understood, what was looked up."""

from __future__ import annotations

from assistant.compose import measure_name, shown
from assistant.lookup import Found
from assistant.model import Query


def said(query: Query) -> list[str]:
    """Return the first lines of the trace: how the question was understood."""
    parts = [f"指标“{query.content}”"] if query.content else []
    if query.organisations:
        parts.append(f"单位“{query.organisation_word}”={'、'.join(query.organisations)}")
    if query.periods:
        parts.append(f"年度{'、'.join(query.periods)}")
    if query.kind:
        parts.append(f"口径 {query.kind.value}")
    return [*query.assumed, *(["理解：" + "，".join(parts)] if parts else [])]


def found_lines(found: Found) -> list[str]:
    """Return the lines that say which figures were found, and how well they fit."""
    lines = [f"口语对应：按“{found.reading}”查找"] if found.reading else []
    for evidence in found.best[:5]:
        fact = evidence.stored.fact
        fit = f"问句覆盖 {evidence.recall:.2f}，标签吻合 {evidence.precision:.2f}"
        lines.append(f"查到：{measure_name(fact)} {fact.period} {shown(fact)}（{fit}）")
    return lines
