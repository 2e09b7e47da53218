"""Files and requests that an attacker made: each is refused in a sentence, in time, and leaves nothing behind."""

import asyncio
import io
import json
import logging
import os
import subprocess
import sys
import time
import zipfile

import openpyxl
import pytest

from assistant.web import accounts, login
from assistant.web.fence import Fence
from assistant.web.uploads import BROKEN_OFF, is_full
from ingest import scratch as scratches
from ingest.errors import UnreadableFileError
from ingest.limits import MAX_CHARACTERS
from ingest.pipeline import Outcome, ingest
from ingest.read import read_document, read_report
from ingest.store import Store


def sent(fence, path, body):
    """Return (the status that a request is answered with, whether it reached the application)."""
    reached, answers = [], []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        answers.append(message)

    async def run():
        scope = {
            "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
            "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())],
            "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 9), "http_version": "1.1",
        }  # fmt: skip
        await fence(scope, receive, send)

    async def app(scope, receive, send):
        reached.append(await receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    fence._app = app
    asyncio.run(run())
    return answers[0]["status"], bool(reached) and reached[0]["body"] == body


@pytest.mark.parametrize(
    "path",
    [
        "http://93.184.216.34/a.docx", "https://x.org/a", " http://x/a", "HTTP://x/a", "file:///etc/passwd", "//x/a",
        "/etc/passwd", "UPLOADS/../store.sqlite", "relative.docx", "", 7, ["http://x/a"], {"path": "http://x/a"}, "\0",
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["", "/"])
@pytest.mark.parametrize("event", ["/gradio_api/queue/join", "/gradio_api/call/ask"])
def test_an_event_can_name_no_file_but_an_upload(tmp_path, event, end, path):
    """A file given by its address was fetched, unbounded, into the store."""
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    named = path.replace("UPLOADS", str(uploads)) if isinstance(path, str) else path
    fence = Fence(None, "", [], [], uploads=uploads)
    body = json.dumps({"fn_index": 33, "data": [[{"path": named, "meta": {"_type": "gradio.FileData"}}]]}).encode()
    assert sent(fence, event + end, body) == (422, False)


def test_an_event_may_name_an_upload_or_no_file(tmp_path):
    uploads = tmp_path / "uploads"
    (uploads / "a").mkdir(parents=True)
    fence = Fence(None, "", [], [], uploads=uploads)
    for data in ([[{"path": str(uploads / "a" / "x.docx")}]], ["三公经费多少", [], []], [{"path": None}], "http://x"):
        assert sent(fence, "/gradio_api/queue/join", json.dumps({"data": data}).encode()) == (200, True), data


def zipped(members):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return held.getvalue()


def test_archives_in_an_archive_share_its_room(tmp_path, monkeypatch):
    """Each had 512 MB of its own, and nothing was deleted before the end."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    inner = zipped({f"{n}.txt": b" " * 60_000_000 for n in range(3)})
    (tmp_path / "a.zip").write_bytes(zipped({f"{n}.zip": inner for n in range(6)}))
    most = 0
    with Store.open(tmp_path / "s", write=True) as store:
        results = []
        for result in ingest(store, [tmp_path / "a.zip"]):
            results.append(result)
            most = max(most, sum(p.stat().st_size for p in tmp_path.glob("jixiao-*/**/*") if p.is_file()))
    assert results[-1].outcome is Outcome.FAILED
    assert "过多或过大" in results[-1].message
    assert most < 100_000_000
    assert not list(tmp_path.glob("jixiao-*"))


@pytest.mark.parametrize("blank", [" ", "\n", "字"])
def test_a_text_has_the_length_of_a_report(tmp_path, blank):
    """A text of 30 million characters, 88 KB in a zip, took 8 GB of the serving process."""
    path = tmp_path / "a.txt"
    path.write_text("某局2023年决算\n" + blank * (2 * MAX_CHARACTERS), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="万字的上限"):
        read_document(path)


@pytest.mark.parametrize(
    "written",
    [
        '<mergeCell ref="{}"/>',
        '<y:mergeCell xmlns:y="{ns}" ref="{}"/>',
        '<mergeCell ref = "{}" />',
        "<mergeCell a='" + "x" * 300 + "' ref='{}'/>",
        '<mergeCell ref="&#65;{}"/>',
    ],
)
@pytest.mark.parametrize("area", ["A1:XFD1048576", "A1:A1048576", "B2:ZZ99999"])
def test_a_merge_over_the_whole_sheet_is_refused(tmp_path, area, written):
    """A workbook of 1.5 KB took 5 GB: each cell of a merged range is made."""
    book = openpyxl.Workbook()
    book.active["A1"] = "某局2023年决算"
    book.save(tmp_path / "b.xlsx")
    with zipfile.ZipFile(tmp_path / "b.xlsx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"]
    named = area[1:] if "&#65;" in written else area
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cell = written.replace("{ns}", namespace).replace("{}", named)
    merge = f'<mergeCells count="1">{cell}</mergeCells>'.encode()
    members["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", b"</sheetData>" + merge)
    (tmp_path / "a.xlsx").write_bytes(zipped(members))
    started = time.perf_counter()
    with pytest.raises(UnreadableFileError, match="上限"):
        read_document(tmp_path / "a.xlsx")
    assert time.perf_counter() - started < 10


def test_tall_cells_cost_what_their_table_is_large(tmp_path):
    """Rows that each begin a cell of a thousand rows took the cube of their number: as grid it is the square."""

    def seconds(rows):
        path = tmp_path / f"{rows}.html"
        row = "<tr><td rowspan=1000>1</td><td>办公费</td></tr>"
        path.write_text(f"<html><body><p>某局2023年决算</p><table>{row * rows}</table></body></html>")
        started = time.process_time()
        read_report(path)
        return time.process_time() - started

    seconds(50)
    assert seconds(480) < 6 * seconds(240)


def test_what_a_killed_reading_left_goes_with_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    script = "import os, signal\nfrom ingest.scratch import scratch\nwith scratch() as f:\n    os.kill(os.getpid(), signal.SIGKILL)"
    subprocess.run([sys.executable, "-c", script], check=False, env={**os.environ, "TMPDIR": str(tmp_path)})
    left = list(tmp_path.glob("jixiao-*"))
    assert len(left) == 1
    (tmp_path / "jixiao-99999999999999999999-x").mkdir()
    with scratches.scratch():
        assert left[0].exists()  # young: in another container its process could not be seen
    for path in tmp_path.glob("jixiao-*"):
        os.utime(path, (time.time() - 2 * scratches._SPARED,) * 2)
    with scratches.scratch() as own, scratches.scratch() as other:
        assert not left[0].exists()
        assert own.exists()
        assert other.exists()
    assert not list(tmp_path.glob("jixiao-*"))


def test_a_key_is_made_whole_or_not_at_all(tmp_path, monkeypatch):
    """A kill between making the file and writing it left an empty key, and the server refused to start."""
    path = tmp_path / "session.key"
    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.write_bytes", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            login._key(path)
    assert not path.exists()
    assert login._key(path) == login._key(path)
    assert path.stat().st_mode & 0o077 == 0


def test_an_accounts_file_that_others_can_read_is_said(tmp_path, caplog):
    from assistant.web.serving import Address, application

    path = tmp_path / "users"
    accounts.set_password(path, "李会计", "一个够长的口令123")
    path.chmod(0o644)
    with caplog.at_level(logging.WARNING):
        application(Address("127.0.0.1", 7860, auth_file=path), tmp_path)
    assert any(str(path) in record.getMessage() for record in caplog.records)


def test_uploads_that_were_broken_off_make_room(tmp_path, monkeypatch):
    """Those broken off lay for an hour, and an honest upload was refused."""
    monkeypatch.setattr("assistant.web.uploads.MOST_WAITING", 1000)
    (tmp_path / "tmpabc").write_bytes(b"x" * 2000)
    assert is_full(tmp_path)
    (tmp_path / "tmpdef").write_bytes(b"x")
    old = time.time() - 2 * BROKEN_OFF
    os.utime(tmp_path / "tmpabc", (old, old))
    assert is_full(tmp_path)  # the second file of the same request is still being sent
    os.utime(tmp_path / "tmpdef", (old, old))
    assert not is_full(tmp_path)
    assert not (tmp_path / "tmpabc").exists()


def test_an_upload_cut_off_because_the_store_is_full_is_told_so(tmp_path):
    """Whoever was cut off because others had filled it was told that the question was too long."""
    fence = Fence(None, "", [], [], full=iter([False, True, True]).__next__)
    answers, parts = [], iter([b"x" * 40_000_000] * 3)

    async def receive():
        return {"type": "http.request", "body": next(parts, b""), "more_body": True}

    async def send(message):
        answers.append(message)

    async def app(scope, receive, send):
        while (await receive())["type"] == "http.request":
            pass
        raise OSError("hung up")

    fence._app = app
    scope = {
        "type": "http", "method": "POST", "path": "/gradio_api/upload", "raw_path": b"", "query_string": b"", "root_path": "",
        "headers": [], "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 9), "http_version": "1.1",
    }  # fmt: skip
    asyncio.run(fence(scope, receive, send))
    assert answers[0]["status"] == 507
