"""Questions over all rows of a table: rankings, the largest, lists; totals left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from eval.corpus.asking import Asker, Context
from eval.corpus.index import gold_value
from eval.corpus.ledger import OFFICE, PROJECT
from eval.corpus.model import Figure, Statement
from eval.corpus.synthetic import Synthetic
from eval.figures import in_base
from eval.model import Gold, GoldValue, QuestionKind

_BY_UNIT = ("支出合计", "项目支出", "基本支出", "人员支出", "收入合计", "公共财政拨款", "三公经费", "固定资产")
_THREE = ("公务接待费", "公务用车运行维护费", "公务用车购置费", "因公出国（境）费")
_DETAILS = {OFFICE: "公用经费各项", PROJECT: "项目支出明细里"}
_Row = tuple[str, list[Statement]]


def rankings(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    """Yield rankings by unit and by item."""
    year = report.plan.year
    for measure in _BY_UNIT:
        rows = _by_unit(asker, report, measure)
        if len(rows) < 3 or _tied(rows):
            continue
        rows.sort(key=lambda row: -_base(row[1]))
        context = asker.context(report)
        lead = f"{_named(asker, context, year)}"
        words = asker.base(measure)
        values = tuple(gold_value(stated) for _, stated in rows)
        question = asker.pick("rank").format(lead=lead, m=words)
        named = tuple(_names(report, name) for name, _ in rows)
        yield replace(_gold(QuestionKind.RANKING, context, question, values, ordered=True), contains=named)
        for key, row in (("most", rows[0]), ("least", rows[-1])):
            question = lead + asker.pick(key).format(m=words)
            name = _names(report, row[0])
            yield replace(
                _gold(QuestionKind.RANKING, context, question, (gold_value(row[1]),)), contains=(name,)
            )  # fmt: skip
    yield from _items(asker, report)


def lists(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    """Yield lists: a measure of every unit, the parts of 三公经费, the indicators that lost points."""
    year = report.plan.year
    for measure in _BY_UNIT:
        rows = _by_unit(asker, report, measure)
        if len(rows) >= 2:
            context = asker.context(report)
            question = asker.pick("list").format(lead=_named(asker, context, year), m=asker.base(measure))
            gold = _gold(QuestionKind.LIST, context, question, tuple(gold_value(stated) for _, stated in rows))
            yield replace(gold, contains=tuple(_names(report, name) for name, _ in rows))
    department = report.plan.ledger.department
    parts = [asker.index.agreed(Figure(department.name, m, str(year), "actual", None, "").key) for m in _THREE]
    if all(parts):
        context = asker.context(report)
        question = _named(asker, context, year) + asker.pick("three_items")
        yield _gold(QuestionKind.LIST, context, question, tuple(map(gold_value, parts)))
    yield from _names_listed(asker, report)


def _gold(
    kind: QuestionKind, context: Context, question: str, values: tuple[GoldValue, ...], ordered: bool = False
) -> Gold:
    return Gold("", kind, (question,), context.reports, values=values, ordered=ordered)


def _named(asker: Asker, context: Context, year: int) -> str:
    return f"{asker.whose(context, context.report.plan.ledger.department.name)}{asker.when(context, str(year))}"


def _by_unit(asker: Asker, report: Synthetic, measure: str) -> list[_Row]:
    """Return (organisation, statements) of the own office and every unit, or none when one is lacking."""
    year = str(report.plan.year)
    rows = [
        (name, asker.index.agreed(Figure(name, measure, year, "actual", None, "").key))
        for name in report.plan.ledger.names()
    ]
    return rows if all(stated for _, stated in rows) else []


def _base(stated: list[Statement]) -> Decimal:
    printed = stated[0].printed
    return in_base(printed.value or Decimal(0), printed.unit)[1]


def _tied(rows: list[_Row]) -> bool:
    return len({_base(stated) for _, stated in rows}) < len(rows)


def _names(report: Synthetic, organisation: str) -> tuple[str, ...]:
    """Return every name that an answer may call an organisation by."""
    department = report.plan.ledger.department
    if organisation == department.own:
        return ("本级",)
    return next(unit.drifts for unit in department.units if unit.name == organisation)


def _items(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    """Rank the items of a detailed list: the three largest, the one that fell most."""
    year = str(report.plan.year)
    for within, words in _DETAILS.items():
        for kind in ("actual", "change"):
            rows = _details(asker, report, within, kind, year)
            if len(rows) < 5 or _tied(rows):
                continue
            context = asker.context(report)
            listed = _named(asker, context, int(year)) + words
            rows.sort(key=lambda row: -_base(row[1]))
            if kind == "actual":
                values = tuple(gold_value(stated) for _, stated in rows[:3])
                question = asker.pick("top").format(list=listed)
                gold = _gold(QuestionKind.RANKING, context, question, values, ordered=True)
                yield replace(gold, contains=tuple((name,) for name, _ in rows[:3]))
            elif _base(rows[-1][1]) < 0:
                question = asker.pick("fell").format(list=listed)
                gold = _gold(QuestionKind.RANKING, context, question, (gold_value(rows[-1][1]),))
                yield replace(gold, contains=((rows[-1][0],),))


def _details(asker: Asker, report: Synthetic, within: str, kind: str, year: str) -> list[_Row]:
    keys = dict.fromkeys(
        s.figure.key for s in report.story.statements
        if s.figure.within == within and s.figure.kind == kind and s.figure.period == year
        and not s.figure.measure.startswith("第")
    )  # fmt: skip
    rows = [(key[1], asker.index.agreed(key)) for key in keys]
    return rows if all(stated for _, stated in rows) else []


def _names_listed(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    """List names: the units of the department, the indicators without full marks."""
    department, year = report.plan.ledger.department, report.plan.year
    context = asker.context(report)
    if any("下属独立核算单位" in s.figure.measure for s in report.story.statements):
        question = _named(asker, context, year) + asker.pick("units")
        names = tuple(unit.drifts for unit in department.units)
        whole = sum(len(unit.name) for unit in department.units)
        yield Gold("", QuestionKind.LIST, (question,), context.reports, contains=names, length=whole)
    scored = [s for s in report.story.statements if s.figure.kind == "score" and s.row_path]
    goals = [i for i in report.plan.goals.indicators if any(s.figure.measure == i.name for s in scored)]
    faulty = any(s.printed.fault for s in report.story.statements if s.figure.kind in ("score", "weight"))
    lost = [i.name for i in goals if i.score < i.weight]
    full = [i.name for i in goals if i.score == i.weight and not any(i.name in name for name in lost)]
    if lost and not faulty:
        question = _named(asker, context, year) + asker.pick("not_full")
        yield Gold(
            "", QuestionKind.LIST, (question,), context.reports, contains=tuple((name,) for name in lost),
            excludes=tuple(full), alternatives=(_scores(asker, report, lost),),
        )  # fmt: skip


def _scores(asker: Asker, report: Synthetic, names: list[str]) -> tuple[GoldValue, ...]:
    """Return the scores of the indicators, which an answer may give beside their names."""
    year, department = str(report.plan.year), report.plan.ledger.department.name
    stated = [asker.index.agreed(Figure(department, name, year, "score", None, "").key) for name in names]
    return tuple(gold_value(s) for s in stated if s)
