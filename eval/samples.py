"""Two small synthetic reports of made-up departments, so that the first run has something to ask.

Shares no code with the reader.  Figures are drawn from a seed and agree with each other.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from docx import Document
from docx.document import Document as Word
from docx.table import Table

from eval.corpus.word import frozen

_CENT = Decimal("0.01")
_WIDTH = 12


@dataclass(frozen=True, slots=True)
class Department:
    """A made-up department and what its report is about."""

    name: str
    short: str
    year: int
    units: tuple[str, ...]
    address: str
    results: tuple[tuple[str, str, str, str], ...]  # indicator, target, actual, sentence
    problems: tuple[str, ...]
    seed: int


DEPARTMENTS = (
    Department(
        "云岭市林业和草原局", "市林草局", 2023, ("市林业科技推广站", "市森林防火中心"), "云岭市青松路16号",
        (
            ("营造林面积", "≥12.5万亩", "13.2万亩", "全年完成营造林面积13.2万亩，同比增长5.60%"),
            ("新建防火隔离带", "≥180公里", "192公里", "新建防火隔离带192公里"),
            ("森林覆盖率", "≥63.40%", "63.52%", "全市森林覆盖率达63.52%，比上年提高0.12个百分点"),
            ("服务对象满意度", "≥95%", "96.8%", "服务对象满意度为96.8%"),
        ),
        ("预算编制不够细化，部分项目年中追加较多。", "采购进度偏慢，个别项目的验收拖到年末。"),
        7,
    ),
    Department(
        "清河县水利局", "县水利局", 2023, ("县水文服务站", "县灌区管理所"), "清河县滨江大道202号",
        (
            ("维修病险水库", "≥6座", "6座", "维修病险水库6座"),
            ("新增灌溉面积", "≥2.1万亩", "2.35万亩", "新增灌溉面积2.35万亩，同比增长8.20%"),
            ("农村自来水普及率", "≥88%", "89.7%", "农村自来水普及率达89.7%"),
            ("群众满意度", "≥90%", "93.5%", "群众满意度为93.5%"),
        ),
        ("项目前期准备不足，开工时间晚于计划。", "绩效指标设置偏重数量，质量指标偏少。"),
        11,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Accounts:
    """One unit's figures in 万元; totals are computed, so that they agree."""

    carried: Decimal
    grant: Decimal
    other: Decimal
    staff: Decimal
    office: Decimal
    project: Decimal

    @property
    def income(self) -> Decimal:
        """收入合计."""
        return self.carried + self.grant + self.other

    @property
    def basic(self) -> Decimal:
        """基本支出."""
        return self.staff + self.office

    @property
    def spent(self) -> Decimal:
        """支出合计."""
        return self.basic + self.project

    def __add__(self, other: Accounts) -> Accounts:
        return Accounts(
            self.carried + other.carried, self.grant + other.grant, self.other + other.other,
            self.staff + other.staff, self.office + other.office, self.project + other.project,
        )  # fmt: skip


