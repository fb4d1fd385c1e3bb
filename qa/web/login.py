"""The door: no request reaches the application before it is known whose it is.

Knows requests, cookies, tokens and paths; nothing of what the application does with a request, nor how
passwords and sessions are kept. With login off everybody is LOCAL, and only pages of this machine's own are
answered.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index import IndexFault
from qa.errors import QAError
from qa.web.address import refusal
from qa.web.attempts import Attempts
from qa.web.errors import TooManyAttempts
from qa.web.login_page import POLICY, login_page
from qa.web.sessions import LASTS, Sessions
from qa.web.tokens import Scope as Allowed
from qa.web.tokens import Tokens
from qa.web.told import METRICS, PROGRAMS, Told
from qa.web.users import LOCAL

OPEN = ("/healthz", "/readyz")
COOKIE = "qa-session"
FORM = 8_192  # bytes of a filled form, at most
AT_ONCE = 2  # passwords looked at: each takes 0.3 s of a core and 16 MB
WRONG = "This name and password do not belong together. Check both, and try again."

_OWN_PATH = re.compile(
    r"/(?![/\\])[!-\[\]-~]*"
)  # of ASCII without space and backslash; //evil.example is no path
_log = logging.getLogger(__name__)


def person(connection: HTTPConnection) -> str | None:
    """Whose request it is; None where the door has not seen it. Fits Gradio's `auth_dependency`."""
    user = connection.scope.get("state", {}).get("user")
    return user if isinstance(user, str) else None


def may_write(connection: HTTPConnection) -> bool:
    """Whether the request may change documents: any of a person's own, and those of a token that may."""
    state: Mapping[str, object] = connection.scope.get("state", {})
    return state.get("scope") != "read"


def guard(
    app: ASGIApp,
    sessions: Sessions | None = None,
    attempts: Attempts | None = None,
    tokens: Tokens | None = None,
) -> ASGIApp:
    """The application behind the door. sessions: None for no login, safe on a loopback address alone.
    tokens: that programs show below /v1 and at /metrics; None where there are none.

    The door itself answers /login and /logout: GET shows the form, POST signs in and out. Whether the server
    is alive and ready it has told to everybody.
    """
    door = None if sessions is None else _Door(sessions, attempts or Attempts(), tokens)

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
            return
        refused = refusal(Headers(scope=scope), scope.get("method", ""), loopback_only=door is None)
        if refused is not None:
            verdict: _Admitted | Response = _refused(scope, refused.status, "refused", refused.words)
        elif door is None:
            verdict = _Admitted(LOCAL, None)
        elif scope["type"] == "http" and scope["path"] in OPEN:
            verdict = _Admitted(None, None)
        else:
            verdict = await door.judge(scope, receive)
        if isinstance(verdict, _Admitted):
            scope["state"] = {**scope.get("state", {}), "user": verdict.user, "scope": verdict.scope}
            await app(scope, receive, send if door is None else _private(send, verdict.cookie))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # its browser is told 403
        else:
            await verdict(scope, receive, send)

    return guarded


def own_path(path: str) -> str:
    """The path, if it leads to a page of this server and of no other; else the first page's."""
    return path if _OWN_PATH.fullmatch(path) else "/"


class _Admitted(NamedTuple):
    """user: None where it does not matter. cookie: to be set again, or None."""

    user: str | None
    cookie: str | None
    scope: Allowed = "write"


