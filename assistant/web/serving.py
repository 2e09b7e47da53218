"""Where the page listens: this machine alone, or with a login; under a path of a proxy; no foreign host names."""

from __future__ import annotations

import ipaddress
import logging
import re
import signal
import socket
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route

from assistant.web.accounts import Accounts
from assistant.web.fence import Fence
from assistant.web.first import FirstPage
from assistant.web.login import (
    ELSEWHERE,
    LOGIN,
    LOGOUT,
    READING,
    LoginGuard,
    Sessions,
    from_here,
    login_routes,
    refusal,
)
from assistant.web.uploads import is_full, uploads_of
from ingest.errors import JixiaoError

_log = logging.getLogger(__name__)
_OWN = ("localhost", "127.0.0.1", "::1", "[::1]")
_BACKLOG = 256
#: The oldest kernel that runs the chat.
OLDEST_CHROMIUM = 85
#: Open event streams don't keep a stopped server waiting longer than this, in seconds.
_LAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen, under which path, and with which file of accounts."""

    host: str = "127.0.0.1"
    port: int = 7860
    root_path: str = ""
    auth_file: Path | None = None
    names: tuple[str, ...] = ()

    @property
    def root(self) -> str:
        """The path of the site without a slash at its end: ``""`` or ``/jixiao``."""
        path = self.root_path.strip("/")
        return f"/{path}" if path else ""

    @property
    def base(self) -> str:
        """The path of the site with a slash at its end."""
        return f"{self.root}/"

    def check(self) -> None:
        """Raise ``JixiaoError`` for an address that others reach, without a login."""
        if not re.fullmatch(r"(/[\w.~-]+)*", self.root):
            raise JixiaoError("--root-path 只写网址里的路径，例如 /jixiao，不带 http:// 和主机名。")
        if self.auth_file is None and not is_loopback(self.host):
            raise JixiaoError(
                f"监听 {self.host} 会让别的机器也能打开，必须有登录：请先用 jixiao passwd 建口令文件，"
                "再加 --auth-file；只在本机用请去掉 --host。"
            )

    def hosts(self) -> list[str]:
        """Return the host names that a request may come by: a page elsewhere can't borrow this one by its name.

        With a login any name will do unless some are given: a borrowed name has no cookie to log in by.
        """
        return ["*"] if self.auth_file is not None and not self.names else [*_OWN, *self.names]


def is_loopback(host: str) -> bool:
    """Tell whether only this machine itself reaches an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen(address: Address) -> socket.socket:
    """Take the port; raises ``JixiaoError`` when it can't be had."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address.host, address.port))
    except OSError as error:
        listener.close()
        why = "可能被占用" if address.port else "没有空闲的端口"
        raise JixiaoError(f"{address.host} 的端口 {address.port} 打不开（{why}），请用 --port 换一个端口。") from error
    return listener


class OwnOrigin:
    """Refuses what pages of other sites send: a visitor's browser mustn't be made to upload or ask from there."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Pass a request on, or answer 403."""
        app = self._app
        if scope["type"] in ("http", "websocket") and scope.get("method") not in READING:
            connection = HTTPConnection(scope)
            app = app if from_here(connection) else refusal(connection, HTTPStatus.FORBIDDEN, ELSEWHERE)
        await app(scope, receive, send)


class OldBrowsers:
    """Sends browsers that can't read the chat's scripts to the plain page.

    Measured: the scripts of Gradio 6.31 run from Chromium 85 on, whose syntax (``||=``) no older one reads.
    """

    def __init__(self, app: Callable[..., Any], root: str) -> None:
        self._app = app
        self._root = root

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Pass a request on, or send it to ``/lite``."""
        if scope["type"] == "http" and scope["path"] in ("/", self._root, f"{self._root}/"):
            agent = dict(scope["headers"]).get(b"user-agent", b"").decode("latin-1")
            if too_old(agent):
                await RedirectResponse(f"{self._root}/lite", 303)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def too_old(agent: str) -> bool:
    """Tell by its name whether a browser can't read the chat's scripts: old Chromium kernels, Internet Explorer."""
    kernel = re.search(r"Chrome/(\d+)", agent)
    return "MSIE " in agent or "Trident/" in agent or (kernel is not None and int(kernel[1]) < OLDEST_CHROMIUM)


class OwnNames:
    """Refuses requests by a host name that isn't ours, and drops such a one that a proxy forwards.

    A page elsewhere could borrow this one by its own name, and the page would build its addresses on a forwarded one.
    ``names`` are the host names that requests may come by; ``["*"]`` lets any through.
    """

    def __init__(self, app: Callable[..., Any], names: Sequence[str]) -> None:
        self._app = app
        self._names = frozenset(name.strip("[]").lower() for name in names)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Pass a request on if its host name is known, without a forwarded one that isn't."""
        if scope["type"] == "http" and "*" not in self._names:
            hosts = [text for name, text in scope["headers"] if name == b"host"]
            if len(hosts) != 1 or not self._known(hosts[0]):
                await refusal(HTTPConnection(scope), HTTPStatus.BAD_REQUEST, _FOREIGN)(scope, receive, send)
                return
            kept = [
                (name, text) for name, text in scope["headers"]
                if name != _FORWARDED or all(map(self._known, text.split(b",")))
            ]  # fmt: skip
            scope = {**scope, "headers": kept}
        await self._app(scope, receive, send)

    def _known(self, text: bytes) -> bool:
        match = _HOST.fullmatch(text.decode("latin-1").strip())
        name = match[1].strip("[]").lower() if match else ""
        return name in self._names or any(
            name.endswith(one[1:]) for one in self._names if name and one.startswith("*.")
        )


