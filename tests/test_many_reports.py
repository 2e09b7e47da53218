"""More reports than can be weighed at once: a question is asked of those that it is likely about."""

import json
import random
from importlib.resources import files

import pytest

from assistant import rows
from assistant.core import Assistant
from assistant.facts.owners import _MOST_LOOKED_AT, Owners
from assistant.facts.shelf import Shelf
from assistant.linking.reporting import features, fit
from assistant.model import Status
from assistant.weigher import weigher
from ingest.pipeline import ingest
from ingest.shelves import parts_of, reports_with
from ingest.store import Store
from tests import wordfile
from tests.conftest import assistant_over
from tests.wordfile import p, plain_table

PLACES = ("白河", "青田", "禾阳", "砚北", "沱溪", "岚川")
BUREAUS = {
    "水务局": [("河道清淤长度", "12.6", "公里"), ("水库除险加固", "4", "座")],
    "文化和旅游局": [("送戏下乡场次", "218", "场"), ("图书馆借阅册次", "36,500", "册次")],
    "医疗保障局": [("参保人数", "312,400", "人"), ("异地就医直接结算人次", "8,120", "人次")],
}
COUNTED = {place: number for number, place in enumerate(PLACES, 1)}


def report(folder, place, bureau, year):
    scale = COUNTED[place] * 10 + len(bureau) + int(year) % 10
    spent = [["项目", "预算数", "决算数"]] + [
        [name, f"{scale + number}.50", f"{scale + number}.20"]
        for number, name in enumerate(("公务接待费", "差旅费", "培训费", "办公费"))
    ]
    reached = [["指标名称", "年度指标值", "实际完成值"]] + [
        [name, f"{figure}{unit}", f"{COUNTED[place]}{figure.replace(',', '')}{unit}"]
        for name, figure, unit in BUREAUS[bureau]
    ]
    name = f"{place}县{bureau}{year}年度部门决算"
    body = p(name) + p("单位：万元") + plain_table(spent) + p("绩效目标完成情况") + plain_table(reached)
    return wordfile.write(folder / f"{name}.docx", body)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    with Store.open(folder / "store", write=True) as store:
        files = [
            report(folder, place, bureau, year) for place in PLACES for bureau in BUREAUS for year in ("2022", "2023")
        ]
        assert all(result.outcome.value == "added" for result in ingest(store, files))
        yield Assistant.open(store)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """One department's reports by themselves."""
    folder = tmp_path_factory.mktemp("alone")
    with Store.open(folder / "store", write=True) as store:
        list(ingest(store, [report(folder, "禾阳", "水务局", year) for year in ("2022", "2023")]))
        yield Assistant.open(store)


ASKED = (
    "禾阳县水务局2023年公务接待费是多少", "禾阳水务局2022年差旅费花了多少", "禾阳县水务局2023年河道清淤长度完成了多少",
    "禾阳县水务局2023年培训费比2022年多多少",
)  # fmt: skip


@pytest.mark.parametrize("question", ASKED)
def test_a_department_that_is_named_is_answered_as_if_it_were_alone(many, alone, question):
    own, among = alone.ask(question), many.ask(question)
    assert own.status is Status.ANSWERED
    assert [value.value for value in among.values] == [value.value for value in own.values]
    assert "禾阳县水务局" in among.text
    names = {one.id: one.name for one in many.store.reports()}
    assert all("禾阳县水务局" in names[one.report] for one in among.citations)


def test_a_follow_up_stays_with_the_department(many, alone):
    turns = ("禾阳县水务局2023年公务接待费是多少", "差旅费呢")
    own, among = (one.ask(turns[1], turns[:1]) for one in (alone, many))
    assert [value.value for value in among.values] == [value.value for value in own.values] != []
    assert "禾阳县水务局" in among.text


def test_what_only_one_kind_of_department_has_is_looked_for_there(many):
    held = Shelf.of(many.store, many.library().reports)
    best = fit("送戏下乡场次完成了多少", held, many.lexicon).best(8)
    assert {held.reports[place].organisation[-6:] for place in best} == {"文化和旅游局"}


def test_a_figure_of_nobody_named_is_not_told_as_somebody_s(many):
    answer = many.ask("公务接待费是多少")
    assert answer.status is not Status.ANSWERED or len({one.report for one in answer.citations}) > 1


