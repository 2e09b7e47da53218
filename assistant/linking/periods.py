"""The years that a question names, in every writing: 2023年, 23年, 21和22两年, 2021—2023, 水务21差旅费, 去年."""

from __future__ import annotations

import re
from collections.abc import Collection

from ingest.numbers import UNIT

_YEAR = r"(?:20)?\d\d"
#: Two years joined; what stands after says that they are years: 21和22年, 21到23三年.
_JOINED = re.compile(
    rf"(?<![\d.])(?P<a>{_YEAR})年?度?(?P<join>[和跟与同、及,，/\-—~～至到])(?P<b>{_YEAR})(?:年度?|度|(?=[两三四五]个?年))"
)
_SPANS = frozenset("-—~～至到")
#: Some years up to the last one: 近三年, 这两年, 三年分别; not 那两年 of before, 未来三年, 十三年, nor 三年级, 两年内.
_RECENT = re.compile(
    r"(?:(?<![接将附])近|(?<![从自])这|最近|过去)(?P<a>[两二三四五])年(?![级制期内前后行])"
    r"|(?<![\d零一二三四五六七八九十百第那哪连未来后前头上每满期限保修制学近])(?P<b>[两二三四五])年(?=各|分别|来|$)"
)
_EACH = re.compile(r"(?<![学经])历年(?!结转|结余|累计|限)|[近这]几年")
_COUNTS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5}
_FULL = re.compile(r"(?<![\d.])(20\d\d)年?度?(?![\d.])")
_SHORT = re.compile(r"(?<![\d.])(\d\d)(?:年度?|度)(?!以|内|来|期)")
_BARE = re.compile(rf"(?<![\d.])(\d\d)(?![\d.％%年度号月日岁点分]|{UNIT})")
_MOST_SPANNED = 10


def years_in(text: str, known: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """Return (the text without its years, the years in order).

    A bare number of two digits is a year only if the reports know that year, and nothing counts with it.
    """
    found: dict[str, None] = {}

    def full(year: str) -> str:
        return year if len(year) == 4 else f"20{year}"

    def joined(match: re.Match[str]) -> str:
        first, last = full(match["a"]), full(match["b"])
        span = int(last) - int(first)
        if match["join"] in _SPANS and 0 < span <= _MOST_SPANNED:
            found.update(dict.fromkeys(str(int(first) + n) for n in range(span + 1)))
        else:
            found.update({first: None, last: None})
        return ""

    def one(match: re.Match[str]) -> str:
        found[full(match[1])] = None
        return ""

    def bare(match: re.Match[str]) -> str:
        return one(match) if full(match[1]) in known else match[0]

    text = _JOINED.sub(joined, text)
    text = _FULL.sub(one, text)
    text = _SHORT.sub(one, text)
    return _BARE.sub(bare, text), tuple(found)


def recent_in(text: str, last: str, known: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """Return (the text without some years up to the last one, these in order): 近三年, 历年, 三年分别.

    ``last`` is the year of the latest report; only years that the reports know are taken, and none if one lacks.
    """
    match = _RECENT.search(text)
    held = sorted(year for year in known if _FULL.fullmatch(year) and year <= last)
    if match is None:
        each = _EACH.search(text)
        return (text, ()) if each is None or len(held) < _FEWEST else (_without(text, each), tuple(held))
    count = _COUNTS[match["a"] or match["b"]]
    years = tuple(str(int(last) - n) for n in reversed(range(count))) if _FULL.fullmatch(last) else ()
    return (_without(text, match), years) if years and set(years) <= set(held) else (text, ())


def _without(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + text[match.end() :]


#: One year is no span of years.
_FEWEST = 2
