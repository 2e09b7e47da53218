"""What holds for a whole report while its parts are read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.model import Kind
from ingest.numbers import UNITS


@dataclass(frozen=True, slots=True)
class Context:
    """The report's department and year: what a figure belongs to unless something nearer says so.

    ``codes`` has the names that its tables give the 科目编码; ``kind`` is what its amounts of money are unless they say
    something else (in a budget nothing was spent yet); ``place`` tells the report of a county or town.
    """

    organisation: str
    year: str
    codes: dict[str, str] = field(default_factory=dict)
    kind: Kind = Kind.ACTUAL
    place: bool = False


_SPENT = re.compile(r"决算|执行|实际|完成|上年|去年|截至|年末|年底|结转|结余")


def kind_in(kind: Kind, label: str, unit: str, context: Context) -> Kind:
    """Return what a figure is in its report: an amount of money that says nothing else is in a budget a budget."""
    money = UNITS.get(unit, ("",))[0] == "money"
    if kind is Kind.ACTUAL and context.kind is Kind.BUDGET and money and not _SPENT.search(label):
        return Kind.BUDGET
    return kind
