"""Where the real reports, the banks and the public sets lie: beside a checkout, or where the user says."""

from __future__ import annotations

from pathlib import Path

from eval.goldset import GoldError

_ROOT = Path(__file__).resolve().parents[1]


def shared_folder(named: Path | None) -> Path:
    """Return the folder that was named, else ``shared`` beside the checkout that this code runs from.

    Raises ``GoldError``: an installed package has no folder beside it, and must not look inside the environment.
    """
    beside = _ROOT.parent / "shared" if (_ROOT / "pyproject.toml").is_file() else None
    folder = named or beside
    if folder is None or not (folder / "reports").is_dir():
        where = f"“{folder}”里没有" if folder is not None else "没有指定"
        raise GoldError(f"{where}真实报告和公开题集，请用 --shared 写明它们在哪个目录。")
    return folder
