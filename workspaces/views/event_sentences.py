"""What each audit event says, in a sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from config.web.listing import Drawn
from workspaces.models.event import ActorKind, Event

SENTENCES = {
    "workspace.created": _("made the workspace"),
    "workspace.imported": _("imported a document"),
    "workspace.settings_changed": _("changed the settings of"),
    "workspace.sign_in_changed": _("changed the sign-in rules of"),
    "workspace.closed": _("closed the workspace"),
    "workspace.reopened": _("reopened the workspace"),
    "workspace.restored": _("restored a backup, and held tokens and invitations, of"),
    "workspace.held_confirmed": _("confirmed what was held since a backup was restored in"),
    "workspace.erased": _("erased what was in the workspace"),
    "member.added": _("added"),
    "member.removed": _("removed"),
    "member.left": _("left, as"),
    "member.owner_changed": _("changed the ownership of"),
    "member.deactivated": _("deactivated the account of"),
    "member.reactivated": _("reactivated the account of"),
    "member.recorded": _("put down, not active,"),
    "member.linked": _("changed what the directory says of"),
    "member.forgotten": _("let the directory forget"),
    "group.linked": _("took into the directory the group"),
    "group.opened": _("opened to the directory the group"),
    "group.closed": _("closed to the directory the group"),
    "group.taken_over": _("took over from the directory the group"),
    "group.created": _("made the group"),
    "group.described": _("renamed or described the group"),
    "group.deleted": _("deleted the group"),
    "group.members_added": _("added people to"),
    "group.members_removed": _("took people out of"),
    "group.members_replaced": _("changed who is in"),
    "group.members_moved": _("moved people to another group from"),
    "policy.changed": _("changed the access of"),
    "grants.given": _("gave access to"),
    "grants.revoked": _("took access from"),
    "invite.sent": _("invited"),
    "invites.sent": _("invited people to"),
    "invite.resent": _("sent a new link to"),
    "invite.changed": _("changed the invitation of"),
    "invite.revoked": _("withdrew the invitation of"),
    "invite.accepted": _("accepted the invitation as"),
    "invites.voided": _("ended invitations, whose sender is no owner any more, to"),
    "grants.given_to_many": _("gave one grant to"),
    "grants.ends_moved": _("moved the ends of grants of"),
    "members.removed": _("removed"),
    "grant.end_moved": _("moved the end of a grant of"),
    "label.created": _("made the label"),
    "label.deleted": _("deleted the label"),
    "resource.created": _("added"),
    "resource.read": _("looked at"),
    "resource.renamed": _("renamed"),
    "resource.changed": _("changed the settings of"),
    "resource.deleted": _("deleted"),
    "label.replaced": _("replaced the label"),
    "resource.relabelled": _("changed the labels of"),
    "resources.relabelled": _("labelled sources or spaces:"),
    "resource.connected": _("connected"),
    "resource.disconnected": _("disconnected"),
    "token.created": _("made the token"),
    "token.rotated": _("gave a new secret to the token"),
    "token.confirmed": _("confirmed, after a backup was restored, the token"),
    "token.revoked": _("revoked the token"),
    "audit.exported": _("took the audit trail as a file out of"),
    "members.exported": _("took the list of members as a file out of"),
    "access.exported": _("took the list of who may do what as a file out of"),
    "alias.asked": _("asks for an invitation of their alias account"),
    "request.made": _("asked for access to"),
    "request.withdrawn": _("no longer asks for access to"),
    "request.approved": _("gave what was asked for to"),
    "request.declined": _("declined what was asked for by"),
    "support.window_opened": _("let support visit"),
    "support.window_closed": _("closed the door to support in"),
    "support.visit_begun": _("began a support visit to"),
    "support.visit_ended": _("ended their support visit to"),
    "support.page_read": _("looked, on a support visit, at a page about"),
    "audit.purged": _("purged audit events past their retention of"),
}


ICONS = {
    "token": "key",
    "scim": "refresh-cw",
    "system": "terminal",
    "support": "life-buoy",
}


@dataclass(frozen=True, slots=True)
class Told(Drawn):
    """An event with its sentence: actor, what, target.

    `icon` stands for an actor that is no person; `undone_by` is the event that took it back.
    """

    event: Event
    what: str
    by_person: bool
    icon: str
    undone_by: int | None = None


def sentences(events: Iterable[Event], undone: Mapping[int, int] | None = None) -> list[Told]:
    """Put events into words; an action without a sentence shows its own name."""
    return [
        Told(
            event,
            gettext(SENTENCES[event.action]) if event.action in SENTENCES else event.action,
            by_person=event.actor_kind == ActorKind.USER,
            icon=ICONS.get(event.actor_kind, "key"),
            undone_by=(undone or {}).get(event.number),
        )
        for event in events
    ]


def action_name(action: str) -> str:
    """Return an action as a filter shows it: "Group: members added"."""
    noun, _dot, verb = action.replace("_", " ").partition(".")
    return f"{noun.capitalize()}: {verb}"
