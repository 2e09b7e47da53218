"""How the page looks and feels in a real browser: colours, widths, a hurried visitor, a phone, what is narrowed."""

import pytest

from tests.browsing import BOX, Visitor
from tests.serving import served

pytestmark = pytest.mark.browser


# looks


CONTRAST = """() => {
  const lum = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 });
    return .2126 * r + .7152 * g + .0722 * b };
  const parse = s => { const m = s.match(/[\\d.]+/g).map(Number); return [m.slice(0, 3), m.length > 3 ? m[3] : 1] };
  const back = e => { for (; e; e = e.parentElement) { const [c, a] = parse(getComputedStyle(e).backgroundColor); if (a > .9) return c }
    return [255, 255, 255] };
  const poor = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const e = n.parentElement, text = n.textContent.trim();
    if (!text || /SCRIPT|STYLE/.test(e.tagName) || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const style = getComputedStyle(e), [fore] = parse(style.color), [l1, l2] = [lum(fore), lum(back(e))].sort((a, b) => b - a);
    const ratio = (l1 + .05) / (l2 + .05), large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.6 && style.fontWeight >= 600);
    if (ratio < (large ? 3 : 4.5)) poor.push(`${text.slice(0, 20)} ${ratio.toFixed(2)} ${style.color}`);
  }
  return poor }"""


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["office", "phone"])
def test_text_has_contrast_and_fits_the_width(visitor, size):
    visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
    for question in (
        "湘西州工信局编制人数是多少",
        "湘西州工信局各单位项目支出分别是多少",
        "南山县教育局三公经费是多少",
    ):
        visitor.ask(question)
    for tab in ("提问", "报告", "复核"):
        visitor.tab(tab)
        visitor.page.wait_for_timeout(400)
        assert visitor.page.evaluate(CONTRAST) == []
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    for path in ("lite?q=湘西州工信局编制人数是多少", "lite"):
        visitor.page.goto(visitor.url + path)
        assert visitor.page.evaluate(CONTRAST) == []
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    visitor.page.get_by_role("link", name="湘西州工信局2021年度").click()
    visitor.page.wait_for_selector("article")
    assert visitor.page.evaluate(CONTRAST) == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["office", "phone"])
def test_a_dark_system_sees_the_same_colours(browser, server, size):
    opened = Visitor(browser, server.url, color_scheme="dark").open()
    opened.page.set_viewport_size({"width": size[0], "height": size[1]})
    opened.ask("湘西州工信局支出合计是多少")
    opened.lit()
    assert opened.page.evaluate(CONTRAST) == []
    opened.tab("勾稽")
    opened.page.click("#jx-start")
    opened.page.locator(".jx-finding").first.click()
    opened.page.wait_for_selector("#jx-places .jx-lit")
    assert opened.page.evaluate(CONTRAST) == []
    for tab in ("报告", "复核"):
        opened.tab(tab)
        opened.page.wait_for_timeout(300)
        assert opened.page.evaluate(CONTRAST) == []
    for path in ("lite?q=湘西州工信局编制人数是多少", "lite", "lite/check"):
        opened.page.goto(opened.url + path)
        assert opened.page.evaluate(CONTRAST) == []
    opened.close()


def copied(visitor, button):
    visitor.page.evaluate("navigator.clipboard.writeText('')")
    button.click()
    visitor.page.wait_for_function("navigator.clipboard.readText().then(text => text !== '')")
    return visitor.page.evaluate("navigator.clipboard.readText()")


def test_copying_gives_text_with_sources_and_a_table(browser, server):
    visitor = Visitor(browser, server.url, permissions=["clipboard-read", "clipboard-write"]).open()
    visitor.ask("湘西州工信局各单位项目支出分别是多少")
    last = visitor.page.locator("#jx-chat button[aria-label=复制这条]").last
    text = copied(visitor, last)
    lines = text.split("\n")
    assert "<" not in text
    table = [line.split("\t") for line in lines if "\t" in line]
    assert table[0] == ["指标", "数值", "单位", "单位名称", "年度", "出处"]
    assert any(row[1:3] == ["297.46", "万元"] for row in table[1:]), table
    assert all(len(row) == 6 for row in table)
    assert any(line.startswith("[1] 湘西州工信局") and "｜" in line for line in lines)
    whole = copied(visitor, visitor.page.locator("#jx-chat button[aria-label=复制全部对话]"))
    assert whole.startswith("问：湘西州工信局各单位项目支出分别是多少")
    assert text in whole
    visitor.close()


