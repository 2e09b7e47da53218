"""How well what can be quoted fits a question: features by name, quotes × features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.facts.quotes import ABOVE, BEFORE, COLUMN, HEADING, LABEL, OWN, TITLE, Quotes
from assistant.facts.world import World
from assistant.linking.features import cover
from assistant.linking.ranking import NEVER
from assistant.linking.wording import Wording
from assistant.weigher import Weigher, weigher

Floats = NDArray[np.float32]

_NAME = "quotes"
WEIGHED = 200
#: Kinds of question that ask for words rather than figures, by the shapes' names.
ASKS = ("quote", "premise", "attribute", "define", "list", "filter", "value")
_COMPARED = ("q_own", "q_near", "q_all", "q_label", "l_heading", "l_label")


def features(wording: Wording, world: World, asks: dict[str, float], lead: int | None = None) -> dict[str, Floats]:
    """Return the features of everything that can be quoted."""
    quotes = world.quotes
    of = cover(wording.text, quotes)
    slots, n, width = quotes.slots, len(quotes.said), len(wording.text)
    weight = (wording.naming / max(float(wording.naming.sum()), 1e-6)).astype(np.float32)
    held = {slot: of.characters[slots[:, slot], :width] for slot in (OWN, BEFORE, HEADING, ABOVE, LABEL, COLUMN, TITLE)}

    def share(*parts: int) -> Floats:
        found = held[parts[0]]
        for part in parts[1:]:
            found = found | held[part]
        return np.asarray(found.astype(np.float32) @ weight, dtype=np.float32)

    found: dict[str, Floats] = {
        "q_own": share(OWN), "q_before": share(BEFORE), "q_heading": share(HEADING), "q_label": share(LABEL),
        "q_column": share(COLUMN), "q_near": share(OWN, BEFORE, LABEL, COLUMN), "q_title": share(TITLE),
        "q_all": share(OWN, BEFORE, HEADING, ABOVE, LABEL, COLUMN, TITLE),
        "l_heading": of.share[slots[:, HEADING]], "l_above": of.share[slots[:, ABOVE]],
        "l_label": of.share[slots[:, LABEL]], "l_column": of.share[slots[:, COLUMN]], "l_own": of.share[slots[:, OWN]],
    }  # fmt: skip
    found["q_turn"] = np.zeros(n, dtype=np.float32)
    if wording.before is not None:
        earlier = cover(wording.before.text, quotes)
        own = earlier.characters[slots[:, OWN]] | earlier.characters[slots[:, LABEL]]
        scale = wording.before.naming / max(float(wording.before.naming.sum()), 1e-6)
        found["q_turn"] = own[:, : len(wording.before.text)].astype(np.float32) @ scale.astype(np.float32)
    asking = (wording.asking.why, wording.asking.wrong, wording.asking.to_do)
    for column, (name, asked) in enumerate(zip(("reason", "problem", "next"), asking, strict=True)):
        found[name], found[f"{name}_above"] = quotes.cues[:, column], quotes.above[:, column]
        found[f"{name}_asked"] = np.full(n, float(asked), dtype=np.float32)
        found[f"{name}_fits"] = float(asked) * (found[name] + found[f"{name}_above"])
    found.update(quotes.still)
    chain = next((one for one in wording.chain() if one.owners), wording)
    linked = {name for one in chain.owners for name in one.owners}
    reports = world.library.reports
    owner = np.array([float(report.organisation in linked) for report in reports], dtype=np.float32)
    years = next((one.years for one in wording.chain() if one.years), ())
    dated = np.array([float(report.year in years) for report in reports], dtype=np.float32)
    place = quotes.report
    found["owner_linked"] = owner[place] if n else np.zeros(0, np.float32)
    found["owner_conflict"] = float(bool(linked)) * (1 - found["owner_linked"])
    found["year_agrees"] = dated[place] if n else np.zeros(0, np.float32)
    found["year_conflict"] = float(bool(years)) * (1 - found["year_agrees"])
    found["lead_report"] = np.zeros(n, dtype=np.float32)
    if lead is not None:
        ours = [float(report.id == world.report_of(lead).id) for report in reports]
        found["lead_report"] = np.array(ours, dtype=np.float32)[place]
    for name in ASKS:
        found[f"asks_{name}"] = np.full(n, asks.get(name, 0.0), dtype=np.float32)
    for name in _COMPARED:
        found[f"{name}_gap"] = found[name] - found[name].max(initial=0)
    return found


@dataclass(frozen=True, slots=True)
class Quoting:
    """What can be quoted, weighed for one wording: the scores of those weighed, the best first by ``order``."""

    quotes: Quotes
    columns: dict[str, Floats]
    scores: Floats
    order: tuple[int, ...]

    @classmethod
    def of(
        cls, wording: Wording, world: World, asks: dict[str, float], weigh: Weigher | None = None,
        lead: int | None = None,
    ) -> Quoting:  # fmt: skip
        """Weigh the quotes of a world."""
        quotes = world.quotes
        columns = features(wording, world, asks, lead)
        places = shortlist(columns)
        scores = np.full(len(quotes.said), NEVER, dtype=np.float32)
        if len(places):
            scores[places] = (weigh or weigher(_NAME))(columns, places)
        best = places[np.argsort(-scores[places], kind="stable")]
        return cls(quotes, columns, scores, tuple(int(place) for place in best))


def shortlist(columns: dict[str, Floats]) -> NDArray[np.int64]:
    """Return the places of the quotes that share most with a question, the most first."""
    shared = (
        columns["q_all"] + columns["q_near"] + 0.5 * columns["q_turn"] + 0.3 * columns["l_heading"]
        + 0.3 * (columns["owner_linked"] + columns["year_agrees"])
    )  # fmt: skip
    return np.argsort(-shared, kind="stable")[:WEIGHED]
