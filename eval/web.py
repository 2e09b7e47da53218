"""Benchmarks of the web page: how soon it stands, answers and lights a cell, and how it bears many visitors."""

from __future__ import annotations

import http.client
import json
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import typer

from eval.reading import sized_report
from eval.stats import percentile
from ingest.pipeline import ingest_file
from ingest.store import Store

QUESTIONS = (
    "三公经费是多少？", "三公经费比上年增减多少？", "公务接待费预算数是多少？", "项目支出多少？", "存在哪些问题？",
    "基本支出占总支出的比例是多少？", "编制人数和在职人数分别是多少？", "哪些指标没有完成目标？", "单位地址在哪里？",
    "净利润是多少？",
)  # fmt: skip
_PAGES = 100
_ROUNDS = 20
_WARM = 10
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
#: Measured in the page itself, from the key or click to what it brings.
_WATCH = """(() => {
  const seen = window.measured = {};
  const answers = () => document.querySelectorAll("#jx-chat .jx-answer").length;
  let asked = 0, before = 0, clicked = 0, old = null;
  document.addEventListener("keydown", e => {
    if (e.key === "Enter") { asked = performance.now(); before = answers(); } }, true);
  document.addEventListener("click", e => { if (e.target.closest("a.jx-cite")) {
    clicked = performance.now(); old = document.getElementById("jx-lit"); } }, true);
  new MutationObserver(() => {
    const lit = document.getElementById("jx-lit");
    if (asked && answers() > before) { seen.answer = performance.now() - asked; asked = 0; }
    if (clicked && lit && lit !== old) { seen.evidence = performance.now() - clicked; clicked = 0; }
  }).observe(document.documentElement, { childList: true, subtree: true });
})()"""


