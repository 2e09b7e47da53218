"""Comparable values as bars beside their table: HTML alone, so that it shows without script, on any screen."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal

from assistant.web.escape import escaped_lines
from assistant.web.series import Bar, Series
from ingest.numbers import plain

_STEPS = (
    Decimal(1),
    Decimal("1.5"),
    Decimal(2),
    Decimal("2.5"),
    Decimal(3),
    Decimal(4),
    Decimal(5),
    Decimal(6),
    Decimal(8),
    Decimal(10),
)
_TENTH = Decimal("0.1")
#: In percent of the axis: ticks closer than this run together, those beyond this are written to the left.
_CLEAR, _RIGHT = Decimal(20), Decimal(90)
#: A bar that is longer has its figure inside.
_LONG = Decimal(60)


def chart_html(series: Series, cites: Callable[[tuple[int, ...]], str]) -> str:
    """Draw a series: a row a value with its name, the figure as printed, its citations, and its bar.

    ``cites`` writes the links of a value's citations.
    """
    low, high = scale([bar.size for bar in series.bars])
    rows = "".join(_row(bar, low, high, cites) for bar in series.bars)
    return (
        f'<table class="jx-chart"><caption>{escaped_lines(series.title)}</caption>'
        f"<thead><tr><th>名称</th><th>报告所列</th>"
        f'<th class="jx-axis">{_axis(low, high, series.unit)}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def scale(sizes: list[Decimal]) -> tuple[Decimal, Decimal]:
    """Return the axis's ends: zero and a round number beyond the largest size, on either side where needed."""
    high = round_up(max(max(sizes), Decimal(0)))
    low = -round_up(-min(min(sizes), Decimal(0)))
    return (low, high) if high > low else (Decimal(0), Decimal(1))


def round_up(value: Decimal) -> Decimal:
    """Return the next round number (1, 1.5, 2, 2.5, 3 … times a power of ten), ``0`` for 0.

    >>> round_up(Decimal("1247.5"))
    Decimal('1500')
    """
    if value <= 0:
        return Decimal(0)
    power = Decimal(1).scaleb(value.adjusted())
    lead = value / power
    return next(step for step in _STEPS if step >= lead) * power


def _row(bar: Bar, low: Decimal, high: Decimal, cites: Callable[[tuple[int, ...]], str]) -> str:
    start, end = sorted((_percent(Decimal(0), low, high), _percent(bar.size, low, high)))
    size = escaped_lines(plain(bar.size))
    inside = end - start > _LONG
    label = f'<span class="jx-size jx-inside">{size}</span>' if inside else ""
    fill = f'<span class="jx-fill" style="left:{start}%;width:{end - start}%">{label}</span>'
    at = f"right:{100 - start}%" if end > _LONG else f"left:{end}%"
    beside = "" if inside else f'<span class="jx-size" style="{at}">{size}</span>'
    return (
        f"<tr><th>{escaped_lines(bar.label)}</th>"
        f'<td><span class="jx-printed">{escaped_lines(bar.shown)}</span> {cites(bar.citations)}</td>'
        f'<td class="jx-plot"><div class="jx-bar">{fill}{beside}</div></td></tr>'
    )


def _percent(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    """Return how far along the axis a value lies, in percent to one place."""
    return ((value - low) / (high - low) * 100).quantize(_TENTH, rounding=ROUND_CEILING)


def _axis(low: Decimal, high: Decimal, unit: str) -> str:
    """Write the axis's ticks: its ends, zero, and the middle of the longer side."""
    middle = high / 2 if high >= -low else low / 2
    marks = "".join(
        _tick(tick, _percent(tick, low, high)) for tick in _apart({low, Decimal(0), middle, high}, low, high)
    )
    return f'<div class="jx-ticks">{marks}</div><small>单位：{escaped_lines(unit or "（无）")}</small>'


def _apart(ticks: set[Decimal], low: Decimal, high: Decimal) -> list[Decimal]:
    """Keep the ticks whose words don't run into the one before."""
    kept: list[Decimal] = []
    for tick in sorted(ticks):
        if not kept or _percent(tick, low, high) - _percent(kept[-1], low, high) >= _CLEAR:
            kept.append(tick)
    return kept


def _tick(tick: Decimal, at: Decimal) -> str:
    place = f"right:{100 - at}%" if at > _RIGHT else f"left:{at}%"
    words = escaped_lines(plain(tick.normalize())) if tick else "0"
    return f'<span class="jx-tick" style="{place}">{words}</span>'
