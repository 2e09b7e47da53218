"""Reading banks: a folder an author, with ``docs/`` and ``questions.jsonl``, and published PDFs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from eval.bank.model import Author, Question
from eval.goldset import GoldError

_PUBLIC = "public"


def load_bank(folder: Path, published: Path) -> list[Author]:
    """Load every author of a bank, the made-up departments first, the published reports in ``published`` last.

    Raises ``GoldError`` with a sentence.
    """
    folders = sorted(one for one in folder.iterdir() if (one / "questions.jsonl").is_file()) if folder.is_dir() else []
    if not folders:
        raise GoldError(f"“{folder}”里没有题库（每位作者一个文件夹，内有 questions.jsonl），请检查路径。")
    authors = [_author(one) for one in folders if one.name != _PUBLIC]
    if (folder / _PUBLIC).is_dir():
        authors.append(_published(folder / _PUBLIC, published))
    return authors


def _author(folder: Path) -> Author:
    documents = tuple(one for one in sorted((folder / "docs").glob("*")) if one.suffix.lower() in (".docx", ".pdf"))
    if not documents:
        raise GoldError(f"“{folder / 'docs'}”里没有报告（.docx、.pdf），请检查题库。")
    return Author(folder.name, documents, load_questions(folder / "questions.jsonl"))


def _published(folder: Path, published: Path) -> Author:
    pdfs = sorted(published.glob("*.pdf"))
    if not pdfs:
        raise GoldError(f"“{published}”里没有公开的 PDF 报告，请检查路径。")
    return Author(_PUBLIC, tuple(pdfs), load_questions(folder / "questions.jsonl"))


def load_questions(path: Path) -> tuple[Question, ...]:
    """Read a bank's questions.  Raises ``GoldError`` naming the line that doesn't keep to the form."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"题库“{path}”读不了，请确认它是 UTF-8 的 JSONL 文件。") from error
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(_question(json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                raise GoldError(f"{path} 第 {number} 行不合格式（{error}），字段见题库的说明。") from error
    return tuple(found)


def _question(entry: dict[str, Any]) -> Question:
    gold = entry["gold"]
    question = Question(
        str(entry["id"]), str(entry["type"]), _texts(entry["turns"]),
        None if gold is None else tuple(map(_texts, gold)), _texts(entry.get("bad") or ()),
        str(entry.get("doc") or ""),
    )  # fmt: skip
    if not question.turns:
        raise ValueError("turns")
    return question


def _texts(value: Iterable[Any]) -> tuple[str, ...]:
    found = tuple(value)
    if isinstance(value, str) or not all(isinstance(one, str) for one in found):
        raise ValueError(f"应为字符串的列表：{value}")
    return found
