"""The identities of the accounts as data: what is summed, what is divided, wherever the report states it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assistant.checks.relations import Item, Quotient, Relation, Severity, Sum
from assistant.checks.sheet import Sheet
from assistant.lexicon import Lexicon
from assistant.words import pattern_of
from ingest.labels import normalise
from ingest.model import Fact

_MOST_READINGS = 64
_TERM = re.compile(r"(?P<sign>[＋－]?)(?P<measure>[^＋－:@]+)(?::(?P<kind>\w+))?(?P<before>@-1)?")


@dataclass(frozen=True, slots=True)
class Term:
    """A measure that is added (``sign`` 1) or taken off; ``kind`` empty: the identity's; ``before``: of last year."""

    measure: str
    sign: int = 1
    kind: str = ""
    before: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """One line of the table: ``result`` = Σ ``terms``, or ``terms`` ÷ one of ``bottoms``."""

    kind: str
    result: str
    terms: tuple[Term, ...]
    bottoms: tuple[Term, ...]
    kinds: tuple[str, ...]
    severity: Severity
    sure: float

    @property
    def text(self) -> str:
        """The identity in words: 支出合计＝基本支出＋项目支出."""
        said = [("－" if t.sign < 0 else "＋") + ("上年" if t.before else "") + t.measure for t in self.terms]
        under = f"÷{self.bottoms[0].measure}" if self.bottoms else ""
        return f"{self.result}＝{''.join(said).removeprefix('＋')}{under}"


@cache
def identities() -> tuple[Identity, ...]:
    """Return the identities of the data file; raises ``ValueError`` for a malformed line."""
    text = (files("assistant") / "data" / "identities.tsv").read_text(encoding="utf-8")
    return tuple(_read(line) for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _read(line: str) -> Identity:
    kind, result, formula, kinds, severity, sure = line.split("\t")
    over, _, under = formula.partition("÷")
    return Identity(
        kind, result, tuple(map(_term, _TERM.finditer(over))),
        tuple(_term(match) for one in under.split("|") if one and (match := _TERM.fullmatch(one))),
        tuple(kinds.split(",")), Severity(severity), float(sure),
    )  # fmt: skip


def _term(match: re.Match[str]) -> Term:
    return Term(match["measure"], -1 if match["sign"] == "－" else 1, match["kind"] or "", bool(match["before"]))


def key_of(measure: str, lexicon: Lexicon) -> str:
    """Return a measure's name in the form of ``Sheet.key``: its terms, then the rest without words of kind."""
    name = lexicon.canonical(normalise(measure))
    rest = pattern_of("键外").sub("", lexicon.without_terms(name))
    return "".join((*lexicon.terms_in(name), rest))


def stated_identities(sheet: Sheet) -> Iterator[Relation]:
    """Yield the identities whose result and every operand the report states, for each organisation and year.

    Identities of one result are ways to work it out: where one holds, the others may mean another thing.
    """
    ways: dict[Item, list[Relation]] = {}
    for identity in identities():
        if identity.kind == "carry":
            continue
        result = key_of(identity.result, sheet.lexicon)
        for key in [key for key in sheet.measures if key[0] == result and key[3].startswith(identity.kinds)]:
            for item in sheet.measures[key]:
                made = _quotient(identity, item, sheet) if identity.bottoms else _sum(identity, item, key[3], sheet)
                if made is not None:
                    ways.setdefault(item, []).append(made)
    for relations in ways.values():
        held = [one for one in relations if one.holds]
        yield from held or relations[:1]


def _candidates(term: Term, like: Fact, kind: str, sheet: Sheet) -> list[Item]:
    period = str(int(like.period) - 1) if term.before and like.period.isdecimal() else ""
    return sheet.stated(key_of(term.measure, sheet.lexicon), like, term.kind or kind, period)


def _sum(identity: Identity, result: Item, kind: str, sheet: Sheet) -> Sum | None:
    choices = [_candidates(term, result.fact, kind, sheet) for term in identity.terms]
    if not all(choices) or any(items[0].dimension != result.dimension for items in choices):
        return None
    every = itertools.islice(itertools.product(*choices), _MOST_READINGS)
    readings = tuple(
        tuple((term.sign, item) for term, item in zip(identity.terms, chosen, strict=True)) for chosen in every
    )
    if any(len({item for _, item in one}) < len(one) for one in readings):
        return None
    return Sum(identity.text, identity.kind, identity.severity, identity.sure, result, readings)


def _quotient(identity: Identity, result: Item, sheet: Sheet) -> Quotient | None:
    if result.dimension != "ratio":
        return None
    tops = _candidates(identity.terms[0], result.fact, "actual", sheet)
    bottoms = [item for term in identity.bottoms for item in _candidates(term, result.fact, "actual", sheet)]
    pairs = [(top, bottom) for top in tops for bottom in bottoms if comparable(top, bottom)]
    if not pairs:
        return None
    return quotient(identity.text, "ratio", result, pairs, identity.severity, identity.sure)


def comparable(top: Item, bottom: Item) -> bool:
    """Tell whether two figures may be divided: of one dimension, the lower one not 0."""
    return top.dimension == bottom.dimension and bottom.value != 0 and top is not bottom


def quotient(
    name: str, kind: str, result: Item, pairs: Sequence[tuple[Item, Item]], severity: Severity, sure: float, *,
    growth: bool = False, by: bool = False,
) -> Quotient:  # fmt: skip
    """Return a quotient relation over at most so many pairs."""
    return Quotient(name, kind, severity, sure, result, tuple(pairs)[:_MOST_READINGS], growth, by)