@dataclass(slots=True)
class Load:
    """What visitors who all ask at once met: seconds an answer, and what went wrong."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Server:
    """A running page."""

    port: int
    process: subprocess.Popen[bytes]
    started: float

    @property
    def url(self) -> str:
        """Where it answers, with a slash at the end."""
        return f"http://127.0.0.1:{self.port}/"

    def megabytes(self) -> float:
        """Return the memory that its process holds now (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


def bench_web(report: Path, visitors: int, seconds: int) -> None:
    """Print the page's timings on one report, with a hundred-page one beside it, and its bearing under load."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Store.open(folder / "one", write=True) as store:
            ingest_file(store, report)
        with Store.open(folder / "long", write=True) as store:
            long = ingest_file(store, sized_report(folder, _PAGES)).report
        with _running(folder / "one") as server:
            typer.echo(f"启动到能应答：{server.started:.2f} 秒（含载入程序）")
            _in_browser(server)
            _under_load(server, visitors, seconds)
        with _running(folder / "long") as server:
            _long_reading(server, long)


@contextmanager
def _running(store: Path) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "assistant", "serve", "--store", str(store), "--port", str(port)]
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            try:
                _get(port, "/config")
                break
            except OSError:
                time.sleep(0.02)
        yield Server(port, process, time.perf_counter() - begun)
    finally:
        process.terminate()
        process.wait(20)


def _get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


def _in_browser(server: Server) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        typer.echo("没有 Chromium，浏览器里的计时略过。")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser, args=_FLAGS)
        ready = [_opened(launched, server.url) for _ in range(5)]
        typer.echo(f"页面可用：头一次 {ready[0]:.2f} 秒，其后中位数 {statistics.median(ready[1:]):.2f} 秒")
        page = launched.new_page()
        page.goto(server.url)
        page.evaluate(_WATCH)
        page.wait_for_selector("html[data-jx=ready]", state="attached")
        answers, evidence = [], []
        for number in range(_ROUNDS):
            page.fill("#jx-ask textarea", QUESTIONS[number % len(QUESTIONS)])
            page.keyboard.press("Enter")
            answers.append(_measured(page, "answer"))
            links = page.locator("#jx-chat .jx-answer").last.locator("a.jx-cite")
            page.wait_for_timeout(300)
            if links.count():
                links.last.click()
                evidence.append(_measured(page, "evidence"))
        launched.close()
    for name, times in (("回车到答案", answers), ("点出处到标出的格", evidence)):
        typer.echo(
            f"{name}：p50 {percentile(times, 50):.0f} 毫秒，p95 {percentile(times, 95):.0f} 毫秒（{len(times)} 次）"
        )


def _opened(browser: Any, url: str) -> float:
    context = browser.new_context()
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(url)
    page.wait_for_selector("html[data-jx=ready]", state="attached")
    seconds = time.perf_counter() - begun
    context.close()
    return seconds


def _measured(page: Any, what: str) -> float:
    page.wait_for_function(f"window.measured.{what} !== undefined")
    milliseconds: float = page.evaluate(f"(() => {{ const t = measured.{what}; delete measured.{what}; return t }})()")
    return milliseconds


def _under_load(server: Server, visitors: int, seconds: int) -> None:
    """Let visitors ask without a pause between questions; memory is compared once all have warmed up."""
    load, until = Load(), time.perf_counter() + _WARM + seconds
    config = json.loads(_get(server.port, "/config"))
    threads = [threading.Thread(target=_visit, args=(server.port, config, load, until, n)) for n in range(visitors)]
    for thread in threads:
        thread.start()
    time.sleep(_WARM)
    warm, counted = server.megabytes(), len(load.times)
    for thread in threads:
        thread.join()
    times = [one * 1000 for one in load.times[counted:]]
    typer.echo(
        f"{visitors} 人同时不停地问 {seconds} 秒：{len(times)} 答，出错 {len(load.errors)}，"
        f"p50 {percentile(times, 50):.0f} 毫秒，p95 {percentile(times, 95):.0f} 毫秒，"
        f"内存 {warm:.0f} → {server.megabytes():.0f} MB"
    )
    for error in load.errors[:3]:
        typer.echo(f"  {error}")


class _Visitor:
    """A window on the page that speaks to it as the page's own script does."""

    def __init__(self, port: int, config: dict[str, Any]) -> None:
        self._port = port
        self._session = secrets.token_hex(6)
        self._components = {one["id"]: one for one in config["components"]}
        self._box = self._named("jx-ask")
        self._chat = self._named("jx-chat")
        events = config["dependencies"]
        self._ask = next(one for one in events if [self._box, "submit"] in one["targets"])
        self._clear = next(one for one in events if [self._chat, "clear"] in one["targets"])

    def _named(self, name: str) -> int:
        return next(int(key) for key, one in self._components.items() if one["props"].get("elem_id") == name)

    def clear(self) -> None:
        """Start a new conversation."""
        self._send(self._clear, {})

    def ask(self, question: str) -> None:
        """Ask a question and wait for its answer; raises ``ValueError`` when the page fails."""
        self._send(self._ask, {self._box: question})

    def _send(self, event: dict[str, Any], values: dict[int, Any]) -> None:
        data = [values.get(key) for key in event["inputs"]]
        body = {"data": data, "fn_index": event["id"], "trigger_id": self._box, "session_hash": self._session}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", "/gradio_api/queue/join", json.dumps(body), headers)
            reply = connection.getresponse()
            if reply.status != http.client.OK:
                raise ValueError(f"HTTP {reply.status}")
            reply.read()
            connection.request("GET", f"/gradio_api/queue/data?session_hash={self._session}")
            for line in connection.getresponse():
                said = json.loads(line[5:]) if line.startswith(b"data:") else {}
                if said.get("msg") == "process_completed":
                    if not said["success"]:
                        raise ValueError("the page answered with an error")
                    return
        finally:
            connection.close()
        raise ValueError("the stream ended without an answer")


def _visit(port: int, config: dict[str, Any], load: Load, until: float, number: int) -> None:
    """Ask without a pause, a new conversation every ten questions."""
    visitor = _Visitor(port, config)
    count = 0
    while time.perf_counter() < until:
        question = QUESTIONS[(number + count) % len(QUESTIONS)]
        count += 1
        begun = time.perf_counter()
        try:
            visitor.ask(question)
            load.times.append(time.perf_counter() - begun)
            if count % len(QUESTIONS) == 0:
                visitor.clear()
        except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
            load.errors.append(f"{question} {error!r}")


def _long_reading(server: Server, report: str) -> None:
    path = f"/read/{quote(report)}"
    served = statistics.median(_seconds(server.port, path) for _ in range(5))
    typer.echo(f"{_PAGES} 页的报告全文：服务器 {served:.2f} 秒，{len(_get(server.port, path)) / 1024:.0f} KB")
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser, args=_FLAGS)
        page = launched.new_page()
        begun = time.perf_counter()
        page.goto(server.url + path[1:])
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        typer.echo(f"  浏览器里画出来：{time.perf_counter() - begun:.2f} 秒")
        launched.close()


def _seconds(port: int, path: str) -> float:
    begun = time.perf_counter()
    _get(port, path)
    return time.perf_counter() - begun
