"""How often a password may be tried (G3).

Three limits hold at once, each over a sliding window, and only failures count: a success
gives back its own try and no other. Nobody is locked out for good. One address alone can
only ever hold up itself; when very many together use up the tries of an account, setting
a new password by mail opens it at once, and the end of the window does.
"""

import ipaddress
from datetime import timedelta

from config.web.limits import Limit, TooOften, forget, give_back, spend

# One person who mistypes; many accounts tried from one place; one account from many places.
PAIR = Limit("password of an account from an address", 5, timedelta(minutes=5))
PLACE = Limit("passwords from an address", 20, timedelta(minutes=10))
ACCOUNT = Limit("password of an account", 100, timedelta(hours=1))
NETWORK = 64  # bits of an IPv6 address that say where somebody is


def begin(email: str, address: str) -> list[str]:
    """Count one try and return what `succeed` takes. Raises TooOften, and counts nothing then."""
    place, account = place_of(address), email.strip().lower()
    used: list[str] = []
    try:
        for limit, whose in (
            (PAIR, f"{account} {place}"),
            (PLACE, place),
            (ACCOUNT, account),
        ):
            used.append(spend(limit, whose))
    except TooOften:
        succeed(used)
        raise
    return used


def succeed(used: list[str]) -> None:
    """The password was right: this try counts for nothing."""
    for slot in used:
        give_back(slot)


def renew(email: str, address: str) -> None:
    """A new password was set by mail: let its owner in, from here too."""
    account = email.strip().lower()
    forget(ACCOUNT, account)
    forget(PAIR, f"{account} {place_of(address)}")


def place_of(address: str) -> str:
    """Return what counts as one place: an IPv4 address, or the network of an IPv6 one."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    return str(ipaddress.IPv6Network((ip, NETWORK), strict=False))
