"""A form of signing in that was open in another tab leads to where one wanted (XI4)."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from tests.cast.proofs import PASSWORD, with_password

BACKEND = "accounts.backends.SignInBackend"
LOGIN, THERE = "/accounts/login/", "/w/acme/my-access"
SIGNING_IN = [LOGIN, "/accounts/2fa/webauthn/login/", "/accounts/2fa/authenticate/"]


@pytest.fixture
def bo(world):
    bo = with_password(world.user("bo"))
    EmailAddress.objects.create(user=bo, email=bo.email, verified=True, primary=True)
    return bo


@pytest.fixture
def browser(bo):
    """A browser with a sign-in form open, whose token it holds; tabs share what it keeps."""
    browser = Client(enforce_csrf_checks=True)
    browser.get(LOGIN)
    browser.token = browser.cookies["gatehouse-csrf"].value
    return browser


def send(browser, path=LOGIN, **more):
    form = {"login": "bo@example.org", "password": PASSWORD, "csrfmiddlewaretoken": browser.token}
    return browser.post(path, form | more)


def test_a_form_sent_by_who_is_signed_in_meanwhile_leads_on(browser):
    assert send(browser, next=THERE)["Location"] == THERE
    again = send(browser, next=THERE)  # the token changed with signing in
    assert (again.status_code, again["Location"]) == (302, THERE)
    browser.token = browser.cookies["gatehouse-csrf"].value
    assert send(browser, next=THERE)["Location"] == THERE


@pytest.mark.parametrize(
    "path", [LOGIN, "/accounts/2fa/webauthn/login/", "/accounts/2fa/authenticate/"]
)
@pytest.mark.parametrize("wanted", ["", "//evil.example", "https:evil.example"])
def test_without_a_good_place_to_go_it_leads_home_XI4(browser, path, wanted):
    send(browser)
    assert send(browser, path, next=wanted)["Location"] == "/"


def test_it_signs_nobody_else_in_XI2(browser, world):
    send(browser)
    cy = with_password(world.user("cy"))
    send(browser, login=cy.email)
    assert browser.session["_auth_user_id"] == str(world.user("bo").pk)


def test_who_signed_in_and_out_meanwhile_gets_the_form_afresh_and_is_told(browser):
    send(browser)
    browser.post(
        "/accounts/logout/", {"csrfmiddlewaretoken": browser.cookies["gatehouse-csrf"].value}
    )
    browser.get(LOGIN)
    answer = send(browser, next=THERE)
    assert answer["Location"] == f"{LOGIN}?next=%2Fw%2Facme%2Fmy-access"
    assert "open too long" in browser.get(answer["Location"]).content.decode()
    assert "_auth_user_id" not in browser.session


def test_without_cookies_it_says_so_and_goes_in_no_circle(bo):
    answer = Client(enforce_csrf_checks=True).post(LOGIN, {"login": bo.email, "password": PASSWORD})
    assert answer.status_code == 403


def test_signing_out_twice_leads_to_the_form_and_needs_its_proof_XI2(browser):
    assert send(browser, "/accounts/logout/")["Location"] == LOGIN
    send(browser)
    browser.token = "x" * 32
    assert send(browser, "/accounts/logout/").status_code == 403
    assert "_auth_user_id" in browser.session


def test_every_other_form_still_says_that_it_is_too_old_XI2(browser):
    send(browser)
    assert send(browser, "/accounts/password/change/").status_code == 403


def test_a_passkey_that_did_not_fit_leads_back_and_on(client, db):
    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": "{}", "next": THERE})
    assert answer["Location"] == f"{LOGIN}?next=%2Fw%2Facme%2Fmy-access"
