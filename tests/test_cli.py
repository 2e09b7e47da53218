"""The commands as they are called from outside: output, exit codes, JSON."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests import wordfile


def jixiao(*arguments, store=None):
    command = [sys.executable, "-m", "assistant", *map(str, arguments), *(["--store", str(store)] if store else [])]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory, samples):
    store = tmp_path_factory.mktemp("cli") / "store"
    done = jixiao("ingest", samples, store=store)
    assert done.returncode == 0, done.stderr
    return store, done


def test_ingest_says_a_line_a_file(loaded):
    lines = loaded[1].stdout.strip().splitlines()
    assert len(lines) == 2
    assert all(line.startswith("✓") and "已读入" in line for line in lines)


def test_ask_prints_answer_and_citations(loaded):
    done = jixiao("ask", "清河县水利局的地址在哪里", store=loaded[0])
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "单位地址：清河县滨江大道202号。"
    assert "[1]" in done.stdout


def test_a_question_goes_on_after_another(loaded):
    first, then = "清河县水利局三公经费决算数是多少", "公务接待费呢"
    done = jixiao("ask", then, "--after", first, "--json", store=loaded[0])
    assert done.returncode == 0
    values = json.loads(done.stdout)["values"]
    assert {one["organisation"] for one in values} == {"清河县水利局"}
    assert "4.22" in [one["value"] for one in values]


def test_ask_json_is_the_interface(loaded):
    done = jixiao("ask", "云岭市林草局的森林覆盖率", "--json", store=loaded[0])
    answer = json.loads(done.stdout)
    assert answer["status"] == "answered"
    assert answer["values"][0]["value"] == "63.52"
    assert answer["citations"][0]["n"] == 1


def test_batch_answers_the_last_turn(loaded, tmp_path):
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [
        {"id": "a", "turns": ["清河县水利局2023年公务接待费决算数", "2022年呢?"]},
        {"id": 2, "turns": ["森林覆盖率"], "reports": ["清河县"]},
    ]
    source.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert jixiao("batch", source, "--out", out, store=loaded[0]).returncode == 0
    first, second = (json.loads(line) for line in out.read_text(encoding="utf-8").splitlines())
    assert (first["id"], first["values"][0]["period"]) == ("a", "2022")
    assert (second["id"], second["status"]) == (2, "not_found")


def test_reports_tables_check_remove(loaded, tmp_path, samples):
    store = tmp_path / "own"
    jixiao("ingest", samples, store=store)
    listed = json.loads(jixiao("reports", "--json", store=store).stdout)
    assert {r["organisation"] for r in listed} == {"云岭市林业和草原局", "清河县水利局"}
    tables = json.loads(jixiao("tables", "清河县", "--json", store=store).stdout)
    assert [t["table"] for t in tables] == [0, 1, 2]
    assert {"table", "caption", "unit", "heading", "shape", "cells", "facts"} <= set(tables[0])
    assert all(len(cell) == 5 for cell in tables[0]["cells"])
    assert "格数" in jixiao("tables", "清河县", store=store).stdout
    assert json.loads(jixiao("check", "--json", store=store).stdout) == []
    assert jixiao("remove", "清河县", store=store).returncode == 0
    assert len(json.loads(jixiao("reports", "--json", store=store).stdout)) == 1


def test_check_names_what_disagrees(tmp_path, real_docx):
    jixiao("ingest", real_docx, store=tmp_path / "s")
    found = json.loads(jixiao("check", "--json", store=tmp_path / "s").stdout)
    stated = [{entry["value"] for entry in finding["stated"]} for finding in found]
    assert any({"6568.82万元", "6568.25万元"} <= values for values in stated)
    assert not any("公务接待费" in finding["message"] for finding in found)  # of 公用经费, of 项目支出: other things
    assert {"kind", "severity", "message", "stated", "recomputed", "report"} <= set(found[0])


def test_a_bad_file_exits_3_and_keeps_the_others(tmp_path):
    good, bad = wordfile.write(tmp_path / "好.docx", wordfile.p("编制人数为12人。")), tmp_path / "坏.docx"
    bad.write_bytes(b"PK\x03\x04 broken")
    done = jixiao("ingest", bad, good, store=tmp_path / "s")
    assert done.returncode == 3
    assert "坏.docx" in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(jixiao("reports", "--json", store=tmp_path / "s").stdout)[0]["file"] == "好.docx"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ingest"], 2, ""),
        (["nonsense"], 2, ""),
        (["ask", "三公经费"], 3, "jixiao ingest"),
        (["batch", "nowhere.jsonl", "--out", "out.jsonl"], 3, ""),
        (["reindex"], 3, ""),
    ],
)
def test_wrong_usage_is_one_sentence(tmp_path, arguments, code, words):
    done = jixiao(*arguments, store=tmp_path / "s" if arguments != ["nonsense"] else None)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_report_is_named(loaded):
    done = jixiao("ask", "三公经费", "--report", "没有这份", store=loaded[0])
    assert done.returncode == 3
    assert "没有这份" in done.stderr
    assert "jixiao reports" in done.stderr


def test_a_malformed_batch_line_is_named(loaded, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": 1, "turns": []}\n', encoding="utf-8")
    done = jixiao("batch", source, "--out", tmp_path / "out.jsonl", store=loaded[0])
    assert done.returncode == 3
    assert "第 1 行" in done.stderr


def test_a_batch_goes_on_after_a_bad_line(loaded, tmp_path):
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('oops\n{"id": "好", "turns": ["清河县水利局的地址在哪里\\u2028"]}\n', encoding="utf-8")
    done = jixiao("batch", source, "--out", out, store=loaded[0])
    assert done.returncode == 3
    assert "有 1 行没能回答" in done.stderr
    assert [json.loads(line)["status"] for line in out.read_text(encoding="utf-8").split("\n") if line] == [
        "not_found",
        "answered",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "--out", "/no/such/x.docx"], "没有这个文件夹"),
        (["check", "--out", "/no/such/x.pdf"], "看不出"),
        (["batch", "IN", "--out", "/no/such/out.jsonl"], "没有这个文件夹"),
        (["batch", "IN", "--out", "/dev/full"], "磁盘满了"),
        (["batch", "IN", "--out", "/"], "文件夹"),
        (["samples", "/dev/null/x"], "写不进去"),
    ],
)
def test_what_cannot_be_written_is_one_sentence(loaded, tmp_path, arguments, words):
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": 1, "turns": ["单位地址"]}\n', encoding="utf-8")
    store = None if arguments[0] == "samples" else loaded[0]
    done = jixiao(*(str(source) if one == "IN" else one for one in arguments), store=store)
    assert done.returncode == 3
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ingest"], "少了参数"),
        (["nonsense"], "没有“nonsense”这个命令"),
        (["ask", "甲", "乙"], "多出了“乙”"),
        (["ask", "甲", "--foo"], "没有“--foo”这个选项"),
        (["ask", "甲", "--store"], "后面要跟一个值"),
        (["serve", "--port", "x"], "--port 要一个整数"),
        (["serve", "--port", "99999"], "--port 最大是 65535"),
    ],
)
def test_wrong_usage_is_said_in_chinese(arguments, words):
    done = jixiao(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "--help" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


@pytest.mark.parametrize("arguments", [(), ("--help",), ("ask", "--help"), ("eval",), ("eval", "run", "--help")])
def test_help_is_in_chinese(arguments):
    done = jixiao(*arguments)
    told = done.stdout + done.stderr
    assert told.startswith("用法：")
    assert not re.search(r"Usage|Options|Arguments|Commands|Show this|required|default|env var|\[ARGS\]", told)


def test_the_version_is_told():
    done = jixiao("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("jixiao 0.")


def test_a_folder_names_what_it_skips_and_a_file_without_figures_is_no_tick(tmp_path):
    folder = tmp_path / "报告"
    (folder / "里").mkdir(parents=True)
    wordfile.write(folder / "好.docx", wordfile.plain_table([["项目", "2023年决算"], ["公务接待费", "3.5"]]))
    (folder / "读我.txt").write_text("这里没有表", encoding="utf-8")
    for name in ("片.bmp", "里/演示.pptx", "包.rar", "~$好.docx", ".藏.pdf"):
        (folder / name).write_bytes(b"x")
    (folder / "断.docx").symlink_to(folder / "没有.docx")
    os.mkfifo(folder / "管.docx")  # opening it would wait for ever
    done = jixiao("ingest", folder, store=tmp_path / "s")
    assert done.returncode == 0
    assert jixiao("ingest", folder / "管.docx", store=tmp_path / "s").returncode == 3
    lines = {line.split()[1].partition("（")[0]: line[0] for line in done.stdout.strip().splitlines()}
    assert lines.pop("断.docx") == lines.pop("管.docx") == "－"
    assert lines == {"好.docx": "✓", "读我.txt": "△", "片.bmp": "－", "里/演示.pptx": "－", "包.rar": "－"}
    assert "没有从中读到任何数字" in done.stderr
    listed = json.loads(jixiao("ingest", folder, "--json", store=tmp_path / "s").stdout)
    assert [one["file"] for one in listed if one["outcome"] == "skipped"] == [
        "包.rar",
        "断.docx",
        "片.bmp",
        "管.docx",
        "里/演示.pptx",
    ]


def test_samples_are_written_and_can_be_read(tmp_path):
    done = jixiao("samples", tmp_path / "样例")
    assert done.returncode == 0
    assert len(done.stdout.strip().splitlines()) == len(list((tmp_path / "样例").glob("*.docx"))) == 2


def test_a_check_can_be_strict(tmp_path, samples):
    """A script can stop at an error: exit code 1 with one that nobody called 误报, 0 with none."""
    store = tmp_path / "s"
    assert jixiao("ingest", str(samples), store=store).returncode == 0
    assert jixiao("check", "--strict", store=store).returncode == 0
    text = "2023年本年支出合计1274.06万元，其中基本支出862.31万元、项目支出411.75万元。"
    rows = [
        ["项目", "2023年决算数（万元）"],
        ["基本支出", "826.31"],
        ["项目支出", "411.75"],
        ["本年支出合计", "1274.06"],
    ]
    wrong = wordfile.write(
        tmp_path / "甲县水利局2023年度部门决算.docx",
        wordfile.p("甲县水利局2023年度部门决算") + wordfile.p(text) + wordfile.plain_table(rows),
    )
    assert jixiao("ingest", str(wrong), store=store).returncode == 0
    done = jixiao("check", "--strict", store=store)
    assert (done.returncode, "错误" in done.stdout) == (1, True)
    assert jixiao("check", store=store).returncode == 0


def test_an_empty_folder_is_said_beside_others(tmp_path, samples):
    (tmp_path / "空夹").mkdir()
    done = jixiao("ingest", str(tmp_path / "空夹"), str(min(samples.glob("*.docx"))), store=tmp_path / "s")
    assert "空夹" in done.stdout + done.stderr
    assert "是空的" in done.stdout + done.stderr


def test_a_password_given_by_a_pipe_brings_no_words_of_python(tmp_path):
    from tests.test_architecture import ROOT

    done = subprocess.run(
        [sys.executable, "-m", "assistant", "passwd", str(tmp_path / "u"), "李会计"], input="一个够长的口令1\n一个够长的口令1\n",
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr


def test_no_cause_of_the_system_is_told_in_english():
    import errno

    from ingest.errors import cause_of

    for number in errno.errorcode:
        assert not any(char.isascii() and char.isalpha() for char in cause_of(OSError(number, os.strerror(number)))), (
            number
        )
