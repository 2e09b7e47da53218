"""Rows that can be set side by side: a measure of every unit, the items of a list, the parts of a measure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from assistant.arithmetic import Operand
from assistant.closeness import CloseFacts
from assistant.lookup import Finder, fits
from assistant.match import covered, share
from assistant.model import Entry, Evidence, Query
from assistant.operands import operand
from ingest.labels import is_organisation, is_scored_total, is_total, normalise, squeeze, without_number
from ingest.model import Fact, Form, Kind
from ingest.names import same_unit

_LEAST_COVER = 0.6
#: A list in a sentence is taken before one in a table when it fits so much better.
_BETTER_SAID = 0.1
_OWN = re.compile(r"本级")
#: The own office named beside the units: 局本级和二级机构.
_WITH_OWN = re.compile(
    r"(?<!除)(?<!除了)(?<!不算)(?<!不含)(?<!不包括)[局厅委院]?(?:本级|机关)(?:机构)?(?:和|与|及|、|加)"
)
_LEVELS = {"一级": (1, 1), "二级": (2, 2), "三级": (3, 9)}


@cache
def _classes() -> tuple[tuple[re.Pattern[str], frozenset[str]], ...]:
    """Return (how it is asked for, its items) of each classification of spending."""
    text = (files("assistant") / "data" / "classes.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple((re.compile(asked), frozenset(map(normalise, items.split("|")))) for _, asked, items in rows)


def of_class(fact: Fact, text: str) -> bool:
    """Tell whether an item is of the classification that a question names, if any: 按功能分类."""
    asked = [items for pattern, items in _classes() if pattern.search(text)]
    name = re.sub(r"^\d+", "", normalise(fact.measure)).removesuffix("支出")
    return not asked or any(name in items for items in asked)


@dataclass(frozen=True, slots=True)
class Row:
    """One of the rows compared: what it is called, and its figure.

    ``query`` looks the figure up again, where it was found among many reports without all that states it too.
    """

    name: str
    figure: Operand
    query: Query | None = None


def _evidence(entry: Entry) -> Evidence:
    return Evidence(entry, 1.0, 1.0, 1.0)


def rows_by_department(query: Query, finder: Finder) -> list[Row]:
    """Return a measure of each department that is loaded, in the year asked for."""
    reports = [
        report for report in finder.scope(query).reports
        if not query.periods or finder.reports[report].year in query.periods
    ]  # fmt: skip
    many = len(reports) > _MANY
    return _by_department(query, _close(query, finder) if many else finder, reports, again=many)


def _close(query: Query, finder: Finder) -> Finder:
    """Return a finder over the facts of all reports that may answer a query, and no others."""
    facts = CloseFacts(finder.index.store, finder.lexicon)
    close = Finder(finder.library, facts, finder.lexicon)
    facts.read(list(close.readings(query)), finder.lexicon.canonical(normalise(query.context)) if query.context else "")
    return close


def _by_department(query: Query, finder: Finder, reports: Sequence[str], *, again: bool) -> list[Row]:
    """Return each department's figure, of its latest report that has one; with the years where these differ."""
    found: dict[str, Row] = {}
    for report in sorted(reports, key=lambda one: finder.reports[one].year, reverse=True):
        own = finder.reports[report].organisation
        asked = replace(query, reports=(report,), units=(), organisations=())
        one = operand(finder, asked) if own not in found else None
        if one is not None and one.fact.organisation == own:
            found[own] = Row(own, one, asked if again else None)
    years = {row.figure.fact.period for row in found.values()}
    rows = list(found.values())
    return rows if len(years) < 2 else [replace(row, name=_dated(row)) for row in rows]


def _dated(row: Row) -> str:
    period = row.figure.fact.period
    return f"{row.name}（{period}年）" if period.isdecimal() else row.name


#: Of more reports only the facts are read that may answer, and those shown are looked up again.
_MANY = 12


def settled(rows: Sequence[Row], finder: Finder) -> list[Row]:
    """Return rows with all that states their figures, where they were found among many reports' without it."""
    return [_settled(row, finder) if row.query is not None else row for row in rows]


def _settled(row: Row, finder: Finder) -> Row:
    """Return a row with its figure looked up again, if that is the same figure still."""
    one = operand(finder, row.query) if row.query is not None else None
    same = one is not None and one.evidence[0].stored.id == row.figure.evidence[0].stored.id
    return replace(row, figure=one, query=None) if one is not None and same else row


def rows_by_unit(query: Query, finder: Finder) -> list[Row]:
    """Return a measure of every part of a department: its own office and its units, totals left out."""
    if len(query.units) > 1:
        return _named_units(query, finder)
    free = replace(query, organisations=(), units=(), kind=query.kind or Kind.ACTUAL, unit="")
    lead = _lead_of_unit(free, finder)
    if lead is None:
        return []
    entries = finder.index.of_report(lead.stored.report)
    across = not _names_unit(lead.fact.row_path[-1:], lead.fact.organisation)
    rows: dict[str, Row] = {}
    for entry in entries:
        fact = entry.stored.fact
        if fact.form is not Form.FIGURE or not _is_part(fact, finder, lead.stored.report):
            continue
        if _same_line(fact, lead.fact, across) and fact.organisation not in rows:
            rows[fact.organisation] = Row(fact.organisation, Operand((_evidence(entry),)))
    return list(rows.values())


