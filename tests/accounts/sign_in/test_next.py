"""Wherever an address to go on to is taken from outside, one stays on this host (XI4)."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import context
from django.core import mail
from django.core.cache import cache
from django.test import Client

PASSWORD = "correct horse battery"
NEW_PASSWORD = "staple of another horse"
HERE = "http://testserver"
EVIL = [
    "//evil.example", "///evil.example", "////evil.example", "https://evil.example",
    "https:evil.example", "http:/evil.example", "https:///evil.example", "/\\evil.example",
    "\\\\evil.example", "\\/evil.example", "/\t/evil.example", "\t//evil.example",
    "/\n/evil.example", "\x01//evil.example", " //evil.example", "//evil.example\\@testserver",
    "http://user@evil.example", "http://testserver@evil.example", "http://testserver.evil.example",
    "http://testserver:80@evil.example/", "//testserver@evil.example", "http://evil.example#testserver",
    "http://[::2]/", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x",
    "//%65vil.example", "ftp://testserver/", "http://evil.example%2f@testserver.evil.example/",
    "//evil。example",
]  # fmt: skip
# No addresses at all; the outermost middleware refuses most of them before any page.
BROKEN = [
    "//[", "//[::1", "http://[", "https://]", "//\uff3b", "//[v1.x]", "///[", "[", "//[]/",
    "http://testserver\u2100/", "//a\u2048b", "//%5b", "/\x00",
]  # fmt: skip


def goes(location):
    """Return the host a browser goes to: backslashes are slashes, tabs and line ends nothing."""
    seen = re.sub(r"[\t\r\n]", "", location).strip("\x00\x01 ").replace("\\", "/")
    whole = urlsplit(urljoin(f"{HERE}/accounts/login/", seen))
    return f"{whole.scheme}://{whole.netloc}"


@pytest.fixture
def ada(world):
    user = world.user("ada")
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def signed_in(user):
    client = Client()
    client.force_login(user, backend="accounts.backends.SignInBackend")
    return client


def signing_in(user, evil):
    form = {"login": user.email, "password": PASSWORD, "next": evil}
    return Client().post("/accounts/login/", form)


def signing_in_at_an_address(user, evil):
    form = {"login": user.email, "password": PASSWORD}
    return Client().post("/accounts/login/", form, query_params={"next": evil})


def signed_in_already(user, evil):
    return signed_in(user).get("/accounts/login/", {"next": evil})


def signing_out(user, evil):
    return signed_in(user).post("/accounts/logout/", {"next": evil})


def proving_who_one_is(user, evil):
    return signed_in(user).post("/accounts/reauthenticate/", {"password": PASSWORD, "next": evil})


def changing_the_password(user, evil):
    form = {"oldpassword": PASSWORD, "password1": "another long one", "next": evil}
    return signed_in(user).post(
        "/accounts/password/change/", form | {"password2": "another long one"}
    )


def asking_for_a_link(user, evil):
    return Client().post("/accounts/password/reset/", {"email": user.email, "next": evil})


@pytest.mark.parametrize(
    "door",
    [signing_in, signing_in_at_an_address, signed_in_already, signing_out, proving_who_one_is,
     changing_the_password, asking_for_a_link],
    ids=lambda door: door.__name__,
)  # fmt: skip
def test_next_stays_on_this_host_XI4(ada, door):
    for evil in (*EVIL, *BROKEN):
        cache.clear()  # what is limited is tested elsewhere
        ada.set_password(PASSWORD)
        ada.save()
        answer = door(ada, evil)
        assert answer.status_code in {302, 400}, evil
        if answer.status_code == 302:
            assert goes(answer["Location"]) == HERE, evil


def test_htmx_is_sent_nowhere_else_XI3_XI4(world):
    for evil in EVIL:
        headers = {"HX-Request": "true", "HX-Current-URL": evil}
        answer = Client().get("/w/acme/members", headers=headers)
        assert answer.status_code == 401
        assert answer["HX-Redirect"] == "/accounts/login/?next=/w/acme/members", evil


def test_a_good_next_is_followed(ada):
    for good in ("/w/acme/members?q=bo", "/"):
        assert signing_in(ada, good)["Location"] == good


@pytest.mark.parametrize("broken", ["//[", "//[::1", "http://[", "//a\u2048b", "///["])
def test_what_is_no_address_is_not_on_this_site_XI4(rf, broken):
    with context.request_context(rf.get("/")):
        assert not get_adapter().is_safe_url(broken)


def reset_by_mail(user, way_on):
    """Ask for a link, set a password by it, and return the page that then leads to signing in."""
    client = Client()
    client.post("/accounts/password/reset/", {"email": user.email, "next": way_on})
    link = re.search(r"http://[^/\s]+(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)[1]
    form = client.get(link, follow=True)
    words = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "next": way_on}
    return client.post(form.request["PATH_INFO"], words, follow=True).content.decode()


def test_where_one_wanted_to_go_is_kept_through_setting_a_password(ada):
    said = reset_by_mail(ada, "/w/acme/tokens/new")
    assert "Your password is set" in said
    assert "/accounts/login/?next=%2Fw%2Facme%2Ftokens%2Fnew" in said


def test_no_link_to_set_a_password_leads_off_this_site_XI4(ada):
    said = reset_by_mail(ada, "https://evil.example/")
    assert "evil.example" not in mail.outbox[-1].body
    assert "evil" not in said


def test_a_proof_by_mail_keeps_where_one_wanted_to_go_S8(world):
    client = signed_in(world.user("cy"))
    asked = client.post("/accounts/prove/", {"next": "/w/acme/my-access"})
    assert asked["Location"] == "/accounts/prove/?next=%2Fw%2Facme%2Fmy-access"
    assert "?next=%2Fw%2Facme%2Fmy-access" in mail.outbox[-1].body
