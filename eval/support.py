"""Does every figure of an answer stand in a cited source, or in a shown formula over cited operands?

Written apart from the assistant's own gate: quotes count only when they stand in the file itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from docx import Document

from eval.figures import folded, tokens
from eval.model import Gold

_LABEL = re.compile(r"^[（(]?(?:[一二三四五六七八九十]+|\d+(?:\.\d+)*)[)）、.．:：]")
_PIECES = re.compile(r"[\s。；;：:›]+")
#: Counts of the answer itself, not figures of the reports: 等3处, 2份报告, 第6行; and 不等于0 of a blank cell.
COUNTS = re.compile(r"等\d+处|\d+份报告|\d+个不同|第\d+[行列张]|表\d+|\[\d+\]|\d+个(?:部门|单位)|不(?:等于|是)0")
#: A hundred in a formula turns a share into a percentage.
_CONSTANTS = {Decimal(100)}


#: Between the paragraphs of a folded document, so that neighbouring cells' figures don't run together.
_BREAK = "¦"


def document_text(path: Path) -> str:
    """Return a Word file's paragraphs, those in cells too, folded and in file order, ``¦`` between them."""
    body = Document(str(path)).element.body
    paragraphs = (node for node in body.iter() if node.tag.endswith("}p"))
    return _BREAK.join(folded("".join(t.text or "" for t in p.iter() if t.tag.endswith("}t"))) for p in paragraphs)


@lru_cache(maxsize=512)
def _document_numbers(text: str) -> frozenset[Decimal]:
    return frozenset(abs(token.value) for token in tokens(text))


def unsupported(
    gold: Gold, answer: dict[str, Any], names: Mapping[str, str], texts: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the figures of the answer that no source bears out, as printed; empty is right."""
    silent = answer["status"] in ("not_found", "clarify") and not answer["values"]
    text = _forward(answer["text"]) if silent else answer["text"]
    quoted = _numbers(_verified(answer["citations"], names, texts))
    held = quoted | _numbers([*gold.turns, *_surroundings(answer, names)])
    computed, loose = _formulas(answer["trace"], held)
    held |= computed
    stated = [token for token in tokens(COUNTS.sub("", folded(text))) if abs(token.value) not in held]
    values = [value for value in answer["values"] if abs(Decimal(value["value"])) not in held]
    found = [*(token.text for token in stated), *(value["value"] + value["unit"] for value in values), *loose]
    return tuple(dict.fromkeys(found))


def _forward(text: str) -> str:
    """Return the part of a refusal that could put a figure forward: not the names it quotes, nor years."""
    return re.sub(r"“[^”]*”|（[^）]*）|(?:19|20)\d\d年", "", text)


def _numbers(texts: Iterable[str]) -> set[Decimal]:
    return {abs(token.value) for text in texts for token in tokens(text)}


def _surroundings(answer: dict[str, Any], names: Mapping[str, str]) -> list[str]:
    """Return what names a figure rather than being one: places, labels, years, reports."""
    places = [citation["place"] for citation in answer["citations"]]
    labels = [str(value[key]) for value in answer["values"] for key in ("measure", "organisation", "period")]
    return [*places, *labels, *names.values()]


def _verified(citations: Iterable[dict[str, Any]], names: Mapping[str, str], texts: Mapping[str, str]) -> list[str]:
    """Return the quotes that stand in the cited file, so that an invented quote bears nothing out.

    A quoted table row joins its cells with punctuation of its own and writes units behind figures, so a
    quote is held against the file piece by piece: its words, and its numbers as whole numbers of the file.
    """
    found = []
    for citation in citations:
        text = texts.get(names.get(citation["report"], citation["report"]), "")
        pieces = [folded(piece) for piece in _PIECES.split(citation["quote"])]
        if all(_in_words(piece, text) for piece in pieces) and _numbers(pieces) <= _document_numbers(text):
            found.append(citation["quote"])
    return found


def _in_words(piece: str, text: str) -> bool:
    """Tell whether a piece of a quote stands in the text, be it over the paragraphs of a cell."""
    if piece in text or _LABEL.sub("", piece) in text:
        return True
    flowing = text.replace(_BREAK, "")
    words = [piece]
    for token in tokens(piece):
        words = [part for word in words for part in word.split(token.text)]
    return piece in flowing or all(word in flowing for word in words)


def _formulas(trace: Iterable[str], held: set[Decimal]) -> tuple[set[Decimal], list[str]]:
    """Return (results of formulas whose operands are borne out, operands that are not).

    A formula's result may be an operand of the next.
    """
    results: set[Decimal] = set()
    loose: list[str] = []
    for line in trace:
        if not line.startswith("公式"):
            continue
        left, _, right = line.partition("：")[2].rpartition("=")
        lacking = [t.text for t in tokens(left) if abs(t.value) not in held | results | _CONSTANTS]
        if lacking:
            loose += lacking
        else:
            results |= _numbers([right])
    return results, loose
