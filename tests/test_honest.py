"""Figures that can't be told apart, or have no name, are on the account with the reason and are no facts."""

from ingest.honest import trusted
from ingest.read import read_report
from tests import wordfile
from tests.wordfile import p, plain_table


def read(tmp_path, *tables):
    body = p("甲县财政局2023年度报告") + p("单位：万元") + "".join(map(plain_table, tables))
    return read_report(wordfile.write(tmp_path / "甲县财政局2023年度报告.docx", body))


def why(bundle):
    return [reason for entry in bundle.ledger for _, _, reason in entry.unclear]


def test_two_rows_of_one_name_with_different_figures(tmp_path):
    bundle = read(tmp_path, [["项目", "金额"], ["其他", "12.50"], ["办公费", "3.00"], ["其他", "8.00"]])
    assert [f.raw for f in trusted(bundle.facts, bundle.ledger)] == ["3.00"]
    assert why(bundle) == ["行名、列名与另一格相同，分不清是哪一个"] * 2
    (entry,) = bundle.ledger
    assert entry.cells == entry.understood + len(entry.unclear)


def test_two_rows_of_one_name_with_one_figure_say_the_same(tmp_path):
    bundle = read(tmp_path, [["项目", "金额"], ["其他", "12.50"], ["办公费", "3.00"], ["其他", "12.50"]])
    assert sorted(f.raw for f in bundle.facts) == ["12.50", "12.50", "3.00"]
    assert why(bundle) == []


def test_figures_without_any_name(tmp_path):
    bundle = read(tmp_path, [["12.50", "8.00", "3.00"], ["1.10", "2.20", "3.30"]])
    assert [f for f in trusted(bundle.facts, bundle.ledger) if f.value is not None] == []
    assert len(why(bundle)) == 6


def test_what_cannot_be_told_apart_is_not_answered_from(tmp_path):
    from tests.conftest import assistant_over

    body = p("甲县财政局2023年度报告") + p("单位：万元")
    body += plain_table([["项目", "金额"], ["培训费", "12.50"], ["办公费", "3.00"], ["培训费", "8.00"]])
    assistant = assistant_over(tmp_path / "s", wordfile.write(tmp_path / "甲县财政局2023年度报告.docx", body))
    answer, report = assistant.ask("培训费是多少"), assistant.store.reports()[0]
    assistant.close()
    assert answer.values == ()
    assert report.warnings == ("第1张表有 2 格没有读懂",)


def test_figures_of_sentences_without_a_subject_are_counted(tmp_path):
    from tests.conftest import assistant_over

    body = p("甲县财政局2023年度报告") + p("培训费3.00万元。达到22.87%。") + p("一、产出指标（50分）")
    assistant = assistant_over(tmp_path / "s", wordfile.write(tmp_path / "甲县财政局2023年度报告.docx", body))
    (report,) = assistant.store.reports()
    assistant.close()
    assert (report.facts, report.warnings) == (1, ("正文里有 1 个数没有认出说的是什么",))
