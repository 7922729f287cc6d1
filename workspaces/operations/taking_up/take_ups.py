"""Taking up what is eligible, agreeing to it, and ending it early (W2, W3, W5).

Nothing is copied into standing grants: the engine reads these rows beside what they took up, by
the database's clock, and nothing has to run for an end to happen.
"""

from datetime import timedelta

from django.db.models.functions import Now

from workspaces.access.engine import Access
from workspaces.change import (
    Actor,
    Target,
    audit,
    lock_workspace,
    naming,
    require,
    require_proof,
    reread,
    target,
    targets,
    token_of,
)
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models import Member, TakeUp, Workspace
from workspaces.models.eligible import REASON_LENGTH
from workspaces.operations.changes.consequences import Change, people_to_tell, tell, those
from workspaces.operations.changes.texts import line
from workspaces.operations.taking_up import telling
from workspaces.operations.taking_up.approving import approvers_of, may_answer, program_may_answer
from workspaces.operations.taking_up.held import Takable, named, taken


def take_up(member: Member, name: str, minutes: int, reason: str, *, by: Actor) -> TakeUp:
    """Take up what a member holds as eligible, under this name, for so many minutes.

    What somebody has to agree to waits for that; all else runs from now. Raises Refused that
    names the field, Conflict where it cannot be taken up any more or is already, Unproved where
    it asks for a proof of identity, Denied for somebody else's.
    """
    reason = line(reason, field="reason", most=REASON_LENGTH)
    with lock_workspace(member.workspace_id, by=by) as workspace:
        member = reread(workspace.members.select_related("user"), member)
        _require_self(member, by)
        what = named(member, name)
        _require_sense(what, minutes, reason)
        if what.eligibility.proof:
            require_proof(by)
        _require_first(member, what)
        row = TakeUp.objects.create(
            workspace=workspace,
            member=member,
            reason=reason,
            minutes=minutes,
            about=what.digest,
            glass=what.eligibility.break_glass,
            **what.columns,
        )
        if what.eligibility.asks:
            _ask(workspace, row, what, by=by)
        else:
            _begin(workspace, row, what, "glass.broken" if row.glass else "take_up.begun", by=by)
        return row


def answer(row: TakeUp, *, agreed: bool, by: Actor) -> TakeUp:
    """Agree to a taking up, which begins then, or refuse it; whoever asked is told.

    A program answers as the owners do. Raises Conflict when it waits no longer – answered, a day
    old, or about what has changed meanwhile –, Denied for who is no approver.
    """
    with lock_workspace(row.workspace_id, by=by) as workspace:
        row = reread(workspace.take_ups.with_all(), row)
        if not workspace.take_ups.waiting().filter(pk=row.pk).exists():
            raise Conflict("W3", "This does not wait for an answer any more.")
        _require_answering(workspace, row, by)
        row.answered_by = by.user
        row.save(update_fields=["answered_by"])
        if agreed:
            _begin(workspace, row, taken(row), "take_up.begun", by=by)
        else:
            workspace.take_ups.filter(pk=row.pk).update(refused_at=Now())
            _record(workspace, row, "take_up.refused", by=by)
        telling.answered(row, agreed=agreed, by=by)
        return row


def end(row: TakeUp, *, by: Actor) -> TakeUp:
    """End a running taking up now, or take back the asking: its member's own, or an owner does.

    Raises Conflict when it neither runs nor waits.
    """
    with lock_workspace(row.workspace_id, by=by) as workspace:
        row = reread(workspace.take_ups.with_all(), row)
        if by.user is None or by.user != row.member.user:
            require(by, workspace, _owns)
        mine = workspace.take_ups.filter(pk=row.pk)
        ran = mine.running().update(ends_at=Now())
        if ran or mine.waiting().update(refused_at=Now()):
            row.refresh_from_db(fields=["ends_at", "refused_at"])
            _record(workspace, row, "take_up.ended", by=by)
            if ran:
                told = people_to_tell(those([row.member]), by)
                tell(workspace, told, Change.GRANTS, by=by)
            return row
        raise Conflict("W2", "This has ended already.")


def end_all(workspace: Workspace) -> int:
    """End whatever runs, and take back whatever waits; return how many. Under the lock."""
    ran = workspace.take_ups.running().update(ends_at=Now())
    return ran + workspace.take_ups.waiting().update(refused_at=Now())


