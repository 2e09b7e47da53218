"""Names that drift: whether one name is a shorter form of another, whether two reports are one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.labels import squeeze
from ingest.model import Report

#: Administrative words that abbreviations drop or shorten.
_SHORTEST_CORE = 3
_REGION = re.compile(r"[省市县区州盟旗]")


def abbreviates(short: str, long: str) -> bool:
    """Tell whether ``short`` can stand for ``long``: its characters in order, its head and end kept.

    >>> abbreviates("州散装水泥办", "州散装水泥办公室")
    True
    >>> abbreviates("湘西州工信局", "湘西土家族苗族自治州工业和信息化局")
    True
    >>> abbreviates("州财政局", "湘西土家族苗族自治州工业和信息化局")
    False
    """
    if len(short) < 2 or len(short) > len(long):
        return False
    if short == long:
        return True
    if not _same_end(short, long):
        return False
    position = -1
    for char in short:
        position = long.find(char, position + 1)
        if position < 0:
            return False
    return _core_begins(short, long)


def same_unit(a: str, b: str) -> bool:
    """Tell whether two names can mean one organisation, either being the shorter; a region may be left out.

    >>> same_unit("散装水泥办公室", "州散装水泥办")
    True
    >>> same_unit("县财政局", "州财政局")
    False
    """
    if abbreviates(a, b) or abbreviates(b, a):
        return True
    if bool(_REGION.search(a)) == bool(_REGION.search(b)):
        return False
    bare_a, bare_b = _core(a), _core(b)
    return min(len(bare_a), len(bare_b)) >= _SHORTEST_CORE and (
        abbreviates(bare_a, bare_b) or abbreviates(bare_b, bare_a)
    )


def _same_end(short: str, long: str) -> bool:
    if short[-1] == long[-1]:
        return True
    ends = (("办", "办公室"), ("委", "委员会"), ("中心", "服务中心"), ("院", "法院"), ("会", "联合会"))
    return any(short.endswith(brief) and long.endswith(full) for brief, full in ends)


def _core_begins(short: str, long: str) -> bool:
    """Tell whether what follows the regions' names begins alike (州工信局: 工 … 工业和信息化局)."""
    core_short, core_long = _core(short), _core(long)
    return bool(core_short) and bool(core_long) and core_short[0] in core_long[:8]


def _core(name: str) -> str:
    positions = [match.end() for match in _REGION.finditer(name)]
    cut = max((p for p in positions if p < len(name) - 1), default=0)
    return name[cut:]


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


def twin_warnings(reports: Sequence[Report]) -> dict[str, str]:
    """Return report → the sentence about it, of the reports that are loaded twice."""
    found = twins(reports)
    return {report: same_as(names) for report, names in found.items()}


def same_as(names: Sequence[str]) -> str:
    """Return the sentence about a report that is probably the same as others."""
    return f"和“{'”“'.join(names)}”像是同一份报告，请核对后移除一份"
