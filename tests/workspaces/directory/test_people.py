"""People whom a directory puts in, takes out, and puts back (XL4–XL6, R8)."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.mail import Mail
from accounts.models.user import User
from tests.cast.directories import NEW, directory_of, known, put_in, scim_token, somebody
from tests.cast.invited import ask
from tests.world import OTHER, SYSTEM, acme, build, everything, give_grants
from workspaces.access.engine import Access
from workspaces.change import Actor, audit, lock_workspace
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models import DirectoryPerson, Event, Invite, Token, TokenKind
from workspaces.operations.directory.people import change, forget, provision
from workspaces.operations.documents import load_document
from workspaces.operations.groups import groups
from workspaces.operations.invites import invites
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import account_deletion, bulk, members
from workspaces.operations.members.bulk_changes import Remove
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms


@pytest.fixture
def scim(world) -> Actor:
    return directory_of(world)


def actions(world, since: int = 0) -> list[str]:
    events = world.workspace.events.filter(number__gt=since).order_by("number")
    return list(events.values_list("action", flat=True))


def last_number(world) -> int:
    return world.workspace.events.newest_first().first().number


def test_who_has_no_account_gets_one_and_minimal_access(world, scim):
    record = put_in(world, scim, display_name="Nina Simone", external_id="00u1")
    member = world.member(NEW)
    assert (member.public_id, member.owner) == (record.public_id, False)
    assert not Access.of(member).reach_any_type("read").exists()
    assert (member.user.name, member.user.has_usable_password()) == ("Nina Simone", False)
    assert (record.external_id, record.display_name) == ("00u1", "Nina Simone")
    assert known(world).pushed
    assert not Mail.objects.exists()


def test_the_event_names_the_directory_and_its_address_XK1(world, scim):
    put_in(world, scim)
    event = world.workspace.events.newest_first().first()
    assert (event.action, event.actor_kind, event.target_name) == ("member.added", "scim", NEW)
    assert event.actor_name.startswith("Okta (")
    assert (event.address, event.request_id) == ("192.0.2.7", "r-1")


def test_an_address_counts_without_regard_to_case_and_a_plus_is_another_person_XF1(world, scim):
    with pytest.raises(Conflict, match="here already"):
        put_in(world, scim, "Bo@Example.ORG")
    put_in(world, scim, "bo+team@example.org")
    assert world.member("bo+team@example.org").user != world.user("bo")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"address": "no address"}, "userName"),
        ({"address": "\u212aim@example.org"}, "userName"),
        ({"address": "a\0@example.org"}, "userName"),
        ({"address": NEW, "display_name": "line\nbreak"}, "displayName"),
        ({"address": NEW, "display_name": "x" * 151}, "displayName"),
        ({"address": NEW, "external_id": "x" * 256}, "externalId"),
        ({"address": NEW, "external_id": "a\0"}, "externalId"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name_XE4_XF6(world, scim, sent, field):
    before = everything()
    with pytest.raises(Refused) as refused:
        provision(world.workspace, by=scim, **sent)
    assert refused.value.field == field
    assert everything() == before


def test_a_member_is_a_clash_and_so_is_who_is_being_asked(world, scim):
    somebody()
    put_in(world, scim)
    for address in ("bo@example.org", NEW):
        with pytest.raises(Conflict) as refused:
            put_in(world, scim, address)
        assert (refused.value.rule, refused.value.field) == ("uniqueness", "userName")


def test_an_existing_account_keeps_its_own_name_and_password_XL6(world, scim):
    members.remove(world.member("dee"), by=SYSTEM)
    was = world.user("dee").password
    put_in(world, scim, "dee@example.org", display_name="Somebody Else")
    change(world.member("dee"), display_name="Once More", by=scim)
    user = world.user("dee")
    assert (user.name, user.password) == ("Dee Dee Bridgewater", was)
    assert known(world, "dee@example.org").display_name == "Dee Dee Bridgewater"


def test_a_name_is_taken_later_only_while_there_is_none(world, scim):
    record = put_in(world, scim)
    change(record, display_name="Nina", by=scim)
    change(record, display_name="Eunice", by=scim)
    assert world.user(NEW).name == "Nina"


def test_deactivating_removes_membership_grants_groups_and_tokens_R8_XL4(world, scim):
    member = world.member("bo")
    token, _ = tokens.create(world.workspace, "bo's", by=world.actor("bo"))
    build(OTHER)
    change(member, active=False, by=scim)
    assert not world.workspace.members.filter(user__email="bo@example.org").exists()
    assert not world.workspace.members.in_group(world.group("growth")).exists()
    assert Token.objects.get(pk=token.pk).revoked_at is not None
    assert world.user("bo").is_active
    assert world.user("bo").memberships.get().workspace.slug == "other"


def test_who_was_taken_out_stands_there_as_inactive_under_the_same_id(world, scim):
    ident = world.member("bo").public_id
    change(world.member("bo"), active=False, by=scim)
    record = known(world, "bo@example.org")
    assert (record.public_id, record.inside, record.shown) == (ident, False, True)


def test_activating_again_gives_minimal_access_and_nothing_back_XL5_R8(world, scim):
    ident = world.member("bo").public_id
    give_grants(world.member("bo"), [Terms("space-admin", "all")], by=SYSTEM)
    change(world.member("bo"), active=False, by=scim)
    change(known(world, "bo@example.org"), active=True, by=scim)
    member = world.member("bo")
    assert member.public_id == ident
    assert not Access.of(member).reach_any_type("read").exists()
    assert not member.joined_groups.exists()


def test_what_is_so_already_changes_nothing(world, scim):
    record = put_in(world, scim, external_id="00u1")
    change(record, active=False, by=scim)
    before = everything()
    change(known(world), active=False, external_id="00u1", by=scim)
    change(world.member("bo"), active=True, by=scim)
    assert everything() == before


def test_an_external_id_and_a_membership_are_an_event_each_A1(world, scim):
    before = last_number(world)
    change(world.member("bo"), active=False, external_id="00u9", by=scim)
    assert actions(world, before) == ["member.linked", "member.removed"]
    assert known(world, "bo@example.org").external_id == "00u9"


def test_a_linked_member_is_the_directorys_from_then_on(world, scim):
    change(world.member("bo"), active=True, external_id="00u9", by=scim)
    record = known(world, "bo@example.org")
    assert (record.pushed, record.public_id) == (True, world.member("bo").public_id)


def test_created_inactive_has_an_account_and_no_membership(world, scim):
    record = put_in(world, scim, active=False)
    assert actions(world)[-1] == "member.recorded"
    assert not known(world).inside
    change(record, active=True, by=scim)
    assert world.member(NEW).public_id == record.public_id


def test_forgotten_people_are_out_of_sight_and_keep_their_id(world, scim):
    ident = world.member("bo").public_id
    forget(world.member("bo"), by=scim)
    assert not world.workspace.directory_people.visible().exists()
    assert put_in(world, scim, "bo@example.org").public_id == ident
    assert world.member("bo").public_id == ident


def test_forgetting_an_inactive_one_is_one_event_XK1(world, scim):
    record = put_in(world, scim)
    change(record, active=False, by=scim)
    before = last_number(world)
    forget(known(world), by=scim)
    assert actions(world, before) == ["member.forgotten"]
    assert not known(world).shown


REMOVALS = {
    "console": lambda w: members.remove(w.member("dee"), by=w.actor("ada")),
    "leave": lambda w: members.leave(w.member("dee"), by=w.actor("dee")),
    "many": lambda w: bulk.apply(
        w.workspace,
        lambda workspace: workspace.members.filter(user__email="dee@example.org"),
        Remove(0),
        by=w.actor("ada"),
    ),
    "import": lambda _: load_document(without_dee(), by=SYSTEM),
}


def without_dee():
    document = acme()
    document["members"] = [m for m in document["members"] if "dee" not in m["email"]]
    return document


RETURNS = {
    "directory": lambda w, scim: put_in(w, scim, "dee@example.org"),
    "console": lambda w, _: members.add(w.workspace, w.user("dee"), by=SYSTEM),
    "appointed": lambda w, _: members.appoint_owner(w.workspace, "dee@example.org", by=SYSTEM),
    "import": lambda *_: load_document(acme(), by=SYSTEM),
}


@pytest.mark.parametrize("back", RETURNS)
@pytest.mark.parametrize("out", [name for name in REMOVALS if name != "leave"])
def test_an_id_outlives_leaving_and_coming_back_by_any_door(world, scim, out, back):
    ident = world.member("dee").public_id
    REMOVALS[out](world)
    assert known(world, "dee@example.org").public_id == ident
    RETURNS[back](world, scim)
    assert world.member("dee").public_id == ident


@pytest.mark.parametrize("out", REMOVALS)
def test_whoever_goes_by_another_door_is_inactive_to_a_living_directory(world, scim, out):
    REMOVALS[out](world)
    record = world.workspace.directory_people.visible().get()
    assert (record.user.email, record.inside) == ("dee@example.org", False)


@pytest.mark.parametrize("out", REMOVALS)
def test_a_directory_that_came_later_sees_nothing_of_those_who_went_before(world, out):
    REMOVALS[out](world)
    scim_token(world)
    assert not world.workspace.directory_people.visible().exists()


@pytest.mark.parametrize("out", REMOVALS)
def test_only_who_left_by_themself_is_asked_before_they_come_back(world, scim, out):
    REMOVALS[out](world)
    put_in(world, scim, "dee@example.org")
    assert known(world, "dee@example.org").inside == (out != "leave")
    assert known(world, "dee@example.org").asked == (out == "leave")


def test_a_deleted_account_takes_what_is_kept_of_it_along_XF4(world, scim):
    old = world.member("dee").public_id
    account_deletion.delete_account(world.user("dee"), by=world.actor("dee"), request=None)
    assert not DirectoryPerson.objects.exists()
    assert put_in(world, scim, "dee@example.org").public_id != old


def test_an_open_invite_is_void_and_gives_nothing(world, scim):
    offer = Offer(grants=(Terms("source-admin", "all"),), groups=(world.group("growth"),))
    old = ask(world, NEW, offer)
    put_in(world, scim)
    assert Invite.objects.get(pk=old.pk).voided_at is not None
    assert not Access.of(world.member(NEW)).reach_any_type("read").exists()
    event = world.workspace.events.newest_first().first()
    assert event.before["replaced"][NEW]["groups"] == ["growth"]


def test_taking_out_who_made_its_token_ends_the_directory_too_R8_XL4(world, scim):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    token, _ = tokens.create(world.workspace, "bo's", by=world.actor("bo"), kind=TokenKind.SCIM)
    change(world.member("bo"), active=False, by=Actor.directory(token))
    assert not known(world, "bo@example.org").inside
    with pytest.raises(Denied):
        put_in(world, Actor.directory(token))
    told = Mail.objects.filter(subject__contains="has stopped")
    assert list(told.values_list("to", flat=True)) == ["ada@example.org"]


@pytest.mark.parametrize("end", ["revoke", "expire"])
def test_a_token_that_has_ended_changes_nothing_any_more_XH2_XC4(world, scim, end):
    token = scim.right.subject
    if end == "revoke":
        tokens.revoke(token, by=SYSTEM)
    else:
        with lock_workspace(token.workspace_id):
            Token.objects.filter(pk=token.pk).update(expires_at=token.created_at)
    before = everything()
    for act in (
        lambda: put_in(world, scim),
        lambda: change(world.member("bo"), active=False, by=scim),
        lambda: forget(world.member("bo"), by=scim),
    ):
        with pytest.raises(Denied):
            act()
    assert everything() == before


def test_a_token_of_another_workspace_changes_nothing_here_XA1(world):
    strange = directory_of(build(OTHER))
    before = everything()
    with pytest.raises(Denied):
        change(world.member("dee"), active=False, by=strange)
    with pytest.raises(Denied):
        put_in(world, strange)
    assert everything() == before


def test_a_token_of_the_public_api_is_no_directory(world):
    token, _ = tokens.create(
        world.workspace, "ci", by=SYSTEM, policy=[Terms("workspace-owner", "all")]
    )
    with pytest.raises(Denied):
        put_in(world, Actor.directory(token))


def test_a_directory_makes_no_tokens_and_owns_nothing_XH4(world, scim):
    with pytest.raises(Refused, match="makes no tokens"):
        tokens.create(world.workspace, "more", by=scim)
    assert not Access.of(scim.right.subject).check("read", world.workspace)


@pytest.mark.parametrize("act", [partial(change, active=False, external_id="00u9"), forget])
def test_nothing_is_left_half_done_when_the_event_cannot_be_written_XJ6(
    world, scim, act, monkeypatch
):
    before = everything()

    def broken(*args, **options):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        act(world.member("bo"), by=scim)
    assert everything() == before


def test_each_of_many_costs_the_same_few_statements(world, scim):
    def cost(number: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            put_in(world, scim, f"p{number}@example.org", display_name="P")
        return len(queries)

    first = cost(1)
    for number in range(2, 20):
        put_in(world, scim, f"p{number}@example.org")
    assert cost(20) == first <= 30


def test_two_workspaces_that_meet_one_unknown_address_share_its_account(world, scim):
    other = build(OTHER)
    put_in(world, scim)
    put_in(other, directory_of(other))
    assert User.objects.filter(email=NEW).count() == 1
    assert known(other).asked


def test_the_console_can_make_an_owner_of_whom_the_directory_put_in(world, scim):
    put_in(world, scim)
    members.set_owner(world.member(NEW), owner=True, by=SYSTEM)
    groups.add_members(world.group("growth"), [world.member(NEW)], by=SYSTEM)
    assert world.member(NEW).owner
    assert Event.objects.filter(action="member.owner_changed").exists()


def test_withdrawing_the_question_in_the_console_leaves_them_inactive(world, scim):
    somebody()
    record = put_in(world, scim)
    invites.revoke(record.invite, by=SYSTEM)
    assert not known(world).asked
