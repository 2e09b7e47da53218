"""The errors a user can meet: one Chinese sentence each, saying what to do next."""

from __future__ import annotations

import errno

_CAUSES = {
    errno.ENOSPC: "磁盘满了，请腾出空间再试",
    errno.EDQUOT: "磁盘配额用完了，请腾出空间再试",
    errno.ENOENT: "没有这个文件夹，请检查路径",
    errno.EACCES: "没有权限，请检查权限",
    errno.EPERM: "没有权限，请检查权限",
    errno.EROFS: "所在的盘是只读的，请换个地方写",
    errno.EISDIR: "那是一个文件夹，请写明文件名",
    errno.ENOTDIR: "路径中间有一个不是文件夹，请检查路径",
    errno.EEXIST: "那里已经有一个同名的文件，请换个名字，或先把它移开",
    errno.ENAMETOOLONG: "名字太长，请改短后再试",
    errno.EFBIG: "超过了这个盘上单个文件的上限，请换个地方写",
    errno.EIO: "磁盘读写出错，请检查磁盘后再试",
}


class JixiaoError(Exception):
    """Base of every error shown to a user; ``str(error)`` is the sentence to show."""


class UnreadableFileError(JixiaoError):
    """A file that can't be read as a report: wrong format, damaged, encrypted or oversized."""


class StoreError(JixiaoError):
    """The store can't be used: held by another process, of another version, or damaged."""


class UnknownReportError(JixiaoError):
    """A report was named that is not loaded, or a name fits several reports."""


def cause_of(error: OSError) -> str:
    """Return why the system refused, and what to do about it, as the end of a sentence."""
    return _CAUSES.get(error.errno or 0, f"系统不让写（错误号 {error.errno or '不明'}），请检查文件夹和磁盘后再试")


_UNOPENED = {
    errno.ENOENT: "没有这个文件，请检查路径",
    errno.EACCES: "没有权限读它，请检查权限",
    errno.EPERM: "没有权限读它，请检查权限",
    errno.ENAMETOOLONG: "文件名太长，请改短后再试",
    errno.ELOOP: "链接绕成了圈，请换成文件本身再试",
}


def cant_open(name: str, error: OSError) -> UnreadableFileError:
    """Return the error that says why a file can't be opened."""
    return UnreadableFileError(f"“{name}”打不开：{_UNOPENED.get(error.errno or 0, '请确认文件存在且有权读取')}。")
