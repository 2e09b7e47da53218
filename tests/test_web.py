"""The web page in a real browser: what a visitor does, what hostile files try, what happens when things go wrong."""

import json
import subprocess
import sys
from pathlib import Path

import docx
import openpyxl
import pytest

from assistant.web.accounts import set_password
from tests import wordfile
from tests.browsing import BOX, Visitor, in_view, ingested
from tests.serving import Served, proxied, served
from tests.test_checks import faulty

pytestmark = pytest.mark.browser
NASTY = "<img src=x onerror=alert(1)>"


# asking


def test_ask_and_open_each_citation(visitor):
    answer = visitor.ask("湘西州工信局三公经费控制率是多少？")
    assert answer.locator(".jx-figure b").inner_text() == "19.86%"
    visitor.lit()
    links = answer.locator("a.jx-cite")
    assert links.count() >= 3
    for number in range(links.count()):
        links.nth(number).click()
        key = links.nth(number).get_attribute("href")
        assert visitor.page.url.endswith(key[key.index("#") :])
        visitor.page.wait_for_timeout(300)
        assert "19.86%" in visitor.lit().inner_text()
        assert in_view(visitor.lit())
        head = "#jx-evidence .jx-head"
        assert number == 2 or "控制率" in "".join(visitor.page.locator(head).all_inner_texts())


def test_a_citation_opens_by_keyboard_alone(visitor):
    visitor.ask("湘西州工信局三公经费控制率是多少？")
    visitor.lit()
    visitor.page.locator("#jx-chat a.jx-cite").nth(2).focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_selector("#jx-evidence p#jx-lit")
    assert visitor.page.locator("#jx-lit mark").inner_text() == "19.86%"


def test_a_link_sent_to_a_colleague_opens_the_evidence(visitor, browser, server):
    link = visitor.ask("湘西州工信局本级机构项目支出多少?").locator("a.jx-cite").first.get_attribute("href")
    other = Visitor(browser, server.url)
    other.page.goto(server.url + link[link.index("#") :])
    assert other.lit().inner_text().strip() == "3747.98"
    other.close()


def test_a_conflict_shows_both_values_side_by_side(visitor):
    answer = visitor.ask("湘西州工信局编制人数是多少")
    assert answer.locator(".jx-badge").inner_text() == "数据不一致"
    sides = answer.locator(".jx-side")
    assert sides.locator("> b").all_inner_texts() == ["87人", "91人"]
    first, second = (sides.nth(n).bounding_box() for n in range(2))
    assert first["y"] == second["y"]
    assert first["x"] < second["x"]
    for n, figure in enumerate(("87", "91")):
        sides.nth(n).locator("a.jx-cite").first.click()
        visitor.page.wait_for_function(f"document.getElementById('jx-lit')?.innerText.includes('{figure}')")


def test_follow_ups_and_units(visitor):
    visitor.ask("湘西州工信局本级机构的人员支出")
    assert "186.18" in visitor.ask("州企业服务中心呢？").inner_text()
    assert "0.018618亿元" in visitor.ask("换成亿元").inner_text()


def test_a_refusal_offers_what_may_be_asked_instead(visitor):
    answer = visitor.ask("南山县教育局三公经费是多少")
    assert answer.locator(".jx-badge").inner_text() == "未收录"
    visitor.page.get_by_role("button", name="清河县水利局").click()
    assert "21.96万元" in visitor.answered(1).inner_text()


def test_an_example_is_asked_by_a_click(visitor):
    example = visitor.page.locator("#jx-chat button", has_text="三公经费是多少").first
    assert example.inner_text().strip().startswith("云岭市林业和草原局")
    example.click()
    assert "万元" in visitor.answered(0).inner_text()


def test_retry_copy_and_clear(visitor):
    first = visitor.ask("清河县水利局三公经费是多少").inner_text()
    visitor.page.get_by_role("button", name="重试").click()
    visitor.page.wait_for_timeout(1500)
    assert visitor.page.locator("#jx-chat .jx-answer").all_inner_texts() == [first]
    assert visitor.page.get_by_role("button", name="复制这条").count() >= 1
    visitor.page.get_by_role("button", name="清空", exact=True).click()
    visitor.page.wait_for_function("!document.querySelector('#jx-chat .jx-answer')")


