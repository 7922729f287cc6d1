"""What was sent where a proof of identity was missing: kept in the session, and done once (S8).

It is done for the very person who sent it, by a proof that they gave since, on the way that was
asked for; whoever gives it up, or leaves it for longer than a proof lasts, sends it anew.
"""

import time
from typing import TypedDict

from allauth.account.internal.flows import reauthentication
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal.httpkit import deserialize_request, serialize_request
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.crypto import get_random_string

from accounts import sessions

STATE = reauthentication.STATE_SESSION_KEY


class Kept(TypedDict):
    """One form that waits. `at` is in seconds since the epoch, `proved` the proof it had then."""

    ident: str
    request: str
    user: int | None
    way_on: str
    at: float
    proved: str


def keep(request: HttpRequest, way_on: str) -> None:
    """Keep a form until its sender is back from the proof, which leads on to `way_on`."""
    kept = Kept(
        ident=get_random_string(22),
        request=serialize_request(request),
        user=request.user.pk,
        way_on=way_on,
        at=time.time(),
        proved=sessions.proof_of(request),
    )
    state = {"callback": f"{__name__}.{go_on.__name__}", "state": kept}
    request.session[STATE] = state


def drop(request: HttpRequest) -> None:
    """Let go of what waits."""
    request.session.pop(STATE, None)


def go_on(request: HttpRequest, kept: Kept) -> HttpResponseBase:
    """Do what was kept, if it may still be done; else lead on to where it was sent from."""
    way_on = get_next_redirect_url(request)
    if way_on != kept["way_on"] or not _is_due(request, kept):
        return redirect(way_on or reverse("home"))
    sent = deserialize_request(kept["request"], request)
    found = resolve(sent.path_info)
    done: HttpResponseBase = found.func(sent, *found.args, **found.kwargs)
    return done


def _is_due(request: HttpRequest, kept: Kept) -> bool:
    """Whether it is the same person, who proved it since, in time, and for the first time."""
    lasts = settings.PROOF_LASTS.total_seconds()
    return (
        request.user.pk == kept["user"]
        and time.time() - kept["at"] < lasts
        and sessions.proof_of(request) != kept["proved"]
        and bool(cache.add(f"kept-form-done:{kept['ident']}", "y", lasts))
    )
