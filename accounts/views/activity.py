"""What happened to one's own account, which nobody else reads (A1), and how long one's session
lasts (S4).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from accounts.guards import UserRequest, signed_in
from accounts.models import AccountEvent
from accounts.sign_in.devices import words_of
from config.web.http import page
from config.web.lists.listing import paged

# What an event says, filled in from its details.
SENTENCES = {
    "signed_in": gettext_lazy("Signed in"),
    "signed_out": gettext_lazy("Signed out"),
    "session.ended": gettext_lazy("Ended the session on {device}"),
    "sessions.ended": gettext_lazy("Ended all other sessions"),
    "password.changed": gettext_lazy("Changed the password"),
    "address.asked": gettext_lazy("Asked to change the address to {to}"),
    "address.changed": gettext_lazy("Changed the address from {from} to {to}"),
    "factor.added": gettext_lazy("Added {kind}"),
    "factor.removed": gettext_lazy("Removed {kind}"),
    "account.deleted": gettext_lazy("Deleted the account"),
    "events.purged": gettext_lazy("Older events were dropped after their time"),
}
KINDS = {
    "totp": gettext_lazy("an authenticator app"),
    "webauthn": gettext_lazy("a passkey"),
    "recovery_codes": gettext_lazy("recovery codes"),
}


@dataclass(frozen=True, slots=True)
class Row:
    event: AccountEvent
    sentence: str
    more: str
    device: str


@signed_in("everybody reads the events of their own account")
def account_activity(request: UserRequest) -> HttpResponse:
    """Sign-ins, and changes of what guards the account, newest first."""
    since = timezone.now() - timedelta(days=settings.AUDIT_VISIBLE_DAYS)
    events = AccountEvent.objects.of(request.user.pk).filter(at__gte=since).newest_first()
    found = paged(request, events)
    return page(
        request,
        "accounts/activity.html",
        {
            "page": found,
            "rows": [_row(event) for event in found.rows],
            "days": settings.AUDIT_VISIBLE_DAYS,
            "list_url": reverse("account_activity"),
        },
    )


def _row(event: AccountEvent) -> Row:
    details: dict[str, Any] = dict(event.details or {})
    if "kind" in details:
        details["kind"] = KINDS.get(details["kind"], details["kind"])
    ended = int(details.get("sessions_ended") or 0)
    more = ngettext("{n} session ended", "{n} sessions ended", ended).format(n=ended)
    return Row(
        event,
        sentence=str(SENTENCES[event.action]).format(**details),
        more=more if ended else "",
        device=words_of(event.device) if event.device else _("No browser"),
    )


@signed_in("a page may ask how long its session lasts", asks_reach=True)
def session_left(request: UserRequest) -> HttpResponse:
    """How long the session lasts; the session rule takes no notice of being asked."""
    return _state(request)


@signed_in("whoever is there may say so", methods=("POST",), asks_reach=True)
def session_stay(request: UserRequest) -> HttpResponse:
    """*Stay signed in*: as activity as any other submit, and the new end as the answer."""
    return _state(request)


def _state(request: UserRequest) -> HttpResponse:
    return JsonResponse(request.sign_in_state)
