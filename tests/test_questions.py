"""Each ability of answering, as data, on a made-up report whose every figure is known."""

import pytest

from assistant.core import Assistant
from assistant.model import Status
from ingest.errors import StoreError
from tests import wordfile
from tests.conftest import assistant_over
from tests.madeup import BUREAU, report


@pytest.fixture(scope="module")
def bureau(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bureau")
    assistant = assistant_over(folder / "store", *report(folder))
    yield assistant
    assistant.close()


#: (turns, values with unit, words that the text must hold)
ANSWERED = {
    "lookup": [
        ("公务接待费2023年决算是多少", ["6.00万元"], ""),
        ("三工经费决算是多少", ["15.50万元"], ""),  # a homophone
        ("二〇二三年公务接待费预算数", ["9.00万元"], ""),
        ("去年公务接待费", ["8.00万元"], "2022"),
        ("园林局年初预算是多少", ["1500.00万元"], ""),
        ("全年预算数是多少", ["1800.00万元"], ""),
        ("口袋公园建了几个", ["9个"], ""),
        ("苗木成活率的目标和实际", ["95%", "97%"], ""),
        ("编制和在职各多少人", ["60人", "57人"], ""),
    ],
    "change": [
        ("公务接待费比上年减少多少", ["-2.00万元"], "减少"),
        ("公务用车运行维护费比2022年降了百分之几", ["-5.00%", "9.50万元", "10.00万元"], "减少5.00%"),
    ],
    "share": [
        ("公务接待费占三公经费的比例", ["38.71%"], "÷"),
        ("项目支出占支出合计的比重", ["44.71%"], "÷"),
        ("市苗圃中心基本支出多少||占合计的比例", ["21.28%"], "÷"),
    ],
    "rate": [
        ("在职人员控制率是多少", ["95.00%"], "57人 ÷ 60人"),
        ("三公经费控制率", ["59.62%"], ""),
        ("预算调整率是多少", ["20.00%"], "1800.00万元 − 1500.00万元"),
    ],
    "sum and difference": [
        ("局本级和市苗圃中心的项目支出一共多少", ["430.00万元"], "320.00万元 + 110.00万元"),
        ("局本级和下属单位的项目支出加起来多少", ["760.00万元"], "320.00万元 + 110.00万元 + 330.00万元"),
        ("下属单位的项目支出加起来多少", ["440.00万元"], "110.00万元 + 330.00万元"),
        ("不算局本级，下面两家单位的项目支出总和", ["440.00万元"], ""),
        ("公务接待费预算比决算多多少", ["3.00万元"], "9.00万元 − 6.00万元"),
        ("公务接待费2022年多少||2023年呢||两年相差多少", ["-2.00万元"], ""),
        ("平均每批次接待花了多少钱", ["2000.00元"], "30批次"),
        ("基本支出加项目支出等于支出合计吗", ["1700.00万元", "1700.00万元"], "一致"),
    ],
    "ranking": [
        ("各单位三公经费从高到低排一下", ["12.00万元", "3.50万元", "0万元"], "从高到低"),
        ("项目支出最多的是哪个单位", ["330.00万元"], "市公园管理处"),
        ("哪项指标得分最低", ["10分"], "游园群众满意度"),
        ("各项三级指标的得分分别是多少", ["15分", "15分", "15分", "10分"], "补植行道树"),
        ("三公经费各项分别是多少", ["0万元", "9.50万元", "6.00万元"], ""),
    ],
    "list": [
        ("哪些单位没有三公经费", [], "市公园管理处"),
        ("哪些指标没有得满分", ["15分"], "新建口袋公园"),
        ("哪些指标没有完成目标", ["9个"], "目标≥12个，实际9个"),
        ("哪些单位项目支出低于200万元", [], "市苗圃中心"),
        ("哪些单位项目支出超过320万元", [], "有：市公园管理处。"),
    ],
    "words": [
        ("新建口袋公园为什么没完成", [], "征地进度滞后"),
        ("新建口袋公园完成了几个||为什么没达标", [], "征地进度滞后"),
        ("三公经费为什么下降", [], "压减了公务接待"),
        ("存在哪些问题", [], "苗木采购价格波动"),
        ("联系人是谁，电话多少", [], "0839-5550123"),
    ],
    "false premise": [
        ("苗木成活率为什么没有达标", ["95%", "97%"], "并非如此"),
        ("三公经费为什么大幅增加", ["15.50万元", "18.00万元"], "并没有增加"),
        ("三公经费超预算的原因", ["26.00万元", "15.50万元"], "并没有超预算"),
    ],
    "a figure as the question": [("9.50是什么钱", ["9.50万元"], "公务用车运行维护费")],
    "definition": [("三公经费控制率怎么算", [], "不是报告原文")],
    "follow-up": [
        ("2023年公务接待费||换成元", ["60000元"], ""),
        ("2023年公务接待费||那2022年呢", ["8.00万元"], ""),
        ("市苗圃中心基本支出多少||市公园管理处呢", ["240.00万元"], ""),
        ("公务接待费||局本级的项目支出是多少", ["320.00万元"], ""),
        ("公务接待费和公务用车运行维护费一共多少||那2022年呢", ["18.00万元"], "8.00万元 + 10.00万元"),
        ("公务接待费占三公经费的比例||2022年呢", ["44.44%"], "÷"),
        ("公务接待费和公务用车运行维护费一共多少||哪些指标没有得满分", ["15分"], "新建口袋公园"),
    ],
}
CASES = [(kind, *case) for kind, cases in ANSWERED.items() for case in cases]


@pytest.mark.parametrize(("kind", "turns", "values", "words"), CASES, ids=[f"{c[0]}: {c[1]}" for c in CASES])
def test_an_answer(bureau, kind, turns, values, words):
    *earlier, question = turns.split("||")
    answer = bureau.ask(question, history=earlier)
    assert answer.status is Status.ANSWERED, answer.text
    assert [f"{v.value}{v.unit}" for v in answer.values] == values, answer.text
    assert words in answer.text
    assert answer.citations or kind == "definition"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("2019年三公经费是多少", "未收录"),
        ("市水利局的三公经费是多少", "未收录"),
        ("局本级的培训费是多少", "未披露"),
        ("今天股价多少", "未披露"),
        ("人均公用经费是多少", "未披露"),
        ("公务接待费占三公经费的比重比上年高多少", "未披露"),
        ("项目支出占比", "未披露"),
    ],
)
def test_a_refusal_has_its_type(bureau, question, words):
    answer = bureau.ask(question)
    assert answer.status is Status.NOT_FOUND
    assert words in answer.text
    assert answer.values == ()


