"""From a visitor's verdict to a gold question."""

import json

import pytest

from assistant.feedback import FILE, Asked, Feedback
from eval.adopt import adopt, append
from eval.goldset import GoldError, load_questions
from eval.model import Outcome, QuestionKind
from eval.score import Sources, score
from eval.support import document_text


@pytest.fixture
def kept(two, tmp_path):
    """Write verdicts down as the web page does; return their lines."""

    def keep(question, *, helpful, note="", history=()):
        reports = {report.id: report.name.rsplit(".", 1)[0] for report in two.store.reports()}
        answer = two.ask(question, history=history)
        Feedback(tmp_path).keep(Asked(question, tuple(history), (), answer), helpful=helpful, note=note, names=reports)
        return (tmp_path / FILE).read_text(encoding="utf-8").splitlines()

    return keep


def test_a_right_answer_becomes_gold_that_it_passes(kept, two, samples):
    lines = kept("清河县水利局三公经费控制率是多少", helpful=True)
    (gold,) = adopt(lines).gold
    names = {report.id: report.name.rsplit(".", 1)[0] for report in two.store.reports()}
    texts = {path.stem: document_text(path) for path in samples.glob("*.docx")}
    answer = two.ask("清河县水利局三公经费控制率是多少").to_json()
    assert score(gold, answer, Sources(names, texts)).outcome is Outcome.RIGHT


def test_a_right_refusal_is_kept_as_one(kept):
    (gold,) = adopt(kept("2015年三公经费是多少", helpful=True)).gold
    assert (gold.kind, gold.status, gold.values) == (QuestionKind.ABSENT, ("not_found",), ())


def test_a_follow_up_keeps_what_came_before(kept):
    (gold,) = adopt(kept("2022年呢?", helpful=True, history=["清河县水利局三公经费是多少"])).gold
    assert gold.turns == ("清河县水利局三公经费是多少", "2022年呢?")
    assert gold.kind is QuestionKind.FOLLOW_UP


def test_a_correction_in_the_note_is_the_answer(kept):
    (gold,) = adopt(kept("清河县水利局项目支出是多少", helpful=False, note="应为 1,234.50万元")).gold
    assert [(str(v.value), v.unit) for v in gold.values] == [("1234.50", "万元")]


@pytest.mark.parametrize("note", ["14.02万元不对", "不是14.02万元，口径错了", "少了5个单位", "应为14.02万元或15万元"])
def test_a_figure_that_is_not_said_to_be_right_is_not_taken(kept, note):
    assert adopt(kept("清河县水利局项目支出是多少", helpful=False, note=note)).gold == ()


def test_a_fall_in_a_note_is_negative(kept):
    (gold,) = adopt(kept("三公经费变化多少", helpful=False, note="不对，应为下降3.32万元")).gold
    assert str(gold.values[0].value) == "-3.32"


def test_what_only_says_wrong_is_left_to_a_person(kept):
    lines = kept("清河县水利局项目支出是多少", helpful=False, note="口径不对")
    adopted = adopt(lines)
    assert adopted.gold == ()
    assert "口径不对" in adopted.left[0][1]
    entry = {**json.loads(lines[0]), "right": {"kind": "absent", "status": ["not_found"]}}
    (gold,) = adopt([json.dumps(entry, ensure_ascii=False)]).gold
    assert gold.status == ("not_found",)


def test_the_latest_verdict_holds_and_gold_is_added_once(kept, tmp_path):
    kept("清河县水利局项目支出是多少", helpful=True)
    lines = kept("清河县水利局项目支出是多少", helpful=False, note="应为 5万元")
    (gold,) = adopt(lines).gold
    assert str(gold.values[0].value) == "5"
    file = tmp_path / "gold.jsonl"
    assert [append(file, [gold]), append(file, [gold])] == [1, 0]
    assert load_questions(file) == [gold]
    file.write_text(file.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")  # as an editor may leave it
    (other,) = adopt(kept("清河县水利局项目支出是多少", helpful=False, note="应为 6万元")).gold
    assert append(file, [other]) == 1
    assert load_questions(file) == [other]


@pytest.mark.parametrize(
    "line",
    ["no json", "[]", '{"question": "x"}', '{"question": "x", "answer": {}, "verdict": "fine"}',
     '{"question": "x", "answer": {}, "verdict": "wrong", "right": {"valeus": []}}',
     '{"question": "x", "answer": {}, "verdict": "helpful"}',
     '{"question": "x", "answer": {}, "verdict": "wrong", "right": {"values": [{"value": "abc"}]}}',
     '{"question": "x", "answer": {"status": "answered", "values": [], "citations": []}, "verdict": "helpful"}'],
)  # fmt: skip
def test_a_bad_line_is_named(line):
    with pytest.raises(GoldError, match="第 2 行"):
        adopt(["", line])
