"""The floor that the assistant's figures stand beside: two plain ways to answer the same questions.

Both are told more than the assistant (the unit asked for; the table that holds the answer), and neither
is ever silent.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from docx import Document
from docx.table import Table

from eval.figures import Token, folded, in_base, tokens
from eval.model import Gold, Place

_DIMENSIONS = 1024
_CHUNK, _OVERLAP = 256, 32


class System(Protocol):
    """Anything that answers gold questions over documents."""

    name: str

    def answer(self, gold: Gold) -> dict[str, Any] | None:
        """Return an answer as the interface's JSON, ``None`` for a question it can't be asked."""


def _grams(text: str) -> set[str]:
    packed = folded(text)
    return {packed[i : i + 2] for i in range(len(packed) - 1)} or {packed}


def _answer(text: str, token: Token | None, citation: dict[str, Any]) -> dict[str, Any]:
    values = []
    if token is not None:
        labels = {"measure": "", "organisation": "", "period": "", "basis": "cell", "citations": [1]}
        values = [{"value": format(token.value, "f"), "unit": token.unit, "raw": token.text, **labels}]
    place = {"place": "", "table": None, "row": None, "column": None}
    return {
        "status": "answered",
        "text": text,
        "values": values,
        "citations": [{"n": 1, **place, **citation}],
        "trace": [],
        "ms": 0.0,
    }


class FlatText:
    """A plain llama-index pipeline: flattened text, chunks, vectors, top passage, first figure of the asked unit."""

    name = "flat"

    def __init__(self, documents: Sequence[Path]) -> None:
        """Index the documents; hashed character bigrams stand in for a model, as none can be downloaded."""
        from llama_index.core import Document as Text
        from llama_index.core import VectorStoreIndex
        from llama_index.core.embeddings import MockEmbedding
        from llama_index.core.node_parser import SentenceSplitter

        splitter = SentenceSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP, tokenizer=list)
        texts = [Text(text=flattened(path), metadata={"report": path.stem}) for path in documents]
        nodes = splitter.get_nodes_from_documents(texts)
        for node in nodes:
            node.embedding = hashed_bigrams(node.get_content())
        self._index = VectorStoreIndex(nodes, embed_model=MockEmbedding(embed_dim=_DIMENSIONS))

    def answer(self, gold: Gold) -> dict[str, Any]:
        """Answer with the first figure of the asked unit in the best passage, or the passage itself."""
        from llama_index.core.vector_stores import MetadataFilter, MetadataFilters, VectorStoreQuery

        question = "".join(gold.turns)
        chosen: list[Any] = [MetadataFilter(key="report", value=report) for report in gold.reports]
        found = self._index.vector_store.query(
            VectorStoreQuery(
                query_embedding=hashed_bigrams(question),
                similarity_top_k=1,
                filters=MetadataFilters(filters=chosen, condition="or") if chosen else None,
            )
        )
        node = self._index.docstore.get_node(found.ids[0])
        passage = node.get_content()
        token = _first_of_unit(passage, gold)
        text = f"{token.text}。" if token else passage
        return _answer(text, token, {"report": node.metadata["report"], "quote": passage})


def _first_of_unit(passage: str, gold: Gold) -> Token | None:
    """Return the first figure of the asked unit; flattened cells carry none, so a bare figure is taken for it."""
    if not gold.values:
        return None
    unit = gold.values[0].unit
    found = [token for piece in re.split(r"[\t\n]", passage) for token in tokens(piece)]
    if not unit:
        return found[0] if found else None
    wanted = in_base(gold.values[0].value, unit)[0]
    held = [token for token in found if in_base(token.value, token.unit)[0] == wanted]
    held += [
        Token(token.value, unit, token.text)
        for token in found
        if not token.unit and (wanted != "money" or "." in token.text)
    ]
    return held[0] if held else None


def flattened(path: Path) -> str:
    """Return a document as a converter flattens it: paragraphs and rows in order, cells behind tabs."""
    lines = []
    for block in Document(str(path)).iter_inner_content():
        if isinstance(block, Table):
            lines += ["\t".join(texts) for texts in _flat_rows(block)]
        else:
            lines.append(block.text)
    return "\n".join(lines)


def _flat_rows(table: Table) -> list[list[str]]:
    """Return a table's rows, each cell once: what is merged away is left empty."""
    seen: set[object] = set()
    rows = []
    for row in table.rows:
        texts = []
        for cell in row.cells:
            texts.append("" if cell._tc in seen else " ".join(cell.text.split()))
            seen.add(cell._tc)
        rows.append(texts)
    return rows


