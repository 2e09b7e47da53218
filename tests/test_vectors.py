"""Vectors in Chroma: built complete before use, found out when damaged, never on the way of a figure."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from assistant import chroma, vectors
from assistant.configured import configured
from assistant.core import Assistant
from assistant.embedding import BUNDLED
from assistant.vectors import VectorIndex, embed_new, reindex, switch_off
from ingest.errors import JixiaoError, StoreError
from ingest.model import Scope
from ingest.pipeline import ingest_file
from ingest.store import Store
from tests.models import static_model
from tests.wordfile import p, write

FIGURES = ("三公经费控制率是多少", "清河县水利局项目支出多少", "云岭市林业和草原局的公务接待费")
WORDS = "采购进度偏慢"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return static_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture
def store(tmp_path, samples, model):
    """Both samples with vectors of the tiny model, large enough for Chroma by decree."""
    with Store.open(tmp_path / "store", write=True) as held:
        for file in sorted(samples.glob("*.docx")):
            ingest_file(held, file)
        reindex(held, str(model))
        yield held


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(vectors, "_EXACT", 0)


def generation(store):
    return store.folder / "vectors" / store.setting("chroma")["folder"]


def index_file(store):
    return max(generation(store).rglob("*.bin"), key=lambda path: path.stat().st_size)


def figures(store):
    """The answers to figure questions as JSON, without how long they took."""
    assistant = Assistant.open(store)
    return [json.dumps(assistant.ask(q).to_json() | {"ms": 0}, ensure_ascii=False) for q in FIGURES]


def test_exact_and_chroma_find_the_same(store, monkeypatch):
    exact = VectorIndex(store).similarities(WORDS, Scope(), 3, ())
    monkeypatch.setattr(vectors, "_EXACT", 0)
    by_chroma = VectorIndex(store).similarities(WORDS, Scope(), 3, ())
    best = max(exact, key=exact.get)
    assert max(by_chroma, key=by_chroma.get) == best
    assert by_chroma[best] == pytest.approx(exact[best], abs=1e-3)
    assert "采购进度" in store.passages_by_id([best])[best].passage.text


def test_a_scope_keeps_to_its_reports(store, large):
    first, second = store.reports()
    for scope in (Scope((first.id,)), Scope((second.id,)), Scope(periods=(first.year,))):
        allowed = {r.id for r in store.reports() if r.id in scope.reports or r.year in scope.periods}
        near = VectorIndex(store).similarities("项目支出", scope, 5, ())
        assert {one.report for one in store.passages_by_id(list(near)).values()} <= allowed


def test_vectors_join_the_ranking(store):
    plain = Assistant.open(store)
    switch_off(store)
    without = dict((s.id, score) for s, score in plain.retriever.search(WORDS, Scope(), 5))
    reindex(store, BUNDLED)
    fused = dict((s.id, score) for s, score in Assistant.open(store).retriever.search(WORDS, Scope(), 5))
    assert next(iter(fused)) == next(iter(without))
    assert fused != without


def test_passages_without_a_known_word_have_no_vector_in_chroma(tmp_path, model):
    file = write(tmp_path / "丙山市林业局2023年部门决算.docx", p("预算支出。") + p("ⓧⓨⓩ ⓐⓑⓒ。"))
    with Store.open(tmp_path / "s", write=True) as held:
        ingest_file(held, file)
        passages = held.reports()[0].passages
        assert reindex(held, str(model)) < passages
        assert Assistant.open(held).retrieve("ⓧⓨⓩ")


def test_a_new_report_is_searched_with_vectors_at_once(tmp_path, samples, model, large):
    first, second = sorted(samples.glob("*.docx"))
    with Store.open(tmp_path / "s", write=True) as held:
        ingest_file(held, first)
        reindex(held, str(model))
        ingest_file(held, second)
        assert VectorIndex(held).similarities(WORDS, Scope(), 3, ()) is None, "no vectors yet: BM25 alone"
        embed_new(held)
        near = VectorIndex(held).similarities("项目", Scope(), 50, ())
        assert {one.report for one in held.passages_by_id(list(near)).values()} == {
            report.id for report in held.reports()
        }
        held.delete(held.reports()[0].id)
        near = VectorIndex(held).similarities(WORDS, Scope(), 50, ())
        assert {one.report for one in held.passages_by_id(list(near)).values()} == {held.reports()[0].id}
        assert len(held.passages_by_id(list(near))) == len(near), "nothing of the report that is gone"


def truncated(store):
    path = index_file(store)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def deleted(store):
    shutil.rmtree(store.folder / "vectors")


def garbled(store):
    path = index_file(store)
    path.write_bytes(os.urandom(path.stat().st_size))


def without_its_database(store):
    (generation(store) / "chroma.sqlite3").write_bytes(b"not a database" * 400)


@pytest.mark.parametrize("damage", [truncated, deleted, garbled, without_its_database])
def test_a_damaged_folder_is_said_and_rebuilt(store, large, damage):
    before, best = figures(store), Assistant.open(store).retrieve(WORDS)[0][0].id
    damage(store)
    assert not chroma.Generation.current(store).sound()
    assistant = Assistant.open(store)
    assert assistant.retrieve(WORDS)[0][0].id == best
    assert "jixiao reindex" in assistant.notice
    assert figures(store) == before
    assert vectors.repair(store)
    assert not vectors.repair(store, tried=True)
    assistant = Assistant.open(store)
    assert assistant.retrieve(WORDS)[0][0].id == best
    assert not assistant.notice
    assert figures(store) == before


def test_reading_in_a_report_mends_a_damaged_folder(store, tmp_path):
    folder = store.folder
    deleted(store)
    store.close()
    file = write(tmp_path / "丙山市林业局2023年部门决算.docx", p("预算支出。"))
    command = [sys.executable, "-m", "assistant", "ingest", str(file), "--store", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "已从存储重建" in done.stderr
    with Store.open(folder) as again:
        assert chroma.Generation.current(again).sound(tried=True)


def test_vectors_of_another_model_are_mended_too(store):
    """A reindex killed between its last two steps leaves the new model's generation beside the old model's name."""
    entry = configured(store)
    reindex(store, BUNDLED)
    reindex(store, entry["name"])
    store.record("chroma", store.setting("chroma") | {"model": "another"})
    assert vectors.repair(store)
    assert chroma.Generation.current(store).model == configured(store)["id"]


def test_switching_off_leaves_no_folder(store):
    switch_off(store)
    assert chroma.Generation.current(store) is None
    assert not (store.folder / "vectors").exists()
    assert Assistant.open(store).retrieve(WORDS)


def test_a_wedged_generation_is_given_up_in_time(store, large, monkeypatch):
    """A child that hangs on opening is killed, and the index counts as damaged."""
    assert chroma.Generation.current(store).sound(tried=True)
    monkeypatch.setattr(chroma, "_PROBE_SECONDS", 0.01)
    assert not chroma.Generation.current(store).sound(tried=True)


def test_a_generation_that_cannot_be_read_is_not_taken(store, monkeypatch):
    entry = store.setting("chroma")
    monkeypatch.setattr(chroma, "probe", lambda folder: False)
    with pytest.raises(JixiaoError, match="旧的仍在使用"):
        reindex(store)
    assert store.setting("chroma") == entry
    assert generation(store).is_dir()


def test_a_reindex_that_is_killed_leaves_the_old_vectors(store, tmp_path, large):
    """Killed at several moments, from before the first vector to after the last; the next one succeeds."""
    entry, best = configured(store), Assistant.open(store).retrieve(WORDS)[0][0].id
    folder = store.folder
    store.close()
    other = static_model(tmp_path / "other", dimension=8)
    code = f"""
