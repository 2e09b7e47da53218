"""Answers and evidence as HTML.  Every text is escaped: documents and questions are not trusted."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from html import escape
from urllib.parse import parse_qsl, urlencode

from assistant.model import Answer, Citation, Status
from ingest.model import Cell, Report, StoredTable
from ingest.store import Store

_AROUND = 12
#: HTML's and Markdown's own characters as entities.
_ESCAPES = {ord(char): f"&#{ord(char)};" for char in "&<>\"'\\`*_{}[]()#+-.!|~$"}
_STATUS = {
    Status.ANSWERED: "",
    Status.CONFLICT: "数据不一致",
    Status.CLARIFY: "需要说明",
    Status.NOT_FOUND: "没有答案",
}


def answer_html(answer: Answer, reports: dict[str, Report]) -> str:
    """Render an answer as one block of HTML without line breaks, its citations as links."""
    badge = _STATUS[answer.status]
    parts = [f'<div class="jx-answer jx-{answer.status.value}">']
    if badge:
        parts.append(f'<span class="jx-badge">{badge}</span>')
    parts.append(f'<p class="jx-text">{escaped_lines(answer.text)}</p>')
    formulas = [line for line in answer.trace if line.startswith("公式：")]
    parts += [f'<p class="jx-formula">{escape(line)}</p>' for line in formulas]
    if answer.citations:
        parts.append('<ol class="jx-cites">')
        parts += [_citation_item(citation, reports) for citation in answer.citations]
        parts.append("</ol>")
    parts.append("</div>")
    return "".join(parts)


def _citation_item(citation: Citation, reports: dict[str, Report]) -> str:
    report = reports.get(citation.report)
    name = report.name if report else citation.report
    return (
        f'<li value="{citation.n}"><a class="jx-cite" href="#cite={escape(cite_key(citation))}">'
        f"[{citation.n}] {escaped_lines(citation.place)}</a> <small>{escaped_lines(name)}</small></li>"
    )


def escaped_lines(text: str) -> str:
    """Escape a text for HTML that passes through Markdown: no tag, no mark-up, no blank line."""
    escaped = text.translate(_ESCAPES)
    return "<br>".join(line for line in escaped.splitlines() if line.strip())


def cite_key(citation: Citation) -> str:
    """Write a citation as the part of a link that opens it again."""
    fields = {
        "r": citation.report,
        "b": citation.block,
        "t": citation.table,
        "row": citation.row,
        "col": citation.column,
        "s": citation.start,
        "e": citation.end,
    }
    return urlencode({key: value for key, value in fields.items() if value is not None}).replace("&", "~")


def evidence_html(store: Store, key: str) -> str:
    """Render what a citation's link points at: the table with its cell lit, or the sentence marked."""
    fields = dict(parse_qsl(key.replace("~", "&")))
    numbers = {name: int(text) for name, text in fields.items() if name != "r" and text.isdecimal() and len(text) < 9}
    report = next((r for r in store.reports() if r.id == fields.get("r")), None)
    if report is None:
        return _note("这份报告已被移除或替换，请重新提问。")
    head = f'<p class="jx-where"><b>{escape(report.name)}</b></p>'
    if "t" in numbers:
        try:
            held = store.table(report.id, numbers["t"])
        except KeyError:
            return _note("报告已更新，原来的表格不在了，请重新提问。")
        return head + _table_evidence(held, numbers)
    return head + _paragraph_evidence(store, report.id, numbers)


def _note(text: str) -> str:
    return f'<p class="jx-note">{escape(text)}</p>'


def _path(steps: Iterable[str]) -> str:
    joined = " › ".join(step for step in steps if step)
    return f'<p class="jx-path">{escape(joined)}</p>' if joined else ""


def _table_evidence(held: StoredTable, numbers: dict[str, int]) -> str:
    info = held.info
    unit = f"　单位：{info.unit}" if info.unit else ""
    place = f"第{info.number + 1}张表"
    if "row" in numbers:
        place += f" 第{numbers['row'] + 1}行"
    head = _path((*info.heading_path, info.caption)) + f'<p class="jx-path">{place}{escape(unit)}</p>'
    span = (numbers["s"], numbers["e"]) if "s" in numbers and "e" in numbers else None
    return head + _account(held) + table_html(held, numbers.get("row"), numbers.get("col"), span)


def _account(held: StoredTable) -> str:
    """Say how much of a table was understood: the parse ledger, for the reviewer."""
    ledger = held.ledger
    text = f"本表 {ledger.cells} 格，读懂 {ledger.understood} 格"
    if ledger.unclear:
        reasons = "、".join(dict.fromkeys(why for _, _, why in ledger.unclear))
        text += f"，没读懂 {len(ledger.unclear)} 格（虚线框出，{reasons}；里面的数没有用来回答）"
    return _note(text)


