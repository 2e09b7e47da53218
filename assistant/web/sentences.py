"""What is answered to a request that can't be served, as a sentence: never a framework's own English words."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount

from assistant.web.login import refusal

_UNREADABLE = "发来的内容看不懂，请刷新网页后再试；程序请按接口说明发 JSON。"
_SENTENCES = {
    HTTPStatus.BAD_REQUEST: _UNREADABLE,
    HTTPStatus.UNAUTHORIZED: "请先登录。",
    HTTPStatus.FORBIDDEN: "这里不能这样打开，请从首页打开。",
    HTTPStatus.NOT_FOUND: "没有这个网页，请从首页打开。",
    HTTPStatus.METHOD_NOT_ALLOWED: "没有这个网页，请从首页打开。",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "发来的内容太大，请分几次再试。",
    HTTPStatus.UNPROCESSABLE_ENTITY: _UNREADABLE,
    HTTPStatus.TOO_MANY_REQUESTS: "现在问的人很多，请过一会儿再试。",
}
_OTHERWISE = "没有做成，请刷新网页后再试。"


def in_sentences(app: FastAPI) -> None:
    """Let an application, and those mounted in it, answer what they refuse with a sentence of ours."""
    for one in (app, *_mounted(app.routes)):
        one.add_exception_handler(RequestValidationError, _unreadable)
        one.add_exception_handler(HTTPException, _refused)
        one.add_exception_handler(Exception, _failed)


def _mounted(routes: Iterable[BaseRoute]) -> list[FastAPI]:
    return [one.app for one in routes if isinstance(one, Mount) and isinstance(one.app, FastAPI)]


def _unreadable(request: Request, _: Exception) -> Response:
    return refusal(request, HTTPStatus.UNPROCESSABLE_ENTITY, _UNREADABLE)


def _failed(request: Request, _: Exception) -> Response:
    """Answer with a sentence what went wrong in the program; it is logged where it was raised."""
    return refusal(request, HTTPStatus.INTERNAL_SERVER_ERROR, _OTHERWISE)


def _refused(request: Request, error: Any) -> Response:
    """Answer with a refusal's own words where they are ours, else with the sentence of its status."""
    status = HTTPStatus(error.status_code)
    said = error.detail if isinstance(error.detail, str) else ""
    answer = refusal(request, status, said if _is_chinese(said) else _SENTENCES.get(status, _OTHERWISE))
    answer.headers.update(error.headers or {})
    return answer


def _is_chinese(text: str) -> bool:
    return any("一" <= char <= "鿿" for char in text)
