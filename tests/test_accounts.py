"""Accounts, login and sessions: what gets in, what stays out, and what a visitor is told."""

import stat
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse

from assistant.web import accounts as accounts_module
from assistant.web.accounts import MOST_WRONG, PAUSE, WINDOW, Accounts, Throttle, remove_user, set_password
from assistant.web.login import KEY_FILE, MAX_AGE, LoginGuard, Sessions, local_path, login_routes, user_of
from ingest.errors import JixiaoError

PASSWORD = "纸上得来终觉12"
HTML = {"accept": "text/html,application/xhtml+xml"}
HOST = "http://budget.local"


class Clock:
    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


class Site:
    """A small site behind the guard, over its own file of accounts and its own clock."""

    def __init__(self, folder, *, root="", app_root="", clock=None):
        self.folder, self.users, self.clock, self.root = folder, folder / "users", clock or Clock(), root
        if not self.users.exists():
            set_password(self.users, "王敏", PASSWORD)
        accounts = Accounts.read(self.users)
        self.sessions = Sessions.open(folder, accounts, self.clock)
        routes = login_routes(accounts, self.sessions, root, "绩效问答", Throttle(self.clock))
        app = Starlette(
            routes=[
                *routes,
                Route("/", lambda request: PlainTextResponse("问答")),
                Route("/who", lambda request: PlainTextResponse(user_of(request) or "没有人"), methods=["GET", "POST"]),
                Route("/where", lambda request: JSONResponse([request.scope["root_path"], request.url.path])),
                Route("/page.css", lambda request: PlainTextResponse("p {}")),
                Route("/stream", stream),
                WebSocketRoute("/socket", socket),
            ]
        )
        self.app = LoginGuard(app, self.sessions, root, ["/page.css"])
        self.app_root = app_root

    def client(self, address="10.0.0.7", base=HOST):
        return TestClient(
            self.app, base, root_path=self.app_root, follow_redirects=False, client=(address, 5000), headers=HTML
        )

    def log_in(self, client, name="王敏", password=PASSWORD, **more):
        return client.post(f"{self.root}/login", data={"name": name, "password": password, **more})


def stream(request):
    async def events():
        yield "data: 1\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")


async def socket(websocket):
    await websocket.accept()
    await websocket.send_text(user_of(websocket))
    await websocket.close()


@pytest.fixture(autouse=True, scope="module")
def cheap_hashes():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts_module, "_N", 16)
        nobody = accounts_module._NOBODY
        patch.setattr(accounts_module, "_NOBODY", type(nobody)(16, 8, 1, nobody.salt, nobody.digest))
        yield


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


# ---- the file of accounts


def test_password_is_kept_hashed_and_checked(tmp_path):
    users = tmp_path / "new" / "users"
    assert set_password(users, "王敏", PASSWORD) is False
    assert stat.S_IMODE(users.stat().st_mode) == 0o600
    assert PASSWORD not in users.read_text(encoding="utf-8")
    assert users.read_text(encoding="utf-8").startswith("王敏:scrypt:")
    accounts = Accounts.read(users)
    assert accounts.verify("王敏", PASSWORD)
    assert not accounts.verify("王敏", PASSWORD + "1")
    assert not accounts.verify("李雷", PASSWORD)
    assert not accounts.verify("", "")
    assert accounts.warning == ""


