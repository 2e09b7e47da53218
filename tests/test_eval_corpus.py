"""The synthetic corpus: reproducible, self-consistent, its truth held against the files by python-docx."""

import ast
import json
import random
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from eval.baselines import grid, tables_of
from eval.corpus.accounts import draw_accounts, split
from eval.corpus.generate import synthesise, write_corpus
from eval.corpus.index import Index, distinct
from eval.corpus.model import Printed
from eval.corpus.sheet import Sheet, compose, head, stub
from eval.corpus.story import fill
from eval.figures import folded, tokens
from eval.goldset import load_questions, to_json
from eval.model import QuestionKind
from tests.test_architecture import ROOT, imports

REPORTS = 24


@pytest.fixture(scope="module", params=[False, True], ids=["clean", "faulty"])
def corpus(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    write_corpus(folder, REPORTS, 11, faults=request.param)
    return folder


@pytest.fixture(scope="module")
def truths(corpus):
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((corpus / "truth").glob("*.json"))]


def test_it_is_the_same_to_the_byte(corpus, tmp_path):
    about = json.loads((corpus / "corpus.json").read_text(encoding="utf-8"))
    write_corpus(tmp_path, REPORTS, 11, faults=about["faults"])
    files = sorted(path.relative_to(corpus) for path in corpus.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    for file in files:
        assert (corpus / file).read_bytes() == (tmp_path / file).read_bytes(), file


def test_another_seed_is_another_corpus():
    first, second = (next(iter(synthesise(1, seed))) for seed in (1, 2))
    assert first.content != second.content


def test_the_generator_shares_no_code_with_the_reader():
    for path in sorted((ROOT / "eval" / "corpus").rglob("*.py")):
        assert not [name for name in imports(path) if name.split(".")[0] in ("ingest", "assistant")], path
    source = (ROOT / "eval" / "figures.py").read_text(encoding="utf-8")
    assert not [
        n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.ImportFrom) and n.module.startswith("ingest")
    ]


def test_every_layout_is_drawn(tmp_path):
    drawn = {layout for report in synthesise(REPORTS, 11) for layout in report.story.layouts}
    assert drawn == {"1-3", "1", "2", "5", "6", "7", "8", "8-core", "9", "10", "11", "12", "13-split", "13-nested"}


def test_every_figure_stands_where_the_truth_says(corpus, truths):
    """python-docx, which shares nothing with our reader or our table writer's bookkeeping, gives the cells."""
    for truth in truths:
        path = corpus / "reports" / truth["file"]
        tables = [grid(table) for table in tables_of(path)]
        paragraphs = [folded(paragraph.text) for paragraph in Document(str(path)).paragraphs]
        assert len(tables) == len(truth["layouts"])
        for fact in truth["facts"]:
            place = fact["place"]
            if "words" in place:
                assert any(folded(place["words"][0]) in text for text in paragraphs), fact
                assert fact["raw"] in place["words"][0]
            else:
                assert fact["raw"] in tables[place["table"]][place["row"]][place["column"]], fact


def test_the_value_is_what_the_text_says(truths):
    for truth in truths:
        for fact in truth["facts"]:
            if fact["value"] is None:
                assert not tokens(fact["raw"])
                continue
            said = tokens(fact["raw"])
            assert len(said) == 1, fact
            assert abs(said[0].value) == abs(Decimal(fact["value"])), fact


def facts_of(truth, **wanted):
    return [fact for fact in truth["facts"] if all(fact[key] == value for key, value in wanted.items())]


def test_one_figure_has_one_value_unless_a_fault_was_put_in():
    for faults in (False, True):
        reports = list(synthesise(REPORTS, 11, faults=faults))
        index = Index(reports)
        keys = {statement.figure.key for report in reports for statement in report.story.statements}
        split = [key for key in keys if len(distinct(index.stated(key))) > 1]  # over all years' reports together
        assert all(any(s.printed.fault for s in index.stated(key)) for key in split), split[:3]
        conflicting = [group for report in reports for group in index.conflicting(report.name)]
        assert bool(conflicting) is faults
        for group in conflicting:
            assert any(statement.printed.fault for statement in group)


def test_totals_are_the_sums_of_their_parts(truths):
    for truth in truths:
        if truth["faults"]:
            continue
        who, year = truth["organisation"], truth["year"]

        def amount(measure, who=who, year=year, truth=truth):
            found = facts_of(truth, measure=measure, organisation=who, period=year, kind="actual", within="")
            values = [
                Decimal(f["value"]) / (10_000 if f["unit"] == "元" else 1) for f in found if f["value"] is not None
            ]
            return values[0] if values else None

        for total, parts in (("支出合计", ("基本支出", "项目支出")), ("基本支出", ("人员支出", "公用支出"))):
            figures = [amount(part) for part in parts]
            if amount(total) is not None and None not in figures:
                assert amount(total) == sum(figures), (truth["file"], total)


