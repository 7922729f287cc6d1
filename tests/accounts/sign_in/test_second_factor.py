"""Apps, recovery codes and the second step of signing in; passkeys in tests/browser."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core.cache import cache
from django.test import Client

from accounts.models.sign_in import SignIn
from accounts.sign_in.links import sign_in_path
from accounts.sign_in.sealing import seal, unseal
from tests.cast.factors import SECRET, code, give_app, give_codes

PASSWORD = "correct horse battery"
NEEDED = "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def _nothing_counted_yet(db):
    cache.clear()


@pytest.fixture
def ann(world):
    """Ada, with a password."""
    user = world.user("ada")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def guarded(ann):
    """Ada, with a password and an app."""
    give_app(ann)
    return ann


def sign_in(client, **more):
    return client.post(
        "/accounts/login/", {"login": "ada@example.org", "password": PASSWORD, **more}
    )


def text(answer):
    return answer.content.decode()


# --- Signing in -------------------------------------------------------------------------


def test_a_password_alone_opens_nothing_and_begins_no_session(client, guarded):
    assert sign_in(client)["Location"] == NEEDED
    assert client.get(NEEDED).status_code == 200
    assert "_auth_user_id" not in client.session
    assert not SignIn.objects.exists()
    assert client.get("/w/acme/members").status_code == 302


def test_the_code_of_the_app_begins_the_session(client, guarded):
    sign_in(client, next="/w/acme/members?q=bo")
    answer = client.post(NEEDED, {"code": code()})
    assert answer["Location"] == "/w/acme/members?q=bo"
    assert SignIn.objects.get().user == guarded
    assert client.get("/w/acme/members").status_code == 200


def test_the_session_gets_a_new_id_after_the_second_step_XG1(client, guarded):
    sign_in(client)
    before = client.session.session_key
    client.post(NEEDED, {"code": code()})
    assert client.session.session_key != before


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_differ_by_one_code(client, guarded, steps):
    sign_in(client)
    assert client.post(NEEDED, {"code": code(steps=steps)}).status_code == 302


@pytest.mark.parametrize("wrong", ["", "x" * 40, "\uff11" * 6, "\ud800", "a\u200bb"])
def test_a_wrong_code_opens_nothing(client, guarded, wrong):
    sign_in(client)
    assert client.post(NEEDED, {"code": wrong.encode(errors="replace")}).status_code == 200
    assert client.post(NEEDED, {"code": code(steps=5)}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_code_works_once(client, guarded):
    shown = code()
    sign_in(client)
    client.post(NEEDED, {"code": shown})
    client.post("/accounts/logout/")
    sign_in(client)
    answer = client.post(NEEDED, {"code": f"{shown[:3]} {shown[3:]}"})
    assert "works once" in text(answer)
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_works_once(client, guarded):
    first, second, *_ = give_codes(guarded)
    sign_in(client)
    assert client.post(NEEDED, {"code": first}).status_code == 302
    client.post("/accounts/logout/")
    sign_in(client)
    assert client.post(NEEDED, {"code": first}).status_code == 200
    assert client.post(NEEDED, {"code": second}).status_code == 302


def test_codes_are_limited_and_a_right_one_wipes_nothing_XG3(client, guarded):
    sign_in(client)
    for _ in range(9):
        client.post(NEEDED, {"code": "000000"})
    client.post(NEEDED, {"code": code()})
    client.post("/accounts/logout/")
    sign_in(client)
    answer = client.post(NEEDED, {"code": code(steps=1)})
    assert "Too many tries" in text(answer)
    assert "_auth_user_id" not in client.session


def test_the_second_step_needs_the_first(client, guarded):
    assert client.get(NEEDED)["Location"] == "/accounts/login/"
    assert client.post(NEEDED, {"code": code()})["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session


def test_recovery_codes_alone_are_no_second_factor(client, ann):
    give_codes(ann)
    assert sign_in(client)["Location"] == "/"


def test_a_one_time_link_does_not_go_round_the_second_step(client, guarded):
    answer = client.post(sign_in_path(guarded))
    assert answer["Location"] == NEEDED
    assert not SignIn.objects.exists()
    client.post(NEEDED, {"code": code()})
    assert SignIn.objects.get().user == guarded


def test_a_reset_password_does_not_go_round_the_second_step_XF5(client, guarded, mailoutbox):
    client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    link = re.search(r"/accounts/password/reset/key/\S+", mailoutbox[-1].body)[0]
    form = client.get(link)["Location"]
    new = "another long and uncommon phrase"
    client.post(form, {"password1": new, "password2": new})
    assert "_auth_user_id" not in client.session
    assert sign_in(client, password=new)["Location"] == NEEDED


# --- Setting one up ---------------------------------------------------------------------


def set_up(client):
    page = client.get("/accounts/2fa/totp/activate/")
    secret = re.search(r'id="app-key" type="text" value="(\w+)"', text(page))[1]
    return secret, client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})


def test_an_app_is_set_up_with_its_first_code_and_codes_are_shown_once(client, ann):
    sign_in(client)
    secret, answer = set_up(client)
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    shown = set(re.findall(r"\b\d{8}\b", text(client.get(answer["Location"]))))
    assert len(shown) == 10
    assert not re.search(r"\b\d{8}\b", text(client.get(answer["Location"])))
    assert Authenticator.objects.filter(user=ann).count() == 2
    assert secret not in json.dumps(list(Authenticator.objects.values_list("data", flat=True)))


def test_the_first_code_does_not_sign_in_as_well(client, ann):
    sign_in(client)
    secret, _ = set_up(client)
    client.post("/accounts/logout/")
    sign_in(client)
    assert client.post(NEEDED, {"code": code(secret)}).status_code == 200


def test_the_picture_is_data_and_the_app_shows_whose_key_it_is(client, ann):
    sign_in(client)
    page = text(client.get("/accounts/2fa/totp/activate/"))
    assert 'src="data:image/svg+xml;base64,' in page
    assert "otpauth://totp/ada%40example.org?secret=" in page
    assert "issuer=Gatehouse" in page


@pytest.mark.parametrize(
    "path",
    ["totp/activate/", "totp/deactivate/", "webauthn/add/", "recovery-codes/generate/",
     "recovery-codes/"],
)  # fmt: skip
def test_an_old_proof_of_identity_is_asked_for_again_S8(client, guarded, path):
    give_codes(guarded)
    if path == "totp/activate/":
        Authenticator.objects.filter(user=guarded, type="totp").delete()
        give_codes(guarded)
    client.force_login(guarded, backend="accounts.backends.SignInBackend")
    SignIn.objects.update(proved_at="2020-01-01T00:00:00Z")
    answer = client.get(f"/accounts/2fa/{path}")
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=%2Faccounts%2F2fa")
    there = f"/accounts/2fa/{path}"
    proved = client.post(answer["Location"], {"password": PASSWORD, "next": there})
    assert proved["Location"] == there
    assert client.get(there).status_code == 200


def test_a_code_proves_identity_too_S8(client, guarded):
    client.force_login(guarded, backend="accounts.backends.SignInBackend")
    SignIn.objects.update(proved_at="2020-01-01T00:00:00Z")
    there = "/accounts/2fa/totp/deactivate/"
    again = "/accounts/2fa/reauthenticate/"
    assert client.post(again, {"code": "000000", "next": there}).status_code == 200
    assert client.post(again, {"code": code(), "next": there})["Location"] == there
    assert client.get(there).status_code == 200


def test_removing_the_last_factor_takes_the_recovery_codes_along(client, guarded):
    give_codes(guarded)
    client.force_login(guarded, backend="accounts.backends.SignInBackend")
    assert client.get("/accounts/2fa/totp/deactivate/").status_code == 200
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()


def test_a_passkey_of_somebody_else_is_neither_renamed_nor_removed_XA1(client, guarded, world):
    row = Authenticator.objects.create(user=world.user("bo"), type="webauthn", data={"name": "x"})
    client.force_login(guarded, backend="accounts.backends.SignInBackend")
    for path in (f"webauthn/keys/{row.pk}/edit/", f"webauthn/keys/{row.pk}/remove/"):
        assert client.get(f"/accounts/2fa/{path}").status_code == 404
        assert client.post(f"/accounts/2fa/{path}", {"name": "y"}).status_code == 404
    row.refresh_from_db()
    assert row.data["name"] == "x"


# --- What nobody honest sends -----------------------------------------------------------

PARTS = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
JUNK = [
    "", "null", "1", "[]", "{}", '"x"', "{", "[" * 50_000, "x" * 2_000_000, '{"response": 1}',
    '{"id": "x", "rawId": 10000000000, "type": "public-key", "response": {}}',
    '{"id": "x", "rawId": "x", "type": "public-key", "response": {"userHandle": []}}',
    '{"id": "x", "rawId": "x", "type": "public-key", "response": {"publicKeyAlgorithm": "x"}}',
    *(
        json.dumps({
            "id": ident, "rawId": ident, "type": kind,
            "response": dict.fromkeys(PARTS, junk),
        })
        for ident in ("eA", "\ud800", "=")
        for kind in ("public-key", "x")
        for junk in ("", "eA", "o2NmbXQ", "e30", "\ud800", "-1", "LTE", "enp6enp6enp6enp6eg")
    ),
]  # fmt: skip


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: junk[:40])
def test_junk_for_a_passkey_is_refused_and_never_an_error_XH8_XJ1(client, guarded, junk):
    sent = {"credential": junk}
    client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert client.post("/accounts/2fa/webauthn/login/", sent)["Location"] == "/accounts/login/"
    sign_in(client)
    client.get(NEEDED)
    assert client.post(NEEDED, sent).status_code == 200
    assert "_auth_user_id" not in client.session
    client.post(NEEDED, {"code": code()})
    client.get("/accounts/2fa/webauthn/add/")
    assert client.post("/accounts/2fa/webauthn/add/", sent).status_code == 200
    again = "/accounts/2fa/webauthn/reauthenticate/"
    assert client.post(again, sent).status_code == 302
    assert Authenticator.objects.count() == 1


def test_an_odd_name_for_a_passkey_is_refused_XF6(client, guarded):
    row = Authenticator.objects.create(
        user=guarded, type="webauthn", data={"name": "x", "credential": {}}
    )
    client.force_login(guarded, backend="accounts.backends.SignInBackend")
    there = f"/accounts/2fa/webauthn/keys/{row.pk}/edit/"
    for name in ("", "a\u202eb", "a" * 61):
        assert client.post(there, {"name": name}).status_code == 200
    row.refresh_from_db()
    assert row.data["name"] == "x"
    client.post(there, {"name": "<b>Blue key</b>"})
    listed = text(client.get("/accounts/2fa/webauthn/"))
    assert "&lt;b&gt;Blue key&lt;/b&gt;" in listed


# --- At rest ----------------------------------------------------------------------------


def test_a_secret_at_rest_opens_with_the_key_kept_outside_and_outlives_a_new_secret_key(settings):
    sealed = seal(SECRET)
    assert SECRET not in sealed
    settings.SECRET_KEY = "y" * 50
    assert unseal(sealed) == SECRET
    settings.AUDIT_KEY = "z" * 50
    with pytest.raises(InvalidToken):
        unseal(sealed)


def test_seeds_and_secrets_stand_in_no_row_and_no_log_XK4(client, guarded, caplog):
    codes = give_codes(guarded)
    sign_in(client)
    client.post(NEEDED, {"code": codes[0]})
    client.get("/accounts/2fa/recovery-codes/")
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    for secret in (SECRET, *codes):
        assert secret not in kept
        assert secret not in caplog.text


def test_the_pages_answer_in_the_browsers_own_session_only(guarded):
    client = Client()
    assert client.get("/accounts/2fa/").status_code == 302
