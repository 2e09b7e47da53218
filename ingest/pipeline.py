"""Files and folders into the store: each file read, written in one transaction, reported on."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from ingest.apart import read_apart
from ingest.crew import Crew, crew_of
from ingest.errors import UnreadableFileError, cant_open
from ingest.model import Bundle
from ingest.names import same_as, twin_warnings
from ingest.package import MAX_FILE
from ingest.read import PIPELINE_VERSION, read_report
from ingest.readers.archive import is_archive, members_of
from ingest.readers.kinds import ENDINGS, has_pages
from ingest.scratch import scratch
from ingest.store import Claim, Ready, Store


class Outcome(StrEnum):
    """What became of one file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SKIPPED = "skipped"


Read = Callable[[Path], Bundle]
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
        everything = sorted(path.rglob("*"))
        if not everything:
            skipped[path] = Result(path.name, Outcome.SKIPPED, "跳过：这个文件夹是空的")
        for inside in everything:
            if inside.is_dir() or inside.name.startswith(("~$", ".")):
                continue
            if not inside.is_file():
                skipped[inside] = Result(str(inside.relative_to(path)), Outcome.SKIPPED, f"跳过：{_no_file(inside)}")
            elif inside.suffix.lower() in ENDINGS:
                files[inside] = None
            else:
                skipped[inside] = _skipped(inside, str(inside.relative_to(path)))
    return Collected(list(files), list(skipped.values()))


def _no_file(path: Path) -> str:
    """Return why what is no regular file isn't read: opening a pipe or a device would never end."""
    return "不是普通文件（是管道或设备）" if path.exists() else "链接指向的文件不存在"


def _skipped(path: Path, name: str) -> Result:
    ending = path.suffix.lower() or "没有扩展名的文件"
    return Result(name, Outcome.SKIPPED, f"跳过：{ending} 暂不能读，请另存为 .docx 或 .pdf 后再读入")


def ingest(
    store: Store, files: Iterable[Path], *, name: Callable[[Path], str] = lambda path: path.name, jobs: int = 0
) -> Iterator[Result]:
    """Read files into the store, one result a file in their order; a bad file fails alone.

    So many ``jobs`` are read at once, each in a process of its own that has limits of time and memory; with none, here.
    """
    if jobs:
        with crew_of(jobs) as crew:
            yield from _ahead(store, files, name, crew)
        return
    for path in files:
        yield from ingest_any(store, path, name(path))


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A file that is being read."""

    shown: str
    path: Path
    claim: Claim
    work: Future[Bundle]

    def written(self, store: Store) -> Result:
        """Wait for what is read and write it."""
        try:
            bundle = _named(lambda _: self.work.result(), self.path, self.shown)
        except UnreadableFileError as error:
            return Result(self.shown, Outcome.FAILED, str(error))
        return _written(store, self.claim, bundle, self.shown, self.path)


def _ahead(store: Store, files: Iterable[Path], name: Callable[[Path], str], crew: Crew) -> Iterator[Result]:
    """Read files while those before them are written; a few wait at most, none beside another of the same content."""
    waiting: deque[_Waiting | Result] = deque()

    def written(most: int = 0) -> Iterator[Result]:
        while len(waiting) > most:
            one = waiting.popleft()
            yield one if isinstance(one, Result) else one.written(store)

    for path in files:
        shown = name(path)
        if is_archive(path) or not path.is_file():
            yield from written()
            yield from ingest_any(store, path, shown, crew.read)
            continue
        claim = _claimed(store, path, shown)
        if isinstance(claim, Claim) and claim.sha256 in {
            one.claim.sha256 for one in waiting if isinstance(one, _Waiting)
        }:
            yield from written()
            claim = _claimed(store, path, shown)
        waiting.append(claim if isinstance(claim, Result) else _Waiting(shown, path, claim, crew.begin(path)))
        yield from written(2 * crew.jobs)
    yield from written()


def _claimed(store: Store, path: Path, shown: str, source: Path | None = None) -> Claim | Result:
    """Return the claim to write a file's report, or what there is to say where it needs no reading."""
    try:
        claim = store.claim(source or path, _content(path), PIPELINE_VERSION, name=shown)
    except UnreadableFileError as error:
        return Result(shown, Outcome.FAILED, str(error))
    return _unchanged(store, shown, claim.report) if isinstance(claim, Ready) else claim


