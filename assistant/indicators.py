"""Lists of indicators: that miss their target, that lost points, that a column marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.arithmetic import Operand, Sheet, comparable
from assistant.citations import Citer
from assistant.compose import shown
from assistant.frames import FRAME
from assistant.lookup import Finder
from assistant.match import covered, share
from assistant.model import Answer, Evidence, Library, Query, Status
from assistant.operands import meets, phrase
from assistant.rows import (
    Group,
    Row,
    at_level,
)
from ingest.labels import NOTE_HEADER, is_scored_total, squeeze, without_number
from ingest.model import Form, Kind

NOT_FULL = re.compile(
    r"没(?:有)?(?:得|拿)?(?:到)?满分|未(?:得|拿)?满分|没(?:有)?拿到?满分|得分低于(?:分值|权重|满分)|失分|被?扣了?分|丢分"
)
UNMET = re.compile(
    r"(?:实际值?)?(?:没(?:有)?|未)(?:能)?(?:完成|达到|达标|实现)(?:的)?(?:年度)?(?:目标值?|任务)?|不达标|实际.{0,3}(?:低于|没到)目标值?"
)
#: So many rows are named in a sentence about all of them; every one is cited.
_MOST_NAMED = 12


def rows_by_loss(own: Query, packed: str, finder: Finder) -> list[Row]:
    """Return the indicators with their points, those that lost most first to be told apart by the points lost."""
    content = re.sub(r"扣分|失分|丢分|被?扣|[一二三]级|指标", "", own.content)
    pairs, _ = _paired(replace(own, content=content, kind=None), finder, level_named(packed), Kind.WEIGHT, Kind.SCORE)
    lost = sorted(pairs, key=lambda pair: pair[1].figure.value - pair[0].figure.value)
    return [score for weight, score in lost if score.figure.value < weight.figure.value]


def marked(query: Query, packed: str, finder: Finder, citer: Citer, trace: Sequence[str]) -> Answer | None:
    """List the rows that a column of 是 and 否 marks: 是否核心指标."""
    names: dict[str, None] = {}
    for report in finder.scope(query).reports:
        for entry in finder.index.of_report(report):
            fact = entry.stored.fact
            mark = squeeze(fact.column_path[-1]) if fact.column_path else ""
            asked = mark.startswith("是否") and len(mark) > 3 and mark[2:] in packed
            if asked and squeeze(fact.raw) in ("是", "√", "核心", "Y"):
                names[squeeze(without_number(fact.measure))] = None
                citer.fact(entry.stored)
        if names:
            return Answer(Status.ANSWERED, f"有：{'、'.join(names)}。", (), tuple(citer.citations), tuple(trace))
    return None


def short_of_target(
    query: Query, packed: str, library: Library, finder: Finder, citer: Citer, trace: Sequence[str]
) -> Answer | None:
    """List the indicators whose actual figure falls short of the target."""
    own = phrase(UNMET.sub("", FRAME.sub("", packed)), query, library, finder.lexicon)
    asked = replace(own, content=re.sub(r"[一二三]级|指标|哪些|目标值?|实际值?|完成|的", "", own.content), kind=None)
    pairs, lacking = _paired(asked, finder, level_named(packed), Kind.TARGET, Kind.ACTUAL)
    short = [(target, actual) for target, actual in pairs if not meets(target.figure, actual.figure)]
    if not pairs:
        return None
    if not short:
        return _all_of(pairs, lacking, "没有未完成的指标，{}都达到了目标", "完成值", citer, trace)
    for target, actual in short:
        citer.fact(target.figure.evidence[0].stored)
        citer.fact(actual.figure.evidence[0].stored)
    names = [f"{t.name}（目标{shown(t.figure.fact)}，实际{shown(a.figure.fact)}）" for t, a in short]
    text = f"没有达到目标的有：{'；'.join(names)}。{_lacking(lacking, '完成值')}"
    return Answer(Status.ANSWERED, text, (), tuple(citer.citations), (*trace, f"比较：{len(pairs)} 项指标的目标与实际"))


def without_full_points(
    query: Query, packed: str, library: Library, finder: Finder, citer: Citer, trace: Sequence[str]
) -> Answer | None:
    """List the indicators whose points are fewer than what they could get."""
    own = phrase(NOT_FULL.sub("", FRAME.sub("", packed)), query, library, finder.lexicon)
    level = level_named(packed)
    content = re.sub(r"[一二三]级|指标|哪些", "", own.content)
    asked = replace(own, content=content, kind=None)
    pairs, lacking = _paired(asked, finder, level, Kind.SCORE, Kind.WEIGHT)
    if not pairs:
        return None
    lost = [(score, weight) for score, weight in pairs if score.figure.value < weight.figure.value]
    if not lost:
        return _all_of(pairs, lacking, "没有失分的指标，{}得分都不低于分值", "得分或分值", citer, trace)
    sheet = Sheet(citer, list(trace))
    names = []
    for score, weight in lost:
        sheet.cite(weight.figure)
        sheet.cite(score.figure)
        names.append(f"{score.name}（得{shown(score.figure.fact)}）")
    sheet.trace.append(f"比较：{len(pairs)} 项指标的得分与分值")
    return Answer(
        Status.ANSWERED, f"没有得满分的有：{'；'.join(names)}。{_lacking(lacking, '得分或分值')}", tuple(sheet.values),
        tuple(citer.citations), tuple(sheet.trace),
    )  # fmt: skip


def _all_of(
    pairs: Sequence[tuple[Row, Row]], lacking: Sequence[str], says: str, blank: str, citer: Citer, trace: Sequence[str]
) -> Answer:
    """Say something of every row, each named and cited, with what lacks the figure that it rests on."""
    for one, other in pairs:
        citer.fact(one.figure.evidence[0].stored)
        citer.fact(other.figure.evidence[0].stored)
    names = list(dict.fromkeys(one.name for one, _ in pairs))
    listed = "、".join(names[:_MOST_NAMED]) + ("等" if len(names) > _MOST_NAMED else "")
    text = f"{says.format(f'列出的各项（{listed}）')}。"
    text += _lacking(lacking, blank)
    return Answer(Status.ANSWERED, text, (), tuple(citer.citations), (*trace, f"比较：{len(pairs)} 项"))


def _lacking(names: Sequence[str], blank: str) -> str:
    """Name what couldn't be compared, in a sentence of its own; nothing where all could."""
    if not names:
        return ""
    named = "、".join(list(dict.fromkeys(names))[:_MOST_NAMED])
    return f"没有{blank}可比的另有：{named}{'等' if len(names) > _MOST_NAMED else ''}。"


