"""Opening a .docx as the zip package it is: with limits, and no trust in what it declares."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from pathlib import Path
from typing import Self

from lxml import etree

from ingest.errors import UnreadableFileError, cant_open

MAX_FILE = 100 * 1024 * 1024
MAX_PART = 40 * 1024 * 1024
MAX_PARTS = 10_000
#: Opening and closing tags of one part; a parsed element takes some 150 bytes.
MAX_TAGS = 1_750_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRICT = (b"http://purl.oclc.org/ooxml/", b"http://schemas.openxmlformats.org/")
_STRICT_PATHS = {
    b"schemas.openxmlformats.org/wordprocessingml/main": b"schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"schemas.openxmlformats.org/officeDocument/relationships": (
        b"schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
}
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Package:
    """The parts of a .docx, parsed on demand.  Use as a context manager."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive = archive
        self._name = name
        self._names = {info.filename: info for info in archive.infolist()}

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open ``path``; raises ``UnreadableFileError`` for anything that isn't a readable .docx."""
        name = path.name
        try:
            size = path.stat().st_size
            with path.open("rb") as stream:
                head = stream.read(8)
        except OSError as error:
            raise cant_open(name, error) from error
        if size == 0:
            raise UnreadableFileError(f"“{name}”是空文件，请重新导出后再试。")
        if size > MAX_FILE:
            raise UnreadableFileError(f"“{name}”超过 {MAX_FILE // 1024**2} MB 的上限，请拆分或压缩其中的图片后再试。")
        if head == _OLE:
            raise UnreadableFileError(_ole_sentence(path))
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            truncated = head.startswith(b"PK")
            why = "已损坏或没有传完整，请重新获取原文件" if truncated else "不是 .docx 文件，请用 Word 另存为 .docx"
            raise UnreadableFileError(f"“{name}”{why}后再试。") from error
        if len(archive.infolist()) > MAX_PARTS:
            archive.close()
            raise UnreadableFileError(f"“{name}”内含的部件过多，不像正常的 Word 文件，请用 Word 另存后再试。")
        return cls(archive, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def main_part(self) -> str:
        """Return the name of the document part, as the package's relationships give it."""
        for kind, target in self._targets("_rels/.rels", ""):
            if kind.endswith("/officeDocument"):
                if target not in self._names:
                    raise UnreadableFileError(
                        f"“{self._name}”缺少正文部件 {target[:80]}，文件不完整，请用 Word 另存后再试。"
                    )
                return target
        if "word/document.xml" in self._names:
            return "word/document.xml"
        raise UnreadableFileError(f"“{self._name}”里没有 Word 正文，不是 .docx 文件，请用 Word 另存为 .docx 后再试。")

    def related(self, part: str) -> dict[str, list[str]]:
        """Return relation type (its last word) → names of the parts that exist."""
        folder, base = posixpath.split(part)
        found: dict[str, list[str]] = {}
        for kind, target in self._targets(f"{folder}/_rels/{base}.rels", folder):
            if target in self._names:
                found.setdefault(kind.rsplit("/", 1)[-1], []).append(target)
        return found

    def by_id(self, part: str) -> dict[str, str]:
        """Return relation id → name of the part that it means, of those that exist."""
        folder, base = posixpath.split(part)
        rels = f"{folder}/_rels/{base}.rels"
        if rels not in self._names:
            return {}
        joined = {rel.get("Id", ""): posixpath.normpath(posixpath.join(folder, rel.get("Target", ""))) for rel in
                  self.xml(rels).iter(_RELATIONSHIPS) if rel.get("TargetMode") != "External"}  # fmt: skip
        return {key: name for key, name in joined.items() if name in self._names}

    def data(self, part: str) -> bytes:
        """Return a part's bytes, bounded like every other."""
        return self._read(part)

    def _targets(self, rels: str, folder: str) -> list[tuple[str, str]]:
        if rels not in self._names:
            return []
        targets = []
        for rel in self.xml(rels).iter(_RELATIONSHIPS):
            target = rel.get("Target", "")
            joined = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            if rel.get("TargetMode") != "External":
                targets.append((rel.get("Type", ""), posixpath.normpath(joined)))
        return targets

    def xml(self, part: str) -> etree._Element:
        """Parse a part: no DTD, no entities, no network, bounded in size and depth."""
        data = self._read(part)
        if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
            raise UnreadableFileError(f"“{self._name}”含有不安全的 DOCTYPE 声明，已拒绝读取；请用 Word 另存后再试。")
        if data.count(b"<") > MAX_TAGS:
            raise UnreadableFileError(f"“{self._name}”的内容过多（{part[:80]}），已拒绝读取；请拆分成几个文件后再试。")
        if _STRICT[0] in data:
            data = data.replace(*_STRICT)
            for strict, transitional in _STRICT_PATHS.items():
                data = data.replace(strict, transitional)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise UnreadableFileError(
                f"“{self._name}”的内容已损坏或嵌套过深（{part[:80]}），请用 Word 打开并另存后再试。"
            ) from error
        if str(getattr(root.getroottree().docinfo, "doctype", "")):
            raise UnreadableFileError(f"“{self._name}”含有不安全的 DOCTYPE 声明，已拒绝读取；请用 Word 另存后再试。")
        return root

    def _read(self, part: str) -> bytes:
        info = self._names[part]
        if info.flag_bits & 0x1:
            raise UnreadableFileError(f"“{self._name}”已加密，请解除密码后再试。")
        try:
            with self._archive.open(info) as stream:
                data = stream.read(MAX_PART + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ) as error:
            raise UnreadableFileError(
                f"“{self._name}”已损坏（{part[:80]} 读不出来），请重新获取原文件后再试。"
            ) from error
        if len(data) > MAX_PART:
            raise UnreadableFileError(
                f"“{self._name}”解压后过大（超过 {MAX_PART // 1024**2} MB），已拒绝读取；请拆分后再试。"
            )
        return data


def _ole_sentence(path: Path) -> str:
    with path.open("rb") as stream:
        start = stream.read(1024 * 1024)
    if "EncryptedPackage".encode("utf-16-le") in start:
        return f"“{path.name}”已加密，请在 Word 里解除密码后再试。"
    return f"“{path.name}”是旧版 Word（.doc）或 WPS 文件，请用 Word 或 WPS 另存为 .docx 后再试。"