def hashed_bigrams(text: str) -> list[float]:
    """Return a unit vector of hashed character-bigram counts (feature hashing, Weinberger et al. 2009)."""
    vector = [0.0] * _DIMENSIONS
    packed = folded(text)
    for gram in (packed[i : i + 2] for i in range(len(packed) - 1)):
        vector[int.from_bytes(hashlib.blake2b(gram.encode(), digest_size=4).digest()) % _DIMENSIONS] += 1.0
    norm = math.sqrt(sum(weight * weight for weight in vector)) or 1.0
    return [weight / norm for weight in vector]


def grid(table: Table) -> list[list[str]]:
    """Return the texts of a table's grid as python-docx gives it, a merged cell repeated."""
    return [[cell.text for cell in row.cells] for row in table.rows]


class Overlap:
    """Row × column word overlap over the known table: the cell whose headers the question covers best."""

    name = "overlap"

    def __init__(self, documents: Sequence[Path]) -> None:
        """Keep the tables of the documents as python-docx reads them."""
        self._tables = {path.stem: [grid(table) for table in tables_of(path)] for path in documents}
        self._only = documents[0].stem if len(documents) == 1 else ""

    def answer(self, gold: Gold) -> dict[str, Any] | None:
        """Answer from the table of the gold's first place; ``None`` where the answer stands in no table."""
        place = next((p for value in gold.values for p in _places(value.places, value.operands) if not p.words), None)
        if place is None or place.table is None:
            return None
        report = place.report or self._only
        rows = self._tables[report][place.table]
        row, column = best_cell(rows, "".join(gold.turns))
        text = rows[row][column]
        token = next(iter(tokens(text)), None)
        if token is not None and not token.unit:
            token = Token(token.value, gold.values[0].unit or "", token.text)
        citation = {"report": report, "quote": text, "table": place.table, "row": row, "column": column}
        return _answer(f"{text}。", token, citation)


def _places(places: tuple[Place, ...], operands: tuple[tuple[Place, ...], ...]) -> list[Place]:
    return [*places, *(place for group in operands for place in group)]


def tables_of(path: Path) -> list[Table]:
    """Return a document's tables in reading order, nested ones after the one that holds them."""
    found: list[Table] = []

    def walk(tables: Sequence[Table]) -> None:
        for table in tables:
            found.append(table)
            cells = {cell._tc: cell for row in table.rows for cell in row.cells}
            for cell in cells.values():
                walk(cell.tables)

    walk(Document(str(path)).tables)
    return found


def best_cell(rows: Sequence[Sequence[str]], question: str) -> tuple[int, int]:
    """Return (row, column) of the cell whose labels (words to the left, words above) overlap most."""
    asked = _grams(question)

    def fit(labels: Sequence[str]) -> float:
        return max((len(_grams(label) & asked) / len(_grams(label)) for label in labels if label), default=0.0)

    best, where = -1.0, (0, 0)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            left = [label for label in dict.fromkeys(row[:c]) if _is_label(label) and label != text][:1]
            above = [label for label in dict.fromkeys(rows[k][c] for k in range(r)) if _is_label(label)]
            score = fit(left) + fit([label for label in above if label != text][:2])
            if score > best:
                best, where = score, (r, c)
    return where


def _is_label(text: str) -> bool:
    return bool(folded(text).strip("0123456789.,%-—/"))
