"""Asks name servers: the ones the settings name, or else those of the system."""

from typing import Any

import dns.exception
import dns.rdatatype
import dns.resolver
from django.conf import settings
from dns.nameserver import Do53Nameserver


class Silent(Exception):
    """No name server told anything, neither that there is something nor that there is nothing."""


def texts_of(name: str) -> list[str]:
    """Return the TXT records of a name, each as one text however it is cut up. Raises Silent."""
    return [
        b"".join(record.strings).decode(errors="replace")
        for record in _records(name, dns.rdatatype.TXT)
    ]


def addresses_of(name: str) -> list[str]:
    """Return the addresses of a name. Raises Silent."""
    kinds = (dns.rdatatype.A, dns.rdatatype.AAAA)
    return [record.address for kind in kinds for record in _records(name, kind)]


def _records(name: str, kind: dns.rdatatype.RdataType) -> list[Any]:
    try:
        # The dot of the root: no search list of the system makes another name of it.
        return list(_resolver().resolve(f"{name}.", kind, search=False))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise Silent from error


def _resolver() -> dns.resolver.Resolver:
    found = dns.resolver.Resolver(configure=not settings.DNS_RESOLVERS)
    if settings.DNS_RESOLVERS:
        found.nameservers = [Do53Nameserver(*place) for place in settings.DNS_RESOLVERS]
    found.lifetime = settings.OUTSIDE_SECONDS
    found.timeout = min(found.timeout, settings.OUTSIDE_SECONDS)
    return found
