"""The parts of the store that only SQLite has: FTS5 over character unigrams and bigrams."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, text

from ingest.bm25 import Statistics
from ingest.grams import bigrams, grams
from ingest.labels import squeeze
from ingest.model import Scope

_TOKENS = "unicode61 remove_diacritics 0 tokenchars '.%'"
_RAREST = 4
_DELETE_CHUNK = 500
#: Tokens of a scope mix letters and figures, which no gram does.
_SCOPE = re.compile(r"inr[0-9a-f]+|of\d{4}")


def create(connection: Connection) -> None:
    """Create the full-text tables and the table of document frequencies."""
    for name in ("label_text", "passage_text"):
        connection.execute(text(f'CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5(grams, tokenize="{_TOKENS}")'))
    for name in ("gram_df", "passage_df"):
        connection.execute(
            text(f"CREATE TABLE IF NOT EXISTS {name} (gram TEXT PRIMARY KEY, df INTEGER NOT NULL) WITHOUT ROWID")
        )
    connection.execute(text("CREATE TABLE IF NOT EXISTS passage_count (passages INTEGER, length INTEGER)"))
    connection.execute(text("INSERT INTO passage_count SELECT 0, 0 WHERE NOT EXISTS (SELECT 1 FROM passage_count)"))


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


def add_passages(connection: Connection, report: str, year: str, rows: Iterable[tuple[int, str]]) -> None:
    """Index a report's passages by id, each with tokens that say its report and year."""
    entries = [(passage, grams(words)) for passage, words in rows]
    scope = [_report_token(report), *([_year_token(year)] if year else [])]
    _insert(connection, "passage_text", [(key, [*words, *scope]) for key, words in entries])
    _count(connection, [words for _, words in entries], 1)


def _report_token(report: str) -> str:
    return f"in{report.lower()}"


def _year_token(year: str) -> str:
    return f"of{year}"


def _count(connection: Connection, entries: list[list[str]], sign: int) -> None:
    """Count passages, their lengths and the passages of each gram in (1) or out (-1)."""
    counts = Counter(gram for words in entries for gram in set(words))
    if counts:
        connection.execute(
            text("INSERT INTO passage_df VALUES (:gram, :df) ON CONFLICT (gram) DO UPDATE SET df = df + excluded.df"),
            [{"gram": gram, "df": sign * df} for gram, df in counts.items()],
        )
    connection.execute(
        text("UPDATE passage_count SET passages = passages + :passages, length = length + :length"),
        {"passages": sign * len(entries), "length": sign * sum(map(len, entries))},
    )


def _insert(connection: Connection, table: str, entries: list[tuple[int, list[str]]]) -> None:
    if entries:
        connection.execute(
            text(f"INSERT INTO {table} (rowid, grams) VALUES (:id, :grams)"),
            [{"id": key, "grams": " ".join(words)} for key, words in entries],
        )


def remove_passages(connection: Connection, report: str) -> None:
    """Take a report's passages out of the index."""
    held = passage_grams(connection, Scope((report,)))
    _count(connection, [words for _, words in held], -1)
    for start in range(0, len(held), _DELETE_CHUNK):
        chunk = [{"id": key} for key, _ in held[start : start + _DELETE_CHUNK]]
        connection.execute(text("DELETE FROM passage_text WHERE rowid = :id"), chunk)


def _words(indexed: str) -> list[str]:
    """Return a passage's own grams without the tokens of its scope, which come last."""
    tokens = indexed.split(" ")
    while tokens and _SCOPE.fullmatch(tokens[-1]):
        tokens.pop()
    return tokens


def match_labels(connection: Connection, words: str, k: int) -> list[int]:
    """Return the ids of every label that has the question's four rarest bigrams, best first, then of those near it.

    Only where fewer than ``k`` have them all are labels added that have some of them, up to ``k``: what a question
    names in full is never cut (measured: 0.6 ms at 1,000 reports, against 9.8 for an OR of all).
    """
    pairs = list(dict.fromkeys(bigrams(squeeze(words).lower())))
    known = _frequencies(connection, pairs, "gram_df")
    rarest = sorted(known, key=lambda gram: known[gram])[:_RAREST]
    if not rarest:
        return []
    found = dict.fromkeys(_match(connection, "label_text", " AND ".join(map(_quote, rarest))))
    for near in (rarest, known):
        if len(found) >= k:
            break
        others = _match(connection, "label_text", " OR ".join(map(_quote, near)), k)
        found |= dict.fromkeys([key for key in others if key not in found][: k - len(found)])
    return list(found)


def _frequencies(connection: Connection, wanted: list[str], table: str) -> dict[str, int]:
    query = text(f"SELECT gram, df FROM {table} WHERE gram IN :grams").bindparams(bindparam("grams", expanding=True))
    return {row.gram: row.df for row in connection.execute(query, {"grams": wanted})} if wanted else {}


def statistics(connection: Connection, wanted: Iterable[str]) -> Statistics:
    """Return how many passages there are, their mean length, and in how many each gram wanted stands."""
    counted = connection.execute(text("SELECT passages, length FROM passage_count")).one()
    frequency = _frequencies(connection, list(wanted), "passage_df")
    return Statistics(counted.passages, counted.length / max(1, counted.passages), frequency)


def passage_grams(connection: Connection, scope: Scope) -> list[tuple[int, list[str]]]:
    """Return (passage id, grams) of every passage of the reports of a scope."""
    query = text(
        "SELECT p.id AS id, t.grams AS grams FROM passages p JOIN passage_text t ON t.rowid = p.id "
        "WHERE p.report IN :reports"
    ).bindparams(bindparam("reports", expanding=True))
    return [(row.id, _words(row.grams)) for row in connection.execute(query, {"reports": list(scope.reports)})]


def match_passages(connection: Connection, wanted: list[str], scope: Scope, k: int) -> list[tuple[int, list[str]]]:
    """Return (passage id, grams) of passages that have any of the grams wanted, within the scope, best first.

    The scope is part of the expression: 24 ms at 100,000 passages with it, 203 without (scale.md).
    """
    if not wanted:
        return []
    expression = "(" + " OR ".join(map(_quote, wanted)) + ")"
    for tokens in (map(_report_token, scope.reports), map(_year_token, scope.periods)):
        within = " OR ".join(map(_quote, tokens))
        expression += f" AND ({within})" if within else ""
    query = text("SELECT rowid AS id, grams FROM passage_text WHERE passage_text MATCH :words ORDER BY rank LIMIT :k")
    return [(row.id, _words(row.grams)) for row in connection.execute(query, {"words": expression, "k": k})]


def _match(connection: Connection, table: str, expression: str, k: int = -1) -> list[int]:
    """Return the rows that match, best first: all of them, or the best ``k``."""
    query = text(f"SELECT rowid AS id FROM {table} WHERE {table} MATCH :words ORDER BY rank LIMIT :k")
    return [row.id for row in connection.execute(query, {"words": expression, "k": k})]


def _quote(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'
