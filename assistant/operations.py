"""Which operation a question asks for, told by its words."""

from __future__ import annotations

import re

from assistant.model import Operation
from assistant.slots import Slots
from ingest.numbers import UNIT

_UNIT_WORD = "(?:单位|机构|部门|家单位|家)"
_RANK = re.compile(
    r"排名|排序|排一下|排列|名次|由[高大多低小少]到[高大多低小少]|从[高大多低小少]到[高大多低小少]|按大小|"
    r"最[高低多少大小差好]|垫底|前[一二两三四五六七八九十\d]+[名位个项家]?|排第?[一二三四五六七八九十\d]|第[二三四五]的|"
    r"哪[一]?[个家项类样种条].{0,12}(?:最|多|高|大|少|低)|谁的?[^、，,]{1,14}(?:多|高|大|(?<!多)少|低)[？?]?$|[增减降升涨花](?:得|的)?最"
)
_LIST = re.compile(
    rf"各{_UNIT_WORD}|[一二两三四五六七八九]家(?:{_UNIT_WORD})?|哪几?些?{_UNIT_WORD}|哪些|哪几[家项个类块]|有哪几|哪几[个项]指标|指标(?:都)?有哪|列出|列一下|列举|"
    r"各项|各类|各自|逐项|都有什么|有什么|各个"
)
_CHECKED = re.compile(r"(?:增减额?|变动).{0,6}(?:算对了?[吗没]|对不对|算得对吗)")
#: Lists whose words would read as a question for a text otherwise.
_LIST_OF_ROWS = re.compile(
    r"哪[些几].{0,16}(?:低于|小于|不到|不足|少于|高于|超过|大于|多于)\d|"
    rf"各{_UNIT_WORD}|为0的|为零的|为负数?的|(?:低于|小于|不到|不足|高于|超过|大于)\d+(?:\.\d+)?\S{{0,2}}的\S{{0,8}}(?:哪|有|列)|不到\d+\S{{0,2}}的有哪|未达标的|不达标的|没(?:有)?(?:完成|达到|达标).{{0,4}}的?指标|指标.{{0,8}}没(?:有)?(?:完成|达到|达标)|得分低于|各类|各项(?!工作|任务)|各自|变成0|变为0|降为0|[二两三四五六七八九十几][个项条]\S{{0,6}}?(?:指标)?的?\S{{0,6}}?(?:各是|各为|分别|各自)|本级和(?:下属|二级|所属)|哪[几一]?些?{_UNIT_WORD}|哪[些几]个?.{{0,4}}(?:指标|科目)|哪几[个项]指标|指标(?:都)?有哪|列出|列一下|列举|"
    r"没(?:有)?(?:得|拿)?(?:到)?满分|失分|(?:下属|下面|所属|二级|独立核算).{0,10}(?:单位|机构).{0,4}哪|哪.{0,4}(?:下属|独立核算).{0,6}单位"
)
_TEXT = re.compile(
    r"为什么|为何|为啥|原因|怎么|如何|哪里|哪儿|在哪|地址|谁|是否|有没有|存在.{0,6}问题|问题|措施|建议|职责|职能|依据|做法|经验|"
    r"内容|简介|介绍|概述|方法|原则|什么性质|怎样|什么职务|吗[？?]?$|有无|几加几|哪些|是什么|做了什么|是和谁|意见"
)
_FIGURE = re.compile(r"多少|几[个家项人次台辆分笔条]|几[？?]?$|是多大|多大|金额|总额|率$|率是|数是|数$|合计|百分之")
_DEFINE = re.compile(
    r"怎么算|如何算|怎么计算|如何计算|怎样计算|计算公式|公式是|怎么得出|怎么得来|什么意思|指什么|是指|含义|定义|怎么理解|什么叫|啥叫|叫做?什么"
)
_REVERSE = re.compile(
    rf"(?<![\d,.前第排])\d[\d,.]{{0,30}}\s{{0,4}}(?:万元?|元|亿元?|{UNIT})?\s*(?:这个?数|这笔钱|这笔|这个金额)?\s{{0,4}}"
    r"(?:是|指|算|对应)?(?:的?是?个?(?:什么|啥|哪|指)|从哪|哪来)|(?:有个|有一个|那个|这个)\d[\d,.]{0,30}.{0,6}(?:是?啥|是?什么|哪)"
    rf"|(?:哪[份个家篇]|什么地方|哪里)[^，。没]{{0,6}}(?:有|写着?|提到|出现)过?\d[\d,.]{{0,30}}(?:{UNIT})?(?:这个?数|这笔)?[?？]?$"
)


def operation_of(packed: str, slots: Slots) -> Operation:
    """Return the operation that a squeezed question asks for; what reads as several is taken in this order."""
    if _REVERSE.search(packed):
        return Operation.REVERSE
    if _DEFINE.search(packed):
        return Operation.DEFINE
    if _RANK.search(packed):
        return Operation.RANK
    if slots.against and re.search(r"列出|哪些|列一下|哪几[项个]", packed):
        return Operation.LIST
    if slots.against or _CHECKED.search(packed):
        return Operation.CHANGE
    if _LIST_OF_ROWS.search(packed):
        return Operation.LIST
    if _TEXT.search(packed) and not _FIGURE.search(packed):
        return Operation.TEXT
    if _LIST.search(packed):
        return Operation.LIST
    return Operation.LOOKUP
