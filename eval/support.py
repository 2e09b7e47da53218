"""Does every figure of an answer stand in a cited source, or in a shown formula over cited operands?

Written apart from the assistant's own gate: quotes count only when they stand in the file itself.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from docx import Document

from eval.bank.word import word_of_pdf
from eval.figures import Token, equal, folded, tokens
from eval.model import Gold

_LABEL = re.compile(r"^[（(]?(?:[一二三四五六七八九十]+|\d+(?:\.\d+)*)[)）、.．:：]")
_PIECES = re.compile(r"[\s。；;：:›]+")
#: Counts of the answer itself, not figures of the reports: 等3处, 2份报告, 第6行; and 不等于0 of a blank cell.
COUNTS = re.compile(r"等\d+处|\d+份报告|\d+个不同|第\d+[行列张]|附?表\d+(?![\d.,万亿元])|\[\d+\]|不(?:等于|是)0")
#: A hundred in a formula turns a share into a percentage.
_CONSTANTS = {Decimal(100)}
#: Between the paragraphs of a folded document, so that neighbouring cells' figures don't run together.
_BREAK = "¦"


def document_text(path: Path) -> str:
    """Return a Word file's paragraphs, those in cells too, folded and in file order, ``¦`` between them.

    A PDF's are those of its conversion by another library than the one that the program reads it with.
    """
    if path.suffix.lower() == ".pdf":
        with TemporaryDirectory() as folder:
            return document_text(word_of_pdf(path, Path(folder) / "converted.docx"))
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
    text = forward(answer["text"], gold) if silent else answer["text"]
    quoted = _numbers(citation["quote"] for citation in verified(answer["citations"], names, texts))
    held = quoted | _numbers([*gold.turns, *_surroundings(answer, names, texts)])
    computed, loose = _formulas(answer["trace"], held)
    held |= computed
    stated = [token for token in tokens(COUNTS.sub("", folded(text))) if abs(token.value) not in held]
    values = [value for value in answer["values"] if _amount(value) not in held]
    found = [*(token.text for token in stated), *(value["value"] + value["unit"] for value in values), *loose]
    return tuple(dict.fromkeys(found))


def _amount(value: dict[str, Any]) -> Decimal | None:
    try:
        return abs(Decimal(value["value"]))
    except InvalidOperation:
        return None


def forward(text: str, gold: Gold) -> str:
    """Return the part of a refusal that could put a figure forward: not the question repeated, nor years."""
    asked = folded("".join(gold.turns))
    own = re.sub(r"“([^”]*)”", lambda quote: "" if folded(quote[1]) in asked else quote[0], text)
    return re.sub(r"(?:(?<=[:：、，,])(?:19|20)\d\d(?=[、，,）年])|(?:19|20)\d\d年)", "", own)


def _numbers(texts: Iterable[str]) -> set[Decimal]:
    return {abs(token.value) for text in texts for token in tokens(text)}


def _surroundings(answer: dict[str, Any], names: Mapping[str, str], texts: Mapping[str, str]) -> list[str]:
    """Return what names a figure rather than being one: years, reports, the pieces of places that the file has."""
    years = [str(value["period"]) for value in answer["values"] if re.fullmatch(r"(?:19|20)\d\d", str(value["period"]))]
    pieces = []
    for citation in answer["citations"]:
        text = texts.get(names.get(citation["report"], citation["report"]), "").replace(_BREAK, "")
        steps = (folded(step) for step in re.split(r"[›…]", citation["place"]))
        pieces += [step for step in steps if step in text or _LABEL.sub("", step) in text]
    return [*years, *names.values(), *pieces]


def verified(
    citations: Iterable[dict[str, Any]], names: Mapping[str, str], texts: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the citations whose quotes stand in the cited file, so that an invented quote bears nothing out.

    A quoted table row joins its cells with punctuation of its own and writes units behind figures, so a
    quote is held against the file piece by piece: its words, and its numbers as whole numbers of the file.
    """
    found = []
    for citation in citations:
        text = texts.get(names.get(citation["report"], citation["report"]), "")
        pieces = [folded(piece) for piece in _PIECES.split(citation["quote"])]
        if all(_in_words(piece, text) for piece in pieces) and _numbers(pieces) <= _document_numbers(text):
            found.append(citation)
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
    """Return (results of formulas that hold over operands that are borne out, what is not borne out).

    A formula's result may be an operand of the next; one that does not come out, or computes nothing,
    bears nothing out.
    """
    results: set[Decimal] = set()
    loose: list[str] = []
    for line in trace:
        if not line.startswith("公式"):
            continue
        left, _, right = line.partition("：")[2].rpartition("=")
        terms = tokens(left)
        known = held | results | _CONSTANTS | {Decimal(len(terms) - 1)}  # a mean is divided by how many it is of
        lacking = [t.text for t in terms if abs(t.value) not in known]
        stated = tokens(right)[:1]
        if lacking:
            loose += lacking
        elif stated and comes_out(left, stated[0]):
            results.add(abs(stated[0].value))
    return results, loose


def comes_out(left: str, right: Token) -> bool:
    """Tell whether a formula's left side gives its right side, at the precision that is printed."""
    packed = folded(left)
    expression = re.sub(r"[^\d.+\-*/()]", "", packed.translate(_OPERATORS).replace(",", ""))
    expression = re.sub(r"\d+(?:\.\d+)?", r"'\g<0>'", expression)  # strings, so that no number becomes a float
    operands = tokens(packed)
    try:
        tree = ast.parse(expression, mode="eval").body
        if isinstance(tree, ast.Constant):  # a conversion: 3747.98万元 = 0.374798亿元
            return len(operands) == 1 and equal((operands[0].value, operands[0].unit), (right.value, right.unit))
        made = _evaluated(tree)
    except (SyntaxError, ValueError, ArithmeticError):
        return False
    exponent = right.value.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return abs(made - right.value) <= step / 2


_OPERATORS = str.maketrans({"−": "-", "－": "-", "﹣": "-", "×": "*", "÷": "/", "＋": "+"})
_APPLY: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _evaluated(node: ast.expr) -> Decimal:
    """Evaluate + − × ÷ over numbers in ``Decimal``.  Raises ``ValueError`` for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return Decimal(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluated(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _APPLY:
        return _APPLY[type(node.op)](_evaluated(node.left), _evaluated(node.right))
    raise ValueError(ast.dump(node))
