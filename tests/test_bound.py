"""Published tables as people read them: figures bound to the names that a reader of the report wrote down."""

import pytest

from eval.bound import TRUTH, held_against_truth, told_apart
from eval.training.lessons import published_as_word
from ingest.read import read_report


@pytest.fixture(scope="module")
def public(shared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("public")
    return published_as_word(shared, folder)


@pytest.fixture(scope="module")
def held(shared, public):
    return dict(held_against_truth(shared, public[0].parent))


#: Figures with truth in each file, and how many of them must be bound to the right names.
LEAST = {"bound_shaquan.jsonl": (341, 341), "bound_fuchuan.jsonl": (299, 299), "bound_public.jsonl": (200, 199)}


@pytest.mark.parametrize("name", TRUTH)
def test_figures_have_the_names_that_people_gave_them(held, name):
    figures, bound = LEAST[name]
    assert held[name].figures == figures
    assert held[name].bound >= bound, held[name].wrong


def test_published_figures_have_a_name_and_a_path_of_their_own(public):
    counts = [told_apart(read_report(file)) for file in public]
    figures = sum(one.figures + one.unread for one in counts)
    assert figures > 1000
    assert sum(one.apart for one in counts) >= 0.995 * figures


def test_the_strangers_figures_have_a_name_and_a_path_of_their_own(shared):
    counts = [told_apart(read_report(file)) for file in sorted((shared / "bank").glob("*/docs/*.docx"))]
    figures = sum(one.figures + one.unread for one in counts)
    assert figures > 7000
    assert sum(one.apart for one in counts) >= 0.99 * figures
