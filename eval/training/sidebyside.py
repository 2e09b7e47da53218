"""Does work with several sources at a time, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from os import cpu_count
from typing import Any, TypeVar

from assistant.core import Assistant
from eval.training.tasks import Source

T = TypeVar("T")
Work = tuple[Source, Callable[[Source, Assistant], T]]

#: What the processes inherit: sources judge their answers by functions, which can't be sent.
_shared: list[Work[object]] = []


def side_by_side(work: Sequence[Work[T]], advance: Callable[[int], None]) -> list[T]:
    """Return what each work comes to, in order; ``advance`` is told how many are done."""
    _shared[:] = list(work)
    found: dict[int, Any] = {}
    with ProcessPoolExecutor(cpu_count() or 1, get_context("fork"), max_tasks_per_child=None) as pool:
        order = sorted(range(len(work)), key=lambda n: -len(work[n][0].tasks))
        waiting = {pool.submit(_one, number): number for number in order}
        for done in as_completed(waiting):
            found[waiting[done]] = done.result()
            advance(len(found))
    return [found[number] for number in range(len(work))]


def _one(number: int) -> object:
    source, work = _shared[number]
    with source.assistant() as assistant:
        return work(source, assistant)
