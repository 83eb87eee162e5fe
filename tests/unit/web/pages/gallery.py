"""Pages over HTTP on loopback, under the real policy: what they share is fetched once, as by a visitor's browser."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

from tests.unit.web.pages.browsing import NO_CONTENT, TYPES
from watchword.web.headers import content_security_policy
from watchword.web.pages.static_files import STATIC


class Gallery(ThreadingHTTPServer):
    """What hangs at each path; what else is asked for is answered with nothing."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Guide)
        self.pages: dict[str, str] = {}
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.05,)).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.server_close()

    def hang(self, html: str) -> str:
        """Its address."""
        path = f"/page/{len(self.pages)}"
        self.pages[path] = html
        return self.url + path


class _Guide(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gallery

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            self._answer(file.read_bytes(), {"content-type": TYPES[file.suffix], "cache-control": "max-age=3600"})
        elif path in self.server.pages:
            policy = {"content-security-policy": content_security_policy(), "content-type": "text/html; charset=utf-8"}
            self._answer(self.server.pages[path].encode(), policy)
        else:
            self.send_response(NO_CONTENT)
            self.end_headers()

    def _answer(self, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test says what went wrong by itself."""