def look_at(row: TakeUp, finding: str, *, by: Actor) -> TakeUp:
    """Write down what an owner found who looked at a broken glass (W5).

    Raises Refused without a line, Conflict when somebody did so before.
    """
    finding = line(finding, field="finding", most=REASON_LENGTH)
    if not finding:
        raise Refused("W5", "Write what you found.", field="finding")
    with lock_workspace(row.workspace_id, by=by) as workspace:
        row = reread(workspace.take_ups.with_all(), row)
        require(by, workspace, _owns)
        if not workspace.take_ups.broken_glass().filter(pk=row.pk).exists():
            raise Conflict("W5", "Somebody has looked at it already.")
        if by.user == row.member.user:
            raise Denied("W5", "Another owner looks at what you did.")
        workspace.take_ups.filter(pk=row.pk).update(
            looked_at=Now(), looked_by=by.user, finding=finding
        )
        row.refresh_from_db()
        _record(workspace, row, "glass.looked_at", by=by, after={"finding": finding})
        return row


def _owns(access: Access) -> bool:
    return access.is_owner


def _require_answering(workspace: Workspace, row: TakeUp, by: Actor) -> None:
    if token := token_of(by):
        require(by, workspace, _owns)
        if not program_may_answer(token, row):
            raise Denied("W3", "Somebody else has to agree to this.")
        return
    approver = workspace.members.filter(user=by.user).select_related("workspace").first()
    if by.user is None or approver is None or not may_answer(approver, row):
        raise Denied("W3", "You may not agree to this.")


def _require_self(member: Member, by: Actor) -> None:
    if by.user is None or by.user != member.user:
        raise Denied("W2", "Everybody takes up what they hold themselves.")


def _require_sense(what: Takable, minutes: int, reason: str) -> None:
    longest = what.eligibility.longest_minutes
    if not 1 <= minutes <= longest:
        raise Refused("W2", f"For 1 to {longest} minutes.", field="minutes")
    if not reason:
        raise Refused("W2", "Say why.", field="reason")


def _require_first(member: Member, what: Takable) -> None:
    """Raise Conflict where it runs or waits already (XO1)."""
    mine = TakeUp.objects.filter(member=member, **what.columns)
    if mine.running().exists():
        raise Conflict("XO1", "You have taken this up already. It runs.")
    if mine.waiting().exists():
        raise Conflict("XO1", "You have asked for this already. It waits for an answer.")


def _ask(workspace: Workspace, row: TakeUp, what: Takable, *, by: Actor) -> None:
    people = approvers_of(workspace, what.eligibility, row.member)
    if not people.exists():
        raise Conflict("W3", "There is nobody who could agree to this.")
    _record(workspace, row, "take_up.asked", by=by)
    telling.asked(row, people)


def _begin(workspace: Workspace, row: TakeUp, what: Takable, kind: str, *, by: Actor) -> None:
    """Let it run from now, for as long as was asked, by the database's clock."""
    mine = workspace.take_ups.filter(pk=row.pk)
    mine.update(starts_at=Now(), ends_at=Now() + timedelta(minutes=row.minutes))
    row.refresh_from_db(fields=["starts_at", "ends_at"])
    _record(workspace, row, kind, by=by)
    if row.glass:
        telling.glass_broken(row)


def _record(
    workspace: Workspace,
    row: TakeUp,
    kind: str,
    *,
    by: Actor,
    after: dict[str, object] | None = None,
) -> None:
    """Write the event: about the member, and what they took up."""
    concerned: list[Target] = []
    if row.grant is not None:
        terms = workspace.grants.with_terms().get(pk=row.grant.pk).terms
        concerned += naming.named_in([terms])
    if row.membership is not None:
        concerned += targets([row.membership.group])
    told = {"what": telling.name_of(row), "minutes": row.minutes, "reason": row.reason}
    moments = {"starts": row.starts_at, "ends": row.ends_at}
    told |= {key: moment.isoformat() for key, moment in moments.items() if moment}
    audit.record(
        workspace,
        kind,
        by=by,
        target=target(row.member),
        concerned=concerned,
        after={**told, **(after or {})},
    )
