"""How often a password, or a code of a second factor, may be tried (XG3).

Of passwords three limits hold at once, each over a sliding window, and only failures count: a
success gives back its own try and no other. Nobody is locked out for good. One address alone
can only ever hold up itself; when very many together use up the tries of an account, setting
a new password by mail opens it at once, and the end of the window does. Of codes right ones
count as well.
"""

import ipaddress

from accounts.addresses import sought
from accounts.models import User
from config.web.limits import DAY, HOUR, MINUTE, Limit, forget, spend, use

# One person who mistypes; many accounts tried from one place; one account from many places.
PAIR = Limit("password of an account from an address", 5, 5 * MINUTE)
PLACE = Limit("passwords from an address", 20, 10 * MINUTE)
ACCOUNT = Limit("password of an account", 100, HOUR)
CODE_PLACE = Limit("codes from an address", 30, MINUTE)
CODE = Limit("codes of an account", 10, 5 * MINUTE)
CODE_A_DAY = Limit("codes of an account", 100, DAY)
ANSWERS = Limit("ways to providers and back from an address", 1200, 10 * MINUTE)
NETWORK = 64  # bits of an IPv6 address that say where somebody is


def begin(email: str, address: str) -> list[str]:
    """Count a try of a password; return what to give back for a right one. Raises Overdrawn."""
    place, account = place_of(address), _account(email)
    return spend((PAIR, f"{account} {place}"), (PLACE, place), (ACCOUNT, account))


def count_code(user: User, address: str) -> None:
    """Count a try of a code, right or wrong. Raises Overdrawn."""
    account = str(user.pk)
    spend((CODE_PLACE, place_of(address)), (CODE, account), (CODE_A_DAY, account))


def count_answer(address: str) -> None:
    """Count a way to a provider or back, believed or not. Raises Overdrawn.

    A whole company may come from one address in the morning; each way costs time.
    """
    use(ANSWERS, place_of(address))


def renew(email: str, address: str) -> None:
    """A new password was set by mail: let its owner in, from here too."""
    account = _account(email)
    forget(ACCOUNT, account)
    forget(PAIR, f"{account} {place_of(address)}")


def _account(email: str) -> str:
    """Return what counts as one account: an address in its one form, or what was typed for one."""
    return sought(email) or email


def place_of(address: str) -> str:
    """Return what counts as one place: an IPv4 address, or the network of an IPv6 one."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    return str(ipaddress.IPv6Network((ip, NETWORK), strict=False))
