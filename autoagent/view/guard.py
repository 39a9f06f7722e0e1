"""Who may look: whoever was shown the address in the terminal, from this machine, in no other page.

Any page in the browser can send requests to a port of this machine, and a name of a stranger's can
be made to lead here (DNS rebinding). So a request needs the right name of the host, and a cookie
that only this server's own pages send (SameSite=Strict); one that changes something needs
the right origin as well. The token in the address is good for one exchange.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ENTRANCE = "/enter"
SAFE = ("GET", "HEAD")
CONTENT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # without any, browsers name no origin with a form
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
CLOSED = (
    "This page is for whoever started it. Open the address that `autoagent view` printed; it is "
    "good for one browser. Start it again for another address.\n"
)


class Guard:
    """Lets requests through to an application, or not.

    Args:
        app: The application.
        port: Where it is served.
        token: What the address holds.
    """

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        self._app = app
        self._hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        self._cookie = f"autoagent_view_{port}"  # cookies do not tell ports apart
        self._token: str | None = token
        self._session = secrets.token_urlsafe(32)
        self._entering = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have the application do it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return  # there is no other kind of conversation here
        answer = self._refusal(scope) or self._entrance(scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await (answer or self._app)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if host not in self._hosts:
            return PlainTextResponse("This host is not served here.\n", 421)
        if scope["method"] not in SAFE and headers.get("origin") != f"http://{host}":
            return PlainTextResponse("Changes are made from this server's own pages.\n", 403)
        if scope["path"] != ENTRANCE and not self._knows(headers):
            return PlainTextResponse(CLOSED, 403)
        return None

    def _knows(self, headers: Headers) -> bool:
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return False
        given = cookies.get(self._cookie)
        return given is not None and _same(given.value, self._session)

    def _entrance(self, scope: Scope) -> Response | None:
        """Exchange the token for the cookie, once."""
        if scope["path"] != ENTRANCE:
            return None
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        to = asked.get("to", ["/"])[0]
        # No other host: of a path, a browser takes what begins with two slashes for one.
        inward = to.startswith("/") and not to.startswith(("//", "/\\"))
        answer = RedirectResponse(to if inward else "/", 303)
        if self._knows(Headers(scope=scope)):
            return answer
        with self._entering:
            if self._token is None or not _same(asked.get("token", [""])[0], self._token):
                return PlainTextResponse(CLOSED, 403)
            self._token = None
        answer.set_cookie(self._cookie, self._session, httponly=True, samesite="strict", path="/")
        return answer


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), known.encode())
