"""Header paths on the public set: the bounds that hold, and a measure that can fail."""

import pytest

from eval.headers import HeaderTally, measure_headers
from tests.conftest import SHARED

BOUNDS = {"horizontal": 95, "vertical": 95, "hierarchical": 95, "complex": 85}


@pytest.fixture(scope="module")
def tally(shared):
    found = HeaderTally()
    for _ in measure_headers(SHARED / "bench" / "imtqa_dev", found):
        pass
    return found


@pytest.mark.parametrize("table_type", BOUNDS)
def test_gold_cells_stand_under_their_headers(tally, table_type):
    counts = tally.by_type[table_type]
    assert counts["cells"] >= 88
    assert counts["right"] * 100 >= BOUNDS[table_type] * counts["cells"], tally.examples


def test_pairs_are_counted_apart(tally):
    assert tally.by_type["horizontal"]["paired"] < 30
    assert tally.by_type["vertical"]["paired"] == 0


@pytest.mark.parametrize("broken", ["rows", "columns", "foreign"])
def test_a_reader_that_mistakes_headers_is_caught(shared, monkeypatch, broken):
    import dataclasses

    import eval.headers
    from ingest.read import read_report

    paths = {"rows": {"row_path": ()}, "columns": {"column_path": ()}, "foreign": {"column_path": ("别的列",)}}

    def misread(path):
        bundle = read_report(path)
        return dataclasses.replace(bundle, facts=tuple(dataclasses.replace(f, **paths[broken]) for f in bundle.facts))

    monkeypatch.setattr(eval.headers, "read_report", misread)
    found = HeaderTally()
    for _ in measure_headers(SHARED / "bench" / "imtqa_dev", found):
        pass
    assert found.by_type["vertical"]["right"] * 2 < found.by_type["vertical"]["cells"]
