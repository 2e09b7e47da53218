"""科目编码 in a question: 2080505决算数 asks for the item that the reports give that code."""

from __future__ import annotations

import re

from ingest.model import Scope
from ingest.store import Store

#: Five or seven digits; three only where the question says that they are a code.
_CODE = re.compile(
    r"(?<![\d.])(?:[1235]\d{4}(?:\d{2})?|(?<=科目)[1235]\d{2}|(?<=编码)[1235]\d{2})(?![\d.,%万亿元年个人户])"
)


def with_names(question: str, store: Store, reports: tuple[str, ...]) -> str:
    """Return a question with its codes replaced by the names that reports give them; others stay as they are."""
    if not _CODE.search(question):
        return question
    names = store.short_names(Scope(reports))

    def named(match: re.Match[str]) -> str:
        found = names.get(match.group(), ())
        return found[0] if found else match.group()

    return _CODE.sub(named, question)
