"""Login: a guard in front of every page, the session in a signed cookie, and the pages to log in and out by.

Wiring, with the guard outermost so that mounted apps and websockets are behind it too::

    accounts = Accounts.read(store / "users")
    sessions = Sessions.open(store, accounts)
    app = FastAPI(routes=login_routes(accounts, sessions, root_path, "绩效问答"))
    app.add_middleware(LoginGuard, sessions=sessions, root_path=root_path, open_paths=["/page.css"])
    gr.mount_gradio_app(app, blocks, path="/", auth_dependency=user_of)

Handlers read the name with ``user_of(request)`` (it stands in ``scope["state"]["user"]``).
"""

from __future__ import annotations

import hashlib
import logging
import math
import secrets
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from anyio import CapacityLimiter, to_thread
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.jsonlines import JsonLines
from assistant.web.accounts import Accounts, Throttle, plain_name
from assistant.web.template import render
from ingest.errors import JixiaoError

LOGIN, LOGOUT = "/login", "/logout"
MAX_AGE = 12 * 60 * 60
KEY_FILE = "session.key"
ENDED_FILE = "session.ended"
_KEY_BYTES = 32
_LONGEST_FORM = 16 * 1024
_LONGEST_NEXT = 2000
_LONGEST_ADDRESS = 64
_AT_ONCE = 2
READING = ("GET", "HEAD")
_PORTS = {"http": 80, "https": 443}
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: the form would then be sent with "Origin: null", which is refused.
    "Referrer-Policy": "same-origin",
}
_LOGIN_FIRST = "登录已过期或还没有登录，请刷新页面登录；对话和没发出的问题都还在。"
ELSEWHERE = "请求来自别的网站，已拒绝；请从本系统的页面操作（经反向代理访问时，请管理员让代理原样传递 Host 头）。"
_WRONG = "用户名或口令不对，请重新输入。"
_TOO_LONG = "填写的内容太长，请重新输入用户名和口令。"
_NO_ACCOUNTS = "账号文件现在读不了，请联系管理员（原因在服务的日志里）。"
_log = logging.getLogger(__name__)


