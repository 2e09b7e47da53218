"""Annex tables of money and persons: layouts 5, 7, 10, 11 and the basic tables 1–3 on their own."""

from __future__ import annotations

from decimal import Decimal

from eval.corpus.ledger import OFFICE, PROJECT
from eval.corpus.model import Figure
from eval.corpus.plan import Plan
from eval.corpus.sheet import Box, Sheet, head, stub

_CLASSES = ("工资福利支出", "商品和服务支出", "对个人和家庭的补助", "资本性支出")


def comparison(plan: Plan) -> Sheet:
    """Layout 5: 基本支出 by class, this year against the last; 序号 may repeat, as it does in real reports."""
    year, ledger = plan.year, plan.ledger
    sheet = Sheet(5, "5")
    sheet.region([1] * 5)
    money = "" if plan.rng.random() < 0.4 else f"（{plan.unit}）"
    titles = [f"{year - 1}年基本支出{money}", f"{year}年基本支出{money}", f"增减额{money}"]
    sheet.row(head("序号"), head("支出项目"), *map(head, titles))
    repeated = plan.rng.random() < 0.3
    for number, measure in enumerate(_CLASSES, 1):
        figures = [
            ledger.actual(measure, year - 1, within="基本支出"), ledger.actual(measure, year, within="基本支出"),
            ledger.change(measure, year, within="基本支出"),
        ]  # fmt: skip
        shown = number - 1 if repeated and number == len(_CLASSES) else number
        cells = _cells(plan, figures, slots=("", "", f"compare.{measure}"))
        sheet.row(Box(str(shown)), stub(measure), *cells)
    figures = [ledger.actual("基本支出", year - 1), ledger.actual("基本支出", year), ledger.change("基本支出", year)]
    sheet.row(Box(str(len(_CLASSES) + 1)), stub("合    计"), *_cells(plan, figures, slots=("", "", "compare.total")))
    return sheet


def _cells(plan: Plan, figures: list[Figure], slots: tuple[str, ...] = ()) -> list[Box]:
    return [
        plan.cell(figure, unit=plan.unit if figure.unit == "万元" else "", slot=slot)
        for figure, slot in zip(figures, slots or ("",) * len(figures), strict=True)
    ]


def project_details(plan: Plan, *, subtotals: bool) -> list[Sheet]:
    """Layout 5's other form, long: 实际支出金额▸, section rows and 小计; split in two where ``subtotals``."""
    year = plan.year
    rows = _project_rows(plan)
    half = len(rows) // 2
    pieces = [rows[:half], rows[half:]] if subtotals else [rows]
    sheets = []
    for number, piece in enumerate(pieces):
        sheet = Sheet(5, "13-split" if subtotals else "5")
        sheet.region([1] * 5)
        sheet.row(head("序号", down=2), head("项目", down=2), head("实际支出金额", across=3))
        sheet.row(head(f"{year - 1}年"), head(f"{year}年"), head("决算增减情况"))
        for index, (name, figures) in enumerate(piece, 1 + number * half):
            sheet.row(Box(str(index)), stub(name), *_cells(plan, figures))
        if subtotals:
            total = [_sum(plan, [figures[k] for _, figures in piece], f"第{number + 1}部分小计") for k in range(3)]
            sheet.row(Box(""), stub("小计"), *_cells(plan, total))
        if number == len(pieces) - 1:
            sheet.row(Box(""), stub("合 计"), *_cells(plan, _totals(plan)))
        sheets.append(sheet)
    return sheets


def _project_rows(plan: Plan) -> list[tuple[str, list[Figure]]]:
    """Return the items of 项目支出: last year's, this year's, the change."""
    ledger, year = plan.ledger, plan.year
    return [
        (
            name,
            [
                ledger.detail(PROJECT, name, year - 1), ledger.detail(PROJECT, name, year),
                ledger.detail_change(PROJECT, name, year),
            ],
        )
        for name in ledger.details[PROJECT, year]
    ]  # fmt: skip


def _totals(plan: Plan) -> list[Figure]:
    ledger, year = plan.ledger, plan.year
    return [ledger.actual("项目支出", year - 1), ledger.actual("项目支出", year), ledger.change("项目支出", year)]


def _sum(plan: Plan, figures: list[Figure], name: str) -> Figure:
    whole = sum((figure.value or Decimal(0) for figure in figures), Decimal(0))
    return plan.ledger.of(name, int(figures[0].period), figures[0].kind, whole, within=PROJECT)


def basic_data(plan: Plan) -> Sheet:
    """Layout 7: 基础数据表, stacked blocks with different columns, hierarchy by numbering and indentation."""
    sheet = Sheet(12, "7")
    _headcount(plan, sheet)
    _control(plan, sheet)
    _buildings(plan, sheet)
    sheet.region([3, 9])
    sheet.row(stub("厉行节约保障措施"), Box("严格执行预算，从严控制一般性支出。"))
    return sheet


def _headcount(plan: Plan, sheet: Sheet) -> None:
    year, ledger = plan.year, plan.ledger
    sheet.region([3, 3, 3, 3])
    sheet.row(
        stub("财政供养人员情况", down=2), head(f"{year}年末编制数"), head(f"{year}年末实际在职人数"), head("控制率")
    )
    quota = plan.cell(ledger.actual("编制人数", year), slot="annex.编制人数")
    rate = plan.cell(ledger.ratio("在职人员控制率", year), written=True)
    sheet.row(quota, plan.cell(ledger.actual("在职人数", year)), rate)


