"""Which facts state the same thing: one measure, organisation, year and kind, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from assistant.lexicon import PLAIN, Lexicon
from assistant.model import Entry, Evidence
from assistant.words import other_time, pattern_of
from ingest.labels import GRAND_TOTAL, SIDES, normalise
from ingest.model import Fact, Form, Kind
from ingest.numbers import in_base, same_value

_PARTED = re.compile(r"其中|用于|包括|分别为")
_PROJECT, _WHOLE = "项目", "整体"
#: What was spent of a source of income (自评表 by 收入性质) is another figure than the income itself.
_FUNDS = re.compile(r"收入性质|预算申请|资金总额|资金来源")
_INCOME, _FUNDS_SPENT = "收入合计", "资金使用"
_ALL_FUNDS, _SPENT = re.compile(r"(?:年度)?资金(?:总额|合计)"), "支出合计"
_YEAR = re.compile(r"(?:19|20)\d\d年?度?")
#: The stages of a budget: as approved, and as adjusted during the year.
STAGES = ("年初", "全年")


def rivals(
    best: Sequence[Evidence], fitting: Sequence[Evidence], entries: Callable[[str], Sequence[Entry]], lexicon: Lexicon
) -> tuple[Evidence, ...]:
    """Return the best evidence with everything that states the same measure in the same report.

    What ties with the first but is another measure is dropped; what states the first one's measure in other
    words, elsewhere, is added, so that a contradiction can't hide behind its wording.
    """
    kept: list[Evidence] = []
    leads: dict[str, Evidence] = {}
    for evidence in best:
        lead = leads.setdefault(evidence.stored.report, evidence)
        if (
            evidence is lead
            or comparable_things(evidence.entry, lead.entry, lexicon)
            or evidence.fact.form is not lead.fact.form
            or evidence.fact.period != lead.fact.period
        ):
            kept.append(evidence)
    scores = {id(e.entry): e for e in fitting}
    held = {id(e.entry) for e in kept}
    for report, lead in leads.items():
        if lead.fact.form is not Form.FIGURE:
            continue
        alike = [entry for entry in entries(report) if same_thing(entry, lead.entry, lexicon)]
        stage = _implied_stage(lead.entry, alike)
        for entry in alike:
            other = _implied_stage(entry, alike)
            if id(entry) not in held and not (stage and other and stage != other):
                known = scores.get(id(entry))
                kept.append(known or Evidence(entry, lead.recall, lead.precision, lead.score - 0.05))
        kept = [
            e
            for e in kept
            if e.stored.report != report or e is lead or not stage or _implied_stage(e.entry, alike) in ("", stage)
        ]
    return tuple(kept)


def _implied_stage(entry: Entry, alike: Sequence[Entry]) -> str:
    """Return the stage of a budget (年初, 全年), for one that doesn't say it that of the equal figure that does."""
    fact = entry.stored.fact
    if fact.kind is not Kind.BUDGET:
        return ""
    own = stage_of(fact)
    told = {stage for e in alike if (stage := stage_of(e.stored.fact)) and _agree(e.stored.fact, fact)}
    return own or (told.pop() if len(told) == 1 else "")


def same_thing(a: Entry, b: Entry, lexicon: Lexicon) -> bool:
    """Tell whether two facts of one report state one measure of one organisation, year and kind."""
    x, y = a.stored.fact, b.stored.fact
    if x.form is not Form.FIGURE or y.form is not Form.FIGURE:
        return False
    if other_time(_labels(x), _labels(y)):
        return False
    if x.organisation != y.organisation or x.period != y.period or not _same_kind(x, y) or not _same_dimension(x, y):
        return False
    if parallel(a, b):
        return False
    key = measure_key(a, lexicon)
    return bool(key) and ("\0" in key or a.leaves == b.leaves) and comparable_things(a, b, lexicon)


def parallel(a: Entry, b: Entry) -> bool:
    """Tell whether two facts fill the same cell of one form that a report has several times, once a project."""
    x, y = a.stored.fact, b.stored.fact
    if x.source.table is None or y.source.table is None or x.source.start is not None or y.source.start is not None:
        return False
    return x.source.table != y.source.table and (x.row_path, x.column_path, x.kind) == (
        y.row_path,
        y.column_path,
        y.kind,
    )


def _labels(fact: Fact) -> str:
    return "".join((*fact.row_path, *fact.column_path))


def comparable_things(a: Entry, b: Entry, lexicon: Lexicon) -> bool:
    """Tell whether two facts' labels name the same measure within the same whole."""
    x, y = a.stored.fact, b.stored.fact
    alike = measure_key(a, lexicon) == measure_key(b, lexicon) and a.scope == b.scope
    return alike and not other_time(_labels(x), _labels(y))


def _same_kind(x: Fact, y: Fact) -> bool:
    if x.kind is y.kind:
        return True
    return {x.kind, y.kind} <= {Kind.ACTUAL, Kind.RATE}


