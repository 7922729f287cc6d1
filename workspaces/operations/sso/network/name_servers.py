"""Asks name servers: the ones the settings name, or else those of the system."""

from typing import Any

from django.conf import settings


class Silent(Exception):
    """No name server told anything, neither that there is something nor that there is nothing."""


def texts_of(name: str) -> list[str]:
    """Return the TXT records of a name, each as one text however it is cut up. Raises Silent."""
    return [b"".join(record.strings).decode(errors="replace") for record in _records(name, "TXT")]


def addresses_of(name: str) -> list[str]:
    """Return the addresses of a name. Raises Silent."""
    return [record.address for kind in ("A", "AAAA") for record in _records(name, kind)]


def _records(name: str, kind: str) -> list[Any]:
    from dns import exception, nameserver, resolver  # noqa: PLC0415 - few ask, and it is large

    asking = resolver.Resolver(configure=not settings.DNS_RESOLVERS)
    if settings.DNS_RESOLVERS:
        asking.nameservers = [nameserver.Do53Nameserver(*at) for at in settings.DNS_RESOLVERS]
    asking.lifetime = settings.OUTSIDE_SECONDS
    asking.timeout = min(asking.timeout, settings.OUTSIDE_SECONDS)
    try:
        # The dot of the root: no search list of the system makes another name of it.
        return list(asking.resolve(f"{name}.", kind, search=False))
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        return []
    except exception.DNSException as error:
        raise Silent from error
