"""The store: one folder with one SQLite file, which is the truth.  All SQL is here, in rows, shelves and database.

Readers see a report only once its transaction has committed.  Vectors are derived from it and live
beside it, in the assistant's care.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, delete, insert, or_, select

from ingest import database, fulltext, originals, rows, schema
from ingest.errors import StoreError, UnknownReportError, cause_of
from ingest.labels import normalise, squeeze
from ingest.lock import StoreLock
from ingest.model import Block, Bundle, Edges, Report, Scope, StoredFact, StoredPassage, StoredTable
from ingest.ranked import ranked_passages

_CHUNK = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to write one file's report: its content hash, its source, its pipeline version."""

    sha256: str
    source: str
    name: str
    pipeline: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The file is in the store already, read by the same pipeline."""

    report: str


#: What another process wrote may go unseen for so many seconds: a question asks some forty times.
_FRESH = 0.02
#: Bounds of what binary numbers make of a decimal one, of either sign.
_NEAR = ((1 - 1e-9, 1 + 1e-9), (-1 - 1e-9, -1 + 1e-9))


class Store:
    """Reading and writing reports.  Open with ``Store.open``; close when done."""

    def __init__(self, engine: Engine, folder: Path, lock: StoreLock | None) -> None:
        self._engine = engine
        self.folder = folder
        self._lock = lock
        self._paths = lru_cache(maxsize=50_000)(self._load_path)
        self._one_block = lru_cache(maxsize=20_000)(self._load_block)
        self._reports: tuple[int, list[Report]] | None = None
        self._generation = 0
        self._looked = -inf

    @classmethod
    def open(cls, folder: Path, *, write: bool = False) -> Self:
        """Open or create a store.  ``write`` takes its lock; raises ``StoreError`` for the user."""
        lock = None
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if write or database.is_missing(folder):
                lock = StoreLock(folder)
                lock.acquire()
        except OSError as error:
            raise StoreError(f"存储目录“{folder}”写不进去：{cause_of(error)}，或换一个 --store 目录。") from error
        engine = database.engine_at(folder)
        try:
            if lock and database.is_missing(folder):
                database.make(folder)
            database.check_version(engine, folder)
            if write:
                originals.sweep(folder, rows.digests(engine).values())
        except BaseException:
            engine.dispose()
            if lock:
                lock.release()
            raise
        if lock and not write:
            lock.release()
            lock = None
        return cls(engine, folder, lock)

    def close(self) -> None:
        """Release the file and the lock."""
        self._engine.dispose()
        if self._lock:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # writing

    def claim(self, path: Path, data: bytes, pipeline: int, *, name: str = "") -> Claim | Ready:
        """Ask to write a file's report; ``Ready`` when nothing would change."""
        digest = sha256(data).hexdigest()
        with self._engine.connect() as connection:
            query = select(schema.reports.c.id, schema.reports.c.pipeline).where(schema.reports.c.sha256 == digest)
            row = connection.execute(query).first()
        if row is not None and row.pipeline == pipeline:
            return Ready(row.id)
        return Claim(digest, str(path.resolve()), name or path.name, pipeline)

    def keep_original(self, claim: Claim, path: Path) -> None:
        """Keep a copy of a file that has pages, for whoever wants to see them; before its report is committed."""
        originals.keep(self.folder, path, claim.sha256)

    def commit(self, claim: Claim, bundle: Bundle) -> tuple[str, bool]:
        """Write a report in one transaction; return (its id, whether it replaced an older one)."""
        with self._transaction() as connection:
            old = self._predecessors(connection, claim, bundle)
            gone = {rows.delete_bundle(connection, report) for report in old}
            report = old[0] if old else self._new_id(connection, claim)
            rows.write_bundle(connection, report, claim.sha256, claim.source, claim.name, claim.pipeline, bundle)
            database.touch(connection)
        self._changed(gone - {claim.sha256})
        return report, bool(old)

    def delete(self, report: str) -> None:
        """Remove a report and everything that came from it."""
        with self._transaction() as connection:
            gone = rows.delete_bundle(connection, report)
            database.touch(connection)
        self._changed({gone})

    def _changed(self, gone: set[str]) -> None:
        self._looked = -inf
        originals.drop(self.folder, gone)

    def _predecessors(self, connection: Connection, claim: Claim, bundle: Bundle) -> list[str]:
        """Return what the file replaces: its own older content, or the same report under the same name."""
        r = schema.reports.c
        profile = bundle.profile
        same = (r.name == claim.name) & (r.organisation == profile.organisation) & (r.year == profile.year)
        query = select(r.id).where(or_(r.source == claim.source, r.sha256 == claim.sha256, same))
        return [row.id for row in connection.execute(query)]

    def _new_id(self, connection: Connection, claim: Claim) -> str:
        for length in (8, 16, 64):
            candidate = "r" + claim.sha256[:length]
            if connection.execute(select(schema.reports.c.id).where(schema.reports.c.id == candidate)).first() is None:
                return candidate
        raise StoreError("报告编号重复，请用 jixiao remove 删去旧报告后再试。")

    def _transaction(self) -> Any:
        if self._lock is None:
            raise StoreError("存储是以只读方式打开的，不能写入；请重新运行命令。")
        return self._engine.begin()

    # reading

    def original(self, report: str) -> Path | None:
        """Return the copy of a report's original; none where it has no pages, or was read before copies were kept."""
        return originals.original(self.folder, rows.digests(self._engine).get(report, ""))

    def generation(self) -> int:
        """Return a number that changes whenever a report is added, replaced or removed."""
        now = monotonic()
        if now - self._looked > _FRESH:
            self._generation, self._looked = int(self._meta("generation") or 0), now
        return self._generation

    def _meta(self, key: str) -> str | None:
        with self._engine.connect() as connection:
            return database.meta_value(connection, key)

    def reports(self) -> list[Report]:
        """Return the loaded reports, by name; read again only once a report was added, replaced or removed."""
        generation = self.generation()
        held = self._reports
        if held is None or held[0] != generation:
            with self._engine.connect() as connection:
                query = select(schema.reports).order_by(schema.reports.c.name, schema.reports.c.id)
                held = self._reports = (generation, [rows.report_of(row) for row in connection.execute(query)])
        return list(held[1])

    def reports_of(self, organisation: str, year: str) -> list[Report]:
        """Return the reports of a department's year, without reading the others."""
        r = schema.reports.c
        query = select(schema.reports).where((r.organisation == organisation) & (r.year == year)).order_by(r.name, r.id)
        with self._engine.connect() as connection:
            return [rows.report_of(row) for row in connection.execute(query)]

    def find_report(self, name: str) -> Report:
        """Find a report by id, file name without ending, or part of its title or department.

        Raises ``UnknownReportError`` when none or several fit.
        """
        loaded = self.reports()
        wanted = squeeze(name)
        for exact in (
            [r for r in loaded if r.id == name or r.name == name],
            [r for r in loaded if squeeze(r.name.rsplit(".", 1)[0]) == wanted],
            [r for r in loaded if wanted and any(wanted in squeeze(t) for t in (r.title, r.name, r.organisation))],
        ):
            if len(exact) == 1:
                return exact[0]
            if exact:
                choices = "、".join(f"{r.name}（{r.id}）" for r in exact[:5])
                raise UnknownReportError(f"“{name}”对应多份报告：{choices}，请写明编号，或连年度多写几个字。")
        raise UnknownReportError(f"没有找到报告“{name}”，请用 jixiao reports 查看已载入的报告。")

    def labels(self, words: str, k: int = 200) -> list[tuple[int, str]]:
        """Return (id, normalised text) of the labels nearest to the words, over all reports."""
        with self._engine.connect() as connection:
            ids = fulltext.match_labels(connection, words, k)
            query = select(schema.labels.c.id, schema.labels.c.text).where(schema.labels.c.id.in_(ids))
            found = {row.id: row.text for row in connection.execute(query)}
        return [(key, found[key]) for key in ids if key in found]

    def read(self, ask: Callable[[Connection], T]) -> T:
        """Return what one of ``ingest.shelves``' questions of all reports comes to."""
        with self._engine.connect() as connection:
            return ask(connection)

    def facts(self, labels: list[int], scope: Scope) -> list[StoredFact]:
        """Return every fact whose row or column label is among ``labels``, within the scope."""
        found: dict[int, StoredFact] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(labels), _CHUNK):
                chunk = labels[start : start + _CHUNK]
                for column in (schema.facts.c.row_label, schema.facts.c.column_label):
                    query = rows.within(select(schema.facts).where(column.in_(chunk)), schema.facts, scope)
                    for row in connection.execute(query):
                        if row.id not in found:
                            found[row.id] = rows.fact_of(row, self._paths)
        return list(found.values())

    def reports_stating(self, sizes: Sequence[Decimal], scope: Scope) -> set[str]:
        """Return the reports that state a figure of one of some sizes, in whatever unit, within the scope.

        Nearly so: the sizes are compared as binary numbers, and whoever asks compares exactly.
        """
        size = schema.size_of_fact
        bounds = [sorted((one * low, one * high)) for one in map(float, sizes) for low, high in _NEAR]
        near = or_(*(size.between(low, high) for low, high in bounds))
        query = rows.within(select(schema.facts.c.report).where(near).distinct(), schema.facts, scope)
        with self._engine.connect() as connection:
            return {row.report for row in connection.execute(query)}

    def all_facts(self, report: str) -> list[StoredFact]:
        """Return every fact of a report, in reading order."""
        query = select(schema.facts).where(schema.facts.c.report == report).order_by(schema.facts.c.id)
        with self._engine.connect() as connection:
            paths = rows.paths_of(connection, report)
            return [rows.fact_of(row, lambda key: paths.get(key, ())) for row in connection.execute(query)]

    def periods(self, reports: tuple[str, ...]) -> set[str]:
        """Return the years that facts belong to."""
        query = rows.within(select(schema.facts.c.period).distinct(), schema.facts, Scope(reports))
        with self._engine.connect() as connection:
            return {row.period for row in connection.execute(query)}

    def organisations(self, reports: tuple[str, ...]) -> set[str]:
        """Return the organisations that facts belong to."""
        query = rows.within(select(schema.facts.c.organisation).distinct(), schema.facts, Scope(reports))
        with self._engine.connect() as connection:
            return {row.organisation for row in connection.execute(query)}

    def passages(
        self,
        words: str,
        scope: Scope,
        k: int = 10,
        also: Sequence[tuple[str, float]] = (),
        light: Mapping[str, float] | None = None,
    ) -> list[tuple[StoredPassage, float]]:
        """Return the best passages with their scores, best first: BM25 / Σ idf·(k1 + 1) of the words.

        ``also`` has what the words may mean besides, each with a weight below 1; ``light`` the grams of the words
        that say little, with theirs.
        """
        with self._engine.connect() as connection:
            best = ranked_passages(connection, words, scope, k, also, light)
            query = select(schema.passages).where(schema.passages.c.id.in_(best))
            found = {row.id: rows.passage_of(row, self._paths) for row in connection.execute(query)}
        return [(found[key], score) for key, score in best.items() if key in found]

    def passages_by_id(self, ids: list[int]) -> dict[int, StoredPassage]:
        """Return passages by their ids."""
        query = select(schema.passages).where(schema.passages.c.id.in_(ids))
        with self._engine.connect() as connection:
            return {row.id: rows.passage_of(row, self._paths) for row in connection.execute(query)}

    def short_names(self, scope: Scope) -> dict[str, tuple[str, ...]]:
        """Return the names that reports use for one thing: normalised name → the others."""
        names: dict[str, dict[str, None]] = {}
        query = rows.within(select(schema.short_names), schema.short_names, scope)
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                short, full = normalise(row.short), normalise(row.full)
                names.setdefault(short, {})[full] = None
                names.setdefault(full, {})[short] = None
        return {name: tuple(others) for name, others in names.items()}

    # vectors: derived from the passages, kept report by report

    def put_vectors(self, model: str, report: str, first: int, size: int, data: bytes) -> None:
        """Keep the vectors of a report's passages (float16, in the order of their ids) by a model."""
        values = {"report": report, "model": model, "first": first, "size": size, "data": data}
        with self._transaction() as connection:
            connection.execute(insert(schema.vectors).prefix_with("OR REPLACE"), values)

    def vectors(self, model: str, reports: Sequence[str] = ()) -> list[tuple[str, int, int, bytes]]:
        """Return (report, first passage id, size, data) of the reports' vectors by a model; of all for none named."""
        query = select(schema.vectors).where(schema.vectors.c.model == model).order_by(schema.vectors.c.first)
        if reports:
            query = query.where(schema.vectors.c.report.in_(reports))
        with self._engine.connect() as connection:
            return [(row.report, row.first, row.size, row.data) for row in connection.execute(query)]

    def embedded(self, model: str) -> dict[str, int]:
        """Return report → first passage id, of the reports that have vectors by a model."""
        v = schema.vectors.c
        with self._engine.connect() as connection:
            found = connection.execute(select(v.report, v.first).where(v.model == model))
            return {row.report: row.first for row in found}

    def keep_vectors(self, model: str) -> None:
        """Drop the vectors of every other model."""
        with self._transaction() as connection:
            connection.execute(delete(schema.vectors).where(schema.vectors.c.model != model))

    def setting(self, key: str) -> dict[str, Any] | None:
        """Return a setting that was recorded with the store, ``None`` where there is none."""
        held = self._meta("setting:" + key)
        found: dict[str, Any] | None = json.loads(held) if held else None
        return found

    def record(self, key: str, value: dict[str, Any]) -> None:
        """Record a setting with the store."""
        with self._transaction() as connection:
            values = {"key": "setting:" + key, "value": json.dumps(value, ensure_ascii=False)}
            connection.execute(insert(schema.meta).prefix_with("OR REPLACE"), values)

    def passages_of(self, report: str) -> list[StoredPassage]:
        """Return a report's passages in the order of their ids."""
        query = select(schema.passages).where(schema.passages.c.report == report).order_by(schema.passages.c.id)
        with self._engine.connect() as connection:
            return [rows.passage_of(row, self._paths) for row in connection.execute(query)]

    def table(self, report: str, number: int) -> StoredTable:
        """Return one table.  Raises ``KeyError`` when there is none."""
        found = self.tables(report, number)
        if not found:
            raise KeyError((report, number))
        return found[0]

    def tables(self, report: str, number: int | None = None) -> list[StoredTable]:
        """Return a report's tables, or one of them, in order."""
        with self._engine.connect() as connection:
            return rows.tables_of(connection, report, number)

    def blocks(self, report: str, first: int = 0, last: int | None = None) -> list[tuple[Block, tuple[str, ...]]]:
        """Return blocks ``first``–``last`` (inclusive) with their heading paths; tables without their grid."""
        if first == last:
            return list(self._one_block(self.generation(), report, first))
        return self._load_blocks(report, first, last)

    def _load_block(self, generation: int, report: str, number: int) -> tuple[tuple[Block, tuple[str, ...]], ...]:
        return tuple(self._load_blocks(report, number, number))

    def _load_blocks(self, report: str, first: int, last: int | None) -> list[tuple[Block, tuple[str, ...]]]:
        b = schema.blocks.c
        columns = (column for column in b if column is not b.places)
        query = select(*columns).where(b.report == report, b.number >= first)
        if last is not None:
            query = query.where(b.number <= last)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(b.number))
            return [(rows.block_of(row), tuple(json.loads(row.heading))) for row in found]

    def edges(self, report: str, block: int, row: int | None, column: int | None) -> Edges | None:
        """Return where a table's cell lies on its page of the original, or a paragraph (no cell); none if unknown."""
        b = schema.blocks.c
        query = select(b.places).where(b.report == report, b.number == block)
        with self._engine.connect() as connection:
            return rows.edges_in(connection.execute(query).scalar(), row or 0, column or 0)

    def _load_path(self, key: int) -> tuple[str, ...]:
        with self._engine.connect() as connection:
            row = connection.execute(select(schema.paths.c.path).where(schema.paths.c.id == key)).first()
        return tuple(json.loads(row.path)) if row else ()
