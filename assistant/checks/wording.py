"""What the words contradict: another year's notice, a target that nothing answers, a grade the legend denies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.checks.defect import Defect
from assistant.checks.naming import OVERALL
from assistant.checks.relations import Item, Severity
from assistant.checks.sheet import Sheet
from assistant.compose import measure_name, shown
from assistant.grades import Grade, legend
from ingest.grams import bigrams
from ingest.labels import squeeze
from ingest.model import Fact, Form, Kind, SourceRef, StoredFact
from ingest.numbers import in_base

_NOTICE = re.compile(
    r"关于(?:组织|做好|开展|报送|认真做好)[^》。]{0,16}?((?:19|20)\d{2})年度?[^》。]{0,30}?(?:绩效|自评|评价)[^》。]{0,24}?通知"
)
#: Headings under which next year's targets stand.
_AHEAD = re.compile(r"下一步|打算|措施|建议|展望|下年|明年|改进")
#: Reports of what is planned have no results yet; of what was done, though planned before, they do.
_PLANNED, _DONE = re.compile(r"预算"), re.compile(r"决算|自评|评价|执行|绩效报告|完成情况")
_ALIKE = 0.5
#: How far a result is from its target is no target.
_GAP = re.compile(r"^[较比高低]|高于|低于|超额|超过目标|目标值?$|差距")
_MOST_NAMED = 8
_GIVEN = re.compile(
    r"(?:等级|等次|档次)(?:为|是)?[：:]?\s*[“\"]?(优秀|良好|优|良|中等|中|较差|差|合格|不合格)[”\"]?(?![^，。；\n]{0,4}分)"
)
_LONGEST_LEGEND = 400


def notices(sheet: Sheet) -> Iterator[Defect]:
    """Yield a notice for another year's assessment than the report's: a sentence left from last year."""
    year = sheet.report.year
    if not year.isdecimal():
        return
    for block, headings in sheet.blocks:
        for match in _NOTICE.finditer(block.text):
            if int(match[1]) >= int(year):
                continue  # 2022年的通知 may be about the year before
            source = SourceRef(block.number, headings, start=match.start(1), end=match.end(1))
            stored = _words("依据", f"{match[1]}年度", source, sheet)
            message = f"{year}年度的报告引用了“{match.group()}”，应引用{year}年度的通知，请核实。"
            yield Defect("year", Severity.ERROR, 0.9, message, (stored,), f"{year}年度")


def unanswered(sheet: Sheet) -> Iterator[Defect]:
    """Yield the targets named in sentences that no result of the same kind answers anywhere in the report.

    A budget is of the year to come: nothing answers its targets yet.
    """
    if _PLANNED.search(sheet.report.title) and not _DONE.search(sheet.report.title):
        return
    facts = [entry.stored for entry in sheet.entries if entry.stored.fact.form is Form.FIGURE]
    done: dict[str, list[frozenset[str]]] = {}
    for stored in facts:
        if stored.fact.kind in (Kind.ACTUAL, Kind.RATE, Kind.CHANGE):
            done.setdefault(_unit(stored.fact), []).append(_grams(stored.fact))
    met = _met_beside(sheet)
    open_: dict[str, list[StoredFact]] = {}
    for stored in facts:
        fact = stored.fact
        ahead = any(_AHEAD.search(heading) for heading in fact.source.heading_path)
        if fact.kind is not Kind.TARGET or fact.source.start is None or ahead or fact.period != sheet.report.year:
            continue
        grams = _grams(fact)
        if _GAP.search(measure_name(fact)) or stored.id in met:
            continue
        if grams and not any(_alike(grams, other) for other in done.get(_unit(fact), [])):
            open_.setdefault(_aim(fact), []).append(stored)
    if open_:
        names = "、".join(list(open_)[:_MOST_NAMED]) + ("等" if len(open_) > _MOST_NAMED else "")
        message = f"有 {len(open_)} 个目标全文没有找到对应的完成数：{names}，请补充完成情况或核实指标名称。"
        places = tuple(stored for held in open_.values() for stored in held)
        yield Defect("target", Severity.SUSPECT, 0.6, message, places)


def _words(label: str, text: str, source: SourceRef, sheet: Sheet) -> StoredFact:
    """Return words of the report as what a finding states: no figure, but with a place."""
    report = sheet.report
    fact = Fact((label,), (), report.organisation, report.year, Kind.ACTUAL, Form.TEXT, None, "", text, source)
    return StoredFact(-1, report.id, fact)


def _met_beside(sheet: Sheet) -> frozenset[int]:
    """Return the targets whose sentence itself tells what was done: 培训1260场，完成目标1200场的105%."""
    done = {
        (fact.source.block, fact.source.row, fact.source.column, entry.sentence)
        for entry in sheet.entries
        if (fact := entry.stored.fact).kind in (Kind.ACTUAL, Kind.RATE) and entry.sentence
    }
    return frozenset(
        entry.stored.id
        for entry in sheet.entries
        if (fact := entry.stored.fact).kind is Kind.TARGET
        and (fact.source.block, fact.source.row, fact.source.column, entry.sentence) in done
    )


def _aim(fact: Fact) -> str:
    """Return a target in words, without saying 提高 twice."""
    name, figure = measure_name(fact), shown(fact)
    return f"{name[:-2]}{figure}" if figure[:2] == name[-2:] else f"{name}{figure}"


def _unit(fact: Fact) -> str:
    return in_base(fact.value, fact.unit)[0] if fact.value is not None else ""


def _grams(fact: Fact) -> frozenset[str]:
    return frozenset(bigrams(re.sub(r"完成|实现|达到|新增|提高|增长|目标|[\d.、．]+", "", squeeze(measure_name(fact)))))


def _alike(grams: frozenset[str], other: frozenset[str]) -> bool:
    return len(grams & other) >= _ALIKE * min(len(grams), len(other)) if other else True


def wrong_grade(sheet: Sheet) -> Iterator[Defect]:
    """Yield a grade that the report's own legend doesn't give for any score that it states."""
    scores, grades = _overall(sheet), _legend(sheet)
    if not grades or not scores:
        return
    for text, source in _given(sheet):
        match = _GIVEN.search(text)
        if match and not any(_fits(grade, match[1], scores) for grade in grades):
            due = max((g for g in grades if g.low <= scores[0].value <= g.high), key=lambda g: g.low, default=None)
            standard = f"，综合得分{shown(scores[0].fact)}按报告所列标准应为“{due.name}”" if due else ""
            message = f"评价等次写作“{match[1]}”{standard}，请核实。"
            places = (_words("评价等次", match[1], source, sheet), scores[0].entry.stored)
            yield Defect("grade", Severity.ERROR, 0.85, message, places, due.name if due else "")


def _legend(sheet: Sheet) -> list[Grade]:
    cells = (cell.text for held in sheet.tables.values() for cell in held.table.cells)
    texts = (*cells, *(block.text for block, _ in sheet.blocks))
    read = (legend(text) for text in texts if "分" in text and len(text) < _LONGEST_LEGEND)
    return next((grades for grades in read if grades), [])


def _overall(sheet: Sheet) -> list[Item]:
    key = (OVERALL, sheet.report.organisation, sheet.report.year, Kind.SCORE.value)
    return sheet.measures.get(key, [])


def _given(sheet: Sheet) -> Iterator[tuple[str, SourceRef]]:
    for held in sheet.tables.values():
        for cell in held.table.cells:
            if "等" in cell.text and _GIVEN.search(cell.text):
                yield cell.text, SourceRef(held.block, held.info.heading_path, held.info.number, cell.row, cell.column)
    for block, headings in sheet.blocks:
        match = _GIVEN.search(block.text) if "等" in block.text and not legend(block.text) else None
        if match:
            yield block.text, SourceRef(block.number, headings, start=match.start(1), end=match.end(1))


def _fits(grade: Grade, name: str, scores: list[Item]) -> bool:
    named = grade.name[0] == name[0]
    return named and any(grade.low <= item.value <= grade.high for item in scores)