import sys, time
from pathlib import Path
from assistant import vectors, chroma
slow = lambda work: lambda *a, **k: (time.sleep(0.05), work(*a, **k))[1]
vectors._write = slow(vectors._write)
chroma._open = slow(chroma._open)
from ingest.store import Store
store = Store.open(Path({str(folder)!r}), write=True)
print("ready", flush=True)
vectors.reindex(store, {str(other)!r})
"""
    for pause in (0.0, 0.1, 0.6, 1.2, 2.0):
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert child.stdout.readline() == "ready\n"
        time.sleep(pause)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        with Store.open(folder, write=True) as again:
            if configured(again) != entry:  # it was done before it was killed
                reindex(again, entry["name"])
            assistant = Assistant.open(again)
            assert assistant.retrieve(WORDS)[0][0].id == best
            assert not assistant.notice
    with Store.open(folder, write=True) as again:
        reindex(again, str(other))
        assert configured(again)["dimension"] == 8
        assert len([p for p in (folder / "vectors").iterdir() if p.is_dir()]) == 1


def test_only_one_process_reindexes_and_several_search(store):
    folder = store.folder
    with pytest.raises(StoreError, match="占用"):
        Store.open(folder, write=True)
    code = f"""
from assistant import vectors
from assistant.core import Assistant
vectors._EXACT = 0
assistant = Assistant.open({str(folder)!r})
for _ in range(5):
    assert assistant.retrieve({WORDS!r})
assert not assistant.notice, assistant.notice
"""
    children = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for child in children:
        _, said = child.communicate(timeout=120)
        assert child.returncode == 0, said


def test_the_command_rebuilds_switches_and_says_so(store, samples):
    folder = store.folder
    store.close()

    def run(*arguments):
        command = [sys.executable, "-m", "assistant", "reindex", "--store", str(folder), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert "建好向量" in run("--embedding", "builtin").stdout
    assert "建好向量" in run().stdout
    assert "不用检索向量" in run("--embedding", "off").stdout
    refused = run("--embedding", "BAAI/bge-small-zh-v1.5")
    assert refused.returncode == 3
    assert "拷到本机" in refused.stderr
    assert "Traceback" not in refused.stderr
