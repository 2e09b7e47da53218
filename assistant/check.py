"""勾稽 findings so far: one measure, one value — where a report states two for the same thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.citations import Citer
from assistant.compose import measure_name, shown
from assistant.core import Assistant
from assistant.model import Citation, Evidence
from assistant.same import distinct_values
from ingest.labels import normalise
from ingest.model import Fact, Form, Kind, StoredFact
from ingest.numbers import in_base

_COMPARED = {Kind.BUDGET, Kind.ACTUAL, Kind.RATE, Kind.SCORE, Kind.CHANGE}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reviewer should look at: what is stated, where, and one sentence to paste."""

    kind: str
    severity: str
    message: str
    stated: tuple[tuple[str, Citation], ...]
    report: str
    recomputed: str | None = None


def findings(assistant: Assistant, reports: Sequence[str] = ()) -> list[Finding]:
    """Return the measures that a report gives different values for, in order of first mention."""
    found: list[Finding] = []
    library = assistant.library(reports)
    for report in library.reports:
        entries = {entry.stored.id: entry for entry in assistant.index.of_report(report.id)}
        groups: dict[tuple[str, ...], list[StoredFact]] = defaultdict(list)
        for stored in assistant.store.all_facts(report.id):
            key = _identity(stored.fact, assistant)
            if key is not None:
                groups[key].append(stored)
        citer_of = {r.id: r for r in library.reports}
        for group in groups.values():
            values = distinct_values(
                [Evidence(entries[stored.id], 1.0, 1.0, 1.0) for stored in group if stored.id in entries]
            )
            if len(values) > 1:
                found.append(_finding(values, report.id, Citer(assistant.store, citer_of)))
    return found


def _identity(fact: Fact, assistant: Assistant) -> tuple[str, ...] | None:
    """Return what makes two figures the same thing, ``None`` for figures that aren't compared."""
    if fact.form is not Form.FIGURE or fact.kind not in _COMPARED or fact.value is None:
        return None
    name = assistant.lexicon.canonical(normalise(measure_name(fact)))
    known = name in set(assistant.lexicon.synonyms.values()) or name.endswith("率")
    if not known or (len(fact.row_path) > 1 and fact.source.start is not None) or _is_part(fact, assistant):
        return None
    dimension = in_base(fact.value, fact.unit)[0]
    kind = "ratio" if dimension == "ratio" and fact.kind in (Kind.ACTUAL, Kind.RATE) else fact.kind.value
    stage = normalise(fact.column_path[-1]) if fact.kind is Kind.BUDGET and fact.column_path else ""
    return (name, fact.organisation, fact.period, kind, stage, dimension)


def _is_part(fact: Fact, assistant: Assistant) -> bool:
    """Tell whether a figure stands inside a narrower list: 公务接待费 under 公用经费, of one project."""
    above = [
        assistant.lexicon.canonical(normalise(label))
        for label in (*fact.row_path[:-1], fact.caption, *fact.source.heading_path)
    ]
    own = assistant.lexicon.canonical(normalise(measure_name(fact)))
    parts = assistant.lexicon.parts
    return any(
        term in label and term != own and own not in parts.get(term, ())
        for label in above
        for term in assistant.lexicon.components
    )


def _finding(values: list[list[Evidence]], report: str, citer: Citer) -> Finding:
    stated = []
    for group in values:
        for evidence in group:
            n = citer.fact(evidence.stored)
            stated.append((shown(evidence.stored.fact), citer.citations[n - 1]))
    fact = values[0][0].stored.fact
    parts = "；".join(f"{text}（{citation.place}）" for text, citation in stated)
    message = f"{fact.period}年{measure_name(fact)}前后不一致：{parts}，请核实。"
    return Finding("conflict", "疑似", message, tuple(stated), report)


def findings_json(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return findings as the interface has them."""
    return [
        {
            "kind": f.kind,
            "severity": f.severity,
            "message": f.message,
            "stated": [{"value": text, "citation": citation.to_json()} for text, citation in f.stated],
            "recomputed": f.recomputed,
            "report": f.report,
        }
        for f in found
    ]
