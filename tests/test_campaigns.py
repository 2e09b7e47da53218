"""The long trials in short form: kills at random moments, damaged files; each is a command that anyone can run long."""

import random

import pytest

from tests import fuzz, kills, wordfile
from tests.oddities import odd_reports

pytestmark = pytest.mark.slow


def test_a_store_survives_kills_at_any_moment(tmp_path):
    ready = tmp_path / "ready"
    kills.run("ingest", kills.SAMPLES, "--store", ready)
    chance = random.Random(4)
    for number in range(25):
        kind = list(kills.KINDS)[number % len(kills.KINDS)]
        assert kills.one_round(kind, tmp_path, ready, chance) == "", (number, kind)


def test_damaged_files_are_read_or_refused_in_time(tmp_path, samples):
    sources = [*samples.glob("*.docx"), *odd_reports(tmp_path)]
    sources.append(wordfile.write(tmp_path / "长.docx", wordfile.p("支出" + " " * 40_000 + "12万元。")))
    chance = random.Random(6)
    for number in range(400):
        path = tmp_path / "trial.docx"
        path.write_bytes(fuzz.damaged(chance.choice(sources), chance))
        assert fuzz.trial(path)[0] == "", number
