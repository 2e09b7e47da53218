"""The middle: periods, owners, everyday words, plans and what they come to, the one decision."""

import itertools
import json
import random
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers.offer import asked_in_full, offered
from assistant.answers.tell import told
from assistant.choosing.candidates import Candidate, Weighed
from assistant.choosing.chooser import _KINDS, Chooser
from assistant.choosing.decide import Judgement
from assistant.citations import Citer
from assistant.core import Assistant
from assistant.facts.owners import Owners
from assistant.gate import unsupported
from assistant.lexicon import default_lexicon
from assistant.linking.periods import recent_in, years_in
from assistant.linking.ranking import Ranking
from assistant.linking.shape import MARK, Shapes, runs, shape_of
from assistant.linking.spoken import EverydayWords
from assistant.model import Query, Status
from assistant.plans import alone
from assistant.plans.conditions import bounds_in
from assistant.plans.counterparts import Proposals
from assistant.plans.language import (
    FORMS,
    WAYS,
    Adds,
    Before,
    Cell,
    Change,
    Difference,
    Each,
    Line,
    Mean,
    Names,
    PlanError,
    Quotient,
    Rank,
    Share,
    Short,
    Total,
    Where,
    facts_of,
    from_json,
    to_json,
)
from assistant.plans.several import owner_groups
from assistant.running.figures import Outcome, run
from assistant.weigher import MismatchError, Weigher
from ingest.model import Form
from ingest.store import Store
from ingest.trees import Trees
from tests import wordfile
from tests.conftest import assistant_over

# what a question says beside the measure


@pytest.mark.parametrize(
    "text, known, rest, years",
    [
        ("水务局2023年三公多少", (), "水务局三公多少", ("2023",)),
        ("水务局22年三公", (), "水务局三公", ("2022",)),
        ("水务局21和22两年三公", (), "水务局两年三公", ("2021", "2022")),
        ("水务局21和22年三公", (), "水务局三公", ("2021", "2022")),
        ("2021到2023年每年多少", (), "每年多少", ("2021", "2022", "2023")),
        ("水务21差旅费", ("2021",), "水务差旅费", ("2021",)),
        ("水务21差旅费", ("2023",), "水务21差旅费", ()),
        ("接待了21批次", ("2021",), "接待了21批次", ()),
        ("完成率21%", ("2021",), "完成率21%", ()),
        ("三公 决算 2022", (), "三公 决算 ", ("2022",)),
        ("20年以内建成", ("2020",), "20年以内建成", ()),
    ],
)
def test_years_are_read_in_every_writing(text, known, rest, years):
    assert years_in(text, known) == (rest, years)


@pytest.mark.parametrize(
    ("text", "known", "rest", "years"),
    [
        ("近三年三公决算各多少", ("2021", "2022", "2023", "2024"), "三公决算各多少", ("2021", "2022", "2023")),
        ("暴雨预警准确率三年", ("2021", "2022", "2023"), "暴雨预警准确率", ("2021", "2022", "2023")),
        ("水务局两年分别发了多少", ("2022", "2023"), "水务局分别发了多少", ("2022", "2023")),
        ("历年还欠多少水费", ("2022", "2023", "2024"), "还欠多少水费", ("2022", "2023")),
        ("近三年三公决算各多少", ("2022", "2023"), "近三年三公决算各多少", ()),
        ("历年还欠多少", ("2023",), "历年还欠多少", ()),
        ("那两年分别多少", ("2022", "2023"), "那两年分别多少", ()),
        ("三年级有几个班", ("2021", "2022", "2023"), "三年级有几个班", ()),
        ("两年内完成", ("2022", "2023"), "两年内完成", ()),
        ("三年级学生近三年多少", ("2021", "2022", "2023"), "三年级学生多少", ("2021", "2022", "2023")),
        *(
            (text, ("2020", "2021", "2022", "2023"), text, ())
            for text in (
                "未来三年分别投入多少",
                "后三年分别多少",
                "接下来两年分别多少",
                "前两年分别多少",
                "质保三年",
                "每三年各一次",
                "工期接近三年",
                "十三年各多少",
                "历年结转资金是多少",
                "学历年限要求",
                "逐年递减率是多少",
            )
        ),
    ],
)
def test_some_years_up_to_the_last_report_are_read(text, known, rest, years):
    assert recent_in(text, "2023", known) == (rest, years)


