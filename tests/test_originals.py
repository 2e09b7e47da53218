"""The original's own page: its picture with the cell boxed, the copy it is drawn from, what a hostile one does."""

import stat
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient

from assistant.core import Assistant
from assistant.feedback import Feedback
from assistant.web import originals as web
from assistant.web.answer import Links, answer_html
from assistant.web.copying import plain_text
from assistant.web.evidence import evidence_html
from assistant.web.examples import Examples
from assistant.web.places import cite_key
from assistant.web.routes import Site, routes
from ingest import originals, portrait
from ingest.errors import StoreError, UnreadableFileError
from ingest.pipeline import Outcome, ingest, ingest_file
from ingest.read import read_report
from ingest.store import Store
from tests import wordfile
from tests.conftest import assistant_over
from tests.pdffile import Sheet, write
from tests.test_pdf import CELLS, SPANS, TABLE, XS, YS

DOTS = portrait._DPI / 72
NAME = "清河县财政局2023年度部门决算"


def pixels(png):
    return np.asarray(Image.open(BytesIO(png)).convert("RGB")).astype(int)


def boxed(image):
    """Return the bounds (left, top, right, bottom) of what is framed in red, in points."""
    red = (image[..., 0] > 150) & (image[..., 1] < 80) & (image[..., 2] < 80)
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    return columns[0] / DOTS, rows[0] / DOTS, (columns[-1] + 1) / DOTS, (rows[-1] + 1) / DOTS


def ink(image, edges):
    """Return the dark dots inside a rectangle, its lines aside."""
    left, top, right, bottom = (round(edge * DOTS) for edge in edges)
    return image[top + 4 : bottom - 4, left + 4 : right - 4].sum(axis=2) < 300


def report(folder, name=NAME, amount="1,234.56"):
    """Write a report of three pages, its table over the last two, the header printed again."""
    cover = Sheet().text(150, 300, NAME, 20)
    head = {(0, 0): "项目", (0, 1): "预算数", (0, 2): "决算数"}
    first = {**head, (1, 0): "办公费", (1, 1): "12.30", (1, 2): "11.20"}
    second = {**head, (1, 0): "差旅费", (1, 1): "7.00", (1, 2): amount}
    xs = (60, 200, 300, 400)
    pages = [
        Sheet().text(100, 60, "支出决算表").text(400, 75, "单位：万元").table(xs, (700, 730, 770), first),
        Sheet().table(xs, (60, 90, 130), second),
    ]
    folder.mkdir(exist_ok=True)
    return write(folder / f"{name}.pdf", [cover, *pages])


def spot_of(store, raw):
    """Return (report, block, page, edges) of the one figure printed so."""
    [one] = [one for held in store.reports() for one in store.all_facts(held.id) if one.fact.raw == raw]
    source = one.fact.source
    origin = store.blocks(one.report, source.block, source.block)[0][0].origin
    edges = store.edges(one.report, source.block, source.row, source.column)
    return one.report, source.block, origin.page_of(source.row), edges


@pytest.mark.parametrize("turned", list(TABLE)[:6])
def test_a_cell_is_boxed_where_it_is_printed_however_its_page_is_turned(tmp_path, turned):
    plain = write(tmp_path / "plain.pdf", [TABLE["as it stands"]])
    with Store.open(tmp_path / "store", write=True) as store:
        ingest_file(store, write(tmp_path / "a.pdf", [TABLE[turned]]))
        for row, column in ((2, 1), (3, 1), (3, 2)):
            name, _, page, edges = spot_of(store, CELLS[row, column])
            assert edges == pytest.approx((XS[column], YS[row], XS[column + 1], YS[row + 1]), abs=1)
            image = pixels(portrait.portrait(store.original(name), page, edges, whole=True))
            assert boxed(image) == pytest.approx(edges, abs=4)
            seen, upright = ink(image, edges), ink(pixels(portrait.portrait(plain, 1, None)), edges)
            assert (seen & upright).sum() > 0.6 * max(seen.sum(), upright.sum()) > 0


@pytest.mark.parametrize("frame", ["[-100 -100 900 1200]", "[0 0 595 842]", "[40 60 500 800]"])
def test_a_page_is_boxed_as_it_is_shown_whatever_its_crop_box_says(tmp_path, frame):
    """A crop box larger than its page is cut to it, as what draws pages cuts it."""
    path = write(tmp_path / "a.pdf", [Sheet().table(XS, YS, CELLS, SPANS)])
    path.write_bytes(path.read_bytes().replace(b"/Rotate 0", f"/CropBox {frame} /Rotate 0".encode()))
    plain = write(tmp_path / "plain.pdf", [Sheet().table(XS, YS, CELLS, SPANS)])
    with Store.open(tmp_path / "store", write=True) as store:
        ingest_file(store, path)
        name, _, page, edges = spot_of(store, "1,234.56")
        image = pixels(portrait.portrait(store.original(name), page, edges, whole=True))
    place = (XS[1], YS[3], XS[2], YS[4])
    seen, upright = ink(image, edges), ink(pixels(portrait.portrait(plain, 1, None)), place)
    rows, columns = (min(a, b) for a, b in zip(seen.shape, upright.shape, strict=True))
    both = seen[:rows, :columns] & upright[:rows, :columns]
    assert both.sum() > 0.4 * max(seen.sum(), upright.sum()) > 0


