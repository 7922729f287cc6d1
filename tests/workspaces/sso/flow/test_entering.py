"""Coming in by a provider: for whom it opens what, and for whom nothing (P2–P4)."""

import pytest
from django.test import Client

from accounts.models import Mail, SignIn, User
from tests.workspaces.sso.flow.conftest import connected
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.models import Event, SsoBinding
from workspaces.operations.members import members
from workspaces.operations.sso import connections
from workspaces.operations.sso.proving import domains
from workspaces.operations.sso.sessions import BACKEND
from workspaces.operations.workspace import workspaces


def test_a_member_comes_in_and_is_bound_P3(company, client):
    answer = company.enters(client, "bo@example.org", sub="42")
    assert answer["Location"] == "/w/acme/"
    assert client.get("/w/acme/my-access").status_code == 200
    assert SsoBinding.objects.get().subject == "42"
    event = Event.objects.filter(workspace=company.world.workspace).newest_first().first()
    assert (event.action, event.actor_kind, event.actor_name) == (
        "member.bound", "connection", "Okta",
    )  # fmt: skip


def test_the_second_time_nothing_is_bound_and_no_event_written_P3(company, client):
    company.enters(client, "bo@example.org")
    events = Event.objects.count()
    assert company.enters(Client(), "bo@example.org")["Location"] == "/w/acme/"
    assert SsoBinding.objects.count() == 1
    assert Event.objects.count() == events


def test_whoever_is_new_becomes_a_member_with_minimal_access_by_one_event_P4(company, client):
    before = Event.objects.count()
    company.enters(client, "new@example.org", name="New Nora")
    member = company.world.workspace.members.get(user__email="new@example.org")
    assert (member.owner, member.grants.count(), member.user.name) == (False, 0, "New Nora")
    assert not member.user.has_usable_password()
    assert Event.objects.count() == before + 1
    event = Event.objects.order_by("-pk").first()
    assert (event.action, event.actor_kind) == ("member.admitted", "connection")
    assert client.get("/w/acme/my-access").status_code == 200


def test_with_that_off_nothing_is_made_and_the_page_says_whom_to_ask_P4(company, client):
    found = company.connection
    connections.change(found, name=found.name, unasked=False, makes_members=False, by=SYSTEM)
    company.names("new@example.org")
    way = company.to_provider(client)
    before = everything()
    answer = client.get(way)
    assert answer.status_code == 403
    assert "You are no member of Acme" in answer.content.decode()
    assert "ada@example.org" in answer.content.decode()
    assert everything() == before
    assert not User.objects.filter(email="new@example.org").exists()


def test_whom_an_owner_took_out_stays_out_P4(company, client):
    members.remove(company.world.member("bo"), by=SYSTEM)
    answer = company.enters(client, "bo@example.org")
    assert answer.status_code == 403
    assert "You were taken out of Acme" in answer.content.decode()
    assert not company.world.workspace.members.filter(user__email="bo@example.org").exists()


def test_whoever_left_by_themselves_may_come_again_P4(company, client):
    members.leave(company.world.member("bo"), by=SYSTEM)
    assert company.enters(client, "bo@example.org")["Location"] == "/w/acme/"


def test_a_deactivated_account_stays_out_P10(company, client):
    members.set_user_active(company.world.user("bo"), active=False, by=SYSTEM.because("left"))
    assert company.enters(client, "bo@example.org").status_code == 403
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("email", ["bo@example.net", "bo@sub.example.org", "bo@xample.org"])
def test_an_address_of_another_domain_is_refused_P1(company, client, email):
    users = User.objects.count()
    assert company.enters(client, email).status_code == 403
    assert User.objects.count() == users


def test_a_domain_that_was_given_up_lets_nobody_in_P1(company, client):
    domains.give_up(company.world.workspace.domains.get(), by=SYSTEM)
    assert company.enters(client, "bo@example.org").status_code == 403


def test_another_id_for_a_bound_address_is_refused_and_owners_are_told_once_P3(
    company, client, mailoutbox
):
    company.enters(client, "bo@example.org", sub="42")
    for _time in range(2):
        answer = company.enters(Client(), "bo@example.org", sub="43")
        assert answer.status_code == 403
        assert "another id" in answer.content.decode()
    assert mails_to("ada@example.org") == 1


