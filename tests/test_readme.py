"""The README's figures are the recorded ones."""

import re

from eval.compare import read_record
from eval.show import share
from tests.test_architecture import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_has_the_recorded_figures():
    record = read_record(ROOT / "eval" / "recorded.json")
    for name, kept in record["sets"].items():
        (row,) = [line for line in README.splitlines() if line.startswith(f"| {name} | jixiao |")]
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        whole = kept["questions"]
        assert cells[2] == str(whole)
        assert cells[3].startswith(share(kept["right"], whole) + "（")
        assert cells[4:7] == [share(kept[key], whole) for key in ("misplaced", "wrong", "missed")]
        assert cells[7] == str(kept["unsupported"]) == "0"
        if kept["facts"]:
            assert f"{name} {kept['facts']['true']} 个事实读对 {kept['facts']['right']}" in README


def test_the_strangers_table_has_the_recorded_figures():
    kept = read_record(ROOT / "eval" / "recorded.json")["strangers"]
    for name, counts in {"**合计**": kept["total"], **kept["authors"]}.items():
        (row,) = [line for line in README.splitlines() if line.startswith(f"| {name} | {counts['questions']} |")]
        cells = [cell.strip().partition("（")[0] for cell in row.strip("|").split("|")]
        shares = [share(counts[key], counts["questions"]) for key in ("right", "wrong", "helped", "missed")]
        assert cells[2:] == [*shares, str(counts["unsupported"])]
    assert README.index("陌生题库：作者") < README.index("| real | jixiao |")  # the first table of them all


def test_every_command_of_the_readme_exists():
    from eval.cli import app

    known = {command.name or command.callback.__name__ for command in app.registered_commands}
    named = set(re.findall(r"jixiao eval ([\w-]+)", README))
    assert named <= known
    assert known - named <= {"samples"}
