"""How far a session reaches that a provider opened, and what it takes to reach further (P2, P9)."""

import re
import time
from datetime import timedelta
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from django.db.models import F
from django.test import Client

from accounts.models import Mail, SignIn
from tests.cast.factors import give_app
from tests.cast.invited import ask, link_to
from tests.cast.proofs import PASSWORD, grow_old, with_password
from tests.cast.visiting import visiting
from tests.doors import ALL
from tests.peers.openid_provider import CLIENT
from tests.test_doors import VIEWS, add_to, address
from tests.world import SYSTEM, World, everything
from workspaces.models import VouchedSession, Workspace
from workspaces.operations.members import members
from workspaces.operations.sso import connections, requiring
from workspaces.operations.sso.openid.logout import EVENT
from workspaces.operations.sso.sessions import BACKEND
from workspaces.operations.workspace import workspaces

pytestmark = pytest.mark.any_database

OWN = "Sign in with your own credentials"
# What opens to everybody, whoever they are signed in as, or asks for no session at all.
OPEN = {
    name for name, view in VIEWS.items() if str(getattr(view, "needs", "")).startswith("public:")
}
PROGRAMS = {name for name in ALL if name.startswith(("authzen:", "scim:"))}
SIGNING_IN = {
    "account_login", "account_logout", "account_inactive", "mfa_authenticate",
    "mfa_login_webauthn", "account_email_verification_sent",
}  # fmt: skip
HERE = {
    "home", "session_left", "session_stay", "own_credentials", "sso_proved", "sso_prove",
    "account_prove_give_up",
}  # fmt: skip
YOURS = sorted(set(ALL) - OPEN - PROGRAMS - SIGNING_IN - HERE)


@pytest.fixture
def elsewhere(company):
    """Bo owns another workspace, too; the provider of Acme names him."""
    add_to(company.world)
    visiting(company.world)
    other = Workspace.objects.get(slug="other")
    bo = other.members.get(user__email="bo@example.org")
    members.set_owner(bo, owner=True, by=SYSTEM)
    return company


@pytest.mark.parametrize("name", YOURS)
def test_no_page_of_another_workspace_or_of_the_account_opens_P2(elsewhere, client, name):
    elsewhere.enters(client, "bo@example.org")
    path = address(elsewhere.world, name).replace("/w/acme/", "/w/other/")
    before = everything()
    for send in (client.get, client.post):
        answer = send(path)
        assert answer.status_code == 403, send
        assert OWN in answer.content.decode()
    assert everything() == before


def test_another_workspace_and_none_at_all_look_the_same_P2(elsewhere, client):
    elsewhere.enters(client, "bo@example.org")
    there, nowhere = client.get("/w/other/"), client.get("/w/nowhere/")
    assert there.status_code == nowhere.status_code == 403
    assert without_token(there).replace("other", "") == without_token(nowhere).replace(
        "nowhere", ""
    )


def without_token(answer):
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_no_page_names_another_workspace_P2(elsewhere, client):
    elsewhere.enters(client, "bo@example.org")
    for page in ("my-access", "sources", "jump"):
        text = client.get(f"/w/acme/{page}").content.decode()
        assert "Quixot" not in text, page
    assert client.get("/")["Location"] == "/w/acme/"


def test_in_its_own_workspace_it_opens_what_the_member_may_P2(company, client):
    company.enters(client, "bo@example.org")
    assert client.get("/w/acme/sources/a").status_code == 200
    assert client.get("/w/acme/members").status_code == 403
    assert OWN not in client.get("/w/acme/members").content.decode()


def test_staff_open_no_admin_by_a_provider_P2(company, client):
    bo = company.world.user("bo")
    bo.is_staff = bo.is_superuser = True
    bo.save()
    company.enters(client, "bo@example.org")
    assert client.get("/admin/").status_code == 403


def sign_in_oneself(client, email, password=PASSWORD):
    asked = client.post("/sso/own", {"next": "/w/other/"})
    assert asked.status_code == 302
    return client.post(asked["Location"], {"login": email, "password": password})


def test_by_own_credentials_the_same_browser_reaches_everything_P2(elsewhere, client):
    with_password(elsewhere.world.user("bo"))
    elsewhere.enters(client, "bo@example.org")
    answer = sign_in_oneself(client, "bo@example.org")
    assert answer["Location"] == "/w/other/"
    assert client.get("/w/other/overview").status_code == 200
    assert client.get("/w/acme/my-access").status_code == 200
    assert VouchedSession.objects.get().sign_in.own


def test_a_wrong_password_opens_nothing_P2(elsewhere, client):
    with_password(elsewhere.world.user("bo"))
    elsewhere.enters(client, "bo@example.org")
    sign_in_oneself(client, "bo@example.org", "wrong")
    assert client.get("/w/other/overview").status_code == 302


