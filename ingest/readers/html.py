"""A saved web page: the article that it publishes, without what stands around it on every page of its site."""

from __future__ import annotations

import re
from dataclasses import replace
from email import policy
from email.parser import BytesParser
from pathlib import Path

from lxml import etree

from ingest.errors import UnreadableFileError, cant_open
from ingest.limits import bounded
from ingest.model import Block, Document
from ingest.package import MAX_FILE, MAX_TAGS
from ingest.webpage import blocks_of_page, page_of_html

#: The article holds so much of a page's text that is no link.
_ARTICLE = 0.7
_AROUND_TAGS = frozenset("nav header footer aside select button".split())
_AROUND = re.compile(
    r"(?:^|[-_ ])(?:nav|menu|header|banner|breadcrumb|crumbs?|footer|foot|sidebar|share|related|recommend|toolbar|"
    r"copyright|position|location|qrcode|search|topbar|links?)(?:$|[-_ \d])",
    re.IGNORECASE,
)
#: Lists of which most is links are no content; a short one may be a table of contents inside the article.
_LINKED, _SHORT = 0.6, 10
_TITLE_ENDS = re.compile(r"\s{0,4}[-_|–—>]\s{0,4}.*$")


def read_html(path: Path) -> Document:
    """Read a web page (.html, .htm, .mhtml); raises ``UnreadableFileError`` with a sentence for the user."""
    data = _page_in(_bytes(path), path.name)
    if data.count(b"<") > MAX_TAGS:
        raise UnreadableFileError(f"“{path.name}”的内容过多，已拒绝读取；请拆分成几个文件后再试。")
    root = page_of_html(data)
    if root is None:
        raise UnreadableFileError(f"“{path.name}”里没有文字，请检查文件内容后再试。")
    title = _title(root)
    for element in [one for one in root.iter() if isinstance(one.tag, str) and _is_around(one)]:
        _drop(element)
    blocks = blocks_of_page(_article(root))
    if title and not any(title in block.text for block in blocks[:5]):
        blocks = [Block(0, title, 1), *(replace(block, number=block.number + 1) for block in blocks)]
    return bounded(Document(path.name, tuple(blocks)))


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE:
            raise UnreadableFileError(f"“{path.name}”超过 {MAX_FILE // 1024**2} MB 的上限，请拆分后再试。")
        return path.read_bytes()
    except OSError as error:
        raise cant_open(path.name, error) from error


def _page_in(data: bytes, name: str) -> bytes:
    """Return the page of a web archive (RFC 2557); a page itself as it is."""
    if not re.match(rb"\s{0,40}(?:MIME-Version|From|Content-Type|Snapshot|Subject|Date):", data[:400], re.IGNORECASE):
        return data
    message = BytesParser(policy=policy.default).parsebytes(data)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            held = part.get_payload(decode=True)
            if isinstance(held, bytes):
                return held
    raise UnreadableFileError(f"“{name}”里没有网页正文，请用浏览器打开后另存为 .html 再试。")


def _title(root: etree._Element) -> str:
    """Return the article's title: the site's own mark, the only heading, or the window's title without the site."""
    for meta in root.iter("meta"):
        if (meta.get("name") or "").lower() == "articletitle" and meta.get("content"):
            return " ".join((meta.get("content") or "").split())
    headings = ["".join(map(str, one.itertext())) for one in root.iter("h1")]
    if len(headings) == 1 and headings[0].strip():
        return " ".join(headings[0].split())
    told = next((one.text or "" for one in root.iter("title")), "")
    return _TITLE_ENDS.sub("", " ".join(told.split()))


def _is_around(element: etree._Element) -> bool:
    tag = str(element.tag)
    if tag in _AROUND_TAGS:
        return True
    if tag in ("html", "body", "table", "tr", "td", "th", "form", "main", "article"):
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if _AROUND.search(names) and next(element.iter("table"), None) is None:
        return True
    if tag not in ("ul", "ol", "div"):
        return False
    said = len("".join(map(str, element.itertext())).strip())
    links = [len("".join(map(str, link.itertext())).strip()) for link in element.iter("a")]
    return (said > _SHORT or len(links) > 2) and sum(links) > _LINKED * said


def _drop(element: etree._Element) -> None:
    """Take an element out, and leave the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    before, tail = element.getprevious(), element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _article(root: etree._Element) -> etree._Element:
    """Return the innermost element that holds most of the page's text."""
    element = root
    whole = _length(root)
    while True:
        best = max(
            (child for child in element if isinstance(child.tag, str) and child.tag not in ("table", "p")),
            key=_length,
            default=None,
        )
        if best is None or _length(best) < _ARTICLE * whole:
            return element
        element = best


def _length(element: etree._Element) -> int:
    return sum(len(text.strip()) for text in map(str, element.itertext()))
