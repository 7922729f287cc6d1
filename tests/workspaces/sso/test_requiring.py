"""Single sign-on as the one way in, and the owner who gets in without it (P5)."""

import html

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.models.user import User
from tests.cast.connecting import a_connection, bound, requires, vouch
from tests.cast.factors import give_app, sign_in_by_factor
from tests.cast.proofs import with_password
from tests.filled import filled
from tests.workspaces.conftest import Seen
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.errors import Conflict, Refused
from workspaces.models import ConnectionState
from workspaces.operations.members import account_deletion, members
from workspaces.operations.sso import connections, requiring
from workspaces.operations.sso.proving import domains

PAGE = "/w/acme/settings/sign-in/require"


def exempt(world, *names, on=True):
    idents = [world.member(name).public_id for name in names]
    return requiring.exempt(world.workspace, idents, exempt=on, by=SYSTEM)


def is_required(world):
    world.workspace.refresh_from_db()
    return world.workspace.sso_required


@pytest.fixture
def ready(world):
    """A connection of a workspace that has all it takes, but for the session of who asks."""
    domains.prove_by_operator(world.workspace, world.domain, by=SYSTEM)
    give_app(world.user("ada"))
    exempt(world, "ada")
    return a_connection(world.workspace, active=True)


@pytest.fixture
def ada(as_user, world, ready):
    """ada, whose session was opened by a connection, too."""
    client = as_user("ada")
    vouch(bound(ready, world.user("ada")))
    return client


@pytest.fixture
def only_ada(world):
    """Single sign-on is required; ada is the way back, bo an owner who is none."""
    requires(world)
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    return world


LACKING = {
    "no active connection": lambda w: connections.switch(
        w.workspace.sso_connections.get(), ConnectionState.OFF, by=SYSTEM
    ),
    "second factor": lambda w: Authenticator.objects.filter(user=w.user("ada")).delete(),
    "At least one owner": lambda w: exempt(w, "ada", on=False),
}


@pytest.mark.parametrize("words", LACKING)
def test_what_it_takes_is_asked_when_it_is_switched_on_P5(world, ready, words):
    LACKING[words](world)
    with pytest.raises(Conflict, match=words):
        requiring.require(world.workspace, on=True, vouched=True, by=SYSTEM)
    assert not is_required(world)


def test_whoever_came_otherwise_cannot_switch_it_on_P5(world, ready):
    with pytest.raises(Conflict, match="Sign in by one of the connections first"):
        requiring.require(world.workspace, on=True, vouched=False, by=SYSTEM)
    assert not is_required(world)


def test_it_moves_whoever_is_not_exempt_and_names_whom_it_shuts_out_P5(world, ready):
    members.add(world.workspace, User.objects.create_user("guest@else.example"), by=SYSTEM)
    moved = requiring.moved(world.workspace).values_list("user__email", flat=True)
    assert "ada@example.org" not in moved
    shut_out = requiring.shut_out(world.workspace)
    assert [member.user.email for member in shut_out] == ["guest@else.example"]


def test_a_domain_beneath_a_proved_one_is_another_P1(world, ready):
    members.add(world.workspace, User.objects.create_user("x@eu.example.org"), by=SYSTEM)
    assert requiring.shut_out(world.workspace).count() == 1


def test_nobody_of_another_workspace_is_exempted_P5_R5(world, ready):
    other = build(OTHER)
    olga = other.workspace.members.get(user__email="olga@example.net").public_id
    with pytest.raises(Refused, match="no member any more"):
        requiring.exempt(world.workspace, [olga], exempt=True, by=SYSTEM)


DOORS = {
    "exempt no more": lambda w: exempt(w, "ada", on=False),
    "demoted": lambda w: members.set_owner(w.member("ada"), owner=False, by=SYSTEM),
    "taken out": lambda w: members.remove(w.member("ada"), by=SYSTEM),
    "leaving": lambda w: members.leave(w.member("ada"), by=SYSTEM),
    "deactivated": lambda w: members.set_user_active(
        w.user("ada"), active=False, by=SYSTEM.because("left")
    ),
    "account deleted": lambda w: account_deletion.delete_account(
        w.user("ada"), by=SYSTEM, request=None
    ),
    "factor gone": lambda w: Authenticator.objects.get(user=w.user("ada")).delete(),
}


@pytest.mark.parametrize("door", DOORS)
def test_the_last_way_back_cannot_be_lost_by_any_door_P5(only_ada, door):
    before = everything()
    with pytest.raises(Conflict, match="At least one owner"), transaction.atomic():
        DOORS[door](only_ada)
    assert everything() == before
    assert Authenticator.objects.filter(user=only_ada.user("ada")).exists()


@pytest.mark.parametrize("door", DOORS)
def test_one_of_two_ways_back_may_go_P5(only_ada, door):
    give_app(only_ada.user("bo"), "KRUGS4ZANFZSAYJAON2HE2LOM4QGC3TE")
    exempt(only_ada, "bo")
    DOORS[door](only_ada)


