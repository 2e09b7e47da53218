"""Which unit of money each table of a report is in, where no cell, header or line right above it says so.

Reports say it in many places: in a title row of the table itself, in a note below it, once for several tables
(以下各表金额单位均为万元), by the tables' numbers (表1至表8…), or only in sentences that repeat the table's figures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ingest.labels import squeeze, unit_in
from ingest.model import Block, Table
from ingest.numbers import UNITS, find_figures, read_cell

_UNIT = r"(?P<unit>亿元|百万元|万元|千元|百元|元)"
#: 单位：万元, 金额：万元, 单位：人、万元, 单位：万元、家、个.
_NOTED = re.compile(
    rf"(?<![报制送管])(?:单位|金额)[:：](?:人民币)?(?:[^\d。；;:：()（）]{{1,6}}[、,，/和]){{0,3}}{_UNIT}"
    r"(?=$|[^\u4e00-\u9fff/]|公开|附|表|编制|部门|填报|第|整)"
)
_EXCEPT = re.compile(r"除([^。；;]{1,20}?)外")
_MONEY_UNITS = re.compile(r"亿元|百万元|万元|千元|百元|(?<![\u4e00-\u9fff])元")
#: Where one statement ends and the next begins: 表1至表5单位为万元，表6单位为元; 其余为元.
_CLAUSES = re.compile(r"[；;。]|[,，](?=表|其余|其他)")
#: 金额单位均为万元, 单位除注明外均为：元, 各表单位是元.
_SAID = re.compile(rf"单位(?:除[^。；;]{{1,14}}外)?[,，]?(?:均|都|全)?(?:为|是)[:：]?(?:人民币)?{_UNIT}")
#: What makes a statement hold for tables to come, not for the sentence's own.
_FOR_MANY = re.compile(r"各表|下表|以下|本部分|附表|报表|表格|所有表|后表|除(?:另有|特别)?注明|表\d")
_NUMERALS = "一二三四五六七八九十"
_TABLE = rf"表([0-9]{{1,3}}|[{_NUMERALS}]{{1,3}})"
_TABLES = re.compile(rf"{_TABLE}(?:[至到\-—~～]{_TABLE})?")
_NUMBERED = re.compile(rf"^\s{{0,20}}(?:附|公开)?{_TABLE}(?!\d)|^\s{{0,20}}公开([0-9]{{1,3}})表")
_LIKE = re.compile(rf"单位同(?:上|{_TABLE})")
_NOTE = re.compile(r"^[(（]?(?:注|说明|备注)")
_TITLE_ROWS, _LAST_ROWS = 4, 2
_LONGEST_TITLE, _LONGEST_NOTE = 60, 400
_ABOVE, _BELOW = 3, 2
#: So many digits make a figure that is repeated in a sentence no chance: 6812.00, not 12.
_DIGITS, _FEWEST_REPEATED = 4, 2
#: Where so many tables of a report are known to be in one unit, and none in another, the rest are taken to be.
_FEWEST_ALIKE = 3


def unit_said(text: str) -> str:
    """Return the unit of money that a text states for figures, ``""`` for none."""
    packed = squeeze(text)
    found = _SAID.search(packed) or _NOTED.search(packed)
    if found is None:
        return ""
    several = (
        re.match(rf"[、,，/和]{_UNIT}", packed[found.end() :]) or len(set(_MONEY_UNITS.findall(found.group()))) > 1
    )
    return "" if several else found["unit"]  # 单位：元、万元 doesn't say which figure has which


@dataclass
class _Said:
    """What was said so far for tables to come: for all of them, for those of a number."""

    default: str = ""
    numbered: dict[int, str] = field(default_factory=dict)

    def hear(self, text: str) -> None:
        """Take in a paragraph."""
        packed = squeeze(text)
        if not _FOR_MANY.search(packed):
            return
        for clause in _CLAUSES.split(packed):
            unit = unit_said(clause)
            if not unit:
                continue
            excluded = [number for match in _EXCEPT.finditer(clause) for number in _numbers(match[1])]
            named = _numbers(_EXCEPT.sub("", clause))
            if named:
                self.numbered |= dict.fromkeys(named, unit)
            else:
                self.default = unit
            self.numbered |= dict.fromkeys(excluded, "")  # of another unit, which isn't said


def _numbers(text: str) -> list[int]:
    return [number for match in _TABLES.finditer(text) for number in _span(match)]


def _span(match: re.Match[str]) -> range:
    first = _number(match[1])
    return range(first, (_number(match[2]) if match[2] else first) + 1)


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _NUMERALS.find(text[:1]) + 1
    return (_NUMERALS.find(tens) + 1 if tens else 1) * 10 + (_NUMERALS.find(ones) + 1 if ones else 0)


def money_units(blocks: Sequence[Block]) -> dict[int, str]:
    """Return block number → unit of money, of the tables for which the report says or shows one."""
    said, found, of_number = _Said(), dict[int, str](), dict[int, str]()
    repeated = _figures_in_sentences(blocks)
    for index, block in enumerate(blocks):
        if block.table is None:
            said.hear(block.text)
            continue
        number = _own_number(blocks, index)
        unit = (
            _above(blocks, index)
            or _inside(block.table)
            or _below(blocks, index, of_number)
            or said.numbered.get(number, said.default if not _own_units(block.table) else "")
            or _by_agreement(block.table, repeated)
        )
        if unit:
            found[block.number] = unit
            of_number.setdefault(number, unit)
    tables = {block.number: block.table for block in blocks if block.table is not None}
    known = set(found.values()) | {unit for table in tables.values() for unit in _own_units(table)}
    if len(known) == 1 and len(found) >= _FEWEST_ALIKE and "" not in said.numbered.values():
        found |= dict.fromkeys(set(tables) - set(found), known.pop())
    return found


def _own_units(table: Table) -> set[str]:
    """Return the units of money that a table's header cells state for their own columns: 金额（元）."""
    units = {unit_in(cell.text) for cell in table.cells if cell.row < _TITLE_ROWS and len(cell.text) <= _LONGEST_TITLE}
    return {unit for unit in units if UNITS.get(unit, ("",))[0] == "money"}


