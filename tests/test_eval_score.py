"""The scorer, and each way it could be fooled: substrings, units, signs, rounding, lists of every number."""

from decimal import Decimal

import pytest

from eval.figures import equal, folded, tokens
from eval.goldset import gold_of
from eval.model import Outcome
from eval.score import Sources, score
from eval.stats import percentile, tally, wilson

TEXT = "三公经费决算数14.02万元，预算数70.60万元，控制率19.86%，编制112人¦2.52¦-3.32¦11.50"
SOURCES = Sources({"r1": "甲局报告"}, {"甲局报告": folded(TEXT)})
CELL = {"table": 1, "row": 2, "column": 3}
RIGHT, MISPLACED, WRONG, MISSED = Outcome.RIGHT, Outcome.MISPLACED, Outcome.WRONG, Outcome.MISSED


def value(number, unit="万元", basis="cell", cites=(1,)):
    return {
        "value": number, "unit": unit, "raw": number, "measure": "三公经费", "organisation": "甲局", "period": "2021",
        "basis": basis, "citations": list(cites),
    }  # fmt: skip


def cite(quote, n=1, place=(1, 2, 3), report="r1"):
    table, row, column = place if place else (None, None, None)
    return {"n": n, "report": report, "place": "附件1", "quote": quote, "table": table, "row": row, "column": column}


def answer(text, values=(), citations=(), status="answered", trace=()):
    return {
        "status": status, "text": text, "values": list(values), "citations": list(citations), "trace": list(trace),
        "ms": 1.0,
    }  # fmt: skip


def gold(*values, **more):
    entry = {"id": "g", "kind": "lookup", "turns": ["三公经费是多少？"], "values": list(values), **more}
    return gold_of(entry)


def asked(number="14.02", unit="万元", **more):
    return {"value": number, "unit": unit, "places": [CELL], **more}


def outcome(of, given):
    return score(of, given, SOURCES).outcome


COMPUTED = {"value": "-56.58", "unit": "万元", "operands": [[CELL], [{"table": 1, "row": 2, "column": 4}]]}
OPERANDS = [cite("决算数14.02万元"), cite("预算数70.60万元", 2, (1, 2, 4))]


SPENT = answer("三公经费为14.02万元（2021年）。", [value("14.02")], [cite("14.02")])


