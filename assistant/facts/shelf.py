"""What is known of every loaded report without reading its facts: whose it is, its year, which labels it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from assistant.facts.owners import Owners
from ingest.labels import squeeze
from ingest.model import Report, Scope
from ingest.shelves import all_labels, parts_of, reports_with
from ingest.store import Store

#: So many labels that share most with a question, and so many passages, say which reports it may be about.
_LABELS, _PASSAGES = 200, 100


@dataclass(frozen=True, slots=True)
class Shelf:
    """The reports of a store at one state of it.

    ``departments`` are those whose reports these are, ``parts`` the parts of them that tables name, ``of_part`` the
    places of the reports that name a part.
    """

    store: Store
    reports: tuple[Report, ...]
    departments: Owners
    parts: Owners
    of_part: Mapping[str, tuple[int, ...]]
    place: Mapping[str, int]  # of each report, by its id

    @classmethod
    def of(cls, store: Store, reports: Sequence[Report]) -> Self:
        """Read whose reports these are."""
        names: dict[str, list[str]] = {}
        for report in reports:
            names.setdefault(report.organisation, []).extend(map(squeeze, (report.organisation, *report.aliases)))
        place = {report.id: number for number, report in enumerate(reports)}
        held: dict[str, dict[int, None]] = {}
        for key, part in store.read(parts_of):
            if part and part not in names and key in place:
                held.setdefault(part, {})[place[key]] = None
        labels = store.read(all_labels)
        parts = Owners.of({part: [squeeze(part)] for part in held}, labels)
        of_part = {part: tuple(own) for part, own in held.items()}
        return cls(store, tuple(reports), Owners.of(names, labels), parts, of_part, place)

    def sharing(self, text: str) -> tuple[list[tuple[str, tuple[int, ...]]], list[tuple[int, float]]]:
        """Return the labels nearest to a text with the places of their reports, and (place, score) of passages."""
        place = self.place
        labels = self.store.labels(text, _LABELS)
        held = self.store.read(lambda connection: reports_with(connection, [key for key, _ in labels]))
        near = [(label, tuple(place[one] for one in held.get(key, ()) if one in place)) for key, label in labels]
        passages = self.store.passages(text, Scope(), _PASSAGES)
        return near, [(place[one.report], score) for one, score in passages if one.report in place]
