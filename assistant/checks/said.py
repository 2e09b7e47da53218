"""Shares and changes said in running text, worked out from the amounts that the same sentences state.

支出预算8,530万元，其中基本支出4,645万元，占54.45%: the amount before a share is its part; its whole is the amount that
the sentence, or the paragraph before it, names so.  67.86万人次，2023年为58.40万人次，比上年增长16.20%: this year's and
last year's amounts.  A rate holds where any two amounts that may be meant give it; it fails only where both are named.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.checks.identities import comparable, key_of, quotient
from assistant.checks.relations import Item, Quotient, Severity
from assistant.checks.sheet import Sheet
from ingest.grams import bigrams
from ingest.labels import FALL, RISE, squeeze
from ingest.model import Kind

#: Between an amount and its share: 占支出总额的, 占当年收入的比重为.
_SHARE = re.compile(
    r"^[，,、（(：:]{0,2}(?:约|共)?占(?![该其])(?P<whole>[^，,、。；;占]{0,20}?)(?:的)?(?:比[重例]?|百分比)?(?:[为达是约]|达到)?$"
)
#: What a sentence tells the make-up of: 本年支出中，基本支出…占…; 本年收入的具体构成为：.
_MADE_UP = re.compile(r"(?P<whole>[^，,。；;：:]{2,16}?)(?:的?具体)?(?:构成[是为]?|中|包括|组成)[：:，,]?$")
#: A change begins with its word: 增加104.50万元, 下降2.42%.
_CHANGED, _CHANGING = re.compile(rf"{RISE}|{FALL}"), re.compile(rf"(?:{RISE}|{FALL})(?:了|数|额)?[为达约]?$")
#: Before last year's amount: 2023年为, 比上年的, 由上年.
_LAST = re.compile(r"(?:上年|去年|上一年|(?P<year>(?:19|20)\d\d)年)(?!结[转余]|末|底|初)[^，,。；;]{0,12}$")
#: Before an amount that another is held against: 较“十三五”末的, 比预算数, 由.
_AGAINST = re.compile(r"[较比由从]")
#: Between an amount and its change in percent, whose own words may say 增长: nothing of another measure or base.
_TIED = re.compile(rf"^[，,、（(]?(?:{RISE}|{FALL}|增幅|降幅)?(?:了|幅度)?[为达约]?$")
#: Grown at constant prices, or on another base.
_OTHER_BASE = re.compile(r"生产总值|增加值|可比|不变价|同口径|剔除")
_AMONG = re.compile(r"其中")
_ENDS, _STOPS = re.compile(r"[。；;！？\n]"), re.compile(r"[。！？\n]")
#: So many amounts before a rate may be meant, and so much text is looked at.
_MOST_BEFORE, _LONGEST = 8, 60
_LEAST_NAMED = 0.6
_FEWEST = 2
_OF_WHOLE = "占比＝该项÷{}"
_GROWTH, _BY = "增减率＝（本年数－上年数）÷上年数", "增减率＝增减额÷（本年数－增减额）"
_OF_LAST = "增减率＝增减额÷上年数"
#: The name of the part itself, behind what it is a part of.
_PART = re.compile(r"(?<=[，,：:])[^，,：:]{1,20}$")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph's text with its amounts and rates, in order."""

    text: str
    items: Sequence[Item]

    def between(self, number: int) -> str:
        """Return the text between the figure before one and the figure itself."""
        start = _end(self.items[number - 1]) if number else 0
        return squeeze(self.text[max(start, _start(self.items[number]) - _LONGEST) : _start(self.items[number])])

    def sentence(self, number: int) -> list[int]:
        """Return the figures of the same clause before one, which a semicolon ends."""
        return self.inside(number, _ENDS)

    def inside(self, number: int, ends: re.Pattern[str]) -> list[int]:
        """Return the figures before one that nothing parts from it."""
        near = range(max(0, number - _MOST_BEFORE), number)
        return [n for n in near if not self.parted(n, number, ends)]

    def parted(self, number: int, other: int, ends: re.Pattern[str]) -> bool:
        """Tell whether something ends between two figures."""
        return ends.search(self.text[_end(self.items[number]) : _start(self.items[other])]) is not None


def _start(item: Item) -> int:
    return item.fact.source.start or 0


def _end(item: Item) -> int:
    return item.fact.source.end or _start(item)


def said_rates(sheet: Sheet) -> Iterator[Quotient]:
    """Yield every share and change of a sentence whose two amounts are named, held or not."""
    before: _Paragraph | None = None
    for one in _paragraphs(sheet):
        places = [n for n, item in enumerate(one.items) if n and item.dimension == "ratio"]
        yield from _shares([n for n in places if one.items[n].fact.kind is not Kind.CHANGE], one, before, sheet)
        for number in places:
            made = _change(number, one) if one.items[number].fact.kind is Kind.CHANGE else None
            if made is not None:
                yield made
        before = one


