"""The legend of grades as a report prints it: 90（含）—100分为优. Grades are not the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.citations import Citer
from assistant.model import Answer, Query, Status, Value
from assistant.reader import Reader
from assistant.texts import Piece
from ingest.labels import squeeze
from ingest.numbers import fold, plain

_TRACE = ("按报告里的等级说明",)
_NUMBER = r"(\d{1,3}(?:\.\d+)?)"
_ENTRY = re.compile(
    rf"{_NUMBER}分?(?:\(含\))?(?:分)?(?:[-—–~至到]+{_NUMBER}分?(?:\((?:不含|含)\))?|(?:分)?(?:\(含\))?(以上|以下|及以上))(?:的)?(?:为|是|:)?"
    r"[“\"]?(优秀|良好|优|良|中等|中|较差|差|合格|不合格)"
)
_ASKS_GRADE = re.compile(
    r"(?<!\d)(?P<points>\d{1,6}(?:\.\d{1,6})?)分.{0,12}(?:哪一?档|什么等|哪个等|属于|算什么|什么档|等级|等次)"
)
_ASKS_POINTS = re.compile(
    r"(?:多少|几)分(?:以上|以下)?(?:才)?(?:是|算|能|为|评).{0,4}(?P<grade>优秀|良好|优|良|中|较差|差|这个等次|这个等级|这一?档|合格)"
)


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade of a legend: from ``low`` points on, below or up to ``high``."""

    low: Decimal
    high: Decimal
    name: str
    text: str


def legend(text: str) -> list[Grade]:
    """Read a legend's grades from a text; fewer than two entries are no legend."""
    found = []
    for match in _ENTRY.finditer(squeeze(fold(text))):
        first = Decimal(match[1])
        if match[3] == "以下":
            low, high = Decimal(0), first
        elif match[3]:
            low, high = first, Decimal(100)
        else:
            low, high = sorted((first, Decimal(match[2])))
        found.append(Grade(low, high, match[4], match.group()))
    return found if len(found) > 1 else []


def grade_answer(query: Query, reader: Reader, citer: Citer) -> Answer | None:
    """Answer which grade so many points are, or how many points a grade takes, by the report's own legend."""
    text = squeeze(query.text)
    by_points, by_grade = _ASKS_GRADE.search(text), _ASKS_POINTS.search(text)
    if not by_points and not by_grade:
        return None
    for report in reader.reports(query):
        for piece in _texts(report, reader):
            grades = legend(piece.text)
            if not grades:
                continue
            chosen = _of_points(grades, Decimal(by_points["points"])) if by_points else None
            if by_grade:
                chosen = _of_name(grades, by_grade["grade"], piece.text)
            if chosen is None:
                continue
            quote = piece.text.strip()
            citer.passage(piece.stored, quote)
            if by_grade:
                text = f"按报告的等级标准，“{chosen.name}”要{plain(chosen.low)}分以上。"
                return Answer(Status.ANSWERED, text, (_bound(chosen, report, reader),), tuple(citer.citations), _TRACE)
            lead = f"按报告的等级标准，{by_points['points']}分属于“{chosen.name}”" if by_points else ""
            return Answer(Status.ANSWERED, f"{lead}：{chosen.text}。", (), tuple(citer.citations), _TRACE)
    return None


def _bound(grade: Grade, report: str, reader: Reader) -> Value:
    held = reader.finder.reports[report]
    return Value(grade.low, "分", grade.text, f"“{grade.name}”的下限", held.organisation, held.year, "text", (1,))


def _of_points(grades: Sequence[Grade], points: Decimal) -> Grade | None:
    """Return the grade of so many points; a bound belongs to the better grade (90（含）)."""
    return max((g for g in grades if g.low <= points <= g.high), key=lambda g: g.low, default=None)


def _of_name(grades: Sequence[Grade], name: str, text: str) -> Grade | None:
    if name.startswith("这"):
        given = re.search(r"(?:等级|等次|档次)[：:]\s*[“\"]?(优秀|良好|优|良|中等|中|较差|差)", text)
        name = given[1] if given else ""
    return next((g for g in grades if name and g.name.startswith(name)), None)


def _texts(report: str, reader: Reader) -> list[Piece]:
    cells = [
        Piece(report, held.block, held.info.heading_path, cell.text)
        for held in reader.finder.index.tables(report)
        for cell in held.table.cells
        if "分" in cell.text
    ]
    return [*cells, *reader.texts.pieces(report)]
