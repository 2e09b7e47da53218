"""Several files read at once, each in a process of its own; what was read comes back in the order of the files."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from ingest.apart import Reader
from ingest.model import Bundle


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
        for reader in self._readers:
            reader.close()
        self._pool.shutdown()


@contextmanager
def crew_of(jobs: int) -> Iterator[Crew]:
    """Give a crew, and send it home."""
    crew = Crew(jobs)
    try:
        yield crew
    finally:
        crew.close()