def test_somebody_else_gets_nothing_of_what_the_provider_opened_P2(elsewhere, client):
    with_password(elsewhere.world.user("cy"))
    elsewhere.enters(client, "bo@example.org")
    sign_in_oneself(client, "cy@example.org")
    assert client.get("/w/acme/my-access").status_code == 200
    assert not VouchedSession.objects.filter(sign_in__user__email="cy@example.org").exists()


def test_a_session_of_ones_own_stays_one_when_the_provider_joins_it_P2(elsewhere, client):
    client.force_login(elsewhere.world.user("bo"), backend=BACKEND)
    elsewhere.enters(client, "bo@example.org")
    assert client.get("/w/other/overview").status_code == 200
    assert SignIn.objects.get().vouched.binding.connection == elsewhere.connection


def test_own_credentials_lengthen_no_word_of_a_provider_P2(company, client):
    client.force_login(company.world.user("bo"), backend=BACKEND)
    company.enters(client, "bo@example.org")
    required(company)
    assert client.get("/w/acme/my-access").status_code == 200
    VouchedSession.objects.update(vouched_at=F("vouched_at") - timedelta(days=7))
    assert client.get("/w/acme/my-access").status_code == 302


def required(company):
    """Require the provider, with ada as the exempt owner."""
    give_app(company.world.user("ada"))
    workspace = company.world.workspace
    requiring.exempt(workspace, [company.world.member("ada").public_id], exempt=True, by=SYSTEM)
    requiring.require(workspace, on=True, vouched=True, by=SYSTEM)


def test_where_it_is_required_own_credentials_lead_to_the_provider_P5(company, client):
    required(company)
    client.force_login(company.world.user("bo"), backend=BACKEND)
    answer = client.get("/w/acme/sources")
    assert answer["Location"] == "/w/acme/provider?next=%2Fw%2Facme%2Fsources"
    page = client.get(answer["Location"]).content.decode()
    assert f"{company.connection.url('start')}?next=%2Fw%2Facme%2Fsources" in page
    part = client.get("/w/acme/sources", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"][:16]) == (403, "/w/acme/provider")
    company.enters(client, "bo@example.org")
    assert client.get("/w/acme/sources").status_code == 200


def test_whoever_is_exempt_comes_by_own_credentials_P5(company, client):
    required(company)
    client.force_login(company.world.user("ada"), backend=BACKEND)
    assert client.get("/w/acme/overview").status_code == 200


def test_a_provider_stands_for_the_second_factor_of_its_workspace_P9(company, client):
    Workspace.objects.update(mfa_required_from="2020-01-01T00:00Z")
    client.force_login(company.world.user("bo"), backend=BACKEND)
    assert client.get("/w/acme/sources").status_code == 302
    company.enters(Client(), "bo@example.org")
    company.enters(client, "bo@example.org")
    assert client.get("/w/acme/sources").status_code == 200


def leads_to(page):
    """Return where a page leads by itself: a form may not be redirected to another site."""
    return unescape(
        re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.content.decode())[1]
    )


def test_a_proof_is_asked_of_the_provider_and_the_way_goes_on_P9_S8(company, client):
    members.set_owner(company.world.member("bo"), owner=True, by=SYSTEM)
    company.enters(client, "bo@example.org")
    grow_old()
    way = leads_to(client.post("/w/acme/settings/sign-in/domains"))
    assert way.startswith(f"{company.connection.url('prove')}?next=")
    proved = company.enters(client, path=way)
    assert client.get(proved["Location"]).status_code == 422  # the form was sent, and is empty
    assert client.get("/w/acme/settings/sign-in/domains").status_code == 200


def test_a_provider_that_did_not_ask_again_proves_nothing_P9(company, client):
    company.enters(client, "bo@example.org")
    grow_old()
    company.names("bo@example.org", auth_time=1_000_000_000)
    assert company.enters(client, path=company.connection.url("prove")).status_code == 403


def test_another_person_proves_nothing_P9(company, client):
    company.enters(client, "bo@example.org")
    company.enters(Client(), "cy@example.org")
    assert (
        company.enters(client, "cy@example.org", company.connection.url("prove")).status_code == 403
    )
    assert SignIn.objects.filter(user__email="bo@example.org").exists()


def test_taken_out_of_the_workspace_its_session_ends_P10_R8(company, client):
    company.enters(client, "bo@example.org")
    members.remove(company.world.member("bo"), by=SYSTEM)
    assert client.get("/w/acme/my-access").status_code == 302
    assert not SignIn.objects.exists()


