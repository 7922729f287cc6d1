"""Requests over HTTP, as many as are answered, over a few connections that stay open."""

import json
import selectors
import socket
import time
from collections.abc import Sequence
from itertools import cycle
from typing import Any

from tests.bench.measuring.serving import HOST

ANSWER = 65536  # bytes read at once


def post(path: str, body: dict[str, Any], **headers: str) -> bytes:
    """Return a request as it goes over the line."""
    sent = json.dumps(body).encode()
    return _request("POST", path, {**headers, "Content-Type": "application/json"}, sent)


def get(path: str, **headers: str) -> bytes:
    return _request("GET", path, headers, b"")


def _request(method: str, path: str, headers: dict[str, str], sent: bytes) -> bytes:
    told = {"Host": "localhost", **headers, "Content-Length": str(len(sent))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + sent


def rate(port: int, requests: Sequence[bytes], *, connections: int, seconds: float) -> float:
    """Return how many answers a second come, each connection asking again once it is answered.

    A server that closes connections is asked on new ones. Raises AssertionError for an answer
    that is not 200.
    """
    asked, done = cycle(requests), 0
    with selectors.DefaultSelector() as waiting:
        for _ in range(connections):
            _open(waiting, port, next(asked))
        start = time.perf_counter()
        while not done or time.perf_counter() - start < seconds:
            for key, _ in waiting.select():
                line, heard = key.fileobj, key.data
                got = line.recv(ANSWER)  # type: ignore[union-attr]
                heard += got
                ended = _ended(heard)
                if not ended and got:
                    continue
                assert heard.startswith(b"HTTP/1.1 200"), bytes(heard[:500])
                done += 1
                if got and b"connection: close" not in heard[:ended].lower():
                    heard.clear()
                    line.sendall(next(asked))  # type: ignore[union-attr]
                    continue
                waiting.unregister(line)
                line.close()  # type: ignore[union-attr]
                _open(waiting, port, next(asked))
        taken = time.perf_counter() - start
        for key in list(waiting.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
    return done / taken


def _open(waiting: selectors.BaseSelector, port: int, request: bytes) -> None:
    line = socket.create_connection((HOST, port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    waiting.register(line, selectors.EVENT_READ, bytearray())
    line.sendall(request)


def _ended(heard: bytearray) -> int:
    """Return where an answer ends that is there as a whole, 0 while it is not."""
    at = heard.find(b"\r\n\r\n")
    if at < 0:
        return 0
    for line in bytes(heard[:at]).lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            end = at + 4 + int(value)
            return end if len(heard) >= end else 0
    return 0  # it ends with the connection
