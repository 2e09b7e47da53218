"""A disk that is full, read-only or failing; a store whose making was cut off; who may read it."""

import multiprocessing
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time

import pytest

from ingest import database
from ingest.errors import StoreError
from ingest.store import Store
from tests import wordfile


@pytest.fixture
def small_disk(tmp_path):
    """Run a command where a folder is a small disk of its own; needs the right to mount, as CI has."""
    if subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must be able to mount")
        pytest.skip("mounting needs root")
    disk = tmp_path / "disk"
    disk.mkdir()

    def run(size, script):
        mount = f"mount -t tmpfs -o size={size} small '{disk}' && cd '{disk}' && {script}"
        command = ["unshare", "-m", "sh", "-c", mount]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    return run


JIXIAO = f"'{sys.executable}' -m assistant"


@pytest.fixture
def with_path(monkeypatch):
    from tests.test_architecture import ROOT

    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def one_sentence(done, words):
    assert words in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert "改名" not in done.stderr  # never the advice to put a healthy store aside


@pytest.mark.usefixtures("with_path")
def test_a_full_disk_is_said_and_the_store_stays_whole(small_disk, samples):
    """The first report fits; then the disk fills up, the second is refused in a sentence, the first still answers."""
    script = (
        f"{JIXIAO} ingest '{min(samples.glob('*.docx'))}' --store s >/dev/null 2>&1; "
        "dd if=/dev/zero of=rest bs=1k >/dev/null 2>&1; "
        f"{JIXIAO} ingest '{max(samples.glob('*.docx'))}' --store s; echo rc=$?; rm rest; "
        f"{JIXIAO} reports --store s --json"
    )
    done = small_disk("3m", script)
    assert "rc=3" in done.stdout, done
    one_sentence(done, "磁盘")
    assert done.stdout.count('"file"') == 1, done.stdout


@pytest.mark.usefixtures("with_path")
def test_no_room_for_a_store_at_all(small_disk, samples):
    done = small_disk("40k", f"{JIXIAO} ingest '{samples}' --store s; echo rc=$?")
    assert "rc=3" in done.stdout
    one_sentence(done, "磁盘")


@pytest.mark.usefixtures("with_path")
@pytest.mark.parametrize("room", [120, 240, 340, 400, 460])
def test_a_disk_that_fills_while_the_store_is_made_leaves_none(small_disk, samples, room):
    """At 340 to 480 KB the file was put in its place before its log was written back, and every command refused it."""
    ingest = f"{JIXIAO} ingest '{samples}' --store s"
    done = small_disk(f"{room}k", f"{ingest} >/dev/null 2>&1; mount -o remount,size=20m . && {ingest}; echo rc=$?")
    assert "rc=0" in done.stdout, done


@pytest.mark.usefixtures("with_path")
def test_a_read_only_folder_is_said(small_disk, samples):
    ingest = f"{JIXIAO} ingest '{samples}' --store s >/dev/null"
    read_only = "mount -o remount,ro . "
    for command in (
        "ingest /dev/null --store s",
        "remove 清河县 --store s",
        "reindex --store s",
        "ingest /dev/null --store t",
    ):
        done = small_disk("8m", f"{ingest} && {read_only} && {JIXIAO} {command}; echo rc=$?")
        assert "rc=3" in done.stdout, done
        one_sentence(done, "只读")


def test_every_cause_has_its_sentence(tmp_path):
    for code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY):
        error = sqlite3.OperationalError("x")
        error.sqlite_errorcode = code | 0x100  # extended codes are of the same cause
        sentence = str(database._sentence(error, tmp_path))
        assert "请" in sentence
        assert "改名" not in sentence


def _make_slowly(folder):
    Store.open(folder, write=True).close()


@pytest.mark.parametrize("moment", range(12))
def test_a_kill_while_a_store_is_made_leaves_nothing_to_refuse(tmp_path, moment):
    """Killed at any moment of its first creation, a store can be opened and written to afterwards."""
    folder = tmp_path / "s"
    child = multiprocessing.get_context("fork").Process(target=_make_slowly, args=(folder,))
    child.start()
    time.sleep(moment * 0.004)
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    with Store.open(folder, write=True) as store:
        assert store.reports() == []
    with Store.open(folder) as store:
        assert store.generation() == 0


@pytest.mark.parametrize("halfway", [b"", "tables"])
def test_a_half_made_store_of_before_is_made_anew(tmp_path, halfway):
    """What a kill used to leave: an empty file, or tables without a version."""
    folder = tmp_path / "s"
    folder.mkdir()
    if halfway == b"":
        (folder / database.FILE).write_bytes(b"")
    else:
        with sqlite3.connect(folder / database.FILE) as connection:
            connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
            connection.execute("CREATE TABLE reports (id TEXT)")
        connection.close()
    with Store.open(folder, write=True) as store:
        assert store.generation() == 0


def test_somebody_else_s_database_is_not_overwritten(tmp_path):
    folder = tmp_path / "s"
    folder.mkdir()
    with sqlite3.connect(folder / database.FILE) as connection:
        connection.execute("CREATE TABLE theirs (a TEXT)")
    connection.close()
    with pytest.raises(StoreError):
        Store.open(folder, write=True)
    with sqlite3.connect(folder / database.FILE) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchone() == ("theirs",)
    connection.close()


@pytest.mark.skipif(os.name != "posix", reason="file modes are of POSIX")
def test_a_store_is_private_to_its_owner(tmp_path):
    from ingest.pipeline import ingest_file

    before = os.umask(0)
    try:
        with Store.open(tmp_path / "s", write=True) as store:
            ingest_file(store, wordfile.write(tmp_path / "a.docx", wordfile.p("编制12人。")))
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "s").iterdir()}
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o700
    assert {mode for mode in modes.values()} == {0o600}, modes
