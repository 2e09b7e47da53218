"""What the words of headings and table headers say: rank, year, kind, unit, organisation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ingest.model import Kind
from ingest.numbers import UNIT, UNITS, unit_name

_NUMERALS = "一二三四五六七八九十百〇零"
#: Rank of a numbered heading or row label, the highest first.
_RANKS = (
    (1, re.compile(r"附\s*[件表录]\s*[0-9一二三四五六七八九十]*")),
    (2, re.compile(rf"第\s*[{_NUMERALS}0-9]+\s*[部分章编]+")),
    (3, re.compile(rf"[{_NUMERALS}]{{1,6}}\s{{0,4}}[、．.]")),
    (4, re.compile(rf"[(（][{_NUMERALS}]+[)）]、?")),
    (6, re.compile(r"\d{1,2}\s*[.．]\s*\d{1,2}(?![\d%])[.．]?\s*(?!\d)")),
    (5, re.compile(r"\d{1,2}\s*(?:[、．]|\.(?!\d))")),
    (7, re.compile(r"[(（]\d{1,2}[)）]、?")),
    (8, re.compile(r"[①-⑳]")),
)
_OF_WHICH = re.compile(r"^(?:其\s*中|#)\s*[:：、]?|^减\s*[:：]|^加\s*[:：]")
_ENUMERATED = re.compile(r"^(?:指标|目标|任务|事项)\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*[:：、.．]\s*(?=\S)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
#: Not the name of a unit that reports, draws up or manages: 填报单位：元谋县财政局.
_UNIT_NOTE = re.compile(
    rf"(?<![报制送管])(?:金额|货币|计量|计价)?(?<![报制送管])单位\s*[:：]\s*(?:人民币)?\s*({UNIT})"
    r"(?=$|[^\u4e00-\u9fff]|公开|附|表|编制|部门|填报|第|整)"
)
_UNIT_BRACKET = re.compile(rf"[(（\[]\s*(?:单位[:：])?\s*({UNIT})\s*[)）\]]")
_TOTAL = re.compile(
    r"^(?:合计|总计|共计|小计|总分|总得分|总和|汇总|得分合计|分值合计|(?:年度)?资金(?:总额|合计)|(?:部门)?整体(?:支出)?资金(?:总额)?(?:\([^()]{1,4}\))?)$|(?:合计|总计|小计|汇总|汇总数)$"
)
#: Words of a rise and of a fall, as alternatives of a pattern.
RISE = r"增长|增加|提高|上升|增幅|上涨|增速|提升|增收|扩大|多"
FALL = r"减少|下降|降低|降幅|减幅|回落|下滑|压减|缩减|节约"
NOTE_HEADER = re.compile(r"备注|说明|原因|措施|签字|签名|评分标准|评价标准|依据|解释|情况说明|偏差")
INDEX_HEADER = re.compile(r"序号|行次|栏次|编号|编码|代码|列次")
STUB_HEADER = re.compile(
    r"名称|项目|科目|类别|[一二三四]级指标|指标名称|机构|单位|部门|姓名|内容|事项|分类|收入|支出|来源|功能"
)
VALUE_HEADER = re.compile(
    r"目标值?$|指标值|完成|实际|预算|决算|金额|分值|得分|权重|执行|增减|[12]\d{3}年|本年|上年|年初|年末|期初|期末|"
    r"[数额率量值比重]$|合计|小计|情况|度量|计量单位|性质|标准"
)
HEADER_WORD = re.compile(
    f"{STUB_HEADER.pattern}|{VALUE_HEADER.pattern}|{INDEX_HEADER.pattern}|{NOTE_HEADER.pattern}"
    "|其中|结余|职务|年度|余额|比例|占比|目标|指标|时间|职称|电话"
)
KIND_PATTERNS = (
    (
        Kind.CHANGE,
        re.compile(
            r"增减|增长|增幅|降幅|增速|变动|变化|升降|涨跌|浮动|同比|环比|相比|差额|差异|[比较](?:上年|去年|上期|同期|年初|预算)"
            r"|下降|减少|增加(?!值)|(?:提高|降低|上升|上涨|回落)$"
        ),
    ),
    (Kind.WEIGHT, re.compile(r"分值|权重|标准分|满分|指标分(?!值?得)")),
    (Kind.SCORE, re.compile(r"得分(?!率|系数)|评分(?!标准)|自评分|扣分|总分")),
    (Kind.RATE, re.compile(r"得分率|执行率|完成率|控制率|占比|比例|比率|比重|[^效]率$")),
    (Kind.TARGET, re.compile(r"目标|指标值|预期|计划|应完成")),
    (
        Kind.BUDGET,
        re.compile(
            r"(?<!公共)(?<!基金)(?<!经营)(?<!保险)"
            r"预算(?!执行|完成|资金|财政|拨款|单位|部门|外|内|管理|收支|科目|调整率)|年初批复|批复|概算|下达数"
        ),
    ),
    (Kind.ACTUAL, re.compile(r"决算|执行数|实际|完成|支出数|发生额|实收|实有|到位|累计")),
)
_ORG = (
    "(?:委员会|人民政府|办公室|管理局|服务中心|中心|总队|支队|大队|法院|检察院|研究院|学院|医院|学校|幼儿园|图书馆|博物馆|"
    "档案馆|党校|联合会|协会|集团|公司|银行|总站|大学|联合社|合作社|供销社|报社|出版社|监狱|人民政府|"
    "(?:组织|宣传|统战|社会工作|老干部|武装|工作)部|[厅局委办署院校站所馆团处会科])"
)
ORG_NAME = re.compile(rf"[\u4e00-\u9fff]{{2,28}}?{_ORG}(?![\u4e00-\u9fff]{{0,40}}?{_ORG})")
ORG_END = re.compile(rf"{_ORG}$")
_SCOPE = re.compile(r"本级|机关本身|局机关|汇总|二级(?:机构|单位)|所属单位|下属单位")


@lru_cache(maxsize=65_536)
def squeeze(text: str) -> str:
    """Fold to NFKC and drop all white space: '合 　计' → '合计'."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text.replace("㎡", "\0")).replace("\0", "㎡"))


