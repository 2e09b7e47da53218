"""No pattern that sees a report or a question takes time that grows with the square of the text's length."""

import pytest

from tests.patterns import adversarial, growth, patterns

#: Below this many seconds on twice the length a ratio says nothing: the clock's own noise.
_NOTICEABLE = 0.02
#: Twice the length may take twice the time, and a little for the clock; a square takes four times.
_MOST = 3.0


def slow(names, length):
    found = {}
    for name in names:
        pattern = patterns()[name] if isinstance(names, list) else names[name]
        for unit in adversarial(pattern):
            seconds, ratio = growth(pattern, unit, length)
            if seconds > _NOTICEABLE and ratio > _MOST:
                seconds, ratio = growth(pattern, unit, length)  # once more: a machine at work on something else
                if seconds > _NOTICEABLE and ratio > _MOST:
                    found[name] = (round(seconds, 3), round(ratio, 1), unit, pattern.pattern[:80])
                    break
    return found


def test_the_measure_tells_a_square_from_a_line():
    import re

    assert slow({"square": re.compile(r"\s*x")}, 3000)
    assert not slow({"line": re.compile(r"\s{0,9}x")}, 3000)


@pytest.mark.slow
def test_every_pattern_grows_with_the_length_alone():
    every = patterns()
    assert len(every) > 300
    assert slow(every, 3000) == {}


def test_spaces_before_figures_are_read_in_no_time():
    """Once 67 seconds with the server frozen: 40,000 spaces between words and a figure."""
    import time

    from ingest.numbers import find_figures

    started = time.process_time()
    assert [f.value for f in find_figures("支出" + " " * 40_000 + "12万元，不超过" + " " * 40_000 + "5万元")] == [12, 5]
    assert time.process_time() - started < 2
