"""What a question says besides the measure: years, organisations, units, what it compares with."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from assistant.model import Library
from ingest.labels import squeeze
from ingest.model import Report
from ingest.names import same_unit
from ingest.numbers import UNIT, unit_name

_YEAR = re.compile(
    r"(?<![\d.])((?:19|20)\d{2})(?:年度?(?!\d{1,2}月)|(?![\d.月万亿元]))(?:的|全年(?!预算|执行|决算|支出|收入|完成)|度)?"
)
_SPAN = re.compile(r"(?<!\d)((?:19|20)\d{2})年?[-—~至到]((?:19|20)\d{2})年度?")
_SHORT_YEAR = re.compile(r"(?<![\d.])([12]\d)年度?(?!以|内|来|期)")
_CHINESE_YEAR = re.compile(r"([一二][〇零○一二三四五六七八九]{3})年度?")
#: 二三年: a year where the reports know it, else two or three of them.
_CHINESE_SHORT = re.compile(r"(?<![〇零○一二三四五六七八九十第去近这那前后用了])(二[〇零○一二三四五六七八九])(?=年)")
_CHINESE_DIGITS = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
_SMALL = {char: value for value, char in enumerate("零一二三四五六七八九十")} | {"两": 2}
_THAN = r"(?:比|较|对比|相较于?|比起)"
_LATER = r"(?:相比较?|比较|相比|比|同期相比)"
_LAST = r"(?:上年|去年|上一年|前一年)度?(?!结转|结余|预算|决算)"
_AGAINST = re.compile(
    rf"{_THAN}(?P<than>(?:19|20)\d{{2}})年度?(?:同期)?(?:来说)?(?!决算数|预算数)|"
    rf"(?:与|和|跟|同)(?P<with>(?:19|20)\d{{2}})年度?(?:的|同期)?{_LATER}|"
    rf"{_THAN}(?:上年|去年)?同期{_LATER}?|(?:与|和|跟|同)(?:上年|去年)?同期{_LATER}|{_THAN}{_LAST}(?:同期)?{_LATER}?|(?:与|和|跟|同){_LAST}(?:同期)?{_LATER}|"
    rf"同比|年度间"
)
_FROM_TO = re.compile(r"从((?:19|20)\d{2})年?(?:度)?到((?:19|20)\d{2})年?(?:度)?")
_LAST_YEAR = re.compile(
    r"(?:去年|(?<![码龙街源口带])头年|(?<![提目之])前一年|上一?年度?)(?!度?结转|结余|末|底|期末|剩|留|转|级)(?:的)?"
)
#: The years that count from the one spoken of before, not from the reports'.
_BEFORE_THAT = re.compile(r"上一年|前一年|头年|上年")
_THIS_YEAR = re.compile(r"今年|本年度?(?!收入|支出|度?预算|度?结余|增加|减少)|当年(?!结余)")
#: The year after the one that was spoken of before.
_NEXT_YEAR = re.compile(r"第二年|(?<![今以])后一年|下一年|(?<![每首两几])次年|转过年")
_BEFORE_LAST = re.compile(r"前年")
_ASKED_UNIT = re.compile(rf"(?:多少|几)(?!项目|部门)(?P<unit>{UNIT})(?P<tail>元?)")
_PERCENT = re.compile(r"百分之(?:几|多少)|几成|百分比")
_POINTS = re.compile(r"几个(?:百分)?点")
_POINTING = re.compile(r"[那这]个(?=[\u4e00-\u9fff])|[那这]一?家(?=[\u4e00-\u9fff])")
_MONEY = re.compile(r"多少钱|几个钱")
_CONVERT = re.compile(
    rf"(?:换算?|折算?|折合|转换?|改)(?:成|为)?({UNIT})(?:是多少|呢)?|用({UNIT})(?:表示|作单位|计|说)(?:呢|是多少)?"
)
_LOCAL = re.compile(
    r"(?<!不含)(?<!不算)(?<!不包括)(?:局|厅|委|办|院|单位|部门|机关)?(?<!不含)(?<!不算)(?<!不包括)本级(?:机构)?|(?:局|厅|委)机关(?!及)|机关本身|本部(?!门)"
)
_ALL_UNITS = re.compile(
    r"(?:下面|底下|下辖)的?(?:[一二两三四五六七八九十\d]{1,4}[家个])?(?:预算)?(?:单位|机构)|(?:[一二两三四五六七八九十\d]{1,4}[家个])?(?:二级|下属|所属|下级)(?:预算)?(?:单位|机构)|各(?:家|个)?(?:预算)?(?:单位|机构)"
)
_WHOLE = re.compile(
    r"(?:局机关及二级机构|本级和?及?(?:下属|二级)(?:单位|机构))?(?:全部门|整个部门|部门汇总|部门整体(?!支出)|汇总|合起来看|全单位)(?:口径)?(?:那个)?|"
    r"(?:本|我|贵|该|这个?|全)(?:局|单位|部门(?!内)|委|院|厅|中心)(?!的?(?:机关|本级))|全局(?:加起来)?|(?<![\u4e00-\u9fff])部门(?=20|2\d年|整体支出|总)"
)
_STRANGER = re.compile(
    r"[\u4e00-\u9fff]{2,14}?(?:委员会|办公室|人民政府|中心|法院|检察院|学院|大学|医院|学校|公司|集团|图书馆|博物馆|档案馆|局|厅)(?!机关|长)(?P<acts>下达|批复|核定|拨付|安排|给)?"
)
_NO_NAME = re.compile(r"[了的给在是有从把被对个]|多少|什么|怎么|为什么")
_ENDS = frozenset("局委办厅院中心会所站处校馆队公司集团室科部行社地园台库宫")
_PLACE = re.compile(r"^(?P<place>[\u4e00-\u9fff]{2,4}?)[省市县区州盟旗](?P<trade>[\u4e00-\u9fff]+?)$")
_MOST_DEPARTMENTS = 3
_LEAST_SEGMENT = 3
#: Characters that a longer form of a name may have beyond the shorter one (州中小微企业服务中心).
_MOST_STRANGE = 3
#: Departments whose names are taken apart once.
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Slots:
    """What was taken out of a question, and ``rest``, what is left of it.

    ``units`` has one group of organisation names (they drift) for each part of a department that is
    named; ``against`` the year compared with, ``上年`` for the one before; ``every`` says that all the
    parts of the department are meant.
    """

    rest: str
    periods: tuple[str, ...] = ()
    against: str = ""
    units: tuple[tuple[str, ...], ...] = ()
    word: str = ""
    reports: tuple[Report, ...] = ()
    unit: str = ""
    convert: str = ""


def spoken_number(text: str) -> int:
    """Return a small number written in digits or in Chinese (七, 两), 0 for anything else."""
    return int(text) if text.isdecimal() else _SMALL.get(text, 0)


def in_digits(text: str, known: Collection[str]) -> str:
    """Return a text with the years that it spells in Chinese in digits; one of two numerals only if it is ``known``."""

    def short(match: re.Match[str]) -> str:
        digits = "".join(_CHINESE_DIGITS[char] for char in match[1])
        return digits if f"20{digits}" in known else match[0]

    text = _CHINESE_YEAR.sub(lambda match: "".join(_CHINESE_DIGITS[char] for char in match[1]) + "年", text)
    return _CHINESE_SHORT.sub(short, text)


def take_slots(packed: str, library: Library, year: str = "") -> Slots:
    """Take years, organisations and units out of a squeezed question.

    上一年 counts from the ``year`` that was spoken of before, else, as 去年 does, from the loaded reports' latest.
    """
    packed = _POINTING.sub("", packed)
    convert = _CONVERT.search(packed)
    rest = _CONVERT.sub("", packed) if convert else packed
    unit, rest = _unit(rest)
    rest, against = _against(rest)
    rest, periods = _periods(rest, library, year)
    rest, departments = _departments(rest, library)
    department = "、".join(word for word, _ in departments)
    owners = {organisation for _, group in departments for organisation in group}
    narrowed = tuple(report for report in library.reports if report.organisation in owners)
    rest, units, word = _units(rest, library, narrowed)
    rest, local = place_of(rest, library)
    if local and not narrowed:
        narrowed = tuple(report for report in library.reports if report.organisation in local)
    if department and not units:
        units, word = tuple(tuple(sorted(group)) for _, group in departments), department
    return Slots(
        rest, periods, against, units, word or department, narrowed, unit,
        unit_name(next(filter(None, convert.groups()), "")) if convert else "",
    )  # fmt: skip


def _unit(text: str) -> tuple[str, str]:
    """Return (the unit asked for, the text without its asking); 多少亿 of money is 亿元."""
    for pattern, unit in ((_PERCENT, "%"), (_POINTS, "个百分点"), (_MONEY, "元")):
        if pattern.search(text):
            return unit, pattern.sub("多少", text)
    asked = _ASKED_UNIT.search(text)
    if not asked:
        return "", text
    return unit_name(asked["unit"]), text[: asked.start()] + "多少" + text[asked.end() :]


def without_comparison(text: str) -> str:
    """Return a question without the year that it compares with: 比上年, 与2020年相比."""
    return _against(text)[0]


def _against(text: str) -> tuple[str, str]:
    span = _FROM_TO.search(text)
    if span:
        return text[: span.start()] + f"{span[2]}年" + text[span.end() :], span[1]
    found = _AGAINST.search(text)
    if not found:
        return text, ""
    return text[: found.start()] + text[found.end() :], found["than"] or found["with"] or "上年"


def without_periods(text: str, library: Library) -> str:
    """Return a question without the years that it names."""
    return _periods(text, library)[0]


def _periods(text: str, library: Library, year: str = "") -> tuple[str, tuple[str, ...]]:
    """Take the years out of a question; 去年 and 今年 count from the reports' latest, 上一年 from ``year`` if given."""
    found: list[tuple[int, str]] = []

    def take(year: str) -> None:
        found.append((0, year))

    def year_of(match: re.Match[str]) -> str:
        take(match.group(1))
        return ""

    def short_of(match: re.Match[str]) -> str:
        take("20" + match.group(1))
        return ""

    def span_of(match: re.Match[str]) -> str:
        take(match.group(1))
        take(match.group(2))
        return ""

    text = in_digits(text, library.periods)
    text = _SPAN.sub(span_of, text)
    text = _YEAR.sub(year_of, text)
    text = _SHORT_YEAR.sub(short_of, text)
    years = [report.year for report in library.reports if report.year.isdecimal()]
    if years or year:
        latest = int(max(years, default=year))
        for pattern, back in ((_LAST_YEAR, 1), (_BEFORE_LAST, 2), (_THIS_YEAR, 0)):
            for match in pattern.finditer(text):
                from_year = int(year) if year and _BEFORE_THAT.match(match.group()) else latest
                take(str(from_year - back))
            text = pattern.sub("", text)
    if year and _NEXT_YEAR.search(text):
        take(str(int(year) + 1))
        text = _NEXT_YEAR.sub("", text)
    return re.sub(r"[(（][)）]", "", text), tuple(dict.fromkeys(year for _, year in found))


