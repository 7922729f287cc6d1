"""Fetches the start page of a domain, and never one of a network the console stands in.

The addresses of a name are asked for once and looked at before anything is connected to; what
is connected to is an address that was looked at. So an answer that changes meanwhile changes
nothing, and no page makes the console read what only the console reaches.
"""

import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore
from django.conf import settings

from config.web.values.network import is_public
from workspaces.models.domain import Sight
from workspaces.operations.sso import name_servers
from workspaces.operations.sso.name_servers import Silent

MOST_BYTES = 256 * 1024  # of a page; what proves a domain stands in its head
MOST_LEAPS = 3
PORTS = {"https": 443, "http": 80}
MOST_ADDRESSES = 4
HEADERS = (("Accept", "text/html"), ("Accept-Encoding", "identity"), ("User-Agent", "Gatehouse"))


class Unseen(Exception):
    """There is no page to look at; `sight` says why."""

    def __init__(self, sight: Sight) -> None:
        super().__init__(sight.label)
        self.sight = sight


def page_of(domain: str) -> str:
    """Return the first part of the start page of a domain. Raises Unseen.

    It may lead on to another page of the domain, with `www.` before it or not.
    """
    end = time.monotonic() + settings.OUTSIDE_SECONDS
    host, path = domain, "/"
    for _leap in range(MOST_LEAPS + 1):
        place = _place_of(host)
        status, body, there = _fetched(host, path, place, end)
        if not there:
            if status != HTTPStatus.OK:
                raise Unseen(Sight.REFUSED)
            return body.decode(errors="replace")
        host, path = _led_to(place, place.url(host, path), there, domain)
    raise Unseen(Sight.AWAY)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page is fetched: at addresses that were looked at, by which scheme, which port."""

    addresses: list[str]
    scheme: str = "https"
    port: int = 443

    def url(self, host: str, path: str) -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"


def _place_of(host: str) -> _Place:
    """Return where a host's pages are fetched; every address it has must be a public one.

    A site in development may fetch them from this machine, by a scheme and port of its own.
    """
    try:
        addresses = name_servers.addresses_of(host)
    except Silent:
        raise Unseen(Sight.SILENT) from None
    if not addresses:
        raise Unseen(Sight.NOWHERE)
    chosen = addresses[:MOST_ADDRESSES]
    if settings.LOOPBACK_PAGES and all(ip_address(one).is_loopback for one in addresses):
        scheme, _, port = settings.LOOPBACK_PAGES.partition(":")
        return _Place(chosen, scheme, int(port))
    if not all(is_public(one) for one in addresses):
        raise Unseen(Sight.INSIDE)
    return _Place(chosen)


def _led_to(place: _Place, here: str, there: str, domain: str) -> tuple[str, str]:
    """Return the host and path a page leads on to, on the same domain. Raises Unseen."""
    try:
        led = urlsplit(urljoin(here, there))
        port = led.port or PORTS.get(led.scheme)
    except ValueError:
        raise Unseen(Sight.AWAY) from None
    same = (led.scheme, port) == (place.scheme, place.port)
    if not same or led.hostname not in {domain, f"www.{domain}"}:
        raise Unseen(Sight.AWAY)
    path = led.path or "/"
    return led.hostname, f"{path}?{led.query}" if led.query else path


def _fetched(host: str, path: str, place: _Place, end: float) -> tuple[int, bytes, str]:
    """Return status, first part and `Location` of a page. Raises Unseen."""
    backend = _Checked(place.addresses, end)
    trusted = httpcore.default_ssl_context() if place.scheme == "https" else None
    try:
        with (
            httpcore.ConnectionPool(ssl_context=trusted, network_backend=backend) as pool,
            pool.stream("GET", place.url(host, path), headers=HEADERS) as answer,
        ):
            moved = HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST
            if moved or answer.status != HTTPStatus.OK:
                named = {name.lower(): value for name, value in answer.headers}
                there = named.get(b"location", b"").decode("latin-1")
                return answer.status, b"", there if moved else ""
            return answer.status, _first_of(answer.iter_stream()), ""
    except httpcore.ConnectError as error:
        cause = error.__cause__ or error.__context__
        untrusted = isinstance(cause, ssl.SSLCertVerificationError)
        raise Unseen(Sight.UNTRUSTED if untrusted else Sight.SILENT) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        raise Unseen(Sight.SILENT) from error
    except (ValueError, httpcore.UnsupportedProtocol) as error:  # an address that cannot be sent
        raise Unseen(Sight.AWAY) from error


def _first_of(chunks: Iterable[bytes]) -> bytes:
    found = b""
    for chunk in chunks:
        found += chunk
        if len(found) >= MOST_BYTES:
            break
    return found[:MOST_BYTES]


class _Checked(httpcore.NetworkBackend):
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
