"""What becomes of each address somebody would like to invite, before anything is sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils import timezone

from accounts.addresses import normalise
from workspaces.models.invite import Invite
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace

MOST = 1000  # addresses of one send, and mails of one workspace in an hour (E12)
PAUSE = timedelta(hours=1)  # between two mails of a workspace to one address (E12)


class Kind(StrEnum):
    NEW = "new"
    REPLACES = "replaces"
    MEMBER = "member"
    RECENT = "recent"
    MALFORMED = "malformed"
    LOOKALIKE = "lookalike"


GOOD = frozenset({Kind.NEW, Kind.REPLACES})


@dataclass(frozen=True, slots=True)
class Verdict:
    """One address as it was typed, and what would happen to it; `email` is its one form.

    `member` is who has the address already, `invite` the open one that would be replaced.
    """

    typed: str
    kind: Kind
    email: str = ""
    why: str = ""
    member: Member | None = None
    invite: Invite | None = None

    @property
    def good(self) -> bool:
        """Whether an invite would go out."""
        return self.kind in GOOD


def judge(workspace: Workspace, typed: Iterable[str]) -> list[Verdict]:
    """Judge addresses, each once, in the order they were typed; 3 statements."""
    parsed = [_parse(text) for text in dict.fromkeys(typed)]
    emails = [verdict.email for verdict in parsed if verdict.email]
    members = {
        member.user.email: member
        for member in workspace.members.filter(user__email__in=emails).select_related("user")
    }
    since = timezone.now() - PAUSE
    mailed = workspace.invites.filter(email__in=emails, sent_at__gt=since)
    recent = set(mailed.values_list("email", flat=True))
    pending = {invite.email: invite for invite in workspace.invites.pending().filter(
        email__in=emails
    )}  # fmt: skip
    found: dict[str, Verdict] = {}
    for verdict in parsed:
        typed, email = verdict.typed, verdict.email
        if email in members:
            judged = Verdict(typed, Kind.MEMBER, email, member=members[email])
        elif email in recent:
            judged = Verdict(typed, Kind.RECENT, email, invite=pending.get(email))
        elif email in pending:
            judged = Verdict(typed, Kind.REPLACES, email, invite=pending[email])
        else:
            judged = verdict
        found.setdefault(email or typed, judged)
    return list(found.values())


def _parse(text: str) -> Verdict:
    """Return the address in its one form, or why it is none (E4)."""
    try:
        return Verdict(text, Kind.NEW, normalise(text))
    except ValueError as error:
        strange = not text.isascii() or "xn--" in text.lower()
        return Verdict(text, Kind.LOOKALIKE if strange else Kind.MALFORMED, why=str(error))