def _paragraphs(sheet: Sheet) -> Iterator[_Paragraph]:
    held: dict[int, list[Item]] = defaultdict(list)
    for entry in sheet.entries:
        source = entry.stored.fact.source
        if source.table is None and source.start is not None and (item := sheet.item(entry)) is not None:
            held[source.block].append(item)
    for block, _ in sheet.blocks:
        if block.number in held:
            yield _Paragraph(block.text, sorted(held[block.number], key=_start))


def _shares(
    places: Sequence[int], one: _Paragraph, before: _Paragraph | None, sheet: Sheet
) -> Iterator[Quotient]:  # fmt: skip
    """Yield the shares of a paragraph: each against the whole that is named, else against what most of them are of."""
    said = {n: match["whole"] for n in places if (match := _SHARE.search(one.between(n))) and _has_part(n, one)}
    common = _common([(one.items[n], one.items[n - 1]) for n in said], sheet) if len(said) > _FEWEST else []
    for number, words in said.items():
        made = _share(number, words, one, before, sheet) or _of_common(number, one, common)
        if made is not None:
            yield made


def _has_part(number: int, one: _Paragraph) -> bool:
    """Tell whether an amount, and not what something changed by, stands before a share in its clause."""
    amount = one.items[number - 1].dimension != "ratio" and not _is_change(number - 1, one)
    return amount and number - 1 in one.sentence(number)


def _of_common(number: int, one: _Paragraph, common: Sequence[Item]) -> Quotient | None:
    result, part = one.items[number], one.items[number - 1]
    pairs = [(part, whole) for whole in common if _may_be_whole(whole, part)]
    return quotient(_OF_WHOLE.format("总额"), "ratio", result, pairs, Severity.ERROR, 0.9) if pairs else None


def _common(shares: Sequence[tuple[Item, Item]], sheet: Sheet) -> list[Item]:
    """Return the amounts of a report that most of a paragraph's shares are shares of: all but one, and at least two."""
    kept: list[Item] = []
    most = max(len(shares) - 1, _FEWEST)
    for whole in sheet.amounts:
        held = sum(_may_be_whole(whole, part) and _is_share(result, part, whole) for result, part in shares)
        kept += [whole] if held >= most else []
    return kept


def _is_share(result: Item, part: Item, whole: Item) -> bool:
    return abs(result.value - part.value / whole.value) <= result.step


def _share(
    number: int, words: str, one: _Paragraph, before: _Paragraph | None, sheet: Sheet
) -> Quotient | None:  # fmt: skip
    """Return a share against its part, the amount just before it, and what may be the whole of that."""
    result, part = one.items[number], one.items[number - 1]
    named = words or _made_up(number, one)
    earlier = [*one.items[: number - 1], *(before.items if before is not None else ())]
    known = [*_wholes(named, part, one, before), *_stated(named, result, sheet)] if named else []
    known += [] if words else _opening(number, one)
    wholes = [item for item in known if _may_be_whole(item, part)]
    rest = [item for item in earlier if _may_be_whole(item, part)]
    pairs = [(part, whole) for whole in dict.fromkeys((*wholes, *rest)) if comparable(part, whole)]
    if not wholes or not pairs:
        return None
    return quotient(_OF_WHOLE.format(named or "总额"), "ratio", result, pairs, Severity.ERROR, 0.9)


def _wholes(named: str, part: Item, one: _Paragraph, before: _Paragraph | None) -> Iterator[Item]:
    """Yield the amounts before a share that are named as its whole, the nearest first."""
    for place in (one, before) if before is not None else (one,):
        for n in reversed(range(len(place.items))):
            earlier = place is not one or _start(place.items[n]) < _start(part)
            if earlier and _named(n, named, place, part):
                yield place.items[n]


def _stated(named: str, result: Item, sheet: Sheet) -> list[Item]:
    """Return what the report states as the whole, wherever it does."""
    key = key_of(named, sheet.lexicon)
    return (
        [item for kind in ("actual", Kind.BUDGET.value) for item in sheet.stated(key, result.fact, kind)] if key else []
    )


def _made_up(number: int, one: _Paragraph) -> str:
    """Return what the parts of a sentence are of, by the words that open it."""
    inside = one.inside(number, _STOPS)
    match = _MADE_UP.search(_PART.sub("", one.between(inside[0]))) if inside else None
    return match["whole"] if match else ""


def _may_be_whole(item: Item, part: Item) -> bool:
    return item is not part and item.dimension == part.dimension and item.value >= part.value > 0


