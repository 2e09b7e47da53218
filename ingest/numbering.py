"""Automatic numbering labels (``numbering.xml``), written out as Word shows them: 一、（一）1．"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from ingest.wordml import Styles, W, attribute

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MAX_LEVEL = 8


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: where it starts, how it counts, how its label reads (``第%1章``)."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    style: str | None = None


@dataclass(slots=True)
class Numbering:
    """The lists of a file and, while its text is read in order, their counters."""

    styles: Styles
    abstract_of: dict[str, str] = field(default_factory=dict)
    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    overrides: dict[str, dict[int, Level]] = field(default_factory=dict)
    _counters: dict[str, dict[int, int]] = field(default_factory=dict)
    _started: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, root: etree._Element | None, styles: Styles) -> Numbering:
        """Read ``numbering.xml`` (``None`` when the file has none)."""
        numbering = cls(styles)
        if root is None:
            return numbering
        for abstract in root.iter(W + "abstractNum"):
            key = attribute(abstract, "abstractNumId") or ""
            numbering.levels[key] = dict(_level(element) for element in abstract.findall(W + "lvl"))
        for num in root.iter(W + "num"):
            number = attribute(num, "numId") or ""
            numbering.abstract_of[number] = attribute(num.find(W + "abstractNumId")) or ""
            numbering.overrides[number] = numbering._overridden(num, numbering.abstract_of[number])
        return numbering

    def _overridden(self, num: etree._Element, abstract: str) -> dict[int, Level]:
        overrides = {}
        for override in num.findall(W + "lvlOverride"):
            depth = _integer(attribute(override, "ilvl"), 0)
            whole = override.find(W + "lvl")
            base = _level(whole)[1] if whole is not None else self.levels.get(abstract, {}).get(depth, Level())
            start = attribute(override.find(W + "startOverride"))
            if start is not None:
                base = Level(_integer(start, base.start), base.format, base.text, base.style)
            overrides[depth] = base
        return overrides

    def label(self, paragraph: etree._Element) -> str:
        """Advance the paragraph's list and return its label, ``""`` when it has none."""
        number, depth = self._place(paragraph)
        if number is None or number == "0" or number not in self.abstract_of:
            return ""
        level = self._level_of(number, depth)
        if level is None:
            return ""
        abstract = self.abstract_of[number]
        counters = self._counters.setdefault(abstract, {})
        if depth in self.overrides.get(number, {}) and (number, depth) not in self._started:
            counters.pop(depth, None)
        self._started.add((number, depth))
        counters[depth] = counters[depth] + 1 if depth in counters else level.start
        for deeper in [d for d in counters if d > depth]:
            del counters[deeper]
        return self._write(number, level, counters)

    def _place(self, paragraph: etree._Element) -> tuple[str | None, int]:
        properties = paragraph.find(W + "pPr")
        if properties is None:
            return None, 0
        style = attribute(properties.find(W + "pStyle"))
        number, depth = self.styles.numbering.get(style or "", (None, None))
        own = properties.find(W + "numPr")
        if own is not None:
            number = attribute(own.find(W + "numId")) or number
            own_depth = attribute(own.find(W + "ilvl"))
            depth = _integer(own_depth, 0) if own_depth is not None else depth
        if depth is None:
            depth = self._depth_by_style(number, style)
        return number, min(max(depth, 0), _MAX_LEVEL)

    def _depth_by_style(self, number: str | None, style: str | None) -> int:
        levels = self.levels.get(self.abstract_of.get(number or "", ""), {})
        return next((depth for depth, level in levels.items() if style and level.style == style), 0)

    def _level_of(self, number: str, depth: int) -> Level | None:
        override = self.overrides.get(number, {}).get(depth)
        return override or self.levels.get(self.abstract_of[number], {}).get(depth)

    def _write(self, number: str, level: Level, counters: dict[int, int]) -> str:
        if level.format == "bullet":
            return ""
        text = level.text
        for depth in range(_MAX_LEVEL + 1):
            mark = f"%{depth + 1}"
            if mark in text:
                other = self._level_of(number, depth) or Level()
                text = text.replace(mark, count_as(counters.get(depth, other.start), other.format))
        return text


def _integer(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 7 else default


def _level(element: etree._Element) -> tuple[int, Level]:
    depth = _integer(attribute(element, "ilvl"), 0)
    return depth, Level(
        start=_integer(attribute(element.find(W + "start")), 0 if element.find(W + "start") is None else 1),
        format=attribute(element.find(W + "numFmt")) or "decimal",
        text=attribute(element.find(W + "lvlText")) or "",
        style=attribute(element.find(W + "pStyle")),
    )


def count_as(number: int, style: str) -> str:
    """Write a count in one of Word's formats; unknown formats count in digits.

    >>> count_as(12, "chineseCounting")
    '十二'
    """
    if style in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"):
        return chinese(number)
    if style == "chineseLegalSimplified":
        return chinese(number, _LEGAL, "拾佰仟")
    if style in ("ideographTraditional", "ideographZodiac"):
        symbols = _STEMS if style == "ideographTraditional" else _BRANCHES
        return symbols[(number - 1) % len(symbols)] if number > 0 else str(number)
    if style in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese"):
        return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)
    if style == "decimalFullWidth":
        return str(number).translate({ord(str(d)): 0xFF10 + d for d in range(10)})
    if style in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if style == "lowerLetter" else letter.upper()
    if style in ("lowerRoman", "upperRoman") and number > 0:
        return _roman(number) if style == "lowerRoman" else _roman(number).upper()
    if style == "decimalZero":
        return f"{number:02d}"
    return "" if style == "none" else str(number)


def chinese(number: int, digits: str = _DIGITS, units: str = "十百千") -> str:
    """Write 0–9999 in Chinese numerals: 21 → 二十一, 10 → 十, 105 → 一百零五."""
    if not 0 < number < 10_000:
        return str(number) if number else digits[0]
    text, zero = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            text += ("零" if zero and text else "") + digits[digit] + (units[power - 1] if power else "")
            zero = False
        else:
            zero = True
    return text[1:] if 10 <= number < 20 and units[0] == "十" else text


def _roman(number: int) -> str:
    text = ""
    for value, symbol in _ROMAN:
        text += symbol * (number // value)
        number %= value
    return text
