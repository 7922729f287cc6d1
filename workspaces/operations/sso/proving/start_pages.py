"""Fetches the start page of a domain, guarded like all that is read from outside (P1)."""

import time
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from config.web.values.network import is_public
from workspaces.models.sso.domain import Sight
from workspaces.operations.sso.network import outside
from workspaces.operations.sso.network.outside import Unreached, Why

MOST_BYTES = 256 * 1024  # of a page; what proves a domain stands in its head
MOST_LEAPS = 3
PORTS = {"https": 443, "http": 80}
HEADERS = (("Accept", "text/html"), *outside.HEADERS)
SIGHTS = {
    Why.SILENT: Sight.SILENT,
    Why.NOWHERE: Sight.NOWHERE,
    Why.UNTRUSTED: Sight.UNTRUSTED,
    Why.UNFIT: Sight.AWAY,
}


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
        addresses = outside.addresses_of(host)
    except Unreached as error:
        raise Unseen(SIGHTS[error.why]) from None
    if settings.LOOPBACK_PAGES and all(ip_address(one).is_loopback for one in addresses):
        scheme, _, port = settings.LOOPBACK_PAGES.partition(":")
        return _Place(addresses, scheme, int(port))
    if not all(is_public(one) for one in addresses):
        raise Unseen(Sight.INSIDE)
    return _Place(addresses)


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
    url = place.url(host, path)
    try:
        with outside.exchange("GET", url, place.addresses, end, headers=HEADERS) as answer:
            if answer.status == HTTPStatus.OK:
                return answer.status, outside.first_of(answer.iter_stream(), MOST_BYTES), ""
            named = {name.lower(): value for name, value in answer.headers}
            there = named.get(b"location", b"").decode("latin-1")
            moved = HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST
            return answer.status, b"", there if moved else ""
    except Unreached as error:
        raise Unseen(SIGHTS[error.why]) from error
