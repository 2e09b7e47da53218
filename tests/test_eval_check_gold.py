"""The reviewer's gold of the real report: what is stated stands where it is said to, by python-docx and the grids."""

import json

import docx
import pytest

from ingest.docx import read_docx
from ingest.labels import squeeze
from tests.test_architecture import ROOT

KINDS = {
    "parts",
    "across",
    "units",
    "change",
    "ratio",
    "scores",
    "same",
    "target",
    "text",
    "year",
    "reason",
    "grade",
    "other",
}


def entries(name):
    lines = (ROOT / "eval" / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("name, least", [("check_xiangxi_2021", 45), ("check_xiangxi_2021_holds", 30)])
def test_every_stated_value_stands_in_its_place(name, least, real_docx):
    found = entries(name)
    assert len(found) >= least
    assert len({one["id"] for one in found}) == len(found)
    grids = {b.table_number: b.table.grid() for b in read_docx(real_docx).blocks if b.table is not None}
    paragraphs = [paragraph.text for paragraph in docx.Document(str(real_docx)).paragraphs]
    for one in found:
        assert one["kind"] in KINDS
        assert one["stated"]
        for place in one["stated"]:
            if "table" in place:
                text = grids[place["table"]][place["row"]][place["column"]].text
            else:
                text = paragraphs[place["paragraph"]]
            assert squeeze(place["value"]) in squeeze(text), (one["id"], place)


def test_findings_say_how_grave_and_what_it_should_be():
    for one in entries("check_xiangxi_2021"):
        assert one["severity"] in ("错误", "疑似", "提示")
        assert 0 < one["sure"] <= 1
        assert one["should"]
    for one in entries("check_xiangxi_2021_holds"):
        assert "=" in one["formula"]
