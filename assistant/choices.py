"""What a visitor may ask instead, ready to be sent: where several reports fit, and where none has the figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.model import Choice, Library, Query
from ingest.labels import squeeze
from ingest.model import Report

#: So many choices can be taken in at a glance.
MOST = 6
_NEAREST_DEPARTMENTS = 3
_PLACE = r"(?:[^\W\d年月日度]{1,5}[省州市县区旗])?"


def of_reports(query: Query, reports: Iterable[Report]) -> tuple[Choice, ...]:
    """Return the question put to each of the reports, with the department and year that it leaves out."""
    choices: dict[str, Choice] = {}
    for report in reports:
        who = report.organisation or report.title
        year = f"{report.year}年" if report.year else ""
        label = f"{who}（{year}）" if year else who
        named = ("" if query.organisations else who) + ("" if query.periods else year)
        choices.setdefault(label, Choice(label, f"{named}{query.text}", (report.id,)))
        if len(choices) == MOST:
            break
    return tuple(choices.values())


def of_measures(query: Query, names: Sequence[str]) -> tuple[Choice, ...]:
    """Return a question for each of the measures named, of the department and year asked about."""
    when = "".join(f"{period}年" for period in query.periods[:1])
    return tuple(Choice(name, f"{query.organisation_word}{when}{name}是多少？") for name in names)


def of_departments(query: Query, nearest: Sequence[str]) -> tuple[Choice, ...]:
    """Return the question with each of the departments loaded in place of the one that isn't, its place with it."""
    word = query.unknown_organisation
    named = re.compile(f"{_PLACE}{re.escape(word)}")
    return tuple(Choice(name, named.sub(name, query.text)) for name in nearest if word in query.text)


def of_years(query: Query, absent: str, library: Library) -> tuple[Choice, ...]:
    """Return the question with the loaded years in place of the one that isn't, the nearest first."""
    loaded = sorted(library.periods - {""}, key=lambda year: (abs(_number(year) - _number(absent)), year))
    if absent not in query.text:
        return ()
    return tuple(Choice(f"{year}年", query.text.replace(absent, year)) for year in loaded[:_NEAREST_DEPARTMENTS])


def nearest_departments(name: str, loaded: Sequence[str]) -> list[str]:
    """Return the departments loaded, those first that share most pairs of characters with a name."""
    wanted = _pairs(name)
    return sorted(loaded, key=lambda other: (-len(wanted & _pairs(other)), other))


def _pairs(text: str) -> set[str]:
    packed = squeeze(text)
    return {packed[n : n + 2] for n in range(len(packed) - 1)}


def _number(year: str) -> int:
    return int(year) if year.isdecimal() else 0