@pytest.mark.parametrize("door", [name for name in DOORS if name != "exempt no more"])
def test_nothing_is_kept_back_where_it_is_not_required_P5(only_ada, door):
    requiring.require(only_ada.workspace, on=False, vouched=False, by=SYSTEM)
    DOORS[door](only_ada)


# On the pages


def test_the_page_says_whom_it_moves_and_what_is_missing_P5(see, world):
    seen = see("ada", PAGE)
    assert "4 of 4 people here have to come by a connection" in seen
    assert "Missing: A connection is active." in seen
    assert "Nobody is exempt." in seen
    assert f"{PAGE}/on" not in seen.links()


def test_it_stays_shut_for_whoever_came_by_own_credentials_P5(see, ready):
    seen = see("ada", PAGE)
    assert "Done: A connection is active." in seen
    assert "Missing: You came by one of the connections" in seen
    assert f"{PAGE}/on" not in seen.links()
    answer = seen.answer.client.post(f"{PAGE}/on")
    assert answer.status_code == 409
    assert "Sign in by one of the connections first" in Seen(answer)


def test_an_owner_who_came_by_a_connection_requires_it_P5(ada, world):
    assert f"{PAGE}/on" in Seen(ada.get(PAGE)).links()
    asked = Seen(ada.get(f"{PAGE}/on"))
    assert "3 people come by a connection from now on." in asked
    assert "Nobody is shut out." in asked
    seen = Seen(ada.post(f"{PAGE}/on", follow=True))
    assert "Single sign-on is required." in seen
    assert is_required(world)
    seen = Seen(ada.post(f"{PAGE}/off", follow=True))
    assert "Both ways are open." in seen
    assert not is_required(world)


def test_twenty_who_are_shut_out_are_named_and_the_others_counted_P5(ada, world):
    for number in range(22):
        user = User.objects.create_user(f"g{number:02}@else.example")
        members.add(world.workspace, user, by=SYSTEM)
    seen = Seen(ada.get(PAGE))
    assert "22 of them are of no proved domain" in seen
    assert ("g19@else.example" in seen, "g20@else.example" in seen) == (True, False)
    assert "and 2 more" in seen
    assert "22 people are shut out:" in Seen(ada.get(f"{PAGE}/on"))


def test_people_are_exempted_and_no_more_on_the_page_P5(ada, world):
    form = filled(ada.get(PAGE), PAGE) | {"members": ["bo@example.org, cy@example.org"]}
    seen = Seen(ada.post(PAGE, form, follow=True))
    assert "2 people more are exempt." in seen
    assert seen.rows()[1] == "Bo Diddley bo@example.org None Exempt no more"
    ada.post(f"{PAGE}/exempt/{world.member('bo').public_id}/end")
    assert not world.member("bo").sso_exempt


def test_an_address_nobody_has_is_said_beside_the_field_and_kept(ada):
    answer = ada.post(PAGE, {"members": ["zoe@example.org"]})
    assert answer.status_code == 422
    assert "There is no “zoe@example.org” here." in Seen(answer)
    assert 'value="zoe@example.org"' in Seen(answer).raw


def test_the_last_way_back_stays_on_the_page_too_P5(as_user, only_ada):
    ada = as_user("ada")
    before = everything()
    answer = ada.post(f"{PAGE}/exempt/{only_ada.member('ada').public_id}/end")
    assert answer.status_code == 409
    assert "At least one owner has to be exempt" in Seen(answer)
    assert everything() == before


@pytest.mark.parametrize("what", ["owner", "remove"])
def test_pages_of_members_refuse_to_take_the_last_way_back_P5(as_user, only_ada, what):
    bo = as_user("bo")
    vouch(bound(only_ada.workspace.sso_connections.get(), only_ada.user("bo"), "bo"))
    path = f"/w/acme/members/{only_ada.member('ada').public_id}/{what}"
    answer = bo.post(path, filled(bo.get(path), path))
    assert answer.status_code == 409
    assert "At least one owner has to be exempt" in html.unescape(answer.content.decode())


def test_the_last_way_back_keeps_the_factor_on_the_page_P5(client, only_ada):
    ada = with_password(only_ada.user("ada"))
    sign_in_by_factor(client, ada)
    with transaction.atomic():  # what failed takes the transaction of the test along
        answer = client.post("/accounts/2fa/totp/deactivate/")
    assert answer.status_code == 409
    assert "At least one owner has to be exempt" in Seen(answer)
    assert Authenticator.objects.filter(user=ada).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow_with_people(ada, world, count, django_assert_num_queries):
    for number in range(count):
        user = User.objects.create_user(f"g{number}@else.example")
        one = members.add(world.workspace, user, by=SYSTEM)
        requiring.exempt(world.workspace, [one.public_id], exempt=number % 2 == 0, by=SYSTEM)
    with django_assert_num_queries(12):
        ada.get(PAGE)
