"""How likely a cause of failed relations is a real inconsistency, learned from faults put into strangers' reports.

A sum that fails may be no sum, two figures of one name may be of two things.  What tells them apart is how relations
of the kind fare elsewhere in the report and in the table, whether the difference looks like a slip, what else states
the figures, and where they stand.  Below the lower bound a cause is not told at all, below the upper it is a doubt.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import numpy as np
from numpy.typing import NDArray

from assistant.checks.causes import Cause
from assistant.checks.relations import Item, Quotient, Relation, Same, Severity, Sum
from assistant.checks.sheet import Sheet
from assistant.checks.slips import Slip, digits_if, moved, slip
from assistant.checks.twice import SAID_TWICE
from assistant.weigher import Weigher, card, weigher
from ingest.grams import bigrams
from ingest.labels import squeeze

Floats = NDArray[np.float32]

_NAME = "belief"
_KINDS = ("parts", "across", "units", "roll", "ratio", "change", "scores", "same", "target", "carry")
#: What stands for a share of nothing.
_NONE = -1.0
_MOST_SOLVED, _MOST_COMPARED = 40, 20
_NEAR = Decimal("0.00001")
_LEAST = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The odds from which a cause is told as a doubt, and as what it is; chosen by the training."""

    told: float
    firm: float


class Board:
    """How the relations of a report fare: held and failed by kind, name and place, and by figure."""

    def __init__(self, sheet: Sheet, relations: Sequence[Relation]) -> None:
        self._counts: Counter[object] = Counter()
        self._items: Counter[tuple[int, bool]] = Counter()
        self._again: Counter[int] = Counter()
        for one in relations:
            for key in _keys(one).values():
                self._counts[key, one.holds] += 1
            for item in one.items:
                self._items[id(item), one.holds] += 1
                self._again[id(item)] += isinstance(one, Same) and one.holds
        self.relations = len(relations)
        self.failed = sum(not one.holds for one in relations)
        self._printed = Counter((item.dimension, item.value) for item in _items_of(sheet))

    def fares(self, relation: Relation) -> dict[str, float]:
        """Return how often relations like one hold and fail: of its kind, name, table, row, column."""
        found: dict[str, float] = {}
        for name, key in _keys(relation).items():
            held, failed = self._counts[key, True], self._counts[key, False]
            found |= {f"{name}_held": float(held), f"{name}_failed": float(failed)}
            found[f"{name}_share"] = held / (held + failed) if held + failed else _NONE
        return found

    def held(self, item: Item) -> int:
        """Return how many relations of a figure hold."""
        return self._items[id(item), True]

    def broken(self, item: Item) -> int:
        """Return how many relations of a figure fail."""
        return self._items[id(item), False]

    def again(self, item: Item) -> int:
        """Return how many places state the same of a figure's measure."""
        return self._again[id(item)]

    def printed(self, dimension: str, value: Decimal) -> int:
        """Return in how many places a value is printed, whatever it is of."""
        return self._printed[dimension, value]

    def near(self, item: Item, value: Decimal) -> int:
        """Return in how many places a value is printed up to half of an item's last digit."""
        exact = self.printed(item.dimension, value)
        if exact:
            return exact
        allowed = max(item.step, abs(value) * _NEAR) / 2
        return sum(
            count for (dimension, held), count in self._printed.items()
            if dimension == item.dimension and abs(held - value) <= allowed
        )  # fmt: skip


def _items_of(sheet: Sheet) -> Iterable[Item]:
    return (item for entry in sheet.entries if (item := sheet.any_item(entry)) is not None)


def _keys(relation: Relation) -> dict[str, object]:
    source, kind = relation.result.fact.source, relation.kind
    return {
        "kind": kind, "kind_table": (kind, source.table), "name": (0, relation.name),
        "name_table": (relation.name, source.table), "row": (kind, source.table, source.row, "row"),
        "column": (kind, source.table, source.column, "column"),
    }  # fmt: skip