def test_a_question_over_all_departments_goes_over_all(many):
    answer = many.ask("2023年哪个部门公务接待费最多")
    assert "岚川县" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "2023年哪个部门公务接待费最多",
        "各部门差旅费从高到低排一下",
        "2022年哪家单位培训费预算最少，前三名",
        "哪个单位办公费最多",
    ],
)
def test_a_ranking_reads_only_what_may_answer_and_says_the_same(many, question, monkeypatch):
    close = many.ask(question)
    monkeypatch.setattr(rows, "_MANY", 10_000)
    everything = many.ask(question)
    assert close.status is Status.ANSWERED
    assert (close.text, close.citations) == (everything.text, everything.citations)


def test_a_department_s_latest_figure_is_ranked_and_years_that_differ_are_said(tmp_path):
    files = [report(tmp_path, "岚川", "水务局", year) for year in ("2022", "2023")]
    files.append(report(tmp_path, "白河", "水务局", "2022"))
    answer = assistant_over(tmp_path / "s", *files).ask("各单位公务接待费从高到低排一下")
    assert "岚川县水务局（2023年）为66.20" in answer.text
    assert "白河县水务局（2022年）为15.20" in answer.text


@pytest.mark.parametrize(
    "question",
    ["66.20是什么钱", "66.20万元是哪个单位的什么数", "哪份报告里有66.20万元？", "哪个单位的报告写着66.20万元"],
)
def test_a_figure_asked_among_many_departments_names_whose_it_is(many, question):
    answer = many.ask(question)
    assert answer.status is Status.ANSWERED
    assert "岚川县" in answer.text
    assert "公务接待费" in answer.text


@pytest.mark.parametrize(
    "question",
    ["2023年各单位公务接待费合计是多少", "2023年所有单位的公务接待费一共多少", "2023年18个单位公务接待费加起来是多少"],
)
def test_a_measure_is_added_up_over_all_departments(many, question):
    answer = many.ask(question)
    sizes = [place * 10 + len(bureau) + 3 for place in COUNTED.values() for bureau in BUREAUS]
    assert answer.status is Status.ANSWERED
    assert f"合计{sum(sizes) + len(sizes) * 0.2:.2f}万元" in answer.text
    assert len({one.report for one in answer.citations}) == len(sizes)


@pytest.mark.parametrize("question", ["2023年17个单位公务接待费加起来是多少", "各单位公务接待费合计是多少"])
def test_other_departments_than_are_loaded_and_several_years_are_not_added_up(tmp_path, many, question):
    files = [report(tmp_path, "岚川", "水务局", "2023"), report(tmp_path, "白河", "水务局", "2022")]
    few = assistant_over(tmp_path / "s", *files)
    assert "合计" not in (many if "17" in question else few).ask(question).text.partition("：")[0]


@pytest.mark.parametrize("question", ["哪个单位2023年公务接待费比2022年增加了", "2023年公务接待费是不是超预算了"])
def test_what_one_department_states_refutes_nothing_of_the_others(many, question):
    answer = many.ask(question)
    assert "并没有" not in answer.text


@pytest.mark.parametrize(
    "question", ["公务接待费前3名是哪些部门", "2023年公务接待费前三名是哪几个单位", "公务接待费排第2的是哪个部门"]
)
def test_a_rank_is_no_figure_asked_about(many, question):
    assert "岚川县" in many.ask(question).text


def test_a_total_s_change_under_siblings_and_a_sentence_in_a_cell_are_read_among_many(tmp_path, monkeypatch):
    files = []
    for number, place in enumerate((*PLACES, "云峡", "丹湾", "罗泽", "梅岭", "竹溪", "苇塘", "柳河")):
        name = f"{place}县水务局2023年度部门决算"
        spent = [
            ["项目", "2022年基本支出", "2023年基本支出", "增减额"],
            ["合计", "100.00", f"{110 + number}.00", f"{10 + number}.00"],
        ]
        told = [["工作", "情况"], ["节水宣传", f"全年开展节水宣传活动，举办讲座{number + 3}场。"]]
        body = p(name) + p("单位：万元") + plain_table(spent) + p("工作情况") + plain_table(told)
        files.append(wordfile.write(tmp_path / f"{name}.docx", body))
    held = assistant_over(tmp_path / "s", *files)
    for question in ("哪个部门基本支出增加最多", "哪个部门节水宣传活动举办讲座最多"):
        monkeypatch.setattr(rows, "_MANY", 12)
        close = held.ask(question)
        monkeypatch.setattr(rows, "_MANY", 10_000)
        assert close.text == held.ask(question).text


