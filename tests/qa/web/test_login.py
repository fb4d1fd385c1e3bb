"""The door against a real server, as browsers and as those who mean harm knock at it."""

from __future__ import annotations

import asyncio
import html
import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import fastapi
import gradio as gr
import httpx
import pytest
import websockets.sync.client
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from qa.web.attempts import Attempts
from qa.web.login import WRONG, guard, own_path, person
from qa.web.sessions import LASTS, RENEWED, Sessions
from qa.web.users import LOCAL, Users
from tests.qa.web.serving import served

PASSWORD = "seven wet harbours"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def application() -> ASGIApp:
    """Tells each who they are."""

    async def whose(request: Request) -> Response:
        if request.url.path == "/page":
            return HTMLResponse(f"<p>{person(request)}</p>")
        return JSONResponse(person(request))

    async def speak(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(str(person(socket)))
        await socket.close()

    methods = ["GET", "POST", "PUT", "DELETE"]
    return Starlette(routes=[WebSocketRoute("/ws", speak), Route("/{path:path}", whose, methods=methods)])


class Clock:
    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Door:
    """A guarded application, its users and its clocks; `visitor` is a browser that has not been here."""

    def __init__(self, folder: Path) -> None:
        self.users = Users(folder / "users")
        self.today = Clock(1_700_000_000.0)
        self.ticks = Clock()
        self.sessions = Sessions(folder / "chat.sqlite", self.users, self.today)
        self.app = guard(application(), self.sessions, Attempts(self.ticks))
        self.address = ""
        self._visitors = ExitStack()

    def close(self) -> None:
        self._visitors.close()
        self.sessions.close()

    def visitor(self) -> httpx.Client:
        client = httpx.Client(base_url=self.address, headers=BROWSER, timeout=30)
        return self._visitors.enter_context(client)

    def member(self, name: str = "anna") -> httpx.Client:
        """As after signing in, without the time that a password takes."""
        visitor = self.visitor()
        here = urlsplit(self.address)
        token = self.sessions.begin(name) or ""
        visitor.cookies.set(f"qa-session-{here.port}", token, here.hostname or "")
        return visitor


def sign_in(browser: httpx.Client, name: str, password: str, then: str = "/") -> httpx.Response:
    origin = str(browser.base_url).rstrip("/")
    form = {"name": name, "password": password, "next": then}
    return browser.post("/login", data=form, headers={"origin": origin})


def whose(browser: httpx.Client) -> object:
    answer = browser.get("/api", headers={"accept": "application/json"})
    return answer.json() if answer.status_code == 200 else answer.status_code


@pytest.fixture(scope="module")
def user_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    users = Users(tmp_path_factory.mktemp("data") / "users")
    users.add("anna", PASSWORD)
    users.add("ben", "seven dry harbours")
    return users.path


@pytest.fixture
def door(tmp_path: Path, user_file: Path) -> Iterator[Door]:
    shutil.copy(user_file, tmp_path)
    door = Door(tmp_path)
    with served(door.app) as door.address:
        yield door
        door.close()


def test_a_stranger_is_led_to_the_form_and_after_it_where_they_wanted_to_go(door: Door) -> None:
    visitor = door.visitor()
    led = visitor.get("/page?q=a%20b&n=1")
    assert (led.status_code, led.headers["location"]) == (303, "/login?next=%2Fpage%3Fq%3Da%2520b%26n%3D1")
    form = visitor.get(led.headers["location"])
    assert form.status_code == 200
    (then,) = re.findall(r'name="next" value="([^"]*)"', form.text)
    done = sign_in(visitor, "anna", PASSWORD, html.unescape(then))
    assert (done.status_code, done.headers["location"]) == (303, "/page?q=a%20b&n=1")
    assert visitor.get(done.headers["location"]).text == "<p>anna</p>"


@pytest.mark.parametrize(
    ("method", "path", "accept"),
    [
        ("GET", "/api", "application/json"),
        ("GET", "/assets/index.js", "*/*"),
        ("POST", "/gradio_api/queue/join", "text/html"),
        ("POST", "/gradio_api/upload", "*/*"),
        ("PUT", "/", "*/*"),
        ("DELETE", "/", "*/*"),
        ("GET", "//login", "*/*"),
        ("GET", "/login/../api", "*/*"),
        ("GET", "/%6cogin%2f..%2fapi", "*/*"),
        ("POST", "/login/", "*/*"),
    ],
)
def test_nothing_else_is_answered_to_a_stranger(method: str, path: str, accept: str, door: Door) -> None:
    answer = door.visitor().request(method, f"{door.address}{path}", headers={"accept": accept})
    assert (answer.status_code, answer.text) == (401, "Not signed in: open /login in a browser.\n")


def test_the_form_is_a_page_of_its_own_for_eyes_ears_and_keys(door: Door) -> None:
    form = door.visitor().get("/login")
    assert re.search(r"(?:src|href|url)\s*[=(]\s*[\"']?(?!data:)[a-z/]", form.text) is None
    assert "<script" not in form.text
    assert form.text.startswith('<!doctype html>\n<html lang="en">')
    labelled = set(re.findall(r'<label for="(\w+)"', form.text))
    assert labelled == {"name", "password"} == set(re.findall(r'<input id="(\w+)"', form.text))
    assert 'autocomplete="current-password"' in form.text
    assert "prefers-color-scheme: dark" in form.text
    assert "default-src 'none'" in form.headers["content-security-policy"]
    assert form.headers["cache-control"] == "no-store"


def test_each_is_known_by_their_own_name(door: Door) -> None:
    anna, ben = door.visitor(), door.visitor()
    sign_in(anna, "anna", PASSWORD)
    sign_in(ben, "ben", "seven dry harbours")
    assert [whose(anna), whose(ben), whose(door.visitor())] == ["anna", "ben", 401]
    assert anna.get("/login?next=/page").headers["location"] == "/page"


def test_a_name_may_be_typed_as_phones_write_it(door: Door) -> None:
    visitor = door.visitor()
    sign_in(visitor, " Anna ", PASSWORD)
    assert whose(visitor) == "anna"


def test_no_header_of_the_request_says_who_one_is(door: Door) -> None:
    forged = {"x-user": "anna", "authorization": "Basic YW5uYTp4", "cookie": "user=anna; access-token=anna"}
    assert door.visitor().get("/api", headers={**forged, "accept": "*/*"}).status_code == 401


def cookie(answer: httpx.Response) -> tuple[str, str, set[str]]:
    """Name, value and flags of the cookie that is set."""
    first, *flags = answer.headers["set-cookie"].split("; ")
    name, _, value = first.partition("=")
    return name, value, set(flags)


def test_the_cookie_is_for_this_server_alone_and_for_no_script(door: Door) -> None:
    name, token, flags = cookie(sign_in(door.visitor(), "anna", PASSWORD))
    assert name == f"qa-session-{urlsplit(door.address).port}"
    assert re.fullmatch(r"[\w-]{43}", token)
    assert flags == {"HttpOnly", "SameSite=Lax", "Path=/", f"Max-Age={LASTS:.0f}"}


def test_behind_https_the_cookie_goes_over_nothing_else(door: Door) -> None:
    visitor = door.visitor()
    visitor.headers["x-forwarded-proto"] = "https"
    visitor.headers["x-forwarded-for"] = "192.0.2.7"
    assert "Secure" in cookie(sign_in(visitor, "anna", PASSWORD))[2]


def test_a_token_that_one_came_with_is_never_taken_over(door: Door) -> None:
    ben = door.member("ben")
    name, theirs = next(iter(ben.cookies.items()))
    victim = door.visitor()
    victim.cookies.set(name, theirs)
    token = cookie(sign_in(victim, "anna", PASSWORD))[1]
    assert token != theirs
    assert whose(ben) == 401  # the session that one came with has ended


def test_logout_ends_the_session_and_not_the_cookie_alone(door: Door) -> None:
    anna, elsewhere = door.member(), door.member()
    kept = dict(anna.cookies)
    assert anna.get("/logout").status_code == 405  # an image in some page must not sign one out
    assert whose(anna) == "anna"
    out = anna.post("/logout", headers={"origin": door.address})
    assert (out.status_code, out.headers["location"]) == (303, "/login")
    assert "Max-Age=0" in cookie(out)[2]
    thief = door.visitor()
    thief.cookies.update(kept)
    assert [whose(anna), whose(thief), whose(elsewhere)] == [401, 401, "anna"]


def test_use_renews_a_session_and_two_weeks_without_end_it(door: Door) -> None:
    anna = door.member()
    assert "set-cookie" not in anna.get("/page").headers
    door.today.now += RENEWED + 1
    renewed = anna.get("/page")
    assert cookie(renewed)[1] == next(iter(anna.cookies.values()))
    assert "set-cookie" not in anna.get("/page").headers
    door.today.now += LASTS + 1
    assert anna.get("/page").headers["location"] == "/login?next=%2Fpage"


def test_removing_a_user_or_their_password_ends_their_sessions_at_once(door: Door) -> None:
    anna, ben = door.member(), door.member("ben")
    Users(door.users.path).remove("ben")
    assert [whose(anna), whose(ben)] == ["anna", 401]
    Users(door.users.path).add("anna", "eight wet harbours")
    assert whose(anna) == 401
    assert sign_in(anna, "anna", PASSWORD).status_code == 401
    assert sign_in(anna, "anna", "eight wet harbours").status_code == 303
    assert whose(anna) == "anna"


def test_an_unknown_name_and_a_wrong_password_are_told_alike(door: Door) -> None:
    def shown(name: str) -> tuple[int, str, list[str]]:
        answer = sign_in(door.visitor(), name, "a wrong password")
        headers = sorted(answer.headers.keys())
        return answer.status_code, answer.text.replace(f'value="{name}"', ""), headers

    assert shown("anna") == shown("nobody")
    status, page, headers = shown("anna")
    assert (status, "set-cookie" in headers) == (401, False)
    assert f'<p id="fault" role="alert">{WRONG}</p>' in page
    assert "a wrong password" not in page


def test_failed_attempts_must_wait_whatever_the_name(door: Door) -> None:
    for name in ("anna", "nobody"):
        statuses = [sign_in(door.visitor(), name, "wrong password").status_code for _ in range(4)]
        assert statuses == [401, 401, 401, 429]
    waiting = sign_in(door.visitor(), "anna", PASSWORD)
    assert waiting.status_code == 429
    assert waiting.headers["retry-after"] == "1"
    assert "Too many failed attempts: try again in 1 second." in waiting.text
    door.ticks.now += 1
    assert sign_in(door.visitor(), "anna", PASSWORD).status_code == 303


def test_many_at_once_get_no_more_tries_than_one(door: Door) -> None:
    async def all_at_once() -> list[int]:
        async with httpx.AsyncClient(base_url=door.address, timeout=60) as client:
            form = {"name": "anna", "password": "wrong password"}
            answers = await asyncio.gather(*(client.post("/login", data=form) for _ in range(16)))
            return sorted(answer.status_code for answer in answers)

    assert asyncio.run(all_at_once()) == [401] * 3 + [429] * 13


@pytest.mark.parametrize("path", ["/login", "/logout", "/api"])
def test_a_foreign_page_can_send_nothing(path: str, door: Door) -> None:
    anna = door.member()
    for origin in ("http://evil.example", "http://127.0.0.1:1", "null"):
        answer = anna.post(path, data={"name": "anna", "password": PASSWORD}, headers={"origin": origin})
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        assert answer.text.count("\n") == 1
    assert whose(anna) == "anna"


@pytest.mark.parametrize(
    "then",
    [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/a\r\nset-cookie: b=c",
        " /a",
        "",
    ],
)
def test_no_next_leads_away(then: str, door: Door) -> None:
    assert own_path(then) == "/"
    form = door.visitor().get("/login", params={"next": then})
    assert '<input type="hidden" name="next" value="/">' in form.text
    assert door.member().get("/login", params={"next": then}).headers["location"] == "/"


def test_a_next_in_the_form_leads_away_no_more_than_one_in_the_address(door: Door) -> None:
    done = sign_in(door.visitor(), "anna", PASSWORD, "//evil.example\r\nset-cookie: b=c")
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert "b=c" not in done.headers["set-cookie"]


@pytest.mark.parametrize("then", ["/", "/page", "/page?a=1&b=%22", "/a//b", "/?next=//evil.example"])
def test_own_paths_are_kept(then: str) -> None:
    assert own_path(then) == then


def test_what_was_typed_comes_to_no_life(door: Door) -> None:
    markup = '"><script>alert(1)</script>'
    page = sign_in(door.visitor(), markup, "x", f"/{markup}").text
    assert "<script" not in page
    assert html.escape(markup) in page


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff=\xff", b"name=anna", b"&".join(b"a=1" for _ in range(50)), b"name=" + b"x" * 10_000],
)
def test_a_form_that_is_none_signs_nobody_in(body: bytes, door: Door) -> None:
    answer = door.visitor().post("/login", content=body)
    assert answer.status_code in (400, 401)
    assert "set-cookie" not in answer.headers


