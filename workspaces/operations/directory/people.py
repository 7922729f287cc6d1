"""What a directory does with people: put in, take out, put back, forget (XL4–XL8).

A directory says who belongs; what they may do is said in the workspace. So whoever it puts
in has minimal access, and whoever it puts back gets nothing back. It changes no account:
neither the address nor a name that is there (XL6).
"""

from django.utils import timezone

from accounts.addresses import clean_name, normalise
from accounts.models.user import NO_PASSWORD, User
from config.web.values.text import clean_line, same_key
from workspaces import models
from workspaces.change import Actor, audit, lock_workspace, reread, target
from workspaces.errors import Conflict, Refused
from workspaces.models.directory import EXTERNAL_ID_LENGTH, USER_NAME_LENGTH
from workspaces.operations.directory import asking, waiting
from workspaces.operations.directory.telling_owners import telling_owners
from workspaces.operations.invites import invites, withdrawal
from workspaces.operations.members import joining, members
from workspaces.operations.sign_in.open_sessions import follow


def provision(
    workspace: models.Workspace,
    *,
    address: str,
    by: Actor,
    user_name: str = "",
    display_name: str = "",
    external_id: str = "",
    active: bool = True,
) -> models.DirectoryPerson:
    """Put somebody into the workspace with minimal access, or ask them by mail first.

    Who has no account gets one, without a password; who was taken out by others is put back.
    Everybody else is asked: it is their account, and they never belonged here or left by
    themselves. An open invite to the address is void, and what it offers is not given.
    `user_name` is what the directory calls them, where that is not the address as it is kept.
    Raises Conflict where the person is here already, or is being asked, or somebody else is
    called so, and Refused for what is no address or name; `field` is the attribute's name.
    """
    email, name = _address(address), _name(display_name)
    external_id = checked_external_id(external_id)
    with lock_workspace(workspace.pk, by=by) as locked:
        account = {"name": name, "password": NO_PASSWORD}
        user, made = User.objects.get_or_create(email=email, defaults=account)
        record = None if made else _known(locked).filter(user=user).first()
        if not made and (_member(locked, user.pk) or (record and _is_asked(record))):
            raise Conflict("uniqueness", f"{email} is here already.", field="userName")
        record = record or models.DirectoryPerson(workspace=locked, user=user, may_return=made)
        record.external_id, record.sent_name, record.shown = external_id, name, True
        _call(locked, record, user_name)
        replaced = withdrawal.replace_open(locked, locked.invites.pending().filter(email=email))
        if active:
            _bring_in(locked, record, by=by, replaced=replaced)
        else:
            _save(record)
            audit.record(
                locked,
                "member.recorded",
                by=by,
                target=target(record),
                before={"replaced": replaced} if replaced else None,
                after=_words(record),
            )
        return record


def change(
    person: models.Member | models.DirectoryPerson,
    *,
    by: Actor,
    active: bool | None = None,
    external_id: str | None = None,
    display_name: str | None = None,
) -> None:
    """Change what a directory may of one person; None leaves as it is.

    One event for what it says of them, and one where they come or go. Coming and going are
    as in `provision` and `members.remove`; a name is taken only where there is none, and
    none is taken away (Refused, `mutability`). Raises Conflict for the last owner, who stays
    (R7); the owners are told (XL8).
    """
    if external_id is not None:
        external_id = checked_external_id(external_id)
    name = None if display_name is None else _name(display_name)
    with telling_owners(person, by=by), lock_workspace(person.workspace_id, by=by) as workspace:
        record = _record_of(workspace, person)
        member = _member(workspace, record.user_id)
        record.pushed = record.pushed or member is not None
        _note_words(workspace, record, external_id, name, by=by)
        here = member is not None or _is_asked(record)
        if active and not here:
            replaced = withdrawal.replace_open(
                workspace, workspace.invites.pending().filter(email=record.user.email)
            )
            record.shown = True
            _bring_in(workspace, record, by=by, replaced=replaced)
        elif active and record.pk is not None and (row := member or record.invite):
            waiting.join(workspace, record, row, by=by)
        elif active is False:
            _take_out(workspace, record, member, by=by)


def forget(person: models.Member | models.DirectoryPerson, *, by: Actor) -> None:
    """Take somebody out, and out of the directory's sight; should they come back, their id does.

    Raises Conflict for the last owner, who stays (R7); the owners are told (XL8).
    """
    with telling_owners(person, by=by), lock_workspace(person.workspace_id, by=by) as workspace:
        record = _record_of(workspace, person)
        member = _member(workspace, record.user_id)
        if member is None and not _is_asked(record):
            audit.record(workspace, "member.forgotten", by=by, target=target(record))
        _take_out(workspace, record, member, by=by)
        workspace.directory_people.filter(user=record.user_id).update(
            shown=False,
            external_id="",
            user_name="",
            user_name_key="",
            sent_name="",
            changed_at=timezone.now(),
        )
        models.WaitingMember.objects.filter(
            person__user=record.user_id, workspace=workspace
        ).delete()