@pytest.mark.parametrize("turn", [0, 1.5, -3])
def test_a_scan_is_boxed_as_it_was_read_straight(tmp_path, turn):
    plain = Image.fromarray(pixels(portrait.portrait(write(tmp_path / "a.pdf", [TABLE["as it stands"]]), 1, None))
                            .astype(np.uint8))  # fmt: skip
    scan = plain.resize((plain.width * 2, plain.height * 2)).rotate(turn, fillcolor="white", resample=Image.BICUBIC)
    scan.save(tmp_path / "scan.png")
    edges = (XS[1], YS[3], XS[2], YS[4])
    image = pixels(portrait.portrait(tmp_path / "scan.png", None, edges, is_scan=True, whole=True))
    left, top, right, bottom = (round(edge * DOTS) for edge in edges)
    lines = image[top - 8 : bottom + 8, left + 12 : right - 12].sum(axis=2) < 420
    assert boxed(image) == pytest.approx(edges, abs=4)
    near = np.flatnonzero(lines.mean(axis=1) > 0.6)  # what the frame doesn't hide: no ruling runs through the box
    assert not any(10 < row < len(lines) - 10 for row in near)


def test_a_strip_shows_the_place_and_its_neighbours(tmp_path):
    path = write(tmp_path / "a.pdf", [Sheet().table(XS, YS, CELLS, SPANS)])
    strip = pixels(portrait.portrait(path, 1, (XS[1], YS[3], XS[2], YS[4])))
    whole = pixels(portrait.portrait(path, 1, (XS[1], YS[3], XS[2], YS[4]), whole=True))
    assert strip.shape[1] == whole.shape[1]
    assert strip.shape[0] < whole.shape[0] / 3
    assert boxed(strip)[3] - boxed(strip)[1] == pytest.approx(YS[4] - YS[3], abs=5)


@pytest.mark.parametrize("edges", [(-50, -50, 20, 20), (560, 800, 900, 1200), (700, 900, 800, 1000), (0, 0, 0, 0)])
def test_a_place_beyond_the_page_does_no_harm(tmp_path, edges):
    path = write(tmp_path / "a.pdf", [Sheet().table(XS, YS, CELLS, SPANS)])
    assert pixels(portrait.portrait(path, 1, edges, whole=True)).shape[2] == 3


@pytest.mark.parametrize("page", [0, 2, 99999999])
def test_what_can_t_be_drawn_is_said(tmp_path, page):
    path = write(tmp_path / "a.pdf", [Sheet().text(60, 60, "甲局")])
    with pytest.raises(UnreadableFileError, match="没有画出来"):
        portrait.portrait(path, page, None)
    path.write_bytes(b"%PDF-1.5\n" + b"0" * 4000)
    with pytest.raises(UnreadableFileError, match="没有画出来"):
        portrait.portrait(path, 1, None)


def test_a_cell_of_a_table_over_two_pages_is_boxed_on_its_own(tmp_path):
    with Store.open(tmp_path / "store", write=True) as store:
        ingest_file(store, report(tmp_path / "in"))
        assert spot_of(store, "11.20")[2:] == (2, pytest.approx((300, 730, 400, 770), abs=1))
        assert spot_of(store, "1,234.56")[2:] == (3, pytest.approx((300, 90, 400, 130), abs=1))


# the copy


def test_a_copy_outlives_its_file_and_goes_with_its_report(tmp_path):
    path = report(tmp_path / "in")
    with Store.open(tmp_path / "store", write=True) as store:
        held = ingest_file(store, path).report
        data = path.read_bytes()
        path.unlink()
        copy = store.original(held)
        assert copy.read_bytes() == data
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
        store.delete(held)
        assert store.original(held) is None
        assert list((tmp_path / "store" / "jixiao-originals").iterdir()) == []


def test_a_replaced_report_s_copy_is_the_new_one_alone(tmp_path):
    with Store.open(tmp_path / "store", write=True) as store:
        ingest_file(store, report(tmp_path / "in"))
        result = ingest_file(store, report(tmp_path / "in", amount="9,999.99"))
        assert result.outcome is Outcome.REPLACED
        assert store.original(result.report).read_bytes() == (tmp_path / "in" / f"{NAME}.pdf").read_bytes()
        assert len(list((tmp_path / "store" / "jixiao-originals").iterdir())) == 1


