"""A workspace that requires a second factor stops whoever has none, and nobody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast.factors import code, give_app
from tests.world import OTHER, SYSTEM, build
from workspaces.access.engine import Access
from workspaces.models import Workspace
from workspaces.operations.members import members

DOOR = "/w/acme/second-factor"


@pytest.fixture
def require(world):
    def write(*, days=-1):
        asked_from = timezone.now() + timedelta(days=days)
        Workspace.objects.filter(slug="acme").update(mfa_required_from=asked_from)

    return write


@pytest.mark.parametrize("path", ["", "members?q=bo", "my-access", "jump?q=a", "settings/general"])
def test_without_one_every_page_leads_to_the_page_that_says_why(as_user, require, path):
    require()
    client = as_user("ada")
    answer = client.get(f"/w/acme/{path}", follow=False)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{DOOR}?next=%2Fw%2Facme%2F")
    page = client.get(answer["Location"]).content.decode()
    assert "Acme asks for a second factor" in page
    assert "/accounts/2fa/totp/activate/" in page


def test_a_fragment_is_told_to_go_there(as_user, require):
    require()
    headers = {
        "HX-Request": "true", "HX-Target": "members",
        "HX-Current-URL": "http://testserver/w/acme/members?q=bo",
    }  # fmt: skip
    answer = as_user("ada").get("/w/acme/members?q=b", headers=headers)
    assert answer.status_code == 403
    assert answer["HX-Redirect"] == f"{DOOR}?next=%2Fw%2Facme%2Fmembers%3Fq%3Dbo"
    assert not answer.content


def test_nothing_is_written_and_a_form_leads_to_the_start(as_user, require, world):
    require()
    answer = as_user("ada").post("/w/acme/leave", {})
    assert answer["Location"] == f"{DOOR}?next="
    assert world.workspace.members.filter(user=world.user("ada")).exists()


def test_with_one_the_door_is_open(as_user, require, world):
    require()
    give_app(world.user("ada"))
    client = as_user("ada")
    assert client.get("/w/acme/members").status_code == 200
    assert client.get(f"{DOOR}?next=/w/acme/members")["Location"] == "/w/acme/members"


def test_after_set_up_one_is_back_where_one_was(as_user, require):
    require()
    client = as_user("ada")
    client.get(client.get("/w/acme/members?q=bo")["Location"])
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    done = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    codes = client.get(done["Location"]).content.decode()
    assert 'href="/w/acme/members?q=bo"' in codes
    assert client.get("/w/acme/members?q=bo").status_code == 200


def test_the_way_back_is_offered_until_there_is_one(as_user, require, world):
    require()
    client = as_user("ada")
    client.get(client.get("/w/acme/members?q=bo")["Location"])

    def offered():
        return 'href="/w/acme/members?q=bo"' in client.get("/accounts/2fa/").content.decode()

    assert (offered(), offered()) == (True, True)
    give_app(world.user("ada"))
    assert (offered(), offered()) == (True, False)


@pytest.mark.parametrize(
    "evil",
    ["//evil.example", "https://evil.example/w/acme/", "/\\evil.example", "/w/other/members",
     "javascript:alert(1)", "\t//evil.example", "/w/acme"],
)  # fmt: skip
def test_the_way_back_stays_in_this_workspace_XI4(as_user, require, world, evil):
    give_app(world.user("ada"))
    assert as_user("ada").get(DOOR, {"next": evil})["Location"] == "/w/acme/"


def test_other_workspaces_go_on(as_user, require, world):
    require()
    other = build(OTHER)
    members.add(other.workspace, world.user("dee"), by=SYSTEM)
    client = as_user("dee")
    assert client.get("/w/acme/my-access").status_code == 302
    assert client.get("/w/other/my-access").status_code == 200
    assert client.get("/?all").status_code == 200


def test_a_stranger_learns_nothing_R5(as_user, require, world):
    build(OTHER)
    Workspace.objects.filter(slug="other").update(mfa_required_from=timezone.now())
    client = as_user("ada")
    assert client.get("/w/other/members").status_code == 404
    assert client.get("/w/other/second-factor").status_code == 404
    assert client.get("/w/nowhere/second-factor").status_code == 404


def test_a_closed_workspace_asks_for_nothing(as_user, require, world):
    require()
    Workspace.objects.filter(slug="acme").update(closed_at=timezone.now())
    client = as_user("ada")
    assert client.get("/w/acme/members").status_code == 404
    assert client.get(DOOR).status_code == 404


def test_before_the_date_a_banner_says_so(as_user, require, world):
    require(days=3)
    client = as_user("dee")
    page = client.get("/w/acme/my-access").content.decode()
    assert "asks for a second factor" in page
    assert timezone.localtime(timezone.now() + timedelta(days=3)).strftime("%b %Y") in page
    assert "Later" in client.get(DOOR).content.decode()
    give_app(world.user("dee"))
    assert "asks for a second factor" not in client.get("/w/acme/my-access").content.decode()


def test_the_engine_answers_as_before_R9(require, world):
    before = Access.of(world.member("ada")).check("administer", world.workspace)
    require()
    assert Access.of(world.member("ada")).check("administer", world.workspace) == before


@pytest.mark.parametrize("days", [-1, None])
def test_the_door_costs_no_statement(as_user, require, world, days, django_assert_num_queries):
    client = as_user("dee")
    if days:
        give_app(world.user("dee"))
        require(days=days)
    client.get("/w/acme/my-access")
    with django_assert_num_queries(17):
        client.get("/w/acme/my-access")