def write_samples(folder: Path) -> list[Path]:
    """Write the sample reports into ``folder``; the same bytes every time."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for department in DEPARTMENTS:
        path = folder / f"{department.name}{department.year}年度部门整体支出绩效自评报告.docx"
        path.write_bytes(frozen(_report(department)))
        written.append(path)
    return written


def _report(department: Department) -> Word:
    rng = random.Random(department.seed)
    own = _accounts(rng, 1000, 4000)
    units = [_accounts(rng, 60, 300) for _ in department.units]
    whole = sum(units, own)
    vehicles, guests = _money(rng, 8, 20), _money(rng, 1, 6)
    before = (_money(rng, 8, 22), _money(rng, 2, 8))
    budget = (vehicles + _money(rng, 2, 9), guests + _money(rng, 3, 9))
    word = Document()
    word.add_heading(f"{department.year}年度部门整体支出绩效自评报告", 0)
    word.add_paragraph(f"单位名称：{department.name}")
    _narrative(word, department, whole, (vehicles, guests), budget)
    word.add_heading("附件1", 1)
    word.add_paragraph("部门收支情况表")
    _stacked_form(word, department, own, units, whole, (vehicles, guests))
    word.add_heading("附件2", 1)
    word.add_paragraph("三公经费情况表")
    word.add_paragraph("单位：万元")
    _three_expenses(word, department.year, before, budget, (vehicles, guests))
    word.add_heading("附件3", 1)
    word.add_paragraph("部门整体支出绩效自评表")
    _self_assessment(word, department, whole)
    return word


def _accounts(rng: random.Random, least: int, most: int) -> Accounts:
    carried, grant, other = _money(rng, least // 4, most // 4), _money(rng, least, most), _money(rng, 0, most // 10)
    income = carried + grant + other
    staff, office = (income * Decimal("0.31")).quantize(_CENT), (income * Decimal("0.08")).quantize(_CENT)
    return Accounts(carried, grant, other, staff, office, (income * Decimal("0.52")).quantize(_CENT))


def _money(rng: random.Random, least: int, most: int) -> Decimal:
    return Decimal(rng.randint(least * 100, most * 100)) / 100


def _percent(part: Decimal, whole: Decimal) -> str:
    return f"{(part / whole * 100).quantize(_CENT)}%"


def _narrative(
    word: Word, department: Department, whole: Accounts, spent: tuple[Decimal, Decimal], budget: tuple[Decimal, Decimal]
) -> None:
    year = department.year
    word.add_heading("一、基本情况", 1)
    word.add_paragraph(f"{department.short}是市县人民政府的工作部门，位于{department.address}，单位性质为行政单位。")
    word.add_heading("二、预算执行情况", 1)
    word.add_paragraph(
        f"{year}年收入合计{whole.income}万元，支出合计{whole.spent}万元，其中基本支出{whole.basic}万元，项目支出{whole.project}万元。"
        f"预算执行率为{_percent(whole.spent, whole.income)}。"
    )
    word.add_paragraph(
        f"{year}年“三公经费”预算{sum(budget)}万元，实际执行{sum(spent)}万元，"
        f"三公经费控制率为{_percent(sum(spent, Decimal(0)), sum(budget, Decimal(0)))}。"
    )
    word.add_heading("三、绩效目标完成情况", 1)
    for _, _, _, sentence in department.results:
        word.add_paragraph(sentence + "。")
    word.add_heading("四、存在的问题", 1)
    for number, problem in enumerate(department.problems, 1):
        word.add_paragraph(f"（{number}）{problem}")


def _row(table: Table, number: int, spans: list[int], texts: list[str]) -> None:
    """Fill one row, merging cells to the given spans."""
    column = 0
    for span, text in zip(spans, texts, strict=True):
        cell = table.cell(number, column)
        if span > 1:
            cell = cell.merge(table.cell(number, column + span - 1))
        cell.text = text
        column += span


def _stacked_form(
    word: Word,
    department: Department,
    own: Accounts,
    units: list[Accounts],
    whole: Accounts,
    spent: tuple[Decimal, Decimal],
) -> None:
    """Draw 收入 and 支出 stacked in one table, as the provinces' forms are."""
    names = ["部门汇总", "1、本级机构", *(f"{n}、{name}" for n, name in enumerate(department.units, 2))]
    accounts = [whole, own, *units]
    table = word.add_table(rows=2 * (3 + len(names)) + 1, cols=_WIDTH, style="Table Grid")
    _row(table, 0, [_WIDTH], ["年度收入情况（万元）"])
    _row(table, 1, [3, 3, 6], ["机构名称", "收入合计", "其中："])
    _row(table, 2, [3, 3, 2, 2, 2], ["", "", "上年结转", "公共财政拨款", "其他收入"])
    _merge_down(table, 1, 2, (0, 3))
    row = 3
    for name, a in zip(names, accounts, strict=True):
        _row(table, row, [3, 3, 2, 2, 2], [name, *map(str, (a.income, a.carried, a.grant, a.other))])
        row += 1
    _row(table, row, [_WIDTH], ["年度支出情况（万元）"])
    _row(table, row + 1, [2, 2, 6, 2], ["机构名称", "支出合计", "其中：", "累计结余"])
    _row(table, row + 2, [2, 2, 2, 2, 2, 2], ["", "", "人员支出", "公用支出", "项目支出", ""])
    _merge_down(table, row + 1, row + 2, (0, 2, 10))
    row += 3
    for name, a in zip(names, accounts, strict=True):
        texts = map(str, (a.spent, a.staff, a.office, a.project, a.income - a.spent))
        _row(table, row, [2] * 6, [name, *texts])
        row += 1
    _row(table, row, [3, 9], ["三公经费合计", str(sum(spent))])


def _merge_down(table: Table, top: int, bottom: int, columns: tuple[int, ...]) -> None:
    for column in columns:
        text = table.cell(top, column).text
        table.cell(top, column).merge(table.cell(bottom, column)).text = text


def _three_expenses(
    word: Word,
    year: int,
    before: tuple[Decimal, Decimal],
    budget: tuple[Decimal, Decimal],
    spent: tuple[Decimal, Decimal],
) -> None:
    rows = [
        ("一、三公经费", sum(before), sum(budget), sum(spent)),
        ("1、公务用车运行维护费", before[0], budget[0], spent[0]),
        ("2、公务接待费", before[1], budget[1], spent[1]),
        ("3、因公出国（境）费用", "0", "——", "0"),
    ]
    table = word.add_table(rows=1 + len(rows), cols=4, style="Table Grid")
    _row(table, 0, [1] * 4, ["经费控制情况", f"{year - 1}年决算数", f"{year}年预算数", f"{year}年决算数"])
    for number, texts in enumerate(rows, 1):
        _row(table, number, [1] * 4, [str(text) for text in texts])


def _self_assessment(word: Word, department: Department, whole: Accounts) -> None:
    table = word.add_table(rows=5 + len(department.results), cols=7, style="Table Grid")
    _row(table, 0, [2, 5], ["部门名称", department.name])
    _row(table, 1, [2, 1, 1, 1, 1, 1], ["年度预算（万元）", "年初预算数", "全年预算数", "全年执行数", "分值", "得分"])
    early = (whole.income * Decimal("0.8")).quantize(_CENT)
    score = (whole.spent / whole.income * 10).quantize(_CENT)
    _row(
        table,
        2,
        [2, 1, 1, 1, 1, 1],
        ["年度资金总额", str(early), str(whole.income), str(whole.spent), "10", str(score)],
    )
    _row(table, 3, [1] * 7, ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"])
    points = ["30", "20", "25", "15"]
    for number, ((indicator, target, actual, _), weight) in enumerate(zip(department.results, points, strict=True)):
        first = "满意度指标" if number == 3 else "产出指标"
        second = ("数量指标", "数量指标", "质量指标", "满意度指标")[number]
        _row(table, 4 + number, [1] * 7, [first, second, indicator, target, actual, weight, weight])
    table.cell(4, 0).merge(table.cell(6, 0)).text = "产出指标"
    table.cell(4, 1).merge(table.cell(5, 1)).text = "数量指标"
    _row(table, 4 + len(department.results), [5, 1, 1], ["总分", "100", str(score + 90)])
