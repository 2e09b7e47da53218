"""A fence around the site: only the requests that its pages make get in, none of them large, and headers on each reply.

Gradio brings some sixty routes: among them ones that fetch an address for the visitor (``file=http://…``, ``proxy=``),
run a component's own functions or record sound.  The page needs a few; all others are answered with 404 before
anything of theirs runs.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from http import HTTPStatus
from pathlib import Path

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
#: Where events are sent, which may name files.
_EVENTS = ("/gradio_api/queue/join", "/gradio_api/call/ask")
#: After so many bytes of an upload it is asked whether there is still room.
_ASKED_EVERY = 32 * _MEGABYTE

#: Gradio's routes that the page, or a program through Gradio's client, needs; a trailing slash allows what is below.
_READ = (
    "/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt", "/static/", "/assets/", "/svelte/",
    "/gradio_api/info", "/gradio_api/startup-events", "/gradio_api/queue/data", "/gradio_api/heartbeat/",
    "/gradio_api/upload_progress", "/gradio_api/app_id", "/gradio_api/call/ask/",
)  # fmt: skip
_SENT = ("/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset", UPLOAD, "/gradio_api/call/ask")
_NOT_HERE = "没有这个网页，请从首页打开。"
_TOO_LARGE = "发来的内容太大，请缩短问题、少带几句先前的话，或分几次上传。"
_NO_FILE = "这里只读从这个网页上传的文件，请用上传按钮或拖放。"
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

    ``full`` tells whether no more uploads may come for now, ``uploads`` is where those that came lie: an event can
    name no other file, least of all an address to fetch one from.
    """

    def __init__(
        self, app: ASGIApp, root: str, own: Iterable[str], posted: Iterable[str], full: Callable[[], bool] = bool,
        uploads: Path | None = None,
    ) -> None:  # fmt: skip
        self._app = app
        self._full = full
        self._uploads = uploads.resolve() if uploads is not None else None
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
        path = path.rstrip("/") or "/"
        most = MOST_UPLOAD if path == UPLOAD else MOST_BODY
        declared = connection.headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > most:
            await refusal(connection, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)(scope, receive, guarded)
            return
        if path == UPLOAD and await to_thread.run_sync(self._full):
            await refusal(connection, HTTPStatus.INSUFFICIENT_STORAGE, _FULL)(scope, receive, guarded)
            return
        body = _Body(receive, most, self._full if path == UPLOAD else None)
        if path in _EVENTS and not await self._is_own(body):
            late = refusal(connection, HTTPStatus.UNPROCESSABLE_ENTITY, _NO_FILE)
            await late(scope, body.receive, guarded)
            return
        await _bounded(self._app, scope, body, guarded)

    async def _is_own(self, body: _Body) -> bool:
        """Tell whether the files that an event names, if any, are uploads of this site; what is no JSON names none."""
        try:
            sent = json.loads(await body.whole())
        except (ValueError, RecursionError):
            return True
        return all(self._holds(path) for path in _paths_in(sent))

    def _holds(self, path: object) -> bool:
        if not isinstance(path, str) or self._uploads is None:
            return path is None
        try:
            return Path(path).is_absolute() and Path(path).resolve().is_relative_to(self._uploads)
        except (OSError, ValueError, RuntimeError):
            return False


async def _bounded(app: ASGIApp, scope: Scope, body: _Body, send: Send) -> None:
    """Run an application; whatever it answers once its body was cut off becomes the reason of that."""
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
        status = HTTPStatus.INSUFFICIENT_STORAGE if body.no_room else HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        late = refusal(HTTPConnection(scope), status, _FULL if body.no_room else _TOO_LARGE)
        await late(scope, body.receive, send)


def _paths_in(sent: object) -> Iterator[object]:
    """Yield what JSON has under ``path`` in an object, as a file is given, at any depth."""
    waiting = [sent]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield from (one["path"],) if "path" in one else ()
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


class _Body:
    """What a request sends, cut off as if the visitor had hung up once it is more than allowed.

    ``full`` is asked every so many bytes whether there is still room for what comes.
    """

    def __init__(self, receive: Receive, most: int, full: Callable[[], bool] | None = None) -> None:
        self._receive = receive
        self._left = most
        self._full = full
        self._unasked = 0
        self._kept: deque[Message] = deque()
        self.over = self.no_room = False

    async def receive(self) -> Message:
        """Return the next message."""
        if self._kept:
            return self._kept.popleft()
        message = await self._receive()
        size = len(message.get("body", b""))
        self._left -= size
        self._unasked += size
        if self._full is not None and self._unasked > _ASKED_EVERY:
            self._unasked = 0
            self.no_room = self.no_room or await to_thread.run_sync(self._full)
            self.over = self.over or self.no_room
        self.over = self.over or self._left < 0
        return {"type": "http.disconnect"} if self.over else message

    async def whole(self) -> bytes:
        """Return all that is sent; it is received again by whoever asks next."""
        kept: list[Message] = []
        while not kept or kept[-1].get("more_body", False):
            kept.append(await self.receive())
        self._kept = deque(kept)
        return b"".join(message.get("body", b"") for message in kept)


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