def test_two_quick_questions_are_both_answered(visitor):
    """The second is sent as soon as the box is empty again, while the first is still being answered."""
    asked = ["湘西州工信局各单位项目支出从高到低", "湘西州工信局三公经费控制率是多少？", "湘西州工信局公务接待费是多少"]
    for question in asked:
        visitor.page.keyboard.insert_text(question)
        visitor.page.keyboard.press("Enter")
        visitor.page.wait_for_function("!document.querySelector('#jx-ask textarea, textarea#jx-ask').value")
    visitor.page.wait_for_function("document.querySelectorAll('#jx-chat .jx-answer').length == 3", timeout=20_000)
    told = visitor.page.locator("#jx-chat [data-testid=user]").all_inner_texts()
    assert [one.strip() for one in told] == asked
    visitor.page.keyboard.insert_text("还没写完")
    visitor.page.wait_for_timeout(300)
    assert visitor.page.input_value(BOX) == "还没写完"


def asked_of(visitor):
    return [one.strip() for one in visitor.page.locator("#jx-chat [data-testid=user]").all_inner_texts()]


def test_what_is_typed_on_at_once_is_the_next_question(visitor):
    """The box was emptied only when the server had the question: typed straight on, two became one."""
    asked = ["湘西州工信局三公经费控制率是多少？", "湘西州工信局公务接待费是多少", "湘西州工信局项目支出是多少"]
    for question in asked:
        visitor.page.keyboard.insert_text(question)
        visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_function("document.querySelectorAll('#jx-chat .jx-answer').length == 3", timeout=20_000)
    assert asked_of(visitor) == asked
    assert visitor.page.input_value(BOX) == ""


@pytest.mark.parametrize("press", ["double", "both", "example"])
def test_a_question_sent_twice_is_asked_once(visitor, press):
    """A double click, Enter and a click, a double click on an example."""
    if press == "example":
        visitor.page.locator("#jx-chat button.example").first.dblclick()
    else:
        visitor.page.keyboard.insert_text("湘西州工信局三公经费控制率是多少？")
        if press == "both":
            visitor.page.keyboard.press("Enter")
            visitor.page.click("#jx-send")
        else:
            visitor.page.dblclick("#jx-send")
    visitor.answered(0)
    visitor.page.wait_for_timeout(1500)
    assert len(asked_of(visitor)) == 1


def both_pressed(visitor, kind):
    """Press the first two of an answer's buttons within one turn of the page's loop; return what they say."""
    visitor.page.wait_for_selector(f"#jx-chat button.{kind} >> nth=1")
    before = visitor.page.locator("#jx-chat .jx-answer").count()
    said = visitor.page.evaluate(
        "kind => Array.from(document.querySelectorAll('#jx-chat button.' + kind)).slice(0, 2)"
        ".map(one => { one.click(); return one.textContent.trim(); })",
        kind,
    )
    visitor.answered(before + 1)
    return said, [one.strip() for one in visitor.page.locator("#jx-chat [data-testid=user]").all_inner_texts()]


def test_an_example_pressed_while_an_answer_runs_waits_its_turn(visitor):
    said, asked = both_pressed(visitor, "example")
    assert asked == said


def test_a_choice_pressed_while_an_answer_runs_waits_its_turn(visitor):
    visitor.ask("清河县水务局公务接待费是多少")
    said, asked = both_pressed(visitor, "option")
    assert len(asked) == 3
    answers = visitor.page.locator("#jx-chat .jx-answer").all_inner_texts()[-2:]
    assert all(who.split("（")[0] in text for who, text in zip(said, answers, strict=True)), (said, answers)


def test_a_cleared_conversation_comes_back(visitor):
    visitor.ask("湘西州工信局三公经费控制率是多少？")
    visitor.page.click("#jx-clear")
    visitor.page.wait_for_function("document.querySelectorAll('#jx-chat .jx-answer').length == 0")
    visitor.page.get_by_role("button", name="撤销").click()
    visitor.page.wait_for_selector("#jx-chat .jx-answer")
    assert "19.86%" in visitor.page.locator("#jx-chat .jx-answer").inner_text()


def test_the_box_is_ready_and_the_chat_uses_the_window(visitor):
    assert visitor.page.evaluate(
        "document.activeElement.closest('#jx-ask') !== null || document.activeElement.id === 'jx-ask'"
    )
    assert visitor.page.locator("#jx-loading").count() == 0
    heights = []
    for height in (768, 1100):
        visitor.page.set_viewport_size({"width": 1366, "height": height})
        heights.append(visitor.page.locator("#jx-chat").evaluate("e => e.getBoundingClientRect().height"))
        assert visitor.page.evaluate("document.documentElement.scrollHeight") <= height + 40
    assert heights[1] - heights[0] > 300


