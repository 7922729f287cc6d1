"""Connections to addresses that were looked at, which are over at a moment."""

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore


class LookedAt(httpcore.NetworkBackend):
    """Connects to one of the addresses that were looked at, whatever the host is called."""

    def __init__(self, addresses: Iterable[str], end: float) -> None:
        self._addresses, self._end = list(addresses), end
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        for address in self._addresses[:-1]:
            try:
                return self._connected(address, port)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connected(self._addresses[-1], port)

    def _connected(self, address: str, port: int) -> httpcore.NetworkStream:
        # What is left is shared out, so that one deaf address leaves time for the next.
        left = _left(self._end) / len(self._addresses)
        return _Timed(self._plain.connect_tcp(address, port, timeout=left), self._end)


class _Timed(httpcore.NetworkStream):
    """A connection that is over at a moment, however slowly its other end talks until then."""

    def __init__(self, stream: httpcore.NetworkStream, end: float) -> None:
        self._stream, self._end = stream, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._end))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._end))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, _left(self._end))
        return _Timed(secure, self._end)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(end: float) -> float:
    """Return how many seconds are left. Raises ReadTimeout when none are."""
    left = end - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left