def _control(plan: Plan, sheet: Sheet) -> None:
    year, ledger = plan.year, plan.ledger
    sheet.region([3, 3, 3, 3])
    money = f"（{plan.unit}）"
    titles = [f"{year - 1}年决算数{money}", f"{year}年预算数{money}", f"{year}年决算数{money}"]
    sheet.row(head("经费控制情况"), *map(head, titles))

    def add(text: str, measure: str, under: tuple[str, ...] = (), budget: Figure | None = None) -> None:
        planned = budget or ledger.budget(measure, year)
        figures = [ledger.actual(measure, year - 1), planned, ledger.actual(measure, year)]
        cells = _cells(plan, figures, slots=(f"previous.{measure}", "", f"annex.{measure}"))
        sheet.row(stub(text, under=under), *cells)

    three = "一、三公经费"
    add(three, "三公经费")
    add("  1、公务接待费", "公务接待费", (three,))
    add("  2、公务用车运行维护费", "公务用车运行维护费", (three,))
    add("  3、公务用车购置费", "公务用车购置费", (three,))
    add("  4、因公出国（境）费用", "因公出国（境）费", (three,))
    add("二、项目支出", "项目支出", budget=ledger.budget("项目支出", year, "全年"))
    office = "三、公用经费"
    add(office, "公用支出")
    _office_details(plan, sheet, office)
    add("四、政府采购金额", "政府采购金额")


def _office_details(plan: Plan, sheet: Sheet, office: str) -> None:
    """Draw 其中：办公费 … without budgets: not filled in."""
    year, ledger = plan.year, plan.ledger
    for number, name in enumerate(ledger.details[OFFICE, year]):
        budget = ledger.of(name, year, "budget", None, within=OFFICE)
        figures = [ledger.detail(OFFICE, name, year - 1), budget, ledger.detail(OFFICE, name, year)]
        text = f"  其中：{name}" if number == 0 else f"        {name}"
        sheet.row(stub(text, under=(office,)), *_cells(plan, figures))


def _buildings(plan: Plan, sheet: Sheet) -> None:
    sheet.region([3, 1, 1, 2, 2, 1, 2])
    titles = (
        "批复规模（㎡）",
        "实际规模（㎡）",
        "规模控制率",
        "预算投资（万元）",
        "实际投资（万元）",
        "投资概算控制率",
    )
    sheet.row(stub("楼堂馆所控制情况", down=2), *map(head, titles))
    sheet.row(*(Box(plan.rng.choice(("——", "/", "无"))) for _ in titles))


def two_sided(plan: Plan) -> Sheet:
    """Layout 10: 公开01表, 收入 | 支出 side by side with 行次, and a 栏次 row of column numbers."""
    year, ledger = plan.year, plan.ledger
    sheet = Sheet(6, "10")
    sheet.region([1] * 6)
    sheet.row(head("收入", across=3), head("支出", across=3))
    sheet.row(*(head(text) for text in ("项目", "行次", "决算数", "项目", "行次", "决算数")))
    sheet.row(head("栏次"), head(""), head("1"), head("栏次"), head(""), head("2"))
    left = [
        ("一、一般公共预算财政拨款收入", "公共财政拨款"), ("二、政府性基金预算财政拨款收入", "政府基金拨款"),
        ("三、事业收入", "事业收入"), ("四、其他收入", "其他收入"),
        ("年初结转和结余", "上年结转"), ("总计", "收入合计"),
    ]  # fmt: skip
    right = [
        ("一、基本支出", "基本支出"), ("    人员经费", "人员支出"), ("    公用经费", "公用支出"),
        ("二、项目支出", "项目支出"), ("年末结转和结余", "累计结余"), ("总计", "收入合计"),
    ]  # fmt: skip
    for number, ((a, first), (b, second)) in enumerate(zip(left, right, strict=True), 1):
        under = ("一、基本支出",) if b.startswith(" ") else ()
        income, spent = ledger.actual(first, year), ledger.actual(second, year)
        labels = ((a,), ("收入", "决算数")), ((*under, b), ("支出", "决算数"))
        sheet.row(
            stub(a), Box(str(number)), plan.cell(income, unit=plan.unit, labels=labels[0]),
            stub(b), Box(str(number + len(left))), plan.cell(spent, unit=plan.unit, labels=labels[1]),
        )  # fmt: skip
    return sheet


def three_accounts(plan: Plan) -> Sheet:
    """Layout 11: 三公 final accounts, 预算数▸ six columns + 决算数▸ six columns, one data row."""
    year, ledger = plan.year, plan.ledger
    sheet = Sheet(12, "11")
    sheet.region([1] * 12)
    sheet.row(head("预算数", across=6), head("决算数", across=6))
    vehicles = head("公务用车购置及运行维护费", across=3)
    titles = (head("合计", down=2), head("因公出国（境）费", down=2), vehicles, head("公务接待费", down=2))
    sheet.row(*titles, *titles)
    sheet.row(*(head(text) for _ in range(2) for text in ("小计", "公务用车购置费", "公务用车运行维护费")))
    measures = ("三公经费", "因公出国（境）费", "", "公务用车购置费", "公务用车运行维护费", "公务接待费")
    planned = [_vehicles(plan, "budget") if not m else ledger.budget(m, year) for m in measures]
    spent = [_vehicles(plan, "actual") if not m else ledger.actual(m, year) for m in measures]
    sheet.row(*_cells(plan, [*planned, *spent]))
    return sheet


def _vehicles(plan: Plan, kind: str) -> Figure:
    whole = plan.ledger.whole(plan.year)
    value = whole.running + whole.purchase if kind == "actual" else whole.running_budget + whole.purchase_budget
    return plan.ledger.of("公务用车购置及运行维护费", plan.year, kind, value)
