"""A citation as the part of a link that opens it again, in this page or a colleague's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qsl, quote, urlencode

from assistant.model import Citation
from ingest.labels import squeeze

_LONGEST_NUMBER = 8
_LONGEST_KEY = 500
#: Earlier questions that a link carries; a follow-up leans on the ones just before it.
MOST_HISTORY = 5


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a link points: as in a ``Citation``; ``digest`` tells the words that stood there when it was made."""

    report: str
    table: int | None = None
    row: int | None = None
    column: int | None = None
    block: int | None = None
    start: int | None = None
    end: int | None = None
    digest: str = ""

    @property
    def span(self) -> tuple[int, int] | None:
        """The offsets of the words meant within the cell or paragraph, ``None`` for all of it."""
        return (self.start, self.end) if self.start is not None and self.end is not None else None


def cite_key(citation: Citation) -> str:
    """Write a citation as a key: letters, digits and ``.~=-_%`` only, so that it stands in any link."""
    fields = {
        "r": citation.report,
        "b": citation.block,
        "t": citation.table,
        "row": citation.row,
        "col": citation.column,
        "s": citation.start,
        "e": citation.end,
        "d": digest_of(citation.quote),
    }
    return urlencode({key: value for key, value in fields.items() if value is not None}).replace("&", "~")


def spot_of(key: str) -> Spot:
    """Read a key back; what is broken or missing in it stays empty."""
    fields = dict(parse_qsl(key[:_LONGEST_KEY].replace("~", "&")))
    return Spot(
        fields.get("r", ""),
        _number(fields, "t"),
        _number(fields, "row"),
        _number(fields, "col"),
        _number(fields, "b"),
        _number(fields, "s"),
        _number(fields, "e"),
        fields.get("d", ""),
    )


def _number(fields: Mapping[str, str], name: str) -> int | None:
    text = fields.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else None


def digest_of(words: str) -> str:
    """Return a short digest of words, white space aside: by it a link notices that its place holds others now."""
    return sha256(squeeze(words).encode("utf-8", "replace")).hexdigest()[:8]


def reading_link(report: str, *, key: str = "", table: int | None = None, block: int | None = None) -> str:
    """Return the link, relative to the site's root, that opens a report to read, at a citation or a place."""
    query = "?" + urlencode({"cite": key}) if key else ""
    anchor = "#jx-lit" if key else f"#t{table}" if table is not None else f"#b{block}" if block is not None else ""
    return f"read/{quote(report, safe='')}{query}{anchor}"


def workbook_link(base: str, question: str, history: tuple[str, ...], reports: tuple[str, ...]) -> str:
    """Return the link that downloads the values of an answer."""
    return f"{base}answer.xlsx?{asking(question, history, reports)}"


def asking(question: str, history: tuple[str, ...], reports: tuple[str, ...]) -> str:
    """Write a question, those before it and the reports it is narrowed to as a link's query."""
    parts = [("q", question), *(("h", one) for one in history[-MOST_HISTORY:]), *(("r", one) for one in reports)]
    return urlencode(parts)
