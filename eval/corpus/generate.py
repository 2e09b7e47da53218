"""The corpus: reports as Word files, the truth of each beside it, the questions that follow from it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from eval.corpus.faults import plants
from eval.corpus.genres import OLD, RECIPES, genre_of
from eval.corpus.goals import draw_goals
from eval.corpus.ledger import Ledger, draw_ledger
from eval.corpus.names import departments
from eval.corpus.paper import Paper
from eval.corpus.plan import Plan
from eval.corpus.questions import questions
from eval.corpus.story import Story
from eval.corpus.synthetic import Synthetic
from eval.corpus.word import write
from eval.goldset import to_json

_FIRST, _LAST = 2018, 2025
_MOST_YEARS = 3
_TITLES = {"final_accounts": "部门决算公开报告", "sichuan": "部门预算项目绩效自评报告"}


def synthesise(reports: int, seed: int, *, faults: bool = False) -> Iterator[Synthetic]:
    """Yield ``reports`` synthetic reports; the same for the same seed, to the byte."""
    rng = random.Random(f"corpus:{seed}")
    genres = rng.sample(sorted(RECIPES), len(RECIPES))
    made = 0
    for number, department in enumerate(departments(rng, reports)):
        genre = genres[number % len(genres)]
        first = rng.randint(_FIRST, 2019 if genre == OLD else _LAST)
        years = list(range(first, min(first + rng.randint(1, _MOST_YEARS), _LAST + 1)))
        ledger = draw_ledger(rng, department, years)
        for year in years[: reports - made]:
            own = random.Random(f"{seed}:{department.name}:{year}")
            yield _report(own, ledger, year, genre_of(year, genre), faults)
            made += 1
        if made == reports:
            return


def _report(rng: random.Random, ledger: Ledger, year: int, genre: str, faults: bool) -> Synthetic:
    title = _TITLES.get(genre, "部门整体支出绩效自评报告")
    name = f"{ledger.department.name}{year}年度{title}"
    goals = draw_goals(rng, ledger, year, costs_apart=year >= 2022 and rng.random() < 0.5, twenty=genre == "hubei")
    paper = Paper(rng, name, plants(rng, goals, 6) if faults else {}, commas=rng.random() < 0.3)
    plan = Plan(rng, name, ledger, year, goals, paper, unit=rng.choice(("万元", "万元", "元")))
    story = Story(name)
    RECIPES[genre](plan, story)
    content = write(story, styled=rng.random() < 0.5)
    return Synthetic(plan, story, genre, tuple(paper.finished(story.fault_places())), content)


def write_corpus(
    folder: Path, reports: int, seed: int, *, faults: bool = False, progress: Callable[[int], None] = lambda _: None
) -> int:
    """Write ``reports/``, ``truth/``, ``questions.jsonl`` and ``corpus.json``; return the number of questions.

    Files that are there already are overwritten; a folder of another corpus is refused by the caller.
    """
    for part in ("reports", "truth"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    made = []
    for number, report in enumerate(synthesise(reports, seed, faults=faults), 1):
        (folder / "reports" / f"{report.name}.docx").write_bytes(report.content)
        (folder / "truth" / f"{report.name}.json").write_text(_json(report.truth(), indent=1), encoding="utf-8")
        made.append(report)
        progress(number)
    asked = questions(made, random.Random(f"questions:{seed}"))
    lines = "".join(_json(to_json(gold)) + "\n" for gold in asked)
    (folder / "questions.jsonl").write_text(lines, encoding="utf-8")
    about = {"reports": len(made), "seed": seed, "faults": faults, "questions": len(asked)}
    (folder / "corpus.json").write_text(_json(about, indent=1) + "\n", encoding="utf-8")
    return len(asked)


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)
