"""Programs find people by every spelling of their address, and make one of five (XE4)."""

import pytest

from accounts.models.user import User
from tests.accounts.addresses.test_at_doors import IDN, LOOK_ALIKE, SPELLINGS
from tests.cast.invited import ask as invite
from tests.world import SYSTEM
from workspaces.operations.members import members

FIVE = ["ann@x.org", "Ann@X.org", "ann@x.org.", "ann@x\uff0eorg", "ann@x\u3002org\uff61"]


@pytest.fixture
def idn(world):
    return members.add(world.workspace, User.objects.create_user(IDN), by=SYSTEM)


@pytest.mark.parametrize("typed", SPELLINGS)
def test_the_decision_api_knows_whom_one_means_XE4(ask, world, idn, typed):
    question = {
        "subject": {"type": "user", "id": typed},
        "action": {"name": "read"},
        "resource": {"type": "workspace", "id": "acme"},
    }
    assert ask("evaluation", question) == (200, {"decision": True})
    question["subject"]["id"] = LOOK_ALIKE
    assert ask("evaluation", question) == (200, {"decision": False})


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_group_takes_in_and_lets_go_whom_one_means_XE4(call, world, idn, typed):
    growth = world.group("growth")
    call.data("POST", f"/groups/{growth.public_id}/users", {"emails": [typed]})
    assert world.workspace.members.in_group(growth).filter(pk=idn.pk).exists()
    path = f"/groups/{growth.public_id}/users"
    call.data("DELETE", f"{path}?emails={typed.replace('+', '%2B')}")
    assert not world.workspace.members.in_group(growth).filter(pk=idn.pk).exists()


def test_a_group_names_the_address_nobody_has_XE4(call, world):
    growth = world.group("growth")
    sent = {"emails": [LOOK_ALIKE]}
    error = call.error("POST", f"/groups/{growth.public_id}/users", sent, status=422)
    assert LOOK_ALIKE in str(error)


@pytest.mark.parametrize("typed", SPELLINGS)
def test_an_invite_is_withdrawn_by_any_spelling_XE4(call, world, typed):
    invite(world, IDN)
    call.data("DELETE", f"/invites?emails={typed}")
    assert not world.workspace.invites.pending().exists()


def test_five_spellings_are_one_invite_XE8(call, world):
    for number, typed in enumerate(FIVE):
        body = {"invites": [{"email": typed, "permissions": []}]}
        status = call("POST", "/invites", body).status_code
        assert status == (201 if number == 0 else 429)
    assert [row.email for row in world.workspace.invites.pending()] == ["ann@x.org"]


def test_five_spellings_in_one_call_are_named_twice_XE8(call, world):
    invites = [{"email": typed, "permissions": []} for typed in FIVE[:2]]
    error = call.error("POST", "/invites", {"invites": invites}, status=422)
    assert "named twice" in str(error)
    assert not world.workspace.invites.exists()


def test_five_spellings_are_one_account_of_a_directory_S10(scim, world):
    for number, typed in enumerate(FIVE):
        answer = scim("POST", "/Users", {"schemas": [USER], "userName": typed})
        assert answer.status_code == (201 if number == 0 else 409)
    assert User.objects.filter(email__startswith="ann@").count() == 1


USER = "urn:ietf:params:scim:schemas:core:2.0:User"


@pytest.mark.parametrize(
    "typed", [LOOK_ALIKE, "an\u212a@x.org", "ann@\uff58.org", "ann@x.org..", "@"]
)
def test_a_directory_is_told_what_is_no_address_XE4(scim, world, typed):
    answer = scim("POST", "/Users", {"schemas": [USER], "userName": typed})
    assert answer.status_code == 400


@pytest.mark.parametrize("typed", SPELLINGS)
@pytest.mark.parametrize("attribute", ["userName", "emails.value"])
def test_a_directory_finds_whom_it_means_XE4(scim, world, idn, attribute, typed):
    [found] = scim.found("/Users", f'{attribute} eq "{typed}"')
    assert found["userName"] == IDN


def test_a_directory_finds_nobody_by_a_look_alike_XE4(scim, world, idn):
    assert scim.found("/Users", f'userName eq "{LOOK_ALIKE}"') == []
