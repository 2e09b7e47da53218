"""Two sample reports of made-up departments that come with the program, for a first try."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from assistant.usage import cant_write

_FOLDER = files("assistant") / "data" / "samples"


def write_samples(folder: Path) -> list[Path]:
    """Write the samples to a folder; return where.  Raises ``JixiaoError`` where they can't be written."""
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for sample in sorted(_FOLDER.iterdir(), key=lambda one: one.name):
            if sample.name.endswith(".docx"):
                with as_file(sample) as path:
                    target = folder / sample.name
                    target.write_bytes(path.read_bytes())
                    written.append(target)
    except OSError as error:
        raise cant_write(error, folder) from error
    return written
