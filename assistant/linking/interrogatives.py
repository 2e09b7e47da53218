"""What a question's words of asking call for: how many answers, counted in what, a share or not."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ASKING = re.compile(r"多少|几(?!乎)|哪|什么|啥|怎么|为何|咋|多大|多高|多长|如何|是否|是不是|有没有")
_COUNTER = re.compile(r"(?:多少|几(?!乎))(?P<counter>[\u4e00-\u9fff]{1,2})")
_RATIO = re.compile(r"率|占比|比例|比重|百分|几成|幅度|增幅|降幅|%")
_SEVERAL = re.compile(r"分别|各自|各[是为有占多几花]|各多少|都有|逐")
#: Asks for a reason, for what is wrong, for what is to be done.
_WHY = re.compile(
    r"为(?!了)[什啥何么]|原因|缘故|由于|何故|凭[啥什]|怎么会|怎么(?!办|改|做|搞|弄|解决)|咋(?!办|改|弄|整|搞)"
)
_WRONG = re.compile(r"问题|不足|毛病|短板|难处|困难|哪里不|卡在|薄弱")
_TO_DO = re.compile(
    r"(?:怎么|咋|如何|怎样)(?:办|改|做|搞|弄|整|解决)|措施|办法|打算|准备|下一步|改进|整改|建议|对策|计划"
)
#: What money is asked for in: 多少钱, 几万, 多少块.
_MONEY = frozenset("钱元万亿块")


@dataclass(frozen=True, slots=True)
class Interrogatives:
    """``count`` words of asking, ``counters`` what follows 多少 and 几; whether a share, several are asked for.

    ``why``, ``wrong`` and ``to_do`` say whether a reason, a problem, or what is to be done about it.
    """

    count: int
    counters: tuple[str, ...]
    ratio: bool
    several: bool
    why: bool
    wrong: bool
    to_do: bool

    @classmethod
    def of(cls, said: str) -> Interrogatives:
        """Read a question as it was typed."""
        counters = tuple(match["counter"] for match in _COUNTER.finditer(said))
        return cls(
            len(_ASKING.findall(said)), counters,
            *(one.search(said) is not None for one in (_RATIO, _SEVERAL, _WHY, _WRONG, _TO_DO)),
        )  # fmt: skip

    def counted_in(self, unit: str, dimension: str) -> bool:
        """Tell whether a unit is one that the question counts in: 人 of 多少人, 万元 of 多少钱."""
        if not unit:
            return False
        return any(
            one.startswith(unit) or unit.startswith(one) or (dimension == "money" and one[0] in _MONEY)
            for one in self.counters
        )
