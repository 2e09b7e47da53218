"""What a question may mean: every sensible plan over the facts that fit it best.  Nothing is vetoed here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import permutations

from assistant.facts.world import World, alike
from assistant.linking.ranking import Ranking
from assistant.plans import alone
from assistant.plans.beside import PER, of_rows
from assistant.plans.conditions import short
from assistant.plans.counterparts import (
    HALF,
    Proposals,
    Talk,
    counterpart,
    counts,
    dimension,
    disputed,
)
from assistant.plans.grouped import of_sentence, per_named, rows_sharing
from assistant.plans.language import (
    Before,
    Cell,
    Change,
    Difference,
    Each,
    Line,
    Plan,
    Quotient,
    Share,
    Total,
)
from assistant.plans.series import members, of_line, over, over_owners
from assistant.plans.several import (
    in_year,
    of_clauses,
    of_measures,
    of_owner,
    of_qualified,
    of_several,
    of_slots,
    owner_groups,
)
from ingest.labels import KIND_PATTERNS, is_total
from ingest.model import Fact, Form, Kind
from ingest.numbers import in_base

_MOST_CELLS, _MOST_DISPUTED = 6, 3
_MOST_WEIGHED = 60
_MOST_COLUMNS = 6
_MOST_COUNTS = 8
_MOST_IN_ROW, _MOST_CHANGES = 12, 60
_MOST_LINES, _MOST_NAMED_LINES, _MOST_GROUPED_LINES, _MOST_TABLES = 12, 6, 10, 3
_MOST_DEPARTMENTS = 6


def propose(ranking: Ranking, talk: Talk | None = None) -> list[Plan]:
    """Return the plans that a question may mean, single figures first."""
    found = Proposals(ranking, talk or Talk())
    leads = _distinct(ranking)
    for number, lead in enumerate(leads[:_MOST_CELLS]):
        found.add(Cell(lead))
        if number < _MOST_DISPUTED:
            found.add(*disputed(lead, ranking))
    for lead in leads[:2]:
        _of_row(lead, found)
        of_slots(lead, found)
        _of_change(lead, found)
        _of_before(lead, found)
    for lead in leads[2:_MOST_CELLS]:
        _in_years_named(lead, found)
    for lead in leads[:3]:
        of_sentence(lead, found)
    of_rows(leads, found)
    _per_count(leads, found)
    per_named(leads, found)
    _of_whole(leads, found)
    _of_lines(_with_other_lines(leads, ranking), found)
    for lead in leads[:1]:
        of_measures(lead, found)
        of_qualified(lead, found)
    of_clauses(found)
    _of_talk(leads[:1], found)
    return list(found.plans)


def _distinct(ranking: Ranking) -> list[int]:
    """Return the best facts, those that state the same figure of the same owner and year once.

    After the first comes the best one that owner, year and kind don't speak against.
    """
    found: dict[tuple[object, ...], int] = {}
    columns = ranking.columns
    against = columns["owner_conflict"] + columns["unit_conflict"] + columns["year_conflict"] + columns["kind_conflict"]
    order = ranking.order[:_MOST_WEIGHED]
    fitting = [place for place in ranking.order if against[place] == 0][:2]
    for place in dict.fromkeys((*order[:1], *fitting, *order)):
        entry = ranking.world.catalogue.entries[place]
        fact = entry.stored.fact
        size: object = in_base(fact.value, fact.unit) if fact.value is not None else entry.stored.id
        found.setdefault((fact.organisation, fact.period, fact.kind, size), entry.stored.id)
        if len(found) > _MOST_CELLS + 3:
            break
    return list(found.values())


def _of_row(lead: int, found: Proposals) -> None:
    """Propose the columns of the lead's row that the question names, and what follows from two of them."""
    world, ranking = found.world, found.ranking
    row = [one for one in world.row_of(lead) if world.fact(one).form is Form.FIGURE]
    named = [one for one in row if ranking.feature("l_column", one) >= HALF]
    if 1 < len(named) <= _MOST_COLUMNS:
        found.add(Each(tuple(named), "columns"), Total(tuple(named)))
        if len(named) == 2:
            a, b = named
            found.add(Difference(a, b), Difference(b, a), Share(a, b), Share(b, a), Quotient(a, b), Quotient(b, a))
    _of_pairs(row, found)
    asked = [kind for kind, pattern in KIND_PATTERNS if pattern.search(ranking.wording.whole)]
    of_kind = {kind: one for kind in Kind if (one := _first_of_kind(row, kind, world)) is not None}
    wanted = tuple(dict.fromkeys(of_kind[kind] for kind in asked if kind in of_kind))
    if 1 < len(wanted) <= _MOST_COLUMNS:
        found.add(Each(_in_row_order(wanted, row), "kinds"))
    if 1 < len(row) <= _MOST_COLUMNS:
        found.add(Each(tuple(row), "row"))
        for one in row:
            if one != lead and dimension(world.fact(one)) == dimension(world.fact(lead)):
                found.add(Share(lead, one), Share(one, lead), Difference(one, lead), Difference(lead, one))
    words = world.words_of(lead)
    if row and words and len(row) + len(words) <= _MOST_IN_ROW:
        found.add(Line(tuple(row), words))
    budget, actual, target = (of_kind.get(kind) for kind in (Kind.BUDGET, Kind.ACTUAL, Kind.TARGET))
    budget = budget or counterpart(lead, found, kind=Kind.BUDGET)
    actual = actual or counterpart(lead, found, kind=Kind.ACTUAL)
    score, weight = of_kind.get(Kind.SCORE), of_kind.get(Kind.WEIGHT)
    if budget is not None and actual is not None and budget != actual:
        found.add(Each((budget, actual), "kinds"), Difference(budget, actual), Share(actual, budget))
    if target is not None and actual is not None:
        found.add(Each((target, actual), "kinds"), Difference(actual, target), Share(actual, target))
    if score is not None and weight is not None:
        found.add(Difference(weight, score), Each((weight, score), "kinds"))