OWNERS = {
    "嘉岷市文化广播电视和旅游局": ("嘉岷市文化广播电视和旅游局",),
    "景澜州水务局": ("景澜州水务局",),
    "黔岭州民政局": ("黔岭州民政局",),
    "渭川市市场监督管理局": ("渭川市市场监督管理局",),
    "沙泉市卫生健康委员会": ("沙泉市卫生健康委员会",),
}


@pytest.mark.parametrize(
    "text, owner",
    [
        ("文旅局出国花了好多钱", "嘉岷市文化广播电视和旅游局"),
        ("州水务2021公务接待费", "景澜州水务局"),
        ("民政那个孤儿养育一个月给多少", "黔岭州民政局"),
        ("渭川市监局三公", "渭川市市场监督管理局"),
        ("卫健委的培训费", "沙泉市卫生健康委员会"),
        ("公务接待费是多少", ""),
        ("执行率最低的项目", ""),
    ],
)
def test_departments_are_known_by_any_shortening(text, owner):
    owners = Owners.of(OWNERS, ["公务接待费", "预算执行率", "项目支出", "培训费", "公务用车保有量", "资金总额"])
    named = owners.named(text)
    assert [one.owners for one in named] == ([(owner,)] if owner else [])


def test_two_departments_are_named_beside_each_other():
    named = Owners.of(OWNERS, ["公务接待费"]).named("22年水务和民政接待费谁高")
    assert [one.owners for one in named] == [("景澜州水务局",), ("黔岭州民政局",)]


def test_everyday_words_mean_measures_whatever_stands_around_them():
    words = EverydayWords.load(default_lexicon())
    inside = words.inside("水务局养车钱报了多少")
    assert any("公务用车运行维护费" in one.terms for one in inside)
    assert all(one.start < one.end for one in inside)


@given(st.text(alphabet="水务局三公接待多少钱的是了2023年", max_size=40))
def test_everyday_words_never_overlap_wholly(text):
    inside = EverydayWords.load(default_lexicon()).inside(text)
    assert all(a.end < b.end and a.start < b.start for a, b in itertools.pairwise(inside))


# the kinds of question


def test_a_mention_leaves_one_mark():
    mentioned = np.array([True, True, False, False, True])
    assert shape_of("水务多少费", mentioned) == f"{MARK}多少{MARK}"
    assert shape_of("占12.5%", np.zeros(6, bool)) == f"占{MARK}.{MARK}%"


@pytest.mark.parametrize(
    "shape, kind",
    [
        (f"{MARK}是多少", "value"), (f"{MARK}占{MARK}的比例", "share"), (f"{MARK}和{MARK}加起来多少", "sum"),
        (f"{MARK}为什么增加", "quote"), (f"哪个单位{MARK}最高", "rank"), ("你好", "help"),
    ],
)  # fmt: skip
def test_ways_of_asking_are_told_apart(shape, kind):
    odds = Shapes.load().odds(shape)
    assert kind in sorted(odds, key=lambda one: -odds[one])[:3]
    assert sum(odds.values()) == pytest.approx(1, abs=1e-4)


def test_runs_are_counted_once():
    assert runs("多多") == sorted({"^", "多", "$", "^多", "多多", "多$", "^多多", "多多$", "^多多$"})


# plans

