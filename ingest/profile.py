"""What a report is about as a whole: its title, its department with its other names, its year."""

from __future__ import annotations

import itertools
import re
from collections import Counter

from ingest.labels import ORG_END, ORG_NAME, squeeze
from ingest.model import Cell, Document, Profile
from ingest.names import abbreviates

#: The report of a county, a town: of nobody's department, and what it says holds for the whole place.
_PLACE = re.compile(r"(?:关于|^)([\u4e00-\u9fff]{2,10}?[省市县区旗州盟镇乡])(?:本级)?(?:19|20)\d{2}年")
_OF_A_PLACE = re.compile(r"预算执行|预决算|预算公开|财政[预决]算|预算草案|财政收支|国民经济|政府工作报告")
_BUDGET = re.compile(r"预算(?!执行|绩效|单位|部门绩效)")
_OUTTURN = re.compile(r"决算|执行|自评|绩效|评价|完成情况")
_TITLE = re.compile(r"报告|自评表|决算|预算|公开|绩效|评价")
#: Who evaluates for others signs a report that is not about it.
_EVALUATOR = re.compile(r"事务所|咨询|评估|评价中心")
#: What a sentence puts before a name: 第一部分…, 纳入…, 即….
_BEFORE_NAME = re.compile(r"^(?:第[一二三四五六七八九十]{1,3}[部分章条]{1,2}|即|纳入|包括|其中|以及|所属|下属|年?度)+")
_NAMED = re.compile(
    r"(?:部门|单位|主管部门|预算部门|预算单位|填报单位|填报部门|编制单位)(?:\([^)]*\))?名?称?$|公章\)?$"
)
_YEAR_STRONG = re.compile(r"((?:19|20)\d{2})年度")
_YEAR_WEAK = re.compile(r"((?:19|20)\d{2})年")
#: Lines of a cover, where the department may stand alone over the title, and of a sign-off.
_COVER, _SIGN_OFF = 6, 40
#: Votes that a name in a title, a form field or a sign-off gives; running text gives 1 a time.
_STRONG = 25
_HEAD = 40
_SUFFIXES = re.compile(
    r"(?:(?:19|20)\d{2}年?度?)|部门整体支出|项目支出|整体支出|绩效自评|绩效评价|部门决算|决算公开|预算公开|"
    r"自评报告|报告|公开|[-_ ]"
)


def profile_of(document: Document) -> Profile:
    """Work out a report's profile by vote of its title, form fields, sign-off and file name."""
    stem = document.name.rsplit(".", 1)[0]
    texts = [block.text for block in document.blocks if block.text.strip()]
    title = _title(document, texts, stem)
    mentions = _mentions(document, texts, stem, title)
    organisation = _choose(mentions)
    aliases = tuple(sorted(name for name in mentions if name != organisation and _same(name, organisation)))
    place = place_of(title) or place_of(squeeze(stem))
    if mentions[organisation] < _STRONG and not place:  # nobody is named as the one who reports: the place itself
        named = _PLACE.search(squeeze(stem)) or _PLACE.search(title)
        place = named.group(1) if named else ""
    if place and mentions[organisation] < _STRONG:
        organisation, aliases = place, (place[:-1], f"{place}人民政府") if len(place) > 2 else (f"{place}人民政府",)
    return Profile(title, organisation, aliases, _year(document, texts, stem, title))


def place_of(title: str) -> str:
    """Return the place whose own budget a report is about: 关于巫溪县2023年预算执行情况的报告; ``""`` for none."""
    match = _PLACE.search(title)
    return match.group(1) if match and _OF_A_PLACE.search(title) else ""


def is_budget(title: str, name: str) -> bool:
    """Tell whether a report is a budget by its title or its file's name: nothing in it was spent yet."""
    said = f"{squeeze(title)} {squeeze(name)}"
    return bool(_BUDGET.search(said)) and not _OUTTURN.search(said)


