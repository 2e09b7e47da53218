"""Findings: what a reviewer should look at, grouped by cause, with one sentence to paste."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from assistant.checks.causes import Cause, touched, turned
from assistant.checks.defect import Defect
from assistant.checks.relations import Item, Quotient, Relation, Same, Severity, Sum
from assistant.citations import Citer, Grid
from assistant.compose import kind_word, measure_name, shown
from assistant.model import FORMULA, Citation
from ingest.labels import FALL, RISE, is_total, legible, squeeze
from ingest.model import Fact, Form, Kind, Report, StoredFact
from ingest.numbers import in_base, plain
from ingest.store import Store

_MOST_STATED = 40
_MOST_SHOWN = 6
_MOST_PLACES = 3
_ORDER = {Severity.ERROR: 0, Severity.SUSPECT: 1, Severity.NOTE: 2}
_FEWEST = 2
_AGAINST = re.compile(r"(?:\d{4}年)?[较比与同]?(?:上年|去年)?(?:相比|同期)?")
_FALLS = re.compile(FALL)
_WORDED = re.compile(f"{RISE}|{FALL}")
_WORD_AFTER = re.compile(f"(?:{RISE}|{FALL})$")
#: The family that a finding is named by, the most telling first.
_KINDS = ("carry", "scores", "change", "units", "across", "parts", "roll", "ratio", "target", "same")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reviewer should look at: what is stated and where, what it should be, and one sentence to paste.

    ``id`` stays the same as long as the same figures stand in the same places; ``sure`` lies between 0 and 1.
    The first ``disputed`` of what is stated contradict something, the rest is what they are worked out from;
    ``formulas`` has every relation that fails for this cause, with its figures.  ``verdict`` and ``note`` are
    what a reviewer said of it.
    """

    id: str
    kind: str
    severity: Severity
    sure: float
    message: str
    stated: tuple[tuple[str, Citation], ...]
    report: str
    recomputed: str | None = None
    formulas: tuple[str, ...] = ()
    disputed: int = 1
    verdict: str = ""
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the finding as the interface has it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "severity": self.severity.value,
            "sure": self.sure,
            "message": self.message,
            "stated": [{"value": text, "citation": citation.to_json()} for text, citation in self.stated],
            "recomputed": self.recomputed,
            "formulas": list(self.formulas),
            "report": self.report,
            "verdict": self.verdict,
            "note": self.note,
        }


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """Return findings with the gravest first, each gravity in order of place."""

    def place(one: Finding) -> tuple[int, int]:
        first = one.stated[0][1] if one.stated else None
        return (first.block or 0, first.row or 0) if first else (0, 0)

    return sorted(found, key=lambda one: (_ORDER[one.severity], -one.sure, place(one)))


