"""Printing figures: the noise of real reports, and the faults that are put in on purpose."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from eval.corpus.model import Fault, Figure, Printed, Spot

#: How a cell that isn't filled in looks.
BLANKS = ("——", "--", "/", "", "—", "无")
_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")
_AFTER = {"以上", "左右", "以下", "以内"}
#: What a fault does to the value that would be printed.
Change = Callable[[Figure], Decimal | None]


@dataclass(frozen=True, slots=True)
class Plant:
    """A fault to be put in where its slot is printed; ``message`` takes {stated} and {expected}."""

    kind: str
    change: Change
    message: str


@dataclass(slots=True)
class Paper:
    """Prints one report's figures.  ``plants``: slot → the fault to print there."""

    rng: random.Random
    report: str
    plants: dict[str, Plant] = field(default_factory=dict)
    commas: bool = False
    noise: float = 0.03
    faults: list[Fault] = field(default_factory=list)

    def figure(self, figure: Figure, *, unit: str = "", written: bool = False, slot: str = "") -> Printed:
        """Print a figure in ``unit`` (its own by default); ``written`` puts the unit behind the number.

        ``slot`` names the place for faults; a value of ``None`` is printed as a cell not filled in.
        """
        value, fault = figure.value, ""
        if slot in self.plants:
            value, fault = self._planted(figure, slot)
        if value is None:
            return Printed(self.rng.choice(BLANKS[:3] if written else BLANKS), None, "", fault=fault)
        unit = unit or figure.unit
        shown = value * 10_000 if (unit, figure.unit) == ("元", "万元") else value
        text = self._noisy(_digits(shown, self.commas and unit in ("元", "万元")))
        if written:
            text = _hedged(text + unit, figure.hedge)
        return Printed(text, shown, unit, figure.hedge if written else "", fault)

    def sentence(self, figure: Figure, *, slot: str = "") -> Printed:
        """Print a figure as a sentence has it, with its unit and without noise."""
        value, fault = figure.value, ""
        if slot in self.plants:
            value, fault = self._planted(figure, slot)
        shown = Decimal(0) if value is None else value
        return Printed(_digits(abs(shown), self.commas) + figure.unit, shown, figure.unit, fault=fault)

    def fault(self, slot: str, stated: str, expected: str, measure: str = "", year: str = "") -> str:
        """Record that the slot's fault was printed; return its id."""
        plant = self.plants[slot]
        message = plant.message.format(stated=stated, expected=expected, measure=measure, year=year)
        self.faults.append(
            Fault(f"{self.report}#{len(self.faults) + 1}", plant.kind, self.report, stated, expected, message)
        )
        return self.faults[-1].id

    def _planted(self, figure: Figure, slot: str) -> tuple[Decimal | None, str]:
        value = self.plants[slot].change(figure)
        stated = "未填列" if value is None else f"{value:f}{figure.unit}"
        expected = "" if figure.value is None else f"{figure.value:f}{figure.unit}"
        return value, self.fault(slot, stated, expected, figure.measure, figure.period)

    def _noisy(self, text: str) -> str:
        if self.rng.random() >= self.noise:
            return text
        way = self.rng.choice(("wide point", "wide space", "space", "wide"))
        return {
            "wide point": text.replace(".", "．"), "wide space": "　" + text, "space": text + " ",
            "wide": text.translate(_WIDE) if "," not in text else text,
        }[way]  # fmt: skip

    def finished(self, places: list[tuple[str, Spot]]) -> list[Fault]:
        """Return the faults with the places where they came to stand: (fault id, place)."""
        return [replace(f, spots=tuple(spot for fault, spot in places if fault == f.id)) for f in self.faults]


def _digits(value: Decimal, commas: bool = False) -> str:
    return f"{value:,f}" if commas else f"{value:f}"


def _hedged(text: str, hedge: str) -> str:
    if not hedge:
        return text
    return text + hedge if hedge in _AFTER else hedge + text
