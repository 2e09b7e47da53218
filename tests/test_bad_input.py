"""Files that can't be read: one Chinese sentence each, the others kept, the store unharmed."""

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from ingest.errors import UnreadableFileError
from ingest.pipeline import Outcome, ingest_file
from ingest.read import read_document, read_report
from ingest.store import Store
from tests import pdffile, wordfile


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


def _too_many_tags(path):
    wordfile.write(path, "<w:p/>" * 1_750_001)


def _too_many_words(path):
    wordfile.write(path, "".join(wordfile.p("字" * 100_000) for _ in range(21)))


def _too_long_a_run(path):
    wordfile.write(path, wordfile.p("A" * (11 * 1024 * 1024)))


LARGE = {
    "tags": (_too_many_tags, "内容过多"),
    "characters": (_too_many_words, "200 万字"),
    "one long run": (_too_long_a_run, "损坏或嵌套过深"),
}


@pytest.mark.parametrize("case", LARGE)
def test_too_much_is_refused(tmp_path, case):
    make, words = LARGE[case]
    path = tmp_path / "大文件.docx"
    make(path)
    with pytest.raises(UnreadableFileError, match=words):
        read_report(path)


CLAMPED = {
    "ten thousand columns": (wordfile.tbl("".join(wordfile.tc(str(i)) for i in range(10_000))), "超过 1000 列"),
    "a span of words": ('<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="abc"/></w:tcPr>' + wordfile.p("文") + "</w:tc></w:tr></w:tbl>", "不是数"),
    "tables 25 deep": (("<w:tbl><w:tr><w:tc>" + wordfile.p("文")) * 25 + "<w:p/></w:tc></w:tr></w:tbl>" * 25, "嵌套超过"),
}  # fmt: skip


@pytest.mark.parametrize("case", CLAMPED)
def test_what_is_clamped_is_said(tmp_path, case):
    body, words = CLAMPED[case]
    bundle = read_report(wordfile.write(tmp_path / "大.docx", body))
    assert any(words in warning for warning in bundle.document.warnings)
    assert all(entry.cells == entry.understood + len(entry.unclear) for entry in bundle.ledger)


def test_names_that_climb_out_of_the_package_are_never_opened(tmp_path):
    secret = tmp_path / "secret.xml"
    secret.write_text(f"<w:styles {wordfile.NS}/>", encoding="utf-8")
    rels = wordfile.RELS.replace('/officeDocument"', '/styles"').replace("word/document.xml", "../../../secret.xml")
    path = wordfile.write(tmp_path / "穿越.docx", wordfile.p("正文"), {"word/_rels/document.xml.rels": rels})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../evil.xml", "x")
    assert read_report(path).document.blocks[0].text == "正文"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["secret.xml", "穿越.docx"]


def test_parts_that_name_themselves_end(tmp_path):
    rels = wordfile.RELS.replace('/officeDocument"', '/header"').replace("word/document.xml", "document.xml")
    path = wordfile.write(tmp_path / "自指.docx", wordfile.p("正文"), {"word/_rels/document.xml.rels": rels})
    assert read_report(path).document.blocks[0].text == "正文"


def test_a_zip64_entry_that_lies_about_its_size(tmp_path):
    path = wordfile.write(tmp_path / "谎.docx", wordfile.p("正文"))
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/document.xml"))
    data[entry + 24 : entry + 28] = b"\xff\xff\xff\x7f"  # the directory claims 2 GB unpacked
    path.write_bytes(data)
    try:
        text = read_report(path).document.blocks[0].text
    except UnreadableFileError as error:
        assert str(error).endswith("。")
    else:
        assert text == "正文"


def _open_files():
    return {str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()}


def _broken(path, target):
    """Yield ``target`` as copies of ``path``, each cut at another place or with one part of its archive emptied."""
    data = path.read_bytes()
    for share in (3, 50, 90, 99):
        target.write_bytes(data[: len(data) * share // 100])
        yield target
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as old:
        for emptied in old.namelist():
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
                for name in old.namelist():
                    new.writestr(name, b"" if name == emptied else old.read(name))
            yield target


@pytest.mark.parametrize("ending", [".docx", ".xlsx", ".pdf", ".html"])
def test_no_file_stays_open_where_reading_stumbles(tmp_path, ending):
    whole, errors = tmp_path / f"完好{ending}", []
    if ending == ".docx":
        wordfile.write(whole, wordfile.p("正文"))
    elif ending == ".xlsx":
        book = Workbook()
        book.active.append(["项目", 1.5])
        book.save(whole)
    elif ending == ".pdf":
        pdffile.write(whole, [pdffile.Sheet().text(50, 50, "正文")])
    else:
        whole.write_text("<html><body><table><tr><td>项目<td>1", encoding="utf-8")
    for bad in _broken(whole, tmp_path / f"坏了{ending}"):
        try:
            read_document(bad)
        except UnreadableFileError as error:
            errors.append(error)  # kept with its frames, so that no collector closes what was left open
        assert str(bad) not in _open_files()
    assert errors or ending == ".html"