class Writer:
    """Writes findings of one report (and of last year's report of the same department) with their citations."""

    def __init__(self, store: Store, reports: dict[str, Report], report: Report) -> None:
        self._store, self._reports, self._report = store, reports, report
        self._grids: dict[tuple[str, int], Grid] = {}

    def of_cause(self, cause: Cause, odds: float, severity: Severity, defects: Sequence[Defect] = ()) -> Finding:
        """Write the finding of failed relations of one cause; ``defects`` are what else the cause explains."""
        disputed, operands = touched(cause)
        kind = "direction" if _years(cause) and turned(cause.suspect, cause.value) else _kind(cause.relations)
        sure = min(0.99, odds)
        recomputed = _printed(cause.suspect, cause.value) if cause.suspect and cause.value is not None else None
        message = self._message(cause, kind, recomputed) + "".join(defect.message for defect in defects)
        stated = [item.entry.stored for item in (*disputed, *operands)]
        stated += [stored for defect in defects for stored in defect.stated]
        return self._finding(
            Finding(
                "", kind, severity, round(sure, 2), message, (), self._report.id, recomputed,
                _formulas(cause.relations), len(disputed),
            ),
            stated,
        )  # fmt: skip

    def of_defect(self, defect: Defect) -> Finding:
        """Write the finding of a contradiction inside one row or sentence."""
        finding = Finding(
            "", defect.kind, defect.severity, defect.sure, defect.message, (), self._report.id,
            defect.recomputed or None, (), len(defect.stated),
        )  # fmt: skip
        return self._finding(finding, list(defect.stated))

    def _finding(self, finding: Finding, stored: list[StoredFact]) -> Finding:
        """Return a finding with what is stated and where, and its id."""
        citer = Citer(self._store, self._reports, grids=self._grids)
        stated = []
        for one in list(dict.fromkeys(stored))[:_MOST_STATED]:
            number = citer.fact(one)
            stated.append((_said(one.fact), citer.citations[number - 1]))
        return replace(finding, id=_identity(self._report, finding.kind, stated), stated=tuple(stated))

    def _message(self, cause: Cause, kind: str, recomputed: str | None) -> str:
        suspect = cause.suspect
        if kind == "direction" and suspect is not None:
            return _direction(cause, suspect)
        reasons = "；".join(_reasons(cause))
        if suspect is None:
            result = cause.relations[0].result
            return f"{_name(result)}“{_said(result.fact)}”（{_place(result.fact)}）：{reasons}，请核实。"
        where = _place(suspect.fact)
        return (
            f"{_subject(cause, suspect)}写作“{_said(suspect.fact)}”（{where}），应为{recomputed}：{reasons}，请核实。"
        )


def _kind(relations: Sequence[Relation]) -> str:
    kinds = {one.kind for one in relations}
    return next((kind for kind in _KINDS if kind in kinds), relations[0].kind)


def _identity(report: Report, kind: str, stated: Sequence[tuple[str, Citation]]) -> str:
    """Return an id that changes when a figure does, and stays when the report is read again or moved about."""
    places = [stated[0][1].place] if stated else []
    said = (report.organisation, report.year, report.title, kind, *places, *(text for text, _ in stated))
    return blake2b("\n".join(said).encode(), digest_size=8).hexdigest()


def _subject(cause: Cause, suspect: Item) -> str:
    """Return what a suspect is a figure of; a change that is only called 较上年 takes the name of what changed."""
    own = _name(suspect)
    now = next((_now(one) for one in cause.relations if one.kind == "change" and one.result is suspect), None)
    return f"{_name(now)}较上年" if now is not None and _AGAINST.fullmatch(own) else own


def _now(change: Relation) -> Item:
    """Return this year's amount that a change led to."""
    return change.items[2 if isinstance(change, Quotient) and change.by else 1]


def _years(cause: Cause) -> tuple[Item, ...]:
    """Return both years' figures that a change said in words is worked out from; none where nothing states them."""
    if cause.suspect is None or not _WORDED.match(squeeze(cause.suspect.fact.raw)):
        return ()
    found = (
        one.items[1:] for one in cause.relations
        if one.kind == "change" and one.result is cause.suspect and (isinstance(one, Sum) or _of_years(one))
    )  # fmt: skip
    return next((items for items in found if len(items) == _FEWEST), ())


def _of_years(change: Relation) -> bool:
    return isinstance(change, Quotient) and change.growth


def _direction(cause: Cause, suspect: Item) -> str:
    said, real = ("减少", "增加") if suspect.value < 0 else ("增加", "减少")
    now, before = _years(cause)
    return (
        f"文字说{_name(suspect)}“{_said(suspect.fact)}”（{_place(suspect.fact)}），两年的数却是{real}："
        f"{now.fact.period}年{_said(now.fact)}、{before.fact.period}年{_said(before.fact)}，“{said}”应为“{real}”，请核实。"
    )


def _name(item: Item) -> str:
    """Return a figure's measure with its year, and its organisation where that is only a part of the department."""
    fact = item.fact
    name = measure_name(fact)
    if fact.total and is_total(name) and item.entry.leaves:
        name = item.entry.name if not is_total(item.entry.name) else name
    if fact.kind is Kind.CHANGE and _WORDED.match(squeeze(fact.raw)):
        name = _WORD_AFTER.sub("", name)
    period = f"{fact.period}年" if fact.period and fact.period not in name else ""
    return f"{period}{name}{kind_word(fact, name)}"


