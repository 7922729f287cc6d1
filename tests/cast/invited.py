"""Invites for tests: sent by ada unless somebody else is named, aged without waiting."""

import re
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress

from accounts.models.mail import Mail
from accounts.models.user import User
from tests.world import World
from workspaces.change import Actor, lock_workspace
from workspaces.models import Invite
from workspaces.operations.invites import acceptance, invites
from workspaces.operations.invites.contents import Offer
from workspaces.terms import Terms


def owner(world: World) -> Actor:
    return world.actor("ada")


def ask(
    world: World,
    email: str,
    offer: Offer | None = None,
    *,
    by: Actor | None = None,
    ident: str = "once",
    seen: str = "",
) -> Invite:
    """Invite one address and return the invite, with its workspace and sender."""
    sent = invites.send(
        world.workspace,
        [email],
        offer or Offer(),
        by=(by or owner(world)).having_seen(seen),
        ident=ident,
    )
    return Invite.objects.select_related("workspace", "sent_by").get(pk=sent.invites[0].pk)


def sent_to(email: str) -> Mail:
    """Return the newest mail to an address."""
    return Mail.objects.filter(to=email).latest("pk")


def link_to(email: str) -> str:
    """Return the path of the link in the newest mail to an address."""
    url = re.search(r"https?://\S+/invites/\S+", sent_to(email).text)[0]
    return urlsplit(url).path


def age(invite: Invite, **ago: float) -> None:
    """Make an invite as if it had been sent that long ago, and everything of it older."""
    past = timedelta(**ago)
    with lock_workspace(invite.workspace_id):
        invite.sent_at -= past
        invite.mail_at -= past
        invite.expires_at -= past
        invite.save(update_fields=["sent_at", "mail_at", "expires_at"])


def an_old_invite(world: World) -> Invite:
    """Return an invite sent by ada two hours ago, which may be sent again."""
    invite = ask(world, "new@example.org", Offer(grants=(Terms("source-admin", "all"),)))
    age(invite, hours=2)
    return invite


def an_acceptance(world: World) -> partial[object]:
    user = User.objects.create_user("new@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return partial(acceptance.accept, an_old_invite(world), user)
