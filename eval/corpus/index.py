"""What a corpus states, by figure: which statements agree, which contradict each other, which are blank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from eval.corpus.model import Figure, Spot, Statement
from eval.corpus.synthetic import Synthetic
from eval.figures import in_base
from eval.model import GoldValue, Place

Key = tuple[str, ...]


class Index:
    """Statements of a whole corpus by the figure that they state."""

    def __init__(self, reports: Iterable[Synthetic]) -> None:
        self.reports = list(reports)
        self._by_key: dict[Key, list[Statement]] = defaultdict(list)
        for report in self.reports:
            for statement in report.story.statements:
                self._by_key[statement.figure.key].append(statement)
        self._aliases: dict[str, set[str]] = defaultdict(set)
        for report in self.reports:
            department = report.plan.ledger.department
            for alias in department.aliases:
                self._aliases[alias].add(department.name)

    def stated(self, key: Key) -> list[Statement]:
        """Return every statement of a figure."""
        return self._by_key.get(key, [])

    def agreed(self, key: Key) -> list[Statement]:
        """Return the statements of a figure when all of them give the same value and none is a fault, else none."""
        stated = self.stated(key)
        sound = stated and len(distinct(stated)) == 1 and not any(s.printed.fault for s in stated)
        return stated if sound and _filled(stated) else []

    def blank(self, key: Key) -> bool:
        """Tell whether a figure is nowhere filled in, though it has a cell."""
        stated = self.stated(key)
        return bool(stated) and all(s.printed.value is None for s in stated)

    def conflicting(self, report: str) -> list[list[Statement]]:
        """Return, for a report, the figures that it gives different values for."""
        found = []
        for stated in self._by_key.values():
            own = [s for s in stated if s.spot.report == report]
            if len(distinct(own)) > 1 and _filled(stated) and len(distinct(own)) == len(distinct(stated)):
                found.append(stated)
        return found

    def sole(self, alias: str) -> bool:
        """Tell whether a short name belongs to one department of the corpus only."""
        return len(self._aliases[alias]) == 1

    def answer(self, stated: Sequence[Statement]) -> GoldValue:
        """Return a figure as a gold value; a change may also be computed from the two years' figures."""
        value, figure = gold_value(stated), stated[0].figure
        if figure.kind != "change" or figure.unit not in ("万元", "%"):
            return value
        measure = figure.measure.removesuffix("增减率")
        now = Figure(figure.organisation, measure, figure.period, "actual", None, "", within=figure.within)
        before = replace(now, period=str(int(figure.period) - 1))
        operands = [self.agreed(now.key), self.agreed(before.key)]
        return replace(value, operands=tuple(map(places, operands))) if all(operands) else value


def _filled(stated: Sequence[Statement]) -> bool:
    return all(s.printed.value is not None for s in stated)


def distinct(stated: Sequence[Statement]) -> list[list[Statement]]:
    """Group statements by equal value, units converted."""
    groups: dict[tuple[str, Decimal], list[Statement]] = {}
    for statement in stated:
        printed = statement.printed
        key = ("", Decimal(0)) if printed.value is None else in_base(printed.value, printed.unit)
        groups.setdefault((key[0], key[1].normalize()), []).append(statement)
    return list(groups.values())


def gold_value(stated: Sequence[Statement]) -> GoldValue:
    """Return statements of one value as a gold value with all its places."""
    printed = stated[0].printed
    if printed.value is None:
        raise ValueError(f"not filled in: {stated[0]}")
    return GoldValue(printed.value, printed.unit, places=places(stated))


def places(stated: Sequence[Statement]) -> tuple[Place, ...]:
    """Return where statements stand, as gold questions write it."""
    return tuple(place_of(statement.spot) for statement in stated)


def place_of(spot: Spot) -> Place:
    """Return a spot as gold questions write it."""
    return Place(spot.report, spot.table, spot.row, spot.column, (spot.clause,) if spot.clause else ())
