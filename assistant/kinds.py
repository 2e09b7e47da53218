"""Which kind of figure a question asks for."""

from __future__ import annotations

from ingest.labels import kind_of
from ingest.model import Kind


def asked_kind(content: str) -> Kind | None:
    """Return the kind that a question's words name; a rate's own target or points come after it (控制率目标)."""
    kind = kind_of((content,))
    behind = content.rpartition("率")[2] if kind is Kind.RATE else ""
    return (kind_of((behind,)) if behind else None) or kind
