"""Telling owners what concerns who gets in: a domain's proof that is gone (P1), a person whose id
or address is another one (P3), a certificate that ends (P6)."""

from datetime import datetime, timedelta
from typing import Any

from accounts import outbox
from accounts.addresses import spelled
from workspaces.models import Domain, SsoConnection, Workspace

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
        words = {"domain": spelled(domain.name), "lapses": lapses}
        _tell(workspace, "domain_missing", "settings_domains", words)


def tell_of_lapse(workspace: Workspace, domain: Domain) -> None:
    """Mail the owners that nobody is let in any more for being of the domain."""
    _tell(workspace, "domain_lapsed", "settings_domains", {"domain": spelled(domain.name)})


def tell_of_mismatch(connection: SsoConnection, address: str, what: str) -> None:
    """Mail the owners that a provider names somebody by another id or address than before."""
    words = {"connection": connection.name, "address": spelled(address), "what": what}
    _tell(connection.workspace, "binding_mismatch", "settings_connections", words)


def tell_of_certificate(connection: SsoConnection, ends: datetime, days: int) -> None:
    """Mail the owners that a certificate in force ends in so many days."""
    words = {"connection": connection.name, "ends": ends, "days": days}
    _tell(connection.workspace, "certificate_ending", "settings_connections", words)


def _tell(workspace: Workspace, template: str, route: str, words: dict[str, Any]) -> None:
    owners = workspace.members.owners().values_list("user__email", flat=True)
    url = outbox.absolute(workspace.url(route))
    outbox.queue_alike(owners, template, {"workspace": workspace.name, "url": url, **words})
