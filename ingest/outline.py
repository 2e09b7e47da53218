"""The heading path of every block, and the caption and unit line above every table."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.labels import one_line, rank, squeeze, unit_in
from ingest.model import Block, Document, Table
from ingest.numbers import find_figures

_MAX_HEADING = 40
_MAX_CAPTION = 60
_LOOK_BACK = 4
_CAPTION = re.compile(r"[表册单图]$|情况$|明细$|对比|统计|汇总|^表\s*\d|^附表")
_NO_CAPTION = re.compile(
    r"^[(（]?(?:金额|货币)?单位[:：]|^公开\d+表$|^(?:部门|编制单位|填报单位|预算单位)(?:名称)?[:：]|编号[:：]?"
)
_GOES_ON = re.compile(
    r"(?:[(（]?(?:续表?|续上表|接上表)[)）]?\d*)?|[-—–]{0,2}\d{1,4}[-—–]{0,2}|第\d{1,4}页(?:[,，]?共\d{1,4}页)?"
)
_YEAR_LINE = re.compile(r"^[(（]?\d{4}年度?[)）]?$")


@dataclass(frozen=True, slots=True)
class Place:
    """What stands above a block: its headings, and for a table its caption, unit and year line.

    ``money`` is the unit of its amounts that the report says or shows elsewhere (``ingest.money``).
    """

    heading_path: tuple[str, ...] = ()
    caption: str = ""
    unit: str = ""
    near: tuple[str, ...] = ()
    money: str = ""


def heading_rank(block: Block) -> int:
    """Return a heading's rank, 0 for body text: by style, or by its number when it is short."""
    text = block.text.strip()
    if block.table is not None or not text or block.inside is not None:
        return 0
    if block.level and len(text) <= 2 * _MAX_HEADING:
        return rank(text) or block.level + 1
    if len(text) > _MAX_HEADING or re.search(r"[。；;，,！？]", text) or text.endswith(("：", ":")):
        return 0
    figures = [f for f in find_figures(text) if f.unit != "分"]
    return 0 if figures else rank(text)


def places(document: Document) -> list[Place]:
    """Return the place of every block, in order."""
    stack: list[tuple[int, str]] = []
    found: list[Place] = []
    for index, block in enumerate(document.blocks):
        level = heading_rank(block)
        if level:
            stack = [entry for entry in stack if entry[0] < level]
            stack.append((level, one_line(block.text)))
        path = tuple(text for _, text in stack)
        goes_on = _continued(document.blocks, index)
        if goes_on is not None:
            found.append(found[goes_on])
        else:
            found.append(_above_table(document.blocks, index, path) if block.table else Place(path))
    return found


def _continued(blocks: tuple[Block, ...], index: int) -> int | None:
    """Return the index of the table that this one goes on from, over 续表 at the most: same header row, same width."""
    here, before = blocks[index].table, table_before(blocks, index)
    there = blocks[before].table if before is not None else None
    if here is None or there is None or here.columns != there.columns or _first_row(here) != _first_row(there):
        return None
    return before


def table_before(blocks: tuple[Block, ...], index: int) -> int | None:
    """Return the index of the table right before a table, over 续表, a page's number and repeated title at most."""
    if blocks[index].table is None:
        return None
    before, between = index - 1, list[str]()
    while before >= 0 and blocks[before].table is None and len(between) <= _LOOK_BACK:
        text = squeeze(blocks[before].text)
        if not _GOES_ON.fullmatch(text):
            between.append(text)
        before -= 1
    if before < 0 or blocks[before].table is None:
        return None
    above = {squeeze(block.text) for block in blocks[max(0, before - _LOOK_BACK) : before] if block.table is None}
    titled = not between or any(
        not _NO_CAPTION.match(text) for text in between
    )  # a unit line alone may be a new table's
    return before if titled and above.issuperset(between) else None


def _first_row(table: Table) -> list[str]:
    return [squeeze(cell.text) for cell in table.cells if cell.row == 0]


def _above_table(blocks: tuple[Block, ...], index: int, path: tuple[str, ...]) -> Place:
    caption = unit = ""
    near: list[str] = []
    for block in reversed(blocks[max(0, index - _LOOK_BACK) : index]):
        text = one_line(block.text)
        noted = re.match(r"[(（]?注\s{0,4}[:：]", text) is not None  # of the table before
        if block.table is not None or noted or len(text) > _MAX_CAPTION or re.search(r"[。；]", text):
            break
        unit = unit or unit_in(text)
        near.append(text)
        is_heading = heading_rank(block) > 0
        only_unit = _NO_CAPTION.match(squeeze(text))
        if not caption and not only_unit and not _YEAR_LINE.match(squeeze(text)) and not is_heading:
            caption = text if _CAPTION.search(squeeze(text)) or not caption else caption
        if is_heading:
            break
    return Place(path, caption, unit, tuple(near))
