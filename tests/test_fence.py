"""The fence: nothing is fetched for a visitor, nothing unneeded is reachable, nothing large gets in, headers on all."""

import json
import os
import subprocess
import sys
import textwrap
import urllib.error
import urllib.parse
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from assistant.web.fence import MOST_BODY, MOST_UPLOAD, UPLOAD, Fence
from assistant.web.login import Sessions
from tests.serving import served

ROOT = Path(__file__).resolve().parents[1]


async def _echo(request):
    body = await request.body()
    return PlainTextResponse(f"{request.url.path} {len(body)}")


async def _careless(request):
    """Swallow whatever goes wrong with the body and answer all the same."""
    with suppress(ClientDisconnect):
        await request.body()
    return PlainTextResponse("fine")


@pytest.fixture
def fenced():
    paths = (
        "/",
        "/lite",
        "/read/{report}",
        "/gradio_api/queue/join",
        UPLOAD,
        "/secret",
        "/gradio_api/component_server",
    )
    routes = [Route(path, _echo, methods=["GET", "POST"]) for path in paths]
    site = Starlette(routes=[*routes, Route("/careless", _careless, methods=["POST"])])
    return TestClient(Fence(site, "", ("/lite", "/read/"), ("/careless",)))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200), ("GET", "/lite", 200), ("GET", "/lite/", 404), ("GET", "/read/r1", 200), ("GET", "/read/", 404),
        ("POST", "/gradio_api/queue/join", 200), ("GET", "/gradio_api/queue/join", 404), ("GET", "/secret", 404),
        ("POST", "/lite", 404), ("POST", "/gradio_api/component_server", 404), ("DELETE", "/", 404), ("PUT", "/lite", 404),
        ("GET", "/read/..%2f..%2fsecret", 404), ("GET", "/read/http:%2f%2fx", 404), ("GET", "/gradio_api/file=/etc/passwd", 404),
    ],
)  # fmt: skip
def test_only_what_the_pages_need_gets_in(fenced, method, path, status):
    reply = fenced.request(method, path, follow_redirects=False)
    allowed = {status, 307} if path.endswith("/") else {status}  # a router's own redirect to the path without a slash
    assert reply.status_code in allowed
    for name in ("x-content-type-options", "x-frame-options", "content-security-policy", "referrer-policy"):
        assert reply.headers[name], name


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/careless"])
def test_a_large_body_is_refused_whatever_it_declares(fenced, path):
    def chunks():
        for _ in range(MOST_BODY // 65536 + 2):
            yield b"x" * 65536

    for body in (b"x" * (MOST_BODY + 1), chunks()):
        reply = fenced.post(path, content=body, headers={"accept": "application/json"})
        assert reply.status_code == 413
        assert "太大" in reply.json()["detail"]
    assert fenced.post(path, content=b"x" * 1000).status_code == 200


def test_an_upload_may_be_larger_but_not_endless(fenced):
    assert fenced.post(UPLOAD, content=b"x" * (MOST_BODY * 2)).status_code == 200
    reply = fenced.post(UPLOAD, content=b"", headers={"content-length": str(MOST_UPLOAD + 1)})
    assert reply.status_code == 413


def test_a_page_s_own_narrower_policy_is_kept():
    def own(_request):
        return PlainTextResponse("x", headers={"Content-Security-Policy": "default-src 'none'"})

    client = TestClient(Fence(Starlette(routes=[Route("/", own)]), "", (), ()))
    assert client.get("/").headers["content-security-policy"] == "default-src 'none'"


CANARY = """
    import http.server, json, sys, threading, urllib.error, urllib.parse, urllib.request
    from pathlib import Path
    sys.path.insert(0, {root!r})
    from tests.serving import served

    hits = []

    class Canary(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            body = b"<script>alert(1)</script>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)
        do_POST = do_HEAD = do_GET
        def log_message(self, *_):
            pass

    canary = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=canary.serve_forever, daemon=True).start()
    bait = f"http://127.0.0.1:{{canary.server_port}}/bait"
    with served(Path({folder!r}) / "s", "--samples", {samples!r}) as site:
        with urllib.request.urlopen(site.url + "config") as reply:
            config = json.loads(reply.read())
        paths = json.loads({paths!r})
        seen = {{}}
        for path in paths:
            for method in ("GET", "HEAD", "POST"):
                file = {{"path": bait, "url": bait, "orig_name": "a.docx", "meta": {{"_type": "gradio.FileData"}}}}
                body = json.dumps({{"data": [[file]], "fn_index": 0, "session_hash": "c", "url": bait}}).encode()
                request = urllib.request.Request(
                    site.url + path.replace("BAIT", bait), body if method == "POST" else None,
                    {{"Content-Type": "application/json"}}, method=method)
                try:
                    with urllib.request.urlopen(request, timeout=10) as reply:
                        seen[f"{{method}} {{path}}"] = (reply.status, b"alert" in reply.read(10000))
                except urllib.error.HTTPError as error:
                    seen[f"{{method}} {{path}}"] = (error.code, b"alert" in error.read(10000))
        for dependency in config["dependencies"]:  # every event of the page, given the address as a file
            join = json.dumps({{"data": [[file]] * len(dependency["inputs"]), "fn_index": dependency["id"],
                               "session_hash": f"e{{dependency['id']}}"}}).encode()
            request = urllib.request.Request(site.url + "gradio_api/queue/join", join, {{"Content-Type": "application/json"}})
            try:
                urllib.request.urlopen(request, timeout=10).close()
                stream = site.url + f"gradio_api/queue/data?session_hash=e{{dependency['id']}}"
                with urllib.request.urlopen(stream, timeout=10) as reply:
                    next((line for line in reply if b"process_completed" in line or b"close_stream" in line), None)
            except (urllib.error.HTTPError, TimeoutError):
                pass
    print(json.dumps({{"hits": hits, "seen": seen}}))
"""


def test_the_server_fetches_nothing_for_anybody(tmp_path, samples):
    """In a network of its own, with a canary that counts: no route and no event makes the server ask anybody."""
    if subprocess.run(["unshare", "-n", "true"], check=False, capture_output=True).returncode:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must be able to make a network namespace")
        pytest.skip("a network namespace needs root")
    paths = [
        "gradio_api/file=BAIT", "file=BAIT", "gradio_api/proxy=BAIT", "proxy=BAIT", "gradio_api/file/BAIT", "static/BAIT",
        "gradio_api/component_server", "gradio_api/process_recording", "gradio_api/stream/x", "gradio_api/deep_link",
        "gradio_api/vibe-code", "gradio_api/run/predict", "gradio_api/api/predict", "gradio_api/runs", "runs", "monitoring",
        "gradio_api/call/ask?url=BAIT", "gradio_api/upload?url=BAIT", "custom_component/BAIT", "gradio_api/openapi.json",
        "gradio_api/dev/reload", "docs", "redoc", "openapi.json", "gradio_api/profiling/traces", "pwa_icon",
        "lite?q=BAIT", "read/BAIT", "evidence?key=BAIT", "answer.xlsx?q=BAIT",
    ]  # fmt: skip
    script = textwrap.dedent(CANARY).format(
        root=str(ROOT), folder=str(tmp_path), samples=str(samples), paths=json.dumps(paths)
    )
    command = f"ip link set lo up && exec '{sys.executable}' -c \"$SCRIPT\""
    done = subprocess.run(
        ["unshare", "-n", "sh", "-c", command], env={**os.environ, "SCRIPT": script, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["hits"] == []
    assert not [path for path, (_, reflected) in told["seen"].items() if reflected]
    open_ones = {path for path, (status, _) in told["seen"].items() if status < 400}
    ours = ("lite?q=BAIT", "evidence?key=BAIT", "answer.xlsx?q=BAIT")
    asking = {"POST gradio_api/call/ask?url=BAIT"}  # a program's question; the address in its query is nobody's
    assert open_ones <= asking | {f"{method} {path}" for method in ("GET", "HEAD") for path in ours}, open_ones


def test_every_page_of_the_site_has_its_headers(tmp_path, samples):
    with served(tmp_path / "s", "--samples", str(samples)) as site:
        for path in (
            "",
            "config",
            "lite",
            "lite/check",
            "page.css",
            "icon.svg",
            "nowhere",
            "theme.css",
            "answer.xlsx?q=%E4%B8%89",
        ):
            try:
                with urllib.request.urlopen(site.url + path) as reply:
                    headers = reply.headers
            except urllib.error.HTTPError as error:
                headers = error.headers
            assert headers["X-Content-Type-Options"] == "nosniff", path
            assert headers["X-Frame-Options"] == "DENY", path
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path


def test_logging_out_ends_the_session_on_the_server_and_after_a_restart(tmp_path):
    from assistant.web.accounts import Accounts, set_password

    users = tmp_path / "users"
    set_password(users, "李会计", "一个足够长的口令")
    sessions = Sessions.open(tmp_path, Accounts.read(users))
    one, other = sessions.issue("李会计"), sessions.issue("李会计")
    sessions.end(one)
    sessions.end("nonsense")
    assert (sessions.user(one), sessions.user(other)) == ("", "李会计")
    for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=":
        assert sessions.user(one[:-1] + last) == ""  # the last sign of a signature has bits to spare
        assert sessions.user(one + last) == ""
    again = Sessions.open(tmp_path, Accounts.read(users))
    assert (again.user(one), again.user(other)) == ("", "李会计")
    assert one not in (tmp_path / "session.ended").read_text(encoding="utf-8")
