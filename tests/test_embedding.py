"""Embedding models: the bundled one, static folders, transformers with their instructions, rerankers, bad folders."""

import json
import shutil
import subprocess
import sys
import time

import numpy
import pytest

from assistant.configured import configured
from assistant.core import Assistant
from assistant.embedding import BUNDLED, StaticEncoder, bundled_folder, fingerprint, load_encoder
from assistant.engine import ModelEmbedding
from assistant.rerank import LazyReranker, set_reranker
from assistant.vectors import VectorIndex, reindex, switch_off
from ingest.errors import JixiaoError
from ingest.model import Scope
from ingest.pipeline import ingest_file
from ingest.store import Store
from tests.models import reranker_model, static_model, transformer_model

TEXTS = ["三公经费控制率是多少", "存在的问题有哪些", "采购进度偏慢", "公务用车运行维护费", "12.5%", ""]


@pytest.fixture(scope="module")
def transformer(tmp_path_factory):
    return transformer_model(tmp_path_factory.mktemp("transformer"))


@pytest.fixture(scope="module")
def reranker(tmp_path_factory):
    return reranker_model(tmp_path_factory.mktemp("reranker"))


@pytest.fixture
def store(tmp_path, samples):
    with Store.open(tmp_path / "store", write=True) as held:
        for file in sorted(samples.glob("*.docx")):
            ingest_file(held, file)
        yield held


def test_the_bundled_model_is_small_and_has_its_card():
    folder = bundled_folder()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert size <= 5_000_000
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert all(word in card for word in ("训练", "语料", "局限", "不是句子"))


def test_the_bundled_model_loads_in_sentence_transformers_with_the_same_vectors():
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(bundled_folder()), device="cpu")
    assert [type(module).__name__ for module in model] == ["StaticEmbedding", "Normalize"]
    ours = load_encoder(BUNDLED).passages(TEXTS)
    theirs = numpy.nan_to_num(model.encode(TEXTS))
    assert numpy.abs(ours - theirs).max() < 1e-6


def test_what_has_no_known_word_is_the_zero_vector():
    encoder = load_encoder(BUNDLED)
    assert not encoder.passages(["", "12.5%", "ⓍⓎⓏ\0"])[:2].any()
    assert encoder.query("三公经费").any()


def test_terms_that_go_together_are_near():
    """A term model: 养车 is nearer to what it means than to other terms."""
    encoder = load_encoder(BUNDLED)
    words = encoder.passages(["会议培训", "会议费培训费", "森林防火", "病险水库"])
    near = words @ words[0]
    assert near[1] == max(near[1:])


def test_a_static_folder_without_normalise_is_read_too(tmp_path):
    folder = static_model(tmp_path / "static")
    encoder = load_encoder(str(folder))
    assert isinstance(encoder, StaticEncoder)
    assert numpy.linalg.norm(encoder.query("采购进度")) == pytest.approx(1)


def test_a_transformer_is_read_and_its_vectors_are_unit(transformer):
    encoder = load_encoder(str(transformer))
    vectors = encoder.passages(TEXTS)
    assert vectors.shape == (len(TEXTS), 16)
    assert numpy.linalg.norm(vectors[0]) == pytest.approx(1)
    assert numpy.allclose(encoder.query(TEXTS[0]), vectors[0], atol=1e-5)


def test_a_models_own_instruction_is_honoured(tmp_path, transformer):
    prompted = transformer_model(tmp_path / "prompted", {"query": "query"})
    plain, own = load_encoder(str(transformer)), load_encoder(str(prompted))
    assert numpy.allclose(own.query("预算"), plain.passages(["query预算"])[0], atol=1e-5)
    assert not numpy.allclose(own.query("预算"), own.passages(["预算"])[0], atol=1e-3)


def test_a_known_familys_instruction_is_used_where_the_folder_has_none(tmp_path, transformer):
    folder = tmp_path / "bge-small-zh-v1.5"
    shutil.copytree(transformer, folder)
    expected = load_encoder(str(transformer)).passages(["为这个句子生成表示以用于检索相关文章：预算"])[0]
    assert numpy.allclose(load_encoder(str(folder)).query("预算"), expected, atol=1e-5)
    given = load_encoder(str(folder), "query").query("预算")
    assert numpy.allclose(given, load_encoder(str(transformer)).passages(["query预算"])[0], atol=1e-5)