def test_the_right_answer_is_right():
    scored = score(gold(asked()), SPENT, SOURCES)
    assert (scored.outcome, scored.citations, scored.unsupported) == (RIGHT, (1, 1), ())


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        # a number inside another
        (asked("12", "人"), answer("编制为112人。", [value("112", "人")], [cite("编制112人")]), WRONG),
        (asked("112", "人"), answer("编制为112人。", [value("112", "人")], [cite("编制112人")]), RIGHT),
        # units convert, but never drop
        (asked("140200", "元"), SPENT, RIGHT),
        (asked("14.02", "元"), SPENT, WRONG),
        (asked("14.02", "%"), SPENT, WRONG),
        (asked(), answer("三公经费为14.02。", [value("14.02", "")], [cite("14.02")]), WRONG),
        # the sign counts, and a fall said in words is still negative
        (asked("-3.32"), answer("三公经费减少3.32万元。", [value("-3.32")], [cite("-3.32")]), RIGHT),
        (asked("-3.32"), answer("三公经费增加3.32万元。", [value("3.32")], [cite("-3.32")]), WRONG),
        # rounding is no answer where the report has the digits
        (asked("19.86", "%"), answer("控制率为19.9%。", [value("19.9", "%")], [cite("控制率19.86%")]), WRONG),
        # the text must state what the values claim
        (asked(), answer("三公经费见附件。", [value("14.02")], [cite("14.02")]), WRONG),
        (asked(), answer("三公经费为114.02万元。", [value("14.02")], [cite("14.02")]), WRONG),
        # a list of every number, in the values or in the text only
        (asked(), answer("14.02万元、70.60万元、2.52万元。", [value(n) for n in ("14.02", "70.60", "2.52")], [cite("14.02")]), WRONG),
        (asked(), answer("14.02万元、70.60万元。", [value("14.02")], [cite("14.02"), cite("预算数70.60万元", 2)]), WRONG),
        # an invented quote bears nothing out, nor does a number that stands inside the file's
        (asked("99.99"), answer("三公经费为99.99万元。", [value("99.99")], [cite("99.99")]), WRONG),
        (asked("4.02"), answer("三公经费为4.02万元。", [value("4.02")], [cite("4.02")]), WRONG),
        # the right figure, cited elsewhere or in another report, or not cited
        (asked(), answer("三公经费为14.02万元。", [value("14.02")], [cite("14.02", place=(1, 2, 4))]), MISPLACED),
        (asked(), answer("三公经费为14.02万元。", [value("14.02", cites=())], [cite("14.02")]), MISPLACED),
        # silence is missed, not wrong
        (asked(), answer("未披露。", status="not_found"), MISSED),
        (asked(), answer("请说明年度。", status="clarify"), MISSED),
        (asked(), answer("前后不一致：14.02万元，70.60万元。", [value("14.02"), value("70.60")], [cite("14.02")], "conflict"), WRONG),
    ],
)  # fmt: skip
def test_figures(wanted, given, expected):
    assert outcome(gold(wanted), given) is expected


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        # another unit in the text than in the values
        (asked(), answer("三公经费为14.02亿元。", [value("14.02")], [cite("14.02")]), WRONG),
        (asked(), answer("三公经费为14.02亿。", [value("14.02")], [cite("14.02")]), WRONG),
        (asked(), answer("三公经费为14.02千万元。", [value("14.02")], [cite("14.02")]), WRONG),
        (asked(), answer("三公经费为14.02万美元。", [value("14.02")], [cite("14.02")]), WRONG),
        (asked(), answer("三公经费为14.02万。", [value("14.02")], [cite("14.02")]), RIGHT),
        # a fall told as a rise
        (asked("-3.32"), answer("三公经费增加3.32万元。", [value("-3.32")], [cite("-3.32")]), WRONG),
        (asked("-3.32"), answer("三公经费多了3.32万元。", [value("-3.32")], [cite("-3.32")]), WRONG),
        # a guess under the name of silence
        (asked(), answer("未披露；大概70.60万元。", [value("70.60")], status="not_found"), WRONG),
        (asked(), answer("是不是要问70.60万元？", status="clarify"), WRONG),
        (asked(), answer("为70.60万元。未披露原因。", [], [cite("预算数70.60万元")]), WRONG),
        # labels and places of the answer's own making free no figure
        (asked(), answer("14.02万元、70.60万元。", [{**value("14.02"), "measure": "70.60"}], [cite("14.02")]), WRONG),
        (asked("88.88"), answer("为88.88万元。", [value("88.88")], [{**cite("14.02"), "place": "88.88万元"}]), WRONG),
        # a formula that computes nothing, or comes out otherwise
        (asked("88.88"), answer("为88.88万元。", [value("88.88")], [cite("14.02")], trace=["公式：100 = 88.88"]), WRONG),
        (asked("56.58"), answer("为56.58万元。", [value("56.58")], OPERANDS[:2], trace=["公式：14.02 + 70.60 = 56.58"]), WRONG),
        # no figure at all where a number should be
        (asked(), answer("三公经费为14.02万元。", [value("1,4.02")], [cite("14.02")]), WRONG),
    ],
)  # fmt: skip
def test_figures_that_pretend(wanted, given, expected):
    assert outcome(gold(wanted), given) is expected


def test_a_list_in_a_formula_is_still_a_list():
    trace = ["公式：14.02 + 70.60 + 2.52 = 87.14"]
    given = answer(
        "14.02万元、70.60万元、2.52万元。", [value("14.02")], [cite("14.02"), *OPERANDS, cite("2.52", 3)], trace=trace
    )
    assert outcome(gold(asked()), given) is WRONG


GRIDS = Sources(
    SOURCES.names, SOURCES.texts, {"甲局报告": [[], [["", "", "", ""], [""] * 4, ["", "", "", "14.02", "70.60"]]]}
)


@pytest.mark.parametrize(
    ("quote", "expected"),
    [("14.02", RIGHT), ("70.60", WRONG), ("决算数14.02万元，预算数70.60万元", MISPLACED)],
)
def test_a_quote_stands_in_the_cell_that_it_cites(quote, expected):
    given = answer("三公经费为14.02万元。", [value("14.02")], [cite(quote)])
    assert score(gold(asked()), given, GRIDS).outcome is expected


def test_a_quote_of_everything_is_no_place():
    of = gold({"value": "19.86", "unit": "%", "places": [{"words": ["控制率", "19.86%"]}]})
    long = Sources(SOURCES.names, {"甲局报告": folded(TEXT) + "文" * 900})
    given = answer("控制率为19.86%。", [value("19.86", "%")], [cite(TEXT + "文" * 900, place=None)])
    assert score(of, given, long).outcome is MISPLACED


def test_a_number_in_a_word_is_whole():
    of = gold_of({"id": "w", "kind": "text", "turns": ["几个人？"], "contains": ["12人"]})
    assert outcome(of, answer("共12人。", [], [cite("编制112人")])) is not RIGHT  # and 12 stands nowhere
    assert (
        outcome(gold_of({"id": "w", "kind": "text", "turns": ["12人？"], "contains": ["12人"]}), answer("共112人。"))
        is WRONG
    )


