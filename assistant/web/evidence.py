"""The evidence behind a citation: its table with the cell lit, or its paragraph with the words marked."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from assistant.index import sentence_around
from assistant.web.originals import original_html
from assistant.web.places import Spot, digest_of, reading_link, spot_of
from assistant.web.table import cell_at, marked, table_html
from ingest.model import Block, StoredTable
from ingest.store import Store

NOTHING = '<p class="jx-note">点答案下面的出处，这里会打开原表并标出那一格。</p>'
_GONE = "这份报告已被移除或替换，请重新提问。"


def evidence_html(store: Store, key: str, base: str = "/", *, chat: bool = True) -> str:
    """Render what a citation's key points at; ``base`` is the site's, ``chat`` tells whether it is for the chat.

    What isn't there any more, or says something else by now, is said in a sentence.
    """
    if not key:
        return NOTHING
    spot = spot_of(key)
    report = next((r for r in store.reports() if r.id == spot.report), None)
    if report is None:
        return note(_GONE)
    whole = escape(base + reading_link(report.id, key=key))
    share = f' <a class="jx-share" href="#cite={escape(key)}">复制这处的链接</a>' if chat else ""
    head = (
        f'<p class="jx-where"><b>{escape(report.name)}</b> '
        f'<a class="jx-read" href="{whole}" target="_blank" rel="noopener">在全文里看</a>{share}</p>'
    )
    if spot.table is None:
        return head + _paragraph_evidence(store, report.id, spot) + original_html(store, spot, key, base)
    try:
        held = store.table(report.id, spot.table)
    except KeyError:
        return note("报告已更新，原来的表格不在了，请重新提问。")
    return head + _table_evidence(held, spot) + original_html(store, spot, key, base)


def note(text: str) -> str:
    """Write a remark to the reader."""
    return f'<p class="jx-note">{escape(text)}</p>'


def _path(steps: Iterable[str]) -> str:
    joined = " › ".join(step for step in steps if step)
    return f'<p class="jx-path">{escape(joined)}</p>' if joined else ""


def _table_evidence(held: StoredTable, spot: Spot) -> str:
    info = held.info
    unit = f"　单位：{info.unit}" if info.unit else ""
    place = f"第{info.number + 1}张表"
    if spot.row is not None:
        place += f" 第{spot.row + 1}行"
    lit = cell_at(held, spot.row, spot.column)
    words = "" if lit is None else lit.text
    changed = note(CHANGED) if lit is None or has_changed(words, spot) else ""
    head = _path((*info.heading_path, info.caption)) + f'<p class="jx-path">{place}{escape(unit)}</p>'
    return head + changed + account(held) + table_html(held, spot.row, spot.column, spot.span)


CHANGED = "这份报告后来更新过，这里现在写的和引用时不一样，请重新提问核对。"


def has_changed(words: str, spot: Spot) -> bool:
    """Tell whether the words at a link's place aren't those that stood there when it was made.

    Links to a whole row or passage (column 0) carry the digest of a shortened quote and can't be compared.
    """
    if not spot.digest:
        return False
    if spot.span is None:
        return bool(spot.column) and digest_of(words) != spot.digest
    start, end = sentence_around(words, *spot.span)
    return spot.digest not in (digest_of(words[start:end]), digest_of(words[slice(*spot.span)]))


def account(held: StoredTable) -> str:
    """Say how much of a table was understood: the parse ledger, for the reviewer."""
    ledger = held.ledger
    text = f"本表 {ledger.cells} 格，读懂 {ledger.understood} 格"
    if ledger.unclear:
        reasons = "、".join(dict.fromkeys(why for _, _, why in ledger.unclear))
        text += f"，没读懂 {len(ledger.unclear)} 格（虚线框出，{reasons}；里面的数没有用来回答）"
    return note(text)


def _paragraph_evidence(store: Store, report: str, spot: Spot) -> str:
    number = spot.block or 0
    near = store.blocks(report, max(0, number - 1), number + 1)
    own = next((block for block, _ in near if block.number == number), None)
    if own is None:
        return note("报告已更新，原来的段落不在了，请重新提问。")
    heading = next(path for block, path in near if block.number == number)
    changed = note(CHANGED) if spot.span and has_changed(own.text, spot) else ""
    return _path(heading) + changed + "".join(_near(block, own, spot) for block, _ in near)


def _near(block: Block, own: Block, spot: Spot) -> str:
    if block.table_number is not None:
        return ""
    if block is not own:
        return f'<p class="jx-near">{escape(block.text)}</p>'
    words = marked(block.text, spot.span) if spot.span else f"<mark>{escape(block.text)}</mark>"
    return f'<p class="jx-para" id="jx-lit">{words}</p>'
