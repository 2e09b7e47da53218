"""Other names that a report itself gives: 以下简称, its department's short names, labels that drift."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ingest.labels import normalise, squeeze
from ingest.model import Document, Fact, Form, Profile

_SAID = re.compile(
    r"(?P<full>[\u4e00-\u9fff]{4,40})[”》]?[（(](?:以下|下文|下)?(?:简称|统称)[为：:]?[“\"「《]?"
    r"(?P<short>[\u4e00-\u9fff]{2,12})[”\"」》]?[）)]"
)
_SHORTEST_LABEL = 4
_LEAST_SHARE = 0.5
_MOST = 200
_MOST_ALIKE = 30


def short_names(document: Document, profile: Profile, facts: Iterable[Fact]) -> tuple[tuple[str, str], ...]:
    """Return the pairs (short, full) of names that a report uses for one thing, each once."""
    found = [(squeeze(alias), squeeze(profile.organisation)) for alias in profile.aliases]
    found += [pair for text in _texts(document) for pair in _said(text)]
    found += _drifted(facts)
    return tuple(dict.fromkeys(pair for pair in found if pair[0] != pair[1]))[:_MOST]


def _texts(document: Document) -> Iterator[str]:
    for block in document.blocks:
        cells = block.table.cells if block.table is not None else ()
        yield from (text for text in (block.text, *(cell.text for cell in cells)) if "称" in text)


def _said(text: str) -> Iterator[tuple[str, str]]:
    """Yield what a text says is called what: 州工业和信息化局（以下简称“州工信局”）."""
    for match in _SAID.finditer(squeeze(text)):
        full, short = match["full"], match["short"]
        starts = [i for i in range(len(full)) if full[i] == short[0] and _in_order(short, full[i:])]
        if starts and len(full) - starts[-1] > len(short):
            yield short, full[starts[-1] :]


def _drifted(facts: Iterable[Fact]) -> Iterator[tuple[str, str]]:
    """Yield labels of one figure of which one is the other shortened: 公务用车运行费, 公务用车运行维护费."""
    alike: dict[tuple[object, ...], dict[str, None]] = defaultdict(dict)
    for fact in facts:
        if fact.form is Form.FIGURE and fact.value and fact.row_path:
            label = normalise(fact.row_path[-1])
            ends = (label[:1], label[-1:])
            alike[fact.value, fact.unit, fact.period, fact.kind, fact.organisation, ends][label] = None
    for labels in alike.values():
        if len(labels) > _MOST_ALIKE:
            continue  # a column of ones, not a name that drifts; and a pair of each would take for ever
        for short in labels:
            for full in labels:
                if _shortens(short, full):
                    yield short, full


def _shortens(short: str, full: str) -> bool:
    return (
        _SHORTEST_LABEL <= len(short) < len(full)
        and len(short) >= _LEAST_SHARE * len(full)
        and short[0] == full[0]
        and short[-1] == full[-1]
        and _in_order(short, full)
    )


def _in_order(short: str, full: str) -> bool:
    rest = iter(full)
    return all(char in rest for char in short)
