"""The help of the command line in Chinese: what the library writes around our own words."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

#: What a help text begins with.
HELP = "用法："
_WORDS = (
    (re.compile(r"^Usage: ", re.M), HELP),
    (re.compile(r"^Arguments:$", re.M), "参数："),
    (re.compile(r"^Options:$", re.M), "选项："),
    (re.compile(r"^Commands:$", re.M), "命令："),
    (re.compile(r"\[OPTIONS\]"), "[选项]"),
    (re.compile(r"COMMAND \[ARGS\]\.\.\."), "命令 [参数]…"),
    (re.compile(r"Show this message and exit\."), "显示这份说明"),
    (re.compile(r"\[required\]"), "[必填]"),
    (re.compile(r"env var: (\w{1,60})"), r"环境变量 \1"),
    (re.compile(r"default: "), "省略时 "),
    (re.compile(r"<(?:list\[)?[Pp]ath\]?>"), "<路径>"),
    (re.compile(r"<(?:list\[)?(?:str|text)\]?>"), "<文字>"),
    (re.compile(r"<(?:list\[)?int(?:eger)?(?: range)?\]?>"), "<整数>"),
    (re.compile(r"<float(?: range)?>"), "<数>"),
    (re.compile(r"(-?[\d.]{1,12})<=x<=(-?[\d.]{1,12})"), r"\1 到 \2"),
    (re.compile(r"x>=(-?[\d.]{1,12})"), r"至少 \1"),
)


def translated(text: str) -> str:
    """Return a help text with the library's own words in Chinese."""
    for pattern, words in _WORDS:
        text = pattern.sub(words, text)
    return text


class Command(TyperCommand):
    """A command whose help is in Chinese."""

    def get_help(self, ctx: Any) -> str:
        """Return the help."""
        return translated(str(super().get_help(ctx)))


class Group(TyperGroup):
    """A group of commands whose help is in Chinese."""

    def get_help(self, ctx: Any) -> str:
        """Return the help."""
        return translated(str(super().get_help(ctx)))


def in_chinese(app: typer.Typer) -> None:
    """Have an app, its commands and its groups write their help in Chinese."""
    app.info.cls = Group
    for command in app.registered_commands:
        command.cls = Command
    for group in app.registered_groups:
        group.cls = Group
        if group.typer_instance is not None:
            in_chinese(group.typer_instance)
