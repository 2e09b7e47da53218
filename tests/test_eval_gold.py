"""The hand-written questions: their schema, and every figure held against its cell by python-docx."""

import json
from collections import Counter
from pathlib import Path

import pytest
from docx import Document

from eval.baselines import grid, tables_of
from eval.figures import folded, tokens
from eval.goldset import GoldError, gold_of, load_questions, to_json
from eval.imtqa import load_imtqa
from eval.model import QuestionKind

GOLD = Path(__file__).resolve().parents[1] / "eval" / "gold"
QUESTIONS = load_questions(GOLD / "xiangxi_2021.jsonl")


def test_there_are_enough_of_every_kind():
    assert len(QUESTIONS) >= 200
    assert set(Counter(gold.kind for gold in QUESTIONS)) == set(QuestionKind)


@pytest.fixture(scope="module")
def tables(real_docx):
    return [grid(table) for table in tables_of(real_docx)]


@pytest.fixture(scope="module")
def passages(real_docx, tables):
    texts = [paragraph.text for paragraph in Document(str(real_docx)).paragraphs]
    return [folded(text) for text in (*texts, *(text for rows in tables for row in rows for text in row))]


@pytest.mark.parametrize("kind", QuestionKind)
def test_every_place_holds_its_figure(kind, tables, passages):
    for gold in (one for one in QUESTIONS if one.kind is kind):
        for value in (*gold.values, *(one for values in gold.alternatives for one in values)):
            _holds(gold.id, value, tables, passages)


def _holds(question, value, tables, passages):
    for place in value.places:
        shown = _text(place, tables, passages)
        if value.digits is None:
            found = {abs(token.value) for token in tokens(shown)}
            assert abs(value.value) in found, (question, value.value, shown[:80])
    for group in value.operands:
        for place in group:
            assert tokens(_text(place, tables, passages)) or place.words, (question, place)


def _text(place, tables, passages):
    if not place.words:
        return tables[place.table][place.row][place.column]
    fitting = [text for text in passages if all(folded(word) in text for word in place.words)]
    assert fitting, place.words
    return "".join(fitting)


def test_no_sentence_of_the_report_is_copied(passages):
    """Facts and figures are ours to use, sentences are not: no long run of a paragraph stands in a question."""
    long = 25
    whole = "¦".join(passages)
    for gold in QUESTIONS:
        for text in (*gold.turns, *(word for choices in gold.contains for word in choices), gold.note):
            packed = folded(text)
            assert not any(packed[i : i + long] in whole for i in range(len(packed) - long + 1)), (gold.id, text)


@pytest.mark.parametrize("gold", QUESTIONS[::20], ids=lambda gold: gold.id)
def test_a_question_survives_its_json(gold):
    assert gold_of(json.loads(json.dumps(to_json(gold)))) == gold


BAD = [
    ({"id": "1", "turns": ["x"], "values": [{"value": "1"}]}, "kind"),
    ({"id": "1", "kind": "lookup", "turns": [], "values": [{"value": "1"}]}, "turns"),
    ({"id": "1", "kind": "lookup", "turns": "x", "values": [{"value": "1"}]}, "列表"),
    ({"id": "1", "kind": "lookup", "turns": ["x"], "valeus": []}, "valeus"),
    ({"id": "1", "kind": "lookup", "turns": ["x"]}, "无从评起"),
    ({"id": "1", "kind": "lookup", "turns": ["x"], "values": [{"value": 1.5}]}, "字符串"),
    ({"id": "1", "kind": "lookup", "turns": ["x"], "values": [{"value": "1", "places": [{"table": 1}]}]}, "words"),
    ({"id": "1", "kind": "lookup", "turns": ["x"], "status": ["fine"], "values": [{"value": "1"}]}, "status"),
]


@pytest.mark.parametrize(("entry", "named"), BAD, ids=[named for _, named in BAD])
def test_a_bad_line_is_named(tmp_path, entry, named):
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps(entry, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(GoldError, match="第 1 行") as raised:
        load_questions(file)
    assert named in str(raised.value)


def test_an_id_stands_once(tmp_path):
    file = tmp_path / "gold.jsonl"
    line = json.dumps(to_json(QUESTIONS[0]), ensure_ascii=False)
    file.write_text(f"{line}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(GoldError, match="重复"):
        load_questions(file)


def test_the_public_set_is_whole(shared):
    gold = load_imtqa(shared / "bench" / "imtqa_dev")
    assert (len(gold.documents), len(gold.questions)) == (111, 464)
    about = json.loads((shared / "bench" / "imtqa_dev" / "meta.json").read_text(encoding="utf-8"))
    assert (about["tables"], about["questions"]) == (111, 464)
    for question in gold.questions:
        assert question.values or question.contains
        for value in question.values:
            (place,) = value.places
            rows = grid(tables_of(shared / "bench" / "imtqa_dev" / "docs" / f"{place.report}.docx")[0])
            assert value.value in {token.value for token in tokens(rows[place.row][place.column])}