def ingest_any(store: Store, path: Path, name: str = "", read: Read = read_report) -> Iterator[Result]:
    """Read a file into the store, or each of an archive's; one result a file."""
    if path.exists() and not path.is_file():
        yield Result(name or path.name, Outcome.FAILED, f"“{path.name}”{_no_file(path)}，请换成报告文件后再试。")
        return
    if not is_archive(path):
        yield ingest_file(store, path, name, read)
        return
    shown = name or path.name
    with scratch() as folder:
        try:
            for member in members_of(path, folder):
                told = f"{shown} › {member.name}"
                if member.path is None:
                    yield Result(told, Outcome.SKIPPED, f"跳过：{member.why}")
                    continue
                result = ingest_file(store, member.path, Path(member.name).name, read, path / member.name)
                yield replace(result, file=told)
        except UnreadableFileError as error:
            yield Result(shown, Outcome.FAILED, str(error))


def ingest_file(
    store: Store, path: Path, name: str = "", read: Read = read_report, source: Path | None = None
) -> Result:  # fmt: skip
    """Read one file into the store; ``name`` is shown in place of an upload's temporary one, ``read`` reads it.

    ``source`` is where the file comes from, if it lies elsewhere for the time of its reading.
    """
    shown = name or path.name
    claim = _claimed(store, path, shown, source)
    if isinstance(claim, Result):
        return claim
    try:
        bundle = _named(_apart if read is read_report else read, path, shown)
    except UnreadableFileError as error:
        return Result(shown, Outcome.FAILED, str(error))
    return _written(store, claim, bundle, shown, path)


def _written(store: Store, claim: Claim, bundle: Bundle, shown: str, path: Path) -> Result:
    store.keep_original(claim, path)
    report, replaced = store.commit(claim, bundle)
    told = _twin(store, report, bundle)
    result = _result(shown, report, replaced, bundle)
    return replace(result, warnings=(*result.warnings, told)) if told else result


#: Of the figures of two files of one report nearly all are the same; readers of two formats differ in a few.
_NEARLY_ALL = 0.9


def _twin(store: Store, report: str, bundle: Bundle) -> str | None:
    """Return the sentence about a report that was there before; where nothing names its department, its figures do."""
    profile = bundle.profile
    alike = store.reports_of(profile.organisation, profile.year)
    told = twin_warnings(alike).get(report)
    if told or profile.organisation or not bundle.facts:
        return told
    own = Counter(fact.raw for fact in bundle.facts)
    for other in alike:
        near = other.facts * _NEARLY_ALL <= own.total() <= other.facts / _NEARLY_ALL
        if near and other.id != report:
            shared = own & Counter(one.fact.raw for one in store.all_facts(other.id))
            if shared.total() >= _NEARLY_ALL * max(own.total(), other.facts):
                return same_as([other.name])
    return None


def _unchanged(store: Store, shown: str, report: str) -> Result:
    held = next((one.name for one in store.reports() if one.id == report), shown)
    same = "内容没有变化，未重新读入" if held == shown else f"与已读入的“{held}”内容完全相同，没有再读一遍"
    return Result(shown, Outcome.UNCHANGED, same, report)


def _named(read: Read, path: Path, shown: str) -> Bundle:
    """Read a file under the name that it is shown by; what can't be read is told of by that, too."""
    try:
        bundle = read(path)
    except UnreadableFileError as error:
        raise UnreadableFileError(str(error).replace(path.name, shown)) from error
    return bundle if path.name == shown else replace(bundle, document=replace(bundle.document, name=shown))


def _apart(path: Path) -> Bundle:
    """Read a file; what is read by code that can't be asked to stop, in a process of its own."""
    return read_apart(path) if has_pages(path) else read_report(path)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE:
            raise UnreadableFileError(
                f"“{path.name}”超过 {MAX_FILE // 1024**2} MB 的上限，请拆分或压缩其中的图片后再试。"
            )
        return path.read_bytes()
    except OSError as error:
        raise cant_open(path.name, error) from error


def _result(shown: str, report: str, replaced: bool, bundle: Bundle) -> Result:
    unclear = sum(len(entry.unclear) for entry in bundle.ledger)
    warnings = [*bundle.document.warnings]
    if not bundle.facts:
        warnings.append("没有从中读到任何数字，多半不是绩效报告或决算，请核对文件")
    if unclear:
        warnings.append(f"有 {unclear} 格没有读懂，全文里标着是哪几格")
    outcome = Outcome.REPLACED if replaced else Outcome.ADDED
    verb = "已更新" if replaced else "已读入"
    counts = f"{len(bundle.tables)} 张表、{len(bundle.facts)} 个事实、{len(bundle.passages)} 段文字"
    return Result(
        shown, outcome, f"{verb}：{counts}", report, len(bundle.tables), len(bundle.facts), len(bundle.passages),
        tuple(warnings),
    )  # fmt: skip
