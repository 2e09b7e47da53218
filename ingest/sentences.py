"""Facts out of sentences: a label, its figure, and the changes that are said of it.

主营业务收入34.03亿元（增长87.28%） holds two facts; 甲、乙、丙分别增长94%、39.5%和22.5% three.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from ingest.labels import FALL, RISE, kind_of, squeeze
from ingest.model import Kind
from ingest.numbers import COUNTS, Figure, find_figures, fold, in_base

_SENTENCE = re.compile(r"[^。；;！？!?\n]+")
#: A bracket inside a name (因公出国(境)费, 维修(护)费), and one that only explains the name before it.
_INNER = re.compile(r"(?<=[\u4e00-\u9fff])\(([\u4e00-\u9fff]{1,3})\)(?=[\u4e00-\u9fff])")
_KEPT, _BRACKETS = "\ue0f2\\1\ue0f3", {0xE0F2: "(", 0xE0F3: ")"}
_ASIDE = re.compile(
    r"(?<=[\u4e00-\u9fff])\((?:[^()\d]{4,20}|(?:含|包括)\d{4}年[^()\d]{1,20})\)(?=[\u4e00-\u9fff]{0,3}[为是共计\d])"
)
_CLAUSE = re.compile(r"[，,、：:（(）)。；;\n]")
_YEAR = re.compile(r"((?:19|20)\d{2})年度?")
_CHANGE = re.compile(
    rf"^(?:同比|环比|较?上年|比上年|同期|实际|累计|年均|分别)*(?P<way>{RISE}|{FALL})(?:了|率|额|幅度)?(?:为|达到?)?$"
)
_CHANGE_END = re.compile(rf"(?P<way>{RISE}|{FALL})(?:了|率|幅度)?(?:为|达到?)?$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BASE = re.compile(
    r"^(?P<measure>.{1,120})(?:相比|同比|较|比|与)"
    r"(?P<against>(?:(?:19|20)\d{2}年(?:度|同期)?|上年|去年|上一年)(?:度|同期)?)的?(?:相比)?(?P<rest>\D{0,80})$"
)
#: 甲、乙、丙投入分别增长…: what is measured of the last one is measured of them all.
_SHARED = re.compile(r"(?:投入|投资|收入|支出|产值|增加值|产量|面积|销售额|销量|税收|规模|利润|人数)$")
#: 升至, 降到; 回升至, 精减到: the verb with what says how.
_SHORT = "[攀回跃飙递锐骤精核裁缩微]?[升降增减涨跌](?:至|到)"
_TURNING = re.compile(rf"(?:{RISE}|{FALL})(?:了|至|到|为)*|{_SHORT}")
#: 甲由2020年的…, then 减少到2021年的…
_MOVED = re.compile(
    rf"^(?:(?P<measure>.{{0,80}}[\u4e00-\u9fff])[由从]|(?:{RISE}|{FALL})(?:至|到|为))(?P<year>(?:19|20)\d{{2}})年度?的?$"
)
#: 甲由5.2万元减少到3.1万元: where it came from is no figure of this year, where it went to is one.
_FROM = re.compile(
    r"^(?P<measure>.{0,80}[\u4e00-\u9fff])[由从](?:上一?年|去年|上年同期|年初|原来?|以前)?(?:度|同期|预算)?数?的?$"
)
_TO = re.compile(rf"^(?P<measure>.{{0,120}}?)(?:(?:{RISE}|{FALL}|调整|调增|调减|变更)(?:至|到|为)|{_SHORT})$")
#: …提高2.3个百分点，达93.5%: after a change, what the measure came to.
_REACHED = re.compile(r"^(?:现|已)?(?:总数|总量)?(?:达到?|为|至|到)$")
_NO_VALUE = ("倍", "个百分点")
_COMMAS = re.compile("[,，、：:]")
_BESIDE = re.compile(r"(?:同比|环比)$")
_ADJUSTED = re.compile(r"(?:调整|调增|调减|变更)(?:至|到|为)$")
#: 比预算节约…: a change against the budget or the aim, of the measure said before.
_RELATIVE = re.compile(r"^(?:较|比)(?:年初|全年|调整)?(?:预算|目标|计划|指标)(?:数|额|值)?$")
_LAST_YEAR = re.compile("同比|环比|较?上年|比上年|同期")
_OWN_WORDS = re.compile(
    r"^(?:本年度?|全年|当年|年初|年中|调整后?|累计)*(?:实际|执行|支出(?=决算|预算)|开支|支付|决算|预算|完成)"
    r"(?:实际|执行|支出|开支|支付|决算|预算|安排|完成|收入)*(?:数|额|总额)?为?$"
)
#: Words for what is spent or planned that name nothing: 支出, 支出决算为, 预算安排.
_GENERIC = re.compile(r"^(?:支出|收入|安排|年初|预算|决算|执行)+(?:数|额)?为?$")
_KIND_WORDS = re.compile(r"(?:年初|全年|调整)?(?:预算|决算|实际|执行|支出|开支)*(?:数|额|总额)?$")
#: A year that figures are only held against: 与2023年度相比, (含2023年结转).
_COMPARED_WITH = re.compile(r"(?:与|较|比|同比|和|同)(?:19|20)\d{2}年|\((?:含|包括)[^()]{0,40}\)")
_SPENT_WORDS = re.compile(r"(?:支出)?(?:年初|全年|调整)?(?:决算|预算|执行)(?:数|额)?$")
_MEAN = re.compile(r"^(?:[两三四五]年平均|年均|平均|累计|环比|月均)+$")
_HAVING = re.compile(r"^(?:共有|拥有|共计有?|合计有)(?=[\u4e00-\u9fff]{2})")
_SELF = re.compile(r"^(?:本|我)(?:局|部门|单位|委|院|厅|中心|办|校|州|县|市|省|区)(?:本级)?")
_OF = re.compile(r"^.+的(?=[^的]{4,}$)")
#: 占总收入的…, 完成预算的…: a share of something, which is not the measure itself.
_SHARE = re.compile(r"^(?:只|仅)?(?:占|完成(?:了)?(?:年初|全年|调整后?)?(?:预算|任务|目标)数?的)")
_DONE_SHARE = re.compile(r"^(?:只|仅)?完成(?:了)?(?:年初|全年|调整后?)?(?:预算|任务|目标)数?(?:的|为)?$")
_DONE_OF = re.compile(r"^(?:只|仅)?完成(?:了)?((?:年初|全年|调整)?预算)数?的?$")
_QUOTES = re.compile(r"[“”\"‘’「」]")
_AGAINST = re.compile(r"^(?:同比|较|比|与|相比|同)")
_VERB = re.compile(r"(?:实现|完成|达到|达|共计|合计为|累计|为|是|共有|共|有|约|近|超|只有|仅|约为)+$")
_SPLIT_VERB = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:实现|完成|累计完成)(?=[\u4e00-\u9fff])")
_OWNER = re.compile(r"(?:公司|集团|局|中心|办公室|办|企业|委|厅|院|校|园区|县|市|区|州|省|产业链)$")
_LEAD = re.compile(
    r"^(?:其中|另外|此外|以及|并且|而且|同时|截[至止]|目前|全年(?!预算)|本年度?|年度|年[末初](?!结转|结余|预算)|当年|今年|和|及|与|并|但|虽然|主要用于|由|从|按|已|"
    r"[\d\-—]+月份?|(?:19|20)\d{2}(?:年(?=年?[末初](?:结|预算))|年(?:度|初|末|底)?)|\d{1,2}月\d{1,2}日)+[:：]?"
)
_TOGETHER = re.compile(r"分别(?P<verb>[^，,。；;]{0,12}?)$")
_MAX_LABEL = 40


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure in a text and what the text says it is.  ``start``/``end`` bound the figure's text.

    ``period`` is the year that the text names for it, ``""`` when it names none.
    """

    subject: str
    measure: str
    kind: Kind
    value: Decimal
    unit: str
    hedge: str
    period: str
    start: int
    end: int


