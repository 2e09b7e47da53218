"""The parts that a question enumerates (三公经费和公务接待费, 2023年和2019年), and which an answer leaves out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from assistant.model import Answer, Query, Status
from ingest.labels import normalise, squeeze

_JOINED = re.compile(r"[、,，和与及跟]|以及")
_LONGEST, _FEWEST = 16, 2
_SHORTEST = 3
#: Years that are enumerated: 2021年和2023年, 2021、2022、2023年; not the year of a report and what it is of.
_YEARS = re.compile(r"(?:19|20)\d{2}年?度?(?:(?:[、,，和与及跟]|以及)(?:19|20)\d{2}年?度?){1,6}")
#: What follows the last part of an enumeration, and the words that may stand before the first.
_TAIL = re.compile(r"(?:这?[两几三]项)?(?:各自?[是为有多花]|各花|分别|一共|总共|加起来|[是有为花]?多少|呢|\?|？).*$")


def measures_named(query: Query, labels: Collection[str]) -> list[str]:
    """Return the labels that a question enumerates word for word, in order; none where it names fewer than two."""
    parts = [normalise(part) for part in _JOINED.split(_TAIL.sub("", squeeze(query.text))) if part]
    found = [name for part in parts if (name := _label_at_end(part, labels))]
    return list(dict.fromkeys(found)) if len(parts) >= _FEWEST and len(found) >= _FEWEST else []


def _label_at_end(part: str, labels: Collection[str]) -> str:
    """Return the longest label that a part ends with; before the first one stand the department and the year."""
    for size in range(min(_LONGEST, len(part)), _SHORTEST - 1, -1):
        if part[-size:] in labels:
            return part[-size:]
    return ""


def measures_left(answer: Answer, named: Sequence[str]) -> list[str]:
    """Return the measures named that neither an answer's text nor the names of its figures have.

    Where a figure stands names what it is a part of, too, and doesn't count.
    """
    said = normalise(squeeze(answer.text + "".join(one.name for one in answer.values)))
    return [name for name in named if name not in said]


def years_left(answer: Answer, query: Query) -> list[str]:
    """Return the years that a question itself enumerates and that no figure of an answer is of."""
    joined = _YEARS.search(squeeze(query.text))
    asked = [year for year in query.periods if joined is not None and year in joined.group()]
    if len(asked) < _FEWEST or not answer.values:
        return []
    said = squeeze(answer.text + "".join(one.place + one.quote for one in answer.citations))
    known = {value.period for value in answer.values}
    return [year for year in asked if year not in known and year not in said]


def with_parts_left(answer: Answer, query: Query) -> Answer:
    """Name the years asked for that an answer doesn't speak of."""
    left = years_left(answer, query) if answer.status is Status.ANSWERED else []
    if not left:
        return answer
    named = "、".join(f"{year}年" for year in left)
    return replace(answer, text=f"{answer.text}\n没有答到的：{named}，请单独再问。")
