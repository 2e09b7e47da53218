"""Answers in words: the labelled cell, the section or the sentence that answers, quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.choices import of_reports
from assistant.citations import Citer
from assistant.lookup import fits
from assistant.match import covered, share
from assistant.model import Answer, Evidence, Query, Status
from assistant.reader import Reader
from assistant.reasons import LEAST_SECTION, MOST_PARTS, reason_for
from assistant.texts import Piece, Section, sentences
from assistant.understand import asks_reason
from ingest.labels import normalise, one_line, without_number
from ingest.model import Form

_SIGNED = re.compile(r"[^：:]{0,16}[（(](?:签字|盖章|公章|签章)[)）][：:]?|年\s*月\s*日|负责人|单位|[：:\s]")
_LEAST_COVER = 0.72
_NEARLY_ALL = 0.8
_MOST_BESIDE = 3
#: Another report's section answers too when its title fits nearly as well.
_NEARLY = 0.1
_MOST_SECTIONS = 3
_LONGEST_QUOTE = 300
_SHORT = 16
_SAYS, _TITLE = re.compile(r"[。；，：;:]"), 40
_HOW = re.compile(r"(?:怎么|如何|怎样)(?:解决|改进|整改|处理|应对|提高|加强|做)")
_TO_DO = re.compile(r"改进|措施|建议|下一步|打算|计划|整改|安排")
_FIRST_OF_LIST = re.compile(r"[（(][1一][)）]|①|分别[为是]|包括")
#: A title that says more than is asked for, over a paragraph as long as this, is narrowed to a sentence.
_WHOLLY, _LONG = 0.8, 150
_FEW = 6


def labelled(query: Query, reader: Reader, citer: Citer) -> Answer | None:
    """Answer with what a label or a title says it is: the reason given, a cell of words, a section."""
    ways = (reason_for, _cell) if asks_reason(query.text) else (_cell, _section, _whole_sentence, _topic_section)
    if "问题" in query.text and not reader.beside_topic(
        query
    ):  # all the problems, not the one whose title says a word more
        ways = (_topic_section, *ways)
    for way in ways:
        answer = way(query, reader, citer)
        if answer is not None:
            return answer
    return None


def found_in_text(query: Query, reader: Reader, citer: Citer) -> Answer | None:
    """Answer with the sentence that covers the question best; ``None`` when none covers enough of it."""
    return _sentence(query, reader, citer) or _each(query, reader, citer)


def _cell(query: Query, reader: Reader, citer: Citer) -> Answer | None:
    """Answer from a cell of words whose row and column say what is asked; a blank one is not filled in."""
    finder = reader.finder
    for content in finder.readings(query):
        plain = replace(query, unit="", kind=None)
        held = [e for e in finder.ranked(plain, content) if e.fact.form is not Form.FIGURE]
        fitting = [e for e in held if fits(e, content, plain, finder.lexicon)]
        if fitting:
            return _quoted_cells(_tied(fitting), citer)
    return None


def _tied(fitting: Sequence[Evidence]) -> list[Evidence]:
    lead = fitting[0]
    return [e for e in fitting if e.score >= lead.score - 0.02 and e.entry.leaves == lead.entry.leaves][:MOST_PARTS]


def _quoted_cells(found: Sequence[Evidence], citer: Citer) -> Answer:
    lead = found[0].fact
    name = one_line(without_number(lead.measure))
    if lead.column_path and lead.row_path:
        name = f"{name}的{one_line(lead.column_path[-1])}"
    if lead.form is Form.BLANK:
        citer.fact(found[0].stored)
        text = f"未填列：报告里有“{name}”这一项，但该格没有填写。"
        return Answer(Status.NOT_FOUND, text, (), tuple(citer.citations), ("单元格为空：按“未填列”回答",))
    texts = []
    for evidence in found:
        if evidence.fact.form is Form.TEXT:
            citer.fact(evidence.stored)
            texts.append(one_line(evidence.fact.raw).rstrip("。"))
    text = f"{name}：{'；'.join(dict.fromkeys(texts))}。"
    return Answer(Status.ANSWERED, text, (), tuple(citer.citations), ("按行名和列名查到写着文字的格",))


def _section(query: Query, reader: Reader, citer: Citer) -> Answer | None:
    """Answer with what stands under the title that says what is asked: 存在哪些问题？"""
    for wanted in reader.wanted(query):
        best = {r: found for r in reader.reports(query) if (found := _nearest(wanted, reader, r))}
        if best:
            return _quoted_sections(query, best, wanted, reader, citer)
    return None


def _topic_section(query: Query, reader: Reader, citer: Citer) -> Answer | None:
    """Answer with the section that the question is about, whatever else it says."""
    if reader.beside_topic(query) > _MOST_BESIDE:
        return None
    for topic in reader.topics(query):
        best = {r: found for r in reader.reports(query) if (found := _nearest(topic, reader, r))}
        if best:
            return _quoted_sections(query, best, topic, reader, citer)
    return None


def _whole_sentence(query: Query, reader: Reader, citer: Citer) -> Answer | None:
    """Answer with a sentence that says nearly all that the question does, more than any title."""
    return _sentence(query, reader, citer, _NEARLY_ALL)


def _nearest(wanted: str, reader: Reader, report: str) -> tuple[float, Section] | None:
    """Return (score, section) whose title says best what is wanted."""
    lexicon = reader.finder.lexicon
    scale = lexicon.weights(wanted)
    best: tuple[float, Section] | None = None
    for section in reader.texts.sections(report):
        within = covered(wanted, section.parent) if section.run_in else frozenset()
        own = covered(wanted, section.title)
        recall = share(scale, own | within) if own else 0.0
        precision = share(lexicon.weights(section.title), covered(section.title, wanted))
        score = 0.7 * recall + 0.3 * precision + 0.01 * section.run_in
        if recall >= LEAST_SECTION and (best is None or score > best[0]):
            best = (score, section)
    return best


def _quoted_sections(
    query: Query, best: dict[str, tuple[float, Section]], wanted: str, reader: Reader, citer: Citer
) -> Answer | None:
    top = max(score for score, _ in best.values())
    chosen: dict[tuple[str, str], Section] = {}
    for report, (score, section) in best.items():
        if score >= top - _NEARLY:
            held = reader.finder.reports[report]
            chosen.setdefault((held.organisation, held.year), section)
    if len(chosen) > _MOST_SECTIONS:
        text = f"有{len(chosen)}份报告都有这一节；请说明要问哪个部门、哪一年。"
        choices = of_reports(query, [reader.finder.reports[report] for report in best])
        return Answer(Status.CLARIFY, text, trace=("按标题找到多份报告的同一节",), choices=choices)
    parts = [
        (who if len(chosen) > 1 else "") + quoted
        for (who, _), section in chosen.items()
        if (quoted := _quoted(section, wanted, reader, citer))
    ]
    if not parts:
        return None
    trace = tuple(f"按标题找到：{section.name}" for section in chosen.values())
    return Answer(Status.ANSWERED, "\n".join(parts), (), tuple(citer.citations), trace)


def _quoted(section: Section, wanted: str, reader: Reader, citer: Citer) -> str:
    """Quote what stands under a title, citing each paragraph; a table's rows by their names."""
    pieces = [piece for piece in section.pieces if one_line(piece.text) != one_line(section.name)]
    narrowed = _narrowed(section, pieces, wanted, reader)
    if narrowed:
        citer.passage(narrowed[0].stored, narrowed[1])
        return f"报告“{section.name}”写道：{narrowed[1]}"
    for piece in pieces[:MOST_PARTS]:
        citer.passage(piece.stored, piece.text.strip())
    more = "（后面还有，请看原文）" if len(pieces) > MOST_PARTS else ""
    lines = [one_line(piece.text) for piece in pieces[:MOST_PARTS]]
    if section.run_in:
        return "报告写道：" + "\n".join(lines) if lines else ""
    return f"报告“{section.name}”写道：\n" + "\n".join(lines) + more if lines else ""


