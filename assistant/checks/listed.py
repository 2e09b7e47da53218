"""Sums in running text: a total, then 其中 or 包括 and its parts; or an analysis that goes on after the first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby, pairwise

from assistant.checks.relations import Item, Relation, Severity, Sum
from assistant.checks.sheet import Sheet
from ingest.model import Kind

#: Words that open a list of parts.
_OPENS = re.compile(r"其中|包括|分别(?:为|是)|主要用于|构成(?:为|如下)?|按.{1,8}分类?|用于")
#: A list that comes this near its total is meant to be complete; one that exceeds it can't be a part of it.
_NEAR = Decimal("0.05")
_FEWEST = 3


def listed_sums(sheet: Sheet) -> Iterator[Relation]:
    """Yield the sums that sentences lay down: held ones, those that exceed their total, those that nearly meet it."""
    texts = {block.number: block.text for block, _ in sheet.blocks}
    spoken = [e for e in sheet.entries if e.stored.fact.source.table is None and e.stored.fact.kind is Kind.ACTUAL]
    for number, entries in groupby(spoken, key=lambda entry: entry.stored.fact.source.block):
        items = [item for entry in entries if (item := sheet.item(entry)) is not None and item.dimension == "money"]
        for sentence in _sentences(items, texts.get(number, "")):
            yield from _sums(sentence, texts.get(number, ""))


def _sentences(items: Sequence[Item], text: str) -> Iterator[list[Item]]:
    """Yield the figures of each sentence; 。 parts sentences, ； doesn't where a list goes on."""
    held: list[Item] = []
    for item in items:
        start = item.fact.source.start or 0
        if held and re.search(r"[。！？\n]", text[held[-1].fact.source.end or 0 : start]):
            yield held
            held = []
        held.append(item)
    if held:
        yield held


def _sums(items: Sequence[Item], text: str) -> Iterator[Relation]:
    """Yield the sum of each list that a total opens; a list is a run of figures without another opening word."""
    for position, total in enumerate(items[:-1]):
        opened = _OPENS.search(_between(total, items[position + 1], text))
        if not opened:
            continue
        runs = list(_runs(items[position + 1 :], text))
        for run in runs[:2]:
            made = _sum(total, run)
            if made is not None:
                yield made
        return


def _runs(items: Sequence[Item], text: str) -> Iterator[list[Item]]:
    run = [items[0]]
    for before, item in pairwise(items):
        if _OPENS.search(_between(before, item, text)):
            yield run
            run = []
        run.append(item)
    yield run


def _between(one: Item, other: Item, text: str) -> str:
    return text[one.fact.source.end or 0 : other.fact.source.start or 0]


def _sum(total: Item, parts: Sequence[Item]) -> Sum | None:
    alike = [item for item in parts if item.fact.period == total.fact.period]
    if len(alike) < _FEWEST or len(alike) < len(parts) or total.value <= 0:
        return None
    name = f"{total.fact.measure}＝所列各项之和"
    made = Sum(name, "parts", Severity.ERROR, 0.85, total, (tuple((1, item) for item in alike),))
    beyond = made.total > total.value * (1 + _NEAR) and all(item.value < total.value * 2 for item in alike)
    near = abs(made.total - total.value) <= _NEAR * total.value
    return made if made.holds or beyond or near else None