def checked_external_id(text: str) -> str:
    """Return an id of the directory's own. Raises Refused for one that cannot be kept."""
    if len(text) > EXTERNAL_ID_LENGTH or "\0" in text:
        raise Refused(
            "scim",
            f"An externalId has at most {EXTERNAL_ID_LENGTH} characters.",
            field="externalId",
        )
    return text


def _address(text: str) -> str:
    try:
        return normalise(text)
    except ValueError as error:
        raise Refused("XE4", str(error), field="userName") from error


def _name(text: str) -> str:
    try:
        return clean_name(text)
    except ValueError as error:
        raise Refused("N1", str(error), field="displayName") from error


def _call(workspace: models.Workspace, record: models.DirectoryPerson, user_name: str) -> None:
    """Let a person be called what the directory calls them. Raises Conflict, or Refused (N1).

    Whoever the directory sees no more gives a name free.
    """
    record.user_name = record.user_name_key = ""
    if user_name in {"", record.user.email}:
        return
    try:
        record.user_name = clean_line(user_name, most=USER_NAME_LENGTH)
    except ValueError as error:
        raise Refused("N1", str(error), field="userName") from error
    record.user_name_key = same_key(record.user_name)
    others = workspace.directory_people.filter(user_name_key=record.user_name_key)
    others = others.exclude(user=record.user)
    if others.visible().exists():
        raise Conflict("uniqueness", f"{record.user_name} is here already.", field="userName")
    others.update(user_name="", user_name_key="")


def _known(workspace: models.Workspace) -> models.DirectoryPersonQuerySet:
    return workspace.directory_people.with_standing().select_related("user", "invite")


def _member(workspace: models.Workspace, user_id: int) -> models.Member | None:
    return workspace.members.select_related("user").filter(user=user_id).first()


def _is_asked(record: models.DirectoryPerson) -> bool:
    """Whether an invite waits for them, of a record read with its standing; a new one has none."""
    return bool(getattr(record, "asked", False))


def _record_of(
    workspace: models.Workspace, person: models.Member | models.DirectoryPerson
) -> models.DirectoryPerson:
    """Return what is kept of a person; of an ordinary member that is a row not yet written."""
    known = _known(workspace)
    if isinstance(person, models.DirectoryPerson):
        return reread(known, person)
    found = known.filter(user=person.user_id).first()
    if found is not None:
        return found
    member = reread(workspace.members.select_related("user"), person)
    return models.DirectoryPerson(
        workspace=workspace,
        user=member.user,
        public_id=member.public_id,
        met=True,
        created_at=member.joined_at,
    )


def _save(record: models.DirectoryPerson) -> None:
    record.changed_at = timezone.now()
    record.save()


def _words(record: models.DirectoryPerson) -> dict[str, object]:
    """Return what a directory says of a person, as the trail keeps it."""
    return {"external_id": record.external_id, "name": record.display_name}


def _note_words(
    workspace: models.Workspace,
    record: models.DirectoryPerson,
    external_id: str | None,
    name: str | None,
    *,
    by: Actor,
) -> None:
    """Write what the directory says of a person, where it says something else than before."""
    before = _words(record)
    if external_id is not None:
        record.external_id = external_id
    if name is not None and not name and record.display_name:
        raise Refused("mutability", "The name of an account stays.", field="displayName")
    if name and not record.display_name:
        record.sent_name = name
        _take_name(record)
    after = _words(record)
    if before != after:
        _save(record)
        audit.record(
            workspace,
            "member.linked",
            by=by,
            target=target(record),
            before=before,
            after=after,
        )


def _take_name(record: models.DirectoryPerson) -> None:
    """Let the account have the name that was sent, if it has none and belongs here."""
    if record.met and record.sent_name and not record.user.name:
        record.user.name = record.sent_name
        record.user.save(update_fields=["name"])


def _bring_in(
    workspace: models.Workspace,
    record: models.DirectoryPerson,
    *,
    by: Actor,
    replaced: dict[str, object],
) -> None:
    """Make somebody a member with minimal access, or ask them whether they want to be."""
    record.pushed = True
    if not record.may_return:
        asked = asking.ask(workspace, record, by=by, replaced=replaced)
        _save(record)
        waiting.join(workspace, record, asked, by=by)
        return
    record.met, record.invite = True, None
    _take_name(record)
    _save(record)
    member = joining.enter(workspace, record.user, by=by)
    follow([record.user_id])
    audit.record(
        workspace,
        "member.added",
        by=by,
        target=target(member),
        before={"replaced": replaced} if replaced else None,
        after={"owner": False},
    )
    waiting.join(workspace, record, member, by=by)


def _take_out(
    workspace: models.Workspace,
    record: models.DirectoryPerson,
    member: models.Member | None,
    *,
    by: Actor,
) -> None:
    """Remove a member (R8), or void what asks them to be one, whoever sent it (I1)."""
    if member is not None:
        members.remove(member, by=by)
        return
    if _is_asked(record) and record.invite is not None:
        invites.revoke(record.invite, by=by)
        record.pushed = False
        _save(record)
    withdrawal.overtake(workspace, [record.user_id], by=by)