def _departments(text: str, library: Library) -> tuple[str, list[tuple[str, tuple[str, ...]]]]:
    """Take the departments out of a question; return (the rest, for each the word and the organisations meant)."""
    found: list[tuple[str, tuple[str, ...]]] = []
    known = _names_of(library)
    while len(found) < _MOST_DEPARTMENTS:
        best = ""
        chosen: tuple[str, ...] = ()
        for organisation, names in known.items():
            for name in names:
                word = mention(text, name) or briefly(text, name)
                if len(word) > len(best):
                    best, chosen = word, (organisation,)
                elif word and word == best and organisation not in chosen:
                    chosen = (*chosen, organisation)
        if not best:
            break
        best = _with_region(text, best)
        found.append((best, chosen))
        text = text.replace(best, "", 1)
    return text, found


def _names_of(library: Library) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for report in library.reports:
        names = found.setdefault(report.organisation, {})
        names.update(dict.fromkeys(name for name in (report.organisation, *report.aliases) if _is_name(name, report)))
    return {organisation: tuple(names) for organisation, names in found.items()}


def _is_name(name: str, report: Report) -> bool:
    """Tell whether a name is long enough to mean somebody; a place may go without its 县: 巫溪."""
    return len(name) > 2 or (len(name) == 2 and report.organisation in (f"{name}{end}" for end in "省市县区旗州"))


