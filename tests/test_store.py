"""The store: nothing twice, nothing lost, one owner, one version."""

import subprocess
import sys
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, text

from ingest import rows
from ingest.database import FILE
from ingest.errors import StoreError, UnknownReportError
from ingest.model import Scope
from ingest.pipeline import Outcome, collect, ingest_file
from ingest.store import Store
from tests import wordfile
from tests.conftest import assistant_over


def report(path, people, name="甲县水利局"):
    return wordfile.write(path, wordfile.p(f"单位名称：{name}") + wordfile.p(f"2023年度，编制人数为{people}人。"))


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "store", write=True) as held:
        yield held


def everything(store):
    with store._engine.connect() as connection:
        names = [row[0] for row in connection.execute(text("SELECT name FROM sqlite_master WHERE type='table'"))]
        return {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar() for name in names}


def test_the_same_file_twice_changes_nothing(store, tmp_path):
    path = report(tmp_path / "a.docx", 12)
    assert ingest_file(store, path).outcome is Outcome.ADDED
    before, generation = everything(store), store.generation()
    assert ingest_file(store, path).outcome is Outcome.UNCHANGED
    assert (everything(store), store.generation()) == (before, generation)


def test_a_changed_file_replaces_its_old_self(store, tmp_path):
    path = report(tmp_path / "a.docx", 12)
    old = ingest_file(store, path).report
    report(path, 15)
    result = ingest_file(store, path)
    assert (result.outcome, result.report) == (Outcome.REPLACED, old)
    assert [str(f.fact.value) for f in store.all_facts(old)] == ["15"]
    assert len(store.reports()) == 1


def test_the_same_report_from_another_folder_replaces_it(store, tmp_path):
    (tmp_path / "b").mkdir()
    ingest_file(store, report(tmp_path / "a.docx", 12))
    assert ingest_file(store, report(tmp_path / "b" / "a.docx", 15)).outcome is Outcome.REPLACED


def test_another_department_under_the_same_name_stays_apart(store, tmp_path):
    (tmp_path / "b").mkdir()
    ingest_file(store, report(tmp_path / "a.docx", 12))
    ingest_file(store, report(tmp_path / "b" / "a.docx", 15, "乙县林业局"))
    assert sorted(r.organisation for r in store.reports()) == ["乙县林业局", "甲县水利局"]


def test_removing_leaves_no_rows(store, tmp_path):
    found = ingest_file(store, report(tmp_path / "a.docx", 12)).report
    store.delete(found)
    counts = everything(store)
    assert all(counts[name] == 0 for name in ("reports", "blocks", "cells", "facts", "passages", "label_reports"))
    assert store.passages("编制人数", Scope()) == []


def test_a_failed_write_leaves_the_old_report(store, tmp_path, monkeypatch):
    path = report(tmp_path / "a.docx", 12)
    ingest_file(store, path)
    report(path, 15)

    def fail(*_args):
        raise RuntimeError("disk")

    monkeypatch.setattr(rows, "_write_passages", fail)
    with pytest.raises(RuntimeError):
        ingest_file(store, path)
    assert [str(f.fact.value) for f in store.all_facts(store.reports()[0].id)] == ["12"]


def test_a_second_process_is_told_who_holds_the_store(store, tmp_path):
    code = (
        "import sys; from pathlib import Path; from ingest.store import Store; from ingest.errors import StoreError\n"
        "try: Store.open(Path(sys.argv[1]), write=True)\n"
        "except StoreError as error: print(error); raise SystemExit(3)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(store.folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    import os

    assert str(os.getpid()) in done.stdout
    assert "占用" in done.stdout


def test_reading_goes_on_while_another_holds_it(store, tmp_path):
    ingest_file(store, report(tmp_path / "a.docx", 12))
    with Store.open(store.folder) as reader:
        assert len(reader.reports()) == 1
        with pytest.raises(StoreError, match="只读"):
            reader.delete("x")


def test_another_version_is_refused_with_what_to_run(tmp_path):
    Store.open(tmp_path / "s").close()
    engine = create_engine(f"sqlite:///{tmp_path / 's' / 'store.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE meta SET value = '999' WHERE key = 'schema'"))
    engine.dispose()
    with pytest.raises(StoreError, match="jixiao ingest"):
        Store.open(tmp_path / "s")


def test_a_file_that_is_no_store_is_refused(tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "store.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="损坏"):
        Store.open(tmp_path / "s")


def test_a_report_is_found_by_id_name_or_title(store, tmp_path):
    found = ingest_file(store, report(tmp_path / "甲县2023.docx", 12)).report
    for name in (found, "甲县2023", "甲县2023.docx", "水利局"):
        assert store.find_report(name).id == found
    with pytest.raises(UnknownReportError):
        store.find_report("乙县")
    (tmp_path / "b").mkdir()
    ingest_file(store, report(tmp_path / "b" / "甲县2022.docx", 11, "甲县水利局"))
    with pytest.raises(UnknownReportError, match="多份"):
        store.find_report("水利局")


def test_folders_are_searched_for_readable_kinds(tmp_path):
    report(tmp_path / "a.docx", 1)
    (tmp_path / "~$a.docx").write_text("lock")
    for name in ("b.pdf", "c.xlsx", "d.pptx", "e.bmp"):
        (tmp_path / name).write_text("x")
    found = collect([tmp_path])
    assert [p.name for p in found.files] == ["a.docx", "b.pdf", "c.xlsx"]
    assert [one.file for one in found.skipped] == ["d.pptx", "e.bmp"]


def test_a_store_of_the_version_before_is_brought_up_and_finds_by_size(tmp_path, samples):
    with Store.open(tmp_path, write=True) as store:
        for path in sorted(samples.glob("*.docx")):
            ingest_file(store, path)
    with create_engine(f"sqlite:///{tmp_path / FILE}").begin() as connection:
        connection.execute(text("DROP INDEX facts_by_size"))
        connection.execute(text("ALTER TABLE blocks DROP COLUMN places"))
        connection.execute(text("UPDATE meta SET value = '3' WHERE key = 'schema'"))
    with Store.open(tmp_path) as store:
        scope = Scope(tuple(report.id for report in store.reports()))
        facts = [one for report in scope.reports for one in store.all_facts(report) if one.fact.value is not None]
        for one in facts:
            assert one.report in store.reports_stating([abs(one.fact.value)], scope)
        assert not store.reports_stating([Decimal("1234567.891")], scope)


@pytest.mark.parametrize("asked", ["4,512.30万元是什么", "45123000元是什么钱", "0.45123亿元是什么"])
def test_a_figure_is_found_in_whatever_unit_it_is_printed(tmp_path, asked):
    """Reports that don't state a figure are not gone through; those that state it in another unit are."""
    files = [
        wordfile.write(
            tmp_path / f"丹江县{name}2023年度决算.docx",
            wordfile.p(f"丹江县{name}2023年度部门决算")
            + wordfile.p(f"全年支出合计{amount}。另有结余{n + 11}.50万元。"),
        )
        for n, (name, amount) in enumerate(
            [("水利局", "4512.30万元"), ("教育局", "45,123,000元"), ("民政局", "88.10万元"), ("卫健局", "91.20万元")]
        )
    ]
    assistant = assistant_over(tmp_path / "s", *files)
    answer = assistant.ask(asked)
    assert {citation.report for citation in answer.citations} == {
        report.id for report in assistant.store.reports() if report.organisation in ("丹江县水利局", "丹江县教育局")
    }, answer.text