def test_what_is_read_again_by_a_newer_pipeline_keeps_its_copy(tmp_path, monkeypatch):
    path = report(tmp_path / "in")
    with Store.open(tmp_path / "store", write=True) as store:
        held = ingest_file(store, path).report
        monkeypatch.setattr("ingest.pipeline.PIPELINE_VERSION", 999)
        assert ingest_file(store, path).outcome is Outcome.REPLACED
        assert store.original(held).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("jobs", [0, 2])
def test_a_report_out_of_an_archive_has_its_page_too(tmp_path, jobs):
    path = report(tmp_path / "in")
    with zipfile.ZipFile(tmp_path / "附件.zip", "w") as archive:
        archive.write(path, path.name)
    with Store.open(tmp_path / "store", write=True) as store:
        [result] = ingest(store, [tmp_path / "附件.zip"], jobs=jobs)
        assert store.original(result.report).read_bytes() == path.read_bytes()


def test_a_word_file_has_no_pages_and_no_copy(tmp_path):
    path = wordfile.write(tmp_path / "a.docx", wordfile.p("清河县财政局2023年度支出合计12.30万元。"))
    with Store.open(tmp_path / "store", write=True) as store:
        assert store.original(ingest_file(store, path).report) is None
    assert not (tmp_path / "store" / "jixiao-originals").exists()


def test_what_a_killed_writing_left_goes_when_the_store_is_written_to_again(tmp_path):
    path = report(tmp_path / "in")
    with Store.open(tmp_path / "store", write=True) as store:
        held = ingest_file(store, path).report
        originals.keep(store.folder, report(tmp_path / "other", "乙", "5.00"), "0" * 64)
        (store.folder / "jixiao-originals" / ("1" * 64)).write_bytes(b"%PDF-")
        (store.folder / "jixiao-originals" / ("2" * 64 + ".part")).write_bytes(b"%PDF-")
    with Store.open(tmp_path / "store") as store:
        assert len(list((tmp_path / "store" / "jixiao-originals").iterdir())) == 3
    with Store.open(tmp_path / "store", write=True) as store:
        assert [one.name for one in (tmp_path / "store" / "jixiao-originals").iterdir()] == [store.original(held).name]


def test_a_file_that_changed_meanwhile_is_not_kept(tmp_path):
    path = report(tmp_path / "in")
    originals.keep(tmp_path, path, "0" * 64)
    assert list((tmp_path / "jixiao-originals").iterdir()) == []


def test_nothing_else_of_the_folder_is_touched(tmp_path):
    """The store may lie anywhere, beside a folder of the user's own that is called alike too."""
    for name in ("originals", "jixiao-originals"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "我的报告.pdf").write_bytes(b"%PDF-")
        (tmp_path / name / ("a" * 63)).write_bytes(b"mine")
    with Store.open(tmp_path, write=True) as store:
        store.delete(ingest_file(store, report(tmp_path / "in")).report)
    for name in ("originals", "jixiao-originals"):
        assert sorted(path.name for path in (tmp_path / name).iterdir()) == ["a" * 63, "我的报告.pdf"]


def test_a_file_that_went_while_it_was_read_is_stored_without_a_copy(tmp_path, monkeypatch):
    path = report(tmp_path / "in")
    other = wordfile.write(tmp_path / "b.docx", wordfile.p("清河县民政局2023年度支出合计12.30万元。"))

    def read(file):
        bundle = read_report(file)
        if file == path:
            path.unlink()
        return bundle

    monkeypatch.setattr("ingest.pipeline._apart", read)
    with Store.open(tmp_path / "store", write=True) as store:
        found = list(ingest(store, [path, other]))
        assert [one.outcome for one in found] == [Outcome.ADDED, Outcome.ADDED]
        assert store.original(found[0].report) is None


def test_a_folder_that_takes_no_copy_is_told_in_a_sentence(tmp_path):
    (tmp_path / "store").mkdir()
    with Store.open(tmp_path / "store", write=True) as store:
        (tmp_path / "store" / "jixiao-originals").write_text("in the way")
        with pytest.raises(StoreError, match="副本"):
            ingest_file(store, report(tmp_path / "in"))
        assert store.reports() == []


# the page


@pytest.fixture
def site(tmp_path):
    with Store.open(tmp_path / "store", write=True) as store:
        ingest_file(store, report(tmp_path / "in"))
        assistant = Assistant.open(store)
        yield Site(assistant, Feedback(store.folder), Examples(assistant))


