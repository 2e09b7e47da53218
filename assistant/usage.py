"""What is said when a command is called wrongly or can't write: one Chinese sentence, whatever the library says."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.helptext import HELP
from ingest.errors import JixiaoError, cause_of

#: What typer says → what is said; anything else is quoted as it stands.
_SAYINGS = (
    (re.compile(r"Missing argument '(.{1,80}?)'"), "少了参数 {0}"),
    (re.compile(r"Missing option '(.{1,80}?)'"), "少了选项 {0}"),
    (re.compile(r"Missing command"), "少了命令"),
    (re.compile(r"No such command '(.{1,80}?)'"), "没有“{0}”这个命令"),
    (re.compile(r"No such option: (\S{1,80})"), "没有“{0}”这个选项"),
    (re.compile(r"Got unexpected extra argument\S* \((.{1,200})\)"), "多出了“{0}”（有空格的内容要加引号）"),
    (re.compile(r"Option '(.{1,80}?)' requires an argument"), "选项 {0} 后面要跟一个值"),
    (re.compile(r"Invalid value for '(.{1,80}?)': .{0,200}valid integer"), "{0} 要一个整数"),
    (re.compile(r"Invalid value for '(.{1,80}?)': .{0,80}less than or equal to (\S{1,40})"), "{0} 最大是 {1}"),
    (re.compile(r"Invalid value for '(.{1,80}?)': .{0,80}greater than or equal to (\S{1,40})"), "{0} 最小是 {1}"),
    (re.compile(r"Invalid value for '(.{1,80}?)'"), "{0} 的值不对"),
)


def wrong_usage(message: str, command: str) -> str:
    """Return the sentence for what typer says of a wrong call; ``command`` is what was called.

    A group called alone is told what it can do, which is no error.
    """
    if message.startswith(HELP):
        return message
    said = next(
        (words.format(*found.groups()) for pattern, words in _SAYINGS if (found := pattern.search(message))), ""
    )
    return f"错误：{said or f'命令写得不对（{message}）'}，用法见 {command} --help。"


def cant_write(error: OSError, path: Path | str = "") -> JixiaoError:
    """Return the error that says why a file can't be written, or read back while it is."""
    named = path or error.filename or ""
    where = f"“{named}”" if named else "文件"
    return JixiaoError(f"{where}写不进去：{cause_of(error)}。")


def write_file(path: Path, data: bytes) -> None:
    """Write a file; raises ``JixiaoError`` saying why it can't be."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise cant_write(error, path) from error