PLANS = st.one_of(
    st.builds(Cell, st.integers(1, 9), st.tuples(st.integers(1, 9))),
    st.builds(Each, st.tuples(st.integers(1, 9), st.integers(1, 9)), st.sampled_from(["years", "row"])),
    st.builds(Difference, st.integers(1, 9), st.integers(1, 9)),
    st.builds(Rank, st.tuples(st.integers(1, 9), st.integers(1, 9)), st.booleans(), st.integers(0, 3)),
    st.builds(Where, st.tuples(st.integers(1, 9)), st.sampled_from(WAYS), st.sampled_from(["12", "90分", "1.5万元"])),
    st.builds(Where, st.tuples(st.integers(1, 9)), st.just("zero")),
    st.builds(Short, st.tuples(st.integers(1, 9)), st.tuples(st.integers(1, 9)), st.integers(0, 1)),
    st.builds(Line, st.tuples(st.integers(1, 9)), st.tuples(st.integers(1, 9))),
)


@given(PLANS)
def test_a_plan_survives_json(plan):
    assert from_json(json.loads(json.dumps(to_json(plan)))) == plan


@pytest.mark.parametrize(
    "held",
    [
        {}, {"plan": "guess"}, {"plan": "cell"}, {"plan": "cell", "fact": "x"}, {"plan": "each", "facts": [], "along": ""},
        {"plan": "cell", "fact": 1, "value": 3}, {"plan": "total", "facts": list(range(61))},
        {"plan": "short", "wholes": [1, 2], "parts": [3]}, {"plan": "where", "facts": [1], "way": "about"},
    ],
)  # fmt: skip
def test_what_is_no_plan_is_refused_in_a_sentence(held):
    with pytest.raises(PlanError, match=r"。$"):
        from_json(held)


def report(folder, department, year, scale=1):
    rows = [["单位名称", "基本支出", "项目支出", "在职人数"]]
    for n, unit in enumerate(("局机关", "执法大队", "培训中心", "信息中心"), 1):
        rows.append([f"{department}{unit}", f"{n * 10.5 * scale}", f"{(5 - n) * 20 * scale}", f"{n * 7}"])
    body = "".join(
        (
            wordfile.p(f"单位名称：{department}"),
            wordfile.p(
                f"{year}年公务接待费支出决算为{3.5 * scale}万元，年初预算为5万元，比上年减少{0.4 * scale}万元。"
            ),
            wordfile.p(f"{year}年培训费支出决算为{2.25 * scale}万元，主要原因是举办了两期业务培训班。"),
            wordfile.p("各单位支出情况（单位：万元）"),
            wordfile.plain_table(rows),
        )
    )
    return wordfile.write(folder / f"{department}{year}年度部门决算.docx", body)


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    folder = tmp_path_factory.mktemp("few")
    files = [report(folder, "白河县水务局", "2022"), report(folder, "白河县水务局", "2023", 2)]
    return assistant_over(folder / "store", *files, report(folder, "白河县民政局", "2023", 3))


def plans_over(world, chance):
    """Yield plans of every kind over figures drawn by chance."""
    ids = [one.stored.id for one in world.catalogue.entries if one.stored.fact.form is Form.FIGURE]
    a, b, *rest = chance.sample(ids, min(6, len(ids)))
    yield Cell(a)
    yield Cell(a, (b,))
    yield from (Difference(a, b), Share(a, b), Quotient(a, b), Change(a, b), Total((a, b)), Mean((a, b, *rest[:1])))
    yield from (Each((a, b, *rest), "row"), Rank((a, b, *rest), True), Rank((a, b), False, 0), Names((a, b, *rest)))
    yield from (Before(a, b), Adds(a, (b, *rest)), Line((a, b), world.words_of(a)), Short((a, b), (b, a)))
    yield from (Where((a, b, *rest), way, chance.choice(("20", "1.5万元", "7"))) for way in WAYS)


def test_random_plans_never_put_a_figure_forward_without_its_source(few):
    world = few.chooser.world(few.library())
    chance, kinds = random.Random(5), set()
    for _ in range(150):
        for plan in plans_over(world, chance):
            if run(plan, world) is None:
                continue
            answer = told(plan, world, Query("", ""), Citer(few.store, {r.id: r for r in world.library.reports}))
            if answer is not None:
                kinds.add(type(plan).__name__.lower())
                assert not unsupported(answer, getattr(plan, "bound", "")), (plan, answer.text)
                assert answer.citations
                assert offered(plan, answer, world).answer
    assert kinds >= set(FORMS) - {"quote", "words"}


