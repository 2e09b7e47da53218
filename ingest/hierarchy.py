"""Row labels that belong under others: 一、 › 1、 › 其中： by number, and lists under a section row."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.labels import is_of_which, is_total, rank, squeeze

_LISTED = 90  # rank of a label inside an "of which" list
_SECTIONED = 80  # rank of a plain label under a section row


@dataclass(slots=True)
class Hierarchy:
    """Follows the rows of one region from the top and tells each label's ancestors."""

    _stack: list[tuple[int, str]] = field(default_factory=list)
    _listing: bool = False

    def ancestors(self, label: str, *, opens_section: bool = False) -> tuple[str, ...]:
        """Return the labels above ``label`` and remember it for the rows below.

        A plain label after 其中： stays in that list until a numbered label or a total ends it.
        """
        if is_total(label):
            self._stack.clear()
            self._listing = False
            return ()
        own = rank(label)
        if is_of_which(label):
            self._listing = True
            return self._place(_LISTED, label)
        if own:
            self._listing = False
            return self._place(own, label)
        if opens_section:
            self._listing = False
            self._stack = [entry for entry in self._stack if entry[0] < _SECTIONED]
            return self._place(_SECTIONED - 1, label)
        if self._listing or (self._stack and _indent(label) > _indent(self._stack[-1][1]) + 1):
            return self._place(_LISTED, label)
        if self._stack and self._stack[-1][0] == _LISTED and _indent(label) == _indent(self._stack[-1][1]) > 1:
            return self._place(_LISTED, label)
        if any(entry[0] == _SECTIONED - 1 for entry in self._stack):  # one that is set in may stand between
            return self._place(_SECTIONED, label)
        self._stack.clear()
        return ()

    def _place(self, own: int, label: str) -> tuple[str, ...]:
        self._stack = [entry for entry in self._stack if entry[0] < own]
        above = tuple(text for _, text in self._stack)
        self._stack.append((own, label))
        return above


def _indent(label: str) -> int:
    """Return how far a label is set in, in half-width spaces; a full-width space counts two."""
    return sum(2 if char == "\u3000" else 1 for char in label[: len(label) - len(label.lstrip())])


def opens_section(label: str, values_blank: bool) -> bool:
    """Tell whether a row is a title for the rows below: 按收入性质分： with no figures."""
    return values_blank and squeeze(label).endswith((":", "分", "分类", "其中"))