def test_the_usual_cost_is_used(tmp_path, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(accounts_module, "_N", 2**14)
    set_password(tmp_path / "users", "a", PASSWORD)
    assert ":scrypt:16384:8:1:" in (tmp_path / "users").read_text()
    assert Accounts.read(tmp_path / "users").verify("a", PASSWORD)


def test_each_password_has_its_own_salt(tmp_path):
    set_password(tmp_path / "users", "a", PASSWORD)
    set_password(tmp_path / "users", "b", PASSWORD)
    first, second = (line.split(":")[5:] for line in (tmp_path / "users").read_text().splitlines())
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_full_width_typing_is_the_same(tmp_path):
    set_password(tmp_path / "users", "ｗａｎｇ", "ａｂｃｄ１２３４")
    assert Accounts.read(tmp_path / "users").verify(" wang　", "abcd1234")


def test_replacing_keeps_comments_and_order(tmp_path):
    users = tmp_path / "users"
    set_password(users, "a", PASSWORD)
    users.write_text("# 财务科\n\n" + users.read_text(), encoding="utf-8")
    set_password(users, "b", PASSWORD)
    assert set_password(users, "a", "another-one") is True
    lines = users.read_text(encoding="utf-8").splitlines()
    assert [line.partition(":")[0] for line in lines] == ["# 财务科", "", "a", "b"]
    accounts = Accounts.read(users)
    assert accounts.verify("a", "another-one")
    assert not accounts.verify("a", PASSWORD)
    assert list(tmp_path.iterdir()) == [users]


def test_added_and_removed_users_need_no_restart(tmp_path):
    users = tmp_path / "users"
    set_password(users, "a", PASSWORD)
    accounts = Accounts.read(users)
    assert not accounts.verify("b", PASSWORD)
    set_password(users, "b", PASSWORD)
    assert accounts.verify("b", PASSWORD)
    remove_user(users, "a")
    assert not accounts.verify("a", PASSWORD)
    assert accounts.verify("b", PASSWORD)
    with pytest.raises(JixiaoError, match="没有用户“a”"):
        remove_user(users, "a")


@pytest.mark.parametrize("name", ["", "  ", "a:b", "a：b", "#a", "a\nb", "名" * 41, "a\x00"])
def test_names_that_break_the_file_are_refused(tmp_path, name):
    with pytest.raises(JixiaoError, match="用户名要"):
        set_password(tmp_path / "users", name, PASSWORD)
    assert not (tmp_path / "users").exists()


@pytest.mark.parametrize("password, said", [("1234567", "太短"), ("x" * 201, "太长"), ("ﷺ" * 150, "太长")])
def test_passwords_too_short_or_long_are_refused(tmp_path, password, said):
    with pytest.raises(JixiaoError, match=said):
        set_password(tmp_path / "users", "a", password)


GOOD = "a:scrypt:16:8:1:AAAAAAAAAAAAAAAAAAAAAA==:" + "A" * 86 + "=="


@pytest.mark.parametrize(
    "content, said",
    [
        (None, "没有或打不开"),
        ("", "还没有用户"),
        ("# 只有说明\n\n", "还没有用户"),
        ("# 一\nwang:secret-123\n", "第 2 行不是加密的口令，请用 jixiao passwd"),
        ("wang\n", "第 1 行不是加密的口令"),
        ("wang:scrypt:secret-123", "第 1 行写坏了"),
        (GOOD + ":more", "第 1 行写坏了"),
        (GOOD.replace(":16:", ":17:"), "第 1 行写坏了"),
        (GOOD.replace(":16:", f":{2**30}:"), "第 1 行写坏了"),
        (GOOD.replace("==:", "!==:"), "第 1 行写坏了"),
        (GOOD[:-4], "第 1 行写坏了"),
        (GOOD.replace("a:", ":", 1), "第 1 行写坏了"),
        (f"{GOOD}\n\nａ{GOOD[1:]}", "第 3 行的用户“a”前面已经有了"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_broken_files_say_what_to_do(tmp_path, content, said):
    users = tmp_path / "users"
    if content is not None:
        users.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(JixiaoError, match=said) as caught:
        Accounts.read(users)
    assert "secret" not in str(caught.value)


def test_a_good_line_is_read_with_a_byte_order_mark(tmp_path):
    (tmp_path / "users").write_bytes(b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n")
    assert Accounts.read(tmp_path / "users").fingerprint("a")


def test_plain_text_line_is_put_right(tmp_path):
    users = tmp_path / "users"
    users.write_text(f"a:{PASSWORD}\n", encoding="utf-8")
    assert set_password(users, "a", PASSWORD)
    assert Accounts.read(users).verify("a", PASSWORD)


def test_file_open_to_others_is_a_warning(tmp_path):
    set_password(tmp_path / "users", "a", PASSWORD)
    (tmp_path / "users").chmod(0o644)
    assert "chmod 600" in Accounts.read(tmp_path / "users").warning


def test_unknown_users_cost_a_hash_too(tmp_path, monkeypatch):
    set_password(tmp_path / "users", "a", PASSWORD)
    accounts = Accounts.read(tmp_path / "users")
    real, calls = accounts_module.hashlib.scrypt, []
    monkeypatch.setattr(
        accounts_module.hashlib, "scrypt", lambda *a, **k: calls.append((k["n"], k["r"], k["p"])) or real(*a, **k)
    )
    for name, password in [("a", PASSWORD), ("nobody", PASSWORD), ("名" * 500, PASSWORD), ("a", "x" * 5000)]:
        accounts.verify(name, password)
    assert len(calls) == 4
    assert len(set(calls)) == 1


def test_nobody_is_never_right(tmp_path, monkeypatch):
    set_password(tmp_path / "users", "a", PASSWORD)
    monkeypatch.setattr(accounts_module, "_NOBODY", accounts_module._Secret.of(PASSWORD))
    assert not Accounts.read(tmp_path / "users").verify("nobody", PASSWORD)


# ---- the brake on guessing


@pytest.mark.parametrize("names, addresses", [("aaaaaa", "123456"), ("abcdef", "111111")])
def test_guessing_is_paused_by_name_and_by_address(names, addresses):
    clock = Clock()
    throttle = Throttle(clock)
    tries = list(zip(names, addresses, strict=True))
    assert [throttle.wait(*one) for one in tries] == [0] * MOST_WRONG + [PAUSE]
    clock.now += PAUSE - 1
    assert throttle.wait(*tries[-1]) == 1
    clock.now += 1
    assert throttle.wait(*tries[-1]) == 0
    assert throttle.wait(*tries[-1]) == PAUSE
    assert throttle.wait("z", "9") == 0


def test_wrong_tries_are_forgotten():
    clock = Clock()
    throttle = Throttle(clock)
    for _ in range(3):
        assert [throttle.wait("a", "1") for _ in range(MOST_WRONG - 1)] == [0] * (MOST_WRONG - 1)
        clock.now += WINDOW + 1


def test_right_tries_do_not_count():
    throttle = Throttle(Clock())
    for _ in range(3 * MOST_WRONG):
        assert throttle.wait("a", "1") == 0
        throttle.succeeded("a", "1")


def test_own_account_does_not_help_a_guesser():
    throttle = Throttle(Clock())
    for name in "bcdef":
        assert throttle.wait(name, "1") == 0
        assert throttle.wait("own", "2") == 0
        throttle.succeeded("own", "2")
    assert throttle.wait("own", "1") == PAUSE
    for name in "ghij":
        assert throttle.wait(name, "3") == 0
    assert throttle.wait("own", "3") == 0
    throttle.succeeded("own", "3")
    assert [throttle.wait(name, "3") for name in "kl"] == [0, PAUSE]
    assert throttle.wait("own", "2") == 0


def test_throttle_memory_is_bounded():
    throttle = Throttle(Clock(), most=10)
    for number in range(100):
        throttle.wait(f"n{number}" * 1000, str(number))
    assert len(throttle._tries) == 10
    assert max(map(len, throttle._tries)) < 60


# ---- logging in and out


def test_login_opens_the_pages(site):
    client = site.client()
    sent = client.get("/who?q=三公经费&n=1")
    assert sent.status_code == 303
    where = urlsplit(sent.headers["location"])
    assert (where.netloc, where.path) == ("", "/login")
    page = client.get(sent.headers["location"])
    assert page.status_code == 200
    assert 'name="next" value="/who?q=' in page.text
    wanted = parse_qs(where.query)["next"][0]
    done = site.log_in(client, next=wanted)
    assert (done.status_code, urlsplit(done.headers["location"]).path) == (303, "/who")
    again = client.get(done.headers["location"])
    assert (again.status_code, again.text) == (200, "王敏")
    assert client.get("/login").headers["location"] == "/"


def test_cookie_is_kept_from_scripts_and_other_sites(site):
    cookie = site.log_in(site.client()).headers["set-cookie"]
    parts = cookie.lower().split("; ")
    assert {"httponly", "samesite=lax", "path=/", f"max-age={MAX_AGE}"} <= set(parts)
    assert "secure" not in parts
    for client, headers in [(site.client(), {"x-forwarded-proto": "https"}), (site.client(base="https://b.local"), {})]:
        done = client.post("/login", data={"name": "王敏", "password": PASSWORD}, headers=headers)
        assert "secure" in done.headers["set-cookie"].lower().split("; ")


@pytest.mark.parametrize("name, password", [("王敏", "wrong-password"), ("李雷", PASSWORD), ("", ""), ("王敏", "")])
def test_wrong_password_says_so_and_keeps_the_name(site, name, password):
    client = site.client()
    page = site.log_in(client, name, password, next="/who")
    assert page.status_code == 401
    assert 'role="alert">用户名或口令不对，请重新输入。<' in page.text
    assert 'name="next" value="/who"' in page.text
    assert f'name="name" value="{name}"' in page.text
    assert not password or password not in page.text
    assert "set-cookie" not in page.headers
    assert client.get("/who").status_code == 303


def test_name_typed_full_width_or_spaced_logs_in(tmp_path):
    set_password(tmp_path / "users", "wang", PASSWORD)
    site = Site(tmp_path)
    client = site.client()
    assert site.log_in(client, " ｗａｎｇ ").status_code == 303
    assert client.get("/who").text == "wang"


def test_login_page_is_escaped_and_fenced(site):
    page = site.log_in(site.client(), '"><script>alert(1)</script>', "wrong", next='/"><b>')
    assert "<script" not in page.text
    assert "<b>" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    )


def test_login_page_is_usable_without_script(site):
    page = site.client().get("/login").text
    assert 'lang="zh-CN"' in page
    assert '<label for="name">' in page
    assert '<label for="password">' in page
    assert page.count("autofocus") == 1
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "role=" not in page


def test_guessing_is_refused_until_the_pause_is_over(site):
    client = site.client()
    for _ in range(MOST_WRONG):
        assert site.log_in(client, password="wrong-password").status_code == 401
    late = site.log_in(client)
    assert (late.status_code, late.headers["retry-after"]) == (429, "60")
    assert "请过 60 秒再试" in late.text
    site.clock.now += PAUSE
    assert site.log_in(client).status_code == 303


@pytest.mark.parametrize("peer, shared", [("127.0.0.1", False), ("10.0.0.7", True)])
def test_only_a_proxy_on_this_machine_names_the_address(site, peer, shared):
    client = site.client(peer)

    def attempt(number):
        headers = {"x-forwarded-for": f"spoofed, 10.0.1.{number}"}
        return client.post("/login", data={"name": f"n{number}", "password": "wrong-password"}, headers=headers)

    codes = [attempt(number).status_code for number in range(MOST_WRONG + 1)]
    assert codes[-1] == (429 if shared else 401)


def test_logout_ends_the_session(site):
    client = site.client()
    site.log_in(client)
    page = client.get("/logout")
    assert '<form action="/logout" method="post">' in page.text
    assert "王敏" in page.text
    assert client.get("/who").status_code == 200
    done = client.post("/logout")
    assert (done.status_code, done.headers["location"]) == (303, "/login")
    assert "path=/" in done.headers["set-cookie"].lower()
    assert not client.cookies
    assert client.get("/who").status_code == 303
    assert client.get("/logout").headers["location"] == "/login"
    assert client.post("/logout").headers["location"] == "/login"


def test_logging_in_often_is_no_guessing(site):
    client = site.client()
    assert {site.log_in(client).status_code for _ in range(2 * MOST_WRONG)} == {303}


def test_a_huge_form_is_refused(site):
    page = site.log_in(site.client(), password="x" * 20_000)
    assert page.status_code == 413
    assert "太长" in page.text


# ---- sessions


def test_session_expires(site):
    client = site.client()
    site.log_in(client)
    site.clock.now += MAX_AGE
    assert client.get("/who").status_code == 200
    site.clock.now += 1
    assert client.get("/who").status_code == 303


def test_tampered_and_foreign_tokens_are_worth_nothing(site):
    token = site.sessions.issue("王敏")
    assert site.sessions.user(token) == "王敏"
    other = Sessions(bytes(32), Accounts.read(site.users), site.clock)
    assert other.user(other.issue("王敏")) == "王敏"
    site.clock.now += 60
    payload, stamp, signature = token.split(".")
    later = site.sessions.issue("王敏").split(".")[1]
    assert later != stamp
    bad = [
        other.issue("王敏"),
        f"{payload[:-1]}.{stamp}.{signature}",
        f"{payload}.{later}.{signature}",
        f"{payload}.{stamp}.",
        payload,
        site.sessions.issue("李雷"),
        "",
        "…",
    ]
    assert [site.sessions.user(one) for one in bad] == [""] * len(bad)


def test_changed_password_ends_the_session(site):
    client = site.client()
    site.log_in(client)
    set_password(site.users, "李雷", PASSWORD)
    assert client.get("/who").status_code == 200
    set_password(site.users, "王敏", "another-one")
    assert client.get("/who").status_code == 303


def test_removed_user_is_out(site):
    set_password(site.users, "李雷", PASSWORD)
    client = site.client()
    site.log_in(client, "李雷")
    assert client.get("/who").text == "李雷"
    remove_user(site.users, "李雷")
    assert client.get("/who").status_code == 303
    assert site.log_in(client, "李雷").status_code == 401


def test_broken_accounts_while_running_shut_the_door(site, caplog):
    client = site.client()
    site.log_in(client)
    site.users.write_text("a:secret-123\n", encoding="utf-8")
    assert client.get("/who").status_code == 303
    page = site.log_in(client)
    assert page.status_code == 503
    assert "请联系管理员" in page.text
    assert str(site.users) not in page.text
    assert "第 1 行不是加密的口令" in caplog.text


def test_restart_keeps_sessions(site, tmp_path):
    client = site.client()
    site.log_in(client)
    again = Site(tmp_path, clock=site.clock).client()
    again.cookies = client.cookies
    assert again.get("/who").text == "王敏"
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_broken_key_says_what_to_do(site, tmp_path):
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(JixiaoError, match="请删掉它再启动"):
        Site(tmp_path)


# ---- what the guard lets through


@pytest.mark.parametrize("path", ["/who", "/stream", "/missing", "/login/", "/page.css/", "//login", "/login/../who"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_but_pages_is_sent_to_the_login(site, method, path):
    refused = site.client().request(method, HOST + path, headers={"accept": "text/event-stream"})
    assert refused.status_code == 401
    assert "请刷新页面登录" in refused.json()["detail"]


def test_posts_and_scripts_are_refused_not_redirected(site):
    client = site.client()
    assert client.post("/who").status_code == 401
    assert client.get("/who", headers={"accept": "*/*"}).status_code == 401
    assert client.head("/who").status_code == 303


def test_open_paths_are_open(site):
    assert site.client().get("/page.css").text == "p {}"


def test_streams_and_sockets_need_the_cookie(site):
    client = site.client()
    with pytest.raises(WebSocketDenialResponse) as refused, client.websocket_connect("/socket"):
        pass
    assert refused.value.status_code == 401
    site.log_in(client)
    assert client.get("/stream", headers={"accept": "text/event-stream"}).text == "data: 1\n\n"
    cookie = f"{site.sessions.cookie}={site.sessions.issue('王敏')}"
    with client.websocket_connect("/socket", headers={"cookie": cookie}) as opened:
        assert opened.receive_text() == "王敏"
    with (
        pytest.raises(WebSocketDenialResponse) as foreign,
        client.websocket_connect("/socket", headers={"cookie": cookie, "origin": "http://evil.example"}),
    ):
        pass
    assert foreign.value.status_code == 403


ORIGINS = [
    ("http://budget.local", {}, True),
    ("http://BUDGET.local:80", {}, True),
    ("http://budget.local", {"host": "budget.local:80"}, True),
    ("http://budget.local:8080", {"host": "budget.local:8080"}, True),
    ("http://[::1]:8080", {"host": "[::1]:8080"}, True),
    ("https://jixiao.gov", {"host": "127.0.0.1:7860", "x-forwarded-host": "jixiao.gov"}, True),
    ("http://evil.example", {}, False),
    ("http://budget.local.evil.example", {}, False),
    ("http://budget.local@evil.example", {}, False),
    ("http://budget.local:9000", {"host": "budget.local:7860"}, False),
    ("null", {}, False),
    ("", {}, False),
    ("http://[budget.local", {}, False),
]


@pytest.mark.parametrize("origin, headers, fine", ORIGINS)
@pytest.mark.parametrize("path", ["/login", "/logout", "/who"])
def test_posts_from_other_sites_are_refused(site, path, origin, headers, fine):
    client = site.client()
    client.cookies.set(site.sessions.cookie, site.sessions.issue("王敏"))
    form = {"name": "王敏", "password": PASSWORD}
    headers = {**headers, "origin": origin, "cookie": f"{site.sessions.cookie}={site.sessions.issue('王敏')}"}
    done = client.post(path, data=form, headers=headers)
    assert done.status_code == ((200 if path == "/who" else 303) if fine else 403)
    assert fine or "请求来自别的网站" in done.text
    assert fine or "set-cookie" not in done.headers


def test_links_from_other_sites_are_followed(site):
    assert site.client().get("/who", headers={"origin": "http://evil.example"}).status_code == 303


OUTSIDE = [
    "//evil.example",
    "///evil.example",
    "http://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "evil.example",
    "\\evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/who\r\nSet-Cookie: a=b",
    "/\x7f/",
    "",
    "/" + "x" * 3000,
    "/login?next=/who",
    "/logout",
]


@pytest.mark.parametrize("wanted", OUTSIDE)
def test_login_leads_nowhere_else(site, wanted):
    assert local_path(wanted) == "/"
    client = site.client()
    assert site.log_in(client, next=wanted).headers["location"] == "/"
    assert client.get("/login", params={"next": wanted}).headers["location"] == "/"


@pytest.mark.parametrize("wanted", ["/", "/read/3?start=300", "/lite?q=三公经费", "/a//b", "/lite?u=http://a"])
def test_login_leads_to_our_pages(wanted):
    assert local_path(wanted) == wanted


# ---- under a path of a reverse proxy


@pytest.mark.parametrize("prefix", ["/jixiao", "", "/jixiao/jixiao"], ids=["kept", "stripped", "doubled"])
@pytest.mark.parametrize("told", ["guard", "server"])
def test_prefix_is_carried_whether_or_not_the_proxy_strips_it(tmp_path, prefix, told):
    site = Site(tmp_path, root="/jixiao" if told == "guard" else "", app_root="/jixiao" if told == "server" else "")
    client = site.client()
    assert client.get(f"{prefix}/who?a=1").headers["location"] == "/jixiao/login?next=/who%3Fa%3D1"
    page = client.get(f"{prefix}/login?next=/who%3Fa%3D1").text
    assert 'action="/jixiao/login"' in page
    assert 'name="next" value="/who?a=1"' in page
    done = client.post(f"{prefix}/login", data={"name": "王敏", "password": PASSWORD, "next": "/who?a=1"})
    assert done.headers["location"] == "/jixiao/who?a=1"
    assert "path=/jixiao;" in done.headers["set-cookie"].lower() + ";"
    cookie = {"cookie": done.headers["set-cookie"].partition(";")[0]}
    assert client.get(f"{prefix}/where", headers=cookie).json() == ["/jixiao", "/jixiao/where"]
    assert 'action="/jixiao/logout"' in client.get(f"{prefix}/logout", headers=cookie).text
    gone = client.post(f"{prefix}/logout", headers=cookie)
    assert gone.headers["location"] == "/jixiao/login"
    assert "path=/jixiao;" in gone.headers["set-cookie"].lower() + ";"


def test_hashing_does_not_hold_up_the_others(site, monkeypatch):
    """Four logins hashing at once: never more than two together, and never on the event loop's thread."""
    import threading

    import anyio
    import httpx

    state = {"now": 0, "most": 0}
    threads, lock = set(), threading.Lock()

    def slow(*arguments):
        with lock:
            state["now"] += 1
            state["most"] = max(state["most"], state["now"])
            threads.add(threading.get_ident())
        time.sleep(0.05)
        with lock:
            state["now"] -= 1
        return False

    monkeypatch.setattr(Accounts, "verify", slow)

    async def burst():
        transport = httpx.ASGITransport(site.app)
        async with httpx.AsyncClient(transport=transport, base_url=HOST) as client, anyio.create_task_group() as group:
            for name in "abcd":
                group.start_soon(lambda name=name: client.post("/login", data={"name": name, "password": PASSWORD}))
        return threading.get_ident()

    loop = anyio.run(burst)
    assert state["most"] == 2
    assert loop not in threads
