"""How people say what labels name: vectors that bring a way of speaking to the label it was learned with."""

import numpy as np
import pytest

from assistant.facts.speech import Speech, rows_of, term_model
from eval.training.speech import ROWS, Said, hear, save, words_without

LABELS = ("公务接待费 决算数", "在职人员 人数", "因公出国（境）费 决算数", "森林覆盖率 实际完成值")
#: Ways of speaking that share no character with what they mean.
SAYINGS = {"请客吃喝花掉的钱": 0, "单位里上班的一共几位": 1, "跑国外考察掏了多少": 2, "山上树木盖住几成": 3}


def lessons():
    found = []
    for number, (text, label) in enumerate(SAYINGS.items()):
        right = np.zeros(len(LABELS), dtype=np.bool_)
        right[label] = True
        found += [Said(f"a{number}", f"{before}{text}", LABELS, right) for before in ("", "想问下", "今年", "去年")]
    return found


def best(speech, text):
    return int(np.argmax(speech.of(LABELS) @ speech.of([text])[0]))


def test_a_saying_is_brought_to_what_it_was_learned_with(tmp_path):
    speech = hear(lessons(), [("掏腰包出境", "因公出国（境）费")])
    assert [best(speech, f"那个{text}呢") for text in SAYINGS] == list(SAYINGS.values())
    save(speech, tmp_path / "speech.npz")
    with np.load(tmp_path / "speech.npz") as held:
        again = held["table"].astype(np.float32) * held["scale"][:, None]
    assert np.array_equal(again, speech.table)
    assert np.array_equal(hear(lessons(), []).table, hear(lessons(), []).table)


@pytest.mark.parametrize("text", ["", " ", "三公经费", "公 务\n接待费", "🌲" * 50, "a"])
def test_rows_are_within_the_table(text):
    rows = rows_of(text, ROWS)
    assert len(rows) == max(2 * len("".join(text.split())) - 1, 0)
    assert all(0 <= row < ROWS for row in rows)


def test_without_anything_learned_it_is_the_term_model():
    speech = Speech(np.zeros((8, term_model().dimension), dtype=np.float32))
    texts = ["公务接待费", "在职人员", ""]
    assert np.allclose(speech.of(texts), term_model().passages(texts), atol=1e-6)


def test_what_comes_with_the_package_has_unit_vectors():
    held = Speech.load()
    assert held.table.shape == (ROWS, term_model().dimension)
    assert np.allclose(np.linalg.norm(held.of(["公务接待费", "几个人"]), axis=1), 1, atol=1e-5)


def test_the_words_of_names_that_only_reports_left_out_have_are_left_out_too():
    right = np.ones(1, dtype=np.bool_)
    kept = [Said("a1", "谁", ("公务接待费 决算数",), right)]
    left = [Said("b1", "谁", ("公务接待费 决算数",), right), Said("b1", "谁", ("牛头垸排口 长度",), right)]
    words = [("请客吃喝", "公务接待费"), ("那个排水的口子", "牛头垸排口（座）"), ("机器", "设备购置费")]
    assert words_without(words, kept, left) == [words[0], words[2]]
    assert words_without(words, [*kept, *left], []) == words