@pytest.fixture
def client(site):
    application = FastAPI()
    application.include_router(routes(site))
    with TestClient(application) as opened:
        yield opened


def key_of(site, question="差旅费决算数是多少"):
    return cite_key(site.assistant.ask(question).citations[0])


def test_a_citation_s_evidence_shows_its_page_with_the_cell_boxed(site, client):
    key = key_of(site)
    html = evidence_html(site.assistant.store, key)
    assert "看原件第3页" in html
    for whole in ("", "&whole=1"):
        reply = client.get(f"/original.png?key={key}{whole}")
        assert reply.headers["content-type"] == "image/png"
        assert reply.headers["cache-control"] == "no-store"
        left, top, right, bottom = boxed(pixels(reply.content))
        assert (left, right) == pytest.approx((300, 400), abs=4)
        assert bottom - top == pytest.approx(40, abs=6)


@pytest.mark.parametrize("key", ["", "r=nobody~b=1", "r={}~b=99", "a" * 500, "r={}", "r={}~t=0~row=1~col=1"])
def test_a_key_that_points_nowhere_is_said(site, client, key):
    [held] = site.assistant.store.reports()
    reply = client.get("/original.png", params={"key": key.format(held.id)})
    assert reply.status_code == 404
    assert "请" in reply.text


def test_a_cell_that_is_not_there_shows_its_page_without_a_box(site, client):
    [held] = site.assistant.store.reports()
    block = site.assistant.store.table(held.id, 0).block
    reply = client.get("/original.png", params={"key": f"r={held.id}~b={block}~t=0~row=7~col=9"})
    assert reply.headers["content-type"] == "image/png"


def test_a_table_that_stands_elsewhere_by_now_shows_no_page(site, client):
    [held] = site.assistant.store.reports()
    assert client.get("/original.png", params={"key": f"r={held.id}~b=0~t=0~row=1~col=1"}).status_code == 404


def test_a_copy_that_is_gone_or_damaged_is_said_and_the_site_goes_on(site, client):
    key = key_of(site)
    [held] = site.assistant.store.reports()
    copy = site.assistant.store.original(held.id)
    copy.write_bytes(b"%PDF-1.4\nnothing at all")
    assert "没有画出来" in client.get(f"/original.png?key={key}&whole=1").text
    copy.unlink()
    assert client.get(f"/original.png?key={key}").status_code == 404
    assert "看原件" not in evidence_html(site.assistant.store, key)
    assert client.get(f"/evidence?key={key}").status_code == 200


def test_a_blank_cell_s_citation_says_that_it_is_blank(tmp_path):
    """Wherever a citation is listed: nothing in quotation marks says nothing."""
    rows = [["项目", "决算数"], ["办公费", "12.30"], ["差旅费", ""]]
    body = wordfile.p(NAME) + wordfile.p("单位：万元") + wordfile.plain_table(rows)
    path = wordfile.write(tmp_path / f"{NAME}.docx", body)
    answer = assistant_over(tmp_path / "store", path).ask("差旅费决算数是多少")
    assert [one.quote.strip() for one in answer.citations] == [""]
    assert answer.citations[0].quoted() == "（空白格）"
    html = answer_html(answer, {}, Links(lambda _: "", "", lambda _: ""))
    assert "（空白格）" in html
    assert "“”" not in html
    assert "“”" not in plain_text(answer, {})


def test_pages_that_take_long_to_draw_hold_nobody_up(site, client, monkeypatch):
    key = key_of(site)
    started = threading.Event()
    release = threading.Event()

    def slow(*_, **__):
        started.set()
        release.wait(20)
        return b"png"

    monkeypatch.setattr(web, "portrait", slow)
    monkeypatch.setattr(web, "_PATIENCE", 0.05)
    web._pictures.clear()
    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(client.get, f"/original.png?key={key}&whole={n % 2}") for n in range(2)]
        started.wait(10)
        time.sleep(0.2)
        late = [pool.submit(client.get, f"/original.png?key={key}~x={n}") for n in range(4)]
        sent_away = [one.result(5) for one in late]
        assert client.get(f"/evidence?key={key}").status_code == 200
        release.set()
        assert [one.result(20).content for one in waiting] == [b"png", b"png"]
    assert all("请过几秒" in one.text for one in sent_away)
    web._pictures.clear()


def test_the_pictures_kept_are_bounded(monkeypatch):
    monkeypatch.setattr(web, "portrait", lambda *_, **__: bytes(1000))
    monkeypatch.setattr(web, "_MOST_KEPT", 5000)
    web._pictures.clear()
    for number in range(40):
        web._drawn(web._View(Path("a"), number, None, False, False))
    assert sum(map(len, web._pictures.values())) <= 5000
    web._pictures.clear()
