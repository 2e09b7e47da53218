"""What the training takes for right: what a reading comes to, not what its text happens to hold."""

from decimal import Decimal

import numpy as np
import pytest

from assistant.choosing.candidates import Candidate, as_columns
from assistant.model import Answer, Status, Value
from assistant.plans.language import Cell, Difference, Names, Quotient, Rank, Total, Where
from assistant.running.figures import Outcome
from eval.training.choosing import Asked, Row, columns_of, not_too_many, of_its_own, packed, plan_lessons
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
        assert np.array_equal(columns_of(rows, [3, 1])[name], column[[3, 1]])


def test_all_that_is_right_teaches_and_some_of_the_rest():
    rows = packed([candidate(Cell(n), traits={"a": float(n)}) for n in range(200)])
    right = [n % 50 == 0 for n in range(200)]
    asked = Asked("s", task("1元"), rows, right, answer(), [""] * 200, right)
    (one,), (again,) = plan_lessons([asked]), plan_lessons([asked])
    assert one.columns["a"][one.right].tolist() == [0, 50, 100, 150]
    assert len(one.right) == 49
    assert np.array_equal(one.columns["a"], again.columns["a"])
