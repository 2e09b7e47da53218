"""The files inside a .zip of attachments, one by one, nested once; names are read as Chinese systems write them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.errors import UnreadableFileError
from ingest.package import MAX_FILE
from ingest.readers.kinds import ARCHIVE, ENDINGS
from ingest.readers.zipped import DAMAGED

_MOST_MEMBERS = 300
_MOST_IN_ALL = 512 * 1024**2
_MOST_NAME = 150
_UTF8 = 0x800


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its name there, and where it was written, ``None`` for one passed over, with the reason."""

    name: str
    path: Path | None
    why: str = ""


def is_archive(path: Path) -> bool:
    """Tell whether a file is an archive of files, by its ending: a report that is zipped inside has its own."""
    return path.suffix.lower() == ARCHIVE


def members_of(path: Path, folder: Path, depth: int = 0) -> Iterator[Member]:
    """Write an archive's readable files into a folder, one by one; raises ``UnreadableFileError`` with a sentence.

    The names inside never become paths: each file lies under a number of its own.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if len(infos) > _MOST_MEMBERS or sum(info.file_size for info in infos) > _MOST_IN_ALL:
                raise UnreadableFileError(f"“{path.name}”里的文件过多或过大，请解压后只读入要用的报告。")
            for number, info in enumerate(infos):
                yield from _member(archive, info, folder / f"{depth}-{number}", depth)
    except DAMAGED as error:
        raise UnreadableFileError(f"“{path.name}”已损坏或没有传完整，请重新获取原文件后再试。") from error


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path, depth: int) -> Iterator[Member]:
    name = _name(info)
    short = PurePosixPath(name).name
    ending = PurePosixPath(short).suffix.lower()
    if short.startswith(("~$", ".")) or "__MACOSX" in name:
        return
    if info.flag_bits & 0x1:
        yield Member(name, None, "已加密，请解除密码后再试")
    elif ending not in ENDINGS:
        yield Member(name, None, f"{ending or '没有扩展名的文件'} 暂不能读")
    elif ending == ARCHIVE and depth:
        yield Member(name, None, "压缩包里的压缩包只读一层，请先解压")
    elif info.file_size > MAX_FILE:
        yield Member(name, None, f"超过 {MAX_FILE // 1024**2} MB 的上限")
    else:
        folder.mkdir(parents=True)
        written = folder / f"file{ending}"
        written.write_bytes(archive.read(info))
        if ending == ARCHIVE:
            yield from members_of(written, folder, depth + 1)
        else:
            yield Member(name, written)


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; where it isn't marked as UTF-8 it was written in the system's code page."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            return name[-_MOST_NAME:]
        for code in ("utf-8", "gb18030"):
            try:
                return raw.decode(code)[-_MOST_NAME:]
            except UnicodeDecodeError:
                continue
    return name[-_MOST_NAME:]