def test_something_stands_there_while_the_page_loads(browser, server):
    visitor = Visitor(browser, server.url)
    visitor.page.route("**/assets/*.js", lambda route: None)  # scripts that never come
    visitor.page.goto(visitor.url, wait_until="commit")
    visitor.page.wait_for_selector("#jx-loading >> text=正在打开")
    visitor.page.wait_for_selector("#jx-loading a", timeout=15_000)
    visitor.context.close()


def test_the_filter_is_in_sight_and_says_what_it_leaves_out(visitor):
    chooser = visitor.page.get_by_label("只问这些单位")
    assert chooser.is_visible()
    chooser.click()
    visitor.page.get_by_role("option", name="清河县水利局").click()
    visitor.page.keyboard.press("Escape")
    answer = visitor.ask("云岭市林草局的森林覆盖率")
    assert "限定的报告里没有“云岭市林业和草原局”" in answer.inner_text()
    assert visitor.page.locator("#jx-scope .token, #jx-scope [class*=token]").first.is_visible()


def test_what_is_narrowed_keeps_to_its_line_and_outlives_a_reload(visitor):
    page = visitor.page

    def chosen():
        return page.locator("#jx-scope .token").all_inner_texts()

    for number, name in enumerate(("清河县水利局", "云岭市林业和草原局"), 1):
        page.get_by_label("只问这些报告").fill(name)
        page.locator("[role=option]").first.click()
        page.wait_for_function(f"document.querySelectorAll('#jx-scope .token').length == {number}")
    page.keyboard.press("Escape")
    box = page.locator("#jx-scope").bounding_box()
    assert box["y"] + box["height"] <= 768
    before = chosen()
    page.wait_for_timeout(300)
    page.reload()
    visitor.ready()
    page.wait_for_function("document.querySelectorAll('#jx-scope .token').length == 2")
    assert chosen() == before


def test_an_empty_store_offers_samples(browser, tmp_path):
    with served(tmp_path / "empty") as running:
        visitor = Visitor(browser, running.url).open()
        box = visitor.page.locator(BOX).first.bounding_box()
        assert box["y"] + box["height"] <= 768
        visitor.page.get_by_role("button", name="载入样例").click()
        visitor.page.wait_for_selector("#jx-empty", state="hidden", timeout=30_000)
        assert "63.52" in visitor.ask("云岭市林草局的森林覆盖率").inner_text()
        visitor.close()


def test_a_tapped_citation_comes_into_view_on_a_phone(browser, server):
    visitor = Visitor(browser, server.url, has_touch=True)
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.open()
    visitor.ask("湘西州工信局支出合计是多少")
    visitor.page.locator("#jx-chat .jx-cite").first.tap()
    visitor.page.wait_for_function(
        "document.querySelector('#jx-evidence').getBoundingClientRect().top < innerHeight / 2"
    )
    visitor.tab("勾稽")
    visitor.page.click("#jx-start")
    visitor.page.locator(".jx-finding .jx-found").first.tap()
    visitor.page.wait_for_function("document.querySelector('#jx-places').getBoundingClientRect().top < innerHeight / 2")
    visitor.page.get_by_role("button", name="回到这一条").tap()
    visitor.page.wait_for_function(
        "(box => box.top >= 0 && box.bottom <= innerHeight + 1)"
        "(document.querySelector('.jx-finding.jx-shown').getBoundingClientRect())"
    )
    visitor.close()


def test_a_severity_without_findings_says_so_and_exports_follow(visitor):
    visitor.tab("勾稽")
    visitor.page.get_by_label("提示").check()
    visitor.page.wait_for_selector("text=“提示”这一类没有")
    visitor.page.get_by_label("错误").check()
    link = visitor.page.locator("#jx-findings a[href*='findings.xlsx']")
    link.wait_for()
    assert "s=%E9%94%99%E8%AF%AF" in link.get_attribute("href")


def test_a_strange_file_is_named_before_it_is_sent(visitor, tmp_path):
    file = tmp_path / "演示.pptx"
    file.write_bytes(b"PK")
    visitor.tab("报告")
    visitor.page.set_input_files("#jx-upload input[type=file]", str(file))
    visitor.page.wait_for_selector("text=✗ 演示.pptx：这种文件还读不了")
