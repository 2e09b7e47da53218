"""Where the page listens and who gets in: addresses, paths, host names, old browsers, programs."""

import http.client
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from typer.testing import CliRunner

from assistant.cli import app as commands
from assistant.web.accounts import Accounts
from assistant.web.serving import Address, OldBrowsers, UnderPath, application, is_loopback, listen, too_old
from assistant.web.uploads import emptied, is_full, sweep, uploads_of
from ingest.errors import JixiaoError
from tests.serving import free_port, served

CHROME = "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.4147.89 Safari/537.36"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_this_machine_alone_needs_no_login(host):
    assert is_loopback(host)
    Address(host).check()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.9", "finance.example", ""])
def test_any_other_address_needs_a_login(host, tmp_path):
    assert not is_loopback(host)
    with pytest.raises(JixiaoError, match="--auth-file"):
        Address(host).check()
    Address(host, auth_file=tmp_path / "users").check()


@pytest.mark.parametrize("path, base", [("", "/"), ("/", "/"), ("jixiao", "/jixiao/"), ("/a/b/", "/a/b/")])
def test_the_base_of_links(path, base):
    assert Address(root_path=path).base == base


@pytest.mark.parametrize("path", ["http://x/jx", "/a b", "/a?b"])
def test_a_root_path_that_is_none_is_a_sentence(path):
    with pytest.raises(JixiaoError, match="--root-path"):
        Address(root_path=path).check()


def test_a_port_that_is_taken_is_a_sentence():
    port = free_port()
    held = listen(Address(port=port))
    held.listen()
    try:
        with pytest.raises(JixiaoError, match="--port"):
            listen(Address(port=port))
    finally:
        held.close()


def echo(request):
    return PlainTextResponse(f"{request.scope['root_path']}|{request.url.path}")


@pytest.mark.parametrize("asked", ["/jixiao/lite", "/lite"])
def test_the_path_is_whole_whether_or_not_a_proxy_takes_it_off(asked):
    site = UnderPath(Starlette(routes=[Route("/lite", echo)]), "/jixiao")
    assert TestClient(site).get(asked).text == "/jixiao|/jixiao/lite"


@pytest.mark.parametrize(
    "host, status",
    [
        ("127.0.0.1:80", 404), ("localhost", 404), ("[::1]:7860", 404), ("JIXIAO.local", 404), ("a.dept.gov.cn:80", 404),
        ("evil.example", 400), ("evil@127.0.0.1", 400), ("localhost/x", 400), ("127.0.0.1:abc", 400),
        ("127.0.0.1,localhost", 400), ("dept.gov.cn.evil.example", 400), ("", 400),
    ],
)  # fmt: skip
def test_a_foreign_name_does_not_reach_this_machine(host, status, tmp_path):
    client = TestClient(application(Address(names=("Jixiao.Local", "*.dept.gov.cn")), tmp_path))
    reply = client.get("/", headers={"host": host})
    assert reply.status_code == status
    if status == 400:
        assert "主机名" in reply.json()["detail"]
        assert "Invalid" not in reply.text


@pytest.mark.parametrize(
    "origin, status", [(None, 405), ("http://127.0.0.1:7860", 405), ("https://evil.example", 403), ("null", 403)]
)
def test_other_sites_cannot_send_here(origin, status, tmp_path):
    site = application(Address(), tmp_path)
    site.add_api_route("/gradio_api/upload", lambda: None)
    headers = {"host": "127.0.0.1:7860"} | ({"origin": origin} if origin else {})
    reply = TestClient(site).post("/gradio_api/upload", headers=headers)
    assert reply.status_code == status


@pytest.mark.parametrize(
    "agent, old",
    [
        (CHROME.format(84), True),
        (CHROME.format(85), False),
        (CHROME.format(156), False),
        ("Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko", True),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", False),
        ("gradio_client/2.7", False),
        ("", False),
    ],
)
def test_browsers_too_old_get_the_plain_page(agent, old):
    assert too_old(agent) is old
    site = UnderPath(OldBrowsers(Starlette(routes=[Route("/", echo), Route("/lite", echo)]), "/j"), "/j")
    client = TestClient(site, headers={"user-agent": agent}, follow_redirects=False)
    reply = client.get("/j/")
    assert (reply.status_code, reply.headers.get("location")) == ((303, "/j/lite") if old else (200, None))
    assert client.get("/j/lite").status_code == 200


@pytest.fixture(scope="module")
def server(tmp_path_factory, samples):
    with served(tmp_path_factory.mktemp("serving") / "s", "--samples", str(samples)) as running:
        yield running


