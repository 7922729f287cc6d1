"""Web servers of a test's own, over TLS or not, on an address of the loopback network."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """What a server answers, and what it was asked: the name it was called, and the path."""

    port: int
    answer: Answer
    asked: list[tuple[str, str]] = field(default_factory=list)


def shows(text: str, status: int = 200, **headers: str) -> Answer:
    """Answer with a page."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(text.encode())

    return answer


def leads_to(url: str) -> Answer:
    """Answer by leading on."""
    return shows("", 302, Location=url)


@contextmanager
def serving(
    answer: Answer, trusted: ssl.SSLContext | None = None, *, host: str = "127.0.0.1", port: int = 0
) -> Iterator[Site]:
    """Serve until the block ends; with a certificate where one is handed in."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.headers["Host"], self.path))
            site.answer(self)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_args: object) -> None:
            """Say nothing: whoever asked may have had enough."""

    with Server((host, port), Answering) as server:
        site = Site(server.server_address[1], answer)
        if trusted:
            server.socket = trusted.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        try:
            yield site
        finally:
            server.shutdown()