def test_an_answer_in_words_has_a_place_too():
    of = gold_of(
        {"id": "w", "kind": "text", "turns": ["编制？"], "contains": ["112人"], "places": [{"words": ["编制112人"]}]}
    )
    assert outcome(of, answer("编制112人。", [], [cite("编制112人", place=None)])) is RIGHT
    assert outcome(of, answer("编制112人。", [], [cite("控制率19.86%，编制112人", place=None)])) is RIGHT
    assert outcome(of, answer("编制112人。", [], [cite("112人", place=None)])) is MISPLACED


@pytest.mark.parametrize(
    ("left", "right", "holds"),
    [
        ("14.02 − 16.94", "-2.92（万元）", True),
        ("-2.92 ÷ 16.94 × 100%", "-17.24%", True),
        ("3747.98万元", "0.374798亿元", True),
        ("3747.98万元", "0.374798万元", False),
        ("(1,802.42 + 4679.80) ÷ 2", "3241.11", True),
        ("1 ÷ 0", "0", False),
        ("__import__('os')", "1", False),
        ("2", "2.01", False),
        ("168.37万册", "1683700册", True),
        ("18.92万公顷", "189200公顷", True),
        ("168.37万册", "16837册", False),
    ],
)
def test_formulas_are_made_again(left, right, holds):
    from eval.support import comes_out

    assert comes_out(left, tokens(right)[0]) is holds


def test_the_same_figure_twice_is_one_answer():
    twice = answer(
        "三公经费为14.02万元。", [value("14.02"), value("14.02", cites=(2,))], [cite("14.02"), cite("14.02", 2)]
    )
    assert outcome(gold(asked()), twice) is RIGHT


FORMULA = "公式：14.02 − 70.60 = -56.58（万元）"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer("少56.58万元。", [value("-56.58", basis="computed", cites=(1, 2))], OPERANDS, trace=[FORMULA]), RIGHT),
        (answer("少56.58万元。", [value("-56.58", basis="computed", cites=(1,))], OPERANDS, trace=[FORMULA]), MISPLACED),
        # no formula: the result stands nowhere
        (answer("少56.58万元。", [value("-56.58", basis="computed", cites=(1, 2))], OPERANDS), WRONG),
        # a formula over an operand that no source has
        (answer("少56.58万元。", [value("-56.58", basis="computed", cites=(1, 2))], OPERANDS[:1],
                trace=["公式：14.02 − 70.60 = -56.58（万元）"]), WRONG),
        # its operands may stand beside it, and the percentage, but not a third computed figure
        (answer("少56.58万元（80.14%）。", [value("-56.58", basis="computed", cites=(1, 2)),
                value("-80.14", "%", "computed", (1, 2)), value("14.02")], OPERANDS,
                trace=[FORMULA, "公式：-56.58 ÷ 70.60 × 100% = -80.14%"]), RIGHT),
        (answer("少56.58万元，共84.62万元，80.14%。", [value("-56.58", basis="computed", cites=(1, 2)),
                value("84.62", basis="computed", cites=(1, 2)), value("-80.14", "%", "computed", (1, 2))], OPERANDS,
                trace=[FORMULA, "公式：14.02 + 70.60 = 84.62", "公式：-56.58 ÷ 70.60 × 100% = -80.14%"]), WRONG),
    ],
)  # fmt: skip
def test_computed_figures(given, expected):
    assert outcome(gold(COMPUTED, kind="computation"), given) is expected


def test_rounding_is_by_the_gold_digits():
    assert equal((Decimal("16.7134"), "%"), (Decimal("16.71"), "%"), 2)
    assert equal((Decimal("16.71"), "%"), (Decimal("16.71"), "%"), 2)
    assert not equal((Decimal("16.7"), "%"), (Decimal("16.71"), "%"), 2)
    assert not equal((Decimal("16.7134"), "%"), (Decimal("16.71"), "%"))
    assert equal((Decimal("1.27"), "倍"), (Decimal("127"), "%"))


CONFLICT = gold(asked(), asked("70.60"), kind="conflict", status=["conflict"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer("14.02万元；70.60万元。", [value("14.02"), value("70.60", cites=(2,))],
                [cite("14.02"), cite("预算数70.60万元", 2)], "conflict"), RIGHT),
        (SPENT, WRONG),  # settled silently
        (answer("14.02万元。", [value("14.02")], [cite("14.02")], "conflict"), WRONG),
        (answer("未披露。", status="not_found"), MISSED),
    ],
)  # fmt: skip
def test_conflicts(given, expected):
    assert outcome(CONFLICT, given) is expected


def test_a_ranking_has_an_order():
    of = gold(asked("70.60"), asked("14.02"), kind="ranking", ordered=True)
    citations = [cite("14.02"), cite("预算数70.60万元", 2)]
    right = answer("70.60万元、14.02万元。", [value("70.60", cites=(1,)), value("14.02")], citations)
    turned = answer("14.02万元、70.60万元。", [value("14.02"), value("70.60", cites=(1,))], citations)
    assert outcome(of, right) is RIGHT
    assert outcome(of, turned) is WRONG


