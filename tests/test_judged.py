"""What people said of causes that the check proposed, by the figures that each states."""

import json

import pytest

from eval.training.judged import FILE, Judged
from eval.training.tasks import Source
from tests.test_architecture import ROOT

STRANGERS = ROOT / "eval" / "gold" / "strangers"


def source(folder, *lines):
    (folder / FILE).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return Source("s", (folder / "docs" / "决算.docx",), ())


def test_a_judgement_is_found_by_the_figures_stated_whatever_their_order(tmp_path):
    held = Judged.of(
        source(
            tmp_path,
            {"file": "决算.docx", "stated": ["5.27万元", "5.72万元"], "pairs": [["5.27", "5.72"]], "real": True},
            {"file": "决算.docx", "stated": ["12人", "14人"], "pairs": [["12", "14"]], "real": False},
            {"file": "决算.docx", "stated": ["3.00%"], "pairs": [], "real": None},
        )
    )
    assert held.real["决算.docx", frozenset(("5.72万元", "5.27万元"))]
    assert held.real["决算.docx", frozenset(("12人", "14人"))] is False
    assert held.real["决算.docx", frozenset(("3.00%",))] is None
    assert held.pairs == (frozenset(("5.27", "5.72")),)


def test_where_nobody_judged_nothing_is_known(tmp_path):
    assert Judged.of(Source("s", (tmp_path / "docs" / "决算.docx",), ())) == Judged({}, ())


@pytest.mark.parametrize("path", sorted(STRANGERS.glob(f"*/{FILE}")), ids=lambda path: path.parent.name)
def test_what_was_judged_is_of_reports_that_are_there(path):
    held = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert held
    assert all((path.parent / "docs" / one["file"]).is_file() for one in held)
    assert all(set(one) == {"file", "stated", "pairs", "real"} and one["stated"] for one in held)
    assert all(len(pair) == 2 for one in held for pair in one["pairs"])