@cache
def _short_names() -> tuple[tuple[str, str], ...]:
    text = (files("assistant") / "data" / "departments.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple((short, full) for short, full in rows)


def briefly(text: str, name: str) -> str:
    """Return the words that name a department by its place and trade: 清河民政, 平河环保局, 永水卫健委."""
    place, trades = _place_and_trades(name)
    for trade in trades:
        if trade not in text:
            continue
        match = _placed(place, trade).search(text) or _unplaced(trade).search(text)
        if match and (place in match.group() or not _other_place(match.group(), squeeze(name))):
            return match.group()
    return ""


@lru_cache(_REMEMBERED)
def _place_and_trades(name: str) -> tuple[str, tuple[str, ...]]:
    """Return a department's place and the words for its trade: 清河县生态环境局 → 清河, (生态环境, 环保)."""
    parts = _PLACE.match(squeeze(name))
    if not parts:
        return "", ()
    return parts["place"], tuple(
        trade for short, full in _short_names() if full in parts["trade"] for trade in (full, short)
    )


@lru_cache(_REMEMBERED)
def _placed(place: str, trade: str) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(place)}[省市县区州]?{trade}(?:系统|部门|[局厅委办]员?会?)?")


@lru_cache(_REMEMBERED)
def _unplaced(trade: str) -> re.Pattern[str]:
    rest = "(?:中心|会)?" if trade[-1] in "联协控" else "(?:[局厅委办]员?会?)"  # a name by itself: 残联, 科协
    return re.compile(rf"(?:^|(?<=[年的，,、和与跟比：:]))[省市县区州]?{trade}{rest}")


