"""Accounts that agree with themselves, year after year: drawn parts, computed totals, in 万元."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Accounts:
    """One unit's year: what is drawn.  Money in 万元, ``quota`` and ``staff`` in persons."""

    carried: Decimal
    grant: Decimal
    fund: Decimal
    business: Decimal
    other: Decimal
    wages: Decimal
    subsidies: Decimal
    goods: Decimal
    capital: Decimal
    project_people: Decimal
    project_goods: Decimal
    project_capital: Decimal
    project_enterprise: Decimal
    reception: Decimal
    running: Decimal
    purchase: Decimal
    abroad: Decimal
    reception_budget: Decimal
    running_budget: Decimal
    purchase_budget: Decimal
    office_budget: Decimal
    used: Decimal
    rented: Decimal
    idle: Decimal
    procurement_budget: Decimal
    procurement: Decimal
    early: Decimal
    early_basic: Decimal
    quota: Decimal
    staff: Decimal

    def __add__(self, other: Accounts) -> Accounts:
        return Accounts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Accounts)))

    @property
    def income(self) -> Decimal:
        """收入合计."""
        return self.carried + self.grant + self.fund + self.business + self.other

    @property
    def personnel(self) -> Decimal:
        """人员支出."""
        return self.wages + self.subsidies

    @property
    def office(self) -> Decimal:
        """公用支出."""
        return self.goods + self.capital

    @property
    def basic(self) -> Decimal:
        """基本支出."""
        return self.personnel + self.office

    @property
    def project(self) -> Decimal:
        """项目支出."""
        return self.project_people + self.project_goods + self.project_capital + self.project_enterprise

    @property
    def spent(self) -> Decimal:
        """支出合计."""
        return self.basic + self.project

    @property
    def surplus(self) -> Decimal:
        """累计结余."""
        return self.income - self.spent

    @property
    def surplus_of_year(self) -> Decimal:
        """当年结余, negative when more was spent than came in."""
        return self.income - self.carried - self.spent

    @property
    def three(self) -> Decimal:
        """三公经费."""
        return self.reception + self.running + self.purchase + self.abroad

    @property
    def three_budget(self) -> Decimal:
        """三公经费 budget; nothing is ever budgeted for journeys abroad."""
        return self.reception_budget + self.running_budget + self.purchase_budget

    @property
    def assets(self) -> Decimal:
        """固定资产."""
        return self.used + self.rented + self.idle


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """Return part ÷ whole in percent, two places, half up."""
    return (part / whole * 100).quantize(CENT, ROUND_HALF_UP)


def money(rng: random.Random, least: float, most: float) -> Decimal:
    """Draw an amount with two places."""
    return Decimal(rng.randint(round(least * 100), round(most * 100))) / 100


def draw_accounts(rng: random.Random, scale: int, carried: Decimal | None) -> Accounts:
    """Draw a unit's year of about ``scale`` 万元; ``carried`` is last year's surplus, if there is one."""
    start = money(rng, scale / 20, scale / 6) if carried is None else carried
    sources = {
        "grant": money(rng, scale * 0.7, scale),
        "fund": money(rng, scale / 50, scale / 10) if rng.random() < 0.3 else _ZERO,
        "business": money(rng, scale / 60, scale / 12) if rng.random() < 0.4 else _ZERO,
        "other": money(rng, scale / 60, scale / 12) if rng.random() < 0.7 else _ZERO,
    }
    income = start + sum(sources.values())
    staff = max(3, round(scale / 32 * rng.uniform(0.8, 1.2)))
    quota = staff + rng.randint(0, max(1, staff // 9))
    return Accounts(
        carried=start, **sources, **_spending(rng, income), **_expenses(rng, scale),
        used=money(rng, scale / 6, scale), rented=_sometimes(rng, scale / 50), idle=_sometimes(rng, scale / 60),
        **_procurement(rng, scale), **_early(rng, income), quota=Decimal(quota), staff=Decimal(staff),
    )  # fmt: skip


def _spending(rng: random.Random, income: Decimal) -> dict[str, Decimal]:
    spent = income * Decimal(rng.randint(860, 985)) / 1000
    basic = (spent * Decimal(rng.randint(300, 620)) / 1000).quantize(CENT)
    project = (spent - basic).quantize(CENT)
    drawn = {
        "wages": (basic, 62), "subsidies": (basic, 20), "capital": (basic, 2), "project_people": (project, 8),
        "project_capital": (project, 20), "project_enterprise": (project, 30),
    }  # fmt: skip
    found = {
        name: (whole * Decimal(share + rng.randint(-1, 1)) / 100).quantize(CENT)
        for name, (whole, share) in drawn.items()
    }
    rest = {"goods": basic, "project_goods": project}  # what is left of each, so that the parts are the whole
    for name, whole in rest.items():
        found[name] = whole - sum((found[part] for part, (of, _) in drawn.items() if of is whole), Decimal(0))
    return found


def _expenses(rng: random.Random, scale: int) -> dict[str, Decimal]:
    reception, running = money(rng, 0.3, 2 + scale / 400), money(rng, 1, 4 + scale / 250)
    purchase = money(rng, 15, 24) if rng.random() < 0.2 else _ZERO
    return {
        "reception": reception, "running": running, "purchase": purchase,
        "abroad": money(rng, 2, 9) if rng.random() < 0.08 else _ZERO,
        "reception_budget": reception + money(rng, 0.4, 6), "running_budget": running + money(rng, 0.2, 5),
        "purchase_budget": purchase + (money(rng, 0.1, 1) if purchase else _ZERO),
        "office_budget": (Decimal(scale) * Decimal(rng.randint(70, 140)) / 1000).quantize(CENT),
    }  # fmt: skip


def _procurement(rng: random.Random, scale: int) -> dict[str, Decimal]:
    budget = money(rng, scale / 30, scale / 8)
    return {
        "procurement_budget": budget,
        "procurement": (budget * Decimal(rng.randint(600, 990)) / 1000).quantize(CENT),
    }


def _early(rng: random.Random, income: Decimal) -> dict[str, Decimal]:
    early = (income * Decimal(rng.randint(350, 800)) / 1000).quantize(CENT)
    return {"early": early, "early_basic": (early * Decimal(rng.randint(400, 700)) / 1000).quantize(CENT)}


def _sometimes(rng: random.Random, most: float) -> Decimal:
    return money(rng, 0.1, max(0.2, most)) if rng.random() < 0.35 else _ZERO


def split(rng: random.Random, whole: Decimal, names: list[str]) -> list[tuple[str, Decimal]]:
    """Split an amount into named parts that sum to it exactly."""
    weights = [*(rng.randint(1, 20) for _ in names[1:]), 20]  # the last takes the rounding: never the smallest
    parts = [(whole * weight / sum(weights)).quantize(CENT) for weight in weights]
    parts[-1] = whole - sum(parts[:-1], Decimal(0))
    return list(zip(names, parts, strict=True))
