"""The plain pages beside the chat: evidence, reading, a chat that needs no script, downloads."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib.resources import files
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from assistant.core import Assistant
from assistant.edge import answered
from assistant.feedback import Feedback
from assistant.model import Answer, Choice, Citation
from assistant.web.answer import Links, answer_html
from assistant.web.checking import Desk
from assistant.web.checkpages import CheckPages
from assistant.web.conversation import answer_turn
from assistant.web.downloads import Downloads
from assistant.web.evidence import evidence_html
from assistant.web.examples import Examples
from assistant.web.originals import PICTURE, picture
from assistant.web.pages import DOCX, HEADERS, XLSX, Text, Texts, attachment, page
from assistant.web.places import MOST_HISTORY, asking, cite_key, workbook_link
from assistant.web.reading import reading_page
from assistant.web.review import HEADER, table_rows
from assistant.web.workbook import answer_workbook, rows_workbook
from ingest.errors import JixiaoError
from ingest.model import Report

_MOST_LISTED = 200


@dataclass(frozen=True)
class Site:
    """What the pages are drawn from; ``base`` is the path under which the site stands, with a slash at its end."""

    assistant: Assistant
    feedback: Feedback
    examples: Examples
    base: str = "/"
    downloads: Downloads = field(default_factory=Downloads)

    @cached_property
    def desk(self) -> Desk:
        """The checks of the loaded reports."""
        return Desk(self.assistant, self.base)

    def reports(self) -> dict[str, Report]:
        """Return the loaded reports by id."""
        return {report.id: report for report in self.assistant.store.reports()}


def routes(site: Site) -> APIRouter:
    """Return the routes of the plain pages, relative to the site's base."""
    router = APIRouter(include_in_schema=False)
    own = _Pages(site)
    router.add_api_route("/page.css", partial(_static, "page.css", "text/css"))
    router.add_api_route("/icon.svg", partial(_static, "icon.svg", "image/svg+xml"))
    router.add_api_route("/evidence", own.fragment)
    router.add_api_route(f"/{PICTURE}", own.picture)
    router.add_api_route("/lite", own.lite)
    router.add_api_route("/lite/evidence", own.evidence)
    router.add_api_route("/read/{report}", own.read)
    router.add_api_route("/answer.xlsx", own.workbook)
    router.add_api_route("/download/{token}", own.download)
    router.add_api_route("/feedback.jsonl", own.feedback_lines)
    router.add_api_route("/feedback.xlsx", own.feedback_workbook)
    checks = CheckPages(site.desk, site.assistant.store)
    router.add_api_route("/places", checks.places)
    router.add_api_route("/findings/verdict", checks.verdict, methods=["POST"])
    router.add_api_route("/findings.xlsx", checks.workbook)
    router.add_api_route("/findings.docx", checks.opinion)
    router.add_api_route("/lite/check", checks.lite)
    return router


def _static(name: str, media_type: str) -> Response:
    data = (files("assistant") / "data" / name).read_bytes()
    return Response(data, media_type=media_type, headers={"Cache-Control": "max-age=300"})


class _Pages:
    """The handlers: each a question to the assistant or the store, and a page drawn from what comes back."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def fragment(self, key: Text = "") -> Response:
        """Return the evidence panel's contents for a citation."""
        html = evidence_html(self._site.assistant.store, key, self._site.base)
        return HTMLResponse(html, headers=HEADERS)

    def evidence(self, key: Text = "") -> Response:
        """Return a page with the evidence of a citation."""
        html = evidence_html(self._site.assistant.store, key, self._site.base, chat=False)
        return self._page("evidence.html", {"evidence": Markup(html)})

    def picture(self, key: Text = "", whole: bool = False) -> Response:
        """Return the page of the original that a citation points at, the place boxed."""
        try:
            png = picture(self._site.assistant.store, key, whole=whole)
        except JixiaoError as error:
            return self._page("sorry.html", {"sentence": str(error)}, 404)
        return Response(png, media_type="image/png", headers=HEADERS)

    def read(self, report: str, cite: Text = "", q: Text = "", start: Annotated[int, Query(ge=0)] = 0) -> Response:
        """Return a whole report, with a citation lit or words found."""
        try:
            found = self._site.assistant.store.find_report(report)
        except JixiaoError as error:
            return self._page("sorry.html", {"sentence": str(error)}, 404)
        html = reading_page(self._site.assistant.store, found, self._site.base, key=cite, wanted=q.strip(), start=start)
        return HTMLResponse(html, headers=HEADERS)

    def lite(self, q: Text = "", h: Texts = None, r: Text = "") -> Response:
        """Return the chat without script: the form, and the answer to the question with its first evidence."""
        question, history = q.strip(), tuple(h or ())[-MOST_HISTORY:]
        loaded = self._site.assistant.store.reports()
        values: dict[str, object] = {
            "question": question,
            "report": r,
            "names": [report.name for report in loaded[:_MOST_LISTED]],
            "reports": loaded[:_MOST_LISTED],
            "total": len(loaded),
            "history": (*history, question) if question else (),
            "examples": () if question else self._site.examples.now(),
            "answer": "",
            "evidence": "",
        }
        if question:
            values |= self._lite_answer(question, history, (r.strip(),) if r.strip() else ())
        return self._page("lite.html", values)

    def _lite_answer(self, question: str, history: tuple[str, ...], chosen: tuple[str, ...]) -> dict[str, object]:
        base = self._site.base

        def cite(citation: Citation) -> str:
            return f"{base}lite/evidence?{urlencode({'key': cite_key(citation)})}#jx-lit"

        def choice(one: Choice) -> str:
            return f"{base}lite?{asking(one.question, (*history, question), one.reports or chosen)}"

        answer = answer_turn(self._site.assistant, question, history, chosen).answer
        links = Links(cite, workbook_link(base, question, history, chosen), choice)
        html = answer_html(answer, self._site.reports(), links)
        return {"answer": Markup(html), "evidence": Markup(self._first_evidence(answer))}

    def _first_evidence(self, answer: Answer) -> str:
        if not answer.citations:
            return ""
        return evidence_html(self._site.assistant.store, cite_key(answer.citations[0]), self._site.base, chat=False)

    def workbook(self, q: Text = "", h: Texts = None, r: Texts = None) -> Response:
        """Return the values of an answer as a workbook."""
        try:
            self._site.assistant.library(tuple(r or ()))
        except JixiaoError as error:
            return self._page("sorry.html", {"sentence": str(error)}, 404)
        answer = answered(self._site.assistant, q, tuple(h or ()), tuple(r or ()))
        return attachment(answer_workbook(q, answer, self._site.reports()), f"{q.strip()[:40]}.xlsx", XLSX)

    def download(self, token: str) -> Response:
        """Return a file made for a visitor, once."""
        found = self._site.downloads.take(token)
        if found is None:
            return self._page("sorry.html", {"sentence": "这个文件已经取走或过期了，请回到问答再下载一次。"}, 404)
        return attachment(found.data, found.name, DOCX)

    def feedback_lines(self) -> Response:
        """Return the feedback file as ``jixiao eval adopt`` reads it."""
        return attachment(self._site.feedback.raw(), "feedback.jsonl", "application/x-ndjson")

    def feedback_workbook(self) -> Response:
        """Return the feedback as a workbook."""
        rows = table_rows(self._site.feedback.entries())
        return attachment(rows_workbook("答案评价", HEADER, rows), "答案评价.xlsx", XLSX)

    def _page(self, name: str, values: dict[str, object], status: int = 200) -> Response:
        return page(name, self._site.base, values, status)
