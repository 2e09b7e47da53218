"""Running, showing, comparing and recording: the whole way on small sets."""

import json
import re

import pytest
from typer.testing import CliRunner

from eval.cli import app
from eval.compare import falls, moved, record, write_record
from eval.corpus.generate import write_corpus
from eval.goldset import GoldError
from eval.page import page
from eval.results import load, run_json
from eval.run import run_sets
from eval.sets import set_at


def quiet(_what, _done, _whole):
    """No progress bar."""


#: A question whose gold answer is false, so that every run has a failure to show.
NEVER_RIGHT = "never-right"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "small"
    write_corpus(folder, 3, 4, faults=True)
    file = folder / "questions.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines()
    wrong = next(gold for gold in map(json.loads, lines) if gold["kind"] == "lookup")
    wrong["id"], wrong["values"][0]["value"] = NEVER_RIGHT, "123456.789"
    file.write_text("\n".join([*lines, json.dumps(wrong, ensure_ascii=False)]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def result(corpus):
    return run_json(run_sets([set_at(corpus, None)], quiet))


def test_every_question_is_scored_by_every_system(result, corpus):
    (one,) = result["sets"]
    asked = len((corpus / "questions.jsonl").read_text(encoding="utf-8").splitlines())
    assert [system["system"] for system in one["systems"]] == ["assistant", "flat", "overlap"]
    assert [system["questions"] for system in one["systems"][:2]] == [asked, asked]
    for system in one["systems"]:
        assert sum(system[key] for key in ("right", "misplaced", "wrong", "missed")) == system["questions"]
        assert len(system["results"]) == system["questions"]


def test_the_assistant_stands_above_the_floor(result):
    assistant, flat, _ = result["sets"][0]["systems"]
    assert assistant["right"] > flat["right"]
    assert assistant["wrong"] < flat["wrong"]
    assert assistant["unsupported"] == 0
    assert assistant["ms"]["p50"] > 0
    assert assistant["megabytes"] > 20


def test_the_facts_are_measured_too(result):
    facts = result["sets"][0]["facts"]
    assert 0 < facts["right"] <= facts["true"]
    assert sum(counts["true"] for counts in facts["by_layout"].values()) == facts["true"]


def test_the_page_shows_every_failure(result):
    html = page(result)
    failures = [r for r in result["sets"][0]["systems"][0]["results"] if r["outcome"] != "right"]
    assert NEVER_RIGHT in [r["id"] for r in failures]
    assert html.count("<details class=") == len(failures) > 0
    assert "http" not in re.sub(r"http://www\.w3\.org\S*", "", html)


def test_the_page_escapes_what_it_shows(result):
    nasty = "<script>alert(1)</script>"
    changed = json.loads(json.dumps(result))
    for scored in changed["sets"][0]["systems"][0]["results"]:
        scored["answer"]["text"] = nasty
        scored["gold"]["turns"] = [nasty]
    assert nasty not in page(changed)


def worsened(result):
    """The same run with one right answer turned wrong."""
    changed = json.loads(json.dumps(result))
    own = changed["sets"][0]["systems"][0]
    victim = next(scored for scored in own["results"] if scored["outcome"] == "right")
    victim["outcome"], victim["why"] = "wrong", "给出了不是答案的数"
    own["right"] -= 1
    own["wrong"] += 1
    return changed, victim


def test_a_run_that_falls_below_the_record_names_the_question(result):
    changed, victim = worsened(result)
    assert falls(record(result), result) == []
    lines = "\n".join(falls(record(result), changed))
    assert victim["id"] in lines
    assert victim["gold"]["turns"][-1] in lines
    assert falls(record(changed), result) == []


@pytest.mark.parametrize("key", ["unsupported", "misplaced", "wrong"])
def test_more_of_what_must_not_grow_is_a_fall(result, key):
    changed = json.loads(json.dumps(result))
    changed["sets"][0]["systems"][0][key] += 1
    assert falls(record(result), changed)


def test_fewer_facts_or_other_questions_are_a_fall(result):
    fewer = json.loads(json.dumps(result))
    fewer["sets"][0]["facts"]["right"] -= 1
    assert "事实" in falls(record(result), fewer)[0]
    other = json.loads(json.dumps(result))
    other["sets"][0]["systems"][0]["results"][0]["gold"]["turns"] = ["另一题"]
    assert list(moved(result, other)) == []
    assert "题目变了" in falls(record(result), other)[0]
    assert "没有跑" in falls(record(result), {**result, "sets": []})[0]


def test_two_runs_are_compared_question_by_question(result):
    changed, victim = worsened(result)
    ((name, question),) = moved(result, changed)
    assert (name, question.id, question.before, question.after, question.worse) == (
        "small", victim["id"], "right", "wrong", True,
    )  # fmt: skip


def invoke(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_command_writes_page_result_and_record(corpus, tmp_path):
    files = {name: tmp_path / name for name in ("page.html", "run.json", "kept.json")}
    done = invoke(
        "run", "--gold", corpus, "--no-baselines", "--report", files["page.html"], "--json", files["run.json"],
        "--record", files["kept.json"],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "small（3份）" in done.output
    assert "个事实读对" in done.output
    assert all(files[name].stat().st_size > 1000 for name in ("page.html", "run.json"))
    assert NEVER_RIGHT in files["kept.json"].read_text(encoding="utf-8")
    again = invoke("run", "--gold", corpus, "--no-baselines", "--recorded", files["kept.json"])
    assert again.exit_code == 0
    assert "没有低于记录" in again.output
    compared = invoke("diff", files["run.json"], files["run.json"])
    assert compared.output.splitlines() == ["变差 0 题", "变好 0 题"]


def test_the_command_fails_below_the_record(corpus, tmp_path, result):
    better = json.loads(json.dumps(result))
    own = better["sets"][0]["systems"][0]
    silent = next(scored for scored in own["results"] if scored["id"] == NEVER_RIGHT)
    silent["outcome"] = "right"
    own["right"] += 1
    write_record(better, tmp_path / "kept.json")
    done = invoke("run", "--gold", corpus, "--no-baselines", "--recorded", tmp_path / "kept.json")
    assert done.exit_code == 4
    assert silent["id"] in done.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("run", "--shared", "nowhere"), "--shared"),
        (("run", "--gold", "nowhere.jsonl"), "--documents"),
        (("run", "--gold", "nowhere.jsonl", "--documents", __file__), "读不了"),
        (("run", "--recorded", "nowhere.json"), "记录"),
        (("diff", "a.json", "b.json"), "a.json"),
        (("facts", "nowhere"), "合成语料"),
        (("adopt", "nowhere.jsonl", "--gold", "g.jsonl"), "反馈"),
    ],
)
def test_errors_are_sentences(arguments, sentence):
    raised = invoke(*arguments).exception
    assert isinstance(raised, GoldError)
    assert sentence in str(raised)
    assert str(raised).endswith("。")


def test_a_result_file_is_checked(tmp_path):
    (tmp_path / "x.json").write_text('{"sets": [{"name": "a"}]}', encoding="utf-8")
    with pytest.raises(GoldError, match="结果"):
        load(tmp_path / "x.json")