def _named(number: int, words: str, one: _Paragraph, part: Item) -> bool:
    """Tell whether the words before an amount name it as a whole is named: 支出预算 of 2025年支出预算8,530万元."""
    wanted = set(bigrams(squeeze(words)))
    if not wanted or not _may_be_whole(one.items[number], part):
        return False
    return len(wanted & set(bigrams(one.between(number)))) >= _LEAST_NAMED * len(wanted)


def _opening(number: int, one: _Paragraph) -> list[Item]:
    """Return the amount that a sentence opens with before it tells what it is made of: 支出8,530万元，其中…，占…."""
    for n in reversed(one.inside(number, _STOPS)):
        if n + 1 < number and _AMONG.search(one.between(n + 1)):
            return [one.items[n]]
    return []


def _change(number: int, one: _Paragraph) -> Quotient | None:
    """Return a change in percent against the amounts that its sentence states: it holds where one reading does.

    It is said of this year's and last year's amount, or of the amount that it changed by and either of them.
    """
    inside = [n for n in one.inside(number, _STOPS) if one.items[n].dimension not in ("ratio", "points")]
    if not inside or inside[-1] != number - 1 or not _TIED.match(one.between(number)) or _on_other_base(inside, one):
        return None
    by = number - 1 if _is_change(number - 1, one) else None
    levels = [n for n in inside if not _is_change(n, one)]
    last = next((n for n in levels if n == (number - 1 if by is None else number - 2) and _is_last(n, one)), None)
    readings = [*_of_years(number, levels, last, one), *_by_amount(number, levels, last, by, one)]
    known = [made for made in readings if made.growth or made.by or last is not None]
    return next((made for made in readings if made.holds), known[0] if known else None)


def _on_other_base(inside: Sequence[int], one: _Paragraph) -> bool:
    """Tell whether a sentence speaks of growth that its amounts don't give."""
    start = max(0, _start(one.items[inside[0]]) - _LONGEST)
    return _OTHER_BASE.search(one.text[start : _end(one.items[inside[-1]])]) is not None


def _is_change(number: int, one: _Paragraph) -> bool:
    """Tell whether an amount is what something changed by: 增加104.50万元, 比上年减少了104.50万元."""
    item = one.items[number]
    return bool(_CHANGED.match(squeeze(item.fact.raw)) or _CHANGING.search(one.between(number)))


def _of_years(number: int, levels: Sequence[int], last: int | None, one: _Paragraph) -> Iterator[Quotient]:
    """Yield a change against this year's amount, the nearest before last year's, and that one."""
    if last is None:
        return
    now = [m for m in _led(levels, one) if m < last and _alike(one.items[m], one.items[last])]
    pairs = [(one.items[m], one.items[last]) for m in now]
    if pairs and not one.parted(now[0], number, _ENDS):
        yield quotient(_GROWTH, "change", one.items[number], pairs, Severity.ERROR, 0.9, growth=True)


def _by_amount(
    number: int, levels: Sequence[int], last: int | None, by: int | None, one: _Paragraph
) -> Iterator[Quotient]:
    """Yield a change against the amount before it that something changed by, and the amounts that this led to."""
    if by is None or one.parted(by, number, _ENDS):
        return
    result, top = one.items[number], _signed(one.items[by], one.items[number])
    alike = [m for m in levels if _alike(one.items[m], top)]
    now = [(top, one.items[m]) for m in _led(alike, one) if m != last]
    if now:
        yield quotient(_BY, "change", result, now, Severity.ERROR, 0.9, by=True)
    if alike:
        yield quotient(_OF_LAST, "change", result, [(top, one.items[m]) for m in alike], Severity.ERROR, 0.9)


def _led(levels: Sequence[int], one: _Paragraph) -> list[int]:
    """Return the amounts that may be this year's, the likeliest first: what was done before what was planned.

    None is what another amount is held against: 较“十三五”末的9323.1亿元.
    """
    own = [n for n in levels if not _AGAINST.search(one.between(n))]
    return sorted(own, key=lambda n: (one.items[n].fact.kind is Kind.BUDGET, -n))


def _signed(by: Item, result: Item) -> Item:
    """Return what something changed by with the sign of its change in percent, where its own words don't say it."""
    worded = _CHANGED.match(squeeze(by.fact.raw)) is not None
    return by if worded or by.value * result.value > 0 else replace(by, value=-by.value)


def _alike(a: Item, b: Item) -> bool:
    return a.dimension == b.dimension and bool(a.value) and bool(b.value)


def _is_last(number: int, one: _Paragraph) -> bool:
    """Tell whether an amount is said to be of the year before the one in front of it."""
    words = one.between(number)
    match = _LAST.search(words)
    if match is None or not number or _AMONG.search(words):
        return False
    period = one.items[number - 1].fact.period
    return match["year"] is None or (period.isdecimal() and int(match["year"]) == int(period) - 1)