def _of_pairs(row: Sequence[int], found: Proposals) -> None:
    """Propose the shares of a short row's figures in each other where a rate is asked for, quotients where a mean is.

    A rate that no column has is worked out: 成功 of 调解, 已整改 of 问题数.
    """
    wording, world = found.ranking.wording, found.world
    sizes = {
        one: in_base(fact.value, fact.unit) for one in row
        if (fact := world.fact(one)).value and dimension(fact) not in ("ratio", "points")
    }  # fmt: skip
    if len(sizes) > _MOST_IN_PAIRS:
        return
    for one, other in permutations(sizes, 2):
        if wording.asking.ratio and sizes[one][0] == sizes[other][0] and sizes[one][1] < sizes[other][1]:
            found.add(Share(one, other))
        if counts(world.fact(other)) and PER.search(wording.whole):
            found.add(Quotient(one, other))


_MOST_IN_PAIRS = 5


def _first_of_kind(row: Sequence[int], kind: Kind, world: World) -> int | None:
    """Return the last figure of a kind in a row: of the budgets 年初 and 全年 the adjusted one."""
    return next((one for one in reversed(row) if world.fact(one).kind is kind), None)


def _in_row_order(wanted: Iterable[int], row: Sequence[int]) -> tuple[int, ...]:
    held = set(wanted)
    return tuple(one for one in row if one in held)


def _of_change(lead: int, found: Proposals) -> None:
    """Propose how the lead's measure changed against the year before, and the year before itself."""
    period = found.world.fact(lead).period
    if not period.isdecimal():
        return
    before = counterpart(lead, found, period=str(int(period) - 1))
    if before is not None:
        found.add(Change(lead, before), Cell(before))


def _in_years_named(lead: int, found: Proposals) -> None:
    """Propose a measure that fits less well in the two years that a question names, against each other."""
    years = sorted(found.ranking.wording.years)
    if len(years) == _PAIR:
        held = [in_year(lead, year, found) for year in years]
        of_several([one for one in held if one is not None], "years", found)


_PAIR = 2


def _of_before(lead: int, found: Proposals) -> None:
    """Propose what the lead's measure was before, from how the report says that it changed."""
    world, ranking, own = found.world, found.ranking, found.world.fact(lead)
    if not _EARLIER.search(ranking.wording.whole) and not _is_before(own, ranking):
        return
    if own.kind is Kind.CHANGE:
        now = counterpart(lead, found, kind=Kind.ACTUAL)
        if now is not None:
            found.add(Before(now, lead))
        return
    changes = [
        one for place in ranking.order[:_MOST_CHANGES]
        if world.fact(one := ranking.id_of(place)).kind is Kind.CHANGE and one != lead
        and world.fact(one).organisation == own.organisation and world.fact(one).period == own.period
    ]  # fmt: skip
    near = sorted(changes, key=lambda one: -alike(world, lead, one))
    found.add(*(Before(lead, one) for one in near[:2] if alike(world, lead, one) > HALF / 2))


#: Words that ask for what was before.
_EARLIER = re.compile(r"上年|去年|上一年|前一年|往年|上期|之前|原来|原先|推算|推一下|倒推|反推|往回推|往前推|算回去")


def _is_before(fact: Fact, ranking: Ranking) -> bool:
    """Tell whether a question names the year before a figure's own."""
    return fact.period.isdecimal() and str(int(fact.period) - 1) in ranking.wording.years


