"""Untrusted text as HTML: documents and questions are shown, never interpreted."""

from __future__ import annotations

#: HTML's and Markdown's own characters as entities.
_ESCAPES = {ord(char): f"&#{ord(char)};" for char in "&<>\"'\\`*_{}[]()#+-.!|~$:@"}


def escaped_lines(text: str) -> str:
    """Escape a text for HTML that passes through Markdown: no tag, no mark-up, no link, no blank line."""
    escaped = text.translate(_ESCAPES)
    return "<br>".join(line for line in escaped.splitlines() if line.strip())
