"""Second factors in Chromium: app, recovery codes, and passkeys on a virtual authenticator."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models.sign_in import SignIn
from accounts.models.user import User
from tests.browser.conftest import MEMBER, OWNER, sign_in_by_password
from tests.browser.test_every_page import WINDOWS, require_sound
from tests.cast.factors import code, give_app, give_codes
from workspaces.models import Workspace

THERE = re.compile(r"^[^?]*/w/northwind/members$")
PASSWORD = "correct horse battery"


@pytest.fixture
def mara(demo):
    user = User.objects.get(email=OWNER)
    user.set_password(PASSWORD)
    user.save()
    return user


def with_authenticator(page):
    """Plug an authenticator into the window that knows its owner; return how to unplug it."""
    chrome = page.context.new_cdp_session(page)
    chrome.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    plugged = chrome.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return lambda: chrome.send("WebAuthn.removeVirtualAuthenticator", plugged)


def add_passkey(page, *, alone=True):
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Sign in with it alone").set_checked(alone)
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/recovery-codes/")


def sign_out(page):
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login/**")


def sign_in(page):
    page.goto("/accounts/login/?next=/w/northwind/members")
    sign_in_by_password(page, OWNER, PASSWORD)


def test_an_app_is_set_up_and_then_asked_for(open_as, mara):
    page = open_as(OWNER)
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Set up").click()
    key = page.get_by_label("Key", exact=True).input_value()
    page.get_by_label("Code from the app").fill(code(key))
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download").click()
    kept = saved.value.path().read_text().split()
    assert kept == page.locator("#codes").inner_text().split()
    assert len(kept) == 10
    page.get_by_role("link", name="I have stored them").click()
    sign_out(page)
    sign_in(page)
    page.get_by_label("Code").fill(kept[3])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(THERE)


def test_a_passkey_signs_in_alone(open_as, mara):
    page = open_as(OWNER)
    with_authenticator(page)
    add_passkey(page)
    page.get_by_role("link", name="I have stored them").click()
    sign_out(page)
    assert not SignIn.objects.filter(user=mara).exists()
    page.goto("/accounts/login/?next=/w/northwind/members")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(THERE)
    assert SignIn.objects.filter(user=mara).count() == 1


def test_a_passkey_is_the_second_step(open_as, mara):
    page = open_as(OWNER)
    with_authenticator(page)
    add_passkey(page, alone=False)
    sign_out(page)
    sign_in(page)
    assert not SignIn.objects.filter(user=mara).exists()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(THERE)


def test_a_passkey_proves_identity_anew_S8(open_as, mara):
    page = open_as(OWNER)
    with_authenticator(page)
    add_passkey(page)
    SignIn.objects.update(proved_at="2020-01-01T00:00:00Z")
    page.goto("/accounts/2fa/recovery-codes/generate/")
    page.get_by_role("link", name="Use a security key").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Make new recovery codes?").wait_for()


def test_a_device_without_the_passkey_is_told_so_and_may_go_on(open_as, mara):
    page = open_as(OWNER)
    unplug = with_authenticator(page)
    add_passkey(page)
    unplug()
    with_authenticator(page)
    sign_out(page)
    sign_in(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("The browser gave no passkey").wait_for()
    assert page.get_by_role("button", name="Use a passkey").is_enabled()
    assert not SignIn.objects.filter(user=mara).exists()


def test_a_passkey_is_renamed_and_removed(open_as, mara):
    page = open_as(OWNER)
    with_authenticator(page)
    add_passkey(page)
    page.goto("/accounts/2fa/webauthn/")
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("Name").fill("Blue key")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Blue key").wait_for()
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove").click()
    expect(page).to_have_url(re.compile("/accounts/tokens/$"))  # to be looked through (XG8)
    page.goto("/accounts/2fa/webauthn/")
    page.get_by_text("No passkey yet.").wait_for()
    assert not Authenticator.objects.filter(user=mara).exists()


def test_the_second_step_works_with_scripts_off(open_as, mara):
    page = open_as(OWNER, scripts=False)
    give_app(mara)
    page.context.clear_cookies()
    sign_in(page)
    assert page.get_by_role("button", name="Use a passkey").count() == 0
    page.get_by_label("Code").fill(code())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(THERE)


@pytest.mark.parametrize("window", WINDOWS)
def test_the_pages_are_sound(open_as, mara, window):
    page = open_as(OWNER, **WINDOWS[window])
    for path in ("", "totp/activate/", "webauthn/", "webauthn/add/"):
        page.goto(f"/accounts/2fa/{path}")
        require_sound(page)
    with_authenticator(page)
    add_passkey(page)
    require_sound(page)  # the recovery codes
    give_app(mara)
    key = Authenticator.objects.get(user=mara, type="webauthn").pk
    for path in (
        "", "totp/deactivate/", "recovery-codes/", "recovery-codes/generate/", "webauthn/",
        f"webauthn/keys/{key}/edit/", f"webauthn/keys/{key}/remove/", "reauthenticate/",
        "webauthn/reauthenticate/",
    ):  # fmt: skip
        page.goto(f"/accounts/2fa/{path}")
        require_sound(page)
    page.context.clear_cookies()
    sign_in(page)
    page.wait_for_url(re.compile("2fa/authenticate"))
    require_sound(page)
    assert give_codes(mara)


@pytest.fixture
def require(demo):
    def write(days):
        asked_from = timezone.now() + timedelta(days=days)
        Workspace.objects.filter(slug="northwind").update(mfa_required_from=asked_from)

    return write


@pytest.mark.parametrize("window", ["1440 light", "1440 dark", "390 light", "320 light"])
def test_the_door_and_the_banner_are_sound(open_as, require, window):
    page = open_as(MEMBER, **WINDOWS[window])
    require(days=3)
    page.goto("/w/northwind/my-access")
    page.get_by_text("asks for a second factor").wait_for()
    require_sound(page)
    require(days=-1)
    page.goto("/w/northwind/my-access")
    page.get_by_role("heading", name="asks for a second factor").wait_for()
    require_sound(page)


def test_whoever_is_stopped_sets_one_up_and_is_back_where_they_were(open_as, require):
    page = open_as(OWNER, listen=False)  # the browser notes the 403 of the fragment
    page.goto("/w/northwind/members?q=lindqvist")
    require(days=-1)
    page.locator("a.row-link").first.click()
    page.get_by_role("link", name="Add a passkey").wait_for()
    with_authenticator(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="I have stored them").click()
    page.wait_for_url(re.compile(r"/w/northwind/members\?q=lindqvist$"))


def test_staff_are_led_to_the_factor_and_then_to_the_admin_XK8(open_as, mara):
    User.objects.filter(pk=mara.pk).update(is_staff=True, is_superuser=True)
    page = open_as(OWNER, listen=False)  # the stock admin is not ours
    page.goto("/admin/accounts/user/")
    with_authenticator(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="I have stored them").click()
    page.wait_for_url(re.compile(r"/admin/accounts/user/$"))
