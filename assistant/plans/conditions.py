"""Plans that keep some of the rows: those beyond a bound that the question names, those short of target or points."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.facts.world import World
from assistant.plans.language import MOST_FIGURES, Plan, Short, Where
from ingest.model import Fact, Form, Kind
from ingest.numbers import NUMBER, UNIT, UNITS, fold, plain, unit_name
from ingest.numerals import spelled

_WORDS = (
    "低于|小于|少于|不足|不到|没到|没上|没过|未达到?|没达到?|超过|高于|大于|多于|突破|超|(?<![通经度])过|破|达到?|满"
)
_NOT, _AFTER = "不[得能]?|没有?|未", "及?以上|及?以下|以内"
#: How a bound is compared with; a way of writing means one way, and 不 turns it round.
_BOUND = re.compile(
    rf"(?P<not>{_NOT})?(?P<way>{_WORDS})?了?(?<![千百])(?P<number>{NUMBER})(?P<scale>千万|百万|[千百](?=万|元|人|户|个))?"
    rf"(?P<unit>{UNIT})?(?P<after>{_AFTER})?(?P<goes_on>[千百成多几来余])?"
)
_DIGITS = "零〇一二两三四五六七八九"
#: A number in Chinese numerals that is no part of another, nor of a word (一般, 三公, 二级, 十几, 三百来).
_NUMERAL = (
    rf"(?<![\d.,万亿千百十点几多来余第{_DIGITS}])[{_DIGITS}十百千万亿]{{1,11}}(?:点[{_DIGITS}]{{1,4}}[万亿]?)?"
    rf"(?![几来多余点成般公级等类流年月日号位次{_DIGITS}十百千万亿]|分之)"
)
_SHARES = (
    rf"百分之(?P<percent>[{_DIGITS}十百]{{1,5}}(?:点[{_DIGITS}]{{1,3}})?)"
    rf"|(?P<parts>[{_DIGITS}十]{{1,3}})分之(?P<part>[{_DIGITS}十]{{1,3}})"
    rf"|(?<!\d)(?P<tenths>[{_DIGITS}1-9])成(?P<more>[{_DIGITS}半])?(?![本立效交果员功{_DIGITS}])"
    r"|(?P<half>一半|半数|半)(?![年天月日个小])"
)
#: The same in Chinese numerals, which are a bound only beside a word that says so: 没到九成, 过千万, 五十万元以上.
_SPELLED = re.compile(
    rf"(?P<not>{_NOT})?(?P<way>{_WORDS})?了?(?:{_SHARES}|(?P<numeral>{_NUMERAL})(?P<unit>{UNIT})?)(?P<after>{_AFTER})?"
)
#: 两三百, 三四个: about so many, no number.
_ABOUT = re.compile(r"[一二两三四五六七八九]{2}(?=[十百千万亿]|$)")
_ZERO = re.compile(r"(?:一分|一点|一个|任何)?[^,，。]{0,12}(?:都|也)?(?:没有|没|为0|为零|是零|是0)")
_LESS = ("低于", "小于", "少于", "不足", "不到", "没到", "没上", "没过", "未达", "未达到", "没达", "没达到")
_MORE = ("超过", "高于", "大于", "多于", "突破", "超", "过", "破")
#: Changes that are told by their sign, and what was done in full or not.
_FALLEN = re.compile(rf"(?P<not>{_NOT})?(?:减少|下降|降低|压减|缩减|少了|降了|负增长|减了)")
_RISEN = re.compile(rf"(?P<not>{_NOT})?(?:增加|增长|上升|提高|多了|涨了|加了|新增)")
_IN_FULL = re.compile(
    r"(?P<not>[没未不][^，。,；;]{0,5})?(?:全[部都]?)?(?:[花用支]完|执行完|[花用]光|(?:完成|到位)(?![率情数值时度比]))"
)
_LEAST = 2
_TEN_THOUSAND, _HUNDRED, _CENT = Decimal(10_000), Decimal(100), Decimal("0.01")
_SCALES = {"千万": Decimal(1_000), "百万": Decimal(100)}
_PLACES = {"百": 10, "千": 100, "万": 1_000, "亿": 10_000_000}


@dataclass(frozen=True, slots=True)
class Bound:
    """How figures are to stand (``WAYS``) to a number with its unit; ``said`` is how a question says it in words."""

    way: str
    number: str
    said: str = ""


def bounds_in(said: str) -> Iterator[Bound]:
    """Yield each bound that a question, its years taken out, compares with."""
    found = False
    text = fold(said)
    for match in _BOUND.finditer(text):
        way = _way(match["way"] or "", match["after"] or "", turned=bool(match["not"]))
        found = True
        if not match["goes_on"]:  # 2千5百万, 2千多万: no number that is read here
            yield Bound(way, _with_scale(match))
    for match in _SPELLED.finditer(text):
        number = _in_digits(match) if match["way"] or match["after"] else ""
        if number:
            found = True
            way = _way(match["way"] or "", match["after"] or "", turned=bool(match["not"]))
            yield Bound(way, number, match.group())
    if not found and _ZERO.search(said):
        yield Bound("zero", "")


def _with_scale(match: re.Match[str]) -> str:
    """Write a number in digits with its unit: 3千万 is 3000万, 5百元 500元."""
    number, scale = match["number"].replace(",", ""), match["scale"]
    if scale in _SCALES:
        return f"{plain(Decimal(number) * _SCALES[scale])}万"
    times = {"千": 1_000, "百": 100}.get(scale or "", 1)
    return f"{plain(Decimal(number) * times) if scale else number}{match['unit'] or ''}"


def _in_digits(match: re.Match[str]) -> str:
    """Write a bound in Chinese numerals in digits with its unit: 八成五 is 85%, 三千万 3000万; "" for no number."""
    if match["half"]:
        return "50%"
    if match["percent"]:
        return f"{plain(spelled(match['percent']))}%"
    if match["parts"]:
        whole = spelled(match["parts"])
        share = spelled(match["part"]) / whole * _HUNDRED if whole else Decimal(0)
        return f"{plain(share.quantize(_CENT))}%"
    if match["tenths"]:
        more = Decimal(5) if match["more"] == "半" else spelled(match["more"] or "零")
        tenths = Decimal(match["tenths"]) if match["tenths"].isascii() else spelled(match["tenths"])
        return f"{plain(tenths * 10 + more)}%"
    return _of_numeral(match["numeral"], match["unit"] or "")


def _of_numeral(numeral: str, unit: str) -> str:
    if _ABOUT.search(numeral.partition("点")[0]):
        return ""
    whole, point, rest = numeral.partition("点")
    scale = Decimal(1)
    for ending, times in (("亿", Decimal(100_000_000)), ("万", _TEN_THOUSAND)):
        if point and rest.endswith(ending):
            scale, rest = times, rest.removesuffix(ending)
    value = spelled(f"{whole if whole[0] not in '百千万亿' else '一' + whole}{point}{rest}") * scale
    if len(whole) > 1 and not point and whole[-1] in _DIGITS and whole[-2] in _PLACES:  # 三万五, 一百五
        value += spelled(whole[-1]) * (_PLACES[whole[-2]] - 1)
    if not unit and value >= _TEN_THOUSAND:
        return f"{plain((value / _TEN_THOUSAND).normalize())}万"
    return f"{plain(value.normalize())}{unit}"


def _way(word: str, after: str, *, turned: bool) -> str:
    if word in _LESS:
        return "least" if turned else "less"
    if word in _MORE:
        return "most" if turned else "more"
    if after:
        return "least" if after.endswith("以上") else "most"
    return ("less" if turned else "least") if word else "equal"


def where(rows: Sequence[int], said: str, world: World) -> list[Plan]:
    """Return the plans that keep some of a line's figures: by a bound of their dimension in the question, by sign."""
    if not _LEAST <= len(rows) <= MOST_FIGURES:
        return []
    facts = [world.fact(one) for one in rows]
    unit = facts[0].unit
    found: list[Plan] = []
    for bound in (*bounds_in(said), *_by_sign(facts, said), *_in_full(unit, said)):
        own = unit_of(bound.number) if bound.number else unit
        if not own or UNITS.get(own, (own,))[0] == UNITS.get(unit, (unit,))[0]:
            found.append(Where(tuple(rows), bound.way, bound.number, bound.said))
    return found


