"""A cell that isn't filled in: what is asked of it is told to be blank, whatever else stands beside it."""

import random

import pytest

from tests import wordfile
from tests.conftest import assistant_over

NAME = "清河县财政局2023年度部门决算"
ROWS = ["办公费", "差旅费", "印刷费", "会议费"]
COLUMNS = ["年初预算数", "调整预算数", "决算数"]
ASSETS = [["项目", "年初数", "年末数"], ["货币资金", "100.5", "99.1"], ["固定资产", "3.77", "4.88"]]


def grid_of(seed):
    """Draw a table of items over kinds, some of its cells blank."""
    draw = random.Random(seed)
    rows = draw.sample(ROWS, draw.choice([2, 3, 4]))
    columns = draw.sample(COLUMNS, draw.choice([1, 2, 3]))
    cells = [
        [draw.choice(["", f"{draw.randint(1, 99)}.{draw.randint(10, 99)}"]) for _ in columns] for _ in rows
    ]  # fmt: skip
    return rows, columns, cells


@pytest.mark.parametrize("alone", [True, False], ids=["one table", "two tables"])
@pytest.mark.parametrize("seed", range(5))
def test_a_cell_answers_with_its_own_figure_or_with_none(tmp_path, seed, alone):
    """No neighbour stands in for a blank one, in a report of one table as in one of several."""
    rows, columns, cells = grid_of(seed)
    table = [["项目", *columns], *([row, *line] for row, line in zip(rows, cells, strict=True))]
    body = wordfile.p(NAME) + wordfile.p("单位：万元") + wordfile.plain_table(table)
    if not alone:
        body += wordfile.p("资产情况表（单位：万元）") + wordfile.plain_table(ASSETS)
    assistant = assistant_over(tmp_path / "store", wordfile.write(tmp_path / f"{NAME}.docx", body))
    for row, line in zip(rows, cells, strict=True):
        for column, wanted in zip(columns, line, strict=True):
            answer = assistant.ask(f"{row}的{column}是多少")
            assert [str(value.value) for value in answer.values] == ([wanted] if wanted else []), answer.text


def test_an_item_asked_for_by_itself_has_the_one_figure_of_its_row(tmp_path):
    table = [["项目", *COLUMNS], ["办公费", "3.50", "", ""], ["差旅费", "", "", "6.10"]]
    body = wordfile.p(NAME) + wordfile.p("单位：万元") + wordfile.plain_table(table)
    assistant = assistant_over(tmp_path / "store", wordfile.write(tmp_path / f"{NAME}.docx", body))
    for item, wanted in (("办公费", "3.50"), ("差旅费", "6.10")):
        assert [str(value.value) for value in assistant.ask(f"{item}是多少").values] == [wanted]
