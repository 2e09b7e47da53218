"""Which unit a figure has: its own, its header's, its row's, its table's, its report's, in that order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ingest.labels import squeeze, unit_in
from ingest.money import is_amount
from ingest.numbers import UNITS

_POINTS = re.compile(r"分值|得分(?!率|系数)|总分|权重|评分(?!标准)|自评分|标准分|扣分|满分")
_RATIO = re.compile(r"率$|率[(（]|占比|比例|比重|百分比|增幅|降幅|增速|[%％]")
_PEOPLE = re.compile(r"人数|编制数|编制人数|人员编制|在职(?:人员)?数?$|实有人员|职工数")
_COUNT = re.compile(r"数量|个数|次数|户数|件数|辆数|面积|里程|批次|人次|团组")
#: A title row read as a header (公开07表 单位：万元) says it of the whole table, as the line above one does.
_TITLE = re.compile(r"单位[:：]")
_INDICATOR = re.compile(r"指标值|目标值|完成值|完成情况|实际完成|绩效目标|指标$")


@dataclass(frozen=True, slots=True)
class Hints:
    """Where a cell's unit may come from, besides the cell itself.

    ``shared`` is the unit of money of the columns that state one; ``parted``: the cell's figure has decimals.
    """

    inherited: str = ""
    shared: str = ""
    header: tuple[str, ...] = ()
    row: tuple[str, ...] = ()
    beside: str = ""
    scored: bool = False
    parted: bool = False
    money: str = ""
    caption: str = ""

    @classmethod
    def of_columns(cls, headers: tuple[tuple[str, ...], ...], stated: str, caption: str, money: str = "") -> Hints:
        """Collect what a region's columns share: the unit stated above, or that of all its headers."""
        named = {unit for path in headers for label in path if (unit := unit_in(label))}
        shared = named.pop() if len(named) == 1 else ""
        scored = any(_POINTS.search(squeeze(label)) for path in headers for label in path)
        inherited = unit_in(caption) or stated
        return cls(inherited, shared if _is_money(shared) else "", scored=scored, money=money, caption=caption)

    def for_cell(self, header: tuple[str, ...], row: tuple[str, ...], beside: str, text: str = "") -> Hints:
        """Narrow to one cell: its column's header path, its row path, its row's unit column, its text."""
        return replace(self, header=header, row=row, beside=beside, parted=_PARTED.search(text) is not None)


def bind(own: str, hints: Hints) -> tuple[str, str]:
    """Return (unit, where it was found); ``("", "")`` when nothing says."""
    if own:
        return own, "cell"
    header = squeeze(hints.header[-1]) if hints.header else ""
    if header and re.search("[(（][%％][)）]", header):
        return "%", "header"
    if _POINTS.search(header):
        return "分", "header"
    for label in reversed(hints.header):
        if unit_in(label) and not _TITLE.search(squeeze(label)):
            return unit_in(label), "header"
    if header and _RATIO.search(header):
        return ("%" if re.search("[%％]", header) else ""), "header"
    if hints.beside:
        return hints.beside, "unit column"
    for label in reversed(hints.row):
        if unit_in(label):
            return unit_in(label), "row"
    return _by_row(hints, header)


def _by_row(hints: Hints, header: str) -> tuple[str, str]:
    row = squeeze(hints.row[-1]) if hints.row else ""
    if _PEOPLE.search(header) or (not _is_amount(header) and _PEOPLE.search(row)):
        return "人", "header" if _PEOPLE.search(header) else "row"
    if _POINTS.search(row) and not header:
        return "分", "row"
    if _RATIO.search(row) and not header:
        return ("%" if re.search("[%％]", row) else ""), "row"
    if _RATIO.search(row) or _COUNT.search(row) or _COUNT.search(header):
        return "", ""
    if hints.scored and _INDICATOR.search(header):
        return "", ""
    inherited = hints.inherited or next((unit_in(label) for label in hints.header if unit_in(label)), "")
    if inherited:
        return inherited, "table"
    if hints.shared and _shares(hints, header):
        return hints.shared, "table"
    if hints.money and is_amount(hints.header, hints.row, hints.caption):
        return hints.money, "report"
    return "", ""


def _shares(hints: Hints, header: str) -> bool:
    """Tell whether a figure is in the unit that only other columns of its table state.

    It is where its labels speak of money, where its header says no more than a stage or a time, and where it has
    decimals under a header that names nothing counted: 编制 and 场次（场/期） beside 基本支出（万元） are no amounts.
    """
    if is_amount(hints.header, hints.row, hints.caption) or _STAGE.fullmatch(header):
        return True
    return hints.parted and not _COUNTED.search(header)


_PARTED = re.compile(r"\d[.．]\d")
_STAGE = re.compile(
    r"(?:年初|年末|期初|期末|全年|上年|本年|当年|调整后?|实际|计划|申报|批复|下达|到位|拨付|完成|执行|安排|申请|核定|合计|小计|总计"
    r"|(?:19|20)\d\d年?度?|[一二三四]季度|金|数|额|的)+"
)
#: A header with a unit of its own, known or not, or a word of counting.
_COUNTED = re.compile(r"[(（/]|率|占比|比重|人员|人数|编制|面积|里程|数量|次数|人次|户|亩|公里|个数|家数|场次|件数|册")


def _is_amount(header: str) -> bool:
    return bool(re.search(r"金额|预算|决算|支出|收入|经费|资金", header))


def _is_money(unit: str) -> bool:
    return UNITS.get(unit, ("", 0))[0] == "money"
