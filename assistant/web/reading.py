"""A whole report to read: its headings to jump by, its tables as they are, words found in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlencode

from markupsafe import Markup

from assistant.web.evidence import CHANGED, account, has_changed, note
from assistant.web.places import Spot, spot_of
from assistant.web.table import Marks, cell_at, drawn, marked, marks_for
from assistant.web.template import render
from ingest.labels import one_line, squeeze
from ingest.model import Block, Report, StoredTable
from ingest.store import Store

#: Rows of one table on the page; a longer one is paged.
MOST_ROWS = 300
_MOST_HITS = 200
_LONGEST_WANTED = 100
_AROUND_HIT = 12
_LONGEST_HEADING = 60
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as the table of contents lists it; ``level`` counts from 1."""

    level: int
    text: str
    anchor: str


@dataclass(slots=True)
class Finding:
    """Words looked for: writes texts with them marked, and keeps what stands around each."""

    pattern: re.Pattern[str] | None
    wanted: str = ""
    hits: list[str] = field(default_factory=list)
    total: int = 0

    @classmethod
    def of(cls, wanted: str) -> Finding:
        """Look for words, whatever spaces a report spreads them with: 合计 finds 合　计."""
        packed = squeeze(wanted[:_LONGEST_WANTED])
        return cls(re.compile(r"\s*".join(map(re.escape, packed)), re.IGNORECASE) if packed else None, packed)

    def rows(self, held: StoredTable) -> list[int]:
        """Return the rows of a table that hold the words, in order."""
        if self.pattern is None:
            return []
        return sorted({cell.row for cell in held.table.cells if self.pattern.search(cell.text)})

    def text(self, text: str) -> str:
        """Escape a text with what is found in it marked, each with its own anchor."""
        if self.pattern is None:
            return escape(text)
        parts, at = [], 0
        for match in self.pattern.finditer(text):
            self.total += 1
            if len(self.hits) >= _MOST_HITS:
                continue
            around = text[max(0, match.start() - _AROUND_HIT) : match.end() + _AROUND_HIT]
            self.hits.append(one_line(around))
            found = f'<mark id="hit{len(self.hits)}">{escape(match.group())}</mark>'
            parts.append(escape(text[at : match.start()]) + found)
            at = match.end()
        return "".join(parts) + escape(text[at:])


def reading_page(store: Store, report: Report, base: str, *, key: str = "", wanted: str = "", start: int = 0) -> str:
    """Return the page of a report: a citation's place lit by ``key``, words ``wanted`` marked.

    ``start`` is the first row drawn of tables longer than ``MOST_ROWS``.
    """
    spot = spot_of(key) if key else Spot("")
    finding = Finding.of(wanted)
    blocks = store.blocks(report.id)
    tables = {held.info.number: held for held in store.tables(report.id)}
    headings = headings_of(blocks)
    body = [
        _block(
            block, tables, headings.get(block.number), finding, spot if spot.report == report.id else Spot(""), start
        )
        for block, _ in blocks
    ]
    contents = [headings[number] for number in sorted(headings)]
    return render(
        "reading.html", base=base, report=report, body=Markup("".join(body)), contents=contents, wanted=wanted,
        hits=finding.hits, total=finding.total,
    )  # fmt: skip


def headings_of(blocks: Sequence[tuple[Block, tuple[str, ...]]]) -> dict[int, Heading]:
    """Return block number → heading: the blocks that the paths of those after them name.

    Body text under a heading has a path, so what has none after the first such text is a heading too, of an
    empty section.
    """
    found: dict[int, Heading] = {}
    below: tuple[str, ...] = ()
    first = next((block.number for block, path in blocks if path), len(blocks))
    for block, path in reversed(blocks):
        text = block.text.strip()
        if path:
            below = path
        elif text and block.table_number is None and block.inside is None and (text in below or block.number > first):
            level = below.index(text) + 1 if text in below else min(_DEEPEST, len(below))
            found[block.number] = Heading(min(level, _DEEPEST) or 1, _short(text), f"b{block.number}")
            below = below[: level - 1] if text in below else below
    return found


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _LONGEST_HEADING else line[: _LONGEST_HEADING - 1] + "…"


def _block(
    block: Block, tables: dict[int, StoredTable], heading: Heading | None, finding: Finding, spot: Spot, start: int
) -> str:
    if block.table_number is not None:
        held = tables.get(block.table_number)
        return _table(held, finding, spot, start) if held else ""
    if not block.text.strip():
        return ""
    lit = spot.table is None and spot.block == block.number
    words = finding.text(block.text)
    if lit:
        words = marked(block.text, spot.span) if spot.span else f"<mark>{escape(block.text)}</mark>"
    anchor = "jx-lit" if lit else f"b{block.number}"
    if heading is not None:
        size = min(heading.level + 1, _DEEPEST)
        return f'<h{size} id="{anchor}">{words}</h{size}>'
    changed = note(CHANGED) if lit and spot.span and has_changed(block.text, spot) else ""
    return f'{changed}<p id="{anchor}">{words}</p>'


def _table(held: StoredTable, finding: Finding, spot: Spot, start: int) -> str:
    info = held.info
    mine = spot.table == info.number
    lit = cell_at(held, spot.row, spot.column) if mine else None
    rows = held.table.rows
    found = finding.rows(held) if rows > MOST_ROWS else []
    wanted = start or (lit.row if lit is not None else found[0] if found else 0)
    first = min(wanted, max(0, rows - 1)) // MOST_ROWS * MOST_ROWS
    shown = list(range(first, min(rows, first + MOST_ROWS)))
    marks = marks_for(held, lit, spot.span if mine else None, finding.text)
    name = "".join(
        f"　{escape(part)}" for part in (one_line(info.caption), f"单位：{info.unit}" if info.unit else "") if part
    )
    head = f'<p class="jx-path" id="t{info.number}">第{info.number + 1}张表{name}</p>'
    changed = mine and lit is not None and has_changed(lit.text, spot)
    return (
        head
        + (note(CHANGED) if changed else "")
        + account(held)
        + _pages(held, first, finding, found)
        + _drawn(held, shown, marks)
    )


def _drawn(held: StoredTable, shown: list[int], marks: Marks) -> str:
    return drawn(held, shown, marks) if shown else note("（空表）")


def _pages(held: StoredTable, first: int, finding: Finding, found: Sequence[int]) -> str:
    """Link the pages of a table too long for one, with how many rows of each hold the words looked for."""
    rows = held.table.rows
    if rows <= MOST_ROWS:
        return ""
    hits = Counter(row // MOST_ROWS * MOST_ROWS for row in found)
    links = []
    for at in range(0, rows, MOST_ROWS):
        words = f"{at + 1}–{min(rows, at + MOST_ROWS)} 行" + (f"（{hits[at]} 行有）" if hits[at] else "")
        query = escape(urlencode({"start": at, **({"q": finding.wanted} if finding.wanted else {})}))
        links.append(f"<b>{words}</b>" if at == first else f'<a href="?{query}#t{held.info.number}">{words}</a>')
    return f'<p class="jx-note">这张表有 {rows} 行，每页 {MOST_ROWS} 行：{"　".join(links)}</p>'
