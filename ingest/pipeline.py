"""Files and folders into the store: each file read, written in one transaction, reported on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from ingest.errors import UnreadableFileError
from ingest.model import Bundle
from ingest.names import twin_warnings
from ingest.package import MAX_FILE
from ingest.read import PIPELINE_VERSION, read_report
from ingest.readers.kinds import ENDINGS
from ingest.store import Ready, Store


class Outcome(StrEnum):
    """What became of one file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SKIPPED = "skipped"


_MARKS = {
    Outcome.ADDED: "✓", Outcome.REPLACED: "↻", Outcome.UNCHANGED: "＝", Outcome.FAILED: "✗", Outcome.SKIPPED: "－",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """One file's outcome; ``message`` is a sentence for the user."""

    file: str
    outcome: Outcome
    message: str
    report: str = ""
    tables: int = 0
    facts: int = 0
    passages: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """Its sign in a list: a report without a single figure is no ✓."""
        read = self.outcome in (Outcome.ADDED, Outcome.REPLACED)
        return "△" if read and not self.facts else _MARKS[self.outcome]

    def to_json(self) -> dict[str, Any]:
        """Return the result as the interface has it."""
        return {**asdict(self), "outcome": self.outcome.value, "warnings": list(self.warnings)}


@dataclass(frozen=True, slots=True)
class Collected:
    """The files to read, and what lies in the folders named but can't be read, a result each."""

    files: list[Path]
    skipped: list[Result]


def collect(paths: Iterable[Path]) -> Collected:
    """Find the files to read: those named, and the readable kinds in the folders named.

    Hidden files, and those that Office keeps beside an open document, are no reports and are passed over.
    """
    files: dict[Path, None] = {}
    skipped: dict[Path, Result] = {}
    for path in paths:
        if not path.is_dir():
            files[path] = None
            continue
        for inside in sorted(path.rglob("*")):
            if not inside.is_file() or inside.name.startswith(("~$", ".")):
                continue
            if inside.suffix.lower() in ENDINGS:
                files[inside] = None
            else:
                skipped[inside] = _skipped(inside, str(inside.relative_to(path)))
    return Collected(list(files), list(skipped.values()))


def _skipped(path: Path, name: str) -> Result:
    ending = path.suffix.lower() or "没有扩展名的文件"
    return Result(name, Outcome.SKIPPED, f"跳过：{ending} 暂不能读，请另存为 .docx 或 .pdf 后再读入")


def ingest(
    store: Store, files: Iterable[Path], *, name: Callable[[Path], str] = lambda path: path.name
) -> Iterator[Result]:
    """Read files into the store, one result a file; a bad file fails alone."""
    for path in files:
        yield ingest_file(store, path, name(path))


def ingest_file(store: Store, path: Path, name: str = "", read: Callable[[Path], Bundle] = read_report) -> Result:
    """Read one file into the store; ``name`` is shown in place of an upload's temporary one, ``read`` reads it."""
    shown = name or path.name
    try:
        claim = store.claim(path, _content(path), PIPELINE_VERSION, name=shown)
        if isinstance(claim, Ready):
            return Result(shown, Outcome.UNCHANGED, "内容没有变化，未重新读入", claim.report)
        bundle = read(path)
    except UnreadableFileError as error:
        return Result(shown, Outcome.FAILED, str(error))
    report, replaced = store.commit(claim, bundle)
    profile = bundle.profile
    told = twin_warnings(store.reports_of(profile.organisation, profile.year)).get(report)
    result = _result(shown, report, replaced, bundle)
    return replace(result, warnings=(*result.warnings, told)) if told else result


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE:
            raise UnreadableFileError(
                f"“{path.name}”超过 {MAX_FILE // 1024**2} MB 的上限，请拆分或压缩其中的图片后再试。"
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"“{path.name}”打不开（{error.strerror}），请确认文件存在且有权读取。") from error


def _result(shown: str, report: str, replaced: bool, bundle: Bundle) -> Result:
    unclear = sum(len(entry.unclear) for entry in bundle.ledger)
    warnings = [*bundle.document.warnings]
    if not bundle.facts:
        warnings.append("没有从中读到任何数字，多半不是绩效报告或决算，请核对文件")
    if unclear:
        warnings.append(f"有 {unclear} 格没有读懂（jixiao tables {report} 列出）")
    outcome = Outcome.REPLACED if replaced else Outcome.ADDED
    verb = "已更新" if replaced else "已读入"
    counts = f"{len(bundle.tables)} 张表、{len(bundle.facts)} 个事实、{len(bundle.passages)} 段文字"
    return Result(
        shown, outcome, f"{verb}：{counts}", report, len(bundle.tables), len(bundle.facts), len(bundle.passages),
        tuple(warnings),
    )  # fmt: skip