def _said(fact: Fact) -> str:
    if fact.value is None and fact.form is not Form.TEXT:
        return squeeze(fact.raw) or "未填列"
    return shown(fact)


def _place(fact: Fact) -> str:
    source = fact.source
    if source.table is None:
        return source.heading_path[-1] if source.heading_path else "正文"
    where = f"第{source.table + 1}张表"
    return f"{where}“{legible(fact.caption)[:24]}”" if fact.caption else where


def _reasons(cause: Cause) -> list[str]:
    """Say why relations fail, in words that can be pasted: equal places together, each formula once."""
    about = cause.suspect or cause.relations[0].result
    places: dict[tuple[Decimal, str], list[str]] = {}
    said: dict[str, str] = {}
    for one in cause.relations:
        if not isinstance(one, Same):
            said.setdefault(f"{one.name}{one.result.fact.source}", f"按“{one.name}”，{formula(one)}")
        elif about in one.items:
            other = one.other if one.result is about else one.result
            last = f"上年报告{_name(other)}" if one.kind == "carry" else _place(other.fact)
            text = next((text for value, text in places if value == other.value), _said(other.fact))
            places.setdefault((other.value, text), []).append(last)
        else:
            told = "与".join(f"{_name(item)}“{_said(item.fact)}”（{_place(item.fact)}）" for item in one.items)
            said[told] = f"{told}不一致"
    repairs = list(cause.repairs.items())[1:]
    also = [f"{_name(item)}“{_said(item.fact)}”也应改为{_printed(item, value)}" for item, value in repairs]
    return [*(_alike(where, text) for (_, text), where in places.items()), *said.values(), *also]


def _alike(places: Sequence[str], value: str) -> str:
    """Say which places state a value: 第7张表、正文等5处写作6568.25万元."""
    distinct = list(dict.fromkeys(places))
    named = "、".join(distinct[:_MOST_PLACES])
    return f"{named}{f'等{len(places)}处' if len(distinct) > _MOST_PLACES else ''}写作{value}"


def _formulas(relations: Sequence[Relation]) -> tuple[str, ...]:
    """Return the sums and quotients of a cause, each once."""
    return tuple(dict.fromkeys(f"{one.name}：{formula(one)}" for one in relations if not isinstance(one, Same)))


def formula(relation: Relation) -> str:
    """Return a relation with its figures: 2490.09＋4078.15＝6568.24，写作6568.82."""
    if isinstance(relation, Sum):
        return _sum_formula(relation)
    if isinstance(relation, Quotient):
        return _quotient_formula(relation)
    pair = relation.items
    return f"{_name(pair[0])}：{_said(pair[0].fact)}与{_said(pair[1].fact)}"


def _sum_formula(relation: Sum) -> str:
    unit = relation.result.fact.unit
    terms = relation.terms
    parts = [("－" if s < 0 else "＋") + _signed(item, unit) for s, item in terms if item.value or len(terms) <= 2]
    if len(parts) > _MOST_SHOWN:
        parts = [*parts[: _MOST_SHOWN - 1], "＋…"]
    total = _in_unit(relation.total, unit)
    stated = _in_unit(relation.result.value, unit)
    worked = f"{''.join(parts).removeprefix('＋')}＝{total}{unit}"
    if relation.holds:
        return f"{worked}，与{stated}{unit}相符"
    return f"{worked}，与{stated}{unit}相差{_in_unit(abs(relation.result.value - relation.total), unit)}{unit}"


def spelt_out(relation: Relation) -> list[str]:
    """Return a sum, then what it is off by, or a quotient as lines of a trace: 公式：87 + 3 = 90万元.

    Nothing is written for places that state the same.
    """
    if isinstance(relation, Sum):
        return _sum_spelt_out(relation)
    return [_quotient_spelt_out(relation)] if isinstance(relation, Quotient) else []


