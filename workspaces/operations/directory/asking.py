"""Asking somebody by mail whether they want to be where the directory puts them.

The question is an invite without grants, sent by the directory's token: whoever has an
account of their own and never belonged to the workspace, or left it by themself, is not
pulled into it, and the rule of its sessions does not touch them until they accept (S3).
"""

from django.utils import timezone

from workspaces.change import Actor, audit, naming, target, token_of
from workspaces.models import DirectoryPerson, Invite, Workspace
from workspaces.operations.invites import addresses, contents, invites, links


def ask(
    workspace: Workspace, record: DirectoryPerson, *, by: Actor, replaced: dict[str, object]
) -> Invite:
    """Send the question, with one event, and return it.

    Under the lock, with no invite to the address open.

    A directory that takes back its question and asks again within the hour sends no second
    mail: the link that went out is good again (XE12). Raises TooOften when the workspace has
    mailed too many people within the hour.
    """
    invite = _asked_lately(record)
    if invite is not None:
        invite.voided_at, invite.owner, invite.message = None, False, ""
        invite.sent_by, invite.sent_by_token = by.user, token_of(by)
        invite.save()
    else:
        addresses.require_measure(workspace, 1)
        secret = links.new_secret()
        invite = Invite.objects.create(
            workspace=workspace,
            email=record.user.email,
            link_hash=links.link_hash(secret),
            sent_by=by.user,
            sent_by_token=token_of(by),
            expires_at=timezone.now() + invites.default_life(),
        )
        invites.mail(invite, contents.Offer(), secret, directory=True)
    record.invite = invite
    audit.record(
        workspace,
        "invite.sent",
        by=by,
        target=target(invite),
        before={"replaced": replaced} if replaced else None,
        after=naming.offered(invite),
    )
    return invite


def _asked_lately(record: DirectoryPerson) -> Invite | None:
    """Return the last question, where it went out within the hour and was not answered."""
    if record.invite_id is None:
        return None
    now = timezone.now()
    lately = Invite.objects.filter(
        pk=record.invite_id,
        accepted_at__isnull=True,
        sent_at__gt=now - addresses.PAUSE,
        expires_at__gt=now,
    )
    return lately.first()