def test_faults_are_where_they_are_said_to_be(truths):
    for truth in truths:
        for fault in truth["faults"]:
            assert fault["places"], fault
            assert fault["stated"] in fault["message"] or fault["kind"] in ("no_actual", "no_reason"), fault


def test_questions_have_answers_that_stand_in_the_files(corpus):
    tables = {path.stem: [grid(table) for table in tables_of(path)] for path in (corpus / "reports").glob("*.docx")}
    kinds = set()
    for gold in load_questions(corpus / "questions.jsonl"):
        kinds.add(gold.kind)
        assert set(gold.reports) <= set(tables)
        for value in gold.values:
            assert value.places or value.operands
            for place in value.places:
                text = place.words[0] if place.words else tables[place.report][place.table][place.row][place.column]
                shown = {abs(token.value) for token in tokens(text)}
                assert {abs(value.value), abs(value.value) * 10_000, abs(value.value) / 10_000} & shown, (gold, text)
    faulty = json.loads((corpus / "corpus.json").read_text(encoding="utf-8"))["faults"]
    assert kinds == set(QuestionKind) - (set() if faulty else {QuestionKind.CONFLICT})


def amounts(truths):
    """Place → the amount in 万元 (or the own unit of what is no money) that the truth files state there."""
    found = {}
    for truth in truths:
        for fact in truth["facts"]:
            if fact["value"] is not None:
                amount = Decimal(fact["value"]) / (10_000 if fact["unit"] == "元" else 1)
                found[json.dumps(fact["place"], ensure_ascii=False, sort_keys=True)] = amount
    return found


def test_operands_make_the_computed_value(corpus, truths):
    """Every computed answer in 万元 or % is made again from what the truth files state at its operands."""
    stated, checked = amounts(truths), 0
    for gold in load_questions(corpus / "questions.jsonl"):
        for value in to_json(gold)["values"] if gold.kind is QuestionKind.COMPUTATION else ():
            first, second = (
                {stated[json.dumps(p, ensure_ascii=False, sort_keys=True)] for p in group}
                for group in value["operands"]
            )
            assert len(first) == len(second) == 1, gold
            a, b = first.pop(), second.pop()
            ways = {a - b, a + b, (a + b) / 2, a / b, a / b * 100, (a - b) / b * 100}
            assert any(abs(way - Decimal(value["value"])) <= Decimal("0.005") for way in ways), gold
            checked += 1
    assert checked > REPORTS


@given(st.integers(0, 2**32), st.integers(100, 20_000))
def test_accounts_always_agree(seed, scale):
    accounts = draw_accounts(random.Random(seed), scale, None)
    assert accounts.income - accounts.spent == accounts.surplus > 0
    assert accounts.surplus_of_year == accounts.surplus - accounts.carried
    assert accounts.staff <= accounts.quota
    assert accounts.three <= accounts.three_budget or accounts.abroad > 0


@given(st.integers(0, 2**32), st.decimals(1, 9_999, places=2), st.integers(1, 20))
def test_parts_sum_to_the_whole(seed, whole, parts):
    shares = split(random.Random(seed), whole, [str(n) for n in range(parts)])
    assert sum(share for _, share in shares) == whole
    assert all(share >= 0 for _, share in shares)


@given(st.integers(0, 2**32), st.integers(1, 12))
def test_a_region_fills_its_sheet(seed, parts):
    widths = compose(random.Random(seed), 24, parts)
    assert sum(widths) == 24
    assert min(widths) >= 2


def test_a_row_that_does_not_fill_its_sheet_is_refused():
    sheet = Sheet(3, "x")
    sheet.region([1, 1, 1])
    with pytest.raises(ValueError, match="fills 2 of 3"):
        sheet.row(head("a"), stub("b"))


def test_figures_of_a_sentence_belong_to_their_clauses():
    text, clauses = fill("收入{}（增长{}），支出{}。", [Printed(t, None, "") for t in ("9元", "3%", "7元")])
    assert text == "收入9元（增长3%），支出7元。"
    assert clauses == ["收入9元", "增长3%", "支出7元"]


def test_a_folder_with_other_files_is_not_written_to(tmp_path):
    from typer.testing import CliRunner

    from eval.cli import app
    from eval.goldset import GoldError

    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    outcome = CliRunner().invoke(app, ["corpus", str(tmp_path), "--reports", "1"])
    assert isinstance(outcome.exception, GoldError)
    assert [path.name for path in Path(tmp_path).iterdir()] == ["notes.txt"]
