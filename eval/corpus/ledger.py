"""What a department's reports state: its figures by measure, organisation and year."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce

from eval.corpus.accounts import CENT, Accounts, draw_accounts, percent, split
from eval.corpus.model import Figure
from eval.corpus.names import Department

#: measure → the amount of ``Accounts`` that holds what was really spent or received
ACTUAL = {
    "收入合计": "income", "上年结转": "carried", "公共财政拨款": "grant", "政府基金拨款": "fund",
    "事业收入": "business", "其他收入": "other", "支出合计": "spent", "基本支出": "basic", "人员支出": "personnel",
    "公用支出": "office", "项目支出": "project", "当年结余": "surplus_of_year", "累计结余": "surplus",
    "三公经费": "three", "公务接待费": "reception", "公务用车运行维护费": "running", "公务用车购置费": "purchase",
    "因公出国（境）费": "abroad", "固定资产": "assets", "在用固定资产": "used", "出租固定资产": "rented",
    "其他固定资产": "idle", "工资福利支出": "wages", "对个人和家庭的补助": "subsidies", "商品和服务支出": "goods",
    "资本性支出": "capital", "政府采购金额": "procurement", "编制人数": "quota", "在职人数": "staff",
}  # fmt: skip
_BUDGET = {
    "三公经费": "three_budget", "公务接待费": "reception_budget", "公务用车运行维护费": "running_budget",
    "公务用车购置费": "purchase_budget", "公用支出": "office_budget", "政府采购金额": "procurement_budget",
}  # fmt: skip
_STAGED = {
    ("年度资金总额", "年初"): "early", ("年度资金总额", "全年"): "income", ("基本支出", "年初"): "early_basic",
    ("基本支出", "全年"): "basic",
}  # fmt: skip
#: ratio → (part, its kind, whole, its kind), in percent
RATIOS = {
    "在职人员控制率": ("staff", "quota"), "三公经费控制率": ("three", "three_budget"),
    "公用经费控制率": ("office", "office_budget"), "预算执行率": ("spent", "income"),
    "政府采购执行率": ("procurement", "procurement_budget"), "固定资产利用率": ("used", "assets"),
}  # fmt: skip
#: The detailed lists: items of 公用支出 and of 项目支出.
OFFICE, PROJECT = "公用经费明细", "项目支出明细"
_ITEMS = [
    "办公费", "印刷费", "咨询费", "水费", "电费", "邮电费", "物业管理费", "差旅费", "维修（护）费", "会议费",
    "培训费", "劳务费", "委托业务费", "工会经费", "福利费", "其他交通费用",
]  # fmt: skip
_REST = "其他商品和服务支出"
_PERSONS = {"编制人数", "在职人数"}


@dataclass(frozen=True, slots=True)
class Ledger:
    """A department's accounts: year → its own office's, then each unit's.

    ``details`` splits a total into its items: (list, year) → item → amount, the same items every year.
    ``batches`` counts 公务接待批次.
    """

    department: Department
    years: dict[int, tuple[Accounts, ...]]
    details: dict[tuple[str, int], dict[str, Decimal]]
    batches: dict[int, int]

    def whole(self, year: int) -> Accounts:
        """Return the whole department's accounts."""
        return reduce(Accounts.__add__, self.years[year])

    def names(self) -> list[str]:
        """Return the organisations whose accounts are kept apart: the own office, then the units."""
        return [self.department.own, *(unit.name for unit in self.department.units)]

    def accounts(self, organisation: str, year: int) -> Accounts:
        """Return an organisation's accounts."""
        if organisation == self.department.name:
            return self.whole(year)
        return self.years[year][self.names().index(organisation)]

    def actual(self, measure: str, year: int, organisation: str = "", within: str = "") -> Figure:
        """Return what was really spent, received or counted."""
        who = organisation or self.department.name
        value = getattr(self.accounts(who, year), ACTUAL[measure])
        unit = "人" if measure in _PERSONS else "万元"
        return Figure(who, measure, str(year), "actual", value, unit, within=within)

    def budget(self, measure: str, year: int, stage: str = "") -> Figure:
        """Return a budget of the whole department; journeys abroad have none (not filled in)."""
        whole = self.whole(year)
        if stage:
            return self.of(measure, year, "budget", self._staged(whole, measure, stage), stage=stage)
        value = getattr(whole, _BUDGET[measure]) if measure in _BUDGET else None
        return self.of(measure, year, "budget", value)

    def _staged(self, whole: Accounts, measure: str, stage: str) -> Decimal:
        if measure == "项目支出":
            return (whole.early - whole.early_basic) if stage == "年初" else whole.income - whole.basic
        value: Decimal = getattr(whole, _STAGED[measure, stage])
        return value

    def of(
        self, measure: str, year: int, kind: str, value: Decimal | None, unit: str = "万元", *, stage: str = "",
        within: str = "", hedge: str = "",
    ) -> Figure:  # fmt: skip
        """Return a figure of the whole department."""
        return Figure(self.department.name, measure, str(year), kind, value, unit, stage, within, hedge)

    def ratio(self, measure: str, year: int) -> Figure:
        """Return a ratio of two figures, in percent with two places."""
        whole = self.whole(year)
        part, base = (getattr(whole, name) for name in RATIOS[measure])
        return self.of(measure, year, "rate", percent(part, base), "%")

    def detail(self, within: str, name: str, year: int) -> Figure:
        """Return one item of a detailed list."""
        return self.of(name, year, "actual", self.details[within, year][name], within=within)

    def detail_change(self, within: str, name: str, year: int) -> Figure:
        """Return how much an item changed against the year before."""
        value = self.details[within, year][name] - self.details[within, year - 1][name]
        return self.of(name, year, "change", value, within=within)

    def change(self, measure: str, year: int, within: str = "") -> Figure:
        """Return how much an amount changed against the year before; a fall is negative."""
        name = ACTUAL[measure]
        value = getattr(self.whole(year), name) - getattr(self.whole(year - 1), name)
        return self.of(measure, year, "change", value, within=within)

    def change_percent(self, measure: str, year: int) -> Figure:
        """Return the change against the year before, in percent with two places."""
        before: Decimal = getattr(self.whole(year - 1), ACTUAL[measure])
        change = self.change(measure, year).value or Decimal(0)
        value = (change / before * 100).quantize(CENT, ROUND_HALF_UP)
        return self.of(measure + "增减率", year, "change", value, "%")


