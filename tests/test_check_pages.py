"""The findings on the page without a browser: cards, places, verdicts, downloads, the page without script."""

import copy
from html import unescape

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.core import Assistant
from assistant.feedback import Feedback
from assistant.web.checking import Desk
from assistant.web.examples import Examples
from assistant.web.findings import MOST_DRAWN, findings_html, places_html
from assistant.web.places import cite_key
from assistant.web.routes import Site, routes
from ingest.pipeline import ingest_file
from ingest.store import Store
from tests.test_checks import TITLE, UNITS, written

NASTY = "<img src=x onerror=alert(1)>"


@pytest.fixture
def site(tmp_path):
    """A site over one report with two findings, whose labels try to be HTML."""
    wrong = copy.deepcopy(UNITS)
    wrong[1][0] = f"局机关{NASTY}"
    wrong[3][1] = "880.00"
    report = written(tmp_path, ["各单位支出情况（单位：万元）", wrong, "2023年末编制人数50人。", f"年末{NASTY}", [["编制人数", "52"], ["在职人数", "48"]]])  # fmt: skip
    with Store.open(tmp_path / "store", write=True) as store:
        ingest_file(store, report)
        assistant = Assistant.open(store)
        yield Site(assistant, Feedback(store.folder), Examples(assistant))


@pytest.fixture
def client(site):
    application = FastAPI()
    application.include_router(routes(site))
    with TestClient(application) as opened:
        yield opened


def found(site):
    return site.desk.found(())


def test_a_card_has_its_sentence_its_places_and_the_form(site):
    html = findings_html(found(site), site.reports(), "/")
    assert html.count("<article") == 2
    assert "错误 2" in html
    assert "应为800&#46;00万元" in html
    for one in found(site):
        for _, citation in one.stated[: one.disputed]:
            assert f"#cite={cite_key(citation)}".replace("&", "&amp;") in unescape(html).replace("&", "&amp;")
    assert html.count('action="/findings/verdict"') == 2
    assert NASTY not in html
    assert "<img" not in html


def test_what_was_called_a_false_alarm_is_folded_away(site, client):
    first = found(site)[0]
    body = {"report": first.report, "finding": first.id, "verdict": "误报", "note": NASTY}
    reply = client.post("/findings/verdict", data=body, headers={"accept": "text/plain"})
    assert reply.status_code == 200
    assert 'value="误报" aria-pressed="true"' in reply.text
    assert NASTY not in reply.text
    html = findings_html(found(site), site.reports(), "/")
    assert html.index("已标为误报 1 处") < html.rindex("<article")
    assert "错误 1（另有 1 处已标为误报）" in unescape(html)
    body["verdict"] = ""
    client.post("/findings/verdict", data=body, headers={"accept": "text/plain"})
    assert "已标为误报" not in findings_html(found(site), site.reports(), "/")


def test_a_plain_form_leads_back_to_the_list(site, client):
    first = found(site)[0]
    body = {"report": first.report, "finding": first.id, "verdict": "属实", "note": "已核对"}
    reply = client.post("/findings/verdict", data=body, headers={"accept": "text/html"})
    assert reply.url.path == "/lite/check"
    assert 'value="已核对"' in reply.text
    assert "<script" not in reply.text


@pytest.mark.parametrize(
    "body, sentence",
    [
        ({"report": "没有的", "finding": "x", "verdict": "属实"}, "没有的"),
        ({"finding": "x", "verdict": "属实", "report": TITLE}, "重新检查"),
        ({"verdict": "胡说", "report": TITLE}, "重新检查"),
        ({}, "报告"),
        ({"report": "长" * 30_000}, "报告"),
    ],
)
def test_a_verdict_on_nothing_is_refused_with_a_sentence(site, client, body, sentence):
    reply = client.post("/findings/verdict", data=body, headers={"accept": "text/plain"})
    assert reply.status_code == 409
    assert sentence in reply.text
    assert not site.desk.verdicts.known()


def test_the_places_of_a_finding_are_lit_together(site, client):
    one = next(one for one in found(site) if one.kind == "same")
    keys = [cite_key(citation) for _, citation in one.stated]
    drawn = client.get("/places", params={"key": keys}).text
    assert drawn.count('id="jx-lit"') == 1
    assert "<mark>50人</mark>" in drawn
    assert 'class="jx-lit' in drawn or "jx-lit" in drawn.split("<hr")[1]
    assert places_html(site.assistant.store, keys * 5, "/").count("<hr") == MOST_DRAWN - 1


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_findings_download(client, site, kind):
    reply = client.get(f"/findings.{kind}", params={"r": [found(site)[0].report]})
    assert reply.status_code == 200
    assert reply.content[:2] == b"PK"
    gone = client.get(f"/findings.{kind}", params={"r": ["没有的"]})
    assert gone.status_code == 404
    assert "没有的" in gone.text


def test_the_page_without_script_checks_a_report(client, site):
    page = client.get("/lite/check", params={"r": "明江"})
    assert page.status_code == 200
    assert "应为800" in unescape(page.text)
    assert "/lite/evidence?key=" in page.text
    assert client.get("/lite/check").status_code == 200
    assert client.get("/lite/check", params={"r": "没有的"}).status_code == 404
    assert 'href="/lite/check"' in client.get("/lite").text


def test_the_tab_checks_what_is_chosen(site):
    said = []
    desk = Desk(site.assistant, "/")

    def progress(done, desc="", unit=""):
        said.append(done)

    every = desk.run(None, "全部", progress)
    assert said == [(1, 1)]
    assert every.count("<article") == 2
    assert desk.run([found(site)[0].report], "疑似", progress).count("<article") == 0
    assert "没有" in desk.run(["没有的"], "全部", progress)
    assert "findings.docx?r=" in desk.run([found(site)[0].report], "全部", progress)


def test_an_empty_store_says_what_to_do(tmp_path):
    with Store.open(tmp_path / "store", write=True) as store:
        assert "上传" in Desk(Assistant.open(store), "/").run(None, "全部")
