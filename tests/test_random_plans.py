"""Plans drawn by chance over strangers' reports: run, written, and passed through the gate, whatever they ask for."""

import random
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.answers.naming import with_figure
from assistant.answers.offer import offered
from assistant.answers.tell import told
from assistant.citations import Citer
from assistant.core import Assistant
from assistant.gate import unsupported
from assistant.model import Query
from assistant.plans.language import (
    FORMS,
    WAYS,
    Adds,
    Before,
    Cell,
    Change,
    Difference,
    Each,
    Line,
    Mean,
    Names,
    PlanError,
    Quote,
    Quotient,
    Rank,
    Share,
    Short,
    Total,
    Where,
    Words,
    facts_of,
    from_json,
    kind_of,
    to_json,
)
from assistant.running.figures import _comparable, _computed, run
from ingest.model import Form
from ingest.pipeline import ingest
from ingest.store import Store

STRANGERS = Path(__file__).parent.parent / "eval" / "gold" / "strangers"
#: No plan may take longer than this of the processor's time, the first of a report apart.
SLOWEST = 1.0
BOUNDS = ("20", "1.5万元", "7", "90%", "0", "1000元", "0.35%")


class Made:
    """Draws plans over the figures, words and paragraphs of a world."""

    def __init__(self, world, seed):
        self.world = world
        self.chance = random.Random(seed)
        entries = [entry.stored for entry in world.catalogue.entries]
        self.figures = [one.id for one in entries if one.fact.form is Form.FIGURE]
        self.any = [one.id for one in entries]
        self.words = sorted(world.words)
        self.quotes = [one.piece for one in world.quotes.said if one.piece is not None]
        self.ways = [getattr(self, f"_{name}") for name in FORMS]

    def plan(self):
        """Return a plan of any kind: mostly over one row or column, as those proposed are, else over anything."""
        return self.chance.choice(self.ways)()

    def _some(self, least, most):
        first = self.chance.choice(self.figures)
        line = self.chance.choice((self.world.row_of(first), self.world.column_of(first), self.figures, self.any))
        held = [first, *(one for one in line if one != first)]
        return tuple(held[:1] + self.chance.sample(held[1:], min(len(held) - 1, self.chance.randint(least, most) - 1)))

    def _two(self):
        held = self._some(2, 2)
        return held if len(held) == 2 else (held[0], self.chance.choice(self.figures))

    def _cell(self):
        return Cell(*self._some(1, 1), self._some(1, 2) if self.chance.random() < 0.3 else ())

    def _each(self):
        return Each(self._some(1, 8), self.chance.choice(("row", "rows", "years", "owners", "measures", "columns")))

    def _difference(self):
        return Difference(*self._two())

    def _share(self):
        return Share(*self._two())

    def _quotient(self):
        return Quotient(*self._two())

    def _change(self):
        return Change(*self._two())

    def _total(self):
        return Total(self._some(2, 20))

    def _mean(self):
        return Mean(self._some(2, 20))

    def _rank(self):
        return Rank(self._some(2, 20), self.chance.random() < 0.5, self.chance.randint(0, 4))

    def _names(self):
        return Names(self._some(1, 20))

    def _before(self):
        return Before(*self._two())

    def _where(self):
        return Where(self._some(1, 20), self.chance.choice(WAYS), self.chance.choice(BOUNDS))

    def _short(self):
        wholes, parts = self._some(3, 6), self._some(3, 6)
        size = min(len(wholes), len(parts))
        return Short(wholes[:size], parts[:size], self.chance.randint(0, 2))

    def _adds(self):
        whole, *parts = self._some(3, 12)
        return Adds(whole, tuple(parts) or (whole,))

    def _line(self):
        first = self.chance.choice(self.figures)
        return Line(self.world.row_of(first), self.world.words_of(first))

    def _quote(self):
        if not self.quotes:
            return self._cell()
        piece = self.chance.choice(self.quotes)
        return Quote(piece.report, piece.block, piece.text)

    def _words(self):
        return Words(self.chance.choice(self.words)) if self.words else self._cell()


