"""The web page in a real browser: ask, open a citation, upload, hostile text, no outside requests."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request

import pytest

from tests import wordfile

pytestmark = pytest.mark.browser
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory, samples, real_docx):
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("web")
    subprocess.run(
        [sys.executable, "-m", "assistant", "ingest", str(real_docx), "--store", str(folder / "s")], check=True
    )
    command = [
        sys.executable,
        "-m",
        "assistant",
        "serve",
        "--store",
        str(folder / "s"),
        "--port",
        str(port),
        "--samples",
        str(samples),
    ]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            url = f"http://127.0.0.1:{port}/"
            for _ in range(240):
                try:
                    urllib.request.urlopen(url, timeout=2).close()
                    break
                except OSError:
                    assert process.poll() is None, (folder / "log").read_text()
                    time.sleep(0.5)
            yield url
        finally:
            process.terminate()
            process.wait(20)


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


@pytest.fixture
def page(browser, server):
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    opened = context.new_page()
    opened.outside = []
    opened.problems = []
    opened.on(
        "request", lambda r: None if r.url.startswith((server, "data:", "blob:")) else opened.outside.append(r.url)
    )
    opened.on("console", lambda m: opened.problems.append(m.text) if m.type == "error" else None)
    opened.on("pageerror", lambda e: opened.problems.append(str(e)))
    opened.goto(server)
    opened.wait_for_selector("#jx-ask textarea")
    opened.wait_for_timeout(800)
    yield opened
    assert opened.outside == []
    assert opened.problems == []
    context.close()


def ask(page, question):
    before = page.locator(".jx-answer").count()
    page.fill("#jx-ask textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.querySelectorAll('.jx-answer').length > {before}", timeout=15_000)
    return page.locator(".jx-answer").last


def test_ask_and_open_each_citation(page):
    answer = ask(page, "湘西州工信局三公经费控制率是多少？")
    assert "19.86%" in answer.inner_text()
    links = answer.locator("a.jx-cite, a[href*='#cite=']")
    assert links.count() >= 2
    for number in range(links.count()):
        links.nth(number).click()
        key = links.nth(number).get_attribute("href")
        page.wait_for_function("location.hash.startsWith('#cite=')")
        assert page.url.endswith(key[key.index("#") :])
        page.wait_for_timeout(700)
        assert "19.86%" in page.locator("#jx-lit").inner_text()
        assert page.locator("#jx-lit").evaluate(
            "e => { const r = e.getBoundingClientRect(); return r.bottom > 0 && r.top < innerHeight }"
        )


def test_a_link_sent_to_a_colleague_opens_the_evidence(page, server, browser):
    link = ask(page, "湘西州工信局本级机构项目支出多少?").locator("a[href*='#cite=']").first.get_attribute("href")
    other = browser.new_context().new_page()
    other.goto(server + link[link.index("#") :])
    other.wait_for_selector("#jx-lit", timeout=15_000)
    assert other.locator("#jx-lit").inner_text().strip() == "3747.98"
    other.context.close()


def test_conflict_follow_up_and_refusal(page):
    assert "数据不一致" in ask(page, "湘西州工信局编制人数是多少").inner_text()
    ask(page, "湘西州工信局本级机构的人员支出")
    assert "186.18" in ask(page, "州企业服务中心呢？").inner_text()
    assert "没有答案" in ask(page, "2015年三公经费是多少").inner_text()


def test_a_verdict_on_an_answer_is_kept(page, server):
    ask(page, "湘西州工信局本级机构项目支出多少?")
    page.fill("#jx-note textarea, #jx-note input", "应为汇总数")
    page.get_by_role("button", name="答错了").click()
    page.wait_for_selector("text=已记下", timeout=15_000)
    assert "答错了" in page.locator("#jx-said").inner_text()


def test_upload_a_good_and_a_bad_file(page, tmp_path):
    nasty = "<img src=x onerror=alert(1)>"
    good = wordfile.write(
        tmp_path / "丙县教育局2024年度自评报告.docx",
        wordfile.p("单位名称：丙县教育局")
        + wordfile.plain_table([["项目", "2024年决算数（万元）"], ["校舍维修", "77.31"], [nasty, "2"]]),
    )
    bad = tmp_path / "坏文件.docx"
    bad.write_bytes(b"MZ not a document")
    page.get_by_text("报告", exact=True).last.click()
    page.set_input_files("#jx-upload input[type=file]", [str(good), str(bad)])
    page.wait_for_selector("text=坏文件.docx：", timeout=20_000)
    assert page.get_by_text("✓ 丙县教育局2024年度自评报告.docx").count() == 1
    answer = ask(page, "丙县教育局校舍维修多少")
    assert "77.31万元" in answer.inner_text()
    answer.locator("a[href*='#cite=']").first.click()
    page.wait_for_timeout(700)
    assert page.locator("#jx-evidence img").count() == 0
    assert nasty in page.locator("#jx-evidence").inner_text()


def test_two_visitors_do_not_see_each_other(page, server, browser):
    ask(page, "清河县水利局三公经费是多少")
    other = browser.new_context().new_page()
    other.goto(server)
    other.wait_for_selector("#jx-ask textarea")
    assert other.locator(".jx-answer").count() == 0
    other.context.close()
