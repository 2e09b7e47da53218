"""Reports that are loaded twice: the same department, year and title under two names."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.labels import squeeze
from ingest.model import Report


def twins(reports: Sequence[Report]) -> dict[str, tuple[str, ...]]:
    """Return report → the names of the other reports that are probably the same one, of those that have such."""
    alike: dict[tuple[str, str, str], list[Report]] = {}
    for report in reports:
        if report.organisation and report.year:
            alike.setdefault((report.organisation, report.year, squeeze(report.title)), []).append(report)
    return {
        one.id: tuple(other.name for other in group if other.id != one.id)
        for group in alike.values()
        if len(group) > 1
        for one in group
    }
