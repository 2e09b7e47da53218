"""Passage search: grams and BM25, scope, what words may stand for, llama-index parts."""

import math
from collections import Counter

import pytest
from sqlalchemy import text

from assistant.engine import PassageRetriever, ReportQueryEngine
from assistant.expand import expansions, light_grams, written
from assistant.lexicon import default_lexicon
from assistant.model import Status
from ingest.bm25 import Ranking, Statistics, selective, weigh
from ingest.grams import grams
from ingest.model import Scope
from ingest.pipeline import ingest_file
from ingest.store import Store

FORESTRY, WATER = "云岭市林业和草原局", "清河县水利局"


def ids(assistant):
    return {report.organisation: report.id for report in assistant.store.reports()}


def test_grams_keep_figures_whole():
    assert grams("三公19.86%，1,802.42 5G") == ["三", "公", "三公", "19.86%", "1802.42", "5", "g"]


def test_bm25_is_the_formula():
    """One gram that stands twice in a passage of mean length, in 1 of 3 passages, worked out by hand."""
    statistics = Statistics(3, 4.0, {"甲": 1})
    weights = weigh("甲")
    idf = math.log(1 + 2.5 / 1.5)
    expected = idf * 2 * 2.2 / (2 + 1.2) / (idf * 2.2)
    assert Ranking(weights, weights, statistics).score(["甲", "甲", "乙", "丙"]) == pytest.approx(expected)
    assert Ranking(weights, weights, statistics).score(["乙"]) == 0


def test_words_that_say_little_rank_little():
    statistics = Statistics(10, 5.0, {"甲": 3, "乙": 3})
    weights = weigh("甲,乙", light={"乙": 0.05})
    ranking = Ranking(weights, weights, statistics)
    assert ranking.score(["甲"]) > 10 * ranking.score(["乙"]) > 0


def test_the_rarest_grams_are_asked_for_within_the_budget():
    frequency = {"甲": 5_000, "乙": 20, "丙": 300, "丁": 4_000, "戊": 6_000}
    assert selective(dict.fromkeys("甲乙丙丁戊己", 1.0), frequency) == ["乙", "丙", "丁", "甲"]
    assert selective({"乙": 0.05, "丙": 1.0}, frequency) == ["丙"]


def test_counts_follow_the_passages(tmp_path, samples):
    """Reports added, replaced and removed leave the counts that a fresh count of the index gives."""
    first, second = sorted(samples.glob("*.docx"))
    with Store.open(tmp_path / "s", write=True) as store:
        ingest_file(store, first)
        ingest_file(store, second)
        changed = tmp_path / second.name
        changed.write_bytes(first.read_bytes())
        ingest_file(store, changed)
        store.delete(store.reports()[0].id)
        with store._engine.connect() as connection:
            held = [row.grams.split() for row in connection.execute(text("SELECT grams FROM passage_text"))]
            held = [[g for g in one if not g.startswith(("inr", "of2"))] for one in held]
            counted = connection.execute(text("SELECT passages, length FROM passage_count")).one()
            frequency = {r.gram: r.df for r in connection.execute(text("SELECT * FROM passage_df WHERE df <> 0"))}
    assert tuple(counted) == (len(held), sum(map(len, held)))
    assert frequency == dict(Counter(gram for one in held for gram in set(one)))


def test_passages_are_found_within_the_scope(two):
    found = two.retriever.search("采购进度偏慢", Scope((ids(two)[FORESTRY],)))
    assert "采购进度偏慢" in found[0][0].passage.text
    elsewhere = two.retriever.search("采购进度偏慢", Scope((ids(two)[WATER],)))
    assert all(stored.report == ids(two)[WATER] for stored, _ in elsewhere)
    year = two.store.reports()[0].year
    assert two.retriever.search("项目", Scope(periods=(year,)))
    assert not two.retriever.search("项目", Scope(periods=("1999",)))