def table_html(
    held: StoredTable, row: int | None = None, column: int | None = None, span: tuple[int, int] | None = None
) -> str:
    """Draw a table as it is, merged cells and all, with one cell lit and its headers marked.

    With a lit cell only its region's header rows and the rows around it are drawn.
    """
    grid = held.table.grid()
    lit = (
        grid[row][column]
        if row is not None and column is not None and row < len(grid) and column < held.table.columns
        else None
    )
    shown = _rows_to_show(held, lit)
    heads = _heads_of(held, lit)
    unclear = {(row, column): why for row, column, why in held.ledger.unclear}
    parts = ['<div class="jx-scroll"><table class="jx-table">']
    previous = -1
    for number in shown:
        if number > previous + 1:
            parts.append(_gap_html(held.table.columns, number - previous - 1))
        parts.append("<tr>" + _row_html(grid[number], number, shown, lit, heads, span, unclear) + "</tr>")
        previous = number
    if shown and shown[-1] < held.table.rows - 1:
        parts.append(_gap_html(held.table.columns, held.table.rows - 1 - shown[-1]))
    parts.append("</table></div>")
    return "".join(parts)


def _gap_html(columns: int, rows: int) -> str:
    return f'<tr class="jx-gap"><td colspan="{columns}">… 略去 {rows} 行 …</td></tr>'


def _rows_to_show(held: StoredTable, lit: Cell | None) -> list[int]:
    if lit is None:
        return list(range(held.table.rows))
    near = set(range(max(0, lit.row - _AROUND), min(held.table.rows, lit.row + _AROUND + 1)))
    above = sorted({row for row, _ in held.info.header_cells if row <= lit.row}, reverse=True)
    for row in above:
        if above[0] - row > 5:
            break
        near.add(row)
    return sorted(near)


def _heads_of(held: StoredTable, lit: Cell | None) -> set[Cell]:
    """Return the cells that head the lit one: header cells over it, and the labels left of it."""
    if lit is None:
        return set()
    header_places = set(held.info.header_cells)
    above = [
        cell
        for cell in held.table.cells
        if (cell.row, cell.column) in header_places
        and cell.row < lit.row
        and cell.column < lit.column + lit.colspan
        and lit.column < cell.column + cell.colspan
    ]
    last = max((cell.row for cell in above), default=-1)
    heads = {cell for cell in above if last - cell.row <= 4}
    beside = [c for c in held.table.grid()[lit.row] if c is not None and c.column < lit.column and c.text.strip()]
    labels = [c for c in beside if not any(ch.isdecimal() for ch in c.text.strip()[-3:])]
    return heads | set(labels)


def _row_html(
    cells: list[Cell | None],
    number: int,
    shown: list[int],
    lit: Cell | None,
    heads: set[Cell],
    span: tuple[int, int] | None,
    unclear: dict[tuple[int, int], str],
) -> str:
    """Draw one row; a cell merged from a row that isn't shown starts at the first one that is."""
    parts: list[str] = []
    seen: set[Cell] = set()
    for cell in cells:
        if cell is None:
            parts.append('<td class="jx-hole"></td>')
            continue
        if cell in seen:
            continue
        seen.add(cell)
        rows = [r for r in shown if cell.row <= r < cell.row + cell.rowspan]
        if rows[0] != number:
            continue
        why = unclear.get((cell.row, cell.column), "")
        classes = "jx-lit" if cell is lit else "jx-head" if cell in heads else "jx-unclear" if why else ""
        tag = f' class="{classes}"' if classes else ""
        tag += f' title="{escape(why)}"' if why else ""
        ident = ' id="jx-lit"' if classes == "jx-lit" else ""
        text = _marked(cell.text, span) if classes == "jx-lit" and span else escape(cell.text)
        gaps = sum(1 for a, b in itertools.pairwise(rows) if b > a + 1)
        rowspan = len(rows) + gaps
        parts.append(f'<td{ident}{tag} rowspan="{rowspan}" colspan="{cell.colspan}">{text}</td>')
    return "".join(parts)


def _marked(text: str, span: tuple[int, int]) -> str:
    start, end = span
    return f"{escape(text[:start])}<mark>{escape(text[start:end])}</mark>{escape(text[end:])}"


def _paragraph_evidence(store: Store, report: str, numbers: dict[str, int]) -> str:
    block = numbers.get("b", 0)
    near = store.blocks(report, max(0, block - 1), block + 1)
    if not any(b.number == block for b, _ in near):
        return _note("报告已更新，原来的段落不在了，请重新提问。")
    heading = next(path for b, path in near if b.number == block)
    parts = [_path(heading)]
    for b, _ in near:
        if b.table_number is not None:
            continue
        if b.number != block:
            parts.append(f'<p class="jx-near">{escape(b.text)}</p>')
        elif "s" in numbers and "e" in numbers:
            parts.append(f'<p class="jx-para" id="jx-lit">{_marked(b.text, (numbers["s"], numbers["e"]))}</p>')
        else:
            parts.append(f'<p class="jx-para" id="jx-lit"><mark>{escape(b.text)}</mark></p>')
    return "".join(parts)
