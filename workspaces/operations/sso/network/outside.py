"""Asks servers of others over HTTP, and never one of a network the console stands in.

The addresses of a name are asked for once and looked at before anything is connected to; what
is connected to is an address that was looked at. So an answer that changes meanwhile changes
nothing, and nobody makes the console read what only the console reaches. No redirect is
followed, and an answer has `OUTSIDE_SECONDS` in all, however slowly it comes.
"""

import ssl
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import quote_plus, urlencode, urlsplit

import httpcore
from django.conf import settings

from config.web.values.network import is_public
from workspaces.operations.sso.network import name_servers
from workspaces.operations.sso.network.connecting import LookedAt
from workspaces.operations.sso.network.name_servers import Silent

MOST_BYTES = 256 * 1024  # of a whole answer
MOST_ADDRESSES = 4
URL_LENGTH = 2000  # characters
LOOPBACK = {"localhost": ["127.0.0.1", "::1"], "127.0.0.1": ["127.0.0.1"], "::1": ["::1"]}
HEADERS = (("Accept-Encoding", "identity"), ("User-Agent", "Gatehouse"))
JSON = "application/json"
Headers = Sequence[tuple[str, str]]


class Why(StrEnum):
    """Why a server gave no answer, in words."""

    SILENT = "it does not answer in time"
    NOWHERE = "it has no address"
    INSIDE = "its address is not a public one"
    UNTRUSTED = "its certificate is not trusted"
    UNFIT = "it is no https address"
    ENDLESS = "its answer is too long"


class Unreached(Exception):
    """There is no answer; `why` says what is the matter."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: its status and the whole body."""

    status: int
    body: bytes


def get(url: str, *, bearer: str = "", accept: str = JSON) -> Answer:
    """Return what is at the address of a provider, opened by a token if one is named.

    `accept` is the media type asked for. Raises Unreached.
    """
    opened = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    return _answered("GET", url, {"Accept": accept, **opened})


def post_form(url: str, fields: Mapping[str, str], auth: tuple[str, str] | None = None) -> Answer:
    """Send a form to the address of a provider and return its answer. Raises Unreached.

    `auth` are a client's id and secret, which are quoted before they are joined, as OAuth
    wants it (RFC 6749, 2.3.1).
    """
    headers = {"Accept": JSON, "Content-Type": "application/x-www-form-urlencoded"}
    if auth is not None:
        joined = ":".join(quote_plus(part) for part in auth)
        headers["Authorization"] = f"Basic {b64encode(joined.encode()).decode()}"
    return _answered("POST", url, headers, urlencode(fields).encode())


def _answered(method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    host = checked(url)
    end = time.monotonic() + settings.OUTSIDE_SECONDS
    addresses = LOOPBACK[host] if _here(host) else addresses_of(host)
    if not _here(host) and not all(is_public(one) for one in addresses):
        raise Unreached(Why.INSIDE)
    sent = [*HEADERS, *headers.items()]
    with exchange(method, url, addresses, end, headers=sent, body=body) as answer:
        found = first_of(answer.iter_stream(), MOST_BYTES + 1)
        if len(found) > MOST_BYTES:
            raise Unreached(Why.ENDLESS)
        return Answer(answer.status, found)


def checked(url: str) -> str:
    """Return the host of an address that a provider may have. Raises Unreached.

    It is https, without a user or a fragment; plain http only where a site in development
    lets providers be on this machine.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise Unreached(Why.UNFIT) from None
    plain = parts.scheme == "http" and _here(host)
    whole = url.isascii() and url.isprintable() and not set(url) & set(' "<>\\^`{|}#')
    if not whole or not host or "@" in parts.netloc or len(url) > URL_LENGTH:
        raise Unreached(Why.UNFIT)
    if parts.scheme != "https" and not plain:
        raise Unreached(Why.UNFIT)
    return host


def _here(host: str) -> bool:
    """Whether a host is this machine, and providers may be on it."""
    return bool(settings.LOOPBACK_PROVIDERS) and host in LOOPBACK


def addresses_of(host: str) -> list[str]:
    """Return the addresses of a host, which may itself be one. Raises Unreached for none."""
    try:
        return [str(ip_address(host))]
    except ValueError:
        pass
    try:
        addresses = name_servers.addresses_of(host)
    except Silent:
        raise Unreached(Why.SILENT) from None
    if not addresses:
        raise Unreached(Why.NOWHERE)
    return addresses


@contextmanager
def exchange(
    method: str, url: str, addresses: list[str], end: float, *, headers: Headers, body: bytes = b""
) -> Iterator[httpcore.Response]:
    """Hand over the answer of a server at addresses that were looked at, to be read within.

    `end` is a moment of the monotonic clock, at which all is over. Raises Unreached, also for
    what goes wrong while the answer is read.
    """
    if not all(text.isascii() for text in (url, *(value for _, value in headers))):
        raise Unreached(Why.UNFIT)
    backend = LookedAt(addresses[:MOST_ADDRESSES], end)
    trusted = httpcore.default_ssl_context() if url.startswith("https:") else None
    try:
        with (
            httpcore.ConnectionPool(ssl_context=trusted, network_backend=backend) as pool,
            pool.stream(method, url, headers=headers, content=body or None) as answer,
        ):
            yield answer
    except httpcore.ConnectError as error:
        cause = error.__cause__ or error.__context__
        untrusted = isinstance(cause, ssl.SSLCertVerificationError)
        raise Unreached(Why.UNTRUSTED if untrusted else Why.SILENT) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        raise Unreached(Why.SILENT) from error
    except (ValueError, httpcore.UnsupportedProtocol) as error:  # an address that cannot be sent
        raise Unreached(Why.UNFIT) from error


def first_of(chunks: Iterable[bytes], most: int) -> bytes:
    """Return the first so many bytes of what comes."""
    found = b""
    for chunk in chunks:
        found += chunk
        if len(found) >= most:
            break
    return found[:most]
