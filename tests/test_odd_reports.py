"""No question over no report may end in an error: 5,000 generated conversations over reports that are hardly any."""

import json
import random

import pytest

from assistant.batch import answer_lines, failed
from assistant.core import Assistant
from assistant.edge import answered
from assistant.model import Status
from ingest.pipeline import ingest_file
from ingest.store import Store
from tests.oddities import odd_questions, odd_reports


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd")
    with Store.open(folder / "s", write=True) as store:
        for path in odd_reports(folder):
            ingest_file(store, path)
        yield Assistant.open(store)


def test_some_of_their_figures_have_no_name(odd):
    """They are on the account, and no facts."""
    facts = [stored.fact for report in odd.store.reports() for stored in odd.store.all_facts(report.id)]
    assert all(fact.row_path or fact.column_path for fact in facts if fact.value is not None)
    accounts = [table.ledger for report in odd.store.reports() for table in odd.store.tables(report.id)]
    assert any(why == "没有行名，也没有列名" for account in accounts for _, _, why in account.unclear)
    assert len(odd.store.reports()) >= 10


def test_a_reason_is_asked_of_figures_without_a_name(odd):
    for report in odd.store.reports():
        assert odd.ask("养老支出为什么没完成", reports=(report.id,)).text


def asked_of_odd_reports(odd, count, seed):
    draw = random.Random(seed)
    reports = [report.id for report in odd.store.reports()]
    for turns in odd_questions(count, seed):
        chosen = draw.choice([(), *([one] for one in reports), draw.sample(reports, 2), draw.sample(reports, 9)])
        answer = odd.ask(turns[-1], history=turns[:-1], reports=tuple(chosen))
        assert answer.text.strip(), turns
        assert answer.status in Status


def test_few_odd_questions_end_in_no_error(odd):
    asked_of_odd_reports(odd, 300, seed=11)


@pytest.mark.slow
def test_five_thousand_odd_questions_end_in_no_error(odd):
    asked_of_odd_reports(odd, 5_000, seed=12)


class _Broken:
    """An assistant that fails on some questions, in ways that nobody foresaw."""

    def __init__(self, inner):
        self.inner = inner

    def ask(self, question, history=(), reports=()):
        if "崩" in question:
            raise IndexError("tuple index out of range")
        return self.inner.ask(question, history=history, reports=reports)


def test_one_failure_leaves_the_rest_of_a_batch(odd):
    lines = ['{"id": 1, "turns": ["差旅费"]}', '{"id": 2, "turns": ["崩"]}', "no json", '{"id": 4, "turns": []}', "[]", "[" * 5000,
             '{"id": 5, "turns": ["差旅费"], "reports": ["没有这份"]}', '{"id": 6, "turns": ["差旅费"], "reports": 3}', "",
             '{"id": 7, "turns": ["差旅费"]}']  # fmt: skip
    answers = list(answer_lines(_Broken(odd), lines))
    assert [one["id"] for one in answers] == [1, 2, None, 4, None, None, 5, 6, 7]
    assert [failed(one) for one in answers] == [False, True, True, True, True, True, True, True, False]
    assert "第 3 行" in answers[2]["text"]
    assert "第 10 行" not in json.dumps(answers, ensure_ascii=False)
    assert all(one["status"] == "not_found" for one in answers if failed(one))


def test_an_error_is_a_sentence_and_stands_in_the_log(odd, caplog):
    answer = answered(_Broken(odd), "崩了吗")
    assert "没能答出来" in answer.text
    assert "IndexError" in caplog.text
