"""Figures as a scorer sees them.  Shares no code with the reader, so that both can't err alike."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_SCALES: dict[str, dict[str, Decimal | int]] = {
    "money": {
        "元": 1, "百元": 100, "千元": 1_000, "万元": 10_000, "十万元": 100_000, "百万元": 1_000_000,
        "千万元": 10_000_000, "亿元": 100_000_000,
    },
    "dollars": {"美元": 1, "万美元": 10_000, "亿美元": 100_000_000},
    "number": {"万": 10_000, "亿": 100_000_000},
    "ratio": {"%": Decimal("0.01"), "‰": Decimal("0.001"), "倍": 1},
    "area": {"平方米": 1, "㎡": 1, "m2": 1, "平米": 1, "万平方米": 10_000, "公顷": 10_000, "平方公里": 1_000_000},
    "mu": {"亩": 1, "万亩": 10_000},
    "length": {"米": 1, "公里": 1_000, "千米": 1_000},
    "mass": {"吨": 1, "万吨": 10_000},
    "people": {"人": 1, "名": 1, "万人": 10_000},
    "turns": {"人次": 1, "万人次": 10_000},
    "households": {"户": 1, "万户": 10_000},
}  # fmt: skip
#: unit → (dimension, factor)
_UNITS = {unit: (dimension, Decimal(factor)) for dimension, of in _SCALES.items() for unit, factor in of.items()}
_COUNTS = (
    "个百分点 批次 个 家 笔 项 辆 批 台 套 次 件 条 场 座 处 所 期 份 篇 册 株 只 天 小时 类 款 例 宗 起 眼 口 本 "
    "张 块 幢 分 组 队 村 镇 棵 盏"
).split()
#: 万 and 亿 stand before any unit that counts or measures: 万册, 万公顷.
_UNITS |= {
    scale + unit: (dimension, factor * times)
    for unit, (dimension, factor) in [*_UNITS.items(), *((one, (one, Decimal(1))) for one in _COUNTS)]
    for scale, times in (("万", 10_000), ("亿", 100_000_000))
    if dimension not in ("ratio", "number", "money", "dollars", "个百分点") and not unit.startswith(("万", "亿"))
}
_WORDS = sorted([*_UNITS, *_COUNTS], key=len, reverse=True)
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_UNIT = "|".join(map(re.escape, _WORDS))
#: A digit beside a Latin letter is part of a name: 5G基站, V650.
_TOKEN = re.compile(
    rf"(?P<sign>[-−－﹣])?(?<![A-Za-z\d.])(?P<number>{_NUMBER})(?:余|多)?(?:(?P<unit>{_UNIT})|(?![A-Za-z\d.]*[A-Za-z]))"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A whole number of a text: 12 is never found inside 112, nor 5.4 inside 15.4."""

    value: Decimal
    unit: str
    text: str


def folded(text: str) -> str:
    """Return the text in NFKC without white space: １２０．００ → 120.00."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def tokens(text: str) -> list[Token]:
    """Return every number of a text with the unit that follows it, in order."""
    found = []
    packed = folded(text)
    for match in _TOKEN.finditer(packed):
        value = Decimal(match["number"].replace(",", ""))
        before = packed[match.start() - 1 : match.start()] if match.start() else ""
        minus = match["sign"] and not before.isdigit()  # 2020-2021 is a range
        found.append(Token(-value if minus else value, match["unit"] or "", match.group()))
    return found


def in_base(value: Decimal, unit: str) -> tuple[str, Decimal]:
    """Return (dimension, value in its base unit); an unknown unit is a dimension of its own."""
    dimension, factor = _UNITS.get(unit, (unit, Decimal(1)))
    return dimension, value * factor


def equal(given: tuple[Decimal, str], gold: tuple[Decimal, str | None], digits: int | None = None) -> bool:
    """Tell whether a figure is the gold one: sign, unit by conversion, every digit.

    With ``digits`` the given figure, in the gold unit, is rounded to that many places first; a figure
    printed with fewer places than that is not taken for the exact one.
    """
    value, unit = given
    wanted, wanted_unit = gold
    if wanted_unit is None:
        return _rounds_to(value, wanted, digits)
    dimension, base = in_base(value, unit)
    if dimension != in_base(wanted, wanted_unit)[0]:
        return False
    return _rounds_to(base / in_base(Decimal(1), wanted_unit)[1], wanted, digits)


def _rounds_to(value: Decimal, wanted: Decimal, digits: int | None) -> bool:
    if digits is None:
        return value == wanted
    quantum = Decimal(1).scaleb(-digits)
    return value.quantize(quantum, ROUND_HALF_UP) == wanted.quantize(quantum, ROUND_HALF_UP)
