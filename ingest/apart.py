"""Reading files in processes of their own, with limits: what hangs, crashes or grows there takes nothing with it.

``python -m ingest.apart BYTES PARENT`` reads one file after another: seconds and a path on its standard input, what was
read (pickled) on its standard output, each with its length before it; only our own parent writes and reads there.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, NoReturn, Self

from ingest import watch
from ingest.errors import UnreadableFileError, cause_of
from ingest.model import Bundle
from ingest.readers.kinds import has_pages

#: A hundred pages take half a second; a file that takes a minute is none that a person wrote.
SECONDS = 60
#: A scanned page takes some ten seconds.
_SECONDS_OF_SCANS = 900
BYTES = 3 * 1024**3
_READ, _REFUSED, _NO_MEMORY = b"b", b"r", b"m"
_ASKED, _ANSWERED = struct.Struct("!dQ"), struct.Struct("!cQ")
_LONGEST_ANSWER = 2 * 1024**3
_ALARM = 14
#: A process reads so many files at most: what libraries keep of them goes with it.
_MOST_READ = 200
#: So often a reading process looks whether the one that it reads for is still there, in seconds.
_LOOKS = 1.0
#: So long a process that is told to end may take to put away what it made, in seconds.
_GRACE = 3.0
_SAID = 2000


class _EndedError(Exception):
    """The process ended in the middle of a file, or answered what is no answer."""


class Reader:
    """A process that reads files one by one; a new one takes its place when it ended.

    One call of ``read`` at a time; ``close`` may come from another thread.  ``most`` bounds its memory in bytes, where
    the system can.
    """

    def __init__(self, most: int = BYTES) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._closed = False
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self._left = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it is at; nothing is read any more."""
        with self._lock:
            self._closed = True
        self._end()

    def read(self, path: Path, seconds: float = 0.0) -> Bundle:
        """Read a report; raises ``UnreadableFileError`` with a sentence, as ``read_report`` does.

        It may take ``seconds`` of time (none: as its kind needs).  A file in whose middle a process ended that had
        read others is tried once more, in a fresh one.
        """
        seconds = seconds or (_SECONDS_OF_SCANS if has_pages(path) else SECONDS)
        fresh = False
        while True:
            fresh = self._start(path) or fresh
            try:
                return self._asked(path, seconds)
            except _EndedError as error:
                code, said = self._end()
                if fresh:
                    _tell(path, code, str(error) or said)
            fresh = True

    def _asked(self, path: Path, seconds: float) -> Bundle:
        with self._lock:
            process = self._process
        if process is None:
            raise _EndedError
        late = threading.Event()
        clock = threading.Timer(seconds, _stop, [process, late])
        clock.daemon = True
        clock.start()
        try:
            kind, data = _answer(process, seconds, os.fsencode(path.absolute()))
        except (EOFError, OSError, ValueError) as error:
            if late.is_set():
                self._end()
                raise UnreadableFileError(
                    f"“{path.name}”读了 {seconds:g} 秒还没有读完，已经停下；请拆分成几个文件，或另存一次后再试。"
                ) from error
            with suppress(subprocess.TimeoutExpired):  # its own exit code tells why
                process.wait(_GRACE)
            raise _EndedError from error
        finally:
            clock.cancel()
        self._left -= 1
        if self._said is not None:
            self._said.truncate(0)
        if kind == _REFUSED:
            raise UnreadableFileError(data.decode("utf-8", "surrogatepass"))
        found = pickle.loads(data) if kind == _READ else None
        if not isinstance(found, Bundle):
            raise _EndedError(_NO_MEMORY.decode())
        if not self._left:
            self._end()
        return found

    def _start(self, path: Path) -> bool:
        """Start a process where none runs; return whether one was started, that has read nothing before."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                return False
        self._end()
        with self._lock:
            if self._closed:
                raise UnreadableFileError(f"“{path.name}”没有读，读取已经停下；请再试一次。")
            try:
                self._said = TemporaryFile("a+b")  # noqa: SIM115 - it is closed with the process
                self._process = subprocess.Popen(
                    [sys.executable, f"-Xutf8={sys.flags.utf8_mode}", "-P", "-m", "ingest.apart", str(self._most),
                     str(os.getpid())],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said,
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                )  # fmt: skip
            except OSError as error:
                why = cause_of(error)
                raise UnreadableFileError(f"“{path.name}”没能读入：{why}，或稍后再试。") from error
            self._left = _MOST_READ
        return True

    def _end(self) -> tuple[int, str]:
        """End the process; return (its exit code, the last that it said)."""
        with self._lock:
            process, said, self._process, self._said = self._process, self._said, None, None
        code, last = 0, ""
        if process is not None:
            code = _ended(process)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError, ValueError):
                        pipe.close()
        if said is not None:
            with suppress(OSError):
                said.seek(-min(said.seek(0, os.SEEK_END), _SAID), os.SEEK_END)
                last = said.read(_SAID).decode("utf-8", "replace").strip()
            said.close()
        return code, last


def _tell(path: Path, code: int, said: str) -> NoReturn:
    """Raise what there is to say of a file in whose middle a fresh process ended."""
    if code == -_ALARM:
        raise UnreadableFileError(f"“{path.name}”有一页读了很久还没有读完，已经停下；请另存一次，或换一份文件后再试。")
    if code < 0 or said == _NO_MEMORY.decode():  # a library that gets no memory ends its process
        raise UnreadableFileError(
            f"“{path.name}”读到一半用尽了内存或出了故障，已经停下；请另存一次，或拆分成几个文件后再试。"
        )
    raise UnreadableFileError(f"“{path.name}”没能读入（读的时候出错），请另存一次后再试，或交给维护的人看看。") from (
        ChildProcessError(said) if said else None
    )


def _stop(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    _ended(process)


def _ended(process: subprocess.Popen[bytes]) -> int:
    """End a process and return its exit code; what it started, and what it wrote aside, it puts away itself."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
            return process.returncode
        process.kill()
    return process.wait()