class _Door:
    def __init__(self, sessions: Sessions, attempts: Attempts, tokens: Tokens | None) -> None:
        self._sessions = sessions
        self._attempts = attempts
        self._tokens = tokens
        self._looking = asyncio.Semaphore(AT_ONCE)

    async def judge(self, scope: Scope, receive: Receive) -> _Admitted | Response:
        try:
            if is_programs(scope) and "authorization" in Headers(scope=scope):
                return self._by_token(scope)
            token = HTTPConnection(scope).cookies.get(_cookie_name(scope), "")
            session = self._sessions.find(token) if token else None
            if scope["type"] == "http":
                request = Request(scope, receive)
                match scope["path"], request.method:
                    case "/login", "POST":
                        return await self._sign_in(request, token)
                    case "/login", "GET" | "HEAD":
                        then = own_path(request.query_params.get("next", "/"))
                        return _go(then) if session else _page(then)
                    case "/logout", "POST":
                        self._sessions.end(token)
                        return _go("/login", _cookie(scope, "", 0))
                    case "/login" | "/logout", _:
                        return _words("Sign in and out with POST", 405)
                if session is None:
                    return _stranger(request)
            if session is None:
                return _words("Not signed in", 401)
        except (IndexFault, QAError) as fault:  # strangers are told no paths
            _log.error("signing in does not work: %s", fault)
            words = "Signing in does not work: the server's own messages say why"
            return _refused(scope, 500, "server_error", words)
        return _Admitted(session.user, _cookie(scope, token, LASTS) if session.renewed else None)

    def _by_token(self, scope: Scope) -> _Admitted | Response:
        kind, _, token = Headers(scope=scope)["authorization"].partition(" ")
        access = self._tokens.find(token.strip()) if self._tokens and kind.lower() == "bearer" else None
        if access is None:
            return _unknown("This token is not known, or has ended: qa token add NAME gives another")
        return _Admitted(access.user, None, access.scope)

    async def _sign_in(self, request: Request, earlier: str) -> Response:
        """earlier: the token that the browser had. It ends, and is never taken over."""
        form = await _form(request)
        if form is None:
            return _words("This is no filled form of /login", 400)
        then, name, password = own_path(form.get("next", "/")), form.get("name", ""), form.get("password", "")
        address = request.client.host if request.client else ""
        user = name.strip().lower()  # as phones write it with a capital
        try:
            self._attempts.begin(user, address)
        except TooManyAttempts as error:
            return _page(then, name, f"{str(error).capitalize()}.", 429, {"retry-after": str(error.seconds)})
        async with self._looking:
            token = await asyncio.to_thread(self._begin, user, password)
        if token is None:
            return _page(then, name, WRONG, 401)
        self._attempts.succeed(user, address)
        if earlier:
            self._sessions.end(earlier)
        return _go(then, _cookie(request.scope, token, LASTS))

    def _begin(self, user: str, password: str) -> str | None:
        users = self._sessions.users
        return self._sessions.begin(user) if users.fits(user, password) else None


def is_programs(scope: Scope) -> bool:
    """Whether the path is one where programs ask, which read errors as JSON."""
    path = str(scope["path"])
    return scope["type"] == "http" and (path.startswith(PROGRAMS) or path == METRICS)


def _stranger(request: Request) -> Response:
    if is_programs(request.scope):
        return _unknown("Send a token as Authorization: Bearer TOKEN: qa token add NAME gives one")
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        query = request.scope["query_string"].decode("latin-1")
        then = own_path(f"{quote(request.scope['path'])}{'?' if query else ''}{query}")
        return _go("/login" if then == "/" else f"/login?next={quote(then, safe='')}")
    return _words("Not signed in: open /login in a browser", 401)


async def _form(request: Request) -> dict[str, str] | None:
    """The fields, the first of each name; None for what is too long or no form."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > FORM:
            return None
    try:
        fields = parse_qs(body.decode("utf-8"), max_num_fields=10)
    except ValueError:
        return None
    return {field: values[0] for field, values in fields.items()}


def _cookie_name(scope: Scope) -> str:
    """Browsers send cookies to every port of a host: two servers there must not sign each other out."""
    server = scope.get("server")
    return f"{COOKIE}-{server[1]}" if server and server[1] else COOKIE


def _cookie(scope: Scope, token: str, lasts: float) -> str:
    secure = "; Secure" if scope["scheme"] in ("https", "wss") else ""
    return f"{_cookie_name(scope)}={token}; Max-Age={lasts:.0f}; Path=/; HttpOnly; SameSite=Lax{secure}"


def _private(send: Send, cookie: str | None) -> Send:
    """Sets the cookie, and has no page stay in the browser for whoever uses it next."""

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-type", "").startswith("text/html"):
                headers["cache-control"] = "no-store"
            if cookie is not None:
                headers.append("set-cookie", cookie)
        await send(message)

    return marked


def _page(
    then: str, name: str = "", fault: str = "", status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    rules = {"cache-control": "no-store", "content-security-policy": POLICY, "referrer-policy": "same-origin"}
    return HTMLResponse(login_page(then, name, fault), status, {**rules, **(headers or {})})


def _go(path: str, cookie: str | None = None) -> Response:
    response = RedirectResponse(path, 303, {"cache-control": "no-store"})
    if cookie is not None:
        response.headers["set-cookie"] = cookie
    return response


def _unknown(words: str) -> Response:
    response = JSONResponse(Told(401, "unknown_token", words).body, 401, {"cache-control": "no-store"})
    response.headers["www-authenticate"] = "Bearer"
    return response


def _refused(scope: Scope, status: int, kind: str, words: str) -> Response:
    if is_programs(scope):
        return JSONResponse(Told(status, kind, words).body, status, {"cache-control": "no-store"})
    return _words(words, status)


def _words(words: str, status: int) -> Response:
    return PlainTextResponse(f"{words}.\n", status, {"cache-control": "no-store"})