def _above(blocks: Sequence[Block], index: int) -> str:
    """Return the unit that the lines right above a table state; a long one only where it speaks of 下表."""
    for block in reversed(blocks[max(0, index - _ABOVE) : index]):
        if block.table is not None:
            break
        packed = squeeze(block.text)
        if _NOTE.match(packed) and not _FOR_MANY.search(packed):
            break  # of the table before
        title = len(packed) <= _LONGEST_TITLE and "。" not in packed
        if title or re.search(r"(?:下|如下|见)[^。]{0,6}表", packed):
            unit = unit_said(packed)
            if unit:
                return unit
        if not title:
            break
    return ""


def _inside(table: Table) -> str:
    """Return the unit that a table's title rows state, or a note in its last rows."""
    for cell in table.cells:
        title = cell.row < _TITLE_ROWS and len(cell.text) <= _LONGEST_TITLE
        note = cell.row >= table.rows - _LAST_ROWS and _NOTE.match(squeeze(cell.text[:10])) is not None
        if (title or note) and ("单位" in cell.text or "金额" in cell.text):
            unit = unit_said(cell.text)
            if unit:
                return unit
    return ""


def _below(blocks: Sequence[Block], index: int, of_number: dict[int, str]) -> str:
    """Return the unit that a note right below a table states, or that of the table which it refers to."""
    for block in blocks[index + 1 : index + 1 + _BELOW]:
        if block.table is not None:
            break
        packed = squeeze(block.text[:_LONGEST_NOTE])
        if not _NOTE.match(packed):
            continue
        like = _LIKE.search(packed)
        if like:
            return of_number.get(_number(like[1]), "") if like[1] else next(reversed(of_number.values()), "")
        if not _FOR_MANY.search(packed) or "本表" in packed:
            return unit_said(packed)
    return ""


def _own_number(blocks: Sequence[Block], index: int) -> int:
    """Return the number that a table's caption gives it, 0 for none."""
    for block in reversed(blocks[max(0, index - _ABOVE) : index]):
        if block.table is not None:
            break
        match = _NUMBERED.match(block.text[:40])  # not squeezed: 表1 2024年… is no table 120
        if match:
            return _number(match[1] or match[2])
    return 0