@pytest.mark.parametrize("question", ["占合计的比例", "两年相差多少", "为什么", "换成元", "呢"])
def test_a_follow_up_without_a_question_before_gives_no_figure(bureau, question):
    answer = bureau.ask(question)
    assert answer.status in (Status.NOT_FOUND, Status.CLARIFY)
    assert answer.values == ()


def test_what_was_carried_over_is_said(bureau):
    answer = bureau.ask("那2022年呢", history=["2023年公务接待费"])
    assert any(line.startswith("沿用上一问") for line in answer.trace)


def test_the_stage_of_a_budget_is_kept_apart(bureau):
    """年初 and 全年 in running text were dropped with the words of time before them."""
    facts = {
        e.stored.fact.measure: e.stored.fact.raw for r in bureau.library().reports for e in bureau.index.of_report(r.id)
    }
    assert facts["年初预算数"] == "1500.00万元"
    assert facts["全年预算数"] == "1800.00万元"


def test_a_target_is_held_against_what_measures_the_same(tmp_path):
    """The column 完成率 and figures in the words of a reason were taken for what was achieved; a target set anew counts."""
    rows = [
        ["年度目标", "全年完成：新建公厕9座。", "", "", "", ""],
        ["三级指标", "年度指标值", "调整后指标值", "实际完成值", "完成率", "未完成原因"],
        ["新增绿地面积（万平方米）", "18", "15", "15.6", "100%", ""],
        ["新建公厕（座）", "12", "12", "9", "75%", "3座公厕选址困难"],
    ]
    file = wordfile.write(
        tmp_path / "甲局2023年绩效自评.docx", wordfile.p("单位名称：甲市城管局") + wordfile.plain_table(rows)
    )
    assistant = assistant_over(tmp_path / "s", file)
    answer = assistant.ask("哪些指标没完成")
    assistant.close()
    assert "新建公厕" in answer.text
    assert "实际9座" in answer.text
    assert "绿地" not in answer.text
    assert [(c.row, c.column) for c in answer.citations] == [(3, 2), (3, 3)]  # the row's own cells, not the words above


