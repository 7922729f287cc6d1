"""How long the events of accounts are kept (A3)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import AccountEvent, User

# A purge is an event too: it waits until there is a month to purge.
STEP = timedelta(days=30)


def purge_old_events() -> int:
    """Purge the events past their retention from every account's chain; return how many."""
    edge = timezone.now() - timedelta(days=settings.AUDIT_KEPT_DAYS)
    due = AccountEvent.objects.filter(at__lt=edge - STEP).order_by("account")
    accounts = list(due.values_list("account", flat=True).distinct())
    return sum(_purge(account, edge) for account in accounts)


@transaction.atomic
def _purge(account: int, edge: datetime) -> int:
    """Purge one chain and note its last digest, so that the rest stays verifiable.

    Where nothing younger is left the whole chain goes, and the next event begins another.
    Of an account that is deleted all goes at once, when its last event is old.
    """
    events = AccountEvent.objects.of(account)
    user = User.objects.select_for_update().filter(pk=account).first()
    young = events.filter(at__gte=edge).order_by("number").first()
    if user is None and young is not None:
        return 0
    old = events.filter(number__lt=young.number) if young else events
    last = old.newest_first().first()
    if last is None:
        return 0
    if user is not None and young is not None:
        details = {"up_to": last.number, "digest": last.digest}
        audit.record(user, audit.PURGED, None, details=details)
    return events.purge_up_to(account, last.number)
