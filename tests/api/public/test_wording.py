"""How a program worded a policy is read again, and gives nothing."""

import pytest

from tests.api.conftest import labelled
from tests.world import SYSTEM, give_grants, take_grants
from workspaces.access.engine import Access
from workspaces.models import PolicyWording
from workspaces.operations.members import members
from workspaces.operations.resources import resources
from workspaces.terms import Terms

MINIMAL = {
    "roleId": "minimal-workspace-access",
    "resources": [{"id": "acme", "type": "WORKSPACE", "labels": []}],
}


def places(*permissions, role="source-read-only"):
    return {
        "roleId": role,
        "resources": [place for one in permissions for place in one["resources"]],
    }


def plain(permissions):
    """Return permissions as they could be sent: without what an answer adds."""
    return [
        {
            "roleId": one["roleId"],
            "resources": [
                place
                | {"labels": [{"key": x["key"], "value": x["value"]} for x in place["labels"]]}
                for place in one["resources"]
            ],
        }
        for one in permissions
    ]


@pytest.fixture
def dee(call, world):
    """Put and read dee's permissions."""
    path = f"/users/{world.member('dee').public_id}"

    def put(*permissions, method="PUT"):
        call.data(method, f"{path}/permissions", {"permissions": list(permissions)})
        return read()

    def read():
        return plain(call.data("GET", path)["user"]["permissions"])

    put.read = read
    return put


def listed(world, *slugs, role="source-read-only"):
    things = [world.resource(f"source/{slug}") for slug in slugs]
    places = [{"id": thing.public_id, "type": "SOURCE", "labels": []} for thing in things]
    return {"roleId": role, "resources": places}


def test_what_is_read_is_what_was_put(dee, world):
    prod, car = labelled("environment:prod"), labelled("product:car", "environment:dev")
    some = listed(world, "c", "a")
    for wanted in (
        [MINIMAL],
        [MINIMAL, prod],
        [car, prod, some, MINIMAL],
        [places(prod, some, car), MINIMAL],
        [prod, prod],
        [listed(world, "b"), listed(world, "a"), listed(world, "b", role="source-admin")],
        [],
    ):
        assert dee(*wanted) == wanted
        assert dee(*dee.read()) == wanted  # and again


def test_minimal_access_is_told_and_gives_nothing(dee, world):
    before = Access.of(world.member("dee"))
    dee(MINIMAL)
    assert not world.member("dee").grants.exists()
    after = Access.of(world.member("dee"))
    source = world.resource("source/a")
    assert after.check("read", source) is before.check("read", source) is False


def test_words_whose_grants_have_gone_are_not_shown(dee, world):
    prod, some = labelled("environment:prod"), listed(world, "c", "a")
    dee(places(prod, some))
    resources.delete(world.resource("source/c"), by=SYSTEM)
    assert dee.read() == [places(prod, listed(world, "a"))]
    member = world.member("dee")
    take_grants(member, member.grants.filter(scope="labels"), by=SYSTEM)
    assert dee.read() == [listed(world, "a")]
    give_grants(member, [Terms("space-admin", "all")], by=SYSTEM)
    assert [one["roleId"] for one in dee.read()] == ["source-read-only", "space-admin"]


def test_adding_keeps_the_words_there_are(dee, world):
    prod, car = labelled("environment:prod"), labelled("product:car")
    dee(places(prod, car))
    assert dee(labelled("product:truck"), method="POST")[0] == places(prod, car)
    for _ in range(3):
        dee(prod, method="POST")
        dee(MINIMAL, method="POST")
    assert len(dee.read()) == 3
    assert len(PolicyWording.objects.get().permissions) == 3


def test_words_go_with_their_holder(dee, world):
    dee(MINIMAL)
    members.remove(world.member("dee"), by=SYSTEM)
    assert not PolicyWording.objects.exists()
