"""How far a session reaches, from what opened it (P2, P5, P9). The one place that says so."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.http import HttpRequest

from accounts.sessions import Limits
from workspaces.models import Member


@dataclass(frozen=True, slots=True)
class Reach:
    """`own` is set where own credentials opened the session; `slug` names the workspace whose
    connection did, with the connection's public id. A session may be both.
    """

    own: bool = False
    slug: str = ""
    connection: str = ""

    def enters(self, slug: str) -> bool:
        """Whether the session may be asked about a workspace at all (P2)."""
        return self.own or self.is_vouched_for(slug)

    def is_vouched_for(self, slug: str) -> bool:
        """Whether a connection of this workspace opened it: that is a second factor there (P9)."""
        return bool(slug) and self.slug == slug

    def satisfies(self, member: Member) -> bool:
        """Whether the session is one by which this member may enter their workspace (P5)."""
        workspace = member.workspace
        free = not workspace.sso_required or member.sso_exempt
        return self.enters(workspace.slug) and (free or self.is_vouched_for(workspace.slug))

    def lacks_factor(self, member: Any) -> bool:
        """Whether a second factor is due by now, and neither the member nor a provider shows one
        (P9); the member is read by `with_second_factor`.
        """
        return bool(member.factor_due) and not self.shows_factor(member)

    def shows_factor(self, member: Any) -> bool:
        """Whether the member has a second factor, or a provider vouches in its stead."""
        return bool(member.has_factor) or self.is_vouched_for(member.workspace.slug)


NOWHERE = Reach()


def with_reach(rows: Any) -> Any:
    """Annotate sign-ins with what `reach_in` reads."""
    return rows.annotate(
        vouched_slug=F("vouched__binding__workspace__slug"),
        vouched_by=F("vouched__binding__connection__public_id"),
        vouched_at=F("vouched__vouched_at"),
    )


def reach_in(sign_in: Any, limits: Limits) -> Reach:
    """Return the reach of a sign-in that was read by `with_reach` and by the database's clock.

    Own credentials lengthen no word of a provider: it holds as long as a session would that it
    opened alone.
    """
    at = sign_in.vouched_at
    if at is None or at + limits.whole <= sign_in.database_now:
        return Reach(sign_in.own)
    return Reach(sign_in.own, sign_in.vouched_slug, sign_in.vouched_by)


def reach_of(request: HttpRequest) -> Reach:
    """Return how far the session of a request reaches; the session rule has noted it."""
    found: Reach = getattr(request, "reach", NOWHERE)
    return found
