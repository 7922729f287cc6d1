"""The chain of an account: who signed in from where, and what guards it (A1, A2).

Read by that person alone. An event is written in the transaction of what it tells of.
"""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.chain import GENESIS, Break, first_break, keyed_hash
from accounts.models.account_event import AccountEvent
from accounts.models.user import User

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
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
    last = AccountEvent.objects.of(user.pk).newest_first().only("number", "digest").first()
    event = AccountEvent(
        account=user.pk,
        number=last.number + 1 if last else 1,
        at=timezone.now(),
        email=user.email,
        action=action,
        details=details,
        browser=browser,
        address=request.META.get("REMOTE_ADDR") or None if request else None,
        device=request.headers.get("User-Agent", "")[:WORDS] if request else "",
        request_id=getattr(request, "request_id", ""),
    )
    event.digest = digest(event, last.digest if last else GENESIS)
    event.save(force_insert=True)
    return event


def digest(event: AccountEvent, previous: str) -> str:
    """Return the keyed hash (hex) over an event and the digest before it (A2)."""
    body = {
        "account": event.account,
        "number": event.number,
        "at": event.at.isoformat(),
        "email": event.email,
        "action": event.action,
        "details": event.details,
        "address": event.address,
        "device": event.device,
        "browser": event.browser,
        "request": event.request_id,
    }
    return keyed_hash(body, previous)


def verify(account: int) -> Break | None:
    """Walk the chain of an account and return where it breaks first, None when it holds."""
    events = AccountEvent.objects.of(account)
    purge = events.filter(action=PURGED).newest_first().first()
    kept: dict[str, Any] = (purge.details or {}) if purge else {}
    start = kept.get("up_to", 0), kept.get("digest", GENESIS)
    walk = events.order_by("number").iterator(chunk_size=500)
    return first_break(walk, digest, start=start)


def accounts_with_events() -> QuerySet[AccountEvent, int]:
    """Return the primary keys that have a chain, of users who are gone too."""
    return AccountEvent.objects.order_by("account").values_list("account", flat=True).distinct()