def draw_ledger(rng: random.Random, department: Department, years: list[int]) -> Ledger:
    """Draw a department's accounts for the years and the one before them; surpluses are carried over."""
    scale = {"province": 9_000, "prefecture": 3_500, "county": 1_400}[department.level]
    sizes = [round(scale * rng.uniform(0.7, 1.5)), *(round(scale * rng.uniform(0.05, 0.18)) for _ in department.units)]
    kept: dict[int, tuple[Accounts, ...]] = {}
    before: tuple[Accounts, ...] | None = None
    for year in range(min(years) - 1, max(years) + 1):
        carried = [a.surplus for a in before] if before else [None] * len(sizes)
        before = tuple(
            draw_accounts(rng, round(size * rng.uniform(0.85, 1.15)), start)
            for size, start in zip(sizes, carried, strict=True)
        )
        kept[year] = before
    return Ledger(department, kept, _details(rng, department, kept), {year: rng.randint(30, 90) for year in kept})


def _details(
    rng: random.Random, department: Department, years: dict[int, tuple[Accounts, ...]]
) -> dict[tuple[str, int], dict[str, Decimal]]:
    office = [*rng.sample(_ITEMS, rng.randint(4, 9)), _REST]
    project = [*rng.sample(_ITEMS, rng.randint(6, 12)), *department.trade["projects"], _REST]
    found = {}
    for year, accounts in years.items():
        whole = reduce(Accounts.__add__, accounts)
        found[OFFICE, year] = dict(split(rng, whole.office, office))
        found[PROJECT, year] = dict(split(rng, whole.project, project))
    return found
