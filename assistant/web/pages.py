"""What every plain page is sent with: no script, nothing from elsewhere, nothing kept by the browser."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import Query
from fastapi.responses import HTMLResponse, Response

from assistant.web.template import render

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LONGEST = 2_000
#: Nothing from elsewhere, no script at all.
_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"}

Text = Annotated[str, Query(max_length=_LONGEST)]
Texts = Annotated[list[str] | None, Query(max_length=50)]


def page(name: str, base: str, values: dict[str, object], status: int = 200) -> Response:
    """Return a template's page."""
    return HTMLResponse(render(name, base=base, **values), status, headers=HEADERS)


def attachment(data: bytes, name: str, media_type: str) -> Response:
    """Return a file to be saved under a name."""
    safe = "".join(char for char in name if char.isprintable() and char not in '\\/:*?"<>|') or "download"
    disposition = f"attachment; filename=download; filename*=UTF-8''{quote(safe)}"
    return Response(data, media_type=media_type, headers={**HEADERS, "Content-Disposition": disposition})
