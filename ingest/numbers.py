"""Figures as they are printed: found, read as ``Decimal``, their units compared.  Never a float."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from ingest.model import Form
from ingest.numerals import written_amounts

#: unit → (dimension, factor to the dimension's base unit)
UNITS: dict[str, tuple[str, Decimal]] = {
    "元": ("money", Decimal(1)),
    "千元": ("money", Decimal(1_000)),
    "万元": ("money", Decimal(10_000)),
    "百万元": ("money", Decimal(1_000_000)),
    "亿元": ("money", Decimal(100_000_000)),
    "%": ("ratio", Decimal("0.01")),
    "‰": ("ratio", Decimal("0.001")),
    "倍": ("ratio", Decimal(1)),
    "个百分点": ("points", Decimal(1)),
    "㎡": ("area", Decimal(1)),
    "平方米": ("area", Decimal(1)),
    "万平方米": ("area", Decimal(10_000)),
    "平方公里": ("area", Decimal(1_000_000)),
    "亩": ("mu", Decimal(1)),
    "万亩": ("mu", Decimal(10_000)),
    "公里": ("length", Decimal(1000)),
    "千米": ("length", Decimal(1000)),
    "米": ("length", Decimal(1)),
    "厘米": ("length", Decimal("0.01")),
    "毫米": ("length", Decimal("0.001")),
    "万米": ("length", Decimal(10_000)),
    "万公里": ("length", Decimal(10_000_000)),
    "吨": ("weight", Decimal(1)),
    "万吨": ("weight", Decimal(10_000)),
    "亿吨": ("weight", Decimal(100_000_000)),
    "公斤": ("weight", Decimal("0.001")),
    "千克": ("weight", Decimal("0.001")),
    "万公斤": ("weight", Decimal(10)),
    "立方米": ("volume", Decimal(1)),
    "万立方米": ("volume", Decimal(10_000)),
    "亿立方米": ("volume", Decimal(100_000_000)),
    "千瓦时": ("energy", Decimal(1)),
    "万千瓦时": ("energy", Decimal(10_000)),
    "亿千瓦时": ("energy", Decimal(100_000_000)),
    "千瓦": ("power", Decimal(1)),
    "万千瓦": ("power", Decimal(10_000)),
    "兆瓦": ("power", Decimal(1_000)),
    "人公里": ("人公里", Decimal(1)),
    "万人公里": ("人公里", Decimal(10_000)),
    "吨公里": ("吨公里", Decimal(1)),
    "万吨公里": ("吨公里", Decimal(10_000)),
    "标箱": ("标箱", Decimal(1)),
    "万标箱": ("标箱", Decimal(10_000)),
    "人": ("人", Decimal(1)),
    "名": ("人", Decimal(1)),
    "万人": ("人", Decimal(10_000)),
    "人次": ("人次", Decimal(1)),
    "万人次": ("人次", Decimal(10_000)),
    "户": ("户", Decimal(1)),
    "万户": ("户", Decimal(10_000)),
    "亿": ("number", Decimal(100_000_000)),
    "万": ("number", Decimal(10_000)),
}
#: Counting units that measure nothing but "how many": 1320个, 39项, 3家.
COUNTS = (
    "批次 个 家 笔 项 辆 批 台套 台 套 公顷 名 次 件 条 场 度 座 处 所 期 份 篇 册 间 株 头 只 人天 天 "
    "小时 分钟 类 款 例 宗 起 架 艘 孔 眼 口 盏 本 张 块 支 幢 栋 层 组 队 村 镇 乡 县 届 部 门 床 分"
).split()
for _unit in COUNTS:
    UNITS.setdefault(_unit, (_unit, Decimal(1)))
    UNITS.setdefault("万" + _unit, (_unit, Decimal(10_000)))

#: Other ways of writing a unit.
_UNIT_NAMES = {
    "平米": "㎡", "m2": "㎡", "m²": "㎡", "平方米": "㎡", "千米": "公里", "m3": "立方米", "m³": "立方米",
    "万m³": "万立方米", "万m3": "万立方米", "亿m³": "亿立方米", "亿m3": "亿立方米",
}  # fmt: skip
_UNIT_WORDS = sorted([*UNITS, "公里²", *_UNIT_NAMES], key=len, reverse=True)
UNIT = "(?:" + "|".join(map(re.escape, _UNIT_WORDS)) + ")"
NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_SIGN = r"[-+−﹣－–]"
_BEFORE = (
    r"(?:≥|≤|≧|≦|>=|<=|>|<|＞|＜|大于或等于|小于或等于|不低于|不少于|不超过|不高于|大于等于|小于等于|大于|小于|超过|高于|低于|"
    r"(?<![节制合契签履])约|近|突破)"
)
_AFTER = r"(?:\(含\))?(?:以上|以下|以内|左右|上下|余|多)"
_FIGURE = re.compile(
    rf"(?:(?P<before>{_BEFORE})\s*)?(?P<sign>{_SIGN})?(?P<number>{NUMBER})"
    rf"(?P<plus>余|多)?\s*(?P<unit>{UNIT})?(?P<after>{_AFTER})?"
)
_WHOLE = re.compile(rf"[(（]?(?:达到?|完成|共)?(?:{_FIGURE.pattern})[)）]?")
_BLANKS = re.compile(r"[-–—−―－/\\.·…]*|无|不涉及|不适用|未填列|未填|空")
#: How accountants and spreadsheets print a loss: ▲0.80, △0.10, and a dash for the minus.
_LOSS = re.compile(r"^[▲△—―](?=\d)")
#: A note's mark behind a figure: 12.5①, 12.5¹ is never 12.51.
_FOOTNOTE = re.compile(r"(?<=\d)(?:[①-⑳¹²³⁰⁴-⁹]{1,2}|[*＊†]{1,3})(?=\s*$|\s*\n)")
#: The last parts of an amount that began before: 1亿2千|3百万元.
_GOES_ON = re.compile(r"\d[亿万千百]零?$")
_INNER_NOTE = re.compile(r"(?<=\d)[①-⑳¹²³⁰⁴-⁹]{1,2}")
_LABELLED = re.compile(r"^[^\d:：,，。;；]{1,10}[:：](?=[\d-])")
_MAX_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure found in a text: its value in ``unit``, and where its text starts and ends."""

    value: Decimal
    unit: str
    hedge: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Filling:
    """What a cell holds: a figure, a blank, or text."""

    form: Form
    value: Decimal | None = None
    unit: str = ""
    hedge: str = ""


