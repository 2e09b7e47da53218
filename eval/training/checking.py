"""Teaching the check what is a real inconsistency: contradictions that strangers planted, slips put in, the rest.

Two ensembles, each left out by writer: which figures of the text and of the tables are one thing (``twice``), and which
causes of failed relations are real (``belief``).  What people who read the report judged is as they judged it; what
else its authors did not plant counts as a false alarm.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.checks.belief import Board, traits
from assistant.checks.causes import Cause, causes
from assistant.checks.findings import Writer
from assistant.checks.relations import Item, Relation, Severity
from assistant.checks.run import once, relations_of
from assistant.checks.sheet import Sheet
from assistant.checks.twice import Candidate, Said, said_twice
from assistant.model import Entry
from assistant.weigher import Weigher
from eval.training.choosing import FOLDS, writer_of
from eval.training.ensembles import Recipe, weighted
from eval.training.judged import Judged, figures_of
from eval.training.marked import NAMES, Marked
from eval.training.slipping import part_of, slipped, twins_of, with_entry
from eval.training.tasks import Source
from ingest.labels import squeeze
from ingest.model import Fact

Progress = Callable[[str, int, int], None]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

RECIPES = {
    "twice": Recipe(300, 8, 0.05, 20, 0.4, 5.0, 2),
    "belief": Recipe(250, 8, 0.05, 15, 0.4, 5.0, 2),
}
#: Slips put into a report for pairs, three a time, and for causes; into parts of it for causes.
_FOR_PAIRS, _AT_ONCE, _FOR_CAUSES, _FOR_PARTS, _PARTS = 18, 3, 10, 4, 2
#: What counts: a planted contradiction, another pair or cause, a slip put in and what else it disturbs, a part's.
_PLANTED, _OTHER, _PUT_IN, _BESIDE, _OF_PART = 4.0, 1.0, 0.5, 0.3, 0.5
#: False alarms a report, out of author, that may be told as 错误 and altogether; planted pairs that are proposed.
MOST_FIRM, MOST_TOLD, PROPOSED = 0.2, 0.6, 0.97
_FIGURE = re.compile(r"-?\d[\d,]*\.?\d*")
_RESULT = 0.6
#: So many figures slip at once: where several totals are wrong, that one is says nothing for the others.
_TOGETHER = (1, 1, 2, 4, 8)
_COMMON = ("parts", "ratio", "units")
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Case:
    """A candidate with its traits; ``planted`` names the contradiction that it is, ``put_in`` tells made ones."""

    source: str
    report: str
    traits: dict[str, float]
    right: bool
    weight: float
    planted: frozenset[str] = frozenset()
    put_in: bool = False
    part: bool = False


@dataclass(slots=True)
class Taught:
    """Cases of one kind with the weighers by fold left out ("" for none) and each case's odds out of fold."""

    cases: list[Case]
    weighers: dict[str, Weigher] = field(default_factory=dict)
    odds: Floats = field(default_factory=lambda: np.zeros(0, dtype=np.float32))


def train_checks(
    sources: Sequence[Source], marked: Sequence[Marked], progress: Progress
) -> tuple[dict[str, Taught], dict[str, Any]]:
    """Teach both ensembles from authors' reports; returns them, and the card's figures with the bounds.

    Reports whose every inconsistency is ``marked`` teach which causes are real, in all folds.
    """
    writers = list(dict.fromkeys(writer_of(source.name) for source in sources))
    folds = {source.name: str(writers.index(writer_of(source.name)) % FOLDS) for source in sources}
    pairs = Taught([case for source in _told(sources, progress, "文字与表格") for case in _pair_cases(source)])
    _teach(pairs, "twice", folds)
    proposed = _proposed(pairs)
    beliefs = Taught([
        case for source in _told(sources, progress, "原因")
        for case in _cause_cases(source, pairs.weighers[folds[source.name]], proposed)
    ])  # fmt: skip
    for number, one in enumerate(marked):
        progress("有标注的报告", number, len(marked))
        beliefs.cases += _marked_cases(one, pairs.weighers[""], proposed)
    _teach(beliefs, "belief", folds)
    figures = _figures(beliefs, proposed, sum(len(source.documents) for source in sources))
    return {"twice": pairs, "belief": beliefs}, figures


