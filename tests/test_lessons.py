"""What the training takes for right: what a reading comes to, not what its text happens to hold."""

from decimal import Decimal

import numpy as np
import pytest

from assistant.choosing.candidates import Candidate, as_columns
from assistant.model import Answer, Status, Value
from assistant.plans.language import Cell, Difference, Names, Quotient, Rank, Total, Where
from assistant.running.figures import Outcome
from eval.training import ensembles
from eval.training.choosing import Asked, Row, columns_of, packed, plan_lessons
from eval.training.ensembles import Lesson, Recipe, mined_ranker, ranker, sampled
from eval.training.judging import not_too_many, of_its_own, rests_on, sparing
from eval.training.tasks import Task
from tests import wordfile
from tests.conftest import assistant_over


def task(*wanted):
    return Task("t", "compute", ("问",), lambda _: True, tuple((one,) for one in wanted))


def candidate(plan, chosen=(), traits=None):
    return Candidate(plan, Outcome(plan, (), tuple(chosen)), traits or {"a": 1.0})


def answer(*values):
    held = tuple(Value(Decimal(number), unit, number, "", "", "", "", ()) for number, unit in values)
    return Answer(Status.ANSWERED, "", held)


@pytest.mark.parametrize(
    "plan, values, wanted, own",
    [
        (Total((1, 2)), [("30", "万元")], ["30万元"], True),
        (Total((1, 2)), [("30", "万元")], ["10万元"], False),  # a summand
        (Total((1, 2)), [("30", "万元")], ["城关镇"], False),  # a name that the sum lists
        (Difference(1, 2), [("-5", "万元")], ["5万元"], True),
        (Difference(1, 2), [("5", "万元")], ["水利局"], True),  # it says which is larger
        (Quotient(1, 2), [("1.21", "万元")], ["1.21万元"], True),
        (Quotient(1, 2), [("1.21", "万元")], ["27.93万元"], False),
        (Cell(1, (2,)), [("803", "人"), ("830", "人")], ["803人", "830人"], True),
        (Cell(1, (2,)), [("803", "人"), ("12", "人")], ["803人"], False),  # a contradiction that is none
        (Cell(1), [("803", "人")], ["803人"], True),
    ],
)
def test_what_a_reading_comes_to_is_wanted(plan, values, wanted, own):
    assert of_its_own(candidate(plan), answer(*values), task(*wanted)) is own


@pytest.fixture
def world(tmp_path):
    rows = [
        ["项目名称", "执行率（%）"],
        ["甲工程", "80.10"],
        ["乙工程", "99.20"],
        ["丙工程", "70.30"],
        ["丁工程", "95.00"],
    ]
    body = wordfile.p("丹江县水利局2023年度决算") + wordfile.plain_table(rows)
    assistant = assistant_over(tmp_path / "s", wordfile.write(tmp_path / "丹江县水利局2023年度决算.docx", body))
    return assistant.chooser.world(assistant.library())


def test_a_list_of_everything_is_not_right_where_a_shorter_one_is(world):
    ids = tuple(entry.stored.id for entry in world.catalogue.entries if entry.stored.fact.unit == "%")
    low = (ids[0], ids[2])
    everything, under = candidate(Names(ids), ids), candidate(Where(ids, "less", "90%"), low)
    ordered, first = candidate(Rank(ids, True, 0), ids), candidate(Rank(ids, True), ids[1:2])
    assert not_too_many([everything, under], [True, True], world) == [False, True]
    assert not_too_many([everything, under], [True, False], world) == [True, True]
    assert not_too_many([ordered, first], [True, True], world) == [True, True]  # the first stands first in the order
    assert not_too_many([ordered, under], [True, True], world) == [False, True]
    assert not_too_many([candidate(Total(ids)), under], [True, True], world) == [True, True]


def test_rows_are_what_they_were_packed_from():
    held = [candidate(Cell(n), traits={"a": n / 2, "b": -float(n), "c": 0.0}) for n in range(5)]
    rows = packed(held)
    assert all(
        isinstance(one.traits, Row) and dict(one.traits) == other.traits for one, other in zip(rows, held, strict=True)
    )
    for name, column in as_columns(held).items():
        assert np.array_equal(columns_of(rows)[name], column)