def _figures_in_sentences(blocks: Sequence[Block]) -> dict[Decimal, set[str]]:
    """Return value → units of the amounts of money in a report's paragraphs."""
    found: dict[Decimal, set[str]] = {}
    for block in blocks:
        if block.table is None and "元" in block.text:
            for figure in find_figures(block.text):
                if UNITS.get(figure.unit, ("",))[0] == "money" and _telling(figure.value):
                    found.setdefault(abs(figure.value), set()).add(figure.unit)
    return found


def _telling(value: Decimal) -> bool:
    return len(value.normalize().as_tuple().digits) >= _DIGITS


def _by_agreement(table: Table, repeated: dict[Decimal, set[str]]) -> str:
    """Return the unit in which sentences repeat at least two of a table's figures, if they agree on it."""
    if not repeated:
        return ""
    values = {abs(value) for value in _bare_figures(table) if _telling(value)}
    counts = Counter(unit for value in values for unit in repeated.get(value, ()))
    return next(iter(counts)) if len(counts) == 1 and counts.total() >= _FEWEST_REPEATED else ""


def _bare_figures(table: Table) -> Iterator[Decimal]:
    for cell in table.cells:
        if any(char.isdigit() for char in cell.text):
            read = read_cell(cell.text)
            if read.value is not None and not read.unit:
                yield read.value


#: A column's own label that speaks of money, and a row's label that ends in it.
_AMOUNT_HEADER = re.compile(
    r"金额|预算|决算|支出|收入|经费|资金|拨款|(?<!免)费|补助|补贴|工资|采购|结余|结转|资产|执行数|款$|额$"
)
_AMOUNT_ROW = re.compile(
    r"(?:金额|预算|决算|支出|收入|经费|资金|拨款|(?<!免)费|费用|补助|补贴|奖金|工资|津贴|采购|结余|结转|投资|资产|缴费|公积金|[税债款额]|支付)"
    r"(?:[(（][^()（）]{0,16}[)）])?$"
)
#: Of what is counted or is a share, though money may be near.
_OTHER = re.compile(
    r"人次|人数|批次|[(（][^()（）]{0,6}[人个辆台套户家次批亩米里处项件][)）]|辆数|台数|户数|家数|个数|次数|单位数|项目数|企业数|编制|面积|公里|"
    r"率|比重|占比|比例|百分比|[%％]|分值|得分|评分|满意|序号|行次|栏次|数量|指标值|完成值|目标值|年限|编码|代码|车辆保有|保有量|团组|设备[(（]"
)
#: What ends a row's label that is of people or things: under a header that says only when, their number.
_COUNTED_ROW = re.compile(
    r"(?:人员|对象|家庭|户|企业|单位|项目|天数|站|合同|案件|机构|学生|家|处|人|车|设备|次|场|批|期|数)(?:[(（][^()（）]{0,16}[)）])?$"
)
#: A column's own label that says when or that it is the whole, and leaves it to others of what.
_NEUTRAL = re.compile(r"(?:(?:19|20)\d\d年?度?|上年|本年|当年|去年|数|数额|合计|小计|总计|[一二三四]?季度|\d{1,2}月)?")


def is_amount(header: Sequence[str], row: Sequence[str], caption: str) -> bool:
    """Tell whether a figure is an amount of money by its header path, its row path and its table's caption.

    Its column must speak of money; or say only when, and its row end in a word of money, or, where it names nothing
    that is counted, the labels above and the caption speak of money.
    """
    if _OTHER.search(squeeze("|".join((*header, *row)))):
        return False
    own, label = squeeze(header[-1]) if header else "", squeeze(row[-1]) if row else ""
    if own and _AMOUNT_HEADER.search(own) and _NEUTRAL.fullmatch(own) is None:
        return True
    if _NEUTRAL.fullmatch(own) is None:
        return False
    if _AMOUNT_ROW.search(label):
        return True
    above = squeeze("|".join((*header[:-1], *row[:-1], caption)))
    return bool(header) and _COUNTED_ROW.search(label) is None and _AMOUNT_HEADER.search(above) is not None