def test_pages_do_not_stay_in_the_browser_for_the_next_who_uses_it(door: Door) -> None:
    anna = door.member()
    assert anna.get("/page").headers["cache-control"] == "no-store"
    assert "cache-control" not in anna.get("/api").headers


def test_a_websocket_is_guarded_too(door: Door) -> None:
    url = f"{door.address.replace('http', 'ws')}/ws"
    name, token = next(iter(door.member().cookies.items()))
    signed_in = {"cookie": f"{name}={token}"}
    with websockets.sync.client.connect(url, additional_headers=signed_in) as socket:
        assert socket.recv() == "anna"
    for headers in ({}, {"cookie": f"{name}=x"}, {**signed_in, "origin": "http://evil.example"}):
        with pytest.raises(websockets.exceptions.InvalidStatus, match="403"):
            websockets.sync.client.connect(url, additional_headers=headers)


def test_a_damaged_user_file_lets_nobody_in_and_tells_strangers_no_path(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    anna = door.member()
    door.users.path.write_text("anna:in clear\n")
    with caplog.at_level(logging.ERROR):
        answer = anna.get("/page")
    assert (answer.status_code, answer.text) == (
        500,
        "Signing in does not work: the server's own messages say why.\n",
    )
    assert "users:1: is not NAME:scrypt:SALT:HASH" in caplog.text
    assert sign_in(door.visitor(), "anna", "in clear").status_code == 500


def test_the_lifespan_passes_the_door() -> None:
    seen: list[str] = []

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        seen.append(scope["type"])

    async def nothing() -> dict[str, str]:
        return {}

    async def ignore(_: object) -> None: ...

    asyncio.run(guard(app)({"type": "lifespan"}, nothing, ignore))  # type: ignore[arg-type]
    assert seen == ["lifespan"]


class TestWithoutLogin:
    @pytest.fixture
    def address(self) -> Iterator[str]:
        with served(guard(application())) as address:
            yield address

    def test_everybody_is_local(self, address: str) -> None:
        answer = httpx.get(f"{address}/api")
        assert (answer.json(), "set-cookie" in answer.headers) == (LOCAL, False)
        with websockets.sync.client.connect(f"{address.replace('http', 'ws')}/ws") as socket:
            assert socket.recv() == LOCAL

    def test_a_rebound_name_is_refused_in_one_line(self, address: str) -> None:
        for host in ("evil.example", "evil.example:7860", f"127.0.0.1.evil.example:{urlsplit(address).port}"):
            answer = httpx.get(f"{address}/api", headers={"host": host})
            assert answer.status_code == 400
            assert answer.text.startswith(f"Without login this server has no name '{host}': open http://127")
            assert answer.text.count("\n") == 1
        url = f"{address.replace('http', 'ws')}/ws"
        with pytest.raises(websockets.exceptions.InvalidStatus, match="403"):
            websockets.sync.client.connect(url, additional_headers={"origin": "http://evil.example"})

    def test_a_foreign_page_can_neither_send_nor_read(self, address: str) -> None:
        for method in ("GET", "POST"):
            answer = httpx.request(method, f"{address}/api", headers={"origin": "http://evil.example"})
            assert answer.status_code == 403
        assert httpx.post(f"{address}/api", headers={"origin": address}).json() == LOCAL


def test_gradio_takes_the_name_from_the_door(door: Door) -> None:
    def told(_: str, request: gr.Request) -> str:
        return str(request.username)

    async def built() -> fastapi.FastAPI:  # Gradio builds on the loop that runs
        with gr.Blocks(analytics_enabled=False) as blocks:
            box = gr.Textbox()
            gr.Button().click(told, box, box, api_name="told")
        app = fastapi.FastAPI()
        gr.mount_gradio_app(app, blocks, path="/", auth_dependency=person, ssr_mode=False)
        return app

    with served(guard(asyncio.run(built()), door.sessions)) as door.address:
        anna = door.member()
        assert anna.get("/").status_code == 200
        assert anna.get("/gradio_api/user").json() == "anna"
        assert door.visitor().get("/config", headers={"accept": "*/*"}).status_code == 401
        run = anna.post("/gradio_api/run/told", json={"data": [""]}, headers={"origin": door.address})
        assert run.json()["data"] == ["anna"]
