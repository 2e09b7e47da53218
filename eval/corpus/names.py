"""Made-up departments: their names in full and in short, their units, addresses and people."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

_LEVELS = ("province", "prefecture", "prefecture", "county", "county", "county")
_ENDINGS = {"prefecture": ("市", "市", "州"), "county": ("县", "县", "区")}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit under a department: its full name and the names that reports drift to."""

    name: str
    drifts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Department:
    """A made-up department.  ``trade`` holds what its kind of department does (departments.json)."""

    name: str
    short: str
    aliases: tuple[str, ...]
    level: str
    region: str
    province: str
    units: tuple[Unit, ...]
    address: str
    people: tuple[str, str, str]
    phone: str
    trade: dict[str, Any]

    @property
    def own(self) -> str:
        """The department's own office, as the truth names it."""
        return f"{self.name}本级"

    @property
    def scope(self) -> str:
        """What its region is called from within: 全省, 全市, 全州, 全县, 全区."""
        return "全" + self.region[-1]


@lru_cache(maxsize=8)
def data(name: str) -> Any:
    """Return one of the generator's data files."""
    return json.loads((files("eval.corpus") / "data" / name).read_text(encoding="utf-8"))


def departments(rng: random.Random, number: int) -> list[Department]:
    """Draw departments with distinct names."""
    places = data("places.json")
    regions = [first + second for first in places["first"] for second in places["second"]]
    rng.shuffle(regions)
    found: dict[str, Department] = {}
    while len(found) < number:
        level = rng.choice(_LEVELS)
        province = rng.choice(places["provinces"])
        region = province if level == "province" else regions[len(found) % len(regions)] + rng.choice(_ENDINGS[level])
        department = _department(rng, level, region, province)
        found.setdefault(department.name, department)
    return list(found.values())


def _department(rng: random.Random, level: str, region: str, province: str) -> Department:
    places = data("places.json")
    trade = rng.choice(data("departments.json"))
    kind = trade["hall"] if level == "province" else trade["bureau"]
    mark = region[-1]
    short = mark + (kind if level == "province" else trade["short"])
    units = [_unit(mark, full, drift) for full, drift in rng.sample(trade["units"], rng.randint(2, 4))]
    people = rng.sample([s + g for s in places["surnames"] for g in places["given"]], 3)
    return Department(
        name=region + kind,
        short=short,
        aliases=tuple(dict.fromkeys((short, mark + kind, region + kind))),
        level=level,
        region=region,
        province=province,
        units=tuple(units),
        address=f"{region}{rng.choice(places['streets'])}{rng.randint(1, 299)}号",
        people=(people[0], people[1], people[2]),
        phone=f"0{rng.randint(310, 999)}-{rng.randint(2_000_000, 8_999_999)}",
        trade=trade,
    )


def _unit(mark: str, full: str, drift: str) -> Unit:
    return Unit(mark + full, tuple(dict.fromkeys((mark + full, mark + drift, full))))
