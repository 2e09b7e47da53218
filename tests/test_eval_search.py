"""The measurement of search: its questions hold against the real report, its figures are what they say."""

from importlib.resources import files
from pathlib import Path

import docx
import pytest

from eval.model import Gold, GoldSet, Place, QuestionKind
from eval.search import Found, measure, rank_of, to_json
from eval.searchsets import fresh, rows, texts
from ingest.model import Passage, StoredPassage

GOLD = Path(str(files("eval") / "gold"))


def folded(text):
    return "".join(text.split())


@pytest.mark.parametrize("name, least", [("search_dev.jsonl", 60), ("search_heldout.jsonl", 60)])
def test_every_place_is_in_the_report(name, least, real_docx):
    """Held against python-docx, which shares no code with the reader."""
    held = fresh(GOLD / name, real_docx.parent, "")
    assert len(held.questions) >= least
    assert len({gold.turns for gold in held.questions}) == len(held.questions)
    document = docx.Document(str(real_docx))
    paragraphs = [folded(paragraph.text) for paragraph in document.paragraphs]
    cells = [[[folded(cell.text) for cell in row.cells] for row in table.rows] for table in document.tables]
    paragraphs += [text for table in cells for row in table for text in row]
    for gold in held.questions:
        assert gold.places
        for place in gold.places:
            if place.table is not None:
                row = cells[place.table][place.row]
                assert all(any(folded(word) in text for text in row) for word in place.words), gold
            else:
                assert place.words
                assert any(all(folded(word) in text for word in place.words) for text in paragraphs), gold


def test_no_question_is_in_both_sets(real_docx):
    first, second = (fresh(GOLD / f"search_{n}.jsonl", real_docx.parent, "") for n in ("dev", "heldout"))
    assert not {g.turns for g in first.questions} & {g.turns for g in second.questions}


def test_the_public_sets_rows(shared):
    held = rows(shared / "bench" / "imtqa_dev")
    assert len(held.questions) == 464
    assert all(gold.places for gold in held.questions)


def stored(key, text, table=None, row=None, report="r1"):
    return StoredPassage(key, report, Passage(0, (), text, table, row))


def test_the_rank_is_of_the_first_passage_that_answers():
    gold = Gold("q", QuestionKind.TEXT, ("问",), places=(Place("甲", 0, 2), Place("甲", words=("苗木", "不足"))))
    passages = [stored(1, "苗木充足"), stored(2, "x", 0, 2, "r2"), stored(3, "苗木不足"), stored(4, "y", 0, 2)]
    assert rank_of(gold, passages, {"甲": "r1"}) == 3
    assert rank_of(gold, passages[:2], {"甲": "r1"}) is None


def test_the_figures_are_what_they_say():
    found = Found("BM25", (1, 2, None, 10), (1.0, 2.0, 3.0, 4.0))
    assert found.reciprocal() == pytest.approx(100 * (1 + 0.5 + 0 + 0.1) / 4)
    assert [found.recall(cut) for cut in (1, 5, 10)] == [25, 50, 75]
    low, high = found.interval()
    assert low < found.reciprocal() < high
    assert found.interval() == (low, high)
    assert to_json("集", [found])["stages"][0]["recall@5"] == 50.0


def test_the_stages_are_measured_in_turn(tmp_path, samples):
    documents = tuple(sorted(samples.glob("*.docx")))
    question = Gold("q", QuestionKind.TEXT, ("采购进度慢不慢",), places=(Place(words=("采购进度",)),))
    steps = []
    found = measure(GoldSet("样例", documents, (question,)), tmp_path / "s", "", lambda *step: steps.append(step))
    assert [one.stage for one in found] == ["BM25", "+扩展", "+自带模型"]
    assert all(one.ranks == (1,) for one in found)
    assert steps


def test_only_questions_answered_in_words_are_taken(tmp_path):
    from eval.corpus.generate import write_corpus

    write_corpus(tmp_path, 3, 9)
    held = texts(tmp_path)
    assert held.questions
    assert {gold.kind for gold in held.questions} == {QuestionKind.TEXT}