def logout_token(provider, **named):
    now = int(time.time())
    claims = {"iss": provider.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": "out-1"}
    return provider.key.token({**claims, **named, "events": {EVENT: {}}}, typ="logout+jwt")


def test_a_logout_at_the_provider_ends_the_sessions_it_names_P10(company, client):
    company.enters(client, "bo@example.org", sub="42", sid="one")
    other = Client()
    company.enters(other, "bo@example.org", sub="42", sid="two")
    token = logout_token(company.provider, sub="42", sid="one")
    path = company.connection.url("logout")
    assert Client().post(path, {"logout_token": token}).status_code == 200
    assert client.get("/w/acme/my-access").status_code == 302
    assert other.get("/w/acme/my-access").status_code == 200
    assert Client().post(path, {"logout_token": token}).status_code == 400


def test_a_silent_sign_in_at_the_provider_is_no_fresh_proof_P9_S8(company, client):
    members.set_owner(company.world.member("bo"), owner=True, by=SYSTEM)
    for moment in (None, int(time.time()) - 8 * 3600):
        more = {} if moment is None else {"auth_time": moment}
        company.enters(client, "bo@example.org", **more)
        asked = client.post("/w/acme/settings/sign-in/domains")
        assert leads_to(asked).startswith(company.connection.url("prove"))


def test_a_provider_proves_nothing_for_what_own_credentials_opened_P2_P9(elsewhere, client):
    client.force_login(elsewhere.world.user("bo"), backend=BACKEND)
    elsewhere.enters(client, "bo@example.org")
    grow_old()
    assert client.get(elsewhere.connection.url("prove")).status_code == 403
    assert not client.post("/accounts/address/")["Location"].startswith("/sso/")


def test_a_question_of_the_session_before_proves_nothing_for_the_next_P2_P9(company, client):
    with_password(company.world.user("bo"))
    company.enters(client, "bo@example.org")
    way = company.to_provider(client, company.connection.url("prove"))
    sign_in_oneself(client, "bo@example.org")
    grow_old()
    assert client.get(way).status_code == 403


def test_no_invite_to_another_workspace_is_read_or_taken_P2(elsewhere, client):
    other = World(Workspace.objects.get(slug="other"), "example.net")
    members.remove(other.member("bo@example.org"), by=SYSTEM)
    ask(other, "bo@example.org", by=other.actor("olga"))
    elsewhere.enters(client, "bo@example.org")
    for send in (client.get, client.post):
        answer = send(link_to("bo@example.org"))
        assert answer.status_code == 403
        assert "Quixot" not in answer.content.decode()
    assert not other.workspace.members.filter(user__email="bo@example.org").exists()


ENDS = {
    "off": lambda c: connections.switch(c.connection, "off", by=SYSTEM),
    "released": lambda c: connections.release(c.connection.bindings.get(), by=SYSTEM),
    "signed out there": lambda c: Client().post(
        c.connection.url("logout"), {"logout_token": logout_token(c.provider, sub="42")}
    ),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_was_put_aside_ends_like_any_session_P10(company, client, end):
    with_password(company.world.user("bo"))
    company.enters(client, "bo@example.org", sub="42")
    asked = client.post("/sso/own")
    ENDS[end](company)
    client.post(asked["Location"], {"login": "bo@example.org", "password": PASSWORD})
    assert client.get("/w/acme/my-access").status_code == 200
    assert not VouchedSession.objects.exists()


def test_the_cookie_of_a_session_put_aside_opens_nothing_P2(company, client):
    company.enters(client, "bo@example.org")
    cookie = client.cookies["gatehouse"].value
    client.post("/sso/own")
    client.cookies["gatehouse"] = cookie
    assert client.get("/w/acme/my-access").status_code == 302


def test_a_browser_known_by_a_provider_alone_is_a_new_one_for_the_person_P2(company, client):
    with_password(company.world.user("bo"))
    Client().post("/accounts/login/", {"login": "bo@example.org", "password": PASSWORD})
    company.enters(client, "bo@example.org")
    before = Mail.objects.filter(to="bo@example.org", subject__icontains="new").count()
    sign_in_oneself(client, "bo@example.org")
    assert Mail.objects.filter(to="bo@example.org", subject__icontains="new").count() == before + 1


def test_a_session_that_nothing_vouches_for_any_more_is_over_P2(company, client):
    company.enters(client, "bo@example.org")
    VouchedSession.objects.all().delete()
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_whoever_reopens_a_workspace_finds_a_way_in_P5(company):
    required(company)
    members.set_owner(company.world.member("bo"), owner=True, by=SYSTEM)
    workspace = company.world.workspace
    workspaces.close(workspace, by=SYSTEM)
    Authenticator.objects.all().delete()
    workspace.refresh_from_db()
    reopened = workspaces.reopen(workspace, by=SYSTEM.because("asked for it"))
    assert not reopened.sso_required