def _other_place(word: str, name: str) -> bool:
    """Tell whether a name without its place has another rank than the department's: 州林业局 is not 某县林业局."""
    return word[0] in "省市县区州" and word[0] not in name


def place_of(rest: str, library: Library) -> tuple[str, tuple[str, ...]]:
    """Take the place of a loaded department out of a question; return (the rest, the organisations of the place)."""
    for organisation in dict.fromkeys(report.organisation for report in library.reports):
        place = _place_and_trades(organisation)[0]
        if not place or place not in rest:
            continue
        match = re.search(rf"{re.escape(place)}[省市县区州]?(?:的|这边|那边|全[省市县区州])?", rest)
        if match:
            owners = tuple(
                dict.fromkeys(r.organisation for r in library.reports if squeeze(r.organisation).startswith(place))
            )
            return rest[: match.start()] + rest[match.end() :], owners
    return rest, ()


def _units(text: str, library: Library, narrowed: tuple[Report, ...]) -> tuple[str, tuple[tuple[str, ...], ...], str]:
    """Take the parts of a department out of a question: its own office (本级), units under it, or all of it."""
    groups: list[tuple[int, tuple[str, ...], str]] = []
    names = [name for name in library.organisations if len(name) > 2 and "本级" not in name]
    while True:
        best, owners = "", set[str]()
        for name in names:
            word = mention(text, name)
            if len(word) > len(best):
                best, owners = word, _owners(name, library)
            elif word and word == best:
                owners |= _owners(name, library)
        if not best:
            break
        best = _with_region(text, best)
        groups.append((text.index(best), tuple(sorted(owners)), best))
        text = text.replace(best, "\1" * len(best), 1)
        names = [name for name in names if name not in owners]
    local = _LOCAL.search(text)
    if local and not _ALL_UNITS.search(text[max(0, local.start() - 2) : local.end() + 6]):
        named = tuple(name for name in library.organisations if _LOCAL.search(name) or "本级" in name)
        if named:
            groups.append((local.start(), named, local.group()))
            text = text[: local.start()] + "\1" * len(local.group()) + text[local.end() :]
    text = text.replace("\1", "")
    whole = _WHOLE.search(text)
    if whole and not groups:
        owners = {report.organisation for report in narrowed or library.reports}
        return text.replace(whole.group(), "", 1), (tuple(sorted(owners)),), whole.group()
    groups.sort()
    return text, tuple(group for _, group, _ in groups), "、".join(word for _, _, word in groups)


def _with_region(text: str, word: str) -> str:
    """Return a name with what the reports leave out of it: the rank of its region (县…中心), …办公室 for …办."""
    place = text.find(word)
    for brief, rest in (("办", "公室"), ("委", "员会")):
        if word.endswith(brief) and text.startswith(rest, place + len(word)):
            word += rest
    return text[place - 1 : place] + word if place > 0 and text[place - 1] in "省市县区州镇乡" else word


def _owners(name: str, library: Library) -> set[str]:
    """Return an organisation's names as the reports' tables have them: they drift within one report."""
    return {o for o in library.organisations if same_unit(o, name)} | {name}


@lru_cache(_REMEMBERED)
def _letters(text: str) -> frozenset[str]:
    return frozenset(text)


def mention(text: str, name: str) -> str:
    """Return the part of the text that names ``name`` in full or shortened, else ``""``."""
    if name in text:
        return name
    name = squeeze(name)
    if name in text:
        return name
    own = _letters(name)
    if len(own & _letters(text)) < min(_LEAST_SEGMENT, len(own)):
        return ""  # a shorter form keeps at least so many of its characters
    letters = set(name) | set("办委中心院会室员服务联合法")
    best, fit = "", (0, 0)
    for end in range(len(text), 1, -1):
        if text[end - 1] not in _ENDS or text[end - 1] not in letters:
            continue
        first, strange = end, 0
        while first > 0 and end - first < len(name) + 4:
            strange += text[first - 1] not in letters
            if strange > _MOST_STRANGE:
                break
            first -= 1
            word = text[first:end]
            rank = (-strange, len(word))
            if len(word) >= _LEAST_SEGMENT and (not best or rank > fit) and same_unit(word, name):
                best, fit = word, rank
    return best


def stranger(rest: str) -> str:
    """Return a name at the start of what is left that reads like an organisation; the loaded ones are gone by now."""
    match = _STRANGER.match(rest)
    return match.group() if match and not match["acts"] and not _NO_NAME.search(match.group()) else ""


def without_actor(rest: str) -> str:
    """Return a question without who gave or approved what it asks about: 州财政局下达的…"""
    match = _STRANGER.match(rest)
    return rest[match.end() :] if match and match["acts"] else rest


def all_units(text: str) -> bool:
    """Tell whether a question means every part of a department: 各单位, 下属单位."""
    return _ALL_UNITS.search(text) is not None