def _named_units(query: Query, finder: Finder) -> list[Row]:
    found = []
    for group in query.units:
        one = operand(finder, replace(query, units=(group,), organisations=group))
        if one is not None:
            found.append(Row(one.fact.organisation, one))
    return found if len(found) == len(query.units) else []


def _lead_of_unit(query: Query, finder: Finder) -> Evidence | None:
    """Return the best fact of a part of a department: of its table the others are taken."""
    for content in finder.readings(query):
        for evidence in finder.ranked(query, content):
            fact = evidence.fact
            part = fact.source.table is not None and _is_part(fact, finder, evidence.stored.report)
            if part and fact.form is Form.FIGURE and fits(evidence, content, query, finder.lexicon):
                return evidence
    return None


def _is_part(fact: Fact, finder: Finder, report: str) -> bool:
    return bool(fact.organisation) and fact.organisation != finder.reports[report].organisation and not fact.total


def _names_unit(labels: Sequence[str], organisation: str) -> bool:
    return any(squeeze(without_number(label)) == squeeze(organisation) for label in labels)


def _same_line(fact: Fact, lead: Fact, across: bool) -> bool:
    a, b = fact.source, lead.source
    if a.table != b.table or fact.caption != lead.caption or fact.kind is not lead.kind or fact.period != lead.period:
        return False
    if across:
        return a.row == b.row
    return a.column == b.column and fact.column_path == lead.column_path


def units_of(query: Query, packed: str, finder: Finder) -> list[Operand] | None:
    """Return a measure of every unit under a department, its own office left out where the question says so."""
    rows = rows_by_unit(query, finder)
    apart = re.search(r"除(?:了)?本级|不[算含]|不包括|下面|二级|下属|所属|下级", packed)
    if apart and not _WITH_OWN.search(packed):
        rows = [row for row in rows if not _OWN.search(row.name)]
    return [row.figure for row in rows] or None


@dataclass(frozen=True, slots=True)
class Group:
    """Figures in one column of a table (or one sentence) under the same labels: the items of a list."""

    entries: tuple[Entry, ...]
    around: str

    @property
    def lead(self) -> Fact:
        """The first of its facts."""
        return self.entries[0].stored.fact


def groups(finder: Finder, query: Query, *, kinds: Iterable[Kind] | None = None) -> list[Group]:
    """Return the lists of at least two items that the reports hold, of the kinds given."""
    wanted = set(kinds) if kinds is not None else None
    held: dict[tuple[object, ...], list[Entry]] = defaultdict(list)
    for report in finder.scope(query).reports:
        for entry in finder.index.of_report(report):
            fact = entry.stored.fact
            if fact.form is Form.TEXT or (wanted is not None and fact.kind not in wanted):
                continue
            if fact.total or is_total(fact.measure):
                continue
            source = fact.source
            place = (source.block, source.row, source.column) if source.start is not None else (source.column,)
            inside = fact.row_path[:-1] if source.start is None else ()
            key = (report, source.table, place, entry.sentence, fact.caption, inside, fact.column_path, fact.kind,
                   fact.period)  # fmt: skip
            held[key].append(entry)
    return [Group(tuple(v), _around(v[0], finder)) for v in held.values() if len(v) > 1]


def under(finder: Finder, query: Query, packed: str, kind: Kind) -> list[Evidence]:
    """Return every figure of a kind under the label that a question names: the points of all of 产出指标.

    With no label named, every one of the table that has most.
    """
    found: dict[tuple[int, str, int | None], list[Evidence]] = defaultdict(list)
    for report in finder.scope(query).reports:
        for entry in finder.index.of_report(report):
            fact = entry.stored.fact
            scored = bool(fact.row_path) and is_scored_total(fact.row_path[-1], fact.kind)
            summed = not scored and (fact.total or is_total(fact.measure) or not fact.row_path[:-1])
            if fact.kind is not kind or fact.form is not Form.FIGURE or summed or fact.source.table is None:
                continue
            stems = [re.split(r"[(（\d]", squeeze(without_number(label)))[0] for label in fact.row_path[:-1]]
            named = max((len(stem) for stem in stems if len(stem) > 2 and stem in packed), default=0)
            found[(named, report, fact.source.table)].append(_evidence(entry))
    best = max(found, key=lambda key: (key[0], len(found[key])), default=None)
    return found[best] if best is not None else []


