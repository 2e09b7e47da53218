"""Paragraphs about one budget item: 社会保障和就业支出（类）抚恤（款）死亡抚恤（项）。年初预算为…，支出决算为….

The 情况说明 of final accounts go through the items of the classification one by one; what follows an item's name, up
to the next one, is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.labels import squeeze
from ingest.sentences import Statement, statements

_PART = r"(?![^（(]{0,40}用于)[^，。；：:,;“”\"\n（()）\d]{2,40}[（(][类款项][)）]"
_ITEM = re.compile(
    r"(?:^|(?<=[。；;：:]))\s{0,4}(?:\d{1,2}\s?[.、．]|[（(][一二三四五六七八九十\d]{1,3}[）)]、?|[一二三四五六七八九十]{1,3}、)?\s{0,4}[“\"]?"
    rf"(?:\d{{3,7}}\s?)?(?P<names>(?:{_PART}){{1,3}})[”\"]?(?:科目)?"
)
_NAME = re.compile(r"([^（()）]{2,40})[（(][类款项][)）]")


@dataclass(frozen=True, slots=True)
class Said:
    """A statement, and the names of the budget item that it is made of (类, 款, 项); none outside such a paragraph."""

    statement: Statement
    item: tuple[str, ...] = ()


def said_in(text: str) -> list[Said]:
    """Read the figures of a paragraph, each with the item whose name stands before it."""
    items = list(_ITEM.finditer(text)) if "）" in text or ")" in text else []
    if not items:
        return [Said(one) for one in statements(text)]
    found = [Said(one) for one in statements(text[: items[0].start()])]
    ends = [*(item.start() for item in items[1:]), len(text)]
    for item, end in zip(items, ends, strict=True):
        found += _of_item(text, item, end)
    return found


def _of_item(text: str, item: re.Match[str], end: int) -> Iterator[Said]:
    names = tuple(squeeze(name) for name in _NAME.findall(item["names"]))
    start = item.end()
    for one in statements(text[start:end], measure=names[-1]):
        moved = replace(one, start=one.start + start, end=one.end + start)
        yield Said(moved, names)