def test_half_a_list_is_wrong_unless_it_says_so():
    of = gold(asked(), asked("70.60"), kind="list")
    half = answer("14.02万元。", [value("14.02")], [cite("14.02")])
    said = answer("三公经费为14.02万元。未披露：预算数。", [value("14.02")], [cite("14.02")])
    assert outcome(of, half) is WRONG
    assert outcome(of, said) is MISSED


NAMES = gold_of(
    {
        "id": "n",
        "kind": "list",
        "turns": ["哪些没得满分？"],
        "contains": ["造林成活率", ["满意度", "群众满意度"]],
        "excludes": ["覆盖率"],
    }
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("造林成活率、满意度。", RIGHT),
        ("造林成活率。", WRONG),
        ("造林成活率、满意度、森林覆盖率。", WRONG),
    ],
)
def test_lists_of_names(text, expected):
    assert outcome(NAMES, answer(text)) is expected


def test_a_dump_of_the_report_is_no_text_answer():
    of = gold_of({"id": "t", "kind": "text", "turns": ["地址？"], "contains": ["人民路"], "length": 10})
    assert outcome(of, answer("单位地址：人民路。")) is RIGHT
    assert outcome(of, answer("人民路" + "文" * 200)) is WRONG


ABSENT = gold_of({"id": "a", "kind": "absent", "turns": ["2019年？"], "status": ["not_found"]})
BLANK = gold_of({"id": "b", "kind": "absent", "turns": ["办公费？"], "status": ["not_found"], "contains": ["未填列"]})


@pytest.mark.parametrize(
    ("of", "given", "expected"),
    [
        (ABSENT, answer("未收录：没有2019年的数（现有年度：2020、2021）。", status="not_found"), RIGHT),
        (ABSENT, SPENT, WRONG),
        (ABSENT, answer("没有2019年的；14.02万元。", [value("14.02")], [cite("14.02")], "not_found"), WRONG),
        (ABSENT, answer("没有；相近的有三公经费88.88万元。", status="not_found"), WRONG),
        (BLANK, answer("未填列：该格没有填数，不等于0。", status="not_found"), RIGHT),
        (BLANK, answer("未披露：没有这一项。", status="not_found"), MISSED),
    ],
)
def test_refusals(of, given, expected):
    assert outcome(of, given) is expected


def test_an_alternative_set_is_as_good():
    of = gold(asked(), kind="false_premise", alternatives=[[asked("19.86", "%")]], contains=[["没有", "未"]])
    rate = answer("没有超：控制率为19.86%。", [value("19.86", "%")], [cite("控制率19.86%")])
    assert outcome(of, rate) is RIGHT
    assert outcome(of, answer("控制率为19.86%。", [value("19.86", "%")], [cite("控制率19.86%")])) is WRONG


def test_an_error_is_a_wrong_answer():
    assert outcome(gold(asked()), answer("没有找到报告。", status="error")) is WRONG


def test_sentences_are_places_by_their_words():
    of = gold({"value": "19.86", "unit": "%", "places": [{"words": ["控制率", "19.86%"]}]})
    assert outcome(of, answer("控制率为19.86%。", [value("19.86", "%")], [cite("控制率19.86%", place=None)])) is RIGHT
    assert outcome(of, answer("为19.86%。", [value("19.86", "%")], [cite("19.86%", place=None)])) is MISPLACED


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("新建5G基站1320个", [("1320", "个")]),
        ("１２０．００万元", [("120.00", "万元")]),
        ("1,802.42", [("1802.42", "")]),
        ("2020-2021年", [("2020", ""), ("2021", "")]),
        ("下降-3.5%", [("-3.5", "%")]),
        ("第27层", [("27", "")]),
        ("V650和12mm", []),
    ],
)
def test_tokens_are_whole_numbers(text, found):
    assert [(str(token.value), token.unit) for token in tokens(text)] == found


def test_the_interval_is_wilsons():
    """Figures from Brown, Cai and DasGupta's formula, computed by hand for 8 of 10."""
    low, high = wilson(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert wilson(0, 0) == (0.0, 1.0)


def test_percentiles_are_nearest_ranks():
    assert [percentile([4, 1, 3, 2], q) for q in (0, 50, 95, 100)] == [1, 2, 4, 4]


def test_a_tally_counts_what_is_unsupported():
    scored = [
        score(gold(asked()), SPENT, SOURCES),
        score(gold(asked("99")), answer("99万元。", [value("99")]), SOURCES),
    ]
    counted = tally(scored)
    assert (counted.counts[RIGHT], counted.counts[WRONG], counted.unsupported) == (1, 1, 1)