def _around(entry: Entry, finder: Finder) -> str:
    """Return what stands around a list, as one text: headings, caption, column, the labels above its rows."""
    fact = entry.stored.fact
    above = fact.row_path[:-1] if fact.source.start is None else ()
    labels = (*fact.source.heading_path, fact.caption, *above, *fact.column_path, *entry.scope)
    texts = [finder.lexicon.canonical(normalise(label)) for label in labels]
    return "\n".join((*texts, entry.sentence))


def best_group(finder: Finder, query: Query, found: Sequence[Group], least: int = 2, level: str = "") -> Group | None:
    """Return the list that the question's words name best: its headings, caption, column and parent row."""
    content = finder.lexicon.canonical(query.content)
    scale = finder.lexicon.weights(content)
    spoken = [group for group in found if group.lead.source.start is not None]
    tables = [group for group in found if group.lead.source.start is None]
    held, said = (_best_of(kept, finder, query, content, scale, least, level) for kept in (tables, spoken))
    if held is None or said is None:
        return (held or said or (0.0, None))[1]
    return said[1] if said[0] > held[0] + _BETTER_SAID else held[1]


def _best_of(
    found: Sequence[Group], finder: Finder, query: Query, content: str, scale: Sequence[float], least: int, level: str
) -> tuple[float, Group] | None:
    best: tuple[float, Group] | None = None
    for group in found:
        if (
            sum(of_class(e.stored.fact, squeeze(query.text)) for e in group.entries) < 2
            or sum(e.stored.fact.form is Form.FIGURE for e in group.entries) < least
            or (level and not at_level(group, level))
        ):
            continue
        fact = group.lead
        report = finder.reports[group.entries[0].stored.report]
        if fact.period != (max(query.periods) if query.periods else report.year):
            continue
        if query.organisations and not any(e.stored.fact.organisation in query.organisations for e in group.entries):
            continue
        places: set[int] = set()
        for line in group.around.split("\n"):
            places |= covered(content, line)
        score = share(scale, places) if content else 0.5
        score += 0.02 * (fact.source.start is None) + 0.001 * min(len(group.entries), 50)
        score += 0.1 * _names_parent(fact, content, finder) - 0.05 * _by_units(group)
        if score >= _LEAST_COVER and (best is None or score > best[0]):
            best = (score, group)
    return best


def _by_units(group: Group) -> bool:
    return sum(is_organisation(entry.stored.fact.measure) for entry in group.entries) * 2 > len(group.entries)


def _names_parent(fact: Fact, content: str, finder: Finder) -> bool:
    above = [finder.lexicon.canonical(normalise(label)) for label in fact.row_path[-2:-1]]
    return any(len(label) > 2 and label[:4] in content for label in above)


def beside(group: Group, found: Sequence[Group], finder: Finder) -> list[Group]:
    """Return the lists of other tables that hold the same items: the indicators of the form and of the 自评表."""
    if group.lead.source.start is not None or group.lead.source.table is None:
        return []
    names = _names(group, finder)
    return [
        other for other in found
        if other.lead.source.table not in (None, group.lead.source.table)
        and other.entries[0].stored.report == group.entries[0].stored.report
        and other.lead.kind is group.lead.kind and other.lead.period == group.lead.period
        and other.entries[0].scope == group.entries[0].scope
        and 2 * len(names & _names(other, finder)) >= max(len(names), len(_names(other, finder)))
    ]  # fmt: skip


def _names(group: Group, finder: Finder) -> set[str]:
    return {finder.lexicon.canonical(normalise(entry.stored.fact.measure)) for entry in group.entries}


def item_rows(group: Group, text: str = "") -> list[Row]:
    """Return a list's figures as rows, each by its own label; what sums the others up is left out.

    A question's ``text`` that names a classification (按功能分类) leaves only the items of that.
    """
    rows: dict[str, Row] = {}
    for entry in group.entries:
        fact = entry.stored.fact
        if fact.form is Form.FIGURE and of_class(fact, text):
            name = squeeze(without_number(fact.measure))
            rows.setdefault(name, Row(name, Operand((_evidence(entry),))))
    found = list(rows.values())
    if len(found) > 2 and group.lead.source.start is not None:
        whole = [
            row
            for row in found
            if row.figure.value * 2 == sum((other.figure.value for other in found), row.figure.value * 0)
        ]
        found = [row for row in found if row not in whole]
    return found


def at_level(group: Group, level: str) -> bool:
    """Tell whether a list's labels are of the level asked for: 三级指标 stand under two others."""
    low, high = _LEVELS[level]
    return low <= len(group.lead.row_path) <= high


def unit_names(finder: Finder, report: str) -> list[str]:
    """Return the names of the units under a report's department, each once."""
    names: list[str] = []
    for entry in finder.index.of_report(report):
        fact = entry.stored.fact
        name = fact.organisation
        if fact.source.table is None or not _is_part(fact, finder, report) or _OWN.search(name):
            continue
        if not any(same_unit(name, other) for other in names):
            names.append(name)
    return names