@pytest.mark.parametrize(
    "turns, whole",
    [
        (["2023年哪个部门公务接待费最多", "第二呢"], "2023年哪个部门公务接待费排第二"),
        (["2023年哪个部门公务接待费最多", "第二呢", "那第三呢"], "2023年哪个部门公务接待费排第三"),
        (["2023年哪个部门公务接待费最多", "最少的是哪个"], "2023年哪个部门公务接待费最少"),
        (["2023年哪个部门公务接待费最多", "前三名呢"], "2023年哪个部门公务接待费前三名"),
        (["2023年各部门公务接待费从高到低", "2022年呢"], "2022年各部门公务接待费从高到低"),
    ],
)
def test_a_ranking_goes_on_in_another_order_or_year(many, turns, whole):
    assert many.ask(turns[-1], history=turns[:-1]).text == many.ask(whole).text


def test_a_figure_that_stands_for_many_things_says_that_there_are_more(tmp_path):
    table = [["项目", "决算数"], *([name, "7.00"] for name in "甲费 乙费 丙费 丁费 戊费 己费 庚费 辛费".split())]
    name = "岚川县水务局2023年度部门决算"
    file = wordfile.write(tmp_path / f"{name}.docx", p(name) + p("单位：万元") + plain_table(table))
    answer = assistant_over(tmp_path / "s", file).ask("7.00万元是什么钱")
    assert answer.status is Status.ANSWERED
    assert "其余没有列出" in answer.text


def test_a_reading_that_is_offered_is_answered_where_it_was(many):
    offered = [
        choice
        for question in ("水务局接待花了多少", "清淤做了多少", "培训花了好多")
        for choice in many.ask(question).choices
    ]
    assert offered
    for choice in offered:
        if choice.answer and not choice.reports:
            again = many.ask(choice.question)
            assert again.status in (Status.ANSWERED, Status.CONFLICT), choice
            assert again.text.rstrip("。")[-8:] in choice.answer or choice.answer[:12] in again.text


def test_what_the_store_says_of_all_reports_is_what_each_says(many):
    store = many.store
    facts = {one.id: store.all_facts(one.id) for one in store.reports()}
    parts = {(report, fact.fact.organisation) for report, held in facts.items() for fact in held}
    assert set(store.read(parts_of)) == parts
    labels = [key for key, _ in store.labels("公务接待费")]
    held = store.read(lambda connection: reports_with(connection, labels))
    for key in labels:
        assert set(held.get(key, ())) == {one.report for one in store.facts([key], many_scope(store))}


def many_scope(store):
    from ingest.model import Scope

    return Scope(tuple(one.id for one in store.reports()))


def test_of_many_owners_those_that_are_named_are_found():
    """However many there are: a full name, and a shortening of it, find the same as looking at each."""
    draw = random.Random(4)
    syllables = "河川岭原泽州江湖山林泉溪谷峰桥塘湾滩浦口"
    names = {
        f"{a}{b}县{c}局": [f"{a}{b}县{c}局"] for a in syllables for b in syllables[:9] for c in ("水务", "教育", "林业")
    }
    assert len(names) > _MOST_LOOKED_AT
    few = {name: names[name] for name in draw.sample(sorted(names), 60)}
    whole = Owners.of(names, ["水务支出", "教育支出", "林业补助"])
    for name in few:
        for said in (name, name.replace("局", ""), name[:2] + name[3:]):
            assert name in {owner for one in whole.named(f"{said}三公经费多少") for owner in one.owners}


def test_the_weights_are_of_these_features_and_have_their_card(many):
    card = json.loads((files("assistant") / "data" / "reports.json").read_text(encoding="utf-8"))
    shelf = Shelf.of(many.store, many.library().reports)
    columns = features("禾阳县水务局2023年公务接待费", shelf, many.lexicon)
    assert set(weigher("reports").names) == set(card["features"]) <= set(columns)
    assert all(len(column) == len(shelf.reports) for column in columns.values())
    shares = card["out of author, the report among the first"]["all"]
    assert shares["8"] >= 90
    assert shares["questions"] > 5_000
