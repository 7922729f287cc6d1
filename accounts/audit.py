"""The chain of an account: who signed in from where, and what guards it (A1, A2).

Read by that person alone. An event is written in the transaction of what it tells of.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import chain
from accounts.models import AccountEvent, User
from config.web.values.network import normal_address

SIGNED_IN = "signed_in"
PURGED = "events.purged"
WORDS = 200  # characters kept of what a browser calls itself


@transaction.atomic
def record(
    user: User,
    action: str,
    request: HttpRequest | None,
    *,
    details: dict[str, Any] | None = None,
    browser: str = "",
) -> AccountEvent:
    """Append one event to the account's chain; the row of the user is the lock of it.

    `request` is None where no browser asked: at the command line, in the admin.
    """
    with chain.recording(action, user=user.pk):
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
        last = AccountEvent.objects.of(user.pk).newest_first().only("number", "digest").first()
        event = AccountEvent(
            account=user.pk,
            number=last.number + 1 if last else 1,
            at=timezone.now(),
            email=user.email,
            action=action,
            details=chain.kept_json(details),
            browser=browser,
            address=_address_of(request),
            device=chain.kept_text(request.headers.get("User-Agent", ""), WORDS) if request else "",
            request_id=getattr(request, "request_id", ""),
        )
        event.digest = digest(event, last.digest if last else chain.GENESIS)
        event.save(force_insert=True)
    return event


def _address_of(request: HttpRequest | None) -> str | None:
    found = normal_address(request.META.get("REMOTE_ADDR", "")) if request else ""
    return found or None


def digest(event: AccountEvent, previous: str) -> str:
    """Return the keyed hash (hex) over an event and the digest before it (A2)."""
    return _digest(event, previous, event.address)


def _digests(event: AccountEvent, previous: str) -> list[str]:
    """Return what the digest may be: its address may be read otherwise than it was written."""
    return [_digest(event, previous, address) for address in chain.spellings(event.address)]


def _digest(event: AccountEvent, previous: str, address: str | None) -> str:
    body = {
        "account": event.account,
        "number": event.number,
        "at": chain.instant(event.at),
        "email": event.email,
        "action": event.action,
        "details": chain.kept_json(event.details),
        "address": address,
        "device": event.device,
        "browser": event.browser,
        "request": event.request_id,
    }
    return chain.keyed_hash(body, previous)


def verify(account: int) -> chain.Break | None:
    """Return where the chain of an account breaks first, None when it holds."""
    return next(broken(account), None)


def broken(account: int) -> Iterator[chain.Break]:
    """Walk the chain of an account and yield every event at which it does not hold."""
    events = AccountEvent.objects.of(account)
    purge = events.filter(action=PURGED).newest_first().first()
    kept: dict[str, Any] = (purge.details or {}) if purge else {}
    start = kept.get("up_to", 0), kept.get("digest", chain.GENESIS)
    walk = events.order_by("number").iterator(chunk_size=500)
    yield from chain.breaks(walk, _digests, start=start)


def accounts_with_events() -> models.QuerySet[AccountEvent, int]:
    """Return the primary keys that have a chain, of users who are gone too."""
    return AccountEvent.objects.order_by("account").values_list("account", flat=True).distinct()
