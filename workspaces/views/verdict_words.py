"""What a review of invites says of each address, in a few words and with an icon."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from workspaces.models.workspace import Workspace
from workspaces.operations.verdicts import Kind, Verdict

SHOWN = 100
ICONS = {
    Kind.NEW: "mail-plus",
    Kind.REPLACES: "replace",
    Kind.MEMBER: "user-check",
    Kind.RECENT: "hourglass",
    Kind.MALFORMED: "circle-x",
    Kind.LOOKALIKE: "triangle-alert",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One address of the box: how its chip looks, what it says, where to look further."""

    text: str
    kind: str
    icon: str
    words: str
    good: bool
    url: str = ""


def judged(workspace: Workspace, verdicts: Iterable[Verdict]) -> list[Judged]:
    """Put verdicts into words, those that need a look first."""
    ordered = sorted(verdicts, key=lambda verdict: verdict.good)
    return [
        Judged(
            verdict.email or verdict.typed[:100],
            verdict.kind,
            ICONS[verdict.kind],
            _words(verdict),
            verdict.good,
            _url(workspace, verdict),
        )
        for verdict in ordered
    ]


def _words(verdict: Verdict) -> str:
    match verdict.kind:
        case Kind.NEW:
            return _("gets a mail")
        case Kind.REPLACES:
            return _("replaces the open invitation")
        case Kind.MEMBER:
            return _("is a member already")
        case Kind.RECENT:
            return _("was mailed less than an hour ago")
        case Kind.LOOKALIKE:
            return _("may look like another address: {why}").format(why=verdict.why)
    return verdict.why


def _url(workspace: Workspace, verdict: Verdict) -> str:
    """Return where one would rather go: a member's editor, the open invitation."""
    if verdict.member:
        member = verdict.member.public_id
        return reverse("workspaces:member_access", args=[workspace.slug, member])
    if verdict.invite:
        return reverse("workspaces:invitation", args=[workspace.slug, verdict.invite.public_id])
    return ""
