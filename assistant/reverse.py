"""A figure as the question: 370.14是什么钱？"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.arithmetic import Operand, Sheet, name_of
from assistant.citations import Citer
from assistant.lookup import Finder, unit_fits
from assistant.model import Answer, Evidence, Query, Status
from assistant.same import same_thing
from ingest.labels import squeeze
from ingest.model import Form, Kind
from ingest.numbers import UNIT, UNITS, in_base, unit_name

_GIVEN = re.compile(rf"(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>{UNIT})?")
_MOST = 6
_KINDS = {Kind.BUDGET: "预算数", Kind.TARGET: "目标值", Kind.SCORE: "得分", Kind.WEIGHT: "分值", Kind.CHANGE: "增减额"}


def figure_meant(query: Query, finder: Finder, citer: Citer, trace: Sequence[str]) -> Answer | None:
    """Say what a figure is that the question gives: every measure that it stands for, with its places."""
    given = max(
        _GIVEN.finditer(squeeze(query.text)), key=lambda m: ("." in m["number"], len(m["number"])), default=None
    )
    if given is None:
        return None
    value, unit = Decimal(given["number"].replace(",", "")), unit_name(given["unit"])
    found = _standing(value, unit, finder, query)
    if not found:
        return None
    sheet = Sheet(citer, [*trace, f"查数：{given.group()}"])
    several = len({report.organisation for report in finder.reports.values()}) > 1
    parts = []
    for entries in found[:_MOST]:
        one = Operand(tuple(entries))
        sheet.give(one)
        fact = one.fact
        own = finder.reports[entries[0].stored.report].organisation
        part = fact.organisation if several or fact.organisation != own else ""
        kind = _KINDS.get(fact.kind, "")
        name = name_of(one)
        when = f"{fact.period}年" if fact.period else ""
        parts.append(f"{when}{part}{name}{'' if kind[:2] in name else kind}")
    more = "等，其余没有列出" if len(found) > _MOST else ""
    shown = Operand(tuple(found[0])).shown
    text = f"{shown}是{'；也是'.join(dict.fromkeys(parts))}{more}。"
    return Answer(Status.ANSWERED, text, tuple(sheet.values), tuple(citer.citations), tuple(sheet.trace))


def _standing(value: Decimal, unit: str, finder: Finder, query: Query) -> list[list[Evidence]]:
    """Return the facts with that value, those of one measure together."""
    found: list[list[Evidence]] = []
    for report in finder.index.reports_stating(_sizes(value, unit), finder.scope(query)):
        for entry in finder.index.of_report(report):
            fact = entry.stored.fact
            if fact.form is not Form.FIGURE or fact.value is None or not _equal(value, unit, fact.value, fact.unit):
                continue
            if query.kind in (Kind.BUDGET, Kind.TARGET, Kind.SCORE) and fact.kind is not query.kind:
                continue
            evidence = Evidence(entry, 1.0, 1.0, 1.0)
            group = next((g for g in found if same_thing(entry, g[0].entry, finder.lexicon)), None)
            if group is None:
                found.append([evidence])
            else:
                group.append(evidence)
    own = [group for group in found if unit and any(_measures_alike(unit, one.fact.unit) for one in group)]
    return own or found


def _measures_alike(unit: str, own: str) -> bool:
    """Tell whether two units are of one dimension: 批次 is none of what has no unit."""
    return in_base(Decimal(1), f"{unit}元" if unit in ("万", "亿") else unit)[0] == in_base(Decimal(1), own)[0]


def _sizes(value: Decimal, unit: str) -> list[Decimal]:
    """Return how large a figure may be printed: as it is given, and in the other units of what it measures."""
    name = f"{unit}元" if unit in ("万", "亿") else unit
    if name not in UNITS:
        return [value]
    dimension, base = in_base(value, name)
    return [value, *(base / factor for other, factor in UNITS.values() if other == dimension)]


def _equal(value: Decimal, unit: str, own: Decimal, own_unit: str) -> bool:
    if not unit or not own_unit:
        return abs(own) == value
    if unit in ("万", "亿") and own_unit.endswith("元"):
        unit += "元"
    return unit_fits(unit, own_unit) and in_base(value, unit)[1] == abs(in_base(own, own_unit)[1])