class _Signer(TimestampSigner):
    """A signer on a given clock."""

    def __init__(self, *arguments: Any, clock: Callable[[], float], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._clock = clock

    def get_timestamp(self) -> int:
        return math.floor(self._clock())


class Sessions:
    """Sessions as signed tokens, so that a restart ends none; those logged out of are kept until they expire."""

    def __init__(
        self, key: bytes, accounts: Accounts, clock: Callable[[], float] = time.time, ended: JsonLines | None = None
    ) -> None:
        self._accounts = accounts
        self._clock = clock
        self._file = ended
        self._ended = {str(one.get("token")) for one in (ended.entries() if ended else ()) if _still(one, clock())}
        # Cookies are shared by all ports of a host: two servers on one machine must not overwrite each other's.
        self.cookie = f"jixiao_{hashlib.blake2b(key, digest_size=4).hexdigest()}"
        self._tokens = URLSafeTimedSerializer(
            key,
            salt="jixiao.session",
            signer=_Signer,
            signer_kwargs={"clock": clock, "key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    @classmethod
    def open(cls, folder: Path, accounts: Accounts, clock: Callable[[], float] = time.time) -> Sessions:
        """Take the signing key from the store's folder, making it at first.

        Raises ``JixiaoError`` for a key that is damaged or can't be read or written.
        """
        return cls(_key(folder / KEY_FILE), accounts, clock, JsonLines(folder / ENDED_FILE))

    def issue(self, name: str) -> str:
        """Return a token for a user who has shown the password; raises ``JixiaoError`` like ``Accounts.verify``."""
        return str(self._tokens.dumps([name, self._accounts.fingerprint(name), secrets.token_hex(8)]))

    def end(self, token: str) -> None:
        """End a session for good, whoever still has its token; one that is none of ours is left alone.

        Raises ``StoreError`` where that can't be written down; until a restart the session is ended all the same.
        """
        if not token or not self.user(token):
            return
        mark = _mark(token)
        self._ended.add(mark)
        if self._file is not None:
            self._file.append({"token": mark, "until": self._clock() + MAX_AGE})

    def user(self, token: str) -> str:
        """Return whose token it is, empty if it is none of ours, expired, or the user or password is gone."""
        if _mark(token) in self._ended:
            return ""
        try:
            name, fingerprint, *_ = self._tokens.loads(token, max_age=MAX_AGE)
            current = self._accounts.fingerprint(name)
        except BadSignature:
            return ""
        except JixiaoError as error:
            _log.warning("%s", error)
            return ""
        return str(name) if current and current == fingerprint else ""

    def visitor(self, connection: HTTPConnection) -> str:
        """Return who sent the request, by its cookie; empty for nobody."""
        token = connection.cookies.get(self.cookie, "")
        return self.user(token) if token else ""


def _mark(token: str) -> str:
    """Return what a token is known by without being it: what was signed (a signature can be written in ways)."""
    signed = token.rpartition(".")[0]
    return hashlib.blake2b(signed.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _still(ended: dict[str, Any], now: float) -> bool:
    until = ended.get("until")
    return isinstance(until, int | float) and until > now


def _key(path: Path) -> bytes:
    try:
        if not path.exists():
            _make_key(path)
        key = path.read_bytes()
    except OSError as error:
        raise JixiaoError(f"登录密钥“{path}”读写不了，请确认存储目录有权读写。") from error
    if len(key) != _KEY_BYTES:
        raise JixiaoError(f"登录密钥“{path}”坏了，请删掉它再启动（大家要重新登录一次）。")
    return key


def _make_key(path: Path) -> None:
    """Make a key under another name and put it in its place whole; only its owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(f"{path.name}.new")
    making.unlink(missing_ok=True)
    making.touch(mode=0o600, exist_ok=False)
    making.write_bytes(secrets.token_bytes(_KEY_BYTES))
    making.replace(path)


def user_of(request: HTTPConnection) -> str | None:
    """Return who sent a request that passed ``LoginGuard``; serves as Gradio's ``auth_dependency``."""
    return request.scope.get("state", {}).get("user") or None


class LoginGuard:
    """Pure ASGI middleware that lets nothing pass without a session, websockets and streams included.

    ``open_paths`` are let through as they are, exactly (no prefixes), without the root path.  What is passed on has
    ``root_path`` and ``path`` set alike whether or not the proxy stripped the prefix, so that the app routes the very
    path that was judged here.  ``scope["state"]["user"]`` is the user's name, empty on open paths without a session.
    """

    def __init__(self, app: ASGIApp, sessions: Sessions, root_path: str = "", open_paths: Iterable[str] = ()) -> None:
        self._app = app
        self._sessions = sessions
        self._root = _clean_root(root_path)
        self._open = {LOGIN, LOGOUT, *open_paths}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with the way to the login, 401 or 403."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        root, path = split_root(scope, self._root)
        connection = HTTPConnection({**scope, "root_path": root, "path": root + path})
        user = self._sessions.visitor(connection)
        reading = scope["type"] == "http" and scope["method"] in READING
        app: ASGIApp = self._app
        if not reading and not from_here(connection):
            app = refusal(connection, HTTPStatus.FORBIDDEN, ELSEWHERE)
        elif not user and path not in self._open:
            query = scope.get("query_string", b"").decode("latin-1")
            asked = path + (f"?{query}" if query else "")
            page = reading and _wants_html(connection)
            app = _to_login(root, asked) if page else refusal(connection, HTTPStatus.UNAUTHORIZED, _LOGIN_FIRST)
        passed = {**connection.scope, "state": {**scope.get("state", {}), "user": user}}
        await app(passed, receive, send)


def _clean_root(root_path: str) -> str:
    inner = root_path.strip("/")
    return f"/{inner}" if inner else ""


def split_root(scope: Scope, configured: str) -> tuple[str, str]:
    """Return (root path, path below it), whether or not the proxy or the server left the root path in the path."""
    root = configured or _clean_root(scope.get("root_path", ""))
    path = str(scope["path"])
    while root and (path == root or path.startswith(f"{root}/")):
        path = path[len(root) :]
    return root, path or "/"


def _wants_html(connection: HTTPConnection) -> bool:
    return "text/html" in connection.headers.get("accept", "")


def _to_login(root: str, asked: str) -> Response:
    wanted = local_path(asked)
    query = f"?next={quote(wanted, safe='/')}" if wanted != "/" else ""
    return RedirectResponse(f"{root}{LOGIN}{query}", HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})


def refusal(connection: HTTPConnection, status: HTTPStatus, sentence: str) -> Response:
    """Return a refusal: the sentence to a person, JSON with it as ``detail`` to a program."""
    if connection.scope["type"] == "http" and _wants_html(connection):
        return PlainTextResponse(sentence, status, _HEADERS)
    return JSONResponse({"detail": sentence}, status, {"Cache-Control": "no-store"})


def from_here(connection: HTTPConnection) -> bool:
    """Tell whether a request that changes things comes from our own pages, or from no page at all."""
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    hosts = (connection.headers.get("host", ""), connection.headers.get("x-forwarded-host", "").split(",")[0])
    return any(_same_host(origin, host.strip()) for host in hosts if host.strip())


def _same_host(origin: str, host: str) -> bool:
    """Compare ``http://name:port`` with ``name:port``; a proxy that drops the port ($host in nginx) fits any port."""
    try:
        theirs, ours = urlsplit(origin), urlsplit(f"//{host}")
        port = theirs.port or _PORTS.get(theirs.scheme)
        return bool(theirs.hostname) and theirs.hostname == ours.hostname and ours.port in (None, port)
    except ValueError:
        return False


def local_path(wanted: str) -> str:
    r"""Return ``wanted`` if it is a path of ours to go to after the login, else ``/``.

    Browsers take ``\`` for ``/`` and drop tabs and line ends, so ``/\evil`` and ``/<tab>/evil`` lead elsewhere.
    """
    odd = "\\" in wanted or any(sign < " " or sign == "\x7f" for sign in wanted)
    if not wanted.startswith("/") or wanted.startswith("//") or odd or len(wanted) > _LONGEST_NEXT:
        return "/"
    return "/" if wanted.partition("?")[0] in (LOGIN, LOGOUT) else wanted


def login_routes(
    accounts: Accounts, sessions: Sessions, root_path: str, title: str, throttle: Throttle | None = None
) -> list[Route]:
    """Return the routes of the pages to log in and out by, to stand before a mount at ``/``."""
    pages = _Pages(accounts, sessions, _clean_root(root_path), title, throttle or Throttle())
    return [
        Route(LOGIN, pages.login_page, methods=["GET"]),
        Route(LOGIN, pages.login, methods=["POST"]),
        Route(LOGOUT, pages.logout_page, methods=["GET"]),
        Route(LOGOUT, pages.logout, methods=["POST"]),
    ]


class _Pages:
    """The handlers behind ``login_routes``."""

    def __init__(self, accounts: Accounts, sessions: Sessions, root: str, title: str, throttle: Throttle) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._root = root
        self._title = title
        self._throttle = throttle
        # Each hash takes 16 MB and a core: guesses must not crowd out the answers.
        self._hashing = CapacityLimiter(_AT_ONCE)

    async def login_page(self, request: Request) -> Response:
        wanted = local_path(request.query_params.get("next", "/"))
        if self._sessions.visitor(request):
            return self._go(request, wanted)
        return self._page(request, wanted=wanted)

    async def login(self, request: Request) -> Response:
        form = await _form(request)
        if form is None:
            return self._page(request, _TOO_LONG, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        name, wanted = plain_name(form.get("name", "")), local_path(form.get("next", "/"))
        address = _address(request)
        seconds = self._throttle.wait(name, address)
        if seconds:
            late = f"试错的次数太多，请过 {seconds} 秒再试。"
            page = self._page(request, late, HTTPStatus.TOO_MANY_REQUESTS, typed=name, wanted=wanted)
            page.headers["Retry-After"] = str(seconds)
            return page
        try:
            token = await to_thread.run_sync(self._token, name, form.get("password", ""), limiter=self._hashing)
        except JixiaoError as error:
            _log.warning("%s", error)
            return self._page(request, _NO_ACCOUNTS, HTTPStatus.SERVICE_UNAVAILABLE, typed=name, wanted=wanted)
        if not token:
            return self._page(request, _WRONG, HTTPStatus.UNAUTHORIZED, typed=name, wanted=wanted)
        self._throttle.succeeded(name, address)
        response = self._go(request, wanted)
        response.set_cookie(self._sessions.cookie, token, max_age=MAX_AGE, **self._cookie(request))
        return response

    async def logout_page(self, request: Request) -> Response:
        user = self._sessions.visitor(request)
        return self._page(request, user=user) if user else self._go(request, LOGIN)

    async def logout(self, request: Request) -> Response:
        try:
            await to_thread.run_sync(self._sessions.end, request.cookies.get(self._sessions.cookie, ""))
        except JixiaoError as error:
            _log.warning("%s", error)
        response = self._go(request, LOGIN)
        response.delete_cookie(self._sessions.cookie, **self._cookie(request))
        return response

    def _token(self, name: str, password: str) -> str:
        return self._sessions.issue(name) if self._accounts.verify(name, password) else ""

    def _rooted(self, request: Request) -> str:
        return self._root or _clean_root(request.scope.get("root_path", ""))

    def _go(self, request: Request, path: str) -> Response:
        return RedirectResponse(self._rooted(request) + path, HTTPStatus.SEE_OTHER, _HEADERS)

    def _cookie(self, request: Request) -> dict[str, Any]:
        forwarded = request.headers.get("x-forwarded-proto", "").split(",")[0].strip()
        return {
            "path": self._rooted(request) or "/",
            "httponly": True,
            "samesite": "lax",
            "secure": "https" in (request.url.scheme, forwarded),
        }

    def _page(
        self, request: Request, error: str = "", status: HTTPStatus = HTTPStatus.OK, *,
        typed: str = "", wanted: str = "/", user: str = "",
    ) -> Response:  # fmt: skip
        page = render(
            "login.html",
            title=self._title,
            root=self._rooted(request),
            error=error,
            typed=typed,
            next=wanted,
            user=user,
        )
        return HTMLResponse(page, status, _HEADERS)


def _address(request: Request) -> str:
    """Return where a request was sent from; a proxy on this machine is believed, in the last word, which is its own."""
    peer = request.client.host if request.client else ""
    if peer in ("", "127.0.0.1", "::1"):
        return request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()[:_LONGEST_ADDRESS] or peer
    return peer


async def _form(request: Request) -> dict[str, str] | None:
    """Return the fields of a small form as browsers send it without files, ``None`` if it is too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            return None
    try:
        fields = parse_qs(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}
