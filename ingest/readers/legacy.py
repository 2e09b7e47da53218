"""Formats of other programs (.doc, .wps, .rtf, .et, .odt, .ods), through LibreOffice where it is installed.

The converted file lies in a folder of its own, which is thrown away with it; the source stays the original.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

from ingest.errors import UnreadableFileError
from ingest.model import Document
from ingest.scratch import scratch

#: A hundred pages take a few seconds; the first start of the program some more.
SECONDS = 50
_BYTES = 6 * 1024**3
_MOST_WRITTEN = 512 * 1024**2
_PROGRAMS = ("soffice", "libreoffice")
_MISSING = (
    "“{name}”要先用 LibreOffice 转换才能读，这台电脑上没有装；请装上 LibreOffice（不用联网），"
    "或用 Word、WPS 另存为 {into} 后再试。"
)


def converted(path: Path, into: str, read: Callable[[Path], Document], ending: str = "") -> Document:
    """Convert a file to ``into`` (docx, xlsx) and read that; raises ``UnreadableFileError`` with a sentence.

    ``ending`` is the one that the content asks for, where the name has another.
    """
    program = _program()
    if program is None:
        raise UnreadableFileError(_MISSING.format(name=path.name, into=f".{into}"))
    with scratch() as folder:
        source = folder / f"source{ending or path.suffix.lower()}"
        shutil.copyfile(path, source)
        _convert(program, source, into, folder, path.name)
        target = source.with_suffix(f".{into}")
        if not target.is_file():
            raise UnreadableFileError(f"“{path.name}”已损坏或已加密，LibreOffice 打不开；请另存为 .{into} 后再试。")
        document = read(target)
    return replace(document, name=path.name)


@cache
def _program() -> str | None:
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


@cache
def _alone() -> tuple[str, ...]:
    """Return what runs a program without a network, where the system allows it."""
    command = ("unshare", "--map-root-user", "--net", "--")
    with suppress(OSError, subprocess.SubprocessError):
        if subprocess.run([*command, "true"], capture_output=True, timeout=10, check=False).returncode == 0:
            return command
    return ()


def _convert(program: str, source: Path, into: str, folder: Path, name: str) -> None:
    command = [
        *_alone(), program, "--headless", "--norestore", "--nolockcheck", "--nodefault",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--convert-to", into, "--outdir", str(folder), str(source),
    ]  # fmt: skip
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder)}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
        cwd=folder, start_new_session=True, preexec_fn=_limited,
    )  # fmt: skip
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFileError(
            f"“{name}”转换了 {SECONDS} 秒还没有完，已经停下；请另存为 .{into} 后再试。"
        ) from error
    finally:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _limited() -> None:
    """Bound the converter's memory and what it writes; runs in the child."""
    import resource

    for kind, most in ((resource.RLIMIT_AS, _BYTES), (resource.RLIMIT_FSIZE, _MOST_WRITTEN)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
