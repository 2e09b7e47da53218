"""A fence around the site: only the requests that its pages make get in, none of them large, and headers on each reply.

Gradio brings some sixty routes: among them ones that fetch an address for the visitor (``file=http://…``, ``proxy=``),
run a component's own functions or record sound.  The page needs a few; all others are answered with 404 before
anything of theirs runs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus

from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.login import READING, refusal, split_root

_MEGABYTE = 1024 * 1024
#: What pages and programs send that is no file: a question, its history, a kept conversation.
MOST_BODY = 256 * 1024
#: A request for an upload may hold several files.
MOST_UPLOAD = 512 * _MEGABYTE
UPLOAD = "/gradio_api/upload"

#: Gradio's routes that the page, or a program through Gradio's client, needs; a trailing slash allows what is below.
_READ = (
    "/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt", "/static/", "/assets/", "/svelte/",
    "/gradio_api/info", "/gradio_api/startup-events", "/gradio_api/queue/data", "/gradio_api/heartbeat/",
    "/gradio_api/upload_progress", "/gradio_api/app_id", "/gradio_api/call/ask/",
)  # fmt: skip
_SENT = ("/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset", UPLOAD, "/gradio_api/call/ask")
_NOT_HERE = "没有这个网页，请从首页打开。"
_TOO_LARGE = "发来的内容太大，请缩短问题、少带几句先前的话，或分几次上传。"
_FULL = "等着读的文件已经很多，请过一会儿再上传。"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: For the chat, whose scripts write scripts; plain pages send a narrower one of their own.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


class Fence:
    """Pure ASGI middleware; ``own`` are the site's own paths, a trailing slash allowing what is below.

    ``full`` tells whether no more uploads may come for now.
    """

    def __init__(
        self, app: ASGIApp, root: str, own: Iterable[str], posted: Iterable[str], full: Callable[[], bool] = bool
    ) -> None:
        self._app = app
        self._full = full
        self._root = root
        self._read = _Paths((*_READ, *own))
        self._sent = _Paths((*_SENT, *posted))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 404, 413 or 507; put the headers on whatever is answered."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        path = split_root(scope, self._root)[1]
        connection, guarded = HTTPConnection(scope), _headed(send)
        if not (self._read if scope["method"] in READING else self._sent).hold(path, scope["method"]):
            await refusal(connection, HTTPStatus.NOT_FOUND, _NOT_HERE)(scope, receive, guarded)
            return
        most = MOST_UPLOAD if path == UPLOAD else MOST_BODY
        declared = connection.headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > most:
            await refusal(connection, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)(scope, receive, guarded)
            return
        if path == UPLOAD and await to_thread.run_sync(self._full):
            await refusal(connection, HTTPStatus.INSUFFICIENT_STORAGE, _FULL)(scope, receive, guarded)
            return
        body = _Body(receive, most)
        late = refusal(connection, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
        await _bounded(self._app, scope, body, guarded, late)


async def _bounded(app: ASGIApp, scope: Scope, body: _Body, send: Send, late: ASGIApp) -> None:
    """Run an application; whatever it answers once its body went over the limit becomes ``late``."""
    started = False

    async def watched(message: Message) -> None:
        nonlocal started
        if body.over and not started:
            return
        started = True
        await send(message)

    try:
        await app(scope, body.receive, watched)
    except Exception:
        if not body.over:
            raise
    if body.over and not started:
        await late(scope, body.receive, send)


class _Body:
    """What a request sends, cut off as if the visitor had hung up once it is more than allowed."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._left = most
        self.over = False

    async def receive(self) -> Message:
        """Return the next message."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        self.over = self.over or self._left < 0
        return {"type": "http.disconnect"} if self.over else message


class _Paths:
    """Paths that are allowed, exactly or as what lies below them."""

    def __init__(self, paths: Iterable[str]) -> None:
        held = tuple(paths)
        self._exact = frozenset(path.rstrip("/") or "/" for path in held)
        self._below = tuple(path for path in held if path.endswith("/") and path != "/")

    def hold(self, path: str, method: str) -> bool:
        """Tell whether a request may pass: no other method than reading and sending, no path with another's in it."""
        if method not in (*READING, "POST") or "=" in path or "://" in path or "\\" in path or "/.." in path:
            return False
        return (path.rstrip("/") or "/") in self._exact or path.startswith(self._below)


def _headed(send: Send) -> Callable[[Message], Awaitable[None]]:
    """Return a ``send`` that adds the headers which a reply hasn't got."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, text in (*_HEADERS.items(), ("Content-Security-Policy", _POLICY)):
                headers.setdefault(name, text)
        await send(message)

    return guarded
