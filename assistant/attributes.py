"""Things a report says of its unit in words: 地址, 联系电话, 评价等次, 附件."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assistant.citations import Citer
from assistant.index import FactIndex
from assistant.model import Answer, Query, Status
from ingest.labels import normalise, one_line
from ingest.model import Form, Passage, StoredFact, StoredPassage
from ingest.store import Store


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something a report says of its unit in words, and how it is asked for and written.

    ``many`` tells that several values are a list and no contradiction.
    """

    name: str
    asked: tuple[str, ...]
    labels: tuple[str, ...]
    pattern: re.Pattern[str]
    many: bool


@cache
def attributes() -> tuple[Attribute, ...]:
    """Return the attributes of the package's data file."""
    text = (files("assistant") / "data" / "attributes.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return tuple(
        Attribute(
            name, tuple(asked.split("|")), tuple(map(normalise, filter(None, labels.split("|")))),
            re.compile(pattern, re.MULTILINE), many == "多",
        )
        for name, asked, labels, pattern, many in rows
    )  # fmt: skip


def attributes_asked(query: Query) -> list[Attribute]:
    """Return the attributes that a question asks for, in its order; the longest word at each place counts."""
    hits = sorted(
        ((query.text.find(word), -len(word), a) for a in attributes() for word in a.asked if word in query.text),
        key=lambda hit: hit[:2],
    )
    found: list[Attribute] = []
    end = -1
    for start, size, attribute in hits:
        if start >= end and attribute not in found:
            found.append(attribute)
            end = start - size
    return found


def attribute_answer(
    attribute: Attribute, index: FactIndex, store: Store, reports: Sequence[str], citer: Citer
) -> Answer | None:
    """Answer from a labelled cell or from the way such things are written in running text."""
    facts = [fact for report in reports for fact in index.facts(report)]
    cells = [f for f in facts if f.fact.form is Form.TEXT and _labelled(f, attribute)]
    if cells and not attribute.many:
        n = citer.fact(cells[0])
        text = f"{attribute.name}：{one_line(cells[0].fact.raw)}。"
        return Answer(Status.ANSWERED, text, (), tuple(citer.citations), (f"表格里“{attribute.name}”一格 [{n}]",))
    found = _written(attribute, store, reports)
    if not found:
        return None
    for places in found.values():
        for passage, quote in places:
            citer.passage(passage, quote)
    values = list(found)
    trace = (f"正文里“{attribute.name}”的写法",)
    one_report = len({p.report for ps in found.values() for p, _ in ps}) == 1
    if len(values) > 1 and one_report and not attribute.many and not _one_list(values):
        text = f"报告里{attribute.name}有不同写法：" + "；".join(values) + "。"
        return Answer(Status.CONFLICT, text, (), tuple(citer.citations), trace)
    return Answer(Status.ANSWERED, f"{attribute.name}：{'、'.join(values)}。", (), tuple(citer.citations), trace)


def _written(attribute: Attribute, store: Store, reports: Sequence[str]) -> dict[str, list[tuple[StoredPassage, str]]]:
    found: dict[str, list[tuple[StoredPassage, str]]] = {}
    for report in reports:
        for block, heading in store.blocks(report):
            for match in attribute.pattern.finditer(block.text):
                value = next(group for group in match.groups() if group).strip()
                passage = StoredPassage(0, report, Passage(block.number, heading, block.text))
                found.setdefault(value, []).append((passage, match.group().strip()))
    return found


def _labelled(stored: StoredFact, attribute: Attribute) -> bool:
    path = stored.fact.row_path or stored.fact.column_path
    return bool(path) and normalise(path[-1]) in attribute.labels


def _one_list(values: Sequence[str]) -> bool:
    longest = max(values, key=len)
    return all(value in longest for value in values)