def test_a_large_scope_finds_what_a_small_one_does(two, monkeypatch):
    """Past the limit up to which all passages are read, full text chooses, with the scope in its expression."""
    near = two.retriever.search("采购进度偏慢", Scope((ids(two)[FORESTRY],)), 3)
    monkeypatch.setattr("ingest.ranked._READ_ALL", 0)
    far = two.retriever.search("采购进度偏慢", Scope((ids(two)[FORESTRY],)), 3)
    assert far[0][0].id == near[0][0].id
    assert far[0][1] == pytest.approx(near[0][1])
    assert all(stored.report == ids(two)[FORESTRY] for stored, _ in far)


def test_the_department_and_year_named_narrow_the_search(two):
    found = two.retrieve("清河县水利局存在哪些问题")
    assert {stored.report for stored, _ in found} == {ids(two)[WATER]}
    assert two.retrieve("存在哪些问题", reports=(ids(two)[FORESTRY],))[0][0].report == ids(two)[FORESTRY]


@pytest.mark.parametrize("words", ["", '"', "a OR b", "NEAR(x)", "* :", "'); --", "inr0 of2021", "\0", "𠮷" * 500])
def test_hostile_words_do_not_break_the_search(two, words):
    two.retriever.search(words, Scope())
    two.retrieve(words)


def test_everyday_words_find_the_term():
    terms = dict(expansions("养车花了多少", default_lexicon()))
    assert "公务用车运行维护费" in terms
    assert all(0 < weight < 1 for weight in terms.values())


def test_a_term_that_is_said_isnt_added_again():
    assert "公务接待费" not in dict(expansions("公务接待的情况", default_lexicon()))
    assert "地址" not in dict(expansions("单位地址", default_lexicon()))
    assert "位于" in dict(expansions("单位地址", default_lexicon()))


def test_names_that_the_reports_use_are_added():
    names = {"州工信局": ("湘西自治州工业和信息化局",)}
    assert dict(expansions("州工信局的职责", default_lexicon(), names))["湘西自治州工业和信息化局"] > 0


def test_words_of_asking_and_known_names_weigh_little():
    light = light_grams("清河县水利局存在哪些问题", default_lexicon(), ("清河县水利局",))
    assert light["水利"] < 0.1
    assert light["哪些"] < 0.1
    assert "问题" not in light


def test_the_expansions_are_well_formed():
    assert all(word and all(forms) for word, forms in written().items())


def test_titles_and_header_rows_are_no_passages(real_docx):
    from ingest.read import read_report

    bundle = read_report(real_docx)
    texts = {"".join(passage.text.split()) for passage in bundle.passages}
    assert bundle.profile.title not in texts
    assert not any(text.startswith("机构名称收入合计") for text in texts)
    row = next(p for p in bundle.passages if (p.table, p.row) == (0, 11))
    assert "年度收入情况" in row.heading_path[-1]


def test_a_refused_question_about_the_text_points_at_what_is_nearest(two):
    answer = two.ask("食堂采购进度怎么样", reports=(ids(two)[FORESTRY],))
    assert answer.status is Status.NOT_FOUND
    assert "最接近的原文" in answer.text
    assert any("采购进度" in citation.quote for citation in answer.citations)
    assert not any(char.isdigit() for char in answer.text)


def test_llama_index_can_ask_and_retrieve(two):
    response = ReportQueryEngine(assistant=two).query("清河县水利局维修病险水库多少座")
    assert "6座" in str(response)
    assert response.metadata["status"] == "answered"
    assert response.source_nodes
    nodes = PassageRetriever(two, k=3).retrieve("采购进度偏慢")
    assert "采购进度偏慢" in nodes[0].node.get_content()


def test_llama_index_measures_the_retriever(two):
    """Its own metrics, as oracle for ours: the first passage answers."""
    from llama_index.core.evaluation.retrieval.metrics import MRR

    nodes = PassageRetriever(two, k=3).retrieve("采购进度偏慢")
    found = [node.node.node_id for node in nodes]
    assert MRR().compute(expected_ids=found[:1], retrieved_ids=found).score == 1.0
