"""Passages ranked for a question within a connection: all of a small scope, else those that full text chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, func, select

from ingest import fulltext, schema
from ingest.bm25 import Ranking, selective, weigh
from ingest.model import Scope

#: Passages up to which all of a scope are read and weighed; beyond, the full-text index chooses.
_READ_ALL = 400
_CANDIDATES = 200


def ranked_passages(
    connection: Connection,
    words: str,
    scope: Scope,
    k: int,
    also: Sequence[tuple[str, float]],
    light: Mapping[str, float] | None,
) -> dict[int, float]:
    """Return passage id → score of the best ``k``, best first; see ``Store.passages``."""
    weights = weigh(words, also, light)
    counted = fulltext.statistics(connection, weights)
    ranking = Ranking(weights, weigh(words, (), light), counted)
    if scope.reports and _few(connection, scope):
        held = fulltext.passage_grams(connection, scope)
    else:
        held = fulltext.match_passages(
            connection, selective(weights, counted.frequency), scope, max(_CANDIDATES, k)
        )  # fmt: skip
    scored = sorted(((ranking.score(grams), -key) for key, grams in held), reverse=True)
    return {-key: score for score, key in scored[:k] if score > 0}


def _few(connection: Connection, scope: Scope) -> bool:
    """Tell whether all passages of a scope's reports may be read."""
    r = schema.reports.c
    if len(scope.reports) > _READ_ALL:
        return False
    query = select(func.sum(r.passages)).where(r.id.in_(scope.reports))
    return (connection.execute(query).scalar() or 0) <= _READ_ALL
