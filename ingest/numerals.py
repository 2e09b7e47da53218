"""Amounts written in parts or in Chinese numerals: 1亿2千万元, 13万2千元, 一千二百万元, 百分之七十点八.

Chinese numerals are read by place value (十, 百, 千, then 万, 亿 as blocks of four); a digit after 百分之 and 点 is a
decimal.  Only money and percentages are read so: 一是, 三个方面 and 二十大 are words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_SCALES = {
    "亿": Decimal(100_000_000), "千万": Decimal(10_000_000), "百万": Decimal(1_000_000), "万": Decimal(10_000),
    "千": Decimal(1_000), "百": Decimal(100), "": Decimal(1),
}  # fmt: skip
_N = r"\d{1,12}(?:\.\d{1,6})?"
#: At least two parts, the first of 亿 or 万: 1亿2千万元, 13万2千(元), 3亿5000万元, 2万3456元.
_PARTS = re.compile(
    rf"(?<![\d.,])(?:({_N})亿(?:({_N})(千万|百万|万))|({_N})万(?:({_N})(千|百)?))(?:元|(?<=千)(?=$|[，。；、,;)）]))"
)
_NUMERALS = "零〇一二两三四五六七八九"
#: A bound or an estimate said beside the amount is no part of it, and would be lost: such amounts are left alone.
_AROUND = r"(?!以[上下内]|左右|上下|[余多几来])"
_BEFORE = r"(?<!不超过)(?<!不低于)(?<!不少于)(?<!不高于)(?<!超过)(?<!低于)(?<!高于)(?<!大于)(?<!小于)(?<!近)(?<!约)"
_PERCENT = re.compile(
    rf"{_BEFORE}百分之([{_NUMERALS}十百]{{1,7}}(?:点[{_NUMERALS}]{{1,6}})?)(?![{_NUMERALS}十百点]){_AROUND}"
)
_SPELLED = re.compile(
    rf"{_BEFORE}(?<![{_NUMERALS}十百千万亿第])([{_NUMERALS}十][{_NUMERALS}十百千万亿]{{1,18}})元{_AROUND}"
)
#: 三四百, 两三万: about so much, no number.
_ABOUT = re.compile(r"[一二两三四五六七八九]{2}(?=[十百千万亿]|$)")


@dataclass(frozen=True, slots=True)
class Written:
    """An amount found in a text: its value in ``unit``, and where its text starts and ends."""

    value: Decimal
    unit: str
    start: int
    end: int


def written_amounts(text: str) -> list[Written]:
    """Find amounts in parts and in Chinese numerals, in order; amounts of money from 1万元 on are in 万元.

    >>> [(str(w.value), w.unit) for w in written_amounts("下达1亿2千万元，占百分之七十点八")]
    [('12000', '万元'), ('70.8', '%')]
    """
    found: list[Written] = []
    if "亿" in text or "万" in text:
        found += [_of_parts(match) for match in _PARTS.finditer(text)]
    if "百分之" in text:
        exact = (match for match in _PERCENT.finditer(text) if not _ABOUT.search(match[1].partition("点")[0]))
        found += [Written(spelled(m[1]), "%", m.start(), m.end()) for m in exact]
    if "元" in text:
        amounts = ((m, spelled(m[1])) for m in _SPELLED.finditer(text) if not _ABOUT.search(m[1]))
        found += [_money(value, match) for match, value in amounts]
    return sorted(found, key=lambda one: one.start)


def _of_parts(match: re.Match[str]) -> Written:
    parts = ((match[1], "亿"), (match[2], match[3]), (match[4], "万"), (match[5], match[6]))
    return _money(sum((Decimal(n) * _SCALES[scale or ""] for n, scale in parts if n), Decimal(0)), match)


def _money(value: Decimal, match: re.Match[str]) -> Written:
    if value < _SCALES["万"]:
        return Written(value, "元", match.start(), match.end())
    amount = value / _SCALES["万"]
    return Written(Decimal(format(amount.normalize(), "f")), "万元", match.start(), match.end())


def spelled(text: str) -> Decimal:
    """Return the value of a number in Chinese numerals: 三千五百万 is 35,000,000, 七点八 is 7.8."""
    whole, _, part = text.partition("点")
    done = block = section = digit = Decimal(0)
    for char in whole:
        if char in _DIGITS:
            digit = Decimal(_DIGITS[char])
        elif char in _PLACES:
            section, digit = section + (digit or 1) * _PLACES[char], Decimal(0)
        elif char == "万":
            block, section, digit = (section + digit) * _SCALES["万"], Decimal(0), Decimal(0)
        else:
            done, block = done + (block + section + digit) * _SCALES["亿"], Decimal(0)
            section = digit = Decimal(0)
    value = done + block + section + digit
    return value + Decimal("0." + "".join(str(_DIGITS[char]) for char in part)) if part else value
