"""What the questions over many rows share: the words of ordering, and how rows are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.arithmetic import Sheet
from assistant.citations import Citer
from assistant.compose import shown
from assistant.lookup import Finder
from assistant.model import Answer, Library, Query, Status
from assistant.operands import phrase
from assistant.rows import (
    Group,
    Row,
)
from ingest.labels import legible, without_number
from ingest.model import Fact, Kind
from ingest.numbers import plain

NUMBER = r"[一二两三四五六七八九十]|\d+"
FRAME = re.compile(
    rf"[由从][高大多低小少]到[高大多低小少]的?(?:顺序)?(?:来?排(?:一?排|一?下|个序|列|序|名|好)?)?|排名|排序|排列|排一下|按(?:金额|大小)|按(?=从|由)|名次|"
    rf"(?:花钱?|降|减|增|涨|升|用)?(?:得|的)?(?:最[高低多少大小差好]|垫底)(?:的)?(?:一[项个家类])?|(?:的)?是?哪一?[个家项类种条些样]{{0,2}}(?:单位|机构|部门|指标)?(?:的)?|"
    rf"前(?:{NUMBER})[名位个项家]?(?:的)?|排(?:在|名)?[第前]?(?:{NUMBER})[名位]?的?(?:是谁|是哪[个家些])?|(?:所属|下属|二级)?(?:几家|各)?(?:单位|机构)[里中](?=谁|哪|的)?|除合计外|不算合计|不含合计|合计不用|"
    rf"各家?(?:单位|机构|部门|项|类别?|明细)|各自|[，,]?多少钱|[一二两三四五六七八九]家(?:单位)?|谁的?|是什么|列出来?|把(?=各)|分别|列一下|的单位|"
    r"(?:[一二三四五六七八九十几各]个?)?[一二三]级指标|[一二三四五六七八九十几][个项](?:指标)?的?|(?<=指标)[一二三四五六七八九十几][个项]的?|增加额|减少额|减了|降了|本级和下属单位的?|[（(].{0,60}?[)）]|一项|占多|有哪些"
)


def asked_of(query: Query, packed: str, library: Library, finder: Finder) -> Query:
    """Return what the rows are asked of, without the words of ordering."""
    own = phrase(FRAME.sub("", packed), query, library, finder.lexicon)
    if query.assumed and finder.lexicon.names_nothing(finder.lexicon.canonical(own.content)):
        own = replace(own, content=query.content)
    return own


def names_of(
    chosen: Sequence[Row], rows: Sequence[Row], citer: Citer, trace: Sequence[str], what: str
) -> Answer | None:
    """Write the names of the rows chosen, each cited; ``None`` when there are none."""
    if not chosen:
        return None
    for row in chosen:
        citer.fact(row.figure.evidence[0].stored)
    text = f"{what}有：{'、'.join(row.name for row in chosen)}。"
    return Answer(Status.ANSWERED, text, (), tuple(citer.citations), (*trace, f"比较：{len(rows)} 行"))


def names_in(group: Group, citer: Citer, trace: Sequence[str]) -> Answer:
    """Write the names of a list's rows, each once."""
    names: list[str] = []
    for entry in group.entries:
        name = legible(without_number(entry.stored.fact.measure))
        if name not in names:
            names.append(name)
            citer.fact(entry.stored)
    return Answer(Status.ANSWERED, f"有：{'、'.join(names)}。", (), tuple(citer.citations), tuple(trace))


def with_figures(rows: Sequence[Row], citer: Citer, trace: Sequence[str], lead: str) -> Answer:
    """Write rows with their figures, each cited."""
    sheet = Sheet(citer, list(trace))
    written = []
    for row in rows:
        sheet.give(row.figure)
        written.append(f"{row.name}{_said(row.figure.fact)}")
    return Answer(
        Status.ANSWERED,
        f"{lead}{'；'.join(written)}。",
        tuple(sheet.values),
        tuple(citer.citations),
        tuple(sheet.trace),
    )


def _said(fact: Fact) -> str:
    if fact.kind is Kind.CHANGE and fact.value is not None:
        way = "减少" if fact.value < 0 else "增加"
        return f"{way}{plain(abs(fact.value))}{fact.unit}"
    return f"为{shown(fact)}"
