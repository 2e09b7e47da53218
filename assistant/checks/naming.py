"""What a figure is a figure of, told apart finely enough to hold two of them against each other.

An answer may look a figure up under a loose name; a contradiction may not rest on one.  得分率, 较上年 and 满分 name
nothing by themselves, 财政拨款 figures are not those of all funds, and 总计 that balances is not 本年合计.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.compose import measure_name
from assistant.model import Entry
from ingest.labels import squeeze
from ingest.model import Fact, Form, Kind

#: The canonical terms of the score that a report gives itself, and of the rate at which its budget was executed.
OVERALL, EXECUTION = "综合得分", "预算执行率"
#: Words that say how a figure was come by, not of what it is.
_GENERIC = re.compile(
    r"(?:19|20)\d\d年?|[较比与同]|上年度?|去年|本年度?|当年|全年|同期|同比|环比|实际|相比|增减率|增减额|增减|增长率|增长|增加|减少|下降|"
    r"提高|降低|得分率|得分系数|得分|执行率|完成率|控制率|占比|比重|满分|权重|分值|金额|调整数|其中|年初|年末|"
    r"预算|决算|(?<![入出])(?:合计|总计|小计|总额)|各|数|额|率|为|约|[收支](?![入出])|、|,|，"
)
_ONE_PROJECT = re.compile(r"^[该本]项目")
_NAMED = re.compile(r"(?:预算|资金)(?:执行率|完成率)|自评|综合|总分|总得分|绩效.{0,20}得分")
_RATE_OF_ALL = re.compile(r"预算(?:执行率|完成率)$")
_NARROWER = re.compile(r"三公|项目|专项|经费|采购|招待|接待")
_FUND = re.compile(r"财政拨款|一般公共预算|政府性基金|国有资本经营")
_GRANT = re.compile(r"财政拨款")
_OF_ANY_FUND = re.compile(r"三公|公务|因公|采购|编制|在职|人数|率$|得分|分值")
_SPENT, _OWN_TABLE = "支出", "（财政拨款表）"
_TOTAL = "总计"
_FEWEST = 2


def is_nameless(entry: Entry, key: str, before: str) -> bool:
    """Tell whether an entry's labels name no measure; ``before`` is what its sentence says before it."""
    fact = entry.stored.fact
    raw = squeeze(measure_name(fact))
    said = fact.source.start is not None or fact.source.table is None
    if said and _RATE_OF_ALL.search(raw):
        return (raw != EXECUTION and len(raw) < len(EXECUTION)) or _NARROWER.search(before) is not None
    if _ONE_PROJECT.search(raw) or _NAMED.search(raw):
        return _ONE_PROJECT.search(raw) is not None
    left = _GENERIC.sub("", raw if said else key)
    return len(left) < _FEWEST and (said or "\0" not in key)


def fund_of(entry: Entry, before: str) -> str:
    """Return a mark for a figure of some funds alone (财政拨款 of 支出合计), empty for one of all funds."""
    fact = entry.stored.fact
    raw = squeeze(measure_name(fact))
    if _OF_ANY_FUND.search(raw):
        return ""
    if _FUND.search(raw):
        own = _FUND.search(squeeze(fact.caption)) is not None
        return spent_of(raw) + (_OWN_TABLE if own else "")
    heading = fact.source.heading_path[-1:] if fact.source.table is None else ()
    context = (fact.caption, *fact.row_path[:-1], *fact.column_path[:-1], *filter(_GRANT.search, heading), before)
    found = next((match for label in context if (match := _FUND.search(squeeze(label)))), None)
    return found.group() if found else ""


def spent_of(measure: str) -> str:
    """Return a mark for what was spent of a fund (财政拨款支出), which is another figure than the fund."""
    return _SPENT if _FUND.search(measure) and _SPENT in measure else ""


def balanced(entries: Iterable[Entry]) -> bool:
    """Tell whether 收入总计 and 支出总计 are the same amount: they hold what was carried over, 本年合计 doesn't."""
    sides: dict[str, set[object]] = {"收": set(), "支": set()}
    for entry in entries:
        fact = entry.stored.fact
        if fact.form is Form.FIGURE and fact.kind is Kind.ACTUAL and fact.value:
            raw = squeeze(measure_name(fact))
            if _TOTAL in raw:
                for side, values in sides.items():
                    if side in raw:
                        values.add(fact.value)
    return bool(sides["收"] & sides["支"])


def is_grand_total(fact: Fact) -> bool:
    """Tell whether a figure is called 总计."""
    return _TOTAL in squeeze(measure_name(fact))
