"""A run as JSON: written for the record and for comparing, read back as plain dictionaries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from eval.goldset import GoldError, to_json
from eval.model import Outcome, Run, Scored, SetRun, SystemRun
from eval.stats import Tally, by_kind, percentile, tally


def run_json(run: Run, strangers: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a run with its totals, its kinds and every answer; ``strangers`` is what the bank came to, if it ran."""
    beside = {} if strangers is None else {"strangers": strangers}
    return {"date": run.date, "commit": run.commit, **beside, "sets": [_set_json(one) for one in run.sets]}


def _set_json(one: SetRun) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": one.name,
        "documents": one.documents,
        "systems": [_system_json(system) for system in one.runs],
    }
    return found if one.facts is None else {**found, "facts": one.facts}


def _system_json(system: SystemRun) -> dict[str, Any]:
    times = [scored.answer["ms"] for scored in system.scored]
    return {
        "system": system.system,
        **tally_json(tally(system.scored)),
        "ms": {f"p{q}": round(percentile(times, q), 1) for q in (50, 95, 99)} if system.megabytes else None,
        "megabytes": None if system.megabytes is None else round(system.megabytes),
        "kinds": {kind.value: tally_json(tally(group)) for kind, group in by_kind(system.scored).items()},
        "results": [_scored_json(scored) for scored in system.scored],
    }


def tally_json(counted: Tally) -> dict[str, Any]:
    """Return counts, with the 95 % interval of the share that is right."""
    return {
        "questions": counted.questions,
        **{outcome.value: counted.counts[outcome] for outcome in Outcome},
        "unsupported": counted.unsupported,
        "cited": list(counted.cited),
        "interval": [round(bound, 4) for bound in counted.interval],
    }


def _scored_json(scored: Scored) -> dict[str, Any]:
    return {
        "id": scored.gold.id,
        "outcome": scored.outcome.value,
        "why": scored.why,
        "unsupported": list(scored.unsupported),
        "gold": to_json(scored.gold),
        "answer": scored.answer,
    }


def save(run: dict[str, Any], path: Path) -> None:
    """Write a run to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(run, ensure_ascii=False, indent=1), encoding="utf-8")


def load(path: Path) -> dict[str, Any]:
    """Read a run's file.  Raises ``GoldError`` with a sentence for the user."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        assert_run(found)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GoldError(f"“{path}”不是 jixiao eval run --json 写出的结果，请检查路径。") from error
    return found


def assert_run(found: dict[str, Any]) -> None:
    """Raise ``KeyError`` or ``TypeError`` unless the object has a run's form."""
    for one in found["sets"]:
        for system in one["systems"]:
            _ = [(result["id"], result["outcome"]) for result in system["results"]]