def traits(cause: Cause, board: Board) -> dict[str, float]:
    """Return what speaks for and against a cause, by name."""
    return {
        **_family(cause), **board.fares(cause.relations[0]), **_standing(cause, board), **_size(cause, board),
        **_mend(cause, board), **_together(cause.relations[0]),
        "all_relations": math.log10(board.relations + 1), "all_failed": float(board.failed),
        "all_failed_share": board.failed / max(1, board.relations),
    }  # fmt: skip


def _family(cause: Cause) -> dict[str, float]:
    """Name what kind of relations fail."""
    lead, kinds = cause.relations[0], {one.kind for one in cause.relations}
    said = [one.sure for one in cause.relations if one.name == SAID_TWICE]
    return {
        "fails": float(len(cause.relations)), "kinds": float(len(kinds)),
        **{f"kind_{kind}": float(kind in kinds) for kind in _KINDS},
        "sum": float(isinstance(lead, Sum)), "quotient": float(isinstance(lead, Quotient)),
        "pair": float(isinstance(lead, Same)), "suspect": float(cause.suspect is not None),
        "repairs": float(len(cause.repairs)), "said_twice": max(said, default=0.0),
        "ruled": max((one.sure for one in cause.relations if one.name != SAID_TWICE), default=0.0),
        "listed": float("所列" in lead.name), "identity": float(isinstance(lead, Sum) and "各" not in lead.name),
        "of_total": float("合计" in lead.name or "总" in lead.name),
        "tables": float(len({one.result.fact.source.table for one in cause.relations})),
    }  # fmt: skip


def _standing(cause: Cause, board: Board) -> dict[str, float]:
    """Count what else holds and fails of the figures."""
    lead, suspect = cause.relations[0], cause.suspect
    held = [board.held(item) for item in lead.items[1:]]
    return {
        "operands": float(len(held)), "operands_not_zero": float(sum(bool(item.value) for item in lead.items[1:])),
        "result_held": float(board.held(lead.result)), "result_failed": float(board.broken(lead.result)),
        "operands_held_least": float(min(held, default=-1)), "operands_held": _mean(held),
        "operands_failed": _mean([board.broken(item) for item in lead.items[1:]]),
        "operands_alone": _mean([not count for count in held]),
        "suspect_held": float(board.held(suspect)) if suspect else _NONE,
        "suspect_failed": float(board.broken(suspect)) if suspect else _NONE,
        "suspect_is_result": float(suspect is lead.result) if suspect else _NONE,
        "said_again": float(board.again(suspect or lead.result)),
    }  # fmt: skip


def _size(cause: Cause, board: Board) -> dict[str, float]:
    """Measure the difference: against the figure, against its last digit, against the operands."""
    lead = cause.relations[0]
    off, operands = abs(lead.off()), lead.items[1:]
    base = max(abs(lead.result.value), _LEAST)
    share = float(off / base)
    return {
        "off": share, "off_log": math.log10(share + 1e-6),
        "off_steps": math.log10(float(off / max(lead.result.step, Decimal("1e-6"))) + 1e-3),
        "off_is_operand": float(any(abs(off - abs(item.value)) <= item.step for item in operands)),
        "off_is_printed": float(board.printed(lead.result.dimension, off) > 0),
        "largest_operand": float(max((abs(item.value) for item in operands), default=-base) / base),
    }  # fmt: skip


