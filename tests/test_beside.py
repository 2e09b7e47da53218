"""A row's figures against each other, amounts for each one, and departments that a question only seems to name."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from assistant.answers.tell import _parted
from assistant.arithmetic import Operand, Sheet, mean, one_of, quotient
from assistant.choosing.candidates import gather
from assistant.citations import Citer
from assistant.plans.language import Cell, Difference, Quotient, Share
from ingest.model import Fact, Form, Kind, SourceRef, StoredFact
from ingest.numbers import find_figures, in_base, read_cell
from tests import wordfile
from tests.conftest import assistant_over
from tests.test_clauses import proposed, rests
from tests.wordfile import p, plain_table

CANALS = [
    ["渠道", "总长（公里）", "衬砌长度（公里）", "有效面积（亩）", "实灌面积（亩）", "供水量（万立方米）", "水费（元）", "管护人员（人）"],
    ["东干渠", "34.20", "25.80", "48350", "45120", "1985.30", "1082880.00", "14"],
    ["西干渠", "41.60", "30.10", "55200", "49860", "2343.40", "1196640.00", "16"],
    ["南干渠", "22.40", "11.20", "21300", "20010", "800.40", "480240.00", "9"],
]  # fmt: skip
INSURED = [
    ["乡镇", "应参保人数（人）", "实际参保人数（人）"],
    ["城关镇", "71350", "69842"],
    ["白沙铺镇", "20100", "19880"],
]


@pytest.fixture(scope="module")
def bureau(tmp_path_factory):
    folder = tmp_path_factory.mktemp("beside")
    water = "江垸县灌区管理所2023年度部门决算"
    body = p(water) + p("一、渠道情况") + plain_table(CANALS)
    files = [wordfile.write(folder / f"{water}.docx", body)]
    for name in ("江垸县医疗保障局", "江垸县人民医院"):
        title = f"{name}2023年度部门决算"
        table = (
            INSURED if "保障" in name else [["科室", "床位（张）"], ["居民门诊", "0"], ["内科", "60"], ["外科", "54"]]
        )
        text = p("居民医保参保人数91450人。") if "保障" in name else p("开放床位114张。")
        body = p(title) + p("一、基本情况") + text + plain_table(table)
        files.append(wordfile.write(folder / f"{title}.docx", body))
    return assistant_over(folder / "s", *files)


@pytest.mark.parametrize(
    "question, form, figures",
    [
        ("东干渠衬砌了的占百分之几", Share, ["25.80", "34.20"]),
        ("东干渠还有多少公里没衬砌", Difference, ["34.20", "25.80"]),
        ("西干渠实际灌的占有效面积几成", Share, ["49860", "55200"]),
        ("西干渠每亩田摊到多少水", Quotient, ["2343.40", "49860"]),
        ("城关镇还差多少人没参保", Difference, ["71350", "69842"]),
    ],
)
def test_a_row_s_figures_are_held_against_each_other(bureau, question, form, figures):
    world, plans = proposed(bureau, question)
    assert figures in [rests(world, plan) for plan in plans if isinstance(plan, form)]


def test_nothing_is_held_against_each_other_where_nothing_asks_for_it(bureau):
    world, plans = proposed(bureau, "东干渠的总长是多少公里")
    pairs = [rests(world, plan) for plan in plans if isinstance(plan, Share | Quotient)]
    assert ["34.20", "25.80"] not in pairs
    assert ["1985.30", "45120"] not in pairs


def test_a_word_of_the_labels_names_no_department(bureau):
    """民医 of 居民医保 stands in 人民医院, whose figures alone would be left."""
    question = "居民医保的参保人数是多少"
    library = bureau.library()
    world = bureau.chooser.world(library)
    query, old = bureau.answer_before(question, library, ())
    setting, talk = bureau.chooser.setting(question, (), world, query, old)
    told = [world.fact(one.plan.fact).raw for one in gather(setting, talk) if isinstance(one.plan, Cell)]
    assert any("91450" in raw for raw in told)


def _operand(fact):
    class One:
        stored = StoredFact(1, "r1", fact)

    class Held(Operand):
        @property
        def fact(self):
            return fact

    return Held((One(),))


@pytest.mark.parametrize(
    "amount, count, each",
    [
        (("89760.00", "元"), ("68", "人"), "1320.00元"),
        (("6.00", "万元"), ("30", "批次"), "2000.00元"),
        (("642.00", "万元"), ("3", "辆"), "214.00万元"),
        (("1985.30", "万立方米"), ("45120", "亩"), "440.00立方米"),
        (("1985.30", "万立方米"), ("3", "条"), "661.77万立方米"),
        (("1200.00", "万元"), ("145.30", "万人次"), "8.26元"),
        (("36", "人"), ("4", "个"), "9.00人"),
        (("100.00", "万元"), ("5", "万"), "20.00元"),
        (("0.5", "吨"), ("300", "户"), "1.67公斤"),
        (("3", "公里"), ("4000", "人"), "0.75米"),
        (("3.20", "亿元"), ("4", "个"), "8000.00万元"),
    ],
)
def test_an_amount_for_each_one_keeps_its_digits(amount, count, each):
    value, unit = quotient(_of(*amount), _of(*count), Sheet(Citer(None, {})))
    assert f"{value}{unit}" == each


def _of(value, unit):
    return _operand(
        Fact(("甲",), (), "水务局", "2023", Kind.ACTUAL, Form.FIGURE, Decimal(value), unit, value, SourceRef(0, ()))
    )


def test_a_mean_is_in_the_unit_that_is_printed():
    sheet = Sheet(Citer(None, {}))
    assert mean([_of("1234.50", "元"), _of("1320.50", "元")], sheet) == (Decimal("1277.50"), "元")


@pytest.mark.parametrize(
    "unit, one", [("万人次", "人次"), ("亿立方米", "立方米"), ("万元", "元"), ("人", "人"), ("万", "万")]
)
def test_one_of_ten_thousand(unit, one):
    assert one_of(unit) == one


@pytest.mark.parametrize(
    "text, dimension, base",
    [
        ("1985.30万立方米", "volume", "19853000.00"), ("12m³", "volume", "12"), ("3.5万千瓦时", "energy", "35000.0"),
        ("20公斤", "weight", "0.020"), ("150毫米", "length", "0.150"), ("66.2万人公里", "人公里", "662000.0"),
    ],
)  # fmt: skip
def test_units_of_volume_energy_and_transport(text, dimension, base):
    cell = read_cell(text)
    assert in_base(cell.value, cell.unit) == (dimension, Decimal(base))
    found = find_figures(f"全年用了{text}。")
    assert [(one.value, one.unit) for one in found] == [(cell.value, cell.unit)]


def test_a_cubic_centimetre_is_no_cubic_metre():
    assert all(one.unit != "立方米" for one in find_figures("切口3立方厘米"))


@pytest.mark.parametrize("unit, one", [("万", "每份20.00元"), ("万人", "每人20.00元"), ("人", "每人20.00万元")])
def test_each_one_is_named_by_what_is_counted(monkeypatch, unit, one):
    """What one gets was written as what 万 of them get."""
    names = SimpleNamespace(of=("补贴", "发放数").__getitem__)
    sheet = Sheet(Citer(None, {}))
    monkeypatch.setattr(Sheet, "result", lambda *_: None)
    said = _parted([_of("100", "万元"), _of("5", unit)], names, sheet)
    assert one in said
