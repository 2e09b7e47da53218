"""What people who read a report in full said of causes that the check proposed: real, a false alarm, left open."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Self

from assistant.checks.findings import Finding
from eval.training.tasks import Source

FILE = "judged.jsonl"


@dataclass(frozen=True, slots=True)
class Judged:
    """``real`` by a report's file and the figures stated; ``None`` is left open.

    ``pairs`` has the figures of what states one thing twice, and not the same.
    """

    real: dict[tuple[str, frozenset[str]], bool | None]
    pairs: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, source: Source) -> Self:
        """Read what stands beside a source's documents; nothing where nobody judged them."""
        path = source.documents[0].parent.parent / FILE
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        held = [json.loads(line) for line in lines if line.strip()]
        return cls(
            {(one["file"], frozenset(one["stated"])): one["real"] for one in held},
            tuple(frozenset(pair) for one in held if one["real"] for pair in one["pairs"]),
        )


def figures_of(finding: Finding) -> frozenset[str]:
    """Return the figures that a finding states, as printed: what it is known by, whatever its words."""
    return frozenset(text for text, _ in finding.stated)