def test_outcomes_are_computed_in_decimal(few):
    world = few.chooser.world(few.library())
    by = {(e.stored.fact.raw, e.stored.fact.period): e.stored.id for e in world.catalogue.entries}
    basic, project = by["21.0", "2023"], by["160", "2023"]
    assert run(Difference(project, basic), world).amounts[0][1] == Decimal("1390000")
    assert run(Share(basic, project), world).amounts[0][1] == Decimal("0.1313")
    assert run(Total((basic, project)), world).amounts[0][1] == Decimal("1810000")
    heads = by["7", "2023"]
    assert run(Difference(basic, heads), world) is None
    assert run(Quotient(basic, heads), world).amounts[0][1] == Decimal("30000")
    assert run(Quotient(heads, basic), world) is None
    assert facts_of(Change(basic, project)) == (basic, project)


@pytest.mark.parametrize(
    "said, bounds",
    [
        ("没上90分的项目", [("less", "90分")]), ("执行率低于95.5%的", [("less", "95.5%")]),
        ("超过1,000万元的单位", [("more", "1000万元")]), ("不低于80分的", [("least", "80分")]),
        ("不超过5万元的", [("most", "5万元")]), ("60分以上的", [("least", "60分")]), ("20人以下的", [("most", "20人")]),
        ("执行率100%的项目", [("equal", "100%")]), ("哪些单位一分财政拨款都没有", [("zero", "")]), ("公务接待费多少", []),
        ("执行率没到九成的", [("less", "90%")]), ("低于八成五的项目", [("less", "85%")]), ("超过一半的", [("more", "50%")]),
        ("项目支出过千万的有哪几家", [("more", "1000万")]), ("三千五百万以上的项目", [("least", "3500万")]),
        ("破亿的", [("more", "10000万")]), ("五十万元以下", [("most", "500000元")]), ("不到九十分的", [("less", "90分")]),
        ("一共三个项目一是水库二是堤防", []), ("60万元以上", [("least", "60万元")]), ("3千万以上", [("least", "3000万")]),
        ("低于百分之六十", [("less", "60%")]), ("三分之二以上", [("least", "66.67%")]), ("超过三万五", [("more", "3.5万")]),
        ("超过一点五亿", [("more", "15000万")]), ("不得超过五十万", [("most", "50万")]), ("半数以上", [("least", "50%")]),
        ("执行率没到9成", [("less", "90%")]), ("大于2千5百万元的", []), ("超过2千多万", []), ("超过500多万元", []),
        ("超过十几万", []), ("三百来万以上", []), ("超过两三百万", []), ("经过三次调整", []), ("超过三公经费预算", []),
        ("达到二级以上的医院", []), ("超过半年", []), ("超过三成本", []),
        ("通过一般公共预算安排的公务接待费一分都没有的单位", [("zero", "")]),
    ],
)  # fmt: skip
def test_bounds_are_read_as_they_are_said(said, bounds):
    assert [(one.way, one.number) for one in bounds_in(said)] == bounds


def test_rows_beyond_a_bound_are_those_that_are_and_every_row_is_cited(few):
    world = few.chooser.world(few.library())
    column = world.column_of(next(e.stored.id for e in world.catalogue.entries if e.stored.fact.raw == "160"))
    rows = tuple(one for one in column if world.fact(one).value is not None)
    for way, bound, kept in (
        ("more", "100万元", {"160", "120"}), ("less", "100", {"80", "40"}), ("equal", "80", {"80"}), ("least", "120", {"160", "120"}),
        ("most", "800000元", {"80", "40"}),
    ):  # fmt: skip
        plan = Where(rows, way, bound)
        assert {world.fact(one).raw for one in run(plan, world).chosen} == kept, (way, bound)
        answer = told(plan, world, Query("", bound), Citer(few.store, {r.id: r for r in world.library.reports}))
        assert len(answer.citations) == len(rows)
    assert run(Where(rows, "more", "1"), world) is None


