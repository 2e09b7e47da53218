"""A run as one HTML page: tables, plots, and every question that was not answered right, with its trace."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from math import log10
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from eval.model import Outcome
from eval.show import ASPECTS, KINDS, SYSTEMS, TYPES, interval, share, stranger_cells
from eval.stats import percentile

_BAR = 260
_WIDTH, _HEIGHT = 520, 120
_DASH = "—"


def page(run: dict[str, Any]) -> str:
    """Return the page of a run; it needs nothing but itself."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = environment.from_string((files("eval") / "data" / "run.html").read_text(encoding="utf-8"))
    failures = [
        (one["name"], result)
        for one in run["sets"]
        for result in one["systems"][0]["results"]
        if result["outcome"] != Outcome.RIGHT.value
    ]
    return template.render(
        run=_lenient(run), failures=_lenient(failures), kinds=KINDS, systems=_Lenient(SYSTEMS), aspects=ASPECTS,
        stranger_rows=_stranger_rows(run), bar=bar, latency=latency, share=share, interval=interval, expected=expected,
    )  # fmt: skip


def _stranger_rows(run: dict[str, Any]) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    """Return (what the rows are, (name, cells) rows) of strangers' questions; empty where they did not run."""
    if "strangers" not in run:
        return []
    held = run["strangers"]
    authors = [(f"{one['author']}（{one['documents']}份）", stranger_cells(one)) for one in held["authors"]]
    types = [(TYPES.get(name, name), stranger_cells(one)) for name, one in held["types"].items()]
    whole = ("合计", stranger_cells(held["total"]))
    return [("作者", [whole, *authors]), ("题型", types)]


class _Lenient(dict[str, Any]):
    """A mapping that gives ``None`` for what it lacks, as templates ask it about."""

    def __missing__(self, key: str) -> None:
        return None

    def __getattr__(self, key: str) -> Any:
        return self[key]


def _lenient(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _Lenient({key: _lenient(inner) for key, inner in value.items()})
    if isinstance(value, list | tuple):
        return [_lenient(inner) for inner in value]
    return value


def bar(counted: Mapping[str, Any]) -> Markup:
    """Draw outcomes as one bar, the interval of what is right marked on it."""
    whole = counted["questions"] or 1
    pieces = Markup("").join(
        Markup('<i class="{}" style="width:{}px" title="{}"></i>').format(
            outcome.value, round(counted[outcome.value] / whole * _BAR, 1), counted[outcome.value]
        )
        for outcome in Outcome
    )
    low, high = (bound * _BAR for bound in counted["interval"])
    mark = Markup('<b style="left:{}px;width:{}px"></b>').format(round(low, 1), round(max(1.0, high - low), 1))
    return Markup('<div class="bar">{}{}</div>').format(pieces, mark)


def latency(system: Mapping[str, Any]) -> Markup:
    """Draw how long answers took: the share of questions (up) answered within so many ms (across, log scale)."""
    times = [result["answer"]["ms"] for result in system["results"]]
    if not times:
        return Markup("")
    quantiles = [(q, max(percentile(times, q), 0.1)) for q in range(0, 101)]
    most = max(1000.0, quantiles[-1][1])
    points = " ".join(f"{_across(ms, most):.0f},{_HEIGHT - q * (_HEIGHT - 20) / 100:.0f}" for q, ms in quantiles)
    marks = Markup("").join(_tick(ms, round(_across(ms, most))) for ms in (1, 10, 100, 1000))
    title = Markup("<title>回答用时：横轴毫秒（对数），纵轴累计份额</title>")
    curve = Markup('<polyline points="{}" fill="none" stroke="#1f5fa8" stroke-width="2"/>').format(points)
    return Markup('<svg width="{}" height="{}" role="img">{}{}{}</svg>').format(
        _WIDTH, _HEIGHT + 4, title, marks, curve
    )


def _tick(ms: int, x: int) -> Markup:
    line = Markup('<line x1="{0}" x2="{0}" y1="20" y2="{1}" stroke="#d5dbe2"/>').format(x, _HEIGHT)
    return line + Markup('<text x="{}" y="12" text-anchor="middle">{} ms</text>').format(x, ms)


def _across(ms: float, most: float) -> float:
    """Return the place of a time on the logarithmic axis from 0.1 ms to ``most``."""
    return 30 + (log10(ms) + 1) / (log10(most) + 1) * (_WIDTH - 60)


def expected(gold: Mapping[str, Any]) -> Markup:
    """Return what gold asks for, in words: status, figures with a place each, words."""
    lines = [f"状态 {'、'.join(gold['status'])}"] if gold.get("status") else []
    for value in gold.get("values") or []:
        lines.append(f"{value['value']}{value.get('unit') or ''}　{_places(value)}")
    words = ["／".join(one) if isinstance(one, list) else one for one in gold.get("contains") or []]
    lines += [f"须说到：{'；'.join(words)}"] if words else []
    lines += [f"说明：{gold['note']}"] if gold.get("note") else []
    return escape("\n".join(lines) or _DASH)


def _places(value: Mapping[str, Any]) -> str:
    groups = [value.get("places") or [], *(value.get("operands") or [])]
    return "；".join(_place(place) for group in groups for place in group[:2])


def _place(place: Mapping[str, Any]) -> str:
    report = f"{place['report']} " if place.get("report") else ""
    if place.get("words"):
        return report + "…".join(place["words"])
    return f"{report}表{place['table']} 行{place['row']} 列{place['column']}"
