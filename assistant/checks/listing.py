"""Findings for the terminal: by report, the gravest first, what reviewers called 误报 counted at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console

from assistant.checks.findings import Finding
from assistant.checks.relations import Severity
from assistant.checks.verdicts import Verdict
from ingest.model import Report

_STYLES = {Severity.ERROR: "bold red", Severity.SUSPECT: "yellow", Severity.NOTE: "cyan"}
_MOST_PLACES = 6


def tally(findings: Iterable[Finding]) -> str:
    """Return how many findings there are of each gravity, those called 误报 apart: 错误 3、疑似 1（另有 2 处…）."""
    counts = dict.fromkeys(Severity, 0)
    false = 0
    for one in findings:
        if one.verdict == Verdict.FALSE:
            false += 1
        else:
            counts[one.severity] += 1
    said = "、".join(f"{severity.value} {count}" for severity, count in counts.items() if count) or "没有发现问题"
    return said + (f"（另有 {false} 处已标为误报）" if false else "")


def has_errors(findings: Iterable[Finding]) -> bool:
    """Tell whether a finding is an error that no reviewer called 误报."""
    return any(one.severity is Severity.ERROR and one.verdict != Verdict.FALSE for one in findings)


def print_findings(found: Sequence[Finding], reports: Sequence[Report]) -> None:
    """Print findings report by report, with their formulas and places."""
    console = Console(highlight=False, soft_wrap=True)
    for report in reports:
        own = [one for one in found if one.report == report.id and one.verdict != Verdict.FALSE]
        if own:
            console.print(f"\n[bold]{_plain(report.name)}[/]：{tally(own)}")
        for number, one in enumerate(own, 1):
            _print(console, number, one)
    console.print(f"\n共检查 {len(reports)} 份报告：{tally(found)}。")


def _print(console: Console, number: int, one: Finding) -> None:
    verdict = f"（{one.verdict}{'：' + _plain(one.note) if one.note else ''}）" if one.verdict else ""
    console.print(f"{number:>3}. [{_STYLES[one.severity]}]{one.severity.value}[/] {_plain(one.message)}{verdict}")
    places = list(dict.fromkeys(f"{citation.where}｜“{text}”" for text, citation in one.stated[: one.disputed]))
    for place in places[:_MOST_PLACES]:
        console.print(f"       {_plain(place)}", style="dim")
    if len(places) > _MOST_PLACES:
        console.print(f"       …等 {len(places)} 处", style="dim")


def _plain(text: str) -> str:
    """Return a text whose brackets rich doesn't take for styles."""
    return text.replace("[", r"\[")
