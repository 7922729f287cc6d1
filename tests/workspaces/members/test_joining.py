"""Whoever comes in or goes, by whatever door, leaves no open invite behind (I1, XE1, XE8)."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models.user import User
from labels import operations as labels
from labels.syntax import LabelName
from tests.cast.directories import NEW, directory_of, known, put_in, somebody
from tests.cast.invited import ask, link_to
from tests.world import SYSTEM, acme
from workspaces.models import Invite
from workspaces.operations.directory import people as directory_people
from workspaces.operations.documents import load_document
from workspaces.operations.invites.acceptance import accept
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import account_deletion, bulk, members
from workspaces.operations.members.bulk_changes import Remove
from workspaces.operations.workspace import suspended
from workspaces.terms import Terms

BO = "bo@example.org"
EVERYTHING = Offer(owner=True, grants=(Terms("source-admin", "all"),))


def document(world, **changes):
    return load_document(acme(**changes), by=SYSTEM)


def with_nina(world):
    return document(world, members=[*acme()["members"], {"email": NEW, "name": "Nina"}])


def without_bo(world):
    people = [member for member in acme()["members"] if member["email"] != BO]
    groups = [{**group, "members": []} for group in acme()["groups"]]
    return document(world, members=people, groups=groups)


WAYS_IN = {
    "console": lambda w: members.add(w.workspace, somebody(), by=SYSTEM),
    "command": lambda w: members.appoint_owner(w.workspace, NEW, by=SYSTEM),
    "import": with_nina,
    "directory": lambda w: put_in(w, directory_of(w)),
}
WAYS_OUT = {
    "removed": lambda w: members.remove(w.member("bo"), by=SYSTEM),
    "left": lambda w: members.leave(w.member("bo"), by=SYSTEM),
    "account deleted": lambda w: account_deletion.delete_account(
        w.user("bo"), by=SYSTEM, request=None
    ),
    "deactivated": lambda w: members.set_user_active(
        w.user("bo"), active=False, by=SYSTEM.because("r")
    ),
    "in bulk": lambda w: bulk.apply(
        w.workspace,
        lambda now: now.members.filter(user__email=BO),
        Remove(w.user("ada").pk),
        by=SYSTEM,
    ),
    "import without them": without_bo,
    "directory, inactive": lambda w: directory_people.change(
        w.member("bo"), by=directory_of(w), active=False
    ),
    "directory, deleted": lambda w: directory_people.forget(w.member("bo"), by=directory_of(w)),
}


def bo_is_invited(world) -> Invite:
    """Return an open invite to somebody who is a member: they took that address after it."""
    user = world.user("bo")
    User.objects.filter(pk=user.pk).update(email="old@example.org")
    invite = ask(world, BO, EVERYTHING)
    User.objects.filter(pk=user.pk).update(email=BO)
    return invite


@pytest.mark.parametrize("way", WAYS_IN)
def test_every_way_in_ends_what_invited_them_I1(world, way):
    invite = ask(world, NEW, EVERYTHING)
    WAYS_IN[way](world)
    invite.refresh_from_db()
    assert invite.voided_at
    assert not invite.grants.exists()


@pytest.mark.parametrize("way", WAYS_OUT)
def test_every_way_out_ends_what_invites_them_I1(world, way):
    invite = bo_is_invited(world)
    WAYS_OUT[way](world)
    invite.refresh_from_db()
    assert invite.voided_at


@pytest.mark.parametrize("way", [*WAYS_IN, *WAYS_OUT])
def test_an_invite_that_waits_since_a_restore_ends_alike_XJ10(world, way):
    invite = ask(world, NEW) if way in WAYS_IN else bo_is_invited(world)
    suspended.hold(world.workspace, by=SYSTEM)
    {**WAYS_IN, **WAYS_OUT}[way](world)
    invite.refresh_from_db()
    assert invite.voided_at


@pytest.mark.parametrize("way", ["console", "import"])
def test_the_old_link_gives_a_removed_person_nothing_XE1(world, client, way):
    """In by another door, out again: the link of before does not let them back in."""
    ask(world, NEW, EVERYTHING)
    link = link_to(NEW)
    WAYS_IN[way](world)
    user = User.objects.get(email=NEW)
    members.remove(world.workspace.members.get(user=user), by=SYSTEM)
    EmailAddress.objects.get_or_create(user=user, email=NEW, verified=True, primary=True)
    client.force_login(user, backend="accounts.backends.SignInBackend")
    client.get(link)
    assert client.post(link).status_code == 410
    assert not world.workspace.members.filter(user=user).exists()


@pytest.mark.parametrize("way", ["inactive", "deleted"])
def test_a_directory_that_puts_somebody_out_ends_what_owners_sent_them_too_I1(world, way):
    scim = directory_of(world)
    put_in(world, scim, active=False)
    invite = ask(world, NEW, EVERYTHING)
    if way == "deleted":
        directory_people.forget(known(world), by=scim)
    else:
        directory_people.change(known(world), by=scim, active=False)
    invite.refresh_from_db()
    assert invite.voided_at
    assert not invite.grants.exists()


def test_the_trail_says_what_was_offered_A1(world):
    ask(world, NEW, EVERYTHING)
    members.add(world.workspace, somebody(), by=SYSTEM)
    event = world.workspace.events.get(action="invites.overtaken")
    assert event.before[NEW]["owner"] is True
    assert event.before[NEW]["grants"] == [{"role": "source-admin", "scope": {"all": True}}]


def test_whoever_accepts_has_used_theirs_and_nothing_is_void_XK1(world):
    invite = ask(world, NEW, EVERYTHING)
    member = accept(invite, somebody(), by=SYSTEM)
    invite.refresh_from_db()
    assert (invite.voided_at, invite.accepted_at) == (None, member.joined_at)


def test_invites_to_others_and_elsewhere_stay_I1(world):
    other = ask(world, "other@example.org")
    members.add(world.workspace, somebody(), by=SYSTEM)
    members.remove(world.workspace.members.get(user__email=NEW), by=SYSTEM)
    other.refresh_from_db()
    assert other.voided_at is None


def test_a_label_that_only_such_an_invite_held_can_go_L4(world):
    label = labels.create(world.workspace, LabelName("un", "used"), by=SYSTEM)
    ask(world, NEW, Offer(grants=(Terms("source-admin", "labels", (label,)),)))
    members.add(world.workspace, somebody(), by=SYSTEM)
    labels.delete(label, by=SYSTEM)
    assert not world.workspace.labels.filter(pk=label.pk).exists()
