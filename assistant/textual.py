"""Answers in words: an attribute (地址, 电话), a section of the report, or the passage that answers best."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assistant.citations import Citer
from assistant.index import FactIndex
from assistant.lexicon import Lexicon
from assistant.match import covered, share
from assistant.model import Answer, Query, Status
from assistant.retrieve import Retriever
from ingest.labels import normalise, one_line
from ingest.model import Form, Passage, Scope, StoredFact, StoredPassage
from ingest.store import Store

_TOPIC = re.compile(r"为什么|为何|有?(?:哪些|什么)|怎么样?|如何|在哪(?:里|儿|$)|哪里|是否|有没有|主要|情况")
_LEAST_COVER = 0.6
_LEAST_SECTION = 0.8
#: Another report's section answers too when its heading fits nearly as well.
_NEARLY = 0.1
_MOST_SECTIONS = 3
_MOST_PARTS = 8
_LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something a report says of its unit in words, and how it is asked for and written."""

    name: str
    asked: tuple[str, ...]
    labels: tuple[str, ...]
    pattern: re.Pattern[str]


@cache
def attributes() -> tuple[Attribute, ...]:
    """Return the attributes of the package's data file."""
    text = (files("assistant") / "data" / "attributes.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return tuple(
        Attribute(name, tuple(asked.split("|")), tuple(map(normalise, labels.split("|"))), re.compile(pattern))
        for name, asked, labels, pattern in rows
    )


def attribute_asked(query: Query) -> Attribute | None:
    """Return the attribute that a question asks for, if any."""
    hits = [(len(word), a) for a in attributes() for word in a.asked if word in query.text]
    return max(hits, key=lambda hit: hit[0])[1] if hits else None


def attribute_answer(attribute: Attribute, index: FactIndex, store: Store, scope: Scope, citer: Citer) -> Answer | None:
    """Answer from a labelled cell or from the way such things are written in running text."""
    facts = [fact for report in scope.reports for fact in index.facts(report)]
    cells = [f for f in facts if f.fact.form is Form.TEXT and _labelled(f, attribute)]
    if cells:
        n = citer.fact(cells[0])
        text = f"{attribute.name}：{one_line(cells[0].fact.raw)}。"
        return Answer(Status.ANSWERED, text, (), tuple(citer.citations), (f"表格里“{attribute.name}”一格 [{n}]",))
    found: dict[str, list[tuple[StoredPassage, str]]] = {}
    for report in scope.reports:
        for block, heading in store.blocks(report):
            for match in attribute.pattern.finditer(block.text):
                value = next(group for group in match.groups() if group).strip()
                passage = StoredPassage(0, report, Passage(block.number, heading, block.text))
                found.setdefault(value, []).append((passage, match.group().strip()))
    if not found:
        return None
    for places in found.values():
        for passage, quote in places:
            citer.passage(passage, quote)
    values = list(found)
    if len(values) > 1 and len({p.report for ps in found.values() for p, _ in ps}) == 1 and not _one_list(values):
        text = f"报告里{attribute.name}有不同写法：" + "；".join(values) + "。"
        return Answer(Status.CONFLICT, text, (), tuple(citer.citations), (f"正文里“{attribute.name}”的写法",))
    text = f"{attribute.name}：{'、'.join(values)}。"
    return Answer(Status.ANSWERED, text, (), tuple(citer.citations), (f"正文里“{attribute.name}”的写法",))


def _labelled(stored: StoredFact, attribute: Attribute) -> bool:
    path = stored.fact.row_path or stored.fact.column_path
    return bool(path) and normalise(path[-1]) in attribute.labels


def _one_list(values: Sequence[str]) -> bool:
    longest = max(values, key=len)
    return all(value in longest for value in values)