def level_named(packed: str) -> str:
    """Return the level of indicators that a question names."""
    return next((name for name in ("一级", "二级", "三级") if f"{name}指标" in packed), "")


def _paired(
    query: Query, finder: Finder, level: str, first: Kind, second: Kind
) -> tuple[list[tuple[Row, Row]], list[str]]:
    """Return two kinds of figure (points got and possible) of every row of the table that the question means.

    Beside the pairs stand the names of its rows that have the first kind alone.
    """
    tables: dict[tuple[str, int | None], dict[tuple[str, ...], dict[Kind, list[Row]]]] = {}
    around: dict[tuple[str, int | None], float] = {}
    for kind in (first, second):
        for group in _all_groups(finder, query, kind):
            if level and not at_level(group, level):
                continue
            key = (group.entries[0].stored.report, group.lead.source.table)
            around[key] = max(around.get(key, 0.0), _cover(query.content, group, finder))
            for entry, row in zip(group.entries, _every_row(group), strict=True):
                own = tables.setdefault(key, {}).setdefault(entry.stored.fact.row_path, {})
                own.setdefault(kind, []).append(row)
    best = max(tables, key=lambda key: (round(around[key], 2), len(tables[key])), default=None)
    if best is None:
        return [], []
    rows = [(one, _pair(one.get(first, ()), one.get(second, ()))) for one in tables[best].values()]
    lacking = [held[0].name for one, pair in rows if pair is None for held in one.values() if held]
    return [pair for _, pair in rows if pair is not None], lacking


def _cells_first(rows: Sequence[Row]) -> list[Row]:
    """Return figures that fill a cell before those in the words of one."""
    return sorted(rows, key=lambda row: row.figure.fact.source.start is not None)


def _pair(ones: Sequence[Row], others: Sequence[Row]) -> tuple[Row, Row] | None:
    """Return the first two figures of a row that measure the same thing: 15万平方米 against 14, not against 100 %."""

    def alike(a: Operand, b: Operand) -> bool:
        return not a.unit or not b.unit or comparable(a, b)

    latest = sorted(
        _cells_first(ones), key=lambda row: "调整" not in "".join(row.figure.fact.column_path)
    )  # as set anew
    return next(((a, b) for a in latest for b in _cells_first(others) if alike(a.figure, b.figure)), None)


def _all_groups(finder: Finder, query: Query, kind: Kind) -> list[Group]:
    singles = []
    for report in finder.scope(query).reports:
        if query.periods and finder.reports[report].year not in query.periods:
            continue
        for entry in finder.index.of_report(report):
            fact = entry.stored.fact
            explains = bool(fact.column_path) and NOTE_HEADER.search(squeeze(fact.column_path[-1])) is not None
            if fact.kind is not kind or fact.form is not Form.FIGURE or explains:
                continue
            scored = bool(fact.row_path) and is_scored_total(fact.row_path[-1], fact.kind)
            if (scored or not fact.total) and fact.source.table is not None:
                singles.append(Group((entry,), "\n".join(entry.around)))
    return singles


def _every_row(group: Group) -> list[Row]:
    rows = []
    for entry in group.entries:
        name = squeeze(without_number(entry.stored.fact.measure))
        rows.append(Row(name, Operand((Evidence(entry, 1.0, 1.0, 1.0),))))
    return rows


def rows_at_level(group: Group, finder: Finder, level: str) -> list[Row]:
    """Return the rows of a list's table at a level of indicators, whatever they stand under, in its column."""
    lead = group.lead
    rows = []
    for entry in finder.index.of_report(group.entries[0].stored.report):
        fact = entry.stored.fact
        alike = (fact.source.table, fact.kind, fact.period, fact.column_path) == (
            lead.source.table, lead.kind, lead.period, lead.column_path,
        )  # fmt: skip
        single = Group((entry,), "")
        if alike and fact.form is Form.FIGURE and not fact.total and at_level(single, level):
            rows += _every_row(single)
    return rows


def _cover(content: str, group: Group, finder: Finder) -> float:
    text = finder.lexicon.canonical(content)
    places: set[int] = set()
    for line in group.around.split("\n"):
        places |= covered(text, line)
    return share(finder.lexicon.weights(text), places)