# --- the user's own lexicon ---


def test_own_terms_are_read_from_the_store(tmp_path):
    folder = tmp_path / "store"
    assistant_over(folder, *report(tmp_path)).close()
    (folder / "lexicon.tsv").write_text("公务接待费\t\t请客吃席\n", encoding="utf-8")
    assistant = Assistant.open(folder)
    answer = assistant.ask("请客吃席多少钱")
    assistant.close()
    assert [str(v.value) for v in answer.values] == ["6.00"]


def test_a_malformed_own_lexicon_is_one_sentence(tmp_path):
    folder = tmp_path / "store"
    assistant_over(folder, *report(tmp_path)).close()
    (folder / "lexicon.tsv").write_text("只有一列\n", encoding="utf-8")
    with pytest.raises(StoreError, match="第 1 行应有 3 列"):
        Assistant.open(folder)


# --- a report that is one table ---

LOANS = [
    ["序号", "贷款方式", "贷款提供方", "贷款规模", "起始日期", "利息率"],
    ["1", "抵押贷款", "东山银行", "5,000,000", "2021年6月1日", "5.7%"],
    ["2", "信用贷款", "东山银行", "8,000,000", "2021年8月6日", "4.75%"],
    ["3", "信用贷款", "西湖银行", "3,000,000", "2021年9月9日", "4.75%"],
]
FORM = [["会议时间", "2022.1.20", "主持人", "陈某"], ["地点", "三楼会议室", "记录人", "周某某"]]
SIDES = [
    ["资产", "年初数", "期末数", "负债", "年初数", "期末数"],
    ["银行存款", "200", "250", "应付票据", "50", "60"],
    ["应收账款", "70", "80", "预收账款", "30", "40"],
]


