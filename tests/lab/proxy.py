"""A small reverse proxy that ends TLS, as nginx and Caddy do before a lab for a class: a process of its own."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PIECE = 65_536
CERTIFICATE = (
    "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
    "-subj", "/CN=lab.localhost", "-keyout", "key.pem", "-out", "certificate.pem",
)  # fmt: skip


@contextmanager
def proxied(port: int, folder: Path) -> Iterator[int]:
    """The port of a proxy that passes on to that one whatever arrives, without its encryption."""
    subprocess.run(CERTIFICATE, cwd=folder, check=True, capture_output=True)
    command = [sys.executable, __file__, str(port)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield int(child.stdout.readline())
        finally:
            child.kill()


async def serve(port: int) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            behind = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(pass_on(reader, behind[1]), pass_on(behind[0], writer))
        writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("certificate.pem", "key.pem")
    async with await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(PIECE):
        writer.write(piece)
        await writer.drain()
    writer.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
