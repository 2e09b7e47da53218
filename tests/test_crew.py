"""Several files read at once, apart: the same results in the same order, whatever one of the processes comes to."""

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from ingest.apart import Reader
from ingest.crew import Crew
from ingest.errors import UnreadableFileError
from ingest.pipeline import ingest
from ingest.store import Store
from tests import standin, wordfile


@pytest.fixture
def files(tmp_path, samples):
    """Reports, one twice, one that is none, an archive, a file that isn't there."""
    held = [shutil.copy(path, tmp_path / path.name) for path in sorted(samples.glob("*.docx"))]
    again = shutil.copy(held[0], tmp_path / "又一份.docx")
    bad = tmp_path / "坏.docx"
    bad.write_bytes(b"PK\x03\x04 broken")
    packed, inside = tmp_path / "附件.zip", tmp_path / "inside"
    inside.mkdir()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(standin.write(inside), "里面的.docx")
    return [held[0], again, bad, packed, tmp_path / "没有.docx", *held[1:]]


def told(tmp_path, name, files, jobs):
    with Store.open(tmp_path / name, write=True) as store:
        found = [(one.file, one.outcome, one.message, one.warnings) for one in ingest(store, files, jobs=jobs)]
        return found, [(report.name, report.facts, report.passages) for report in store.reports()]


@pytest.mark.parametrize("jobs", [1, 3])
def test_it_comes_to_what_reading_here_does(tmp_path, files, jobs):
    assert told(tmp_path, "apart", files, jobs) == told(tmp_path, "here", files, 0)


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """A library that ends, hangs or crashes in the process that reads the file whose name says so."""
    folder = tmp_path / "elsewhere"
    (folder / "docx").mkdir(parents=True)

    def of(body):
        (folder / "sitecustomize.py").write_text(
            "import ingest.read as r, os, time\n_read = r.read_report\ndef read(path):\n    "
            f"if '怪' in path.name:\n        {body}\n    return _read(path)\nr.read_report = read\n",
            encoding="utf-8",
        )
        monkeypatch.syspath_prepend(str(folder))

    return of


@pytest.mark.parametrize(
    ("body", "words"),
    [("os.kill(os.getpid(), 9)", "用尽了内存或出了故障"), ("raise MemoryError", "用尽了内存"), ("1 / 0", "没能读入")],
)
def test_a_file_that_ends_its_process_takes_no_other_with_it(tmp_path, broken, body, words):
    broken(body)
    names = ["甲.docx", "怪一.docx", "乙.docx", "怪二.docx", "丙.docx"]
    files = [wordfile.write(tmp_path / name, wordfile.p(f"编制{n + 12}人。")) for n, name in enumerate(names)]
    found, held = told(tmp_path, "s", files, 2)
    assert sorted(name for name, _, _ in held) == ["丙.docx", "乙.docx", "甲.docx"]
    assert all((words in message) == ("怪" in name) for name, _, message, _ in found)


def test_what_a_library_writes_gets_not_between(tmp_path, broken):
    broken("os.write(1, b'warning' * 99)")
    files = [wordfile.write(tmp_path / name, wordfile.p("编制12人。")) for name in ("怪.docx", "好.docx")]
    found, _ = told(tmp_path, "s", files, 1)
    assert [outcome.value for _, outcome, _, _ in found] == ["added", "unchanged"]


def test_a_process_that_ended_between_two_files_is_no_fault_of_the_second(tmp_path):
    files = [wordfile.write(tmp_path / f"{n}.docx", wordfile.p(f"编制{n}人。")) for n in (11, 12)]
    with Reader() as reader:
        assert reader.read(files[0]).facts
        os.kill(reader._process.pid, signal.SIGKILL)
        assert reader.read(files[1]).facts


def test_a_crew_that_is_sent_home_in_the_middle_ends_at_once(tmp_path, broken):
    broken("time.sleep(60)")
    files = [wordfile.write(tmp_path / f"怪{n}.docx", wordfile.p(f"编制{n}人。")) for n in range(3)]
    for pause in (0.0, 0.2, 1.0):
        crew = Crew(3)
        work = [crew.begin(file) for file in files]
        time.sleep(pause)
        begun = time.monotonic()
        crew.close()
        assert time.monotonic() - begun < 15
        assert all(one.done() for one in work)
        assert all(reader._process is None for reader in crew._readers)


def test_what_a_reading_made_is_put_away_when_it_is_ended(tmp_path, broken):
    """A converter of its own session, and the copy that it works on, would outlive a reader that is killed."""
    mark = tmp_path / "mark"
    broken(f"exec(\"try:\\n time.sleep(60)\\nfinally:\\n open({str(mark)!r}, 'w').close()\")")
    file = wordfile.write(tmp_path / "怪.docx", wordfile.p("编制12人。"))
    with Reader() as reader, pytest.raises(UnreadableFileError, match="没有读完"):
        reader.read(file, seconds=2)
    assert mark.exists()


def test_a_name_in_no_known_writing_is_read_and_told(tmp_path):
    good = os.fsdecode(os.fsencode(str(tmp_path)) + b"/\xb1\xa8.docx")
    wordfile.write(Path(good), wordfile.p("编制12人。"))
    with Reader() as reader:
        assert reader.read(Path(good)).facts
        Path(good).write_bytes(b"PK\x03\x04 broken")
        with pytest.raises(UnreadableFileError, match=r"损坏|不完整|没有传完整|打不开"):
            reader.read(Path(good))


def test_a_file_that_hangs_is_stopped_and_the_next_is_read(tmp_path, broken):
    broken("time.sleep(60)")
    files = [wordfile.write(tmp_path / name, wordfile.p("编制12人。")) for name in ("怪.docx", "好.docx")]
    with Reader() as reader:
        with pytest.raises(UnreadableFileError, match="没有读完"):
            reader.read(files[0], seconds=2)
        assert reader.read(files[1]).facts


@pytest.mark.skipif(not hasattr(os, "getppid") or sys.platform == "win32", reason="the system tells no parent's end")
def test_a_reading_process_ends_with_the_one_it_reads_for(tmp_path, broken):
    broken("time.sleep(60)")
    file = wordfile.write(tmp_path / "怪.docx", wordfile.p("编制12人。"))
    code = f"from pathlib import Path; from ingest.apart import read_apart; read_apart(Path({str(file)!r}))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen([sys.executable, "-P", "-c", code], env=environment)

    def reading(of=None):
        """Return the numbers of the processes that read, of all parents or of one."""
        listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
        held = [line.split(None, 2) for line in listed.splitlines() if "ingest.apart" in line]
        return {own for own, above, args in held if "-c" not in args.split() and of in (None, int(above))}

    before = time.monotonic()
    while not reading(parent.pid) and time.monotonic() - before < 20:
        time.sleep(0.1)
    own = reading(parent.pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    before = time.monotonic()
    while own & reading() and time.monotonic() - before < 20:
        time.sleep(0.1)
    assert own
    assert not own & reading()