def _sum_spelt_out(relation: Sum) -> list[str]:
    unit = relation.result.fact.unit
    terms = [(" − " if sign < 0 else " + ") + _in_unit(item.value, unit) for sign, item in relation.terms]
    lines = [f"{FORMULA}{''.join(terms).removeprefix(' + ')} = {_in_unit(relation.total, unit)}{unit}"]
    if not relation.holds:
        left = relation.result.value - relation.total
        high, low = sorted((relation.result.value, relation.total), reverse=True)
        lines.append(f"{FORMULA}{_in_unit(high, unit)} − {_in_unit(low, unit)} = {_in_unit(abs(left), unit)}{unit}")
    return lines


def _quotient_spelt_out(relation: Quotient) -> str:
    """Write a quotient as a line of a trace: 公式：(1100 − 1000) ÷ 1000 × 100 = 10.00%, all with their signs."""
    top, bottom = relation.pair
    unit = top.fact.unit
    under = _bracketed(bottom.value, unit if top.dimension == bottom.dimension else bottom.fact.unit)
    over, left = _bracketed(top.value, unit), ""
    if relation.growth:
        left = f"({over} − {under}) ÷ {_in_unit(abs(bottom.value), unit)}"
    elif relation.by:
        left = f"{over} ÷ ({under} − {over})"
    result = relation.result
    times = _IN_HUNDREDS.get(result.fact.unit, "") if result.dimension == "ratio" else ""
    expected = _signless(_printed(result, relation.quotient(top.value, bottom.value) or Decimal(0)))
    return f"{FORMULA}{left or f'{over} ÷ {under}'}{times} = {expected}"


#: What a share or a change is multiplied with for its unit.
_IN_HUNDREDS = {"%": " × 100", "‰": " × 1000"}
_WORD_OF_CHANGE = re.compile(f"^(?:{RISE}|{FALL})幅?")


def _bracketed(value: Decimal, unit: str) -> str:
    text = _in_unit(value, unit)
    return f"({text})" if text.startswith("-") else text


def _signless(text: str) -> str:
    """Return a printed change without the word that says whether it rose, with the sign that the word stands for."""
    word = _WORD_OF_CHANGE.match(text)
    if word is None:
        return text
    return f"{'-' if _FALLS.match(text) else ''}{text[word.end() :]}"


def _signed(item: Item, unit: str) -> str:
    text = _in_unit(item.value, unit)
    return f"（{text}）" if text.startswith("-") else text


def _quotient_formula(relation: Quotient) -> str:
    top, bottom = relation.pair
    expected = relation.quotient(top.value, bottom.value) or Decimal(0)
    over, under = _said(top.fact), _said(bottom.fact)
    result = _printed(relation.result, expected)
    if relation.growth:
        return f"（{over}－{under}）÷{under}＝{result}"
    if relation.by:
        return f"{over}÷（{under}－{over}）＝{result}" if top.value > 0 else f"{over}÷（{under}＋{over}）＝{result}"
    return f"{over}÷{under}＝{result}"


def _in_unit(value: Decimal, unit: str) -> str:
    return plain((value / in_base(Decimal(1), unit)[1]).normalize() if value else Decimal(0))


def _printed(item: Item | None, value: Decimal | None) -> str:
    """Write a value in an item's unit and with as many places as it is printed with, two for a quotient."""
    if item is None or value is None:
        return ""
    step = item.step / item.factor
    if item.dimension == "ratio":
        step = min(step, Decimal("0.01"))
    in_unit = value / item.factor
    exact = in_unit.quantize(step) if step <= 1 else in_unit
    if item.dimension != "ratio" and exact != in_unit:
        exact = in_unit.normalize()
    worded = _WORDED.match(squeeze(item.fact.raw))
    if item.fact.kind is Kind.CHANGE and worded:
        word = (
            worded.group() if bool(_FALLS.match(worded.group())) == (exact < 0) else ("减少" if exact < 0 else "增加")
        )
        return f"{word}{plain(abs(exact))}{item.fact.unit}"
    return f"{plain(exact)}{item.fact.unit}"
