"""Comparing runs: two files question by question, and a run with the figures on record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from eval.bank.model import Verdict
from eval.goldset import GoldError
from eval.model import Outcome

#: From best to worst: a figure put forward wrongly is worse than silence.
_ORDER = [outcome.value for outcome in (Outcome.RIGHT, Outcome.MISSED, Outcome.MISPLACED, Outcome.WRONG)]
_COUNTS = ("questions", "right", "misplaced", "wrong", "missed", "unsupported")
_VERDICTS = [verdict.value for verdict in Verdict]
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Moved:
    """A question whose outcome differs between two runs."""

    id: str
    question: str
    before: str
    after: str
    why: str

    @property
    def worse(self) -> bool:
        """Whether it got worse."""
        return _ORDER.index(self.after) > _ORDER.index(self.before)


def _assistant(one: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(system for system in one["systems"] if system["system"] == "assistant")
    return found


def moved(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, Moved]]:
    """Yield (set, question) for every question that both runs asked alike and whose outcome differs."""
    sets = {one["name"]: one for one in before["sets"]}
    for one in after["sets"]:
        if one["name"] in sets:
            asked = {result["id"]: result for result in _assistant(sets[one["name"]])["results"]}
            same = [r for r in _assistant(one)["results"] if r["gold"] == asked.get(r["id"], {}).get("gold")]
            old = {result["id"]: asked[result["id"]]["outcome"] for result in same}
            for question in _moved(old, same):
                yield one["name"], question


def _moved(old: dict[str, str], results: Iterable[dict[str, Any]]) -> Iterator[Moved]:
    for result in results:
        before = old.get(result["id"], result["outcome"])
        if before != result["outcome"]:
            asked = " → ".join(result["gold"]["turns"])
            yield Moved(result["id"], asked, before, result["outcome"], result["why"])


def record(run: dict[str, Any]) -> dict[str, Any]:
    """Return what is kept of a run: the assistant's counts, and the questions that it did not get right."""
    sets = {}
    for one in run["sets"]:
        own = _assistant(one)
        lacking = {
            outcome: [result["id"] for result in own["results"] if result["outcome"] == outcome]
            for outcome in _ORDER[1:]
        }
        facts = {key: one["facts"][key] for key in ("true", "right", "false")} if one.get("facts") else None
        counts = {key: own[key] for key in _COUNTS}
        sets[one["name"]] = {**counts, "gold": _digest(own["results"]), "facts": facts, "not_right": lacking}
    beside = {"strangers": _strangers_record(run["strangers"])} if "strangers" in run else {}
    return {"date": run["date"], "commit": run["commit"], **beside, "sets": sets}


def _strangers_record(strangers: dict[str, Any]) -> dict[str, Any]:
    """Return what is kept of strangers' questions: counts alone, that nobody is tempted to mend one by one."""
    return {
        "total": _stranger_counts(strangers["total"]),
        "authors": {
            one["author"]: {
                **_stranger_counts(one),
                "types": {name: _stranger_counts(held) for name, held in one["types"].items()},
            }
            for one in strangers["authors"]
        },
    }


def _stranger_counts(counted: dict[str, Any]) -> dict[str, int]:
    return {key: counted[key] for key in ("questions", *_VERDICTS, "unsupported")}


def _digest(results: list[dict[str, Any]]) -> str:
    """Return a digest of the questions: figures of other questions are not comparable."""
    text = json.dumps([result["gold"] for result in results], ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]


def falls(recorded: dict[str, Any], run: dict[str, Any]) -> list[str]:
    """Return, a line each, where a run falls below the record and which questions got worse; empty is well."""
    lines: list[str] = []
    measured = {one["name"]: one for one in run["sets"]}
    for name, kept in recorded["sets"].items():
        if name not in measured:
            lines.append(f"{name}：没有跑，记录里有这一集")
            continue
        own = _assistant(measured[name])
        drops = _drops(kept, own, measured[name].get("facts"))
        if drops:
            lines += [f"{name}：{'；'.join(drops)}", *_worse(kept, own["results"])]
    return lines + _stranger_falls(recorded.get("strangers"), run.get("strangers"))


def _stranger_falls(kept: dict[str, Any] | None, now: dict[str, Any] | None) -> list[str]:
    """Hold strangers' questions by the whole: what helps one author and costs another is no gain to be kept."""
    if kept is None:
        return []
    if now is None:
        return ["陌生题库：没有跑，记录里有"]
    old, new = kept["total"], now["total"]
    drops = []
    if old["questions"] != new["questions"]:
        drops.append(f"题目变了（现在 {new['questions']} 题，记录是 {old['questions']} 题），要重新记录")
    if new["right"] < old["right"]:
        drops.append(f"答对 {new['right']}，低于记录的 {old['right']}")
    for key, name in (("wrong", "答错"), ("unsupported", "无出处的数")):
        if new[key] > old[key]:
            drops.append(f"{name} {new[key]}，高于记录的 {old[key]}")
    return [f"陌生题库：{'；'.join(drops)}"] if drops else []


def _drops(kept: dict[str, Any], own: dict[str, Any], facts: dict[str, Any] | None) -> list[str]:
    found = []
    if kept["gold"] != _digest(own["results"]):
        found.append(f"题目变了（现在 {own['questions']} 题，记录是 {kept['questions']} 题），要重新记录")
    if own["right"] < kept["right"]:
        found.append(f"答对 {own['right']}，低于记录的 {kept['right']}")
    for key, name in (("wrong", "答错"), ("misplaced", "出处错"), ("unsupported", "无出处的数")):
        if own[key] > kept[key]:
            found.append(f"{name} {own[key]}，高于记录的 {kept[key]}")
    if kept["facts"] and (facts is None or facts["right"] < kept["facts"]["right"]):
        found.append(f"读对的事实 {facts and facts['right']}，低于记录的 {kept['facts']['right']}")
    if kept["facts"] and facts and facts["false"] > kept["facts"]["false"]:
        found.append(f"多出的事实 {facts['false']}，高于记录的 {kept['facts']['false']}")
    return found


def _worse(kept: dict[str, Any], results: list[dict[str, Any]]) -> list[str]:
    old = {id_: outcome for outcome, ids in kept["not_right"].items() for id_ in ids}
    every = {result["id"]: old.get(result["id"], Outcome.RIGHT.value) for result in results}
    worse = [question for question in _moved(every, results) if question.worse]
    lines = [f"  {q.id} {q.before} → {q.after}：{q.question}（{q.why}）" for q in worse[:_SHOWN]]
    return [*lines, *([f"  还有 {len(worse) - _SHOWN} 题变差"] if len(worse) > _SHOWN else [])]


def read_record(path: Path) -> dict[str, Any]:
    """Read the figures on record.  Raises ``GoldError`` with a sentence for the user."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        _ = [(kept["right"], kept["not_right"]) for kept in found["sets"].values()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise GoldError(f"“{path}”不是记录文件，请用 jixiao eval run --record 重新写一份。") from error
    return found


def write_record(run: dict[str, Any], path: Path) -> None:
    """Write a run's figures for later runs to be held against."""
    text = json.dumps(record(run), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