@pytest.mark.parametrize(
    ("rows", "question", "values", "words"),
    [
        (LOANS, "西湖银行提供的贷款规模是多少", ["3000000"], []),
        (LOANS, "利息率为4.75%的这些贷款，起始日期都是什么时候", [], ["2021年8月6日", "2021年9月9日"]),
        (LOANS, "抵押贷款的贷款规模和利息率分别是多少", ["5000000", "5.7"], []),
        (FORM, "请问会议时间和地点，以及主持人和记录人分别是什么", [], ["三楼会议室", "陈某", "周某某"]),
        (SIDES, "银行存款年初和期末分别是多少", ["200", "250"], []),
        (SIDES, "期末的时候有多少应付票据", ["60"], []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_table(tmp_path, rows, question, values, words):
    file = wordfile.write(tmp_path / "甲表.docx", wordfile.plain_table(rows))
    assistant = assistant_over(tmp_path / "s", file)
    answer = assistant.ask(question)
    assistant.close()
    assert answer.status is Status.ANSWERED, answer.text
    assert [str(v.value) for v in answer.values] == values, answer.text
    assert all(word in answer.text for word in words)


@pytest.mark.parametrize("question", ["南海银行的贷款规模是多少", "西湖银行的违约金是多少", "贷款规模是多少"])
def test_one_table_answers_only_what_is_named(tmp_path, question):
    file = wordfile.write(tmp_path / "甲表.docx", wordfile.plain_table(LOANS))
    assistant = assistant_over(tmp_path / "s", file)
    answer = assistant.ask(question)
    assistant.close()
    assert len(answer.values) != 1, answer.text


# --- questions nobody should ask ---

HOSTILE = [
    "",
    "   ",
    "？" * 50,
    "三公经费" * 2500,
    "😀😀",
    "'; DROP TABLE facts; --",
    "<script>alert(1)</script>",
    "\x00\x01三公经费",
    "((((",
    "{0.__class__}",
]


@pytest.mark.parametrize("question", HOSTILE, ids=range(len(HOSTILE)))
def test_anything_may_be_asked(bureau, question):
    answer = bureau.ask(question, history=[question, "三公经费"])
    assert answer.status in Status
    assert answer.text.strip()
    assert "Traceback" not in answer.text


def test_the_bureau_is_known_by_its_short_names(bureau):
    for name in (BUREAU, "市园林局", "园林局", "本局"):
        answer = bureau.ask(f"{name}2023年公务接待费决算是多少")
        assert [str(v.value) for v in answer.values] == ["6.00"], name


# --- several reports and none named ---


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    """Nine made-up bureaux' reports and a tenth that alone has an indicator of its own."""
    folder = tmp_path_factory.mktemp("several")
    files = []
    for number, name in enumerate("甲乙丙丁戊己庚辛壬癸"):
        rows = [["单位", "项目支出（万元）", "公用支出（万元）"], ["局本级", f"{number + 1}0.00", "5.00"]]
        own = (
            [["指标", "实际完成值"], ["新建候鸟观测站", "7座"]]
            if name == "癸"
            else [["指标", "实际完成值"], ["办件量", "9件"]]
        )
        body = (
            wordfile.p(f"单位名称：{name}山市林业局") + wordfile.plain_table(rows) + wordfile.plain_table(own)
            + wordfile.p("联系人：" + name * 2) + wordfile.p("四、存在的问题") + wordfile.p(f"（一）{name}山苗木不足。")
        )  # fmt: skip
        files.append(wordfile.write(folder / f"{name}山市林业局2023年度部门整体支出绩效自评报告.docx", body))
    return folder, files


@pytest.mark.parametrize(
    "question", ["联系人是谁", "存在哪些问题", "项目支出和公用支出加起来多少", "项目支出占公用支出的比例", "项目支出是多少", "为什么苗木不足"]
)  # fmt: skip
def test_one_of_many_reports_is_never_taken_for_all(tmp_path, several, question):
    assistant = assistant_over(tmp_path / "s", *several[1])
    answer = assistant.ask(question)
    assistant.close()
    assert answer.status in (Status.CLARIFY, Status.NOT_FOUND), answer.text
    assert answer.values == ()


def test_the_one_report_that_holds_it_answers(tmp_path, several):
    assistant = assistant_over(tmp_path / "s", *several[1])
    answer = assistant.ask("新建了几座候鸟观测站")
    assistant.close()
    assert [str(v.value) for v in answer.values] == ["7"]
    assert "癸山市林业局" in answer.text


@pytest.mark.parametrize("question", ["联系人是谁", "项目支出和公用支出加起来多少"])
def test_a_few_reports_answer_side_by_side(tmp_path, several, question):
    assistant = assistant_over(tmp_path / "s", *several[1][:3])
    answer = assistant.ask(question)
    assistant.close()
    assert answer.status is Status.ANSWERED, answer.text
    assert all(f"{name}山市林业局" in answer.text for name in "甲乙丙")
    assert len({c.report for c in answer.citations}) == 3
