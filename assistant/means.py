"""Means over years, over units, over a report's forms."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.arithmetic import (
    mean,
    name_of,
)
from assistant.desk import Desk, write
from assistant.model import Answer
from assistant.operands import operands
from assistant.rows import units_of
from assistant.slots import all_units
from assistant.sums import FAMILY, MEAN, NO_OWN, each_form
from ingest.model import Kind
from ingest.numbers import plain

_YEARS = re.compile(r"近?([两二三])年")


def mean_of(desk: Desk) -> Answer | None:
    """Return the mean over years, or over units or forms."""
    if not MEAN.search(desk.packed) or re.search(r"平均增|年均", desk.packed):
        return None
    spoken = _YEARS.search(desk.packed)
    own = desk.phrase(MEAN.sub("", _YEARS.sub("", desk.packed)))
    years = own.periods or desk.query.periods
    if spoken and len(years) < 2:
        last = max((r.year for r in desk.library.reports if r.id in own.reports or not own.reports), default="")
        count = {"两": 2, "二": 2, "三": 3}[spoken[1]]
        years = tuple(str(int(last) - back) for back in range(count)) if last.isdecimal() else ()
    if len(years) < 2:
        return _mean_of_rows(desk)
    found = operands(desk.finder, [replace(own, periods=(year,), kind=own.kind or Kind.ACTUAL) for year in years])
    if not found:
        return None
    sheet = desk.sheet()
    value, unit = mean(found, sheet)
    name = f"{name_of(found[0])}{'、'.join(years)}年平均"
    sheet.result(value, unit, name, found)
    return write(f"{name}为{plain(value)}{unit}：{'、'.join(one.shown for one in found)}", sheet, found)


def _mean_of_rows(desk: Desk) -> Answer | None:
    """Return the mean over a department's parts, or over a report's forms."""
    if all_units(desk.packed) or re.search(r"\d个单位|[一二两三四五六七八九十]{1,3}[个家](?:预算)?单位", desk.packed):
        text = re.sub(r"\d个单位|[一二两三四五六七八九十]{1,3}[个家](?:预算)?单位", "", MEAN.sub("", desk.packed))
        own = desk.phrase(NO_OWN.sub("", FAMILY.sub("", text)))
        found = units_of(replace(own, units=(), organisations=()), desk.packed, desk.finder) or []
    else:
        found = each_form(desk)
    if len(found) < 2:
        return None
    sheet = desk.sheet()
    value, unit = mean(found, sheet)
    name = f"{name_of(found[0])}平均"
    sheet.result(value, unit, name, found)
    return write(f"{name}为{plain(value)}{unit}（各数之和除以个数）", sheet, found)
