"""How near passages are to a question by a model's vectors: exact within a scope, by Chroma over very many."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant import chroma
from assistant.configured import SETTING, configured
from assistant.embedding import BUNDLED, Encoder, Matrix, fingerprint, load_encoder
from assistant.retrieve import text_of
from ingest.errors import JixiaoError
from ingest.model import Scope, StoredPassage
from ingest.store import Store

_BATCH = 2_000
#: Up to so many passages exact vectors are read and weighed; over more, Chroma finds the nearest.
_EXACT = 50_000

Progress = Callable[[int, int], None]


def _silent(_done: int, _whole: int) -> None:
    """Show nothing."""


def reindex(store: Store, name: str = "", instruction: str = "", progress: Progress = _silent) -> int:
    """Embed every passage by a model (the store's own for none named), build Chroma anew; return how many.

    What is in use stays so until everything new is complete: the vectors of a report are written in a transaction
    of their own under the new model's id, and the model is switched last.
    """
    entry = configured(store)
    if entry is not None and name in ("", entry["name"]):
        name, instruction = entry["name"], instruction or entry["instruction"]
    name = name or BUNDLED
    encoder = load_encoder(name, instruction)
    model = fingerprint(encoder.name)
    _embed(store, encoder, model, [report.id for report in store.reports()], progress)
    chosen = {"name": encoder.name, "id": model, "dimension": encoder.dimension, "instruction": instruction}
    count = chroma.build(store, model, encoder.dimension, progress)
    store.record(SETTING, chosen)
    store.keep_vectors(model)
    return count


def switch_off(store: Store) -> None:
    """Search without vectors from now on."""
    store.record(SETTING, {})
    store.keep_vectors("")
    chroma.remove(store)


def keep_up(store: Store, progress: Progress = _silent, *, tried: bool = False) -> str:
    """Embed what is new and mend what is damaged; return what to tell the user, mostly nothing.

    Without vectors search falls back on full text, so that this never fails.
    """
    try:
        embed_new(store, progress)
        return "检索向量的目录损坏，已从存储重建。" if repair(store, progress, tried=tried) else ""
    except JixiaoError as error:
        return str(error)


def embed_new(store: Store, progress: Progress = _silent) -> None:
    """Embed the passages of reports that the store's model hasn't seen; nothing without a model."""
    entry = configured(store)
    if entry is None:
        return
    done = store.embedded(entry["id"])
    missing = [report.id for report in store.reports() if report.id not in done]
    if missing:
        _embed(store, _encoder(entry), entry["id"], missing, progress)


def repair(store: Store, progress: Progress = _silent, *, tried: bool = False) -> bool:
    """Build Chroma anew from the store's vectors when its folder is damaged or of another model; tell whether it was.

    No model is needed.  ``tried`` opens the folder in a child process too, as ``Generation.sound``.
    """
    entry, found = configured(store), chroma.Generation.current(store)
    if entry is None or found is None or (found.model == entry["id"] and found.sound(tried=tried)):
        return False
    chroma.build(store, entry["id"], int(entry["dimension"]), progress)
    return True


def _embed(store: Store, encoder: Encoder, model: str, reports: Sequence[str], progress: Progress) -> None:
    """Embed reports in batches of passages, each report's vectors written by themselves."""
    group: list[tuple[str, list[StoredPassage]]] = []
    for number, report in enumerate(reports, 1):
        passages = store.passages_of(report)
        if passages:
            group.append((report, passages))
        if sum(len(held) for _, held in group) >= _BATCH or number == len(reports):
            _write(store, encoder, model, group)
            group = []
            progress(number, len(reports))


def _write(store: Store, encoder: Encoder, model: str, group: list[tuple[str, list[StoredPassage]]]) -> None:
    texts = [text_of(passage) for _, held in group for passage in held]
    vectors = encoder.passages(texts) if texts else np.zeros((0, encoder.dimension), dtype=np.float32)
    start = 0
    for report, held in group:
        data = vectors[start : start + len(held)].astype(np.float16).tobytes()
        store.put_vectors(model, report, held[0].id, len(held), data)
        start += len(held)


def _encoder(entry: dict[str, Any]) -> Encoder:
    encoder = load_encoder(entry["name"], entry["instruction"])
    if encoder.dimension != entry["dimension"] or fingerprint(encoder.name) != entry["id"]:
        raise JixiaoError(f"向量模型“{entry['name']}”与建检索向量时的不是同一个，请运行 jixiao reindex 重建。")
    return encoder


@dataclass(frozen=True, slots=True)
class _Search:
    """What is looked for: a question's vector by a model, the ``k`` nearest, and the passages ``among``."""

    model: str
    dimension: int
    vector: Matrix
    k: int
    among: frozenset[int]


class VectorIndex:
    """Weighs passages by the store's model; nothing is loaded before the first search that needs it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._encoder: tuple[str, Encoder] | None = None
        self._failed: dict[str, Any] | None = None
        self._chroma: tuple[str, chroma.Generation, bool] | None = None
        self._have: tuple[tuple[int, str], dict[str, int]] | None = None
        #: What a cosine counts beside BM25; the model says it when it is loaded.
        self.weight = 0.0
        #: Why vectors aren't used now, one sentence; empty while they are, or where no model is set up.
        self.notice = ""

    def similarities(self, words: str, scope: Scope, k: int, among: Iterable[int]) -> dict[int, float] | None:
        """Return passage id → cosine, of the ``k`` nearest in the scope and of those ``among``.

        ``None`` when vectors can't be used: no model, a broken one, passages that have no vectors yet.
        """
        entry = configured(self._store)
        if entry is None or entry == self._failed:
            return None
        try:
            vector = self._model(entry).query(words)
        except JixiaoError as error:
            self._failed, self.notice = entry, str(error)  # not tried again for every question
            return None
        wanted = self._reports(scope)
        have = self._embedded(entry["id"])
        if not vector.any() or any(report not in have for report in wanted):
            return None
        search = _Search(entry["id"], int(entry["dimension"]), vector, k, frozenset(among))
        if sum(wanted.values()) > _EXACT:
            near = self._by_chroma(search, wanted, have)
            if near is not None:
                return near
        return self._exact(search, list(wanted))

    def _embedded(self, model: str) -> dict[str, int]:
        """Return report → first passage id of those with vectors, kept while reports, model and count stay."""
        state = (self._store.generation(), model)
        if self._have is None or self._have[0] != state or len(self._have[1]) < len(self._store.reports()):
            self._have = (state, self._store.embedded(model))
        return self._have[1]

    def _reports(self, scope: Scope) -> dict[str, int]:
        """Return the reports in a scope with how many passages they have, those without any left out."""
        return {
            report.id: report.passages
            for report in self._store.reports()
            if report.passages
            and (not scope.reports or report.id in scope.reports)
            and (not scope.periods or report.year in scope.periods)
        }

    def _exact(self, search: _Search, reports: Sequence[str]) -> dict[int, float]:
        found: dict[int, float] = {}
        for _, first, size, data in self._store.vectors(search.model, reports):
            values = chroma.as_matrix(data, size, search.dimension) @ search.vector
            for place in np.argsort(-values)[: search.k]:
                found[first + int(place)] = float(values[place])
            for key in search.among & set(range(first, first + size)):
                found[key] = float(values[key - first])
        kept = sorted(found, key=lambda key: (-found[key], key))[: search.k]
        return {key: found[key] for key in (*kept, *(search.among & found.keys()))}

    def _by_chroma(self, search: _Search, wanted: dict[str, int], have: dict[str, int]) -> dict[int, float] | None:
        generation = self._generation(search.model)
        if generation is None:
            return None
        current = {r for r, first in generation.reports.items() if have.get(r) == first and r in wanted}
        spans = sorted((have[report], have[report] + wanted[report]) for report in current)
        try:
            near = dict(generation.nearest(search.vector, 2 * search.k))
            near |= generation.cosines(search.vector, list(search.among))
        except Exception:  # Chroma raises what it likes when its files change under it
            self.notice = chroma.DAMAGED
            return None
        found = {key: value for key, value in near.items() if _within(key, spans)}
        rest = [report for report in wanted if report not in current]
        return found | (self._exact(search, rest) if rest else {})

    def _generation(self, model: str) -> chroma.Generation | None:
        """Return the current generation when it is of the model and sound, remembered by its folder."""
        found = chroma.Generation.current(self._store)
        if found is None or found.model != model:
            return None
        if self._chroma is None or self._chroma[0] != str(found.folder):
            self._chroma = (str(found.folder), found, found.sound())
        _, held, sound = self._chroma
        self.notice = "" if sound else chroma.DAMAGED
        return held if sound else None

    def _model(self, entry: dict[str, Any]) -> Encoder:
        if self._encoder is None or self._encoder[0] != entry["id"]:
            self._encoder = (entry["id"], _encoder(entry))
            self.weight = self._encoder[1].weight
        return self._encoder[1]


def _within(key: int, spans: Sequence[tuple[int, int]]) -> bool:
    place = bisect_right(spans, (key, key + (1 << 62))) - 1
    return place >= 0 and spans[place][0] <= key < spans[place][1]
