"""Lists of indicators: that miss their target, that lost points, that a column marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.arithmetic import Operand, Sheet, comparable, difference
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
from ingest.labels import NOTE_HEADER, is_scored_total, legible, one_line, squeeze, without_number
from ingest.model import Fact, Form, Kind
from ingest.numbers import plain

NOT_FULL = re.compile(
    r"没(?:有)?(?:得|拿)?(?:到)?满分|未(?:得|拿)?满分|没(?:有)?拿到?满分|得分低于(?:分值|权重|满分)|失分|被?扣了?分|丢分"
)
#: Of indicators that lost nothing: 没有扣分的, 得了满分的; and what turns that into its opposite.
_FULL = re.compile(r"(?:没(?:有)?|未)(?:被)?(?:扣|失|丢)过?了?分|满分")
_NOT_THAT = re.compile(
    r"(?:没有?|未|不)(?:能|是|曾)?(?:得|拿|达)?(?:到|了|过)?满分|(?:低|少|小)于满分|有没有?(?:被)?(?:扣|失|丢)"
)
_POINTS_SAID = re.compile(
    r"(?:没(?:有)?|未|不)?(?:能|是|曾)?(?:被)?(?:得|拿|达)?(?:到|了|过)?(?:[扣失丢]过?了?分|满分)的?"
)
UNMET = re.compile(
    r"(?:实际值?)?(?:没(?:有)?|未)(?:能)?(?:完成|达到|达标|实现)(?:的)?(?:年度)?(?:目标值?|任务)?|不达标|实际.{0,3}(?:低于|没到)目标值?"
)
#: So many rows are named in a sentence about all of them; every one is cited.
_MOST_NAMED = 12
_LONGEST_TITLE = 40
#: What tells a department's own form from those of its projects.
_OVERALL, _PROJECT = "整体", "项目"


@dataclass(frozen=True, slots=True)
class Loss:
    """An indicator with the points that it could get and those that it got."""

    name: str
    possible: Operand
    got: Operand

    @property
    def points(self) -> Decimal:
        """How many points it lost."""
        return self.possible.value - self.got.value


def asks_full(packed: str) -> bool:
    """Tell whether a question asks for the indicators that lost nothing, which is the opposite of those that did."""
    return _FULL.search(packed) is not None and _NOT_THAT.search(packed) is None


def by_loss(own: Query, packed: str, finder: Finder) -> list[Loss]:
    """Return the indicators of the tables meant that lost points, those that lost most first."""
    content = re.sub(r"扣分|失分|丢分|被?扣|[一二三]级|指标", "", own.content)
    asked = replace(own, content=content, kind=None)
    forms = _paired(asked, finder, level_named(packed), Kind.WEIGHT, Kind.SCORE)
    pairs = [pair for form in forms for pair in form.pairs]
    losses = [Loss(score.name, weight.figure, score.figure) for weight, score in pairs]
    return sorted((one for one in losses if one.points > 0), key=lambda one: -one.points)


def with_losses(losses: Sequence[Loss], sheet: Sheet, lead: str) -> Answer:
    """Write how many points each indicator lost, with what it could get and what it got."""
    said = []
    for one in losses:
        points, unit = difference(one.possible, one.got, sheet)
        sheet.result(points, unit, "扣分", (one.possible, one.got))
        said.append(f"{one.name}，扣{plain(points)}{unit}（分值{one.possible.shown}，得分{one.got.shown}）")
    text = f"{lead}{'；'.join(said)}。"
    return Answer(Status.ANSWERED, text, tuple(sheet.values), tuple(sheet.citer.citations), tuple(sheet.trace))


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
    content = re.sub(r"[一二三]级|指标|哪些|目标值?|实际值?|完成|的", "", own.content)
    asked = replace(own, content=content, kind=None, context=_before(query))
    forms = _paired(asked, finder, level_named(packed), Kind.TARGET, Kind.ACTUAL)
    if not any(form.pairs for form in forms):
        return None

    def said(pair: tuple[Row, Row]) -> str:
        target, actual = pair
        return f"{target.name}（目标{shown(target.figure.fact)}，实际{shown(actual.figure.fact)}）"

    return _kept(
        forms, lambda target, actual: not meets(target.figure, actual.figure), said,
        _Said("没有达到目标的有", "没有未完成的指标，{}都达到了目标", "完成值", "目标与实际", 1),
        Sheet(citer, list(trace)),
    )  # fmt: skip


def _before(query: Query) -> str:
    """Return what the question before a follow-up was about: of its project the form is meant."""
    return query.context if query.assumed else ""


def without_full_points(
    query: Query, packed: str, library: Library, finder: Finder, citer: Citer, trace: Sequence[str]
) -> Answer | None:
    """List the indicators whose points are fewer than what they could get."""
    full = asks_full(packed)
    own = phrase(NOT_FULL.sub("", _POINTS_SAID.sub("", FRAME.sub("", packed))), query, library, finder.lexicon)
    content = re.sub(r"[一二三]级|指标|哪些", "", own.content)
    asked = replace(own, content=content, kind=None, context=_before(query))
    forms = _paired(asked, finder, level_named(packed), Kind.SCORE, Kind.WEIGHT)
    if not any(form.pairs for form in forms):
        return None

    def said(pair: tuple[Row, Row]) -> str:
        return f"{pair[0].name}（得{shown(pair[0].figure.fact)}）"

    def lost(score: Row, weight: Row) -> bool:
        return score.figure.value < weight.figure.value

    if full:
        told = _Said("没有失分的有", "每一项都失了分：{}", "得分或分值", "得分与分值")
        return _kept(forms, lambda score, weight: not lost(score, weight), said, told, Sheet(citer, list(trace)))
    told = _Said("没有得满分的有", "没有失分的指标，{}得分都不低于分值", "得分或分值", "得分与分值")
    return _kept(forms, lost, said, told, Sheet(citer, list(trace)))


@dataclass(frozen=True, slots=True)
class _Form:
    """A table of indicators: what it is called, its rows with both figures, the names of those that lack one."""

    title: str
    pairs: tuple[tuple[Row, Row], ...]
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """How a list of indicators is told: of those that are kept, of none kept, what may be blank, what is compared.

    ``got`` is the place in a pair of what was reached.
    """

    kept: str
    none: str
    blank: str
    compared: str
    got: int = 0


def _kept(
    forms: Sequence[_Form], test: Callable[[Row, Row], bool], said: Callable[[tuple[Row, Row]], str], how: _Said,
    sheet: Sheet,
) -> Answer:  # fmt: skip
    """List the rows that pass a test, form by form: where a report has several nothing tells one of them apart."""
    kept = [(form, [pair for pair in form.pairs if test(*pair)]) for form in forms]
    every = [pair for form in forms for pair in form.pairs]
    lacking = [name for form in forms for name in form.lacking]
    if not any(pairs for _, pairs in kept):
        return _all_of(every, lacking, how.none, how.blank, sheet.citer, sheet.trace)
    parts = []
    for form, pairs in kept:
        if not pairs:
            continue  # what a table has none of is no news beside what another has
        for pair in pairs:
            sheet.cite(pair[1 - how.got].figure)
            sheet.give(pair[how.got].figure)
        listed = "；".join(said(pair) for pair in pairs)
        parts.append(f"“{form.title}”：{listed}" if len(forms) > 1 else listed)
    sheet.trace.append(f"比较：{len(forms)} 张表、{len(every)} 项指标的{how.compared}")
    text = f"{how.kept}：{'。'.join(parts)}。{_lacking(lacking, how.blank)}"
    return Answer(Status.ANSWERED, text, tuple(sheet.values), tuple(sheet.citer.citations), tuple(sheet.trace))


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


def _paired(query: Query, finder: Finder, level: str, first: Kind, second: Kind) -> list[_Form]:
    """Return two kinds of figure (points got and possible) of every row of the tables that the question may mean.

    The table that it fits best comes first; others stand behind it where its words fit them as well, as those of a
    report's projects do.
    """
    tables: dict[tuple[str, int | None], dict[tuple[str, ...], dict[Kind, list[Row]]]] = {}
    around: dict[tuple[str, int | None], float] = {}
    leads: dict[tuple[str, int | None], Fact] = {}
    for kind in (first, second):
        for group in _all_groups(finder, query, kind):
            if level and not at_level(group, level):
                continue
            key = (group.entries[0].stored.report, group.lead.source.table)
            leads.setdefault(key, group.lead)
            said = _cover(query.content, group, finder)
            said += _cover(query.context, group, finder) if query.context else 0.0
            around[key] = max(around.get(key, 0.0), said)
            for entry, row in zip(group.entries, _every_row(group), strict=True):
                own = tables.setdefault(key, {}).setdefault(entry.stored.fact.row_path, {})
                own.setdefault(kind, []).append(row)
    if _OVERALL in query.text:  # the department's own form is asked for, not one of its projects'
        overall = {key: rows for key, rows in tables.items() if _PROJECT not in _title(leads[key])}
        tables = overall or tables
    order = sorted(tables, key=lambda key: (-round(around[key], 2), -len(tables[key])))
    fit = [key for key in order if round(around[key], 2) == round(around[order[0]], 2) and key[0] == order[0][0]]
    forms = [_form(_title(leads[key]), tables[key], first, second) for key in fit]
    return [form for form in forms if form.pairs] or forms[:1]  # a table with only one of the two has nothing to say


def _form(
    title: str, table: dict[tuple[str, ...], dict[Kind, list[Row]]], first: Kind, second: Kind
) -> _Form:  # fmt: skip
    rows = [(one, _pair(one.get(first, ()), one.get(second, ()))) for one in table.values()]
    lacking = [held[0].name for one, pair in rows if pair is None for held in one.values() if held]
    return _Form(title, tuple(pair for _, pair in rows if pair is not None), tuple(lacking))


def _title(fact: Fact) -> str:
    """Return what a table is called: its caption, the heading it stands under, else its number."""
    name = one_line(fact.caption) or (fact.source.heading_path[-1] if fact.source.heading_path else "")
    return legible(name)[:_LONGEST_TITLE] or f"第{(fact.source.table or 0) + 1}张表"


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
