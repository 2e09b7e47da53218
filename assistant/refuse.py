"""Refusals, each of a kind the user can act on, with what is nearest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from unicodedata import normalize

from assistant.choices import nearest_departments, of_departments, of_measures, of_years
from assistant.compose import measure_name
from assistant.lookup import Finder, Found
from assistant.model import Answer, Choice, Library, Query, Status
from ingest.labels import normalise
from ingest.model import Report

#: A digit that is no part of a name like 5G: a refusal puts no figure forward, not even inside a label.
FIGURE = re.compile(r"\d(?![\dA-Za-z])")
_NEAREST = 3
_LONGEST_ASKED = 40
#: Of so many reports the text is looked through for a name.
_MOST_READ = 12


def empty_question() -> Answer:
    """Refuse an empty question."""
    return Answer(Status.NOT_FOUND, "请输入问题，例如：三公经费控制率是多少？")


#: A whole question that only greets, thanks, or asks who answers: a closed class of phrases.
_COURTESY = re.compile(
    r"(?:你|您|大家)?(?:好|早|早上好|上午好|中午好|下午好|晚上好)(?:呀|啊|吗)?|(?:嗨|哈喽|哈罗|hi|hello)|在(?:吗|不在|么)?|(?:谢谢|多谢|感谢)(?:你|您|了)?|再见|拜拜"
    r"|(?:请问)?(?:(?:你|您)(?:是谁|叫什么(?:名字)?|是什么|是干什么的)|(?:你|您|这个?)?(?:能(?:做|干|问|帮我做)(?:什么|啥|些什么|哪些事)|会(?:什么|啥)|怎么用|如何使用|有什么功能))"
    r"|(?:使用)?(?:帮助|说明)|help"
)


def courtesy(question: str) -> Answer | None:
    """Return a short help for a question that asks nothing of the reports; ``None`` for any other."""
    if not _COURTESY.fullmatch(re.sub(r"[\W_]", "", question).lower()):
        return None
    text = (
        "您好。这里只回答已载入报告里的内容：数字、原因、排名、前后不一致，每个数字都指向它所在的格。"
        "例如：三公经费控制率是多少？基本支出占支出合计的比例？哪些指标没有得满分？"
    )
    return Answer(Status.NOT_FOUND, text)


def long_question(length: int, most: int) -> Answer:
    """Refuse a question that is a text."""
    return Answer(Status.NOT_FOUND, f"问题太长（{length} 个字），请缩短到 {most} 个字以内再问。")


def outside(question: str, named: Sequence[Report], years: Sequence[str] = ()) -> Answer:
    """Refuse a question about a department or a year whose reports are loaded, but not among those chosen."""
    who = "、".join(dict.fromkeys(report.organisation or report.title for report in named[:_NEAREST]))
    of_years = f"{'、'.join(years)}年的数" if years else ""
    text = f"限定的报告里没有“{who}”{of_years}；它的报告已经载入，请去掉限定，或改选它的报告再问。"
    choices = tuple(Choice(f"问{report.name}", question, (report.id,)) for report in named[:_NEAREST])
    return Answer(Status.NOT_FOUND, text, choices=choices)


def empty_library() -> Answer:
    """Refuse while nothing is loaded."""
    return Answer(Status.NOT_FOUND, "还没有载入报告，请先在“报告”页上传报告。")


def not_found(query: Query, library: Library, found: Found, trace: Sequence[str]) -> Answer:
    """Say that the reports don't hold it, why, and what they hold that is nearest."""
    why, choices = _why(query, library)
    names = _nearest(found)
    nearest = f"相近的指标有：{'、'.join(names)}。" if names else ""
    return Answer(Status.NOT_FOUND, why + nearest, trace=tuple(trace), choices=choices or of_measures(query, names))


def is_absent(query: Query, library: Library) -> bool:
    """Tell whether a question names a department, or a year, of which no report is loaded."""
    return bool(query.unknown_organisation) or any(period not in library.periods for period in query.periods)


def is_about_nothing(query: Query, finder: Finder) -> bool:
    """Tell whether the department that a question names, or every year, stands nowhere in the reports."""
    absent = [period for period in query.periods if period not in finder.library.periods]
    if query.unknown_organisation and not _is_mentioned(query.unknown_organisation, finder):
        return True
    return len(absent) == len(query.periods) > 0 and not any(_is_mentioned(year, finder) for year in absent)


def _is_mentioned(name: str, finder: Finder) -> bool:
    """Tell whether the reports say a name or a year that no figure of theirs belongs to; of too many, that they may."""
    reports = [report.id for report in finder.library.reports]
    if len(reports) > _MOST_READ or finder.lexicon.names_nothing(finder.lexicon.canonical(name)):
        return True
    told = (block.text for report in reports for block, _ in finder.index.blocks(report))
    labels = (
        normalise(label)
        for report in reports
        for entry in finder.index.of_report(report)
        for label in (*entry.stored.fact.row_path, *entry.stored.fact.column_path, entry.stored.fact.raw)
    )
    return any(name in text for text in told) or any(name in label for label in labels)


def _why(query: Query, library: Library) -> tuple[str, tuple[Choice, ...]]:
    """Return what is missing, in a sentence, and what may be asked in its place."""
    if query.unknown_organisation:
        departments = sorted({report.organisation or report.title for report in library.reports})
        names = nearest_departments(query.unknown_organisation, departments)
        loaded = "、".join(names[:_NEAREST])
        more = "等" if len(names) > _NEAREST else ""
        text = f"未收录：已载入的报告里没有“{query.unknown_organisation}”的报告（现有：{loaded}{more}）。"
        return text, of_departments(query, names[:_NEAREST])
    absent = [period for period in query.periods if period not in library.periods]
    if absent:
        years = "、".join(sorted(library.periods - {""}))
        text = f"未收录：已载入的报告里没有{'、'.join(absent)}年的数（现有年度：{years}）。"
        return text, of_years(query, absent[0], library)
    return undisclosed(query.text), ()


def undisclosed(asked: str) -> str:
    """Say that the reports don't have what is asked for."""
    return f"未披露：报告里没有找到“{asked.rstrip('？?。 ')[:_LONGEST_ASKED]}”。"


def of_part(answer: Answer, query: Query, part: Query) -> Answer:
    """Return a part's answer among others: one that the reports don't have names the part, not the whole question."""
    whole = undisclosed(query.text)
    if answer.status is not Status.NOT_FOUND or not answer.text.startswith(whole) or not part.content:
        return answer
    return replace(answer, text=undisclosed(part.content) + answer.text.removeprefix(whole))


def _nearest(found: Found) -> list[str]:
    names: list[str] = []
    for evidence in found.near:
        name = measure_name(evidence.stored.fact)
        if name and name not in names and len(name) <= 30 and not FIGURE.search(normalize("NFKC", name)):
            names.append(name)
    return names[:_NEAREST]
