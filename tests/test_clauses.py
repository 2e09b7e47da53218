"""A question's clauses, each asked by itself; years in every writing, and counted from the one spoken of before."""

import pytest

from assistant.plans.language import Difference, Each, Quotient, Share
from assistant.plans.propose import propose
from assistant.slots import in_digits
from tests import wordfile
from tests.conftest import assistant_over
from tests.wordfile import p, plain_table

NAME = "丹江县教育局2023年度部门决算"
SPENT = [["项目", "2022年决算数", "2023年决算数", "2024年预算数"], ["公用经费", "318.00", "402.00", "410.00"],
         ["课后服务支出", "96.50", "120.40", "130.00"]]  # fmt: skip
SCHOOLS = [["学校", "教学班（个）", "在校学生（人）", "调解（件）", "成功（件）"], ["第一小学", "72", "3568", "40", "36"],
           ["第二小学", "38", "1826", "50", "41"]]  # fmt: skip


@pytest.fixture(scope="module")
def bureau(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clauses")
    body = p(NAME) + p("一、支出情况（单位：万元）") + plain_table(SPENT) + p("二、学校") + plain_table(SCHOOLS)
    return assistant_over(folder / "s", wordfile.write(folder / f"{NAME}.docx", body))


def proposed(bureau, question, history=()):
    library = bureau.library()
    world = bureau.chooser.world(library)
    query, old = bureau.answer_before(question, library, history)
    setting, talk = bureau.chooser.setting(question, history, world, query, old)
    return world, propose(setting.ranking, talk)


def rests(world, plan):
    return [world.fact(getattr(plan, name)).raw for name in plan.__slots__]


@pytest.mark.parametrize(
    "question, form, figures",
    [
        ("第一小学平均每个教学班有多少学生", Quotient, ["3568", "72"]),
        ("第二小学调解成功率是多少", Share, ["41", "50"]),
        ("2023年公用经费比课后服务支出多多少", Difference, ["402.00", "120.40"]),
        ("课后服务支出2024年预算比2023年决算多多少", Difference, ["130.00", "120.40"]),
    ],
)
def test_what_two_clauses_name_is_held_against_each_other(bureau, question, form, figures):
    world, plans = proposed(bureau, question)
    assert figures in [rests(world, plan) for plan in plans if isinstance(plan, form)]


def test_a_measure_in_the_years_and_kinds_that_clauses_name(bureau):
    world, plans = proposed(bureau, "公用经费，22年决算、23年决算、24年预算分别是多少")
    found = [[world.fact(one).raw for one in plan.facts] for plan in plans if isinstance(plan, Each)]
    assert ["318.00", "402.00", "410.00"] in found


@pytest.mark.parametrize(
    "text, year",
    [("二三年公用经费", "2023"), ("二零二二年的", "2022"), ("二〇二四年预算", "2024"), ("去年的公用经费", "2022")],
)
def test_a_year_in_every_writing(bureau, text, year):
    world = bureau.chooser.world(bureau.library())
    assert year in bureau.chooser.worder(text, world).years


def test_two_or_three_years_are_no_year():
    assert in_digits("用了二三年", {"2021", "2022"}) == "用了二三年"
    assert in_digits("第二三年", {"2023"}) == "第二三年"
    assert in_digits("二三年花了多少", {"2023"}) == "23年花了多少"


@pytest.mark.parametrize(
    "text, year", [("那上一年呢", "2022"), ("前一年呢", "2022"), ("第二年呢", "2024"), ("头年咧", "2022")]
)
def test_the_year_before_is_that_before_the_one_spoken_of(bureau, text, year):
    world = bureau.chooser.world(bureau.library())
    assert bureau.chooser.worder(text, world, ["2023年公用经费是多少"]).years == (year,)
