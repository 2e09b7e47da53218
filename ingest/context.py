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


_SPENT = re.compile(r"决算|执行|实际|完成|上年|去年|截[至止]|年[末底初]|结转|结余|资产|负债|价值|余额|原值|净值")


def kind_in(kind: Kind, said: str, unit: str, period: str, context: Context) -> Kind:
    """Return what a figure is in its report: an amount of money that says nothing else is in a budget a budget.

    ``said`` is what is said of it: labels, or the words before it.  What is of a year before, or owned, is none.
    """
    money = UNITS.get(unit, ("",))[0] == "money"
    planned = context.kind is Kind.BUDGET and money and period >= context.year and not _SPENT.search(said)
    return Kind.BUDGET if planned and kind is Kind.ACTUAL else kind
