"""The bank of strangers: its scorer agrees with the bank's own, its files are read."""

import importlib.util
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.bank.model import Author, Question, Verdict
from eval.bank.questions import load_bank, load_questions
from eval.bank.run import run_author, strangers_json
from eval.bank.score import judge
from eval.compare import falls, record
from eval.goldset import GoldError
from eval.support import document_text


@pytest.fixture(scope="session")
def theirs(shared):
    """The bank's own scorer, as it lies beside the project."""
    spec = importlib.util.spec_from_file_location("bank_score", shared / "bank" / "tools" / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def question(gold, bad=()):
    return Question("q", "cell", ("多少",), gold and tuple(map(tuple, gold)), tuple(bad))


CASES = [
    ("支出19.86万元。", [["198640.60元"]], True),
    ("支出19.85万元。", [["198640.60元"]], False),
    ("支出198,640.60元。", [["19.86万元"]], True),
    ("支出19.864万元。", [["198640.60元"]], True),
    ("支出1.5亿元。", [["15000万元"]], True),
    ("完成112家。", [["12家"]], False),
    ("完成率70.60%。", [["70.6%"]], True),
    ("完成率70.6。", [["70.6%"]], True),
    ("下降5.6万元", [["-5.6万元"]], False),
    ("甲、乙都没完成", [["甲", "乙"]], True),
    ("甲没完成", [["甲", "乙"]], False),
    ("甲没完成", [["甲", "乙"], ["甲"]], True),
]


@pytest.mark.parametrize(("text", "gold", "right"), CASES)
def test_figures_are_compared_as_figures(text, gold, right):
    expected = Verdict.RIGHT if right else Verdict.WRONG
    assert judge(question(gold), {"status": "answered", "text": text}) is expected


def test_the_bank_s_own_scorer_compares_them_alike(theirs):
    for text, gold, right in CASES:
        expected = Verdict.RIGHT if right else Verdict.WRONG
        assert theirs.judge({"gold": gold, "bad": []}, {"status": "answered", "text": text}) == expected.value


def test_silence_asking_back_and_bad_words():
    asked_back = {"status": "clarify", "text": "", "choices": [{"label": "甲", "answer": "3万元"}]}
    assert judge(question([["3万元"]]), asked_back) is Verdict.HELPED
    assert judge(question([["4万元"]]), asked_back) is Verdict.MISSED
    assert judge(question(None), asked_back) is Verdict.RIGHT
    assert judge(question(None), {"status": "answered", "text": "3"}) is Verdict.WRONG
    assert judge(question([["3万元"]], ["5万元"]), {"status": "answered", "text": "3万元，不是5万元"}) is Verdict.WRONG


numbers = st.decimals(-(10**9), 10**9, places=2).map(lambda d: format(d, "f")) | st.integers(0, 10**6).map(str)
figures = st.tuples(numbers, st.sampled_from(["万元", "元", "亿元", "%", "", "家", "个百分点", "倍", "‰", "万"])).map(
    "".join
)
pieces = figures | st.text("支出甲乙，。 0123456789.,万元%−－．", max_size=12)


@settings(max_examples=800, deadline=None)
@given(
    st.lists(pieces, max_size=4).map("，".join),
    st.none() | st.lists(st.lists(pieces, min_size=1, max_size=2), min_size=1, max_size=2),
    st.lists(pieces, max_size=1),
    st.sampled_from(["answered", "conflict", "clarify", "not_found"]),
)
def test_the_two_scorers_agree_on_anything(theirs, text, gold, bad, status):
    answer = {"status": status, "text": text, "choices": [{"label": "读法", "answer": text}]}
    assert judge(question(gold, bad), answer).value == theirs.judge({"gold": gold, "bad": bad}, answer)


def test_the_two_scorers_agree_on_an_author_s_answers(shared, theirs):
    authors = load_bank(shared / "bank", shared / "reports" / "public")
    run = run_author(next(one for one in authors if one.name == "a7"), lambda *_: None)
    assert len(run.judged) == 143
    for one in run.judged:
        entry = {"gold": one.question.gold, "bad": one.question.bad}
        assert one.verdict.value == theirs.judge(entry, one.answer), one.question.id


def test_published_reports_are_asked_about_as_they_were_published(shared, tmp_path):
    authors = load_bank(shared / "bank", shared / "reports" / "public")
    assert [one.name for one in authors][-1] == "public"
    assert sum(len(one.questions) for one in authors) == 1005
    assert {path.suffix for path in authors[-1].documents} == {".pdf"}
    assert all("行政运行" in document_text(path) for path in authors[-1].documents)


def test_counts_by_author_and_type_and_their_falls(samples):
    asked = (
        Question("1", "cell", ("森林覆盖率是多少",), (("63.52%",),)),
        Question("2", "cell", ("森林覆盖率是多少",), (("64.52%",),)),
        Question("3", "abstain", ("净利润是多少",), None),
    )
    report = next(samples.glob("云岭*.docx"))
    made = strangers_json([run_author(Author("甲", (report,), asked), lambda *_: None)])
    assert {key: made["total"][key] for key in ("questions", "right", "wrong", "missed", "unsupported")} == {
        "questions": 3, "right": 2, "wrong": 1, "missed": 0, "unsupported": 0,
    }  # fmt: skip
    assert made["types"]["abstain"]["right"] == 1
    run = {"date": "", "commit": "", "sets": [], "strangers": made}
    kept = record(run)
    assert falls(kept, run) == []
    kept["strangers"]["total"]["right"] += 1
    kept["strangers"]["total"]["wrong"] -= 1
    assert falls(kept, run) == ["陌生题库：答对 2，低于记录的 3；答错 1，高于记录的 0"]
    assert falls(kept, {**run, "strangers": None} | {"sets": []})[0].startswith("陌生题库")


def test_the_record_names_no_question(shared):
    from tests.test_architecture import ROOT

    kept = (ROOT / "eval" / "recorded.json").read_text(encoding="utf-8")
    ids = [
        one["id"]
        for one in map(
            json.loads, (shared / "bank" / "a1" / "questions.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
        )
    ]
    assert not any(f'"{one}"' in kept for one in ids)


def test_a_malformed_bank_is_named(tmp_path):
    with pytest.raises(GoldError, match="没有题库"):
        load_bank(tmp_path, tmp_path)
    (tmp_path / "questions.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(GoldError, match="第 1 行"):
        load_questions(tmp_path / "questions.jsonl")
