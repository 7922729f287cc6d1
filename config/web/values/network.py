"""The one form of a network address: equal addresses are equal texts, here and in a database."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

BRACKETED = ("[", "]")
NAT64 = IPv6Network("64:ff9b::/96")  # in which the last 32 bits are an IPv4 address
MAPPED = 96  # bits before the IPv4 address in ::ffff:192.0.2.7


@lru_cache(maxsize=4096)  # each request asks for one, and most come from few places
def normal_address(text: str) -> str:
    """Return an address in its one form; empty for what is none.

    Servers and proxies write the same client as `192.0.2.7`, `::ffff:192.0.2.7`,
    `192.0.2.7:4711`, `[2001:DB8::1]:443` or with the zone of their own link; a port and a
    zone say nothing about whom we talk to. Its own form comes out as it went in.
    """
    host = text.strip().strip('"')
    opening, closing = BRACKETED
    if host.startswith(opening):
        host = host[1:].partition(closing)[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(found)


def normal_range(text: str) -> str:
    """Return a range of addresses, or one address, in its one form. Raises ValueError."""
    found = ip_network(text.strip())
    if isinstance(found, IPv6Network) and found.prefixlen >= MAPPED:
        mapped = found.network_address.ipv4_mapped
        if mapped is not None:
            found = ip_network((mapped, found.prefixlen - MAPPED))
    return str(found)


def lies_in(address: str, ranges: Iterable[str]) -> bool:
    """Whether an address lies in one of the ranges; what is no address lies in none."""
    normal = normal_address(address)
    return bool(normal) and any(
        ip_address(normal) in ip_network(normal_range(text)) for text in ranges
    )


def address_and_port(text: str, *, port: int) -> tuple[str, int]:
    """Return where a server of an address listens, by default at `port`. Raises ValueError.

    `192.0.2.7`, `192.0.2.7:5353`, `2001:db8::7` or `[2001:db8::7]:5353`.
    """
    host, after = text.strip(), ""
    opening, closing = BRACKETED
    if host.startswith(opening):
        host, closed, after = host[1:].partition(closing)
        host = host if closed else ""
    elif host.count(":") == 1:
        host, _, after = host.partition(":")
    return str(ip_address(host)), int(after.removeprefix(":") or port)


def is_public(address: str) -> bool:
    """Whether an address is one of the open network, also where one of another kind lies in it.

    Neither of this machine nor of a network behind it; nor an IPv6 address by which one of
    those is reached (mapped, 6to4, Teredo, NAT64).
    """
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        inner = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
        if found in NAT64:
            inner.append(IPv4Address(int(found) & 0xFFFFFFFF))
        if any(one is not None and not is_public(str(one)) for one in inner):
            return False
        if found.ipv4_mapped is not None:
            return True
    return found.is_global and not found.is_multicast
