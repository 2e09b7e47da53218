"""Names as they are said and written: captions that end in a number, short names of departments, 中 and 和 in a name."""

import pytest

from assistant.model import Status
from assistant.slots import in_digits
from ingest.labels import legible
from tests import wordfile
from tests.conftest import assistant_over
from tests.wordfile import p, plain_table

BUREAUS = ("残疾人联合会", "疾病预防控制中心", "妇女联合会", "科学技术协会", "水利局")
FORM = [
    ["指标名称", "年度指标值", "实际完成值"], ["新增就业", "30人", "25人"], ["服务人次", "400人次", "420人次"],
    ["宣传活动", "12场", "12场"],
]  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("names")
    files = []
    for number, bureau in enumerate(BUREAUS):
        for year in ("2022", "2023"):
            size = 10 * number + int(year) - 2000
            name = f"云溪市{bureau}{year}年度部门决算"
            spent = [
                ["项目", "预算数", "决算数"],
                ["核酸检测", f"{size}.50", f"{size}.20"],
                ["差旅费", "6.00", f"{number}.10"],
            ]
            body = p(name) + p(f"表1 {year}年度支出表 单位：万元") + plain_table(spent)
            body += p(f"表2 {year}年度绩效指标自评表") + plain_table(FORM)
            files.append(wordfile.write(folder / f"{name}.docx", body))
    return assistant_over(folder / "s", *files)


@pytest.mark.parametrize("bureau", BUREAUS)
def test_a_caption_that_ends_in_a_number_is_told_beside_its_year(town, bureau):
    answer = town.ask(f"云溪市{bureau}2023年哪些指标没完成目标")
    assert answer.status is Status.ANSWERED, answer.text
    assert "新增就业" in answer.text
    assert "22023" not in answer.text


@pytest.mark.parametrize(
    "text, shown",
    [
        ("表1 2023年度 支出", "表1 2023年度支出"),
        ("合　计", "合计"),
        ("GDP 增长", "GDP增长"),
        ("a  b\n2", "a b 2"),
        ("㎡ 数", "㎡数"),
    ],
)
def test_spaces_between_figures_stay(text, shown):
    assert legible(text) == shown


@pytest.mark.parametrize(
    "said, bureau", [("残联", 0), ("市残联", 0), ("疾控中心", 1), ("疾控", 1), ("妇联", 2), ("科协", 3), ("水利局", 4)]
)
def test_a_department_s_short_name_means_it_alone(town, said, bureau):
    answer = town.ask(f"{said}2023年差旅费决算数是多少")
    assert answer.status is Status.ANSWERED, answer.text
    assert {one.organisation for one in answer.values} == {f"云溪市{BUREAUS[bureau]}"}
    assert f"{bureau}.10万元" in answer.text


def test_the_middle_of_a_name_parts_no_question(town):
    answer = town.ask("疾控中心2022年和2023年核酸检测决算数分别是多少")
    assert "32.20万元" in answer.text
    assert "33.20万元" in answer.text
    assert "“心”" not in answer.text


@pytest.mark.parametrize(
    "text, digits",
    [("二三年花了多少", "23年花了多少"), ("二零二三年预算", "2023年预算"), ("用了二三年", "用了二三年"), ("第二三年", "第二三年"), ("近二三年", "近二三年"),
     ("二四年", "二四年")],
)  # fmt: skip
def test_a_year_spelt_in_two_numerals_is_one_that_the_reports_know(text, digits):
    assert in_digits(text, {"2022", "2023"}) == digits


@pytest.mark.parametrize(
    "turns, year",
    [
        (["水利局2023年差旅费决算数是多少", "那上一年呢"], "2022"), (["水利局2022年差旅费决算数是多少", "第二年呢"], "2023"),
        (["水利局二三年差旅费决算数是多少"], "2023"), (["水利局2023年差旅费决算数是多少", "前一年呢"], "2022"),
    ],
)  # fmt: skip
def test_the_year_before_and_after_count_from_the_one_spoken_of(town, turns, year):
    answer = town.ask(turns[-1], history=turns[:-1])
    assert {one.period for one in answer.values} == {year}, answer.text


@pytest.mark.parametrize("text", ["码头年吞吐量", "提前一年完成", "目前一年几次", "每次年检", "今后一年的打算"])
def test_a_year_inside_other_words_is_none(town, text):
    query = town._understood(text, town.library(), ("水利局2022年差旅费决算数是多少",))
    assert query.content
    assert query.periods in ((), ("2022",))


def test_a_reason_is_no_list_and_an_attribute_not_all_that_is_asked(town):
    listed = town.ask("云溪市水利局2023年新增就业没有完成目标的原因是什么")
    assert "没有达到目标的有" not in listed.text


def test_the_overall_form_is_none_of_a_project_s(tmp_path):
    name = "云溪市水利局2023年度部门整体支出绩效自评报告"
    body = p(name) + p("表1 2023年度部门整体绩效自评表") + plain_table(FORM)
    body += p("表2 2023年度水库项目绩效自评表") + plain_table(
        [FORM[0], ["加固座数", "4座", "3座"], ["验收", "4次", "4次"]]
    )
    held = assistant_over(tmp_path / "s", wordfile.write(tmp_path / f"{name}.docx", body))
    answer = held.ask("整体自评表里哪些指标没有完成目标")
    assert "新增就业" in answer.text
    assert "加固座数" not in answer.text
