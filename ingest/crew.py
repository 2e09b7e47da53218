"""Several files read at once, each in a process of its own; what was read comes back in the order of the files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from ingest.apart import Reader
from ingest.model import Bundle

#: However many processors there are: each process may take gigabytes.
MOST_JOBS = 8


def jobs_here() -> int:
    """Return how many files to read at once on this machine: one a processor that this process may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(usable, MOST_JOBS))


class Crew:
    """So many processes that read; a file waits until one of them is free."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._readers = [Reader() for _ in range(jobs)]
        self._free: SimpleQueue[Reader] = SimpleQueue()
        for reader in self._readers:
            self._free.put(reader)
        self._pool = ThreadPoolExecutor(jobs, "reading")

    def begin(self, path: Path) -> Future[Bundle]:
        """Begin to read a file; its result is the report, or raises ``UnreadableFileError`` with a sentence."""
        return self._pool.submit(self.read, path)

    def read(self, path: Path) -> Bundle:
        """Read a file once a process is free; raises ``UnreadableFileError`` with a sentence."""
        reader = self._free.get()
        try:
            return reader.read(path)
        finally:
            self._free.put(reader)

    def close(self) -> None:
        """End the processes, whatever they are at."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        with ThreadPoolExecutor(self.jobs) as closing:  # each may take a moment to put away what it made
            list(closing.map(Reader.close, self._readers))
        self._pool.shutdown()


@contextmanager
def crew_of(jobs: int) -> Iterator[Crew]:
    """Give a crew, and send it home."""
    crew = Crew(jobs)
    try:
        yield crew
    finally:
        crew.close()
