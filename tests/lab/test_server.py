"""The lab's server: who is let in, what a session answers, and that one that stalls holds up no other."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import struct
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from glassnet.ir.errors import GlassnetError
from glassnet.lab.key import COOKIE, Doorkeeper, signing_key
from glassnet.lab.server import listening
from tests.lab.conftest import get, lab


def home(address: str) -> str:
    return address.partition("?")[0]


@cache
def cookie(address: str) -> str:
    """The cookie that the token is traded for."""
    return str(get(address).cookies[COOKIE])


# ── who is let in ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_token_is_traded_for_a_cookie(address: str) -> None:
    answer = get(f"{home(address)}network?token={address.partition('=')[2]}&a=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/network?a=1"
    kept = answer.headers["set-cookie"].lower()
    assert "httponly" in kept
    assert "samesite=strict" in kept
    assert "secure" not in kept
    elsewhere = get(f"{home(address)}/%5Cevil.example?token={address.partition('=')[2]}").headers["location"]
    assert elsewhere == "/evil.example"
    page = get(f"{home(address)}network", cookies=dict(answer.cookies))
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<style" not in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize("path", ["", "network", "favicon.svg", "?token=guess", "?token=%ff", "nothing", "assets/x.js"])
def test_without_it_nobody_gets_anything(address: str, path: str) -> None:
    answer = get(home(address) + path)
    assert answer.status_code == 401
    assert "glassnet lab" in answer.text


@pytest.mark.parametrize("forged", ["", "1.2.3", "a.b.c.d", "..", "9999999999.00.ff", "é"])
def test_a_forged_cookie_is_none(address: str, forged: str) -> None:
    header = {"cookie": f"{COOKIE}={forged}".encode()}
    assert get(home(address), headers=header).status_code == 401


def test_another_name_is_another_sites(address: str) -> None:
    """DNS rebinding: a name of theirs that points here."""
    for host in ("evil.example", "evil.example:8765", "localhost.evil.example", "[::1", ""):
        answer = get(home(address), headers={"host": host}, cookies={COOKIE: cookie(address)})
        assert answer.status_code in (400, 421), host


def test_the_key_is_the_users_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSNET_STATE", str(tmp_path / "state"))
    key = signing_key()
    assert signing_key() == key
    path = tmp_path / "state" / "lab.key"
    assert Doorkeeper(signing_key()).knows(Doorkeeper(key).cookie())
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o644)
        with pytest.raises(GlassnetError, match="others may read it"):
            signing_key()


def test_a_taken_port_is_passed_over() -> None:
    with listening("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with listening("127.0.0.1", port) as second:
            assert port < second.getsockname()[1] < port + 50
    with pytest.raises(GlassnetError, match="cannot listen"):
        listening("no.such.host.invalid", 8765)


def test_below_a_base_path_behind_a_proxy(tmp_path: Path) -> None:
    """The proxy ends TLS and passes on what comes below /lab, with its own name as the host."""
    with lab(tmp_path, "--port", "0", "--base-path", "/lab", "--host", "127.0.0.2") as address:
        base = home(address)
        assert urlsplit(base).path == "/lab/"
        answer = get(address)
        assert "path=/lab" in answer.headers["set-cookie"].lower()
        kept = {COOKIE: answer.cookies[COOKIE]}
        assert get(f"{base}network", cookies=kept).status_code == 200
        assert get(base.removesuffix("/"), cookies=kept).headers["location"] == "/lab/"
        assert get(base.replace("/lab/", "/network"), cookies=kept).status_code == 404


# ── sessions ────────────────────────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def session(address: str, page: str = "network", origin: str | None = None) -> AsyncIterator[ClientConnection]:
    parts = urlsplit(address)
    url = f"ws://{parts.netloc}/session/{page}"
    headers = {"cookie": f"{COOKIE}={cookie(address)}"}
    origin = origin or f"http://{parts.netloc}"
    async with connect(url, origin=origin, additional_headers=headers, open_timeout=60) as socket:  # type: ignore[arg-type]
        yield socket


async def ask(socket: ClientConnection, message: Any) -> Any:
    await socket.send(message if isinstance(message, str | bytes) else json.dumps(message))
    while True:  # frames and news come in between
        answer = await asyncio.wait_for(socket.recv(), 20)
        if isinstance(answer, str) and not answer.startswith('{"event"'):
            return json.loads(answer)


def run(work: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: Playwright has an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, asyncio.wait_for(work, 60)).result()


def test_a_command_is_answered_with_its_id(address: str) -> None:
    async def work() -> None:
        async with session(address) as socket:
            answer = await ask(socket, {"id": 7, "op": "edit", "args": {"name": "u", "text": "1/3"}})
            assert answer["id"] == 7
            assert answer["result"]["fragment"] == "example=2-4-3-1&u=0.3333333333333333"
            packed = json.dumps({"id": 8, "op": "open"}).encode()
            assert (await ask(socket, struct.pack("<I", len(packed)) + packed + b"more"))["id"] == 8

    run(work())


@pytest.mark.parametrize(
    "message",
    ["", "{", "[]", "7", "null", "[" * 5000, b"", b"\xff\xff\xff\xff", b"\x02\0\0\0{}", '{"id": [], "op": []}', "{}",
     '{"id": 1, "op": "open", "args": 7}', '{"id": 1, "op": "__init__"}', '{"id": 1, "op": "tell", "args": {}}',
     '{"id": 1e999, "op": "open"}'],
)  # fmt: skip
def test_a_hostile_message_is_answered_in_words(address: str, message: str | bytes) -> None:
    async def work() -> None:
        async with session(address) as socket:
            assert (await ask(socket, message))["error"]
            assert (await ask(socket, {"id": 2, "op": "open"}))["result"]

    run(work())


def test_other_sites_may_not_open_a_session(address: str) -> None:
    async def work() -> None:
        for origin in ("http://evil.example", "null", "https://" + urlsplit(address).netloc):
            with pytest.raises(InvalidStatus, match="403"):
                async with session(address, origin=origin):
                    pass

    run(work())


def test_a_message_that_is_too_large_ends_its_session_only(address: str) -> None:
    async def work() -> None:
        async with session(address) as other:
            async with session(address) as socket:
                with pytest.raises(ConnectionClosed):
                    await ask(socket, '"' + "x" * (5 * 2**20) + '"')
            assert (await ask(other, {"id": 1, "op": "open"}))["result"]

    run(work())


def test_who_does_not_listen_holds_up_nobody(address: str) -> None:
    async def work() -> None:
        async with session(address) as stalled, session(address) as other:
            for i in range(200):
                await stalled.send(json.dumps({"id": i, "op": "open"}))  # and never reads an answer
            for i in range(20):
                assert (await ask(other, {"id": i, "op": "open"}))["id"] == i
            stalled.transport.abort()

    run(work())


def test_there_is_a_limit_on_sessions(tmp_path: Path) -> None:
    async def work(address: str) -> None:
        async with session(address) as first, session(address) as second:
            with pytest.raises(ConnectionClosed) as refused:
                await ask(second, {"id": 1, "op": "open"})
            assert refused.value.rcvd is not None
            assert (refused.value.rcvd.code, refused.value.rcvd.reason) == (4429, "the lab has 1 page open already")
            assert (await ask(first, {"id": 1, "op": "open"}))["result"]
        async with session(address) as third:
            assert (await ask(third, {"id": 1, "op": "open"}))["result"]

    with lab(tmp_path, "--port", "0", "--sessions", "1") as address:
        run(work(address))
