"""Which failed relations are told: slips found, figures that only look alike left alone, weights of this version."""

import random
import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from assistant.checks import belief, twice
from assistant.checks.belief import Board, believed, gravity
from assistant.checks.causes import causes
from assistant.checks.relations import Severity
from assistant.checks.run import once, relations_of
from assistant.checks.slips import digits_of, moved, slip
from assistant.checks.twice import Said, columns_of, said_twice
from assistant.weigher import MismatchError, Weigher, card, weigher
from tests import wordfile
from tests.conftest import assistant_over


@pytest.mark.parametrize(
    ("a", "b", "alike", "differ", "swapped", "one", "bag"),
    [
        ("1234", "1243", True, 2, True, False, True),
        ("1234", "1235", True, 1, False, True, False),
        ("1234", "4231", True, 2, False, False, True),
        ("1234", "5678", True, 4, False, False, False),
        ("1234", "123", False, 9, False, False, False),
        ("7", "7", True, 0, False, False, True),
    ],
)
def test_a_slip_is_told_by_its_digits(a, b, alike, differ, swapped, one, bag):
    for found in (slip(a, b), slip(b, a)):
        assert (found.alike, found.differ, found.swapped, found.one, found.bag) == (alike, differ, swapped, one, bag)


def test_a_point_in_the_wrong_place():
    assert moved(Decimal("123.4"), Decimal("1.234"))
    assert moved(Decimal("-5"), Decimal("50000"))
    assert not moved(Decimal("123.4"), Decimal("12.35"))
    assert not moved(Decimal("5"), Decimal("5"))
    assert not moved(Decimal("0"), Decimal("5"))
    assert digits_of(Decimal("-12.30")) == "1230"


#: A short final account: what its text says stands in its table.
ROWS = [
    ["项目", "2023年决算数（万元）", "2023年预算数（万元）"],
    ["财政拨款收入", "1262.06", "1280.20"],
    ["其他收入", "22.50", "21.00"],
    ["本年收入合计", "1284.56", "1301.20"],
    ["基本支出", "862.31", "870.00"],
    ["项目支出", "411.75", "431.20"],
    ["本年支出合计", "1274.06", "1301.20"],
]
COSTS = [
    ["经济科目", "2023年决算数（万元）"],
    ["公务接待费", "3.86"],
    ["培训费", "12.47"],
]
TEXT = (
    "2023年本年收入合计1284.56万元，本年支出合计1274.06万元，其中基本支出862.31万元、项目支出411.75万元。",
    "全年发生公务接待费3.86万元，培训费12.47万元，共培训职工236人次，开展执法检查158次。",
)
GOALS = [
    ["三级指标", "年度指标值", "实际完成值", "分值", "得分"],
    ["培训职工（人次）", "≥220", "236", "40", "40"],
    ["执法检查（次）", "≥150", "158", "40", "40"],
    ["群众满意度", "≥90%", "93.5%", "20", "20"],
]


def report(folder, text=TEXT, rows=ROWS, goals=GOALS):
    body = wordfile.p("甲河县水利局2023年度部门决算") + "".join(map(wordfile.p, text))
    body += wordfile.p("收入支出决算表") + wordfile.plain_table(rows)
    body += wordfile.p("部分支出明细表") + wordfile.plain_table(COSTS)
    body += wordfile.p("绩效目标完成情况表") + wordfile.plain_table(goals)
    return wordfile.write(folder / "甲河县水利局2023年度部门决算.docx", body)


def findings(folder, **parts):
    folder.mkdir(parents=True, exist_ok=True)
    assistant = assistant_over(folder / "s", report(folder, **parts))
    (loaded,) = assistant.library().reports
    found = assistant.checker.check(loaded).findings
    assistant.close()
    return found


