"""People come in by providers that others wrote, as a browser does it (P2, P5, P7, P8)."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import SignIn
from tests.browser.conftest import MEMBER, OWNER
from tests.browser.test_every_page import WINDOWS, require_sound
from tests.cast.factors import give_app
from tests.cast.proofs import grow_old
from tests.world import SYSTEM
from workspaces.models import ConnectionState
from workspaces.operations.sso import connections, places, requiring

LOGIN = "/accounts/login/"
PHONE_AND_DESK = pytest.mark.parametrize("window", ["1440 light", "390 light"])


def begin(page, email=MEMBER):
    """Sign in from our page as far as our page leads."""
    page.goto(LOGIN)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Go on").click()


def require_inside(page, email=MEMBER, *, by):
    """Fail unless somebody sees the workspace, let in by a connection."""
    expect(page).to_have_url(re.compile(r"/w/northwind/my-access$"))
    expect(page.locator("main h1")).to_be_visible()
    opened = SignIn.objects.select_related("user", "vouched__binding").latest("pk")
    assert opened.user.email == email
    assert opened.vouched.binding.connection_id == by.connection.pk


def require_sso(workspace):
    """Require the connections, with the owner as the way back."""
    owner = workspace.members.select_related("user").get(user__email=OWNER)
    give_app(owner.user)
    requiring.exempt(workspace, [owner.public_id], exempt=True, by=SYSTEM)
    requiring.require(workspace, on=True, vouched=True, by=SYSTEM)


@PHONE_AND_DESK
def test_by_saml_from_our_page_into_the_workspace_P7_P8(open_window, by_saml, window):
    page = open_window(**WINDOWS[window])
    begin(page)
    by_saml.sign_in(page, "greta")
    require_inside(page, by=by_saml)
    require_sound(page)


@PHONE_AND_DESK
def test_by_openid_from_our_page_into_the_workspace_P7_P8(open_window, by_openid, window):
    page = open_window(**WINDOWS[window])
    begin(page)
    by_openid.sign_in(page, "greta")
    require_inside(page, by=by_openid)
    require_sound(page)


def test_with_scripts_off_the_way_there_and_back_is_the_same_P8(open_window, by_openid):
    page = open_window(scripts=False)
    begin(page)
    by_openid.sign_in(page, "greta")
    require_inside(page, by=by_openid)


def test_whom_the_provider_knows_and_we_do_not_becomes_a_member_P4(open_window, by_saml):
    page = open_window()
    begin(page, "nell.new@northwind.test")
    by_saml.sign_in(page, "nell")
    require_inside(page, "nell.new@northwind.test", by=by_saml)


def test_from_the_providers_own_page_where_the_connection_allows_it_P7(open_window, by_saml):
    found = by_saml.connection
    connections.change(found, name=found.name, unasked=True, makes_members=True, by=SYSTEM)
    page = open_window()
    page.goto(by_saml.provider.start_url(places.saml_of(found).entity_id))
    by_saml.sign_in(page, "greta")
    require_inside(page, by=by_saml)


def test_from_the_providers_own_page_nobody_comes_in_otherwise_P7(open_window, by_saml):
    page = open_window(listen=False)  # the browser itself notes each 4xx on its console
    page.goto(by_saml.provider.start_url(places.saml_of(by_saml.connection).entity_id))
    by_saml.sign_in(page, "greta")
    expect(page.get_by_role("heading", name="You were not signed in")).to_be_visible()
    assert not SignIn.objects.exists()


@PHONE_AND_DESK
def test_where_it_is_required_ones_own_session_goes_on_by_the_provider_P5(
    open_as, northwind, by_saml, window
):
    require_sso(northwind)
    page = open_as(MEMBER, **WINDOWS[window])
    page.goto("/w/northwind/sources/checkout-web")
    expect(page).to_have_url(re.compile(r"/w/northwind/provider\?next="))
    require_sound(page)
    page.get_by_role("link", name="Go on with SimpleSAMLphp").click()
    by_saml.sign_in(page, "greta")
    expect(page).to_have_url(re.compile(r"/w/northwind/sources/checkout-web$"))


def test_from_one_provider_to_the_other_with_both_active_meanwhile_P3_P5(
    open_window, northwind, by_saml, by_openid
):
    require_sso(northwind)
    page = open_window()
    begin(page)
    page.get_by_role("link", name="Go on with SimpleSAMLphp").click()
    by_saml.sign_in(page, "greta")
    require_inside(page, by=by_saml)
    connections.switch(by_saml.connection, ConnectionState.OFF, by=SYSTEM)
    page.goto("/w/northwind/sources")
    expect(page).to_have_url(re.compile(LOGIN))
    begin(page)
    by_openid.sign_in(page, "greta")
    require_inside(page, by=by_openid)


@pytest.mark.parametrize("kind", ["by_saml", "by_openid"])
def test_a_proof_is_asked_of_the_provider_who_asks_anew_P9_S8(open_window, request, kind):
    by = request.getfixturevalue(kind)
    page = open_window()
    begin(page, OWNER)
    by.sign_in(page, "mara")
    expect(page).to_have_url(re.compile(r"/w/northwind/overview$"))
    grow_old()
    page.goto("/w/northwind/settings/sign-in/domains")
    page.get_by_label("Domain", exact=True).fill("another.example")
    page.get_by_role("button", name="List it").click()
    by.sign_in(page, "mara")
    expect(page).to_have_url(re.compile(r"/w/northwind/settings/sign-in/domains#domain-"))
    expect(page.get_by_role("heading", name="another.example")).to_be_visible()


@PHONE_AND_DESK
def test_the_pages_on_the_way_are_sound_P8(open_window, by_saml, by_openid, window):
    page = open_window(**WINDOWS[window])
    page.goto(LOGIN)
    require_sound(page)
    begin(page)
    expect(page.get_by_role("link", name="Go on with Node")).to_be_visible()
    require_sound(page)
    page.get_by_role("link", name="Use a password instead").click()
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    require_sound(page)


@PHONE_AND_DESK
def test_who_is_of_no_proved_domain_reads_why_they_are_not_let_in_P1(open_window, by_saml, window):
    page = open_window(**WINDOWS[window], listen=False)
    page.goto(by_saml.connection.url("start"))
    by_saml.sign_in(page, "sol")
    expect(page.get_by_role("heading", name="You were not signed in")).to_be_visible()
    require_sound(page)


@PHONE_AND_DESK
def test_beyond_the_workspace_ones_own_credentials_are_asked_for_P2(open_window, by_saml, window):
    page = open_window(**WINDOWS[window], listen=False)
    begin(page)
    by_saml.sign_in(page, "greta")
    require_inside(page, by=by_saml)
    page.goto("/accounts/sessions/")
    expect(page.get_by_role("heading", name="Sign in with your own")).to_be_visible()
    require_sound(page)
    page.get_by_role("button", name="Sign in with your own").click()
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
