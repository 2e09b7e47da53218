"""Reading a file in a process of its own, with limits: what hangs, crashes or grows there takes nothing with it.

``python -m ingest.apart FILE BYTES`` writes what it read to its standard output, pickled; only our own parent reads it.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

from ingest import watch
from ingest.errors import UnreadableFileError
from ingest.model import Bundle
from ingest.readers.kinds import needs_own_process

#: A hundred pages take half a second; a file that takes a minute is none that a person wrote.
SECONDS = 60
#: A scanned page takes some ten seconds.
_SECONDS_OF_SCANS = 900
BYTES = 3 * 1024**3
_REFUSED, _NO_MEMORY = 3, 4
_ALARM = 14


def read_apart(path: Path, seconds: float = 0.0, most: int = BYTES) -> Bundle:
    """Read a report in a process of its own; raises ``UnreadableFileError`` with a sentence, as ``read_report`` does.

    The child may take ``seconds`` of time (none: as its kind needs) and ``most`` bytes of memory, where the system
    can limit that.
    """
    seconds = seconds or (_SECONDS_OF_SCANS if needs_own_process(path) else SECONDS)
    command = [sys.executable, "-P", "-m", "ingest.apart", str(path), str(most)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=seconds, env=environment)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFileError(
            f"“{path.name}”读了 {seconds:g} 秒还没有读完，已经停下；请拆分成几个文件，或另存一次后再试。"
        ) from error
    if done.returncode == 0:
        found = pickle.loads(done.stdout)
        if isinstance(found, Bundle):
            return found
    if done.returncode == _REFUSED:
        raise UnreadableFileError(done.stdout.decode("utf-8"))
    if done.returncode == -_ALARM:
        raise UnreadableFileError(f"“{path.name}”有一页读了很久还没有读完，已经停下；请另存一次，或换一份文件后再试。")
    if done.returncode < 0 or done.returncode == _NO_MEMORY:  # a library that gets no memory ends its process
        raise UnreadableFileError(
            f"“{path.name}”读到一半用尽了内存或出了故障，已经停下；请另存一次，或拆分成几个文件后再试。"
        )
    said = done.stderr.decode("utf-8", "replace").strip()[-2000:]
    raise UnreadableFileError(f"“{path.name}”没能读入（读的时候出错），请另存一次后再试，或交给维护的人看看。") from (
        ChildProcessError(said) if said else None
    )


def _limit(most: int) -> None:
    """Bound the memory of this process, where the system can."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))


def _main(path: Path, most: int) -> int:
    from ingest.read import read_report

    answer, sys.stdout = sys.stdout.buffer, sys.stderr  # nothing else may get between what is sent back
    _limit(most)
    watch.start()
    try:
        data = pickle.dumps(read_report(path), pickle.HIGHEST_PROTOCOL)
    except UnreadableFileError as error:
        answer.write(str(error).encode("utf-8"))
        return _REFUSED
    except MemoryError:
        return _NO_MEMORY
    answer.write(data)
    return 0


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1]), int(sys.argv[2])))