class _Folding(dict[int, int]):
    """Character code → code of its one-character NFKC form, filled in as characters are met."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        mapped = unicodedata.normalize("NFKC", char)
        self[code] = ord(mapped) if len(mapped) == 1 else code
        return self[code]


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Fold full-width forms one character for one (１２０．００ → 120.00), keeping offsets."""
    return text if text.isascii() else text.translate(_FOLDING)


def _value(match: re.Match[str]) -> Decimal | None:
    digits = match["number"].replace(",", "")
    if len(digits) > _MAX_DIGITS:
        return None
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return None
    return -value if match["sign"] and match["sign"] != "+" else value


def _hedge(match: re.Match[str]) -> str:
    return "".join(match[part] or "" for part in ("before", "plus", "after"))


@lru_cache(maxsize=65_536)
def read_cell(text: str) -> Filling:
    """Read a cell's whole text.

    >>> read_cell("120．00").value
    Decimal('120.00')
    >>> read_cell("——").form
    <Form.BLANK: 'blank'>
    >>> read_cell("45家以上").hedge
    '以上'
    """
    folded = fold(_FOOTNOTE.sub("", text))
    packed = re.sub(r"\s+", "", folded)
    if _BLANKS.fullmatch(packed):
        return Filling(Form.BLANK)
    if "\n" in folded.strip() and _several(folded):
        return Filling(Form.TEXT)
    packed = _LOSS.sub("-", packed)
    whole = written_amounts(packed) if not packed.isascii() else []
    if len(whole) == 1 and (whole[0].start, whole[0].end) == (0, len(packed)):
        return Filling(Form.FIGURE, whole[0].value, whole[0].unit)
    match = _WHOLE.fullmatch(_LABELLED.sub("", packed))
    value = _value(match) if match else None
    if match is None or value is None:
        return Filling(Form.TEXT)
    if re.fullmatch(r"[(（].{0,80}[)）]", packed) and match["unit"] in (None, "%", "元", "万元", "亿元"):
        value = -value if value > 0 else value  # (12.30) is accountants' −12.30
    return Filling(Form.FIGURE, value, unit_name(match["unit"]), _hedge(match))


