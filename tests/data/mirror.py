"""A local HTTP server with one well-behaved mirror of a folder and many that misbehave, each under its own path."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Mirror(ThreadingHTTPServer):
    """Serves `folder` under ``/<behaviour>/<name>``; `requests` lists (behaviour, name, range) in order."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.requests: list[tuple[str, str, str | None]] = []
        self.closing = threading.Event()

    def url(self, behaviour: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{behaviour}"

    def asked(self, behaviour: str) -> list[str | None]:
        return [span for name, _, span in self.requests if name == behaviour]

    def handle_error(self, request, client_address) -> None:
        """A client that hangs up is part of these tests."""


class Handler(BaseHTTPRequestHandler):
    server: Mirror

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        _, behaviour, name = self.path.split("/")
        span = self.headers.get("Range")
        self.server.requests.append((behaviour, name, span))
        content = (self.server.folder / name).read_bytes()
        start = int(span.removeprefix("bytes=").removesuffix("-")) if span else 0
        getattr(self, behaviour.replace("-", "_"))(content, start)

    def head(self, length: int | None, start: int = 0, total: int = 0, status: int = 0) -> None:
        self.send_response(status or (206 if start else 200))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def stay_silent(self) -> None:
        self.wfile.flush()
        self.server.closing.wait(30)

    def good(self, content: bytes, start: int) -> None:
        self.head(len(content) - start, start, len(content))
        self.wfile.write(content[start:])

    def ignores_range(self, content: bytes, start: int) -> None:
        self.good(content, 0)

    def another_range(self, content: bytes, start: int) -> None:
        self.send_response(206)
        self.send_header("Content-Range", f"bytes 1-{len(content) - 1}/{len(content)}")
        self.end_headers()
        self.wfile.write(content[1:])

    def never_answers(self, content: bytes, start: int) -> None:
        self.stay_silent()

    def stalls(self, content: bytes, start: int) -> None:
        self.head(len(content) - start, start, len(content))
        self.wfile.write(content[start : start + 100])
        self.stay_silent()

    def drips(self, content: bytes, start: int) -> None:
        self.head(len(content) - start, start, len(content))
        for i in range(start, len(content)):
            self.wfile.write(content[i : i + 1])
            self.wfile.flush()
            if self.server.closing.wait(0.05):
                return

    def cuts_off(self, content: bytes, start: int) -> None:
        """Sends a third at a time."""
        self.head(len(content) - start, start, len(content))
        self.wfile.write(content[start : start + len(content) // 3])

    def cuts_off_at_half(self, content: bytes, start: int) -> None:
        self.head(len(content) - start, start, len(content))
        self.wfile.write(content[start : len(content) // 2])

    def breaks_chunks(self, content: bytes, start: int) -> None:
        self.protocol_version = "HTTP/1.1"
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"64\r\n" + content[:100] + b"\r\nno number\r\n")

    def says_more(self, content: bytes, start: int) -> None:
        self.head(len(content) + 1000)
        self.wfile.write(content)

    def says_less(self, content: bytes, start: int) -> None:
        self.head(len(content) - 10)
        self.wfile.write(content)

    def says_nonsense(self, content: bytes, start: int) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "-5")
        self.end_headers()
        self.wfile.write(content)

    def endless(self, content: bytes, start: int) -> None:
        self.head(None)
        while not self.server.closing.is_set():
            self.wfile.write(bytes(1 << 16))

    def wrong_file(self, content: bytes, start: int) -> None:
        self.good(bytes(len(content)), start)

    def portal(self, content: bytes, start: int) -> None:
        """The page of a captive portal: 200, no length, short."""
        self.head(None)
        self.wfile.write(b"<html>Please log in</html>")

    def not_found(self, content: bytes, start: int) -> None:
        self.send_error(404)

    def broken(self, content: bytes, start: int) -> None:
        self.send_error(503)

    def not_http(self, content: bytes, start: int) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n")


@contextmanager
def serving(folder: Path) -> Iterator[Mirror]:
    with Mirror(folder) as mirror:
        thread = threading.Thread(target=mirror.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield mirror
        finally:
            mirror.closing.set()
            mirror.shutdown()
            thread.join()