def statements(text: str, measure: str = "") -> list[Statement]:
    """Read the figures with a unit out of running text, sentence by sentence.

    ``measure`` is what the text is about: a figure with no words of its own is a figure of that.
    """
    found: list[Statement] = []
    for sentence in _SENTENCE.finditer(text):
        found += _Sentence(sentence.group(), sentence.start(), measure).read()
    return found


class _Sentence:
    """One sentence: what was said last (subject, measure, year) is carried to the next figure."""

    def __init__(self, text: str, offset: int, measure: str = "") -> None:
        self.text = fold(text)
        self.offset = offset
        self.figures = find_figures(text)
        self.subject = ""
        self.measure = measure
        self.about = measure
        self.whole = ""  # 共有车辆, of which the figures after 其中 are parts
        self.year = ""
        self.years: dict[str, str] = {}  # measure → the latest year that it was stated for
        self.noun = ""
        self.verb = ""
        self.share = ""  # 完成预算27万元的, before the rate
        self.relative = ""  # 比预算, which the next change is against too
        self.changed = False  # whether a change of the measure was said last

    def read(self) -> list[Statement]:
        found: list[Statement] = []
        index = 0
        while index < len(self.figures):
            together = self._together(index)
            if together is not None:
                run = list(self._run_of_values(index))
                self.changed = False
                found += self._listed(together, run, index)
                index += len(run)
                continue
            statement = self._one(index)
            self.changed = statement is not None and statement.kind is Kind.CHANGE
            if statement is not None:
                found.append(statement)
            index += 1
        return found

    def _phrase(self, index: int) -> str:
        """Return the words before a figure, back to the clause's start or the figure before."""
        figure = self.figures[index]
        since = self.figures[index - 1].end if index else 0
        before = _ASIDE.sub("", _INNER.sub(_KEPT, self.text[since : figure.start]))
        cuts = [match.end() for match in _CLAUSE.finditer(before)]
        return (before[cuts[-1] :] if cuts else before).translate(_BRACKETS)

    def _one(self, index: int) -> Statement | None:
        figure = self.figures[index]
        phrase = _QUOTES.sub("", squeeze(self._phrase(index)))
        against = bool(_AGAINST.match(phrase)) and bool(_YEAR.search(phrase))
        moved = _MOVED.match(phrase)
        if moved:
            return self._moved(figure, moved)
        base = None if against else _BASE.match(phrase)
        if base and not _HAN.search(base["measure"]):
            base = None
        if base and not base["rest"]:
            return self._compared(figure, base)
        if base:
            phrase = base["measure"] + base["rest"]
        named = _YEAR.findall(phrase)
        if named and not against:
            self.year = named[-1]
        elif not named and index == 0:
            self._year_before(figure)
        if against:
            return self._against(figure, _LEAD.sub("", _AGAINST.sub("", phrase)), named[-1])
        turned = _FROM.match(phrase) or _TO.match(phrase)
        if turned:
            return self._turned(figure, turned)
        return self._said(figure, _LEAD.sub("", phrase), index)

    def _said(self, figure: Figure, phrase: str, index: int) -> Statement | None:
        """Read a figure by the words before it: a change of what was said last, a share, or a measure of its own."""
        if self.about and self.measure == self.about and (not phrase or _GENERIC.match(phrase)):
            own = "" if self.about.endswith(phrase) else _VERB.sub("", phrase)
            self.measure = self.about + own
            return self._state(figure, self.measure, _kind(self.measure, figure), figure.value, self.year)
        planned = _DONE_OF.match(phrase)
        if planned and figure.unit != "%":
            label = _SPENT_WORDS.sub("", self.measure)
            self.share = label + phrase.rstrip("的为")
            return self._state(figure, label + planned[1], Kind.BUDGET, figure.value, self.year) if label else None
        if phrase == "的" and figure.unit == "%" and self.share:
            return self._state(figure, self.share, Kind.RATE, figure.value, self.year)
        if self.measure and _REACHED.match(phrase) and self._follows_change(figure, index):
            return self._state(figure, self.measure, _kind(self.measure, figure), figure.value, self.year)
        change = _CHANGE.match(phrase)
        if change:
            way = change["way"] if _LAST_YEAR.match(phrase) else self.relative + change["way"]
            return self._change(figure, way, self.measure) if self.measure else None
        if _SHARE.match(phrase) or (figure.unit == "%" and _DONE_SHARE.match(phrase)):
            own = _SPENT_WORDS.sub("", self.measure) if "完成" in phrase else self.measure
            label = own + phrase.rstrip("的为")
            return self._state(figure, label, Kind.RATE, figure.value, self.year)
        way = _CHANGE_END.search(phrase)
        stem = _BESIDE.sub("", _LEAD.sub("", phrase[: way.start()])) if way else phrase
        self.relative = stem if self.measure and way and _RELATIVE.match(stem) else ""
        if self.measure and way and (_MEAN.match(stem) or self.relative):
            return self._change(figure, stem + way["way"], self.measure)
        label = self._label(stem, figure) or self._same_count(phrase, figure, index)
        if not label:
            return None
        self.measure = label
        if way:
            return self._change(figure, way["way"], label)
        return self._state(figure, label, _kind(label, figure), figure.value, self.year)

    def _follows_change(self, figure: Figure, index: int) -> bool:
        """Tell whether a figure is what a measure came to: right behind its change, a rate's in percent."""
        before = self.figures[index - 1] if index else None
        if not self.changed or before is None or figure.unit in _NO_VALUE:
            return False
        between = self.text[before.end : figure.start]
        if len(_COMMAS.findall(between)) > 1:  # 减少3人，原因是退休的增加，达12人: of something else
            return False
        by_points, by_rate = before.unit in ("个百分点", "百分点"), before.unit == "%"
        if by_points:
            return figure.unit == "%"
        return by_rate or in_base(Decimal(1), before.unit)[0] == in_base(Decimal(1), figure.unit)[0]

    def _turned(self, figure: Figure, turned: re.Match[str]) -> Statement | None:
        """Read 由5.2万元减少到3.1万元: what it was before has no year and is not stated, what it became is."""
        label = self._label(_LEAD.sub("", turned["measure"]), figure) or self.measure
        self.measure = label
        if not label or (turned.re is _FROM and "年初" not in turned.group()):
            return None
        if turned.re is _FROM:  # 由年初的…调整为: where it came from is this year's budget
            return self._state(figure, _SPENT_WORDS.sub("", label) + "年初预算", Kind.BUDGET, figure.value, self.year)
        if _ADJUSTED.search(turned.group()):
            return self._state(figure, _SPENT_WORDS.sub("", label) + "调整后预算", Kind.BUDGET, figure.value, self.year)
        return self._state(figure, label, _kind(label, figure), figure.value, self.year)

    def _same_count(self, phrase: str, figure: Figure, index: int) -> str:
        """Return the measure of 接待45批次、320人次: the second count is of what the first is, in its own unit."""
        before = self.figures[index - 1] if index else None
        other = before is not None and before.unit != figure.unit and before.unit in COUNTS
        listed = before is not None and self.text[before.end : figure.start].strip() in ("、", ",")
        return self.measure if not phrase and other and listed else ""

    def _compared(self, figure: Figure, base: re.Match[str]) -> Statement | None:
        """Read the figure of the year compared with: 支出合计与2020年7886.36万元相比 states 2020's."""
        own, former = _YEAR.findall(base["measure"]), _YEAR.findall(base["against"])
        if own:
            self.year = own[-1]
        label = self._label(_LEAD.sub("", base["measure"]), figure)
        self.measure = label or self.measure
        if not label or not former:  # the year before, unnamed: no year of its own to state it for
            return None
        return self._state(figure, label, _kind(label, figure), figure.value, former[-1])

    def _moved(self, figure: Figure, moved: re.Match[str]) -> Statement | None:
        """Read both ends of 接待批次由2020年的86批次减少到2021年的42批次: figures of two years, no change."""
        label = self._label(_LEAD.sub("", moved["measure"]), figure) if moved["measure"] else self.measure
        if not label:
            return None
        self.measure, self.year = label, moved["year"]
        return self._state(figure, label, _kind(label, figure), figure.value, self.year)

    def _against(self, figure: Figure, phrase: str, year: str) -> Statement | None:
        """Read the year it is compared with: 较2020年收入8360.08万元, 同比2020年3.32万元."""
        before = self.measure
        way = _CHANGE_END.search(phrase)
        if way and _OWN_WORDS.match(phrase[: way.start()] or "决算"):  # 较2022年度决算数减少: of what was said before
            return self._change(figure, way["way"], before) if before else None
        label = self._label(phrase, figure) if phrase else before
        self.measure = before or label
        if not label or _CHANGE.match(phrase):
            return None
        return self._state(figure, label, _kind(label, figure), figure.value, year)

    def _year_before(self, figure: Figure) -> None:
        named = _YEAR.findall(_COMPARED_WITH.sub("", squeeze(self.text[: figure.start])))
        if named:
            self.year = named[-1]

    def _label(self, phrase: str, figure: Figure) -> str:
        """Cut a phrase down to a measure, setting the subject when the phrase names an owner."""
        split = _SPLIT_VERB.search(phrase)
        if split and _OWNER.search(phrase[: split.start()]):
            self.subject, phrase = phrase[: split.start()], phrase[split.end() :]
        if self.measure and phrase and _OWN_WORDS.match(phrase):
            return _KIND_WORDS.sub("", self.measure) + _VERB.sub("", phrase)
        phrase = phrase.partition("=")[0]  # 执行率=470/480=97.92%
        phrase = _OF.sub("", _SELF.sub("", _YEAR.sub("", _VERB.sub("", phrase)))).strip("的' ")
        phrase = _HAVING.sub("", phrase)
        if figure.unit in COUNTS or figure.unit in ("人", "户", "人次"):
            phrase = self._counted(phrase, figure)
        if len(phrase) > _MAX_LABEL:
            phrase = phrase[-_MAX_LABEL:]
        return phrase if re.search(r"[\u4e00-\u9fffA-Za-z]{2}", phrase) else ""

    def _counted(self, phrase: str, figure: Figure) -> str:
        """Join the words before a counted figure with the noun behind it: 新增 3家 省小巨人企业."""
        behind = self._behind(figure)
        if self.noun and phrase.startswith(self.noun):  # 新增3家甲和2家乙: the verb holds for both
            phrase = self.verb + re.sub("^[和及与、]+", "", phrase[len(self.noun) :])
        self.noun, self.verb = behind, phrase if behind else ""
        return phrase + behind

    def _behind(self, figure: Figure) -> str:
        """Return the noun that a counted figure stands before: 引进3家省小巨人企业."""
        after = self.text[figure.end :]
        match = re.match(
            r"(?:\([^)]{0,60}\))?([\u4e00-\u9fffA-Za-z“”\"]{2,16}?)(?=[，,、。；;：:（(和及\d]|建成|完成|实现|$)", after
        )
        noun = _QUOTES.sub("", match.group(1)) if match else ""
        verdict = noun.startswith("为")  # 60分以下为差: a grade's bound, no noun
        return "" if verdict or _TURNING.fullmatch(noun) else noun

    def _change(self, figure: Figure, way: str, measure: str) -> Statement:
        falls = bool(re.search(f"(?:{FALL})$", way))
        value = -abs(figure.value) if falls else figure.value
        start = figure.start
        near = max(0, start - 40)
        before = re.search(rf"(?:{way[-2:]})(?:了|率|幅度|为|达|到)*\s*$", self.text[near:start])
        word = near + before.start() if before else -1
        label = measure if kind_of((measure,)) is Kind.CHANGE else measure + way
        year = max(self.year, self.years.get(measure, ""))  # 2021年甲2元，2020年甲1元，同比…: the later year's
        if self.about:
            year = max(year, *self.years.values(), "")
        return self._state(replace(figure, start=word if word >= 0 else start), label, Kind.CHANGE, value, year)

    def _state(self, figure: Figure, label: str, kind: Kind, value: Decimal, year: str) -> Statement:
        if kind is not Kind.CHANGE:
            self.years[label] = max(year, self.years.get(label, ""))
        start, end = figure.start + self.offset, figure.end + self.offset
        return Statement(self.subject, label, kind, value, figure.unit, figure.hedge, year, start, end)

    def _together(self, index: int) -> re.Match[str] | None:
        """Return the 分别 right before a figure, if there is one."""
        since = self.figures[index - 1].end if index else 0
        return _TOGETHER.search(self.text[since : self.figures[index].start])

    def _listed(self, together: re.Match[str], values: list[Figure], index: int) -> list[Statement]:
        """Match 甲、乙和丙分别增长1%、2%和3% in order; lists of unequal length are not matched by guess."""
        since = self.figures[index - 1].end if index else 0
        names = _names_before(self.text[since : self.figures[index].start][: together.start()])
        if len(values) < 2 or len(names) != len(values):
            return []
        verb = squeeze(together["verb"])
        found = []
        for name, value in zip(names, values, strict=True):
            way = _CHANGE_END.search(verb)
            label = name + _VERB.sub("", verb[: way.start()] if way else verb)
            kind = _kind(label, value)
            found.append(
                self._change(value, way["way"], label)
                if way
                else self._state(value, label, kind, value.value, self.year)
            )
        return found

    def _run_of_values(self, index: int) -> Iterator[Figure]:
        previous: Figure | None = None
        for figure in self.figures[index:]:
            if previous is not None and self.text[previous.end : figure.start].strip() not in (
                "、",
                "和",
                "及",
                "与",
                "，",
                ",",
            ):
                return
            yield figure
            previous = figure


def _kind(label: str, figure: Figure) -> Kind:
    """Return the kind that a label tells; points that are simply stated are a score."""
    return kind_of((label,)) or (Kind.SCORE if figure.unit == "分" else Kind.ACTUAL)


def _names_before(text: str) -> list[str]:
    """Return the names of a list; a noun after the last one belongs to them all."""
    clause = re.split(r"[，,：:；;]", text)[-1]
    names = [name.strip() for name in re.split(r"、|和|及|与", clause) if name.strip()]
    names = [_LEAD.sub("", _QUOTES.sub("", name)) for name in names]
    shared = _SHARED.search(names[-1]) if names else None
    return [name if shared is None or _SHARED.search(name) else name + shared.group() for name in names]