def test_what_was_before_a_change_adds_up_again(few):
    world = few.chooser.world(few.library())
    by = {(e.stored.fact.raw, e.stored.fact.period): e.stored.id for e in world.catalogue.entries}
    now, change = by["7.0万元", "2023"], by["减少0.8万元", "2023"]
    earlier = run(Before(now, change), world).amounts[0][1]
    assert earlier + world.fact(change).value * 10000 == world.fact(now).value * 10000 == Decimal("70000")


def test_the_question_is_asked_of_each_department_that_it_names(few):
    """However differently their reports name the measure, each one's own best figure stands in the answer."""
    world = few.chooser.world(few.library())
    question = "白河水务和白河民政23年接待费各是多少"
    ranking = Ranking.of(few.chooser.worder(question, world), world)
    groups = owner_groups(ranking.wording)
    assert groups == [("白河县水务局",), ("白河县民政局",)]
    best, like, *others = alone.of_owners(groups, Proposals(ranking))
    assert [world.fact(one).raw for one in best] == ["7.0万元", "10.5万元"] == [world.fact(one).raw for one in like]
    for held in others:  # one of the two is the next best of its department
        assert [(world.fact(one).organisation,) for one in held] == groups
        assert sum(a == b for a, b in zip(held, best, strict=True)) == 1


# choosing


def test_a_question_offered_in_full_is_answered_by_what_it_came_to(few):
    world = few.chooser.world(few.library())
    chance, asked = random.Random(2), 0
    for plan in plans_over(world, chance):
        if isinstance(plan, Cell) and not plan.beside:
            question = asked_in_full(plan, world)
            answer = few.ask(question)
            assert world.fact(plan.fact).raw in answer.text, (question, answer.text)
            asked += 1
    assert asked


def test_asking_back_offers_at_most_three_readings_each_with_what_it_comes_to(few):
    found = [
        few.ask(q) for q in ("水务的那个钱多少", "白河水务执法大队咋样", "民政局培训和接待哪个多得多", "水务局支出")
    ]
    asked = [one for one in found if one.status is Status.CLARIFY]
    assert all(1 <= len(one.choices) <= 3 and not one.values for one in asked)
    assert all(choice.answer and choice.question.endswith("？") for one in asked for choice in one.choices)
    assert all(set(one.to_json()["choices"][0]) == {"label", "question", "answer"} for one in asked)


VAGUE = [
    "三公经费里哪项最多", "各单位的项目支出从高到低排", "两个部门谁的项目支出更多", "两个局三公经费一共多少", "项目支出占比",
    "水务局三公经费结余多少", "水务局花钱最多的单位", "公务接待和培训哪个多", "两个局的三公", "谁的得分低", "去年比今年多多少",
    "完成情况", "下属单位的支出", "接待费两家差多少", "有啥没做完", "超预算的有哪些", "各项目预算执行率", "民政局的那个钱",
]  # fmt: skip


def test_a_reading_that_is_taken_answers_with_what_it_was_offered_with(few):
    """Whatever its question could mean besides: the same name stands in several departments' tables."""
    offers = [(question, choice) for question in VAGUE for choice in few.ask(question).choices if choice.answer]
    for question, choice in offers:  # all are asked before the first is taken
        told = few.ask(choice.question, reports=choice.reports).text.removeprefix("报告写道：")
        shown = "".join(choice.answer.partition("（")[0].rstrip("…。").split())
        assert shown[:40] in "".join(told.split()), (question, choice, told)
    assert len(offers) > 10


def test_the_same_question_has_the_same_answer(few):
    fresh = Assistant.open(Store.open(few.store.folder))
    for question in ("白河水务23年接待费", "民政局培训费花了多少", "水务两年接待费各多少"):
        first, second = few.ask(question).to_json(), fresh.ask(question).to_json()
        assert {**first, "ms": 0} == {**second, "ms": 0}


