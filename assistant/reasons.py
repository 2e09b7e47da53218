"""Why something is so: the reason column of a row, a cell that gives reasons, the sentence that does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.citations import Citer
from assistant.lookup import Finder
from assistant.match import covered, share
from assistant.model import Answer, Query, Status
from assistant.reader import TOPIC, Reader
from assistant.texts import Piece, sentences
from assistant.understand import without_kind
from ingest.labels import normalise, one_line, squeeze, without_number
from ingest.model import Fact, Form, StoredFact

_REASON = re.compile(r"由于|因为|原因|主要是|主要因|导致|受.{1,16}影响|因(?!公|素)|系")
_CAUSE = re.compile(r"滞后|推迟|延期|尚未|未能|难|不足|缓慢|偏慢|调整|压减|取消|新增|变更|波动|选址|批复较晚")
_UNMET = re.compile(
    r"少得\d*分|被?扣了?\d*分|丢了?\d*分|自评表|怎么?写的?|写的?|没(?:有)?(?:完成|达标|达到)(?:目标)?|未(?:完成|达标|达到)(?:目标)?|不达标|的?(?:主要)?原因(?:是|有)?|偏差|任务|怎么写|形成|产生|建完|做完|办完|是?什么|没有?|的(?=$)"
)
LEAST_SECTION = 0.8
MOST_PARTS = 8


def reason_for(query: Query, reader: Reader, citer: Citer) -> Answer | None:
    """Answer why: the reason column of the row asked about, else the sentence that gives the reason."""
    finder = reader.finder
    subject = _subject(query.content, finder)
    if len(subject) < 2 and query.before:  # 为什么没达标？ after a question about the indicator
        subject = _subject(without_kind(query.before[0].content), finder)
    if len(subject) < 2:
        return None
    blank: list[StoredFact] = []
    for report in reader.reports(query):
        for entry in finder.index.of_report(report):
            fact = entry.stored.fact
            explains = fact.column_path and re.search(r"原因|偏差|说明", squeeze(fact.column_path[-1]))
            named = _names(subject, entry.name, finder)
            if explains and fact.form is Form.BLANK and (named or _names_above(subject, fact, finder)):
                blank.append(entry.stored)
            if explains and fact.form is Form.TEXT and named:
                citer.fact(entry.stored)
                text = f"{one_line(without_number(fact.measure))}：{one_line(fact.raw)}"
                return Answer(Status.ANSWERED, text, (), tuple(citer.citations), ("按行名查到原因一格",))
    said = _reason_cell(subject, query, reader, citer) or _reason_sentence(subject, query, reader, citer)
    return said or (_not_filled_in(blank, citer) if len({one.report for one in blank}) == 1 else None)


def gives_reason(text: str) -> bool:
    """Tell whether a sentence may say why: it has a word of reason, or of what goes wrong or was changed."""
    return _REASON.search(text) is not None or _CAUSE.search(text) is not None


def _not_filled_in(blank: Sequence[StoredFact], citer: Citer) -> Answer:
    """Say that the cell for the reason is empty."""
    for stored in blank[:MOST_PARTS]:
        citer.fact(stored)
    names = "、".join(dict.fromkeys(one_line(without_number(stored.fact.measure)) for stored in blank[:MOST_PARTS]))
    column = one_line(blank[0].fact.column_path[-1])
    text = f"未填列：报告里“{names}”的“{column}”一格没有填写。"
    return Answer(Status.NOT_FOUND, text, (), tuple(citer.citations), ("单元格为空：按“未填列”回答",))


def _names_above(subject: str, fact: Fact, finder: Finder) -> bool:
    """Tell whether a label above a row is what is asked about: 社会效益指标."""
    above = [finder.lexicon.canonical(normalise(label)) for label in fact.row_path[:-1]]
    return any(subject == label or subject + "指标" == label for label in above)


def _subject(content: str, finder: Finder) -> str:
    return finder.lexicon.canonical(normalise(_UNMET.sub("", TOPIC.sub("", content))))


def _reason_cell(subject: str, query: Query, reader: Reader, citer: Citer) -> Answer | None:
    """Answer from a cell that gives the reasons of several things, by the part that names the one asked about."""
    finder = reader.finder
    for report in reader.reports(query):
        for entry in finder.index.of_report(report):
            fact = entry.stored.fact
            label = squeeze("".join((*fact.row_path[-1:], *fact.column_path[-1:])))
            if fact.form is not Form.TEXT or not re.search(r"原因|说明", label):
                continue
            for part in re.split(r"[；;。\n]", fact.raw):
                if _names(subject, finder.lexicon.canonical(normalise(part)), finder):
                    citer.fact(entry.stored)
                    text = f"{one_line(without_number(fact.measure))}：{one_line(part)}。"
                    return Answer(Status.ANSWERED, text, (), tuple(citer.citations), ("按原因一格里的文字查到",))
    return None


def _names(subject: str, label: str, finder: Finder) -> bool:
    return share(finder.lexicon.weights(subject), covered(subject, label)) >= LEAST_SECTION


def _reason_sentence(subject: str, query: Query, reader: Reader, citer: Citer) -> Answer | None:
    lexicon = reader.finder.lexicon
    scale = lexicon.weights(subject)
    best: tuple[float, Piece, str] | None = None
    for report in reader.reports(query):
        for piece in reader.texts.pieces(report):
            parts = sentences(piece.text)
            for number, part in enumerate(parts):
                if not _REASON.search(part):
                    continue
                near = "".join(parts[max(0, number - 1) : number + 1])
                own = lexicon.canonical(normalise(part))
                cover = share(scale, covered(subject, lexicon.canonical(normalise(near)))) + 0.05 * share(
                    scale, covered(subject, own)
                )
                if best is None or cover > best[0]:
                    best = (
                        cover,
                        piece,
                        part if covered(subject, own) or number == 0 else f"{parts[number - 1]}{part}",
                    )
    if best is None or best[0] < LEAST_SECTION:
        return None
    citer.passage(best[1].stored, best[2])
    return Answer(Status.ANSWERED, f"报告写道：{best[2]}", (), tuple(citer.citations), ("按正文找到说明原因的句子",))
