"""Whoever the directory takes out has nothing left at the very next request (XL4, XL5, R8)."""

import pytest
from django.test import Client

from accounts.models.user import User
from tests.api.conftest import Caller, secret_for
from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.access.engine import Access
from workspaces.models import Member
from workspaces.terms import Terms

OFF = {"Operations": [{"op": "replace", "value": {"active": False}}]}
WAYS = [("PATCH", OFF), ("PUT", {"userName": "bo@example.org", "active": False}), ("DELETE", None)]


def signed_in(user):
    client = Client()
    client.force_login(user, backend="accounts.backends.SignInBackend")
    return client


@pytest.mark.parametrize(("method", "body"), WAYS)
def test_access_sessions_and_tokens_end_at_the_next_request_XL4_R8(scim, world, ask, method, body):
    other = build(OTHER)
    bo, source = world.member("bo"), world.resource("source/a")
    question = {
        "subject": {"type": "user", "id": "bo@example.org"}, "action": {"name": "edit"},
        "resource": {"type": "source", "id": "a"},
    }  # fmt: skip
    theirs = Caller(Client(), secret_for(
        world.workspace, "source-read-only", name="theirs", by=world.actor("bo")
    ))  # fmt: skip
    page = signed_in(bo.user)
    assert page.get("/w/acme/sources/a").status_code == 200
    assert bo.user.has_perm("workspaces.edit_source", source)
    assert ask("evaluation", question)[1]["decision"] is True
    assert theirs("GET", "/sources").status_code == 200

    scim.ok(method, f"/Users/{bo.public_id}", body, status=204 if body is None else 200)

    assert page.get("/w/acme/sources/a").status_code == 404
    assert page.get("/w/other/my-access").status_code == 200  # signed in still, elsewhere
    assert not User.objects.get(pk=bo.user.pk).has_perm("workspaces.edit_source", source)
    assert ask("evaluation", question)[1]["decision"] is False
    assert theirs("GET", "/sources").status_code == 401
    assert other.member("bo@example.org")
    assert User.objects.get(pk=bo.user.pk).is_active


def test_who_is_put_back_starts_from_nothing_XL5(scim, world):
    give_grants(world.member("bo"), [Terms("source-admin", "all")], by=SYSTEM)
    path = f"/Users/{world.member('bo').public_id}"
    scim.ok("PATCH", path, OFF)
    scim.patch(path, {"op": "replace", "value": {"active": True}})
    bo = world.member("bo")
    assert (bo.grants.count(), bo.joined_groups.count(), bo.owner) == (0, 0, False)
    assert not Access.of(bo).check("read", world.resource("source/a"))


def test_who_has_an_account_elsewhere_is_asked_and_untouched_until_they_accept_XL6(scim, world):
    other = build(OTHER)
    olga = User.objects.get(email="olga@example.net")
    sent = {"userName": "olga@example.net", "displayName": "Olga Sent", "externalId": "7"}
    said = scim.ok("POST", "/Users", sent, status=201)
    assert (said["active"], said["displayName"]) == (True, "Olga Sent")
    assert signed_in(olga).get("/w/acme/my-access").status_code == 404
    assert not Member.objects.filter(user=olga, workspace=world.workspace).exists()
    scim.error("POST", "/Users", sent, status=409, scim_type="uniqueness")
    olga.refresh_from_db()
    assert olga.name == "Olga Quixote"

    off = scim.ok("PATCH", f"/Users/{said['id']}", OFF)
    assert (off["id"], off["active"]) == (said["id"], False)
    assert other.member("olga@example.net")
