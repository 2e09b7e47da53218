"""Thousands of generated questions thrown at the gate: no figure leaves that no source and no formula holds.

The check is not the gate's own: it is the evaluation's, which reads the figures and the sources apart.
"""

import itertools
import random
import re
import zipfile
from pathlib import Path

import pytest

from assistant.model import Status
from eval.model import Gold, QuestionKind
from eval.support import document_text, folded, unsupported
from tests.conftest import assistant_over
from tests.madeup import report

WHO = ["", "局本级", "市苗圃中心", "园林局", "各单位", "市水利局", "青川市", "州企业服务中心", "全局"]
WHEN = ["", "2023年", "2022年", "2021年", "去年", "2019年", "二〇二三年", "近两年", "2020年和2021年"]
WHAT = [
    "三公经费", "公务接待费", "项目支出", "基本支出", "支出合计", "收入合计", "在职人数", "编制", "口袋公园", "苗木成活率",
    "公务接待批次", "满意度", "产出指标", "自评得分", "人员经费", "公用经费", "净利润", "培训费", "预算", "工业投资", "9.50", "370.14",
]  # fmt: skip
HOW = [
    "是多少", "预算和决算各多少", "比上年增减多少", "比上年降了百分之几", "占支出合计的比重", "从高到低排一下", "最多的是哪个", "平均多少",
    "加起来是多少", "控制率", "执行率", "完成率", "人均多少", "为什么下降", "为什么没完成", "超预算的原因", "得了几分", "扣了多少分", "目标是多少",
    "是什么钱", "怎么算", "有哪些", "前三名", "比公用经费多多少", "减去公务接待费是多少", "除以在职人数", "换成亿元", "超过20的有哪些",
    "和项目支出对得上吗", "第二多的是哪个", "列出各项", "大约3万元对吗", "到底有没有100万元",
]  # fmt: skip
THEN = ["那2022年呢", "换成元", "占全局的比例", "差多少", "为什么", "目标呢", "局本级呢", "预算呢"]
COUNT = 2_000


def generated() -> list[tuple[str, ...]]:
    """Return questions of every who, when, what and how, some with a follow-up; the same on every run."""
    draw = random.Random(5)
    every = list(itertools.product(WHO, WHEN, WHAT, HOW))
    turns = []
    for who, when, what, how in draw.sample(every, COUNT):
        question = f"{who}{when}{what}{how}"
        turns.append((question, draw.choice(THEN)) if draw.random() < 0.3 else (question,))
    return turns


def _bare_text(file: Path) -> str:
    """Return the text of a bare Word file; a tag parts two words."""
    with zipfile.ZipFile(file) as archive:
        return re.sub(r"<[^>]+>", "¦", archive.read("word/document.xml").decode("utf-8"))


def test_few_generated_questions_draw_no_figure_without_a_source(tmp_path_factory, real_docx):
    asked_through_the_gate(tmp_path_factory, real_docx, generated()[5::8])  # an eighth with answers of every kind


@pytest.mark.slow
def test_no_generated_question_draws_a_figure_without_a_source(tmp_path_factory, real_docx):
    asked_through_the_gate(tmp_path_factory, real_docx, generated())


def asked_through_the_gate(tmp_path_factory, real_docx, conversations):
    folder = tmp_path_factory.mktemp("gate")
    files = [*report(folder), real_docx]
    assistant = assistant_over(folder / "store", *files)

    names = {r.id: r.name.rsplit(".", 1)[0] for r in assistant.store.reports()}
    texts = {real_docx.stem: document_text(real_docx), files[0].stem: folded(_bare_text(files[0]))}
    seen = dict.fromkeys(Status, 0)
    for turns in conversations:
        answer = assistant.ask(turns[-1], history=turns[:-1])
        seen[answer.status] += 1
        gold = Gold("generated", QuestionKind.LOOKUP, turns)
        loose = unsupported(gold, answer.to_json(), names, texts)
        assert not loose, (turns, answer.text, loose)
        assert answer.text.strip(), turns
        assert all(value.citations or value.basis == "computed" for value in answer.values), (turns, answer.text)
    assistant.close()
    assert all(seen[status] for status in (Status.ANSWERED, Status.CONFLICT, Status.NOT_FOUND)), seen
    assert seen[Status.ANSWERED] > len(conversations) // 20, seen