def sent_through(assistant, count, seed):
    """Run so many plans over an assistant's reports; return how many of each kind were written."""
    world = assistant.chooser.world(assistant.library())
    made, kinds = Made(world, seed), Counter()
    for _ in range(count):
        plan = made.plan()
        assert from_json(to_json(plan)) == plan
        started = time.process_time()
        answer = None
        if run(plan, world) is not None:
            reports = {report.id: report for report in world.library.reports}
            answer = told(plan, world, Query("", ""), Citer(assistant.store, reports))
        if answer is not None:
            kinds[kind_of(plan)] += 1
            assert answer.text.strip()
            if unsupported(answer, getattr(plan, "bound", "")):  # the gate keeps it back
                kinds["withheld"] += 1
                assert assistant.chooser.told(plan, world, Query("", "")) is None
                continue
            assert answer.citations or not facts_of(plan)
            assert offered(plan, answer, world).answer
        assert time.process_time() - started < SLOWEST, plan
    return kinds


def asked(authors, count, folder, seed):
    kinds = Counter()
    for number, author in enumerate(authors):
        with Store.open(folder / author.name, write=True) as store:
            list(ingest(store, sorted((author / "docs").glob("*.docx"))))
            assistant = Assistant.open(store)
            sent_through(assistant, 1, seed)  # loads the reports
            kinds += sent_through(assistant, count // len(authors), seed + number)
    return kinds


def authors(count):
    held = sorted(path for path in STRANGERS.iterdir() if (path / "docs").is_dir())
    return random.Random(3).sample(held, count)


def test_few_random_plans_put_no_figure_forward_without_its_source(tmp_path):
    assert set(asked(authors(2), 1_500, tmp_path, seed=1)) == set(FORMS)


@pytest.mark.slow
def test_no_random_plan_puts_a_figure_forward_without_its_source(tmp_path):
    kinds = asked(authors(10), 100_000, tmp_path, seed=2)
    assert kinds.pop("withheld", 0) < 100
    assert set(kinds) == set(FORMS)
    assert sum(kinds.values()) > 40_000


@pytest.mark.parametrize("bound", ["", "三成", "约20", "1,000万元", "9" * 40, "12.", "a"])
def test_a_bound_that_is_no_figure_is_refused_in_a_sentence(bound):
    with pytest.raises(PlanError, match="不是一个数"):
        from_json({"plan": "where", "facts": [1], "way": "less", "bound": bound})


@pytest.mark.parametrize(
    ("bound", "unit", "held"),
    [("1.5万元", "元", True), ("90%", "万元", False), ("20元", "人", False), ("30万", "人", True), ("7", "%", True),
     ("12座", "个", True), ("5人", "%", False)],
)  # fmt: skip
def test_amounts_and_percentages_are_held_only_against_their_own_kind(bound, unit, held):
    fact = SimpleNamespace(unit=unit)
    assert _comparable(Where((1,), "less", bound), fact) is held


@pytest.mark.parametrize(
    ("plan", "values", "comes_to"),
    [
        (Quotient(1, 2), ("22", "31260"), None), (Quotient(1, 2), ("31260", "22"), ["1420.9091"]),
        (Quotient(1, 2), ("0", "12"), ["0.0000"]), (Quotient(1, 2), ("5", "0"), None),
        (Share(1, 2), ("1", "31260"), None), (Share(1, 2), ("1", "3"), ["0.3333"]), (Share(1, 2), ("0", "3"), ["0.0000"]),
    ],
)  # fmt: skip
def test_what_would_be_written_as_nothing_though_it_is_something_is_no_outcome(plan, values, comes_to):
    found = _computed(plan, list(map(Decimal, values)))
    assert found == (None if comes_to is None else list(map(Decimal, comes_to)))


@pytest.mark.parametrize(
    ("name", "figure", "text"),
    [("附表5", "500万元", "附表5：500万元"), ("办公费", "12.5万元", "办公费12.5万元"), ("占比%", "3", "占比%：3")],
)
def test_a_name_that_ends_in_a_figure_is_parted_from_its_own(name, figure, text):
    assert with_figure(name, figure) == text
