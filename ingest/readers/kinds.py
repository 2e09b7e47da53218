"""Which reader a file needs: by what it holds; its name says little of a web page that calls itself .doc."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ingest.docx import read_docx
from ingest.errors import UnreadableFileError, cant_open
from ingest.flattext import read_text
from ingest.model import Document
from ingest.readers.zipped import DAMAGED

Reader = Callable[[Path], Document]
#: Endings that are read, in the order in which a person is told of them.
ENDINGS = (
    ".docx", ".pdf", ".xlsx", ".xls", ".html", ".htm", ".mhtml", ".mht", ".txt",
    ".png", ".jpg", ".jpeg", ".doc", ".wps", ".rtf", ".odt", ".et", ".ods", ".xlsm", ".docm", ".zip",
)  # fmt: skip
ARCHIVE = ".zip"
_OLE, _ZIP, _PDF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"%PDF-"
_PAGE = re.compile(
    rb"\s{0,200}(?:<!doctype html|<html|<head|<body|<table|<meta|<div|<!--|MIME-Version:)", re.IGNORECASE
)
_FLAT_WORD = re.compile(rb"<(?:\?mso-application[^>]{0,40}Word|pkg:package)")
_TEXTS = (".doc", ".wps", ".rtf", ".odt")
_PICTURES = (".png", ".jpg", ".jpeg")
_HEAD = 4096


def reader_of(path: Path) -> Reader:
    """Return what reads a file; raises ``UnreadableFileError`` with a sentence for a kind that nothing reads."""
    ending, head = path.suffix.lower(), _head(path)
    if ending not in ENDINGS:
        raise UnreadableFileError(f"“{path.name}”的格式暂不支持，目前能读 {kinds_told()}，请另存为其中一种后再试。")
    if ending in (".docx", ".txt"):
        return _pdf if head.startswith(_PDF) else read_docx if ending == ".docx" else read_text
    if head.startswith(_PDF) or ending == ".pdf":
        return _pdf
    if ending in _PICTURES:
        return _picture
    if _FLAT_WORD.search(head):
        return partial(_converted, into="docx", ending=".xml")
    if _PAGE.match(head.removeprefix(b"\xef\xbb\xbf")) or ending in (".html", ".htm", ".mhtml", ".mht"):
        return _html
    if head.startswith(_ZIP):
        return _of_zipped(path, ending)
    if ending in (".xlsx", ".xlsm", ".xls") and head.startswith(_OLE):
        return _xls
    if ending in (".xlsx", ".xlsm"):
        return _xlsx
    into = "docx" if ending in (*_TEXTS, ".docm") else "xlsx"
    return partial(_converted, into=into, ending="")


def has_pages(path: Path) -> bool:
    """Tell whether a file is a PDF, whatever its name says, or a picture: what reads it can't be asked to stop."""
    return path.suffix.lower() in (".pdf", *_PICTURES) or _head(path).startswith(_PDF)


def kinds_told() -> str:
    """Return the endings that are read, for a sentence."""
    return "、".join(ENDINGS)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise cant_open(path.name, error) from error


def _of_zipped(path: Path, ending: str) -> Reader:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except DAMAGED:
        names = []
    if any(name.startswith("word/") for name in names) or ending == ".docm":
        return read_docx
    if any(name.startswith("xl/") for name in names) or ending in (".xlsx", ".xlsm"):
        return _xlsx
    return partial(_converted, into="docx" if ending in _TEXTS else "xlsx", ending="")


def _pdf(path: Path) -> Document:
    from ingest.readers.pdf import read_pdf

    return read_pdf(path)


def _picture(path: Path) -> Document:
    from ingest.readers.picture import read_picture

    return read_picture(path)


def _html(path: Path) -> Document:
    from ingest.readers.html import read_html

    return read_html(path)


def _xlsx(path: Path) -> Document:
    from ingest.readers.xlsx import read_xlsx

    return read_xlsx(path)


def _xls(path: Path) -> Document:
    from ingest.readers.xls import read_xls

    return read_xls(path)


def _converted(path: Path, into: str, ending: str) -> Document:
    from ingest.readers.legacy import converted

    return converted(path, into, read_docx if into == "docx" else _xlsx, ending)
