"""What becomes of each address somebody would like to invite, before anything is sent."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from accounts.addresses import normalise
from workspaces.errors import TooOften
from workspaces.models import Invite, Member, Workspace

MOST = 1000  # addresses of one send, and mails of one workspace in an hour (XE12)
PAUSE = timedelta(hours=1)  # between two mails of a workspace to one address (XE12)
OFTEN = 10  # invites to one address within the pause


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

    `member` is who has the address already, `invite` the open one that would be replaced,
    `mail_at` when the mail may leave, where one left within the hour.
    """

    typed: str
    kind: Kind
    email: str = ""
    why: str = ""
    member: Member | None = None
    invite: Invite | None = None
    mail_at: datetime | None = None

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
    mailed = _mailed(workspace, emails)
    pending = {invite.email: invite for invite in workspace.invites.pending().filter(
        email__in=emails
    )}  # fmt: skip
    found: dict[str, Verdict] = {}
    for verdict in parsed:
        typed, email = verdict.typed, verdict.email
        if email in members:
            judged = Verdict(typed, Kind.MEMBER, email, member=members[email])
        else:
            judged = _by_mail(verdict, pending.get(email), mailed.get(email, []))
        found.setdefault(email or typed, judged)
    return list(found.values())


def _mailed(workspace: Workspace, emails: Iterable[str]) -> dict[str, list[datetime]]:
    """Return when invites were mailed within the hour, or will be, by address."""
    since = timezone.now() - PAUSE
    found: dict[str, list[datetime]] = {}
    lately = workspace.invites.filter(email__in=emails, mail_at__gt=since)
    for email, when in lately.values_list("email", "mail_at"):
        found.setdefault(email, []).append(when)
    return found


def _by_mail(verdict: Verdict, pending: Invite | None, mailed: list[datetime]) -> Verdict:
    """Judge an address by the mails of the last hour (XE12).

    An open invite mailed within it is not mailed again. One that was withdrawn meanwhile can
    be made anew, and its mail waits for the hour to pass; mails that waited went with theirs.
    """
    if (pending is not None and pending.mail_at in mailed) or len(mailed) >= OFTEN:
        return replace(verdict, kind=Kind.RECENT, invite=pending)
    now = timezone.now()
    left = [when for when in mailed if when <= now]
    kind = Kind.REPLACES if pending else verdict.kind
    return replace(verdict, kind=kind, invite=pending, mail_at=max(left) + PAUSE if left else None)


def _parse(text: str) -> Verdict:
    """Return the address in its one form, or why it is none (XE4)."""
    try:
        return Verdict(text, Kind.NEW, normalise(text))
    except ValueError as error:
        strange = not text.isascii() or "xn--" in text.lower()
        return Verdict(text, Kind.LOOKALIKE if strange else Kind.MALFORMED, why=str(error))


def require_measure(workspace: Workspace, more: int) -> None:
    """Raise TooOften when the mails of the last hour and these are too many (XE12)."""
    since = timezone.now() - PAUSE
    lately = workspace.invites.filter(sent_at__gt=since).order_by("sent_at")
    if lately.count() + more > MOST:
        raise TooOften(
            "XE12",
            f"At most {MOST} people can be invited within an hour.",
            wait=int(PAUSE.total_seconds()),
        )
