"""The lab's server: the built front end, and a session for each tab. ``serve`` runs it until Ctrl-C."""

from __future__ import annotations

import os
import socket
import sys
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.lab.cores import limit_cores
from glassnet.lab.guard import Guard
from glassnet.lab.key import Doorkeeper, signing_key
from glassnet.lab.page import Lab
from glassnet.lab.pages import PAGES
from glassnet.lab.session import LARGEST_MESSAGE, Session
from glassnet.words import counted

STATIC = Path(__file__).parent / "static"
PORTS = 50
"""How many ports are tried, from the one that was asked for on."""
TOO_MANY = 4429
"""The code by which a socket closes that is one too many; the page then says so, and does not try again at once."""


@dataclass(frozen=True)
class Settings:
    """How the lab is served.

    Attributes:
        host, port: where it listens; where the port is taken, the next free one.
        base_path: what stands before each path, such as /lab behind a proxy.
        public_url: the address that a proxy gives it, such as https://lab.example.org.
        sessions: how many tabs may be open at once.
        cores: how many cores one computation may take, such as a product of matrices or a training.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    base_path: str = ""
    public_url: str = ""
    sessions: int = 200
    cores: int = 1


def application(lab: Lab, settings: Settings, keeper: Doorkeeper) -> ASGIApp:
    """The lab as an ASGI application."""
    require(
        (STATIC / "index.html").is_file(),
        f"the lab's pages are not built: there is no {STATIC / 'index.html'}; run `make web`, or install Glassnet anew",
    )
    routes: list[BaseRoute] = [
        WebSocketRoute("/session/{page}", _sessions(lab, settings.sessions)),
        *(Route(f"/{path}", _index) for path in ("", *PAGES)),
        Mount("/", StaticFiles(directory=STATIC)),
    ]
    base = settings.base_path
    if base:
        routes = [Route(base, lambda _: RedirectResponse(f"{base}/")), Mount(base, routes=routes)]
    return Guard(Starlette(routes=routes), keeper, settings.public_url, base)


async def _index(_: Request) -> Response:
    return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})


def _sessions(lab: Lab, most: int) -> Callable[[WebSocket], object]:
    """The endpoint that gives each tab its session, as long as there are not too many."""
    count = 0

    async def session(websocket: WebSocket) -> None:
        nonlocal count
        await websocket.accept()
        page = PAGES.get(websocket.path_params["page"])
        if page is None or count >= most:
            await websocket.close(TOO_MANY if page else 4404, f"the lab has {counted(most, 'page')} open already")
            return
        count += 1
        try:
            await Session(websocket, page, lab).run()
        finally:
            count -= 1

    return session


class Server:
    """A lab that is being served, at an address with its token.

    Raises:
        GlassnetError: it cannot listen there.
    """

    def __init__(self, lab: Lab, settings: Settings) -> None:
        keeper = Doorkeeper(signing_key())
        app = application(lab, settings, keeper)
        self._listener = listening(settings.host, settings.port)
        self._home = f"{_origin(settings, self._listener)}{settings.base_path}/"
        self._token = keeper.token
        config = uvicorn.Config(
            app, log_level="warning", lifespan="off", proxy_headers=False, server_header=False, date_header=False,
            ws="websockets-sansio", ws_max_size=LARGEST_MESSAGE, ws_per_message_deflate=False,
            timeout_graceful_shutdown=1, h11_max_incomplete_event_size=32_768,
        )  # fmt: skip
        self._server = uvicorn.Server(config)

    def address(self, page: str = "") -> str:
        """Where a page is, for a browser that has not been here."""
        return f"{self._home}{page}?token={self._token}"

    def run(self) -> None:
        """Serve until ``stop``; in the main thread, until Ctrl-C."""
        with self._listener:
            self._server.run([self._listener])

    def stop(self) -> None:
        """Close all pages."""
        self._server.should_exit = True


def serve(lab: Lab, settings: Settings, browser: bool, page: str = "") -> None:
    """Print the lab's address with its token, open it in a browser if one is wanted, and serve until Ctrl-C.

    Raises:
        GlassnetError: it cannot listen there.
    """
    server = Server(lab, settings)
    address = server.address(page)
    print(address, flush=True)
    print("The lab is open at this address, which nobody else should see. Ctrl-C closes it.", file=sys.stderr)
    if browser:
        webbrowser.open(address)
    sys.setswitchinterval(0.001)  # beside a training in a thread, the event loop has its turn soon
    limit_cores(settings.cores)
    with suppress(KeyboardInterrupt):
        server.run()


def is_watched() -> bool:
    """Whether someone sits before a terminal, and can press Ctrl-C there."""
    return sys.stdin.isatty() and sys.stdout.isatty() and not os.environ.get("CI")


def has_screen() -> bool:
    """Whether there is someone before a browser: not on a Linux machine without a display."""
    is_seen = sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return is_seen and is_watched()


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens at the first free port from that one on; port 0 is any."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for tried in range(port, min(port + PORTS, 65_536)) if port else (0,):
        listener = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, tried))
            listener.listen(128)
        except (OSError, OverflowError) as error:
            listener.close()
            if isinstance(error, OSError) and error.errno in _TAKEN:
                continue
            raise GlassnetError(f"the lab cannot listen at {host}, port {tried}: {error}") from None
        return listener
    raise GlassnetError(f"no port from {port} to {port + PORTS - 1} is free; name another with --port")


_TAKEN = {98, 48, 10048, 10013}  # EADDRINUSE of Linux, macOS and Windows; Windows also says that access is denied


def _origin(settings: Settings, listener: socket.socket) -> str:
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