def test_a_report_that_agrees_with_itself_is_left_alone(tmp_path):
    assert [one.message for one in findings(tmp_path)] == []


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("1284.56", "1248.56"), ("862.31", "826.31"), ("411.75", "411.57"), ("12.47", "14.27"), ("236人次", "263人次"),
        ("158次", "185次"), ("3.86", "3.68"), ("1274.06", "1247.06"),
    ],
)  # fmt: skip
def test_a_figure_of_the_text_with_two_digits_swapped_is_found(tmp_path, said, written):
    """The commonest contradiction in what strangers wrote, and two of three were not seen."""
    found = findings(tmp_path, text=tuple(line.replace(said, written) for line in TEXT))
    assert any(
        written.rstrip("人次") in text for one in found for text, _ in one.stated[: one.disputed]
    ), [one.message for one in found]  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_other_figures_of_the_same_measures_are_no_contradiction(tmp_path, seed):
    """A metamorphic one: all figures of a measure changed together, wherever they stand, leave nothing to find."""
    rng = random.Random(seed)
    amounts = {name: Decimal(rng.randrange(20_000, 90_000)) / 100 for name in ("基本", "项目")}
    whole = sum(amounts.values())
    earned = whole + Decimal("10.50")
    swaps = {
        "862.31": amounts["基本"], "411.75": amounts["项目"], "1274.06": whole, "1284.56": earned,
        "1262.06": earned - Decimal("22.50"),
    }  # fmt: skip
    changed = {old: f"{new:.2f}" for old, new in swaps.items()}

    def put(text):
        return re.sub("|".join(map(re.escape, changed)), lambda match: changed[match.group()], text)

    rows = [[put(cell) for cell in row] for row in ROWS]
    assert [one.message for one in findings(tmp_path, text=tuple(map(put, TEXT)), rows=rows)] == []


def test_a_target_and_what_was_reached_are_never_said_twice(tmp_path):
    goals = [GOALS[0], ["培训职工（人次）", "≥263", "236", "20", "18"], *GOALS[2:]]
    assert not [one for one in findings(tmp_path, goals=goals) if "263" in one.message and "人次" in one.message]


def test_what_is_silent_still_answers_who_asks_about_it(tmp_path):
    """Each failed relation has its finding, told or not: a question about the sum never hears that it agrees."""
    rows = [[cell.replace("411.75", "391.75") for cell in row] for row in ROWS]
    tmp_path.mkdir(exist_ok=True)
    assistant = assistant_over(tmp_path / "s", report(tmp_path, rows=rows))
    (loaded,) = assistant.library().reports
    checked = assistant.checker.check(loaded)
    assert not all(one.holds for one in checked.relations)
    assert all(one in checked.of_relation for one in checked.relations if not one.holds)
    answer = assistant.ask("本年支出合计与基本支出、项目支出加起来对得上吗")
    assistant.close()
    assert not answer.text.startswith("对得上")


@pytest.mark.parametrize("module", ["twice", "belief"])
def test_weights_are_of_the_traits_that_the_program_has(tmp_path, module):
    assistant = assistant_over(tmp_path / "s", report(tmp_path, text=(TEXT[0].replace("862.31", "826.31"), TEXT[1])))
    (loaded,) = assistant.library().reports
    sheet = assistant.checker.sheet(loaded)
    if module == "twice":
        columns = columns_of(Said(sheet).candidates())
    else:
        relations = once([*said_twice(sheet), *relations_of(sheet)])
        columns = belief.columns_of(causes(relations), Board(sheet, relations))
    assistant.close()
    held = weigher(module)
    assert set(held.names) == set(columns)
    assert all(0 <= one <= 1 for one in held.odds(columns))
    assert all(np.isfinite(column).all() for column in columns.values())
    with pytest.raises(MismatchError, match="不是一个版本"):
        Weigher((*held.names, "other"), held.trees).odds(columns)


def test_nothing_to_weigh_is_nothing(tmp_path):
    assert believed([], None) == []
    assert twice.columns_of([]) == {}


def test_gravity_follows_the_odds():
    bounds = belief.bounds()
    assert 0 < card("twice")["bounds"]["proposed"] < bounds.told < bounds.firm < 1
    assert gravity(Severity.ERROR, bounds.told - 0.001) is None
    assert gravity(Severity.ERROR, bounds.told) is Severity.SUSPECT
    assert gravity(Severity.ERROR, bounds.firm) is Severity.ERROR
    assert gravity(Severity.NOTE, bounds.firm) is Severity.NOTE
    assert gravity(Severity.SUSPECT, 1.0) is Severity.SUSPECT


def test_the_order_of_a_reports_figures_changes_nothing(tmp_path):
    """Candidates are pairs: read from either figure, or with the text behind its tables, they are the same."""
    assistant = assistant_over(tmp_path / "s", report(tmp_path, text=(TEXT[0].replace("862.31", "826.31"), TEXT[1])))
    (loaded,) = assistant.library().reports
    sheet = assistant.checker.sheet(loaded)

    def pairs(one):
        return {
            frozenset((c.one.entry.stored.id, c.other.entry.stored.id)): c.traits["alike"]
            for c in Said(one).candidates()
        }

    forward, backward = pairs(sheet), pairs(replace(sheet, entries=list(reversed(sheet.entries)), _items={}, _keys={}))
    assistant.close()
    assert forward
    shared = forward.keys() & backward.keys()
    assert len(shared) > 0.8 * len(forward)
    assert all(abs(forward[key] - backward[key]) < 1e-9 for key in shared)