def _narrowed(section: Section, pieces: Sequence[Piece], wanted: str, reader: Reader) -> tuple[Piece, str] | None:
    """Return the sentence of a long paragraph that is asked for, where the title names other things too."""
    lexicon = reader.finder.lexicon
    title = lexicon.weights(section.title)
    named = share(title, covered(section.title, wanted))
    if len(pieces) != 1 or named > _WHOLLY or len(pieces[0].text) < _LONG:
        return None
    scale = lexicon.weights(wanted)
    parts = sentences(pieces[0].text)
    best = max(parts, key=lambda part: share(scale, covered(wanted, lexicon.canonical(normalise(part)))))
    return (pieces[0], best) if share(scale, covered(wanted, lexicon.canonical(normalise(best)))) > 0.3 else None


def rows_under(query: Query, reader: Reader, citer: Citer) -> Answer | None:
    """Answer with the names of the rows of a part of a form: 评价人员有哪些？"""
    finder = reader.finder
    for wanted in reader.wanted(query):
        scale = finder.lexicon.weights(wanted)
        for report in reader.reports(query):
            if _nearest(wanted, reader, report) is not None:
                continue  # a title over text, which says more than the names of a table's rows
            names: dict[str, object] = {}
            for entry in finder.index.of_report(report):
                fact = entry.stored.fact
                title = fact.source.heading_path[-1] if fact.source.heading_path else ""
                form = finder.lexicon.canonical(normalise(title))
                if fact.source.table is None or not fact.row_path or fact.source.start is not None or fact.total:
                    continue
                if share(scale, covered(wanted, form)) < 0.95 or fact.form is not Form.TEXT:
                    continue
                name = one_line(without_number(fact.row_path[-1]))
                if name not in names:
                    names[name] = entry
                    citer.fact(entry.stored)
            if 0 < len(names) <= 20:
                text = f"有：{'、'.join(names)}。"
                return Answer(Status.ANSWERED, text, (), tuple(citer.citations), ("按表内小标题列出各行",))
    return None


