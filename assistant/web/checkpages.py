"""The routes of the checks: places side by side, verdicts, downloads, and the list without script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from assistant.checks.findings import Finding
from assistant.model import Citation
from assistant.web.checking import LONGEST_FORM, Desk, of_severity
from assistant.web.findings import finding_html, findings_html, places_html
from assistant.web.login import user_of
from assistant.web.opinion import findings_workbook, opinion_document
from assistant.web.pages import DOCX, HEADERS, XLSX, Text, Texts, attachment, page
from assistant.web.places import cite_key
from ingest.errors import JixiaoError
from ingest.store import Store


class CheckPages:
    """The handlers of what isn't Gradio's: each a question to the desk, and what is drawn from it."""

    def __init__(self, desk: Desk, store: Store) -> None:
        self._desk, self._store = desk, store

    def places(self, key: Texts = None) -> Response:
        """Return the places of a finding one under the other, each lit."""
        return HTMLResponse(places_html(self._store, key or (), self._desk.base), headers=HEADERS)

    async def verdict(self, request: Request) -> Response:
        """Keep a verdict; return the finding drawn anew, or with a plain form the list that it stood in."""
        body = await request.body() if _short(request) else b""
        plain = "text/html" in request.headers.get("accept", "")
        try:
            form = body[:LONGEST_FORM].decode("utf-8", "replace")
            one = await run_in_threadpool(self._desk.judge, form, user_of(request) or "")
        except JixiaoError as error:
            return self._sorry(error) if plain else Response(str(error), 409, headers=HEADERS)
        if plain:
            link = f"{self._desk.base}lite/check?{urlencode({'r': one.report})}"
            return RedirectResponse(link, 303, headers=HEADERS)
        return HTMLResponse(finding_html(one, "", self._desk.base), headers=HEADERS)

    def workbook(self, r: Texts = None, s: Text = "") -> Response:
        """Return the findings of some reports, of one severity or of all, as a list."""
        return self._taken(r or (), s, findings_workbook, "勾稽检查.xlsx", XLSX)

    def opinion(self, r: Texts = None, s: Text = "") -> Response:
        """Return the findings of some reports, of one severity or of all, as a 复核意见."""
        return self._taken(r or (), s, opinion_document, "复核意见.docx", DOCX)

    def _taken(
        self,
        chosen: Sequence[str],
        severity: str,
        write: Callable[[Sequence[Finding], Store], bytes],
        name: str,
        media_type: str,
    ) -> Response:
        try:
            found = of_severity(self._desk.found(chosen), severity)
        except JixiaoError as error:
            return self._sorry(error)
        return attachment(write(found, self._store), name, media_type)

    def lite(self, r: Text = "") -> Response:
        """Return one report's findings on a page without script."""
        loaded = self._store.reports()
        values: dict[str, object] = {"report": r, "names": [one.name for one in loaded], "findings": ""}
        if r.strip():
            try:
                found = self._desk.found((r.strip(),))
            except JixiaoError as error:
                return self._sorry(error)
            reports = {one.id: one for one in loaded}
            values["findings"] = Markup(findings_html(found, reports, self._desk.base, self._cite))
        return page("check.html", self._desk.base, values)

    def _cite(self, citation: Citation) -> str:
        return f"{self._desk.base}lite/evidence?{urlencode({'key': cite_key(citation)})}#jx-lit"

    def _sorry(self, error: JixiaoError) -> Response:
        return page("sorry.html", self._desk.base, {"sentence": str(error)}, 404)


def _short(request: Request) -> bool:
    """Tell whether a form says that it is no longer than a verdict is."""
    length = request.headers.get("content-length", "")
    return length.isdecimal() and int(length) <= LONGEST_FORM
