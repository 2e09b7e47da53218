"""What people said is kept whole, whatever signs it holds, and for its owner alone."""

import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.jsonlines import JsonLines
from ingest.errors import StoreError

#: Signs at which ``str.splitlines`` ends a line, though a file of JSON lines doesn't.
SPLITTING = "\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e\r"


@given(st.lists(st.text(st.characters() | st.sampled_from(SPLITTING)), max_size=5))
def test_every_note_comes_back_as_it_was(tmp_path_factory, notes):
    lines = JsonLines(tmp_path_factory.mktemp("notes") / "n.jsonl")
    for note in notes:
        lines.append({"note": note})
    assert [entry["note"] for entry in lines.entries()] == [note.encode("utf-8", "replace").decode() for note in notes]


def test_a_line_by_hand_that_is_no_json_loses_only_itself(tmp_path):
    lines = JsonLines(tmp_path / "n.jsonl")
    lines.append({"n": 1})
    with lines.path.open("a", encoding="utf-8") as file:
        file.write("oops\n[1]\n\n" + "[" * 3000 + "\n")
    lines.append({"n": 2})
    assert [entry["n"] for entry in lines.entries()] == [1, 2]


def test_a_last_line_without_its_end_takes_nothing_with_it(tmp_path):
    lines = JsonLines(tmp_path / "n.jsonl")
    lines.path.write_text('{"n": 1}', encoding="utf-8")
    lines.append({"n": 2})
    with lines.path.open("a", encoding="utf-8") as file:
        file.write('{"n": 3, "cut o')
    lines.append({"n": 4})
    assert [entry["n"] for entry in lines.entries()] == [1, 2, 4]


def test_it_is_for_its_owner_and_says_when_it_cannot_be_written(tmp_path):
    lines = JsonLines(tmp_path / "n.jsonl")
    lines.append({})
    if os.name == "posix":
        assert stat.S_IMODE(lines.path.stat().st_mode) == 0o600
    with pytest.raises(StoreError, match="没有这个文件夹"):
        JsonLines(tmp_path / "nowhere" / "n.jsonl").append({})


def test_verdicts_and_feedback_survive_such_signs(two):
    from assistant.checks.verdicts import Verdicts
    from assistant.feedback import Asked, Feedback

    answer = two.ask("森林覆盖率")
    folder = two.store.folder
    note = f"应为12.30万元{SPLITTING}见附件"
    Feedback(folder).keep(Asked("森林覆盖率", (), (), answer), helpful=False, note=note)
    assert Feedback(folder).entries()[-1]["note"].split() == note.split()
    assert Verdicts(folder).known() == {}
    (folder / "feedback.jsonl").unlink()
