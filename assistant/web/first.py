"""The first page as it is sent: what must be there before Gradio's scripts run is written into it."""

from __future__ import annotations

import re
from importlib.resources import files

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.login import split_root

_HEAD_END = b"</head>"
_BODY = re.compile(rb"<body[^>]{0,400}>")
_LARGEST = 4 * 1024 * 1024


class FirstPage:
    """Pure ASGI middleware that writes into the page at the root: the end of its head, the beginning of its body."""

    def __init__(self, app: ASGIApp, root: str, base: str) -> None:
        self._app = app
        self._root = root
        data = files("assistant") / "data"
        texts = ((data / name).read_text(encoding="utf-8") for name in ("first.html", "loading.html"))
        head, body = (text.replace("{{ base }}", base).encode("utf-8") for text in texts)
        self._snippets = (head, body)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; the page at the root is held back until it is whole."""
        if scope["type"] != "http" or scope["method"] != "GET" or split_root(scope, self._root)[1] != "/":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Inserting(send, *self._snippets).send)


class _Inserting:
    """Holds an HTML reply until it is whole; any other goes through as it comes."""

    def __init__(self, send: Send, head: bytes, beginning: bytes) -> None:
        self._send = send
        self._head = head
        self._beginning = beginning
        self._start: Message | None = None
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        """Take a message of the reply."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            plain = not headers.get("content-encoding")
            if plain and headers.get("content-type", "").startswith("text/html") and message["status"] == 200:
                self._start = message
                return
        if self._start is None or message["type"] != "http.response.body":
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if message.get("more_body") and len(self._body) <= _LARGEST:
            return
        start, self._start = self._start, None
        await self._whole(start, more=bool(message.get("more_body")))

    async def _whole(self, start: Message, *, more: bool) -> None:
        """Send what was held with what is written into it; a page over the limit goes out as it is."""
        body = bytes(self._body)
        if not more:
            body = body.replace(_HEAD_END, self._head + _HEAD_END, 1)
            body = _BODY.sub(lambda match: match.group() + self._beginning, body, count=1)
            MutableHeaders(scope=start)["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body, "more_body": more})
