"""The bounds of the decision: chosen from questions out of author for a stated risk."""

import itertools
import random

from assistant.choosing.candidates import Candidate, Weighed
from assistant.choosing.decide import Bounds, hope
from assistant.model import Answer, Status
from eval.bank.model import Verdict
from eval.training.choosing import Asked, Placed
from eval.training.policy import RISK, WORTH_ASKING, Policy, chosen, curve
from eval.training.tasks import Task

OLD = Answer(Status.NOT_FOUND, "未披露：报告里没有找到。")


def question(number, odds, right, silent=False, old=OLD):
    """A question whose first candidate has these odds, and whether each of its candidates is right."""
    task = Task(str(number), "cell", ("问",), lambda _: False, silent=silent)
    candidates = [Candidate(None, None, {}) for _ in right]
    asked = Asked("a", task, candidates, list(right), old, [f"答{n}" for n in range(len(right))], list(right))
    weighed = Weighed(tuple(candidates), tuple(-float(n) for n in range(len(right))), tuple(odds for _ in right))
    return Placed(asked, weighed, tuple(right), tuple(asked.keys)), odds


def policy_of(made):
    return Policy.of(
        [one.asked for one, _ in made], [one for one, _ in made], {f"a/{n}": o for n, (_, o) in enumerate(made)}
    )


def many(seed=1):
    """Questions whose odds are what they say: of those at 0.8 four in five are right."""
    chance, made = random.Random(seed), []
    for number in range(600):
        odds = chance.random()
        right = (chance.random() < odds, chance.random() < odds / 3)
        made.append(question(number, odds, right, silent=number % 9 == 0 and not any(right)))
    return made


def test_the_bound_of_telling_keeps_to_the_risk_and_no_further():
    made = many()
    policy = policy_of(made)
    asked = [one.asked for one, _ in made]
    bounds = chosen(policy, asked)

    def wrong(tell):
        return sum(policy.verdict(one, Bounds(tell, tell, 0, 0)) is Verdict.WRONG for one in asked) / len(asked)

    assert wrong(bounds.tell) <= RISK < wrong(bounds.tell - 0.01)
    assert 0 <= bounds.offer <= bounds.ask <= 3


def test_readings_are_asked_back_with_where_they_hold_the_answer_often_enough():
    made = many(3)
    policy = policy_of(made)
    bounds = chosen(policy, [one.asked for one, _ in made])
    back = [one for one, odds in made if odds < bounds.tell and hope(one.weighed) >= bounds.ask]
    assert back
    assert sum(Policy.offers(one) for one in back) / len(back) >= WORTH_ASKING


def test_a_question_comes_to_one_of_four():
    bounds = Bounds(0.6, 0.6, 1.0, 0.3)
    cases = [
        (question(0, 0.9, (True,)), Verdict.RIGHT), (question(0, 0.9, (False, True)), Verdict.WRONG),
        (question(0, 0.4, (False, True)), Verdict.HELPED), (question(0, 0.4, (False, False)), Verdict.MISSED),
        (question(0, 0.1, (True,)), Verdict.MISSED), (question(0, 0.1, (False,), silent=True), Verdict.RIGHT),
        (question(0, 0.9, (False,), silent=True), Verdict.WRONG),
        (question(0, 0.4, (True,), old=Answer(Status.NOT_FOUND, "未收录：没有这个单位。")), Verdict.MISSED),
    ]  # fmt: skip
    for made, wanted in cases:
        policy = policy_of([made])
        assert policy.verdict(made[0].asked, bounds) is wanted, made


def test_less_risk_is_less_coverage():
    made = many(5)
    steps = curve(policy_of(made), [one.asked for one, _ in made])
    assert all(a["wrong"] >= b["wrong"] for a, b in itertools.pairwise(steps))
    assert steps[0]["right"] > steps[-1]["right"]