def test_another_address_for_a_bound_id_is_refused_and_owners_are_told_P3(company, client):
    company.enters(client, "bo@example.org", sub="42")
    answer = company.enters(Client(), "cy@example.org", sub="42")
    assert answer.status_code == 403
    assert "another address" in answer.content.decode()
    assert mails_to("ada@example.org") == 1


def mails_to(address):
    return Mail.objects.filter(to=address, subject__contains="was not let into").count()


def test_ones_own_sessions_say_which_providers_know_one_since_when_P3(company, client):
    company.enters(client, "bo@example.org")
    own = Client()
    own.force_login(company.world.user("bo"), backend=BACKEND)
    page = own.get("/accounts/sessions/").content.decode()
    assert "Providers that know you" in page
    assert "By Okta, for its workspace alone." in page


def test_owners_see_who_comes_by_a_provider_and_who_does_not(company, as_user):
    company.enters(Client(), "bo@example.org")
    ada = as_user("ada")
    listed = ada.get("/w/acme/members", {"no_sso": "on"}).context["page"].rows
    assert "bo@example.org" not in {member.user.email for member in listed}
    bo = company.world.member("bo")
    assert ">SSO<" in ada.get(f"/w/acme/members/{bo.public_id}").content.decode()


def test_a_released_id_may_be_bound_anew_and_its_session_has_ended_P3(company, client):
    company.enters(client, "bo@example.org", sub="42")
    connections.release(SsoBinding.objects.get(), by=SYSTEM)
    assert client.get("/w/acme/my-access").status_code == 302
    assert company.enters(Client(), "bo@example.org", sub="43")["Location"] == "/w/acme/"


def test_the_address_is_read_in_its_one_form_P3(company, client):
    assert company.enters(client, "BO@Example.ORG")["Location"] == "/w/acme/"
    assert SsoBinding.objects.get().user.email == "bo@example.org"


def test_a_connection_that_is_off_lets_nobody_in_and_ends_its_sessions_P6(company, client):
    company.enters(client, "bo@example.org")
    way = company.to_provider(other := Client())
    connections.switch(company.connection, "off", by=SYSTEM)
    assert client.get("/w/acme/my-access").status_code == 302
    assert other.get(way).status_code == 403
    assert Client().get(company.connection.url("start")).status_code == 404


def test_nobody_is_let_into_a_closed_workspace(company, client):
    way = company.to_provider(client)
    workspaces.close(company.world.workspace, by=SYSTEM)
    assert client.get(way).status_code == 404


def test_the_way_on_is_kept_through_the_provider_P8(company, client):
    start = f"{company.connection.url('start')}?next=/w/acme/sources"
    assert company.enters(client, "bo@example.org", start)["Location"] == "/w/acme/sources"


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_way_on_leads_away_P7(company, client, away):
    client_start = f"{company.connection.url('start')}?next={away}"
    assert company.enters(client, "bo@example.org", client_start)["Location"] == "/w/acme/"


def test_an_answer_counts_in_the_browser_that_asked_P7(company, client):
    company.names("bo@example.org")
    way = company.to_provider(client)
    assert Client().get(way).status_code == 403
    assert not SignIn.objects.exists()


def test_an_answer_is_good_once_P7(company, client):
    company.names("bo@example.org")
    way = company.to_provider(client)
    assert client.get(way).status_code == 302
    assert client.get(way).status_code == 403


def test_an_answer_at_another_connection_is_refused_P7(company, client):
    second = connected(company.world.workspace, company.provider, "Entra")
    way = company.to_provider(client)
    elsewhere = way.replace(company.connection.public_id, second.public_id)
    assert client.get(elsewhere).status_code == 403


def test_whoever_was_signed_in_before_leaves_nothing_behind_XG1(company, client):
    client.force_login(company.world.user("cy"), backend=BACKEND)
    client.session["of cy"] = "secret"
    company.enters(client, "bo@example.org")
    assert "of cy" not in client.session
    assert SignIn.objects.get().user.email == "bo@example.org"


def test_the_raw_reason_is_in_the_log_and_not_on_the_page_P7(company, client, caplog):
    company.names("bo@example.org", email_verified=False)
    answer = client.get(company.to_provider(client))
    assert answer.status_code == 403
    assert "<pre>" not in answer.content.decode()


def test_somebody_of_another_workspace_is_a_stranger_there_too_P2(company, client):
    build(OTHER)
    company.enters(client, "bo@example.org")
    assert client.get("/w/other/").status_code == 403
