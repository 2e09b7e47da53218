"""Scoring one answer against its gold, by code alone: value, unit, status, words, place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from eval.figures import Token, equal, folded, tokens
from eval.model import Gold, GoldValue, Outcome, Place, QuestionKind, Scored
from eval.support import COUNTS, forward, unsupported, verified

_REFUSING = re.compile(r"未披露|未收录|未填列|没有找到")
_SILENT = {"not_found", "clarify"}
_ROOM = (3, 100)
_NEAR = 8  # characters before a figure that say which way it goes
_RISE = re.compile(r"增|多|升|涨|提高")
_FALL = re.compile(r"减|降|少|低|负|回落|[-−]")
_LONGEST_QUOTE = 800
_FORMULAS = 2  # a difference and its percentage: more numbers than theirs are a list


@dataclass(frozen=True, slots=True)
class Sources:
    """What the scorer knows of the documents, read apart from the assistant.

    ``names``: report id → file name without its ending.  By that name, ``texts`` has the file's whole text,
    folded, and ``grids`` its tables' cells.
    """

    names: Mapping[str, str]
    texts: Mapping[str, str]
    grids: Mapping[str, Sequence[Sequence[Sequence[str]]]] = field(default_factory=dict)


def score(gold: Gold, answer: dict[str, Any], sources: Sources) -> Scored:
    """Score an answer (as the interface's JSON) against its gold."""
    loose = unsupported(gold, answer, sources.names, sources.texts)
    outcome, why, chosen = _judge(gold, answer)
    citations = (0, 0)
    if outcome is Outcome.RIGHT and loose:
        outcome, why = Outcome.WRONG, f"没有出处的数：{'、'.join(loose)}"
    elif outcome is Outcome.RIGHT:
        borne = [c for c in verified(answer["citations"], sources.names, sources.texts) if _in_its_cell(c, sources)]
        citations, placed = _placed(gold, chosen, borne, sources.names)
        if not placed:
            outcome, why = Outcome.MISPLACED, "数对，但没有引到写着它的地方"
    return Scored(gold, outcome, why, answer, loose, citations)


def outcome_of(gold: Gold, answer: dict[str, Any]) -> Outcome:
    """Return how an answer stands beside its gold by status, values and words, whatever its sources are."""
    return _judge(gold, answer)[0]


Pairs = tuple[tuple[GoldValue, dict[str, Any]], ...]
_Verdict = tuple[Outcome, str, Pairs]


def _judge(gold: Gold, answer: dict[str, Any]) -> _Verdict:
    """Return the outcome before citations are looked at, why, and which value answers which gold one."""
    status, given = answer["status"], answer["values"]
    if not set(gold.status) - _SILENT:
        return (*_refusal(gold, status, given, answer["text"]), ())
    if status in _SILENT:
        if status in gold.status:
            return Outcome.RIGHT, "", ()
        if given or _figures_forward(gold, answer["text"]):
            return Outcome.WRONG, "说没有或反问，却摆出了数", ()
        return Outcome.MISSED, "没有作答" if status == "not_found" else "反问", ()
    if status not in gold.status:
        why = "报告里前后不一致，却只给了一边" if status == "answered" else "报告里一致，却说不一致"
        return Outcome.WRONG, why, ()
    candidates = (gold.values, *gold.alternatives)
    verdicts = [
        _figures(gold, values, answer) if values else _in_words(gold, answer, bare=any(candidates))
        for values in candidates
    ]
    return min(verdicts, key=lambda verdict: (verdict[0] is not Outcome.RIGHT, verdict[0] is not Outcome.MISSED))


def _figures_forward(gold: Gold, text: str) -> bool:
    """Tell whether a refusal states a figure with a unit that the question doesn't have."""
    asked = {token.value for turn in gold.turns for token in tokens(turn)}
    stated = tokens(COUNTS.sub("", folded(forward(text, gold))))
    return any(token.unit and token.value not in asked for token in stated)


def _in_words(gold: Gold, answer: dict[str, Any], *, bare: bool) -> _Verdict:
    """Judge an answer by its words; ``bare`` allows no figures beside them, as other gold sets name those."""
    if bare and answer["values"]:
        return Outcome.WRONG, "给出了不是答案的数", ()
    problem = _words(gold, answer)
    return (_partly(gold, (), answer) if problem else Outcome.RIGHT), problem, ()


def _refusal(gold: Gold, status: str, given: Sequence[Any], text: str) -> tuple[Outcome, str]:
    if status not in gold.status or given or _figures_forward(gold, text):
        return Outcome.WRONG, "报告里没有，却作了答"
    problem = _lacks(gold, text)
    return (Outcome.MISSED, f"拒答的种类不对：{problem}") if problem else (Outcome.RIGHT, "")


def _figures(gold: Gold, wanted: tuple[GoldValue, ...], answer: dict[str, Any]) -> _Verdict:
    pairs, extra = _match(wanted, answer["values"])
    extra = _not_allowed(extra, pairs)
    if extra:
        shown = "、".join(f"{value['value']}{value['unit']}" for value in extra)
        return Outcome.WRONG, f"给出了不是答案的数：{shown}", ()
    if len(pairs) < len(wanted):
        lacking = f"只给出 {len(pairs)} 个，应有 {len(wanted)} 个"
        return _partly(gold, wanted, answer), lacking, ()
    if gold.ordered and [id(fit) for fit, _ in pairs] != [id(value) for value in wanted]:
        return Outcome.WRONG, "次序不对", ()
    problem = _unsaid(pairs, answer["text"]) or _words(gold, answer) or _crowded(gold, wanted, answer)
    return (Outcome.WRONG if problem else Outcome.RIGHT), problem, pairs


def _match(wanted: Sequence[GoldValue], given: Sequence[dict[str, Any]]) -> tuple[Pairs, list[dict[str, Any]]]:
    """Pair each given value with one gold value at most; return (pairs, values that fit none)."""
    free = list(wanted)
    pairs: list[tuple[GoldValue, dict[str, Any]]] = []
    extra = []
    for value in given:
        fit = next((gold for gold in free if _fits(value, gold)), None)
        if fit is None:
            extra.append(value)
        else:
            free.remove(fit)
            pairs.append((fit, value))
    return tuple(pairs), extra


def _fits(value: dict[str, Any], gold: GoldValue) -> bool:
    try:
        given = Decimal(value["value"])
    except InvalidOperation:
        return False
    return equal((given, value["unit"]), (gold.value, gold.unit), gold.digits)


def _partly(gold: Gold, wanted: Sequence[GoldValue], answer: dict[str, Any]) -> Outcome:
    """Return ``MISSED`` for an answer that says which part it lacks and puts no other figure forward.

    Anything else is ``WRONG``: half a list is no list.
    """
    honest = gold.kind is not QuestionKind.CONFLICT and _REFUSING.search(answer["text"])
    return Outcome.MISSED if honest and not _crowded(gold, wanted, answer) else Outcome.WRONG


def _not_allowed(extra: list[dict[str, Any]], pairs: Pairs) -> list[dict[str, Any]]:
    """Return the extra values that may not stand beside the right ones.

    A right value may come again from another place.  Beside a computed one may stand its operands (what
    its citations cite) and one other figure computed from them: the percentage beside the difference.
    """
    sources = [set(value["citations"]) for _, value in pairs if value["basis"] == "computed"]
    kept, computed = [], 0
    for value in extra:
        beside = any(set(value["citations"]) <= cited for cited in sources)
        computed += beside and value["basis"] == "computed"
        again = any(_fits(value, gold) for gold, _ in pairs)
        if not again and (not beside or computed > 1):
            kept.append(value)
    return kept


def _unsaid(pairs: Pairs, text: str) -> str:
    """Name a value that the text doesn't state as a whole number with its unit, or states the other way round."""
    for gold, value in pairs:
        own = (abs(Decimal(value["value"])), value["unit"])
        stated = [token for token in tokens(text) if equal((abs(token.value), _unit_said(token, own[1])), own)]
        if not stated:
            return f"文字里没有写出 {format(gold.value, 'f')}"
        if gold.value < 0 and all(_rises(token, text) for token in stated):
            return f"把 {format(gold.value, 'f')} 说成了增加"
    return ""


def _unit_said(token: Token, own: str) -> str:
    """Return the unit that a text gives a number: none repeated is the value's own, 万 of money is 万元."""
    if token.unit in ("万", "亿") and own.endswith("元"):
        return token.unit + "元"
    return token.unit or own


def _rises(token: Token, text: str) -> bool:
    """Tell whether the words right before a number say that something grew."""
    if token.value < 0:
        return False
    packed = folded(text)
    before = re.split(r"[，,。；;（(：:、]", packed[: packed.find(token.text)])[-1][-_NEAR:]
    return bool(_RISE.search(before)) and not _FALL.search(before)


def _words(gold: Gold, answer: dict[str, Any]) -> str:
    problem = _lacks(gold, answer["text"])
    if problem:
        return problem
    text = folded(answer["text"])
    named = [word for word in gold.excludes if folded(word) in text]
    if named:
        return f"列进了不该列的：{'、'.join(named)}"
    if gold.length is not None and len(text) > gold.length * _ROOM[0] + _ROOM[1]:
        return f"答案 {len(text)} 字，远长于应有的 {gold.length} 字"
    return ""


def _lacks(gold: Gold, text: str) -> str:
    packed = folded(text)
    lacking = [choices[0] for choices in gold.contains if not any(_stands(folded(one), packed) for one in choices)]
    return f"没有提到：{'、'.join(lacking)}" if lacking else ""


def _stands(word: str, text: str) -> bool:
    """Tell whether a word stands in a text; a number at its ends must be whole there: 12人 is not in 112人."""
    before = r"(?<![\d.,])" if word[:1].isdigit() else ""
    after = r"(?![\d.,]?\d)" if word[-1:].isdigit() else ""
    return re.search(before + re.escape(word) + after, text) is not None


def _crowded(gold: Gold, wanted: Sequence[GoldValue], answer: dict[str, Any]) -> str:
    """Name figures that the text states beside the answer: a list of every number is no answer.

    Numbers of the question, of the places named, of shown formulas and of the words that gold asks for
    are no figures put forward.
    """
    free = {token.value for text in _beside(gold, wanted, answer) for token in tokens(text)}
    loose = []
    for token in tokens(COUNTS.sub("", folded(answer["text"]))):
        if not token.unit or token.value in free or -token.value in free:
            continue
        if not any(_says(token.value, _unit_said(token, value.unit or ""), value) for value in wanted):
            loose.append(token.text)
    return f"文字里另有 {'、'.join(loose)}" if loose else ""


def _beside(gold: Gold, wanted: Sequence[GoldValue], answer: dict[str, Any]) -> list[str]:
    places = [citation["place"] for citation in answer["citations"]]
    computed = any(value.operands for value in wanted) or any(v["basis"] == "computed" for v in answer["values"])
    formulas = [line for line in answer["trace"] if line.startswith("公式")] if computed else []
    periods = [str(value["period"]) for value in answer["values"]]
    return [*gold.turns, *places, *formulas[:_FORMULAS], *periods, *(one for c in gold.contains for one in c)]


def _says(value: Decimal, unit: str, gold: GoldValue) -> bool:
    return any(equal((sign * value, unit), (gold.value, gold.unit), gold.digits) for sign in (1, -1))


def _placed(
    gold: Gold, pairs: Pairs, borne: Sequence[dict[str, Any]], names: Mapping[str, str]
) -> tuple[tuple[int, int], bool]:
    """Return ((citations at a gold place, citations given), whether every figure has one there).

    ``borne`` holds the citations whose quotes stand where they say.  An answer in words is placed by
    any citation at one of the gold's own places, or of the whole row.
    """
    by_number = {citation["n"]: citation for citation in borne}
    right = every = 0
    placed = not gold.places or any(_at(citation, _rows(gold.places, citation), names) for citation in borne)
    for wanted, value in pairs:
        own = [by_number[n] for n in value["citations"] if n in by_number]
        groups = wanted.operands or ((wanted.places,) if wanted.places else ())
        if not groups:
            continue
        places = [place for group in (wanted.places, *wanted.operands) for place in group]
        right += sum(_at(citation, places, names) for citation in own)
        every += len(value["citations"])
        direct = any(_at(citation, wanted.places, names) for citation in own)
        placed = placed and (direct or all(any(_at(citation, group, names) for citation in own) for group in groups))
    return (right, every), placed


def _rows(places: Sequence[Place], citation: dict[str, Any]) -> list[Place]:
    """Return the places, those of a row that a citation quotes from its first cell on at that cell."""
    first = citation.get("column") == 0
    return [replace(place, column=0) if first and place.column is not None else place for place in places]


def _in_its_cell(citation: dict[str, Any], sources: Sources) -> bool:
    """Tell whether a quoted cell or sentence of a cell stands in the very cell that is cited."""
    tables = sources.grids.get(sources.names.get(citation["report"], citation["report"]))
    if tables is None or citation.get("table") is None:
        return len(citation["quote"]) <= _LONGEST_QUOTE
    try:
        row = tables[citation["table"]][citation["row"]]
        cell = row[citation["column"]]
    except (IndexError, TypeError):
        return False
    quote = folded(citation["quote"])
    whole_row = citation["column"] == 0 and all(part in quote for part in map(folded, row) if part)
    return quote in folded(cell) or whole_row


def _at(citation: dict[str, Any], places: Sequence[Place], names: Mapping[str, str]) -> bool:
    return any(stands_at(citation, place, names) for place in places)


def stands_at(citation: dict[str, Any], place: Place, names: Mapping[str, str]) -> bool:
    """Tell whether a citation is at a place: the same cell, or a sentence with all the place's words."""
    if place.report and names.get(citation["report"], citation["report"]) != place.report:
        return False
    if place.words:
        quote = folded(citation["quote"])
        return all(folded(word) in quote for word in place.words)
    return all(citation.get(key) == getattr(place, key) for key in ("table", "row", "column"))