def _several(text: str) -> bool:
    """Tell whether a cell's lines are a figure each (102 over 120), not one that a narrow cell broke (1,234, over 567).

    Lines that could be either are taken for several: a figure put together wrongly is worse than none.
    """
    lines = [line for part in text.split("\n") if (line := re.sub(r"\s+", "", part))]
    return len(lines) > 1 and all(_WHOLE.fullmatch(line) for line in lines)


def find_figures(text: str) -> list[Figure]:
    """Find every figure with a unit of measure in running text, in order.

    Dates, years, document numbers, ordinals and enumerations (1-12月, 〔2021〕8号, 第3, 5G) are no
    figures.  Offsets hold for ``text`` itself.
    """
    folded = fold(_INNER_NOTE.sub(_blanked, text))
    figures = [Figure(one.value, one.unit, "", one.start, one.end) for one in written_amounts(folded)]
    written = [(one.start, one.end) for one in figures]
    ahead = 0
    for match in _FIGURE.finditer(folded):
        value = _value(match)
        if value is None or not match["unit"] or _is_part_of_name(folded, match):
            continue
        while ahead < len(written) and written[ahead][1] <= match.start():
            ahead += 1
        if ahead < len(written) and written[ahead][0] < match.end():
            continue
        start, end = match.start(), match.end()
        if start > 1 and folded[start - 1] in "▲△" and not folded[start - 2].isspace():
            value = -value  # 亏损▲3.2万元; at a line's start it is a bullet
        figures.append(Figure(value, unit_name(match["unit"]), _hedge(match), start, end))
    return sorted(figures, key=lambda figure: figure.start) if written else figures


def _blanked(mark: re.Match[str]) -> str:
    """Return what stands for a raised mark: blanks for a note's, for an exponent a sign between 10³ and its unit."""
    power = re.search(r"(?<!\d)10$", mark.string[max(0, mark.start() - 3) : mark.start()])
    return ("×" if power else " ") * len(mark.group())


def _is_part_of_name(text: str, match: re.Match[str]) -> bool:
    before = text[match.start() - 1 : match.start()] if match.start() else ""
    after = text[match.end() : match.end() + 1]
    if match["unit"] == "支" and after in tuple("出付持"):
        return True
    if _GOES_ON.search(text, max(0, match.start() - 3), match.start()):
        return True
    if match["unit"][-1] in "亿万" and (after.isdecimal() or after in tuple("零〇余多几m")):
        return True  # the first part of an amount that goes on: 1亿2千3百万元, 1亿2千余万元, 12万m³
    annex = text.endswith("附件", 0, match.start())
    if annex or before in tuple("第〔【[./—~～〜表图") or (before.isascii() and before.isalpha()):
        return True
    if match["sign"] in ("-", "−", "–") and before.isdecimal():
        return True
    if match["unit"] in ("分", "次", "部", "门", "天", "期", "层", "组", "块", "本") and after in tuple(
        "类别钟之布支散析配工项数"
    ):
        return True
    return match["unit"] in ("个", "万") and after in tuple("月年")


def unit_name(unit: str | None) -> str:
    """Return the standard name of a printed unit: 平方米 → ㎡; ``""`` for none."""
    return _UNIT_NAMES.get(unit or "", unit or "")


def in_base(value: Decimal, unit: str) -> tuple[str, Decimal]:
    """Return (dimension, value in its base unit): 70.60 万元 → ("money", 706000.00)."""
    dimension, factor = UNITS.get(unit, (unit, Decimal(1)))
    return dimension, value * factor


def same_value(a: tuple[Decimal, str], b: tuple[Decimal, str]) -> bool:
    """Tell whether two printed figures agree, up to 0.02 of the coarser unit or its last digit."""
    (dim_a, base_a), (dim_b, base_b) = in_base(*a), in_base(*b)
    if dim_a != dim_b:
        return False
    factor = max(in_base(Decimal(1), a[1])[1], in_base(Decimal(1), b[1])[1])
    half_digit = max(_half_digit(*a), _half_digit(*b))
    return abs(base_a - base_b) <= min(max(factor * Decimal("0.02"), half_digit), factor / 2)


def _half_digit(value: Decimal, unit: str) -> Decimal:
    exponent = value.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return in_base(step, unit)[1] / 2


def plain(value: Decimal) -> str:
    """Write a value without exponent, as a person would: ``1E+2`` → ``100``."""
    return format(value, "f")
