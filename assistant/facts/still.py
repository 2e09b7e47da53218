"""What is known of a catalogue's facts whatever is asked: computed once, as arrays of n facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.model import Fact, Form, Kind, Report
from ingest.numbers import UNITS

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

KINDS = (None, *Kind)


@dataclass(frozen=True, slots=True)
class Coded:
    """A text of each of n facts: the ``names`` that occur, and for each fact the place of its own."""

    names: tuple[str, ...]
    codes: Ints

    @classmethod
    def of(cls, texts: Iterable[str]) -> Coded:
        """Give each text the number of its first occurrence."""
        numbers: dict[str, int] = {}
        codes = [numbers.setdefault(text, len(numbers)) for text in texts]
        return cls(tuple(numbers), np.array(codes, dtype=np.int32))

    def each(self, value: Callable[[str], Any]) -> Floats:
        """Return a number for each fact, computed once for each text."""
        found = np.array([float(value(name)) for name in self.names], dtype=np.float32)
        return np.asarray(found[self.codes] if len(self.codes) else np.zeros(0, np.float32), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Still:
    """What facts are: their slots coded, and ``shape``, features that no question changes."""

    kinds: Ints
    dimensions: Coded
    units: Coded
    of_units: tuple[str, ...]  # what each of the units measures
    periods: Coded
    organisations: Coded
    departments: Coded
    values: Coded
    shape: dict[str, Floats]

    @classmethod
    def of(cls, facts: Sequence[Fact], reports: Sequence[Report], places: Ints) -> Still:
        """Read the facts of reports; ``places`` says which report each is of."""
        years = Coded.of(report.year for report in reports)
        report_year = [years.names[years.codes[place]] for place in places]
        own = [reports[place].organisation for place in places]
        newest = max((year for year in years.names if year), default="")
        shape = {
            "blank": [fact.form is Form.BLANK for fact in facts],
            "text": [fact.form is Form.TEXT for fact in facts],
            "sentence": [fact.source.start is not None for fact in facts],
            "total": [fact.total for fact in facts],
            "depth_row": [len(fact.row_path) for fact in facts],
            "depth_column": [len(fact.column_path) for fact in facts],
            "hedged": [bool(fact.hedge) for fact in facts],
            "unit_own": [fact.organisation == name for fact, name in zip(facts, own, strict=True)],
            "year_own": [fact.period == year for fact, year in zip(facts, report_year, strict=True)],
            "year_none": [not fact.period for fact in facts],
            "year_newest": [year == newest for year in report_year],
        }
        units = Coded.of(fact.unit for fact in facts)
        dimensions = Coded.of(UNITS.get(fact.unit, ("",))[0] for fact in facts)
        shape |= {f"is_{kind}": [fact.kind is kind for fact in facts] for kind in Kind}
        measured = [dimensions.names[code] for code in dimensions.codes]
        shape |= {f"is_{word}": [one == name for one in measured] for word, name in _DIMENSIONS}
        return cls(
            np.array([KINDS.index(fact.kind) for fact in facts], dtype=np.int32), dimensions,
            units, tuple(UNITS.get(unit, ("",))[0] for unit in units.names),
            Coded.of(fact.period or "" for fact in facts),
            Coded.of(fact.organisation for fact in facts), Coded.of(own),
            Coded.of("" if fact.value is None else str(fact.value) for fact in facts),
            {name: np.array(held, dtype=np.float32) for name, held in shape.items()},
        )  # fmt: skip


_DIMENSIONS = (("money", "money"), ("ratio", "ratio"), ("bare", ""))