def _title(document: Document, texts: list[str], stem: str) -> str:
    for text in texts[:_HEAD]:
        packed = squeeze(text)
        if 5 <= len(packed) <= 50 and _TITLE.search(packed) and not re.search(r"[。；：:]", packed):
            return packed
    return stem


def _mentions(document: Document, texts: list[str], stem: str, title: str) -> Counter[str]:
    votes: Counter[str] = Counter()
    for name in _names(_SUFFIXES.sub("，", squeeze(title))):
        votes[name] += 30
    for name in _names(_SUFFIXES.sub("，", squeeze(stem))):
        votes[name] += 30
    for text in (*texts[:_COVER], *texts[-_SIGN_OFF:]):
        packed = squeeze(text)
        if ORG_NAME.fullmatch(packed) and not _EVALUATOR.search(packed):
            votes[packed] += 30
    for text in texts[:_HEAD]:
        match = re.match(
            r"(?:部门|单位|填报单位|编制单位|预算单位)(?:名称)?(?:\(公?章?\))?[:：](.{2,30})", squeeze(text)
        )
        if match and ORG_END.search(match.group(1)):
            votes[match.group(1)] += 40
    for block in document.blocks:
        if block.table is not None:
            for name in _form_fields(block.table.grid()):
                votes[name] += 25
    for text in texts:
        for name in _names(squeeze(text)[:200]):
            votes[name] += 1
    return votes


def _form_fields(grid: list[list[Cell | None]]) -> list[str]:
    found = []
    for row in grid[:12]:
        cells = list(dict.fromkeys(cell for cell in row if cell is not None))
        for label, value in itertools.pairwise(cells):
            name = squeeze(value.text)
            if _NAMED.search(squeeze(label.text)) and ORG_NAME.fullmatch(name):
                found.append(name)
    return found


def _names(text: str) -> list[str]:
    """Return organisation names at the starts of phrases."""
    names = []
    for phrase in re.split(r"[，。；：、,;:“”\"()（）《》〈〉【】\[\]0-9是为在由向根据经对按年关于]+", text):
        match = ORG_NAME.match(_BEFORE_NAME.sub("", phrase))
        if match and match.end() - match.start() <= 28 and not _EVALUATOR.search(match.group()):
            names.append(match.group())
    return names


def _choose(votes: Counter[str]) -> str:
    """Return the name that has most votes, its abbreviations' votes counted in."""
    totals = {
        name: sum(count for other, count in votes.items() if _same(other, name))
        for name, count in votes.items()
        if count > 1
    }
    if not totals:
        return ""
    top = max(totals.values())
    near = [name for name, total in totals.items() if total >= top * 0.8]
    return max(near, key=lambda name: (votes[name], len(name)))


def _same(a: str, b: str) -> bool:
    return a == b or abbreviates(a, b) or abbreviates(b, a)


def _year(document: Document, texts: list[str], stem: str, title: str) -> str:
    votes: Counter[str] = Counter()
    for text, weight in ((squeeze(stem), 50), (squeeze(title), 50)):
        for year in set(_YEAR_STRONG.findall(text)) or set(re.findall(r"(?<!\d)((?:19|20)\d{2})(?!\d)", text)):
            votes[year] += weight
    for index, text in enumerate(texts):
        packed = squeeze(text)
        line = re.fullmatch(r"\(?((?:19|20)\d{2})年度?\)?", packed)
        if line:
            votes[line.group(1)] += 20
        for year in _YEAR_STRONG.findall(packed):
            votes[year] += 6 if index < _HEAD else 3
        for year in _YEAR_WEAK.findall(packed):
            votes[year] += 1
    for block in document.blocks:
        for cell in block.table.cells if block.table else ():
            for year in _YEAR_WEAK.findall(squeeze(cell.text[:60])):
                votes[year] += 1
    return max(votes, key=lambda year: (votes[year], year)) if votes else ""
