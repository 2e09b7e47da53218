"""Scoring one answer against its gold, by code alone: value, unit, status, words, place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from eval.figures import equal, folded, tokens
from eval.model import Gold, GoldValue, Outcome, Place, QuestionKind, Scored
from eval.support import COUNTS, unsupported

_REFUSING = re.compile(r"未披露|未收录|未填列|没有找到")
_SILENT = {"not_found", "clarify"}
_ROOM = (3, 100)


@dataclass(frozen=True, slots=True)
class Sources:
    """What the scorer knows of the documents, read apart from the assistant.

    ``names``: report id → file name without its ending.  ``texts``: the same → the file's whole text, folded.
    """

    names: Mapping[str, str]
    texts: Mapping[str, str]


def score(gold: Gold, answer: dict[str, Any], sources: Sources) -> Scored:
    """Score an answer (as the interface's JSON) against its gold."""
    loose = unsupported(gold, answer, sources.names, sources.texts)
    outcome, why, chosen = _judge(gold, answer)
    citations = (0, 0)
    if outcome is Outcome.RIGHT and loose:
        outcome, why = Outcome.WRONG, f"没有出处的数：{'、'.join(loose)}"
    elif outcome is Outcome.RIGHT and chosen:
        citations, placed = _placed(chosen, answer, sources.names)
        if not placed:
            outcome, why = Outcome.MISPLACED, "数对，但没有引到写着它的地方"
    return Scored(gold, outcome, why, answer, loose, citations)


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


def _in_words(gold: Gold, answer: dict[str, Any], *, bare: bool) -> _Verdict:
    """Judge an answer by its words; ``bare`` allows no figures beside them, as other gold sets name those."""
    if bare and answer["values"]:
        return Outcome.WRONG, "给出了不是答案的数", ()
    problem = _words(gold, answer)
    return (_partly(gold, answer["text"]) if problem else Outcome.RIGHT), problem, ()


def _refusal(gold: Gold, status: str, given: Sequence[Any], text: str) -> tuple[Outcome, str]:
    if status not in gold.status or given:
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
        return _partly(gold, answer["text"]), lacking, ()
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
    return equal((Decimal(value["value"]), value["unit"]), (gold.value, gold.unit), gold.digits)


def _partly(gold: Gold, text: str) -> Outcome:
    """Return ``MISSED`` for an answer that says which part it lacks, else ``WRONG``: half a list is no list."""
    return Outcome.MISSED if gold.kind is not QuestionKind.CONFLICT and _REFUSING.search(text) else Outcome.WRONG


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
    """Name a value that the text doesn't state as a whole number; a fall may be said in words."""
    said = tokens(text)
    for gold, value in pairs:
        own = (abs(Decimal(value["value"])), value["unit"])
        stated = any(
            equal((abs(token.value), token.unit or own[1]), own) or equal((abs(token.value), own[1]), own)
            for token in said
        )
        if not stated:
            return f"文字里没有写出 {format(gold.value, 'f')}"
    return ""


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
    lacking = [choices[0] for choices in gold.contains if not any(folded(one) in packed for one in choices)]
    return f"没有提到：{'、'.join(lacking)}" if lacking else ""


def _crowded(gold: Gold, wanted: Sequence[GoldValue], answer: dict[str, Any]) -> str:
    """Name figures that the text states beside the answer: a list of every number is no answer.

    Numbers of the question, of the places named, of shown formulas and of the words that gold asks for
    are no figures put forward.
    """
    free = {token.value for text in _beside(gold, answer) for token in tokens(text)}
    loose = []
    for token in tokens(COUNTS.sub("", folded(answer["text"]))):
        if not token.unit or token.value in free or -token.value in free:
            continue
        if not any(_says(token.value, token.unit, value) for value in wanted):
            loose.append(token.text)
    return f"文字里另有 {'、'.join(loose)}" if loose else ""


def _beside(gold: Gold, answer: dict[str, Any]) -> list[str]:
    places = [citation["place"] for citation in answer["citations"]]
    formulas = [line for line in answer["trace"] if line.startswith("公式")]
    labels = [str(value[key]) for value in answer["values"] for key in ("measure", "organisation", "period")]
    return [*gold.turns, *places, *formulas, *labels, *(one for choices in gold.contains for one in choices)]


def _says(value: Decimal, unit: str, gold: GoldValue) -> bool:
    return any(equal((sign * value, unit), (gold.value, gold.unit), gold.digits) for sign in (1, -1))


def _placed(pairs: Pairs, answer: dict[str, Any], names: Mapping[str, str]) -> tuple[tuple[int, int], bool]:
    """Return ((citations at a gold place, citations given), whether every figure has one there)."""
    by_number = {citation["n"]: citation for citation in answer["citations"]}
    right = every = 0
    placed = True
    for gold, value in pairs:
        own = [by_number[n] for n in value["citations"] if n in by_number]
        groups = gold.operands or ((gold.places,) if gold.places else ())
        if not groups:
            continue
        places = [place for group in (gold.places, *gold.operands) for place in group]
        right += sum(_at(citation, places, names) for citation in own)
        every += len(own)
        direct = any(_at(citation, gold.places, names) for citation in own)
        placed = placed and (direct or all(any(_at(citation, group, names) for citation in own) for group in groups))
    return (right, every), placed


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