def test_another_process_is_told_who_holds_the_store(server):
    store = server.process.args[server.process.args.index("--store") + 1]
    command = [sys.executable, "-m", "assistant", "serve", "--store", store, "--port", str(free_port())]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert second.returncode == 3
    assert f"进程号 {server.process.pid}" in second.stderr
    assert "Traceback" not in second.stderr


PROGRAM = """
import json, sys
from gradio_client import Client
client = Client(sys.argv[1], verbose=False)
answer = client.predict("2022年呢?", ["清河县水利局三公经费是多少"], [], api_name="/ask")
names = list(client.view_api(return_format="dict")["named_endpoints"])
print(json.dumps([answer, names]))
"""


def test_a_program_asks_by_gradios_client(server, two):
    ran = subprocess.run([sys.executable, "-c", PROGRAM, server.url], capture_output=True, text=True, check=True)
    answer, names = json.loads(ran.stdout.splitlines()[-1])
    mine = two.ask("2022年呢?", history=["清河县水利局三公经费是多少"]).to_json()
    assert {**answer, "ms": 0} == {**json.loads(json.dumps(mine)), "ms": 0}
    assert names == ["/ask"]


@pytest.mark.parametrize(
    "path",
    [
        "gradio_api/file=/etc/passwd",
        "gradio_api/file=app.py",
        "gradio_api/file=store.sqlite",
        "read/..%2f..%2fetc%2fpasswd",
    ],
)
def test_no_file_of_the_machine_is_served(server, path):
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(server.url + path)
    with error.value:
        assert error.value.code in (403, 404)


def configured(server):
    with urllib.request.urlopen(server.url + "config") as reply:
        config = json.loads(reply.read())
    return config, {one["props"].get("elem_id"): one["id"] for one in config["components"]}


def test_no_event_takes_what_a_browser_says_the_chat_shows(server):
    config, part = configured(server)
    assert part["jx-chat"] in {key for one in config["dependencies"] for key in one["outputs"]}
    assert part["jx-chat"] not in {key for one in config["dependencies"] for key in one["inputs"]}


def test_a_forged_file_of_the_machine_is_not_read(server, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("单位名称：绝密局", encoding="utf-8")
    config, part = configured(server)
    event = next(one for one in config["dependencies"] if [part["jx-upload"], "upload"] in one["targets"])
    file = {"path": str(secret), "orig_name": "a.txt", "meta": {"_type": "gradio.FileData"}}
    body = json.dumps({"data": [[file]], "fn_index": event["id"], "session_hash": "forged"}).encode()
    headers = {"Content-Type": "application/json"}
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(server.url + "gradio_api/queue/join", body, headers))
    assert refused.value.code == 422  # before anything of the framework's runs
    assert "只读从这个网页上传的文件" in refused.value.read().decode()
    assert secret.exists()


def test_an_upload_over_the_limit_is_refused_by_the_server_too(server):
    boundary = "x"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="a.docx"\r\n\r\n'.encode()

    def body():
        yield head
        for _ in range(101):
            yield bytes(1024 * 1024)
        yield f"\r\n--{boundary}--\r\n".encode()

    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Content-Length": str(101 * 1024**2 + 200)}
    try:
        connection.request("POST", "/gradio_api/upload", body(), headers)
        status = connection.getresponse().status
    except ConnectionError:  # it hung up on us
        status = 413
    finally:
        connection.close()
    assert status == 413


def test_abandoned_uploads_are_swept(tmp_path):
    for name, age in (("old", 700), ("fresh", 0), ("folder", 700)):
        path = tmp_path / name
        path.mkdir() if name == "folder" else path.write_bytes(b"x")
        os.utime(path, (time.time() - age,) * 2)
    (tmp_path / "folder" / "b.docx").write_bytes(b"x")
    os.utime(tmp_path / "folder", (time.time() - 700,) * 2)
    sweep(tmp_path, 600)
    sweep(tmp_path / "none", 600)
    assert [path.name for path in tmp_path.iterdir()] == ["fresh"]


def test_nothing_uploaded_outlives_the_server(tmp_path, samples):
    with served(tmp_path / "s", "--samples", str(samples)) as running:
        body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="b.docx"\r\n\r\nabc\r\n--x--\r\n'
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        request = urllib.request.Request(running.url + "gradio_api/upload", body, headers)
        with urllib.request.urlopen(request) as reply:
            (kept,) = json.loads(reply.read())
        folder = Path(kept).parent.parent
        assert folder == uploads_of(tmp_path / "s")
        assert Path(kept).read_bytes() == b"abc"
    assert not folder.exists()
    assert not (tmp_path / "s" / "lock.json").exists()


