"""Changing the address of an account: the new one is proved, the old one told (XF2, XF3)."""

from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse

from accounts import audit, outbox
from accounts.models import User
from accounts.sign_in import links

SALT = "accounts.addresses"
AGE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a link stands for: the account, its address when it was asked for, the new one."""

    account: int
    old: str
    new: str
    state: str


@transaction.atomic
def ask(user: User, new: str, *, request: HttpRequest) -> None:
    """Mail a link to the new address; nothing changes until it is followed.

    Whether the address belongs to another account is told to that address alone (XF2).
    """
    audit.record(user, "address.asked", request, details={"to": new})
    if _is_taken(new, user):
        outbox.queue(new, "address_taken", {})
    else:
        url = outbox.absolute(reverse("account_address_confirm", args=[_link_for(user, new)]))
        outbox.queue(new, "address_proof", {"old": user.email, "url": url})
    outbox.queue(user.email, "address_asked", {"new": new, "reset_url": _reset_url()})


def _link_for(user: User, new: str) -> str:
    return signing.dumps([user.pk, user.email, new, links.state_of(user)], salt=SALT)


def _reset_url() -> str:
    return outbox.absolute(reverse("account_reset_password"))


def _is_taken(address: str, user: User) -> bool:
    others = EmailAddress.objects.filter(email=address).exclude(user=user)
    return User.objects.filter(email=address).exists() or others.exists()


def wanted_by(token: str) -> Wanted | None:
    """Return what a link stands for; None when it is forged or too old."""
    try:
        return Wanted(*signing.loads(token, salt=SALT, max_age=AGE))
    except signing.BadSignature:
        return None


def change(user: User, wanted: Wanted, *, request: HttpRequest) -> bool:
    """Give the account the address that the link proves.

    False when the link is no longer good: it was used, something changed about the account
    since, or the address belongs to another one by now. Open reset links die with it.
    """
    try:
        with transaction.atomic():
            user = User.objects.select_for_update().get(pk=user.pk)
            own = (user.pk, user.email) == (wanted.account, wanted.old)
            if not own or not links.still_good(user, wanted.state) or _is_taken(wanted.new, user):
                return False
            _write(user, wanted.new)
            details = {"from": wanted.old, "to": wanted.new}
            audit.record(user, "address.changed", request, details=details)
            outbox.queue(wanted.old, "address_changed", {"new": wanted.new})
            return True
    except IntegrityError:  # somebody else was quicker
        return False


def _write(user: User, new: str) -> None:
    user.email = new
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=new, verified=True, primary=True)