def lesson(seed=0, count=200, spread=0.1):
    """A question's cases: ``right`` ones have a high a, ``near`` ones a high b, c is chance."""
    draw = np.random.default_rng(seed)
    right, near = np.arange(count) % 50 == 0, np.arange(count) % 50 == 1
    columns = {
        "a": (right + draw.normal(0, spread, count)).astype(np.float32),
        "b": (near + draw.normal(0, spread, count)).astype(np.float32),
        "c": draw.normal(0, 1, count).astype(np.float32),
    }
    return Lesson("s", str(seed), "cell", columns, right, near)


def test_what_holds_the_answer_only_is_near_and_not_right():
    rows = packed([candidate(Cell(n), traits={"a": float(n)}) for n in range(4)])
    asked = Asked("s", task("1元"), rows, [True, True, False, False], answer(), [""] * 4, [False, True, False, False])
    (one,) = plan_lessons([asked])
    assert one.grades.tolist() == [1, 2, 0, 0]
    assert one.right.tolist() == [False, True, False, False]


def test_all_that_is_right_or_near_teaches_and_some_of_the_rest():
    (one,), (again,) = sampled([lesson()], 45), sampled([lesson()], 45)
    assert np.bincount(one.grades).tolist() == [45, 4, 4]
    assert np.array_equal(one.columns["c"], again.columns["c"])
    assert np.bincount(sampled([lesson()], 1000)[0].grades).tolist() == [192, 4, 4]


@pytest.mark.parametrize("teach", [ranker, mined_ranker])
def test_what_is_right_ranks_before_what_is_near_and_that_before_what_is_wrong(teach):
    weigh = teach([lesson(seed) for seed in range(12)], Recipe(60, 8, 0.1, 5, 1.0))
    unseen = lesson(99)
    places = np.argsort(np.argsort(-weigh(unseen.columns, np.arange(200)), kind="stable"))
    right, near, wrong = (places[unseen.grades == grade].mean() for grade in (2, 1, 0))
    assert right < near < wrong
    assert right < 3


def test_the_wrong_cases_that_look_most_like_the_right_ones_teach(monkeypatch):
    seen = []
    monkeypatch.setattr(ensembles, "ranker", lambda lessons, recipe: seen.append(lessons) or ranker(lessons, recipe))
    ensembles.mined_ranker([lesson(seed, spread=0.4) for seed in range(12)], Recipe(30, 8, 0.1, 5, 1.0))
    chance, hard = seen
    assert all(np.bincount(one.grades).tolist() == [45, 4, 4] for one in (*chance, *hard))
    by_chance, hardest = (np.mean([one.columns["a"][one.grades == 0].mean() for one in lessons]) for lessons in seen)
    assert hardest > by_chance + 0.05


def test_a_reading_of_a_whole_column_is_no_answer_to_one_figure():
    one, several = task("12万元"), Task("t", "multi", ("问",), lambda _: True, (("12万元", "3万元"),))
    assert sparing([1, 2, 7], [True, True, True], one) == [True, True, False]
    assert sparing([7, 9], [True, True], one) == [True, False]  # where nothing says less, the least does
    assert sparing([1, 7], [True, True], several) == [True, True]


def test_a_difference_that_is_the_same_by_chance_is_not_what_was_asked(tmp_path):
    name = "岚川县水务局2023年度部门决算"
    table = [["项目", "预算数", "决算数"], ["办公费", "10.00", "7.00"], ["差旅费", "9.00", "6.00"]]
    file = wordfile.write(
        tmp_path / f"{name}.docx", wordfile.p(name) + wordfile.p("单位：万元") + wordfile.plain_table(table)
    )
    held = assistant_over(tmp_path / "s", file)
    world = held.chooser.world(held.library())
    ids = {entry.stored.fact.raw: entry.stored.id for entry in world.catalogue.entries}
    asked = Task("t", "compute", ("问",), lambda _: True, (("3万元",),), worded=True, rests=("10.00万元", "7.00万元"))
    assert rests_on(candidate(Difference(ids["10.00"], ids["7.00"])), asked, world)
    assert not rests_on(candidate(Difference(ids["9.00"], ids["6.00"])), asked, world)
    assert rests_on(candidate(Cell(ids["9.00"])), asked, world)  # what is printed needs no operands