#: A host name or address with its port, and nothing else: evil@localhost is none.
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[\w.-]{1,253})(?::\d{1,5})?")
_FOREIGN = "这个主机名不是本站的；请用本机的网址打开，或请维护的人在启动时用 --name 写明。"
_FORWARDED = b"x-forwarded-host"


class UnderPath:
    """Sets a site's path as ASGI has it, whether or not the proxy before it takes the path off."""

    def __init__(self, app: Callable[..., Any], root: str) -> None:
        self._app = app
        self._root = root

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Pass a request on with its ``root_path`` set and its path whole."""
        if self._root and scope["type"] in ("http", "websocket"):
            path = scope["path"]
            whole = path if path == self._root or path.startswith(self._root + "/") else self._root + path
            scope = {**scope, "root_path": self._root, "path": whole, "raw_path": whole.encode("utf-8")}
        await self._app(scope, receive, send)


def _paths(own: Iterable[BaseRoute], methods: set[str]) -> list[str]:
    """Return the paths of routes that take one of the methods; what is below a parameter is meant by a slash."""
    taken = (one for one in own if isinstance(one, Route) and methods & (one.methods or set()))
    return [one.path.partition("{")[0] for one in taken]


def application(address: Address, folder: Path, own: Sequence[BaseRoute] = ()) -> FastAPI:
    """Return the site's application, without its pages (``own``): no documentation of itself, known host names alone.

    Nothing but what those pages and the chat need is let in (``fence``).

    With a file of accounts everything is behind a login, whose key lies in the store's ``folder``.  Raises
    ``JixiaoError`` for a file of accounts that can't be used.
    """
    app = FastAPI(title="jixiao", docs_url=None, redoc_url=None, openapi_url=None)
    hosts = address.hosts()
    app.add_middleware(FirstPage, root=address.root, base=address.base)
    app.add_middleware(OldBrowsers, root=address.root)
    app.add_middleware(OwnOrigin)
    if address.auth_file is not None:
        accounts = Accounts.read(address.auth_file)
        if accounts.warning:
            _log.warning("%s", accounts.warning)
        sessions = Sessions.open(folder, accounts)
        app.router.routes.extend(login_routes(accounts, sessions, address.root, "绩效问答"))
        app.add_middleware(LoginGuard, sessions=sessions, root_path=address.root, open_paths=["/page.css", "/icon.svg"])
    app.add_middleware(OwnNames, names=hosts)
    app.add_middleware(
        Fence,
        root=address.root,
        own=[*_paths(own, {"GET"}), LOGIN, LOGOUT],
        posted=[*_paths(own, {"POST"}), LOGIN, LOGOUT],
        full=partial(is_full, uploads_of(folder)),
        uploads=uploads_of(folder),
    )
    return app


def run(app: FastAPI, address: Address, listener: socket.socket, ready: Iterable[Callable[[], None]] = ()) -> None:
    """Serve until stopped; what is to be done once the page answers is done then.

    Returns on Ctrl+C and on SIGTERM alike, so that what the caller holds open is put away.
    """
    config = uvicorn.Config(
        UnderPath(app, address.root), log_level="warning", access_log=False, backlog=_BACKLOG,
        timeout_graceful_shutdown=_LAST_WORDS, proxy_headers=False, server_header=False, ws="none",
    )  # fmt: skip
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):  # the server stops in order, then passes the signal on
            _Server(config, list(ready)).run(sockets=[listener])
    finally:
        signal.signal(signal.SIGTERM, before)


class _Server(uvicorn.Server):
    """A server that says when it is up."""

    def __init__(self, config: uvicorn.Config, ready: list[Callable[[], None]]) -> None:
        super().__init__(config)
        self._ready = ready

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; streams that open pages still listen to are cut, which is no error to print."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell those who wait for it."""
        await super().startup(sockets)
        if self.started:
            for tell in self._ready:
                tell()