#: What is in all folds alike.
_IN_ALL = "all"


def _told(sources: Sequence[Source], progress: Progress, what: str) -> Iterator[Source]:
    for done, source in enumerate(sources):
        progress(what, done, len(sources))
        yield source
    progress(what, len(sources), len(sources))


def _teach(taught: Taught, name: str, folds: dict[str, str]) -> None:
    own = np.array([folds.get(case.source, _IN_ALL) for case in taught.cases])
    taught.odds = np.zeros(len(taught.cases), dtype=np.float32)
    for fold in ["", *sorted(set(folds.values()))]:
        kept = [case for case, at in zip(taught.cases, own, strict=True) if at != fold]
        taught.weighers[fold] = weighted(
            [case.traits for case in kept], [case.right for case in kept], [case.weight for case in kept], RECIPES[name]
        )
        left = [n for n, at in enumerate(own) if at == fold]
        if left:
            columns = {
                trait: np.array([taught.cases[n].traits[trait] for n in left], dtype=np.float32)
                for trait in taught.weighers[fold].names
            }
            taught.odds[left] = taught.weighers[fold].odds(columns)


def planted_in(source: Source) -> list[frozenset[str]]:
    """Return the figures of each contradiction that an author planted, as its questions' answers have them."""
    found: dict[frozenset[str], None] = {}
    for task in source.tasks:
        for wanted in task.wanted if task.type == "conflict" else ():
            figures = frozenset(figure for text in wanted for figure in _figures_in(text))
            if len(figures) == _PAIR:
                found[figures] = None
    return list(found)


def _figures_in(text: str) -> list[str]:
    return [_plain(Decimal(found.replace(",", "").rstrip("."))) for found in _FIGURE.findall(squeeze(text))]


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _pair_cases(source: Source) -> Iterator[Case]:
    planted, rng = [*planted_in(source), *Judged.of(source).pairs], random.Random(source.name)
    with source.assistant() as assistant:
        for report in assistant.library().reports:
            sheet = assistant.checker.sheet(report)
            parts = [part for _ in range(_PARTS) if (part := part_of(sheet, rng, with_text=True)) is not None]
            for number, own in enumerate([sheet, *parts]):
                for one in Said(own).candidates():
                    hit = _planted(planted, (one.one, one.other), {})
                    weight = (_PLANTED if hit else _OTHER) * (_OF_PART if number else 1)
                    yield Case(source.name, report.id, one.traits, bool(hit), weight, hit, part=number > 0)
            yield from _slipped_pairs(source.name, report.id, sheet, rng)


def _planted(planted: Sequence[frozenset[str]], items: Sequence[Item], repairs: dict[Item, Decimal]) -> frozenset[str]:
    stated = {figure for item in items for figure in _figures_in(item.fact.raw)}
    stated |= {_plain(value / item.factor) for item, value in repairs.items()}
    return next((one for one in planted if one <= stated), frozenset())


def _slipped_pairs(source: str, report: str, sheet: Sheet, rng: random.Random) -> Iterator[Case]:
    twins = list(twins_of(sheet))
    rng.shuffle(twins)
    for start in range(0, min(len(twins), _FOR_PAIRS), _AT_ONCE):
        changed, meant = {}, []
        for one in twins[start : start + _AT_ONCE]:
            at = one.one if rng.random() < _RESULT else one.other
            entry = slipped(rng, sheet.entries[at])
            if entry is not None:
                changed[at] = entry
                meant.append({_place(sheet.entries[one.one].stored.fact), _place(sheet.entries[one.other].stored.fact)})
        if changed:
            touched = {_place(entry.stored.fact) for entry in changed.values()}
            for pair in Said(with_entry(sheet, changed)).candidates():
                yield from _slipped_pair(source, report, pair, meant, touched)


