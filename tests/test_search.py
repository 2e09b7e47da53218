"""Passage search: grams, fusion with vectors of a small model made here, llama-index parts."""

import pytest

from assistant.core import Assistant
from assistant.engine import PassageRetriever, ReportQueryEngine
from assistant.vectors import VectorIndex
from ingest.errors import JixiaoError
from ingest.grams import grams
from ingest.model import Scope
from ingest.pipeline import ingest_file
from ingest.store import Store


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory):
    """A tiny static embedding over single characters, saved as a sentence-transformers folder."""
    import numpy
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    characters = "三公经费控制率预算决算支出收入问题存在的采购进度偏慢项目验收"
    vocabulary = {"[UNK]": 0} | {char: n for n, char in enumerate(dict.fromkeys(characters), 1)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    weights = numpy.eye(len(vocabulary), dtype="float32")
    weights[0] = 0
    folder = tmp_path_factory.mktemp("model") / "tiny"
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)]).save(str(folder))
    return folder


def test_grams_keep_figures_whole():
    assert grams("三公19.86%，1,802.42 5G") == ["三", "公", "三公", "19.86%", "1802.42", "5", "g"]


def test_passages_are_found_within_the_scope(two):
    reports = {r.organisation: r.id for r in two.store.reports()}
    found = two.retriever.search("采购进度偏慢", Scope((reports["云岭市林业和草原局"],)))
    assert "采购进度偏慢" in found[0][0].passage.text
    elsewhere = two.retriever.search("采购进度偏慢", Scope((reports["清河县水利局"],)))
    assert all(stored.report == reports["清河县水利局"] for stored, _ in elsewhere)


def test_hostile_words_do_not_break_the_search(two):
    for words in ("", '"', "a OR b", "NEAR(x)", "* :", "'); --"):
        two.retriever.search(words, Scope())


def test_vectors_join_the_search_and_age(tmp_path, samples, model_folder):
    from assistant.embedding import load_model

    first, second = sorted(samples.glob("*.docx"))
    with Store.open(tmp_path / "s", write=True) as store:
        ingest_file(store, first)
        model = load_model(str(model_folder))
        count = VectorIndex.build(store, model)
        assert 0 < count <= store.reports()[0].passages
        index = VectorIndex(store)
        near = index.neighbours("采购进度偏慢", Scope(), 3)
        assert near[0][1] == pytest.approx(1.0, abs=0.6)
        text = store.passages_by_id([near[0][0]])[near[0][0]].passage.text
        assert "采购进度" in text
        assert Assistant.open(store).retriever.search("采购进度偏慢", Scope())[0][0].id == near[0][0]
        ingest_file(store, second)  # the vectors are of an older state now
        assert not index.usable()
        assert index.neighbours("采购进度偏慢", Scope(), 3) == []
        VectorIndex.build(store, model)
        assert index.usable()
        reports = {r.name: r.id for r in store.reports()}
        within = index.neighbours("项目", Scope((reports[second.name],)), 5)
        held = store.passages_by_id([key for key, _ in within])
        assert {p.report for p in held.values()} == {reports[second.name]}
        assert len(list((store.folder / "vectors").glob("g*"))) == 1


@pytest.mark.parametrize("make", [lambda p: str(p / "nowhere"), lambda p: str(p), lambda p: "BAAI/bge-small-zh-v1.5"])
def test_what_is_no_model_folder_is_refused(tmp_path, make):
    from assistant.embedding import load_model

    with pytest.raises(JixiaoError, match="。"):
        load_model(make(tmp_path))


def test_llama_index_can_ask_and_retrieve(two):
    response = ReportQueryEngine(assistant=two).query("清河县水利局维修病险水库多少座")
    assert "6座" in str(response)
    assert response.metadata["status"] == "answered"
    assert response.source_nodes
    nodes = PassageRetriever(two, k=3).retrieve("采购进度偏慢")
    assert "采购进度偏慢" in nodes[0].node.get_content()
