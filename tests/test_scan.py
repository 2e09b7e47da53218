"""Scans and pictures: recognised with how sure that is, unsure figures never read, answers say what they rest on."""

import re

import numpy as np
import pytest
from PIL import Image, ImageDraw

from assistant.loaded import with_remarks
from assistant.model import Answer, Citation, Status
from ingest.errors import UnreadableFileError
from ingest.pages import scan
from ingest.pages.lattice import ruled_tables
from ingest.pages.page import Box
from ingest.pages.pdfium import opened, pages_of, rendered
from ingest.pages.scan import DPI, SURE, UNCLEAR, Reading
from ingest.read import read_document, read_report
from ingest.readers import pdf as pdf_reader
from ingest.readers import picture as picture_reader


@pytest.fixture(scope="module")
def scanned(shared, tmp_path_factory):
    """A page of a published report as a scan: aslant by 1°, a red stamp over its figures, once as PDF, once as PNG."""
    folder = tmp_path_factory.mktemp("scan")
    (source,) = (shared / "reports" / "public").glob("*财政局*.pdf")
    with opened(source) as document:
        page = next(page for page in pages_of(document) if page.number == 8)
        picture = Image.fromarray(rendered(document, 8, DPI))
    draw = ImageDraw.Draw(picture)
    x, y, r = picture.width * 0.6, picture.height * 0.5, picture.width * 0.08
    draw.ellipse((x - r, y - r, x + r, y + r), outline=(220, 40, 40), width=12)
    picture = picture.rotate(1, fillcolor="white", resample=Image.Resampling.BICUBIC)
    picture.save(folder / "扫描.png", dpi=(DPI, DPI))
    picture.save(folder / "扫描.pdf", resolution=DPI)
    return page, folder


def cells(table):
    return {(c.row, c.column): re.sub(r"\s", "", c.text) for c in table.cells}


@pytest.mark.parametrize("name", [pytest.param("扫描.pdf", marks=pytest.mark.slow), "扫描.png"])
def test_a_stamped_scan_gives_the_figures_of_its_page(scanned, name):
    page, folder = scanned
    truth = cells(ruled_tables(page)[0].table)
    document = read_document(folder / name)
    (block,) = [b for b in document.blocks if b.table is not None]
    found = cells(block.table)
    figures = {place: text for place, text in truth.items() if re.fullmatch(r"[\d,.]+", text)}
    wrong = {place: found.get(place) for place, text in figures.items() if found.get(place) not in (text, UNCLEAR)}
    assert not wrong
    assert sum(found.get(place) == text for place, text in figures.items()) >= 0.85 * len(figures)
    assert UNCLEAR in found.values()  # under the stamp
    assert block.origin.is_scan
    assert pdf_reader.SCANNED in document.warnings


def test_an_unsure_figure_is_told_to_be_unclear_and_is_no_figure():
    rows = [("项目", "预算数", "决算数"), ("办公费", "12.30", "11.20"), ("差旅费", "7.10", "6.00")]
    lines = [
        (Box(62 + 100 * c, 103 + 20 * r, 110 + 100 * c, 117 + 20 * r), text, 0.5 if text == "11.20" else 0.999)
        for r, row in enumerate(rows) for c, text in enumerate(row)
    ]  # fmt: skip
    rulings = [Box(60, 100 + 20 * r, 360, 100.5 + 20 * r) for r in range(4)]
    rulings += [Box(60 + 100 * c, 100, 60.5 + 100 * c, 160) for c in range(4)]
    page = Reading(tuple(lines), tuple(rulings), 595, 842).page(1)
    assert cells(ruled_tables(page)[0].table)[1, 2] == UNCLEAR
    assert cells(ruled_tables(page)[0].table)[1, 1] == "12.30"
    assert SURE > 0.5


def test_red_ink_goes_and_red_figures_stay(monkeypatch):
    image = np.full((100, 400, 3), 255, np.uint8)
    image[10:30, 10:200] = (220, 30, 30)
    stamp = scan._stamp(image)
    assert scan._without_red(image, stamp)[20, 100].min() > 200
    assert scan._stamp(np.full((50, 50, 3), 255, np.uint8)) is None
    red, spoilt = (Box(0, 0, 10, 5), "-1.30", 0.99), (Box(20, 40, 30, 50), "2.00", 0.99)
    plain, under = (Box(20, 40, 30, 50), "2.08", 0.9), (Box(150, 8, 220, 28), "206.66", 0.99)
    monkeypatch.setattr(scan, "_reading", lambda _: [red, spoilt])
    assert scan._merged([plain, under], image, stamp) == [plain, (*under[:2], 0.0), red]


@pytest.mark.parametrize("name", ["扫描.pdf", "扫描.png"])
def test_without_recognition_one_sentence_says_what_to_install(scanned, name, monkeypatch):
    for module in (pdf_reader, picture_reader):
        monkeypatch.setattr(module, "can_recognise", lambda: False)
    with pytest.raises(UnreadableFileError, match=r"jixiao\[ocr\]"):
        read_report(scanned[1] / name)


def test_a_picture_that_is_none_or_too_large_is_refused(tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing")
    with pytest.raises(UnreadableFileError, match="图片"):
        read_document(tmp_path / "a.png")
    Image.new("1", (20_000, 10_000)).save(tmp_path / "b.png")
    with pytest.raises(UnreadableFileError, match="点数过多"):
        read_document(tmp_path / "b.png")


def test_an_answer_from_a_scan_says_so():
    citation = Citation(1, "r1", "支出决算表", "11.20", page=3, scan=True)
    answer = with_remarks(Answer(Status.ANSWERED, "办公费为11.20万元。", (), (citation,)), ())
    assert "由扫描件识别" in answer.text
    assert citation.where.startswith("第3页（扫描件）")
