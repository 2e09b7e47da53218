"""A file in, a bundle out: everything the store needs of one report."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ingest.codes import code_names, coded_names
from ingest.context import Context, kind_in
from ingest.continued import Header, joined
from ingest.facts import Reading
from ingest.items import path_of, said_in
from ingest.labels import year_of_label
from ingest.model import Block, Bundle, Document, Fact, Form, Kind, Profile, SourceRef
from ingest.money import money_units
from ingest.numbers import find_figures
from ingest.outline import Place, heading_rank, places, table_before
from ingest.passages import passages
from ingest.profile import is_budget, place_of, profile_of
from ingest.readers.kinds import reader_of
from ingest.reading import read_table
from ingest.short_names import short_names
from ingest.view import TableView

#: Raise it when what is read out of a file changes, so that stores know to read again.
PIPELINE_VERSION = 12
#: So many characters before a figure of a sentence may say when and what it is: 截至2023年12月31日，资产总额.
_BEFORE = 40


def read_document(path: Path) -> Document:
    """Read a file by what it holds; raises ``UnreadableFileError`` with a sentence for the user."""
    return reader_of(path)(path)


def read_report(path: Path) -> Bundle:
    """Read a report: its document, profile, facts and passages."""
    with _collector_paused():
        return _bundle(read_document(path))


def tables_of(path: Path) -> Iterator[tuple[TableView, Block, Place, Context]]:
    """Yield a report's tables with what is known of each before it is read."""
    document = read_document(path)
    where = places(document)
    views, _, context = _before(document)
    for index, view in views.items():
        yield view, document.blocks[index], where[index], context


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Spare the cyclic collector its rounds over cells and facts, which hold no cycles: a fifth of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _bundle(document: Document) -> Bundle:
    views, profile, context = _before(document)
    where = places(document)
    tables = list(_tables(document.blocks, views, where, context))
    told = [_narrated(block, place, context) for block, place in zip(document.blocks, where, strict=True)]
    facts = tuple(fact for part in ((fact for table in tables for fact in table.facts), *told) for fact in part)
    return Bundle(
        document,
        profile,
        facts,
        tuple(passages(document, where, facts, [table.info for table in tables], profile.title)),
        tuple(table.info for table in tables),
        tuple(table.ledger for table in tables),
        (*short_names(document, profile, facts), *coded_names(context.codes)),
        sum(_unsaid(block, found) for block, found in zip(document.blocks, told, strict=True)),
    )


def _unsaid(block: Block, found: list[Fact]) -> int:
    """Return how many figures of a paragraph are no facts; a heading's own points say nothing."""
    if block.table is not None or heading_rank(block):
        return 0
    return max(0, len(find_figures(block.text)) - len(found))


def _before(document: Document) -> tuple[dict[int, TableView], Profile, Context]:
    """Return the views of a document's tables by block index, its profile, and what holds for all of it."""
    profile = profile_of(document)
    views = {index: TableView(block.table) for index, block in enumerate(document.blocks) if block.table is not None}
    stem = document.name.rsplit(".", 1)[0]
    context = Context(
        profile.organisation,
        profile.year,
        code_names((view.grid, view.codes) for view in views.values()),
        Kind.BUDGET if is_budget(profile.title, stem) else Kind.ACTUAL,
        bool(place_of(profile.title) == profile.organisation or place_of(stem) == profile.organisation),
    )
    return views, profile, context


def _tables(
    blocks: tuple[Block, ...], views: dict[int, TableView], where: list[Place], context: Context
) -> Iterator[Reading]:  # fmt: skip
    """Read the tables in order; one that goes on without its header takes that and its place from the last."""
    headers: dict[int, Header | None] = {}
    money = money_units(blocks)
    for index, block in enumerate(blocks):
        if block.table is None:
            continue
        under = joined(blocks, index, headers, views)
        before = table_before(blocks, index)
        if under is not None and before is not None:
            where[index] = where[before]
        place = replace(where[index], money=money.get(block.number, ""))
        reading = read_table(block, views[index], place, context, under)
        headers[index] = reading.header
        yield reading


def _kind(own: Kind, heading_path: tuple[str, ...]) -> Kind:
    """Let a section that states aims or approved budgets say so for its figures: （二）年度绩效目标."""
    last = heading_path[-1] if heading_path else ""
    if "目标" in last and not re.search(r"完成|实现|情况|分析|评价|评分", last):
        return Kind.TARGET
    if own is Kind.ACTUAL and re.search(r"预算(?:批复|安排|下达|编制|草案)", last):
        return Kind.BUDGET
    return own


def _year_of(place: Place, context: Context) -> str:
    """Return the year that a paragraph's nearest heading names (二、2023年预算安排情况), else the report's."""
    return year_of_label(place.heading_path, "") or context.year


def _narrated(block: Block, place: Place, context: Context) -> list[Fact]:
    """Read a paragraph's facts; a heading's own points (产出指标（50分）) are no statements."""
    if block.table is not None or heading_rank(block):
        return []
    found = []
    for one in said_in(block.text):
        said = one.statement
        subject = (said.subject,) if said.subject else ()
        source = SourceRef(block.number, place.heading_path, start=said.start, end=said.end)
        raw = block.text[said.start : said.end].strip()
        period = said.period or _year_of(place, context)
        words = f"{block.text[max(0, said.start - _BEFORE) : said.start]}{said.measure}"
        kind = kind_in(_kind(said.kind, place.heading_path), words, said.unit, period, context)
        scope = re.match(r"全[省市县区旗州镇乡](?=.{2})", said.measure) if context.place else None
        measure = said.measure[scope.end() :] if scope else said.measure
        subject = (scope.group(),) if scope else subject
        found.append(
            Fact(
                path_of(one) if one.item else (*subject, measure),
                (),
                context.organisation,
                period,
                kind,
                Form.FIGURE,
                said.value,
                said.unit,
                raw,
                source,
                said.hedge,
                "",
                "cell",
            )
        )
    return found
