"""What a zipped file may hold before anything reads it: parts, bytes, no passwords, no declarations that expand."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from ingest.errors import UnreadableFileError
from ingest.package import MAX_FILE, MAX_PART, MAX_PARTS

_MOST_IN_ALL = 4 * MAX_PART
#: What reading a damaged archive raises.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


def check_zipped(path: Path) -> None:
    """Raise ``UnreadableFileError`` with a sentence for a zipped file that is damaged, locked or a trap."""
    name = path.name
    try:
        if path.stat().st_size > MAX_FILE:
            raise UnreadableFileError(f"“{name}”超过 {MAX_FILE // 1024**2} MB 的上限，请拆分后再试。")
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > _MOST_IN_ALL:
                raise UnreadableFileError(f"“{name}”解压后过大，已拒绝读取；请拆分成几个文件后再试。")
            if any(info.flag_bits & 0x1 for info in infos):
                raise UnreadableFileError(f"“{name}”已加密，请解除密码后再试。")
            for info in infos:
                if info.filename.lower().endswith((".xml", ".rels")):
                    _check_part(archive, info, name)
    except DAMAGED as error:
        raise UnreadableFileError(f"“{name}”已损坏或没有传完整，请重新获取原文件后再试。") from error


def _check_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> None:
    if info.file_size > MAX_PART:
        raise UnreadableFileError(f"“{name}”解压后过大，已拒绝读取；请拆分成几个文件后再试。")
    data = archive.read(info)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise UnreadableFileError(f"“{name}”含有不安全的 DOCTYPE 声明，已拒绝读取；请另存一次后再试。")