def _mend(cause: Cause, board: Board) -> dict[str, float]:
    """Compare what is printed with what it should be."""
    lead, suspect = cause.relations[0], cause.suspect
    item = suspect if suspect is not None else lead.result
    value = cause.value if cause.value is not None else lead.solve(lead.result)
    mend = _slip(item, value) if value is not None else None
    others = [
        _slip(one, solved) for one in lead.items[:_MOST_SOLVED]
        if (solved := lead.solve(one)) is not None and solved * one.value > 0
    ]  # fmt: skip
    return {
        "printed": float(board.printed(item.dimension, item.value)),
        "wanted_printed": float(board.near(item, value)) if value is not None else _NONE,
        **{f"slip_{name}": test(mend) if mend else _NONE for name, test in _SLIPS.items()},
        "slip_any": max((2.0 * one.swapped + one.bag for one in others), default=0.0),
        "slip_any_differ": min((one.differ for one in others), default=9.0),
        "moved": float(value is not None and moved(item.value, value)),
    }  # fmt: skip


_SLIPS: dict[str, Callable[[Slip], float]] = {
    "alike": lambda one: float(one.alike), "differ": lambda one: one.differ, "swapped": lambda one: float(one.swapped),
    "one": lambda one: float(one.one), "bag": lambda one: float(one.bag),
}  # fmt: skip


def _slip(item: Item, value: Decimal) -> Slip:
    return slip(digits_if(item, item.value), digits_if(item, value))


def _together(lead: Relation) -> dict[str, float]:
    """Compare the result with its operands: where they stand, of whom, when, in which unit, under which labels."""
    result, operands = lead.result.fact, [item.fact for item in lead.items[1:]]
    source = result.source
    labels = _grams(result.row_path + result.column_path)
    alike = []
    for one in operands[:_MOST_COMPARED]:
        own = _grams(one.row_path + one.column_path)
        alike.append(len(labels & own) / max(1, len(labels | own)))
    places = [one.source for one in operands]
    return {
        "in_cells": _mean([one.table is not None and one.start is not None for one in (source, *places)]),
        "prose": float(source.start is not None), "operands_prose": _mean([one.start is not None for one in places]),
        "one_table": _mean([one.table == source.table for one in places]),
        "one_row": _mean([(one.table, one.row) == (source.table, source.row) for one in places]),
        "one_column": _mean([(one.table, one.column) == (source.table, source.column) for one in places]),
        "one_block": _mean([one.block == source.block for one in places]),
        "one_year": _mean([one.period == result.period for one in operands]),
        "one_owner": _mean([one.organisation == result.organisation for one in operands]),
        "one_kind": _mean([one.kind is result.kind for one in operands]),
        "one_unit": _mean([one.unit == result.unit for one in operands]),
        "labels_alike": _mean(alike), "total": float(result.total),
        "operands_total": _mean([one.total for one in operands]),
        "money": float(lead.result.dimension == "money"), "ratio": float(lead.result.dimension == "ratio"),
        "points": float(lead.result.dimension == "分"),
    }  # fmt: skip


def _grams(labels: Sequence[str]) -> frozenset[str]:
    return frozenset(bigrams(squeeze("".join(labels))))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else _NONE


def columns_of(causes: Sequence[Cause], board: Board) -> dict[str, Floats]:
    """Return the traits of causes as columns, n each."""
    rows = [traits(cause, board) for cause in causes]
    return {name: np.array([row[name] for row in rows], dtype=np.float32) for name in (rows[0] if rows else ())}


@cache
def bounds() -> Bounds:
    """Return the bounds that come with the package."""
    chosen = card(_NAME)["bounds"]
    return Bounds(float(chosen["told"]), float(chosen["firm"]))


def believed(causes: Sequence[Cause], board: Board, weigh: Weigher | None = None) -> list[float]:
    """Return the odds of each cause that it is a real inconsistency, 0 to 1."""
    return [float(one) for one in (weigh or weigher(_NAME)).odds(columns_of(causes, board))]


def gravity(lead: Severity, odds: float) -> Severity | None:
    """Return how grave a cause of such odds is: what its relation says, a doubt, or nothing to tell."""
    chosen = bounds()
    if odds < chosen.told:
        return None
    return lead if odds >= chosen.firm or lead is Severity.NOTE else Severity.SUSPECT
