"""Reading files in processes of their own, with limits: what hangs, crashes or grows there takes nothing with it.

``python -m ingest.apart BYTES PARENT`` reads one file after another: a path on its standard input, what was read
(pickled) on its standard output, each with its length before it; only our own parent writes and reads there.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self

from ingest import watch
from ingest.errors import UnreadableFileError
from ingest.model import Bundle
from ingest.readers.kinds import needs_own_process

#: A hundred pages take half a second; a file that takes a minute is none that a person wrote.
SECONDS = 60
#: A scanned page takes some ten seconds.
_SECONDS_OF_SCANS = 900
BYTES = 3 * 1024**3
_READ, _REFUSED, _NO_MEMORY = b"b", b"r", b"m"
_LENGTH = struct.Struct("!Q")
_ALARM = 14
#: A process reads so many files at most: what libraries keep of them goes with it.
_MOST_READ = 200
#: So often a reading process looks whether the one that it reads for is still there, in seconds.
_LOOKS = 1.0


class Reader:
    """A process that reads files one by one; a new one takes its place when it ended.  One call at a time.

    ``most`` bounds its memory in bytes, where the system can.
    """

    def __init__(self, most: int = BYTES) -> None:
        self._most = most
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self._left = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it is at."""
        if self._process is not None:
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()
            self._process.wait()
            self._process = None
        if self._said is not None:
            self._said.close()
            self._said = None

    def read(self, path: Path, seconds: float = 0.0) -> Bundle:
        """Read a report; raises ``UnreadableFileError`` with a sentence, as ``read_report`` does.

        It may take ``seconds`` of time (none: as its kind needs).
        """
        seconds = seconds or (_SECONDS_OF_SCANS if needs_own_process(path) else SECONDS)
        process = self._ready()
        late = threading.Event()
        clock = threading.Timer(seconds, _stop, [process, late])
        clock.daemon = True
        clock.start()
        try:
            kind, data = _answer(process, str(path.absolute()).encode("utf-8", "surrogateescape"))
        except (EOFError, OSError) as error:
            if late.is_set():
                self.close()
                raise UnreadableFileError(
                    f"“{path.name}”读了 {seconds:g} 秒还没有读完，已经停下；请拆分成几个文件，或另存一次后再试。"
                ) from error
            raise self._ended(path, process.wait()) from error
        finally:
            clock.cancel()
        self._left -= 1
        if kind == _NO_MEMORY or not self._left:
            self.close()
        if kind == _REFUSED:
            raise UnreadableFileError(data.decode("utf-8"))
        found = pickle.loads(data) if kind == _READ else None
        if not isinstance(found, Bundle):
            raise UnreadableFileError(_USED_UP.format(path.name))
        return found

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._process is not None:
            return self._process
        self._left, self._said = _MOST_READ, TemporaryFile()  # noqa: SIM115 - it is closed with the process
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ingest.apart", str(self._most), str(os.getpid())],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, env=environment,
        )  # fmt: skip
        return self._process

    def _ended(self, path: Path, code: int) -> UnreadableFileError:
        """Return what to say of a process that ended in the middle of a file, by its exit ``code``."""
        said = b""
        if self._said is not None:
            self._said.seek(0)
            said = self._said.read()[-2000:].strip()
        self.close()
        if code == -_ALARM:
            return UnreadableFileError(
                f"“{path.name}”有一页读了很久还没有读完，已经停下；请另存一次，或换一份文件后再试。"
            )
        if code < 0:  # a library that gets no memory ends its process
            return UnreadableFileError(_USED_UP.format(path.name))
        error = UnreadableFileError(f"“{path.name}”没能读入（读的时候出错），请另存一次后再试，或交给维护的人看看。")
        error.__cause__ = ChildProcessError(said.decode("utf-8", "replace")) if said else None
        return error


_USED_UP = "“{}”读到一半用尽了内存或出了故障，已经停下；请另存一次，或拆分成几个文件后再试。"


def _stop(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _answer(process: subprocess.Popen[bytes], question: bytes) -> tuple[bytes, bytes]:
    """Return what a process answers: its kind and its data; raises ``EOFError`` where it ended before."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(_LENGTH.pack(len(question)) + question)
    process.stdin.flush()
    kind = _exactly(process.stdout, 1)
    (length,) = _LENGTH.unpack(_exactly(process.stdout, _LENGTH.size))
    return kind, _exactly(process.stdout, length)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    held = pipe.read(size)
    if len(held) < size:
        raise EOFError
    return held


def read_apart(path: Path, seconds: float = 0.0, most: int = BYTES) -> Bundle:
    """Read a report in a process of its own, as ``Reader.read`` does."""
    with Reader(most) as reader:
        return reader.read(path, seconds)


def _limit(most: int) -> None:
    """Bound the memory of this process, where the system can."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))


def _go_with(parent: int) -> None:
    """End this process when the one that it reads for is gone."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOKS)
        os._exit(1)

    if hasattr(os, "fork"):  # elsewhere a process keeps the number of a parent that is gone
        threading.Thread(target=look, daemon=True).start()


@contextmanager
def _alone() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Give this process's input and output; nothing else may get between what is sent back."""
    asked, answered = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    yield asked, answered


def _main(most: int, parent: int) -> None:
    from ingest.read import read_report

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told as well, and ends this process
    _go_with(parent)
    _limit(most)
    with _alone() as (asked, answered):
        while length := asked.read(_LENGTH.size):
            path = Path(asked.read(_LENGTH.unpack(length)[0]).decode("utf-8", "surrogateescape"))
            watch.start()
            kind, data = _READ, b""
            try:
                data = pickle.dumps(read_report(path), pickle.HIGHEST_PROTOCOL)
            except UnreadableFileError as error:
                kind, data = _REFUSED, str(error).encode("utf-8")
            except MemoryError:
                kind = _NO_MEMORY
            watch.stop()
            answered.write(kind + _LENGTH.pack(len(data)) + data)
            answered.flush()


if __name__ == "__main__":
    _main(int(sys.argv[1]), int(sys.argv[2]))