def _sentence(query: Query, reader: Reader, citer: Citer, least: float = 0.0) -> Answer | None:
    """Answer with the sentence that covers the question best, when one covers enough of it."""
    for wanted in reader.wanted(query):
        best = _best_sentence(wanted, query, reader, least)
        if best is None:
            continue
        piece, quote = best
        if _unsigned(quote, wanted):
            citer.passage(piece.stored, quote)
            label = re.split(r"[：:]", quote)[0]
            text = f"未填列：报告里有“{label}”一栏，但没有填写内容。"
            return Answer(Status.NOT_FOUND, text, (), tuple(citer.citations), ("该栏只有签字、日期等空格",))
        citer.passage(piece.stored, quote)
        return Answer(Status.ANSWERED, f"报告写道：{quote}", (), tuple(citer.citations), ("按正文找到最贴近的句子",))
    return None


def _best_sentence(wanted: str, query: Query, reader: Reader, least: float = 0.0) -> tuple[Piece, str] | None:
    lexicon = reader.finder.lexicon
    scale = lexicon.weights(wanted)
    best: tuple[float, Piece, str] | None = None
    for piece in _pieces(wanted, query, reader):
        if not _SAYS.search(piece.text) and len(piece.text) < _TITLE:
            continue  # a title says nothing
        if _HOW.search(query.text) and not any(_TO_DO.search(step) for step in piece.path):
            continue
        title = lexicon.canonical(normalise(piece.path[-1])) if piece.path else ""
        parts = sentences(piece.text)
        for number, part in enumerate(parts):
            own = covered(wanted, lexicon.canonical(normalise(part)))
            score = share(scale, own | covered(wanted, title)) + 0.1 * share(scale, own) - 0.0005 * min(len(part), 200)
            if own and share(scale, own) >= least and (best is None or score > best[0]):
                best = (score, piece, _extended(parts, number))
    if best is None or best[0] < _LEAST_COVER:
        return None
    return best[1], best[2][:_LONGEST_QUOTE]


def _extended(parts: Sequence[str], number: int) -> str:
    """Return a sentence; one that opens a list comes with the list, a run-in title with what it is the title of."""
    quote = parts[number]
    if quote.endswith("；") and _FIRST_OF_LIST.search(quote):
        while quote.endswith("；") and number + 1 < len(parts):
            number += 1
            quote += parts[number]
    while len(quote) <= _SHORT and number + 1 < len(parts):
        number += 1
        quote += parts[number]
    return quote


def _pieces(wanted: str, query: Query, reader: Reader) -> Iterator[Piece]:
    reports = reader.reports(query)
    if len(reports) <= _FEW:
        for report in reports:
            yield from reader.texts.pieces(report)
            yield from _cells_of_words(report, reader)


def _cells_of_words(report: str, reader: Reader) -> Iterator[Piece]:
    """Yield the long texts in a report's cells, as pieces of their table's block."""
    for held in reader.finder.index.tables(report):
        for cell in held.table.cells:
            if len(cell.text) > 4 * _SHORT or _SIGNED.search(cell.text):
                yield Piece(report, held.block, held.info.heading_path, cell.text)


def _unsigned(quote: str, wanted: str) -> bool:
    """Tell whether a quoted form field has nothing but places for a signature, a seal and a date."""
    label, mark, rest = quote.partition("：")
    if not mark or not covered(wanted, normalise(label)):
        return False
    return not _SIGNED.sub("", rest).strip(" 。；")


def _each(query: Query, reader: Reader, citer: Citer) -> Answer | None:
    """Answer a list of things asked about one by one, where no one sentence holds them all."""
    items = [item for item in re.split(r"[、和与]", query.text) if len(item) > 1]
    if len(items) < 2:
        return None
    quotes = []
    for item in items:
        single = replace(query, content=normalise(re.sub(r"这[一二三四两几]块|这几[项个块]|[？?吗]", "", item)))
        best = next((b for w in reader.wanted(single) if (b := _best_sentence(w, single, reader))), None)
        if best is None:
            return None
        citer.passage(best[0].stored, best[1])
        quotes.append(best[1])
    text = "".join(dict.fromkeys(quotes))
    return Answer(Status.ANSWERED, f"报告写道：{text}", (), tuple(citer.citations), ("逐项按正文找到句子",))
