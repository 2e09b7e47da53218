"""Reading apart: the same bundle, and whatever happens in there is one sentence here."""

import pytest

from ingest.apart import read_apart
from ingest.errors import UnreadableFileError
from ingest.read import read_report
from tests import wordfile


def test_it_reads_what_reading_here_does(samples):
    for path in samples.glob("*.docx"):
        apart, here = read_apart(path), read_report(path)
        assert apart.facts == here.facts
        assert apart.passages == here.passages
        assert repr(apart) == repr(here)


def test_refusals_come_through_word_for_word(tmp_path):
    bad = tmp_path / "坏.docx"
    bad.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(UnreadableFileError) as here:
        read_report(bad)
    with pytest.raises(UnreadableFileError) as apart:
        read_apart(bad)
    assert str(apart.value) == str(here.value)


@pytest.mark.parametrize(
    ("limits", "words"), [({"seconds": 0.01}, "已经停下"), ({"most": 60 * 1024**2}, "大.docx”.+请")]
)
def test_what_takes_too_long_or_too_much_is_stopped(tmp_path, limits, words):
    file = wordfile.write(tmp_path / "大.docx", wordfile.plain_table([["项目", "金额"], *([["甲", "1.5"]] * 20_000)]))
    with pytest.raises(UnreadableFileError, match=words):
        read_apart(file, **limits)


@pytest.mark.parametrize("name", ["SIGABRT", "SIGTRAP", "SIGSEGV", "SIGILL", "SIGKILL"])
def test_a_library_that_ends_its_process_is_a_sentence(tmp_path, monkeypatch, name):
    """Out of memory, pdfium ends by one signal or another, by machine; whichever it is, the user reads what to do."""
    file = wordfile.write(tmp_path / "a.docx", wordfile.p("编制12人。"))
    broken = tmp_path / "elsewhere"
    broken.mkdir()
    (broken / "lxml.py").write_text(f"import os, signal\nos.kill(os.getpid(), signal.{name})\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(broken))
    with pytest.raises(UnreadableFileError, match=r"已经停下.+请"):
        read_apart(file)


def test_a_crash_in_there_is_a_sentence(tmp_path, monkeypatch):
    file = wordfile.write(tmp_path / "a.docx", wordfile.p("编制12人。"))
    broken = tmp_path / "elsewhere"
    broken.mkdir()
    (broken / "lxml.py").write_text("raise SystemError('boom')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(broken))
    with pytest.raises(UnreadableFileError, match="没能读入"):
        read_apart(file)
