"""The files inside a .zip of attachments, one by one, nested once; names are read as Chinese systems write them."""

from __future__ import annotations

import shutil
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


@dataclass(slots=True)
class _Room:
    """What may still be unpacked, of an archive and of those in it together."""

    members: int = _MOST_MEMBERS
    size: int = _MOST_IN_ALL

    def take(self, infos: list[zipfile.ZipInfo]) -> bool:
        """Take the room of files; tell whether there was enough."""
        self.members -= len(infos)
        self.size -= sum(info.file_size for info in infos)
        return self.members >= 0 and self.size >= 0


def members_of(path: Path, folder: Path, depth: int = 0, room: _Room | None = None) -> Iterator[Member]:
    """Write an archive's readable files into a folder, one by one; raises ``UnreadableFileError`` with a sentence.

    The names inside never become paths: each file lies under a number of its own, until the next one is asked for.
    """
    room = room or _Room()
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if not room.take(infos):
                raise UnreadableFileError(f"“{path.name}”里的文件过多或过大，请解压后只读入要用的报告。")
            for number, info in enumerate(infos):
                yield from _member(archive, info, folder / f"{depth}-{number}", depth, room)
    except DAMAGED as error:
        raise UnreadableFileError(f"“{path.name}”已损坏或没有传完整，请重新获取原文件后再试。") from error


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path, depth: int, room: _Room
) -> Iterator[Member]:  # fmt: skip
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
        try:
            if ending == ARCHIVE:
                yield from members_of(written, folder, depth + 1, room)
            else:
                yield Member(name, written)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


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