def test_accounts_are_made_by_a_command(tmp_path):
    users = tmp_path / "users"
    made = CliRunner().invoke(commands, ["passwd", str(users), "李会计"], input="一个足够长的口令\n一个足够长的口令\n")
    assert made.exit_code == 0, made.output
    assert "口令" not in users.read_text(encoding="utf-8").split(":")[1]
    assert Accounts.read(users).verify("李会计", "一个足够长的口令")
    again = CliRunner().invoke(
        commands, ["passwd", str(users), "李会计"], input="另一个足够长的口令\n另一个足够长的口令\n"
    )
    assert "已改" in again.output
    assert CliRunner().invoke(commands, ["passwd", str(users), "李会计", "--remove"]).exit_code == 0


def test_what_a_killed_server_left_is_gone_at_the_next_start(tmp_path, samples):
    with served(tmp_path / "s", "--samples", str(samples)) as running:
        body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="b.docx"\r\n\r\nabc\r\n--x--\r\n'
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        urllib.request.urlopen(urllib.request.Request(running.url + "gradio_api/upload", body, headers)).close()
        running.process.kill()
        running.process.wait()
    assert any(uploads_of(tmp_path / "s").rglob("b.docx"))
    with served(tmp_path / "s"):
        assert not any(uploads_of(tmp_path / "s").rglob("*.docx"))


def test_uploads_that_wait_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("assistant.web.uploads.MOST_WAITING", 10)
    with emptied(tmp_path / "uploads") as folder:
        assert not is_full(folder)
        (folder / "a").mkdir()
        (folder / "a" / "x.docx").write_bytes(b"0123456789")
        assert is_full(folder)
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()
    assert not is_full(folder)
    site = application(Address(), tmp_path)
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "x").write_bytes(b"0123456789")
    reply = TestClient(site).post("/gradio_api/upload", headers={"host": "127.0.0.1"})
    assert reply.status_code == 507
    assert "再上传" in reply.json()["detail"]


def test_a_long_question_is_refused_in_a_sentence(server):
    from urllib.parse import quote

    with urllib.request.urlopen(server.url + "lite?q=" + quote("三公经费" * 200)) as reply:
        assert "问题太长（800 个字）" in reply.read().decode("utf-8")


def test_a_small_request_costs_little_whatever_it_says(server):
    """Seven kilobytes once cost 39 seconds: a ratio to an ordinary question's time, in one run."""
    from urllib.parse import quote

    def seconds(query):
        started = time.perf_counter()
        with urllib.request.urlopen(server.url + "lite?" + query) as reply:
            reply.read()
        return time.perf_counter() - started

    plain = min(seconds("q=" + quote("三公经费是多少")) for _ in range(3))
    for unit in ("和三公经费", "（", "1", "减去公务接待费", "占", " ", "甲县民政局和"):
        long = quote((unit * 500)[:500])
        assert seconds(f"q={long}&h={long}&h={long}") < 100 * max(plain, 0.02), unit


@pytest.mark.parametrize(
    "path, sent, status",
    [
        ("read/x?start=-3", None, 422),
        ("read/x/y", None, 404),
        ("static/zz", None, 404),
        ("assets/zz", None, 404),
        ("gradio_api/heartbeat/x/y", None, 404),
        ("gradio_api/queue/join", b"{", 422),
        ("gradio_api/call/ask", b'{"data": 5}', 422),
        ("nowhere", b"{}", 404),
    ],
)
def test_what_a_framework_refuses_is_a_sentence_of_ours(server, path, sent, status):
    asked = urllib.request.Request(server.url + path, sent, {"Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(asked)
    with error.value as reply:
        assert reply.code == status
        said = json.loads(reply.read())["detail"]
    assert isinstance(said, str)
    assert said.endswith("。")
    assert not set("abcdefghij") & set(said)


@pytest.mark.parametrize(
    "forwarded, kept", [("evil.example", False), ("localhost:1", True), ("localhost, evil.example", False)]
)
def test_no_page_is_built_on_a_foreign_name_that_is_forwarded(server, forwarded, kept):
    asked = urllib.request.Request(server.url + "config", headers={"X-Forwarded-Host": forwarded})
    with urllib.request.urlopen(asked) as reply:
        root = json.loads(reply.read())["root"]
    assert ("localhost:1" in root) is kept
    assert "evil" not in root
