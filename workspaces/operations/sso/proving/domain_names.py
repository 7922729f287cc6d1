"""Which names a workspace may prove to be its domain (P1)."""

from functools import cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList

from accounts.addresses import BLANKS, normal_domain
from workspaces.errors import Refused

EXAMPLE = "Write the domain alone, such as example.org."
LABEL_LENGTH = 63  # characters between two dots


def clean_domain(text: str) -> str:
    """Return a domain in the form it has in addresses. Raises Refused.

    What is nobody's own is refused: an address of the network, this machine, a name without a
    dot, and whatever others register their names beneath.
    """
    typed = text.strip(BLANKS)
    if _is_address(typed.strip("[]")):
        raise _refused(f"This is an address of the network, and no domain. {EXAMPLE}")
    if any(len(label) > LABEL_LENGTH for label in typed.split(".")):
        raise _refused(f"Each part of a domain has at most {LABEL_LENGTH} characters. {EXAMPLE}")
    if "." not in typed.rstrip(".") and typed.isalnum():
        raise _refused(f"A domain has a dot. {EXAMPLE}")
    try:
        name = normal_domain(typed)
    except ValueError as error:
        raise _refused(f"This is no domain name. {EXAMPLE}") from error
    last = name.rpartition(".")[2]
    if last == "localhost" or last.isdigit():
        raise _refused(f"This is no domain of the open network. {EXAMPLE}")
    if _suffixes().is_public(name):
        raise _refused(f"{name} is nobody's own: others register their names beneath it.")
    return name


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


@cache
def _suffixes() -> PublicSuffixList:
    """Return the list of public suffixes; to read it takes a while, so once and when needed."""
    return PublicSuffixList()


def _refused(sentence: str) -> Refused:
    return Refused("P1", sentence, field="name")