def _by_sign(facts: Sequence[Fact], said: str) -> Iterator[Bound]:
    """Yield what keeps those that fell or rose, where some did and some didn't."""
    signs = {fact.value < 0 for fact in facts if fact.value is not None}
    for words, way, turned in ((_FALLEN, "less", "least"), (_RISEN, "more", "most")) if len(signs) > 1 else ():
        match = words.search(said)
        if match:
            yield Bound(turned if match["not"] else way, "0", match.group())


def _in_full(unit: str, said: str) -> Iterator[Bound]:
    """Yield what keeps the rates of those done in full, or not."""
    for match in _IN_FULL.finditer(said) if unit == "%" else ():
        yield Bound("less" if match["not"] else "least", "100%", match.group())


def unit_of(bound: str) -> str:
    """Return the unit of a bound as written, 万 and 亿 alone meaning money; empty for none."""
    name = unit_name(bound.lstrip("0123456789."))
    return f"{name}元" if name in ("万", "亿") else name


#: What is compared with what in a row: points with the points to get, what was done with what was to be.
_PAIRS = ((Kind.WEIGHT, Kind.SCORE), (Kind.TARGET, Kind.ACTUAL))


def short(lead: int, world: World) -> list[Plan]:
    """Return the plans over the rows of a figure's table that fall short: of their points, of their targets."""
    source = world.fact(lead).source
    if source.table is None:
        return []
    found: list[Plan] = []
    report = world.entry(lead).stored.report
    rows = [row for (where_, table, _), row in world.rows.items() if (where_, table) == (report, source.table)]
    for whole, part in _PAIRS:
        pairs = [pair for row in rows if (pair := _pair(row, whole, part, world)) is not None]
        if _LEAST <= len(pairs) <= MOST_FIGURES // 2:
            wholes, parts = zip(*pairs, strict=True)
            found += [Short(wholes, parts), Short(wholes, parts, 1)]
    return found


def _pair(row: Sequence[int], whole: Kind, part: Kind, world: World) -> tuple[int, int] | None:
    """Return the ids of a row's last figure of one kind and its first of another, of one dimension."""
    stored = [world.catalogue.entries[place].stored for place in row]
    given = [one for one in stored if one.fact.form is Form.FIGURE and not one.fact.total]
    for first in reversed([one for one in given if one.fact.kind is whole]):
        for second in (one for one in given if one.fact.kind is part):
            if _comparable(first.fact, second.fact):
                return first.id, second.id
    return None


def _comparable(a: Fact, b: Fact) -> bool:
    dims = {UNITS.get(fact.unit, (fact.unit,))[0] for fact in (a, b) if fact.unit}
    return len(dims) < 2
