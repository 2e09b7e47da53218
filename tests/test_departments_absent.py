"""Questions about a department, a year or a file that isn't (really) there: nobody else's figures answer them."""

import pytest

from assistant.core import Assistant
from ingest.pipeline import ingest
from ingest.store import Store
from tests import wordfile
from tests.conftest import assistant_over

ABSENT = [
    "教育局报告有没有前后不一致", "东山县农业局的报告有没有前后不一致", "清河县教育局项目支出各单位加起来对吗",
    "东山县农业局项目支出各单位加起来对吗", "教育局哪些指标没得满分", "教育局哪些项目没有完成", "教育局谁的得分最高",
    "教育局的三公经费是多少", "教育局三公经费控制率是多少", "教育局存在哪些问题", "教育局各项支出从高到低排一下",
    "2021年林业局的报告有没有前后不一致",
]  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory, samples):
    with Store.open(tmp_path_factory.mktemp("absent"), write=True) as store:
        list(ingest(store, sorted(samples.glob("*.docx"))))
        yield Assistant.open(store)


@pytest.mark.parametrize("question", ABSENT)
def test_what_is_not_loaded_is_said_to_be_not_loaded(both, question):
    answer = both.ask(question)
    assert answer.text.startswith("未收录"), answer.text
    assert answer.values == ()


@pytest.mark.parametrize("question", ABSENT[:2] + ABSENT[3:10:2])
def test_with_one_report_loaded_too(tmp_path, samples, question):
    assistant = assistant_over(tmp_path / "s", sorted(samples.glob("*.docx"))[0])
    answer = assistant.ask(question)
    assistant.close()
    assert answer.text.startswith("未收录"), answer.text


@pytest.mark.parametrize("question", ["林业局的报告有没有前后不一致", "水利局项目支出各单位加起来对吗"])
def test_what_is_loaded_is_checked(both, question):
    assert both.ask(question).text.startswith(("勾稽检查没有发现不一致", "对得上"))


def test_a_year_that_is_only_mentioned_answers_nothing(both):
    assert both.ask("2021年水利局项目支出各单位加起来对吗").values == ()


def test_a_question_that_names_its_own_department_takes_nothing_over(both):
    for before in ("今天天气怎么样", "水利局三公经费是多少"):
        answer = both.ask("教育局的三公经费是多少", history=[before])
        assert not [line for line in answer.trace if line.startswith("沿用")]
        assert answer.text.startswith("未收录")


def test_a_file_that_states_nothing_changes_no_answer(tmp_path, samples):
    """A note beside the reports is no department: not in a ranking, not among those that are loaded."""
    questions = ["林业局各单位项目支出从高到低", "各单位项目支出从高到低", "教育局的三公经费是多少", "三公经费是多少"]
    note = tmp_path / "备注.txt"
    note.write_text("你好", encoding="utf-8")
    with Store.open(tmp_path / "s", write=True) as store:
        list(ingest(store, sorted(samples.glob("*.docx"))))
        before = [Assistant.open(store).ask(question).to_json() for question in questions]
        list(ingest(store, [note]))
        after = [Assistant.open(store).ask(question).to_json() for question in questions]
    assert [{**one, "ms": 0} for one in after] == [{**one, "ms": 0} for one in before]
    assert "备注" not in str(after)


def test_a_report_of_words_alone_is_loaded_all_the_same(tmp_path, samples):
    body = "".join(map(wordfile.p, ["丹江县档案局工作报告", "一、主要职责", "负责全县档案的收集、保管和利用。"]))
    words = wordfile.write(tmp_path / "丹江县档案局工作报告.docx", body)
    with Store.open(tmp_path / "s", write=True) as store:
        list(ingest(store, [*sorted(samples.glob("*.docx")), words]))
        answer = Assistant.open(store).ask("丹江县档案局的主要职责是什么")
    assert not answer.text.startswith("未收录"), answer.text


def test_whoever_a_cell_names_is_no_department_that_lacks(tmp_path):
    rows = [
        ["任务", "责任单位", "完成时限", "完成数"],
        ["河道清淤", "县教育局", "2023年6月", "12"],
        ["校舍加固", "县住建局", "2023年9月", "7"],
    ]
    body = wordfile.p("丹江县水利局2023年度任务分解表") + wordfile.plain_table(rows)
    assistant = assistant_over(tmp_path / "s", wordfile.write(tmp_path / "丹江县水利局2023年度任务.docx", body))
    for question in ("县教育局负责什么任务", "县教育局的完成时限"):
        assert not assistant.ask(question).text.startswith("未收录"), question
    assistant.close()
