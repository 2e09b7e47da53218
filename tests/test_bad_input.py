"""Files that can't be read: one Chinese sentence each, the others kept, the store unharmed."""

import zipfile

import pytest

from ingest.errors import UnreadableFileError
from ingest.pipeline import Outcome, ingest_file
from ingest.read import read_report
from ingest.store import Store
from tests import wordfile


def _not_docx(path):
    path.write_text("这不是 Word 文件", encoding="utf-8")


def _empty(path):
    path.write_bytes(b"")


def _truncated(path):
    wordfile.write(path, wordfile.p("正文" * 5000))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _encrypted(path):
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))


def _old_word(path):
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000)


def _bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", wordfile.TYPES)
        archive.writestr("_rels/.rels", wordfile.RELS)
        with archive.open("word/document.xml", "w", force_zip64=True) as stream:
            for _ in range(80):
                stream.write(b"A" * 1024 * 1024)


def _doctype(path):
    body = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aa">]><d>&a;</d>'
    wordfile.write(path, "", {})
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_rels/.rels", wordfile.RELS)
        archive.writestr("word/document.xml", body)


def _part_missing(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_rels/.rels", wordfile.RELS)


def _no_part(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")


def _broken_xml(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_rels/.rels", wordfile.RELS)
        archive.writestr("word/document.xml", "<w:document")


def _deep(path):
    depth = 3000
    body = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth
    wordfile.write(path, body)


def _no_text(path):
    wordfile.write(path, "<w:p/>")


BAD = {
    "not a docx": (_not_docx, "不是 .docx"),
    "empty": (_empty, "空文件"),
    "truncated": (_truncated, "损坏"),
    "encrypted": (_encrypted, "加密"),
    "old word": (_old_word, "另存为 .docx"),
    "zip bomb": (_bomb, "过大"),
    "doctype": (_doctype, "DOCTYPE"),
    "part named but missing": (_part_missing, "缺少正文部件"),
    "no part": (_no_part, "没有 Word 正文"),
    "broken xml": (_broken_xml, "损坏"),
    "3000 deep": (_deep, "嵌套过深"),
    "no text": (_no_text, "没有文字"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_in_one_sentence(tmp_path, case):
    make, words = BAD[case]
    path = tmp_path / "坏文件.docx"
    make(path)
    with pytest.raises(UnreadableFileError) as caught:
        read_report(path)
    sentence = str(caught.value)
    assert "坏文件.docx" in sentence
    assert words in sentence
    assert sentence.endswith("。")
    assert "\n" not in sentence


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UnreadableFileError, match="打不开"):
        read_report(tmp_path / "没有.docx")


def test_a_bad_file_fails_alone(tmp_path):
    bad, good = tmp_path / "坏.docx", wordfile.write(tmp_path / "好.docx", wordfile.p("编制人数为12人。"))
    _truncated(bad)
    with Store.open(tmp_path / "store", write=True) as store:
        outcomes = [ingest_file(store, path).outcome for path in (bad, good, bad)]
        assert outcomes == [Outcome.FAILED, Outcome.ADDED, Outcome.FAILED]
        assert [report.name for report in store.reports()] == ["好.docx"]


def test_random_damage_never_raises_anything_else(tmp_path, real_docx):
    data = bytearray(real_docx.read_bytes())
    for seed in range(60):
        damaged = bytearray(data)
        for step in range(8):
            damaged[(seed * 7919 + step * 104729) % len(damaged)] ^= 1 + (seed + step) % 255
        path = tmp_path / f"{seed}.docx"
        path.write_bytes(damaged)
        try:
            read_report(path)
        except UnreadableFileError as error:
            assert str(error).endswith("。")


@pytest.mark.parametrize("value", ["²", "", "１", "-3", "abc", "999999999999", "\u0662"])
def test_numbers_that_are_none_are_read_past(tmp_path, value):
    cell = f"<w:tc><w:tcPr><w:gridSpan w:val='{value}'/></w:tcPr>{wordfile.p('文')}</w:tc>"
    numbered = f"<w:pPr><w:outlineLvl w:val='{value}'/><w:numPr><w:ilvl w:val='{value}'/><w:numId w:val='1'/></w:numPr></w:pPr>"
    styles = f"<w:styles {wordfile.NS}><w:style w:styleId='a'><w:name w:val='heading {value}'/></w:style></w:styles>"
    numbering = (
        f"<w:numbering {wordfile.NS}><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='{value}'><w:start w:val='{value}'/>"
        "</w:lvl></w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>"
    )
    rels = wordfile.RELS.replace('officeDocument" Target="word/document.xml', 'styles" Target="styles.xml')
    rels = rels.replace(
        "</Relationships>", rels[rels.index("<Relationship ") : rels.index("/>") + 2] + "</Relationships>"
    )
    rels = rels.replace("/styles", "/numbering", 1).replace("styles.xml", "numbering.xml", 1).replace("r1", "r2", 1)
    parts = {"word/_rels/document.xml.rels": rels, "word/styles.xml": styles, "word/numbering.xml": numbering}
    body = wordfile.p("文", numbered) + f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>"
    bundle = read_report(wordfile.write(tmp_path / "数.docx", body, parts))
    assert bundle.document.blocks[-1].table.cells[0].text == "文"
