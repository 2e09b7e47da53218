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

_PART = r"(?![^（(]{0,40}用于)[^，。；：:,;、“”\"\n（()）\d][^，。；：:,;“”\"\n（()）\d]{1,39}[（(][类款项][)）]"
_MARK = r"(?:\d{1,2}\s?[.、．]|[（(][一二三四五六七八九十\d]{1,3}[）)]、?|[一二三四五六七八九十]{1,3}、)"
_ITEM = re.compile(
    rf"(?:^|(?<=[。；;：:，,、]))\s{{0,4}}{_MARK}?\s{{0,4}}[“\"]?(?:\d{{3,7}}\s?)?(?P<names>(?:{_PART}){{1,3}})[”\"]?(?:科目)?"
)
_NAME = re.compile(r"([^（()）]{2,40})[（(][类款项][)）]")
_SENTENCE = re.compile(r"[^。；;\n]+[。；;\n]?")
#: How a sentence goes on about the item before it; one that opens otherwise is about something else.
_GOES_ON = re.compile(
    r"\s{0,4}(?:其中|主要|比|较|与|同比|增|减|下降|完成|(?:(?:19|20)\d{2}年度?)?(?:当年|本年)?(?:年初|全年|调整后?)?(?:预算|决算|支出|收入|执行))"
)
_NEXT = re.compile(rf"\s{{0,4}}{_MARK}(?!\d)")


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
    """Read what is said between an item's name and the next one's: of the item while sentences go on about it."""
    names = tuple(squeeze(name) for name in _NAME.findall(item["names"]))
    own = True
    for number, sentence in enumerate(_SENTENCE.finditer(text, item.end(), end)):
        own = own and (number == 0 or bool(_GOES_ON.match(sentence.group()))) and not _NEXT.match(sentence.group())
        for one in statements(sentence.group(), measure=names[-1] if own else ""):
            moved = replace(one, start=one.start + sentence.start(), end=one.end + sentence.start())
            if not own:
                yield Said(moved)
            elif not _NAME.search(sentence.group()[: one.start]):  # behind another name it is not this item's
                yield Said(moved, names)


def path_of(said: Said) -> tuple[str, ...]:
    """Return the row path of a statement about an item: 类, 款 and what it says of the 项, or a part under the 项."""
    measure = said.statement.measure
    return (*(said.item[:-1] if measure.startswith(said.item[-1]) else said.item), measure)