def test_a_store_records_its_model_and_searches_by_it(store, transformer):
    assert configured(store) is None
    count = reindex(store, str(transformer), "query")
    entry = configured(store)
    assert entry["name"] == str(transformer)
    assert (entry["dimension"], entry["instruction"]) == (16, "query")
    assert 0 < count <= sum(report.passages for report in store.reports())
    assert VectorIndex(store).similarities("采购进度", Scope(), 3, ())
    assert reindex(store) == count, "the store's own model, for none named"
    assert configured(store) == entry
    switch_off(store)
    assert configured(store) is None
    assert VectorIndex(store).similarities("采购进度", Scope(), 3, ()) is None


@pytest.mark.parametrize(
    "make", [lambda p: p / "nowhere", lambda p: p, lambda p: "BAAI/bge-small-zh-v1.5", lambda p: "a b\0c"]
)
def test_what_is_no_model_is_refused(tmp_path, make):
    with pytest.raises(JixiaoError, match="。"):
        load_encoder(str(make(tmp_path)))


def test_a_broken_folder_is_refused(tmp_path):
    folder = static_model(tmp_path / "static")
    next(folder.rglob("model.safetensors")).write_bytes(b"\0" * 100)
    with pytest.raises(JixiaoError, match="拷贝完整"):
        load_encoder(str(folder))
    (folder / "modules.json").write_text("[", encoding="utf-8")
    with pytest.raises(JixiaoError, match="。"):
        load_encoder(str(folder))


def test_a_hub_name_without_network_fails_at_once():
    code = "from assistant.embedding import load_encoder; load_encoder('BAAI/bge-small-zh-v1.5')"
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert "拷到本机" in done.stderr
    assert time.monotonic() - started < 30


def test_another_model_under_the_same_name_is_noticed(store, tmp_path):
    folder = static_model(tmp_path / "model")
    reindex(store, str(folder))
    before = fingerprint(str(folder))
    shutil.rmtree(folder)
    static_model(folder, dimension=8)
    assert fingerprint(str(folder)) != before
    assistant = Assistant.open(store)
    assert assistant.retrieve("采购进度偏慢")[0][0]
    assert "jixiao reindex" in assistant.notice
    shutil.rmtree(folder)
    assistant = Assistant.open(store)
    assert assistant.retrieve("采购进度偏慢")
    assert "拷到本机" in assistant.notice


def test_a_reranker_orders_what_was_found(store, reranker):
    plain = Assistant.open(store).retrieve("采购进度偏慢", k=5)
    set_reranker(store, str(reranker))
    assistant = Assistant.open(store)
    ranked = assistant.retrieve("采购进度偏慢", k=5)
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True)
    assert scores != [score for _, score in plain]
    assert not assistant.notice
    set_reranker(store, "")
    assert [s.id for s, _ in Assistant.open(store).retrieve("采购进度偏慢", k=5)] == [s.id for s, _ in plain]


def test_a_reranker_that_is_gone_leaves_the_order(store, reranker, tmp_path):
    plain = Assistant.open(store).retrieve("采购进度偏慢", k=5)
    copy = tmp_path / "copy"
    shutil.copytree(reranker, copy)
    set_reranker(store, str(copy))
    shutil.rmtree(copy)
    assistant = Assistant.open(store)
    assert assistant.retrieve("采购进度偏慢", k=5) == plain
    assert "重排模型" in assistant.notice
    with pytest.raises(JixiaoError, match="重排模型"):
        set_reranker(store, str(tmp_path))
    assert LazyReranker(store)("问", []) is None


def test_llama_index_has_our_models(transformer):
    embedding = ModelEmbedding(load_encoder(str(transformer)))
    assert len(embedding.get_text_embedding("预算")) == 16
    assert embedding.get_query_embedding("预算") == pytest.approx(embedding.get_text_embedding("预算"), abs=1e-5)


def test_the_model_is_trained_by_its_script(tmp_path):
    """The whole recipe on a few texts: every step is told, and the folder loads."""
    from eval.embedding.build import Recipe, build
    from eval.embedding.data import TrainingData

    texts = tuple(
        f"预算支出第{n}项用于森林防火和造林绿化，资金由财政部门拨付并按期验收。" for n in "一二三四五六七八" * 80
    )
    pairs = tuple((text[:9], text[9:]) for text in texts)
    steps = []
    recipe = Recipe(pieces=60, dimension=8, epochs=1)
    build(TrainingData(texts, pairs), tmp_path / "a", recipe, lambda *step: steps.append(step))
    assert load_encoder(str(tmp_path / "a")).query("森林防火").shape == (8,)
    assert {what for what, _, _ in steps} == {"分词", "共现分解", "对比训练"}
    assert json.loads((tmp_path / "a" / "modules.json").read_text(encoding="utf-8"))[0]["type"].endswith(
        "StaticEmbedding"
    )