def test_several_values_are_drawn_and_downloaded(visitor, tmp_path):
    answer = visitor.ask("湘西州工信局各单位项目支出分别是多少")
    rows = answer.locator(".jx-chart tbody tr")
    assert rows.first.inner_text().split()[:2] == ["本级机构", "3747.98万元"]
    fills = answer.locator(".jx-fill")
    widths = [fills.nth(n).bounding_box()["width"] for n in range(fills.count())]
    assert widths[1] / widths[0] == pytest.approx(297.46 / 3747.98, abs=0.02)
    assert "单位：万元" in answer.locator(".jx-axis").inner_text()
    assert [text for text in answer.locator(".jx-size").all_inner_texts()] == ["3747.98", "297.46", "0", "32.70"]
    with visitor.page.expect_download() as caught:
        answer.locator("a.jx-take").click()
    caught.value.save_as(tmp_path / "a.xlsx")
    cells = [cell.value for row in openpyxl.load_workbook(tmp_path / "a.xlsx")["数据"] for cell in row]
    assert 3747.98 in cells


def test_the_conversation_downloads_with_its_evidence(visitor, tmp_path):
    visitor.ask("湘西州工信局三公经费控制率是多少？")
    visitor.ask("净利润是多少")
    visitor.page.evaluate("addEventListener('beforeunload', () => console.error('the page was being left'))")
    with visitor.page.expect_download() as caught:
        visitor.page.get_by_role("button", name="下载整个对话").click()
    caught.value.save_as(tmp_path / "a.docx")
    document = docx.Document(str(tmp_path / "a.docx"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "湘西州工信局三公经费控制率是多少？" in text
    assert "未披露" in text
    assert any("19.86%" in cell.text for table in document.tables for row in table.rows for cell in row.cells)


def test_only_the_chosen_reports_are_asked(visitor):
    box = visitor.page.get_by_label("只问这些单位")
    box.click()
    visitor.page.get_by_role("option", name="清河县水利局").click()
    visitor.page.keyboard.press("Escape")
    text = visitor.ask("三公经费是多少").inner_text()
    assert "21.96万元" in text
    assert "云岭" not in text


# reviewing


def test_a_verdict_and_a_note_are_kept_and_listed(visitor, server, tmp_path):
    visitor.ask("湘西州工信局本级机构项目支出多少?")
    visitor.page.get_by_role("button", name="答错了").last.click()
    visitor.page.wait_for_selector("#jx-noting textarea, #jx-noting input")
    assert "已记下" in visitor.page.locator("#jx-said").inner_text()
    visitor.page.fill("#jx-noting textarea, #jx-noting input", "应为4078.15万元")
    visitor.page.get_by_role("button", name="记下说明").click()
    visitor.page.wait_for_selector("#jx-said:has-text('说明已记下')")
    visitor.tab("复核")
    visitor.page.wait_for_selector("#jx-reviewed td:has-text('应为4078.15万元')")
    with visitor.page.expect_download() as caught:
        visitor.page.get_by_role("link", name="导出 .jsonl").click()
    caught.value.save_as(tmp_path / "feedback.jsonl")
    last = json.loads((tmp_path / "feedback.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (last["verdict"], last["note"]) == ("wrong", "应为4078.15万元")
    assert last["answer"]["citations"][0]["quote"] == "3747.98"
    gold = tmp_path / "gold.jsonl"
    subprocess.run(
        [sys.executable, "-m", "assistant", "eval", "adopt", str(tmp_path / "feedback.jsonl"), "--gold", str(gold)],
        check=True, capture_output=True,
    )  # fmt: skip
    assert "4078.15" in gold.read_text(encoding="utf-8")


# reports


def test_upload_good_bad_and_twice_then_read_and_remove(visitor, tmp_path):
    page = visitor.page
    good = wordfile.write(
        tmp_path / "丙县教育局2024年度自评报告.docx",
        wordfile.p("单位名称：丙县教育局")
        + wordfile.p(f"[链接](javascript:alert(1)) **粗** `码` {NASTY} <script>alert(2)</script>")
        + wordfile.plain_table([["项目", "2024年决算数（万元）"], ["校舍维修", "77.31"], [NASTY, "2"]]),
    )
    program = tmp_path / "程序.docx"
    program.write_bytes(b"MZ\x90\x00" + bytes(200))
    visitor.tab("报告")
    page.set_input_files("#jx-upload input[type=file]", [str(good), str(program)])
    page.wait_for_selector("#jx-outcome:has-text('程序.docx：')")
    lines = page.locator("#jx-outcome .jx-result").all_inner_texts()
    assert lines[1].startswith("✓ 丙县教育局2024年度自评报告.docx：已读入")
    assert lines[2].startswith("✗ 程序.docx：")
    assert "请" in lines[2]
    page.wait_for_selector("#jx-upload input[type=file]", state="attached")
    page.set_input_files("#jx-upload input[type=file]", [str(good)])
    page.wait_for_selector("#jx-outcome:has-text('没有变化')")
    page.wait_for_selector("#jx-reports td:has-text('丙县教育局')")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="丙县教育局2024年度自评报告.docx").click()
    reading = opened.value
    reading.wait_for_selector("article")
    assert NASTY in reading.locator("article").inner_text()
    assert reading.locator("article img, article script").count() == 0
    reading.close()
    visitor.tab("提问")
    answer = visitor.ask("丙县教育局校舍维修多少")
    assert "77.31万元" in answer.inner_text()
    visitor.lit()
    assert page.locator("#jx-evidence img").count() == 0
    assert NASTY in page.locator("#jx-evidence").inner_text()
    visitor.tab("报告")
    page.get_by_label("移除报告").click()
    page.get_by_role("option", name="丙县教育局").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="移除选中的报告").click()
    page.get_by_role("button", name="确认移除").click()
    page.wait_for_selector("text=已移除 1 份报告")
    visitor.tab("提问")
    page.locator("#jx-chat a.jx-cite").first.click()
    page.wait_for_selector("#jx-evidence:has-text('已被移除')")
    assert "未收录" in visitor.ask("丙县教育局校舍维修多少").inner_text()


def test_a_file_too_large_is_refused_before_it_is_sent(visitor, tmp_path):
    large = tmp_path / "大.docx"
    with large.open("wb") as target:
        target.truncate(200 * 1024 * 1024)
    visitor.tab("报告")
    visitor.page.set_input_files("#jx-upload input[type=file]", [str(large)])
    visitor.page.wait_for_selector("#jx-outcome-aside:has-text('超过 100 MB')")
    small = wordfile.write(tmp_path / "己县水利局2024年报告.docx", wordfile.p("己县水利局2024年编制人数为12人。"))
    visitor.page.set_input_files("#jx-upload input[type=file]", [str(small)])
    visitor.page.wait_for_selector("#jx-outcome:has-text('已读入')")
    assert not visitor.page.locator("#jx-outcome-aside").is_visible()


DROP = """([zone, names]) => { const held = new DataTransfer();
names.forEach(([name, text]) => held.items.add(new File([text], name)));
document.querySelector(zone).dispatchEvent(new DragEvent('drop', {dataTransfer: held, bubbles: true, cancelable: true})); }"""


@pytest.mark.parametrize("dropped", [False, True], ids=["chosen", "dropped"])
def test_what_can_t_be_read_stops_none_of_what_is_chosen_with_it(visitor, tmp_path, dropped):
    note, program = f"庚县水利局2024年编制人数为1{int(dropped)}人。", "echo"
    visitor.tab("报告")
    if dropped:
        files = [["庚县水利局2024年报告.txt", note], ["x.sh", program]]
        visitor.page.evaluate(DROP, ["#jx-upload button, #jx-upload [role=button]", files])
    else:
        for name, text in (("庚县水利局2024年报告.txt", note), ("x.sh", program)):
            (tmp_path / name).write_text(text, encoding="utf-8")
        paths = [str(tmp_path / "庚县水利局2024年报告.txt"), str(tmp_path / "x.sh")]
        visitor.page.set_input_files("#jx-upload input[type=file]", paths)
    visitor.page.wait_for_selector("#jx-outcome:has-text('庚县水利局2024年报告.txt')")
    said = visitor.page.locator("#jx-outcome-aside").inner_text()
    assert said.startswith("✗ x.sh：")
    assert "其余 1 份照传" in said
    visitor.page.wait_for_timeout(1000)


def test_the_list_is_searched(visitor):
    visitor.tab("报告")
    visitor.page.fill("#jx-find textarea, #jx-find input", "水利局 2023年")
    visitor.page.wait_for_selector("#jx-reports .jx-note:has-text('共 1 份')")
    assert "清河县水利局" in visitor.page.locator("#jx-reports tbody").inner_text()


# checking


def test_findings_light_their_places_and_keep_a_verdict(browser, tmp_path):
    store = ingested(tmp_path / "s", faulty(tmp_path))
    with served(store) as running:
        visitor = Visitor(browser, running.url).open()
        page = visitor.page
        visitor.tab("勾稽")
        page.click("#jx-start")
        page.wait_for_selector("#jx-findings .jx-finding")
        cards = page.locator("#jx-findings .jx-finding")
        assert cards.count() == 2
        assert "应为800.00万元" in cards.first.inner_text()
        cards.first.locator(".jx-text").click()
        page.wait_for_selector("#jx-places #jx-lit")
        lit = page.locator("#jx-places .jx-lit")
        assert lit.first.inner_text() == "880.00"
        assert in_view(lit.first)
        cards.nth(1).locator(".jx-text").click()
        page.wait_for_selector("#jx-places mark:has-text('50人')")
        assert page.locator("#jx-places .jx-lit").all_inner_texts() == ["52"]
        cards.nth(1).locator("a.jx-cite").first.click()
        page.wait_for_selector("#jx-places .jx-apart", state="detached")
        cards.nth(1).locator("input[name=note]").fill("待核对")
        cards.nth(1).locator("input[name=note]").press("Enter")
        page.wait_for_selector("#jx-findings input[name=note][value='待核对']")
        assert page.locator("#jx-findings button[aria-pressed=true]").count() == 0
        cards.first.locator("input[name=note]").fill("口径不同")
        cards.first.get_by_role("button", name="误报").click()
        page.wait_for_selector("#jx-findings button[aria-pressed=true]:has-text('误报')")
        page.click("#jx-start")
        page.wait_for_selector("#jx-findings summary:has-text('已标为误报 1 处')")
        with page.expect_download() as caught:
            page.get_by_role("link", name="导出复核意见").click()
        caught.value.save_as(tmp_path / "o.docx")
        assert docx.Document(str(tmp_path / "o.docx")).paragraphs[0].text == "复核意见"
        visitor.tab("提问")
        assert "不一致" in visitor.ask("编制人数是多少？").inner_text()
        visitor.close()


# visitors, logins, restarts, proxies


def test_two_visitors_do_not_see_each_other(visitor, browser, server):
    visitor.ask("清河县水利局三公经费是多少")
    other = Visitor(browser, server.url).open()
    assert other.page.locator(".jx-answer").count() == 0
    assert "24.47" not in other.ask("2022年呢？").inner_text()
    assert "24.47万元" in visitor.ask("2022年呢？").inner_text()
    other.close()


def test_a_reload_keeps_the_conversation(visitor):
    visitor.ask("清河县水利局三公经费是多少")
    visitor.page.wait_for_function("Object.keys(sessionStorage).some(key => key.startsWith('jx-kept:'))")
    visitor.page.wait_for_timeout(300)
    visitor.page.reload()
    visitor.answered(0)
    visitor.ready()
    assert "24.47万元" in visitor.ask("2022年呢？").inner_text()


def test_the_server_restarts_under_an_open_page(browser, tmp_path, samples):
    store = ingested(tmp_path / "s", samples)
    running = Served(store)
    visitor = Visitor(browser, running.url).open()
    visitor.ask("清河县水利局三公经费是多少")
    visitor.lit()
    running.stop()
    assert "Traceback" not in running.log()
    visitor.page.locator("#jx-chat a.jx-cite").first.click()
    visitor.page.wait_for_selector("#jx-evidence:has-text('连接断了')")
    running = Served(store, port=running.port)
    assert "24.47万元" in visitor.ask("2022年呢？").inner_text()
    running.stop()
    visitor.page.locator(BOX).press_sequentially("2023年呢？")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_selector("text=和服务器的连接断了", timeout=15_000)
    running = Served(store, port=running.port)
    try:
        visitor.page.wait_for_selector("text=和服务器的连接断了", state="detached", timeout=30_000)
        visitor.answered(1)
        visitor.ready()
        assert visitor.page.locator(BOX).input_value() == "2023年呢？"
        visitor.page.locator(BOX).press("Enter")
        assert "21.96万元" in visitor.answered(2).inner_text()
        assert visitor.problems
        assert all("ERR_" in text or "Connection" in text for text in visitor.problems), visitor.problems
        visitor.problems.clear()
    finally:
        visitor.close()
        running.stop()


def test_a_login_is_asked_for_and_ends(browser, tmp_path, samples):
    store = ingested(tmp_path / "s", samples)
    accounts = tmp_path / "口令"
    set_password(accounts, "李会计", "一个足够长的口令")
    with served(store, "--auth-file", str(accounts)) as running:
        visitor = Visitor(browser, running.url)
        visitor.page.goto(running.url)
        visitor.page.fill("input[name=name], input[type=text]", "李会计")
        visitor.page.fill("input[type=password]", "不对的口令啊啊")
        visitor.page.keyboard.press("Enter")
        visitor.page.wait_for_selector("[role=alert]")
        visitor.page.fill("input[name=name], input[type=text]", "李会计")
        visitor.page.fill("input[type=password]", "一个足够长的口令")
        visitor.page.keyboard.press("Enter")
        visitor.page.wait_for_selector(BOX)
        visitor.page.wait_for_selector(".jx-who:has-text('李会计')")
        assert "21.96万元" in visitor.ask("清河县水利局三公经费是多少").inner_text()
        visitor.lit()
        visitor.page.get_by_role("button", name="答得对").last.click()
        visitor.page.wait_for_selector("#jx-said:has-text('已记下')")
        assert json.loads((store / "feedback.jsonl").read_text(encoding="utf-8"))["user"] == "李会计"
        visitor.context.clear_cookies()  # as when it runs out under an open page
        visitor.page.locator(BOX).press_sequentially("2022年呢？")
        visitor.page.keyboard.press("Enter")
        visitor.page.wait_for_selector("input[type=password]")
        visitor.page.fill("input[name=name]", "李会计")
        visitor.page.fill("input[type=password]", "一个足够长的口令")
        visitor.page.keyboard.press("Enter")
        visitor.page.wait_for_selector(BOX)
        visitor.answered(0)
        visitor.ready()
        assert visitor.page.locator(BOX).input_value() == "2022年呢？"
        visitor.page.locator(BOX).press("Enter")
        assert "24.47万元" in visitor.answered(1).inner_text()
        visitor.page.get_by_role("link", name="退出").click()
        visitor.page.get_by_role("button").click()
        visitor.page.wait_for_selector("input[type=password]")
        visitor.page.goto(running.url + "read/x")
        visitor.page.wait_for_selector("input[type=password]")
        visitor.problems = [text for text in visitor.problems if "401" not in text]
        visitor.close()


@pytest.mark.parametrize("strips", [True, False], ids=["prefix taken off", "prefix left"])
def test_behind_a_proxy_under_a_path(browser, tmp_path, samples, strips):
    store = ingested(tmp_path / "s", samples)
    with (
        served(store, "--root-path", "/jixiao", path="/jixiao") as running,
        proxied(running.port, "/jixiao", strips=strips) as url,
    ):
        visitor = Visitor(browser, url).open()
        answer = visitor.ask("清河县水利局三公经费是多少")
        assert "21.96" in visitor.lit().inner_text()
        with visitor.page.expect_download() as caught:
            answer.locator("a.jx-take").click()
        assert caught.value.path().stat().st_size > 1000
        visitor.tab("报告")
        page = wordfile.write(tmp_path / "戊县水利局2024年报告.docx", wordfile.p("戊县水利局2024年编制人数为12人。"))
        visitor.page.set_input_files("#jx-upload input[type=file]", [str(page)])
        visitor.page.wait_for_selector("#jx-reports td:has-text('戊县水利局')")
        visitor.page.wait_for_timeout(1000)  # what follows an upload has ended; Gradio complains of a page left before
        visitor.page.goto(url + "lite")
        visitor.page.get_by_role("link", name="清河县水利局").last.click()
        visitor.page.wait_for_selector("article")
        visitor.problems = [text for text in visitor.problems if not text.endswith("/favicon.ico")]  # the proxy's own
        visitor.close()


def test_a_store_named_from_where_the_server_runs_takes_uploads(browser, tmp_path):
    """As ``make run`` starts it: the store is ``.jixiao``, and what the page uploads is named from the root."""
    with served(Path("my store"), cwd=tmp_path) as running:
        visitor = Visitor(browser, running.url).open()
        visitor.tab("报告")
        file = wordfile.write(tmp_path / "戊县水利局2024年报告.docx", wordfile.p("戊县水利局2024年编制人数为12人。"))
        visitor.page.set_input_files("#jx-upload input[type=file]", [str(file)])
        visitor.page.wait_for_selector("#jx-outcome:has-text('已读入')")
        visitor.page.wait_for_selector("#jx-reports td:has-text('戊县水利局')")
        visitor.page.wait_for_timeout(1000)
        left = [path for path in (tmp_path / "my store" / "uploads").rglob("*") if path.is_file()]
        assert not any(path.stat().st_size for path in left)
        visitor.close()
