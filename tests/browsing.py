"""A real browser for the tests: a server over the samples, and a window that keeps all it complains of."""

import os
import shutil
import subprocess
import sys

import pytest

from tests import standin
from tests.serving import served

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BOX = "#jx-ask textarea, #jx-ask input, textarea#jx-ask"


def ingested(folder, *files):
    command = [sys.executable, "-m", "assistant", "ingest", *map(str, files), "--store", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory, samples):
    folder = tmp_path_factory.mktemp("web")
    store = ingested(folder / "s", samples, standin.write(folder))
    with served(store) as running:
        yield running


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium: CI must install it")
        pytest.skip("no Chromium on this machine; install it to run the browser tests")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


class Visitor:
    """One browser window on the page, with all it complains of and all it asks elsewhere."""

    def __init__(self, browser, url, **context):
        self.context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", **context)
        self.page = self.context.new_page()
        self.url = url
        self.outside, self.problems = [], []
        root = "/".join(url.split("/")[:3]) + "/"
        self.page.on(
            "request",
            lambda r: None if r.url.startswith((root, "data:", "blob:")) else self.outside.append(r.url),
        )
        self.page.on(
            "console", lambda m: self.problems.append(f"{m.text} {m.location['url']}") if m.type == "error" else None
        )
        self.page.on("pageerror", lambda e: self.problems.append(str(e)))
        self.page.on("dialog", self._dialog)

    def _dialog(self, dialog):
        self.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, hash_=""):
        self.page.goto(self.url + hash_)
        self.page.wait_for_selector(BOX)
        self.ready()
        return self

    def ready(self):
        self.page.wait_for_selector("html[data-jx=ready]", state="attached")

    def ask(self, question):
        before = self.page.locator("#jx-chat .jx-answer").count()
        self.page.fill(BOX, question)
        self.page.keyboard.press("Enter")
        return self.answered(before)

    def answered(self, before):
        self.page.wait_for_function(
            f"document.querySelectorAll('#jx-chat .jx-answer').length > {before}", timeout=15_000
        )
        return self.page.locator("#jx-chat .jx-answer").last

    def lit(self):
        self.page.wait_for_selector("#jx-lit")
        return self.page.locator("#jx-lit")

    def tab(self, name):
        self.page.get_by_role("tab", name=name).click()

    def close(self):
        assert self.outside == []
        assert self.problems == []
        self.context.close()


@pytest.fixture
def visitor(browser, server):
    opened = Visitor(browser, server.url).open()
    yield opened
    opened.close()


def in_view(locator):
    return locator.evaluate(
        """e => { let r = e.getBoundingClientRect(), seen = r.bottom > 0 && r.top < innerHeight;
        for (let box = e.parentElement; box; box = box.parentElement) {
            if (!/auto|scroll|hidden/.test(getComputedStyle(box).overflowY)) continue;
            const b = box.getBoundingClientRect();
            seen = seen && r.bottom > b.top && r.top < b.bottom && r.right > b.left && r.left < b.right; }
        return seen }"""
    )
