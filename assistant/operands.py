"""Looking up the figures that a computation needs, one agreed value each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.arithmetic import Operand
from assistant.lexicon import Lexicon
from assistant.lookup import Finder
from assistant.model import Library, Query
from assistant.same import distinct_values
from assistant.understand import KIND_ONLY, alone, without_kind
from ingest.labels import normalise, squeeze
from ingest.model import Form, Kind
from ingest.numbers import fold, in_base

#: Hedges of a target that is not to be exceeded.
AT_MOST = ("≤", "<=", "<", "以内", "以下", "不超过", "不高于", "小于", "低于")
#: A whole named alone, of the measure asked about before: 占汇总的比例.
WHOLE_ONLY = re.compile(r"(?:汇总|合计|总计|总数)+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def operand(finder: Finder, query: Query) -> Operand | None:
    """Return the figure that a query asks for, in the report that fits best; ``None`` when there is none.

    Where the report states several values, the one that the question itself names is taken, else the first;
    the operand is then marked as disputed.
    """
    figures = [e for e in finder.look_up(query).best if e.fact.form is Form.FIGURE]
    if not figures:
        return None
    report = figures[0].stored.report
    lead = figures[0].fact
    groups = distinct_values(
        e for e in figures
        if e.stored.report == report and e.fact.period == lead.period and e.fact.organisation == lead.organisation
    )  # fmt: skip
    named = {Decimal(number) for number in _NUMBER.findall(fold(query.text).replace(",", ""))}
    chosen = next((group for group in groups if abs(group[0].fact.value or Decimal(0)) in named), groups[0])
    return Operand(tuple(chosen), len(groups) > 1 and chosen is groups[0] and len(groups[0]) < 2)


def phrase(text: str, whole: Query, library: Library, lexicon: Lexicon, other: Query | None = None) -> Query:
    """Understand a part of a question, filled from the question and from the operand before it."""
    own = alone(squeeze(text), library, whole.reports)
    content = own.content
    nameless = KIND_ONLY.fullmatch(content) is not None or not content or WHOLE_ONLY.fullmatch(content) is not None
    if nameless and other is not None:
        content = without_kind(other.content) + content
    source = other or whole
    return replace(
        own,
        text=whole.text,
        content=content,
        context=normalise(whole.content) if other is None else "",
        periods=own.periods or source.periods,
        organisations=own.organisations or source.organisations,
        units=own.units or source.units,
        organisation_word=own.organisation_word or source.organisation_word,
        reports=own.reports or whole.reports,
        assumed=whole.assumed,
        unit="",
        against="",
    )


def meets(target: Operand, actual: Operand) -> bool:
    """Tell whether an actual figure reaches its target; a target of at most (≤, 以内) is reached from above.

    A control rate (控制率) is at most its target by its meaning, whether a sign says so or not.
    """
    own, wanted = in_base(actual.value, actual.unit), in_base(target.value, target.unit)
    if target.unit and actual.unit and own[0] != wanted[0]:
        return True  # 15万平方米 against 100 %: nothing says that it was missed
    if target.fact.hedge in AT_MOST or squeeze(target.fact.measure).endswith("控制率"):
        return own[1] <= wanted[1]
    return own[1] >= wanted[1]


def of_kind(query: Query, kind: Kind, unit: str = "") -> Query:
    """Return a query for the same measure's budget, actual, target, …"""
    return replace(query, content=without_kind(query.content), kind=kind, unit=unit, against="")


def operands(finder: Finder, queries: Sequence[Query]) -> list[Operand] | None:
    """Return every query's figure, ``None`` when one is lacking.

    All are taken from one report; what it lacks, from another report of the same department.
    """
    found: list[Operand] = []
    for query in queries:
        place = found[0].evidence[0].stored.report if found else ""
        apart = bool(query.reports) and bool(place) and place not in query.reports  # another department's figure
        one = beside(finder, query, place) if found and not apart else operand(finder, query)
        if one is None:
            return None
        found.append(one)
    return found


def beside(finder: Finder, query: Query, report: str) -> Operand | None:
    """Return a figure of the report that another operand is from, or of the same department's other reports."""
    one = operand(finder, replace(query, reports=(report,)))
    if one is not None:
        return one
    department = finder.reports[report].organisation
    others = tuple(r.id for r in finder.library.reports if r.organisation == department and r.id != report)
    return operand(finder, replace(query, reports=others)) if others and department else None