def legible(text: str) -> str:
    """Fold and drop white space as ``squeeze`` does, but between two figures or letters: 表1 2023年 is no 表12023年."""
    kept = re.sub(r"(?<=[0-9A-Za-z])\s+(?=[0-9A-Za-z])", "\0", unicodedata.normalize("NFKC", text.replace("㎡", "\1")))
    return re.sub(r"\s+", "", kept).replace("\0", " ").replace("\1", "㎡")


@lru_cache(maxsize=65_536)
def one_line(text: str) -> str:
    """Join a cell's lines to one, without the spaces that only spread Chinese words: '合  计' → '合计'."""
    joined = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", joined)


@lru_cache(maxsize=65_536)
def rank(text: str) -> int:
    """Return the rank of a numbered heading or row label (1 the highest), 0 for none."""
    stripped = text.strip()
    return next((value for value, pattern in _RANKS if pattern.match(stripped)), 0)


@lru_cache(maxsize=65_536)
def without_number(text: str) -> str:
    """Drop a leading number or 其中：: '  其中：办公费' → '办公费', '1、本级机构' → '本级机构'."""
    stripped = _ENUMERATED.sub("", text.strip())
    for _ in range(3):
        shorter = _OF_WHICH.sub("", stripped, count=1).strip()
        for value, pattern in _RANKS:
            match = pattern.match(shorter) if value > 2 else None
            if match and match.end() < len(shorter):
                shorter = shorter[match.end() :].strip()
                break
        if shorter == stripped or not shorter:
            break
        stripped = shorter
    return stripped


#: The halves of a table of income and expenditure.
SIDES = ("收入", "支出")
#: What is carried over is in it, and isn't in 本年收入合计.
GRAND_TOTAL = "总计"


def is_of_which(text: str) -> bool:
    """Tell whether a label opens an "of which" list: 其中：…"""
    return bool(_OF_WHICH.match(text.strip()))


@lru_cache(maxsize=65_536)
def is_total(label: str) -> bool:
    """Tell whether a row or column is a total of others: 合计, 小计, 总分, …汇总."""
    return bool(_TOTAL.search(squeeze(without_number(label))))


def years(text: str) -> list[str]:
    """Return the years named in a text, in order."""
    return _YEAR.findall(squeeze(text))


@lru_cache(maxsize=65_536)
def year_of_label(labels: tuple[str, ...], report_year: str) -> str:
    """Return the one year that header words name, 本年/上年 taken from the report's; else ``""``."""
    for label in reversed(labels):
        text = squeeze(label)
        named = set(_YEAR.findall(text))
        if len(named) == 1:
            return str(named.pop())
        if report_year and re.search(r"上年(?!结转)|上一年|去年|上年度", text) and not re.search(r"[较比]上年", text):
            return str(int(report_year) - 1)
        if report_year and re.search(r"本年(?!收入|支出)|今年|当年(?!结余)|本年度", text):
            return report_year
    return ""


@lru_cache(maxsize=65_536)
def kind_of(labels: tuple[str, ...]) -> Kind | None:
    """Return the kind that header words name, the innermost first."""
    for label in reversed(labels):
        text = squeeze(label)
        for kind, pattern in KIND_PATTERNS:
            if pattern.search(text):
                return kind
    return None


@lru_cache(maxsize=65_536)
def unit_in(label: str) -> str:
    """Return the unit that a label states in brackets or after 单位：, else ``""``."""
    text = squeeze(label)
    match = _UNIT_NOTE.search(text) or _UNIT_BRACKET.search(text)
    if match and re.match(rf"[、/,，和]{UNIT}", text[match.end(1) :]):
        return ""  # 单位：万元、辆 doesn't say which figure has which
    return unit_name(match.group(1)) if match else ""


_FUNDS_ROW = re.compile(r"(?:年度)?资金(?:总额|合计)|(?:部门)?整体(?:支出)?资金(?:总额)?(?:\([^()]{1,4}\))?")


def is_scored_total(label: str, kind: Kind) -> bool:
    """Tell whether a row that is a total of amounts is one row among others for its points: 年度资金总额's 执行率."""
    return kind in (Kind.SCORE, Kind.WEIGHT) and _FUNDS_ROW.fullmatch(squeeze(label)) is not None


def is_unit(text: str) -> bool:
    """Tell whether a whole text is a unit: 万元, 个, %."""
    return unit_name(squeeze(text)) in UNITS


def is_scope(text: str) -> bool:
    """Tell whether a label says which part of the department is meant: 本级, …汇总."""
    return bool(_SCOPE.search(squeeze(text)))


def is_organisation(label: str) -> bool:
    """Tell whether a row label names an organisation or a part of the department."""
    text = squeeze(without_number(label))
    return 2 <= len(text) <= 30 and (bool(ORG_END.search(text)) or is_scope(text))


@lru_cache(maxsize=65_536)
def normalise(label: str) -> str:
    """Fold a label to the form it is matched in: no numbers, brackets' units, quotes or spaces.

    >>> normalise("2、“三公经费”控制率（％）")
    '三公经费控制率'
    """
    text = squeeze(without_number(label))
    text = _UNIT_BRACKET.sub("", text)
    return re.sub(r"[“”\"'‘’《》【】\[\]()（）:：、,，。.;；·~=\-—_/\\*#＊]+", "", text).lower()