def stage_of(fact: Fact) -> str:
    """Return the stage of a budget that its own labels name: 年初, 全年, or none."""
    if fact.kind is not Kind.BUDGET:
        return ""
    own = "".join((*fact.row_path[-1:], *fact.column_path))
    return STAGES[0] if STAGES[0] in own else STAGES[1] if STAGES[1] in own or "调整" in own else ""


def _same_dimension(x: Fact, y: Fact) -> bool:
    if x.value is None or y.value is None or not x.unit or not y.unit:
        return x.unit == y.unit
    return in_base(x.value, x.unit)[0] == in_base(y.value, y.unit)[0]


def of_total(fitting: list[Evidence], asked: str) -> list[Evidence]:
    """Keep the grand totals where those are asked for, else the totals without what was carried over, if there are any.

    收入总计 and 本年收入合计 are 总收入 alike where a report has one of them.
    """
    grand = [one for one in fitting if _is_grand_total(one.fact)]
    plain = [one for one in fitting if not _is_grand_total(one.fact)]
    return (grand if GRAND_TOTAL in asked else plain) or fitting


def _is_grand_total(fact: Fact) -> bool:
    """Tell whether a figure is a half's last row, with what was carried over; a column headed so has no other total."""
    halves = any(normalise(label) in SIDES for label in fact.column_path)
    return halves and bool(fact.row_path) and GRAND_TOTAL in fact.row_path[-1]


def measure_key(entry: Entry, lexicon: Lexicon) -> str:
    """Return what a fact's labels name, without words of kind, year, total and organisation."""
    fact = entry.stored.fact
    if _spends_all(fact):
        return f"\0{_SPENT}\0"  # 年度资金总额的全年执行数 is what was spent in all
    joined = "".join(dict.fromkeys(_own_labels(entry, lexicon)))
    terms = [f"\0{term}\0" for term in lexicon.terms_in(joined)]
    rest = _YEAR.sub("", lexicon.without_terms(joined))
    raw = "".join(normalise(label) for label in (*fact.row_path[-1:], *fact.column_path[-1:]))
    loose = sorted(f"~{word}" for word in lexicon.loose if word in raw)
    if _is_grand_total(fact):
        loose.append(GRAND_TOTAL)
    return "".join((*terms, pattern_of("键外").sub("", rest), *loose))


def _spends_all(fact: Fact) -> bool:
    """Tell whether a figure is what a department spent in all: 年度资金总额 of a project's form is the project's."""
    if fact.kind is not Kind.ACTUAL or not fact.total or not fact.row_path:
        return False
    around = "".join((*fact.row_path[:-1], fact.caption, *fact.source.heading_path[-1:]))
    of_project = _PROJECT in around and _WHOLE not in around
    return not of_project and _ALL_FUNDS.fullmatch(normalise(fact.row_path[-1])) is not None


def _own_labels(entry: Entry, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the labels that name the measure: not the column that says only of which whole and year it is."""
    if len(entry.leaves) == 2 and _YEAR.sub("", entry.leaves[1]) in lexicon.components:
        return entry.leaves[:1]
    return entry.leaves


def scope_of(entry: Entry, lexicon: Lexicon, beside: Iterable[str] = ()) -> frozenset[str]:
    """Return the wholes that a fact is a part of, other than those it is a part of by definition.

    公务接待费 under 三公经费 has none; under 公用经费 it has 公用经费, and is another figure.  ``beside`` has
    the headers of the columns beside a change (2020年基本支出 | 2021年基本支出 | 增减额).
    """
    fact = entry.stored.fact
    own = "".join(_own_labels(entry, lexicon))
    inside = lexicon.components_in(own)
    found: set[str] = set()
    headings = fact.source.heading_path[-1:] if fact.source.start is None else _whole_of(entry.sentence, lexicon)
    labels = (*fact.row_path[:-1], *fact.column_path, fact.caption, *headings, *beside)
    for label in labels:
        name = lexicon.canonical(normalise(label))
        if PLAIN.fullmatch(name):
            continue
        found |= lexicon.components_in(name) - inside
        if _FUNDS.search(name) and any(part in own for part in lexicon.parts.get(_INCOME, ())):
            found.add(_FUNDS_SPENT)
    wholes = {whole for whole, parts in lexicon.parts.items() if not inside.isdisjoint(parts)}
    return frozenset(found - wholes)


def _whole_of(sentence: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the measure that a sentence parts into others: 项目支出…，主要用于…; 基本支出…，其中…"""
    parted = _PARTED.search(sentence)
    if not parted:
        return ()
    before = [part for part in lexicon.components if part in sentence[: parted.start()]]
    return (min(before, key=sentence.find),) if before else ()


def distinct_values(evidence: Iterable[Evidence]) -> list[list[Evidence]]:
    """Group evidence by equal value, in order of first appearance; blanks and texts by their text."""
    groups: list[list[Evidence]] = []
    for one in evidence:
        for group in groups:
            if _agree(one.fact, group[0].fact):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def _agree(a: Fact, b: Fact) -> bool:
    if a.value is None or b.value is None:
        return a.value is b.value and a.raw == b.raw
    if not a.unit or not b.unit:
        return a.value == b.value
    return same_value((a.value, a.unit), (b.value, b.unit))
