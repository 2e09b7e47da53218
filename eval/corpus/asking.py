"""Putting a figure into words: whose, of when, which measure, asked how."""

from __future__ import annotations

import random
from dataclasses import dataclass

from eval.corpus.index import Index
from eval.corpus.model import Figure
from eval.corpus.names import data
from eval.corpus.synthetic import Synthetic


@dataclass(frozen=True, slots=True)
class Context:
    """How a question says which report it means: by choosing it, or by naming department and year."""

    report: Synthetic
    chosen: bool
    name: str

    @property
    def reports(self) -> tuple[str, ...]:
        """The reports that the question is narrowed to."""
        return (self.report.name,) if self.chosen else ()


class Asker:
    """Draws wordings; the same figure is asked in many ways."""

    def __init__(self, index: Index, rng: random.Random) -> None:
        self.index = index
        self.rng = rng
        self.words = data("wording.json")

    def pick(self, key: str) -> str:
        """Draw one of the wordings for something."""
        return str(self.rng.choice(self.words[key]))

    def context(self, report: Synthetic) -> Context:
        """Choose the report outright, or name it by department and year."""
        if self.rng.random() < 0.5:
            return Context(report, True, self.pick("whole"))
        department = report.plan.ledger.department
        names = [alias for alias in department.aliases if self.index.sole(alias)] or [department.name]
        return Context(report, False, self.rng.choice([department.name, *names]))

    def when(self, context: Context, period: str) -> str:
        """Say the year; left out only where the chosen report's own year is meant."""
        if context.chosen and period == str(context.report.plan.year) and self.rng.random() < 0.5:
            return ""
        return f"{period}年"

    def whose(self, context: Context, organisation: str) -> str:
        """Say whose figure it is: the department's, its own office's, a unit's."""
        department = context.report.plan.ledger.department
        base = "" if context.chosen else context.name
        if organisation == department.name:
            return context.name
        if organisation == department.own:
            return base + self.pick("own")
        unit = next(unit for unit in department.units if unit.name == organisation)
        return base + self.rng.choice(unit.drifts[:2])

    def measure(self, figure: Figure) -> str:
        """Say the measure with its kind: 公务接待费预算数, 造林成活率的目标值."""
        base = self.base(figure.measure)
        if figure.within:
            base = str(self.rng.choice(self.words["within"][figure.within])).format(m=base)
            if figure.kind == "actual" and figure.within == "收入性质":  # beside two budgets in its row
                return f"{base}全年执行数"
        if figure.kind == "budget":
            form = "budget_staged" if figure.stage else "budget"
            return self.pick(form).format(m=base, stage=figure.stage)
        if figure.kind == "score" and base.endswith("分"):
            return base
        if figure.kind in ("target", "weight", "score"):
            return self.pick(figure.kind).format(m=base)
        if figure.kind == "change":
            return self._change(figure, base)
        if figure.kind == "actual" and figure.unit == "万元" and not figure.within:
            return self.pick("actual_money").format(m=base)
        return base

    def base(self, measure: str) -> str:
        """Say the measure's name, one of those in use."""
        known = data("measures.json").get(measure)
        return str(self.rng.choice(known["ask"])) if known else measure

    def _change(self, figure: Figure, base: str) -> str:
        if figure.measure.endswith("增减率"):
            return self.pick("growth").format(m=self.base(figure.measure.removesuffix("增减率")))
        return self.pick("change").format(m=base)

    def ask(self, context: Context, figure: Figure) -> str:
        """Ask for a figure, in one sentence."""
        what = self.what(context, figure)
        if figure.measure.endswith("增减率"):
            return what
        form = "ask_points" if figure.unit == "分" else "ask"
        return self.pick(form).format(what=what)

    def what(self, context: Context, figure: Figure) -> str:
        """Return whose, when and which measure, in one of the usual orders."""
        whose, when = self.whose(context, figure.organisation), self.when(context, figure.period)
        measure = self.measure(figure)
        if whose and self.rng.random() < 0.3:
            return f"{when}{whose}的{measure}"
        return f"{whose}{when}{measure}"