def _slipped_pair(
    source: str, report: str, pair: Candidate, meant: Sequence[set[object]], touched: set[object]
) -> Iterator[Case]:
    places = {_place(pair.one.fact), _place(pair.other.fact)}
    if places & touched:
        right = places in meant
        yield Case(source, report, pair.traits, right, _PUT_IN if right else _BESIDE, put_in=True)


def _place(fact: Fact) -> object:
    source = fact.source
    return (source.table, source.row, source.column, source.block, source.start)


def _proposed(pairs: Taught) -> float:
    """Return the odds that nearly all planted pairs reach."""
    held = zip(pairs.cases, pairs.odds, strict=True)
    planted = [odds for case, odds in held if case.planted and not case.part]
    return round(float(np.quantile(planted, 1 - PROPOSED)), 3)


def _cause_cases(source: Source, weigh: Weigher, proposed: float) -> Iterator[Case]:
    planted, rng, judged = planted_in(source), random.Random(f"{source.name} causes"), Judged.of(source)
    with source.assistant() as assistant:
        for report in assistant.library().reports:
            writer = Writer(assistant.store, {report.id: report}, report)
            whole = assistant.checker.sheet(report)
            parts = [part for _ in range(_PARTS) if (part := part_of(whole, rng)) is not None]
            for number, sheet in enumerate([whole, *parts]):
                relations, found, board = _worked(sheet, weigh, proposed)
                for cause in found:
                    hit = _planted(planted, [i for one in cause.relations for i in one.items], cause.repairs)
                    stated = figures_of(writer.of_cause(cause, 0.0, Severity.ERROR))
                    real = judged.real.get((report.name, stated), bool(hit))
                    if real is None:
                        continue
                    weight = (_PLANTED if real else _OTHER) * (_OF_PART if number else 1)
                    own, known = traits(cause, board), (hit or stated) if real else frozenset()
                    yield Case(source.name, report.id, own, real, weight, known, part=number > 0)
                for own in _slipped_causes(
                    sheet, relations, weigh, proposed, rng, _FOR_PARTS if number else _FOR_CAUSES
                ):
                    yield Case(source.name, report.id, own, True, _PUT_IN, put_in=True, part=number > 0)


def _worked(sheet: Sheet, weigh: Weigher, proposed: float) -> tuple[list[Relation], list[Cause], Board]:
    relations = once([*said_twice(sheet, weigh, proposed), *relations_of(sheet)])
    return relations, causes(relations), Board(sheet, relations)


def _marked_cases(one: Marked, weigh: Weigher, proposed: float) -> Iterator[Case]:
    """Yield the causes of reports whose inconsistencies are all known, by whether they point at one."""
    with one.assistant() as assistant:
        library = assistant.library()
        for report in library.reports:
            sheet = assistant.checker.sheet(report)
            _, found, board = _worked(sheet, weigh, proposed)
            writer = Writer(assistant.store, {report.id: report}, report)
            texts = {block.number: block.text for block, _ in assistant.store.blocks(report.id)}
            for cause in found:
                points = one.points(report.name, writer.of_cause(cause, 0.0, Severity.ERROR), texts)
                yield Case(one.name, report.id, traits(cause, board), points, one.weight)


