"""Citations: where a fact or passage stands, and the words that stand there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.index import sentence_around
from assistant.model import Citation
from ingest.labels import one_line
from ingest.model import Cell, Origin, Report, StoredFact, StoredPassage
from ingest.store import Store

#: Rows × columns of the cell that covers each place.
Grid = list[list[Cell | None]]

_ARROW = " › "
_LONGEST_STEP = 40


@dataclass(slots=True)
class Citer:
    """Numbers the citations of one answer; the same place is cited once.  ``grids`` keeps the tables that were read."""

    store: Store
    reports: dict[str, Report]
    citations: list[Citation] = field(default_factory=list)
    grids: dict[tuple[str, int], Grid] = field(default_factory=dict)
    _known: dict[tuple[object, ...], int] = field(default_factory=dict)
    _origins: dict[tuple[str, int | None], Origin | None] = field(default_factory=dict)

    def fact(self, stored: StoredFact) -> int:
        """Cite a fact's cell or sentence; return the citation's number."""
        source = stored.fact.source
        key = (stored.report, source.block, source.row, source.column, source.start)
        if key in self._known:
            return self._known[key]
        quote, start, end = self._quote(stored)
        return self._add(
            key,
            Citation(
                len(self.citations) + 1, self._name(stored.report), self._place(stored), quote,
                source.table, source.row, source.column, source.block, start, end,
                **self._origin(stored.report, source.block, source.row, source.column),
            ),
        )  # fmt: skip

    def _origin(self, report: str, block: int | None, row: int | None, column: int | None) -> dict[str, Any]:
        """Return where a place stands in the original: its page, or its sheet and cell."""
        if (report, block) not in self._origins:
            found = self.store.blocks(report, block, block) if block is not None else []
            self._origins[report, block] = found[0][0].origin if found else None
        origin = self._origins[report, block]
        if origin is None:
            return {}
        return {
            "page": origin.page_of(row),
            "sheet": origin.sheet,
            "cell": origin.cell_of(row, column),
            "scan": origin.is_scan,
        }

    def add(self, citation: Citation) -> int:
        """Cite a place that another answer cited; return its number here."""
        source = (citation.report, citation.block, citation.row, citation.column, citation.start)
        if source in self._known:
            return self._known[source]
        return self._add(source, replace(citation, n=len(self.citations) + 1))

    def passage(self, stored: StoredPassage, quote: str) -> int:
        """Cite a passage with the words quoted from it; return the citation's number."""
        passage = stored.passage
        key = (stored.report, passage.block, passage.row, quote)
        if key in self._known:
            return self._known[key]
        place = _ARROW.join((*passage.heading_path, *((f"第{passage.row + 1}行",) if passage.row is not None else ())))
        column = 0 if passage.table is not None else None
        text = self._text(stored.report, passage.block) if passage.table is None else ""
        start = text.find(quote) if quote and quote in text else None
        end = None if start is None else start + len(quote)
        return self._add(
            key,
            Citation(
                len(self.citations) + 1, self._name(stored.report), place or "正文", quote,
                passage.table, passage.row, column, passage.block, start, end,
                **self._origin(stored.report, passage.block, passage.row, column),
            ),
        )  # fmt: skip

    def _add(self, key: tuple[object, ...], citation: Citation) -> int:
        self.citations.append(citation)
        self._known[key] = citation.n
        return citation.n

    def _name(self, report: str) -> str:
        return self.reports[report].id

    def _quote(self, stored: StoredFact) -> tuple[str, int | None, int | None]:
        """Return the cell's text, or the sentence around a figure in running text, with its offsets."""
        source = stored.fact.source
        if source.start is None or source.end is None:
            return stored.fact.raw, None, None
        if source.table is not None and source.row is not None and source.column is not None:
            text = self._cell(stored.report, source.table, source.row, source.column)
        else:
            text = self._text(stored.report, source.block)
        start, end = sentence_around(text, source.start, source.end)
        return text[start:end].strip(), source.start, source.end

    def _grid(self, report: str, table: int) -> Grid:
        if (report, table) not in self.grids:
            self.grids[report, table] = self.store.table(report, table).table.grid()
        return self.grids[report, table]

    def _cell(self, report: str, table: int, row: int, column: int) -> str:
        cell = self._grid(report, table)[row][column]
        return cell.text if cell is not None and (cell.row, cell.column) == (row, column) else ""

    def _place(self, stored: StoredFact) -> str:
        """Say where a fact stands: headings, then the row's and the column's labels."""
        fact, source = stored.fact, stored.fact.source
        if source.table is None:
            return _joined(source.heading_path)
        if source.start is None:
            return _joined((*source.heading_path, fact.caption, *fact.row_path, *fact.column_path))
        grid = self._grid(stored.report, source.table)
        first = next((cell.text for cell in grid[source.row or 0] if cell is not None and cell.text.strip()), "")
        own = self._cell(stored.report, source.table, source.row or 0, source.column or 0)
        return _joined((*source.heading_path, fact.caption, f"第{source.table + 1}张表", "" if first == own else first))

    def _text(self, report: str, block: int) -> str:
        found = self.store.blocks(report, block, block)
        return found[0][0].text if found else ""


def _joined(steps: Iterable[str]) -> str:
    """Write the steps of a place, without repeats, long ones cut."""
    short = [one_line(step) for step in steps if step]
    unique = [step for n, step in enumerate(short) if n == 0 or step != short[n - 1]]
    cut = [step if len(step) <= _LONGEST_STEP else step[: _LONGEST_STEP - 1] + "…" for step in unique]
    return _ARROW.join(cut) or "正文"
