"""Looks every day whether proved domains still carry their words (P1)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from workspaces.change import Actor
from workspaces.errors import Refused
from workspaces.models import Domain
from workspaces.operations.sso.proving import domains
from workspaces.operations.sso.proving.looking import look_at

RESTED = timedelta(hours=12)  # after a look; what was checked by hand today is not asked again
AT_ONCE, SIDE_BY_SIDE = 100, 8  # domains of one page; looks that wait for servers together


@dataclass(frozen=True, slots=True)
class Looked:
    """How many domains were looked at, and how many of them carried their word."""

    domains: int = 0
    proved: int = 0


def look_at_all(*, by: Actor) -> Looked:
    """Look at each proved domain once, page by page; no lock is held while servers answer.

    One that was given up, or whose workspace was closed, meanwhile is passed over.
    """
    looked = proved = last = 0
    due = Domain.objects.due(timezone.now() - RESTED).order_by("pk")
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        while page := list(due.filter(pk__gt=last)[:AT_ONCE]):
            looks = threads.map(lambda domain: look_at(domain.name, domain.word), page)
            for domain, look in zip(page, looks, strict=True):
                try:
                    domains.note(domain, look, by=by)
                except Refused:
                    continue
                looked, proved = looked + 1, proved + (look.proof is not None)
            last = page[-1].pk
    return Looked(looked, proved)