def _answer(process: subprocess.Popen[bytes], seconds: float, path: bytes) -> tuple[bytes, bytes]:
    """Return what a process answers: its kind and its data; raises ``EOFError`` where that is no answer."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(_ASKED.pack(seconds, len(path)) + path)
    process.stdin.flush()
    kind, length = _ANSWERED.unpack(_exactly(process.stdout, _ANSWERED.size))
    if kind not in (_READ, _REFUSED, _NO_MEMORY) or length > _LONGEST_ANSWER:
        raise EOFError
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


def limit(most: int) -> None:
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
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_GRACE)
        os._exit(1)

    if hasattr(os, "fork"):  # elsewhere a process keeps the number of a parent that is gone
        threading.Thread(target=look, daemon=True).start()


def _unwind(number: int, frame: Any) -> NoReturn:
    """Leave what is being done, so that it puts away what it made."""
    raise SystemExit(1)


def _own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Return this process's input and output; whatever else is written goes where errors go."""
    asked, answered = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return asked, answered


def _main(most: int, parent: int) -> None:
    from ingest.read import read_report

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told as well, and ends this process
    signal.signal(signal.SIGTERM, _unwind)
    _go_with(parent)
    asked, answered = _own_pipes()
    limit(most)
    while head := asked.read(_ASKED.size):
        seconds, length = _ASKED.unpack(head)
        path = Path(os.fsdecode(asked.read(length)))
        # The parent's clock is gone with the parent, and a thread here waits for what hangs in a library.
        faulthandler.dump_traceback_later(seconds + 2 * _GRACE, exit=True)
        watch.start()
        kind, data = _READ, b""
        try:
            data = pickle.dumps(read_report(path), pickle.HIGHEST_PROTOCOL)
        except UnreadableFileError as error:
            kind, data = _REFUSED, str(error).encode("utf-8", "surrogatepass")
        except MemoryError:
            kind = _NO_MEMORY
        watch.stop()
        faulthandler.cancel_dump_traceback_later()
        answered.write(_ANSWERED.pack(kind, len(data)) + data)
        answered.flush()


if __name__ == "__main__":
    _main(int(sys.argv[1]), int(sys.argv[2]))
