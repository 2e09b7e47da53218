"""Names figures beside each other: only what tells them apart, and what they are of."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.compose import kind_word, measure_name
from assistant.facts.world import World
from ingest.labels import one_line, squeeze, without_number
from ingest.model import Fact

#: Signs after which a figure would be read on.
_GOES_ON = (".", ",", "，", "．", "-", "—", "~", "～", "/", "%")


def with_figure(name: str, figure: str) -> str:
    """Return a name with its figure behind it: 办公费12.5万元; a colon parts 附表5 from 500万元."""
    parted = "：" if name[-1:].isdigit() or name[-1:] in _GOES_ON else ""
    return f"{name}{parted}{figure}"


class Namer:
    """Names figures beside each other: only what tells them apart, and what they are of."""

    def __init__(self, facts: Sequence[Fact], world: World, ids: Sequence[int]) -> None:
        self._facts = facts
        self._owners = [fact.organisation for fact in facts]
        self._reports = [world.report_of(one).organisation for one in ids]
        self._several_owners = len(set(self._owners)) > 1
        self._several_years = len({fact.period for fact in facts}) > 1
        self._library = world.library.reports
        departments = {report.organisation for report in world.library.reports}
        self._several_departments = world.library.beside or len(departments) > 1

    def of(self, number: int) -> str:
        """Return the name of one of the figures."""
        fact = self._facts[number]
        name = measure_name(fact)
        own = squeeze(self._owners[number])
        who = self._owners[number] if self._named(number) and own not in squeeze(name) else ""
        said = f"{fact.period}年" in name  # the header has the year already
        when = f"{fact.period}年" if self._several_years and fact.period and not said else ""
        return f"{who}{when}{name}{kind_word(fact, name)}"

    def in_full(self, number: int) -> str:
        """Return the name of one of the figures with its owner and its year."""
        fact = self._facts[number]
        name, year = self.of(number), f"{fact.period}年"
        when = year if fact.period and not self._several_years and year not in name else ""
        who = "" if self._named(number) else self._owners[number]
        return f"{who}{when}{name}"

    def common(self) -> str:
        """Return what the figures have in common: their column where the rows differ, else their row."""
        for path in ("column_path", "row_path"):
            ends = {getattr(fact, path)[-1:] for fact in self._facts}
            if len(ends) == 1 and (end := ends.pop()):
                return one_line(without_number(end[0]))
        return measure_name(self._facts[0])

    def whose(self) -> str:
        """Return the one department, and the one year, that all the figures are of, where several are loaded."""
        departments = set(self._reports)
        who = departments.pop() if self._several_departments and len(departments) == 1 else ""
        return who + self.when()

    def when(self) -> str:
        """Return the one year that all the figures are of, where several reports of their department are loaded."""
        years = {fact.period for fact in self._facts}
        loaded = {report.year for report in self._library if report.organisation in self._reports}
        return f"{years.pop()}年" if len(loaded) > 1 and len(years) == 1 and all(years) else ""

    def line(self) -> str:
        """Return the name of the row that all the figures stand in, with its owner where there are several."""
        fact = self._facts[0]
        who = self._owners[0] if self._named(0) else ""
        return f"{who}{one_line(without_number(fact.row_path[-1])) if fact.row_path else measure_name(fact)}"

    def column(self, number: int) -> str:
        """Return the column of one of the figures."""
        path = self._facts[number].column_path
        return one_line(without_number(path[-1])) if path else kind_word(self._facts[number], "")

    def _named(self, number: int) -> bool:
        return (
            self._several_owners
            or (self._several_departments and number == 0)
            or (self._owners[number] != self._reports[number])
        )

    def row(self, number: int) -> str:
        """Return what tells one of the figures from the others: its row, its column, its owner or its year."""
        fact = self._facts[number]
        for path in ("row_path", "column_path"):
            ends = [getattr(one, path)[-1:] for one in self._facts]
            if len(set(ends)) > 1 and ends[number]:
                return one_line(without_number(ends[number][0]))
        if self._several_owners:
            return self._owners[number]
        return f"{fact.period}年" if self._several_years else measure_name(fact)