def _with_other_lines(leads: Sequence[int], ranking: Ranking) -> list[int]:
    """Return leads with the best figures of further columns: of a list the single figure that fits best is no guide."""
    lines = {_line_of(one, ranking.world): one for one in reversed(leads)}
    for place in ranking.order[:_MOST_WEIGHED]:
        if len(lines) >= _MOST_LINES:
            break
        number = ranking.id_of(place)
        lines.setdefault(_line_of(number, ranking.world), number)
    return [*leads, *(one for one in lines.values() if one not in leads)]


def _line_of(number: int, world: World) -> tuple[object, ...]:
    source = world.fact(number).source
    return (world.entry(number).stored.report, source.table, source.column)


def _of_lines(leads: Sequence[int], found: Proposals) -> None:
    """Propose what may be done with all rows of the columns that the best facts stand in."""
    world, text = found.world, found.ranking.wording.whole
    said = found.ranking.wording.said
    tables: set[tuple[object, ...]] = set()
    seen: set[tuple[object, ...]] = set()
    for lead in leads:
        source = world.fact(lead).source
        line = _line_of(lead, world)
        if source.table is None or source.start is not None or line in seen:
            continue
        seen.add(line)
        found.add(*of_line(lead, world, text, said))
        if len(seen) <= _MOST_NAMED_LINES:
            for along in (world.column_of(lead), world.row_of(lead)):
                of_several(alone.named_along(along, found), "rows", found)
        if len(seen) <= _MOST_GROUPED_LINES:
            for group in rows_sharing(members(world.column_of(lead), lead, world), found):
                found.add(*over(group, text))
                of_several(group, "rows", found)
        if line[:2] not in tables and len(tables) < _MOST_TABLES:
            tables.add(line[:2])
            found.add(*short(lead, world))
    for lead in leads[:1]:
        found.add(*over_owners(lead, world, text, lambda one, owners: counterpart(one, found, owners=owners)))
        departments = list(dict.fromkeys(report.organisation for report in world.library.reports))
        if 1 < len(departments) <= _MOST_DEPARTMENTS and len(owner_groups(found.ranking.wording)) < 2:
            for held in alone.of_owners([(one,) for one in departments], found):
                found.add(*over(held, text))
                of_several([one for one in held if one is not None], "owners", found)


def _of_whole(leads: Sequence[int], found: Proposals) -> None:
    """Propose what share of its row's, or its column's, total a figure is."""
    world = found.world
    for lead in leads[:2]:
        own = world.fact(lead)
        row = [one for one in world.row_of(lead) if one != lead and is_total("".join(world.fact(one).column_path[-1:]))]
        column = [one for one in world.column_of(lead) if one != lead and world.fact(one).total]
        for whole in (*row[:2], *column[:1]):
            if world.fact(whole).value is not None and dimension(world.fact(whole)) == dimension(own):
                found.add(Share(lead, whole))


def _per_count(leads: Sequence[int], found: Proposals) -> None:
    """Propose an amount by a count of the same row, or of a label much alike: per head, per time."""
    world = found.world
    near = [*leads, *(one for lead in leads[:3] for one in world.row_of(lead))]
    facts = [one for one in dict.fromkeys(near) if world.fact(one).value is not None]
    amounts = [one for one in facts if dimension(world.fact(one)) == "money"][:3]
    counted = [one for one in facts if counts(world.fact(one))][:_MOST_COUNTS]
    for amount in amounts:
        for count in counted:
            row = world.row_of(amount)
            if count in row or alike(world, amount, count) > HALF:
                found.add(Quotient(amount, count))


def _of_talk(leads: Sequence[int], found: Proposals) -> None:
    """Propose what a question that goes on may mean: the figures before, against each other and against the new one."""
    earlier = list(dict.fromkeys(found.talk.leads))
    if not earlier:
        return
    last = earlier[-1]
    found.add(Cell(last))
    _of_row(last, found)
    of_slots(last, found)
    _of_change(last, found)
    for year in found.ranking.wording.years:
        one = in_year(last, year, found)
        if one is not None:
            found.add(Cell(one), Change(last, one), Difference(last, one))
    for group in owner_groups(found.ranking.wording):
        one = of_owner(last, group, found)
        if one is not None:
            found.add(Cell(one))
    if found.ranking.wording.kind is not None:
        one = counterpart(last, found, kind=found.ranking.wording.kind)
        if one is not None:
            found.add(Cell(one), Difference(last, one))
    for lead in leads:
        if lead != last:
            found.add(
                Difference(lead, last), Difference(last, lead), Share(lead, last), Share(last, lead),
                Total((last, lead)), Quotient(last, lead), Quotient(lead, last),
            )  # fmt: skip
    if len(earlier) > 1:
        a, b = earlier[-2], earlier[-1]
        found.add(
            Difference(a, b), Difference(b, a), Share(a, b), Share(b, a), Total((a, b)), Change(b, a), Change(a, b)
        )
        if len(earlier) > 2:
            found.add(Total(tuple(earlier[-3:])))
