"""The parts of the store that only SQLite has: FTS5 over character unigrams and bigrams."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, text

from ingest.grams import bigrams, grams
from ingest.labels import squeeze

_TOKENS = "unicode61 remove_diacritics 0 tokenchars '.%'"
_RAREST = 4
_DELETE_CHUNK = 500


def create(connection: Connection) -> None:
    """Create the full-text tables and the table of document frequencies."""
    for name in ("label_text", "passage_text"):
        connection.execute(text(f'CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5(grams, tokenize="{_TOKENS}")'))
    connection.execute(
        text("CREATE TABLE IF NOT EXISTS gram_df (gram TEXT PRIMARY KEY, df INTEGER NOT NULL) WITHOUT ROWID")
    )


def add_labels(connection: Connection, rows: Iterable[tuple[int, str]]) -> None:
    """Index distinct labels by id, counting in how many labels each bigram stands."""
    entries = [(label, grams(words)) for label, words in rows]
    _insert(connection, "label_text", entries)
    counts: dict[str, int] = {}
    for _, words in entries:
        for gram in set(words):
            counts[gram] = counts.get(gram, 0) + 1
    if counts:
        connection.execute(
            text("INSERT INTO gram_df VALUES (:gram, :df) ON CONFLICT (gram) DO UPDATE SET df = df + excluded.df"),
            [{"gram": gram, "df": df} for gram, df in counts.items()],
        )


def add_passages(connection: Connection, rows: Iterable[tuple[int, str]]) -> None:
    """Index passages by id."""
    _insert(connection, "passage_text", [(passage, grams(words)) for passage, words in rows])


def _insert(connection: Connection, table: str, entries: list[tuple[int, list[str]]]) -> None:
    if entries:
        connection.execute(
            text(f"INSERT INTO {table} (rowid, grams) VALUES (:id, :grams)"),
            [{"id": key, "grams": " ".join(words)} for key, words in entries],
        )


def remove_passages(connection: Connection, ids: list[int]) -> None:
    """Take passages out of the index."""
    for start in range(0, len(ids), _DELETE_CHUNK):
        chunk = [{"id": key} for key in ids[start : start + _DELETE_CHUNK]]
        connection.execute(text("DELETE FROM passage_text WHERE rowid = :id"), chunk)


def match_labels(connection: Connection, words: str, k: int) -> list[int]:
    """Return the ids of labels that share the question's rarest bigrams, best first.

    The four rarest bigrams are all asked for; the demand is relaxed to any of them when that finds
    too few (measured in scale.md: 0.6 ms at 1,000 reports, against 9.8 for an OR of all).
    """
    pairs = list(dict.fromkeys(bigrams(squeeze(words).lower())))
    known = _frequencies(connection, pairs)
    rarest = sorted(known, key=lambda gram: known[gram])[:_RAREST]
    if not rarest:
        return []
    found: list[int] = []
    for expression in (
        " AND ".join(map(_quote, rarest)),
        " OR ".join(map(_quote, rarest)),
        " OR ".join(map(_quote, known)),
    ):
        for key in _match(connection, "label_text", expression, k):
            if key not in found:
                found.append(key)
        if len(found) >= k:
            break
    return found[:k]


def _frequencies(connection: Connection, pairs: list[str]) -> dict[str, int]:
    query = text("SELECT gram, df FROM gram_df WHERE gram IN :grams").bindparams(bindparam("grams", expanding=True))
    return {row.gram: row.df for row in connection.execute(query, {"grams": pairs})} if pairs else {}


def match_passages(connection: Connection, words: str, reports: tuple[str, ...], k: int) -> list[tuple[int, float]]:
    """Return (passage id, BM25) of the best passages, best first, within the reports when any are given."""
    wanted = list(dict.fromkeys(grams(words)))
    if not wanted:
        return []
    expression = " OR ".join(map(_quote, wanted))
    if not reports:
        query = text(
            "SELECT rowid AS id, -bm25(passage_text) AS score FROM passage_text "
            "WHERE passage_text MATCH :words ORDER BY rank LIMIT :k"
        )
        rows = connection.execute(query, {"words": expression, "k": k})
    else:
        query = text(
            "SELECT p.id AS id, -bm25(passage_text) AS score "
            "FROM passage_text JOIN passages p ON p.id = passage_text.rowid "
            "WHERE passage_text MATCH :words AND p.report IN :reports ORDER BY bm25(passage_text) LIMIT :k"
        ).bindparams(bindparam("reports", expanding=True))
        rows = connection.execute(query, {"words": expression, "reports": list(reports), "k": k})
    return [(row.id, row.score) for row in rows]


def _match(connection: Connection, table: str, expression: str, k: int) -> list[int]:
    query = text(f"SELECT rowid AS id FROM {table} WHERE {table} MATCH :words ORDER BY rank LIMIT :k")
    return [row.id for row in connection.execute(query, {"words": expression, "k": k})]


def _quote(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'
