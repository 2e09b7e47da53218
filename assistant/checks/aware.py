"""The checks in the chat: questions that ask for them, and answers whose figure a finding disputes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from assistant.checks.findings import Finding, formula, spelt_out
from assistant.checks.relations import Relation, Same
from assistant.checks.run import Checked, Checker
from assistant.checks.verdicts import Verdict, Verdicts
from assistant.citations import Citer
from assistant.lexicon import Lexicon
from assistant.model import FOUND, Answer, Citation, Query, Status
from ingest.labels import normalise, squeeze
from ingest.model import Kind, Report

_TRACE = "按勾稽检查回答"
_GENERAL = re.compile(
    r"勾稽|(?:前后|上下文|数据|数字|数|报告|各处|哪里|哪些|什么)[^，。？]{0,10}(?:不一致|矛盾|对不上|不符|打架)|"
    r"(?:有没有|有无|是否有|是否存在|哪里|哪些)[^，。？]{0,8}(?:错误|差错|写错|算错|填错|出入|勾稽|逻辑错)"
)
_SPECIFIC = re.compile(r"对吗|对不对|对得上|正确吗|是否正确|有没有错|等于|一致吗|是否一致|相符")
_RECKONED = re.compile(r"算(?:得|的)?(?:对|错|准)|算错|有没有算错|核对|复核")
_SUMMED = re.compile(r"加起来|相加|之和|合计|加总|总和|各项|各个|逐项|明细")
#: What an answer says when it has already held figures against each other.
_SAID = re.compile(r"一致|不符|相等|相差|对得上|并没有")
_MOST_LISTED = 10
_MOST_HELD = 6
_MOST_AWARE = 3
_MOST_FACTS = 20_000


class Aware:
    """Answers from the checks of the reports asked about, and remarks on answers whose figures they dispute."""

    def __init__(self, checker: Checker, verdicts: Verdicts, lexicon: Lexicon) -> None:
        self._checker, self._verdicts, self._lexicon = checker, verdicts, lexicon

    def answer(self, query: Query, reports: Sequence[Report], citer: Citer) -> Answer | None:
        """Answer a question that asks whether the reports are right in themselves; ``None`` for any other."""
        packed = squeeze(query.text)
        general = _GENERAL.search(packed)
        specific = _RECKONED.search(packed) or (_SPECIFIC.search(packed) and _SUMMED.search(packed))
        if not general and not specific:
            return None
        if not 0 < len(reports) <= _MOST_AWARE:
            return None
        checked = [self._checker.check(report) for report in reports]
        if general and not self._lexicon.terms_in(self._lexicon.canonical(normalise(query.content))):
            return self._overview(checked, citer)
        wanted = [(one, relation) for one in checked for relation in self._meant(packed, query, one)]
        return self._verdict(wanted, citer) if wanted else None

    def _overview(self, checked: Sequence[Checked], citer: Citer) -> Answer:
        """List what the checks found, the gravest first."""
        found = [one for held in checked for one in self._heeded(held.findings) if one.verdict != Verdict.FALSE]
        if not found:
            every = [one for held in checked for one in held.relations]
            failed = sum(not one.holds for one in every)
            holds = f"另有 {failed} 条数字有出入，但不像是同一回事，没有列出" if failed else "都成立"
            said = f"{FOUND}核对了 {len(every)} 条关系，{holds}"
            text = f"勾稽检查没有发现不一致：核对了 {len(every)} 条明细与合计、比率、得分、前后一致等关系，{holds}。"
            return Answer(Status.ANSWERED, text, trace=(_TRACE, said))
        shown = found[:_MOST_LISTED]
        lines = [f"· [{one.severity.value}] {one.message}" for one in shown]
        more = f"（这里列出 {len(shown)} 处，全部见“勾稽”页）" if len(found) > len(shown) else ""
        head = f"勾稽检查发现 {len(found)} 处需要核实{more}："
        for one in shown:
            _cite(one, citer)
        support = [f"{FOUND}{line}" for line in (head, *lines)]
        text = "\n".join((head, *lines))
        return Answer(Status.CONFLICT, text, (), tuple(citer.citations), (_TRACE, *support))

    def _meant(self, packed: str, query: Query, checked: Checked) -> Iterator[Relation]:
        """Yield the relations that a question asks about: of its measure, sums where it speaks of adding up."""
        content = self._lexicon.canonical(normalise(query.content))
        points = Kind.SCORE if "得分" in packed else Kind.WEIGHT if "分值" in packed else None
        terms = [term for term in self._lexicon.terms_in(content) if term not in ("得分", "分值")]
        whose = query.organisations or (checked.report.organisation,)
        for relation in checked.relations:
            about = relation.result.fact
            if about.organisation not in whose or (query.periods and about.period not in query.periods):
                continue
            own = "".join(relation.result.entry.leaves)
            if points is not None and relation.kind == "scores" and relation.result.fact.kind is points:
                if not terms or any(term in own for term in terms):
                    yield relation
            elif points is None and terms and terms[0] in own and _fits(relation, packed):
                yield relation

    def _verdict(self, wanted: Sequence[tuple[Checked, Relation]], citer: Citer) -> Answer:
        """Say of relations whether they hold, with the figures."""
        told = [(checked.of_relation.get(one), one) for checked, one in wanted]
        failed = list(dict.fromkeys(finding for finding, _ in told if finding is not None))[:_MOST_LISTED]
        if failed:
            return _not_right(failed, list({checked.report.id: checked for checked, _ in wanted}.values()), citer)
        every = [one for _, one in wanted]
        held = [one for one in every if one.holds and not isinstance(one, Same)][:_MOST_HELD] or every[:1]
        said = [f"{one.name}：{formula(one)}" for one in held]
        return Answer(Status.ANSWERED, f"对得上。{'；'.join(said)}。", (), *_worked_out(said, held, citer))

    def remarked(self, answer: Answer, reports: dict[str, Report]) -> Answer:
        """Return an answer with a remark where a finding disputes one of the figures that it cites."""
        cited = list(dict.fromkeys(citation.report for citation in answer.citations))
        if answer.status not in (Status.ANSWERED, Status.CONFLICT) or not 0 < len(cited) <= _MOST_AWARE:
            return answer
        known = [reports[one] for one in cited if one in reports and reports[one].facts <= _MOST_FACTS]
        found = [one for report in known for one in self._checker.check(report).findings]
        about = [one for one in found if _disputes(one, answer.citations)]
        about = [one for one in self._heeded(about) if one.verdict != Verdict.FALSE] if about else []
        if not about:
            return answer
        trace = (*answer.trace, *(f"{FOUND}[{one.severity.value}] {one.message}" for one in about))
        if answer.status is Status.CONFLICT:
            return replace(answer, trace=trace)
        remark = f"注意：勾稽检查对这里的数有疑问（{about[0].severity.value}），见下面的说明。"
        return replace(answer, text=f"{answer.text}{remark}", trace=trace)

    def _heeded(self, findings: Iterable[Finding]) -> list[Finding]:
        return self._verdicts.heeded(findings)


def _not_right(failed: Sequence[Finding], checked: Sequence[Checked], citer: Citer) -> Answer:
    """Say what is found wrong, with all that it rests on worked out."""
    for finding in failed:
        _cite(finding, citer)
    broken = [one for each in checked for one, finding in each.of_relation.items() if finding in failed]
    messages = [finding.message for finding in failed]
    return Answer(Status.CONFLICT, "对不上：" + "\n".join(messages), (), *_worked_out(messages, broken, citer))


def _worked_out(
    said: Sequence[str], relations: Sequence[Relation], citer: Citer
) -> tuple[tuple[Citation, ...], tuple[str, ...]]:
    """Return the citations and the trace of what is said of relations: every operand cited, sums and quotients made."""
    for item in (item for one in relations for item in one.items):
        citer.fact(item.entry.stored)
    formulas = dict.fromkeys(line for one in relations for line in spelt_out(one))
    return tuple(citer.citations), (_TRACE, *(f"{FOUND}{one}" for one in said), *formulas)


def answered_already(answer: Answer) -> bool:
    """Tell whether an answer says of figures that they agree, or that they don't."""
    return answer.status is Status.CONFLICT or (
        answer.status is Status.ANSWERED and _SAID.search(answer.text) is not None
    )


def _fits(relation: Relation, packed: str) -> bool:
    return not _SUMMED.search(packed) or relation.kind in ("parts", "across", "units", "roll")


def _cite(finding: Finding, citer: Citer) -> None:
    """Cite what a finding disputes."""
    for _, citation in finding.stated[: finding.disputed]:
        citer.add(citation)


def _disputes(finding: Finding, citations: Sequence[Citation]) -> bool:
    disputed = {_spot(citation) for _, citation in finding.stated[: finding.disputed]}
    return any(_spot(citation) in disputed for citation in citations)


def _spot(citation: Citation) -> tuple[object, ...]:
    if citation.table is not None:
        return (citation.report, citation.table, citation.row, citation.column, citation.start)
    return (citation.report, citation.block, citation.start)