def test_every_kind_of_plan_has_a_name_that_a_person_reads():
    assert set(_KINDS) == set(FORMS)


def test_more_reports_than_can_be_weighed_are_answered_as_before(few, monkeypatch):
    monkeypatch.setattr("assistant.choosing.chooser.MOST_REPORTS", 0)
    query, before = few.answer_before("白河县水务局2023年公务接待费是多少", few.library(), ())
    assert few.chooser.choose("白河县水务局2023年公务接待费是多少", (), few.library(), query, before) is before


def test_weights_of_other_features_are_refused_in_a_sentence(few):
    world = few.chooser.world(few.library())
    wording = Chooser(few.store, few.index, few.texts, few.lexicon).worder("接待费多少", world)
    strange = Weigher(("no_such_feature",), Judgement.load().rank.trees)
    with pytest.raises(MismatchError, match=r"请重新安装。$"):
        Ranking.of(wording, world, strange)


def test_an_ensemble_gives_what_its_trainer_gave():
    import lightgbm

    from eval.training.boosted import trees_of
    from eval.training.ensembles import averaged

    rng = np.random.default_rng(3)
    matrix = rng.normal(size=(400, 6)).astype(np.float32)
    labels = (matrix[:, 0] + matrix[:, 1] * matrix[:, 2] > 0).astype(int)
    models = [
        lightgbm.LGBMClassifier(n_estimators=20, num_leaves=7, random_state=seed, verbose=-1).fit(matrix, labels)
        for seed in (1, 2)
    ]
    held: list[Trees] = [trees_of(model.booster_) for model in models]
    wanted = [model.booster_.predict(matrix, raw_score=True) for model in models]
    for trees, raw in zip(held, wanted, strict=True):
        assert np.allclose(trees.raw(matrix)[:, 0], raw, atol=1e-4)
    assert np.allclose(averaged(held).raw(matrix)[:, 0], np.mean(wanted, axis=0), atol=1e-4)


def test_reports_of_others_change_nothing_for_a_department_that_is_named(few, tmp_path):
    """However many are loaded: the odds are those of as many reports as they were learned with."""
    files = [report(tmp_path, "白河县水务局", year, scale) for year, scale in (("2022", 1), ("2023", 2))]
    files.append(report(tmp_path, "白河县民政局", "2023", 3))
    files += [report(tmp_path, f"{place}县教育局", "2023", n + 4) for n, place in enumerate("东南西北", 1)]
    many = assistant_over(tmp_path / "many", *files)
    for question in ("白河县水务局2023年公务接待费是多少", "白河县民政局2023年培训费是多少"):
        assert many.ask(question).values[0].value == few.ask(question).values[0].value


def test_one_figure_is_told_before_a_row_that_holds_it(few):
    """A row has the target, the points and the score beside what was reached: more than was asked for."""
    world = few.chooser.world(few.library())
    ids = [entry.stored.id for entry in world.catalogue.entries if entry.stored.fact.value is not None][:2]
    amounts = [("money", Decimal(n)) for n in (1, 2)]
    row = Candidate(Each(tuple(ids), "row"), Outcome(Each(tuple(ids), "row"), tuple(amounts)), {"a": 1.0})
    one = Candidate(Cell(ids[0]), Outcome(Cell(ids[0]), tuple(amounts[:1])), {"a": 0.5})
    other = Candidate(Cell(ids[1]), Outcome(Cell(ids[1]), (("money", Decimal(3)),)), {"a": 0.4})

    def by(*values):
        return lambda columns, places: np.array(values, dtype=np.float32)[places]

    first = Weighed.of([row, one, other], by(3, 2, 1), by(1, 1, 1)).candidates
    assert first == (one, row, other)
    assert Weighed.of([row, one, other], by(3, 2, 1), by(1, 0.5, 1)).candidates[0] == row  # less likely by itself
    assert Weighed.of([row, other, one], by(3, 2, 1), by(1, 1, 0)).candidates[0] == row  # another figure
