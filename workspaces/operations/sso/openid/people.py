"""The address and the name that a provider's claims give a person (P3, P7)."""

from collections.abc import Mapping
from typing import Any

from accounts.addresses import clean_name, normalise
from workspaces.operations.sso.openid.documents import shown
from workspaces.operations.sso.vouched import Unvouched

NO_ADDRESS = (
    "Your provider does not say your address. Whoever runs it sets that it sends the claim email."
)
NOT_VERIFIED = (
    "Your provider does not say that your address is verified. Whoever runs it sets that it sends "
    "the claim email_verified as true; at Microsoft Entra, xms_edov beside email."
)
UNFIT = "The address your provider names is none that can be used here."


def address_in(claims: Mapping[str, Any]) -> str:
    """Return the address in claims in its one form, if they say it is verified.

    True counts alone, neither a text nor a number. Where `email_verified` is not sent at all,
    `xms_edov` counts instead: by it Microsoft Entra, which never sends the other, says that the
    domain is its tenant's own. Raises Unvouched.
    """
    address = claims.get("email")
    if not address:
        raise Unvouched(NO_ADDRESS, "the claim email is missing")
    verified = claims.get("email_verified", claims.get("xms_edov"))
    if verified is not True:
        raise Unvouched(NOT_VERIFIED, f"email_verified is {shown(verified)}")
    try:
        return normalise(address if isinstance(address, str) else "")
    except ValueError as error:
        raise Unvouched(UNFIT, f"email is {shown(address)}: {error}") from error


def name_in(claims: Mapping[str, Any]) -> str:
    """Return the name in claims as it may be kept, or none: nothing hangs on it."""
    name = claims.get("name")
    try:
        return clean_name(name) if isinstance(name, str) else ""
    except ValueError:
        return ""
