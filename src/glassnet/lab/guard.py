"""What every request passes first: is it for us, from us, and from someone who has the address with the token?"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from glassnet.lab.key import COOKIE, LASTS, Doorkeeper

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
UNKNOWN = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Glassnet lab</title>{again}
<h1>This lab does not know your browser yet</h1>
<p>Open the address that <code>glassnet lab</code> has printed, with its token.</p></html>"""
AGAIN = '<meta http-equiv="refresh" content="0">'
"""After a link from another site the browser keeps a SameSite=Strict cookie back; it sends it when we reload."""


@dataclass(frozen=True)
class Guard:
    """Wraps an application.

    Attributes:
        keeper: who knows the token and the cookies.
        public_url: the address by which a proxy makes the lab known, if one does.
        base_path: what stands before each path, such as /lab.
    """

    app: ASGIApp
    keeper: Doorkeeper
    public_url: str = ""
    base_path: str = ""
    names: frozenset[str] = field(default_factory=lambda: frozenset({"localhost", socket.gethostname().lower()}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope, Headers(scope=scope))
        if refusal is None:
            await self.app(scope, receive, send if scope["type"] == "websocket" else _with_headers(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4403})  # before it was accepted: the handshake gets a 403
        else:
            await refusal(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """The answer to a request that goes no further."""
        if not self._is_ours(headers.get("host", "")):
            return PlainTextResponse("This is not the address of this lab.", 421)
        if scope["type"] == "websocket" and headers.get("origin", "") not in self._origins(headers):
            return PlainTextResponse("Other sites may not talk to this lab.", 403)
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        if "token" in query and scope["type"] == "http" and self.keeper.admits(query.pop("token")):
            return self._welcome(scope["path"], query)
        if self.keeper.knows(_cookie(headers)):
            return None
        again = AGAIN if headers.get("sec-fetch-site") == "cross-site" else ""
        return HTMLResponse(UNKNOWN.format(again=again), 401)

    def _is_ours(self, host: str) -> bool:
        """Whether the request was sent to us by name: another name would be another site's, made to point here."""
        try:
            name = (urlsplit(f"//{host}").hostname or "").lower()
        except ValueError:
            return False
        if name in self.names or (self.public_url and name == urlsplit(self.public_url).hostname):
            return True
        try:
            return bool(ip_address(name))
        except ValueError:
            return False

    def _origins(self, headers: Headers) -> set[str]:
        """The pages that may open a socket: ours."""
        public = urlsplit(self.public_url)
        return {
            f"http://{headers.get('host', '')}",
            *([f"{public.scheme}://{public.netloc}"] if self.public_url else []),
        }

    def _welcome(self, path: str, query: dict[str, str]) -> Response:
        """To the same address without the token, with a cookie."""
        target = "/" + quote(path.lstrip("/\\"))  # never //elsewhere, which would be another site
        response = RedirectResponse(target + (f"?{urlencode(query)}" if query else ""), 303)
        is_secure = self.public_url.startswith("https:")
        response.set_cookie(
            COOKIE, self.keeper.cookie(), LASTS, path=self.base_path or "/", secure=is_secure, httponly=True,
            samesite="strict",
        )  # fmt: skip
        return response


def _cookie(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [
                *message.get("headers", []),
                *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
            ]
        await send(message)

    return sending
