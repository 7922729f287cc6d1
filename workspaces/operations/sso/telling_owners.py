"""Telling owners that the proof of a domain is gone, twice at most, and that it lapsed (P1)."""

from datetime import datetime, timedelta
from typing import Any

from accounts import outbox
from accounts.addresses import spelled
from workspaces.models import Domain, Workspace

LATE = timedelta(days=3)  # before it lapses


def tell_of_missing(workspace: Workspace, domain: Domain, now: datetime, *, sure: bool) -> None:
    """Mail the owners on the first day, and once more when three are left.

    The first mail waits for a name server that answers (`sure`): where ours are away for a
    night, nobody's proof is gone. The caller saves the domain.
    """
    lapses = domain.lapses_at or now
    late = lapses - now <= LATE
    first = domain.told_at is None and sure
    if first or (late and (domain.told_at is None or domain.told_at < lapses - LATE)):
        domain.told_at = now
        _tell(workspace, "domain_missing", {"domain": spelled(domain.name), "lapses": lapses})


def tell_of_lapse(workspace: Workspace, domain: Domain) -> None:
    """Mail the owners that nobody is let in any more for being of the domain."""
    _tell(workspace, "domain_lapsed", {"domain": spelled(domain.name)})


def _tell(workspace: Workspace, template: str, words: dict[str, Any]) -> None:
    owners = workspace.members.owners().values_list("user__email", flat=True)
    url = outbox.absolute(workspace.url("settings_domains"))
    outbox.queue_alike(owners, template, {"workspace": workspace.name, "url": url, **words})
