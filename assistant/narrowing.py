"""Which reports a question is about where many are loaded: as many as can be weighed, the likeliest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.choosing.chooser import MOST_REPORTS
from assistant.facts.owners import MOST_SEEN
from assistant.facts.shelf import Shelf
from assistant.lexicon import Lexicon
from assistant.linking.reporting import fit
from assistant.model import Answer, Library, Operation, Query, Status
from assistant.perreport import meant, over_units
from assistant.sums import sums_units
from ingest.labels import squeeze
from ingest.model import Report
from ingest.store import Store


@dataclass(slots=True)
class Narrower:
    """Chooses among the reports of a store without reading them."""

    store: Store
    lexicon: Lexicon
    _held: tuple[int, tuple[Report, ...], Shelf] | None = field(default=None)

    def likeliest(
        self, question: str, history: Sequence[str], query: Query, library: Library
    ) -> tuple[tuple[str, ...], bool]:
        """Return the ids of the reports that a question is likely about, none where it goes over all of them.

        ``query`` is the question understood with the whole library.  The departments that it names are among them,
        and alone where the likeliest report is one of theirs; the second says whether they are.
        """
        if query.operation is Operation.REVERSE or over_units(query) or sums_units(squeeze(query.text)):
            return (), False
        named = of_named(query, library, MOST_REPORTS)
        odds = fit(question, self._shelf(library), self.lexicon, history)
        best = [library.reports[place].id for place in odds.best(MOST_SEEN)]
        if best[0] in named:
            return named, True
        return (*named, *(one for one in best if one not in named))[:MOST_REPORTS], False

    def _shelf(self, library: Library) -> Shelf:
        held, generation = self._held, self.store.generation()
        if held is None or held[0] != generation or held[1] != library.reports:
            held = self._held = (generation, library.reports, Shelf.of(self.store, library.reports))
        return held[2]


def with_department(answer: Answer, library: Library) -> Answer:
    """Return an answer that says whose its figures are, where others are loaded beside the library's reports."""
    whose = {
        report.organisation: report for report in library.reports if report.id in {c.report for c in answer.citations}
    }
    if not library.beside or len(whose) != 1 or answer.status not in _TOLD:
        return answer
    ((name, report),) = whose.items()
    said = squeeze(answer.text)
    if not name or any(squeeze(one) in said for one in (name, *report.aliases)):
        return answer
    return replace(answer, text=f"{name}：{answer.text}")


_TOLD = (Status.ANSWERED, Status.CONFLICT)


def of_named(query: Query, library: Library, most: int) -> tuple[str, ...]:
    """Return the ids of the reports of the departments that a question names, at most ``most``; else none.

    Where a department has more, those of the years that the question names.
    """
    if len(query.reports) >= len(library.reports):
        return ()
    named = tuple(report.id for report in library.reports if report.id in set(query.reports))
    dated = tuple(report.id for report in meant(query, library))
    return next((held for held in (named, dated) if len(held) <= most), ())


def outside(query: Query, every: Library, chosen: Library) -> tuple[Sequence[Report], Sequence[str]]:
    """Return the loaded reports that a question names where none of them is chosen, and the years that lack.

    ``query`` was understood with ``every`` report that is loaded.
    """
    lacking = [year for year in query.periods if year not in chosen.periods]
    years = [year for year in lacking if f"{year[2:]}年" in query.text or year in query.text]  # 上年 names none
    inside = bool(set(chosen.organisations) & set(query.organisations)) or not query.organisations
    own = {report.organisation for report in chosen.reports}
    named = [one for one in meant(query, every) if query.organisations or one.organisation in own]
    held = {report.id for report in chosen.reports}
    outside_all = not any(report.id in held for report in named) and (years or not inside)
    return (named, years) if outside_all else ((), ())
