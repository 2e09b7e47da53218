"""Questions that follow from what a corpus states, each with its gold answer and every place of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

from eval.corpus.asking import Asker, Context
from eval.corpus.computed import computations
from eval.corpus.index import Index, distinct
from eval.corpus.model import Figure, Statement
from eval.corpus.names import data
from eval.corpus.rows import lists, rankings
from eval.corpus.silent import absences, false_premises
from eval.corpus.synthetic import Synthetic
from eval.corpus.words import text_questions
from eval.model import Gold, QuestionKind

#: kind → how many questions of it a report gets, at the most
_EACH = {
    QuestionKind.LOOKUP: 6,
    QuestionKind.NARRATIVE: 3,
    QuestionKind.COLLOQUIAL: 2,
    QuestionKind.FOLLOW_UP: 3,
    QuestionKind.COMPUTATION: 3,
    QuestionKind.RANKING: 2,
    QuestionKind.LIST: 2,
    QuestionKind.TEXT: 2,
    QuestionKind.CONFLICT: 3,
    QuestionKind.FALSE_PREMISE: 1,
    QuestionKind.ABSENT: 3,
}
_UNASKED = ("小计", "得分系数", "购置及运行维护费")


def questions(reports: list[Synthetic], rng: random.Random) -> list[Gold]:
    """Return the questions of a corpus, a fixed number of each kind for each report that has them."""
    asker = Asker(Index(reports), rng)
    makers: dict[QuestionKind, Callable[[Asker, Synthetic], Iterator[Gold]]] = {
        QuestionKind.LOOKUP: _lookups,
        QuestionKind.NARRATIVE: _narrated,
        QuestionKind.COLLOQUIAL: _colloquial,
        QuestionKind.FOLLOW_UP: _follow_ups,
        QuestionKind.COMPUTATION: computations,
        QuestionKind.RANKING: rankings,
        QuestionKind.LIST: lists,
        QuestionKind.TEXT: text_questions,
        QuestionKind.CONFLICT: _conflicts,
        QuestionKind.FALSE_PREMISE: false_premises,
        QuestionKind.ABSENT: absences,
    }
    found: list[Gold] = []
    for number, report in enumerate(reports, 1):
        for kind, make in makers.items():
            made = [gold for gold in make(asker, report) if _answerable(gold)]
            chosen = rng.sample(made, min(_EACH[kind], len(made)))
            found += [replace(gold, id=f"s{number:04d}-{kind.value}-{n}") for n, gold in enumerate(chosen, 1)]
    return found


def _answerable(gold: Gold) -> bool:
    """Tell whether the reports that a question is narrowed to state what it asks for."""
    if not gold.reports:
        return True
    for value in gold.values:
        groups = [value.places] if value.places else list(value.operands)
        if not all(any(place.report in gold.reports for place in group) for group in groups):
            return False
    return True


def _gold(asker: Asker, kind: QuestionKind, context: Context, turns: tuple[str, ...], *values: list[Statement]) -> Gold:
    return Gold("", kind, turns, context.reports, values=tuple(map(asker.index.answer, values)))


def _askable(report: Synthetic, asker: Asker) -> list[list[Statement]]:
    """Return the figures of a report that stand for one value, each once."""
    keys = dict.fromkeys(s.figure.key for s in report.story.statements)
    stated = [asker.index.agreed(key) for key in keys if not key[1].startswith("第") and not key[1].endswith(_UNASKED)]
    return [group for group in stated if group]


def _lookups(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    """Ask for figures of cells, each layout of the report as often as another."""
    by_layout: dict[str, list[list[Statement]]] = {}
    for stated in _askable(report, asker):
        tables = [s.spot.table for s in stated if s.spot.report == report.name and s.spot.table is not None]
        for table in tables[:1]:
            by_layout.setdefault(report.story.layouts[table], []).append(stated)
    for groups in by_layout.values():
        for stated in asker.rng.sample(groups, min(4, len(groups))):
            context = asker.context(report)
            yield _gold(asker, QuestionKind.LOOKUP, context, (asker.ask(context, stated[0].figure),), stated)


def _narrated(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    """Ask for figures that stand in sentences only."""
    for stated in _askable(report, asker):
        if all(s.spot.clause for s in stated):
            context = asker.context(report)
            yield _gold(asker, QuestionKind.NARRATIVE, context, (asker.ask(context, stated[0].figure),), stated)


def _colloquial(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    """Ask in the words of the office, typing errors among them."""
    department = report.plan.ledger.department
    for stated in _askable(report, asker):
        figure = stated[0].figure
        ways = data("measures.json").get(figure.measure, {}).get("colloquial", [])
        plain = figure.organisation == department.name and figure.kind in ("actual", "rate", "score")
        ways = ways if figure.kind != "score" or (figure.unit == "分" and figure.measure.endswith("分")) else []
        if not plain or figure.within:
            continue
        context = asker.context(report)
        asked = asker.ask(context, figure)
        for right, wrong in asker.words["typos"]:
            if right in asked:
                yield _gold(asker, QuestionKind.COLLOQUIAL, context, (asked.replace(right, wrong),), stated)
        if not ways:
            continue
        who, when = asker.whose(context, figure.organisation), asker.when(context, figure.period)
        yield _gold(asker, QuestionKind.COLLOQUIAL, context, (f"{who}{when}{asker.rng.choice(ways)}？",), stated)


def _follow_ups(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    """Ask on: another year, another unit, another measure, the budget, in 元."""
    for stated in _askable(report, asker):
        figure = stated[0].figure
        if figure.unit != "万元" or figure.kind != "actual" or figure.within:
            continue
        context = asker.context(report)
        first = asker.ask(context, figure)
        for turn, second in _turns(asker, report, figure):
            held = asker.index.agreed(second.key)
            if held:
                yield _gold(asker, QuestionKind.FOLLOW_UP, context, (first, turn), held)
        if stated[0].printed.unit == "万元":
            yield _converted(asker, context, first, stated)


def _converted(asker: Asker, context: Context, first: str, stated: list[Statement]) -> Gold:
    """Ask for a figure in 元; the text must have the converted number, not the old one again."""
    gold = _gold(asker, QuestionKind.FOLLOW_UP, context, (first, asker.pick("convert")), stated)
    amount = int((gold.values[0].value * 10_000).copy_abs())
    return replace(gold, contains=((f"{amount}", f"{amount:,}"),))


def _turns(asker: Asker, report: Synthetic, figure: Figure) -> Iterator[tuple[str, Figure]]:
    """Yield (what is asked next, the figure that is meant by it)."""
    department, year = report.plan.ledger.department, int(figure.period)
    before = replace(figure, period=str(year - 1))
    if figure.organisation == department.name:
        yield asker.pick("then_year").format(before=year - 1), before
        yield asker.pick("then_budget"), replace(figure, kind="budget")
        unit = asker.rng.choice(department.units)
        yield asker.pick("then_unit").format(unit=unit.name), replace(figure, organisation=unit.name)
    other = asker.rng.choice(("基本支出", "项目支出", "人员支出", "公用支出", "收入合计", "公务接待费"))
    if other != figure.measure:
        yield asker.pick("then_measure").format(m=asker.base(other)), replace(figure, measure=other)


def _conflicts(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    """Ask for figures that the report gives different values for: all of them are the answer."""
    for stated in asker.index.conflicting(report.name):
        context = replace(asker.context(report), chosen=True, name="")
        values = distinct(stated)
        gold = _gold(asker, QuestionKind.CONFLICT, context, (asker.ask(context, stated[0].figure),), *values)
        yield replace(gold, status=("conflict",))