def section_answer(query: Query, store: Store, scope: Scope, lexicon: Lexicon, citer: Citer) -> Answer | None:
    """Answer with the paragraphs under the heading that says what is asked: 存在哪些问题？"""
    wanted = lexicon.canonical(normalise(_topic(query.content)))
    if len(wanted) < 2:
        return None
    best = {report: found for report in scope.reports if (found := _nearest_section(store, report, wanted, lexicon))}
    top = max((score for score, _ in best.values()), default=0.0)
    sections: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
    for report, (score, path) in best.items():
        if score >= top - _NEARLY:
            sections.setdefault((citer.reports[report].organisation, citer.reports[report].year), (report, path))
    if len(sections) > _MOST_SECTIONS:
        text = f"有{len(sections)}份报告都有这一节；请说明要问哪个部门、哪一年。"
        return Answer(Status.CLARIFY, text, (), (), ("按标题找到多份报告的同一节",))
    parts = []
    for (who, _), (report, path) in sections.items():
        quoted = _quoted(store, report, path, citer)
        if quoted:
            parts.append((who if len(sections) > 1 else "") + quoted)
    if not parts:
        return None
    trace = tuple(f"按标题找到一节：{' › '.join(path)}" for _, path in sections.values())
    return Answer(Status.ANSWERED, "\n".join(parts), (), tuple(citer.citations), trace)


def _nearest_section(store: Store, report: str, wanted: str, lexicon: Lexicon) -> tuple[float, tuple[str, ...]] | None:
    """Return (score, heading path) of the report's heading that says best what is wanted."""
    best: tuple[float, tuple[str, ...]] | None = None
    for path in dict.fromkeys(heading for _, heading in store.blocks(report) if heading):
        title = lexicon.canonical(normalise(path[-1]))
        both = share(lexicon.weights(wanted), covered(wanted, title)) * 0.8 + share(
            lexicon.weights(title), covered(title, wanted)
        ) * 0.2
        if both >= _LEAST_SECTION and (best is None or both > best[0]):
            best = (both, path)
    return best


def _quoted(store: Store, report: str, path: tuple[str, ...], citer: Citer) -> str:
    """Quote the paragraphs under a heading, citing each; ``""`` when there are none."""
    blocks = [block for block, heading in store.blocks(report) if heading[: len(path)] == path and block.text.strip()]
    lines = [block for block in blocks if one_line(block.text) != path[-1] and block.table_number is None]
    for block in lines[:_MOST_PARTS]:
        citer.passage(StoredPassage(0, report, Passage(block.number, path, block.text)), block.text.strip())
    more = f"（共{len(lines)}段，其余请看原文）" if len(lines) > _MOST_PARTS else ""
    quotes = "\n".join(one_line(block.text) for block in lines[:_MOST_PARTS])
    return f"报告“{path[-1]}”写道：\n{quotes}{more}" if lines else ""


def _topic(content: str) -> str:
    return _TOPIC.sub("", content)


def passage_answer(
    query: Query, retriever: Retriever, scope: Scope, lexicon: Lexicon, citer: Citer
) -> Answer | None:
    """Answer with the sentence or row that covers the question best, when one covers enough of it."""
    wanted = normalise(_topic(query.content))
    scale = lexicon.weights(wanted)
    best: tuple[float, StoredPassage, str] | None = None
    for stored, _ in retriever.search(query.content, scope, 10):
        for sentence in _sentences(stored.passage.text):
            words = normalise(sentence)
            near = normalise(stored.passage.heading_path[-1]) if stored.passage.heading_path else ""
            score = share(scale, covered(wanted, words) | covered(wanted, near)) + 0.1 * share(
                scale, covered(wanted, words)
            )
            if best is None or score > best[0]:
                best = (score, stored, sentence)
    if best is None or best[0] < _LEAST_COVER + 0.1 or len(wanted) < 2:
        return None
    _, stored, sentence = best
    quote = sentence[:_LONGEST_QUOTE].strip()
    citer.passage(stored, quote)
    return Answer(
        Status.ANSWERED, f"报告写道：{one_line(quote)}", (), tuple(citer.citations), ("按全文检索找到最贴近的一段",)
    )


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in re.findall(r"[^。；\n]+[。；]?", text) if part.strip()]
