"""A figure question loads no model, no web framework, and opens no connection."""

import subprocess
import sys

CODE = """
import socket, sys
def refuse(*args, **kwargs):
    raise AssertionError("a connection was tried")
socket.socket.connect = refuse
socket.create_connection = refuse
socket.getaddrinfo = refuse
from assistant import Assistant
answer = Assistant.open(sys.argv[1]).ask("三公经费控制率是多少")
assert answer.values, answer
heavy = {"torch", "sentence_transformers", "chromadb", "llama_index", "llama_index.core", "gradio", "docx"} & set(sys.modules)
assert not heavy, heavy
"""


def test_a_figure_question_needs_neither_model_nor_network(two):
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(two.store.folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


TEXT = CODE.replace("三公经费控制率是多少", "食堂采购进度怎么样").replace(
    "assert answer.values", "assert answer.citations"
)


def test_a_question_about_the_text_needs_no_torch_with_the_bundled_model(tmp_path, samples):
    from assistant.vectors import reindex
    from ingest.pipeline import ingest_file
    from ingest.store import Store

    with Store.open(tmp_path / "s", write=True) as store:
        for file in samples.glob("*.docx"):
            ingest_file(store, file)
        reindex(store, "builtin")
    code = TEXT.replace(", answer\n", ", answer\nassert 'numpy' in sys.modules\n")
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "s")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_evaluation_is_reached_through_its_entry_point():
    command = [sys.executable, "-m", "assistant", "eval", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "samples" in done.stdout