def _slipped_causes(
    sheet: Sheet, relations: Sequence[Relation], weigh: Weigher, proposed: float, rng: random.Random, times: int
) -> Iterator[dict[str, float]]:
    """Yield the traits of the causes that come of slips put into figures of relations that hold."""
    held: dict[str, list[Relation]] = {}
    for one in relations:
        if one.holds and len(one.items) > 1:
            held.setdefault(one.kind, []).append(one)
    number = {id(entry): n for n, entry in enumerate(sheet.entries)}
    failed = {_known(one) for one in relations if not one.holds}
    drawn = sorted(held) + [kind for kind in sorted(held) if kind in _COMMON]
    for _ in range(times if held else 0):
        changed: dict[int, Entry] = {}
        for _ in range(rng.choice(_TOGETHER)):
            one = rng.choice(held[rng.choice(drawn)])
            item = one.result if rng.random() < _RESULT else rng.choice(one.items[1:])
            entry, at = slipped(rng, item.entry), number.get(id(item.entry))
            if entry is not None and at is not None:
                changed[at] = entry
        if changed:
            _, found, board = _worked(with_entry(sheet, changed), weigh, proposed)
            put_in = {id(entry) for entry in changed.values()}
            yield from (traits(cause, board) for cause in found if _comes_of(cause, put_in, failed))


def _comes_of(cause: Cause, put_in: set[int], failed: set[object]) -> bool:
    """Tell whether a cause is new and disputes one of the figures put in."""
    if all(_known(relation) in failed for relation in cause.relations):
        return False
    own = [item for relation in cause.relations for item in relation.items if id(item.entry) in put_in]
    return bool(own) and (cause.suspect is None or any(item in cause.repairs for item in own))


def _known(relation: Relation) -> object:
    return (relation.kind, relation.name, *(_place(item.fact) for item in relation.items[:3]))


def _figures(beliefs: Taught, proposed: float, reports: int) -> dict[str, Any]:
    """Choose the bounds and count what is found out of author at each odds."""
    held = zip(beliefs.cases, beliefs.odds, strict=True)
    own = [(case, float(odds)) for case, odds in held if not case.part and case.source not in NAMES]
    false = sorted((odds for case, odds in own if not case.right), reverse=True)
    planted = {(case.source, case.planted) for case, _ in own if case.planted}
    made = [odds for case, odds in own if case.put_in]
    curve = []
    for bound in (n / 20 for n in range(1, 20)):
        found = {(case.source, case.planted) for case, odds in own if case.planted and odds >= bound}
        curve.append({
            "odds": bound, "planted found": len(found),
            "false a report": round(sum(one >= bound for one in false) / reports, 3),
            "put in found": round(sum(o >= bound for o in made) / max(1, len(made)), 3),
        })  # fmt: skip
    return {
        "reports": reports, "planted among the causes": len(planted), "curve": curve,
        "bounds": {
            "told": _bound(false, MOST_TOLD * reports), "firm": _bound(false, MOST_FIRM * reports),
            "proposed": proposed,
        },
    }  # fmt: skip


def _bound(false: Sequence[float], most: float) -> float:
    """Return the lowest odds that no more than ``most`` false causes reach."""
    at = int(most)
    return round(false[at] + 0.0005, 3) if at < len(false) else 0.0


def write_cards(taught: dict[str, Taught], figures: dict[str, Any], folder: Path) -> None:
    """Write both ensembles with their cards."""
    from eval.training.train import write_weigher

    what = {
        "twice": "which figures of the text and of the tables are one measure that differs by a slip",
        "belief": "how likely a cause of failed relations is a real inconsistency",
    }
    for name, held in taught.items():
        recipe = {slot: getattr(RECIPES[name], slot) for slot in Recipe.__slots__}
        counts = {
            "cases": len(held.cases), "planted": sum(bool(case.planted) for case in held.cases),
            "put in": sum(case.put_in and case.right for case in held.cases),
        }  # fmt: skip
        bounds = figures["bounds"] if name == "belief" else {"proposed": figures["bounds"]["proposed"]}
        more = {"out of author": {k: v for k, v in figures.items() if k != "bounds"}} if name == "belief" else {}
        write_weigher(
            name, held.weighers[""], {"what": what[name], "recipe": recipe, **counts, "bounds": bounds, **more}, folder
        )
